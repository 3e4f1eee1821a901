// Plan: a query with every name and value understood: what each engine compiles.
//
// resolve() turns a parsed query into a plan, or says what is wrong with each part of it. A plan
// holds no text that an engine would have to parse again: tests compare typed fields with numbers,
// texts, patterns and networks. What resolve() makes, every compiler takes.
//
// What a condition means, whatever engine answers: a test of a field that an event does not have is
// false, and its negation true; a list in the JSON is any of its elements; letters of ASCII in
// either case are equal. Values; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/time.h"
#include "query/catalogue.h"
#include "query/syntax.h"

namespace langyan::query {

constexpr std::size_t group_fields = 4;
constexpr std::size_t group_measures = 8;
constexpr std::size_t sort_fields = 4;
constexpr std::size_t named_list_values = 1'000;
constexpr std::size_t test_operands = 4'000;  // values times places of all tests: the size of the SQL
constexpr std::size_t most_faults = 8;        // told at once
constexpr std::size_t default_groups = 100;

struct Number {
  bool whole = true;
  std::int64_t integer = 0;
  double real = 0;
  bool operator==(const Number&) const = default;
};

struct NumberRange {  // no bound: open to that side
  std::optional<Number> least, most;
  bool least_open = false, most_open = false;
  bool is_point() const { return least && most && *least == *most && !least_open && !most_open; }
  bool operator==(const NumberRange&) const = default;
};

struct TextMatch {
  std::string text;
  std::vector<std::uint32_t> stars;
  bool operator==(const TextMatch&) const = default;
};

struct AddressRange {  // both ends are v4, or neither is
  IpAddress least, most;
  bool operator==(const AddressRange&) const = default;
};

// True when any of its alternatives is.
struct Test {
  Target target;
  bool exists = false;
  std::vector<NumberRange> numbers;
  std::vector<TextMatch> texts;
  std::vector<IpNetwork> networks;
  std::vector<AddressRange> addresses;
  std::string term;  // as it was written, for messages
  Span span;
};

enum class PartKind : std::uint8_t { all_of, any_of, none_of, test };
struct Part {
  PartKind kind = PartKind::test;
  std::vector<std::uint32_t> parts;  // before this one; of none_of exactly one; of all_of maybe none
  std::uint32_t test = 0;
};

struct Condition {
  std::vector<Part> parts;  // the last is the root; none: every event
  std::vector<Test> tests;
  // What all of must hold, as indices of parts: the root's parts, or the root alone.
  std::vector<std::uint32_t> conjuncts() const;
};

enum class Function : std::uint8_t { count, sum, avg, min, max, distinct };
struct Measure {
  Function function = Function::count;
  std::optional<Target> target;  // not of count
  std::string name;              // "count", "avg(ot.value)"
};

enum class Shape : std::uint8_t { events, groups, chart };

struct Order {
  std::size_t column = 0;  // of groups: groups, then measures; of events: of Plan::sorts
  bool ascending = false;
};

struct Plan {
  std::string text;       // canonical
  std::string filter;     // the part before the first |
  std::shared_ptr<const Condition> condition;  // shared with the filters made from it, never changed
  Shape shape = Shape::events;
  std::string style;
  std::vector<Target> groups;
  std::vector<Measure> measures;  // of groups and chart; one or more
  Duration bucket = 0;            // of chart; 0: by the range
  std::vector<Target> sorts;      // of events; none: newest first
  std::vector<Order> order;
  std::size_t rows = 0;       // head; 0: not said
  std::vector<Target> table;  // columns to show; none: the usual ones
};

// What resolve() needs to know beside the query.
struct Surroundings {
  const Catalogue* catalogue = nullptr;  // lives as long as the call
  Time now = 0;
  // A named list ($ews) as values; nothing when there is none. May be empty.
  std::function<std::optional<std::vector<std::string>>(std::string_view name)> list;
};

struct Resolved {
  Plan plan;
  Faults faults;  // any: the plan is of no use
};

Resolved resolve(const Query& query, const Surroundings& around);
// parse() and resolve().
Resolved understand(std::string_view text, const Surroundings& around);

std::optional<Time> parse_moment(std::string_view text, Time now);  // ISO 8601, now, -24h, now-24h

}  // namespace langyan::query
