// The ClickHouse engine of EventStore: one node, or shards behind a `Distributed` table, each one
// node or several replicas with a keeper (docs/design/0028-clickhouse.md).
//
// Writes go straight to the shard that owns the source; a batch is one insert into one partition,
// which ClickHouse keeps or does not keep as a whole. A watermark is the last position among the
// rows kept, so rows and watermark are one commit. An insert whose outcome nobody knows is asked
// for before anything else is written to its node.
//
// Durability: on a single node an acknowledgement survives kill -9 of center and server, not loss
// of power (MergeTree does not fsync). With replicas it is given when every listed replica has the
// rows, so all but one may be lost. The dialect is what 18.16 and today's releases both take. One
// center writes to a database.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/net.h"
#include "store/event_store.h"

namespace langyan::store {

struct ClickHouseOptions {
  // HTTP addresses, "http://127.0.0.1:8123": all replicas of the first shard, then of the second, …
  std::vector<std::string> nodes;
  std::size_t replicas = 1;  // of each shard; more than one needs a keeper
  std::string cluster;       // its name in remote_servers; needed with more than one shard
  std::string database = "langyan";
  std::string user, password;
  // How long each class is kept, by receipt; indexed by EventClass. Whole days: a partition.
  std::array<Duration, 5> keep = {180 * day, 180 * day, 30 * day, 30 * day, 180 * day};
  std::uint64_t most_bytes = 0;  // of all nodes; 0: no bound
  Duration query_time = 5 * second;
  Duration insert_time = 60 * second;
  bool dedup_off = false;  // only for the test that must fail
  std::function<std::unique_ptr<Net>()> net = {};  // empty: curl_net
};

Result<std::unique_ptr<EventStore>> open_clickhouse(Clock& clock, ClickHouseOptions options);

}  // namespace langyan::store
