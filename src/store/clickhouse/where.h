// What is asked of the table of events, in SQL that release 18.16 (Debian's) knows and later ones
// still do: no CTE, window functions, DateTime64, IPv4/IPv6 or JSON types, no bound parameters.
// Every text of a question is a Literal, which only quote() makes. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/clickhouse/client.h"
#include "store/planned.h"

namespace langyan::store::clickhouse {

// The conditions of scope and filter but for its time; `states` is the table of alert states. An
// Error for an organisation that is none; "0" where nothing can match.
Result<std::string> where(const Scope& scope, const Filter& filter, std::string_view states);

// A field's one value in a row, for groups, order and functions: of a list in the JSON the first
// element that is an object, or the list as JSON.
struct Held {
  enum class Kind : std::uint8_t { whole, real, text, address, any };
  Kind kind = Kind::any;
  // Expressions without NULL. Of any: 0 none, 1 a number, 2 a text; the number; the text.
  std::vector<std::string> columns;
  std::string present;
};
Held held(const query::Target& target, std::string_view states);
// What a row of the answer has in those columns; `present` was asked for.
Value read_value(Held::Kind kind, RowReader& in);

// A function over the rows of a group, as columns of an answer, and its value.
std::vector<std::string> measure_columns(const query::Measure& measure, std::string_view states);
Value read_measure(const query::Measure& measure, RowReader& in);

// "key, key, …" for ORDER BY: rows without a value last, numbers before texts.
std::string order_of(const query::Target& target, bool ascending, std::string_view states);

}  // namespace langyan::store::clickhouse
