#include "spool/spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/temp_folder.h"
#include "spool/test_rig.h"

namespace langyan::spool {
namespace {

using testing::ElementsAre;
using Gap = Harvest::Gap;

struct SpoolTest : testing::Test {
  Rig rig;
  Harvest::Key alert() const { return {rig.spool->epoch(), Lane::alert}; }
  Harvest::Key bulk() const { return {rig.spool->epoch(), Lane::bulk}; }
  std::uint64_t count(SpoolCount which) const { return rig.spool->counters().value(which); }
};

TEST_F(SpoolTest, ACreatedSpoolSaysSo) {
  ASSERT_TRUE(rig.open()) << rig.failure;
  ASSERT_TRUE(rig.spool->epoch_change());
  EXPECT_EQ(rig.spool->epoch_change()->reason, EpochReason::created);
  EXPECT_EQ(rig.spool->epoch_change()->previous, 0u);
  EXPECT_NE(rig.spool->epoch(), 0u);
}

TEST_F(SpoolTest, PositionsCountFromOneInEachLane) {
  ASSERT_TRUE(rig.open());
  for (std::uint64_t i = 1; i <= 50; ++i) {
    EXPECT_EQ(rig.put(Lane::bulk, Class::flow), i);
    if (i % 5 == 0) {
      EXPECT_EQ(rig.put(Lane::alert, Class::alert), i / 5);
    }
    if (i % 7 == 0) rig.commit();
  }
  rig.commit();
  const Harvest harvest = rig.drain();
  EXPECT_TRUE(harvest.lines.at(bulk()) == rig.written.at(bulk()));
  EXPECT_TRUE(harvest.lines.at(alert()) == rig.written.at(alert()));
  EXPECT_TRUE(harvest.gaps.empty());
  EXPECT_EQ(count(SpoolCount::appended), 60u);
  EXPECT_EQ(count(SpoolCount::committed), 60u);
}

TEST_F(SpoolTest, TheReaderNeverSeesWhatIsNotCommitted) {
  ASSERT_TRUE(rig.open());
  ASSERT_TRUE(rig.open_reader());
  EXPECT_TRUE(rig.reader->next(Lane::bulk, {})->empty());
  rig.put_many(Lane::bulk, 3);
  EXPECT_TRUE(rig.reader->next(Lane::bulk, {})->empty());
  rig.commit();
  EXPECT_EQ(rig.reader->next(Lane::bulk, {})->items.size(), 3u);
  // Written but not confirmed by the disk: in the file, and still not handed on.
  rig.put_many(Lane::bulk, 2);
  const std::size_t size = rig.disk->content(rig.newest_segment(Lane::bulk))->size();
  rig.disk->fail(MemoryDisk::Op::truncate, ErrorKind::io);
  rig.disk->fail(MemoryDisk::Op::sync, ErrorKind::io);
  EXPECT_FALSE(rig.spool->commit());
  EXPECT_GT(rig.disk->content(rig.newest_segment(Lane::bulk))->size(), size);
  EXPECT_TRUE(rig.reader->next(Lane::bulk, {})->empty());
  rig.clock.advance(2 * second);
  rig.commit();
  EXPECT_EQ(rig.reader->next(Lane::bulk, {})->items.size(), 2u);
  EXPECT_EQ(rig.segments(Lane::bulk), 2u);
}

TEST_F(SpoolTest, ReopeningContinuesTheEpoch) {
  ASSERT_TRUE(rig.open());
  const std::uint64_t epoch = rig.spool->epoch();
  for (int round = 0; round < 5; ++round) {
    rig.put_many(Lane::bulk, 30);
    rig.put_many(Lane::alert, 2);
    rig.commit();
    rig.put_many(Lane::alert, 1);  // pending when the process ends: never had a durable position
    rig.written[alert()].erase(static_cast<std::uint64_t>(2 * round + 3));
    rig.close();
    ASSERT_TRUE(rig.open()) << rig.failure;
    EXPECT_EQ(rig.spool->epoch(), epoch);
    EXPECT_FALSE(rig.spool->epoch_change());
    EXPECT_EQ(rig.spool->committed(Lane::bulk), 30u * static_cast<unsigned>(round + 1));
  }
  const Harvest harvest = rig.drain();
  EXPECT_TRUE(harvest.lines.at(bulk()) == rig.written.at(bulk()));
  EXPECT_TRUE(harvest.lines.at(alert()) == rig.written.at(alert()));
  EXPECT_TRUE(harvest.gaps.empty());
}

TEST_F(SpoolTest, WhatAKilledWriterHadWrittenIsKept) {
  ASSERT_TRUE(rig.open());
  rig.put_many(Lane::bulk, 3);
  rig.commit();
  rig.put_many(Lane::bulk, 4);
  rig.disk->die_after(1);  // the write goes through, the sync does not
  EXPECT_FALSE(rig.spool->commit());
  rig.use(rig.disk->after_kill());
  ASSERT_TRUE(rig.open());
  EXPECT_FALSE(rig.spool->epoch_change());
  EXPECT_EQ(rig.spool->committed(Lane::bulk), 7u);
  EXPECT_GT(rig.disk->syncs(), 0u);  // before it is said to be committed
  EXPECT_EQ(rig.drain().lines.at(bulk()).size(), 7u);
}

TEST_F(SpoolTest, OneWriterAndOneReader) {
  ASSERT_TRUE(rig.open());
  Rig second;
  EXPECT_EQ(Spool::open(*rig.disk, rig.clock, rig.random, rig.options).error().kind,
            ErrorKind::conflict);
  ASSERT_TRUE(rig.open_reader());
  EXPECT_EQ(Reader::open(*rig.disk, rig.options.folder).error().kind, ErrorKind::conflict);
}

TEST_F(SpoolTest, ALostPositionFileDrawsANewEpochAndTheOldOneIsStillShipped) {
  for (const std::string lost :
       {"ledger", "committed", "both", "ledger damaged", "committed damaged"}) {
    SCOPED_TRACE(lost);
    Rig fresh;
    ASSERT_TRUE(fresh.open());
    const std::uint64_t old_epoch = fresh.spool->epoch();
    fresh.put_many(Lane::bulk, 40);
    fresh.put_many(Lane::alert, 3);
    fresh.commit();
    fresh.close();
    for (const std::string file : {"ledger", "committed"}) {
      if (lost == file || lost == "both") {
        ASSERT_TRUE(fresh.disk->remove("spool/" + file));
      }
      if (lost == file + " damaged") fresh.disk->put("spool/" + file, std::string(640, 'x'));
    }
    ASSERT_TRUE(fresh.open()) << fresh.failure;
    ASSERT_TRUE(fresh.spool->epoch_change());
    EXPECT_EQ(fresh.spool->epoch_change()->reason, EpochReason::lost_ledger);
    EXPECT_EQ(fresh.spool->epoch_change()->previous, old_epoch);
    EXPECT_THAT(fresh.spool->epoch_change()->last_seq, ElementsAre(3, 40));
    EXPECT_NE(fresh.spool->epoch(), old_epoch);
    EXPECT_EQ(fresh.put(Lane::bulk, Class::flow), 1u);
    EXPECT_EQ(fresh.put(Lane::alert, Class::alert), 1u);
    fresh.commit();
    const Harvest harvest = fresh.drain();
    EXPECT_TRUE(harvest.lines == fresh.written);
    EXPECT_TRUE(harvest.gaps.empty());
    EXPECT_EQ(harvest.epochs_seen.front(), old_epoch);
    EXPECT_EQ(harvest.epochs_seen.back(), fresh.spool->epoch());
    // It is lost once, not at every start.
    const std::uint64_t epoch = fresh.spool->epoch();
    fresh.close();
    ASSERT_TRUE(fresh.open());
    EXPECT_EQ(fresh.spool->epoch(), epoch);
  }
}

TEST_F(SpoolTest, ALedgerLostUnderTheReaderDrawsANewEpochAtTheNextOpen) {
  ASSERT_TRUE(rig.open());
  rig.put_many(Lane::bulk, 5);
  rig.commit();
  ASSERT_TRUE(rig.disk->remove("spool/ledger"));
  rig.drain(true);
  rig.close();
  ASSERT_TRUE(rig.open());
  ASSERT_TRUE(rig.spool->epoch_change());
}

// What was acknowledged and removed before is no loss because the ledger is.
TEST_F(SpoolTest, ALostLedgerClaimsNoLoss) {
  ASSERT_TRUE(rig.open());
  Harvest before;
  for (int i = 0; i < 5; ++i) {
    rig.put_many(Lane::bulk, 30);
    rig.commit();
    rig.drain_into(before, true);
  }
  rig.put_many(Lane::bulk, 60);
  rig.commit();
  const std::uint64_t epoch = rig.spool->epoch();
  ASSERT_EQ(rig.disk->content("spool/bulk-000000000001.seg"), std::nullopt);
  rig.close();
  ASSERT_TRUE(rig.disk->remove("spool/ledger"));
  ASSERT_TRUE(rig.open());
  ASSERT_TRUE(rig.open_reader());
  const auto batch = rig.reader->next(Lane::bulk, {});
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->epoch, epoch);
  EXPECT_EQ(batch->items.back().to, 210u);
  for (const Item& item : batch->items) EXPECT_FALSE(item.gap);
}

TEST_F(SpoolTest, SeveralEpochsAreDrainedInTheirOrder) {
  std::vector<std::uint64_t> epochs;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(rig.open());
    epochs.push_back(rig.spool->epoch());
    rig.put_many(Lane::bulk, 60);
    if (i != 2) rig.put_many(Lane::alert, 2);  // one epoch without any alert
    rig.commit();
    rig.close();
    if (i < 3) {
      ASSERT_TRUE(rig.disk->remove("spool/committed"));
    }
  }
  ASSERT_TRUE(rig.open());
  const Harvest harvest = rig.drain(true);
  EXPECT_TRUE(harvest.lines == rig.written);
  EXPECT_TRUE(harvest.gaps.empty());
  std::vector<std::uint64_t> seen = harvest.epochs_seen;
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  EXPECT_THAT(seen, ElementsAre(epochs[0], epochs[1], epochs[3], epochs[0], epochs[1], epochs[2],
                                epochs[3]));
}

TEST_F(SpoolTest, AReaderGoesOnBehindWhatWasAcknowledged) {
  ASSERT_TRUE(rig.open());
  rig.put_many(Lane::bulk, 200);
  rig.commit();
  Harvest harvest;
  ASSERT_TRUE(rig.open_reader());
  for (std::uint64_t expected = 1; expected <= 200; expected += 10) {
    const auto batch = rig.reader->next(Lane::bulk, {10, 1 << 20});
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->items.front().from, expected);
    harvest.add(*batch);
    ASSERT_TRUE(rig.reader->next(Lane::bulk, {10, 1 << 20}));  // read ahead, never acknowledged
    ASSERT_TRUE(rig.reader->acknowledge(Lane::bulk, batch->epoch, batch->items.back().to));
    rig.reader.reset();
    rig.disk->unlock_all();
    ASSERT_TRUE(rig.open_reader());
  }
  EXPECT_TRUE(rig.reader->next(Lane::bulk, {})->empty());
  EXPECT_TRUE(harvest.lines.at(bulk()) == rig.written.at(bulk()));
}

TEST_F(SpoolTest, AcknowledgedSegmentsAreRemoved) {
  ASSERT_TRUE(rig.open());
  std::uint64_t most = 0;
  for (int round = 0; round < 50; ++round) {
    rig.put_many(Lane::bulk, 60);
    rig.commit();
    Harvest harvest;
    if (!rig.reader) {
      ASSERT_TRUE(rig.open_reader());
    }
    for (auto batch = rig.reader->next(Lane::bulk, {}); !batch->empty();
         batch = rig.reader->next(Lane::bulk, {})) {
      ASSERT_TRUE(rig.reader->acknowledge(Lane::bulk, batch->epoch, batch->items.back().to));
    }
    most = std::max(most, rig.spool->bytes(Lane::bulk));
  }
  EXPECT_LE(rig.segments(Lane::bulk), 3u);
  EXPECT_LT(most, 5 * rig.options.segment_bytes);
  EXPECT_EQ(count(SpoolCount::evicted), 0u);
  EXPECT_GT(count(SpoolCount::segments_removed), 30u);
  rig.close();
  ASSERT_TRUE(rig.open());
  EXPECT_FALSE(rig.spool->epoch_change());
  EXPECT_TRUE(rig.drain().lines.empty());
}

// With everything acknowledged and the last segment closed by a failure, nothing is left on disk;
// the positions go on all the same.
TEST_F(SpoolTest, PositionsSurviveWithoutAnySegment) {
  ASSERT_TRUE(rig.open());
  rig.put_many(Lane::bulk, 10);
  rig.commit();
  rig.drain(true);
  rig.put_many(Lane::bulk, 1);
  rig.disk->fail(MemoryDisk::Op::sync, ErrorKind::io);
  EXPECT_FALSE(rig.spool->commit());
  rig.clock.advance(2 * second);
  rig.disk->fail(MemoryDisk::Op::open, ErrorKind::io, 1,
                 2);  // the ledger twice, then the new segment
  EXPECT_FALSE(rig.spool->commit());
  EXPECT_EQ(rig.segments(Lane::bulk), 0u);
  rig.close();
  ASSERT_TRUE(rig.open());
  EXPECT_FALSE(rig.spool->epoch_change());
  EXPECT_EQ(rig.put(Lane::bulk, Class::flow), 11u);
  rig.commit();
  Harvest harvest;
  harvest.start_at(rig.spool->epoch(), Lane::bulk, 11);
  rig.drain_into(harvest, true);
  EXPECT_EQ(harvest.lines.at(bulk()).size(), 1u);
  EXPECT_TRUE(harvest.gaps.empty());
}

// The number of a segment is never used again, though all that had lower ones are gone.
TEST_F(SpoolTest, NumbersOfSegmentsOnlyRise) {
  ASSERT_TRUE(rig.open());
  Harvest harvest;
  for (int life = 0; life < 6; ++life) {
    for (int i = 0; i < 3; ++i) {
      rig.put_many(Lane::bulk, 30);
      rig.commit();
      rig.drain_into(harvest, true);
    }
    rig.put_many(Lane::bulk, 1);
    rig.disk->fail(MemoryDisk::Op::sync, ErrorKind::io);
    EXPECT_FALSE(rig.spool->commit());  // closes the segment
    rig.clock.advance(2 * second);
    rig.disk->fail(MemoryDisk::Op::sync_folder, ErrorKind::io, 1, 0);
    EXPECT_FALSE(rig.spool->commit());  // removes it, and cannot start the next
    EXPECT_EQ(rig.segments(Lane::bulk), 0u);
    rig.written[bulk()].erase(rig.written[bulk()].rbegin()->first);
    rig.close();
    ASSERT_TRUE(rig.open());
  }
  rig.drain_into(harvest, true);
  EXPECT_TRUE(harvest.gaps.empty());
  EXPECT_EQ(harvest.lines.at(bulk()).size(), 6u * 90);
}

TEST_F(SpoolTest, TheOldestBulkGoesFirstAndIsShippedAsAGap) {
  rig.options.bulk_bytes = 20'000;
  rig.options.alert_bytes = 20'000;
  ASSERT_TRUE(rig.open());
  for (int i = 0; i < 300; ++i) {
    rig.put_many(Lane::bulk, 5, 200);
    if (i % 10 == 0) rig.put_many(Lane::alert, 2, 200);
    rig.commit();
    ASSERT_LE(rig.spool->bytes(Lane::bulk), rig.options.bulk_bytes + rig.options.segment_bytes);
  }
  const Harvest harvest = rig.drain();
  EXPECT_EQ(harvest.lines.at(alert()).size(), 60u);
  EXPECT_FALSE(harvest.gaps.contains(alert()));
  ASSERT_EQ(harvest.gaps.at(bulk()).size(), 1u);
  const Gap gap = harvest.gaps.at(bulk()).front();
  EXPECT_EQ(gap.from, 1u);
  EXPECT_EQ(gap.reason, GapReason::evicted);
  EXPECT_EQ(gap.to + harvest.lines.at(bulk()).size(), 1500u);
  EXPECT_EQ(count(SpoolCount::evicted), gap.to);
  EXPECT_EQ(harvest.last(rig.spool->epoch(), Lane::bulk), 1500u);
}

TEST_F(SpoolTest, AlertsMayTakeTheRoomOfBulk) {
  rig.options.bulk_bytes = 30'000;
  rig.options.alert_bytes = 10'000;
  ASSERT_TRUE(rig.open());
  rig.put_many(Lane::bulk, 100, 200);
  rig.commit();
  rig.put_many(Lane::bulk, 1, 200);  // a second segment, so that the first may go
  rig.commit();
  for (int i = 0; i < 200; ++i) {
    rig.put_many(Lane::alert, 1, 200);
    rig.commit();
  }
  const Harvest harvest = rig.drain();
  EXPECT_THAT(harvest.gaps.at(bulk()), ElementsAre(Gap{1, 100, GapReason::evicted}));
  ASSERT_TRUE(harvest.gaps.contains(alert()));
  EXPECT_GT(harvest.lines.at(alert()).size(), 110u);  // more than its own 10,000 bytes would hold
  EXPECT_EQ(harvest.last(rig.spool->epoch(), Lane::alert), 200u);
}

// Reader in the middle of what is evicted, then a restart of it: what it had acknowledged is not a
// loss, the rest of the range is.
TEST_F(SpoolTest, EvictionUnderAReader) {
  rig.options.bulk_bytes = 20'000;
  ASSERT_TRUE(rig.open());
  rig.put_many(Lane::bulk, 30, 200);
  rig.commit();
  ASSERT_TRUE(rig.open_reader());
  const auto batch = rig.reader->next(Lane::bulk, {5, 1 << 20});
  ASSERT_TRUE(rig.reader->acknowledge(Lane::bulk, batch->epoch, 5));
  rig.reader.reset();
  rig.disk->unlock_all();
  for (int i = 0; i < 50; ++i) rig.put_many(Lane::bulk, 10, 200), rig.commit();
  ASSERT_TRUE(rig.open_reader());
  const auto first = rig.reader->next(Lane::bulk, {1, 1 << 20});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->items.front().from, 6u);
  EXPECT_EQ(first->items.front().gap, GapReason::evicted);
  EXPECT_EQ(count(SpoolCount::evicted), first->items.front().to - 5);
}

// Eviction leaves one small file an epoch; reopening knows them again.
TEST_F(SpoolTest, EvictedEpochsKeepTheirReason) {
  rig.options.bulk_bytes = 64 << 10;
  std::vector<std::uint64_t> epochs;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(rig.open());
    epochs.push_back(rig.spool->epoch());
    for (int k = 0; k < 10; ++k) rig.put_many(Lane::bulk, 15, 200), rig.commit();
    rig.close();
    if (i < 2) {
      ASSERT_TRUE(rig.disk->remove("spool/ledger"));
    }
  }
  rig.options.bulk_bytes = 10'000;
  ASSERT_TRUE(rig.open());
  for (int k = 0; k < 5; ++k) rig.put_many(Lane::bulk, 15, 200), rig.commit();
  const Harvest harvest = rig.drain();
  for (const std::uint64_t epoch : {epochs[0], epochs[1]}) {
    EXPECT_THAT(harvest.gaps.at({epoch, Lane::bulk}), ElementsAre(Gap{1, 150, GapReason::evicted}));
  }
  EXPECT_EQ(harvest.last(epochs[2], Lane::bulk), 225u);
  EXPECT_EQ(rig.segments(Lane::bulk) <= 8u, true) << rig.segments(Lane::bulk);
}

TEST_F(SpoolTest, APositionWithoutALineIsAGap) {
  ASSERT_TRUE(rig.open());
  rig.put_many(Lane::bulk, 2);
  ASSERT_EQ(*rig.spool->reserve(Lane::bulk, Class::flow, 60), 3u);
  ASSERT_EQ(*rig.spool->reserve(Lane::bulk, Class::flow, 60), 4u);
  rig.spool->append(Lane::bulk, 4, "four");
  rig.written[bulk()][4] = "four";
  rig.commit();
  const Harvest harvest = rig.drain();
  EXPECT_THAT(harvest.gaps.at(bulk()), ElementsAre(Gap{3, 3, GapReason::abandoned}));
  EXPECT_TRUE(harvest.lines.at(bulk()) == rig.written.at(bulk()));
  EXPECT_EQ(count(SpoolCount::gap_abandoned), 1u);
}

TEST_F(SpoolTest, AnOversizeLineIsRefusedOrAGap) {
  ASSERT_TRUE(rig.open());
  EXPECT_FALSE(rig.spool->reserve(Lane::bulk, Class::flow, rig.options.record_bytes + 1));
  EXPECT_EQ(count(SpoolCount::dropped_oversize), 1u);
  rig.put_many(Lane::bulk, 1, rig.options.record_bytes);
  ASSERT_EQ(*rig.spool->reserve(Lane::bulk, Class::flow, 10), 2u);
  rig.spool->append(Lane::bulk, 2, std::string(rig.options.record_bytes + 1, 'x'));
  ASSERT_EQ(*rig.spool->reserve(Lane::bulk, Class::flow, 10), 3u);
  const std::string longer = line_for(rig.spool->epoch(), Lane::bulk, 3, 500);
  rig.spool->append(Lane::bulk, 3, longer);  // longer than reserved, and there is room
  rig.written[bulk()][3] = longer;
  rig.commit();
  const Harvest harvest = rig.drain();
  EXPECT_THAT(harvest.gaps.at(bulk()), ElementsAre(Gap{2, 2, GapReason::oversize}));
  EXPECT_EQ(harvest.lines.at(bulk()).size(), 2u);
}

// The buffer is filled to its last byte with positions abandoned and lines that do not fit.
TEST_F(SpoolTest, TheBufferNeverOverflows) {
  rig.options.buffer_bytes = 2000;
  ASSERT_TRUE(rig.open());
  for (std::size_t announced = 1; announced < 2000; announced += 13) {
    while (const auto position = rig.spool->reserve(Lane::alert, Class::alert, announced)) {
      if (*position % 3 == 0) continue;
      rig.spool->append(Lane::alert, *position, std::string(announced * (*position % 3), 'x'));
    }
    rig.commit();
  }
  ASSERT_TRUE(rig.open_reader());
  std::uint64_t next = 1;
  for (auto batch = rig.reader->next(Lane::alert, {}); !batch->empty();
       batch = rig.reader->next(Lane::alert, {})) {
    for (const Item& item : batch->items) {
      EXPECT_EQ(std::exchange(next, item.to + 1), item.from);
    }
  }
  EXPECT_EQ(next - 1, rig.spool->committed(Lane::alert));
  EXPECT_GT(next, 700u);
}

TEST_F(SpoolTest, RewindShipsAgainAndTellsWhatIsGone) {
  ASSERT_TRUE(rig.open());
  for (int i = 0; i < 3; ++i) rig.put_many(Lane::bulk, 20, 200), rig.commit();
  rig.drain(true);
  for (int i = 0; i < 3; ++i)
    rig.put_many(Lane::bulk, 20, 200), rig.commit();  // what was acknowledged goes
  const std::uint64_t epoch = rig.spool->epoch();
  ASSERT_TRUE(rig.reader->rewind(Lane::bulk, epoch, 10));
  Harvest again;
  again.start_at(epoch, Lane::bulk, 10);
  rig.drain_into(again, false);
  ASSERT_TRUE(again.gaps.contains(bulk()));
  ASSERT_EQ(again.gaps.at(bulk()).size(), 1u);
  const Gap gone = again.gaps.at(bulk()).front();
  EXPECT_EQ(gone.from, 10u);
  EXPECT_EQ(gone.reason, GapReason::acknowledged);
  EXPECT_LE(gone.to, 60u);
  EXPECT_EQ(again.lines.at(bulk()).size(), 120 - gone.to);
  // The ledger went back with it: a new reader starts there too, and nothing is reclaimed before.
  rig.reader.reset();
  rig.disk->unlock_all();
  Harvest restarted;
  restarted.start_at(epoch, Lane::bulk, 10);
  rig.drain_into(restarted, true);
  EXPECT_EQ(restarted.last(epoch, Lane::bulk), 120u);
}

TEST_F(SpoolTest, RewindWithinWhatIsThere) {
  ASSERT_TRUE(rig.open());
  rig.put_many(Lane::bulk, 30);
  rig.commit();
  rig.drain(true);
  const std::uint64_t epoch = rig.spool->epoch();
  ASSERT_TRUE(rig.reader->rewind(Lane::bulk, epoch, 12));
  Harvest again;
  again.start_at(epoch, Lane::bulk, 12);
  rig.drain_into(again, true);
  EXPECT_EQ(again.lines.at(bulk()).size(), 19u);
  EXPECT_TRUE(again.gaps.empty());
}

TEST_F(SpoolTest, AnAcknowledgementAheadSkips) {
  ASSERT_TRUE(rig.open());
  rig.put_many(Lane::bulk, 30);
  rig.commit();
  ASSERT_TRUE(rig.open_reader());
  const auto batch = rig.reader->next(Lane::bulk, {5, 1 << 20});
  ASSERT_TRUE(rig.reader->acknowledge(Lane::bulk, batch->epoch, 20));
  EXPECT_EQ(rig.reader->next(Lane::bulk, {5, 1 << 20})->items.front().from, 21u);
}

// A spool restored from an old copy: the center has positions that it has not written yet.
TEST_F(SpoolTest, AnAcknowledgementOfWhatWasNeverWrittenDrawsANewEpoch) {
  ASSERT_TRUE(rig.open());
  rig.put_many(Lane::bulk, 5);
  rig.commit();
  ASSERT_TRUE(rig.open_reader());
  const auto batch = rig.reader->next(Lane::bulk, {});
  EXPECT_EQ(rig.reader->acknowledge(Lane::bulk, batch->epoch, 9).error().kind, ErrorKind::conflict);
  rig.put_many(Lane::bulk, 5);
  rig.commit();
  EXPECT_EQ(rig.reader->next(Lane::bulk, {})->items.front().from, 6u);
  rig.close();
  ASSERT_TRUE(rig.open());
  EXPECT_TRUE(rig.spool->epoch_change());
}

TEST_F(SpoolTest, GroupCommitByCountBytesAndTime) {
  ASSERT_TRUE(rig.open());
  CommitPolicy policy(10, 2000, 100 * millisecond);
  EXPECT_FALSE(policy.due(*rig.spool, 0));
  rig.put_many(Lane::bulk, 9);
  EXPECT_FALSE(policy.due(*rig.spool, 50 * millisecond));
  EXPECT_FALSE(policy.due(*rig.spool, 149 * millisecond));
  EXPECT_TRUE(policy.due(*rig.spool, 150 * millisecond));
  rig.put_many(Lane::alert, 1);
  EXPECT_TRUE(policy.due(*rig.spool, 51 * millisecond));
  rig.commit();
  EXPECT_FALSE(policy.due(*rig.spool, 160 * millisecond));
  rig.put_many(Lane::bulk, 1, 1990);
  EXPECT_TRUE(policy.due(*rig.spool, 170 * millisecond));
  const std::uint64_t syncs = rig.disk->syncs();
  rig.put_many(Lane::bulk, 200, 10);
  rig.commit();
  EXPECT_LE(rig.disk->syncs() - syncs, 2u);  // one for the lane, one more if it began a segment
}

// The real disk, writer and reader on two threads through files alone.
TEST(SpoolOnDisk, TwoThreads) {
  const TempFolder folder;
  SystemDisk writer_disk, reader_disk;
  SystemClock clock;
  SystemRandom random;
  SpoolOptions options;
  options.folder = folder.path() + "/spool";
  options.segment_bytes = 64 << 10;
  auto opened = Spool::open(writer_disk, clock, random, options);
  ASSERT_TRUE(opened) << opened.error().message;
  const auto spool = opened.take();
  constexpr std::uint64_t total = 5000;
  std::jthread writing([&] {
    for (std::uint64_t i = 1; i <= total; ++i) {
      const Lane lane = i % 10 == 0 ? Lane::alert : Lane::bulk;
      const auto position = spool->reserve(lane, Class::alert, 400);
      ASSERT_TRUE(position);
      spool->append(lane, *position, line_for(spool->epoch(), lane, *position, 300));
      if (i % 100 == 0) {
        ASSERT_TRUE(spool->commit());
      }
    }
    ASSERT_TRUE(spool->commit());
  });
  auto reading = Reader::open(reader_disk, options.folder);
  ASSERT_TRUE(reading) << reading.error().message;
  const auto reader = reading.take();
  Harvest harvest;
  std::uint64_t received = 0;
  while (received < total) {
    for (const Lane lane : all_lanes) {
      const auto batch = reader->next(lane, {64, 1 << 20});
      ASSERT_TRUE(batch) << batch.error().message;
      harvest.add(*batch);
      received += batch->items.size();
      if (!batch->empty()) {
        ASSERT_TRUE(reader->acknowledge(lane, batch->epoch, batch->items.back().to));
      }
    }
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  EXPECT_TRUE(harvest.gaps.empty());
  for (const auto& [key, lines] : harvest.lines) {
    for (const auto& [position, line] : lines) {
      ASSERT_EQ(line, line_for(key.first, key.second, position, 300));
    }
  }
}

}  // namespace
}  // namespace langyan::spool
