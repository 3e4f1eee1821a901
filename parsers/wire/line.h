// Line: text built on the stack, for what a Record holds but the message does not spell: lists joined,
// numbers in decimal, digests in hex. Past its capacity it is full and gives nothing, never half a text.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>

#include "fields/record.h"

namespace langyan::wire {

inline constexpr char lower_hex[] = "0123456789abcdef";
inline constexpr char upper_hex[] = "0123456789ABCDEF";

template <std::size_t capacity>
class Line {
 public:
  Line& put(char c) {
    if (size_ == capacity) full_ = true;
    else text_[size_++] = c;
    return *this;
  }
  Line& put(std::string_view text) {
    if (text.size() > capacity - size_) return full_ = true, *this;
    std::copy(text.begin(), text.end(), text_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += text.size();
    return *this;
  }
  Line& put(Bytes text) { return put(text_of(text)); }
  Line& number(std::uint64_t value) {
    std::array<char, 20> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return put(std::string_view{digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  Line& hex(std::uint8_t octet, const char* digits = lower_hex) {
    return put(digits[octet >> 4]).put(digits[octet & 15]);
  }
  Line& hex(Bytes octets) {
    for (std::uint8_t octet : octets) hex(octet);
    return *this;
  }
  Line& hex_with_colons(Bytes octets, const char* digits = lower_hex) {
    for (std::size_t i = 0; i < octets.size() && !full_; ++i) (i ? put(':') : *this).hex(octets[i], digits);
    return *this;
  }
  bool full() const { return full_; }
  bool empty() const { return size_ == 0; }
  std::string_view text() const { return full_ ? std::string_view{} : std::string_view{text_.data(), size_}; }
  Bytes bytes() const { return bytes_of(text()); }
  // As octets that a Record may hold; empty where they do not fit.
  Bytes keep(Scratch& scratch) const { return scratch.copy(bytes()); }

 private:
  std::array<char, capacity> text_;
  std::size_t size_ = 0;
  bool full_ = false;
};

}  // namespace langyan::wire
