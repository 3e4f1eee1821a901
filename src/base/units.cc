#include "base/units.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <span>

namespace langyan {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// The first name of each factor is the one that is written.
constexpr Unit size_units[] = {
    {"TB", terabyte},  {"GB", gigabyte},  {"MB", megabyte},  {"kB", kilobyte},  {"B", 1},
    {"TiB", terabyte}, {"GiB", gigabyte}, {"MiB", megabyte}, {"KiB", kilobyte}, {"T", terabyte},
    {"G", gigabyte},   {"M", megabyte},   {"k", kilobyte},
};
constexpr Unit duration_units[] = {
    {"d", day}, {"h", hour}, {"m", minute}, {"s", second}, {"ms", millisecond}, {"us", microsecond},
};

struct Spoken {
  std::string_view said, unit;
};
constexpr Spoken spoken[] = {
    {"day", "d"},    {"hour", "h"}, {"hr", "h"},    {"minute", "m"},       {"min", "m"},
    {"second", "s"}, {"sec", "s"},  {"msec", "ms"}, {"millisecond", "ms"}, {"usec", "us"},
};

constexpr std::string_view size_form = "a whole number with B, kB, MB, GB or TB, such as 64MB";
constexpr std::string_view duration_form = "a whole number with us, ms, s, m, h or d, such as 30s";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

struct Amount {
  std::int64_t count;
  std::string_view digits, unit;  // unit: what follows, without a space before it
};

std::optional<Amount> split(std::string_view text) {
  Amount amount{};
  const char* end = text.data() + text.size();
  if (text.empty() || text.front() < '0' || text.front() > '9') return {};
  const auto [at, error] = std::from_chars(text.data(), end, amount.count);
  if (error != std::errc()) return {};
  amount.digits = text.substr(0, static_cast<std::size_t>(at - text.data()));
  amount.unit = text.substr(amount.digits.size());
  if (amount.unit.starts_with(' ')) amount.unit.remove_prefix(1);
  return amount;
}

Error refusal(std::string_view text, std::string_view what, std::string_view form,
              const std::string& meant = {}) {
  std::string shown(text.substr(0, 40));
  return {ErrorKind::invalid, fmt::format("{} is not a {}; allowed is {}{}", shown, what, form,
                                          meant.empty() ? "" : "; did you mean \"" + meant + "\"")};
}

std::string meant_duration(const Amount& amount) {
  if (amount.unit.empty()) return std::string(amount.digits) + "s";
  std::string unit = lower(amount.unit);
  if (unit.size() > 2 && unit.back() == 's') unit.pop_back();
  for (const Unit& known : duration_units) {
    if (unit == known.name) return std::string(amount.digits) + unit;
  }
  for (const Spoken& word : spoken) {
    if (unit == word.said) return std::string(amount.digits).append(word.unit);
  }
  return {};
}

std::string meant_size(const Amount& amount) {
  const std::string unit = lower(amount.unit);
  for (const Unit& known : std::span(size_units).first(4)) {  // "Mb", "megabytes", "mbyte"
    if (!unit.empty() && unit[0] == lower(known.name[0]) && unit.find('b') != unit.npos) {
      return std::string(amount.digits).append(known.name);
    }
  }
  return unit.starts_with("byte") ? std::string(amount.digits) + "B" : std::string();
}

std::string format(std::int64_t value, std::span<const Unit> units) {
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0)
      return fmt::format("{}{}", value / unit.factor, unit.name);
  }
  return {};
}

}  // namespace

Result<std::int64_t> parse_size(std::string_view text) {
  const auto amount = split(text);
  if (!amount) return refusal(text, "size", size_form);
  std::int64_t bytes = 0;
  const std::string unit = amount->unit.empty() ? "b" : lower(amount->unit);
  for (const Unit& known : size_units) {
    if (unit != lower(known.name)) continue;
    if (!__builtin_mul_overflow(amount->count, known.factor, &bytes)) return bytes;
    return refusal(text, "size that fits 63 bits", size_form);
  }
  return refusal(text, "size", size_form, meant_size(*amount));
}

Result<Duration> parse_duration(std::string_view text) {
  const auto amount = split(text);
  if (!amount) return refusal(text, "duration", duration_form);
  Duration duration = 0;
  for (const Unit& known : duration_units) {
    if (amount->unit != known.name) continue;
    if (!__builtin_mul_overflow(amount->count, known.factor, &duration)) return duration;
    return refusal(text, "duration that fits 63 bits of microseconds", duration_form);
  }
  return refusal(text, "duration", duration_form, meant_duration(*amount));
}

std::string format_size(std::int64_t bytes) {
  return bytes == 0 ? "0B" : format(bytes, std::span(size_units).first(5));
}

std::string format_duration(Duration duration) {
  return duration == 0 ? "0s" : format(duration, duration_units);
}

std::string approximate_size(std::uint64_t bytes) {
  for (const Unit& unit : std::span(size_units).first(4)) {
    const auto factor = static_cast<std::uint64_t>(unit.factor);
    if (bytes >= factor) {
      return fmt::format("{:.1f}{}", static_cast<double>(bytes) / static_cast<double>(factor),
                         unit.name);
    }
  }
  return fmt::format("{}B", bytes);
}

}  // namespace langyan
