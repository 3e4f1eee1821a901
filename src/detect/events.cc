#include "detect/events.h"

#include <algorithm>
#include <optional>

#include "base/suggest.h"
#include "detect/rule_builder.h"
#include "dissect/dissector.h"
#include "flow/anomaly.h"

namespace langyan::detect {
namespace {

// summary/ lies above this room, so its one detection is named by number; a test compares.
constexpr Detection flood{9'100'010, "summary.flood", Severity::medium, "", {}, {}, {}};

constexpr EventFamily d = EventFamily::decode, s = EventFamily::stream, a = EventFamily::application;

// clang-format off
constexpr EventName names[] = {
    {d, "ipv4.pkt_too_small",            "decode.ipv4_header"},
    {d, "ipv4.hlen_too_small",           "decode.ipv4_header"},
    {d, "ipv4.wrong_ip_version",         "decode.ipv4_header"},
    {d, "ipv4.iplen_smaller_than_hlen",  "decode.ipv4_length"},
    {d, "ipv4.trunc_pkt",                "decode.cut"},
    {d, "ipv4.opt_invalid",              "decode.ipv4_options"},
    {d, "ipv4.opt_invalid_len",          "decode.ipv4_options"},
    {d, "ipv4.opt_malformed",            "decode.ipv4_options"},
    {d, "ipv4.frag_pkt_too_large",       "ip.fragment_too_long"},
    {d, "ipv6.frag_pkt_too_large",       "ip.fragment_too_long"},
    {d, "ipv4.frag_too_large",           "ip.fragment_too_long"},
    {d, "ipv6.frag_too_large",           "ip.fragment_too_long"},
    {d, "ipv4.frag_overlap",             "ip.fragment_overlap ip.fragment_differs"},
    {d, "ipv6.frag_overlap",             "ip.fragment_overlap ip.fragment_differs"},
    {d, "ipv4.frag_ignored",             "ip.fragment_refused ip.fragment_malformed"},
    {d, "ipv6.frag_ignored",             "ip.fragment_refused ip.fragment_malformed"},
    {d, "ipv6.frag_invalid_length",      "ip.fragment_malformed"},
    {d, "icmpv4.pkt_too_small",          "decode.icmp_header"},
    {d, "icmpv6.pkt_too_small",          "decode.icmpv6_header"},
    {d, "ipv6.pkt_too_small",            "decode.ipv6_header"},
    {d, "ipv6.wrong_ip_version",         "decode.ipv6_header"},
    {d, "ipv6.trunc_pkt",                "decode.cut"},
    {d, "ipv6.trunc_exthdr",             "decode.ipv6_extension"},
    {d, "ipv6.exthdr_invalid_optlen",    "decode.ipv6_extension"},
    {d, "tcp.pkt_too_small",             "decode.tcp_header"},
    {d, "tcp.hlen_too_small",            "decode.tcp_header"},
    {d, "tcp.invalid_optlen",            "decode.tcp_options"},
    {d, "tcp.opt_invalid_len",           "decode.tcp_options"},
    {d, "udp.pkt_too_small",             "decode.udp_header"},
    {d, "udp.hlen_too_small",            "decode.udp_length"},
    {d, "udp.hlen_invalid",              "decode.udp_length"},
    {d, "udp.len_invalid",               "decode.udp_length"},
    {d, "sctp.pkt_too_small",            "decode.sctp_header"},
    {d, "ethernet.pkt_too_small",        "decode.link_header"},
    {d, "sll.pkt_too_small",             "decode.link_header"},
    {d, "sll2.pkt_too_small",            "decode.link_header"},
    {d, "ltnull.pkt_too_small",          "decode.link_header"},
    {d, "ltnull.unsupported_type",       "decode.link_header"},
    {d, "chdlc.pkt_too_small",           "decode.link_header"},
    {d, "ipraw.invalid_ip_version",      "decode.link_header"},
    {d, "vlan.header_too_small",         "decode.link_header"},
    {d, "vlan.too_many_layers",          "decode.too_many_tags"},
    {d, "ppp.pkt_too_small",             "decode.pppoe decode.link_header"},
    {d, "ppp.wrong_type",                "decode.pppoe decode.link_header"},
    {d, "pppoe.pkt_too_small",           "decode.pppoe"},
    {d, "pppoe.wrong_code",              "decode.pppoe"},
    {d, "pppoe.malformed_tags",          "decode.pppoe"},
    {d, "arp.pkt_too_small",             "decode.arp"},
    {d, "arp.unsupported_hardware",      "decode.arp"},
    {d, "arp.unsupported_protocol",      "decode.arp"},
    {d, "arp.invalid_hardware_size",     "decode.arp"},
    {d, "arp.invalid_protocol_size",     "decode.arp"},

    {s, "3whs_ack_in_wrong_dir",              "tcp.handshake_mismatch"},
    {s, "3whs_async_wrong_seq",               "tcp.handshake_mismatch"},
    {s, "3whs_right_seq_wrong_ack_evasion",   "tcp.handshake_mismatch"},
    {s, "3whs_synack_in_wrong_direction",     "tcp.handshake_mismatch tcp.simultaneous_open"},
    {s, "3whs_synack_resend_with_diff_ack",   "tcp.handshake_mismatch"},
    {s, "3whs_synack_resend_with_diff_seq",   "tcp.handshake_mismatch"},
    {s, "3whs_synack_toserver_on_syn_recv",   "tcp.handshake_mismatch tcp.simultaneous_open"},
    {s, "3whs_synack_with_wrong_ack",         "tcp.handshake_mismatch"},
    {s, "3whs_synack_flood",                  "tcp.handshake_mismatch"},
    {s, "3whs_syn_resend_diff_seq_on_syn_recv", "tcp.handshake_mismatch tcp.connection_reused"},
    {s, "3whs_syn_toclient_on_syn_recv",      "tcp.simultaneous_open"},
    {s, "3whs_wrong_seq_wrong_ack",           "tcp.handshake_mismatch"},
    {s, "4whs_synack_with_wrong_ack",         "tcp.simultaneous_open tcp.handshake_mismatch"},
    {s, "4whs_synack_with_wrong_syn",         "tcp.simultaneous_open tcp.handshake_mismatch"},
    {s, "4whs_wrong_seq",                     "tcp.simultaneous_open tcp.handshake_mismatch"},
    {s, "4whs_invalid_ack",                   "tcp.simultaneous_open tcp.handshake_mismatch"},
    {s, "est_packet_out_of_window",           "tcp.out_of_window"},
    {s, "est_pkt_before_last_ack",            "tcp.out_of_window"},
    {s, "est_synack_resend",                  "tcp.syn_in_connection"},
    {s, "est_synack_resend_with_diff_ack",    "tcp.syn_in_connection tcp.handshake_mismatch"},
    {s, "est_synack_resend_with_diff_seq",    "tcp.syn_in_connection tcp.handshake_mismatch"},
    {s, "est_synack_toserver",                "tcp.syn_in_connection"},
    {s, "est_syn_resend",                     "tcp.syn_in_connection"},
    {s, "est_syn_resend_diff_seq",            "tcp.syn_in_connection tcp.connection_reused"},
    {s, "est_syn_toclient",                   "tcp.syn_in_connection"},
    {s, "closewait_fin_out_of_window",        "tcp.fin_out_of_window"},
    {s, "closewait_ack_out_of_window",        "tcp.out_of_window tcp.data_after_fin"},
    {s, "closewait_pkt_before_last_ack",      "tcp.out_of_window"},
    {s, "fin_out_of_window",                  "tcp.fin_out_of_window"},
    {s, "fin1_fin_wrong_seq",                 "tcp.fin_out_of_window"},
    {s, "fin2_fin_wrong_seq",                 "tcp.fin_out_of_window"},
    {s, "fin1_ack_wrong_seq",                 "tcp.data_after_fin tcp.out_of_window"},
    {s, "fin2_ack_wrong_seq",                 "tcp.data_after_fin tcp.out_of_window"},
    {s, "closing_ack_wrong_seq",              "tcp.data_after_fin tcp.out_of_window"},
    {s, "lastack_ack_wrong_seq",              "tcp.data_after_fin tcp.out_of_window"},
    {s, "timewait_ack_wrong_seq",             "tcp.data_after_fin tcp.out_of_window"},
    {s, "fin_syn",                            "tcp.flags"},
    {s, "rst_invalid_ack",                    "tcp.rst_out_of_window"},
    {s, "suspected_rst_inject",               "tcp.rst_out_of_window tcp.data_after_reset"},
    {s, "shutdown_syn_resend",                "tcp.connection_reused"},
    {s, "reassembly_segment_before_base_seq", "tcp.out_of_window"},
    {s, "reassembly_no_segment",              "tcp.reassembly_full"},
    {s, "reassembly_seq_gap",                 "tcp.gap"},
    {s, "reassembly_overlap_different_data",  "tcp.overlap_differs tcp.retransmission_differs"},
    {s, "reassembly_insert_limit",            "tcp.reassembly_full"},
    {s, "reassembly_insert_memcap",           "tcp.reassembly_full"},
    {s, "pkt_spurious_retransmission",        "tcp.retransmission_differs tcp.retransmission_unchecked"},

    {a, "applayer_mismatch_protocol_both_directions", "dissect.not_what_the_port_says"},
    {a, "applayer_wrong_direction_first_data", "dissect.not_what_the_port_says"},
    {a, "applayer_unexpected_protocol",       "dissect.not_what_the_port_says dissect.foreign_port"},
    {a, "applayer_proto_detection_skipped",   "dissect.given_up"},
    {a, "modbus.invalid_protocol_id",         "dissect.framing_lost"},
    {a, "modbus.invalid_length",              "modbus.length modbus.truncated modbus.trailing"},
    {a, "modbus.invalid_function_code",       "modbus.function"},
    {a, "modbus.invalid_value",               "modbus.value modbus.quantity modbus.range modbus.byte_count"},
    {a, "modbus.invalid_exception_code",      "modbus.exception:0,9,12-255"},
    {a, "modbus.invalid_unit_identifier",     "modbus.unit_id:248-254"},
    {a, "modbus.unsolicited_response",        "modbus.unasked_answer"},
    {a, "modbus.flooded",                     "summary.flood"},
    {a, "dnp3.flooded",                       "summary.flood"},
    {a, "dnp3.len_too_small",                 "dnp3.length"},
    {a, "dnp3.bad_link_crc",                  "dnp3.header_checksum"},
    {a, "dnp3.bad_transport_crc",             "dnp3.block_checksum"},
    {a, "dnp3.unknown_object",                "dnp3.object"},
    {a, "dnp3.malformed",                     "dnp3.truncated dnp3.segments dnp3.header dnp3.qualifier dnp3.range dnp3.count"},
    {a, "enip.too_many_transactions",         "summary.flood"},
    {a, "enip.invalid_pdu",                   "enip.command enip.truncated enip.trailing enip.packet_items enip.header"},
    {a, "mqtt.missing_connect",               "mqtt.unasked_answer"},
    {a, "mqtt.missing_publish",               "mqtt.unasked_answer"},
    {a, "mqtt.missing_subscribe",             "mqtt.unasked_answer"},
    {a, "mqtt.missing_unsubscribe",           "mqtt.unasked_answer"},
    {a, "mqtt.unintroduced_message",          "mqtt.direction"},
    {a, "mqtt.invalid_qos_level",             "mqtt.qos"},
    {a, "mqtt.missing_msg_id",                "mqtt.truncated"},
    {a, "mqtt.unassigned_msg_type",           "mqtt.flags"},
    {a, "mqtt.malformed_traffic",             "mqtt.truncated mqtt.trailing mqtt.property mqtt.topic mqtt.protocol_name"},
    {a, "mqtt.too_many_transactions",         "summary.flood"},
};
// clang-format on

constexpr std::string_view decode_prefix = "decode.", unasked_suffix = ".unasked_answer";

// Of the project's own name; nothing: unknown.
std::optional<Event> own_event(std::string_view name, std::span<const Protocol* const> protocols,
                               const Protocol*& protocol) {
  if (name.starts_with(decode_prefix)) {
    const std::string_view rest = name.substr(decode_prefix.size());
    for (unsigned i = 1; i < static_cast<unsigned>(decode::Invalid::last); ++i) {
      const auto reason = static_cast<decode::Invalid>(i);
      if (decode::name(reason) == rest) return event_of(reason);
    }
    for (unsigned i = 0; i < static_cast<unsigned>(decode::Odd::last); ++i) {
      const auto kind = static_cast<decode::Odd>(i);
      if (decode::name(kind) == rest) return event_of(kind);
    }
  }
  for (const auto rows : {flow::anomalies(), dissect::detections(), std::span<const Detection>(&flood, 1)}) {
    const auto row = std::ranges::find(rows, name, &Detection::name);
    if (row != rows.end()) return event_of(*row);
  }
  for (const Protocol* each : protocols) {
    if (!name.starts_with(each->name)) continue;
    const auto row = std::ranges::find(each->faults, name, &Detection::name);
    if (row != each->faults.end()) return protocol = each, event_of(*row);
    if (name.substr(each->name.size()) == unasked_suffix) return protocol = each, unasked_answer;
  }
  return {};
}

std::vector<std::string> known_names(EventFamily family, std::span<const Protocol* const> protocols) {
  std::vector<std::string> known;
  for (const EventName& row : names)
    if (row.family == family) known.emplace_back(row.name);
  const auto add = [&](std::span<const Detection> rows) {
    for (const Detection& row : rows) known.emplace_back(row.name);
  };
  if (family == EventFamily::application) {
    add(dissect::detections());
    for (const Protocol* protocol : protocols) add(protocol->faults);
    return known;
  }
  add(flow::anomalies());
  for (unsigned i = 1; i < static_cast<unsigned>(decode::Invalid::last); ++i)
    known.push_back("decode." + std::string(decode::name(static_cast<decode::Invalid>(i))));
  return known;
}

// The name that shares the longest front where none is close: "modbus.odd" is best told what modbus has.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  if (const std::string_view near = nearest(name, views); !near.empty()) return std::string(near);
  std::string_view best;
  std::size_t shared = 3;  // octets: fewer say nothing
  for (const std::string_view each : views) {
    const auto front = static_cast<std::size_t>(std::ranges::mismatch(each, name).in1 - each.begin());
    if (front > shared) best = each, shared = front;
  }
  return std::string(best);
}

}  // namespace

std::span<const EventName> event_names() {
  return names;
}

FoundEvents find_events(std::string_view name, EventFamily family,
                        std::span<const Protocol* const> protocols) {
  FoundEvents found;
  for (const std::string_view prefix : {"stream.", "decoder."}) {
    if (family != EventFamily::application && name.starts_with(prefix)) name.remove_prefix(prefix.size());
  }
  const auto row = std::ranges::find_if(names, [&](const EventName& each) {
    const bool fits = each.family == family || (family == d && each.family == s);
    return fits && each.name == name;
  });
  if (row != std::end(names)) {
    if (const std::size_t colon = row->own.find(':'); colon != row->own.npos) {
      found.field = row->own.substr(0, colon), found.value = row->own.substr(colon + 1);
      return found;
    }
    for (const std::string_view own : split(row->own, ' ')) {
      if (const auto event = own_event(own, protocols, found.protocol)) found.events.push_back(*event);
    }
    // What both versions have in common here is told apart by the packet's.
    const bool common = row->own.starts_with("decode.cut") || row->own.starts_with("ip.");
    if (common) found.ip_version = name.starts_with("ipv6.") ? 6 : 4;
  } else if (const auto event = own_event(name, protocols, found.protocol)) {
    found.events.push_back(*event);
  }
  // "dnp3.flooded" is about that protocol though its counterpart is of none.
  for (const Protocol* protocol : protocols) {
    if (family == EventFamily::application && name.size() > protocol->name.size() &&
        name.starts_with(protocol->name) && name[protocol->name.size()] == '.') {
      found.protocol = protocol;
    }
  }
  if (found.events.empty()) found.nearest = nearest_name(name, known_names(family, protocols));
  std::ranges::sort(found.events);
  return found;
}

}  // namespace langyan::detect
