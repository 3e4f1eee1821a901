// What the fuzz targets have in common: a way to fail, and a reader that takes an input apart.
//
// A target is one function, LLVMFuzzerTestOneInput(data, size): it returns 0 whatever the octets
// are, or the program ends with a sentence. With the fuzz preset libFuzzer calls it, with every
// other preset replay.cc does, for each file of the corpus.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/caps.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace langyan::fuzz {

// Ends the program where a promise does not hold; `detail` shows with what.
inline void require(bool holds, std::string_view promise, std::string_view detail = "") {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %.*s\n%.*s\n", static_cast<int>(promise.size()),
               promise.data(), static_cast<int>(std::min<std::size_t>(detail.size(), 8'000)),
               detail.data());
  std::abort();
}

// Takes octets from the front; past the end there are zeros and empty runs.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : left_(data, size) {}

  bool empty() const { return left_.empty(); }
  std::size_t size() const { return left_.size(); }
  std::uint64_t number(std::size_t octets) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < octets; ++i) {
      value = value << 8 | (left_.empty() ? 0 : left_.front());
      if (!left_.empty()) left_ = left_.subspan(1);
    }
    return value;
  }
  std::uint8_t octet() { return static_cast<std::uint8_t>(number(1)); }
  Bytes run(std::size_t octets) {
    const Bytes taken = left_.first(std::min(octets, left_.size()));
    left_ = left_.subspan(taken.size());
    return taken;
  }
  Bytes rest() { return run(left_.size()); }
  std::string text(std::size_t octets) { return std::string(text_of(run(octets))); }

 private:
  Bytes left_;
};

// Small tables: made in a moment, and full soon.
inline void use_small_caps(std::uint64_t value = 64) {
  for (Cap* cap : Cap::all())
    if (!cap->set(std::max(cap->least(), std::min(cap->value(), value)))) std::abort();
}

}  // namespace langyan::fuzz
