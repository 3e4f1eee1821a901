// build_tables: the rules of a set, in their order, into the Tables the engine reads.
#pragma once

#include "base/result.h"
#include "detect/tables.h"

namespace langyan::detect {

// `tables` has its rules, store and protocols; the rest is filled in. `before`: of the set before, where it was read
// against the same, so that its groups may be kept; null: none.
Result<void> build_tables(Tables& tables, const Tables* before);

}  // namespace langyan::detect
