// Memory runs out at the n-th allocation of append(), SQLite's and the parser's included, for every
// n, once or from there on: each call ends with an answer or an exception, nothing hangs, and what
// is stored is there exactly once. A program of its own, because it replaces malloc.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "base/failing_memory.h"
#include "base/log.h"
#include "store/sqlite/sqlite_event_store.h"
#include "tests/store/event_store_suite.h"

namespace langyan::store {
namespace {

// A store in a folder of its own, into which batches of one event go.
class SqliteMemory : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    logging::set_level(logging::Level::off);
    open();
  }
  void TearDown() override {
    close();
    logging::set_level(logging::Level::info);
  }

  void open() {
    SqliteOptions options;
    options.folder = folder_;
    store_ = open_sqlite(disk_, clock_, options).take();
  }
  void close() {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Without the allocation of that number, then again with all. Was it enough the first time?
  bool append(std::uint64_t position, Time received, long allocations) {
    Made made = alert(position, noon, static_cast<std::int64_t>(position));
    made.sensor = "plant-" + std::to_string(position), made.src = "2001:db8::1";
    made.verb = "verb " + std::to_string(position);
    const std::string line = line_of(made);
    EventParser parser;
    const auto send = [&] {
      const auto parsed = parser.parse_lines(line, 0xaa);
      EXPECT_EQ(parsed.refused.size(), 0u) << "a lack of memory is no fault of the line";
      const Batch batch{"plant-1", 0xaa,        Lane::bulk,
                        position,  1,           "cn/a/works/a-long-enough-name",
                        received,  parsed.rows, {}};
      return store_->append(Scope::all(), batch);
    };
    bool enough = false;
    const bool failed = with_failing_memory(allocations, GetParam(), [&] {
      try {
        enough = send().ok();
      } catch (const std::bad_alloc&) {
      }
    });
    const auto again = send();
    EXPECT_TRUE(again.ok()) << again.error().message;
    EXPECT_EQ(again->watermark, position);
    return enough && !failed;
  }

  // All that is stored, each event once and in order.
  std::uint64_t stored() {
    std::uint64_t rows = 0;
    Feed feed;
    feed.more = true;
    while (feed.more) {
      feed = store_->since(Scope::all(), {}, feed.cursor, 1'000).take();
      for (const auto seq : seqs_of(feed.events)) EXPECT_EQ(seq, ++rows);
    }
    return rows;
  }

  static constexpr long most = 40'000;
  SystemDisk disk_;
  ManualClock clock_;
  std::unique_ptr<EventStore> store_;

 private:
  // Thousands of commits: where syncing costs nothing, if there is such a place.
  const std::string folder_ =
      (std::filesystem::is_directory("/dev/shm") ? "/dev/shm/" : testing::TempDir()) +
      "store_memory_" + std::to_string(getpid());
};

INSTANTIATE_TEST_SUITE_P(, SqliteMemory, testing::Bool(),
                         [](const auto& given) { return given.param ? "ForAWhile" : "Once"; });

TEST_P(SqliteMemory, RunsOutAnywhereInAppend) {
  std::uint64_t position = 1;
  while (!append(position, noon, static_cast<long>(position) - 1) && position < most) ++position;
  EXPECT_GT(position, 5u);
  EXPECT_LT(position, most);
  EXPECT_EQ(stored(), position);
}

TEST_P(SqliteMemory, RunsOutAnywhereInTheFirstAppendOfADay) {
  // Every one of them with LANGYAN_EVERY set; making a day's file takes its time.
  const long stride = std::getenv("LANGYAN_EVERY") ? 1 : 37;
  long allocations = GetParam() ? 0 : stride / 2;
  for (bool enough = false; !enough && allocations < most; allocations += stride) {
    close();
    open();
    append(1, noon, -1);
    enough = append(2, noon + day, allocations);
    ASSERT_EQ(stored(), 2u) << "allocation " << allocations;
  }
  EXPECT_GT(allocations, 30);
  EXPECT_LT(allocations, most);
}

}  // namespace
}  // namespace langyan::store
