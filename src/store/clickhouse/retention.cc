// What is removed from ClickHouse, and what its nodes keep.
#include <algorithm>

#include "store/clickhouse/engine.h"

namespace langyan::store {
namespace {

struct Partition {  // of any replica: all have the same
  std::size_t shard = 0;
  std::uint32_t day = 0;
  std::uint64_t rows = 0, bytes = 0;
};

Result<std::vector<Partition>> partitions(Client& client, const std::string& database, Duration allowed) {
  std::vector<Partition> list;
  for (std::size_t shard = 0; shard < client.shards(); ++shard) {
    const auto answer = client.ask_shard(
        shard,
        "SELECT toUInt32(partition), sum(rows), sum(bytes_on_disk) FROM system.parts WHERE active AND database = " +
            quoted(database) + " AND table = 'events_local' GROUP BY partition ORDER BY partition",
        allowed);
    if (!answer) return answer.error();
    RowReader in(*answer);
    while (in.more()) {
      Partition each{shard, in.number<std::uint32_t>(), 0, 0};
      each.rows = in.number<std::uint64_t>(), each.bytes = in.number<std::uint64_t>();
      list.push_back(each);
    }
  }
  return list;
}

}  // namespace

// Days older than the longest any class is kept go as a whole; in younger ones the rows of a class
// over its age are deleted by the server in the background. The newest day always stays.
Result<Removed> ClickHouseEventStore::retain(Time now) {
  const std::lock_guard retaining(retain_mutex_);
  if (auto done = certain(); !done) return done.error();
  if (auto saved = save(); !saved) return saved.error();
  auto list = partitions(client_, options_.database, options_.query_time);
  if (!list) return list.error();
  Removed removed;
  std::uint64_t bytes = 0;
  std::uint32_t newest = 0;
  for (const Partition& each : *list) bytes += each.bytes, newest = std::max(newest, each.day);
  const Duration longest = *std::ranges::max_element(options_.keep);
  const auto too_old = [&](std::uint32_t of_day, Duration keep) {
    return (static_cast<Time>(of_day) + 1) * day + keep <= now;
  };
  const auto last_of = [&](std::uint32_t of_day) {
    const std::lock_guard lock(mutex_);
    const auto found = known_.days.find(of_day);
    return found == known_.days.end() ? 0 : found->second.last_n;
  };
  std::ranges::stable_sort(*list, {}, &Partition::day);
  for (const Partition& each : *list) {
    if (each.day == newest) continue;
    const bool too_much = options_.most_bytes > 0 && bytes > options_.most_bytes;
    if (!too_old(each.day, longest) && !too_much) {
      for (std::size_t kind = 0; kind < options_.keep.size(); ++kind) {
        // Asked for once, on the first look after its time: a repeated one would rewrite the day.
        if (!too_old(each.day, options_.keep[kind]) || too_old(each.day, options_.keep[kind] + day)) continue;
        const auto left = client_.ask_shard(each.shard,
                                            "SELECT count() FROM " + table("events_local") + " WHERE day = " +
                                                std::to_string(each.day) + " AND class = " + std::to_string(kind),
                                            options_.query_time);
        if (!left) return left.error();
        const auto rows = RowReader(*left).number<std::uint64_t>();
        if (rows == 0) continue;
        const auto done = client_.command_shard(each.shard, "ALTER TABLE " + table("events_local") +
                                                                " DELETE WHERE day = " + std::to_string(each.day) +
                                                                " AND class = " + std::to_string(kind));
        if (!done) return done.error();
        removed.rows += rows;
        gone_.add({{0, last_of(each.day)}, rows, {}, static_cast<EventClass>(kind)});
      }
      continue;
    }
    const auto done = client_.command_shard(
        each.shard, "ALTER TABLE " + table("events_local") + " DROP PARTITION " + std::to_string(each.day));
    if (!done) return done.error();
    removed.parts += 1, removed.rows += each.rows, removed.bytes += each.bytes;
    bytes -= each.bytes;
    gone_.add({{0, last_of(each.day)}, each.rows, {}, {}});
    const std::lock_guard lock(mutex_);
    const bool elsewhere = std::ranges::any_of(*list, [&](const Partition& other) {
      return other.day == each.day && other.shard > each.shard;
    });
    if (!elsewhere) known_.days.erase(each.day);
  }
  return removed;
}

StoreStatus ClickHouseEventStore::status() {
  StoreStatus status;
  status.rows_stored = rows_stored_, status.rows_skipped = rows_skipped_;
  status.batches = batches_, status.refused_full = refused_full_;
  if (replicated_) status.replicas = {client_.reduced(), failovers_, voided_};
  const auto list = partitions(client_, options_.database, options_.query_time);
  if (!list) return status;
  for (const Partition& each : *list) {
    status.bytes += each.bytes;
    PartStatus part;
    part.name =
        client_.name(client_.node(each.shard, 0)) + " " + timestamp(static_cast<Time>(each.day) * day).substr(0, 10);
    part.bytes = each.bytes, part.rows = each.rows;
    status.parts.push_back(std::move(part));
  }
  std::ranges::reverse(status.parts);
  return status;
}

}  // namespace langyan::store
