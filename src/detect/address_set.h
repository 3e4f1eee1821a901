// AddressSet and PortSet: the two ends of a rule's header, resolved to sorted ranges.
//
// An address is a pair of numbers (v4 as v4-mapped v6), so one search serves both. Built when rules
// are compiled, immutable afterwards; any thread may ask.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <vector>

#include "base/address.h"

namespace langyan::detect {

struct AddressNumber {
  std::uint64_t high = 0, low = 0;
  auto operator<=>(const AddressNumber&) const = default;

  static AddressNumber of(const IpAddress& ip);
  AddressNumber next() const { return {high + (low == ~std::uint64_t{0}), low + 1}; }
  AddressNumber before() const { return {high - (low == 0), low - 1}; }
  static constexpr AddressNumber last() { return {~std::uint64_t{0}, ~std::uint64_t{0}}; }
};

// A sorted list of disjoint ranges of T, which has next(), before() and last().
template <class T>
class RangeSet {
 public:
  struct Range {
    T low, high;
    auto operator<=>(const Range&) const = default;
  };

  static RangeSet all() { return RangeSet({{T{}, T::last()}}); }
  RangeSet() = default;
  explicit RangeSet(std::vector<Range> ranges) : ranges_(std::move(ranges)) {}

  bool contains(const T& value) const {
    const auto after = std::ranges::upper_bound(ranges_, value, {}, &Range::low);
    return after != ranges_.begin() && value <= std::prev(after)->high;
  }
  void unite(const RangeSet& other);
  void subtract(const RangeSet& other);
  bool empty() const { return ranges_.empty(); }
  bool everything() const { return ranges_.size() == 1 && ranges_[0] == Range{T{}, T::last()}; }
  const std::vector<Range>& ranges() const { return ranges_; }
  auto operator<=>(const RangeSet&) const = default;

 private:
  std::vector<Range> ranges_;
};

struct PortNumber {
  std::uint16_t value = 0;
  auto operator<=>(const PortNumber&) const = default;
  PortNumber next() const { return {static_cast<std::uint16_t>(value + 1)}; }
  PortNumber before() const { return {static_cast<std::uint16_t>(value - 1)}; }
  static constexpr PortNumber last() { return {0xffff}; }
};

class AddressSet : public RangeSet<AddressNumber> {
 public:
  using RangeSet::RangeSet;
  AddressSet(RangeSet set) : RangeSet(std::move(set)) {}
  bool contains(const IpAddress& ip) const { return RangeSet::contains(AddressNumber::of(ip)); }
};
// Ranges in any order, which may touch and overlap.
AddressSet joined(std::vector<AddressSet::Range> ranges);
// Every address of a network.
AddressSet::Range range_of(const IpNetwork& network);

class PortSet : public RangeSet<PortNumber> {
 public:
  using RangeSet::RangeSet;
  PortSet(RangeSet set) : RangeSet(std::move(set)) {}
  bool contains(std::uint16_t port) const { return RangeSet::contains(PortNumber{port}); }
  std::size_t size() const {
    std::size_t sum = 0;
    for (const Range& range : ranges()) sum += range.high.value - range.low.value + 1u;
    return sum;
  }
};

template <class T>
void RangeSet<T>::unite(const RangeSet& other) {
  std::vector<Range> merged;
  std::ranges::merge(ranges_, other.ranges_, std::back_inserter(merged));
  ranges_.clear();
  for (const Range& range : merged) {
    const bool touches = !ranges_.empty() && (range.low <= ranges_.back().high ||
                                              range.low == ranges_.back().high.next());
    if (touches) {
      ranges_.back().high = std::max(ranges_.back().high, range.high);
    } else {
      ranges_.push_back(range);
    }
  }
}

template <class T>
void RangeSet<T>::subtract(const RangeSet& other) {
  std::vector<Range> rest;
  for (Range range : ranges_) {
    bool left = true;
    for (const Range& hole : other.ranges_) {
      if (hole.high < range.low) continue;
      if (hole.low > range.high) break;
      if (hole.low > range.low) rest.push_back({range.low, hole.low.before()});
      if (hole.high >= range.high) {
        left = false;
        break;
      }
      range.low = hole.high.next();
    }
    if (left) rest.push_back(range);
  }
  ranges_ = std::move(rest);
}

}  // namespace langyan::detect
