#include "store/sqlite/sqlite_event_store.h"

#include "tests/store/event_store_suite.h"

namespace langyan::store {
namespace {

// Each opening has a Disk of its own, so that the folder's lock goes with the store.
class OwnDisk final : public EventStore {
 public:
  static Result<std::unique_ptr<EventStore>> open(const EngineSetup& setup) {
    auto made = std::make_unique<OwnDisk>();
    SqliteOptions options;
    options.folder = setup.folder, options.query_time = setup.query_time,
    options.dedup_off = setup.dedup_off;
    auto opened = open_sqlite(made->disk_, *setup.clock, options);
    if (!opened) return opened.error();
    made->store_ = opened.take();
    return std::unique_ptr<EventStore>(std::move(made));
  }
  Result<Accepted> append(const Scope& scope, const Batch& batch) override {
    return store_->append(scope, batch);
  }
  Result<std::uint64_t> watermark(const Scope& scope, std::string_view source, std::uint64_t epoch,
                                  Lane lane) override {
    return store_->watermark(scope, source, epoch, lane);
  }
  Result<Page> events(const Scope& scope, const Filter& filter, std::string_view cursor,
                      std::size_t limit) override {
    return store_->events(scope, filter, cursor, limit);
  }
  Result<Event> event(const Scope& scope, std::string_view id) override {
    return store_->event(scope, id);
  }
  Result<AlertGroups> alert_groups(const Scope& scope, const Filter& filter,
                                   std::string_view cursor, std::size_t limit) override {
    return store_->alert_groups(scope, filter, cursor, limit);
  }
  Result<Counts> counts(const Scope& scope, const CountQuery& query) override {
    return store_->counts(scope, query);
  }
  Result<Top> top(const Scope& scope, const TopQuery& query) override {
    return store_->top(scope, query);
  }
  Result<Page> search(const Scope& scope, const query::Plan& plan, const Range& range,
                      std::string_view cursor, std::size_t limit) override {
    return store_->search(scope, plan, range, cursor, limit);
  }
  Result<Counts> histogram(const Scope& scope, const query::Plan& plan, Time from, Time to,
                           Duration bucket) override {
    return store_->histogram(scope, plan, from, to, bucket);
  }
  Result<Groups> aggregate(const Scope& scope, const query::Plan& plan,
                           const Range& range) override {
    return store_->aggregate(scope, plan, range);
  }
  Result<Cost> cost(const Scope& scope, const query::Plan& plan, const Range& range) override {
    return store_->cost(scope, plan, range);
  }
  Result<std::vector<Sensor>> sensors(const Scope& scope) override {
    return store_->sensors(scope);
  }
  Result<std::vector<Stream>> streams(const Scope& scope) override {
    return store_->streams(scope);
  }
  Result<Feed> since(const Scope& scope, const Filter& filter, std::string_view cursor,
                     std::size_t limit) override {
    return store_->since(scope, filter, cursor, limit);
  }
  Result<std::string> tail() override { return store_->tail(); }
  std::uint64_t commits() const override { return store_->commits(); }
  std::uint64_t overtaken(const Filter& filter, std::string_view cursor) override {
    return store_->overtaken(filter, cursor);
  }
  Result<Removed> retain(Time now) override { return store_->retain(now); }
  StoreStatus status() override { return store_->status(); }

 private:
  SystemDisk disk_;
  std::unique_ptr<EventStore> store_;
};

}  // namespace

Result<std::unique_ptr<EventStore>> open_sqlite_engine(const EngineSetup& setup) {
  return OwnDisk::open(setup);
}

INSTANTIATE_TEST_SUITE_P(sqlite, EventStoreSuite,
                         testing::Values(Engine{"sqlite", open_sqlite_engine}));

}  // namespace langyan::store
