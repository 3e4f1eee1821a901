#include "base/pages.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <vector>

namespace langyan {
namespace {

std::size_t resident(const void* pages, std::size_t bytes) {
  std::vector<unsigned char> state((bytes + 4'095) / 4'096);
  EXPECT_EQ(mincore(const_cast<void*>(pages), bytes, state.data()), 0);
  std::size_t count = 0;
  for (const unsigned char page : state) count += page & 1;
  return count;
}

TEST(Pages, AreZeroAndCostNothingUntilTheyAreTouched) {
  Pages<std::uint64_t> pages(1 << 20);
  EXPECT_EQ(resident(pages.data(), pages.size() * 8), 0u);
  EXPECT_EQ(pages[12'345], 0u);
  pages[1'000'000] = 7;
  EXPECT_EQ(pages[1'000'000], 7u);
  EXPECT_LE(resident(pages.data(), pages.size() * 8), 2u);
}

TEST(Pages, HugeOnesHoldWhatIsPutIntoThem) {
  HugePages<std::uint32_t> pages(3 << 20);
  for (std::size_t i = 0; i < pages.size(); i += 999) pages[i] = static_cast<std::uint32_t>(i);
  for (std::size_t i = 0; i < pages.size(); i += 999) ASSERT_EQ(pages[i], i);
}

TEST(Pages, OfNothingMayBeMadeAndUnmade) {
  Pages<int> none(0);
  EXPECT_EQ(none.size(), 0u);
}

}  // namespace
}  // namespace langyan
