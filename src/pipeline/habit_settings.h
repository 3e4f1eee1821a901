// What the configuration says of habits: zones, modes, the file. Constant; any thread, each call for itself.
#pragma once

#include "baseline/zones.h"
#include "pipeline/sensor_keys.h"

namespace langyan::pipeline {

// The zones in the order of their names, last the one of all the rest; an error names what is no address or mode.
Result<baseline::Settings> habit_settings(const SensorConfig& config);

}  // namespace langyan::pipeline
