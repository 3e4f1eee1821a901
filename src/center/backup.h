// Backup of a center's data folder while it runs, and its way back.
//
// A backup is a folder: events/*.db, audit.head, state.db, tls/*, and `manifest` with the SHA-256 of each in
// sha256sum's form, written last: a folder without one is no backup. Each database is a snapshot
// of its own; the newest events are copied last but state.db, so an alert's state may be newer than
// its event. What the uplink holds is not in it.
//
// restore() looks at every file before it writes anything, makes the data folder beside its place
// and renames it there: a folder that exists and is not empty is never touched. What sensors
// delivered after the backup is then a gap event in each stream.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/disk.h"
#include "base/result.h"

namespace langyan::center {

struct BackupResult {
  std::size_t files = 0;
  std::uint64_t bytes = 0;
};

// `to`: missing or empty. Needs no answer of the running center, only its user's rights.
Result<BackupResult> back_up(Disk& disk, Clock& clock, const std::string& data, const std::string& to);
Result<BackupResult> restore(Disk& disk, const std::string& from, const std::string& data);

}  // namespace langyan::center
