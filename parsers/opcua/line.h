// Line: a short text being made, without allocation; what does not fit is left out.
#pragma once

#include <charconv>
#include <cstring>

#include "fields/record.h"

namespace langyan::opcua {

class Line {
 public:
  static constexpr std::size_t most = 256;

  void add(std::string_view text) {
    const std::size_t step = std::min(text.size(), most - size_);
    if (step) std::memcpy(text_ + size_, text.data(), step);
    size_ += step;
    full_ = full_ || step < text.size();
  }
  void add(Bytes text) { add(text_of(text)); }
  template <class Number>
  void number(Number value) {
    char digits[40];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    add(std::string_view(digits, static_cast<std::size_t>(end - digits)));
  }
  void padded(std::uint64_t value, std::size_t width) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    for (auto have = static_cast<std::size_t>(end - digits); have < width; ++have) add("0");
    add(std::string_view(digits, static_cast<std::size_t>(end - digits)));
  }
  void hex(Bytes octets, std::size_t at_most = most) {
    constexpr char digits[] = "0123456789abcdef";
    for (std::uint8_t octet : octets.first(std::min(octets.size(), at_most))) {
      const char pair[] = {digits[octet >> 4], digits[octet & 15]};
      add(std::string_view(pair, 2));
    }
  }
  void hex32(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      const auto octet = static_cast<std::uint8_t>(value >> shift);
      hex(Bytes{&octet, 1});
    }
  }
  bool full() const { return full_; }
  bool empty() const { return size_ == 0; }
  std::string_view view() const { return {text_, size_}; }
  Bytes keep(Scratch& scratch) const { return scratch.copy(bytes_of(view())); }

 private:
  char text_[most];
  std::size_t size_ = 0;
  bool full_ = false;
};

}  // namespace langyan::opcua
