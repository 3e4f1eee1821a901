// SqliteEventStore: the engine behind open_sqlite(). One set of day files; one writer, fed in
// groups; any number of readers.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>

#include "store/append_queue.h"
#include "store/sqlite/day_files.h"
#include "store/sqlite/day_writer.h"
#include "store/sqlite/plan.h"
#include "store/sqlite/sqlite_event_store.h"

namespace langyan::store {

class SqliteEventStore final : public EventStore {
 public:
  SqliteEventStore(Disk& disk, Clock& clock, SqliteOptions options)
      : clock_(clock), options_(std::move(options)), files_(disk, clock, options_) {}
  Result<void> open() { return files_.open(); }

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

  void write(Group group);
  void write_group(Group& group);
  Result<void> check_room(Group group);
  Result<DayWriter*> writer_for(Time received);
  std::size_t write_some(DayWriter& writer, Group group, Error& failure);
  struct Mark {
    std::int64_t n;
    AlertState state;
  };
  Result<void> mark_states(DayWriter& writer, const Batch& batch, const Accepted& accepted);
  Result<void> mark_older(const std::shared_ptr<DayFile>& file, std::span<const Mark> marks);

  // Asks each file in turn, newest receipt first; a damaged file is reported and left out
  // (complete = false), one that retention removed meanwhile is left out.
  Time deadline() { return clock_.monotonic() + options_.query_time; }
  Result<void> ask(const std::shared_ptr<DayFile>& file, Time until, bool& complete,
                   const std::function<Result<void>(Reader&)>& question);
  Result<void> ask_newest(const std::function<Result<void>(Reader&)>& question);
  Result<void> ask_range(const Scope& scope, const Filter& filter, Time until, bool& complete,
                         const std::function<Result<void>(Connection&, const FilePlan&)>& question);
  Result<Page> page_until(const Scope& scope, const Filter& filter, std::string_view cursor,
                          std::size_t limit, Time until);
  Result<Page> in_windows(const Scope& scope, const Filter& filter, std::string_view cursor,
                          std::size_t limit);
  Result<Page> sorted(const Scope& scope, const query::Plan& plan, const Filter& filter,
                      std::size_t limit);
  Result<void> each_row(const Scope& scope, const Filter& filter, const std::vector<Sql>& values,
                        Time until, bool& complete,
                        const std::function<Result<void>(const Statement&, std::uint32_t)>& visit);
  Result<Groups> by_top(const Scope& scope, const query::Plan& plan, const Filter& filter,
                        Dimension dimension, Groups answer);
  // Refuses a question that would read far more of its range than its time allows.
  Result<void> afford(const Scope& scope, const query::Plan& plan, const Range& range);
  Result<void> label_sids(const Scope& scope, const Filter& filter, Time until,
                          std::map<std::string, std::string>& labels);

  Clock& clock_;
  const SqliteOptions options_;
  DayFiles files_;

  AppendQueue queue_;
  std::mutex write_mutex_;
  std::unique_ptr<DayWriter> writer_;  // null: none yet, or the last one failed
  std::mutex retain_mutex_;

  std::atomic<std::uint64_t> commits_{0}, rows_stored_{0}, rows_skipped_{0}, batches_{0},
      refused_full_{0};
};

}  // namespace langyan::store
