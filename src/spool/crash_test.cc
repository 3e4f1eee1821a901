// Crashes: the process dies in every single call that changes the disk, the power fails and leaves
// any choice of what was not synced, and what was promised is there.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/log.h"
#include "spool/test_rig.h"

namespace langyan::spool {
namespace {

using Promised = std::map<Harvest::Key, std::uint64_t>;

// What was committed, by the word of the spool.
void note_promises(const Rig& rig, Promised& promised) {
  for (const Lane lane : all_lanes) {
    auto& last = promised[{rig.spool->epoch(), lane}];
    last = std::max(last, rig.spool->committed(lane));
  }
}

// A life of a sensor: it writes, commits, ships a part, acknowledges, over several segments. Ends
// early when the disk dies. `harvest` is the center's; a slow one leaves bulk lying.
void live(Rig& rig, SeededRandom& random, Harvest& harvest, Promised& promised, int rounds,
          bool slow = false) {
  if (!rig.open()) return;
  for (int round = 0; round < rounds && !rig.disk->dead(); ++round) {
    const std::size_t bulk = random.number() % 12, alerts = random.number() % 3;
    for (std::size_t i = 0; i < bulk; ++i)
      rig.put(Lane::bulk, Class::operation, 60 + random.number() % 300);
    for (std::size_t i = 0; i < alerts; ++i)
      rig.put(Lane::alert, Class::alert, 60 + random.number() % 900);
    (void)rig.spool->commit();
    note_promises(rig, promised);
    if (!rig.reader && !rig.open_reader()) continue;
    for (const Lane lane : all_lanes) {
      if (slow && lane == Lane::bulk && round % 4 != 3) continue;
      const auto batch = rig.reader->next(lane, {5, 4096});
      if (!batch || batch->empty()) continue;
      harvest.add(*batch, true);
      if (batch->epoch == rig.spool->epoch()) {
        EXPECT_LE(batch->items.back().to, rig.spool->committed(lane)) << "handed on uncommitted";
      }
      if (random.number() % 4 != 0)
        (void)rig.reader->acknowledge(lane, batch->epoch, batch->items.back().to);
    }
    rig.clock.advance(2 * second);
  }
}

// Everything promised came out as it was written; of bulk, where the spool is too small for all of
// it, some within a gap that says so.
void expect_kept(Rig& rig, const Harvest& harvest, const Promised& promised, bool evicts) {
  for (const auto& [key, last] : promised) {
    std::uint64_t gone_to = 0;
    if (const auto gaps = harvest.gaps.find(key); gaps != harvest.gaps.end() && evicts) {
      for (const Harvest::Gap& gap : gaps->second)
        if (gap.reason == GapReason::evicted) gone_to = std::max(gone_to, gap.to);
    }
    for (std::uint64_t position = 1; position <= last; ++position) {
      const auto lines = harvest.lines.find(key);
      const bool there = lines != harvest.lines.end() && lines->second.contains(position);
      if (!there && key.second == Lane::bulk && position <= gone_to) continue;
      ASSERT_TRUE(there) << name(key.second) << ' ' << position << " of " << last
                         << " was promised";
      EXPECT_EQ(lines->second.at(position), rig.written[key][position]);
    }
  }
}

// A new process on the image: everything promised comes out, then it works as ever.
void recover_and_check(const Rig& before, std::unique_ptr<MemoryDisk> image, Harvest harvest,
                       const Promised& promised, bool evicts = false) {
  Rig rig(77);
  rig.options = before.options;
  rig.written = before.written;
  rig.use(std::move(image));
  ASSERT_TRUE(rig.open()) << rig.failure;
  rig.drain_into(harvest, true, {50, 1 << 16}, true);
  ASSERT_NO_FATAL_FAILURE(expect_kept(rig, harvest, promised, evicts));
  rig.put_many(Lane::bulk, 20, 200);
  rig.put_many(Lane::alert, 2, 200);
  rig.commit();
  rig.drain_into(harvest, true, {50, 1 << 16}, true);
  const std::uint64_t epoch = rig.spool->epoch();
  for (const Lane lane : all_lanes)
    EXPECT_EQ(harvest.last(epoch, lane), rig.spool->committed(lane));
  rig.close();
  ASSERT_TRUE(rig.open()) << rig.failure;
  EXPECT_FALSE(rig.spool->epoch_change()) << "the repair did not last";
}

struct Crash : testing::Test {
  void SetUp() override { logging::set_level(logging::Level::off); }
  void TearDown() override { logging::set_level(logging::Level::info); }
};

// With LANGYAN_EVERY set: the images are all enumerated up to so many choices, else up to six.
std::size_t most_choices() {
  return std::getenv("LANGYAN_EVERY") ? 10 : 6;
}

void crash_everywhere(std::uint64_t seed, int rounds, std::size_t random_images,
                      std::uint64_t stride, bool evicts = false) {
  std::size_t images = 0, enumerated = 0;
  std::uint64_t evicted = 0;
  for (std::uint64_t dies_at = seed % stride;; dies_at += stride) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << ", dies in change " << dies_at);
    Rig rig(seed);
    rig.options.segment_bytes = 4096;
    if (evicts) rig.options.bulk_bytes = 12 << 10;
    SeededRandom random(seed);
    Harvest harvest;
    Promised promised;
    rig.disk->die_after(dies_at);
    live(rig, random, harvest, promised, rounds, evicts);
    const bool died = rig.disk->dead();
    if (rig.spool) evicted += rig.spool->counters().value(SpoolCount::evicted);

    recover_and_check(rig, rig.disk->after_kill(), harvest, promised, evicts);
    const std::size_t choices = rig.disk->choices();
    if (choices <= most_choices()) {
      ++enumerated;
      for (std::size_t bits = 0; bits < std::size_t{1} << choices; ++bits, ++images) {
        std::vector<bool> keep(choices);
        for (std::size_t i = 0; i < choices; ++i) keep[i] = bits >> i & 1;
        recover_and_check(rig, rig.disk->after_power_loss(keep), harvest, promised, evicts);
      }
    } else {
      SeededRandom chance(seed ^ dies_at);
      recover_and_check(rig, rig.disk->after_power_loss(std::vector<bool>()), harvest, promised,
                        evicts);
      recover_and_check(rig, rig.disk->after_power_loss(std::vector<bool>(choices, true)), harvest,
                        promised, evicts);
      for (std::size_t i = 0; i < random_images; ++i, ++images) {
        recover_and_check(rig, rig.disk->after_power_loss(chance), harvest, promised, evicts);
      }
    }
    ASSERT_FALSE(testing::Test::HasFailure());
    if (!died) break;
  }
  EXPECT_GT(images, 100u);
  EXPECT_GT(enumerated, 0u);
  EXPECT_EQ(evicted > 0, evicts);
}

TEST_F(Crash, InEveryCallOfOneLife) {
  crash_everywhere(1, 25, 12, 1);
}

TEST_F(Crash, InManyLives) {
  for (std::uint64_t seed = 2; seed < 6; ++seed) {
    crash_everywhere(seed, 40, 4, 7);
    ASSERT_FALSE(HasFailure());
  }
}

// A spool too small for what it gets: in every call of rotating, evicting and of writing the
// traces.
TEST_F(Crash, WhileEvicting) {
  crash_everywhere(11, 30, 6, std::getenv("LANGYAN_EVERY") ? 1 : 3, true);
}

// Life after life on the same disk, each ended by a crash; the center's harvest goes on.
TEST_F(Crash, AgainAndAgain) {
  for (std::uint64_t seed = 100; seed < 130; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    Rig rig(seed);
    rig.options.segment_bytes = 4096;
    Harvest harvest;
    Promised promised;
    for (int life = 0; life < 12; ++life) {
      rig.disk->die_after(random.number() % 60);
      live(rig, random, harvest, promised, 30);
      rig.use(random.number() % 2 ? rig.disk->after_kill() : rig.disk->after_power_loss(random));
    }
    recover_and_check(rig, rig.disk->after_kill(), harvest, promised);
    ASSERT_FALSE(HasFailure());
  }
}

}  // namespace
}  // namespace langyan::spool
