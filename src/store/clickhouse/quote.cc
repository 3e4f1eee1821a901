#include "store/clickhouse/quote.h"

#include <charconv>
#include <cmath>

#include "base/bytes.h"

namespace langyan::store::clickhouse {

Literal quote(std::string_view text) {
  std::string sql = "'";
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      sql += '\\', sql += c;
    } else if (octet < 0x20 || octet == 0x7f) {
      constexpr char digits[] = "0123456789ABCDEF";
      sql += "\\x", sql += digits[octet >> 4], sql += digits[octet & 15];
    } else {
      sql += c;
    }
  }
  return Literal(sql += '\'');
}

Literal quote(std::int64_t number) {
  // -9223372036854775808 is read as the negation of a number that does not fit.
  if (number == INT64_MIN) return Literal("(-9223372036854775807 - 1)");
  return Literal(number < 0 ? "(" + std::to_string(number) + ")" : std::to_string(number));
}
Literal quote(std::uint64_t number) {
  return Literal(std::to_string(number));
}
Literal quote(double number) {
  if (!std::isfinite(number)) return Literal("0");
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  const std::string digits(text, end);
  return Literal(number < 0 ? "(" + digits + ")" : digits);
}

Literal quote(const IpAddress& ip) {
  return quote(text_of(ip.octets));
}

}  // namespace langyan::store::clickhouse
