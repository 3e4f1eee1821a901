// Many senders at once: what every engine answers them, and what a feed sees meanwhile.
#include <gtest/gtest.h>

#include <thread>

#include "tests/store/event_store_suite.h"

namespace langyan::store {
namespace {

class SendersSuite : public EventStoreSuite {};

TEST_P(SendersSuite, AFeedPassesOverNothingWhileManySendersWrite) {
  constexpr int senders = 6;
  constexpr std::uint64_t batches = 25;
  std::atomic<int> sending{senders}, refused{0};
  std::vector<std::thread> threads;
  for (int sender = 0; sender < senders; ++sender) {
    threads.emplace_back([&, sender] {
      const std::string name = "sender-" + std::to_string(sender);
      for (std::uint64_t i = 1; i <= batches; ++i) {
        Made made;
        made.sensor = name, made.seq = i;
        const auto parsed = parse_event(line_of(made)).take();
        refused += !store().append(Scope::all(), {name, 1, Lane::bulk, i, 1, "cn/a", noon, parsed.rows, {}}).ok();
      }
      sending -= 1;
    });
  }
  // As every feed does: it looks when there was a commit, and goes on from its cursor.
  std::size_t fed = 0;
  std::string cursor;
  for (std::uint64_t commits = 0, done = false; !done;) {
    done = sending == 0;
    const std::uint64_t now = store().commits();
    if (now == commits) continue;
    commits = now;
    for (bool more = true; more;) {
      const auto feed = store().since(Scope::all(), {}, cursor, 1'000);
      refused += !feed.ok(), more = feed.ok() && feed->more;
      if (feed) fed += feed->events.size(), cursor = feed->cursor;
    }
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(refused, 0);
  EXPECT_EQ(fed, senders * batches);
}

TEST_P(SendersSuite, ManySendersAtOnceEachGetTheirOwnAnswer) {
  constexpr int senders = 8;
  constexpr std::uint64_t batches = 12;
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int sender = 0; sender < senders; ++sender) {
    threads.emplace_back([&, sender] {
      const std::string name = "sender-" + std::to_string(sender);
      for (std::uint64_t i = 1; i <= batches; ++i) {
        Made made;
        made.sensor = name, made.seq = i;
        const auto parsed = parse_event(line_of(made)).take();
        Batch batch{name, 1, Lane::bulk, i, 1, "cn/a", noon, parsed.rows, {}};
        auto done = store().append(Scope::all(), batch);
        wrong += !done.ok() || done->watermark != i || done->stored != 1;
        done = store().append(Scope::all(), batch);
        wrong += !done.ok() || done->watermark != i || done->skipped != 1;
        batch.first = i + 2;
        done = store().append(Scope::all(), batch);
        wrong += !done.ok() || !done->ahead || done->watermark != i;
        batch.organisation = "cn/b";
        batch.first = i + 1;
        done = store().append(Scope::all(), batch);
        wrong += done.ok() || done.error().kind != ErrorKind::permission;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(all({}, 1'000).size(), senders * batches);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SendersSuite);

}  // namespace

Result<std::unique_ptr<EventStore>> open_sqlite_engine(const EngineSetup& setup);
INSTANTIATE_TEST_SUITE_P(sqlite, SendersSuite, testing::Values(Engine{"sqlite", open_sqlite_engine}));
INSTANTIATE_TEST_SUITE_P(clickhouse, SendersSuite, testing::ValuesIn(clickhouse_engines()));

}  // namespace langyan::store
