#include "base/json.h"

#include <charconv>
#include <cmath>

#include "base/time.h"
#include "base/utf8.h"

namespace langyan {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";
constexpr char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

bool plain(unsigned char c) { return c >= 0x20 && c < 0x80 && c != '"' && c != '\\' && c != 0x7f; }

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
void append_chars(std::string& out, Number value) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  out.append(text, end);
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t left = text.size();
  bool replacing = false;
  while (left > 0) {
    std::size_t run = 0;
    while (run < left && plain(at[run])) ++run;
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

void append_number(std::string& out, std::uint64_t value) { append_chars(out, value); }
void append_number(std::string& out, std::int64_t value) { append_chars(out, value); }
void append_number(std::string& out, double value) {
  if (std::isfinite(value)) {
    append_chars(out, value);
  } else {
    out += "null";
  }
}

void append_hex(std::string& out, Bytes bytes) {
  for (std::uint8_t byte : bytes) out += hex_digits[byte >> 4], out += hex_digits[byte & 15];
}

void append_base64(std::string& out, Bytes bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16;
    if (have > 1) group |= static_cast<std::uint32_t>(bytes[i + 1]) << 8;
    if (have > 2) group |= bytes[i + 2];
    out += base64_digits[group >> 18];
    out += base64_digits[group >> 12 & 63];
    out += have > 1 ? base64_digits[group >> 6 & 63] : '=';
    out += have > 2 ? base64_digits[group & 63] : '=';
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
  comma();
  out_ += '"';
  out_ += name;
  out_ += "\":";
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  comma();
  out_ += '"';
  append_escaped(out_, value);
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::number(std::uint64_t value) {
  comma();
  append_number(out_, value);
  return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
  comma();
  append_number(out_, value);
  return *this;
}

JsonWriter& JsonWriter::number(double value) {
  comma();
  append_number(out_, value);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }
JsonWriter& JsonWriter::null() { return raw("null"); }

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
