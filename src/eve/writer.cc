#include "eve/writer.h"

#include <algorithm>

#include "base/json.h"
#include "flow/community_id.h"

namespace langyan::eve {

namespace {

// Suricata writes the transport in capitals, and the number of a protocol it has no name for.
void write_transport(JsonWriter& json, std::uint8_t protocol) {
  json.key("proto");
  switch (protocol) {
    case decode::ip_protocol::tcp: json.text("TCP"); return;
    case decode::ip_protocol::udp: json.text("UDP"); return;
    case decode::ip_protocol::icmp: json.text("ICMP"); return;
    case decode::ip_protocol::icmpv6: json.text("IPv6-ICMP"); return;
    case decode::ip_protocol::sctp: json.text("SCTP"); return;
    default: {
      std::string number;
      append_number(number, std::uint64_t{protocol});
      json.text(number);
    }
  }
}

bool has_ports(std::uint8_t protocol) {
  return protocol == decode::ip_protocol::tcp || protocol == decode::ip_protocol::udp ||
         protocol == decode::ip_protocol::sctp;
}

void write_ether(JsonWriter& json, const Mac& source, const Mac& destination, std::uint16_t ethertype) {
  json.key("ether").open().field("src_mac", source).field("dest_mac", destination);
  if (ethertype) json.field("ethertype", ethertype);
  json.close();
}

struct Ends {
  IpAddress source, destination;
  std::uint16_t source_port, destination_port;
};

void write_ends(JsonWriter& json, const Ends& ends, std::uint8_t protocol) {
  json.field("src_ip", ends.source);
  if (has_ports(protocol)) json.field("src_port", ends.source_port);
  json.field("dest_ip", ends.destination);
  if (has_ports(protocol)) json.field("dest_port", ends.destination_port);
  write_transport(json, protocol);
}

Ends ends_of(const flow::Flow& flow, Direction direction) {
  const Ends there{flow.client_ip(), flow.server_ip(), flow.client_port(), flow.server_port()};
  return direction == Direction::to_server
             ? there
             : Ends{there.destination, there.source, there.destination_port, there.source_port};
}

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

std::string hex_flags(std::uint8_t flags) {
  std::string text;
  append_hex(text, Bytes{&flags, 1});
  return text;
}

void write_flow_counts(JsonWriter& json, const flow::Flow& flow) {
  json.field("pkts_toserver", flow.packets(Direction::to_server))
      .field("pkts_toclient", flow.packets(Direction::to_client))
      .field("bytes_toserver", flow.bytes(Direction::to_server))
      .field("bytes_toclient", flow.bytes(Direction::to_client));
}

// As Suricata writes it, and which kind of tunnel and what names it there.
void write_tunnel(JsonWriter& json, const Moment& moment, bool strict) {
  if (!moment.tunnel || !moment.tunnel->depth) return;
  const decode::Tunnel& tunnel = *moment.tunnel;
  json.key("tunnel").open();
  write_ends(json, {tunnel.source, tunnel.destination, tunnel.source_port, tunnel.destination_port}, tunnel.protocol);
  json.field("depth", tunnel.depth);
  if (!strict) json.field("kind", decode::name(tunnel.kind)).field("id", tunnel.id);
  json.close();
}

// `length`, which Suricata does not write: what the packet had on the wire, where less of it is here.
void write_packet(JsonWriter& json, const capture::Packet& packet, bool strict) {
  const Bytes octets = packet.data.first(std::min(packet.data.size(), most_packet_octets));
  json.key("packet").base64(octets);
  json.key("packet_info").open().field("linktype", packet.link_type);
  if (!strict && packet.wire_length > octets.size()) json.field("length", packet.wire_length);
  json.close();
}

}  // namespace

void Writer::plain(std::string& out, std::string_view event_type, Time time) const {
  JsonWriter json(out);
  json.open().key("timestamp").time(time).field("event_type", event_type);
}

void Writer::common(JsonWriter& json, std::string_view event_type, const flow::Flow* flow,
                    Direction direction, const Moment& moment) const {
  json.open().key("timestamp").time(moment.time);
  if (flow) json.field("flow_id", flow->id());
  if (!options_.interface.empty()) json.field("in_iface", options_.interface);
  json.field("event_type", event_type);
  if (flow && flow->vlan()) json.key("vlan").open_list().number(std::uint64_t{flow->vlan()}).close_list();
  if (flow && flow->kind() == flow::Kind::layer2) {
    const bool forth = direction == Direction::to_server;
    write_ether(json, forth ? flow->client_mac() : flow->server_mac(),
                forth ? flow->server_mac() : flow->client_mac(), options_.strict ? 0 : flow->ethertype());
  } else if (flow) {
    write_ends(json, ends_of(*flow, direction), flow->protocol());
    json.field("community_id", flow::community_id(*flow));
  }
  if (moment.number) json.field("pcap_cnt", moment.number);
}

void Writer::operation(std::string& out, const flow::Flow& flow, const Message& message,
                       const Moment& moment) const {
  JsonWriter json(out);
  // An exchange stands in the direction of its request, as Suricata logs a transaction.
  const Direction direction =
      message.role == Role::answer ? opposite(message.context.direction) : message.context.direction;
  Moment asked = moment;
  if (message.request) asked.time = message.request->time, asked.number = message.request->packet_number;
  common(json, message.protocol->name, &flow, direction, asked);
  json.field("app_proto", message.protocol->name);
  write_operations(json, message);
  write_identity(json, message);
  write_protocol(json, message);
}

void Writer::alert(std::string& out, const detect::Hit& hit, const flow::Flow* flow, const Message* message,
                   const Moment& moment) const {
  JsonWriter json(out);
  const detect::Rule& rule = *hit.rule;
  common(json, "alert", flow, hit.direction, moment);
  if (!flow) {
    if (hit.ip_protocol || hit.source != IpAddress{}) {
      write_ends(json, {hit.source, hit.destination, hit.source_port, hit.destination_port}, hit.ip_protocol);
    } else if (!options_.strict) {
      write_ether(json, hit.source_mac, hit.destination_mac, 0);
    }
  }
  json.key("alert").open()
      .field("action", "allowed").field("gid", rule.gid).field("signature_id", rule.sid)
      .field("rev", rule.rev).field("signature", rule.message).field("category", rule.category)
      .field("severity", rule.priority);
  const bool moves_operation = options_.strict && message && !message->operations.empty();
  if (!rule.metadata.empty() || moves_operation) {
    json.key("metadata").open();
    for (std::size_t i = 0; i < rule.metadata.size(); ++i) {
      const std::string key = escaped(rule.metadata[i].first);
      // As written: names that are not UTF-8 may differ and be written alike.
      const auto same = [&](const auto& other) { return escaped(other.first) == key; };
      if (std::any_of(rule.metadata.begin(), rule.metadata.begin() + static_cast<std::ptrdiff_t>(i), same)) continue;
      if (moves_operation && key.starts_with("ot_")) continue;  // ours below
      json.key(key).open_list();
      for (const auto& other : rule.metadata)
        if (same(other)) json.text(other.second);
      json.close_list();
    }
    if (moves_operation) {
      const Operation& operation = message->operations[hit.operation < message->operations.size() ? hit.operation : 0];
      std::string object;
      write_object(object, *message->protocol, operation.object);
      json.key("ot_verb").open_list().text(verb_name(operation.verb)).close_list();
      json.key("ot_object").open_list().text(object).close_list();
      json.key("ot_result").open_list().text(outcome_name(operation.outcome)).close_list();
    }
    json.close();
  }
  json.close();
  write_tunnel(json, moment, options_.strict);
  const Protocol* protocol = message ? message->protocol : hit.protocol;
  if (protocol) json.field("app_proto", protocol->name);
  if (flow) {
    json.field("direction", hit.direction == Direction::to_server ? "to_server" : "to_client");
    json.key("flow").open();
    write_flow_counts(json, *flow);
    json.key("start").time(flow->first_time()).close();
  }
  if (message && !options_.strict) {
    write_operations(json, *message);
    write_protocol(json, *message);
  }
  if (!options_.strict && hit.length) {
    json.key("match").open().field("offset", hit.offset).field("length", hit.length).close();
  }
  if (options_.packets && !moment.frame.empty())
    write_packet(json, {moment.time, moment.number, moment.frame, moment.wire, moment.link_type}, options_.strict);
}

void Writer::deviation(std::string& out, const flow::Flow* flow, const Message* message, const Moment& moment) const {
  JsonWriter json(out);
  common(json, "alert", flow, Direction::to_server, moment);
  write_tunnel(json, moment, options_.strict);
  if (message) json.field("app_proto", message->protocol->name);
  if (flow) {
    json.field("direction", "to_server").key("flow").open();
    write_flow_counts(json, *flow);
    json.key("start").time(flow->first_time()).close();
  }
  if (message && !options_.strict) {
    write_operations(json, *message);
    write_protocol(json, *message);
  }
  if (options_.packets && !moment.frame.empty())
    write_packet(json, {moment.time, moment.number, moment.frame, moment.wire, moment.link_type}, options_.strict);
}

void Writer::steps(std::string& out, std::span<const detect::StepTaken> earlier) const {
  if (options_.strict || earlier.empty()) return;
  JsonWriter json(out, true);
  json.key("steps").open_list();
  for (const detect::StepTaken& step : earlier) {
    json.open().key("timestamp").time(step.time);
    if (step.packet_number) json.field("pcap_cnt", step.packet_number);
    json.close();
  }
  json.close_list();
}

void Writer::packets_before(std::string& out, const flow::Flow& flow, const flow::RecentPackets& recent) const {
  if (options_.strict || recent.empty(flow)) return;
  JsonWriter json(out, true);
  json.key("packets_before").open_list();
  recent.each(flow, [&](unsigned side, const capture::Packet& packet) {
    json.open().key("timestamp").time(packet.time);
    if (packet.number) json.field("pcap_cnt", packet.number);
    json.field("direction", flow.direction(side) == Direction::to_server ? "to_server" : "to_client");
    write_packet(json, packet, false);
    json.close();
  });
  json.close_list();
}

void Writer::flow(std::string& out, const flow::Flow& flow, const Protocol* protocol, flow::Reason reason,
                  bool ended, bool alerted, const Moment& moment) const {
  constexpr std::string_view reasons[] = {"timeout", "timeout", "timeout", "timeout", "forced", "shutdown"};
  constexpr std::string_view details[] = {"timeout", "finished", "reset", "reused", "evicted", "shutdown"};
  constexpr std::string_view states[] = {"new", "established", "closed", "closed"};
  JsonWriter json(out);
  Moment now = moment;
  now.number = 0;
  common(json, "flow", &flow, Direction::to_server, now);
  if (protocol) json.field("app_proto", protocol->name);
  json.key("flow").open();
  write_flow_counts(json, flow);
  json.key("start").time(flow.first_time());
  json.key("end").time(flow.last_time());
  json.field("age", (flow.last_time() - flow.first_time()) / second);
  json.field("state", states[static_cast<std::size_t>(flow.state())]);
  json.field("reason", ended ? reasons[static_cast<std::size_t>(reason)] : std::string_view("active"));
  json.field("alerted", alerted).close();
  if (flow.kind() == flow::Kind::tcp) {
    const std::uint8_t forth = flow.tcp_flags(Direction::to_server), back = flow.tcp_flags(Direction::to_client);
    json.key("tcp").open().field("tcp_flags", hex_flags(forth | back))
        .field("tcp_flags_ts", hex_flags(forth)).field("tcp_flags_tc", hex_flags(back));
    constexpr std::string_view names[] = {"fin", "syn", "rst", "psh", "ack", "urg", "ecn", "cwr"};
    for (std::size_t bit = 0; bit < 8; ++bit)
      if ((forth | back) >> bit & 1) json.field(names[bit], true);
    json.close();
  }
  if (options_.strict) return;
  json.key("wire").open();
  json.field("end_reason", ended ? details[static_cast<std::size_t>(reason)] : std::string_view("active"))
      .field("one_way", flow.one_way())
      .field("gaps", std::uint64_t{flow.gaps(Direction::to_server)} + flow.gaps(Direction::to_client))
      .field("midstream", flow.kind() == flow::Kind::tcp && flow.certainty() != flow::Certainty::seen)
      .close();
}

void write_detection(JsonWriter& json, const Detection& what) {
  json.key("detection").open().field("sid", what.sid).field("name", what.name)
      .field("severity", severity_name(what.severity)).field("title", what.title.en)
      .field("title_zh", what.title.zh);
  if (!what.technique.empty()) json.field("technique", what.technique);
  json.close();
}

void Writer::anomaly(std::string& out, const Detection& what, const flow::Flow* flow, const Protocol* protocol,
                     std::string_view layer, Direction direction, const Message* message,
                     const Moment& moment) const {
  JsonWriter json(out);
  common(json, "anomaly", flow, direction, moment);
  if (protocol) json.field("app_proto", protocol->name);
  json.key("anomaly").open().field("type", layer).field("event", what.name).close();
  if (options_.strict) return;
  write_tunnel(json, moment, false);
  write_detection(json, what);
  if (message) write_operations(json, *message);
}

void Writer::anomaly(std::string& out, std::string_view event, std::string_view layer, const Detection* what,
                     const IpAddress& source, const IpAddress& destination, const Moment& moment) const {
  JsonWriter json(out);
  common(json, "anomaly", nullptr, Direction::to_server, moment);
  if (source != IpAddress{} || destination != IpAddress{}) {
    json.field("src_ip", source).field("dest_ip", destination);
  }
  json.key("anomaly").open().field("type", layer).field("event", event).close();
  if (options_.strict) return;
  write_tunnel(json, moment, false);
  if (what) write_detection(json, *what);
}

void retype(std::string& line, std::string_view event_type) {
  constexpr std::string_view member = "\"event_type\":\"", alert = "alert";
  const auto at = line.find(member);  // the first: what traffic said stands behind it
  if (at != line.npos && std::string_view(line).substr(at + member.size()).starts_with(alert))
    line.replace(at + member.size(), alert.size(), event_type);
}

void close_line(std::string& out, std::string_view sensor, std::uint64_t epoch, std::string_view lane,
                std::uint64_t seq) {
  constexpr char digits[] = "0123456789abcdef";
  char hex[16];
  for (int i = 0; i < 16; ++i) hex[i] = digits[epoch >> (60 - 4 * i) & 15];
  out += ",\"origin\":{\"sensor\":\"";
  append_escaped(out, sensor);
  out += "\",\"epoch\":\"";
  out.append(hex, sizeof hex);
  out += "\",\"lane\":\"";
  out += lane;
  out += "\",\"seq\":";
  append_number(out, seq);
  out += "}}";
}

}  // namespace langyan::eve
