#include "base/address.h"

#include <arpa/inet.h>

#include <charconv>

namespace langyan {
namespace {

constexpr std::array<std::uint8_t, 12> v4_mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr char hex_digits[] = "0123456789abcdef";

void append_decimal(std::string& out, std::uint8_t value) {
  if (value >= 100) out += static_cast<char>('0' + value / 100);
  if (value >= 10) out += static_cast<char>('0' + value / 10 % 10);
  out += static_cast<char>('0' + value % 10);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::uint64_t Mac::number() const {
  std::uint64_t value = 0;
  for (std::uint8_t octet : octets) value = value << 8 | octet;
  return value;
}

Mac Mac::from_number(std::uint64_t value) {
  Mac mac;
  for (int i = 5; i >= 0; --i, value >>= 8) mac.octets[static_cast<std::size_t>(i)] = value & 0xff;
  return mac;
}

IpAddress IpAddress::v4(std::uint32_t host_order) {
  const std::uint32_t network = htonl(host_order);
  return v4(Bytes{reinterpret_cast<const std::uint8_t*>(&network), 4});
}

IpAddress IpAddress::v4(Bytes four) {
  IpAddress ip;
  std::memcpy(ip.octets.data(), v4_mapped.data(), 12);
  std::memcpy(ip.octets.data() + 12, four.data(), 4);
  return ip;
}

IpAddress IpAddress::v6(Bytes sixteen) {
  IpAddress ip;
  std::memcpy(ip.octets.data(), sixteen.data(), 16);
  return ip;
}

bool IpAddress::is_v4() const { return std::memcmp(octets.data(), v4_mapped.data(), 12) == 0; }

std::uint32_t IpAddress::v4_number() const {
  return static_cast<std::uint32_t>(octets[12]) << 24 | static_cast<std::uint32_t>(octets[13]) << 16 |
         static_cast<std::uint32_t>(octets[14]) << 8 | octets[15];
}

bool IpAddress::is_multicast() const {
  return is_v4() ? octets[12] >> 4 == 14 : octets[0] == 0xff;
}

void append(std::string& out, const Mac& mac) {
  char text[17];
  for (std::size_t i = 0; i < 6; ++i) {
    text[i * 3] = hex_digits[mac.octets[i] >> 4];
    text[i * 3 + 1] = hex_digits[mac.octets[i] & 15];
    if (i < 5) text[i * 3 + 2] = ':';
  }
  out.append(text, sizeof text);
}

void append(std::string& out, const IpAddress& ip) {
  if (ip.is_v4()) {
    for (std::size_t i = 12; i < 16; ++i) {
      if (i > 12) out += '.';
      append_decimal(out, ip.octets[i]);
    }
    return;
  }
  char text[INET6_ADDRSTRLEN];
  if (inet_ntop(AF_INET6, ip.octets.data(), text, sizeof text)) out += text;
}

std::string to_string(const Mac& mac) {
  std::string out;
  append(out, mac);
  return out;
}

std::string to_string(const IpAddress& ip) {
  std::string out;
  append(out, ip);
  return out;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.empty() || text.size() >= INET6_ADDRSTRLEN || text.find('\0') != text.npos) return {};
  char copy[INET6_ADDRSTRLEN] = {};
  std::memcpy(copy, text.data(), text.size());
  std::uint8_t octets[16];
  if (inet_pton(AF_INET, copy, octets) == 1) return IpAddress::v4(Bytes{octets, 4});
  if (inet_pton(AF_INET6, copy, octets) == 1) return IpAddress::v6(Bytes{octets, 16});
  return {};
}

std::optional<Mac> parse_mac(std::string_view text) {
  if (text.size() != 17) return {};
  Mac mac;
  for (std::size_t i = 0; i < 6; ++i) {
    const int high = hex_value(text[i * 3]), low = hex_value(text[i * 3 + 1]);
    if (high < 0 || low < 0 || (i < 5 && text[i * 3 + 2] != ':' && text[i * 3 + 2] != '-')) return {};
    mac.octets[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return mac;
}

bool IpNetwork::contains(const IpAddress& ip) const {
  const std::size_t whole = prefix / 8;
  if (std::memcmp(ip.octets.data(), address.octets.data(), whole) != 0) return false;
  if (prefix % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - prefix % 8));
  return ((ip.octets[whole] ^ address.octets[whole]) & mask) == 0;
}

std::optional<IpNetwork> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto ip = parse_ip(text.substr(0, slash));
  if (!ip) return {};
  if (slash == text.npos) return IpNetwork{*ip, 128};
  const std::string_view bits = text.substr(slash + 1);
  unsigned prefix = 0;
  const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), prefix);
  if (error != std::errc() || end != bits.data() + bits.size()) return {};
  const bool v4 = text.find(':') == text.npos;  // as written: ::ffff:10.0.0.0/104 counts 128 bits
  if (prefix > (v4 ? 32u : 128u)) return {};
  return IpNetwork{*ip, static_cast<std::uint8_t>(prefix + (v4 ? 96 : 0))};
}

}  // namespace langyan
