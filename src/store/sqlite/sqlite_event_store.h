// The SQLite engine of EventStore: a folder of day files (docs/design/0004-store.md).
//
//   <folder>/events-20260302-01c2b3a4.db   one UTC day of receipt; the second number only grows
//   <folder>/….quarantined                 a damaged file, put aside; the others go on
//   <folder>/lock                          one program at a time
//
// Durability: WAL with synchronous=FULL, so a commit has been fsynced before append() returns.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/disk.h"
#include "store/event_store.h"

namespace langyan::store {

struct SqliteOptions {
  std::string folder;
  // How long each class is kept, by receipt; indexed by EventClass. Whole days: an unlink.
  std::array<Duration, 5> keep = {180 * day, 180 * day, 30 * day, 30 * day, 180 * day};
  std::uint64_t most_bytes = 0;                         // of all files; 0: no bound but free_floor
  std::uint64_t file_bytes = std::uint64_t{8} << 30;    // a fuller file is followed by another
  std::uint64_t free_floor = std::uint64_t{512} << 20;  // below this much free, append() is full
  Duration query_time = 5 * second;
  // Only for the test that must fail: repeated positions are stored again.
  bool dedup_off = false;
};

// In a folder that was restored from a backup: what was acknowledged since is lost, so that streams
// may go on further than the watermarks say, and a new file is begun, as ids must not come again.
constexpr std::string_view restored_mark = "restored";

Result<std::unique_ptr<EventStore>> open_sqlite(Disk& disk, Clock& clock, SqliteOptions options);

}  // namespace langyan::store
