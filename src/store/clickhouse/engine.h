// ClickHouseEventStore: the engine behind open_clickhouse(). One writer, fed in groups; any number
// of readers. What is asked often and changes with every batch (watermarks, sensors, which days
// hold which numbers) is kept here, made from the rows at the start and moved on by each insert.
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
      : clock_(clock), options_(options), client_(clock, std::move(options)) {}
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
  using Request = AppendQueue::Request;
  using Group = AppendQueue::Group;
  using StreamKey = std::tuple<std::string, std::uint64_t, Lane>;  // source, epoch
  using SensorKey = std::pair<std::string, std::string>;           // name, organisation

  // What one insert changes of what is kept here, once it is known to be kept there.
  struct Insert {
    std::size_t node = 0;
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

  std::string table(std::string_view name) const { return options_.database + "." + std::string(name); }
  bool sharded() const { return client_.nodes() > 1; }
  std::string events_table() const { return table(sharded() ? "events" : "events_local"); }
  Result<void> make_tables(std::size_t node);
  Result<void> add_members(std::size_t node);
  Result<void> fill_day(std::size_t node, std::uint32_t day);
  Result<std::uint64_t> number_of(std::size_t node, std::string_view what, const std::string& from);
  Result<void> load();
  Result<void> wait_for_inserts();
  Result<void> load_saved(std::uint64_t& saved_streams, std::uint64_t& saved_sensors);
  Result<void> load_rows(std::uint64_t saved_streams, std::uint64_t saved_sensors);
  Result<void> save();

  void write(Group group);
  void write_day(Group group, std::uint32_t day);
  void put(Request& request, std::uint32_t day, std::vector<Insert>& inserts);
  void note(Insert& insert, const KeptRow& kept);
  Result<void> mark(const Insert& insert);
  void finish(Insert& insert);
  void apply(const Insert& insert);
  Result<void> settle(std::size_t node);
  std::uint64_t visible() const;  // the last number readers in order of receipt may see

  Result<std::string> ask(std::string_view sql, Time until, bool& complete);
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

  AppendQueue queue_;
  std::mutex write_mutex_;
  clickhouse::MemberReader members_;
  std::map<std::size_t, Insert> unknown_;  // by node: sent, and nobody knows what became of it
  std::uint64_t next_n_ = 1;
  bool forgotten_ = false;  // what is kept here may be less than the nodes keep: it is loaded anew

  mutable std::mutex mutex_;  // of all below
  std::map<StreamKey, Stream> streams_;
  std::map<SensorKey, Sensor> sensors_;
  std::map<std::uint32_t, Days> days_;
  std::uint64_t last_n_ = 0, held_n_ = 0;  // held: the first number of an insert that is unknown; 0: none
  Time first_event_ = INT64_MAX, last_event_ = 0;
  bool changed_ = false;  // streams or sensors, since they were saved

  std::mutex retain_mutex_;
  Gone gone_;
  std::atomic<std::uint64_t> commits_{0}, rows_stored_{0}, rows_skipped_{0}, batches_{0},
      refused_full_{0};
};

}  // namespace langyan::store
