#include "assets/version.h"

#include <gtest/gtest.h>

namespace langyan::assets {
namespace {

struct Pair {
  std::string_view earlier, later;
};

TEST(Version, TheFieldsOddVersionsAreOrdered) {
  constexpr Pair pairs[] = {
      {"V4.2.1", "V4.10"},    {"v4.2.1", "4.2.2"},        {"R30.10", "R30.11"},     {"3.0.19", "3.0.19b"},
      {"3.0.19a", "3.0.19b"}, {"3.0.19b", "3.0.20"},      {"20.11", "20.012"},      {"V14", "V14 SP1"},
      {"V14 SP1", "V14 SP2"}, {"V14 SP2", "V15"},         {"1.2.3-rc1", "1.2.3"},   {"1.2.3 beta", "1.2.3 rc"},
      {"FW 2.9", "2.10"},     {"Rev. 1.9", "Rev 1.11"},   {"5.1.0.4400", "5.1.1"},  {"2.7", "2.70"},
      {"1.2b", "1.2.3"},      {"V3.X.9", "V3.X.10"}, {"V3.2.6", "V3.X.14"},  {"V2.5", "SV3.65"},
  };
  for (const auto& [earlier, later] : pairs) {
    const auto order = compare_versions(earlier, later), back = compare_versions(later, earlier);
    ASSERT_TRUE(order && back) << earlier << ' ' << later;
    EXPECT_TRUE(*order < 0) << earlier << " before " << later;
    EXPECT_TRUE(*back > 0) << later << " after " << earlier;
  }
}

TEST(Version, MarksMissingZerosAndWritingSayNothing) {
  constexpr Pair same[] = {{"V4.2.1", "4.2.1"},           {"4.2", "4.2.0"},    {"20.055", "20.55"},
                           {"R30.11", "30.11"},           {"v2.5", "V 2.5"},   {"3.0.19B", "3.0.19b"},
                           {"Firmware: V2.8.3", "2.8.3"}, {"V3.2-6", "3.2.6"}, {"SV03.65", "3.65"}};
  for (const auto& [a, b] : same) EXPECT_TRUE(same_version(a, b)) << a << " is " << b;
}

TEST(Version, WhatIsNoVersionIsNotCompared) {
  EXPECT_FALSE(compare_versions("", "1"));
  EXPECT_FALSE(compare_versions("1", "unknown"));
  EXPECT_FALSE(compare_versions("12345678901234567890", "1"));
  EXPECT_FALSE(compare_versions("1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17", "1"));
}

}  // namespace
}  // namespace langyan::assets
