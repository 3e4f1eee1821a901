// parse_rule: one rule's text into a RuleBuilder; the grammar of the language.
//
//   action protocol source ports -> destination ports (keyword:value; keyword; …)
//
// Compile time only, one thread.
#pragma once

#include "detect/rule_builder.h"

namespace langyan::detect {

constexpr std::size_t longest_rule = 65'536;  // octets, continuation lines joined
constexpr std::size_t most_options = 256;     // of one rule
constexpr std::size_t most_conditions = 96;   // payload conditions of one buffer of a rule

// False: refused; the builder knows where and why.
bool parse_rule(RuleBuilder& rule);

// What stands before the parenthesis; used by parse_rule, apart for its size.
bool parse_header(RuleBuilder& rule, std::string_view header);

}  // namespace langyan::detect
