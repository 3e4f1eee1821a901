// DayFile: one file of the event store: what one UTC day of receipt brought (or a part of it).
//
// Files are numbered by a serial that only grows, whatever the clock does; (serial, n) is the order
// of receipt and the id of an event. A file is written by one thread at a time (the engine's write
// lock); its atomics may be read by any.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/disk.h"
#include "base/time.h"
#include "store/sqlite/connection.h"

namespace langyan::store {

// A serial is at least the minutes since 1970, so that it grows on even when all files are lost.
struct DayName {
  std::int64_t day = 0;  // days since 1970
  std::uint32_t serial = 0;
};
std::string file_name(const DayName& name);                     // "events-20260302-01c2b3a4.db"
std::optional<DayName> parse_file_name(std::string_view name);  // quarantined ones too
constexpr std::string_view quarantine_suffix = ".quarantined";

struct Position {  // of an event: its id and its place in the order of receipt
  std::uint32_t serial = 0;
  std::int64_t n = 0;
  auto operator<=>(const Position&) const = default;
};
std::string position_text(const Position& position);  // "01c2b3a4-1f"
std::optional<Position> parse_position(std::string_view text);

struct DayFile {
  DayFile(std::string folder, DayName name);

  const std::string path;
  const DayName name;
  std::atomic<Time> first_event{std::numeric_limits<Time>::max()};
  std::atomic<Time> last_event{std::numeric_limits<Time>::min()};
  std::atomic<std::int64_t> last_n{0}, alerts{0};
  std::atomic<bool> rollups{true};  // false: too many different values, questions read the rows
  std::atomic<Time> uncertain_until{
      0};                               // streams nothing is known of may start anywhere until then
  std::atomic<std::int64_t> purged{0};  // bit i: events of class i were removed by retention
  std::atomic<bool> suspect{false};     // a reader met damage; the writer puts it aside
  std::atomic<bool> gone{false};        // removed or quarantined: skip it

  bool may_hold(std::optional<Time> from, std::optional<Time> to) const {
    return (!from || last_event >= *from) && (!to || first_event < *to);
  }
};

enum class LoadOutcome : std::uint8_t { loaded, unfinished, damaged };

// Migrates the file and reads what the atomics say. unfinished: a crash fell into its making, it
// never held a row. An Error means the whole store must not be opened (a newer schema, no access).
Result<LoadOutcome> load(DayFile& file);
// Reads again what the atomics say of rows: after a commit of unknown outcome they may be behind.
Result<void> refresh(DayFile& file, Connection& connection);

// Makes the file with its schema. The caller fills in what streams are known and seals it, in one
// transaction.
Result<std::unique_ptr<Connection>> make(const DayFile& file);

// Copies watermarks and sensors; `uncertain` marks the streams as possibly further on than copied.
// Of each source and lane the newest 64 epochs go on, by where they first stood: a clock that jumps
// must not make the center forget a stream that is alive.
Result<void> copy_streams(Connection& from, Connection& to, bool uncertain);
// Ends the making: after this the file counts.
Result<void> seal(Connection& connection, const DayFile& file, Time now);

// All three files of a database: itself, its WAL and shared memory.
Result<void> rename_database(Disk& disk, const std::string& from, const std::string& to);
Result<void> remove_database(Disk& disk, const std::string& path);
// By stat(2): opening the file beside SQLite and closing it would drop SQLite's POSIX locks.
std::uint64_t database_bytes(const std::string& path);

}  // namespace langyan::store
