// Limits that a process lays on itself before it looks at what strangers sent: it and the processes it makes keep to
// them from then on, and nothing takes them back.
//
//   limit_process({.memory = 512u << 20, .processor = 10 * second});
//
// It writes to no file and leaves no core, whatever it is asked to. Called while the process has one thread.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace langyan {

struct ProcessLimits {
  std::uint64_t memory = 0;  // octets of address space beyond those it has
  Duration processor = 0;    // rounded up to seconds; then SIGXCPU ends it
};

// Where /proc cannot be read, the limit of memory stays as it is: it was laid on before.
void limit_process(const ProcessLimits& limits);

}  // namespace langyan
