// DayPlace: where a row stands in the order of pages, newest event time first, and the cursors that
// say so. Used by the engine's listing functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/event_store.h"
#include "store/sqlite/day_file.h"

namespace langyan::store {

struct DayPlace {
  Time time = 0;
  Position at;
  auto operator<=>(const DayPlace&) const = default;
};

std::string cursor_of(const DayPlace& place);
std::optional<DayPlace> parse_day_place(std::string_view text);
Error bad_cursor(std::string_view cursor);

// As SQLite orders values: none, numbers, texts, octets.
int compare_values(const Value& a, const Value& b);
// The plan's filter within a range.
Filter ranged(const query::Plan& plan, const Range& range);

}  // namespace langyan::store
