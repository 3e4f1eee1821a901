// Sensors, links and a center on the replaceable doors, and everything that can befall them,
// decided by a seed (docs/design/, simulation).
//
//   simulation_test --seeds 100000 --first 5000     more of them, or others
//   simulation_test --seed 4711                     one again, telling what happens
#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>

#include "base/log.h"
#include "tests/simulation/world.h"

namespace langyan::simulation {
namespace {

std::uint64_t first_seed = 1, seeds = 1000;
bool shown = false;

std::string told(const Audit& audit) {
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(audit.faults.size(), 5); ++i)
    text += "\n  " + audit.faults[i];
  return text;
}

TEST(Simulation, EveryPromisedEventArrivesOnce) {
  const CenterSeed from(World::most_sites);
  World::Tally sum;
  std::uint64_t lines = 0, gaps = 0, promised = 0, failed = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + seeds && failed < 5; ++seed) {
    World world(from, seed, shown);
    const Audit audit = world.run();
    lines += audit.lines, gaps += audit.gaps, promised += audit.promised;
    sum.kills += world.tally().kills;
    sum.power_losses += world.tally().power_losses;
    sum.center_kills += world.tally().center_kills;
    sum.link_faults += world.tally().link_faults;
    sum.disk_faults += world.tally().disk_faults;
    sum.jumps += world.tally().jumps;
    sum.epochs += world.tally().epochs;
    if (audit.faults.empty()) continue;
    ++failed;
    ADD_FAILURE() << "seed " << seed << ": " << audit.faults.size()
                  << " faults; again, with what happened: simulation_test --seed " << seed
                  << told(audit);
  }
  fmt::print(
      "{} seeds: {} events promised, {} stored, {} in gaps with a reason; {} kills and {} power "
      "losses of sensors, {} kills of the center, {} link faults, {} disk faults, {} clock jumps, "
      "{} epochs\n",
      seeds, promised, lines, gaps, sum.kills, sum.power_losses, sum.center_kills, sum.link_faults,
      sum.disk_faults, sum.jumps, sum.epochs);
  if (seeds < 100) return;
  EXPECT_GT(sum.kills + sum.power_losses, seeds) << "too little happens for this to be a test";
  EXPECT_GT(sum.link_faults, 5 * seeds);
  EXPECT_GT(3 * sum.center_kills, seeds);
}

// Seeds that failed once, beyond the first thousand.
TEST(Simulation, WhatFailedBefore) {
  const CenterSeed from(World::most_sites);
  for (const std::uint64_t seed : {108'219, 203'466, 204'468}) {
    World world(from, seed, false);
    const Audit audit = world.run();
    EXPECT_TRUE(audit.faults.empty()) << "seed " << seed << told(audit);
  }
}

TEST(Simulation, ASeedRepeats) {
  const CenterSeed from(World::most_sites);
  for (std::uint64_t seed = first_seed; seed < first_seed + std::min<std::uint64_t>(seeds, 20);
       ++seed) {
    World one(from, seed, false), other(from, seed, false);
    (void)one.run(), (void)other.run();
    EXPECT_EQ(one.digest(), other.digest()) << "seed " << seed << " did two different things";
  }
}

std::uint64_t number(const char* text) {
  const std::string_view all(text);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(all.data(), all.data() + all.size(), value);
  if (error != std::errc() || end != all.data() + all.size() || value == 0) {
    fmt::print(stderr, "simulation_test: {} is not a number from 1\n", all);
    std::exit(2);
  }
  return value;
}

}  // namespace
}  // namespace langyan::simulation

int main(int count, char** words) {
  using namespace langyan::simulation;
  testing::InitGoogleTest(&count, words);
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view word = words[i];
    if (word == "--seeds") seeds = number(words[i + 1]);
    if (word == "--first") first_seed = number(words[i + 1]);
    if (word == "--seed") first_seed = number(words[i + 1]), seeds = 1, shown = true;
  }
  // The stores' fsync is part of what runs; on a disk it would be most of the time.
  if (std::filesystem::is_directory("/dev/shm")) setenv("TMPDIR", "/dev/shm", 0);
  if (!shown) langyan::logging::set_level(langyan::logging::Level::off);
  return RUN_ALL_TESTS();
}
