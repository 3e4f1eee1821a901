// Every allocation failing in turn: errors come back, nothing is lost, nothing is half done.
#include <gtest/gtest.h>

#include "base/failing_memory.h"
#include "base/log.h"
#include "spool/test_rig.h"

namespace langyan::spool {
namespace {

struct OutOfMemory : testing::TestWithParam<bool> {
  void SetUp() override { logging::set_level(logging::Level::off); }
  void TearDown() override { logging::set_level(logging::Level::info); }
};
INSTANTIATE_TEST_SUITE_P(, OutOfMemory, testing::Bool(),
                         [](const auto& given) { return given.param ? "ForAWhile" : "Once"; });

TEST_P(OutOfMemory, WritingGoesOn) {
  bool reached = true;
  long n = 0;
  for (; reached; ++n) {
    SCOPED_TRACE(n);
    Rig rig;
    rig.options.bulk_bytes = 40'000;
    ASSERT_TRUE(rig.open());
    for (int i = 0; i < 12; ++i) rig.put_many(Lane::bulk, 20, 170), rig.commit();
    rig.put_many(Lane::bulk, 20, 170);
    rig.put_many(Lane::alert, 5, 170);
    // A commit that evicts, starts two segments and publishes.
    Result<void> done;
    reached = with_failing_memory(n, GetParam(), [&] { done = rig.spool->commit(); });
    rig.clock.advance(2 * second);
    rig.commit();
    rig.put_many(Lane::bulk, 1);
    rig.commit();
    const Harvest harvest = rig.drain();
    const std::uint64_t epoch = rig.spool->epoch();
    EXPECT_EQ(harvest.last(epoch, Lane::bulk), 261u);
    EXPECT_EQ(harvest.lines.at({epoch, Lane::alert}).size(), 5u);
    EXPECT_EQ(harvest.lines.at({epoch, Lane::bulk}).size() +
                  rig.spool->counters().value(SpoolCount::evicted),
              261u);
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(n, 20);
}

TEST_P(OutOfMemory, TakingAnEventAllocatesNothing) {
  Rig rig;
  ASSERT_TRUE(rig.open());
  const std::string line = line_for(1, Lane::bulk, 1, 500);
  EXPECT_NO_THROW(with_failing_memory(0, GetParam(), [&] {
    for (int i = 0; i < 50; ++i) {
      const auto position = rig.spool->reserve(Lane::bulk, Class::flow, line.size());
      rig.spool->append(Lane::bulk, *position, line);
    }
    EXPECT_EQ(until_failure, 0) << "something was allocated";
  }));
  EXPECT_EQ(rig.spool->pending_records(), 50u);
}

TEST_P(OutOfMemory, OpeningFailsOrSucceeds) {
  Rig written;
  ASSERT_TRUE(written.open());
  for (int i = 0; i < 4; ++i) written.put_many(Lane::bulk, 20, 170), written.commit();
  written.drain(true);
  written.put_many(Lane::alert, 20, 170);
  written.commit();
  written.close();
  bool reached = true;
  long n = 0;
  for (; reached; ++n) {
    SCOPED_TRACE(n);
    Rig rig;
    rig.use(written.disk->after_kill());
    reached = with_failing_memory(n, GetParam(), [&] {
      auto opened = Spool::open(*rig.disk, rig.clock, rig.random, rig.options);
      if (opened) rig.spool = opened.take();
    });
    rig.written = written.written;
    rig.close();
    ASSERT_TRUE(rig.open()) << rig.failure;
    EXPECT_FALSE(rig.spool->epoch_change());
    EXPECT_EQ(rig.drain().lines.at({rig.spool->epoch(), Lane::alert}).size(), 20u);
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(n, 20);
}

TEST_P(OutOfMemory, ReadingSkipsNothing) {
  Rig rig;
  ASSERT_TRUE(rig.open());
  for (int i = 0; i < 6; ++i) rig.put_many(Lane::bulk, 20, 170), rig.commit();
  bool reached = true;
  long n = 0;
  for (; reached; ++n) {
    SCOPED_TRACE(n);
    rig.reader.reset();
    rig.disk->unlock_all();
    (void)rig.disk->remove("spool/ledger");
    ASSERT_TRUE(rig.open_reader());
    Harvest harvest;
    reached = with_failing_memory(n, GetParam(), [&] {
      for (int i = 0; i < 4; ++i) {
        const auto batch = rig.reader->next(Lane::bulk, {9, 1 << 20});
        if (!batch) continue;
        const long left = std::exchange(until_failure, -1);
        harvest.add(*batch);
        until_failure = left;
        if (!batch->empty())
          (void)rig.reader->acknowledge(Lane::bulk, batch->epoch, batch->items[0].from);
      }
    });
    rig.drain_into(harvest, false);
    EXPECT_EQ(harvest.lines.at({rig.spool->epoch(), Lane::bulk}).size(), 120u);
    EXPECT_TRUE(harvest.gaps.empty());
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(n, 20);
}

}  // namespace
}  // namespace langyan::spool
