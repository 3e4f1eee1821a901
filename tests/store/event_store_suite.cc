#include "tests/store/event_store_suite.h"

#include <gmock/gmock.h>

#include <set>
#include <thread>

namespace langyan::store {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(EventStoreSuite);

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Seqs = std::vector<std::uint64_t>;

std::vector<std::string> lines(std::uint64_t from, std::uint64_t to, Time time = noon) {
  std::vector<std::string> made;
  for (std::uint64_t seq = from; seq <= to; ++seq) {
    Made one;
    one.seq = seq, one.time = time + static_cast<Time>(seq) * millisecond;
    made.push_back(line_of(one));
  }
  return made;
}

TEST_P(EventStoreSuite, KeepsTheLineAsReceivedAndFindsItById) {
  const std::string line = line_of(alert(1, noon - hour));
  append({line}, 1, noon + 5, "cn/a/works", Lane::alert);
  const auto page = store().alerts(Scope::all(), {}, "", 10);
  ASSERT_TRUE(page.ok()) << page.error().message;
  ASSERT_EQ(page->events.size(), 1u);
  const Event& event = page->events[0];
  EXPECT_EQ(event.json, line);
  EXPECT_EQ(event.time, noon - hour);
  EXPECT_EQ(event.received, noon + 5);
  EXPECT_EQ(event.organisation, "cn/a/works");
  EXPECT_EQ(event.sensor, "plant-1");
  EXPECT_EQ(event.event_type, "alert");
  EXPECT_EQ(event.event_class, EventClass::alert);
  EXPECT_EQ(event.state, AlertState::fresh);
  const auto found = store().event(Scope::all(), event.id);
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_EQ(found->json, line);
  for (const char* bad :
       {"", "x", "00000000-1", "ffffffff-ffffffffffffffff", "01c2b3a4-1; --", "1-1"})
    EXPECT_EQ(store().event(Scope::all(), bad).error().kind, ErrorKind::missing) << bad;
}

TEST_P(EventStoreSuite, AnEmptyStoreAnswersEverything) {
  EXPECT_TRUE(store().events(Scope::all(), {}, "", 10)->events.empty());
  EXPECT_EQ(*store().watermark(Scope::all(), "s", 1, Lane::bulk), 0u);
  EXPECT_TRUE(store().sensors(Scope::all())->empty());
  EXPECT_TRUE(store().streams(Scope::all())->empty());
  CountQuery counts;
  counts.from = noon, counts.to = noon + hour;
  EXPECT_EQ(store().counts(Scope::all(), counts)->series[0].total, 0u);
  TopQuery top;
  top.from = noon, top.to = noon + hour;
  EXPECT_TRUE(store().top(Scope::all(), top)->rows.empty());
  const auto tail = store().tail();
  ASSERT_TRUE(tail.ok());
  EXPECT_TRUE(store().since(Scope::all(), {}, *tail, 10)->events.empty());
  EXPECT_EQ(store().commits(), 0u);
}

TEST_P(EventStoreSuite, RepeatedPositionsAreSkippedWhateverTheyOverlap) {
  Accepted accepted = append(lines(1, 10), 1);
  EXPECT_EQ(accepted.watermark, 10u);
  EXPECT_EQ(accepted.stored, 10u);
  accepted = append(lines(1, 10), 1);
  EXPECT_EQ(accepted.watermark, 10u);
  EXPECT_EQ(accepted.stored, 0u);
  EXPECT_EQ(accepted.skipped, 10u);
  accepted = append(lines(6, 15), 6);
  EXPECT_EQ(accepted.watermark, 15u);
  EXPECT_EQ(accepted.stored, 5u);
  EXPECT_EQ(accepted.skipped, 5u);
  accepted = append(lines(3, 5), 3);
  EXPECT_EQ(accepted.watermark, 15u);
  EXPECT_EQ(accepted.skipped, 3u);
  const auto events = all({});
  EXPECT_EQ(events.size(), 15u);
  const auto seqs = seqs_of(events);
  EXPECT_EQ(std::set<std::uint64_t>(seqs.begin(), seqs.end()).size(), 15u);
}

TEST_P(EventStoreSuite, ABatchBeyondTheWatermarkChangesNothingAndSaysWhereToGoOn) {
  append(lines(1, 3), 1);
  Accepted accepted = append(lines(5, 6), 5);
  EXPECT_TRUE(accepted.ahead);
  EXPECT_EQ(accepted.watermark, 3u);
  EXPECT_EQ(accepted.stored, 0u);
  EXPECT_EQ(all({}).size(), 3u);
  epoch = 0xbb;
  accepted = append(lines(2, 3), 2);
  EXPECT_TRUE(accepted.ahead);
  EXPECT_EQ(accepted.watermark, 0u);
  EXPECT_FALSE(append(lines(1, 3), 1).ahead);
}

TEST_P(EventStoreSuite, StreamsAreApartBySourceEpochAndLane) {
  append(lines(1, 4), 1);
  append(lines(1, 2), 1, noon, "cn/a/works", Lane::alert);
  epoch = 0xbb;
  append(lines(1, 1), 1);
  source = "plant-2", epoch = 0xaa;
  append(lines(1, 3), 1);
  const Scope everything = Scope::all();
  EXPECT_EQ(*store().watermark(everything, "plant-1", 0xaa, Lane::bulk), 4u);
  EXPECT_EQ(*store().watermark(everything, "plant-1", 0xaa, Lane::alert), 2u);
  EXPECT_EQ(*store().watermark(everything, "plant-1", 0xbb, Lane::bulk), 1u);
  EXPECT_EQ(*store().watermark(everything, "plant-2", 0xaa, Lane::bulk), 3u);
  EXPECT_EQ(*store().watermark(everything, "plant-3", 0xaa, Lane::bulk), 0u);
  EXPECT_EQ(*store().watermark(Scope::of("cn/b").take(), "plant-1", 0xaa, Lane::bulk), 0u);
  open();
  EXPECT_EQ(*store().watermark(everything, "plant-1", 0xaa, Lane::bulk), 4u);
  EXPECT_EQ(all({}).size(), 10u);
  EXPECT_EQ(store().streams(everything)->size(), 4u);
}

TEST_P(EventStoreSuite, AnEpochOfAllOnesIsAnEpoch) {
  epoch = ~std::uint64_t{0};
  append(lines(1, 2), 1);
  EXPECT_EQ(append(lines(1, 3), 1).skipped, 2u);
  EXPECT_EQ(store().streams(Scope::all())->at(0).epoch, ~std::uint64_t{0});
}

TEST_P(EventStoreSuite, AGapCoversItsPositionsAndIsAnEvent) {
  Made gap;
  gap.type = "gap", gap.seq = 3;
  std::string line = line_of(gap);
  line.insert(line.size() - 1, R"(,"gap":{"from":3,"to":12,"reason":"evicted"})");
  auto batch = lines(1, 2);
  batch.push_back(line);
  batch.push_back(lines(13, 13)[0]);
  EXPECT_EQ(append(batch, 1).watermark, 13u);
  EXPECT_EQ(append(lines(14, 14), 14).watermark, 14u);
  EXPECT_EQ(append({line}, 3).skipped, 1u);
  Filter gaps;
  gaps.types = {"gap"};
  EXPECT_EQ(all(gaps).size(), 1u);
}

// A sender that lost the answer may have evicted since what it sends again: only what is not there
// is missing.
TEST_P(EventStoreSuite, AGapThatBeginsBelowTheWatermarkIsStoredFromThereOn) {
  append(lines(1, 5), 1);
  Made gap;
  gap.type = "gap", gap.seq = 3;
  std::string line = line_of(gap);
  line.insert(line.size() - 1, R"(,"gap":{"from":3,"to":12,"reason":"evicted"})");
  const Accepted accepted = append({line, lines(13, 13)[0]}, 3);
  EXPECT_EQ(accepted.watermark, 13u);
  EXPECT_EQ(accepted.stored, 2u);
  Filter gaps;
  gaps.types = {"gap"};
  const auto events = all(gaps);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_THAT(events[0].json, HasSubstr(R"("from":6,"to":12,"reason":"evicted")"));
  EXPECT_EQ(seq_of(events[0]), 6u);
  EXPECT_EQ(append({line}, 3).skipped, 1u);
}

TEST_P(EventStoreSuite, ARefusedLineTakesItsPositionAndLeavesItsReason) {
  auto batch = lines(1, 3);
  batch[1] = R"({"event_type":"x"})";
  const Accepted accepted = append(batch, 1);
  EXPECT_EQ(accepted.watermark, 3u);
  EXPECT_EQ(accepted.stored, 2u);
  Filter gaps;
  gaps.types = {"gap"};
  const auto events = all(gaps);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_THAT(events[0].json,
              HasSubstr(R"("from":2,"to":2,"reason":"refused by the center: no timestamp")"));
  EXPECT_EQ(seq_of(events[0]), 2u);
  append(batch, 1);
  EXPECT_EQ(all(gaps).size(), 1u) << "a refused line sent again leaves no second gap";
}

TEST_P(EventStoreSuite, ABatchThatContradictsItselfIsRefusedWhole) {
  const auto parsed = parse_event(lines(1, 1)[0]).take();
  const auto with = [&](auto change) {
    std::vector<EventRow> rows = {parsed.rows[0], parsed.rows[0]};
    rows[1].offset = 1;
    Batch batch{"plant-1", 0xaa, Lane::bulk, 1, 2, "cn/a", noon, rows, {}};
    change(batch, rows);
    return store().append(Scope::of("cn").take(), batch);
  };
  using Rows = std::vector<EventRow>;
  EXPECT_EQ(with([](Batch& batch, Rows&) { batch.source = ""; }).error().kind, ErrorKind::invalid);
  EXPECT_EQ(with([](Batch& batch, Rows&) { batch.first = 0; }).error().kind, ErrorKind::invalid);
  EXPECT_EQ(with([](Batch& batch, Rows&) { batch.first = ~std::uint64_t{0}; }).error().kind,
            ErrorKind::invalid);
  EXPECT_EQ(with([](Batch& batch, Rows&) { batch.count = 1; }).error().kind, ErrorKind::invalid);
  EXPECT_EQ(with([](Batch& batch, Rows&) { batch.count = ~std::uint64_t{0}; }).error().kind,
            ErrorKind::invalid);
  EXPECT_EQ(with([](Batch& batch, Rows&) { batch.organisation = ""; }).error().kind,
            ErrorKind::invalid);
  EXPECT_EQ(with([](Batch& batch, Rows&) { batch.organisation = "us"; }).error().kind,
            ErrorKind::permission);
  EXPECT_EQ(with([](Batch& batch, Rows&) { batch.received = -1; }).error().kind,
            ErrorKind::invalid);
  EXPECT_EQ(with([](Batch&, Rows& rows) { rows[1].offset = 0; }).error().kind, ErrorKind::invalid);
  EXPECT_EQ(with([](Batch&, Rows& rows) { rows[0].covers = 2; }).error().kind, ErrorKind::invalid);
  EXPECT_EQ(with([](Batch&, Rows& rows) { rows[1].covers = ~std::uint64_t{0}; }).error().kind,
            ErrorKind::invalid);
  EXPECT_EQ(store().commits(), 0u);
  EXPECT_TRUE(with([](Batch&, Rows&) {}).ok());
}

TEST_P(EventStoreSuite, AnotherOrganisationCannotMoveAStreamOn) {
  append(lines(1, 3), 1);
  const auto foreign = try_append(lines(4, 9), 4, noon, "cn/b");
  ASSERT_FALSE(foreign.ok());
  EXPECT_EQ(foreign.error().kind, ErrorKind::permission);
  EXPECT_EQ(append(lines(4, 4), 4).watermark, 4u);
  EXPECT_EQ(all({}).size(), 4u);
}

TEST_P(EventStoreSuite, AnEmptyBatchOnlyAsks) {
  append(lines(1, 3), 1);
  EXPECT_EQ(append({}, 4).watermark, 3u);
}

TEST_P(EventStoreSuite, NewestFirstByEventTimeAndStableForEqualTimes) {
  std::vector<std::string> batch;
  const Time times[] = {noon, noon - hour, noon, noon + hour, noon - day, noon};
  for (std::uint64_t i = 0; i < 6; ++i) batch.push_back(line_of(alert(i + 1, times[i])));
  append(batch, 1);
  for (std::size_t limit = 1; limit <= 7; ++limit)
    EXPECT_EQ(seqs_of(all({}, limit)), (Seqs{4, 6, 3, 1, 2, 5})) << limit;
}

TEST_P(EventStoreSuite, PagesStayInPlaceWhileEventsArrive) {
  append(lines(1, 20), 1);
  auto page = store().events(Scope::all(), {}, "", 5).take();
  Seqs seen = seqs_of(page.events);
  std::uint64_t next = 21;
  while (!page.next.empty()) {
    append(lines(next, next + 2), next);  // newer than anything seen
    next += 3;
    page = store().events(Scope::all(), {}, page.next, 5).take();
    for (const auto seq : seqs_of(page.events)) seen.push_back(seq);
  }
  Seqs expected;
  for (std::uint64_t seq = 20; seq >= 1; --seq) expected.push_back(seq);
  EXPECT_EQ(seen, expected);
  EXPECT_EQ(store().events(Scope::all(), {}, "nonsense", 5).error().kind, ErrorKind::usage);
  EXPECT_EQ(store().events(Scope::all(), {}, "5-x", 5).error().kind, ErrorKind::usage);
}

TEST_P(EventStoreSuite, SinceGivesEveryEventOnceInOrderOfReceiptAndResumes) {
  append(lines(1, 10, noon), 1);
  const std::string middle = *store().tail();
  append(lines(11, 25, noon - hour), 11, noon + 1);  // older events that come later
  auto feed = store().since(Scope::all(), {}, "", 4).take();
  Seqs seen = seqs_of(feed.events);
  while (feed.more) {
    feed = store().since(Scope::all(), {}, feed.cursor, 4).take();
    for (const auto seq : seqs_of(feed.events)) seen.push_back(seq);
  }
  Seqs expected;
  for (std::uint64_t seq = 1; seq <= 25; ++seq) expected.push_back(seq);
  EXPECT_EQ(seen, expected);
  EXPECT_EQ(seqs_of(store().since(Scope::all(), {}, middle, 100)->events).front(), 11u);
  const auto event = store().since(Scope::all(), {}, middle, 3)->events.back();
  EXPECT_EQ(seqs_of(store().since(Scope::all(), {}, event.cursor, 100)->events).front(), 14u);
  append(lines(26, 27), 26);
  EXPECT_EQ(seqs_of(store().since(Scope::all(), {}, feed.cursor, 100)->events), (Seqs{26, 27}));
  EXPECT_EQ(store().since(Scope::all(), {}, "nonsense", 5).error().kind, ErrorKind::usage);
}

TEST_P(EventStoreSuite, SinceWithAFilterMovesItsCursorPastWhatItDidNotWant) {
  append(lines(1, 50), 1);
  Filter alerts;
  alerts.classes = {EventClass::alert};
  auto feed = store().since(Scope::all(), alerts, "", 10).take();
  EXPECT_TRUE(feed.events.empty());
  EXPECT_EQ(feed.cursor, *store().tail());
  append({line_of(alert(1, noon))}, 1, noon, "cn/a/works", Lane::alert);
  EXPECT_EQ(store().since(Scope::all(), alerts, feed.cursor, 10)->events.size(), 1u);
}

TEST_P(EventStoreSuite, CommitsGrowWithEachAppend) {
  const auto before = store().commits();
  append(lines(1, 1), 1);
  const auto after = store().commits();
  EXPECT_GT(after, before);
  append(lines(2, 2), 2);
  EXPECT_GT(store().commits(), after);
}

TEST_P(EventStoreSuite, NothingOutsideTheScopeIsSeenByAnyQuestion) {
  append({line_of(alert(1, noon, 1))}, 1, noon, "cn/a/works", Lane::alert);
  source = "plant-2";
  Made other = alert(1, noon, 2);
  other.sensor = "plant-2";
  append({line_of(other)}, 1, noon, "cn/ab", Lane::alert);
  source = "plant-3";
  Made parent = alert(1, noon, 3);
  parent.sensor = "plant-3";
  append({line_of(parent)}, 1, noon, "cn", Lane::alert);

  struct Case {
    Scope scope;
    std::vector<std::string> sids;
  };
  for (const auto& [scope, sids] :
       {Case{Scope::all(), {"1", "2", "3"}}, Case{Scope::of("cn").take(), {"1", "2", "3"}},
        Case{Scope::of("cn/a").take(), {"1"}}, Case{Scope::of("cn/ab").take(), {"2"}},
        Case{Scope::of("cn/abc").take(), {}}, Case{Scope::of("us").take(), {}}}) {
    SCOPED_TRACE(scope.root());
    EXPECT_EQ(all({}, 2, scope).size(), sids.size());
    EXPECT_EQ(store().since(scope, {}, "", 10)->events.size(), sids.size());
    EXPECT_EQ(store().sensors(scope)->size(), sids.size());
    EXPECT_EQ(store().streams(scope)->size(), sids.size());
    std::size_t found = 0;
    for (const Event& event : all({})) found += store().event(scope, event.id).ok();
    EXPECT_EQ(found, sids.size());
    TopQuery top;
    top.from = noon - hour, top.to = noon + hour;
    const auto tops = store().top(scope, top);
    std::vector<std::string> values;
    for (const TopRow& row : tops->rows) values.push_back(row.value);
    EXPECT_EQ(values, sids);
    CountQuery counts;
    counts.from = noon, counts.to = noon + hour;
    EXPECT_EQ(store().counts(scope, counts)->series[0].total, sids.size());
  }
  Filter narrowed;
  narrowed.organisation = "cn/a";
  EXPECT_EQ(all(narrowed).size(), 1u);
  EXPECT_EQ(all(narrowed, 7, Scope::of("cn/a/works").take()).size(), 1u);
  EXPECT_EQ(all(narrowed, 7, Scope::of("cn/ab").take()).size(), 0u);
}

TEST_P(EventStoreSuite, SensorsShowWhatTheySentAndTheirStats) {
  Made stats;
  stats.type = "stats", stats.seq = 2, stats.time = noon + minute;
  append({lines(1, 1)[0], line_of(stats)}, 1, noon);
  append({line_of(alert(1, noon + hour))}, 1, noon + second, "cn/a/works", Lane::alert);
  epoch = 0xbb;
  Made newer = stats;
  newer.epoch = 0xbb, newer.seq = 1, newer.time = noon + 2 * minute;
  append({line_of(newer)}, 1, noon + 2 * second);
  const auto sensors = store().sensors(Scope::all());
  ASSERT_EQ(sensors->size(), 1u);
  const Sensor& sensor = sensors->at(0);
  EXPECT_EQ(sensor.name, "plant-1");
  EXPECT_EQ(sensor.organisation, "cn/a/works");
  EXPECT_EQ(sensor.events, 4u);
  EXPECT_EQ(sensor.alerts, 1u);
  EXPECT_EQ(sensor.first_seen, noon);
  EXPECT_EQ(sensor.last_seen, noon + 2 * second);
  EXPECT_EQ(sensor.last_event, noon + hour);
  EXPECT_EQ(sensor.stats, line_of(newer));
  ASSERT_EQ(sensor.streams.size(), 3u);
  EXPECT_EQ(sensor.streams[0].epoch, 0xbbu) << "the newest epoch first";
}

TEST_P(EventStoreSuite, AlertStateEventsOfTheCenterMarkTheAlertAndOthersDoNot) {
  append({line_of(alert(1, noon)), line_of(alert(2, noon + 1)), line_of(alert(3, noon + 2))}, 1,
         noon, "cn/a/works", Lane::alert);
  const auto alerts = all({});
  const auto change = [&](const Event& event, AlertState state, std::uint64_t seq) {
    Made made;
    made.type = "alert_state", made.seq = seq, made.sensor = source, made.epoch = epoch;
    std::string line = line_of(made);
    line.insert(line.size() - 1, R"(,"alert_state":{"alert":")" + event.id + R"(","state":")" +
                                     std::string(name_of(state)) + "\"}");
    return line;
  };
  append({change(alerts[0], AlertState::closed, 1)}, 1);  // from a sensor's lane: an event, no more
  EXPECT_EQ(store().event(Scope::all(), alerts[0].id)->state, AlertState::fresh);

  source = "center", epoch = 0xcc;
  append({change(alerts[0], AlertState::closed, 1), change(alerts[1], AlertState::acknowledged, 2)},
         1, noon + day, "cn/a/works", Lane::state);
  const auto count = [&](AlertState state) {
    Filter filter;
    filter.states = {state};
    CountQuery counts;
    counts.filter = filter, counts.from = noon, counts.to = noon + hour;
    const auto counted = store().counts(Scope::all(), counts)->series[0].total;
    EXPECT_EQ(counted, all(filter).size());
    return counted;
  };
  EXPECT_EQ(store().event(Scope::all(), alerts[0].id)->state, AlertState::closed);
  EXPECT_EQ(count(AlertState::closed), 1u);
  EXPECT_EQ(count(AlertState::acknowledged), 1u);
  EXPECT_EQ(count(AlertState::fresh), 1u);
  append({change(alerts[0], AlertState::closed, 1), change(alerts[1], AlertState::acknowledged, 2),
          change(alerts[0], AlertState::fresh, 3)},
         1, noon + day, "cn/a/works", Lane::state);
  EXPECT_EQ(count(AlertState::closed), 0u);
  EXPECT_EQ(count(AlertState::acknowledged), 1u);
  EXPECT_EQ(count(AlertState::fresh), 2u);
  Filter changes;
  changes.types = {"alert_state"};
  EXPECT_EQ(all(changes).size(), 4u);
}

TEST_P(EventStoreSuite, AQuestionEndsInTimeAndSaysSo) {
  std::vector<std::string> batch = lines(1, 20'000);
  append(batch, 1);
  clock.step = setup.query_time;  // every look at the clock finds the time over
  Filter rare;
  rare.objects = {"none has it"};
  const auto page = store().events(Scope::all(), rare, "", 10);
  ASSERT_FALSE(page.ok());
  EXPECT_EQ(page.error().kind, ErrorKind::full);
  EXPECT_THAT(page.error().message, HasSubstr("5000 ms"));
  CountQuery counts;
  counts.filter = rare, counts.from = noon - hour, counts.to = noon + hour;
  EXPECT_EQ(store().counts(Scope::all(), counts).error().kind, ErrorKind::full);
  clock.step = 0;
  EXPECT_TRUE(store().events(Scope::all(), rare, "", 10).ok())
      << "the same connection serves the next question";
  EXPECT_EQ(append(lines(20'001, 20'001), 20'001).watermark, 20'001u);
}

TEST_P(EventStoreSuite, LimitsOfQuestionsAreSaid) {
  Filter wide;
  wide.sids.resize(filter_values + 1);
  EXPECT_EQ(store().events(Scope::all(), wide, "", 10).error().kind, ErrorKind::usage);
  EXPECT_EQ(store().since(Scope::all(), wide, "", 10).error().kind, ErrorKind::usage);
  CountQuery counts;
  counts.from = noon, counts.to = noon + 3'000 * hour;
  EXPECT_EQ(store().counts(Scope::all(), counts).error().kind, ErrorKind::usage);
  counts.to = noon;
  EXPECT_EQ(store().counts(Scope::all(), counts).error().kind, ErrorKind::usage);
  counts.to = noon + hour, counts.bucket = millisecond;
  EXPECT_EQ(store().counts(Scope::all(), counts).error().kind, ErrorKind::usage);
  TopQuery top;
  top.from = noon, top.to = noon;
  EXPECT_EQ(store().top(Scope::all(), top).error().kind, ErrorKind::usage);
  append(lines(1, 3), 1);
  EXPECT_TRUE(store().events(Scope::all(), {}, "", 0)->events.empty());
}

TEST_P(EventStoreSuite, HostileTextsAreOnlyTexts) {
  const std::string odd = "'; DROP TABLE events; -- %_\"\\\n\t\x01 \xe4\xb8\xad\xe6\x96\x87";
  Made made = alert(1, noon, 7);
  made.signature = odd, made.verb = odd, made.object = odd, made.proto = odd, made.app_proto = odd;
  made.result = odd, made.community = odd, made.sensor = odd;
  append({line_of(made)}, 1, noon, "cn/a'b;--", Lane::alert);
  Filter filter;
  filter.text = odd, filter.verbs = {odd}, filter.objects = {odd}, filter.protos = {odd},
  filter.app_protos = {odd};
  filter.results = {odd}, filter.community_id = odd, filter.sensors = {odd},
  filter.organisation = "cn/a'b;--";
  EXPECT_EQ(all(filter).size(), 1u);
  filter.text = "%";
  EXPECT_EQ(all(filter).size(), 1u) << "the signature has one";
  filter.text = "_x";
  EXPECT_EQ(all(filter).size(), 0u) << "no wildcard";
  EXPECT_EQ(store().sensors(Scope::all())->at(0).name, odd);
  TopQuery top;
  top.from = noon, top.to = noon + hour, top.dimension = Dimension::ot_verb;
  EXPECT_EQ(store().top(Scope::all(), top)->rows.at(0).value, odd);
}

TEST_P(EventStoreSuite, TextMatchesPartOfTheSignatureInEitherCase) {
  Made one = alert(1, noon, 1), two = alert(2, noon + 1, 2), three = alert(3, noon + 2, 2);
  one.signature = "MODBUS Write by a stranger", two.signature = "S7 stop",
  three.signature = "S7 Write";
  append({line_of(one), line_of(two), line_of(three)}, 1, noon, "cn/a/works", Lane::alert);
  Filter filter;
  filter.text = "wRITE";
  EXPECT_EQ(seqs_of(all(filter)), (Seqs{3, 1}));
  filter.text = "nothing of it";
  EXPECT_TRUE(all(filter).empty());
  CountQuery counts;
  counts.filter.text = "write", counts.from = noon, counts.to = noon + hour;
  EXPECT_EQ(store().counts(Scope::all(), counts)->series[0].total, 2u);
}

TEST_P(EventStoreSuite, TopLabelsASidWithItsSignature) {
  std::vector<std::string> batch;
  for (std::uint64_t i = 1; i <= 6; ++i) batch.push_back(line_of(alert(i, noon, i <= 4 ? 11 : 12)));
  append(batch, 1, noon, "cn/a/works", Lane::alert);
  TopQuery top;
  top.from = noon - 12 * hour, top.to = noon + 13 * hour, top.rows = 1;
  const auto answer = store().top(Scope::all(), top);
  ASSERT_EQ(answer->rows.size(), 1u);
  EXPECT_EQ(answer->rows[0].value, "11");
  EXPECT_EQ(answer->rows[0].label, "Rule 11");
  EXPECT_EQ(answer->rows[0].count, 4u);
  EXPECT_EQ(answer->total, 6u);
}

TEST_P(EventStoreSuite, ManyValuesEndInOther) {
  std::vector<std::string> batch;
  for (std::uint64_t i = 1; i <= count_series + 10; ++i)
    for (std::uint64_t k = 0; k <= i % 3; ++k)
      batch.push_back(line_of(alert(batch.size() + 1, noon, static_cast<std::int64_t>(i))));
  append(batch, 1, noon, "cn/a/works", Lane::alert);
  CountQuery counts;
  counts.from = noon - hour, counts.to = noon + hour, counts.by = Dimension::sid;
  const auto answer = store().counts(Scope::all(), counts);
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  ASSERT_EQ(answer->series.size(), count_series + 1);
  EXPECT_EQ(answer->series.back().value, "other");
  std::uint64_t total = 0;
  for (const Series& series : answer->series) total += series.total;
  EXPECT_EQ(total, batch.size());
}

TEST_P(EventStoreSuite, ReadersSeeWholeBatchesWhileAWriterWrites) {
  constexpr std::uint64_t batches = 60, rows = 40;
  std::atomic<bool> writing{true};
  std::atomic<std::uint64_t> reads{0}, torn{0}, shrunk{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      std::uint64_t before = 0;
      while (writing || reads < 4) {
        CountQuery counts;
        counts.from = noon - hour, counts.to = noon + 2 * hour;
        const auto counted = store().counts(Scope::all(), counts);
        const std::uint64_t total = counted ? counted->series[0].total : 1;
        torn += total % rows != 0, shrunk += total < before;
        before = total;
        const auto page = store().events(Scope::all(), {}, "", 100);
        torn += !page.ok();
        reads += 1;
      }
    });
  }
  for (std::uint64_t batch = 0; batch < batches; ++batch)
    append(lines(batch * rows + 1, (batch + 1) * rows), batch * rows + 1);
  writing = false;
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(torn, 0u);
  EXPECT_EQ(shrunk, 0u);
  EXPECT_GE(reads, 4u);
  EXPECT_EQ(all({}, 1'000).size(), batches * rows);
}

TEST_P(EventStoreSuite, WithDedupOffTheSameBatchIsThereTwice) {
  setup.dedup_off = true;
  open();
  append(lines(1, 5), 1);
  append(lines(1, 5), 1);
  const auto seqs = seqs_of(all({}));
  EXPECT_EQ(seqs.size(), 10u);
  EXPECT_EQ(std::set<std::uint64_t>(seqs.begin(), seqs.end()).size(), 5u);
}

}  // namespace
INSTANTIATE_TEST_SUITE_P(clickhouse, EventStoreSuite, testing::ValuesIn(clickhouse_engines()));

}  // namespace langyan::store
