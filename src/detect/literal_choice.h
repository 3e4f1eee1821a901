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
  unsigned value = 0;        // how much it says
};

// Octets of the raw run at fixed places, within eight octets of each other.
struct FixedOctets {
  std::uint32_t offset = 0, end = 0;
  std::uint64_t mask = 0, value = 0;  // as eight octets lie in memory
};

// Nothing: the rule has none, or a literal to scan for says more.
std::optional<FixedOctets> choose_fixed(const BufferMatch& raw);

constexpr std::uint64_t never_settled = ~std::uint64_t{0};
// Behind which octet of a stream nothing more can make the conditions hold.
std::uint64_t settled_at(const BufferMatch& raw);

// Of the raw octets or of the sticky buffers; nothing: the rule has no content there that must
// stand.
std::optional<LiteralChoice> choose_literal(const Program& program, bool raw);

// What tells at the start of a stream that a rule may match it, and up to where: a rule with a
// content that must stand near the start is watched for there alone. Nothing: it may match
// anywhere.
struct StreamStart {
  std::optional<FixedOctets> fixed;
  LiteralChoice literal;        // where no table takes the fixed octets
  std::uint32_t until = 0;      // of the literal
};
std::optional<StreamStart> stream_start(const BufferMatch& raw);

// How far back a rule on a stream may have to look when new octets come.
std::uint32_t look_back(const BufferMatch& raw);

}  // namespace langyan::detect
