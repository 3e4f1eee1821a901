// Rollups: how many events an hour had of each kind (facts) and of each address (hosts), kept in
// the same transaction as the events, so that a dashboard's question reads thousands of rows, not
// millions.
//
// Counts of a batch are gathered in memory and written once by flush(). A file whose events take
// too many different values (a scan of a whole network, a hostile sensor) gives its roll-ups up:
// the tables stay bounded and questions read the rows.
// Used by the writing thread.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>

#include "base/hash.h"
#include "store/event_row.h"
#include "store/sqlite/connection.h"

namespace langyan::store {

// The numbers that stand for a row's names in its file; 0: the row has none.
struct RowIds {
  std::int64_t type = 0, organisation = 0, sensor = 0, origin = 0;
  std::int64_t proto = 0, app_proto = 0, signature = 0, verb = 0, result = 0, function = 0, via = 0;
};

// The octets must live until the statement ran.
void bind_address(Statement& statement, int at, const IpAddress& ip);
void bind_address(Statement& statement, int at, IpAddress&& ip) = delete;

constexpr std::int64_t no_sid = -1;
enum class Side : std::uint8_t { src, dst, both };  // both: an event from an address to itself

class Rollups {
 public:
  static Result<Rollups> open(Connection& connection);

  void add(const EventRow& row, const RowIds& ids);
  // false: the tables are full; the caller notes it in the file and adds no more.
  Result<bool> flush();
  void clear();

 private:
  template <std::size_t N>
  struct Hasher {
    std::size_t operator()(const std::array<std::int64_t, N>& key) const {
      std::uint64_t state = N;
      for (std::int64_t part : key) state = combine(state, static_cast<std::uint64_t>(part));
      return state;
    }
  };
  static constexpr std::size_t fact_parts = 11, host_parts = 9;  // a host's address takes two
  template <std::size_t N>
  using Tally = std::unordered_map<std::array<std::int64_t, N>, std::int64_t, Hasher<N>>;

  void add_host(const IpAddress& ip, Side side, const EventRow& row, const RowIds& ids);

  Connection* connection_ = nullptr;  // the writer's
  Statement raise_fact_, insert_fact_, raise_host_, insert_host_;
  std::int64_t fact_rows_ = 0, host_rows_ = 0;
  Tally<fact_parts> facts_;
  Tally<host_parts> hosts_;
};

// Notes the state of an alert beside it and in the facts; false: there is no such alert.
Result<bool> mark_state(Connection& connection, std::int64_t n, AlertState state);

}  // namespace langyan::store
