#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace langyan {
namespace {

TEST(Random, SeededIsSplitmix64) {
  // The first outputs for seed 1234567, as published with the algorithm's reference code.
  SeededRandom random(1234567);
  EXPECT_EQ(random.number(), 6457827717110365317u);
  EXPECT_EQ(random.number(), 3203168211198807973u);
  EXPECT_EQ(random.number(), 9817491932198370423u);
  EXPECT_EQ(random.number(), 4593380528125082431u);
}

TEST(Random, SeedsRepeatAndDiffer) {
  SeededRandom a(7), b(7), c(8);
  std::array<std::uint8_t, 21> x, y, z;
  a.fill(x), b.fill(y), c.fill(z);
  EXPECT_EQ(x, y);
  EXPECT_NE(x, z);
}

template <class Source>
void fills_exactly(Source&& random) {
  for (std::size_t size = 0; size < 40; ++size) {
    std::vector<std::uint8_t> before(size + 2, 0xa5), filled = before;
    random.fill(std::span(filled).subspan(1, size));
    EXPECT_EQ(filled.front(), 0xa5) << size;
    EXPECT_EQ(filled.back(), 0xa5) << size;
    if (size >= 8) {
      EXPECT_NE(filled, before);
    }
  }
}

TEST(Random, FillsWhatItIsGivenAndNothingBeside) {
  fills_exactly(SeededRandom(1));
  fills_exactly(SystemRandom());
}

TEST(Random, EveryBitOfTheSystemsChanges) {
  SystemRandom random;
  std::uint64_t ones = 0, zeros = 0;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t number = random.number();
    ones |= number, zeros |= ~number;
    seen.insert(number);
  }
  EXPECT_EQ(ones, UINT64_MAX);
  EXPECT_EQ(zeros, UINT64_MAX);
  EXPECT_EQ(seen.size(), 200u);
}

TEST(Random, MoreThanOneSystemCallGives) {
  std::vector<std::uint8_t> large(1u << 20);
  SystemRandom().fill(large);
  EXPECT_TRUE(std::ranges::any_of(std::span(large).last(64),
                                  [](std::uint8_t octet) { return octet != 0; }));
}

}  // namespace
}  // namespace langyan
