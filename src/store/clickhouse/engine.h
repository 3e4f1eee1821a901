// ClickHouseEventStore: the engine behind open_clickhouse(). One writer, fed in groups; any number
// of readers. What is asked often and changes with every batch (watermarks, sensors, which days
// hold which numbers) is kept here, made from the rows at the start and moved on by each insert.
// Where replicas or their keeper are missing at the start, it may be more or less than what will stay:
// questions are answered, and what depends on it waits until it is made anew.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>

#include "store/alert_groups.h"
#include "store/append_queue.h"
#include "store/clickhouse/client.h"
#include "store/clickhouse/rows.h"
#include "store/clickhouse/where.h"
#include "store/gone.h"
#include "store/question.h"

namespace langyan::store {

class ClickHouseEventStore final : public EventStore {
 public:
  ClickHouseEventStore(Clock& clock, ClickHouseOptions options)
      : clock_(clock),
        options_(options),
        client_(clock, std::move(options)),
        look_at_(client_.shards()),
        doubtful_(client_.shards()) {}
  Result<void> open();

  Result<Accepted> append(const Scope& scope, const Batch& batch) override;
  Result<std::uint64_t> watermark(const Scope& scope, std::string_view source, std::uint64_t epoch,
                                  Lane lane) override;
  Result<Page> events(const Scope& scope, const Filter& filter, std::string_view cursor,
                      std::size_t limit) override;
  Result<Event> event(const Scope& scope, std::string_view id) override;
  Result<AlertGroups> alert_groups(const Scope& scope, const Filter& filter,
                                   std::string_view cursor, std::size_t limit) override;
  Result<Counts> counts(const Scope& scope, const CountQuery& query) override;
  Result<Top> top(const Scope& scope, const TopQuery& query) override;
  Result<Page> search(const Scope& scope, const query::Plan& plan, const Range& range,
                      std::string_view cursor, std::size_t limit) override;
  Result<Counts> histogram(const Scope& scope, const query::Plan& plan, Time from, Time to,
                           Duration bucket) override;
  Result<Groups> aggregate(const Scope& scope, const query::Plan& plan,
                           const Range& range) override;
  Result<Cost> cost(const Scope& scope, const query::Plan& plan, const Range& range) override;
  Result<std::vector<Sensor>> sensors(const Scope& scope) override;
  Result<std::vector<Stream>> streams(const Scope& scope) override;
  Result<Feed> since(const Scope& scope, const Filter& filter, std::string_view cursor,
                     std::size_t limit) override;
  Result<std::string> tail() override;
  std::uint64_t overtaken(const Filter& filter, std::string_view cursor) override;
  std::uint64_t commits() const override { return commits_; }
  Result<Removed> retain(Time now) override;
  StoreStatus status() override;

 private:
  // 2: the members of an event's JSON as columns; through which center a sensor was heard last.
  static constexpr std::uint32_t schema_version = 2;

  using Request = AppendQueue::Request;
  using Group = AppendQueue::Group;
  using StreamKey = std::tuple<std::string, std::uint64_t, Lane>;  // source, epoch
  using SensorKey = std::pair<std::string, std::string>;           // name, organisation

  // What one insert changes of what is kept here, once it is known to be kept there.
  struct Insert {
    std::size_t shard = 0;
    std::string query_id;
    std::uint32_t day = 0;
    std::uint64_t first_n = 0, last_n = 0;
    Time first_event = INT64_MAX;
    RowWriter rows;
    std::map<StreamKey, Stream> streams;
    std::map<SensorKey, Sensor> sensors;  // events and alerts are what is added
    std::vector<Request*> requests;
    std::vector<std::pair<std::uint64_t, AlertState>> marks;  // number of the alert
  };
  struct Days {  // numbers of the events received on a day
    std::uint64_t first_n = 0, last_n = 0;
  };
  struct Rest {  // of a shard: a node that has all there is, and how many replicas are away
    std::size_t node = 0, missing = 0;
  };
  struct Void {  // numbers of rows that were never acknowledged and are to go
    std::size_t shard = 0;
    std::uint64_t first_n = 0, last_n = 0;
    bool listed = false;  // among the mutations of a node
  };
  struct Known {  // of what the nodes keep
    std::map<StreamKey, Stream> streams;
    std::map<SensorKey, Sensor> sensors;
    std::map<std::uint32_t, Days> days;
    std::uint64_t last_n = 0;
    Time first_event = INT64_MAX, last_event = 0;
  };

  std::string table(std::string_view name) const { return options_.database + "." + std::string(name); }
  bool sharded() const { return client_.shards() > 1; }
  std::string events_table() const { return sharded() ? "events" : "events_local"; }
  std::string event_rows() const { return event_rows(events_table()); }
  std::string event_rows(std::string_view of) const;  // "langyan.events WHERE …": a table, and what of it counts
  std::string query_ids() const {
    return "langyan-" + options_.database + "-";
  }                                                      // of inserts of events, in front of a number
  std::string of_events(std::string_view column) const;  // " WHERE …" in a system table that calls tables so
  Result<std::uint64_t> count(Client& client, std::size_t node, const std::string& from) const;
  Result<std::vector<std::size_t>> look();
  Result<void> check_replicas(Client& client, const std::vector<std::size_t>& there) const;
  Result<Rest> at_rest(std::size_t shard);
  Result<void> caught_up(std::size_t node);
  Result<std::string> keeper_path(std::size_t node, std::string_view of);
  Result<std::vector<std::string>> without_quorum(std::size_t node);
  Result<void> void_parts(std::size_t node, const std::vector<std::string>& parts);
  Result<std::vector<Void>> voided(std::size_t node);
  Result<std::uint64_t> last_voided();
  Result<void> insert_beside(std::size_t shard, std::string_view name, std::string rows);
  Result<void> go_on(std::size_t shard, const Rest& rest);
  void note_void(const Void& found);
  bool deleted(std::size_t node, const Void& each);
  bool look_for_voids(std::size_t shard);
  bool has_voids(std::size_t shard) const;
  Result<void> whole_again(std::size_t shard);
  void look_for_replicas();
  Result<void> make_tables(std::size_t node);
  std::string engine_of(std::string_view name, std::string_view newest) const;
  Result<void> add_members(std::size_t node);
  Result<void> fill_day(std::size_t node, std::uint32_t day);
  Result<std::uint64_t> number_of(std::size_t node, std::string_view what, const std::string& from);
  Result<void> all_at_rest();
  Result<void> wait_for_rest();
  Result<void> load();
  Result<void> recall();
  Result<void> certain();
  Result<std::string> ask_whole(const std::string& sql);
  Result<void> load_saved(Known& known, std::uint64_t& saved_streams, std::uint64_t& saved_sensors);
  Result<void> load_rows(Known& known, std::uint64_t saved_streams, std::uint64_t saved_sensors);
  Result<void> save();

  void write(Group group);
  void write_day(Group group, std::uint32_t day);
  void put(Request& request, std::uint32_t day, Insert& insert);
  void note(Insert& insert, const KeptRow& kept);
  Result<void> mark(const Insert& insert);
  void finish(Insert& insert);
  void apply(const Insert& insert);
  Result<void> settle(std::size_t shard);
  void hold(std::uint64_t from);
  std::uint64_t visible() const;  // the last number readers in order of receipt may see

  Result<std::string> ask(std::string_view sql, Time until, bool& complete);
  Result<std::string> ask_rows(const std::function<std::string(std::string_view of)>& sql, Time until, bool& complete);
  // In windows of time, newest first. `in_parts`: what is found until the time is up is an answer.
  Result<Page> page_of(const Scope& scope, const Filter& filter, std::string_view cursor,
                       std::size_t limit, bool in_parts);
  Result<Page> sorted(const Scope& scope, const query::Plan& plan, const Filter& filter,
                      std::size_t limit);
  Result<void> gather_groups(const std::string& condition, Time until, bool& complete, GatheredGroups& into);
  Result<std::string> conditions(const Scope& scope, const Filter& filter) const;  // time included
  Result<void> fetch(const std::vector<Place>& places, Time until, bool& complete,
                     std::vector<Event>& into);
  Result<void> add_states(std::vector<Event>& events, Time until, bool& complete);
  Result<Totals> totals(const Scope& scope, const Filter& filter, Dimension dimension, Time until,
                        bool& complete);
  Time deadline() { return clock_.monotonic() + options_.query_time; }

  Clock& clock_;
  const ClickHouseOptions options_;
  Client client_;
  bool replicated_ = false;  // its tables; also where one replica alone is listed

  AppendQueue queue_;
  std::mutex write_mutex_;
  clickhouse::MemberReader members_;
  std::map<std::size_t, Insert> unknown_;  // by shard: sent, and nobody knows what became of it
  std::uint64_t next_n_ = 1, applied_ = 0;  // applied: inserts of the group that is written
  std::vector<Time> look_at_;               // by shard, monotonic: for replicas that are back
  std::vector<std::atomic<bool>> doubtful_;  // by shard: rows beside the events were not kept
  std::atomic<bool> forgotten_ = false;  // what is kept here may not be what the nodes keep: it is loaded anew

  mutable std::mutex mutex_;  // of all below
  Known known_;
  std::uint64_t held_n_ = 0;  // the first number of an insert that is under way or unknown; 0: none
  bool changed_ = false;  // streams or sensors, since they were saved
  std::vector<Void> void_;

  std::mutex retain_mutex_;
  Gone gone_;
  std::atomic<std::uint64_t> commits_{0}, rows_stored_{0}, rows_skipped_{0}, batches_{0}, refused_full_{0},
      failovers_{0}, voided_{0};
};

}  // namespace langyan::store
