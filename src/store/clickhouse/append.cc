// The writing side of ClickHouseEventStore.
#include <algorithm>
#include <exception>
#include <utility>

#include "base/hash.h"
#include "store/clickhouse/engine.h"
#include "store/incoming.h"

namespace langyan::store {
namespace {

// Of one insert: ClickHouse makes one part of it as long as it is below a million rows.
constexpr std::size_t group_rows = 100'000;

std::uint32_t day_of(const Batch& batch) {
  return static_cast<std::uint32_t>(batch.received / day);
}

}  // namespace

Result<Accepted> ClickHouseEventStore::append(const Scope& scope, const Batch& batch) {
  if (auto checked = check(scope, batch); !checked) return checked.error();
  return queue_.append(batch, group_rows, [this](Group group) { write(group); });
}

// One insert is of one day, as a partition is what is kept or not kept as a whole.
void ClickHouseEventStore::write(Group group) {
  const std::lock_guard lock(write_mutex_);
  try {
    if (auto done = recall(); !done) return AppendQueue::give_up(group, done.error());
    while (!group.empty()) {
      const std::uint32_t day = day_of(*group.front()->batch);
      const auto end = std::ranges::find_if(group, [&](const Request* each) { return day_of(*each->batch) != day; });
      const auto size = static_cast<std::size_t>(end - group.begin());
      write_day(group.first(size), day);
      group = group.subspan(size);
    }
  } catch (const std::exception&) {
    forgotten_ = true;
    AppendQueue::give_up(group, {ErrorKind::failed, "out of memory"});
  }
}

void ClickHouseEventStore::write_day(Group group, std::uint32_t day) {
  std::vector<Insert> inserts(client_.shards());
  for (std::size_t shard = 0; shard < inserts.size(); ++shard) inserts[shard].shard = shard, inserts[shard].day = day;
  std::vector<std::optional<Error>> refused(inserts.size());
  look_for_replicas();
  for (std::size_t shard = 0; shard < inserts.size(); ++shard)
    if (auto done = settle(shard); !done) refused[shard] = done.error();
  const std::uint64_t first_n = next_n_;
  for (Insert& insert : inserts) {  // the numbers of one insert have no hole, so that a range says them all
    for (Request* request : group) {
      if (hash(bytes_of(request->batch->source)) % inserts.size() != insert.shard) continue;
      if (refused[insert.shard])
        request->answer = *refused[insert.shard];
      else
        put(*request, day, insert);
    }
  }
  hold(first_n);  // shards get their rows one after another, and numbers go across
  for (Insert& insert : inserts) finish(insert);
  for (std::size_t shard = 0; shard < inserts.size(); ++shard) (void)settle(shard);
  hold(0);
  commits_ += std::exchange(applied_, 0);  // who looks now sees all of them
}

// Readers in order of receipt stop before `from` (0: nowhere) and before what is unknown.
void ClickHouseEventStore::hold(std::uint64_t from) {
  const std::lock_guard lock(mutex_);
  held_n_ = from;
  for (const auto& [shard, insert] : unknown_)
    held_n_ = held_n_ == 0 ? insert.first_n : std::min(held_n_, insert.first_n);
}

// Adds what is new of a batch to the insert of its shard.
void ClickHouseEventStore::put(Request& request, std::uint32_t day, Insert& insert) {
  const Batch& batch = *request.batch;
  const StreamKey key{std::string(batch.source), batch.epoch, batch.lane};
  Stream stream;
  if (const auto pending = insert.streams.find(key); pending != insert.streams.end()) {
    stream = pending->second;
  } else {
    const std::lock_guard lock(mutex_);
    if (const auto known = known_.streams.find(key); known != known_.streams.end()) stream = known->second;
  }
  request.answer = take_new(batch, {stream.organisation, stream.watermark}, options_.dedup_off,
                            [&](const EventRow& row, std::uint64_t position) {
                              note(insert, {next_n_++, day, &batch, &row, position, &members_.read(row.json)});
                              return Result<void>();
                            });
  if (!request.answer || request.answer->ahead || batch.count == 0) return;
  if (stream.source.empty())
    stream.source = batch.source, stream.epoch = batch.epoch, stream.lane = batch.lane,
    stream.organisation = batch.organisation, stream.first_seen = batch.received;
  stream.watermark = request.answer->watermark;
  stream.last_seen = std::max(stream.last_seen, batch.received);
  insert.streams[key] = std::move(stream);
  insert.requests.push_back(&request);
}

void ClickHouseEventStore::note(Insert& insert, const KeptRow& kept) {
  if (insert.rows.empty()) insert.first_n = kept.n;
  insert.last_n = kept.n;
  insert.first_event = std::min(insert.first_event, kept.row->time);
  store::write(kept, insert.rows);
  const EventRow& row = *kept.row;
  Sensor& sensor = insert.sensors[{std::string(row.sensor), std::string(owner_of(*kept.batch, row))}];
  sensor.via = row.via;
  sensor.first_seen = sensor.events == 0 ? kept.batch->received : sensor.first_seen;
  sensor.last_seen = std::max(sensor.last_seen, kept.batch->received);
  sensor.last_event = std::max(sensor.last_event, row.time);
  sensor.events += 1, sensor.alerts += row.event_class == EventClass::alert;
  if (row.event_class == EventClass::stats) sensor.stats = row.json;
  if (kept.batch->lane != Lane::state || !row.state) return;
  if (const auto alert = parse_place(row.alert_id)) insert.marks.emplace_back(alert->n, *row.state);
}

// Marks go to every shard, as each asks its own for them, and before the event that tells of them: a
// crash in between leaves an event that is sent again and marks again, which changes nothing.
Result<void> ClickHouseEventStore::mark(const Insert& insert) {
  if (insert.marks.empty()) return {};
  RowWriter rows;
  std::uint64_t version = insert.first_n;
  for (const auto& [n, state] : insert.marks)
    rows.number(n), rows.number(version++), rows.number(static_cast<std::uint8_t>(state));
  const std::string body = rows.take();
  for (std::size_t shard = 0; shard < client_.shards(); ++shard)
    if (auto done = insert_beside(shard, "states_local", body); !done) return done;
  return {};
}

void ClickHouseEventStore::finish(Insert& insert) {
  if (insert.requests.empty()) return;
  bool unknown = false;
  auto done = mark(insert);
  if (done && !insert.rows.empty()) {
    insert.query_id = query_ids() + std::to_string(insert.first_n);
    done = client_.insert(insert.shard, table("events_local"), insert.query_id, insert.rows.take(), unknown);
  }
  if (!done) {
    if (done.error().kind == ErrorKind::full) refused_full_ += insert.requests.size();
    for (Request* request : insert.requests) request->answer = done.error();
    if (!unknown || insert.query_id.empty()) return;
    insert.requests.clear();
    const std::size_t shard = insert.shard;
    unknown_[shard] = std::move(insert);
    return;
  }
  for (const Request* request : insert.requests)
    rows_stored_ += request->answer->stored, rows_skipped_ += request->answer->skipped;
  batches_ += insert.requests.size();
  apply(insert);
}

void ClickHouseEventStore::apply(const Insert& insert) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, stream] : insert.streams) known_.streams[key] = stream;
    for (const auto& [key, added] : insert.sensors) {
      Sensor& sensor = known_.sensors[key];
      if (sensor.name.empty())
        sensor.name = key.first, sensor.organisation = key.second, sensor.first_seen = added.first_seen;
      sensor.last_seen = std::max(sensor.last_seen, added.last_seen);
      sensor.last_event = std::max(sensor.last_event, added.last_event);
      sensor.events += added.events, sensor.alerts += added.alerts;
      if (!added.stats.empty()) sensor.stats = added.stats;
      sensor.via = added.via;
      known_.last_event = std::max(known_.last_event, added.last_event);
    }
    known_.first_event = std::min(known_.first_event, insert.first_event);
    if (insert.last_n > 0) {
      const auto [numbers, is_new] = known_.days.try_emplace(insert.day, Days{insert.first_n, insert.last_n});
      if (!is_new)
        numbers->second.first_n = std::min(numbers->second.first_n, insert.first_n),
        numbers->second.last_n = std::max(numbers->second.last_n, insert.last_n);
      known_.last_n = std::max(known_.last_n, insert.last_n);
    }
    changed_ = true;
  }
  applied_ += 1;
}

// What became of an insert whose answer was lost: it is over when the shard is at rest, and kept
// whole or not at all. Where a replica is away, the shard goes on without it.
Result<void> ClickHouseEventStore::settle(std::size_t shard) {
  const auto found = unknown_.find(shard);
  if (found == unknown_.end()) {
    if (!doubtful_[shard]) return {};
    const auto rest = at_rest(shard);
    if (rest && go_on(shard, *rest)) doubtful_[shard] = false;
    return {};
  }
  const Insert& insert = found->second;
  const auto unsettled = [](const Error& error) {
    return Error{ErrorKind::io, "it is not known yet what became of an earlier batch: " + error.message};
  };
  const auto rest = at_rest(shard);
  if (!rest) return unsettled(rest.error());
  if (auto done = go_on(shard, *rest); !done) return unsettled(done.error());
  const auto kept = count(client_, rest->node,
                          event_rows("events_local") + " AND day = " + std::to_string(insert.day) +
                              " AND n = " + std::to_string(insert.first_n));
  if (!kept) return unsettled(kept.error());
  if (*kept > 0) apply(insert);
  unknown_.erase(found);
  return {};
}

}  // namespace langyan::store
