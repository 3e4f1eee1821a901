#include "base/time.h"

#include <algorithm>
#include <array>

namespace langyan {

std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day_of_month) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day_of_month - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

CivilDate civil_from_days(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted = (5 * day_of_year + 2) / 153;
  const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2), month,
          day_of_year - (153 * shifted + 2) / 5 + 1};
}

namespace {

void digits(char* at, std::uint64_t value, int width) {
  for (int i = width; i-- > 0; value /= 10) at[i] = static_cast<char>('0' + value % 10);
}

std::optional<std::int64_t> number(std::string_view& text, std::size_t width) {
  if (text.size() < width) return {};
  std::int64_t value = 0;
  for (char c : text.substr(0, width)) {
    if (c < '0' || c > '9') return {};
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool eat(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == any_of.npos) return false;
  text.remove_prefix(1);
  return true;
}

constexpr std::size_t most_fraction_digits = 9;

std::optional<Duration> fraction(std::string_view& text) {
  Duration value = 0, scale = second;
  const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
  if (size == 0 || size > most_fraction_digits) return {};
  for (char c : text.substr(0, size)) {
    scale /= 10;  // from the seventh digit on 0: cut, not rounded
    value += (c - '0') * scale;
  }
  text.remove_prefix(size);
  return value;
}

std::optional<Duration> offset(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return 0;
  const bool behind = text.front() == '-';
  if (!eat(text, "+-")) return {};
  const auto hours = number(text, 2);
  const bool colon = eat(text, ":");
  const auto minutes = text.empty() && !colon ? std::optional<std::int64_t>(0) : number(text, 2);
  if (!hours || !minutes || !text.empty() || *hours > 23 || *minutes > 59) return {};
  const Duration ahead = *hours * hour + *minutes * minute;
  return behind ? -ahead : ahead;
}

}  // namespace

void append_timestamp(std::string& out, Time time) {
  // Four digits hold these years; a capture may claim any time.
  constexpr Time first = -719528 * day, last = 2932897 * day - 1;  // 0000-01-01 to 9999-12-31
  time = std::clamp(time, first, last);
  const std::int64_t days = time / day - (time % day < 0);
  const Duration of_day = time - days * day;
  // The date changes once a day and is asked for on every line.
  struct Cached {
    std::int64_t days = INT64_MIN;
    std::array<char, 11> text;
  };
  thread_local Cached cached;
  if (cached.days != days) {
    const CivilDate date = civil_from_days(days);
    digits(&cached.text[0], static_cast<std::uint64_t>(date.year), 4);
    cached.text[4] = cached.text[7] = '-', cached.text[10] = 'T';
    digits(&cached.text[5], date.month, 2);
    digits(&cached.text[8], date.day, 2);
    cached.days = days;
  }
  char clock[20] = {0, 0, ':', 0, 0, ':', 0, 0, '.', 0, 0, 0, 0, 0, 0, '+', '0', '0', '0', '0'};
  digits(clock, static_cast<std::uint64_t>(of_day / hour), 2);
  digits(clock + 3, static_cast<std::uint64_t>(of_day / minute % 60), 2);
  digits(clock + 6, static_cast<std::uint64_t>(of_day / second % 60), 2);
  digits(clock + 9, static_cast<std::uint64_t>(of_day % second), 6);
  out.append(cached.text.data(), cached.text.size());
  out.append(clock, sizeof clock);
}

std::string timestamp(Time time) {
  std::string out;
  append_timestamp(out, time);
  return out;
}

std::optional<Time> parse_timestamp(std::string_view text) {
  const auto year = number(text, 4);
  if (!year || !eat(text, "-")) return {};
  const auto month = number(text, 2);
  if (!month || !eat(text, "-")) return {};
  const auto of_month = number(text, 2);
  if (!of_month || *month < 1 || *month > 12 || *of_month < 1 || *of_month > 31) return {};
  Time time = days_from_civil(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*of_month)) * day;
  if (civil_from_days(time / day).day != *of_month) return {};
  if (text.empty()) return time;
  if (!eat(text, "T ")) return {};
  const auto hours = number(text, 2);
  if (!hours || !eat(text, ":")) return {};
  const auto minutes = number(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return {};
  time += *hours * hour + *minutes * minute;
  if (eat(text, ":")) {
    const auto seconds = number(text, 2);
    if (!seconds || *seconds > 60) return {};
    time += *seconds * second;
    if (eat(text, ".,")) {
      const auto part = fraction(text);
      if (!part) return {};
      time += *part;
    }
  }
  const auto ahead = offset(text);
  if (!ahead) return {};
  return time - *ahead;
}

}  // namespace langyan
