#include "store/alert_states.h"

#include <gmock/gmock.h>

#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_event_store.h"
#include "tests/store/event_store_suite.h"

namespace langyan::store {

Result<std::unique_ptr<EventStore>> open_sqlite_engine(const EngineSetup& setup);

namespace {

using testing::HasSubstr;

class AlertStatesTest : public testing::Test, public StoreFixture {
 protected:
  AlertStatesTest() : StoreFixture(Engine{"sqlite", open_sqlite_engine}) {
    append({line_of(alert(1, noon)), line_of(alert(2, noon + 1)), line_of(alert(3, noon + 2))}, 1,
           noon, "cn/a/works", Lane::alert);
    for (const Event& event : all({})) ids.insert(ids.begin(), event.id);
    restart();
  }
  void restart() {
    states.reset();
    documents.reset();
    open();
    documents = DocumentStore::open(disk, clock, setup.folder + "/state.db").take();
    states = std::make_unique<AlertStates>(store(), *documents, clock, random, "center-1");
    ASSERT_TRUE(states->resume().ok());
  }
  Result<AlertRecord> change(std::size_t index, std::optional<AlertState> state,
                             std::string comment = "", std::optional<std::uint64_t> expected = {},
                             const Scope& scope = Scope::all()) {
    return states->change(scope, {ids[index], state, std::move(comment), "li", expected});
  }
  std::size_t in_state(AlertState state) {
    Filter filter;
    filter.states = {state};
    return all(filter).size();
  }
  std::size_t state_events() {
    Filter filter;
    filter.types = {"alert_state"};
    return all(filter).size();
  }

  std::vector<std::string> ids;
  SystemDisk disk;
  SeededRandom random{5};
  std::unique_ptr<DocumentStore> documents;
  std::unique_ptr<AlertStates> states;
};

TEST_F(AlertStatesTest, AChangeIsADocumentAMarkAndAnEvent) {
  clock.wall = noon + hour;
  const auto done = change(0, AlertState::acknowledged, "looking into it", 0);
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(done->version, 1u);
  EXPECT_EQ(done->state, AlertState::acknowledged);
  EXPECT_EQ(done->previous, AlertState::fresh);
  EXPECT_EQ(done->changed, noon + hour);
  EXPECT_EQ(done->organisation, "cn/a/works");
  EXPECT_EQ(store().event(Scope::all(), ids[0])->state, AlertState::acknowledged);
  EXPECT_EQ(in_state(AlertState::fresh), 2u);
  Filter filter;
  filter.types = {"alert_state"};
  const auto events = all(filter);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].organisation, "cn/a/works");
  EXPECT_EQ(events[0].time, noon + hour);
  EXPECT_THAT(events[0].json, HasSubstr("\"alert\":\"" + ids[0] +
                                        "\",\"state\":\"acknowledged\",\"previous\":\"new\",\"by\":"
                                        "\"li\",\"comment\":\"looking into it\""));
  EXPECT_EQ(states->state(Scope::all(), ids[0])->comment, "looking into it");
  EXPECT_EQ(states->state(Scope::all(), ids[1])->version, 0u);
}

TEST_F(AlertStatesTest, HistoryUndoAndConflicts) {
  ASSERT_TRUE(change(0, AlertState::acknowledged).ok());
  ASSERT_TRUE(change(0, {}, "only a comment").ok());
  ASSERT_TRUE(change(0, AlertState::closed, "done", 2).ok());
  EXPECT_EQ(change(0, AlertState::fresh, "", 2).error().kind, ErrorKind::conflict);
  EXPECT_EQ(states->undo(Scope::all(), ids[0], 2, "wang").error().kind, ErrorKind::conflict);
  const auto undone = states->undo(Scope::all(), ids[0], 3, "wang");
  ASSERT_TRUE(undone.ok()) << undone.error().message;
  EXPECT_EQ(undone->state, AlertState::acknowledged);
  EXPECT_EQ(undone->previous, AlertState::closed);
  EXPECT_EQ(store().event(Scope::all(), ids[0])->state, AlertState::acknowledged);
  const auto history = states->history(Scope::all(), ids[0]);
  ASSERT_EQ(history->size(), 4u);
  EXPECT_EQ((*history)[1].comment, "only a comment");
  EXPECT_EQ((*history)[1].state, AlertState::acknowledged);
  EXPECT_EQ((*history)[2].state, AlertState::closed);
  EXPECT_EQ((*history)[3].by, "wang");
  EXPECT_TRUE(states->history(Scope::all(), ids[1])->empty());
  EXPECT_EQ(state_events(), 4u);
}

TEST_F(AlertStatesTest, ManyAtOnceEachGetTheirAnswer) {
  ASSERT_TRUE(change(2, AlertState::acknowledged).ok());
  source = "plant-2";
  append({line_of(alert(9, noon + 3))}, 1, noon, "cn/b", Lane::alert);
  Filter of_b;
  of_b.organisation = "cn/b";
  ids.push_back(all(of_b).at(0).id);
  const std::vector<AlertChange> changes = {{ids[0], AlertState::closed, "one", "li", 0},
                                            {"00000000-1", AlertState::closed, "", "li", {}},
                                            {ids[2], AlertState::closed, "", "li", 0},
                                            {ids[3], AlertState::closed, "", "li", {}},
                                            {ids[0], AlertState::fresh, "", "li", {}},
                                            {ids[1], AlertState::closed, "", "li", {}}};
  clock.wall = noon + 3 * day;
  const auto answers = states->change_all(Scope::all(), changes);
  ASSERT_EQ(answers.size(), 6u);
  ASSERT_TRUE(answers[0].ok() && answers[3].ok() && answers[5].ok());
  EXPECT_EQ(answers[0]->version, 1u);
  EXPECT_EQ(answers[1].error().kind, ErrorKind::missing);
  EXPECT_EQ(answers[2].error().kind, ErrorKind::conflict);
  EXPECT_EQ(answers[4].error().kind, ErrorKind::conflict);
  EXPECT_EQ(in_state(AlertState::closed), 3u);
  EXPECT_EQ(in_state(AlertState::acknowledged), 1u);
  EXPECT_EQ(state_events(), 4u);
  EXPECT_TRUE(documents->list(Scope::all(), "outbox", "", 10)->documents.empty());
  Filter other;
  other.types = {"alert_state"}, other.organisation = "cn/b";
  EXPECT_EQ(all(other).size(), 1u);
}

TEST_F(AlertStatesTest, OnlyAlertsInTheScopeHaveStates) {
  const auto other = Scope::of("cn/b").take();
  EXPECT_EQ(change(0, AlertState::closed, "", {}, other).error().kind, ErrorKind::missing);
  EXPECT_EQ(states->history(other, ids[0]).error().kind, ErrorKind::missing);
  EXPECT_EQ(
      states->change(Scope::all(), {"00000000-1", AlertState::closed, "", "li", {}}).error().kind,
      ErrorKind::missing);
  EXPECT_EQ(change(0, AlertState::closed, std::string(comment_bytes + 1, 'x')).error().kind,
            ErrorKind::invalid);
  ASSERT_TRUE(change(0, AlertState::closed).ok());
  EXPECT_EQ(change(0, AlertState::fresh, "", {}, other).error().kind, ErrorKind::missing);
  EXPECT_EQ(states->history(other, ids[0]).error().kind, ErrorKind::missing);
  Filter filter;
  filter.types = {"alert_state"};
  const std::string of_event = all(filter).at(0).id;
  EXPECT_EQ(states->change(Scope::all(), {of_event, AlertState::closed, "", "li", {}}).error().kind,
            ErrorKind::missing);
}

TEST_F(AlertStatesTest, AlertsOfOlderFilesAreMarkedToo) {
  clock.wall = noon + 5 * day;
  ASSERT_TRUE(change(1, AlertState::closed).ok());
  EXPECT_GT(store().status().parts.size(), 1u);
  EXPECT_EQ(in_state(AlertState::closed), 1u);
  CountQuery counts;
  counts.filter.states = {AlertState::closed}, counts.from = noon, counts.to = noon + hour;
  EXPECT_EQ(store().counts(Scope::all(), counts)->series[0].total, 1u);
}

TEST_F(AlertStatesTest, WhatACrashLeftBetweenDocumentAndEventIsMadeOnce) {
  ASSERT_TRUE(change(0, AlertState::acknowledged).ok());
  // The crash: the document and the outbox are committed, the event is not. And the other one: the
  // event is committed and its outbox entry not yet removed.
  DocumentChange left[2];
  left[0].kind = "outbox", left[0].id = "00000000000000000001", left[0].organisation = "cn/a/works";
  left[0].body = R"({"alert":")" + ids[0] +
                 R"(","state":"acknowledged","previous":"new","by":"li","comment":""})";
  left[1] = left[0];
  left[1].id = "00000000000000000002";
  left[1].body =
      R"({"alert":")" + ids[2] + R"(","state":"closed","previous":"new","by":"li","comment":""})";
  ASSERT_TRUE(documents->transact(Scope::all(), left).ok());
  EXPECT_EQ(in_state(AlertState::closed), 0u);
  restart();
  EXPECT_EQ(in_state(AlertState::closed), 1u);
  EXPECT_EQ(in_state(AlertState::acknowledged), 1u);
  EXPECT_EQ(state_events(), 2u);
  EXPECT_TRUE(documents->list(Scope::all(), "outbox", "", 10)->documents.empty());
  restart();
  EXPECT_EQ(state_events(), 2u);
}

TEST_F(AlertStatesTest, ALostEventStoreStartsANewEpochAndGoesOn) {
  ASSERT_TRUE(change(0, AlertState::acknowledged).ok());
  ASSERT_TRUE(change(1, AlertState::acknowledged).ok());
  states.reset();
  documents.reset();
  const std::string state_db = setup.folder + "/state.db", kept = setup.folder + "_state.db";
  std::filesystem::rename(state_db, kept);

  std::filesystem::remove_all(setup.folder);
  std::filesystem::create_directories(setup.folder);
  std::filesystem::rename(kept, state_db);
  restart();
  append({line_of(alert(1, noon))}, 1, noon, "cn/a/works", Lane::alert);
  ids = {all({}).at(0).id};
  const auto done = change(0, AlertState::closed);
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(in_state(AlertState::closed), 1u);
  EXPECT_EQ(state_events(), 1u);
}

TEST_F(AlertStatesTest, OddTextsStayTexts) {
  ASSERT_TRUE(
      states->change(Scope::all(), {ids[0], AlertState::closed, "\"}\n\xff', 关闭", "o'hara\"", {}})
          .ok());
  const auto record = states->state(Scope::all(), ids[0]);
  EXPECT_EQ(record->by, "o'hara\"");
  EXPECT_EQ(record->comment, "\"}\n\xef\xbf\xbd', 关闭");
  EXPECT_EQ(record->state, AlertState::closed);
}

}  // namespace
}  // namespace langyan::store
