#include "flow/table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace langyan::flow {
namespace {

Key key_of(std::uint32_t number) {
  Key key;
  key.address = {IpAddress::v4(number), IpAddress::v4(0x0a000001)};
  key.port = {static_cast<std::uint16_t>(number), 502};
  key.protocol = 6;
  key.kind = Kind::tcp;
  return key;
}

// Random opening and closing at the full load against a map; neighbours shift at each removal.
TEST(Table, FindsExactlyWhatIsOpen) {
  constexpr std::uint32_t capacity = 100;
  Table table(capacity, 7);
  std::map<std::uint32_t, Flow*> open;
  std::mt19937 random(1);
  for (int step = 0; step < 200'000; ++step) {
    const std::uint32_t number = random() % 400;
    const Key key = key_of(number);
    const std::uint64_t hash = table.hash(key);
    Flow* found = table.find(key, hash);
    const auto known = open.find(number);
    ASSERT_EQ(found, known == open.end() ? nullptr : known->second);
    if (found) {
      if (random() % 2 == 0) continue;
      table.close(*found);
      open.erase(known);
    } else if (!table.full()) {
      Flow& flow = table.open(key, hash);
      ASSERT_EQ(flow.key(), key);
      ASSERT_EQ(table.at(flow.slot()), &flow);
      open[number] = &flow;
    }
    ASSERT_EQ(table.size(), open.size());
    ASSERT_EQ(table.full(), open.size() == capacity);
  }
  std::uint32_t visited = 0;
  table.each([&](Flow& flow) {
    ++visited;
    EXPECT_EQ(table.find(flow.key(), table.hash(flow.key())), &flow);
  });
  EXPECT_EQ(visited, open.size());
}

// Keys that all want the same few lines of the index, the last one among them, so that lines are
// full, overflow into each other and wrap round.
TEST(Table, FindsWhatOverflowsItsLine) {
  Table table(64, 3);  // 16 lines of 8
  std::vector<Key> keys;
  for (std::uint32_t number = 0; keys.size() < 96; ++number) {
    const std::uint64_t line = table.hash(key_of(number)) >> 32 & 15;
    if (line == 14 || line == 15 || line == 0 || (line == 2 && keys.size() % 4 == 0))
      keys.push_back(key_of(number));
  }
  std::vector<Flow*> open(keys.size(), nullptr);
  std::mt19937 random(9);
  for (int step = 0; step < 100'000; ++step) {
    const std::size_t i = random() % keys.size();
    const std::uint64_t hash = table.hash(keys[i]);
    ASSERT_EQ(table.find(keys[i], hash), open[i]);
    if (open[i]) {
      table.close(*open[i]);
      open[i] = nullptr;
    } else if (!table.full()) {
      open[i] = &table.open(keys[i], hash);
    }
    if (step % 100) continue;
    for (std::size_t k = 0; k < keys.size(); ++k) {
      ASSERT_EQ(table.find(keys[k], table.hash(keys[k])), open[k]);
    }
  }
}

TEST(Table, SlotsStayBelowTheCapacityAndAreUsedAgain) {
  Table table(64, 0);
  std::set<std::uint32_t> slots;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    const Key key = key_of(i);
    Flow& flow = table.open(key, table.hash(key));
    slots.insert(flow.slot());
    EXPECT_LT(flow.slot(), table.capacity());
    if (i % 3 || table.full()) table.close(flow);
    if (table.size() == 60)
      table.each([&](Flow& each) {
        if (table.size() > 2) table.close(each);
      });
  }
  EXPECT_LE(slots.size(), 64u);
}

TEST(Table, HashDependsOnEveryPartOfTheKeyAndOnTheSeed) {
  Table table(16, 1), other(16, 2);
  const Key base = key_of(1);
  std::set<std::uint64_t> hashes{table.hash(base), other.hash(base)};
  for (std::size_t i = 0; i < sizeof(Key); ++i) {
    Key changed = base;
    reinterpret_cast<std::uint8_t*>(&changed)[i] ^= 1;
    hashes.insert(table.hash(changed));
  }
  EXPECT_EQ(hashes.size(), 2 + sizeof(Key));
}

TEST(Flow, IdIsTheSameFromAnyTableNeverZeroAndExactInJson) {
  Table one(16, 1), two(4'096, 99);
  std::set<std::uint64_t> ids;
  for (std::uint32_t i = 0; i < 16; ++i) {
    const Key key = key_of(i);
    Flow& a = one.open(key, one.hash(key));
    Flow& b = two.open(key, two.hash(key));
    EXPECT_EQ(a.id(), b.id());
    EXPECT_NE(a.id(), 0u);
    EXPECT_LT(a.id(), std::uint64_t{1} << 53);
    ids.insert(a.id());
  }
  EXPECT_EQ(ids.size(), 16u);
}

// Every flow is met at exactly its second, whatever the steps of the clock, also far ones by way of
// being hung again.
TEST(Wheel, MeetsEachFlowAtItsSecond) {
  for (const std::uint32_t largest_step : {1u, 3u, 700u, 5'000u}) {
    Table table(2'000, 0);
    table.start(1'000'000);
    std::mt19937 random(largest_step);
    std::map<std::uint32_t, std::int64_t> wanted;  // slot, second
    for (std::uint32_t i = 0; i < 2'000; ++i) {
      const Key key = key_of(i);
      Flow& flow = table.open(key, table.hash(key));
      wanted[flow.slot()] = 1'000'001 + static_cast<std::int64_t>(random() % 4'000);
      table.schedule(flow, static_cast<Rank>(random() % ranks), wanted[flow.slot()]);
    }
    std::int64_t now = 1'000'000;
    while (!wanted.empty()) {
      ASSERT_LT(now, 1'010'000);
      const std::int64_t then = now;
      now += 1 + random() % largest_step;
      std::vector<Flow*> due;
      table.advance(now, [&](Flow& flow) {
        if (wanted.at(flow.slot()) <= now) {
          due.push_back(&flow);
        } else {
          table.schedule(flow, Rank::opening, wanted.at(flow.slot()));
        }
      });
      for (Flow* flow : due) {
        EXPECT_GT(wanted.at(flow->slot()), then) << "late";
        wanted.erase(flow->slot());
        table.close(*flow);
      }
      for (const auto& [slot, at] : wanted) ASSERT_GT(at, now) << "missed";
    }
    EXPECT_EQ(table.size(), 0u);
  }
}

TEST(Wheel, SoonestIsTheNearestOfItsRank) {
  Table table(1'000, 0);
  table.start(5'000);
  std::mt19937 random(3);
  std::map<Rank, std::multimap<std::int64_t, std::uint32_t>> hung;
  for (std::uint32_t i = 0; i < 600; ++i) {
    const Key key = key_of(i);
    Flow& flow = table.open(key, table.hash(key));
    const auto rank = static_cast<Rank>(random() % ranks);
    const std::int64_t at = 5'001 + random() % 500;
    table.schedule(flow, rank, at);
    hung[rank].insert({at, flow.slot()});
  }
  for (auto& [rank, flows] : hung) {
    EXPECT_EQ(table.size(rank), flows.size());
    while (!flows.empty()) {
      Flow* soonest = table.soonest(rank);
      ASSERT_NE(soonest, nullptr);
      const std::int64_t nearest = flows.begin()->first;
      bool found = false;
      for (auto at = flows.begin(); at != flows.end() && at->first == nearest; ++at) {
        if (at->second != soonest->slot()) continue;
        flows.erase(at);
        found = true;
        break;
      }
      ASSERT_TRUE(found) << "not of the nearest second";
      table.close(*soonest);
    }
    EXPECT_EQ(table.soonest(rank), nullptr);
    EXPECT_EQ(table.size(rank), 0u);
  }
}

}  // namespace
}  // namespace langyan::flow
