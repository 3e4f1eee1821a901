// Reading: a query's text with full-width forms, quotes and escapes taken out of the way, so that
// the parser looks at single octets. Four octets that no query may contain stand for what they
// cannot be confused with. Used inside the room.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/fault.h"

namespace langyan::query {

constexpr char open_quote = 1, close_quote = 2;
constexpr char literal = 3;  // the next character stands for itself
constexpr char star = 4;     // an asterisk outside quotes

struct Reading {
  std::string text;
  std::vector<std::uint32_t> from;  // where each octet stood; one more for the end
  std::optional<Fault> fault;       // not UTF-8, a control character, a quote without its end
};

Reading read(std::string_view text);

}  // namespace langyan::query
