// The behaviour every engine of EventStore must show. An engine joins by instantiating the suite
// with its name and a way to open it (INSTANTIATE_TEST_SUITE_P); what only one engine has (files,
// damage, retention) is tested beside its instantiation.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/disk.h"
#include "store/event_store.h"

namespace langyan::store {

constexpr Time noon = 1'772'452'800 * second;  // 2026-03-02T12:00:00Z

class ManualClock final : public Clock {
 public:
  Time now() override { return wall; }
  Time monotonic() override { return steady += step; }
  void sleep(Duration wait) override { wall += wait, steady += wait; }
  std::atomic<Time> wall{noon}, steady{0};
  std::atomic<Duration> step{0};  // what each look at the clock takes
};

struct EngineSetup {
  std::string folder;  // for what the engine keeps; the same folder is the same store
  Clock* clock = nullptr;
  Duration query_time = 5 * second;
  bool dedup_off = false;
};

struct Engine {
  std::string name;
  // Opening a second time after the first was destroyed finds what was committed.
  std::function<Result<std::unique_ptr<EventStore>>(const EngineSetup&)> open;
  int questions = 400;  // at random, of the model's tests
};

// The nodes that LANGYAN_CLICKHOUSE names, as an engine; none where it names none.
std::vector<Engine> clickhouse_engines();

// An event to be made into a line; members left empty are not in it.
struct Made {
  std::string sensor = "plant-1";
  std::uint64_t epoch = 0xaa;
  Lane lane = Lane::bulk;
  std::uint64_t seq = 1;
  Time time = noon;
  std::string type = "modbus";
  std::string src, dst;
  int src_port = -1, dst_port = -1;
  std::string proto, app_proto, verb, object, result, signature, community;
  int severity = 0;
  std::int64_t sid = -1;
  std::optional<double> value;
  std::optional<std::uint64_t> flow_id;
  std::string function;
};
std::string line_of(const Made& made);
Made alert(std::uint64_t seq, Time time, std::int64_t sid = 9'100'001, int severity = 2);

class StoreFixture {
 public:
  explicit StoreFixture(Engine engine);
  ~StoreFixture();

  void open();
  EventStore& store() { return *store_; }
  // Appends lines as one batch of source "plant-1" (or as set below) and expects it to be taken.
  Accepted append(const std::vector<std::string>& lines, std::uint64_t first, Time received = noon,
                  const std::string& organisation = "cn/a/works", Lane lane = Lane::bulk);
  Result<Accepted> try_append(const std::vector<std::string>& lines, std::uint64_t first,
                              Time received = noon, const std::string& organisation = "cn/a/works",
                              Lane lane = Lane::bulk);
  // All pages of a filter; each page is of `limit`.
  std::vector<Event> all(const Filter& filter, std::size_t limit = 7,
                         const Scope& scope = Scope::all());

  Engine engine;
  EngineSetup setup;
  ManualClock clock;
  std::string source = "plant-1";
  std::uint64_t epoch = 0xaa;

 private:
  std::unique_ptr<EventStore> store_;
};

std::vector<std::uint64_t> seqs_of(const std::vector<Event>& events);
std::uint64_t seq_of(const Event& event);

class EventStoreSuite : public testing::TestWithParam<Engine>, public StoreFixture {
 protected:
  EventStoreSuite() : StoreFixture(GetParam()) {}
};

}  // namespace langyan::store
