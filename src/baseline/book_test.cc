#include "baseline/book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "baseline/learn.h"
#include "dissect/registry.h"

namespace langyan::baseline {
namespace {

const Ends ends{Station::of(IpAddress::v4(0x0a000002)), Station::of(IpAddress::v4(0x0a000007)),
                dissect::find_protocol("modbus"), Transport::tcp, 502, 1};

Object registers(std::uint64_t first, std::uint32_t count) {
  return {3, 0, 0, first, count, {}};
}

class BookTest : public testing::Test {
 protected:
  Index deed(Verb verb = Verb::read) {
    Index at = book.find_conversation(ends);
    if (at == none) at = book.add_conversation(ends, false);
    const Index found = book.find_deed(at, verb, 3, registers(0, 1));
    return found != none ? found : book.add_deed(at, verb, 3, registers(0, 1), false);
  }
  Book book{1};
};

TEST_F(BookTest, WhatIsEnteredIsFoundByItsExactRangeAndOnlyInItsDeed) {
  const Index at = book.add_relation(deed(), registers(10, 5), false);
  ASSERT_NE(at, none);
  EXPECT_EQ(book.find_relation(deed(), 10, 5), at);
  EXPECT_EQ(book.find_relation(deed(), 10, 4), none);
  EXPECT_EQ(book.find_relation(deed(Verb::write), 10, 5), none);
  EXPECT_EQ(book.find_covering(deed(), 12, 3, false), at);
  EXPECT_EQ(book.find_covering(deed(), 12, 4, false), none);
}

TEST_F(BookTest, RangesSideBySideCoverWhatCrossesThem) {
  book.add_relation(deed(), registers(0, 10), false);
  book.add_relation(deed(), registers(10, 10), false);
  book.add_relation(deed(), registers(25, 10), false);
  EXPECT_NE(book.find_covering(deed(), 5, 10, false), none);
  EXPECT_EQ(book.find_covering(deed(), 15, 10, false), none) << "20 to 24 were never read";
}

TEST_F(BookTest, APollOfChangingAddressesBecomesFewRangesAndLeavesTheSteadyOnesAlone) {
  const Index steady = book.add_relation(deed(), registers(1'000'000, 3), false);
  book.relation(steady).flags |= Relation::regular;
  for (std::uint64_t i = 0; i < 60'000; ++i) {
    if (book.find_covering(deed(), i, 1, false) != none) continue;
    ASSERT_NE(book.add_relation(deed(), registers(i, 1), false), none);
  }
  EXPECT_LE(book.deed(deed()).ranges, most_ranges_read + 1);
  for (std::uint64_t i = 0; i < 60'000; i += 97) ASSERT_NE(book.find_covering(deed(), i, 1, false), none) << i;
  EXPECT_EQ(book.find_relation(deed(), 1'000'000, 3), steady);
  EXPECT_EQ(book.find_covering(deed(), 500'000, 1, false), none) << "the hole between was never read";
}

TEST_F(BookTest, TheRangesOfADeedFollowEachOtherAsTheyWereEntered) {
  std::vector<Index> entered;
  for (std::uint64_t i = 0; i < 5; ++i)
    entered.push_back(book.add_relation(deed(), registers(100 * (7 - i), 2), false));
  std::vector<Index> seen;
  book.each_of(book.deed(deed()), [&](Index at) { return seen.push_back(at), false; });
  EXPECT_EQ(seen, entered);
  EXPECT_EQ(book.relation(entered[1]).next, entered[2]);
  EXPECT_EQ(book.relation(entered[4]).next, entered[0]) << "a poll begins anew";
}

TEST_F(BookTest, AFoldedDeedStillHoldsEachOfItsRangesOnce) {
  for (std::uint64_t i = 0; i < 1'000; ++i) book.add_relation(deed(Verb::write), registers(i * i, 1), i % 9 == 0);
  const Deed& folded = book.deed(deed(Verb::write));
  std::set<Index> seen;
  std::size_t pending = 0;
  book.each_of(folded, [&](Index at) {
    EXPECT_TRUE(seen.insert(at).second);
    EXPECT_TRUE(book.used(at));
    pending += (book.relation(at).flags & Relation::pending) != 0;
    return false;
  });
  EXPECT_EQ(seen.size(), std::size_t{folded.ranges} + folded.pending_ranges);
  EXPECT_EQ(pending, folded.pending_ranges);
}

TEST_F(BookTest, AFullTableTurnsAwayFewerThanOneInAThousand) {
  std::size_t entered = 0;
  constexpr std::uint32_t pairs = 2'048;  // of the default caps, with 64 ranges each
  for (std::uint32_t pair = 0; pair < pairs; ++pair) {
    Ends other = ends;
    other.client = Station::of(IpAddress::v4(0x0b000000 + pair));
    const Index at = book.add_deed(book.add_conversation(other, false), Verb::read, 3, registers(0, 1), false);
    for (std::uint64_t i = 0; i < most_ranges_read; ++i)
      entered += book.add_relation(at, registers(20 * i, 10), false) != none;
  }
  EXPECT_EQ(book.counters().value(BookCount::folded), 0u);
  EXPECT_GT(entered, pairs * most_ranges_read * 0.999);
}

TEST_F(BookTest, WhatIsPendingNeverJoinsWhatIsUsual) {
  book.add_relation(deed(), registers(0, 10), false);
  for (std::uint64_t i = 0; i < 1'000; ++i) book.add_relation(deed(), registers(100 + 2 * i, 1), true);
  EXPECT_EQ(book.deed(deed()).ranges, 1);
  EXPECT_LE(book.deed(deed()).pending_ranges, most_ranges_pending);
  const Index at = book.find_covering(deed(), 100, 1, false);
  ASSERT_NE(at, none);
  EXPECT_TRUE(book.relation(at).flags & Relation::pending);
}

TEST_F(BookTest, NewConversationsMayNotTakeTheRoomOfAllOthers) {
  std::size_t entered = 0;
  for (std::uint32_t i = 0; i < 40'000; ++i) {
    Ends other = ends;
    other.client = Station::of(IpAddress::v4(0x0b000000 + i));
    entered += book.add_conversation(other, true) != none;
  }
  EXPECT_LT(entered, 5'000u);
  EXPECT_NE(book.add_conversation(ends, false), none);
  EXPECT_EQ(book.counters().value(BookCount::refused_conversations), 40'000 - entered);
}

TEST_F(BookTest, AHabitOfAFileIsTheSameAgain) {
  Object name;
  name.text = bytes_of(std::string_view("ns=2;s=Pump"));
  const Index at = book.add_relation(deed(), name, false);
  begin(book.relation(at), book.detail(at), 5 * day);
  for (const int value : {7, 9}) measure(book.relation(at), book.detail(at), value);
  const Habit before = book.habit(at);
  Book other(1);
  ASSERT_TRUE(other.restore(before));
  const Index conversation = other.find_conversation(ends);
  ASSERT_NE(conversation, none);
  const Index again = other.find_relation(other.conversation(conversation).deeds, name_key("ns=2;s=Pump"), 0);
  ASSERT_NE(again, none);
  const Habit after = other.habit(again);
  EXPECT_EQ(after.name, "ns=2;s=Pump");
  EXPECT_EQ(after.count, before.count);
  EXPECT_EQ(after.most, 9);
  EXPECT_EQ(after.hours, before.hours);
  EXPECT_EQ(after.since, before.since);
}

struct Range {
  Relation relation;
  Detail detail;
  void begin(Time now) { baseline::begin(relation, detail, now); }
  void observe(Time now) { baseline::observe(relation, detail, now); }
  void measure(double value) { baseline::measure(relation, detail, value); }
  void join(const Range& other) { baseline::join(relation, detail, other.relation, other.detail); }
  bool value_is_outside(double value) const { return baseline::value_is_outside(relation, detail, value); }
  bool step_is_larger(double value) const { return baseline::step_is_larger(relation, detail, value); }
};

TEST(Learn, ARelationHasThePriceOfItsCapAndHoldsWhatAPlantNeeds) {
  EXPECT_EQ(sizeof(Relation), 32u) << "two fill a cache line";
  EXPECT_EQ(sizeof(Relation) + sizeof(Detail), 56u);
  auto [relation, detail] = Range{};
  const Time when = 119 * 365 * day + 7 * millisecond;  // 2088
  begin(relation, detail, when);
  EXPECT_EQ(last_of(relation), when);
  EXPECT_EQ(since_of(detail), 119 * 365 * day);
  set_last(relation, 200 * 365 * day);
  EXPECT_GT(last_of(relation), when) << "what is later than the clock holds stays at its end";
}

TEST(Learn, OneElementHasALatestValueAndSeveralHaveALength) {
  Range one;
  one.relation.set_span(1);
  one.measure(10), one.measure(13);
  EXPECT_EQ(one.relation.span(), 1u);
  EXPECT_EQ(one.relation.latest(), 13);
  EXPECT_EQ(one.detail.step, 3);
  Range several;
  several.relation.set_span(40);
  several.measure(10), several.measure(13);
  EXPECT_EQ(several.relation.span(), 40u);
  EXPECT_EQ(several.detail.most, 13);
  EXPECT_EQ(several.detail.step, 0);
  EXPECT_FALSE(several.step_is_larger(1e6));
  one.relation.first = 40;
  several.join(one);
  EXPECT_EQ(several.relation.span(), 41u);
  one.join(several);
  EXPECT_EQ(one.relation.span(), 41u);
  EXPECT_EQ(one.relation.first, 0u);
}

Range polled(Duration period, int times, Duration jitter = 0) {
  Range range;
  Time now = day;
  range.begin(now);
  for (int i = 0; i < times; ++i) range.observe(now += period + (i % 2 ? jitter : -jitter));
  return range;
}

TEST(Learn, ASteadyPollHasItsPeriodAndOneLostPacketChangesNothing) {
  auto [relation, detail] = polled(second, 100, 50 * millisecond);
  EXPECT_NEAR(relation.period, 1, 0.02);
  EXPECT_TRUE(relation.flags & Relation::regular);
  const float before = relation.period;
  observe(relation, detail, last_of(relation) + 20 * second);
  EXPECT_EQ(relation.period, before);
  EXPECT_TRUE(relation.flags & Relation::regular);
}

TEST(Learn, WhatComesNowAndThenIsNeverRegular) {
  Range range;
  Time now = day;
  range.begin(now);
  for (int i = 0; i < 1'000; ++i) range.observe(now += (i * 7919 % 113 + 1) * second);
  EXPECT_FALSE(range.relation.flags & Relation::regular);
}

TEST(Learn, AnotherPaceIsSaidOnceAndOnlyWhenItStays) {
  Relation relation = polled(second, 100).relation;
  relation.steady = 0;
  Time now = last_of(relation);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(recount(relation, now += 4 * second));
  EXPECT_FALSE(recount(relation, now += second));
  int said = 0;
  for (int i = 0; i < 100; ++i) said += recount(relation, now += 4 * second);
  EXPECT_EQ(said, 1);
}

TEST(Learn, OverdueIsTenPeriodsAndNotBeforeTheSensorListenedSoLong) {
  const Relation relation = polled(5 * second, 100).relation;
  const Time last = last_of(relation);
  EXPECT_EQ(due_of(relation, 0), last + 50 * second);
  EXPECT_EQ(due_of(relation, last + 40 * second), last + 90 * second);
}

TEST(Learn, ValuesHaveAMarginAndNothingIsSaidOfAFew) {
  Range range;
  range.begin(day);
  for (int i = 0; i <= 100; ++i) range.measure(i), range.observe(day + i * minute);
  EXPECT_FALSE(range.value_is_outside(115)) << "a tenth more, and a tenth for a hundred seen";
  EXPECT_TRUE(range.value_is_outside(130));
  EXPECT_TRUE(range.value_is_outside(-30));
  EXPECT_TRUE(range.step_is_larger(50));
  range.relation.count = values_to_judge - 1;
  EXPECT_FALSE(range.value_is_outside(1e9));
  range.relation.flags |= Relation::given;
  EXPECT_TRUE(range.value_is_outside(101)) << "a person's range is meant as written";
}

TEST(Learn, AnHourIsUsualWithItsNeighboursAndADayAlone) {
  const std::uint32_t hours = hour_bits(3 * day + 2 * hour);  // a Sunday at two
  EXPECT_FALSE(hour_is_unusual(hours, 10 * day + 3 * hour, true));
  EXPECT_TRUE(hour_is_unusual(hours, 10 * day + 4 * hour, true));
  EXPECT_TRUE(hour_is_unusual(hours, 11 * day + 2 * hour, true));
  EXPECT_FALSE(hour_is_unusual(hours, 11 * day + 2 * hour, false));
  EXPECT_FALSE(hour_is_unusual(hour_bits(23 * hour), 30 * day, false)) << "midnight is beside it";
}

}  // namespace
}  // namespace langyan::baseline
