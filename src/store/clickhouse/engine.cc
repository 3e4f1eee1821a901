// Opening: tables, and what is kept beside them.
#include "store/clickhouse/engine.h"

#include <algorithm>

#include "base/log.h"

namespace langyan::store {
namespace {

Error short_answer(std::string_view what) {
  return {ErrorKind::failed, "ClickHouse answered less than asked for: " + std::string(what)};
}

}  // namespace

Result<void> ClickHouseEventStore::open() {
  if (client_.nodes() == 0)
    return Error{ErrorKind::usage, "ClickHouse needs at least one node, such as http://127.0.0.1:8123"};
  if (client_.nodes() % client_.replicas() != 0)
    return Error{ErrorKind::usage, "clickhouse.nodes lists " + std::to_string(client_.nodes()) +
                                       " nodes, which are no shards of " + std::to_string(client_.replicas()) +
                                       " replicas each"};
  if (sharded() && options_.cluster.empty())
    return Error{ErrorKind::usage,
                 "several shards of ClickHouse need the name of their cluster in remote_servers"};
  const auto there = look();
  if (!there) return there.error();
  for (const std::size_t node : *there)
    if (auto done = make_tables(node); !done) return done;
  if (auto done = wait_for_rest(); !done) return done;
  return load();
}

Result<void> ClickHouseEventStore::all_at_rest() {
  for (std::size_t shard = 0; shard < client_.shards(); ++shard) {
    const auto rest = at_rest(shard);
    if (!rest) return rest.error();
    if (auto done = go_on(shard, *rest); !done) return done;
  }
  return {};
}

// A center that was killed may have left an insert that still runs; what it keeps must be counted.
// Questions are answered while a replica or the keeper is away.
Result<void> ClickHouseEventStore::wait_for_rest() {
  const Time until = clock_.monotonic() + options_.insert_time;
  for (;;) {
    const auto done = all_at_rest();
    if (done) return {};
    if (done.error().kind == ErrorKind::io && replicated_) {
      logging::warn("events in ClickHouse can be read only: " + done.error().message);
      forgotten_ = true;
      return {};
    }
    if (done.error().kind != ErrorKind::conflict || clock_.monotonic() > until) return done;
    clock_.sleep(100 * millisecond);
  }
}

// Under write_mutex_.
Result<void> ClickHouseEventStore::recall() {
  if (!forgotten_) return {};
  if (auto done = all_at_rest(); !done) return Error{ErrorKind::io, done.error().message};
  if (auto done = load(); !done) return done;
  forgotten_ = false;
  return {};
}

// For readers of what would not be taken back: watermarks, order of receipt.
Result<void> ClickHouseEventStore::certain() {
  if (!forgotten_) return {};
  const std::unique_lock lock(write_mutex_, std::try_to_lock);
  if (!lock) return Error{ErrorKind::io, "what ClickHouse keeps is being looked at; ask again"};
  return recall();
}

Result<std::string> ClickHouseEventStore::ask_whole(const std::string& sql) {
  bool complete = true;
  auto answer = client_.ask_any(sql, options_.insert_time, complete);
  if (answer && !complete) return Error{ErrorKind::io, "a shard of ClickHouse is away"};
  return answer;
}

// Rows that were removed for their age are known by what was saved before (shard 0); all since then
// by themselves.
Result<void> ClickHouseEventStore::load() {
  Known known;
  std::uint64_t saved_streams = 0, saved_sensors = 0;
  if (auto done = load_saved(known, saved_streams, saved_sensors); !done) return done;
  if (auto done = load_rows(known, saved_streams, saved_sensors); !done) return done;
  const auto days =
      ask_whole("SELECT day, min(n), max(n), min(time), max(time) FROM " + event_rows() + " GROUP BY day");
  if (!days) return days.error();
  known.last_n = std::max(saved_streams, saved_sensors);
  RowReader in(*days);
  while (in.more()) {
    const auto day = in.number<std::uint32_t>();
    Days& numbers = known.days[day];
    numbers.first_n = in.number<std::uint64_t>(), numbers.last_n = in.number<std::uint64_t>();
    known.last_n = std::max(known.last_n, numbers.last_n);
    known.first_event = std::min<Time>(known.first_event, in.number<std::int64_t>());
    known.last_event = std::max<Time>(known.last_event, in.number<std::int64_t>());
  }
  if (!in.sound()) return short_answer("days");
  const auto voided = last_voided();
  if (!voided) return voided.error();
  unknown_.clear();
  const std::lock_guard lock(mutex_);
  next_n_ = std::max(known.last_n, *voided) + 1;
  for (const Void& each : void_) next_n_ = std::max(next_n_, each.last_n + 1);
  known_ = std::move(known), held_n_ = 0;
  return {};
}

Result<void> ClickHouseEventStore::load_saved(Known& known, std::uint64_t& saved_streams,
                                              std::uint64_t& saved_sensors) {
  const auto streams = client_.ask_shard(
      0, "SELECT source, epoch, lane, organisation, watermark, first_seen, last_seen, saved FROM " +
             table("streams_local") + " FINAL", options_.insert_time);
  if (!streams) return streams.error();
  RowReader in(*streams);
  while (in.more()) {
    Stream stream;
    stream.source = in.text(), stream.epoch = in.number<std::uint64_t>();
    stream.lane = static_cast<Lane>(in.number<std::uint8_t>());
    stream.organisation = in.text(), stream.watermark = in.number<std::uint64_t>();
    stream.first_seen = in.number<std::int64_t>(), stream.last_seen = in.number<std::int64_t>();
    saved_streams = std::max(saved_streams, in.number<std::uint64_t>());
    known.streams[{stream.source, stream.epoch, stream.lane}] = std::move(stream);
  }
  if (!in.sound()) return short_answer("streams");
  const auto sensors = client_.ask_shard(
      0, "SELECT sensor, organisation, first_seen, last_seen, last_event, events, alerts, stats, saved, via FROM " +
             table("sensors_local") + " FINAL", options_.insert_time);
  if (!sensors) return sensors.error();
  in = RowReader(*sensors);
  while (in.more()) {
    Sensor sensor;
    sensor.name = in.text(), sensor.organisation = in.text();
    sensor.first_seen = in.number<std::int64_t>(), sensor.last_seen = in.number<std::int64_t>();
    sensor.last_event = in.number<std::int64_t>(), sensor.events = in.number<std::uint64_t>();
    sensor.alerts = in.number<std::uint64_t>(), sensor.stats = in.text();
    saved_sensors = std::max(saved_sensors, in.number<std::uint64_t>());
    sensor.via = in.text();
    known.sensors[{sensor.name, sensor.organisation}] = std::move(sensor);
  }
  return in.sound() ? Result<void>() : Result<void>(short_answer("sensors"));
}

Result<void> ClickHouseEventStore::load_rows(Known& known, std::uint64_t saved_streams, std::uint64_t saved_sensors) {
  const auto streams =
      ask_whole("SELECT source, epoch, lane, any(owner), max(last), min(received), max(received) FROM " + event_rows() +
                " AND n > " + std::to_string(saved_streams) + " GROUP BY source, epoch, lane");
  if (!streams) return streams.error();
  RowReader in(*streams);
  while (in.more()) {
    const std::string source(in.text());
    const auto epoch = in.number<std::uint64_t>();
    const auto lane = static_cast<Lane>(in.number<std::uint8_t>());
    Stream& stream = known.streams[{source, epoch, lane}];
    const bool is_new = stream.source.empty();
    stream.source = source, stream.epoch = epoch, stream.lane = lane;
    const std::string organisation(in.text());
    if (is_new) stream.organisation = organisation;
    stream.watermark = std::max(stream.watermark, in.number<std::uint64_t>());
    const Time first = in.number<std::int64_t>();
    if (is_new) stream.first_seen = first;
    stream.last_seen = std::max<Time>(stream.last_seen, in.number<std::int64_t>());
  }
  if (!in.sound()) return short_answer("rows by stream");
  const auto sensors = ask_whole(
      "SELECT sensor, organisation, min(received), max(received), max(time), count(), countIf(class = 0), "
      "argMax(if(class = 3, json, ''), if(class = 3, n, 0)), argMax(via, n) FROM " +
      event_rows() + " AND n > " + std::to_string(saved_sensors) + " GROUP BY sensor, organisation");
  if (!sensors) return sensors.error();
  in = RowReader(*sensors);
  while (in.more()) {
    const std::string name(in.text()), organisation(in.text());
    Sensor& sensor = known.sensors[{name, organisation}];
    const bool is_new = sensor.name.empty();
    sensor.name = name, sensor.organisation = organisation;
    const Time first = in.number<std::int64_t>();
    if (is_new) sensor.first_seen = first;
    sensor.last_seen = std::max<Time>(sensor.last_seen, in.number<std::int64_t>());
    sensor.last_event = std::max<Time>(sensor.last_event, in.number<std::int64_t>());
    sensor.events += in.number<std::uint64_t>(), sensor.alerts += in.number<std::uint64_t>();
    if (const auto stats = in.text(); !stats.empty()) sensor.stats = stats;
    sensor.via = in.text();
  }
  return in.sound() ? Result<void>() : Result<void>(short_answer("rows by sensor"));
}

// Before rows are removed. All that is saved is of one moment, between two groups.
Result<void> ClickHouseEventStore::save() {
  RowWriter streams, sensors;
  {
    const std::lock_guard writing(write_mutex_);
    const std::lock_guard lock(mutex_);
    if (forgotten_ || held_n_ != 0)
      return Error{ErrorKind::io, "it is not known yet what became of an earlier batch; nothing is removed before"};
    if (!changed_) return {};
    for (const auto& [key, stream] : known_.streams) {
      streams.text(stream.source), streams.number(stream.epoch);
      streams.number(static_cast<std::uint8_t>(stream.lane)), streams.text(stream.organisation);
      streams.number(stream.watermark), streams.number<std::int64_t>(stream.first_seen);
      streams.number<std::int64_t>(stream.last_seen), streams.number(known_.last_n);
    }
    for (const auto& [key, sensor] : known_.sensors) {
      sensors.text(sensor.name), sensors.text(sensor.organisation);
      sensors.number<std::int64_t>(sensor.first_seen), sensors.number<std::int64_t>(sensor.last_seen);
      sensors.number<std::int64_t>(sensor.last_event), sensors.number(sensor.events);
      sensors.number(sensor.alerts), sensors.text(sensor.stats), sensors.number(known_.last_n),
          sensors.text(sensor.via);
    }
    changed_ = false;
  }
  for (auto& [name, rows] :
       {std::pair<std::string, RowWriter*>{"streams_local", &streams}, {"sensors_local", &sensors}}) {
    const auto done = insert_beside(0, name, rows->take());
    if (done) continue;
    const std::lock_guard lock(mutex_);
    changed_ = true;
    return done;
  }
  return {};
}

std::uint64_t ClickHouseEventStore::visible() const {
  return held_n_ != 0 ? held_n_ - 1 : known_.last_n;
}

Result<std::uint64_t> ClickHouseEventStore::watermark(const Scope& scope, std::string_view source,
                                                      std::uint64_t epoch, Lane lane) {
  if (auto done = certain(); !done) return done.error();
  const std::lock_guard lock(mutex_);
  const auto found = known_.streams.find({std::string(source), epoch, lane});
  if (found == known_.streams.end() || !scope.covers(found->second.organisation)) return std::uint64_t{0};
  return found->second.watermark;
}

Result<std::vector<Stream>> ClickHouseEventStore::streams(const Scope& scope) {
  std::vector<Stream> list;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, stream] : known_.streams)
    if (stream.lane == Lane::state ? scope.is_all() : scope.covers(stream.organisation)) list.push_back(stream);
  std::ranges::stable_sort(list, [](const Stream& a, const Stream& b) {
    return std::tie(a.source, b.first_seen) < std::tie(b.source, a.first_seen);
  });
  return list;
}

Result<std::vector<Sensor>> ClickHouseEventStore::sensors(const Scope& scope) {
  const auto all_streams = streams(scope);
  std::vector<Sensor> list;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, sensor] : known_.sensors) {
    if (!scope.covers(sensor.organisation)) continue;
    list.push_back(sensor);
    auto stream = std::ranges::lower_bound(*all_streams, sensor.name, {}, &Stream::source);
    for (; stream != all_streams->end() && stream->source == sensor.name; ++stream)
      if (stream->organisation == sensor.organisation) list.back().streams.push_back(*stream);
  }
  return list;
}

// Says that the shards answer, too: whoever asks for the end is about to wait there.
Result<std::string> ClickHouseEventStore::tail() {
  if (auto done = certain(); !done) return done.error();
  for (std::size_t shard = 0; shard < client_.shards(); ++shard)
    if (const auto answer = client_.ask_shard(shard, "SELECT 1", options_.query_time); !answer) return answer.error();
  const std::lock_guard lock(mutex_);
  return place_text({0, visible()});
}

std::uint64_t ClickHouseEventStore::overtaken(const Filter& filter, std::string_view cursor) {
  const auto place = cursor.empty() ? Place{} : parse_place(cursor);
  return place ? gone_.behind({0, place->n}, filter) : 0;
}

Result<std::unique_ptr<EventStore>> open_clickhouse(Clock& clock, ClickHouseOptions options) {
  auto store = std::make_unique<ClickHouseEventStore>(clock, std::move(options));
  if (auto done = store->open(); !done) return done.error();
  return std::unique_ptr<EventStore>(std::move(store));
}

}  // namespace langyan::store
