// Book: what a sensor has learned of its plant, as it tells its center (docs/design/0047-learned-book.md).
//
//   {"book":{"version":1,"file":"/var/lib/langyan-sensor/spool/baseline.json","left_out":0,
//     "zones":[{"name":"plant","mode":"learn","watched":43200,"left":561600}],
//     "rows":[{"client":"10.3.2.12","server":"10.3.1.14","zone":"plant","protocol":"modbus","unit":1,"verb":"write","function":6,
//              "object":"40010..40020","least":0,"most":1200,"step":100,"valued":true,"limit":true,…},
//             {"client":"10.3.2.12","server":"10.3.1.14","zone":"plant","octets":1250000,"hours_seen":168}]}}
//
// Fields in the rule book's notations, not sentences: who shows them has the words. A row with a verb is a habit, one without says
// what the two exchange within an hour. Members at their default are left out. read_book() refuses what write_book() would not
// have made, with the place and the reason, so a center keeps nothing that it does not understand.
//
// Values: any thread, each its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace langyan::uplink {

constexpr std::size_t largest_book = 8u << 20;  // octets of its JSON; half of what a center's document may have

struct BookZone {
  std::string name, mode;      // baseline::mode_name
  std::uint64_t watched = 0;   // seconds of traffic it has learned from
  std::uint64_t left = 0;      // seconds until it enforces; 0: it does not wait for that
};

struct BookRow {
  static constexpr std::uint64_t no_function = UINT32_MAX;
  std::string client, server, zone;
  std::string protocol, transport;  // no protocol: nobody knows what they speak on `port`
  std::string verb, object;
  std::string hours, days;          // "6-14 22" and "mon-fri", UTC; empty: any
  std::string said;                 // "value step hour period stopped", or "volume": deviations that are not settled
  std::uint64_t port = 0, unit = 0, function = no_function;
  std::uint64_t count = 0, hours_seen = 0;
  Time since = 0, last = 0;
  double least = 0, most = 0, step = 0;  // where `valued`
  double period = 0;                     // seconds; 0: none
  double octets = 0, peak = 0;           // within an hour: at most, and the busiest that was too much
  bool anything = false;                 // so many names that none is new
  bool valued = false, limit = false;    // limit: a value outside is said
  bool steady = false;                   // its absence is said
  bool given = false;                    // a person's word
  bool fresh = false;                    // new and not settled

  bool habit() const { return !verb.empty(); }
  bool waits() const { return fresh || !said.empty(); }
};

struct Book {
  std::string file;             // on the sensor's host, for the commands that change it
  std::uint64_t left_out = 0;   // rows for which there was no room
  std::vector<BookZone> zones;
  std::vector<BookRow> rows;
};

std::string write_book(const Book& book);
Result<Book> read_book(std::string_view text);

// Parts of it, for answers of a center. Of a row the members alone: the object is the caller's.
void write_zones(JsonWriter& json, const std::vector<BookZone>& zones);
void write_row(JsonWriter& json, const BookRow& row);

// Which row it is, whatever was counted or measured of it: two of one book that are alike have a range each.
std::uint64_t identity_of(const BookRow& row);
// Alike in books that differ only in what was counted since.
std::uint64_t digest_of(const Book& book);

}  // namespace langyan::uplink
