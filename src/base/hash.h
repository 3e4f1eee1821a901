// Hashes for tables. Not for secrets, and not stable between releases.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"

namespace langyan {

constexpr std::uint64_t mix(std::uint64_t x) {  // the finaliser of MurmurHash3
  x = (x ^ x >> 33) * 0xff51afd7ed558ccd;
  x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53;
  return x ^ x >> 33;
}

constexpr std::uint64_t combine(std::uint64_t seed, std::uint64_t value) {
  return mix(seed ^ (value + 0x9e3779b97f4a7c15 + std::rotl(seed, 6)));
}

inline std::uint64_t hash(Bytes bytes, std::uint64_t seed = 0) {
  std::uint64_t state = combine(mix(seed), bytes.size());  // a seed is not a length
  while (bytes.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    state = combine(state, word);
    bytes = bytes.subspan(8);
  }
  std::uint64_t tail = 0;
  if (!bytes.empty()) std::memcpy(&tail, bytes.data(), bytes.size());
  return combine(state, tail);
}

}  // namespace langyan
