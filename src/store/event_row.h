// EventRow: one event line as the stores keep it: fixed columns, and the line itself as received.
//
// parse_lines() reads a body of NDJSON with simdjson and checks every line completely: UTF-8, JSON,
// length, depth, repeated keys, and that timestamp, event_type and origin are there. A line that is
// not right is refused alone, with its index and reason; all others are kept. Fields the columns do
// not name are kept, because the line is; a text that a column cannot take is left in the line
// only. EventParser is used by one thread at a time; rows live as long as the ParsedLines they are
// in.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/result.h"
#include "base/time.h"

namespace langyan::store {

constexpr std::size_t line_bytes = std::size_t{1} << 20;  // an alert with its packets stays below
constexpr std::size_t line_depth = 32;                    // EVE needs 6
constexpr std::size_t name_bytes = 256;          // an event type, verb, sensor, protocol …
constexpr std::size_t column_text_bytes = 4096;  // a signature, an object
constexpr std::size_t most_via = 8;  // centers an event may have come through; the tiers are three
constexpr std::uint64_t gap_positions = std::uint64_t{1} << 48;  // more is a lie, not a gap

// alert and bulk come from sensors and lower centers. state is the center's own: the alert_state
// events it makes itself; an ingest handler refuses that lane from outside.
enum class Lane : std::uint8_t { alert, bulk, state };
std::string_view name_of(Lane lane);
std::optional<Lane> lane_of(std::string_view name);

// What retention and the pages distinguish. An operation is an event with ot.verb that is no alert.
enum class EventClass : std::uint8_t { alert, operation, flow, stats, other };
std::string_view name_of(EventClass event_class);
std::optional<EventClass> event_class_of(std::string_view name);

// fresh is written "new", false_positive "false-positive".
enum class AlertState : std::uint8_t { fresh, acknowledged, closed, false_positive };
constexpr std::size_t alert_states = 4;
std::string_view name_of(AlertState state);
std::optional<AlertState> alert_state_of(std::string_view name);

std::string epoch_text(std::uint64_t epoch);  // 16 hex digits
std::optional<std::uint64_t> parse_epoch(std::string_view text);

// Every view points into the ParsedLines (or line) the row came from.
struct EventRow {
  std::uint64_t offset = 0;  // its position is the batch's first + offset
  std::uint64_t covers = 1;  // positions; more than one only for a gap
  Time time = 0;
  std::string_view sensor;  // origin identity: made where the event was, never changed
  std::uint64_t epoch = 0;
  Lane lane = Lane::bulk;
  std::uint64_t seq = 0;
  std::string_view via;      // of `via`, the centers it came through: the last; empty: straight from its sensor
  std::string_view claimed;  // `organisation` as a lower center says; whoever takes the line in judges it
  std::string_view organisation;  // whose it is; empty: the batch's
  EventClass event_class = EventClass::other;
  std::string_view event_type;
  std::optional<IpAddress> src_ip, dst_ip;
  std::optional<std::uint16_t> src_port, dst_port;
  std::string_view proto, app_proto, community_id;
  std::optional<std::uint64_t> flow_id;
  std::optional<std::uint64_t> sid;
  std::uint8_t severity = 0;  // 1 is worst; an alert that states none is 3; 0: not an alert
  std::string_view signature, category;
  std::string_view ot_verb, ot_object, ot_result;
  std::optional<double> ot_value;
  std::string_view function;
  std::string_view alert_id;  // alert_state events: which alert went to which state
  std::optional<AlertState> state;
  std::string_view gap_reason;
  std::string_view json;  // the line, without its newline
};

struct Refusal {
  std::size_t index = 0;     // of the line in the body, from 0; empty lines are not counted
  std::uint64_t offset = 0;  // of the position it would have had
  std::string reason;        // a phrase: "not UTF-8", "no event_type"
};

struct ParsedLines {
  std::vector<EventRow> rows;
  std::vector<Refusal> refused;
  std::uint64_t covers = 0;  // positions of all lines; a refused line counts one
  std::size_t lines = 0;

  std::string body;               // owns what rows point to where nothing was escaped
  std::unique_ptr<char[]> texts;  // owns the unescaped texts
};

class EventParser {
 public:
  EventParser();
  ~EventParser();
  EventParser(EventParser&&) noexcept;
  EventParser& operator=(EventParser&&) noexcept;

  // `epoch` is that of the spool the lines come from: a gap line of that epoch covers all positions
  // it names, one of another epoch is an event passed on and covers its own.
  ParsedLines parse_lines(std::string body, std::uint64_t epoch);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

// One line, for tools and tests; the row points into the returned owner.
Result<ParsedLines> parse_event(std::string_view line, std::uint64_t epoch = 0);

}  // namespace langyan::store
