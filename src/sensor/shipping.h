// Shipping: the process that delivers what the spool holds to the center. It reads nothing from the
// wire; it has sockets, and of the disk only the spool to write in. Spool positions and
// acknowledgements pass through the spool's own files (spool/spool.h): the watcher publishes what
// it committed, this process what the center has.
#pragma once

#include "pipeline/sensor_keys.h"
#include "sensor/family.h"

namespace langyan::sensor {

// The exit status. TERM ends it; USR1 lets it end once everything that was committed is delivered.
int ship(const pipeline::SensorConfig& config, bool quiet, const Ready& ready);

}  // namespace langyan::sensor
