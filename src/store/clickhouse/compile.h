// A plan as ClickHouse SQL, in what release 18.16 (Debian's) knows and later ones still do: no CTE,
// window functions, DateTime64, IPv4/IPv6 or JSON types, no bound parameters. 18.16 has no
// JSONExtract*, and visitParam* find a name anywhere in the text, so the members of an event are
// flattened into three arrays when it is stored: paths ("modbus.request.unit_id"), texts and
// numbers. An element of a list has the path of the list.
//
// The engine's table has another layout and not these arrays yet (design 0028): it refuses plans, and
// only the tests call this. To be joined: these columns by the engine's names, the arrays at insert.
//
// What bounds a statement (max_execution_time, max_rows_to_group_by, max_result_rows) goes into the
// address of the request, see settings(). Any thread.
#pragma once

#include <string>

#include "query/plan.h"
#include "store/event_store.h"
#include "store/scope.h"

namespace langyan::store::clickhouse {

// The table the statements are about. Missing: '' of a text or address, -1 of a port, sid or state,
// 0 of a severity, NaN of a value. `flow` says whether flow_id is one.
std::string_view events_table();

std::string where(const query::Condition& condition);
// n is the row's number in the order of receipt. `before`: time and n of the last row had.
struct Before {
  Time time = 0;
  std::uint64_t n = 0;
};
std::string select_events(const query::Plan& plan, const Scope& scope, const Range& range,
                          std::optional<Before> before, std::size_t limit);
std::string select_groups(const query::Plan& plan, const Scope& scope, const Range& range);
std::string select_chart(const query::Plan& plan, const Scope& scope, const Range& range,
                         Duration bucket);
// "max_execution_time=5&…" for a question.
std::string settings(Duration query_time);

}  // namespace langyan::store::clickhouse
