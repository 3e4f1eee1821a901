// JsonWriter: appends JSON to a string, front to back, nothing in between.
//
// The caller keeps the grammar (it opens what it closes); the writer places commas, escapes, and
// turns bytes that are not UTF-8 into U+FFFD, so a line is always valid JSON whatever traffic put
// into a text. Not thread-safe; the string is the caller's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/address.h"
#include "base/bytes.h"

namespace langyan {

class JsonWriter {
 public:
  // `inside`: an object is open in `out` already and has a member.
  explicit JsonWriter(std::string& out, bool inside = false) : out_(out), needs_comma_(inside) {}

  JsonWriter& open();                        // {
  JsonWriter& close();                       // }
  JsonWriter& open_list();                   // [
  JsonWriter& close_list();                  // ]
  JsonWriter& key(std::string_view name);    // names come from tables and need no escape

  JsonWriter& text(std::string_view value);
  JsonWriter& number(std::uint64_t value);
  JsonWriter& number(std::int64_t value);
  JsonWriter& number(double value);          // NaN and infinities become null
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  JsonWriter& hex(Bytes bytes);              // "0a1b"
  JsonWriter& base64(Bytes bytes);
  JsonWriter& address(const IpAddress& ip);
  JsonWriter& address(const Mac& mac);
  JsonWriter& time(std::int64_t micros);     // as timestamp()
  JsonWriter& raw(std::string_view json);    // a value that is JSON already

  template <class T>
  JsonWriter& field(std::string_view name, const T& value) {
    key(name);
    if constexpr (std::is_same_v<T, bool>) return boolean(value);
    else if constexpr (std::is_convertible_v<const T&, std::string_view>) return text(value);
    else if constexpr (std::is_floating_point_v<T>) return number(static_cast<double>(value));
    else if constexpr (std::is_signed_v<T>) return number(static_cast<std::int64_t>(value));
    else if constexpr (std::is_unsigned_v<T>) return number(static_cast<std::uint64_t>(value));
    else return address(value);
  }

 private:
  void comma() {
    if (needs_comma_) out_ += ',';
    needs_comma_ = true;
  }
  std::string& out_;
  bool needs_comma_;
};

// The escaped form without quotes; invalid UTF-8 becomes U+FFFD (each maximal bad run once).
void append_escaped(std::string& out, std::string_view text);
void append_number(std::string& out, std::uint64_t value);
void append_number(std::string& out, std::int64_t value);
void append_number(std::string& out, double value);  // shortest that reads back the same
void append_hex(std::string& out, Bytes bytes);
void append_base64(std::string& out, Bytes bytes);

}  // namespace langyan
