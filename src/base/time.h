// Time: microseconds since 1970-01-01T00:00:00Z, as one signed number.
//
// Signed, so that differences and captures that step back need no care; years 1970..2262 and far
// beyond fit. Formatting is by hand because strftime costs more than the rest of an event line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace langyan {

using Time = std::int64_t;      // microseconds since the epoch
using Duration = std::int64_t;  // microseconds

constexpr Duration microsecond = 1, millisecond = 1'000, second = 1'000'000;
constexpr Duration minute = 60 * second, hour = 60 * minute, day = 24 * hour;

// "2026-03-02T08:00:00.123456+0000": the one form EVE readers accept (`Z` fails Suricata's schema).
// Always timestamp_size characters: years beyond 0000 and 9999 are written as the nearest of them.
constexpr std::size_t timestamp_size = 31;
void append_timestamp(std::string& out, Time time);
std::string timestamp(Time time);

// Accepts an ISO 8601 date or date-time with up to nine fraction digits and an offset
// (Z, +0000, +08:00; none means UTC).
std::optional<Time> parse_timestamp(std::string_view text);

// Days since the epoch of the civil date (Howard Hinnant's chrono algorithms), and back.
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day_of_month);
struct CivilDate {
  std::int64_t year;
  unsigned month, day;
};
CivilDate civil_from_days(std::int64_t days);

}  // namespace langyan
