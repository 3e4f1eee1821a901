// The tables of a database, and its way from one version to the next. A step that was cut short is
// done again from its beginning: each leaves alone what it did before, and the version is noted last.
#include <algorithm>

#include "store/clickhouse/engine.h"

namespace langyan::store {
namespace {

constexpr std::size_t fill_rows = 20'000;  // of version 1, given their members at once

constexpr std::string_view events_order = " PARTITION BY day ORDER BY (time, n)";

}  // namespace

Result<std::uint64_t> ClickHouseEventStore::number_of(std::size_t node, std::string_view what,
                                                      const std::string& from) {
  const auto answer =
      client_.ask(node, "SELECT toUInt64(" + std::string(what) + ") FROM " + from, options_.insert_time);
  if (!answer) return answer.error();
  return RowReader(*answer).number<std::uint64_t>();
}

Result<void> ClickHouseEventStore::make_tables(std::size_t node) {
  ClickHouseOptions outside = options_;
  outside.database = "default";
  if (auto done = Client(clock_, outside).command(node, "CREATE DATABASE IF NOT EXISTS " + options_.database);
      !done)
    return done;
  const auto make = [&](std::string_view name, std::string_view columns, std::string_view engine) {
    return client_.command(node, "CREATE TABLE IF NOT EXISTS " + table(name) + " (" + std::string(columns) +
                                     ") ENGINE = " + std::string(engine));
  };
  if (auto done = make("schema", "version UInt32", "TinyLog"); !done) return done;
  const auto version = number_of(node, "max(version)", table("schema"));
  if (!version) return version.error();
  if (*version > schema_version)
    return Error{ErrorKind::invalid, client_.name(node) + ": database " + options_.database +
                                         " is of version " + std::to_string(*version) +
                                         ", this program knows " + std::to_string(schema_version) +
                                         "; update langyan-center"};
  struct Table {
    std::string_view name;
    std::string columns;
    std::string_view newest;  // the column by which a row replaces another; empty: none does
    std::string_view order;
  };
  const Table tables[] = {
      {"events_local", column_list(), "", events_order},
      {"states_local", "n UInt64, version UInt64, state UInt8", "version", " PARTITION BY tuple() ORDER BY n"},
      {"streams_local",
       "source String, epoch UInt64, lane UInt8, organisation String, watermark UInt64, first_seen Int64, "
       "last_seen Int64, saved UInt64",
       "saved", " PARTITION BY tuple() ORDER BY (source, epoch, lane)"},
      {"sensors_local",
       "sensor String, organisation String, first_seen Int64, last_seen Int64, last_event Int64, events UInt64, "
       "alerts UInt64, stats String, saved UInt64, via String",
       "saved", " PARTITION BY tuple() ORDER BY (sensor, organisation)"},
  };
  for (const Table& each : tables)
    if (auto done = make(each.name, each.columns, engine_of(each.name, each.newest) + std::string(each.order)); !done)
      return done;
  // Also where version 1 was cut short while it made its tables; it had no replicated ones.
  if (*version < schema_version && !replicated_)
    if (auto done = add_members(node); !done) return done;
  if (sharded()) {
    const auto done = client_.command(node, "CREATE TABLE IF NOT EXISTS " + table("events") + " AS " +
                                                table("events_local") + " ENGINE = Distributed(" +
                                                options_.cluster + ", " + options_.database + ", events_local)");
    if (!done) return done;
  }
  if (*version == schema_version) return {};
  return client_.command(node, "INSERT INTO " + table("schema") + " VALUES (" +
                                   std::to_string(schema_version) + ")");
}

std::string ClickHouseEventStore::engine_of(std::string_view name, std::string_view newest) const {
  const std::string engine = newest.empty() ? "MergeTree" : "ReplacingMergeTree";
  const std::string replaces(newest);
  if (!replicated_) return engine + "(" + replaces + ")";
  return "Replicated" + engine + "('/clickhouse/tables/" + options_.database + "/{shard}/" + std::string(name) +
         "', '{replica}'" + (newest.empty() ? "" : ", ") + replaces + ")";
}

// From version 1 to 2.
Result<void> ClickHouseEventStore::add_members(std::size_t node) {
  const auto add = [&](const std::string& name, const std::string& column) -> Result<void> {
    const auto there = number_of(node, "count()", "system.columns WHERE database = " + quoted(options_.database) +
                                           " AND table = " + quoted(name) + " AND name = " +
                                           quoted(column.substr(0, column.find(' '))));
    if (!there) return there.error();
    return *there > 0 ? Result<void>() : client_.command(node, "ALTER TABLE " + table(name) + " ADD COLUMN " + column);
  };
  for (const std::string& column : member_columns())
    if (auto done = add("events_local", column); !done) return done;
  if (auto done = add("sensors_local", "via String"); !done) return done;
  // It keeps no rows and is made again with the new columns.
  if (auto done = client_.command(node, "DROP TABLE IF EXISTS " + table("events")); !done) return done;
  const auto days = client_.ask(node, "SELECT DISTINCT day FROM " + table("events_local") + " WHERE empty(text_paths)",
                                options_.insert_time);
  if (!days) return days.error();
  RowReader in(*days);
  while (in.more())
    if (auto done = fill_day(node, in.number<std::uint32_t>()); !done) return done;
  return in.sound() ? Result<void>() : Result<void>(Error{ErrorKind::failed, "ClickHouse answered less than all days"});
}

// The day's rows with their members are gathered beside it and take its place as a whole.
Result<void> ClickHouseEventStore::fill_day(std::size_t node, std::uint32_t day) {
  const std::string of_day = " WHERE day = " + std::to_string(day), filled = table("events_filled"),
                    lines = table("members_read");
  std::string columns, names;
  for (const std::string& column : member_columns())
    columns += ", " + column, names += ", " + column.substr(0, column.find(' '));
  const auto clear = [&]() -> Result<void> {
    for (const std::string& each : {filled, lines})
      if (auto done = client_.command(node, "DROP TABLE IF EXISTS " + each); !done) return done;
    return {};
  };
  std::string old = column_list();
  old = old.substr(0, old.find(", number_paths"));
  std::string old_names;
  for (std::size_t at = 0; at != old.npos; at = old.find(", ", at), at = at == old.npos ? at : at + 2)
    old_names.append(old_names.empty() ? "" : ", ") += old.substr(at, old.find(' ', at) - at);
  if (auto done = clear(); !done) return done;
  if (auto done = client_.command(
          node, "CREATE TABLE " + filled + " (" + column_list() + ") ENGINE = MergeTree" + std::string(events_order));
      !done)
    return done;
  clickhouse::MemberReader reader;
  for (std::uint64_t last = 0;;) {
    const auto answer = client_.ask(node, "SELECT n, json FROM " + table("events_local") + of_day + " AND n > " +
                                              std::to_string(last) + " ORDER BY n LIMIT " + std::to_string(fill_rows),
                                    options_.insert_time);
    if (!answer) return answer.error();
    if (answer->empty()) break;
    RowReader in(*answer);
    RowWriter rows;
    const std::uint64_t before = last;
    while (in.more()) {
      last = in.number<std::uint64_t>();
      rows.number(last), write_members(reader.read(in.text()), rows);
    }
    if (!in.sound()) return Error{ErrorKind::failed, "ClickHouse answered less than whole rows"};
    bool unknown = false;
    if (auto done = client_.command(node, "DROP TABLE IF EXISTS " + lines); !done) return done;
    if (auto done =
            client_.command(node, "CREATE TABLE " + lines + " (n UInt64" + columns + ") ENGINE = MergeTree ORDER BY n");
        !done)
      return done;
    if (auto done = client_.insert(node, lines, "", rows.take(), unknown); !done) return done;
    const auto done = client_.command(
        node, "INSERT INTO " + filled + " SELECT " + old_names + names + " FROM (SELECT " + old_names + " FROM " +
                  table("events_local") + of_day + " AND n > " + std::to_string(before) + " AND n <= " +
                  std::to_string(last) + ") ALL INNER JOIN " + lines + " USING n");
    if (!done) return done;
  }
  const auto was = number_of(node, "count()", table("events_local") + of_day);
  const auto is = number_of(node, "count()", filled + of_day);
  if (!was || !is) return was ? is.error() : was.error();
  if (*was != *is)
    return Error{ErrorKind::failed, client_.name(node) + ": of " + std::to_string(*was) + " events " +
                                        std::to_string(*is) + " were given their members; nothing was changed"};
  if (auto done = client_.command(node, "ALTER TABLE " + table("events_local") + " REPLACE PARTITION " +
                                            std::to_string(day) + " FROM " + filled);
      !done)
    return done;
  return clear();
}

}  // namespace langyan::store
