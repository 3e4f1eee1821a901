// The table of events in ClickHouse: its columns, how a row is written into them, and what a row
// of an answer is. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/clickhouse/client.h"
#include "store/clickhouse/members.h"
#include "store/event_store.h"

namespace langyan::store {

struct KeptRow {  // what is written of an event
  std::uint64_t n = 0;    // its place in the order of receipt
  std::uint32_t day = 0;  // of receipt, since 1970: the partition
  const Batch* batch = nullptr;
  const EventRow* row = nullptr;
  std::uint64_t position = 0;  // in its stream
  const clickhouse::Members* members = nullptr;  // of its line
};

std::string column_list();  // "n UInt64, day UInt32, …" for CREATE TABLE
void write(const KeptRow& kept, RowWriter& out);
// The columns that version 2 added: what a line's members are. Names, and a row of them alone.
std::vector<std::string> member_columns();  // "number_paths Array(String)", …
void write_members(const clickhouse::Members& members, RowWriter& out);

struct Place {  // of an event in pages: newest event time first; both numbers are its id
  Time time = 0;
  std::uint64_t n = 0;
};
std::string place_text(const Place& place);  // "646f…-1f", hexadecimal
std::optional<Place> parse_place(std::string_view text);

struct DimensionColumn {
  std::string_view value;  // an expression: text, or 16 octets of an address
  std::string_view has;    // the condition that there is one
  bool address = false;
};
DimensionColumn column_of_clickhouse(Dimension dimension);

// What an Event is made of, in this order; states come from elsewhere.
constexpr std::string_view event_columns_of_clickhouse =
    "n, time, received, class, event_type, organisation, sensor, json, via";
Event read_event(RowReader& in, std::uint64_t& n);

}  // namespace langyan::store
