// compile_regex: a regular expression of a rule, within bounds.
//
// PCRE2 with its compiler to machine code; what it may cost while matching stands in payload.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "detect/payload_condition.h"

namespace langyan::detect {

constexpr std::size_t longest_regex = 8'192;

struct RegexError {
  std::size_t at = 0;  // octet of the pattern
  std::string reason;
};

// `options` are PCRE2's. Nothing: it is compiled.
std::optional<RegexError> compile_regex(std::string_view pattern, std::uint32_t options,
                                        Regex& regex);

}  // namespace langyan::detect
