// What replicas of a shard must be before they are used, and when what they have is final.
//
// The keeper decides which batches there are; a replica alone may have one that the keeper never
// took, or lack one it did. So neither a lost answer nor a start counts rows before the shard is at
// rest. Tables of the keeper are looked at in the order in which it changes them.
#include <algorithm>
#include <map>

#include "store/clickhouse/engine.h"

namespace langyan::store {
namespace {

constexpr std::string_view quorum_waits =
    "the last batch is not on every replica yet; the one that is away must come back";

std::string znodes(const std::string& path) {
  return "system.zookeeper WHERE path = " + quoted(path);
}

// "shard" and "replica" as the node's configuration has them.
Result<std::array<std::string, 2>> macros(Client& client, std::size_t node, Duration allowed) {
  const auto answer = client.ask(
      node, "SELECT substitution FROM system.macros WHERE macro IN ('shard', 'replica') ORDER BY macro DESC", allowed);
  if (!answer) return answer.error();
  RowReader in(*answer);
  std::array<std::string, 2> both;
  for (std::string& each : both) each = in.text();
  if (!in.sound())
    return Error{ErrorKind::invalid, client.name(node) +
                                         ": its configuration needs the macros \"shard\" and \"replica\", by which "
                                         "replicated tables are named"};
  return both;
}

}  // namespace

std::string ClickHouseEventStore::of_events(std::string_view column) const {
  return " WHERE database = " + quoted(options_.database) + " AND " + std::string(column) + " = 'events_local'";
}

Result<std::uint64_t> ClickHouseEventStore::count(Client& client, std::size_t node, const std::string& from) const {
  const auto answer = client.ask(node, "SELECT count() FROM " + from, options_.query_time);
  if (!answer) return answer.error();
  return RowReader(*answer).number<std::uint64_t>();
}

// Changes nothing. Which nodes are there; one of several replicas may be away, unless tables are to
// be made. Then replicated_ is known.
Result<std::vector<std::size_t>> ClickHouseEventStore::look() {
  ClickHouseOptions outside = options_;
  outside.database = "default";
  Client client(clock_, outside);
  std::vector<std::size_t> there;
  std::optional<Error> away;
  bool made = true, replicated = true;
  for (std::size_t node = 0; node < client.nodes(); ++node) {
    const auto engine = client.ask(node, "SELECT engine FROM system.tables" + of_events("name"), options_.query_time);
    if (!engine && (client.replicas() == 1 || engine.error().kind != ErrorKind::io)) return engine.error();
    if (!engine) {
      away = engine.error();
      continue;
    }
    there.push_back(node);
    RowReader in(*engine);
    const bool exists = in.more();
    const bool here = exists ? in.text().starts_with("Replicated") : client.replicas() > 1;
    if (there.size() > 1 && here != replicated)
      return Error{ErrorKind::invalid, client.name(node) + ": database " + options_.database +
                                           " has replicated tables on some nodes and others elsewhere"};
    replicated = here;
    if (client.replicas() > 1 && !here)
      return Error{ErrorKind::invalid,
                   client.name(node) + ": database " + options_.database +
                       " keeps its events in a table without replicas, which stays as it is: set "
                       "clickhouse.replicas to 1, or make it replicated as docs/clickhouse.md says"};
    const auto version =
        exists ? number_of(node, "max(version)", table("schema")) : Result<std::uint64_t>(std::uint64_t{0});
    if (!version) return version.error();
    made = made && *version == schema_version;
  }
  if (away && (!made || there.empty()))
    return Error{ErrorKind::io, "tables are to be made, for which every node must be there: " + away->message};
  replicated_ = replicated;
  if (client.replicas() > 1)
    if (auto done = check_replicas(client, there); !done) return done.error();
  return there;
}

Result<void> ClickHouseEventStore::check_replicas(Client& client, const std::vector<std::size_t>& there) const {
  const std::string listed = std::to_string(client.replicas());
  std::map<std::string, std::vector<std::pair<std::string, std::size_t>>> shards;  // by macro: the replicas' and nodes
  for (const std::size_t node : there) {
    const std::string& name = client.name(node);
    const auto keeper = count(client, node, "system.tables WHERE database = 'system' AND name = 'zookeeper'");
    if (!keeper) return keeper.error();
    if (*keeper == 0)
      return Error{ErrorKind::invalid,
                   name + ": its configuration names no keeper (zookeeper), which replicated tables need"};
    const auto both = macros(client, node, options_.query_time);
    if (!both) return both.error();
    const auto& [shard, replica] = *both;
    for (const auto& [of, each] : shards) {
      for (const auto& [known, other] : each) {
        const bool together = other / client.replicas() == node / client.replicas();
        if (together != (of == shard))
          return Error{ErrorKind::invalid, name + " and " + client.name(other) +
                                               ": clickhouse.nodes lists them as of " +
                                               (together ? "one shard" : "two shards") +
                                               ", and their macro \"shard\" is \"" + shard + "\" and \"" + of + "\""};
        if (together && known == replica)
          return Error{ErrorKind::invalid,
                       name + " and " + client.name(other) + ": both have \"" + replica + "\" as macro \"replica\""};
      }
    }
    shards[shard].emplace_back(replica, node);
    const auto others =
        count(client, node, "system.replicas" + of_events("table") + " AND active_replicas > " + listed);
    if (!others) return others.error();
    if (*others > 0)
      return Error{ErrorKind::invalid,
                   name + ": its shard has more running replicas than the " + listed +
                       " that clickhouse.nodes lists; any of them would count when a batch is acknowledged"};
  }
  return {};
}

// What there is of the shard, when nothing of a center is under way there any more and what its replicas have is final and
// the same; of one that leads, what that one has. Of kind conflict: that takes time only; io: a replica or the keeper is
// missing for it.
Result<ClickHouseEventStore::Rest> ClickHouseEventStore::at_rest(std::size_t shard) {
  const auto leads = client_.leader(shard);
  std::vector<std::size_t> there;
  std::optional<std::size_t> writes;
  Error away;
  for (std::size_t i = 0; i < client_.replicas(); ++i) {
    const std::size_t node = client_.node(shard, (leads.value_or(0) + i) % client_.replicas());
    const auto running =
        count(client_, node, "system.processes WHERE startsWith(query_id, " + quoted(query_ids()) + ")");
    if (!running && (client_.replicas() == 1 || running.error().kind != ErrorKind::io)) return running.error();
    if (!running) {
      away = running.error();
      continue;
    }
    if (*running > 0) writes = node;
    there.push_back(node);
    if (i == 0 && leads) break;
  }
  const std::size_t missing = client_.replicas() - there.size();
  if (writes && missing > 0 && !leads)  // it waits for that replica, or until its time is up
    return Error{ErrorKind::io, client_.name(*writes) + ": " + std::string(quorum_waits)};
  if (writes)
    return Error{ErrorKind::conflict, client_.name(*writes) + ": an earlier center still writes to database " +
                                          options_.database + "; one center writes to a database"};
  if (there.empty()) return away;
  const Rest rest{there.front(), missing};
  if (!replicated_) return rest;
  if (missing > 0 && leads.value_or(client_.replicas()) != rest.node % client_.replicas()) {
    const auto more =
        count(client_, rest.node,
              "system.replicas" + of_events("table") + " AND active_replicas > " + std::to_string(there.size()));
    if (!more) return more.error();
    if (*more > 0) return Error{ErrorKind::io, "a replica that may still write does not answer here: " + away.message};
  }
  for (const std::size_t node : there)
    if (auto done = caught_up(node); !done) return done.error();
  const auto pending = without_quorum(rest.node);
  if (!pending) return pending.error();
  if (pending->empty()) return rest;
  if (missing == 0) return Error{ErrorKind::io, client_.name(rest.node) + ": " + std::string(quorum_waits)};
  if (auto done = void_parts(rest.node, *pending); !done) return done.error();
  return rest;
}

Result<std::string> ClickHouseEventStore::keeper_path(std::size_t node, std::string_view of) {
  const auto path = client_.ask(node,
                                "SELECT " + std::string(of) + " FROM system.replicas" + of_events("table") +
                                    " AND NOT is_readonly AND NOT is_session_expired",
                                options_.query_time);
  if (!path) return path.error();
  if (path->empty()) return Error{ErrorKind::io, client_.name(node) + ": it has no connection to the keeper"};
  return std::string(RowReader(*path).text());
}

Result<void> ClickHouseEventStore::caught_up(std::size_t node) {
  const auto all = keeper_path(node, "zookeeper_path");
  const auto own = all ? keeper_path(node, "replica_path") : all;
  if (!own) return own.error();
  struct Look {
    std::string from;
    ErrorKind kind;
    std::string_view says;
  };
  const Look looks[] = {
      // What another replica was given: first in the log, then in the own queue, then here.
      {znodes(*all + "/log") + " AND toUInt64OrZero(substring(name, 5)) >= (SELECT toUInt64OrZero(value) FROM " +
           znodes(*own) + " AND name = 'log_pointer')",
       ErrorKind::conflict, "it has not caught up with the other replicas; it reads what there is"},
      {znodes(*own + "/queue") + " AND position(value, '\\nget\\n') > 0", ErrorKind::conflict,
       "it has not caught up with the other replicas; it fetches what it lacks"},
      // Left by a commit during which the keeper was lost; ClickHouse looks at it again after five minutes.
      {"system.parts" + of_events("table") + " AND active AND name NOT IN (SELECT name FROM " +
           znodes(*own + "/parts") + ")",
       ErrorKind::io, "it has a batch that the keeper has not, and will remove it within some minutes"},
  };
  for (const Look& look : looks) {
    const auto found = count(client_, node, look.from);
    if (!found) return found.error();
    if (*found > 0) return Error{look.kind, client_.name(node) + ": " + std::string(look.says)};
  }
  return {};
}

// The parts of batches that are not on every replica that they wait for.
Result<std::vector<std::string>> ClickHouseEventStore::without_quorum(std::size_t node) {
  const auto path = keeper_path(node, "zookeeper_path");
  if (!path) return path.error();
  const std::string quorum = *path + "/quorum";
  std::vector<std::string> parts;
  const auto add = [&](const std::string& sql) -> Result<void> {
    const auto names = client_.ask(node, sql, options_.query_time);
    if (!names) return names.error();
    RowReader in(*names);
    while (in.more()) parts.emplace_back(in.text());
    return {};
  };
  const std::string status =
      "SELECT extract(value, 'part_name: (\\\\S+)') FROM " + znodes(quorum) + " AND name = 'status'";
  if (auto done = add(status); !done) return done.error();
  const auto parallel = count(client_, node, znodes(quorum) + " AND name = 'parallel'");  // of releases since 20.10
  if (!parallel) return parallel.error();
  if (*parallel > 0)
    if (auto done = add("SELECT name FROM " + znodes(quorum + "/parallel")); !done) return done.error();
  return parts;
}

}  // namespace langyan::store
