// A deviation from habit as an event: alert{} as rules' alerts have it, and baseline{}: what was usual, what came, since when
// it was learned. The line was begun by the worker that saw it (eve::Writer::deviation), or is begun here where nothing came.
#pragma once

#include <string>

#include "baseline/ledger.h"
#include "eve/writer.h"

namespace langyan::pipeline {

std::uint8_t eve_severity(Severity severity);  // 1 to 4
void write_deviation(std::string& line, const eve::Writer& writer, const baseline::Notice& notice,
                     const baseline::Verdict& verdict, const baseline::Settings& settings);
// Once an hour: so much differs that the rest is no alert.
void write_many(std::string& line, const eve::Writer& writer, Time time);

}  // namespace langyan::pipeline
