#include "base/suggest.h"

#include <gtest/gtest.h>

#include <ctime>
#include <vector>

namespace langyan {
namespace {

TEST(Suggest, DistancesCountInsertDeleteReplaceAndSwap) {
  const std::tuple<const char*, const char*, std::size_t> cases[] = {
      {"", "", 0},
      {"abc", "abc", 0},
      {"", "abc", 3},
      {"abc", "abd", 1},
      {"abc", "ab", 1},
      {"abc", "abcd", 1},
      {"abcd", "acbd", 1},
      {"kitten", "sitting", 3},
      {"snaplne", "snaplen", 1},
      {"ca", "abc", 3},
      {"flaw", "lawn", 2},
      {"ab", "ba", 1},
      {"abcdef", "badcfe", 3},
      {"modbus", "profinet", 7},
  };
  for (const auto& [a, b, distance] : cases) {
    EXPECT_EQ(edit_distance(a, b), distance) << a << " " << b;
    EXPECT_EQ(edit_distance(b, a), distance) << b << " " << a;
  }
}

TEST(Suggest, TheNearestWithinAThirdOfTheWord) {
  const std::vector<std::string_view> known = {"snaplen", "interfaces", "ring", "rings", "id"};
  EXPECT_EQ(nearest("snaplne", known), "snaplen");
  EXPECT_EQ(nearest("interface", known), "interfaces");
  EXPECT_EQ(nearest("snaplen", known), "snaplen");
  EXPECT_EQ(nearest("rign", known), "ring");
  EXPECT_EQ(nearest("ringz", known), "ring");  // the first of equals
  EXPECT_EQ(nearest("it", known), "id");       // one edit is always allowed
  EXPECT_EQ(nearest("snaxxx", known), "");
  EXPECT_EQ(nearest("qqq", known), "");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(nearest("x", {}), "");
}

TEST(Suggest, AWordOfAMegabyteCostsNothing) {
  const std::vector<std::string_view> known = {"snaplen", "interfaces", "ring"};
  const std::string word(1u << 20, 'x');
  const std::clock_t began = std::clock();  // of the processor, which others may use meanwhile
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(nearest(word, known), "");
  EXPECT_LT(std::clock() - began, 5 * CLOCKS_PER_SEC);  // octet by octet it is more than a minute
}

}  // namespace
}  // namespace langyan
