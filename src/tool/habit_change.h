// A change of learned habits by a person, wherever they are: in a rule book, in the file of a sensor that rests, or with a
// sensor that runs (baseline/order.h), which is then asked to carry it out.
#pragma once

#include <string>

#include "base/disk.h"
#include "baseline/order.h"

namespace langyan::tool {

bool is_rule_book(std::string_view text);
Result<baseline::Learned> read_habits(Disk& disk, const std::string& path);

// Changes what `path` holds and says what was changed; the exit status. Where a sensor runs it waits so long for what came of it.
// `scope`: also why and by whom; `book`: of an import.
int change_habits(const std::string& path, baseline::OrderKind kind, baseline::Approval scope, baseline::Learned book,
                  Duration wait);

}  // namespace langyan::tool
