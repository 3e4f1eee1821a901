// Walk: where decoding stands within a frame, shared by the stages link -> network -> transport.
// Room-internal. Each stage takes its header off `rest` and writes it to `headers`.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"
#include "decode/decode.h"
#include "decode/headers.h"

namespace langyan::decode {

inline std::uint16_t u16(const std::uint8_t* at) {
  std::uint16_t value;
  std::memcpy(&value, at, sizeof value);
  if constexpr (std::endian::native == std::endian::little) value = __builtin_bswap16(value);
  return value;
}

inline std::uint32_t u32(const std::uint8_t* at) {
  std::uint32_t value;
  std::memcpy(&value, at, sizeof value);
  if constexpr (std::endian::native == std::endian::little) value = __builtin_bswap32(value);
  return value;
}

struct Walk {
  Headers& headers;
  Bytes rest;                     // captured octets that no stage has read yet
  std::uint32_t missing = 0;      // octets that followed `rest` on the wire but were not captured
  Checksums checksums = Checksums::ignore;
  const std::uint8_t* base = nullptr;  // offset() counts from here
  std::uint32_t base_offset = 0;
  int tags = 0;                   // tags and SNAP headers passed
  bool reassembled = false;

  std::uint32_t offset() const {
    return base_offset + static_cast<std::uint32_t>(rest.data() - base);
  }
  bool holds(std::size_t size) const { return rest.size() >= size; }
  void skip(std::size_t size) { rest = rest.subspan(size); }

  // Keeps `length` octets, captured or missing; what follows is padding or slack.
  bool trim(std::size_t length) {
    if (length <= rest.size()) {
      rest = rest.first(length);
      missing = 0;
      return true;
    }
    if (length > rest.size() + missing) return false;
    missing = static_cast<std::uint32_t>(length - rest.size());
    return true;
  }

  Outcome invalid(Invalid reason) {
    headers.invalid = reason;
    return Outcome::invalid;
  }
  void mark(Odd kind) { headers.odd |= static_cast<std::uint8_t>(1u << static_cast<unsigned>(kind)); }
};

// What a link header says comes next.
enum class Next : std::uint8_t { ipv4, ipv6, arp, other, invalid };

Next read_link(Walk& walk, int link_type);

// Read the IP header and trim `rest` to it. False: headers.invalid says why; the addresses are set
// where the header's fixed part is there.
bool read_ipv4(Walk& walk);
bool read_ipv6(Walk& walk);

// What follows an IP header, by headers.protocol: extension headers, then the transport header.
Outcome read_protocol(Walk& walk);

// The Internet checksum (RFC 1071) over `bytes`, continuing from `sum`; folded() ends it.
std::uint64_t ones_sum(Bytes bytes, std::uint64_t sum);
std::uint16_t folded(std::uint64_t sum);
// Whether the transport checksum of `rest`, with the pseudo header (RFC 9293 3.1, RFC 8200 8.1), is
// right; also when it cannot be told (octets missing, source routed).
bool checksum_holds(const Walk& walk, std::uint8_t protocol);

}  // namespace langyan::decode
