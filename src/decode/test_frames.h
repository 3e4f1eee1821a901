// Frames for tests, put together layer by layer; lengths and checksums are filled in.
//   ethernet(ipv4(tcp("payload")))
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace langyan::decode::test {

using Octets = std::vector<std::uint8_t>;

inline Octets operator+(Octets head, const Octets& tail) {
  head.insert(head.end(), tail.begin(), tail.end());
  return head;
}
inline Octets text(std::string_view value) {
  return {value.begin(), value.end()};
}
inline Octets be16(unsigned value) {
  return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}
inline Octets be32(std::uint32_t value) {
  return be16(value >> 16) + be16(value & 0xffff);
}
inline void patch16(Octets& octets, std::size_t at, unsigned value) {
  octets[at] = static_cast<std::uint8_t>(value >> 8);
  octets[at + 1] = static_cast<std::uint8_t>(value);
}

// RFC 1071 the slow way, so that the tests do not trust what they test.
inline unsigned checksum(const Octets& octets) {
  unsigned long sum = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) sum += i % 2 ? octets[i] : octets[i] << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<unsigned>(sum ^ 0xffff);
}

inline const Octets mac_a = {0x02, 0, 0x0a, 0x14, 0, 5}, mac_b = {0x02, 0, 0x0a, 0x14, 0, 9};
inline const Octets ip_a = {10, 20, 0, 5}, ip_b = {10, 20, 0, 9};
inline const Octets ip6_a = {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5};
inline const Octets ip6_b = {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9};

inline Octets ethernet(unsigned type, const Octets& payload) {
  return mac_b + mac_a + be16(type) + payload;
}

// A transport message with where its checksum stands, and its protocol number.
struct Message {
  std::uint8_t protocol;
  Octets octets;
  int checksum_at = -1;
  bool pseudo_header = true;
};

inline Message tcp(std::string_view payload, const Octets& options = {},
                   std::uint8_t flags = 0x18) {
  const auto offset = static_cast<std::uint8_t>((20 + options.size()) / 4 << 4);
  return {6,
          be16(40001) + be16(502) + be32(0x01020304) + be32(0x0a0b0c0d) + Octets{offset, flags} +
              be16(8192) + be16(0) + be16(7) + options + text(payload),
          16};
}
inline Message udp(std::string_view payload) {
  return {17,
          be16(40002) + be16(47808) + be16(static_cast<unsigned>(8 + payload.size())) + be16(0) +
              text(payload),
          6};
}
inline Message icmp(std::uint8_t type, std::string_view payload = {}) {
  return {1, Octets{type, 3} + be16(0) + be32(0x00110022) + text(payload), 2, false};
}
inline Message icmpv6(std::uint8_t type, std::string_view payload = {}) {
  return {58, Octets{type, 4} + be16(0) + be32(0x00330044) + text(payload), 2};
}
inline Message sctp(std::string_view payload) {
  return {132, be16(2905) + be16(2906) + be32(1) + be32(2) + text(payload)};
}

inline Octets summed(Message message, const Octets& source, const Octets& destination) {
  if (message.checksum_at < 0) return message.octets;
  const auto size = static_cast<std::uint32_t>(message.octets.size());
  const Octets pseudo = source + destination + be32(size) + be32(message.protocol);
  unsigned sum = checksum(message.pseudo_header ? pseudo + message.octets : message.octets);
  if (message.protocol == 17 && sum == 0) sum = 0xffff;
  patch16(message.octets, static_cast<std::size_t>(message.checksum_at), sum);
  return message.octets;
}

inline Octets ipv4_around(std::uint8_t protocol, const Octets& payload, const Octets& options = {},
                          unsigned fragment = 0x4000) {
  const std::size_t size = 20 + options.size();
  Octets header = Octets{static_cast<std::uint8_t>(0x40 | size / 4), 0x28} +
                  be16(static_cast<unsigned>(size + payload.size())) + be16(0xbeef) +
                  be16(fragment) + Octets{63, protocol} + be16(0) + ip_a + ip_b + options;
  patch16(header, 10, checksum(header));
  return header + payload;
}
inline Octets ipv4(const Message& message, const Octets& options = {}) {
  return ipv4_around(message.protocol, summed(message, ip_a, ip_b), options);
}
inline Octets ipv6_around(std::uint8_t next, const Octets& payload) {
  return Octets{0x6a, 0xb0, 0, 1} + be16(static_cast<unsigned>(payload.size())) + Octets{next, 61} +
         ip6_a + ip6_b + payload;
}
inline Octets ipv6(const Message& message) {
  return ipv6_around(message.protocol, summed(message, ip6_a, ip6_b));
}

// An extension header of 8 octets with padding (PadN) in it.
inline Octets extension(std::uint8_t next) {
  return {next, 0, 1, 4, 0, 0, 0, 0};
}
inline Octets fragment_header(std::uint8_t next, unsigned offset, bool more) {
  return Octets{next, 0} + be16(offset | more) + be32(0xcafe0001);
}

inline Octets arp(unsigned operation) {
  return be16(1) + be16(0x0800) + Octets{6, 4} + be16(operation) + mac_a + ip_a + mac_b + ip_b;
}

struct Sample {
  const char* name;
  int link_type;
  Octets frame;
};

inline const Octets llc_snap_ipv4 = {0xaa, 0xaa, 3, 0, 0, 0, 8, 0};
inline const Octets with_length(const Octets& payload) {
  return ethernet(static_cast<unsigned>(payload.size()), payload);
}

// One of each kind of header; every byte of each is needed or payload.
inline std::vector<Sample> samples() {
  const Octets four = ipv4(tcp("abcdef")), six = ipv6(udp("abcdef"));
  const Octets tag = be16(0x8100) + be16(0x2064), service_tag = be16(0x88a8) + be16(0x00c8);
  const Octets options = {2, 4, 0x05, 0xb4, 1, 3, 3, 7};
  return {
      {"tcp", 1, ethernet(0x0800, four)},
      {"tcp options", 1, ethernet(0x0800, ipv4(tcp("x", options, 0x02)))},
      {"udp", 1, ethernet(0x0800, ipv4(udp("abcdefg")))},
      {"icmp", 1, ethernet(0x0800, ipv4(icmp(8, "ping")))},
      {"sctp", 1, ethernet(0x0800, ipv4(sctp("data")))},
      {"gre", 1, ethernet(0x0800, ipv4_around(47, text("tunnelled")))},
      {"ipv4 options", 1, ethernet(0x0800, ipv4(tcp("abc"), {7, 7, 4, 0, 0, 0, 0, 0}))},
      {"ipv4 fragment", 1, ethernet(0x0800, ipv4_around(6, text("12345678"), {}, 0x2001))},
      {"ipv4 ah", 1,
       ethernet(0x0800, ipv4_around(51, Octets{6, 1} + Octets(10) + summed(tcp("a"), ip_a, ip_b)))},
      {"ipv6", 1, ethernet(0x86dd, six)},
      {"icmpv6", 1, ethernet(0x86dd, ipv6(icmpv6(135, "neighbour")))},
      {"ipv6 chain", 1,
       ethernet(0x86dd,
                ipv6_around(0, extension(43) + Octets{60, 0, 0, 0, 0, 0, 0, 0} + extension(51) +
                                   Octets{6, 2} + Octets(14) + summed(tcp("a"), ip6_a, ip6_b)))},
      {"ipv6 fragment", 1,
       ethernet(0x86dd, ipv6_around(44, fragment_header(17, 1448, true) + text("12345678")))},
      {"ipv6 atomic", 1,
       ethernet(0x86dd,
                ipv6_around(44, fragment_header(17, 0, false) + summed(udp("abc"), ip6_a, ip6_b)))},
      {"arp", 1, ethernet(0x0806, arp(2))},
      {"goose", 1, ethernet(0x88b8, text("goose"))},
      {"802.1q", 1, mac_b + mac_a + tag + be16(0x0800) + four},
      {"802.1ad", 1, mac_b + mac_a + service_tag + tag + be16(0x86dd) + six},
      {"hsr", 1, ethernet(0x892f, Octets{0, 60, 0, 1} + be16(0x0800) + four)},
      {"r-tag", 1, ethernet(0xf1c1, Octets{0, 0, 0, 9} + be16(0x88b8) + text("goose"))},
      {"stp", 1, with_length(Octets{0x42, 0x42, 3} + text("bpdu"))},
      {"clnp", 1, with_length(Octets{0xfe, 0xfe, 3} + text("iso"))},
      {"snap", 1, with_length(llc_snap_ipv4 + four)},
      {"snap cdp", 1, with_length(Octets{0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0} + text("cdp"))},
      {"pppoe", 1,
       ethernet(0x8864, Octets{0x11, 0, 0, 1} + be16(static_cast<unsigned>(four.size() + 2)) +
                            be16(0x0021) + four)},
      {"sll", 113, Octets{0, 0, 0, 1, 0, 6} + mac_a + Octets{0, 0} + be16(0x0800) + four},
      {"sll2", 276,
       be16(0x86dd) + Octets{0, 0, 0, 0, 0, 2, 0, 1, 0, 6} + mac_a + Octets{0, 0} + six},
      {"raw 4", 12, four},
      {"raw 6", 101, six},
      {"ipv4 link", 228, four},
      {"ipv6 link", 229, six},
      {"null little", 0, Octets{2, 0, 0, 0} + four},
      {"null big", 0, Octets{0, 0, 0, 30} + six},
      {"loop", 108, Octets{0, 0, 0, 2} + four},
      {"ppp", 9, Octets{0xff, 3, 0, 0x21} + four},
      {"ppp compressed", 9, Octets{0x57} + six},
      {"cisco hdlc", 104, Octets{0x0f, 0, 8, 0} + four},
  };
}

}  // namespace langyan::decode::test
