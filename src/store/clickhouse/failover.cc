// What a shard does while one of its replicas is away: another one leads. It alone takes rows in and answers, until all
// are back and have what it has.
//
// A batch that the dead one kept from its quorum stays with the leader and may become whole when both are there again.
// It was never acknowledged, and its sender sends it again; so its rows are voided: deleted by a mutation, which waits
// with the keeper as long as the batch does and is the only note of it, and left out of every answer until then.
#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "store/clickhouse/engine.h"

namespace langyan::store {
namespace {

constexpr Duration look_every = 5 * second;     // for replicas that are back
constexpr Duration probe_time = second / 2;     // to say whether one is there
constexpr Duration catch_up_time = 2 * second;  // that writers wait for it, so that it is caught between two batches
constexpr std::string_view from_mark = "(n >= ", to_mark = "(n <= ";  // of a mutation that voids

std::uint64_t number_after(std::string_view text, std::string_view mark) {
  std::uint64_t number = 0;
  const std::size_t at = text.find(mark);
  if (at != text.npos) std::from_chars(text.data() + at + mark.size(), text.data() + text.size(), number);
  return number;
}

}  // namespace

// What questions read: without the rows that were voided and are not deleted yet.
std::string ClickHouseEventStore::event_rows(std::string_view of) const {
  std::string from = table(of) + " WHERE 1";
  const std::lock_guard lock(mutex_);
  for (const Void& each : void_)
    from += " AND NOT (n >= " + std::to_string(each.first_n) + " AND n <= " + std::to_string(each.last_n) + ")";
  return from;
}

// Rows of any shard by their places: Distributed may ask a replica that is back and lacks some, so each shard is asked itself.
Result<std::string> ClickHouseEventStore::ask_rows(const std::function<std::string(std::string_view of)>& sql,
                                                   Time until, bool& complete) {
  if (!sharded() || !client_.reduced()) return ask(sql(events_table()), until, complete);
  const Duration left = until - clock_.monotonic();
  if (left <= 0) return took_too_long(options_.query_time);
  return client_.ask_each(sql("events_local"), left, complete);
}

// Batches that `node` has, and a replica that is away keeps from their quorum.
Result<void> ClickHouseEventStore::void_parts(std::size_t node, const std::vector<std::string>& parts) {
  std::string names;
  for (const std::string& part : parts) names.append(names.empty() ? "" : ", ") += quoted(part);
  const auto batches = client_.ask(node,
                                   "SELECT toUInt64(any(day)), min(n), max(n) FROM " + table("events_local") +
                                       " WHERE _part IN (" + names + ") GROUP BY _part",
                                   options_.query_time);
  if (!batches) return batches.error();
  const auto known = voided(node);
  if (!known) return known.error();
  RowReader in(*batches);
  while (in.more()) {
    const std::string day = std::to_string(in.number<std::uint64_t>());
    const auto first = in.number<std::uint64_t>(), last = in.number<std::uint64_t>();
    note_void({node / client_.replicas(), first, last});  // before the server lists it, which it does a little later
    if (std::ranges::find(*known, first, &Void::first_n) != known->end()) continue;
    const auto done = client_.command(node, "ALTER TABLE " + table("events_local") + " DELETE WHERE (day = " + day +
                                                ") AND " + std::string(from_mark) + std::to_string(first) + ") AND " +
                                                std::string(to_mark) + std::to_string(last) + ")");
    if (!done) return done;
    voided_ += last - first + 1;
  }
  return in.sound() ? Result<void>()
                    : Result<void>(Error{ErrorKind::failed, "ClickHouse answered less than all batches"});
}

Result<std::vector<ClickHouseEventStore::Void>> ClickHouseEventStore::voided(std::size_t node) {
  const auto commands = client_.ask(node,
                                    "SELECT command FROM system.mutations" + of_events("table") +
                                        " AND NOT is_done AND position(command, " + quoted(from_mark) + ") > 0",
                                    options_.query_time);
  if (!commands) return commands.error();
  std::vector<Void> all;
  RowReader in(*commands);
  while (in.more()) {
    const std::string_view command = in.text();
    all.push_back({node / client_.replicas(), number_after(command, from_mark), number_after(command, to_mark), true});
  }
  return all;
}

// The highest number of rows that were ever to be deleted: given again it would be left out of answers as theirs.
Result<std::uint64_t> ClickHouseEventStore::last_voided() {
  std::uint64_t last = 0;
  for (std::size_t shard = 0; replicated_ && shard < client_.shards(); ++shard) {
    const auto answer = client_.ask_shard(
        shard, "SELECT max(toUInt64OrZero(extract(command, 'n <= ([0-9]+)'))) FROM system.mutations" + of_events("table"),
        options_.query_time);
    if (!answer) return answer.error();
    last = std::max(last, RowReader(*answer).number<std::uint64_t>());
  }
  return last;
}

void ClickHouseEventStore::note_void(const Void& found) {
  const std::lock_guard lock(mutex_);
  const auto known = std::ranges::find(void_, found.first_n, &Void::first_n);
  if (known == void_.end())
    void_.push_back(found);
  else
    known->listed = known->listed || found.listed;
}

// Whether `node` has none of its rows and will get none. Its list of mutations does not tell: 18.16 calls one unfinished
// for ever if its part was merged away meanwhile.
bool ClickHouseEventStore::deleted(std::size_t node, const Void& each) {
  if (!caught_up(node)) return false;
  const auto rows = count(client_, node,
                          table("events_local") + " WHERE n >= " + std::to_string(each.first_n) +
                              " AND n <= " + std::to_string(each.last_n));
  return rows && *rows == 0;
}

// A replica deletes by itself, some time after the others: what one still has is left out of answers. Whether all of
// them could be asked; what none has any more is gone.
bool ClickHouseEventStore::look_for_voids(std::size_t shard) {
  bool all = true;
  std::vector<Void> found;
  for (std::size_t replica = 0; replicated_ && replica < client_.replicas(); ++replica) {
    const std::size_t node = client_.node(shard, replica);
    const auto voids = voided(node);
    all = all && voids;
    if (!voids) continue;
    for (const Void& each : *voids) {
      note_void(each);
      if (!deleted(node, each)) found.push_back(each);
    }
  }
  if (!all) return false;
  const std::lock_guard lock(mutex_);
  std::erase_if(void_, [&](const Void& each) {
    const bool gone =
        each.shard == shard && each.listed && std::ranges::find(found, each.first_n, &Void::first_n) == found.end();
    if (gone)
      logging::info("ClickHouse: events " + std::to_string(each.first_n) + " to " + std::to_string(each.last_n) +
                    ", which were taken back, are deleted on every replica");
    return gone;
  });
  return true;
}

// Rows beside the events: sent again they change nothing. Where they are not kept, the shard is looked at with the next batch.
Result<void> ClickHouseEventStore::insert_beside(std::size_t shard, std::string_view name, std::string rows) {
  bool unknown = false;
  auto done = client_.insert(shard, table(name), "", std::move(rows), unknown);
  if (!done) doubtful_[shard] = true;
  return done;
}

// Of a shard at rest. `node` has all that was ever acknowledged.
Result<void> ClickHouseEventStore::go_on(std::size_t shard, const Rest& rest) {
  if (replicated_)
    if (const auto known = voided(rest.node); !known) return known.error();
  look_for_voids(shard);
  const std::size_t replica = rest.node % client_.replicas();
  if (rest.missing == 0 || client_.leader(shard) == replica) return {};
  client_.lead(shard, replica);
  failovers_ += 1;
  look_at_[shard] = clock_.monotonic() + look_every;
  logging::warn("ClickHouse: " + std::to_string(rest.missing) + " of " + std::to_string(client_.replicas()) +
                " replicas of a shard are away; " + client_.name(rest.node) +
                " alone takes events in and answers until they are back and have caught up (failover " +
                std::to_string(failovers_) + " since the start)");
  return {};
}

// Whether a shard that goes on with one replica has all of them again, and equal; an Error says what it waits for.
Result<void> ClickHouseEventStore::whole_again(std::size_t shard) {
  for (std::size_t replica = 0; replica < client_.replicas(); ++replica)
    if (const auto answer = client_.ask(client_.node(shard, replica), "SELECT 1", probe_time); !answer)
      return answer.error();
  const Time until = clock_.monotonic() + catch_up_time;
  for (std::size_t replica = 0; replica < client_.replicas();) {
    const auto done = caught_up(client_.node(shard, replica));
    if (!done && (done.error().kind != ErrorKind::conflict || clock_.monotonic() > until)) return done;
    if (done)
      ++replica;
    else
      clock_.sleep(20 * millisecond);
  }
  const auto pending = without_quorum(client_.node(shard, 0));
  if (!pending) return pending.error();
  if (!pending->empty()) return Error{ErrorKind::conflict, "a batch has no quorum yet: " + pending->front()};
  if (!look_for_voids(shard)) return Error{ErrorKind::io, "a replica is away again"};
  return {};
}

void ClickHouseEventStore::look_for_replicas() {
  for (std::size_t shard = 0; shard < client_.shards(); ++shard) {
    if (clock_.monotonic() < look_at_[shard]) continue;
    look_at_[shard] = clock_.monotonic() + look_every;
    if (!client_.leader(shard)) {
      if (has_voids(shard)) look_for_voids(shard);
      continue;
    }
    const auto whole = whole_again(shard);
    if (!whole) {
      logging::debug("ClickHouse: a shard goes on with one replica: " + whole.error().message);
      continue;
    }
    client_.lead(shard, {});
    logging::info("ClickHouse: all replicas of the shard of " + client_.name(client_.node(shard, 0)) +
                  " are back and equal; a batch is on every one again (" + std::to_string(voided_) +
                  " events without a quorum were taken back since the start)");
  }
}

bool ClickHouseEventStore::has_voids(std::size_t shard) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::find(void_, shard, &Void::shard) != void_.end();
}

}  // namespace langyan::store
