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

// The lower half of IpAddress::v4(at), as one word: whoever hashes the address next reads it so,
// and would wait for smaller stores.
inline std::uint64_t mapped_half(const std::uint8_t* at) {
  std::uint32_t four;
  std::memcpy(&four, at, 4);
  constexpr bool little = std::endian::native == std::endian::little;
  constexpr std::uint64_t mapped = little ? 0xffff0000 : 0x0000ffff00000000;  // 00 00 ff ff
  return mapped | static_cast<std::uint64_t>(four) << (little ? 32 : 0);
}

struct Walk {
  Walk(Headers& result, Bytes bytes, std::uint32_t uncaptured, Checksums check)
      : headers(result),
        at(bytes.data()),
        end(bytes.data() + bytes.size()),
        missing(uncaptured),
        checksums(check),
        base(bytes.data()) {}

  Headers& headers;
  const std::uint8_t *at, *end;  // captured octets that no stage has read yet
  std::uint32_t missing;         // octets that followed them on the wire but were not captured
  Checksums checksums;
  const std::uint8_t* base;  // offset() counts from here
  std::uint32_t base_offset = 0;
  int tags = 0;   // tags and SNAP headers passed
  int depth = 0;  // tunnels opened on the way here
  Tunnel* tunnel = nullptr;
  bool reassembled = false;

  std::size_t size() const { return static_cast<std::size_t>(end - at); }
  bool holds(std::size_t wanted) const { return size() >= wanted; }
  Bytes rest() const { return {at, size()}; }
  std::uint32_t offset() const { return base_offset + static_cast<std::uint32_t>(at - base); }
  void skip(std::size_t octets) { at += octets; }

  // Keeps `length` octets, captured or missing; what follows is padding or slack.
  bool trim(std::size_t length) {
    if (length <= size()) {
      end = at + length;
      missing = 0;
      return true;
    }
    if (length > size() + missing) return false;
    missing = static_cast<std::uint32_t>(length - size());
    return true;
  }

  // The same for an IP packet, which may be larger than what came: its rest is missing.
  void trim_packet(std::size_t length) {
    if (trim(length)) return;
    missing = static_cast<std::uint32_t>(length - size());
    mark(Odd::cut);
  }

  // Null: nobody asks what carried the packet.
  void report_to(Tunnel* asked) {
    tunnel = asked;
    if (tunnel) tunnel->depth = 0;
  }

  // What is left is the payload.
  Outcome finish(Outcome outcome) {
    headers.payload = rest();
    headers.missing = missing;
    return outcome;
  }
  Outcome invalid(Invalid reason) {
    headers.invalid = reason;
    return Outcome::invalid;
  }
  void mark(Odd kind) {
    headers.odd |= static_cast<std::uint8_t>(1u << static_cast<unsigned>(kind));
  }
};

// What a link header says comes next.
enum class Next : std::uint8_t { ipv4, ipv6, arp, other, invalid };

Next read_link(Walk& walk, int link_type);

// Any of these within a tunnel.
Next read_ethernet(Walk& walk);
Next read_raw(Walk& walk);                                // IP of either version
Next read_ethertype(Walk& walk, std::uint16_t ethertype);  // what follows that field
Next read_ppp(Walk& walk);

// What read_link() or one of these found.
Outcome read_next(Walk& walk, Next next);

// UDP to one of these ports may carry a packet; so may these IP protocols.
bool is_tunnel_port(std::uint16_t port);
bool is_tunnel(std::uint8_t protocol);
// Opens what walk stands at: the outcome is that of the packet inside. False: it carries none, and
// nothing has changed.
bool open_tunnel(Walk& walk, Outcome& inside);

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
