#include "spool/crc32c.h"

#include <algorithm>
#include <array>
#include <cstring>

#ifdef __SSE4_2__
#include <immintrin.h>
#endif

namespace langyan::spool {
namespace {

constexpr auto table = [] {
  std::array<std::uint32_t, 256> rows{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t row = i;
    for (int bit = 0; bit < 8; ++bit) row = row >> 1 ^ (row & 1 ? 0x82f63b78u : 0u);
    rows[i] = row;
  }
  return rows;
}();

}  // namespace

std::uint32_t crc32c_by_table(Bytes bytes, std::uint32_t crc) {
  crc = ~crc;
  for (std::uint8_t byte : bytes) crc = crc >> 8 ^ table[(crc ^ byte) & 0xff];
  return ~crc;
}

#ifdef __SSE4_2__

namespace {

// The instruction answers after three cycles and starts one each cycle, so long octets are summed as
// three runs of as many words side by side, and the sums of the first two moved past what follows
// them: times x^(64 n) is a carry-less multiplication by x^(64 n - 33), which the instruction itself
// reduces (V. Gopal et al., Fast CRC Computation for iSCSI Polynomial Using CRC32 Instruction, 2011).
constexpr std::size_t least_words = 4, most_words = 128;  // of each of the three runs

constexpr auto powers = [] {  // [m]: x^(64 m - 33), the octets of a sum in its bit order
  std::array<std::uint32_t, 2 * most_words + 1> rows{0, 1};
  for (std::size_t m = 2; m < rows.size(); ++m) {
    rows[m] = rows[m - 1];
    for (int bit = 0; bit < 64; ++bit) rows[m] = rows[m] >> 1 ^ (rows[m] & 1 ? 0x82f63b78u : 0u);
  }
  return rows;
}();

std::uint64_t word_at(const std::uint8_t* at) {
  std::uint64_t word;
  std::memcpy(&word, at, 8);
  return word;
}

[[gnu::target("sse4.2,pclmul")]] __m128i times(std::uint64_t sum, std::uint32_t power) {
  return _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<long long>(sum)),
                              _mm_cvtsi32_si128(static_cast<int>(power)), 0);
}

[[gnu::target("sse4.2,pclmul")]] std::uint64_t sum_in_three(const std::uint8_t*& at, std::size_t& left,
                                                            std::uint64_t state) {
  while (left >= 3 * 8 * least_words) {
    const std::size_t words = std::min(left / 24, most_words);
    const std::uint8_t *second = at + 8 * words, *third = second + 8 * words;
    std::uint64_t sum2 = 0, sum3 = 0;
    for (std::size_t i = 0; i < 8 * words; i += 8) {
      state = _mm_crc32_u64(state, word_at(at + i));
      sum2 = _mm_crc32_u64(sum2, word_at(second + i));
      sum3 = _mm_crc32_u64(sum3, word_at(third + i));
    }
    const __m128i moved = _mm_xor_si128(times(state, powers[2 * words]), times(sum2, powers[words]));
    state = sum3 ^ _mm_crc32_u64(0, static_cast<std::uint64_t>(_mm_cvtsi128_si64(moved)));
    at += 24 * words, left -= 24 * words;
  }
  return state;
}

}  // namespace

std::uint32_t crc32c(Bytes bytes, std::uint32_t crc) {
  static const bool multiplies = __builtin_cpu_supports("pclmul");
  std::uint64_t state = ~crc;
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  if (left >= 3 * 8 * least_words && multiplies) state = sum_in_three(at, left, state);
  for (; left >= 8; at += 8, left -= 8) state = _mm_crc32_u64(state, word_at(at));
  auto narrow = static_cast<std::uint32_t>(state);
  for (; left > 0; ++at, --left) narrow = _mm_crc32_u8(narrow, *at);
  return ~narrow;
}

#else

std::uint32_t crc32c(Bytes bytes, std::uint32_t crc) {
  return crc32c_by_table(bytes, crc);
}

#endif

}  // namespace langyan::spool
