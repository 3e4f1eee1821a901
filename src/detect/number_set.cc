#include "detect/number_set.h"

#include <limits>

namespace langyan::detect {

void NumberSet::normalise() {
  std::ranges::sort(ranges_, {}, &KeyRange::low);
  std::vector<KeyRange> joined;
  for (const KeyRange& range : ranges_) {
    const bool touches =
        !joined.empty() && (range.low <= joined.back().high || range.low - 1 == joined.back().high);
    if (touches) {
      joined.back().high = std::max(joined.back().high, range.high);
    } else {
      joined.push_back(range);
    }
  }
  ranges_ = std::move(joined);
}

void NumberSet::complement(std::uint64_t least, std::uint64_t most) {
  normalise();
  std::vector<KeyRange> rest;
  std::uint64_t from = least;
  bool more = true;  // `from` has not passed `most`
  for (const KeyRange& range : ranges_) {
    if (!more || range.low > most) break;
    if (range.low > from) rest.push_back({from, range.low - 1});
    more = range.high < most;
    if (more) from = std::max(from, range.high + 1);
  }
  if (more) rest.push_back({from, most});
  ranges_ = std::move(rest);
}

std::uint64_t NumberSet::count() const {
  std::uint64_t sum = 0;
  for (const KeyRange& range : ranges_) {
    const std::uint64_t size = range.high - range.low;
    if (size >= std::numeric_limits<std::uint64_t>::max() - sum) {
      return std::numeric_limits<std::uint64_t>::max();
    }
    sum += size + 1;
  }
  return sum;
}

}  // namespace langyan::detect
