// Memory runs out at the n-th allocation of append(), for every n: each call ends with an answer or
// an exception, nothing hangs, and what is stored is there exactly once. A program of its own,
// because it replaces operator new.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <new>

#include "store/sqlite/sqlite_event_store.h"
#include "tests/store/event_store_suite.h"

namespace {
thread_local long allocations_left = -1;  // below 0: as many as wanted
}

void* operator new(std::size_t size) {
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left > 0) --allocations_left;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace langyan::store {
namespace {

// A store in a folder of its own, into which batches of one event go.
class SqliteMemory : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void TearDown() override { close(); }

  void open() {
    SqliteOptions options;
    options.folder = folder_;
    store_ = open_sqlite(disk_, clock_, options).take();
  }
  void close() {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // With `allocations` of them, then again with as many as it takes. Was it enough the first time?
  bool append(std::uint64_t position, Time received, long allocations) {
    Made made = alert(position, noon, static_cast<std::int64_t>(position));
    made.sensor = "plant-" + std::to_string(position), made.src = "2001:db8::1";
    made.verb = "verb " + std::to_string(position);
    const auto parsed = parse_event(line_of(made)).take();
    const Batch batch{"plant-1", 0xaa,        Lane::bulk,
                      position,  1,           "cn/a/works/a-long-enough-name",
                      received,  parsed.rows, {}};
    bool enough = false;
    allocations_left = allocations;
    try {
      enough = store_->append(Scope::all(), batch).ok();
    } catch (const std::bad_alloc&) {
    }
    allocations_left = -1;
    const auto again = store_->append(Scope::all(), batch);
    EXPECT_TRUE(again.ok()) << again.error().message;
    EXPECT_EQ(again->watermark, position);
    return enough;
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

  static constexpr long most = 2'000;
  SystemDisk disk_;
  ManualClock clock_;
  std::unique_ptr<EventStore> store_;

 private:
  const std::string folder_ = testing::TempDir() + "store_memory_" + std::to_string(getpid());
};

TEST_F(SqliteMemory, RunsOutAnywhereInAppend) {
  std::uint64_t position = 1;
  while (!append(position, noon, static_cast<long>(position) - 1) && position < most) ++position;
  EXPECT_GT(position, 5u);
  EXPECT_LT(position, most);
  EXPECT_EQ(stored(), position);
}

TEST_F(SqliteMemory, RunsOutAnywhereInTheFirstAppendOfADay) {
  long allocations = 0;
  for (bool enough = false; !enough && allocations < most; ++allocations) {
    close();
    open();
    append(1, noon, -1);
    enough = append(2, noon + day, allocations);
    ASSERT_EQ(stored(), 2u);
  }
  EXPECT_GT(allocations, 30);
  EXPECT_LT(allocations, most);
}

}  // namespace
}  // namespace langyan::store
