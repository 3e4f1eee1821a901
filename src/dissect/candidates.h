// Candidates: the protocols a flow may still speak, one bit per index into the registry.
#pragma once

#include <array>
#include <cstdint>

#include "fields/field.h"

namespace langyan::dissect {

class Candidates {
 public:
  static constexpr std::size_t most = 128;

  void fill(std::size_t count) {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const std::size_t bits = count > i * 64 ? count - i * 64 : 0;
      words_[i] = bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
    }
  }
  void drop(std::size_t index) { words_[index / 64] &= ~(std::uint64_t{1} << index % 64); }
  bool none() const { return (words_[0] | words_[1]) == 0; }
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      langyan::each(words_[i], [&](std::size_t bit) { visit(i * 64 + bit); });
  }

 private:
  std::array<std::uint64_t, most / 64> words_{};
};

}  // namespace langyan::dissect
