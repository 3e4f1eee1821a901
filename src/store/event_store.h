// EventStore: the door to the events of a center. Append-only; what is kept is never edited, only
// the state of an alert is noted beside it.
//
// Promises, whatever engine stands behind it:
//   - append() returns only when the batch would survive a loss of power, or returns an Error and
//     has changed nothing that is seen. Rows and the watermark of (source, epoch, lane) are one
//     transaction: a position is stored exactly once, however often it is sent.
//   - A reader never waits for the writer, and sees whole batches.
//   - Every question ends within Options::query_time, with an answer or an Error that says so.
//   - Nothing outside the scope is ever counted, listed or found.
// Any thread may call any function.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/address.h"
#include "base/result.h"
#include "base/time.h"
#include "query/plan.h"
#include "store/event_row.h"
#include "store/scope.h"

namespace langyan::store {

constexpr std::size_t page_rows = 1'000;      // the longest page
constexpr std::size_t count_buckets = 2'000;  // the longest histogram
constexpr std::size_t count_series = 50;      // further values are summed in one series, "other"
constexpr std::size_t top_rows = 1'000;
constexpr std::size_t filter_values = 1'000;  // all lists of one filter together
constexpr std::size_t most_groups = 100'000;   // different groups of one question
constexpr std::size_t distinct_values = 1'000'000;  // of all distinct() of one question

// What one upload carries. Rows are in order of offset and lie within [first, first + count).
struct Batch {
  std::string_view source;  // who sent it (this hop), as its token or certificate names it
  std::uint64_t epoch = 0;  // of the sender's spool
  Lane lane = Lane::bulk;
  std::uint64_t first = 1;        // position of the first line
  std::uint64_t count = 0;        // positions covered
  std::string_view organisation;  // a path the scope covers; rows may name one below it
  Time received = 0;
  std::span<const EventRow> rows;
  std::span<const Refusal> refused;  // each is kept as a gap event with its reason
};

inline std::string_view owner_of(const Batch& batch, const EventRow& row) {
  return row.organisation.empty() ? batch.organisation : row.organisation;
}

struct Accepted {
  // True: the batch starts beyond watermark + 1 and nothing was changed; send from watermark + 1.
  bool ahead = false;
  std::uint64_t watermark = 0;  // last position committed of (source, epoch, lane)
  std::uint64_t stored = 0;     // rows
  std::uint64_t skipped = 0;    // rows that were there already
};

// Which events. Lists are "any of"; different members are "and"; an empty member does not filter.
struct Filter {
  std::optional<Time> from, to;  // event time, from <= time < to
  std::string organisation;      // a path; narrows the scope
  std::vector<EventClass> classes;
  std::vector<std::string> types, sensors, protos, app_protos;
  std::vector<std::string> vias;  // the lower centers that delivered them
  std::vector<std::uint8_t> severities;
  std::vector<std::uint64_t> sids;
  std::vector<AlertState> states;
  std::vector<IpNetwork> ips, src_ips, dst_ips;  // ips: either end
  std::vector<std::uint16_t> ports, src_ports, dst_ports;
  std::vector<std::string> verbs, objects, results, functions;
  std::optional<double> value_least, value_most;  // ot.value, both included
  std::optional<std::uint64_t> flow_id;
  std::string community_id;
  std::string text;  // part of the signature; ASCII letters match either case
  // What a query asks beyond the lists: all of these parts of its condition (filter_of).
  std::shared_ptr<const query::Condition> where;  // shared with the plan, never changed
  std::vector<std::uint32_t> parts;
};
// The filter that is a plan's condition: what an index or a roll-up knows as lists, the rest as it
// is. `time` false: conditions on the time stay among the rest, too, for a range that is widened.
Filter filter_of(const query::Plan& plan, bool time = true);

struct Event {
  std::string id;      // opaque, url-safe, the same for as long as the event is kept
  std::string cursor;  // its place in the order of receipt, for since()
  Time time = 0;
  Time received = 0;
  EventClass event_class = EventClass::other;
  std::string event_type, organisation, sensor;
  std::string via;                       // the lower center that delivered it; empty: its sensor did
  AlertState state = AlertState::fresh;  // alerts only
  std::string json;                      // the line as received
};

struct Page {
  std::vector<Event> events;
  std::string next;      // cursor of the next page; empty: this was the last
  bool complete = true;  // false: a damaged part of the store could not be read (status() says)
  // The time of the question ended here: events before it were not looked at; `next` goes on.
  std::optional<Time> searched_to;
};

enum class Dimension : std::uint8_t {
  sid,
  src,
  dst,
  severity,
  event_type,
  ot_verb,
  sensor,
  organisation,
  proto,
  app_proto,
};
std::string_view name_of(Dimension dimension);
std::optional<Dimension> dimension_of(std::string_view name);

struct CountQuery {
  Filter filter;           // its from and to are not used
  Time from = 0, to = 0;   // widened to whole buckets
  Duration bucket = hour;  // a multiple of one second; multiples of an hour cost least
  std::optional<Dimension> by;
};

struct Series {
  std::string value;  // as text; empty without `by`
  std::string label;  // the signature, where the value is a sid
  std::vector<std::uint64_t> counts;
  std::uint64_t total = 0;
};

struct Counts {
  Time from = 0;  // start of the first bucket; buckets start at multiples of `bucket`
  Duration bucket = hour;
  std::vector<Series> series;  // largest total first; "other" last
  bool complete = true;
};

struct TopQuery {
  Filter filter;  // its from and to are not used
  Dimension dimension = Dimension::sid;
  std::size_t rows = 10;
  // A range of a day or more is widened to whole hours unless `exact` (the answer says what it
  // covers): whole hours are read from roll-ups, the rest from rows.
  Time from = 0, to = 0;
  bool exact = false;
};

struct TopRow {
  std::string value, label;  // as Series
  std::uint64_t count = 0;
};

struct Top {
  Time from = 0, to = 0;     // what was counted
  std::vector<TopRow> rows;  // most first, then by value
  std::uint64_t total = 0;   // of all values, those not listed too
  bool complete = true;
};

struct Range {  // event time, from <= time < to; what is not given is open
  std::optional<Time> from, to;
};

// One value of an answer: none, a number, a text.
using Cell = std::variant<std::monostate, std::int64_t, std::uint64_t, double, std::string>;

struct Groups {  // of aggregate()
  std::vector<std::string> columns;  // the grouped fields, then the functions
  std::vector<std::vector<Cell>> rows;
  std::uint64_t groups = 0;  // found; rows may be fewer
  std::uint64_t events = 0;  // in all of them
  bool complete = true;
};

// Alerts that are one thing to look at: of one rule between the same two ends. The organisation
// belongs to it because an address means one device within one organisation only.
struct AlertGroup {
  std::string organisation;
  std::optional<std::uint64_t> sid;
  std::string src, dst;  // addresses; empty: its alerts have none
  std::uint64_t count = 0;
  Time first = 0, last = 0;   // of its alerts
  std::uint8_t severity = 0;  // the worst of its alerts
  std::array<std::uint64_t, alert_states> states{};  // how many are in each
  Event newest;
};

struct AlertGroups {
  std::vector<AlertGroup> groups;
  std::string next;                     // as of a Page
  std::uint64_t found = 0, alerts = 0;  // groups on all pages, and the alerts in them
  bool complete = true;
  std::optional<Time> searched_to;  // the time of the question ended here: earlier alerts are in no group
};

// What a question will read, by the roll-ups: never more, often less.
struct Cost {
  std::uint64_t events = 0;  // whose columns are looked at
  bool reads_json = false;   // and their JSON, which takes some twenty times as long
  Duration time = 0;         // roughly
  std::string term;          // the dearest condition; empty: none is dear
  query::Span span;          // where it stands in the query
};

struct Stream {  // one lane of one epoch of a source
  std::string source, organisation;
  std::uint64_t epoch = 0;
  Lane lane = Lane::bulk;
  std::uint64_t watermark = 0;
  Time first_seen = 0, last_seen = 0;  // of receipt
};

struct Sensor {
  std::string name, organisation, via;   // via: the lower center it was last heard through
  Time first_seen = 0, last_seen = 0;    // of receipt
  Time last_event = 0;                   // newest event time
  std::uint64_t events = 0, alerts = 0;  // ever received
  std::string stats;                     // its newest stats event; empty: none yet
  std::vector<Stream> streams;           // where it is itself the source; newest first
};

struct Feed {
  std::vector<Event> events;  // in order of receipt
  std::string cursor;         // go on from here, also when events is empty
  bool more = false;          // there is more already
};

// What an operator and /readyz want to know.
struct PartStatus {
  std::string name;
  std::uint64_t bytes = 0, rows = 0, alerts = 0;
  Time first_event = 0, last_event = 0;
  bool quarantined = false;
};
struct StoreStatus {
  std::vector<PartStatus> parts;  // newest first
  std::uint64_t bytes = 0, quarantined = 0;
  std::optional<std::uint64_t> free_bytes;  // none: not this host's disk
  std::uint64_t rows_stored = 0, rows_skipped = 0, batches = 0, refused_full = 0;  // since opened
  struct Replicas {
    std::uint64_t shards_reduced = 0;  // go on with one replica now
    std::uint64_t failovers = 0;       // times one began to, since opened
    std::uint64_t taken_back = 0;      // events without a quorum then, which their senders sent again
  };
  std::optional<Replicas> replicas;  // none: each event is kept once
};

struct Removed {
  std::uint64_t parts = 0, rows = 0, bytes = 0;
};

class EventStore {
 public:
  virtual ~EventStore() = default;

  // Errors: invalid (the batch contradicts itself), permission (the organisation is not the
  // scope's or not the stream's: a stream has one for life, only the center's own lane, state, has
  // any), full (no room on disk; nothing was written), io.
  virtual Result<Accepted> append(const Scope& scope, const Batch& batch) = 0;
  // 0 where the stream is not known.
  virtual Result<std::uint64_t> watermark(const Scope& scope, std::string_view source,
                                          std::uint64_t epoch, Lane lane) = 0;

  // Newest event time first. A page goes on where the one before ended, whatever arrived meanwhile.
  virtual Result<Page> events(const Scope& scope, const Filter& filter, std::string_view cursor,
                              std::size_t limit) = 0;
  Result<Page> alerts(const Scope& scope, Filter filter, std::string_view cursor,
                      std::size_t limit) {
    filter.classes = {EventClass::alert};
    return events(scope, filter, cursor, limit);
  }
  Result<Page> operations(const Scope& scope, Filter filter, std::string_view cursor,
                          std::size_t limit) {
    filter.classes = {EventClass::operation};
    return events(scope, filter, cursor, limit);
  }
  virtual Result<Event> event(const Scope& scope, std::string_view id) = 0;  // missing
  // Groups of alerts, the one with the newest alert first. All pages count what had been received
  // when the first was asked for; a group whose newest alert left the filter meanwhile moves down,
  // and may come again.
  virtual Result<AlertGroups> alert_groups(const Scope& scope, const Filter& filter,
                                           std::string_view cursor, std::size_t limit) = 0;

  virtual Result<Counts> counts(const Scope& scope, const CountQuery& query) = 0;
  virtual Result<Top> top(const Scope& scope, const TopQuery& query) = 0;

  // Questions by plan (query::understand). What an event has not, no condition
  // on it holds for.
  // Newest event time first, or as the plan says: then one page is all, without `next`. A long
  // search gives what it found in its time, with searched_to and `next` to go on.
  virtual Result<Page> search(const Scope& scope, const query::Plan& plan, const Range& range,
                              std::string_view cursor, std::size_t limit) = 0;
  // By the plan's timechart, or without one the number of events; bucket 0: the plan's.
  virtual Result<Counts> histogram(const Scope& scope, const query::Plan& plan, Time from, Time to,
                                   Duration bucket) = 0;
  // The plan's groups and functions; an event without one of the grouped fields is in no group.
  virtual Result<Groups> aggregate(const Scope& scope, const query::Plan& plan,
                                   const Range& range) = 0;
  virtual Result<Cost> cost(const Scope& scope, const query::Plan& plan, const Range& range) = 0;

  virtual Result<std::vector<Sensor>> sensors(const Scope& scope) = 0;
  virtual Result<std::vector<Stream>> streams(const Scope& scope) = 0;

  // In order of receipt, after the cursor; an empty cursor is the beginning. tail() is the end.
  virtual Result<Feed> since(const Scope& scope, const Filter& filter, std::string_view cursor,
                             std::size_t limit) = 0;
  virtual Result<std::string> tail() = 0;
  // How many events behind the cursor, which the filter may have wanted, retain() removed since the
  // store was opened: what its holder will never see. Once it has moved on it is 0 again.
  virtual std::uint64_t overtaken(const Filter& filter, std::string_view cursor) = 0;
  // Grows with every commit: who polls since() compares it first.
  virtual std::uint64_t commits() const = 0;

  // Removes what is too old or too much, by the options; the center calls it every few minutes.
  virtual Result<Removed> retain(Time now) = 0;
  virtual StoreStatus status() = 0;
};

}  // namespace langyan::store
