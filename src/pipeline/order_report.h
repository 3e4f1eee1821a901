// What came of an order on habits, as an event and as a line for the log: who, what, why.
#pragma once

#include <string>

#include "baseline/order.h"
#include "eve/writer.h"

namespace langyan::pipeline {

void write_order(std::string& line, const eve::Writer& writer, const baseline::Outcome& outcome, Time now);
std::string sentence(const baseline::Outcome& outcome);

}  // namespace langyan::pipeline
