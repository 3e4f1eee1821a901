// RecentKeys: whether a key was met lately, in a table of fixed size; what fell out of it is new
// again. Keys are hashes. One thread owns it; nothing allocates after construction.
#pragma once

#include <bit>

#include "base/pages.h"

namespace langyan {

class RecentKeys {
 public:
  explicit RecentKeys(std::size_t places) : places_(std::bit_ceil(places < ways ? ways : places)) {}

  // False: it is there.
  bool add(std::uint64_t key) {
    key |= 1;  // 0 is an empty place
    std::uint64_t* const set = &places_[(key >> 8 & (places_.size() / ways - 1)) * ways];
    for (std::size_t i = 0; i < ways; ++i) {
      if (set[i] == key) return false;
      if (set[i] == 0) return set[i] = key, true;
    }
    set[turn_++ % ways] = key;
    return true;
  }

 private:
  static constexpr std::size_t ways = 4;

  Pages<std::uint64_t> places_;
  std::uint32_t turn_ = 0;
};

}  // namespace langyan
