// Version: how the versions of the field compare: "V4.2.1", "R30.11", "3.0.19b", "20.055", "V14 SP1", "1.2.3-rc1".
//
// A leading mark (V, Ver., R, Rev, FW, SV) says nothing. What follows is runs of digits and of letters: digits compare as
// numbers, letters by the alphabet; a number that is missing is 0 ("4.2" is "4.2.0"); a letter after the number is
// later than none ("3.0.19b" after "3.0.19"), but alpha, beta, rc, pre and preview are earlier. An X stands for any number
// ("V3.X.14"). Pure; any thread.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

namespace langyan::assets {

// Nothing where one of them holds no digit, or more runs than a version has: then nobody knows.
std::optional<std::strong_ordering> compare_versions(std::string_view a, std::string_view b);
inline bool same_version(std::string_view a, std::string_view b) {
  const auto order = compare_versions(a, b);
  return order && *order == 0;
}

}  // namespace langyan::assets
