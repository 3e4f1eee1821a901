// A summary's event line. In pipeline because summary and eve do not know each other.
#pragma once

#include <string>

#include "eve/writer.h"
#include "summary/summary.h"

namespace langyan::pipeline {

void write_report(std::string& out, const eve::Writer& writer, const summary::Report& report,
                  Time now);

}  // namespace langyan::pipeline
