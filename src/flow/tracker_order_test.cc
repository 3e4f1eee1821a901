// What does not depend on how the work is shared, on what is prepared ahead and on a clock that steps back.
#include <gtest/gtest.h>

#include <random>

#include "flow/test_wire.h"
#include "flow/tracker.h"

namespace langyan::flow {
namespace {

constexpr auto to_server = Direction::to_server, to_client = Direction::to_client;

// A day of a plant: what the listener hears does not depend on how address pairs are shared.
struct Heard {
  Time time;
  std::uint64_t order;  // packet number; 0 for what a tick brings
  std::uint64_t id;
  std::string what;
  auto operator<=>(const Heard&) const = default;
};

struct Scribe : Listener {
  void note(const Flow& flow, std::string what) {
    lines->push_back({*time, *order, flow.id(), std::move(what)});
  }
  void opened(Flow& flow) override { note(flow, "opened"); }
  void packet(Flow& flow, Direction way, const capture::Packet&, const decode::Headers&) override {
    note(flow, "packet" + std::to_string(static_cast<int>(way)));
  }
  void stream(Flow& flow, Direction, const Chunk& chunk) override {
    note(flow, std::to_string(chunk.missing) + std::string(text_of(chunk.data)));
  }
  void datagram(Flow& flow, Direction, Bytes data) override {
    note(flow, std::string(text_of(data)));
  }
  void record(Flow& flow) override {
    note(flow, "record " + std::to_string(flow.packets(to_server)));
  }
  void closed(Flow& flow, Reason reason) override {
    note(flow, "closed " + std::to_string(static_cast<int>(reason)));
  }
  void anomaly(const Oddity& oddity) override {
    lines->push_back({*time, *order, oddity.id, std::string(detection(oddity.kind).name)});
  }
  std::vector<Heard>* lines = nullptr;
  const Time* time = nullptr;
  const std::uint64_t* order = nullptr;
};

std::vector<Heard> plant(unsigned workers) {
  std::vector<Heard> lines;
  Time now = noon;
  std::uint64_t order = 0;
  decode::Decoder decoder;
  std::vector<std::unique_ptr<Scribe>> scribes;
  std::vector<std::unique_ptr<Tracker>> trackers;
  for (unsigned i = 0; i < workers; ++i) {
    scribes.push_back(std::make_unique<Scribe>());
    scribes.back()->lines = &lines;
    scribes.back()->time = &now;
    scribes.back()->order = &order;
    trackers.push_back(std::make_unique<Tracker>(Options{.timeouts = {}, .workers = workers},
                                                 decoder, *scribes.back()));
  }
  Wire maker;
  std::mt19937 random(17);
  std::map<std::uint32_t, std::uint32_t> sent;
  std::uint64_t number = 0;
  Time last_tick = now / second;
  while (now < noon + 1'500 * second) {
    now += random() % (200 * millisecond);
    order = 0;
    for (; last_tick < now / second; ++last_tick) {
      for (auto& tracker : trackers) {
        const Time real = now;
        now = (last_tick + 1) * second;
        tracker->tick(now);
        now = real;
      }
    }
    order = ++number;
    const std::uint32_t pair = random() % 40;
    const Ends ends{.client = 0x0a000000 + pair,
                    .client_port = static_cast<std::uint16_t>(1'000 + random() % 3)};
    const bool forth = random() % 3 != 0;
    decode::Headers headers =
        maker.headers(ends, forth ? to_server : to_client,
                      pair % 4 ? decode::ip_protocol::tcp : decode::ip_protocol::udp);
    headers.payload = bytes_of("data");
    if (pair % 4) {
      std::uint32_t& at = sent[pair * 100 + ends.client_port];
      headers.tcp.flags = random() % 50 ? ack : random() % 2 ? fin | ack : rst | ack;
      headers.tcp.sequence = forth ? at : 70'000;
      headers.tcp.acknowledgement = forth ? 70'000 : at;
      headers.tcp.window = 8'000;
      if (!forth) headers.payload = {};
      if (forth) at += random() % 10 ? 4 : 8;  // a hole now and then
    }
    capture::Packet packet;
    packet.time = now;
    packet.number = number;
    packet.wire_length = 60;
    trackers[decode::pair_hash(headers) % workers]->accept(packet, headers,
                                                           decode::Outcome::transport);
  }
  order = 0;
  for (auto& tracker : trackers) tracker->finish();
  // The merge: by time and packet number, and by id what a tick brings.
  std::ranges::stable_sort(
      lines, {}, [](const Heard& h) { return std::tuple(h.time, h.order, h.order ? 0 : h.id); });
  return lines;
}

TEST(Tracker, WorkersChangeNothing) {
  const std::vector<Heard> one = plant(1);
  EXPECT_GT(one.size(), 20'000u);
  std::set<std::string> kinds;
  for (const Heard& heard : one) kinds.insert(heard.what.substr(0, 6));
  for (const char* kind : {"opened", "record", "closed", "tcp.ga"})
    EXPECT_TRUE(kinds.contains(kind)) << kind;
  for (const unsigned workers : {2u, 3u, 4u}) {
    const std::vector<Heard> many = plant(workers);
    ASSERT_EQ(many.size(), one.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
      ASSERT_EQ(many[i], one[i]) << i << " " << one[i].what << " / " << many[i].what;
    }
  }
}

TEST(Tracker, AtATickFlowsAreClosedInTheOrderOfTheirIds) {
  Wire wire;
  for (std::uint16_t i = 1; i <= 500; ++i) {
    wire.ends.client_port = i;
    wire.udp(to_server, "x");
  }
  wire.wait(40 * second);
  ASSERT_EQ(wire.recorder.ended.size(), 500u);
  EXPECT_TRUE(std::ranges::is_sorted(wire.recorder.ended, {}, &Ended::id));
}

TEST(Tracker, PreparingAheadChangesNothing) {
  Wire wire;
  decode::Headers headers = wire.headers(wire.ends, to_server, decode::ip_protocol::udp);
  headers.payload = bytes_of("x");
  Ticket ticket = wire.tracker.prepare(headers, decode::Outcome::transport);
  wire.tracker.prefetch(ticket);
  EXPECT_EQ(wire.tracker.size(), 0u);
  capture::Packet packet;
  packet.time = noon;
  packet.number = 1;
  Flow* flow = wire.tracker.accept(packet, headers, decode::Outcome::transport, ticket);
  ASSERT_NE(flow, nullptr);
  wire.tracker.prefetch(ticket);
  EXPECT_EQ(wire.tracker.accept(packet, headers, decode::Outcome::transport, ticket), flow);
  EXPECT_EQ(ticket.guess, flow->slot());
  EXPECT_FALSE(wire.tracker.prepare(headers, decode::Outcome::fragment).has_flow);

  wire.now += minute;  // the slot changes hands between prefetch() and accept()
  wire.tracker.tick(wire.now);
  ASSERT_EQ(wire.tracker.size(), 0u);
  wire.ends.client_port = 77;
  Flow* other = wire.udp(to_server, "y");
  ASSERT_EQ(other->slot(), ticket.guess);
  packet.time = wire.now;
  Flow* again = wire.tracker.accept(packet, headers, decode::Outcome::transport, ticket);
  EXPECT_NE(again, other);
  EXPECT_EQ(again->client_port(), 40'000);
}

TEST(Tracker, TimeThatStepsBackChangesNothing) {
  Wire wire;
  wire.udp(to_server, "x");
  wire.wait(10 * second);
  wire.now = noon - hour;
  wire.udp(to_server, "x");
  wire.tracker.tick(wire.now);
  EXPECT_EQ(wire.flow->last_time(), noon);
  EXPECT_EQ(wire.tracker.size(), 1u);
}

}  // namespace
}  // namespace langyan::flow
