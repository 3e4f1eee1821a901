// CaptureTrial: rules tried on a capture for somebody else, by a process that trusts neither (docs/design/0046): a
// center starts it as `langyan-sensor --trial -S RULES -r -`.
//
// Standard output, a pipe or a terminal, is JSON for a program, a line each: first {"rules":…}, what became of each rule
// (detect/report_json.h); then each alert, as EVE; last {"end":{…}}: `error`, why the capture was not read to its end,
// and `overview`. Where the last line lacks, a limit or somebody else ended it.
#pragma once

#include "sensor/command_line.h"

namespace langyan::sensor {

// Called first of all, while the process has one thread; it does not come back to other work.
[[noreturn]] void try_on_capture(const CommandLine& line);

}  // namespace langyan::sensor
