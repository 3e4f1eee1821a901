// One value of an event as a cell of a table: what `| table` shows and an export writes. Any thread.
#pragma once

#include <string>
#include <vector>

#include "query/plan.h"
#include "store/event_store.h"

namespace langyan::center {

// A cell for each target; none where the event has no such value. A list is shown as JSON.
std::vector<store::Cell> cells_of(const store::Event& event, std::span<const query::Target> targets);

// The columns an export has where the query names none.
std::vector<query::Target> usual_columns(const query::Catalogue& catalogue);

// A cell of CSV; a text a spreadsheet would run as a formula (=, +, -, @, tab) gets a quote in
// front. Numbers stay numbers.
void append_csv(std::string& out, const store::Cell& cell);

}  // namespace langyan::center
