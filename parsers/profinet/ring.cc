// Time (PTCP, [10] 4.5) and media redundancy ([MRP]): what keeps clocks together and rings whole.
#include <algorithm>
#include <utility>

#include "parsers/profinet/table.h"

namespace langyan::profinet {
namespace {

constexpr std::size_t time_header_bytes = 12;  // reserved, of some frames with a delay in its last four
constexpr std::uint8_t tlv_subdomain = 1, tlv_delay = 6;
constexpr std::uint8_t mrp_end = 0, mrp_common = 1;
constexpr std::size_t uuid_bytes = 16;
constexpr std::uint8_t ring_is_open = 1, ring_is_closed = 2;

Mac read_mac(Reader& in) {
  Mac mac;
  const Bytes run = in.take(6);
  if (run.size() == 6) std::copy(run.begin(), run.end(), mac.octets.begin());
  return mac;
}

// The parts of a frame of media redundancy, [MRP] 8.1.6: each type, length, content.
void mrp_part(Call& call, Pdu pdu, Reader& in, std::uint16_t& ring_state) {
  Pen out{call.output.record, in};
  const auto state = [&] {
    ring_state = in.be16();
    out.set<"ring_state">(ring_state);
    out.set<"transitions">(in.be16());
    in.skip(4);  // timestamp
  };
  switch (pdu) {
    case Pdu::mrp_test:
      out.set<"priority">(in.be16());
      out.set<"master_mac">(read_mac(in));
      out.set<"port_role">(in.be16());
      return state();
    case Pdu::mrp_topology_change:
      out.set<"priority">(in.be16());
      out.set<"master_mac">(read_mac(in));
      return out.set<"interval">(in.be16());
    case Pdu::mrp_link_down: case Pdu::mrp_link_up:
      out.set<"master_mac">(read_mac(in));
      out.set<"port_role">(in.be16());
      out.set<"interval">(in.be16());
      return;
    case Pdu::mrp_in_test:
      out.set<"interconnection_id">(in.be16());
      out.set<"master_mac">(read_mac(in));
      out.set<"port_role">(in.be16());
      return state();
    case Pdu::mrp_in_topology_change:
      out.set<"master_mac">(read_mac(in));
      out.set<"interconnection_id">(in.be16());
      return out.set<"interval">(in.be16());
    case Pdu::mrp_in_link_down: case Pdu::mrp_in_link_up:
      out.set<"master_mac">(read_mac(in));
      out.set<"port_role">(in.be16());
      out.set<"interconnection_id">(in.be16());
      return out.set<"interval">(in.be16());
    case Pdu::mrp_in_link_status_poll:
      out.set<"master_mac">(read_mac(in));
      out.set<"port_role">(in.be16());
      return out.set<"interconnection_id">(in.be16());
    default: return;
  }
}

}  // namespace

void time_frame(Call& call) {
  Reader& in = call.in;
  in.skip(time_header_bytes);
  call.out.set<"sequence_id">(in.be16());
  in.skip(2);
  const bool delay = call.pdu == Pdu::ptcp_delay_request || call.pdu == Pdu::ptcp_delay_response;
  if (delay) call.out.set<"delay_ns">(in.be32());
  if (!in.ok()) return call.blame(Wrong::truncated);
  call.operate(Place::frame, 0).object = {};
  if (!delay && call.pdu != Pdu::ptcp_announce) return;  // what follows differs by edition
  while (in.left() >= 2) {
    const std::uint16_t head = in.be16();
    const auto type = static_cast<std::uint8_t>(head >> 9);
    if (type == 0) return;
    Reader part = in.part(head & 0x1ff);
    if (!in.ok()) return call.blame(Wrong::truncated);
    Pen out{call.output.record, part};
    if (type == tlv_delay) out.set<"port_mac">(read_mac(part));
    if (type != tlv_subdomain) continue;
    out.set<"master_mac">(read_mac(part));
    out.set<"domain">(part.take(uuid_bytes));
  }
}

void ring(Call& call) {
  Reader& in = call.in;
  call.out.set<"mrp_version">(in.be16());
  std::uint16_t ring_state = 1;
  while (in.ok() && in.left() >= 2) {
    const std::uint8_t type = in.u8();
    if (type == mrp_end) break;
    const std::uint8_t length = in.u8();
    Reader part = in.part(length);
    if (!in.ok()) break;
    if (type == mrp_common) {
      Pen out{call.output.record, part};
      out.set<"mrp_sequence">(part.be16());
      out.set<"domain">(part.take(uuid_bytes));
    } else {
      for (const MrpRow& row : mrp_types) {
        if (row.code != type) continue;
        if (call.pdu == Pdu::unknown) call.pdu = row.pdu;
        mrp_part(call, row.pdu, part, ring_state);
      }
    }
    if (!part.ok()) return call.blame(Wrong::mrp_length);
  }
  if (!in.ok()) return call.blame(Wrong::mrp_length);
  if (call.pdu == Pdu::unknown) return call.blame(Wrong::mrp_length);
  call.out.set<"kind">(static_cast<std::uint8_t>(call.pdu));
  if (call.pdu != Pdu::mrp_test) {
    call.operate(Place::ring, 0).object.area = static_cast<std::uint32_t>(call.pdu);
    return;
  }
  const auto now = static_cast<std::uint8_t>(ring_state == 0 ? ring_is_open : ring_is_closed);
  const std::uint8_t before = std::exchange(call.memory.ring, now);
  if (before != 0 && before != now) {
    Operation& operation = call.operate(Verb::alarm, Place::ring, 0, Outcome::ok);
    operation.object.area = now;
    operation.value = call.text(now == ring_is_open ? "ring opened" : "ring closed");
  }
  call.operate(Place::ring, 0);
  if (now == ring_is_open) call.mention(Wrong::ring_open);
}

}  // namespace langyan::profinet
