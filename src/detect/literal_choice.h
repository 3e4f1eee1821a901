// choose_literal: which content of a rule the scanner looks for, so that the rest is looked at
// rarely.
#pragma once

#include <optional>

#include "detect/tables.h"

namespace langyan::detect {

constexpr std::uint32_t stream_tail = 4'096;  // octets of a stream that rules may look back on

struct LiteralChoice {
  std::size_t buffer = 0;  // index into the program's buffers
  Literal literal;
  std::uint64_t least_end = 0, most_end = ~std::uint64_t{0};
  bool ends_content = true;  // where the literal ends, its content does
};

// Of the raw octets or of the sticky buffers; nothing: the rule has no content there that must
// stand.
std::optional<LiteralChoice> choose_literal(const Program& program, bool raw);

// How far back a rule on a stream may have to look when new octets come.
std::uint32_t look_back(const BufferMatch& raw);

}  // namespace langyan::detect
