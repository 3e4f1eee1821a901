// For the tests of this room: a listener that remembers, and a wire that makes packets by hand.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/caps.h"
#include "flow/tracker.h"

namespace langyan::flow {

// Sets a cap for one test.
class CapSetting {
 public:
  CapSetting(std::string_view name, std::uint64_t value)
      : cap_(*Cap::find(name)), before_(cap_.value()) {
    EXPECT_TRUE(cap_.set(value).ok()) << name;
  }
  ~CapSetting() { EXPECT_TRUE(cap_.set(before_).ok()); }
  CapSetting(const CapSetting&) = delete;
  CapSetting& operator=(const CapSetting&) = delete;

 private:
  Cap& cap_;
  std::uint64_t before_;
};

std::uint64_t allocations();  // so far, of the whole program

struct Ended {
  std::uint64_t id;
  std::uint32_t slot;
  Reason reason;
  State state;
  std::uint16_t client_port, server_port;
  std::uint64_t packets;
  Time last_time;
  auto operator<=>(const Ended&) const = default;
};

struct Recorder : Listener {
  void opened(Flow& flow) override {
    ++opened_count;
    slots.insert(flow.slot());
  }
  void packet(Flow&, Direction, const capture::Packet& packet, const decode::Headers&) override {
    ++packet_count;
    current = packet.data;
  }
  void stream(Flow& flow, Direction way, const Chunk& chunk) override {
    std::string& text = streams[{flow.id(), way}];
    EXPECT_TRUE(chunk.gap || !chunk.data.empty()) << "an empty chunk says nothing";
    if (chunk.gap) {
      text += "[" + (chunk.missing ? std::to_string(chunk.missing) : "?") + "]";
      missing += chunk.missing;
    }
    text += text_of(chunk.data);
    const bool within = chunk.data.data() >= current.data() &&
                        chunk.data.data() + chunk.data.size() <= current.data() + current.size();
    (within ? viewed : copied) += chunk.data.size();
    EXPECT_TRUE(chunk.data.empty() || within != chunk.held);
    auto& next = sequences[{flow.id(), way}];
    if (next && !(chunk.gap && !chunk.missing)) {
      EXPECT_EQ(*next + chunk.missing, chunk.sequence) << "octets out of order";
    }
    next = std::make_unique<std::uint32_t>(chunk.sequence +
                                           static_cast<std::uint32_t>(chunk.data.size()));
  }
  void datagram(Flow& flow, Direction way, Bytes payload) override {
    streams[{flow.id(), way}] += std::string(text_of(payload)) + "|";
  }
  void record(Flow& flow) override { records.push_back(flow.id()); }
  void closed(Flow& flow, Reason reason) override {
    EXPECT_EQ(slots.erase(flow.slot()), 1u) << "closed twice or never opened";
    ended.push_back({flow.id(), flow.slot(), reason, flow.state(), flow.client_port(),
                     flow.server_port(),
                     flow.packets(Direction::to_server) + flow.packets(Direction::to_client),
                     flow.last_time()});
    if (on_closed) on_closed(flow, reason);
  }
  void anomaly(const Oddity& oddity) override {
    if (oddity.flow) {
      const bool first = reported.insert({oddity.flow->id(), oddity.kind}).second;
      EXPECT_TRUE(first) << detection(oddity.kind).name << " reported twice for a flow";
    }
    ++anomalies[oddity.kind];
    ids.push_back(oddity.id);
  }

  int count(Anomaly kind) const {
    const auto at = anomalies.find(kind);
    return at == anomalies.end() ? 0 : at->second;
  }
  std::string names() const {  // "tcp.gap tcp.flags"
    std::string all;
    for (const auto& [kind, times] : anomalies)
      all += (all.empty() ? "" : " ") + std::string(detection(kind).name);
    return all;
  }

  std::uint64_t opened_count = 0, packet_count = 0, viewed = 0, copied = 0, missing = 0;
  std::set<std::uint32_t> slots;
  std::map<std::pair<std::uint64_t, Direction>, std::string> streams;
  std::map<std::pair<std::uint64_t, Direction>, std::unique_ptr<std::uint32_t>> sequences;
  std::vector<std::uint64_t> ids;  // of the anomalies
  std::vector<std::uint64_t> records;
  std::vector<Ended> ended;
  std::map<Anomaly, int> anomalies;
  std::set<std::pair<std::uint64_t, Anomaly>> reported;
  std::function<void(Flow&, Reason)> on_closed;
  Bytes current;
};

constexpr Time noon = 1'700'000'000 * second;
constexpr std::uint8_t fin = decode::tcp_flag::fin, syn = decode::tcp_flag::syn,
                       rst = decode::tcp_flag::rst, psh = decode::tcp_flag::psh,
                       ack = decode::tcp_flag::ack, urg = decode::tcp_flag::urg;

struct Ends {
  std::uint32_t client = 0x0a000001, server = 0x0a000002;
  std::uint16_t client_port = 40'000, server_port = 502;
};

// Sends packets of two ends to a tracker. Sequence numbers are relative to each side's start.
class Wire {
 public:
  explicit Wire(const Options& settings = {}) : tracker(settings, decoder, recorder) {}

  decode::Headers headers(const Ends& between, Direction way, std::uint8_t protocol) const {
    decode::Headers made;
    const bool forth = way == Direction::to_server;
    made.ip_version = 4;
    made.ethertype = decode::ethertype::ipv4;
    made.protocol = protocol;
    made.source = IpAddress::v4(forth ? between.client : between.server);
    made.destination = IpAddress::v4(forth ? between.server : between.client);
    made.source_port = forth ? between.client_port : between.server_port;
    made.destination_port = forth ? between.server_port : between.client_port;
    return made;
  }

  Flow* give(decode::Headers& made, decode::Outcome outcome = decode::Outcome::transport) {
    capture::Packet packet;
    packet.time = now;
    packet.number = ++number;
    packet.data = made.payload;
    packet.wire_length = static_cast<std::uint32_t>(54 + made.payload.size() + made.missing);
    return tracker.accept(packet, made, outcome);
  }

  Flow* tcp(Direction way, std::uint8_t flags, std::uint32_t sequence,
            std::uint32_t acknowledgement, std::string_view data = {}) {
    decode::Headers made = headers(ends, way, decode::ip_protocol::tcp);
    made.tcp.flags = flags;
    made.tcp.sequence = start(way) + sequence;
    made.tcp.acknowledgement = flags & ack ? start(opposite(way)) + acknowledgement : 0;
    made.tcp.window = window;
    made.tcp.window_scale = flags & syn ? scale : decode::no_window_scale;
    made.tcp.options = options;
    made.tcp.urgent = urgent;
    made.missing = missing;
    made.payload = bytes_of(data);
    return flow = give(made);
  }
  Flow* client(std::uint8_t flags, std::uint32_t sequence, std::uint32_t acknowledgement = 0,
               std::string_view data = {}) {
    return tcp(Direction::to_server, flags, sequence, acknowledgement, data);
  }
  Flow* server(std::uint8_t flags, std::uint32_t sequence, std::uint32_t acknowledgement = 0,
               std::string_view data = {}) {
    return tcp(Direction::to_client, flags, sequence, acknowledgement, data);
  }
  // SYN takes number 0: data begins at 1.
  Flow* handshake() {
    client(syn, 0);
    server(syn | ack, 0, 1);
    return client(ack, 1, 1);
  }
  Flow* udp(Direction way, std::string_view data) {
    decode::Headers made = headers(ends, way, decode::ip_protocol::udp);
    made.payload = bytes_of(data);
    return flow = give(made);
  }
  void wait(Duration time) {  // ticks at each second, as the pipeline does
    for (const Time until = now + time; now < until;) {
      const Time next = std::min(until, (now / second + 1) * second);
      now = next;
      if (now % second == 0) tracker.tick(now);
    }
  }
  std::string heard(Direction way) { return recorder.streams[{flow->id(), way}]; }
  std::uint64_t count(Count which) const { return tracker.counters().value(which); }

  decode::Decoder decoder;
  Recorder recorder;
  Tracker tracker;
  Ends ends;
  Time now = noon;
  std::uint64_t number = 0;
  std::uint32_t client_start = 1'000, server_start = 900'000;
  std::uint16_t window = 8'192, urgent = 0;
  std::uint8_t scale = 0;
  std::uint32_t missing = 0;
  Bytes options;
  Flow* flow = nullptr;

 private:
  std::uint32_t start(Direction way) const {
    return way == Direction::to_server ? client_start : server_start;
  }
};

// What must balance at any time.
inline void expect_balance(const FlowCounters& c, std::uint32_t flows) {
  const auto value = [&](Count which) { return c.value(which); };
  std::uint64_t kinds = 0, ends = 0, evicted = 0;
  for (auto i = Count::tcp; i <= Count::invalid; i = static_cast<Count>(static_cast<int>(i) + 1))
    kinds += value(i);
  for (auto i = Count::closed_timeout; i <= Count::closed_shutdown;
       i = static_cast<Count>(static_cast<int>(i) + 1))
    ends += value(i);
  for (auto i = Count::evicted_closed; i <= Count::evicted_kept;
       i = static_cast<Count>(static_cast<int>(i) + 1))
    evicted += value(i);
  EXPECT_EQ(value(Count::packets), kinds);
  EXPECT_EQ(value(Count::opened), ends + flows);
  EXPECT_EQ(value(Count::closed_evicted), evicted);
  EXPECT_EQ(value(Count::segments), value(Count::in_order) + value(Count::out_of_order) +
                                        value(Count::retransmitted) + value(Count::not_taken));
  EXPECT_EQ(value(Count::gaps), value(Count::gap_acknowledged) + value(Count::gap_waited) +
                                    value(Count::gap_full) + value(Count::gap_snapped) +
                                    value(Count::gap_closed));
}

}  // namespace langyan::flow
