#include "store/planned.h"

#include <algorithm>

namespace langyan::store {
namespace {

using query::Column;
using query::Function;
using query::Target;
using query::Type;

// What a row costs, so that a message can name the condition.
constexpr Duration row_cost = 2;                   // microseconds
constexpr Duration json_cost = 25, text_cost = 4;  // more, for each condition

Duration cost_of(const query::Test& test) {
  if (test.target.in_json())
    return json_cost * static_cast<Duration>(std::max<std::size_t>(test.target.places.size(), 1)) / 2;
  return test.target.column == query::Column::any_text ? 3 * text_cost : text_cost;
}

Cell cell_of(const Target& target, const Value& value) {
  if (value.kind == Value::Kind::null) return {};
  if (target.type == Type::address) return to_string(address_of(value));
  if (value.kind == Value::Kind::text || value.kind == Value::Kind::blob) return value.octets;
  if (target.type == Type::state && value.is_integer())
    return std::string(name_of(static_cast<AlertState>(value.number)));
  if (target.type == Type::event_class && value.is_integer())
    return std::string(name_of(static_cast<EventClass>(value.number)));
  if (target.type == Type::identifier) return static_cast<std::uint64_t>(value.number);
  if (target.type == Type::boolean && value.is_integer()) return std::string(value.number ? "true" : "false");
  if (target.type == Type::time && value.is_integer()) return timestamp(value.number);
  if (value.is_integer()) return value.number;
  return value.real;
}

Cell cell_of(const query::Measure& measure, const Value& value) {
  if (measure.target && (measure.function == Function::min || measure.function == Function::max))
    return cell_of(*measure.target, value);
  if (value.kind == Value::Kind::null) return {};
  if (value.is_integer()) return value.number;
  return value.real;
}

}  // namespace

std::string like_pattern(const query::TextMatch& match) {
  std::string pattern;
  std::size_t next = 0;
  for (std::size_t i = 0; i <= match.text.size(); ++i) {
    if (next < match.stars.size() && match.stars[next] == i) pattern += '%', ++next;
    if (i == match.text.size()) break;
    const char c = match.text[i];
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

Error not_events() {
  return {ErrorKind::usage, "the query makes groups or a chart, not a list of events"};
}
Error not_groups() {
  return {ErrorKind::usage, "the query has no groupby and no stats"};
}
Error too_many_groups() {
  return {ErrorKind::full, "the query makes more than " + std::to_string(most_groups) + " groups"};
}

Filter ranged(const query::Plan& plan, const Range& range) {
  Filter filter = filter_of(plan);
  if (range.from) filter.from = std::max(filter.from.value_or(*range.from), *range.from);
  if (range.to) filter.to = std::min(filter.to.value_or(*range.to), *range.to);
  return filter;
}

std::optional<Dimension> dimension_of_target(const Target& target) {
  struct Row {
    Column column;
    Dimension dimension;
  };
  constexpr Row rows[] = {
      {Column::sid, Dimension::sid},           {Column::src_ip, Dimension::src},
      {Column::dst_ip, Dimension::dst},        {Column::severity, Dimension::severity},
      {Column::event_type, Dimension::event_type}, {Column::verb, Dimension::ot_verb},
      {Column::sensor, Dimension::sensor},     {Column::organisation, Dimension::organisation},
      {Column::proto, Dimension::proto},       {Column::app_proto, Dimension::app_proto},
  };
  const auto* found = std::ranges::find(rows, target.column, &Row::column);
  return found == std::end(rows) ? std::nullopt : std::optional(found->dimension);
}

CostOfOne cost_of_one(const query::Plan& plan, const Filter& filter) {
  CostOfOne one;
  Duration dearest = 0;
  one.each = row_cost;
  for (const std::uint32_t part : filter.parts) {
    // Every test below the part may be worked out for every row.
    std::vector<std::uint32_t> open = {part};
    while (!open.empty()) {
      const query::Part& next = filter.where->parts[open.back()];
      open.pop_back();
      open.insert(open.end(), next.parts.begin(), next.parts.end());
      if (next.kind != query::PartKind::test) continue;
      const query::Test& test = filter.where->tests[next.test];
      one.each += cost_of(test);
      one.cost.reads_json = one.cost.reads_json || test.target.in_json();
      if (cost_of(test) > dearest)
        dearest = cost_of(test), one.cost.term = test.term, one.cost.span = test.span;
    }
  }
  for (const auto* list : {&plan.groups, &plan.sorts})
    for (const Target& target : *list)
      if (target.in_json()) one.each += json_cost, one.cost.reads_json = true;
  return one;
}

Error dear(const query::Plan& plan, const Error& error) {
  const query::Test* dearest = nullptr;
  for (const query::Test& test : plan.condition->tests)
    if (!dearest || cost_of(test) > cost_of(*dearest)) dearest = &test;
  if (!dearest) return {ErrorKind::full, error.message + "; ask for a shorter time range"};
  return {ErrorKind::full, error.message + "; `" + query::shown(dearest->term) + "` " +
                               (dearest->target.in_json() ? "reads the JSON of every event of the range"
                                                          : "is compared with every event of the range") +
                               ": ask for a shorter time range, or add a condition on src, dst, type, verb or sid"};
}

Result<CountQuery> chart_of(const query::Plan& plan, Time from, Time to, Duration bucket) {
  CountQuery query;
  query.filter = filter_of(plan, false);
  query.from = std::max(from, query.filter.from.value_or(from));
  query.to = std::min(to, query.filter.to.value_or(to));
  query.bucket = bucket > 0 ? bucket : plan.bucket;
  if (query.to <= query.from) query.to = query.from + 1;
  if (plan.shape != query::Shape::chart || plan.groups.empty()) return query;
  query.by = dimension_of_target(plan.groups[0]);
  if (query.by) return query;
  return Error{ErrorKind::usage, "a chart has a line for each severity, sid, type, verb, source, destination, sensor, "
                                 "organisation or protocol, not for each " + plan.groups[0].name};
}

Groups begin_groups(const query::Plan& plan) {
  Groups answer;
  for (const Target& target : plan.groups) answer.columns.push_back(target.name);
  for (const query::Measure& measure : plan.measures) answer.columns.push_back(measure.name);
  return answer;
}

void add_rows(const query::Plan& plan, std::vector<GroupRow> rows, Groups& answer) {
  const std::size_t width = plan.groups.size();
  answer.groups = rows.size();
  std::ranges::sort(rows, [&](const GroupRow& a, const GroupRow& b) {
    for (const query::Order& order : plan.order) {
      const bool a_none = a[order.column].kind == Value::Kind::null, b_none = b[order.column].kind == Value::Kind::null;
      if (a_none != b_none) return b_none;
      const int found = compare_values(a[order.column], b[order.column]);
      if (found != 0) return order.ascending ? found < 0 : found > 0;
    }
    for (std::size_t i = 0; i < width; ++i)
      if (const int found = compare_values(a[i], b[i]); found != 0) return found < 0;
    return false;
  });
  if (plan.rows > 0 && rows.size() > plan.rows) rows.resize(plan.rows);
  for (const GroupRow& row : rows) {
    std::vector<Cell>& cells = answer.rows.emplace_back();
    for (std::size_t i = 0; i < width; ++i) cells.push_back(cell_of(plan.groups[i], row[i]));
    for (std::size_t i = 0; i < plan.measures.size(); ++i) cells.push_back(cell_of(plan.measures[i], row[width + i]));
  }
}

}  // namespace langyan::store
