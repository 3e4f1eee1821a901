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


}  // namespace langyan::store
