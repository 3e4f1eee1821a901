// Confinement: what a process of the sensor may still do once it has taken its place: no
// capability, no new privilege by exec, only the system calls its part needs (seccomp), only its
// own folders (Landlock, where the kernel has it).
//
// Called by a process while it has one thread, before any byte from the wire is looked at: threads
// made afterwards inherit all of it, and nothing takes it back. A call that is not allowed fails
// with EPERM, so that an attempt is an error message and no crash.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace langyan::sensor {

// watch: reads packets, writes files; makes no socket. ship: also connects to the center.
enum class Part : std::uint8_t { watch, ship };

struct Confinement {
  Part part = Part::watch;
  // Folders, or files, that may be read, and folders in which files may be made, written and
  // removed. What does not exist is left out. A file that may be replaced is named by its folder.
  std::vector<std::string> reads;
  std::vector<std::string> writes;
  bool reads_anywhere = false;  // certificates and the resolver's files stand where they stand
};

// An error means that the process would hold what it must not hold: it must not go on. A kernel
// without Landlock is none; landlock_available() tells.
Result<void> confine(const Confinement& confinement);

// Each also by itself. A process that has yet to make another keeps to its folders first and calls confine() when it has
// made it. Dropping empties all five sets; afterwards user 0 is a user like any other.
Result<void> drop_capabilities();
Result<void> keep_to_folders(const Confinement& confinement);  // and drops the capabilities
bool landlock_available();

}  // namespace langyan::sensor
