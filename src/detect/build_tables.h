// build_tables: the rules of a set, in their order, into the Tables the engine reads.
#pragma once

#include "base/result.h"
#include "detect/tables.h"

namespace langyan::detect {

// `tables` has its rules, store and protocols; the rest is filled in.
Result<void> build_tables(Tables& tables);

}  // namespace langyan::detect
