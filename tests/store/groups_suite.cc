// Groups of alerts: what every engine must count, order and page.
#include <gmock/gmock.h>

#include "tests/store/event_store_suite.h"

namespace langyan::store {
namespace {

using Counted = std::vector<std::string>;  // "sid src dst count states", in order

std::string text_of(const AlertGroup& group) {
  std::string text = group.organisation + " " + (group.sid ? std::to_string(*group.sid) : "-") + " " +
                     (group.src.empty() ? "-" : group.src) + " " + (group.dst.empty() ? "-" : group.dst) + " " +
                     std::to_string(group.count) + " of severity " + std::to_string(group.severity) + ", states";
  for (const auto count : group.states) text += " " + std::to_string(count);
  return text;
}

class GroupSuite : public EventStoreSuite {
 protected:
  Made one(Time time, const std::string& src, const std::string& dst, std::int64_t sid = 9'100'001, int severity = 2) {
    Made made = alert(next_++, time, sid, severity);
    made.src = src, made.dst = dst;
    return made;
  }
  void add(const std::vector<Made>& made, const std::string& organisation = "cn/a/works") {
    std::vector<std::string> lines;
    for (const Made& each : made) lines.push_back(line_of(each));
    append(lines, made[0].seq, noon, organisation, Lane::alert);
  }
  void mark(const std::string& alert, AlertState state) {
    Made change;
    change.type = "alert_state", change.seq = ++marked_, change.sensor = "center", change.lane = Lane::state,
    change.epoch = 0xcc;
    std::string line = line_of(change);
    line.insert(line.size() - 1,
                R"(,"alert_state":{"alert":")" + alert + R"(","state":")" + std::string(name_of(state)) + "\"}");
    source = "center", epoch = 0xcc;
    append({line}, marked_, noon + hour, "cn/a/works", Lane::state);
    source = "plant-1", epoch = 0xaa;
  }
  AlertGroups page(const Filter& filter = {}, const std::string& cursor = "", std::size_t limit = 100,
                   const Scope& scope = Scope::all()) {
    auto found = store().alert_groups(scope, filter, cursor, limit);
    EXPECT_TRUE(found.ok()) << found.error().message;
    return found ? found.take() : AlertGroups{};
  }
  static Counted counted(const AlertGroups& page) {
    Counted all;
    for (const AlertGroup& group : page.groups) all.push_back(text_of(group));
    return all;
  }

 private:
  std::uint64_t next_ = 1, marked_ = 0;
};

TEST_P(GroupSuite, AGroupIsARuleBetweenTwoEndsOfOneOrganisation) {
  EXPECT_TRUE(page().groups.empty());
  add({one(noon - 4 * second, "10.0.0.1", "10.0.0.2", 9'100'001, 3), one(noon - 3 * second, "10.0.0.2", "10.0.0.1"),
       one(noon - 2 * second, "10.0.0.1", "10.0.0.2"), one(noon - day, "10.0.0.1", "10.0.0.2", 9'100'001, 1),
       one(noon - second, "fe80::1", "fe80::2"), one(noon - 5 * second, "10.0.0.1", "10.0.0.2", 9'100'002),
       one(noon - 6 * second, "", "")});
  Made operation;
  operation.seq = 8, operation.lane = Lane::alert, operation.src = "10.0.0.1", operation.dst = "10.0.0.2",
  operation.verb = "write";
  append({line_of(operation)}, 8, noon, "cn/a/works", Lane::alert);
  source = "plant-2";
  Made other = one(noon - 7 * second, "10.0.0.1", "10.0.0.2");
  other.seq = 1, other.sensor = source;
  append({line_of(other)}, 1, noon, "cn/b/works", Lane::alert);
  source = "plant-1";
  const AlertGroups all = page();
  EXPECT_THAT(counted(all), testing::ElementsAre(
      "cn/a/works 9100001 fe80::1 fe80::2 1 of severity 2, states 1 0 0 0",
      "cn/a/works 9100001 10.0.0.1 10.0.0.2 3 of severity 1, states 3 0 0 0",
      "cn/a/works 9100001 10.0.0.2 10.0.0.1 1 of severity 2, states 1 0 0 0",
      "cn/a/works 9100002 10.0.0.1 10.0.0.2 1 of severity 2, states 1 0 0 0",
      "cn/a/works 9100001 - - 1 of severity 2, states 1 0 0 0",
      "cn/b/works 9100001 10.0.0.1 10.0.0.2 1 of severity 2, states 1 0 0 0"));
  EXPECT_EQ(all.found, 6u);
  EXPECT_EQ(all.alerts, 8u);
  EXPECT_TRUE(all.complete);
  EXPECT_TRUE(all.next.empty());
  EXPECT_FALSE(all.searched_to);
  EXPECT_EQ(all.groups[1].first, noon - day);
  EXPECT_EQ(all.groups[1].last, noon - 2 * second);
  EXPECT_EQ(all.groups[1].newest.time, noon - 2 * second);
  EXPECT_EQ(all.groups[1].newest.event_class, EventClass::alert);

  Filter filter;
  filter.src_ips = {*parse_network("10.0.0.1")}, filter.from = noon - hour;
  EXPECT_EQ(page(filter).alerts, 4u);
  EXPECT_EQ(page(filter, "", 100, *Scope::of("cn/b")).alerts, 1u);
  EXPECT_EQ(page({}, "", 100, *Scope::of("cn/c")).found, 0u);
}

TEST_P(GroupSuite, StatesAreCountedAndFiltered) {
  add({one(noon - 4 * second, "10.0.0.1", "10.0.0.2"), one(noon - 3 * second, "10.0.0.1", "10.0.0.2"),
       one(noon - 2 * second, "10.0.0.1", "10.0.0.2"), one(noon - second, "10.0.0.1", "10.0.0.2"),
       one(noon, "10.0.0.1", "10.0.0.3")});
  const auto events = store().alerts(Scope::all(), {}, "", 10)->events;
  mark(events[0].id, AlertState::closed);
  mark(events[1].id, AlertState::acknowledged);
  mark(events[2].id, AlertState::false_positive);
  mark(events[3].id, AlertState::closed);
  EXPECT_THAT(counted(page()),
              testing::ElementsAre("cn/a/works 9100001 10.0.0.1 10.0.0.3 1 of severity 2, states 0 0 1 0",
                                   "cn/a/works 9100001 10.0.0.1 10.0.0.2 4 of severity 2, states 1 1 1 1"));
  Filter filter;
  filter.states = {AlertState::fresh, AlertState::false_positive};
  const AlertGroups open = page(filter);
  EXPECT_THAT(counted(open),
              testing::ElementsAre("cn/a/works 9100001 10.0.0.1 10.0.0.2 2 of severity 2, states 1 0 0 1"));
  EXPECT_EQ(open.groups[0].newest.id, events[2].id);
  EXPECT_EQ(open.groups[0].newest.state, AlertState::false_positive);
}

TEST_P(GroupSuite, PagesStayAsTheyWereWhileAlertsArrive) {
  std::vector<Made> made;
  for (int i = 0; i < 60; ++i)
    made.push_back(one(noon - i * minute, "10.0.0." + std::to_string(i % 20), "10.1.0.1"));
  add(made);
  const Counted before = counted(page());
  ASSERT_EQ(before.size(), 20u);
  Counted paged;
  std::string cursor;
  for (int turn = 0;; ++turn) {
    const AlertGroups next = page({}, cursor, 7);
    EXPECT_EQ(next.found, 20u);
    EXPECT_EQ(next.alerts, 60u);
    for (const std::string& each : counted(next)) paged.push_back(each);
    cursor = next.next;
    if (cursor.empty()) break;
    ASSERT_LT(turn, 10);
    // New groups and new alerts of old ones, new and late.
    add({one(noon + second, "10.0.0.3", "10.1.0.1"), one(noon + turn * second, "10.9.0.1", "10.1.0.1"),
         one(noon - 30 * second, "10.0.0.19", "10.1.0.1")});
  }
  EXPECT_EQ(paged, before);
  EXPECT_EQ(page().found, 21u);
  for (const char* bad :
       {"x", "1-2-3-4", "1-2-3-4-5-6", "1-2--3-4-5", "18446744073709551615-1-18446744073709551615-1-1"})
    EXPECT_EQ(store().alert_groups(Scope::all(), {}, bad, 7).error().kind, ErrorKind::usage) << bad;
}

TEST_P(GroupSuite, WhatTheTimeDoesNotAllowIsSaid) {
  std::vector<Made> made;
  for (int i = 0; i < 10; ++i) made.push_back(one(noon - i * 100 * day, "10.0.0.1", "10.1.0.1"));
  add(made);
  clock.step = 400 * millisecond;  // each look at the clock
  const AlertGroups some = page();
  clock.step = 0;
  ASSERT_TRUE(some.searched_to);
  ASSERT_EQ(some.groups.size(), 1u);
  EXPECT_LT(some.alerts, 10u);
  EXPECT_GT(*some.searched_to, noon - 900 * day);
  Filter counted;
  counted.from = some.searched_to;
  EXPECT_EQ(page(counted).alerts, some.alerts);
  EXPECT_EQ(page().alerts, 10u);
}

}  // namespace

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GroupSuite);

Result<std::unique_ptr<EventStore>> open_sqlite_engine(const EngineSetup& setup);
INSTANTIATE_TEST_SUITE_P(sqlite, GroupSuite, testing::Values(Engine{"sqlite", open_sqlite_engine}));
INSTANTIATE_TEST_SUITE_P(clickhouse, GroupSuite, testing::ValuesIn(clickhouse_engines()));

}  // namespace langyan::store
