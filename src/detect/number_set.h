// NumberSet: which numbers a condition accepts, as sorted ranges of keys that order like the
// numbers.
//
// Every kind of field maps to unsigned keys of the same order (key_of), so one comparison serves
// unsigned, signed and real fields alike. Immutable once normalised; any thread may ask.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "fields/field.h"

namespace langyan::detect {

constexpr std::uint64_t key_of_integer(std::int64_t value) {
  return static_cast<std::uint64_t>(value) ^ std::uint64_t{1} << 63;
}
// IEEE 754 orders like sign and magnitude: flip the sign bit of positive numbers, all of negative.
constexpr std::uint64_t key_of_real(double value) {
  if (value == 0) value = 0;  // -0 is 0
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return bits >> 63 ? ~bits : bits ^ std::uint64_t{1} << 63;
}
// The key of what a Record's slot holds.
constexpr std::uint64_t key_of(Kind kind, std::uint64_t slot) {
  switch (kind) {
    case Kind::i64:
    case Kind::time_us: return key_of_integer(static_cast<std::int64_t>(slot));
    case Kind::f64: return key_of_real(std::bit_cast<double>(slot));
    default: return slot;
  }
}

struct KeyRange {  // both ends belong to it
  std::uint64_t low = 0, high = 0;
  bool operator==(const KeyRange&) const = default;
};

class NumberSet {
 public:
  void add(std::uint64_t low, std::uint64_t high) {
    if (low <= high) ranges_.push_back({low, high});
  }
  void normalise();  // sorts and joins; after the last add()
  void complement(std::uint64_t least, std::uint64_t most);  // within [least, most]

  bool contains(std::uint64_t key) const {
    for (const KeyRange& range : ranges_) {
      if (key < range.low) return false;
      if (key <= range.high) return true;
    }
    return false;
  }
  bool intersects(std::uint64_t low, std::uint64_t high) const {
    return std::ranges::any_of(
        ranges_, [&](const KeyRange& range) { return low <= range.high && range.low <= high; });
  }
  bool empty() const { return ranges_.empty(); }
  const std::vector<KeyRange>& ranges() const { return ranges_; }
  std::uint64_t count() const;  // numbers in it, at most 2^64 - 1
  bool operator==(const NumberSet&) const = default;

 private:
  std::vector<KeyRange> ranges_;
};

}  // namespace langyan::detect
