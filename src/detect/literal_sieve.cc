#include <algorithm>
#include <cstring>
#include <string_view>

#include "detect/literals.h"

#ifdef __SSSE3__
#include <tmmintrin.h>
#endif

namespace langyan::detect {
namespace {

constexpr std::size_t buckets = 8;       // bits of an octet
constexpr std::size_t few_literals = 8;  // one a bucket: three octets tell enough
constexpr std::size_t padding = 16 + LiteralSieve::longest_window;

bool usual(char octet) {
  return octet == '\x00' || octet == '\x01' || octet == '\xff';
}

std::string_view best_window(const Literal& literal, std::size_t size) {
  const std::string_view bytes = literal.bytes;
  std::string_view best = bytes.substr(0, size);
  const auto count = [](std::string_view window) { return std::ranges::count_if(window, usual); };
  for (std::size_t at = 1; at + size <= bytes.size(); ++at)
    if (count(bytes.substr(at, size)) < count(best)) best = bytes.substr(at, size);
  return best;
}

}  // namespace

void LiteralSieve::build(std::span<const Literal> literals) {
  std::size_t shortest = longest_literal;
  for (const Literal& literal : literals) shortest = std::min(shortest, literal.bytes.size());
  const std::size_t wanted = literals.size() <= few_literals ? 3 : longest_window;
  window_ = std::min(shortest, wanted);
  if (literals.empty() || window_ < 2) return void(window_ = 0);  // one octet is everywhere
  struct Window {
    std::string_view octets;
    bool nocase;
  };
  std::vector<Window> windows;
  for (const Literal& literal : literals)
    windows.push_back({best_window(literal, window_), literal.nocase});
  std::ranges::sort(windows, {}, &Window::octets);  // those of a bucket resemble each other
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const auto bit = static_cast<std::uint8_t>(1u << i * buckets / windows.size());
    for (std::size_t place = 0; place < window_; ++place) {
      const auto add = [&](unsigned char octet) {
        places_[place].low[octet & 15] |= bit;
        places_[place].high[octet >> 4] |= bit;
      };
      const auto octet = static_cast<unsigned char>(windows[i].octets[place]);
      add(octet);
      const bool letter = (octet | 0x20) >= 'a' && (octet | 0x20) <= 'z';
      if (windows[i].nocase && letter) add(octet ^ 0x20);
    }
  }
}

#ifdef __SSSE3__

// `size` octets from which a window may begin; as many as a window has are readable behind them.
template <std::size_t window>
bool LiteralSieve::look(const std::uint8_t* data, std::size_t size) const {
  const __m128i half = _mm_set1_epi8(15);
  for (std::size_t at = 0;; at += 16) {
    if (at + 16 > size) at = size - 16;
    __m128i possible = _mm_set1_epi8(-1);
    for (std::size_t place = 0; place < window; ++place) {
      const __m128i octets = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + at + place));
      const auto in = [](const Halves& halves, __m128i index) {
        return _mm_shuffle_epi8(_mm_load_si128(reinterpret_cast<const __m128i*>(halves.data())),
                                index);
      };
      const __m128i low = in(places_[place].low, _mm_and_si128(octets, half));
      const __m128i high = in(places_[place].high, _mm_and_si128(_mm_srli_epi16(octets, 4), half));
      possible = _mm_and_si128(possible, _mm_and_si128(low, high));
    }
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(possible, _mm_setzero_si128())) != 0xffff) return true;
    if (at + 16 >= size) return false;
  }
}

bool LiteralSieve::may_hold(Bytes data) const {
  if (window_ == 0) return true;
  if (data.size() < window_) return false;
  std::size_t size = data.size() - window_ + 1;
  const std::uint8_t* from = data.data();
  std::array<std::uint8_t, 2 * padding> padded;
  if (size < 16) {  // what lies behind the data may make it say "perhaps", never "no"
    padded.fill(0);
    std::memcpy(padded.data(), from, data.size());
    from = padded.data(), size = 16;
  }
  switch (window_) {
    case 2: return look<2>(from, size);
    case 3: return look<3>(from, size);
    default: return look<4>(from, size);
  }
}

#else

bool LiteralSieve::may_hold(Bytes) const {
  return true;
}

#endif

}  // namespace langyan::detect
