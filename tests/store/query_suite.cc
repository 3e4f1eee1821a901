// Questions by plan against a second meaning of the same plan: every event is held against the
// condition here, in memory, from its line. The events are those the sensor makes of the
// repository's captures (tests/golden); the queries are random texts about what stands in them, so
// that parser, resolver, compiler and engine are all on the way.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "store/sqlite/sqlite_event_store.h"
#include "tests/store/query_texts.h"

namespace langyan::store {
namespace {

// As deep and as wide as a query may be.
std::string random_deep(Chance& chance, std::size_t depth) {
  const std::string leaf = chance.of<std::string>(
      {"modbus.unit_id:1", "not fc:(3 or 4 or x*)", "pump", "src:10.20.0.5", "eve.ot.count>1", "severity>=high"});
  if (depth == 0) return leaf;
  std::string text;
  const std::string word = chance.one_in(2) ? " and " : " or ";
  for (std::size_t i = 0, n = 2 + chance.below(2); i < n; ++i) {
    const bool deep = i == n / 2;
    text += (i ? word : "") + (deep ? (chance.one_in(2) ? "not (" : "(") + random_deep(chance, depth - 1) + ")" : leaf);
  }
  return text;
}

class Query : public EventStoreSuite {
 protected:
  // The lines of the golden files, `most` of them spread over all.
  void fill(std::size_t most = SIZE_MAX) {
    std::vector<std::string> lines;
    const auto root = std::filesystem::path(LANGYAN_SOURCE_DIR) / "tests/golden";
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root))
      if (entry.path().string().ends_with(".eve.jsonl")) files.push_back(entry.path());
    std::ranges::sort(files);
    for (const auto& path : files) {
      std::ifstream in(path);
      for (std::string line; std::getline(in, line);) lines.push_back(line);
    }
    ASSERT_GT(lines.size(), 1'000u) << "tests/golden must be there";
    for (std::size_t i = 0; most < lines.size() && i < most; ++i) lines[i] = lines[i * lines.size() / most];
    lines.resize(std::min(lines.size(), most));
    const std::vector<std::string> organisations = {"cn/a/x", "cn/a/y", "cn/b", "us"};
    std::map<std::string, std::uint64_t> next;
    std::vector<std::vector<std::string>> batches(4);
    std::vector<std::vector<std::size_t>> of(4);
    std::size_t seq = 0;
    EventParser parser;
    for (const std::string& line : lines) {
      const std::size_t which = seq / 40 % 4, sensor = seq / 100 % 3;
      ++seq;
      std::string whole = line.substr(0, line.size() - 1) + R"(,"origin":{"sensor":"plant-)" + std::to_string(sensor) +
                          R"(","epoch":"00000000000000aa","lane":"bulk","seq":)" + std::to_string(seq) + "}}";
      Kept each;
      each.owner = parser.parse_lines(whole, 0xaa);
      ASSERT_EQ(each.owner.rows.size(), 1u) << whole;
      each.event = json::parse(whole), each.organisation = organisations[which];
      of[which].push_back(kept.size()), batches[which].push_back(std::move(whole));
      kept.push_back(std::move(each));
    }
    for (std::size_t which = 0; which < 4; ++which) {
      source = "center of " + organisations[which];
      const std::size_t half = batches[which].size() / 2;
      for (const bool second : {false, true}) {
        const std::vector<std::string> part(
            batches[which].begin() + static_cast<std::ptrdiff_t>(second ? half : 0),
            second ? batches[which].end() : batches[which].begin() + static_cast<std::ptrdiff_t>(half));
        const Time received = noon + (second ? day : 0);
        for (std::size_t i = 0; i < part.size(); ++i) kept[of[which][(second ? half : 0) + i]].received = received;
        append(part, second ? half + 1 : 1, received, organisations[which]);
      }
    }
    std::map<std::uint64_t, std::size_t> by_seq;
    for (std::size_t i = 0; i < kept.size(); ++i) by_seq[kept[i].row().seq] = i;
    std::string cursor;
    for (std::size_t found = 0; found < kept.size();) {
      const auto feed = store().since(Scope::all(), {}, cursor, 500);
      ASSERT_TRUE(feed.ok());
      for (const Event& event : feed->events)
        kept[by_seq.at(json::parse(event.json)["origin"]["seq"])].id = event.id, ++found;
      cursor = feed->cursor;
    }
  }

  query::Plan plan_of(const std::string& text) {
    query::Surroundings around;
    around.catalogue = &catalogue(), around.now = noon + 10 * day;
    auto resolved = query::understand(text, around);
    EXPECT_TRUE(resolved.faults.empty()) << text << ": "
                                         << (resolved.faults.empty() ? "" : resolved.faults[0].message.en);
    if (resolved.plan.text.size() < query::query_bytes) {
      EXPECT_TRUE(!resolved.faults.empty() || query::understand(resolved.plan.text, around).faults.empty())
          << resolved.plan.text;
    }
    return std::move(resolved.plan);
  }

  std::set<std::string> expected(const Condition& condition, const Scope& scope, const Range& range) const {
    std::set<std::string> ids;
    for (const Kept& each : kept)
      if (scope.covers(each.organisation) && (!range.from || each.row().time >= *range.from) &&
          (!range.to || each.row().time < *range.to) && holds(each, condition))
        ids.insert(each.id);
    return ids;
  }

  std::vector<Kept> kept;
};

const std::vector<Scope> scopes = {Scope::all(), Scope::all(), Scope::of("cn").take(), Scope::of("cn/a").take(),
                                   Scope::of("us").take()};

Range random_range(Chance& chance, const std::vector<Kept>& kept) {
  Range range;
  if (chance.one_in(3)) range.from = kept[chance.below(kept.size())].row().time;
  if (chance.one_in(3)) range.to = kept[chance.below(kept.size())].row().time;
  return range;
}

TEST_P(Query, SearchFindsExactlyWhatTheConditionHoldsFor) {
  fill();
  Chance chance(std::getenv("LANGYAN_SEED") ? std::strtoull(std::getenv("LANGYAN_SEED"), nullptr, 10) : 26);
  const int questions = std::getenv("LANGYAN_QUESTIONS") ? std::atoi(std::getenv("LANGYAN_QUESTIONS")) : 700;
  std::size_t found = 0, some = 0;
  for (int question = 0; question < questions; ++question) {
    const std::string text = random_filter(chance, kept);
    SCOPED_TRACE(std::to_string(question) + ": " + text);
    const query::Plan plan = plan_of(text);
    const Scope& scope = chance.of(scopes);
    const Range range = random_range(chance, kept);
    const auto wanted = expected(*plan.condition, scope, range);
    std::set<std::string> got;
    std::string cursor;
    Time last = std::numeric_limits<Time>::max();
    const std::size_t limit = 1 + chance.below(900);
    do {
      const auto page = store().search(scope, plan, range, cursor, limit);
      ASSERT_TRUE(page.ok()) << page.error().message;
      ASSERT_FALSE(page->searched_to) << "nothing here takes that long";
      for (const Event& event : page->events) {
        ASSERT_TRUE(got.insert(event.id).second) << "twice";
        ASSERT_LE(event.time, last);
        last = event.time;
      }
      cursor = page->next;
    } while (!cursor.empty());
    if (got != wanted) {
      for (const Kept& each : kept)
        ASSERT_EQ(got.contains(each.id), wanted.contains(each.id))
            << each.organisation << " " << each.owner.rows[0].json.substr(0, 1'500);
    }
    found += wanted.size(), some += !wanted.empty() && wanted.size() < kept.size();
  }
  EXPECT_GT(some, static_cast<std::size_t>(questions) / 2) << "the questions must tell events apart";
  std::printf("%d random queries over %zu events, %zu found\n", questions, kept.size(), found);
}

TEST_P(Query, GroupsAndFunctionsAreThoseOfTheEvents) {
  fill();
  Chance chance(27);
  const std::vector<std::string> fields = {
      "src",       "dst",           "dport", "type",  "app", "verb",           "obj",
      "rule",      "severity",      "sid",   "class", "org", "modbus.unit_id", "eve.alert.category",
      "direction", "eve.flow.state"};
  const std::vector<std::string> measured = {"value", "dport", "pcap_cnt", "sid"};
  std::uint64_t events = 0;
  for (int question = 0; question < 250; ++question) {
    std::string text = chance.one_in(3) ? "" : random_filter(chance, kept);
    std::vector<std::string> groups;
    for (std::size_t i = 0, n = chance.below(3); i < n; ++i)
      if (const auto& field = chance.of(fields); std::ranges::find(groups, field) == groups.end())
        groups.push_back(field);
    if (!groups.empty()) {
      text += " | groupby";
      for (const auto& each : groups) text += " " + each;
    }
    const std::string of = chance.of(measured);
    const bool functions = groups.empty() || chance.one_in(2);
    if (functions)
      text += " | stats count sum(" + of + ") avg(" + of + ") min(" + of + ") max(" + of + ") distinct(dst)";
    text += " | head 10000";
    SCOPED_TRACE(std::to_string(question) + ": " + text);
    const query::Plan plan = plan_of(text);
    const Scope& scope = chance.of(scopes);
    Range range = random_range(chance, kept);
    if (chance.one_in(2)) range = {noon - 40 * day, noon + 40 * day};  // with both ends a roll-up may answer
    const auto answer = store().aggregate(scope, plan, range);
    ASSERT_TRUE(answer.ok()) << answer.error().message;

    struct Wanted {
      std::uint64_t count = 0, numbers = 0;
      double sum = 0, least = 0, most = 0;
      std::set<std::string> distinct;
    };
    std::map<std::vector<std::string>, Wanted> wanted;
    if (groups.empty()) wanted[{}];
    const auto ids = expected(*plan.condition, scope, range);
    for (const Kept& each : kept) {
      if (!ids.contains(each.id)) continue;
      std::vector<std::string> key;
      for (const Target& target : plan.groups) key.push_back(value_of(each, target));
      if (std::ranges::find(key, "") != key.end()) continue;
      Wanted& group = wanted[key];
      ++group.count;
      if (!functions) continue;
      if (const std::string value = value_of(each, *plan.measures[1].target); !value.empty()) {
        const double number = std::stod(value);
        group.sum += number;
        group.least = group.numbers ? std::min(group.least, number) : number;
        group.most = group.numbers ? std::max(group.most, number) : number;
        ++group.numbers;
      }
      if (each.row().dst_ip) group.distinct.insert(to_string(*each.row().dst_ip));
    }
    ASSERT_EQ(answer->rows.size(), wanted.size());
    ASSERT_EQ(answer->groups, wanted.size());
    std::uint64_t before = UINT64_MAX;
    for (const auto& row : answer->rows) {
      std::vector<std::string> key;
      for (std::size_t i = 0; i < plan.groups.size(); ++i) key.push_back(shown(row[i]));
      ASSERT_TRUE(wanted.contains(key)) << testing::PrintToString(key);
      const Wanted& group = wanted[key];
      const std::size_t at = plan.groups.size();
      const auto count = static_cast<std::uint64_t>(std::get<std::int64_t>(row[at]));
      ASSERT_EQ(count, group.count) << testing::PrintToString(key);
      ASSERT_LE(count, before);
      before = count, events += count;
      if (!functions) continue;
      const auto none = [&](double value) { return group.numbers ? shown(value) : std::string(); };
      const double sum = group.numbers ? std::get<double>(row[at + 1]) : 0;
      ASSERT_NEAR(sum, group.sum, std::abs(group.sum) * 1e-6);
      ASSERT_EQ(shown(row[at + 3]), none(group.least));
      ASSERT_EQ(shown(row[at + 4]), none(group.most));
      ASSERT_EQ(shown(row[at + 5]), shown(static_cast<double>(group.distinct.size())));
    }
  }
  EXPECT_GT(events, 20'000u);
}

TEST_P(Query, HistogramsCountTheSameEvents) {
  fill();
  Chance chance(28);
  std::uint64_t events = 0;
  for (int question = 0; question < 150; ++question) {
    const std::string by = chance.of<std::string>({"", "", "severity", "type", "src", "verb"});
    std::string text = random_filter(chance, kept);
    if (chance.one_in(2) || !by.empty())
      text += " | timechart " + chance.of<std::string>({"1h", "10s", "1d"}) + (by.empty() ? "" : " by " + by);
    SCOPED_TRACE(std::to_string(question) + ": " + text);
    const query::Plan plan = plan_of(text);
    const Scope& scope = chance.of(scopes);
    const Time from = kept[chance.below(kept.size())].row().time - static_cast<Time>(chance.below(3'600)) * second;
    const Duration bucket = plan.bucket ? plan.bucket : minute;
    const Time to = from + bucket * static_cast<Time>(1 + chance.below(100));
    const auto counts = store().histogram(scope, plan, from, to, plan.bucket ? 0 : bucket);
    ASSERT_TRUE(counts.ok()) << counts.error().message;
    ASSERT_EQ(counts->bucket, bucket);
    std::uint64_t total = 0;
    for (const Series& series : counts->series) total += series.total;
    if (!by.empty()) continue;
    // Widened to whole buckets, but never beyond what the query itself says of time.
    const Time end = counts->from + bucket * static_cast<Time>(counts->series.at(0).counts.size());
    const auto ids = expected(*plan.condition, scope, {counts->from, end});
    ASSERT_EQ(total, ids.size());
    events += total;
  }
  EXPECT_GT(events, 1'000u);
}

TEST_P(Query, SortedPagesAreInTheirOrder) {
  fill();
  for (const std::string_view order : {"value", "value^", "src^ time^", "obj", "rule^", "time^"}) {
    const query::Plan plan = plan_of("class:(operation or alert) | sortby " + std::string(order));
    const auto page = store().search(Scope::all(), plan, {}, "", 200);
    ASSERT_TRUE(page.ok()) << page.error().message;
    ASSERT_EQ(page->events.size(), 200u);
    EXPECT_EQ(page->next, "");
    std::map<std::string, const Kept*> by_id;
    for (const Kept& each : kept) by_id[each.id] = &each;
    if (order.starts_with("value")) {
      std::vector<double> values;
      for (const Event& event : page->events) values.push_back(by_id.at(event.id)->row().ot_value.value());
      if (order == "value^") std::ranges::reverse(values);
      EXPECT_TRUE(std::ranges::is_sorted(values, std::greater()));
    }
    if (order == "time^") {
      EXPECT_TRUE(std::ranges::is_sorted(page->events, {}, &Event::time));
    }
  }
}

TEST_P(Query, PagesStayInPlaceWhileRowsArrive) {
  append({line_of(alert(1, noon)), line_of(alert(2, noon + second)), line_of(alert(3, noon + 2 * second))}, 1);
  const query::Plan plan = plan_of("rule:*rule* eve.app_proto:modbus");
  auto page = store().search(Scope::all(), plan, {}, "", 2);
  ASSERT_EQ(seqs_of(page->events), (std::vector<std::uint64_t>{3, 2}));
  append({line_of(alert(4, noon + 3 * second)), line_of(alert(5, noon - second))}, 4);
  page = store().search(Scope::all(), plan, {}, page->next, 2);
  EXPECT_EQ(seqs_of(page->events), (std::vector<std::uint64_t>{1, 5}));
}

TEST_P(Query, TimeIsBoundedAndTheDearTermIsNamed) {
  fill();
  clock.step = setup.query_time;  // every look at the clock finds the time used up
  const query::Plan plan = plan_of("not modbus.unit_id:77 | stats distinct(obj)");
  const auto groups = store().aggregate(Scope::all(), plan, {});
  ASSERT_FALSE(groups.ok());
  EXPECT_EQ(groups.error().kind, ErrorKind::full);
  EXPECT_NE(groups.error().message.find("modbus.unit_id:77"), std::string::npos) << groups.error().message;
  clock.step = 0;
  EXPECT_TRUE(store().aggregate(Scope::all(), plan, {}).ok());
  const auto cost = store().cost(Scope::all(), plan, {});
  ASSERT_TRUE(cost.ok());
  EXPECT_TRUE(cost->reads_json);
  EXPECT_EQ(cost->term, "modbus.unit_id:77");
  EXPECT_GE(cost->events, kept.size());
}

TEST_P(Query, WhatTheLimitsAllowIsTaken) {
  fill(30);  // every condition is worked out for every event
  std::string deep, wide = "src:10.20.0.5", list = "obj:(a";
  for (std::size_t i = 0; i + 1 < query::query_depth; ++i) deep += i % 2 ? "not (modbus.unit_id:1 and " : "(obj:x or ";
  deep += "fc:3" + std::string(query::query_depth - 1, ')');
  for (std::size_t i = 1; i < query::query_terms; ++i)
    wide += (i % 2 ? " or modbus.unit_id:" : " and not dst:10.20.0.") + std::to_string(i % 250);
  for (std::size_t i = 1; i < query::query_values; ++i) list += i % 3 ? " or b" : " or *c";
  std::vector<std::string> texts = {deep, wide, list + ")", "x " + deep};
  Chance chance(29);
  for (int i = 0; i < 12; ++i) {
    texts.push_back(random_deep(chance, query::query_depth - 1));
  }
  std::size_t tried = 0;
  for (const std::string& text : texts) {
    query::Surroundings around;
    around.catalogue = &catalogue(), around.now = noon;
    if (!query::understand(text, around).faults.empty()) continue;  // came out too wide
    ++tried;
    const query::Plan plan = plan_of(text);
    const auto page = store().search(Scope::all(), plan, {}, "", 100);
    ASSERT_TRUE(page.ok()) << page.error().message << "\n" << text;
    const auto wanted = expected(*plan.condition, Scope::all(), {});
    EXPECT_EQ(page->events.size(), std::min<std::size_t>(wanted.size(), 100));
  }
  EXPECT_GT(tried, 10u);
  std::printf("%zu queries at the limits\n", tried);
}

}  // namespace

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Query);  // without a ClickHouse that is named

Result<std::unique_ptr<EventStore>> open_sqlite_for_queries(const EngineSetup& setup) {
  static SystemDisk disk;
  SqliteOptions options;
  options.folder = setup.folder, options.query_time = setup.query_time;
  return open_sqlite(disk, *setup.clock, options);
}
INSTANTIATE_TEST_SUITE_P(sqlite, Query, testing::Values(Engine{"sqlite", open_sqlite_for_queries}));
INSTANTIATE_TEST_SUITE_P(clickhouse, Query, testing::ValuesIn(clickhouse_engines()));

}  // namespace langyan::store
