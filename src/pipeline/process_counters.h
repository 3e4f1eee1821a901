// How often the sensor's processes were started again. The parent counts, in memory that it shares
// with the watcher, whose statistics tell; any process may read.
#pragma once

#include "base/counters.h"

namespace langyan::pipeline {

enum class ProcessCount : std::uint8_t { watch_restarts, ship_restarts, last };
inline constexpr CounterRow process_counter_rows[] = {
    {"process.watch_restarts", "Times the process that decodes and inspects was started again."},
    {"process.ship_restarts", "Times the process that ships to the center was started again."},
};
using ProcessCounters = Counters<ProcessCount, process_counter_rows>;

}  // namespace langyan::pipeline
