// Addresses and numbers written out in the scratch area, for operations and items that name by text.
// Every run is empty where scratch is full.
#pragma once

#include <arpa/inet.h>

#include <charconv>
#include <cstring>

#include "base/utf8.h"
#include "fields/record.h"

namespace langyan::wire {

inline Bytes spell(Scratch& scratch, std::string_view text) { return scratch.copy(bytes_of(text)); }

// 4 octets or 16; other sizes are no address.
inline Bytes spell_ip(Scratch& scratch, Bytes address) {
  char text[INET6_ADDRSTRLEN];
  if (address.size() != 4 && address.size() != 16) return {};
  if (!inet_ntop(address.size() == 4 ? AF_INET : AF_INET6, address.data(), text, sizeof text)) return {};
  return spell(scratch, text);
}

inline Bytes spell_mac(Scratch& scratch, Bytes mac) {
  constexpr char digits[] = "0123456789abcdef";
  if (mac.size() != 6) return {};
  char text[17];
  for (std::size_t i = 0; i < 6; ++i) {
    text[i * 3] = digits[mac[i] >> 4], text[i * 3 + 1] = digits[mac[i] & 15];
    if (i < 5) text[i * 3 + 2] = ':';
  }
  return spell(scratch, {text, sizeof text});
}

inline Bytes spell_number(Scratch& scratch, std::uint64_t number) {
  char text[20];
  const auto [end, error] = std::to_chars(text, text + sizeof text, number);
  return spell(scratch, {text, static_cast<std::size_t>(end - text)});
}

// The 16 octets of a field of kind ip.
inline Bytes ip_value(Scratch& scratch, Bytes address) {
  if (address.size() == 16) return scratch.copy(address);
  if (address.size() != 4) return {};
  const auto run = scratch.take(16);
  if (run.size() != 16) return {};
  constexpr std::uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  std::memcpy(run.data(), mapped, 12);
  std::memcpy(run.data() + 12, address.data(), 4);
  return run;
}

// Well-formed UTF-8 without control characters but white space, and not empty.
inline bool is_readable(Bytes text) {
  if (text.empty()) return false;
  while (!text.empty()) {
    const std::size_t size = utf8_sequence(text);
    const std::uint8_t first = text[0];
    if (size == 0 || first == 0x7f || (first < 0x20 && first != '\t' && first != '\n' && first != '\r')) return false;
    text = text.subspan(size);
  }
  return true;
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool same_word(std::string_view a, std::string_view b) {  // ASCII case aside
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}
constexpr bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && same_word(text.substr(0, word.size()), word);
}
constexpr bool ends_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && same_word(text.substr(text.size() - word.size()), word);
}

}  // namespace langyan::wire
