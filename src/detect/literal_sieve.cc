#include <algorithm>
#include <bit>
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
// Windows stand near a literal's end where they say as much there, so that of octets that were looked
// at before, few are looked at again.
constexpr std::size_t near_end = 8;
// More literals than these are in most data "perhaps", and a scan of that tells as soon.
constexpr std::size_t most_literals = 4'096;
constexpr unsigned places_each = 128;                // of a table, a window: one in so many octets passes
constexpr unsigned least_bits = 10, most_bits = 18;  // 32 KiB
constexpr std::size_t few_short = 32;                // literals: so few are looked for in sixteen places at once
constexpr std::size_t stride = 4, long_run = LiteralSieve::longest_window + stride - 1;
constexpr auto most_usual = 2;  // octets of a window

bool usual(char octet) {
  return octet == '\x00' || octet == '\x01' || octet == '\xff';
}

// Where the window begins.
std::size_t best_window(const Literal& literal, std::size_t size) {
  const std::string_view bytes = literal.bytes;
  const auto count = [&](std::size_t at) { return std::ranges::count_if(bytes.substr(at, size), usual); };
  const std::size_t last = bytes.size() - size;
  std::size_t near = last, best = last;
  for (std::size_t at = last; at-- > 0;) {
    if (count(at) < count(best)) best = at;
    if (at + near_end >= bytes.size() && count(at) < count(near)) near = at;
  }
  return count(near) <= count(best) + 1 ? near : best;
}

// Upper and lower case are one, in literals that tell them apart too.
template <std::size_t window>
std::uint32_t folded(const void* octets) {
  std::uint32_t value = 0;
  std::memcpy(&value, octets, window);
  return value | 0x2020'2020;
}

std::uint32_t folded(std::string_view window) {
  std::uint32_t value = 0;
  std::memcpy(&value, window.data(), window.size());
  return value | 0x2020'2020;
}

}  // namespace

void LiteralSieve::Table::make_room(std::size_t windows) {
  const auto wanted = static_cast<unsigned>(std::bit_width(windows * places_each));
  const unsigned bits = std::clamp(wanted, least_bits, most_bits);
  shift_ = 32 - bits;
  bits_.assign((std::size_t{1} << bits) / 64, 0);
}

void LiteralSieve::Table::add(std::uint32_t window) {
  const std::size_t place = place_of(window);
  bits_[place / 64] |= std::uint64_t{1} << place % 64;
}

void LiteralSieve::build(std::span<const Literal> literals) {
  if (literals.empty() || literals.size() > most_literals) return;
  std::vector<const Literal*> few;
  if (literals.size() > few_short) long_.make_room(literals.size() * stride);
  for (const Literal& literal : literals) {
    if (literal.bytes.size() < 2) return;  // one octet is everywhere
    if (literals.size() <= few_short || !add_long(literal)) few.push_back(&literal);
  }
  blind_ = false;
  if (few.size() == literals.size()) long_ = {};
  if (!few.empty()) build_short(few);
}

// False: it is too short, or too usual.
bool LiteralSieve::add_long(const Literal& literal) {
  const std::string_view bytes = literal.bytes;
  const auto tells = [&](std::size_t run) {
    for (std::size_t i = 0; i < stride; ++i)
      if (std::ranges::count_if(bytes.substr(run + i, longest_window), usual) > most_usual) return false;
    return true;
  };
  for (std::size_t end = bytes.size(); end >= long_run; --end) {
    const std::size_t run = end - long_run;
    if (!tells(run)) continue;
    for (std::size_t i = 0; i < stride; ++i) long_.add(folded(bytes.substr(run + i, longest_window)));
    reach_ = std::max(reach_, bytes.size() - run);
    return true;
  }
  return false;
}

void LiteralSieve::build_short(std::span<const Literal* const> literals) {
  std::size_t shortest = longest_literal;
  for (const Literal* literal : literals) shortest = std::min(shortest, literal->bytes.size());
  window_ = std::min<std::size_t>(shortest, literals.size() <= few_literals ? 3 : longest_window);
  struct Window {
    std::string_view octets;
    bool nocase;
  };
  std::vector<Window> windows;
  short_.make_room(literals.size());
  for (const Literal* literal : literals) {
    const std::size_t at = best_window(*literal, window_);
    reach_ = std::max(reach_, literal->bytes.size() - at);
    windows.push_back({std::string_view(literal->bytes).substr(at, window_), literal->nocase});
    short_.add(folded(windows.back().octets));
  }
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

// Wherever a literal lies, one of its four windows begins at a multiple of four.
bool LiteralSieve::may_hold_long(Bytes data) const {
  for (std::size_t at = 0; at + longest_window <= data.size(); at += stride)
    if (long_.has(folded<longest_window>(data.data() + at))) return true;
  return false;
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
    auto left = ~static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(possible, _mm_setzero_si128()))) & 0xffff;
    for (; left; left &= left - 1) {
      if (short_.has(folded<window>(data + at + std::countr_zero(left)))) return true;
    }
    if (at + 16 >= size) return false;
  }
}

bool LiteralSieve::may_hold(Bytes data) const {
  if (blind_) return true;
  if (!long_.empty() && may_hold_long(data)) return true;
  if (window_ == 0 || data.size() < window_) return false;
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
