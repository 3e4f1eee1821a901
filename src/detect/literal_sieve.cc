#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <functional>
#include <optional>

#include "detect/literals.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace langyan::detect {
namespace {

constexpr std::size_t longest_window = 4, least_window = 2;  // octets
// Windows stand near a literal's end where they say as much there, so that of octets that were looked
// at before, few are looked at again.
constexpr std::size_t near_end = 8;
// More literals than these are in most data "perhaps", and a scan of that tells as soon.
constexpr std::size_t most_literals = 4'096;
constexpr unsigned bits_each = 64;                   // of the table, a window: one lookup in some thousands errs
constexpr unsigned least_bits = 10, most_bits = 18;  // 32 KiB
constexpr unsigned word_bits = 5;                    // of the number of a word's bit
constexpr std::size_t far = 4, least_far_window = 3;  // the longer stride, and the octets of a window that it asks for
constexpr auto least_unusual = 2;                     // octets of a window of those
constexpr std::uint32_t multiplier = 0x9e37'79b1, fold = 0x2020'2020;
constexpr unsigned first_bit = 14, second_bit = 9;  // of a hash, below what is the word's place

bool usual(char octet) {
  return octet == '\x00' || octet == '\x01' || octet == '\xff';
}

// Where the one window begins.
std::size_t best_window(std::string_view bytes, std::size_t size) {
  const auto count = [&](std::size_t at) { return std::ranges::count_if(bytes.substr(at, size), usual); };
  const std::size_t last = bytes.size() - size;
  std::size_t near = last, best = last;
  for (std::size_t at = last; at-- > 0;) {
    if (count(at) < count(best)) best = at;
    if (at + near_end >= bytes.size() && count(at) < count(near)) near = at;
  }
  return count(near) <= count(best) + 1 ? near : best;
}

// Where the first of several windows side by side begins; nothing: some of them would be too usual everywhere.
std::optional<std::size_t> best_run(std::string_view bytes, std::size_t size) {
  const auto tells = [&](std::size_t at) {
    return std::ranges::count_if(bytes.substr(at, size), std::not_fn(usual)) >= least_unusual;
  };
  std::size_t good = 0;  // windows one after another that tell
  for (std::size_t at = bytes.size() - size + 1; at-- > 0;) {
    good = tells(at) ? good + 1 : 0;
    if (good == far) return at;
  }
  return {};
}

// Upper and lower case are one, in literals that tell them apart too.
std::uint32_t folded(const void* octets, std::size_t size) {
  std::uint32_t value = 0;
  std::memcpy(&value, octets, size);
  return value | fold;
}

}  // namespace

void LiteralSieve::make_room(std::size_t windows) {
  const auto wanted = static_cast<unsigned>(std::bit_width(windows * bits_each));
  const unsigned bits = std::clamp(wanted, least_bits, most_bits);
  shift_ = 32 - (bits - word_bits);
  table_.assign(std::size_t{1} << (bits - word_bits), 0);
}

void LiteralSieve::add(std::string_view octets) {
  const std::uint32_t hash = folded(octets.data(), octets.size()) * multiplier;
  table_[hash >> shift_] |= 1u << (hash >> first_bit & 31) | 1u << (hash >> second_bit & 31);
}

bool LiteralSieve::has(std::uint32_t window) const {
  const std::uint32_t hash = window * multiplier, word = table_[hash >> shift_];
  return (word >> (hash >> first_bit & 31)) & (word >> (hash >> second_bit & 31)) & 1;
}

void LiteralSieve::build(std::span<const Literal> literals) {
  if (literals.empty() || literals.size() > most_literals) return;
  std::size_t shortest = longest_literal;
  for (const Literal& literal : literals) shortest = std::min(shortest, literal.bytes.size());
  if (shortest < least_window) return;  // one octet is everywhere
  std::vector<std::size_t> places;
  if (shortest >= least_far_window + far - 1) {
    window_ = std::min(longest_window, shortest - far + 1);
    for (const Literal& literal : literals) {
      const auto run = best_run(literal.bytes, window_);
      if (!run) break;
      places.push_back(*run);
    }
  }
  stride_ = places.size() == literals.size() ? far : 1;
  if (stride_ == 1) {
    window_ = std::min(longest_window, shortest), places.clear();
    for (const Literal& literal : literals) places.push_back(best_window(literal.bytes, window_));
  }
  octets_ = ~std::uint32_t{0} >> 8 * (sizeof octets_ - window_);
  make_room(literals.size() * stride_);
  for (std::size_t i = 0; i < literals.size(); ++i) {
    const std::string_view bytes = literals[i].bytes;
    reach_ = std::max(reach_, bytes.size() - places[i]);
    for (std::size_t at = places[i]; at < places[i] + stride_; ++at) add(bytes.substr(at, window_));
  }
}

// Wherever a literal lies, one of its windows begins at a place that is looked up.
bool LiteralSieve::may_hold_plain(Bytes data) const {
  if (window_ == 0) return true;
  for (std::size_t at = 0; at + window_ <= data.size(); at += stride_)
    if (has(folded(data.data() + at, window_))) return true;
  return false;
}

#ifdef __x86_64__

namespace {

constexpr std::size_t half = 16;  // of a vector's octets

// What eight windows at once are looked up with.
struct Lookup {
  const std::uint32_t* table;
  __m128i shift;
  __m256i octets;

  // A lane's lowest bit is set where the table has its window.
  [[gnu::target("avx2")]] __m256i operator()(__m256i windows) const {
    const __m256i folds = _mm256_set1_epi32(fold), factor = _mm256_set1_epi32(static_cast<int>(multiplier));
    const __m256i bit = _mm256_set1_epi32(31);
    const __m256i hash = _mm256_mullo_epi32(_mm256_or_si256(_mm256_and_si256(windows, octets), folds), factor);
    const __m256i word =
        _mm256_i32gather_epi32(reinterpret_cast<const int*>(table), _mm256_srl_epi32(hash, shift), sizeof *table);
    const __m256i first = _mm256_and_si256(_mm256_srli_epi32(hash, first_bit), bit);
    const __m256i second = _mm256_and_si256(_mm256_srli_epi32(hash, second_bit), bit);
    return _mm256_and_si256(_mm256_srlv_epi32(word, first), _mm256_srlv_epi32(word, second));
  }
};

[[gnu::target("avx2")]] inline __m128i load(const std::uint8_t* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

template <class T>
std::uint64_t number_at(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// Of at least two octets and less than a vector's; zeros behind them may make the sieve say "perhaps", never "no".
// By numbers: what was just written octet by octet cannot be read as a vector at once.
[[gnu::target("avx2")]] inline __m128i load_short(const std::uint8_t* at, std::size_t size) {
  std::uint64_t low, high = 0;
  const unsigned bits = static_cast<unsigned>(size) * 8;
  if (size >= 8) {
    low = number_at<std::uint64_t>(at);
    high = number_at<std::uint64_t>(at + size - 8) >> (120 - bits) >> 8;
  } else if (size >= 4) {
    low = number_at<std::uint32_t>(at) | number_at<std::uint32_t>(at + size - 4) << (bits - 32);
  } else {
    low = number_at<std::uint16_t>(at) | std::uint64_t{at[size - 1]} << (bits - 8);
  }
  return _mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low));
}

// The eight windows that begin first in sixteen octets, and the others, of which the last reach beyond them.
[[gnu::target("avx2")]] inline __m256i first_windows(__m128i octets) {
  const __m256i places = _mm256_setr_epi8(0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6,  //
                                          4, 5, 6, 7, 5, 6, 7, 8, 6, 7, 8, 9, 7, 8, 9, 10);
  return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(octets), places);
}

[[gnu::target("avx2")]] inline __m256i last_windows(__m128i octets) {
  const __m256i places = _mm256_setr_epi8(8, 9, 10, 11, 9, 10, 11, 12, 10, 11, 12, 13, 11, 12, 13, 14,  //
                                          12, 13, 14, 15, 13, 14, 15, -1, 14, 15, -1, -1, 15, -1, -1, -1);
  return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(octets), places);
}

}  // namespace

const bool LiteralSieve::is_wide = __builtin_cpu_supports("avx2");

[[gnu::target("avx2")]] bool LiteralSieve::may_hold_wide(Bytes data) const {
  if (window_ == 0) return true;
  const std::size_t size = data.size();
  if (size < window_) return false;
  const Lookup look{table_.data(), _mm_cvtsi32_si128(static_cast<int>(shift_)),
                    _mm256_set1_epi32(static_cast<int>(octets_))};
  const std::uint8_t* const from = data.data();
  const std::uint8_t* const last = size < half ? from : from + size - half;
  const __m128i end = size < half ? load_short(from, size) : load(last);
  __m256i found = _mm256_setzero_si256();
  if (size <= half && stride_ == far) {
    found = look(_mm256_broadcastsi128_si256(end));
  } else if (stride_ == far) {
    for (const std::uint8_t* at = from; at < from + size; at += 2 * half) {
      const __m128i low = load(std::min(at, last)), high = load(std::min(at + half, last));
      found = _mm256_or_si256(found, look(_mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1)));
    }
  } else {
    if (size > half)
      for (const std::uint8_t* at = from; at < last; at += half / 2)
        found = _mm256_or_si256(found, look(first_windows(load(at))));
    found = _mm256_or_si256(found, _mm256_or_si256(look(first_windows(end)), look(last_windows(end))));
  }
  return !_mm256_testz_si256(found, _mm256_set1_epi32(1));
}

#else

const bool LiteralSieve::is_wide = false;

bool LiteralSieve::may_hold_wide(Bytes data) const {
  return may_hold_plain(data);
}

#endif

}  // namespace langyan::detect
