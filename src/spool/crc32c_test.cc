#include "spool/crc32c.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "base/random.h"

namespace langyan::spool {
namespace {

// RFC 3720 appendix B.4.
TEST(Crc32c, PublishedVectors) {
  const std::array<std::uint8_t, 32> zeros{};
  std::array<std::uint8_t, 32> ones, rising, falling;
  ones.fill(0xff);
  for (std::uint8_t i = 0; i < 32; ++i)
    rising[i] = i, falling[i] = static_cast<std::uint8_t>(31 - i);
  for (auto sum : {&crc32c, &crc32c_by_table}) {
    EXPECT_EQ(sum(zeros, 0), 0x8a9136aau);
    EXPECT_EQ(sum(ones, 0), 0x62a8ab43u);
    EXPECT_EQ(sum(rising, 0), 0x46dd794eu);
    EXPECT_EQ(sum(falling, 0), 0x113fdb5cu);
    EXPECT_EQ(sum(bytes_of("123456789"), 0), 0xe3069283u);
    EXPECT_EQ(sum({}, 0), 0u);
  }
}

TEST(Crc32c, InstructionAndTableAgreeAtEveryLengthAndSplit) {
  std::vector<std::uint8_t> bytes(67);
  SeededRandom(7).fill(bytes);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const Bytes all(bytes.data(), size);
    const std::uint32_t expected = crc32c_by_table(all);
    EXPECT_EQ(crc32c(all), expected);
    for (std::size_t split = 0; split <= size; ++split) {
      EXPECT_EQ(crc32c(all.subspan(split), crc32c(all.first(split))), expected);
    }
  }
}

TEST(Crc32c, InstructionAndTableAgreeOnLongOctets) {
  std::vector<std::uint8_t> bytes(2 * 3 * 8 * 128 + 200);  // twice what three runs take at most
  SeededRandom(8).fill(bytes);
  std::uint32_t expected = 0;
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    if (size > 0) expected = crc32c_by_table(Bytes(&bytes[size - 1], 1), expected);
    const Bytes all(bytes.data(), size);
    ASSERT_EQ(crc32c(all), expected) << size;
    const std::size_t split = size * 5 / 8;
    ASSERT_EQ(crc32c(all.subspan(split), crc32c(all.first(split))), expected) << size;
  }
}

}  // namespace
}  // namespace langyan::spool
