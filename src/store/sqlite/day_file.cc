#include "store/sqlite/day_file.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "store/sqlite/day_schema.h"

namespace langyan::store {
namespace {

constexpr int epochs_kept = 64;  // of a source and lane, when a new file begins

constexpr std::string_view prefix = "events-", suffix = ".db";
// The main file first: what a crash leaves is then a WAL without its file, never the reverse, and
// DayFiles::tidy() ends what was begun.
constexpr std::array<std::string_view, 3> parts = {"", "-wal", "-shm"};

void append_digits(std::string& out, std::uint64_t value, int width, unsigned base) {
  std::string digits(static_cast<std::size_t>(width), '0');
  for (int i = width; i-- > 0; value /= base)
    digits[static_cast<std::size_t>(i)] = "0123456789abcdef"[value % base];
  out += digits;
}

std::optional<std::uint64_t> number(std::string_view text, unsigned base, std::size_t most_digits) {
  if (text.empty() || text.size() > most_digits) return {};
  std::uint64_t value = 0;
  for (char c : text) {
    const std::size_t digit = std::string_view("0123456789abcdef").substr(0, base).find(c);
    if (digit == std::string_view::npos) return {};
    value = value * base + digit;
  }
  return value;
}

// The oldest and newest event time: one index entry at each end of every list that has one.
Result<void> read_bounds(DayFile& file, Connection& connection) {
  struct Ends {
    const char* next_key;
    const char* at_key;
  };
  constexpr Ends lists[] = {{"SELECT state FROM events INDEXED BY alerts_state WHERE class = 0 AND "
                             "state > ? ORDER BY state LIMIT 1",
                             "SELECT time FROM events INDEXED BY alerts_state WHERE class = 0 AND "
                             "state = ? ORDER BY time"},
                            {"SELECT type FROM events INDEXED BY events_type WHERE class > 0 AND "
                             "type > ? ORDER BY type LIMIT 1",
                             "SELECT time FROM events INDEXED BY events_type WHERE class > 0 AND "
                             "type = ? ORDER BY time"}};
  for (const Ends& list : lists) {
    auto next = connection.prepare(list.next_key);
    auto first = connection.prepare(std::string(list.at_key) + " LIMIT 1");
    auto last = connection.prepare(std::string(list.at_key) + " DESC LIMIT 1");
    if (!next) return next.error();
    if (!first) return first.error();
    if (!last) return last.error();
    for (std::int64_t key = -1;;) {
      const auto row = next->with(key).step();
      if (!row) return row.error();
      if (!*row) break;
      key = next->integer(0);
      next->reset();
      const auto oldest = first->with(key).step();
      if (!oldest) return oldest.error();
      const auto newest = last->with(key).step();
      if (!newest) return newest.error();
      if (*oldest) file.first_event = std::min(file.first_event.load(), first->integer(0));
      if (*newest) file.last_event = std::max(file.last_event.load(), last->integer(0));
      first->reset(), last->reset();
    }
  }
  return {};
}

Result<bool> read_row(DayFile& file, Connection& connection) {
  auto row = connection.prepare("SELECT day, serial, rollups, uncertain_until, purged FROM file");
  if (!row) return row.error();
  const auto found = row->step();
  if (!found) return found.error();
  if (!*found) return false;
  if (row->integer(0) != file.name.day || row->whole(1) != file.name.serial)
    return Error{ErrorKind::invalid, file.path + ": holds day " + std::to_string(row->integer(0)) +
                                         ", file " + std::to_string(row->integer(1)) +
                                         "; give it its own name back"};
  file.rollups = row->integer(2) != 0, file.uncertain_until = row->integer(3),
  file.purged = row->integer(4);
  row->reset();
  if (auto done = refresh(file, connection); !done) return done.error();
  return true;
}

}  // namespace

std::string file_name(const DayName& name) {
  const CivilDate date = civil_from_days(name.day);
  std::string text(prefix);
  append_digits(text, static_cast<std::uint64_t>(date.year), 4, 10);
  append_digits(text, date.month, 2, 10);
  append_digits(text, date.day, 2, 10);
  text += '-';
  append_digits(text, name.serial, 8, 16);
  return text.append(suffix);
}

std::optional<DayName> parse_file_name(std::string_view name) {
  if (name.ends_with(quarantine_suffix)) name.remove_suffix(quarantine_suffix.size());
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return {};
  name.remove_prefix(prefix.size()), name.remove_suffix(suffix.size());
  if (name.size() != 17 || name[8] != '-') return {};
  const auto date = number(name.substr(0, 8), 10, 8), serial = number(name.substr(9), 16, 8);
  if (!date || !serial) return {};
  const auto month = static_cast<unsigned>(*date / 100 % 100),
             day_of_month = static_cast<unsigned>(*date % 100);
  if (month < 1 || month > 12 || day_of_month < 1 || day_of_month > 31) return {};
  return DayName{days_from_civil(static_cast<std::int64_t>(*date / 10'000), month, day_of_month),
                 static_cast<std::uint32_t>(*serial)};
}

std::string position_text(const Position& position) {
  std::string text;
  append_digits(text, position.serial, 8, 16);
  text += '-';
  int width = 1;
  while (width < 16 && position.n >> (4 * width)) ++width;
  append_digits(text, static_cast<std::uint64_t>(position.n), width, 16);
  return text;
}

std::optional<Position> parse_position(std::string_view text) {
  if (text.size() < 10 || text[8] != '-') return {};
  const auto serial = number(text.substr(0, 8), 16, 8), n = number(text.substr(9), 16, 15);
  if (!serial || !n) return {};
  return Position{static_cast<std::uint32_t>(*serial), static_cast<std::int64_t>(*n)};
}

DayFile::DayFile(std::string folder, DayName its_name)
    : path(std::move(folder) + "/" + file_name(its_name)), name(its_name) {}

Result<void> refresh(DayFile& file, Connection& connection) {
  const auto last = connection.number("SELECT max(n) FROM events");
  if (!last) return last.error();
  const auto alerts = connection.number("SELECT sum(count) FROM facts WHERE class = 0");
  if (!alerts) return alerts.error();
  file.last_n = *last, file.alerts = *alerts;
  return read_bounds(file, connection);
}

Result<LoadOutcome> load(DayFile& file) {
  auto opened = Connection::open(file.path, Connection::Mode::write);
  if (!opened) return opened.error();
  Connection& connection = **opened;
  const auto outcome = [&](const Error& error) -> Result<LoadOutcome> {
    if (connection.damaged()) return LoadOutcome::damaged;
    return error;
  };
  const auto tables = connection.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return outcome(tables.error());
  if (*tables == 0) return LoadOutcome::unfinished;
  if (auto done = migrate(connection, day_file); !done) return outcome(done.error());
  const auto row = read_row(file, connection);
  if (!row) return outcome(row.error());
  return *row ? LoadOutcome::loaded : LoadOutcome::unfinished;
}

Result<std::unique_ptr<Connection>> make(const DayFile& file) {
  auto connection = Connection::open(file.path, Connection::Mode::create);
  if (!connection) return connection;
  // Incremental vacuum lets retention by class give pages back; it must be chosen before a table
  // is.
  const auto set =
      (*connection)->execute("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL");
  if (!set) return set.error();
  if (auto done = migrate(**connection, day_file); !done) return done.error();
  return connection;
}

Result<void> copy_streams(Connection& from, Connection& to, bool uncertain) {
  struct Table {
    const char* select;
    const char* insert;
    int columns;
  };
  constexpr Table tables[] = {{"SELECT source, epoch, lane, organisation, position, max(uncertain, "
                               "?1), first_seen, last_seen, first_file,"
                               " first_n"
                               " FROM (SELECT *, row_number() OVER"
                               "   (PARTITION BY source, lane ORDER BY first_file DESC, first_n "
                               "DESC) AS age FROM watermarks)"
                               " WHERE age <= ?2",
                               "INSERT INTO watermarks VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", 10},
                              {"SELECT sensor, organisation, first_seen, last_seen, last_event, "
                               "events, alerts, stats, via FROM sensors",
                               "INSERT INTO sensors VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)", 9}};
  for (const Table& table : tables) {
    auto select = from.prepare(table.select);
    auto insert = to.prepare(table.insert);
    if (!select) return select.error();
    if (!insert) return insert.error();
    select->with(uncertain ? 1 : 0, epochs_kept);
    for (;;) {
      const auto row = select->step();
      if (!row) return row.error();
      if (!*row) break;
      std::array<Value, 10> values;
      for (int i = 0; i < table.columns; ++i) {
        values[static_cast<std::size_t>(i)] = select->value(i);
        insert->bind(i + 1, values[static_cast<std::size_t>(i)]);
      }
      if (auto done = insert->run(); !done) return done;
    }
  }
  return {};
}

Result<void> seal(Connection& connection, const DayFile& file, Time now) {
  auto row = connection.prepare("INSERT INTO file VALUES(1, ?, ?, ?, 1, ?, 0)");
  if (!row) return row.error();
  row->with(file.name.day, std::uint64_t{file.name.serial}, now, file.uncertain_until.load());
  return row->run();
}

Result<void> rename_database(Disk& disk, const std::string& from, const std::string& to) {
  for (const auto part : parts) {
    const auto done = disk.rename(from + std::string(part), to + std::string(part));
    if (!done && (part.empty() || done.error().kind != ErrorKind::missing)) return done;
  }
  return {};
}

Result<void> remove_database(Disk& disk, const std::string& path) {
  for (const auto part : parts) {
    const auto done = disk.remove(path + std::string(part));
    if (!done && done.error().kind != ErrorKind::missing) return done;
  }
  return {};
}

std::uint64_t database_bytes(const std::string& path) {
  std::uint64_t bytes = 0;
  for (const auto part : {parts[0], parts[1]}) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path + std::string(part), error);
    if (!error) bytes += size;
  }
  return bytes;
}

}  // namespace langyan::store
