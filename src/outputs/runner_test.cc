// A runner over a real store, whose receiver is a file in a folder that is there or not.
#include "outputs/runner.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/manual_clock.h"
#include "base/temp_folder.h"
#include "store/sqlite/sqlite_event_store.h"

namespace langyan::outputs {
namespace {

class RunnerTest : public testing::Test {
 protected:
  RunnerTest() {
    options.folder = folder.path() + "/events";
    options.keep.fill(3 * day);
    events = store::open_sqlite(disk, clock, options).take();
    documents = store::DocumentStore::open(disk, clock, folder.path() + "/state.db").take();
  }
  // Until the runner is recovered at the position that was noted.
  std::unique_ptr<Runner> runner(store::Filter filter = {}) {
    const auto noted = documents->get(store::Scope::all(), position_kind, "lines");
    Settings settings;
    settings.name = "lines", settings.kind = "file";
    return std::make_unique<Runner>(RunnerDoors{*events, *documents, clock, random}, "lines", store::Scope::all(),
                                    std::move(filter), make_sender(settings, {disk, clock, out(), "center"}),
                                    noted ? read_position(noted->body) : Position{});
  }
  std::string out() const { return folder.path() + "/out"; }
  void append(std::uint64_t from, std::uint64_t count, std::string_view type = "modbus") {
    std::string body;
    for (std::uint64_t seq = from; seq < from + count; ++seq)
      body +=
          nlohmann::json{{"timestamp", timestamp(clock.now())},
                         {"event_type", type},
                         {"origin", {{"sensor", "s1"}, {"epoch", "00000000000000e1"}, {"lane", "bulk"}, {"seq", seq}}}}
              .dump() +
          "\n";
    store::EventParser parser;
    const auto parsed = parser.parse_lines(body, 0xe1);
    store::Batch batch;
    batch.source = "s1", batch.epoch = 0xe1, batch.first = from, batch.count = count;
    batch.organisation = "cn", batch.received = clock.now(), batch.rows = parsed.rows;
    ASSERT_TRUE(events->append(store::Scope::all(), batch).ok());
  }
  void drain(Runner& runner) {
    while (runner.step({}) == Runner::Step::busy) {
    }
  }
  std::vector<std::uint64_t> lines() const {
    std::vector<std::uint64_t> seqs;
    std::ifstream in(out() + "/eve.json");
    for (std::string line; std::getline(in, line);) seqs.push_back(nlohmann::json::parse(line)["origin"]["seq"]);
    return seqs;
  }
  void break_receiver() { std::ofstream(out()) << "a file where the folder should be"; }
  void mend_receiver() { std::filesystem::remove_all(out()); }

  TempFolder folder;
  SystemDisk disk;
  ManualClock clock;
  SeededRandom random{1};
  store::SqliteOptions options;
  std::unique_ptr<store::EventStore> events;
  std::unique_ptr<store::DocumentStore> documents;
};

TEST_F(RunnerTest, GoesOnWhereThePositionStands) {
  append(1, 1'500);
  auto first = runner();
  drain(*first);
  EXPECT_EQ(lines().size(), 1'500u);
  EXPECT_EQ(first->status().activity, Activity::caught_up);
  first.reset();
  append(1'501, 5);
  auto second = runner();
  drain(*second);
  ASSERT_EQ(lines().size(), 1'505u);
  EXPECT_EQ(lines().back(), 1'505u);
  EXPECT_EQ(second->status().position.delivered, 1'505u);
}

TEST_F(RunnerTest, AFailedTryIsRepeatedLaterAndLater) {
  break_receiver();
  append(1, 3);
  auto output = runner();
  EXPECT_EQ(output->step({}), Runner::Step::failing);
  for (Duration wait = second; wait <= 64 * second; wait *= 2) {
    const Duration most = std::min(wait, longest_back_off);
    clock.advance(most * 3 / 4 - millisecond);
    const auto failures = output->status().failures;
    EXPECT_EQ(output->step({}), Runner::Step::failing);
    EXPECT_EQ(output->status().failures, failures) << "not before its time";
    clock.advance(most / 4 + 2 * millisecond);
    output->step({});
    EXPECT_EQ(output->status().failures, failures + 1);
  }
  EXPECT_EQ(output->status().activity, Activity::failing);
  EXPECT_GT(output->status().behind, minute);
  EXPECT_NE(output->status().error, "");
  mend_receiver();
  clock.advance(minute);
  drain(*output);
  EXPECT_EQ(lines(), (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(output->status().activity, Activity::caught_up);
  EXPECT_EQ(output->status().behind, 0);
  EXPECT_EQ(output->status().error, "");
}

// A receiver that was away for longer than the store keeps: what is held comes, what went is counted.
TEST_F(RunnerTest, WhatRetentionOvertookIsCounted) {
  append(1, 2);
  auto output = runner();
  drain(*output);
  for (int i = 0; i < 6; ++i) {
    clock.advance(day);
    append(3 + static_cast<std::uint64_t>(i) * 10, 10);
  }
  ASSERT_TRUE(events->retain(clock.now()).ok());
  const std::uint64_t kept = events->events(store::Scope::all(), {}, "", 1'000)->events.size();
  ASSERT_LT(kept, 60u);
  EXPECT_EQ(output->status().position.overtaken, 60 - kept) << "said before it is read";
  drain(*output);
  EXPECT_EQ(lines().size(), 2 + kept);
  EXPECT_EQ(output->status().position.overtaken, 60 - kept);
  output.reset();
  EXPECT_EQ(runner()->status().position.overtaken, 60 - kept) << "and kept over a restart";
}

TEST_F(RunnerTest, FromTheOldestIsFromWhatThereIs) {
  for (int i = 0; i < 6; ++i) append(1 + static_cast<std::uint64_t>(i), 1), clock.advance(day);
  ASSERT_TRUE(events->retain(clock.now()).ok());
  auto output = runner();
  drain(*output);
  EXPECT_EQ(output->status().position.overtaken, 0u);
  EXPECT_FALSE(lines().empty());
}

TEST_F(RunnerTest, WhatTheFilterDoesNotWantMovesThePosition) {
  append(1, 100);
  store::Filter alerts;
  alerts.classes = {store::EventClass::alert};
  auto output = runner(alerts);
  drain(*output);
  EXPECT_EQ(output->status().activity, Activity::caught_up);
  EXPECT_EQ(output->status().position.cursor, *events->tail());
  EXPECT_FALSE(std::filesystem::exists(out()));
  EXPECT_FALSE(documents->get(store::Scope::all(), position_kind, "lines").ok()) << "seldom, and not yet";
  clock.advance(11 * second);
  output->step({});
  EXPECT_TRUE(documents->get(store::Scope::all(), position_kind, "lines").ok());
}

TEST_F(RunnerTest, APositionOfAnotherStoreBeginsAnew) {
  store::DocumentChange change;
  change.kind = position_kind, change.id = "lines", change.organisation = "center";
  change.body = stored(Position{"7fffffff-1", 0, 5, 0, 0, 0});
  ASSERT_TRUE(documents->put(store::Scope::all(), change).ok());
  append(1, 4);
  auto output = runner();
  drain(*output);
  EXPECT_EQ(lines().size(), 4u);
}

TEST_F(RunnerTest, ALineThatACrashCutOffIsWrittenAnew) {
  std::filesystem::create_directories(out());
  std::ofstream(out() + "/eve.json") << R"({"origin":{"seq":0}})" << "\n" << R"({"origin":{"se)";
  append(1, 2);
  auto output = runner();
  drain(*output);
  EXPECT_EQ(lines(), (std::vector<std::uint64_t>{0, 1, 2}));
}

TEST_F(RunnerTest, AFileIsPutAsideWhenItHasItsSize) {
  Settings settings;
  settings.name = "lines", settings.kind = "file";
  settings.values = {{"rotate", "65536"}, {"keep", "2"}};
  const auto sender = make_sender(settings, {disk, clock, out(), "center"});
  const std::vector<Message> messages(100, Message{"id", std::string(999, 'x')});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(sender->send(messages, {}).done, 100u);
  EXPECT_EQ(std::filesystem::file_size(out() + "/eve.json"), 100'000u);
  EXPECT_EQ(std::filesystem::file_size(out() + "/eve.json.2"), 100'000u);
  EXPECT_FALSE(std::filesystem::exists(out() + "/eve.json.3"));
}

}  // namespace
}  // namespace langyan::outputs
