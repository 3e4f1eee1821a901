// What every engine does alike with a plan: its range, what it costs and which condition is to
// blame, and the shape of groups and charts. Pure; any thread.
#pragma once

#include <vector>

#include "store/event_store.h"
#include "store/value.h"

namespace langyan::store {

Error not_events(), not_groups();  // a plan of another shape was asked

// The plan's filter within a range.
Filter ranged(const query::Plan& plan, const Range& range);

// For LIKE with the escape \: stars are %.
std::string like_pattern(const query::TextMatch& match);
bool holds(const query::NumberRange& range, std::int64_t value);

// The dimension that has a field's values; none: no roll-up and no top list knows the field.
std::optional<Dimension> dimension_of_target(const query::Target& target);

// Cost without its events: what one takes, with what is asked of it.
struct CostOfOne {
  Cost cost;
  Duration each = 0;
};
CostOfOne cost_of_one(const query::Plan& plan, const Filter& filter);
// The error of a question that took too much, with the condition to blame and what would help.
Error dear(const query::Plan& plan, const Error& error);

// The chart of a plan as a question by count; its range becomes whole buckets.
Result<CountQuery> chart_of(const query::Plan& plan, Time from, Time to, Duration bucket);

// The answer without rows, then its rows in the plan's order: groups first, then what the functions
// gave; a value a group has not is null.
Groups begin_groups(const query::Plan& plan);
using GroupRow = std::vector<Value>;
void add_rows(const query::Plan& plan, std::vector<GroupRow> rows, Groups& answer);
Error too_many_groups();

}  // namespace langyan::store
