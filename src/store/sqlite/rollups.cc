#include "store/sqlite/rollups.h"

#include <cstring>

#include "base/time.h"

namespace langyan::store {
namespace {

constexpr std::int64_t fact_rows =
    1'000'000;  // a file's; a question reads them in a third of a second
constexpr std::int64_t host_rows = 2'000'000;

constexpr const char* raise_fact =
    "UPDATE facts SET count = count + ?12 WHERE hour = ?1 AND class = ?2 AND type = ?3 AND "
    "organisation = ?4"
    " AND sensor = ?5 AND severity = ?6 AND sid = ?7 AND state = ?8 AND verb = ?9 AND proto = ?10"
    " AND app_proto = ?11";
constexpr const char* insert_fact = "INSERT INTO facts VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr const char* raise_host =
    "UPDATE hosts SET count = count + ?9 WHERE address = ?1 AND side = ?2 AND hour = ?3 AND class "
    "= ?4"
    " AND type = ?5 AND organisation = ?6 AND severity = ?7 AND verb = ?8";
constexpr const char* insert_host = "INSERT INTO hosts VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)";

std::array<std::int64_t, 2> halves(const IpAddress& ip) {
  std::array<std::int64_t, 2> parts;
  std::memcpy(parts.data(), ip.octets.data(), 16);
  return parts;
}

// Adds to the row of that key, or makes it.
Result<void> raise(Connection& connection, Statement& update, Statement& insert,
                   std::int64_t& rows) {
  if (auto done = update.run(); !done) return done;
  if (connection.changes() > 0) return {};
  rows += 1;
  return insert.run();
}

}  // namespace

void bind_address(Statement& statement, int at, const IpAddress& ip) {
  if (ip.is_v4()) return statement.bind(at, std::int64_t{ip.v4_number()});
  statement.bind(at, Bytes(ip.octets));
}

Result<Rollups> Rollups::open(Connection& connection) {
  Rollups rollups;
  rollups.connection_ = &connection;
  struct Row {
    Statement* statement;
    const char* sql;
  };
  for (const auto& [statement, sql] :
       {Row{&rollups.raise_fact_, raise_fact}, Row{&rollups.insert_fact_, insert_fact},
        Row{&rollups.raise_host_, raise_host}, Row{&rollups.insert_host_, insert_host}}) {
    auto prepared = connection.prepare(sql);
    if (!prepared) return prepared.error();
    *statement = prepared.take();
  }
  const auto facts = connection.number("SELECT count(*) FROM facts");
  if (!facts) return facts.error();
  const auto hosts = connection.number("SELECT count(*) FROM hosts");
  if (!hosts) return hosts.error();
  rollups.fact_rows_ = *facts, rollups.host_rows_ = *hosts;
  return rollups;
}

void Rollups::add(const EventRow& row, const RowIds& ids) {
  const std::int64_t sid = row.sid ? static_cast<std::int64_t>(*row.sid) : no_sid;
  facts_[{row.time / hour, static_cast<std::int64_t>(row.event_class), ids.type, ids.organisation,
          ids.sensor, row.severity, sid, 0, ids.verb, ids.proto, ids.app_proto}] += 1;
  if (row.src_ip && row.src_ip == row.dst_ip) return add_host(*row.src_ip, Side::both, row, ids);
  if (row.src_ip) add_host(*row.src_ip, Side::src, row, ids);
  if (row.dst_ip) add_host(*row.dst_ip, Side::dst, row, ids);
}

void Rollups::add_host(const IpAddress& ip, Side side, const EventRow& row, const RowIds& ids) {
  const auto [high, low] = halves(ip);
  hosts_[{high, low, static_cast<std::int64_t>(side), row.time / hour,
          static_cast<std::int64_t>(row.event_class), ids.type, ids.organisation, row.severity,
          ids.verb}] += 1;
}

Result<bool> Rollups::flush() {
  for (const auto& [key, count] : facts_) {
    for (Statement* statement : {&raise_fact_, &insert_fact_}) {
      for (std::size_t i = 0; i < key.size(); ++i) statement->bind(static_cast<int>(i) + 1, key[i]);
      statement->bind(static_cast<int>(key.size()) + 1, count);
    }
    if (auto done = raise(*connection_, raise_fact_, insert_fact_, fact_rows_); !done)
      return done.error();
  }
  for (const auto& [key, count] : hosts_) {
    IpAddress ip;
    std::memcpy(ip.octets.data(), key.data(), 16);
    for (Statement* statement : {&raise_host_, &insert_host_}) {
      bind_address(*statement, 1, ip);
      for (std::size_t i = 2; i < key.size(); ++i) statement->bind(static_cast<int>(i), key[i]);
      statement->bind(static_cast<int>(key.size()), count);
    }
    if (auto done = raise(*connection_, raise_host_, insert_host_, host_rows_); !done)
      return done.error();
  }
  clear();
  return fact_rows_ <= fact_rows && host_rows_ <= host_rows;
}

void Rollups::clear() {
  facts_.clear();
  hosts_.clear();
}

Result<bool> mark_state(Connection& connection, std::int64_t n, AlertState state) {
  auto find = connection.prepare(
      "SELECT time, type, organisation, sensor, severity, coalesce(sid, -1), state, coalesce(verb, "
      "0),"
      " coalesce(proto, 0), coalesce(app_proto, 0) FROM events WHERE n = ? AND class = 0");
  if (!find) return find.error();
  const auto found = find->with(n).step();
  if (!found) return found.error();
  if (!*found) return false;
  const std::int64_t before = find->integer(6), after = static_cast<std::int64_t>(state);
  if (before == after) return true;
  // Columns of a fact in the order of the table; `state` is the eighth.
  std::array<std::int64_t, 11> key = {find->integer(0) / hour, 0,
                                      find->integer(1),        find->integer(2),
                                      find->integer(3),        find->integer(4),
                                      find->integer(5),        before,
                                      find->integer(7),        find->integer(8),
                                      find->integer(9)};
  find->reset();
  auto set = connection.prepare("UPDATE events SET state = ? WHERE n = ?");
  auto raise = connection.prepare(raise_fact);
  auto insert = connection.prepare(insert_fact);
  if (!set) return set.error();
  if (!raise) return raise.error();
  if (!insert) return insert.error();
  if (auto done = set->with(after, n).run(); !done) return done.error();
  std::int64_t rows = 0;
  for (const auto& [of_state, change] :
       {std::pair{before, std::int64_t{-1}}, std::pair{after, std::int64_t{1}}}) {
    key[7] = of_state;
    for (Statement* statement : {&*raise, &*insert}) {
      for (std::size_t i = 0; i < key.size(); ++i) statement->bind(static_cast<int>(i) + 1, key[i]);
      statement->bind(static_cast<int>(key.size()) + 1, change);
    }
    if (auto done = store::raise(connection, *raise, *insert, rows); !done) return done.error();
  }
  return true;
}

}  // namespace langyan::store
