// The one way a value gets into a ClickHouse statement: as a literal of its type. ClickHouse 18.16
// takes no bound parameters over HTTP, so every text, number and address of a question goes through
// here, and a statement is made of these and of constants only. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/address.h"

namespace langyan::store::clickhouse {

class Literal {  // SQL text of one value; nothing else makes one
 public:
  const std::string& sql() const { return sql_; }

 private:
  friend Literal quote(std::string_view text);
  friend Literal quote(std::int64_t number);
  friend Literal quote(std::uint64_t number);
  friend Literal quote(double number);
  explicit Literal(std::string sql) : sql_(std::move(sql)) {}
  std::string sql_;
};

// Any octets: what ends a literal or begins an escape is escaped, control characters as \xHH.
Literal quote(std::string_view text);
Literal quote(std::int64_t number);
Literal quote(std::uint64_t number);
Literal quote(double number);  // finite; else 0
// Its 16 octets.
Literal quote(const IpAddress& ip);

}  // namespace langyan::store::clickhouse
