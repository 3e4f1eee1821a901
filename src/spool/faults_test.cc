// Full and failing disks: the caller goes on, losses are counted by class, recovery needs no
// restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "spool/test_rig.h"

namespace langyan::spool {
namespace {

using Op = MemoryDisk::Op;

struct Faults : testing::Test {
  Rig rig;
  void SetUp() override { logging::set_level(logging::Level::off); }
  void TearDown() override { logging::set_level(logging::Level::info); }
};

struct Tally {
  std::array<std::uint64_t, class_count> offered{}, taken{};
};

constexpr std::array<Class, class_count> all_classes = {Class::stats, Class::flow, Class::summary,
                                                        Class::operation, Class::alert};

void offer_all(Rig& rig, Tally& tally, std::size_t size = 200) {
  for (const Class cls : all_classes) {
    const Lane lane = cls == Class::alert ? Lane::alert : Lane::bulk;
    ++tally.offered[static_cast<std::size_t>(cls)];
    tally.taken[static_cast<std::size_t>(cls)] += rig.put(lane, cls, size) != 0;
  }
}

// Everything offered was either taken, and comes out, or counted in its class.
void expect_accounted(const Rig& rig, const Tally& tally) {
  constexpr std::array counts = {SpoolCount::dropped_stats, SpoolCount::dropped_flow,
                                 SpoolCount::dropped_summary, SpoolCount::dropped_operation,
                                 SpoolCount::dropped_alert};
  std::uint64_t taken = 0;
  for (std::size_t i = 0; i < class_count; ++i) {
    EXPECT_EQ(tally.offered[i] - tally.taken[i], rig.spool->counters().value(counts[i])) << i;
    taken += tally.taken[i];
  }
  EXPECT_EQ(taken, rig.spool->counters().value(SpoolCount::appended));
}

TEST_F(Faults, TheLeastImportantIsDroppedFirst) {
  ASSERT_TRUE(rig.open());
  rig.disk->fail(Op::sync, ErrorKind::io, MemoryDisk::for_good);
  Tally tally;
  std::array<std::uint64_t, class_count> first_refused{};
  for (std::uint64_t i = 1; i <= 400; ++i) {
    const Tally before = tally;
    offer_all(rig, tally);
    for (std::size_t c = 0; c < class_count; ++c) {
      if (tally.taken[c] == before.taken[c] && first_refused[c] == 0) first_refused[c] = i;
    }
    EXPECT_FALSE(rig.spool->commit());
    rig.clock.advance(100 * millisecond);
  }
  for (std::size_t c = 1; c < class_count; ++c) {
    EXPECT_GT(first_refused[c], first_refused[c - 1]) << "class " << c;
  }
  expect_accounted(rig, tally);
  EXPECT_TRUE(rig.open_reader());
  EXPECT_TRUE(rig.reader->next(Lane::bulk, {})->empty());

  rig.disk->mend();
  rig.clock.advance(2 * second);
  rig.commit();
  offer_all(rig, tally);
  rig.commit();
  const Harvest harvest = rig.drain();
  EXPECT_TRUE(harvest.gaps.empty());
  EXPECT_TRUE(harvest.lines == rig.written);
  expect_accounted(rig, tally);
  // One try a second, not one a commit.
  EXPECT_LE(rig.spool->counters().value(SpoolCount::failed_syncs), 100u);
}

// Every kind of call failing, after every number of good ones, once and for a while.
TEST_F(Faults, WhateverFailsNothingTakenIsLost) {
  for (const Op op : {Op::open, Op::append, Op::write, Op::truncate, Op::sync, Op::rename,
                      Op::remove, Op::sync_folder, Op::read, Op::list}) {
    for (const ErrorKind kind : {ErrorKind::io, ErrorKind::full}) {
      for (const std::uint64_t times : {std::uint64_t{1}, std::uint64_t{3}, MemoryDisk::for_good}) {
        for (std::uint64_t skip = 0; skip < 12; ++skip) {
          SCOPED_TRACE(testing::Message() << "op " << int(op) << " kind " << int(kind) << " times "
                                          << times << " skip " << skip);
          Rig failing;
          failing.options.segment_bytes = 4096;
          ASSERT_TRUE(failing.open());
          Tally tally;
          failing.disk->fail(op, kind, times, skip);
          for (int i = 0; i < 12; ++i) {
            offer_all(failing, tally);
            (void)failing.spool->commit();
            failing.clock.advance(700 * millisecond);
          }
          failing.disk->mend();
          failing.clock.advance(2 * second);
          failing.commit();
          // Alerts on a full disk take the room of bulk, and that is counted too.
          const std::uint64_t evicted = failing.spool->counters().value(SpoolCount::evicted);
          EXPECT_TRUE(evicted == 0 || kind == ErrorKind::full);
          auto& bulk = failing.written[{failing.spool->epoch(), Lane::bulk}];
          bulk.erase(bulk.begin(), bulk.lower_bound(evicted + 1));
          Harvest harvest = failing.drain();
          EXPECT_EQ(harvest.gaps.empty(), evicted == 0);
          ASSERT_TRUE(harvest.lines == failing.written);
          expect_accounted(failing, tally);
          // And a restart finds all of it again, whatever was left behind.
          failing.close();
          ASSERT_TRUE(failing.open()) << failing.failure;
          EXPECT_FALSE(failing.spool->epoch_change());
          ASSERT_TRUE(failing.drain().lines == failing.written);
          ASSERT_FALSE(HasFailure());
        }
      }
    }
  }
}

TEST_F(Faults, AFailedSyncIsNeverAskedAgain) {
  ASSERT_TRUE(rig.open());
  rig.put_many(Lane::bulk, 2);
  rig.commit();
  rig.put_many(Lane::bulk, 2);
  rig.disk->fail(Op::sync, ErrorKind::io);
  EXPECT_FALSE(rig.spool->commit());
  EXPECT_EQ(rig.spool->committed(Lane::bulk), 2u);
  EXPECT_EQ(rig.spool->pending_records(), 2u);
  rig.clock.advance(2 * second);
  rig.commit();
  EXPECT_EQ(rig.segments(Lane::bulk), 2u);
  EXPECT_EQ(rig.spool->counters().value(SpoolCount::failed_syncs), 1u);
  // The simulated disk forgot the first write of the two; only the second attempt survives.
  rig.use(rig.disk->after_power_loss({}));
  ASSERT_TRUE(rig.open());
  const Harvest harvest = rig.drain();
  EXPECT_TRUE(harvest.lines == rig.written);
  EXPECT_TRUE(harvest.gaps.empty());
}

TEST_F(Faults, ABackOffSparesTheDisk) {
  ASSERT_TRUE(rig.open());
  rig.put_many(Lane::bulk, 2);
  rig.disk->fail(Op::open, ErrorKind::io, MemoryDisk::for_good);
  EXPECT_FALSE(rig.spool->commit());
  const std::uint64_t changes = rig.disk->changes();
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(rig.spool->commit());
  EXPECT_EQ(rig.disk->changes(), changes);
  EXPECT_EQ(rig.spool->counters().value(SpoolCount::failed_commits), 1u);
}

// A disk that is full: bulk waits in memory; alerts take the room of the oldest bulk.
TEST_F(Faults, OnAFullDiskAlertsTakeTheRoomOfBulk) {
  ASSERT_TRUE(rig.open());
  for (int i = 0; i < 10; ++i) rig.put_many(Lane::bulk, 20, 180), rig.commit();
  std::uint64_t used = 0;
  const auto names = rig.disk->list("spool");
  for (const std::string& file : *names) {
    if (const auto content = rig.disk->content("spool/" + file)) used += content->size();
  }
  rig.disk->limit_to(used + 100);
  rig.put_many(Lane::bulk, 5, 180);
  EXPECT_EQ(rig.spool->commit().error().kind, ErrorKind::full);
  EXPECT_EQ(rig.spool->counters().value(SpoolCount::evicted), 0u);
  EXPECT_EQ(rig.spool->committed(Lane::bulk), 200u);
  rig.put_many(Lane::alert, 30, 180);
  rig.clock.advance(2 * second);
  (void)rig.spool->commit();
  EXPECT_EQ(rig.spool->committed(Lane::alert), 30u);
  EXPECT_GT(rig.spool->counters().value(SpoolCount::evicted), 0u);
  // Acknowledging makes room; no restart, nothing more is lost.
  const std::uint64_t evicted = rig.spool->counters().value(SpoolCount::evicted);
  Harvest harvest;
  rig.drain_into(harvest, true);
  rig.clock.advance(2 * second);
  rig.commit();
  rig.drain_into(harvest, true);
  EXPECT_EQ(rig.spool->counters().value(SpoolCount::evicted), evicted);
  EXPECT_EQ(harvest.lines.at({rig.spool->epoch(), Lane::alert}).size(), 30u);
  EXPECT_EQ(harvest.last(rig.spool->epoch(), Lane::bulk), 205u);
  const auto& gaps = harvest.gaps.at({rig.spool->epoch(), Lane::bulk});
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].to, evicted);
  EXPECT_EQ(gaps[0].reason, GapReason::evicted);
}

// Another program has taken all room, also what evicting frees: what went is still told, of every
// epoch.
TEST_F(Faults, EvictionLeavesItsTraceWhereThereIsNoRoomAtAll) {
  std::vector<std::uint64_t> epochs;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(rig.open());
    epochs.push_back(rig.spool->epoch());
    rig.put_many(Lane::bulk, 20, 180);
    rig.commit();
    rig.close();
    rig.disk->put("spool/committed", "torn");  // the next start draws a new epoch
  }
  ASSERT_TRUE(rig.open());
  rig.put_many(Lane::bulk, 20, 180);
  rig.commit();
  rig.disk->limit_to(0);
  rig.put_many(Lane::alert, 30, 180);
  (void)rig.spool->commit();
  rig.disk->mend();
  rig.clock.advance(2 * second);
  rig.commit();
  const Harvest harvest = rig.drain(true);
  EXPECT_EQ(rig.spool->counters().value(SpoolCount::evicted), 60u);
  for (const std::uint64_t epoch : epochs) {
    const auto gaps = harvest.gaps.find({epoch, Lane::bulk});
    ASSERT_NE(gaps, harvest.gaps.end()) << "nothing tells of epoch " << epoch;
    EXPECT_THAT(gaps->second, testing::ElementsAre(Harvest::Gap{1, 20, GapReason::evicted}));
  }
  EXPECT_EQ(harvest.lines.at({rig.spool->epoch(), Lane::alert}).size(), 30u);
}

TEST_F(Faults, AFullDiskAtTheStart) {
  ASSERT_TRUE(rig.open());
  rig.put_many(Lane::bulk, 20);
  rig.commit();
  rig.close();
  rig.disk->limit_to(0);
  ASSERT_TRUE(rig.open()) << rig.failure;  // nothing new is needed to begin
  EXPECT_FALSE(rig.spool->epoch_change());
  rig.put_many(Lane::bulk, 1);
  EXPECT_FALSE(rig.spool->commit());
  EXPECT_EQ(rig.drain(true).lines.begin()->second.size(), 20u);
  rig.disk->mend();
  rig.clock.advance(2 * second);
  rig.commit();
  Harvest harvest;
  harvest.start_at(rig.spool->epoch(), Lane::bulk, 21);
  rig.drain_into(harvest, true);
  EXPECT_EQ(harvest.last(rig.spool->epoch(), Lane::bulk), 21u);
}

// Calls in a row that the disk refuses while a spool is opened, after a power loss as well: opening
// fails, or goes on in a new epoch, but what was committed comes out.
TEST_F(Faults, ARefusedCallWhileOpeningLosesNothing) {
  for (const Op op : {Op::open, Op::read, Op::append, Op::write, Op::truncate, Op::sync, Op::list,
                      Op::rename, Op::remove, Op::sync_folder}) {
    for (std::uint64_t skip = 0; skip < 64; ++skip) {
      Rig one(skip + 1);
      Harvest harvest;
      ASSERT_TRUE(one.open());
      for (int round = 0; round < 30; ++round) {
        one.put_many(Lane::alert, 2, 100), one.put_many(Lane::bulk, 3, 100);
        one.commit();
        // The newest segment is known to the ledger, and what `committed` says of it may be lost.
        if (round == 28 && skip % 3 != 0) one.drain_into(harvest, true);
      }
      const std::uint64_t epoch = one.spool->epoch();
      one.use(skip % 2 ? one.disk->after_power_loss(std::vector<bool>(one.disk->choices()))
                       : one.disk->after_kill());
      one.disk->fail(op, ErrorKind::io, 1 + skip / 32, skip % 32);
      bool opened = one.open();
      if (!opened) one.disk->mend(), one.disk->unlock_all(), opened = one.open();
      ASSERT_TRUE(opened) << one.failure;
      one.put(Lane::alert, Class::alert), one.put(Lane::bulk, Class::operation);
      (void)one.spool->commit();
      one.disk->mend();
      one.clock.advance(2 * second);
      one.commit();
      one.drain_into(harvest, true, {7, 4096}, true);
      for (const Lane lane : all_lanes) {
        const auto lines = harvest.lines.find({epoch, lane});
        ASSERT_NE(lines, harvest.lines.end()) << static_cast<int>(op) << " skip " << skip;
        EXPECT_GE(lines->second.size(), lane == Lane::alert ? 60u : 90u)
            << name(lane) << ": call " << static_cast<int>(op) << ", case " << skip;
      }
    }
  }
}

TEST_F(Faults, AnUnusableFolderIsAnErrorThatNamesIt) {
  rig.disk->fail(Op::make_folder, ErrorKind::permission, MemoryDisk::for_good);
  EXPECT_FALSE(rig.open());
  EXPECT_THAT(rig.failure, testing::HasSubstr("spool"));
}

}  // namespace
}  // namespace langyan::spool
