// Fill: the parser's pen. Names are looked up and widths are checked while compiling. A value read
// past the message's end is not written, so nothing that was never sent is logged or matched.
#pragma once

#include <algorithm>
#include <concepts>

#include "base/address.h"
#include "base/time.h"
#include "fields/reader.h"
#include "fields/record.h"

namespace langyan {

template <std::size_t N>
struct Word {  // lets a field name be a template argument
  char text[N];
  consteval Word(const char (&s)[N]) { std::copy_n(s, N, text); }
  consteval operator std::string_view() const { return {text, N - 1}; }
};

template <class T>
constexpr bool fits(Kind kind) {
  switch (kind) {
    case Kind::u8: return std::same_as<T, std::uint8_t>;
    case Kind::u16: return std::same_as<T, std::uint16_t>;
    case Kind::u32: return std::same_as<T, std::uint32_t>;
    case Kind::u64: return std::same_as<T, std::uint64_t>;
    case Kind::i64: case Kind::time_us: return std::same_as<T, std::int64_t>;
    case Kind::f64: return std::same_as<T, double>;
    case Kind::boolean: return std::same_as<T, bool>;
    case Kind::mac: return std::same_as<T, Mac>;
    case Kind::text: case Kind::bytes: case Kind::words: case Kind::ip: return std::same_as<T, Bytes>;
  }
  return false;
}

template <const auto& table>
struct Fill {
  Record& record;
  const Reader& in;

  template <Word name, class T>
  void set(T value) {
    constexpr std::size_t field = table[name];
    static_assert(fits<T>(table.rows[field].kind), "the value's type is not the one the table states");
    if (!in.ok()) return;
    if constexpr (std::same_as<T, double>) {
      record.put(field, std::bit_cast<std::uint64_t>(value));
    } else if constexpr (std::same_as<T, Mac>) {
      record.put(field, value.number());
    } else if constexpr (std::same_as<T, Bytes>) {
      record.put(field, value);
    } else {
      record.put(field, static_cast<std::uint64_t>(value));
    }
  }
};

}  // namespace langyan
