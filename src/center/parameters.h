// Parameters: what a request gives in its path, its query or a filter of its body, checked against
// the rows that declare it. After parse() every value is of its kind. A value; one thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/address.h"
#include "base/time.h"
#include "center/json_object.h"
#include "center/problem.h"
#include "center/route.h"
#include "store/event_store.h"

namespace langyan::center {

class Parameters {
 public:
  // `captured` are the parts of the path that stand for {names}. The Problem lists every mistake.
  static std::variant<Parameters, Problem> parse(std::span<const Parameter> rows,
                                                 std::string_view query,
                                                 std::map<std::string, std::string> captured,
                                                 Time now);
  static std::variant<Parameters, Problem> parse(std::span<const Parameter> rows,
                                                 const JsonObject& object, Time now);

  bool has(std::string_view name) const { return !list(name).empty(); }
  // Of a parameter that is not given: its fallback, or an empty text, 0, no time.
  std::string text(std::string_view name) const;
  std::uint64_t number(std::string_view name) const;
  std::optional<Time> time(std::string_view name) const;  // "-24h" counts back from now
  Duration duration(std::string_view name) const;
  const std::vector<std::string>& list(std::string_view name) const;

 private:
  using Values = std::map<std::string, std::vector<std::string>, std::less<>>;
  static std::variant<Parameters, Problem> check(std::span<const Parameter> rows, Values values,
                                                 std::vector<std::string> faults, Time now);
  Values values_;
  std::map<std::string, std::string, std::less<>> fallbacks_;
  Time now_ = 0;
};

// The rows of a question by query, as a GET has them and as members of a POST's body.
std::span<const Parameter> search_parameters();
std::span<const Parameter> histogram_parameters();
std::span<const Parameter> aggregate_parameters();
std::span<const Parameter> export_parameters();

// The rows of what an event can be filtered by, and the filter they make.
std::span<const Parameter> filter_parameters();
store::Filter filter_of(const Parameters& parameters);

std::optional<Time> parse_moment(std::string_view text, Time now);  // ISO 8601, "now", "-24h"
std::optional<std::uint8_t> parse_severity(std::string_view text);  // "1".."255", "critical"…"info"
// Percent-decoded; nothing when an escape is broken or stands for a control character.
std::optional<std::string> decode_percent(std::string_view text, bool plus_is_space);

}  // namespace langyan::center
