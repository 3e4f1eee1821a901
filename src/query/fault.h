// Fault: what is wrong with a query, where, and what to do; in the two languages of the console.
// `code` is stable for programs. A value; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace langyan::query {

struct Span {  // octets of the query as it was given
  std::uint32_t begin = 0, end = 0;
  bool operator==(const Span&) const = default;
};

struct Said {  // the same in both languages
  std::string en, zh;
};

struct Fault {
  std::string_view code;  // of a constant: "unknown-field"
  Span span;
  Said message, advice;
  std::string fix;  // what to write in the span's place; empty: nothing simple helps
};
using Faults = std::vector<Fault>;

// A part of the query as messages show it: at most 40 octets, whole characters.
std::string shown(std::string_view text);

// Positions as a browser counts them: UTF-16 units before the octet.
std::uint32_t utf16_position(std::string_view text, std::uint32_t octet);
std::size_t octet_position(std::string_view text, std::uint64_t utf16);  // and back

}  // namespace langyan::query
