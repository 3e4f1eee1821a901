// The part of DayFiles that removes: whole files by age and by bytes, classes by age.
#include <algorithm>

#include "base/log.h"
#include "store/sqlite/day_files.h"

namespace langyan::store {
namespace {

constexpr std::int64_t purge_rows = 20'000;  // looked at in one transaction, some 50 ms

// When each file ended, by which its age counts; newest file first, as the files are. A file lasts
// until the next begins, and one named by a clock that was ahead began when the next did: so what
// was named while the clock was wrong ages with what was received after it.
std::vector<Time> ends_of(const FileList& files, Time now) {
  std::vector<Time> ends;
  Time next_start = now;
  for (const auto& file : files) {
    const Time start = file->name.day * day;
    const bool ahead = start > now + day;
    ends.push_back(ahead ? next_start : std::max(start + day, ends.empty() ? 0 : next_start));
    if (!ahead) next_start = start;
  }
  return ends;
}

}  // namespace

Result<std::uint64_t> DayFiles::remove(const std::shared_ptr<DayFile>& file,
                                       std::string_view reason) {
  const std::uint64_t bytes = database_bytes(file->path);
  {
    const std::lock_guard lock(mutex_);
    std::erase(files_, file);
  }
  file->gone = true;
  const auto rows = static_cast<std::uint64_t>(file->last_n);
  gone_.add({{file->name.serial, rows}, rows, static_cast<std::uint64_t>(file->alerts), {}});
  pool_.forget(*file);
  if (auto done = remove_database(disk_, file->path); !done) return done.error();
  logging::info(file->path + ": removed, " + std::string(reason));
  return bytes;
}

Result<std::uint64_t> DayFiles::purge(const std::shared_ptr<DayFile>& file,
                                      EventClass event_class) {
  auto opened = Connection::open(file->path, Connection::Mode::write);
  if (!opened) return opened.error();
  Connection& connection = **opened;
  const auto failed = [&](const Error& error) {
    if (connection.damaged()) report_damage(file, error.message);
    return error;
  };
  std::uint64_t removed = 0;
  for (std::int64_t from = 0; from <= file->last_n; from += purge_rows) {
    auto transaction = Transaction::begin(connection);
    if (!transaction) return failed(transaction.error());
    for (const char* sql : {"DELETE FROM lines WHERE n IN (SELECT n FROM events WHERE n >= ?1 AND "
                            "n < ?2 AND class = ?3)",
                            "DELETE FROM events WHERE n >= ?1 AND n < ?2 AND class = ?3"}) {
      auto statement = connection.prepare(sql);
      if (!statement) return failed(statement.error());
      statement->with(from, from + purge_rows, static_cast<int>(event_class));
      if (auto done = statement->run(); !done) return failed(done.error());
    }
    removed += static_cast<std::uint64_t>(connection.changes());
    if (auto done = transaction->commit(); !done) return failed(done.error());
  }
  const auto bit = std::int64_t{1} << static_cast<int>(event_class);
  auto note = connection.prepare("UPDATE file SET purged = purged | ?");
  if (!note) return failed(note.error());
  if (auto done = note->with(bit).run(); !done) return failed(done.error());
  if (auto done = connection.execute("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)");
      !done)
    return failed(done.error());
  file->purged = file->purged | bit;
  gone_.add({{file->name.serial, static_cast<std::uint64_t>(file->last_n)}, removed, {}, event_class});
  return removed;
}

Result<void> DayFiles::purge_old(const std::shared_ptr<DayFile>& file, Duration age,
                                 Removed& removed) {
  for (std::size_t i = 0; i < options_.keep.size(); ++i) {
    if (file->purged >> i & 1 || age < options_.keep[i]) continue;
    const std::uint64_t before = database_bytes(file->path);
    const auto rows = purge(file, static_cast<EventClass>(i));
    if (!rows) return rows.error();
    const std::uint64_t after = database_bytes(file->path);
    removed.rows += *rows;
    removed.bytes += before > after ? before - after : 0;
  }
  return {};
}

Result<Removed> DayFiles::retain(Time now) {
  Removed removed;
  FileList files = snapshot();
  const auto drop = [&](const std::shared_ptr<DayFile>& file,
                        std::string_view reason) -> Result<void> {
    const auto bytes = remove(file, reason);
    if (!bytes) return bytes.error();
    removed.parts += 1, removed.bytes += *bytes,
        removed.rows += static_cast<std::uint64_t>(file->last_n);
    return {};
  };
  if (files.size() <= 1) return removed;  // the newest is being written
  const Duration longest = std::ranges::max(options_.keep);
  std::uint64_t bytes = 0;
  for (const auto& file : files) bytes += database_bytes(file->path);
  const std::vector<Time> ends = ends_of(files, now);
  // In order of receipt: behind a file that stays, one with an older name was received while the
  // clock was behind, and stays too.
  Duration age = std::numeric_limits<Duration>::max();
  for (std::size_t i = files.size(); i-- > 1;) {
    const std::uint64_t size = database_bytes(files[i]->path);
    age = std::min(age, now - ends[i]);
    const bool old = age >= longest;
    const bool too_much = options_.most_bytes > 0 && bytes > options_.most_bytes;
    if (files[i]->suspect) {
      if (auto done = put_aside(files[i]); !done) return done.error();
    } else if (old || too_much) {
      if (auto done = drop(
              files[i], old ? "older than retention keeps" : "the events have reached most_bytes");
          !done)
        return done.error();
      bytes -= size;
    } else if (auto done = purge_old(files[i], age, removed); !done && !files[i]->suspect) {
      return done.error();
    }
  }
  return removed;
}

}  // namespace langyan::store
