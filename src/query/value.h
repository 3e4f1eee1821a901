// What a value of a query means for a field: the types' rules. Used inside the room.
#pragma once

#include "query/plan.h"

namespace langyan::query {

// Adds what `term` with `value` allows to the test; else the fault. `differs` counts as equal: the
// caller negates.
std::optional<Fault> add_value(Test& test, const Term& term, const Value& value,
                               const Surroundings& around);

}  // namespace langyan::query
