#include "base/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/time.h"
#include "base/utf8.h"

namespace langyan {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";
constexpr char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

// Stand in a JSON text as they are: printable ASCII but the quote and the backslash.
constexpr auto plain = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0x20; c < 0x7f; ++c) table[c] = c != '"' && c != '\\';
  return table;
}();

constexpr std::uint64_t each_octet = 0x0101010101010101, high_bits = 0x80 * each_octet;
// The high bit of each octet that is below `bound`; right where no octet is above 0x7f.
constexpr std::uint64_t below(std::uint64_t octets, std::uint64_t bound) {
  return (octets - bound * each_octet) & ~octets & high_bits;
}

// How many octets at the front are plain, eight at a time.
std::size_t plain_run(const unsigned char* at, std::size_t left) {
  std::size_t run = 0;
  for (std::uint64_t octets; run + 8 <= left; run += 8) {
    std::memcpy(&octets, at + run, 8);
    const std::uint64_t not_plain =
        (octets & high_bits) | below(octets, 0x20) | below(octets ^ '"' * each_octet, 1) |
        below(octets ^ '\\' * each_octet, 1) | below(octets ^ 0x7f * each_octet, 1);
    if (not_plain) break;
  }
  while (run < left && plain[at[run]]) ++run;
  return run;
}

// Room for `size` more octets, to be filled by the caller.
char* grow(std::string& out, std::size_t size) {
  const std::size_t before = out.size();
  out.resize(before + size);
  return out.data() + before;
}

void append_control(std::string& out, unsigned char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
      out += "\\u00";
      out += hex_digits[c >> 4];
      out += hex_digits[c & 15];
  }
}

template <class Number>
void append_chars(std::string& out, Number value, bool after_comma = false) {
  char text[32] = {','};
  const auto [end, error] = std::to_chars(text + 1, text + sizeof text, value);
  const char* const begin = after_comma ? text : text + 1;
  out.append(begin, static_cast<std::size_t>(end - begin));
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t left = text.size();
  bool replacing = false;
  while (left > 0) {
    std::size_t run = plain_run(at, left);
    if (run == 0) {
      const std::size_t size = utf8_sequence({at, left});
      if (size == 1) {
        append_control(out, *at);
      } else if (size > 1) {
        out.append(reinterpret_cast<const char*>(at), size);
      } else if (!replacing) {
        out += replacement;
      }
      replacing = size == 0;
      run = size == 0 ? 1 : size;
    } else {
      out.append(reinterpret_cast<const char*>(at), run);
      replacing = false;
    }
    at += run, left -= run;
  }
}

void append_number(std::string& out, std::uint64_t value) {
  append_chars(out, value);
}
void append_number(std::string& out, std::int64_t value) {
  append_chars(out, value);
}
void append_number(std::string& out, double value) {
  // Most are whole; of so many digits the shortest form is that of the integer. -0 has none.
  constexpr double short_whole = 100'000;
  if (std::abs(value) < short_whole && !(value == 0 && std::signbit(value)))
    if (const auto whole = static_cast<std::int64_t>(value); static_cast<double>(whole) == value)
      return append_chars(out, whole);
  if (std::isfinite(value)) {
    const std::size_t begin = out.size();
    append_chars(out, value);
    // Digits alone are an integer to a reader, who refuses it beyond 64 bits.
    if (std::abs(value) >= 0x1p63 && out.find_first_of(".e", begin) == out.npos) out += ".0";
  } else {
    out += "null";
  }
}

void append_hex(std::string& out, Bytes bytes) {
  char* to = grow(out, 2 * bytes.size());
  for (std::uint8_t byte : bytes) *to++ = hex_digits[byte >> 4], *to++ = hex_digits[byte & 15];
}

void append_base64(std::string& out, Bytes bytes) {
  char* to = grow(out, (bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16;
    if (have > 1) group |= static_cast<std::uint32_t>(bytes[i + 1]) << 8;
    if (have > 2) group |= bytes[i + 2];
    *to++ = base64_digits[group >> 18];
    *to++ = base64_digits[group >> 12 & 63];
    *to++ = have > 1 ? base64_digits[group >> 6 & 63] : '=';
    *to++ = have > 2 ? base64_digits[group & 63] : '=';
  }
}

JsonWriter& JsonWriter::open() {
  comma();
  out_ += '{';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close() {
  out_ += '}';
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::open_list() {
  comma();
  out_ += '[';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close_list() {
  out_ += ']';
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  char* to = grow(out_, name.size() + 3 + needs_comma_);
  if (needs_comma_) *to++ = ',';
  *to++ = '"';
  std::memcpy(to, name.data(), name.size());
  to[name.size()] = '"', to[name.size() + 1] = ':';
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  const auto* octets = reinterpret_cast<const unsigned char*>(value.data());
  if (plain_run(octets, value.size()) == value.size()) {
    char* to = grow(out_, value.size() + 2 + needs_comma_);
    if (needs_comma_) *to++ = ',';
    *to++ = '"';
    if (!value.empty()) std::memcpy(to, value.data(), value.size());
    to[value.size()] = '"';
    needs_comma_ = true;
    return *this;
  }
  comma();
  out_ += '"';
  append_escaped(out_, value);
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::number(std::uint64_t value) {
  append_chars(out_, value, needs_comma_);
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
  append_chars(out_, value, needs_comma_);
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::number(double value) {
  comma();
  append_number(out_, value);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
  return raw(value ? "true" : "false");
}
JsonWriter& JsonWriter::null() {
  return raw("null");
}

JsonWriter& JsonWriter::hex(Bytes bytes) {
  comma();
  out_ += '"';
  append_hex(out_, bytes);
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::base64(Bytes bytes) {
  comma();
  out_ += '"';
  append_base64(out_, bytes);
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::address(const IpAddress& ip) {
  comma();
  out_ += '"';
  append(out_, ip);
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::address(const Mac& mac) {
  comma();
  out_ += '"';
  append(out_, mac);
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::time(std::int64_t micros) {
  comma();
  out_ += '"';
  append_timestamp(out_, micros);
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  comma();
  out_ += json;
  return *this;
}

}  // namespace langyan
