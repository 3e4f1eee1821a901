// Addresses as the wire carries them: MAC and IP (v4 kept as v4-mapped v6, RFC 4291 2.5.5.2, so one
// type and one comparison serve both).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace langyan {

struct Mac {
  std::array<std::uint8_t, 6> octets{};
  auto operator<=>(const Mac&) const = default;
  std::uint64_t number() const;             // big-endian, in the low 48 bits
  static Mac from_number(std::uint64_t value);
  bool is_group() const { return octets[0] & 1; }
};

struct IpAddress {
  std::array<std::uint8_t, 16> octets{};

  static IpAddress v4(std::uint32_t host_order);
  static IpAddress v4(Bytes four);          // exactly 4 octets, network order
  static IpAddress v6(Bytes sixteen);       // exactly 16 octets

  bool is_v4() const;
  std::uint32_t v4_number() const;          // host order; only for is_v4()
  bool is_multicast() const;
  auto operator<=>(const IpAddress&) const = default;
};

void append(std::string& out, const Mac& mac);          // "02:00:0a:14:00:05"
void append(std::string& out, const IpAddress& ip);     // "10.20.0.5", "2001:db8::1" (RFC 5952)
std::string to_string(const Mac& mac);
std::string to_string(const IpAddress& ip);
std::optional<IpAddress> parse_ip(std::string_view text);
std::optional<Mac> parse_mac(std::string_view text);

// A network: address and prefix length; prefix counts in the 128-bit form (v4 /24 is 120).
struct IpNetwork {
  IpAddress address;
  std::uint8_t prefix = 128;
  bool contains(const IpAddress& ip) const;
};
std::optional<IpNetwork> parse_network(std::string_view text);  // "10.0.0.0/8", "10.1.2.3", "fe80::/10"

}  // namespace langyan
