// Watcher: packets in, events out: one run of the pipeline with the signals that steer it. A
// process of its own when it listens or a center is given (family.h); else the whole program.
#pragma once

#include "sensor/confinement.h"
#include "sensor/family.h"
#include "sensor/settings.h"
#include "sensor/verdict.h"

namespace langyan::sensor {

// Lets the signals that steer a run wait until somebody hears them. First of all, before any thread.
void hold_signals();

// What it needs of the system for what it is asked to do.
Confinement confinement_of(const CommandLine& line, const pipeline::SensorConfig& config,
                           const pipeline::Request& request);

// The exit status. With `confined` the process first gives up whatever this work does not need.
// Signals it hears: INT and TERM end it orderly, HUP opens the event file anew and reloads, USR2
// reloads the rules. `verdict` is the parent's on the rules; it and `processes` may
// be null.
int watch(const CommandLine& line, const pipeline::SensorConfig& config,
          const pipeline::Request& request, bool confined, const Ready& ready,
          const Verdict* verdict, const pipeline::ProcessCounters* processes);

}  // namespace langyan::sensor
