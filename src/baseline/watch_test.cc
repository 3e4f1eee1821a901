#include "baseline/watch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "baseline/ledger.h"
#include "baseline/volume.h"
#include "flow/table.h"

namespace langyan::baseline {
namespace {

const Protocol modbus = [] {
  Protocol protocol{};
  protocol.name = "modbus";
  return protocol;
}();
constexpr Time start = 1'700'000'000 * second;

struct Heard final : NoticeSink {
  std::vector<Notice> deviations;
  void accept(const Notice& notice) override {
    if (notice.what == Notice::What::deviation) deviations.push_back(notice);
  }
};

// Polls of many pairs, second by second.
class WatchTest : public testing::Test {
 protected:
  static constexpr std::uint32_t pairs = 400;

  static Settings settings(Mode mode, Duration learn_for) {
    Settings settings;
    settings.zones.push_back({"everything", {}, mode});
    settings.learn_for = learn_for;
    return settings;
  }
  void poll(Watch& watch, std::uint32_t pair, std::uint64_t first = 100, std::uint32_t unit = 0) {
    flow::Key key;
    key.address = {IpAddress::v4(0x0a000000 + pair), IpAddress::v4(0x0b000001)};
    key.port = {40'000, 502};
    key.protocol = 6, key.kind = flow::Kind::tcp;
    flow::Flow* flow = table.find(key, table.hash(key));
    if (!flow) watch.opened(*(flow = &table.open(key, table.hash(key))));
    Operation operation;
    operation.verb = Verb::read, operation.function = 3;
    operation.unit = unit, operation.object.address = first, operation.object.count = 8;
    Message message;
    message.protocol = &modbus, message.role = Role::answer;
    message.operations = std::span(&operation, 1);
    watch.message(*flow, message, now, ++number);
  }
  // Every pair keeps to its period until it stops; who has stopped comes back when `back` says so.
  template <class Polls>
  void pass(Watch& watch, Duration span, Polls polls) {
    for (const Time until = now + span; now < until; now += second) {
      watch.tick(now);
      for (std::uint32_t pair = 0; pair < pairs; ++pair)
        if (polls(pair)) poll(watch, pair);
    }
  }
  std::int64_t period_of(std::uint32_t pair) const { return 1 + pair % 7; }
  bool in_rhythm(std::uint32_t pair) const { return now / second % period_of(pair) == 0; }

  flow::Table table{pairs, 1};
  Time now = start;
  std::uint64_t number = 0;
  Heard heard;
};

// What is said of each pair: the first minute at which it is later than its patience, whatever the
// others do.
void expect_each_stop_once(const Heard& heard, const std::map<std::uint32_t, Time>& last,
                           std::int64_t (*patience)(std::uint32_t)) {
  std::map<std::uint32_t, Time> told;
  for (const Notice& notice : heard.deviations) {
    ASSERT_EQ(notice.kind, Kind::poll_stopped) << kind_name(notice.kind);
    const auto pair = static_cast<std::uint32_t>(notice.ends.client.ip.v4_number() & 0xffff);
    ASSERT_TRUE(told.emplace(pair, notice.time).second) << "pair " << pair << " is told twice";
  }
  ASSERT_EQ(told.size(), last.size());
  for (const auto& [pair, at] : last) {
    ASSERT_TRUE(told.contains(pair)) << pair;
    const Duration after = told[pair] - at;
    EXPECT_GT(after, patience(pair) * second) << pair;
    EXPECT_LE(after, patience(pair) * second + minute + second) << pair;
  }
}

std::int64_t ten_periods(std::uint32_t pair) {
  return std::max<std::int64_t>(30, 10 * (1 + pair % 7));
}

TEST_F(WatchTest, EveryPollThatStopsIsMissedOnceAndInTime) {
  const Settings given = settings(Mode::learn, 10 * minute);
  Watch watch(given, pairs, 1, heard);
  pass(watch, 11 * minute, [&](std::uint32_t pair) { return in_rhythm(pair); });
  EXPECT_TRUE(heard.deviations.empty());
  std::mt19937 random(7);
  std::map<std::uint32_t, Time> stops, last;
  for (std::uint32_t pair = 0; pair < pairs; pair += 3)
    stops[pair] = now + static_cast<Time>(random() % 1'800) * second;
  pass(watch, 40 * minute, [&](std::uint32_t pair) {
    const bool polls = in_rhythm(pair) && (!stops.contains(pair) || now < stops[pair]);
    if (polls && stops.contains(pair)) last[pair] = now;
    return polls;
  });
  for (auto& [pair, at] : stops)
    if (!last.contains(pair)) last[pair] = at;  // stopped before its next one
  expect_each_stop_once(heard, last, ten_periods);
}

TEST_F(WatchTest, WhoIsBackForTenMinutesMayBeMissedAgain) {
  const Settings given = settings(Mode::learn, 10 * minute);
  Watch watch(given, pairs, 1, heard);
  const auto all = [&](std::uint32_t pair) { return in_rhythm(pair); };
  const auto without_five = [&](std::uint32_t pair) { return pair != 5 && in_rhythm(pair); };
  pass(watch, 11 * minute, all);
  pass(watch, 20 * minute, without_five);
  EXPECT_EQ(heard.deviations.size(), 1u);
  pass(watch, 5 * minute, all);
  pass(watch, 20 * minute, without_five);
  EXPECT_EQ(heard.deviations.size(), 1u) << "five minutes are too short to be back";
  pass(watch, 15 * minute, all);
  pass(watch, 20 * minute, without_five);
  EXPECT_EQ(heard.deviations.size(), 2u);
}

// Which range comes next is guessed; ranges at the same addresses of two units are not mixed up.
TEST_F(WatchTest, APollOverManyRangesOfTwoUnitsCountsEachOfThem) {
  const Settings given = settings(Mode::learn, hour);
  Watch watch(given, pairs, 1, heard);
  constexpr std::uint64_t ranges = 50, rounds = 20;
  for (std::uint64_t round = 0; round < rounds; ++round, now += second) {
    watch.tick(now);
    for (std::uint32_t unit = 1; unit <= 2; ++unit)
      for (std::uint64_t i = 0; i < ranges; ++i) poll(watch, 0, i * 10, unit);
    for (std::uint64_t i = ranges; i-- > 0;) poll(watch, 0, i * 10, 1 + i % 2);  // and against the order
  }
  Learned learned;
  watch.visit_habits(learned);
  ASSERT_EQ(learned.habits.size(), 2 * ranges);
  for (const Habit& each : learned.habits)
    EXPECT_EQ(each.count, rounds * (each.unit == 1 + each.first / 10 % 2 ? 2 : 1)) << each.unit << " " << each.first;
}

// What a pair says in an hour: a weekly backup is usual, five times of it is not, and is told once.
TEST_F(WatchTest, FarMoreThanTheBusiestHourIsToldOnceAndApprovingRaisesIt) {
  const Settings given = settings(Mode::learn, 7 * day);
  Watch watch(given, pairs, 1, heard);
  constexpr std::uint64_t backup = 40'000'000, ordinary = 200'000;
  const auto flow = [&](std::uint64_t octets) {
    poll(watch, 0);
    flow::Key key;
    key.address = {IpAddress::v4(0x0a000000), IpAddress::v4(0x0b000001)};
    key.port = {40'000, 502}, key.protocol = 6, key.kind = flow::Kind::tcp;
    flow::Flow& found = *table.find(key, table.hash(key));
    watch.volume(found, octets / 2, false, now);
    watch.volume(found, octets, true, now);
    watch.opened(found);
  };
  const auto days = [&](int count, std::uint64_t on_mondays) {
    for (int i = 0; i < 24 * count; ++i, now += hour) {
      for (int tick = 0; tick < 60; ++tick) watch.tick(now + tick * minute);
      const bool monday = now / day % 7 == 4;
      flow(ordinary + static_cast<std::uint64_t>(i % 7) * 30'000 + (monday && now / hour % 24 == 2 ? on_mondays : 0));
    }
  };
  const auto volumes = [&] {
    return std::ranges::count(heard.deviations, Kind::volume, &Notice::kind);
  };
  days(8, backup);
  days(14, backup * 3 / 2);
  EXPECT_EQ(volumes(), 0) << "the backup, half as large again";
  flow(4 * backup);
  flow(4 * backup);
  ASSERT_EQ(volumes(), 1);
  const Notice& said = heard.deviations.back();
  EXPECT_GE(said.value, 4.0 * backup / 2);
  EXPECT_NEAR(said.most, backup, 1e6);
  EXPECT_GT(said.count, 160u);

  Learned learned;
  watch.visit_habits(learned);
  ASSERT_EQ(learned.volumes.size(), 1u);
  EXPECT_TRUE(learned.volumes[0].flags & Volume::said);
  Approval approval;
  approval.sid = detection(Kind::volume).sid, approval.client = said.ends.client;
  EXPECT_EQ(approve(learned, approval), 1u);
  EXPECT_FALSE(learned.volumes[0].flags & Volume::said);
  EXPECT_GE(learned.volumes[0].most, 8.0 * backup);
}

TEST(Volumes, WhatIsGivenIsExactAndLittleMayGrow) {
  Volume volume;
  count(volume, 1'000, day), learn(volume);
  count(volume, 900'000, 2 * day);
  EXPECT_FALSE(is_too_much(volume)) << "less than a megabyte more";
  count(volume, 300'000, 2 * day);
  EXPECT_TRUE(is_too_much(volume));
  volume.flags = Volume::given, volume.most = 2e6f;
  EXPECT_FALSE(is_too_much(volume));
  count(volume, 900'000, 2 * day);
  EXPECT_TRUE(is_too_much(volume));
  Volume unknown;
  count(unknown, 1'000'000'000, day);
  EXPECT_FALSE(is_too_much(unknown));
}

// In review what is regular becomes so while stops are looked for already.
TEST_F(WatchTest, InReviewAPollIsMissedThatBecameRegularSince) {
  const Settings given = settings(Mode::review, day);
  Watch watch(given, pairs, 1, heard);
  pass(watch, 20 * minute, [&](std::uint32_t pair) { return pair % 2 == 0 && in_rhythm(pair); });
  heard.deviations.clear();  // who was new
  pass(watch, 20 * minute, [&](std::uint32_t pair) { return in_rhythm(pair); });
  heard.deviations.clear();
  const Time stopped = now;
  pass(watch, 10 * minute, [&](std::uint32_t pair) { return pair % 2 == 0 && in_rhythm(pair); });
  EXPECT_EQ(heard.deviations.size(), pairs / 2);
  for (const Notice& notice : heard.deviations) {
    EXPECT_EQ(notice.kind, Kind::poll_stopped);
    EXPECT_LE(notice.time - stopped, 3 * minute);
  }
}

}  // namespace
}  // namespace langyan::baseline
