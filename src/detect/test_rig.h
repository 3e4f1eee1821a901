// For tests: rules over packets made by hand or read from a capture, through flow, dissect and
// detect.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/caps.h"
#include "capture/source.h"
#include "decode/decode.h"
#include "detect/engine.h"
#include "detect/events.h"
#include "detect/limiter.h"
#include "dissect/dissector.h"
#include "dissect/registry.h"
#include "flow/tracker.h"

namespace langyan::detect {

inline Variables test_addresses() {
  return {{"HOME_NET", {"10.0.0.0/8"}},
          {"EXTERNAL_NET", {"!$HOME_NET"}},
          {"PLCS", {"10.0.0.2", "10.0.0.4"}}};
}
inline Variables test_ports() {
  return {{"MODBUS_PORTS", {"502", "1502"}}};
}

inline constexpr std::string_view test_classification =
    "config classification: attempted-recon,Attempted Information Leak,2\n"
    "config classification: policy-violation,Policy Violation,1\n";

// The rules of `text`; anything refused fails the test.
inline Compiled compile_text(std::string_view text, bool expect_clean = true,
                             std::shared_ptr<const RoleTable> roles = {}) {
  static const std::string classification = [] {
    const std::string path = testing::TempDir() + "/langyan_detect_classification.config";
    FILE* file = std::fopen(path.c_str(), "w");
    std::fwrite(test_classification.data(), 1, test_classification.size(), file);
    std::fclose(file);
    return path;
  }();
  RuleSources sources;
  sources.addresses = test_addresses();
  sources.ports = test_ports();
  sources.classification = classification;
  sources.roles = std::move(roles);
  const RuleText file{"test.rules", std::string(text)};
  Compiled compiled = compile(sources, {&file, 1});
  if (expect_clean) {
    for (const RuleNote& note : compiled.report.errors) ADD_FAILURE() << render(note);
  }
  return compiled;
}

// One rule with sid 1 out of its options.
inline std::string rule_of(std::string_view options,
                           std::string_view header = "tcp any any -> any any") {
  return "alert " + std::string(header) + " (msg:\"test\"; " + std::string(options) + " sid:1;)\n";
}

// Small tables make a rig in a moment; no test here needs more flows.
inline bool small_caps() {
  for (const char* name :
       {"flow.flows", "flow.reassembly_bytes", "flow.waiting_directions", "flow.history",
        "flow.fragment_bytes", "flow.datagrams", "dissect.large_buffers", "dissect.small_buffers",
        "dissect.requests", "dissect.large_requests", "detect.long_tails", "detect.short_tails",
        "detect.flowbit_blocks", "detect.flowint_blocks"}) {
    Cap* cap = Cap::find(name);
    EXPECT_TRUE(cap && cap->set(std::max<std::uint64_t>(cap->least(), 64)).ok()) << name;
  }
  return true;
}

struct Ends {
  std::uint32_t client = 0x0a000001, server = 0x0a000002;
  std::uint16_t client_port = 40'000, server_port = 502;
};

class Rig final : public flow::Listener, public dissect::Listener, public HitSink {
 public:
  explicit Rig(std::string_view rules) : Rig(compile_text(rules).rules) {}
  explicit Rig(std::shared_ptr<const RuleSet> rules)
      : small_(small_caps()),
        tracker_(flow::Options{}, decoder_, *this),
        engine(tracker_.capacity(), *this),
        dissector_(tracker_.capacity(), 1, *this) {
    EXPECT_TRUE(engine.use(std::move(rules)));
  }

  decode::Headers headers(Direction way, std::uint8_t protocol) const {
    decode::Headers made;
    const bool forth = way == Direction::to_server;
    made.ip_version = 4;
    made.ethertype = decode::ethertype::ipv4;
    made.protocol = protocol;
    made.ttl = 64;
    made.transport_offset = 34;
    made.source = IpAddress::v4(forth ? ends.client : ends.server);
    made.destination = IpAddress::v4(forth ? ends.server : ends.client);
    made.source_port = forth ? ends.client_port : ends.server_port;
    made.destination_port = forth ? ends.server_port : ends.client_port;
    return made;
  }

  void give(decode::Headers& made, decode::Outcome outcome = decode::Outcome::transport) {
    capture::Packet packet;
    packet.time = now;
    packet.number = ++number;
    packet.data = made.payload;
    packet.wire_length = static_cast<std::uint32_t>(54 + made.payload.size());
    engine.begin({&made, now, number});
    if (!tracker_.accept(packet, made, outcome))
      engine.inspect_packet(nullptr, Direction::to_server);
  }

  Rig& tcp(Direction way, std::uint8_t flags, std::string_view data = {}) {
    const auto side = static_cast<std::size_t>(way), other = 1 - side;
    decode::Headers made = headers(way, decode::ip_protocol::tcp);
    made.tcp.flags = flags;
    made.tcp.sequence = next_[side];
    made.tcp.acknowledgement = flags & decode::tcp_flag::ack ? next_[other] : 0;
    made.tcp.window = 8'192;
    made.payload = bytes_of(data);
    next_[side] += static_cast<std::uint32_t>(data.size()) +
                   (flags & (decode::tcp_flag::syn | decode::tcp_flag::fin) ? 1 : 0);
    give(made);
    return *this;
  }
  // The other connection's numbers; ports are the caller's to change.
  Rig& handshake() {
    next_ = {1'000, 900'000};
    tcp(Direction::to_server, decode::tcp_flag::syn);
    tcp(Direction::to_client, decode::tcp_flag::syn | decode::tcp_flag::ack);
    return tcp(Direction::to_server, decode::tcp_flag::ack);
  }
  Rig& client(std::string_view data) {
    return tcp(Direction::to_server, decode::tcp_flag::ack | decode::tcp_flag::psh, data);
  }
  Rig& server(std::string_view data) {
    return tcp(Direction::to_client, decode::tcp_flag::ack | decode::tcp_flag::psh, data);
  }
  Rig& lose(std::uint32_t octets) {  // of the client, before the sensor
    next_[0] += octets;
    return *this;
  }
  Rig& udp(std::string_view data, Direction way = Direction::to_server) {
    decode::Headers made = headers(way, decode::ip_protocol::udp);
    made.payload = bytes_of(data);
    give(made);
    return *this;
  }
  Rig& icmp(std::uint8_t type, std::uint8_t code, std::string_view data = {},
            std::uint32_t rest = 0) {
    decode::Headers made = headers(Direction::to_server, decode::ip_protocol::icmp);
    made.source_port = made.destination_port = 0;
    made.icmp_type = type, made.icmp_code = code, made.icmp_rest = rest;
    made.payload = bytes_of(data);
    give(made);
    return *this;
  }
  Rig& frame(std::string_view data, std::uint16_t ethertype = 0x88b8) {
    decode::Headers made;
    made.source_mac = Mac{{2, 0, 0, 0, 0, 1}}, made.destination_mac = Mac{{2, 0, 0, 0, 0, 2}};
    made.has_source_mac = made.has_destination_mac = true;
    made.ethertype = ethertype;
    made.payload = bytes_of(data);
    give(made, decode::Outcome::link_only);
    return *this;
  }
  // An Ethernet frame as captured.
  Rig& raw(std::string_view octets) {
    decode::Headers made;
    constexpr int ethernet = 1;
    const auto size = static_cast<std::uint32_t>(octets.size());
    const capture::Packet packet{now, ++number, bytes_of(octets), size, ethernet};
    const auto outcome = decoder_.decode(packet.data, size, ethernet, made);
    engine.begin({&made, now, number});
    const bool fragment = outcome == decode::Outcome::fragment;
    if (fragment) engine.inspect_packet(nullptr, Direction::to_server);
    if (!tracker_.accept(packet, made, outcome) && !fragment)
      engine.inspect_packet(nullptr, Direction::to_server);
    return *this;
  }
  Rig& tick(Duration after) {
    for (const Time until = now + after; now < until;) {
      now = std::min(until, (now / second + 1) * second);
      engine.begin({nullptr, now, 0});
      dissector_.tick(now);
      tracker_.tick(now);
    }
    return *this;
  }
  Rig& finish() {
    engine.begin({nullptr, now, 0});
    tracker_.finish();
    return *this;
  }
  Rig& run(const std::string& path) {  // below pcaps/
    auto source = capture::open_file(std::string(LANGYAN_SOURCE_DIR "/pcaps/") + path);
    if (!source) {
      ADD_FAILURE() << source.error().message;
      return *this;
    }
    while (true) {
      const auto more = (*source)->read(256, [&](const capture::Packet& packet) {
        if (now && packet.time / second > now / second)
          tick((packet.time / second - now / second) * second);
        now = std::max(now, packet.time);
        number = packet.number;
        decode::Headers made;
        const auto outcome =
            decoder_.decode(packet.data, packet.wire_length, packet.link_type, made);
        engine.begin({&made, now, number});
        if (!tracker_.accept(packet, made, outcome))
          engine.inspect_packet(nullptr, Direction::to_server);
      });
      if (!more || *more == capture::Progress::end) break;
    }
    return finish();
  }

  // "1@4 7@4": sid and packet number of each hit, in order; with limits applied.
  std::string fired() const {
    std::string text;
    for (const Hit& hit : hits) {
      text += (text.empty() ? "" : " ") + std::to_string(hit.rule->sid) + "@" +
              std::to_string(hit.packet_number);
    }
    return text;
  }
  std::size_t count(std::uint32_t sid) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(hits, [&](const Hit& hit) { return hit.rule->sid == sid; }));
  }
  std::uint64_t counted(Count count) const { return engine.counters().value(count); }

  std::vector<Hit> hits;
  Ends ends;
  Time now = 1'700'000'000 * second;
  std::uint64_t number = 0;
  bool limited = false;  // ask the limiter

 private:
  void opened(flow::Flow& flow) override { dissector_.opened(flow); }
  void packet(flow::Flow& flow, Direction way, const capture::Packet&,
              const decode::Headers&) override {
    engine.inspect_packet(&flow, way);
  }
  void stream(flow::Flow& flow, Direction way, const flow::Chunk& chunk) override {
    engine.inspect_stream(flow, way, chunk);
    dissector_.stream(flow, way, chunk, now, number);
  }
  void datagram(flow::Flow& flow, Direction way, Bytes payload) override {
    if (flow.kind() != flow::Kind::udp && flow.kind() != flow::Kind::layer2) return;
    const auto transport = flow.kind() == flow::Kind::udp ? Transport::udp : Transport::layer2;
    dissector_.datagram(flow, way, payload, transport, now, number);
  }
  void record(flow::Flow&) override {}
  void closed(flow::Flow& flow, flow::Reason) override {
    dissector_.closed(flow, now);
    engine.close(flow.slot());
  }
  void anomaly(const flow::Oddity& oddity) override {
    engine.inspect_event(event_of(flow::detection(oddity.kind)), oddity.flow, oddity.direction,
                         &oddity.source, &oddity.destination);
  }
  void fault(flow::Flow& flow, const Detection& what, Direction way) override {
    engine.inspect_event(event_of(what), &flow, way);
  }
  void identified(flow::Flow& flow, const Protocol& protocol) override {
    engine.identified(flow, &protocol);
  }
  void message(flow::Flow& flow, const Message& message) override {
    engine.inspect_message(flow, message);
  }
  void unanswered(flow::Flow& flow, const Message& request) override {
    engine.inspect_unanswered(flow, request);
  }
  void unidentified(flow::Flow& flow) override { engine.identified(flow, nullptr); }
  void anomaly(flow::Flow&, const Protocol*, const Detection&, Direction, Bytes) override {}
  void accept(const Hit& hit) override {
    if (!limited || limiter_.admit(hit)) hits.push_back(hit);
  }

  bool small_;
  decode::Decoder decoder_;
  flow::Tracker tracker_;
  std::array<std::uint32_t, 2> next_{1'000, 900'000};
  Limiter limiter_;

 public:
  Engine engine;

 private:
  dissect::Dissector dissector_;
};

}  // namespace langyan::detect
