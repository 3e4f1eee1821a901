#include "spool/crc32c.h"

#include <array>
#include <cstring>

#ifdef __SSE4_2__
#include <nmmintrin.h>
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

std::uint32_t crc32c(Bytes bytes, std::uint32_t crc) {
  std::uint64_t state = ~crc;
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    state = _mm_crc32_u64(state, word);
  }
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
