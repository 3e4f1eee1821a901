// The ring of each flow against a plain list: full, short, given back, robbed.
#include "flow/recent_packets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <random>

#include "base/caps.h"
#include "flow/table.h"

namespace langyan::flow {
namespace {

using Octets = std::vector<std::uint8_t>;

struct Sent {
  Time time;
  std::uint64_t number;
  Octets octets;
  std::uint32_t wire;
  int link_type;
  unsigned side;
  bool operator==(const Sent&) const = default;
};

// A cap that is as small as it may be, and the preset again afterwards.
class SmallPool {
 public:
  SmallPool() { EXPECT_TRUE(cap_.set(cap_.least()).ok()); }
  ~SmallPool() { EXPECT_TRUE(cap_.set(cap_.preset()).ok()); }
  std::size_t slots() const { return cap_.least(); }

 private:
  Cap& cap_ = *Cap::find("flow.recent_packets");
};

class RecentPacketsTest : public testing::Test {
 protected:
  static constexpr std::uint32_t flows = 500;
  Table table{flows, 7};

  Flow& open(std::uint32_t number) {
    Key key;
    key.address = {IpAddress::v4(number), IpAddress::v4(0x0a000001)};
    key.kind = Kind::udp;
    return table.open(key, table.hash(key));
  }
  // Packet `number`, whose contents tell it from all others.
  static Sent packet(std::uint64_t number, std::size_t size, unsigned side = 0) {
    Octets octets(size);
    for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(number * 31 + i);
    return {static_cast<Time>(number) * 1'000, number, octets, static_cast<std::uint32_t>(size), 1, side};
  }
  static void add(RecentPackets& recent, const Flow& flow, const Sent& sent) {
    recent.add(flow, sent.side, {sent.time, sent.number, sent.octets, sent.wire, sent.link_type});
  }
  static std::deque<Sent> kept(const RecentPackets& recent, const Flow& flow) {
    std::deque<Sent> all;
    recent.each(flow, [&](unsigned side, const capture::Packet& packet) {
      all.push_back({packet.time, packet.number, Octets(packet.data.begin(), packet.data.end()), packet.wire_length,
                     packet.link_type, side});
    });
    EXPECT_EQ(recent.empty(flow), all.empty());
    return all;
  }
};

TEST_F(RecentPacketsTest, AreTheLastOnesOldestFirst) {
  RecentPackets recent(flows, 3, 1);
  const Flow& flow = open(1);
  EXPECT_TRUE(kept(recent, flow).empty());
  std::deque<Sent> wanted;
  for (std::uint64_t number = 1; number <= 20; ++number) {
    const Sent sent = packet(number, 60 + number, number % 2);
    add(recent, flow, sent);
    wanted.push_back(sent);
    if (wanted.size() > 3) wanted.pop_front();
    ASSERT_EQ(kept(recent, flow), wanted) << number;
  }
}

TEST_F(RecentPacketsTest, OneIsEnough) {
  RecentPackets recent(flows, 1, 1);
  const Flow& flow = open(1);
  for (std::uint64_t number = 1; number <= 3; ++number) add(recent, flow, packet(number, 60));
  EXPECT_EQ(kept(recent, flow), (std::deque<Sent>{packet(3, 60)}));
}

// Of what is too long its beginning, with the length it had; a frame may be empty, and lie about its length.
TEST_F(RecentPacketsTest, KeepsTheBeginning) {
  RecentPackets recent(flows, 8, 1);
  const Flow& flow = open(1);
  const std::size_t most = RecentPackets::most_octets;
  std::deque<Sent> wanted;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, most - 1, most, most + 1, std::size_t{65'536 + 14}, std::size_t{262'144}}) {
    Sent sent = packet(size, size);
    add(recent, flow, sent);
    sent.octets.resize(std::min(size, most));
    wanted.push_back(sent);
  }
  Sent lie = packet(9, 60);
  lie.wire = 0xffffffff, lie.number = ~std::uint64_t{0}, lie.time = INT64_MAX, lie.link_type = 147;
  add(recent, flow, lie);
  wanted.push_back(lie);
  EXPECT_EQ(kept(recent, flow), (std::deque<Sent>(wanted.end() - 8, wanted.end())));
}

// Flows open, speak and end at random, and the pool has room for all: each has exactly its last packets, and none of
// those that had its slot before.
TEST_F(RecentPacketsTest, OfManyFlowsStayApart) {
  constexpr std::uint32_t most = 8;
  RecentPackets recent(flows, most, 1);
  ASSERT_LE(std::size_t{flows} * most, Cap::find("flow.recent_packets")->value());
  std::map<const Flow*, std::deque<Sent>> open_flows;
  std::mt19937 random(1);
  std::uint32_t opened = 0;
  for (std::uint64_t number = 1; number <= 100'000; ++number) {
    if (open_flows.size() < flows && random() % 8 == 0) open_flows[&open(++opened)];
    if (open_flows.empty()) continue;
    const auto at = std::next(open_flows.begin(),
                              static_cast<std::ptrdiff_t>(random() % std::min<std::size_t>(open_flows.size(), 40)));
    ASSERT_EQ(kept(recent, *at->first), at->second);
    if (random() % 10 == 0) {
      recent.forget(*at->first);
      table.close(*table.at(at->first->slot()));
      open_flows.erase(at);
      continue;
    }
    const Sent sent = packet(number, random() % RecentPackets::most_octets, random() % 2);
    add(recent, *at->first, sent);
    at->second.push_back(sent);
    if (at->second.size() > most) at->second.pop_front();
  }
  for (const auto& [flow, wanted] : open_flows) EXPECT_EQ(kept(recent, *flow), wanted);
  EXPECT_GT(opened, 10'000u);
}

// The pool is too small for what speaks: a flow then has fewer, but still its newest ones in order, and the slots
// are all in use.
TEST_F(RecentPacketsTest, WithoutRoomTheNewestStay) {
  const SmallPool pool;
  RecentPackets recent(flows, 8, 1);
  std::map<std::uint32_t, std::deque<Sent>> sent;  // by flow
  std::vector<const Flow*> all;
  for (std::uint32_t i = 0; i < 40; ++i) all.push_back(&open(i));
  std::mt19937 random(2);
  for (std::uint64_t number = 1; number <= 50'000; ++number) {
    const Flow& flow = *all[random() % all.size()];
    const Sent one = packet(number, 60);
    add(recent, flow, one);
    auto& of_flow = sent[flow.slot()];
    of_flow.push_back(one);
    if (of_flow.size() > 8) of_flow.pop_front();
    if (number % 100 == 0 && random() % 4 == 0) recent.forget(flow), of_flow.clear();
    const auto left = kept(recent, flow);
    ASSERT_LE(left.size(), of_flow.size());
    ASSERT_TRUE(std::equal(left.rbegin(), left.rend(), of_flow.rbegin())) << number;
    ASSERT_TRUE(!left.empty() || of_flow.empty());
  }
  std::size_t held = 0;
  for (const Flow* flow : all) held += kept(recent, *flow).size();
  EXPECT_GT(held, pool.slots() - 8);
  EXPECT_LE(held, pool.slots());
}

// Ten thousand flows of one packet pass a conversation that says something now and then.
TEST_F(RecentPacketsTest, AFloodRobsItselfMostly) {
  const SmallPool pool;
  RecentPackets recent(flows, 8, 1);
  const Flow& quiet = open(0);
  std::vector<const Flow*> others;
  for (std::uint32_t i = 1; i < flows; ++i) others.push_back(&open(i));
  std::size_t least = 8;
  for (std::uint64_t number = 1; number <= 10'000; ++number) {
    add(recent, *others[number % others.size()], packet(number, 60));
    if (number % 5 == 0) add(recent, quiet, packet(number, 60));
    if (number > 1'000) least = std::min(least, kept(recent, quiet).size());
  }
  EXPECT_GE(least, 4u);
}

}  // namespace
}  // namespace langyan::flow
