// Result, hash, counters, clock and log: each too small for a file of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bitset>
#include <memory>
#include <set>
#include <thread>

#include "base/clock.h"
#include "base/counters.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/result.h"

namespace langyan {
namespace {

using ::testing::HasSubstr;

TEST(Result, HoldsAValueOrTheErrorInItsPlace) {
  Result<std::unique_ptr<int>> value = std::make_unique<int>(5);
  EXPECT_TRUE(value);
  EXPECT_TRUE(value.ok());
  EXPECT_EQ(**value, 5);
  EXPECT_EQ(*value->get(), 5);
  EXPECT_EQ(*value.take(), 5);
  const Result<std::unique_ptr<int>> error = Error{ErrorKind::missing, "a.yaml: does not exist"};
  EXPECT_FALSE(error);
  EXPECT_EQ(error.error().kind, ErrorKind::missing);
  EXPECT_EQ(error.error().message, "a.yaml: does not exist");
}

TEST(Result, OfNothing) {
  const Result<void> good;
  EXPECT_TRUE(good.ok());
  const Result<void> bad = Error{ErrorKind::io, "broken"};
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "broken");
  EXPECT_EQ(Error{}.kind, ErrorKind::failed);
}

TEST(Result, WithinPutsThePlaceInFront) {
  const Error error = within("sensor.yaml:3:1", Error{ErrorKind::invalid, "unknown key"});
  EXPECT_EQ(error.message, "sensor.yaml:3:1: unknown key");
  EXPECT_EQ(error.kind, ErrorKind::invalid);
}

TEST(Hash, DependsOnEveryBitLengthAndSeed) {
  std::set<std::uint64_t> seen;
  std::size_t made = 0;
  for (std::size_t size = 0; size <= 40; ++size) {
    const std::string zeros(size, '\0');
    seen.insert(hash(bytes_of(zeros))), ++made;
    seen.insert(hash(bytes_of(zeros), 1)), ++made;
    for (std::size_t bit = 0; bit < size * 8; ++bit) {
      std::string changed = zeros;
      changed[bit / 8] = static_cast<char>(1u << bit % 8);
      seen.insert(hash(bytes_of(changed))), ++made;
    }
  }
  EXPECT_EQ(seen.size(), made);
  EXPECT_EQ(hash(bytes_of("langyan")), hash(bytes_of(std::string("langyan"))));
  static_assert(combine(1, 2) != combine(2, 1));
}

TEST(Hash, ABitOfInputChangesAboutHalfOfTheOutput) {
  std::size_t flipped = 0, compared = 0;
  for (std::uint64_t value = 1; value < 2'000; ++value) {
    for (int bit = 0; bit < 64; bit += 7, ++compared) {
      flipped += std::bitset<64>(mix(value) ^ mix(value ^ 1ull << bit)).count();
    }
  }
  EXPECT_NEAR(static_cast<double>(flipped) / static_cast<double>(compared), 32.0, 0.5);
}

enum class Count : std::uint8_t { seen, lost, last };
constexpr CounterRow count_rows[] = {{"test.seen", "Seen."}, {"test.lost", "Lost."}};

TEST(Counters, AddUpAndAreVisitedInOrder) {
  Counters<Count, count_rows> counters;
  counters.add(Count::seen);
  counters.add(Count::seen, 41);
  EXPECT_EQ(counters.value(Count::seen), 42u);
  EXPECT_EQ(counters.value(Count::lost), 0u);
  std::string out;
  counters.each([&](const CounterRow& row, std::uint64_t value) {
    out += std::string(row.name) + "=" + std::to_string(value) + " ";
  });
  EXPECT_EQ(out, "test.seen=42 test.lost=0 ");
}

TEST(Counters, AreReadWhileTheyGrow) {
  Counters<Count, count_rows> counters;
  std::thread adding([&] {
    for (int i = 0; i < 100'000; ++i) counters.add(Count::seen);
  });
  for (std::uint64_t before = 0; before < 100'000;) {
    const std::uint64_t now = counters.value(Count::seen);
    ASSERT_GE(now, before);
    before = now;
  }
  adding.join();
}

TEST(Clock, TellsTheTimeAndSleeps) {
  SystemClock clock;
  const auto wall = std::chrono::duration_cast<std::chrono::microseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count();
  EXPECT_NEAR(static_cast<double>(clock.now() - wall), 0.0, static_cast<double>(minute));
  const Time began = clock.monotonic();
  clock.sleep(20 * millisecond);
  EXPECT_GE(clock.monotonic() - began, 20 * millisecond);
  const Time before = clock.monotonic();
  clock.sleep(0);
  clock.sleep(-hour);
  EXPECT_LT(clock.monotonic() - before, minute);
}

TEST(Log, WritesLinesAsTheyAreFromItsLevelOn) {
  testing::internal::CaptureStderr();
  logging::debug("too little");
  logging::info("100% of {} {:d} %s");
  logging::warn("warned");
  logging::set_level(logging::Level::error);
  logging::warn("silenced");
  logging::error("lost");
  logging::set_level(logging::Level::off);
  logging::error("off");
  logging::set_level(logging::Level::debug);
  logging::debug("now");
  logging::set_level(logging::Level::info);
  const std::string out = testing::internal::GetCapturedStderr();
  EXPECT_THAT(out, HasSubstr("info 100% of {} {:d} %s\n"));
  EXPECT_THAT(out, HasSubstr("warning warned\n"));
  EXPECT_THAT(out, HasSubstr("error lost\n"));
  EXPECT_THAT(out, HasSubstr("debug now\n"));
  for (const char* not_there : {"too little", "silenced", "off"})
    EXPECT_EQ(out.find(not_there), out.npos) << out;
}

}  // namespace
}  // namespace langyan
