// Questions by plan, as ClickHouse answers them: conditions and groups are worked out by the nodes,
// the order and shape of the answer here, as for every engine.
#include <algorithm>

#include "store/clickhouse/engine.h"

namespace langyan::store {
namespace {

namespace ch = clickhouse;

constexpr int faster = 20;  // than SQLite, at reading columns of rows: roughly

void add_columns(std::string& list, const std::vector<std::string>& columns) {
  for (const std::string& each : columns) list.append(list.empty() ? "" : ", ") += each;
}

Error less_than_rows() {
  return {ErrorKind::failed, "ClickHouse answered less than whole rows"};
}

}  // namespace

Result<std::string> ClickHouseEventStore::conditions(const Scope& scope, const Filter& filter) const {
  auto sql = ch::where(scope, filter, table("states_local"));
  if (!sql) return sql;
  if (filter.from) *sql += " AND time >= " + std::to_string(*filter.from);
  if (filter.to) *sql += " AND time < " + std::to_string(*filter.to);
  return sql;
}

Result<Page> ClickHouseEventStore::search(const Scope& scope, const query::Plan& plan, const Range& range,
                                          std::string_view cursor, std::size_t limit) {
  if (plan.shape != query::Shape::events) return not_events();
  const Filter filter = ranged(plan, range);
  if (auto checked = check(filter); !checked) return checked.error();
  limit = std::min(limit, page_rows);
  auto page = plan.sorts.empty() ? page_of(scope, filter, cursor, limit, !filter.parts.empty())
                                 : sorted(scope, plan, filter, limit);
  if (!page && page.error().kind == ErrorKind::full) return dear(plan, page.error());
  return page;
}

Result<Page> ClickHouseEventStore::sorted(const Scope& scope, const query::Plan& plan, const Filter& filter,
                                          std::size_t limit) {
  const auto condition = conditions(scope, filter);
  if (!condition) return condition.error();
  std::string order;
  for (const query::Order& each : plan.order)
    order += ch::order_of(plan.sorts[each.column], each.ascending, table("states_local")) + ", ";
  Page page;
  const Time until = deadline();
  const auto answer = ask("SELECT time, n FROM " + event_rows() + " AND " + *condition + " ORDER BY " + order +
                              "time DESC, n DESC LIMIT " + std::to_string(limit),
                          until, page.complete);
  if (!answer) return answer.error();
  std::vector<Place> places;
  RowReader in(*answer);
  while (in.more()) {
    const Time time = in.number<std::int64_t>();
    places.push_back({time, in.number<std::uint64_t>()});
  }
  if (!in.sound()) return less_than_rows();
  if (auto done = fetch(places, until, page.complete, page.events); !done) return done.error();
  return page;
}

Result<Groups> ClickHouseEventStore::aggregate(const Scope& scope, const query::Plan& plan, const Range& range) {
  if (plan.shape != query::Shape::groups) return not_groups();
  const Filter filter = ranged(plan, range);
  if (auto checked = check(filter); !checked) return checked.error();
  auto condition = conditions(scope, filter);
  if (!condition) return condition.error();
  std::vector<ch::Held::Kind> kinds;
  std::string keys, columns;
  for (const query::Target& target : plan.groups) {
    const ch::Held held = ch::held(target, table("states_local"));
    kinds.push_back(held.kind);
    add_columns(keys, held.columns);
    *condition += " AND " + held.present;
  }
  columns = keys;
  for (const query::Measure& measure : plan.measures)
    add_columns(columns, ch::measure_columns(measure, table("states_local")));
  add_columns(columns, {"count()"});
  Groups answer = begin_groups(plan);
  const auto found = ask("SELECT " + columns + " FROM " + event_rows() + " AND " + *condition +
                             (keys.empty() ? "" : " GROUP BY " + keys) + " LIMIT " + std::to_string(most_groups + 1),
                         deadline(), answer.complete);
  if (!found) return found.error().kind == ErrorKind::full ? dear(plan, found.error()) : found.error();
  std::vector<GroupRow> rows;
  RowReader in(*found);
  while (in.more()) {
    GroupRow& row = rows.emplace_back();
    for (const ch::Held::Kind kind : kinds) row.push_back(ch::read_value(kind, in));
    for (const query::Measure& measure : plan.measures) row.push_back(ch::read_measure(measure, in));
    answer.events += in.number<std::uint64_t>();
  }
  if (!in.sound()) return less_than_rows();
  if (rows.size() > most_groups) return dear(plan, too_many_groups());
  add_rows(plan, std::move(rows), answer);
  return answer;
}

Result<Counts> ClickHouseEventStore::histogram(const Scope& scope, const query::Plan& plan, Time from, Time to,
                                               Duration bucket) {
  const auto query = chart_of(plan, from, to, bucket);
  if (!query) return query.error();
  auto counts = this->counts(scope, *query);
  if (!counts && counts.error().kind == ErrorKind::full) return dear(plan, counts.error());
  return counts;
}

Result<Cost> ClickHouseEventStore::cost(const Scope& scope, const query::Plan& plan, const Range& range) {
  Filter filter = ranged(plan, range);
  if (auto checked = check(filter); !checked) return checked.error();
  CostOfOne one = cost_of_one(plan, filter);
  filter.parts.clear();
  const auto condition = conditions(scope, filter);
  if (!condition) return condition.error();
  bool complete = true;
  const auto answer = ask("SELECT count() FROM " + event_rows() + " AND " + *condition, deadline(), complete);
  if (!answer) return answer.error();
  RowReader in(*answer);
  one.cost.events = in.number<std::uint64_t>();
  if (!in.sound()) return less_than_rows();
  one.cost.time = static_cast<Duration>(one.cost.events) * one.each / faster;
  return std::move(one.cost);
}

}  // namespace langyan::store
