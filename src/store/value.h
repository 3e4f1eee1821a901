// Value: one value of a row, whatever engine keeps it: bound to a statement, read from an answer,
// compared and counted in groups. Plain data; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/address.h"

namespace langyan::store {

struct Value {
  enum class Kind : std::uint8_t { null, integer, real, text, blob };
  Kind kind = Kind::null;
  std::int64_t number = 0;
  double real = 0;
  std::string octets;  // of a text or a blob

  Value() = default;
  Value(std::int64_t value) : kind(Kind::integer), number(value) {}
  Value(double value) : kind(Kind::real), real(value) {}
  Value(std::string text) : kind(Kind::text), octets(std::move(text)) {}
  static Value blob(std::string_view bytes) {
    Value value{std::string(bytes)};
    return value.kind = Kind::blob, value;
  }
  bool is_integer() const { return kind == Kind::integer; }
  bool operator==(const Value&) const = default;
};

Value address_value(const IpAddress& ip);  // v4: a number; v6: 16 octets
IpAddress address_of(const Value& value);

// None, numbers, texts, octets: the order of SQLite, and of answers.
int compare_values(const Value& a, const Value& b);

}  // namespace langyan::store
