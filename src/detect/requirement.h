// requires: what a rule asks of the program that reads it. Compile time only.
//
//   feature geoip · version >= 7.0.4 < 8 | >= 8.0.1 · keyword stream_size, joined by commas
#pragma once

#include "detect/rule_builder.h"

namespace langyan::detect {

// The release of Suricata whose rule language this program speaks.
constexpr unsigned language_version[] = {7, 0, 10};

// False: refused, or skipped because it is not met.
bool check_requirement(RuleBuilder& rule, std::string_view value);

}  // namespace langyan::detect
