// What truncation and flipped bits cost, at every byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "spool/frame.h"
#include "spool/slot_file.h"
#include "spool/test_rig.h"

namespace langyan::spool {
namespace {

using Gap = Harvest::Gap;

constexpr std::size_t records = 4;
constexpr std::size_t line_size = 70;
constexpr std::size_t frame_size = frame_header_size + line_size;

// A closed spool with one small bulk segment; every test tampers with a copy.
struct Damage : testing::Test {
  Rig rig;
  std::string path, content;
  std::uint64_t epoch = 0;

  void SetUp() override {
    ASSERT_TRUE(rig.open());
    epoch = rig.spool->epoch();
    rig.put_many(Lane::bulk, records, line_size);
    rig.commit();
    rig.close();
    path = rig.newest_segment(Lane::bulk);
    content = *rig.disk->content(path);
    ASSERT_EQ(content.size(), segment_header_size + records * frame_size);
  }

  // A rig on a copy of the disk where the segment holds `bytes`.
  Rig copy(std::string bytes) const {
    Rig other;
    other.disk = rig.disk->after_kill();
    other.disk->put(path, std::move(bytes));
    other.written = rig.written;
    return other;
  }
  std::size_t expected_lines(std::size_t size) const {
    return size < segment_header_size ? 0 : (size - segment_header_size) / frame_size;
  }
};

TEST_F(Damage, TruncationAtEveryByteKeepsTheLongestPrefix) {
  for (std::size_t size = 0; size < content.size(); ++size) {
    SCOPED_TRACE(size);
    Rig cut = copy(content.substr(0, size));
    ASSERT_TRUE(cut.open()) << cut.failure;
    ASSERT_TRUE(cut.spool->epoch_change());
    EXPECT_EQ(cut.spool->epoch_change()->reason, EpochReason::cut);
    EXPECT_EQ(cut.spool->epoch_change()->previous, epoch);
    EXPECT_EQ(cut.spool->epoch_change()->last_seq[1], records);
    EXPECT_EQ(cut.put(Lane::bulk, Class::flow), 1u);
    cut.commit();
    const Harvest harvest = cut.drain(true);
    const std::size_t kept = expected_lines(size);
    const auto lines = harvest.lines.find({epoch, Lane::bulk});
    ASSERT_EQ(lines == harvest.lines.end() ? 0 : lines->second.size(), kept);
    const auto& gaps = harvest.gaps.at({epoch, Lane::bulk});
    ASSERT_EQ(gaps.size(), 1u);
    EXPECT_EQ(gaps[0].from, kept + 1);
    EXPECT_EQ(gaps[0].to, records);
    EXPECT_EQ(harvest.lines.at({cut.spool->epoch(), Lane::bulk}).size(), 1u);
    ASSERT_FALSE(HasFailure());
  }
}

// With `committed` gone too nothing tells how much there was: the prefix, a new epoch, no gap.
TEST_F(Damage, TruncationWithTheCommittedFileLost) {
  for (std::size_t size = 0; size <= content.size(); ++size) {
    SCOPED_TRACE(size);
    Rig cut = copy(content.substr(0, size));
    ASSERT_TRUE(cut.disk->remove("spool/committed"));
    ASSERT_TRUE(cut.open()) << cut.failure;
    ASSERT_TRUE(cut.spool->epoch_change());
    const Harvest harvest = cut.drain();
    EXPECT_TRUE(harvest.gaps.empty());
    const auto lines = harvest.lines.find({epoch, Lane::bulk});
    ASSERT_EQ(lines == harvest.lines.end() ? 0 : lines->second.size(), expected_lines(size));
    ASSERT_FALSE(HasFailure());
  }
}

// Its checksum holds and no writer wrote it: without an epoch it would be led back to the epoch before it for ever.
TEST_F(Damage, ACommittedFileWithoutAnEpochIsLost) {
  Rig odd = copy("");
  Committed committed;
  committed.lanes[index(Lane::bulk)].before = {77, 1'000};
  SlotFile file(*odd.disk, committed_path("spool"));
  ASSERT_TRUE(file.load());
  ASSERT_TRUE(file.store(committed.pack()));
  ASSERT_TRUE(odd.open_reader());
  const auto batch = odd.reader->next(Lane::bulk, {100, 1 << 20});
  ASSERT_TRUE(batch);
  EXPECT_TRUE(batch->empty());
  odd.reader.reset();
  ASSERT_TRUE(odd.open()) << odd.failure;
  ASSERT_TRUE(odd.spool->epoch_change());
  EXPECT_EQ(odd.put(Lane::bulk, Class::flow), 1u);
}

// A header without an epoch that names one before it: the two would lead to each other for ever.
TEST_F(Damage, ASegmentWithoutAnEpochIsDamage) {
  std::string header(segment_header_size, '\0');
  write_segment_header(reinterpret_cast<std::uint8_t*>(header.data()), {Lane::bulk, 0, 1, 1, 1, {77, 0}});
  Rig odd = copy(header);
  ASSERT_TRUE(odd.open_reader());
  const auto batch = odd.reader->next(Lane::bulk, {100, 1 << 20});
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->items.size(), 1u);
  EXPECT_EQ(batch->items[0].to, records);
  EXPECT_TRUE(batch->items[0].gap);
}

// A shipper alone, with the watcher not restarted: it ships what stands and a gap for what is
// committed and not there.
TEST_F(Damage, TruncationUnderTheReader) {
  for (std::size_t size = 0; size < content.size(); ++size) {
    SCOPED_TRACE(size);
    Rig cut = copy(content.substr(0, size));
    const Harvest harvest = cut.drain(true);
    EXPECT_EQ(harvest.last(epoch, Lane::bulk), records);
    EXPECT_EQ(harvest.gaps.at({epoch, Lane::bulk}).front().from, expected_lines(size) + 1);
    ASSERT_FALSE(HasFailure());
  }
}

// Which record a byte belongs to; 0: the segment's header.
std::size_t record_at(std::size_t byte) {
  return byte < segment_header_size ? 0 : (byte - segment_header_size) / frame_size + 1;
}

void expect_only(const Harvest& harvest, std::uint64_t epoch, std::size_t hit) {
  const auto& lines = harvest.lines.at({epoch, Lane::bulk});
  for (std::size_t i = 1; i <= records; ++i)
    EXPECT_EQ(lines.contains(i), i != hit) << "record " << i;
  const auto gaps = harvest.gaps.find({epoch, Lane::bulk});
  if (hit == 0) {
    EXPECT_EQ(gaps, harvest.gaps.end());
  } else {
    ASSERT_NE(gaps, harvest.gaps.end());
    ASSERT_EQ(gaps->second.size(), 1u);
    EXPECT_EQ(gaps->second[0].from, hit);
    EXPECT_EQ(gaps->second[0].to, hit);
  }
}

TEST_F(Damage, AFlipOfAnyBitCostsOnlyItsRecord) {
  for (std::size_t bit = 0; bit < 8 * content.size(); ++bit) {
    SCOPED_TRACE(bit);
    std::string bytes = content;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    const std::size_t hit = record_at(bit / 8);
    {
      Rig reopened = copy(bytes);
      ASSERT_TRUE(reopened.open()) << reopened.failure;
      ASSERT_TRUE(reopened.spool->epoch_change());
      EXPECT_NE(reopened.spool->epoch_change()->reason, EpochReason::lost_ledger);
      ASSERT_EQ(reopened.put(Lane::bulk, Class::flow), 1u);
      reopened.commit();
      const Harvest harvest = reopened.drain(true);
      expect_only(harvest, epoch, hit);
      EXPECT_EQ(harvest.lines.at({reopened.spool->epoch(), Lane::bulk}).size(), 1u);
      EXPECT_FALSE(reopened.disk->list("spool/quarantine")->empty());
    }
    Rig under_reader = copy(bytes);
    expect_only(under_reader.drain(true), epoch, hit);
    if (hit != 0) {
      EXPECT_EQ(under_reader.reader->counters().value(ReaderCount::gap_damaged), 1u);
      // The next start draws a new epoch, for damage was met in this one.
      under_reader.close();
      ASSERT_TRUE(under_reader.open());
      EXPECT_TRUE(under_reader.spool->epoch_change());
    }
    ASSERT_FALSE(HasFailure());
  }
}

// Records appended behind a damaged one, in the same segment and the same epoch.
TEST_F(Damage, AReaderPassesDamageAtTheEndWhenMoreIsWritten) {
  Rig other;
  other.disk = rig.disk->after_kill();
  other.written = rig.written;
  ASSERT_TRUE(other.open());
  ASSERT_FALSE(other.spool->epoch_change());
  std::string bytes = content;
  bytes[content.size() - frame_size + 2] ^= 4;  // the last record's magic, on disk and open
  auto file = other.disk->open(path, OpenMode::update);
  ASSERT_TRUE((*file)->write(0, bytes_of(bytes)));
  Harvest harvest;
  other.drain_into(harvest, true);
  EXPECT_EQ(harvest.last(epoch, Lane::bulk), records);
  other.put_many(Lane::bulk, 3);
  other.commit();
  other.drain_into(harvest, true);
  EXPECT_EQ(harvest.lines.at({epoch, Lane::bulk}).size(), records - 1 + 3);
  EXPECT_THAT(harvest.gaps.at({epoch, Lane::bulk}),
              testing::ElementsAre(Gap{records, records, GapReason::damaged}));
}

// Many flips over many segments: nothing invented, nothing lost that was not hit, no hole.
TEST_F(Damage, RandomSweepsOverManySegments) {
  Rig large;
  large.options.segment_bytes = 16 << 10;
  ASSERT_TRUE(large.open());
  const std::uint64_t large_epoch = large.spool->epoch();
  for (int i = 0; i < 100; ++i) large.put_many(Lane::bulk, 10, 120), large.commit();
  large.close();
  SeededRandom random(99);
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(round);
    Rig swept;
    swept.disk = large.disk->after_kill();
    swept.options = large.options;
    swept.written = large.written;
    std::size_t hits = 0;
    const auto names = *swept.disk->list("spool");
    for (const std::string& file : names) {
      if (!file.ends_with(".seg")) continue;
      std::string bytes = *swept.disk->content("spool/" + file);
      const std::size_t count = random.number() % 4;
      for (std::size_t i = 0; i < count; ++i, ++hits) {
        const std::size_t at = random.number() % bytes.size(), size = 1 + random.number() % 16;
        for (std::size_t k = at; k < std::min(bytes.size(), at + size); ++k) {
          bytes[k] = static_cast<char>(bytes[k] ^ (1 + random.number() % 255));
        }
      }
      swept.disk->put("spool/" + file, bytes);
    }
    ASSERT_TRUE(swept.open()) << swept.failure;
    const Harvest harvest = swept.drain(true, {100, 1 << 20});
    EXPECT_EQ(harvest.last(large_epoch, Lane::bulk), 1000u);
    EXPECT_GE(harvest.lines.at({large_epoch, Lane::bulk}).size() + 2 * hits, 1000u);
    ASSERT_FALSE(HasFailure());
  }
}

// One large segment, hit in many places by runs of bytes: every record that was not touched is
// there. LANGYAN_SEED=N repeats a sweep, LANGYAN_EVERY makes more of them.
TEST_F(Damage, RandomSweepsOverALargeSegment) {
  constexpr std::size_t many = 20'000, size = 150, whole = frame_header_size + size;
  const char* given = std::getenv("LANGYAN_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : SystemRandom().number();
  std::printf("LANGYAN_SEED=%llu\n", static_cast<unsigned long long>(seed));
  Rig large;
  large.options.segment_bytes = large.options.bulk_bytes = 64 << 20;
  ASSERT_TRUE(large.open());
  const std::uint64_t large_epoch = large.spool->epoch();
  for (std::size_t i = 0; i < many / 200; ++i)
    large.put_many(Lane::bulk, 200, size), large.commit();
  large.close();
  ASSERT_EQ(large.segments(Lane::bulk), 1u);
  const std::string segment = large.newest_segment(Lane::bulk);
  const std::string sound = *large.disk->content(segment);
  SeededRandom random(seed);
  const int rounds = std::getenv("LANGYAN_EVERY") ? 300 : 4;
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(testing::Message() << "LANGYAN_SEED=" << seed << " round " << round);
    Rig swept;
    swept.disk = large.disk->after_kill();
    swept.options = large.options;
    swept.written = large.written;
    std::string bytes = sound;
    std::vector<bool> touched(many + 1);
    for (std::uint64_t hits = 1 + random.number() % 200; hits > 0; --hits) {
      const std::size_t at = random.number() % bytes.size(), run = 1 + random.number() % 700;
      for (std::size_t k = at; k < std::min(bytes.size(), at + run); ++k) {
        bytes[k] = static_cast<char>(bytes[k] ^ (1 + random.number() % 255));
        if (k >= segment_header_size) touched[(k - segment_header_size) / whole + 1] = true;
      }
    }
    swept.disk->put(segment, bytes);
    ASSERT_TRUE(swept.open()) << swept.failure;
    ASSERT_TRUE(swept.spool->epoch_change());
    const Harvest harvest = swept.drain(true, {2000, 8 << 20});
    EXPECT_EQ(harvest.last(large_epoch, Lane::bulk), many);
    const auto& lines = harvest.lines.at({large_epoch, Lane::bulk});
    for (std::size_t i = 1; i <= many; ++i)
      EXPECT_NE(lines.contains(i), touched[i]) << "record " << i;
    ASSERT_FALSE(HasFailure());
  }
}

// Text of traffic may contain anything, a whole frame too: it is escaped in an event, but the walk
// does not rely on it while the record around it is sound.
TEST_F(Damage, AFrameInsideALineIsText) {
  Rig other;
  ASSERT_TRUE(other.open());
  std::string fake(frame_header_size + 5, '\0');
  write_frame(reinterpret_cast<std::uint8_t*>(fake.data()),
              {FrameKind::line, Lane::bulk, other.spool->epoch(), 2}, bytes_of("faked"));
  ASSERT_EQ(*other.spool->reserve(Lane::bulk, Class::flow, 200), 1u);
  other.spool->append(Lane::bulk, 1, fake);
  other.written[{other.spool->epoch(), Lane::bulk}][1] = fake;
  other.put_many(Lane::bulk, 1);
  other.commit();
  EXPECT_EQ(other.drain().lines.at({other.spool->epoch(), Lane::bulk}).size(), 2u);
}

// A segment that the disk will not read any more: given up after a while, the rest goes on.
// Its checksums hold: two spools mixed by hand, or forged. Positions must not begin again at 0.
TEST_F(Damage, AFrameOfAPositionThatNobodyReachesIsDamage) {
  const std::uint64_t far = ~std::uint64_t{0};
  std::string line(frame_size, 'x'), gap(frame_header_size + gap_payload_size, '\0'), header(segment_header_size, '\0');
  const auto at = [](std::string& text) { return reinterpret_cast<std::uint8_t*>(text.data()); };
  write_frame(at(line), {FrameKind::line, Lane::bulk, epoch, far}, bytes_of(line).subspan(frame_header_size));
  write_frame(at(gap), {FrameKind::gap, Lane::bulk, epoch, records + 1}, write_gap({far, GapReason::evicted}));
  write_segment_header(at(header), {Lane::bulk, epoch, far, 1, 1, {}});
  for (const std::string& forged : {line, gap, header}) {
    for (const bool alone : {false, true}) {
      Rig damaged = copy((alone ? std::string() : content) + forged);
      ASSERT_TRUE(damaged.open()) << damaged.failure;
      const std::uint64_t before = damaged.spool->committed(Lane::bulk);
      EXPECT_LE(before, records);
      EXPECT_EQ(damaged.put(Lane::bulk, Class::flow), before + 1);
      damaged.commit();
      EXPECT_EQ(damaged.spool->committed(Lane::bulk), before + 1);
    }
  }
}

TEST_F(Damage, ABadSectorIsGivenUp) {
  Rig other;
  ASSERT_TRUE(other.open());
  for (int i = 0; i < 3; ++i) other.put_many(Lane::bulk, 40, 90), other.commit();
  const std::uint64_t bad_epoch = other.spool->epoch();
  ASSERT_TRUE(other.open_reader());
  Harvest harvest;
  other.disk->fail(MemoryDisk::Op::read, ErrorKind::io, 8, 4);
  std::size_t errors = 0;
  for (int i = 0; i < 40; ++i) {
    const auto batch = other.reader->next(Lane::bulk, {20, 1 << 20});
    if (!batch)
      ++errors;
    else
      harvest.add(*batch);
  }
  EXPECT_GT(errors, 0u);
  EXPECT_EQ(harvest.last(bad_epoch, Lane::bulk), 120u);
}

// Not being able to open a file (no descriptor left) is no damage, however long it lasts.
TEST_F(Damage, AFileThatCannotBeOpenedIsWaitedFor) {
  Rig other;
  ASSERT_TRUE(other.open());
  for (int i = 0; i < 3; ++i) other.put_many(Lane::bulk, 40, 90), other.commit();
  ASSERT_TRUE(other.open_reader());
  Harvest harvest;
  for (int i = 0; i < 60; ++i) {
    other.disk->mend();
    if (i % 20 != 0) {
      other.disk->fail(MemoryDisk::Op::open, ErrorKind::io, MemoryDisk::for_good,
                       static_cast<std::uint64_t>(i % 3));
    }
    if (const auto batch = other.reader->next(Lane::bulk, {20, 1 << 20})) harvest.add(*batch);
  }
  other.disk->mend();
  other.drain_into(harvest, false);
  EXPECT_TRUE(harvest.gaps.empty());
  EXPECT_TRUE(harvest.lines == other.written);
}

// A segment file that vanished: its positions are a gap with that reason.
TEST_F(Damage, AMissingSegmentIsAGap) {
  Rig other;
  ASSERT_TRUE(other.open());
  for (int i = 0; i < 3; ++i) other.put_many(Lane::bulk, 40, 90), other.commit();
  ASSERT_TRUE(other.disk->remove("spool/bulk-000000000002.seg"));
  other.close();
  ASSERT_TRUE(other.open());
  const Harvest harvest = other.drain(true);
  const auto& gaps = harvest.gaps.begin()->second;
  EXPECT_THAT(gaps, testing::ElementsAre(Gap{41, 80, GapReason::lost}));
  EXPECT_EQ(harvest.lines.begin()->second.size(), 80u);
}

}  // namespace
}  // namespace langyan::spool
