// kill -9 in the middle of appending: what was acknowledged is there, everything is there once, and
// the watermark says exactly what is there. With dedup off the same check must fail.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

#include "store/sqlite/sqlite_event_store.h"
#include "tests/store/event_store_suite.h"

namespace langyan::store {
namespace {

constexpr std::uint64_t batch_rows = 20, overlap = 30;

SqliteOptions options_for(const std::string& folder, bool dedup_off) {
  SqliteOptions options;
  options.folder = folder, options.dedup_off = dedup_off;
  options.file_bytes = 1'000'000;  // several files a round: kills fall into their making too
  return options;
}

// Sends for ever, from somewhat before what was acknowledged, as a sender that lost the answer
// does.
[[noreturn]] void send(const std::string& folder, std::uint64_t acked, int acks, bool dedup_off) {
  SystemDisk disk;
  SystemClock clock;
  auto store = open_sqlite(disk, clock, options_for(folder, dedup_off));
  if (!store) _exit(2);
  std::uint64_t first = acked > overlap ? acked - overlap + 1 : 1;
  for (EventParser parser;;) {
    std::string body;
    for (std::uint64_t seq = first; seq < first + batch_rows; ++seq) {
      Made made = seq % 3 == 0 ? alert(seq, noon) : Made{};
      made.seq = seq, made.time = noon + static_cast<Time>(seq);
      body += line_of(made) + "\n";
    }
    const auto parsed = parser.parse_lines(std::move(body), 0xaa);
    const Time received = noon + static_cast<Time>(first / 400) * day;
    const Batch batch{"plant-1", 0xaa,     Lane::bulk,  first, batch_rows,
                      "cn/a",    received, parsed.rows, {}};
    const auto accepted = (*store)->append(Scope::all(), batch);
    if (!accepted) _exit(3);
    if (accepted->ahead) _exit(4);
    if (write(acks, &accepted->watermark, sizeof accepted->watermark) != sizeof accepted->watermark)
      _exit(5);
    first += batch_rows;
  }
}

struct Found {
  std::uint64_t watermark = 0, rows = 0, twice = 0, missing = 0;
};

Found look(const std::string& folder, bool dedup_off) {
  SystemDisk disk;
  SystemClock clock;
  auto store = open_sqlite(disk, clock, options_for(folder, dedup_off));
  EXPECT_TRUE(store.ok()) << store.error().message;
  Found found;
  if (!store) return found;
  EXPECT_EQ((*store)->status().quarantined, 0u);
  found.watermark = *(*store)->watermark(Scope::all(), "plant-1", 0xaa, Lane::bulk);
  std::vector<std::uint64_t> times(found.watermark + 1);
  Feed feed;
  feed.more = true;
  while (feed.more) {
    feed = (*store)->since(Scope::all(), {}, feed.cursor, 1'000).take();
    for (const auto seq : seqs_of(feed.events)) {
      found.rows += 1;
      EXPECT_LE(seq, found.watermark) << "a row the watermark does not know";
      if (seq <= found.watermark) found.twice += ++times[seq] > 1;
    }
  }
  for (std::uint64_t seq = 1; seq <= found.watermark; ++seq) found.missing += times[seq] == 0;
  // The roll-ups were committed with the rows.
  CountQuery counts;
  counts.from = noon, counts.to = noon + hour;
  EXPECT_EQ((*store)->counts(Scope::all(), counts)->series[0].total, found.rows);
  return found;
}

Found kill_rounds(const std::string& folder, int rounds, bool dedup_off) {
  std::mt19937 chance(static_cast<std::uint32_t>(rounds));
  std::uint64_t acked = 0;
  Found found;
  for (int round = 0; round < rounds; ++round) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const pid_t child = fork();
    if (child == 0) send(folder, acked, ends[1], dedup_off);
    close(ends[1]);
    // By progress, so that a slow disk is killed in the same places: after some acknowledgements,
    // in every fourth round before the first, then anywhere in what follows.
    std::uint64_t position = 0;
    for (std::uint64_t left = round % 4 == 3 ? 0 : 1 + chance() % 30; left > 0; --left) {
      if (read(ends[0], &position, sizeof position) != sizeof position) break;
      acked = std::max(acked, position);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(chance() % 8'000));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the sender ended by itself with " << WEXITSTATUS(status);
    while (read(ends[0], &position, sizeof position) == sizeof position)
      acked = std::max(acked, position);
    close(ends[0]);
    found = look(folder, dedup_off);
    EXPECT_GE(found.watermark, acked) << "what was acknowledged is lost";
    acked = found.watermark;
  }
  return found;
}

class Kill : public testing::Test {
 protected:
  ~Kill() override { std::filesystem::remove_all(folder_); }
  const std::string folder_ = testing::TempDir() + "store_kill_" + std::to_string(getpid());
};

TEST_F(Kill, EveryCommittedEventIsThereExactlyOnce) {
  const Found found = kill_rounds(folder_, 16, false);
  EXPECT_GT(found.watermark, 0u);
  EXPECT_EQ(found.rows, found.watermark);
  EXPECT_EQ(found.twice, 0u);
  EXPECT_EQ(found.missing, 0u);
}

TEST_F(Kill, WithDedupOffTheCheckFails) {
  const Found found = kill_rounds(folder_, 4, true);
  EXPECT_GT(found.twice, 0u);
}

}  // namespace
}  // namespace langyan::store
