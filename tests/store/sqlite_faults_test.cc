// What the SQLite engine does with files: a new one a day, old ones go, damaged ones are put aside.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

#include "store/sqlite/connection.h"
#include "store/sqlite/day_file.h"
#include "store/sqlite/day_schema.h"
#include "store/sqlite/sqlite_event_store.h"
#include "tests/store/event_store_suite.h"

namespace langyan::store {
namespace {

using testing::HasSubstr;

class LyingDisk final : public Disk {  // about free space only
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    return disk_.open(path, mode);
  }
  Result<std::vector<std::string>> list(const std::string& folder) override {
    return disk_.list(folder);
  }
  Result<void> make_folder(const std::string& path) override { return disk_.make_folder(path); }
  Result<void> rename(const std::string& from, const std::string& to) override {
    return disk_.rename(from, to);
  }
  Result<void> remove(const std::string& path) override { return disk_.remove(path); }
  Result<void> sync_folder(const std::string& path) override { return disk_.sync_folder(path); }
  Result<std::uint64_t> free_bytes(const std::string&) override { return free.load(); }
  Result<void> lock(const std::string& path) override { return disk_.lock(path); }
  std::atomic<std::uint64_t> free{std::uint64_t{1} << 40};

 private:
  SystemDisk disk_;
};

class SqliteFiles : public testing::Test, public StoreFixture {
 protected:
  SqliteFiles()
      : StoreFixture(
            Engine{"none", [](const EngineSetup&) { return std::unique_ptr<EventStore>(); }}) {
    options.folder = setup.folder;
    engine.open = [this](const EngineSetup&) { return reopen(); };
    open();
  }
  Result<std::unique_ptr<EventStore>> reopen() {
    disk = std::make_unique<LyingDisk>();
    return open_sqlite(*disk, clock, options);
  }

  std::vector<std::string> files(std::string_view ending = ".db") {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(setup.folder)) {
      const std::string name = entry.path().filename();
      if (name.starts_with("events-") && name.ends_with(ending)) names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
  }
  std::string path_of(const std::string& name) { return setup.folder + "/" + name; }
  std::string line(std::uint64_t seq, Time time = noon) {
    Made made;
    made.seq = seq, made.time = time;
    return line_of(made);
  }
  // One event a day from `from` on; positions and days go together.
  void fill_days(int days, Time from = noon) {
    for (int i = 0; i < days; ++i)
      append({line(static_cast<std::uint64_t>(i) + 1, from + i * day)},
             static_cast<std::uint64_t>(i) + 1, from + i * day);
  }
  void spoil(const std::string& path, std::uint64_t offset, std::size_t size = 64) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(offset));
    file << std::string(size, '\xa5');
    ASSERT_TRUE(file.good());
  }
  // Every page but the first: what is lost then is rows and indices, not the file's nature.
  void spoil_pages(const std::string& path, std::uint64_t from_page = 1) {
    const auto size = std::filesystem::file_size(path);
    for (std::uint64_t at = from_page * 4'096; at < size; at += 4'096) spoil(path, at, 4'096);
  }

  SqliteOptions options;
  std::unique_ptr<LyingDisk> disk;
};

TEST_F(SqliteFiles, EachDayOfReceiptHasItsFileAndABatchGoesToOne) {
  append({line(1, noon - 100 * day), line(2, noon + 3 * day)}, 1, noon);
  append({line(3)}, 3, noon + 11 * hour);
  append({line(4)}, 4, noon + 12 * hour);
  ASSERT_EQ(files().size(), 2u);
  EXPECT_THAT(files()[0], HasSubstr("events-20260302-"));
  EXPECT_THAT(files()[1], HasSubstr("events-20260303-"));
  const auto status = store().status();
  ASSERT_EQ(status.parts.size(), 2u);
  EXPECT_EQ(status.parts[0].rows, 1u);
  EXPECT_EQ(status.parts[1].rows, 3u);
  EXPECT_EQ(status.parts[1].first_event, noon - 100 * day);
  EXPECT_EQ(status.parts[1].last_event, noon + 3 * day);
  EXPECT_GT(status.bytes, 0u);
}

TEST_F(SqliteFiles, ANewFileStartsWithTheWatermarksAndSensors) {
  fill_days(3);
  EXPECT_EQ(*store().watermark(Scope::all(), "plant-1", 0xaa, Lane::bulk), 3u);
  EXPECT_EQ(append({line(2), line(3)}, 2, noon + 3 * day).skipped, 2u);
  EXPECT_EQ(store().sensors(Scope::all())->at(0).events, 3u);
  options.keep.fill(hour);
  open();
  ASSERT_TRUE(store().retain(noon + 10 * day).ok());
  EXPECT_EQ(files().size(), 1u);
  EXPECT_EQ(append({line(3), line(4)}, 3, noon + 4 * day).stored, 1u);
  EXPECT_EQ(store().sensors(Scope::all())->at(0).first_seen, noon);
}

TEST_F(SqliteFiles, ANewFileKeepsTheNewestEpochsOfEachSource) {
  append({line(1)}, 1, noon);
  for (epoch = 1'000; epoch < 1'080; ++epoch) append({line(1)}, 1, noon);
  source = "plant-2", epoch = 1;
  append({line(1)}, 1, noon - day - hour);  // another file, and a clock that stepped back
  append({line(1)}, 1, noon + day);
  EXPECT_LT(store().streams(Scope::all())->size(), 70u);
  EXPECT_EQ(*store().watermark(Scope::all(), "plant-2", 1, Lane::bulk), 1u);
  std::size_t known = 0;
  for (epoch = 1'000; epoch < 1'080; ++epoch)
    known += *store().watermark(Scope::all(), "plant-1", epoch, Lane::bulk) > 0;
  EXPECT_EQ(known, 64u);
}

TEST_F(SqliteFiles, PagesAndIdsGoAcrossFiles) {
  fill_days(5);
  EXPECT_EQ(seqs_of(all({}, 2)), (std::vector<std::uint64_t>{5, 4, 3, 2, 1}));
  std::vector<std::string> ids;
  for (const Event& event : all({})) ids.push_back(event.id);
  append({line(6, noon - day)}, 6, noon + 4 * day + hour);  // late: newest file, oldest event
  EXPECT_EQ(seqs_of(all({}, 2)), (std::vector<std::uint64_t>{5, 4, 3, 2, 1, 6}));
  open();
  for (std::size_t i = 0; i < ids.size(); ++i)
    EXPECT_EQ(seq_of(store().event(Scope::all(), ids[i]).take()), 5 - i);
}

TEST_F(SqliteFiles, ReceiptOrderAndIdsOutliveEveryJumpOfTheClock) {
  const Time jumps[] = {noon, noon + day,  noon - 365 * day, 0,          noon + 80 * 365 * day,
                        noon, noon + hour, noon + day,       noon - hour};
  std::uint64_t seq = 0;
  for (const Time received : jumps) {
    append({line(seq + 1)}, seq + 1, received);
    ++seq;
    open();
  }
  const auto feed = store().since(Scope::all(), {}, "", 100);
  EXPECT_EQ(seqs_of(feed->events), (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(append({line(9)}, 9, noon).skipped, 1u);
  EXPECT_EQ(all({}).size(), 9u);
}

TEST_F(SqliteFiles, ASmallStepBackAtMidnightStaysInTheFile) {
  const Time midnight = noon + 12 * hour;
  append({line(1)}, 1, midnight + 5);
  append({line(2)}, 2, midnight - second);
  append({line(3)}, 3, midnight + 10);
  EXPECT_EQ(files().size(), 1u);
  append({line(4)}, 4, midnight - 2 * hour);
  EXPECT_EQ(files().size(), 2u);
}

TEST_F(SqliteFiles, AFullFileIsFollowedByAnotherOfTheSameDay) {
  options.file_bytes = 400'000;
  open();
  std::uint64_t seq = 1;
  while (files().size() < 3 && seq < 20'000) {
    std::vector<std::string> batch;
    for (int i = 0; i < 100; ++i) batch.push_back(line(seq + static_cast<std::uint64_t>(i)));
    append(batch, seq);
    seq += 100;
  }
  ASSERT_EQ(files().size(), 3u);
  EXPECT_EQ(all({}, 1'000).size(), seq - 1);
  options.most_bytes = 600'000;
  open();
  const auto removed = store().retain(noon);
  ASSERT_TRUE(removed.ok());
  EXPECT_GE(removed->parts, 1u);
  EXPECT_LE(store().status().bytes, 600'000u + 400'000u);
  EXPECT_EQ(append({line(seq)}, seq).watermark, seq);
}

TEST_F(SqliteFiles, RetentionUnlinksDaysThatAreOverAge) {
  options.keep.fill(3 * day);
  open();
  fill_days(6);
  const std::string first = store().since(Scope::all(), {}, "", 1)->cursor;
  Filter alerts;
  alerts.classes = {EventClass::alert};
  EXPECT_EQ(store().retain(noon + 3 * day)->parts, 0u);
  EXPECT_EQ(store().overtaken({}, first), 0u);
  const auto removed = store().retain(noon + 5 * day);
  EXPECT_EQ(store().overtaken({}, ""), 2u);
  EXPECT_EQ(store().overtaken({}, first), 1u) << "the first of the two had been seen";
  EXPECT_EQ(store().overtaken(alerts, first), 0u) << "no alert was among them";
  EXPECT_EQ(store().overtaken({}, store().since(Scope::all(), {}, first, 1)->cursor), 0u);
  ASSERT_TRUE(removed.ok());
  EXPECT_EQ(removed->parts, 2u);
  EXPECT_EQ(removed->rows, 2u);
  EXPECT_GT(removed->bytes, 0u);
  EXPECT_EQ(seqs_of(all({})), (std::vector<std::uint64_t>{6, 5, 4, 3}));
  EXPECT_EQ(store().retain(noon + 1'000 * day)->parts, 3u)
      << "the newest file stays: it holds the watermarks";
  EXPECT_EQ(append({line(6)}, 6, noon + 30'000 * day).skipped, 1u);
}

// Files named while the clock was in 1970, a year back, or in 2106 are as old as what was received
// around them.
TEST_F(SqliteFiles, RetentionGoesByTheOrderOfReceiptWhereAClockWasWrong) {
  options.keep.fill(10 * day);
  open();
  std::uint64_t seq = 0;
  for (const Time received : {noon, noon - 365 * day, noon + day, day, noon + day,
                              noon + 29'000 * day, noon + 2 * day, noon + 3 * day})
    append({line(++seq)}, seq, received);
  ASSERT_EQ(files().size(), 8u);
  EXPECT_EQ(store().retain(noon + 4 * day)->parts, 0u);
  EXPECT_EQ(store().retain(noon + 11 * day)->parts, 2u) << "the first day and what stepped back";
  EXPECT_EQ(seqs_of(all({})).size(), 6u);
  EXPECT_EQ(store().retain(noon + 12 * day)->parts, 4u) << "1970, the days around it, and 2105";
  EXPECT_EQ(store().retain(noon + 13 * day)->parts, 1u);
  EXPECT_EQ(seqs_of(all({})), (std::vector<std::uint64_t>{8}));
}

TEST_F(SqliteFiles, WhatWasReceivedBeforeAClockWasSetIsKeptFromThenOn) {
  options.keep.fill(10 * day);
  open();
  append({line(1)}, 1, 5 * hour);  // in 1970
  append({line(2)}, 2, noon);
  append({line(3)}, 3, noon + day);
  EXPECT_EQ(store().retain(noon + 9 * day)->parts, 0u);
  EXPECT_EQ(store().retain(noon + 10 * day)->parts, 1u);
  EXPECT_EQ(store().retain(noon + 11 * day)->parts, 1u);
}

TEST_F(SqliteFiles, RetentionByClassKeepsAlertsAndTheirCounts) {
  options.keep = {100 * day, 2 * day, 2 * day, 2 * day, 2 * day};
  open();
  std::vector<std::string> batch;
  for (std::uint64_t i = 1; i <= 3'000; ++i) {
    Made made = i % 10 == 0 ? alert(i, noon) : Made{};
    made.seq = i;
    if (i % 10 == 1) made.verb = "write";
    if (i % 10 == 2) made.type = "flow";
    batch.push_back(line_of(made));
  }
  append(batch, 1, noon);
  append({line(3'001)}, 3'001, noon + day);
  const auto before = store().status().parts[1].bytes;
  EXPECT_EQ(store().retain(noon + 2 * day)->rows, 0u);
  const auto removed = store().retain(noon + 3 * day);
  ASSERT_TRUE(removed.ok()) << removed.error().message;
  EXPECT_EQ(removed->rows, 2'700u);
  EXPECT_LT(store().status().parts[1].bytes, before / 2);
  Filter alerts;
  alerts.classes = {EventClass::alert};
  EXPECT_EQ(all(alerts, 1'000).size(), 300u);
  EXPECT_EQ(all({}, 1'000).size(), 301u);
  CountQuery counts;
  counts.from = noon - hour, counts.to = noon + hour;
  EXPECT_EQ(store().counts(Scope::all(), counts)->series[0].total, 3'001u)
      << "hourly counts outlive the rows";
  EXPECT_EQ(store().retain(noon + 3 * day)->rows, 0u) << "once";
  open();
  EXPECT_EQ(store().retain(noon + 3 * day)->rows, 0u);
  EXPECT_EQ(all(alerts, 1'000).size(), 300u);
}

TEST_F(SqliteFiles, AReaderGoesOnWhileItsFileIsRemoved) {
  options.keep.fill(day);
  open();
  fill_days(4);
  const auto page = store().events(Scope::all(), {}, "", 1).take();
  ASSERT_TRUE(store().retain(noon + 3 * day).ok());
  const auto next = store().events(Scope::all(), {}, page.next, 10);
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(seqs_of(next->events), (std::vector<std::uint64_t>{3}));
  EXPECT_EQ(store().event(Scope::all(), "00000000-1").error().kind, ErrorKind::missing);
}

TEST_F(SqliteFiles, BelowTheFreeFloorNothingIsWrittenAndRoomHealsIt) {
  append({line(1)}, 1);
  disk->free = options.free_floor + 1'000;
  const auto refused = try_append({line(2)}, 2);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::full);
  EXPECT_EQ(all({}).size(), 1u);
  EXPECT_EQ(store().status().refused_full, 1u);
  disk->free = options.free_floor + 1'000'000;
  EXPECT_EQ(append({line(2)}, 2).watermark, 2u);
}

TEST_F(SqliteFiles, ADamagedOldDayIsPutAsideSaidAndTheOthersGoOn) {
  fill_days(4);
  const std::string name = files()[1];
  open();  // closes all connections: the WALs are in the files
  spoil_pages(path_of(name), 2);
  auto page = store().events(Scope::all(), {}, "", 10);
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_FALSE(page->complete);
  EXPECT_EQ(seqs_of(page->events), (std::vector<std::uint64_t>{4, 3, 1}));
  EXPECT_EQ(append({line(5)}, 5, noon + 3 * day).watermark, 5u);
  ASSERT_TRUE(store().retain(noon + 3 * day).ok());
  EXPECT_EQ(files(".quarantined"), (std::vector<std::string>{name + ".quarantined"}));
  EXPECT_EQ(store().status().quarantined, 1u);
  page = store().events(Scope::all(), {}, "", 10);
  EXPECT_TRUE(page->complete);
  EXPECT_EQ(page->events.size(), 4u);
  open();
  EXPECT_EQ(all({}).size(), 4u);
}

TEST_F(SqliteFiles, AFileThatIsNoDatabaseIsPutAsideAtOpening) {
  fill_days(2);
  const std::string first = files()[0];
  open();
  spoil(path_of(first), 0, 100);
  open();
  EXPECT_EQ(files(".quarantined").size(), 1u);
  EXPECT_EQ(seqs_of(all({})), (std::vector<std::uint64_t>{2}));
  EXPECT_EQ(append({line(3)}, 3, noon + day).watermark, 3u);
}

TEST_F(SqliteFiles, ADamagedNewestFileIsReplacedAndItsReadableWatermarksAreKept) {
  std::vector<std::string> batch;
  for (std::uint64_t i = 1; i <= 2'000; ++i) batch.push_back(line(i));
  append(batch, 1);
  const std::string name = files()[0];
  open();
  {  // the rows only: where the lines' tree begins
    auto raw = Connection::open(path_of(name), Connection::Mode::write).take();
    const auto root = raw->number("SELECT rootpage FROM sqlite_schema WHERE name = 'lines'");
    const auto events = raw->number("SELECT rootpage FROM sqlite_schema WHERE name = 'events'");
    ASSERT_TRUE(root.ok() && events.ok());
    raw.reset();
    for (const auto page : {*root, *events})
      spoil(path_of(name), static_cast<std::uint64_t>(page - 1) * 4'096, 4'096);
  }
  // The batch that meets the damage is refused; what is sent again goes to the new file.
  auto accepted = try_append({line(2'001)}, 2'001);
  if (!accepted) accepted = try_append({line(2'001)}, 2'001);
  ASSERT_TRUE(accepted.ok()) << accepted.error().message;
  EXPECT_EQ(accepted->watermark, 2'001u);
  EXPECT_EQ(files(".quarantined").size(), 1u);
  EXPECT_EQ(append({line(2'000), line(2'001)}, 2'000).skipped, 2u)
      << "what the damaged file had is not asked for again";
  Filter gaps;
  gaps.types = {"gap"};
  EXPECT_TRUE(all(gaps).empty());
}

TEST_F(SqliteFiles, LostWatermarksLetStreamsGoOnWithAGapThatSaysSo) {
  fill_days(2);
  source = "plant-2";
  append({line(1)}, 1, noon + day);
  source = "plant-1";
  append({line(3), line(4)}, 3, noon + day);
  const std::string newest = files()[1];
  open();
  spoil(path_of(newest), 0, 100);
  open();
  EXPECT_EQ(append({line(5)}, 5, noon + day + hour).watermark, 5u);
  source = "plant-2";  // known only to the lost file
  EXPECT_EQ(append({line(9)}, 9, noon + day + hour).watermark, 9u);
  source = "plant-1";
  EXPECT_TRUE(append({line(9)}, 9, noon + day + hour).ahead)
      << "a stream that went on is certain again";
  Filter gaps;
  gaps.types = {"gap"};
  const auto events = all(gaps);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_THAT(events[1].json, HasSubstr(R"("from":2,"to":4)"));
  EXPECT_THAT(events[0].json, HasSubstr(R"("from":1,"to":8)"));
  // Two days later the new file knows its streams; unknown ones are still let on, for a month.
  source = "plant-3";
  EXPECT_FALSE(append({line(4)}, 4, noon + 3 * day).ahead);
  source = "plant-4";
  EXPECT_TRUE(append({line(4)}, 4, noon + 40 * day).ahead);
}

TEST_F(SqliteFiles, AFileHalfMadeIsRemovedAtOpening) {
  fill_days(1);
  const std::string name = files()[0];
  open();
  const std::string empty = "events-20260303-ffff0000.db", unsealed = "events-20260303-ffff0001.db";
  std::ofstream(path_of(empty)).put(' ').flush();
  std::filesystem::resize_file(path_of(empty), 0);
  {
    auto raw = Connection::open(path_of(unsealed), Connection::Mode::create).take();
    ASSERT_TRUE(migrate(*raw, day_file).ok());
  }
  std::ofstream(path_of("events-20260101-00000001.db-wal")) << "left";
  std::ofstream(path_of("events-20260101-00000002.db.quarantined")) << "kept";
  std::ofstream(path_of("events-20260101-00000002.db-wal")) << "its";
  open();
  EXPECT_EQ(files(), (std::vector<std::string>{name}));
  EXPECT_EQ(files("wal"),
            (std::vector<std::string>{"events-20260101-00000002.db.quarantined-wal"}));
  EXPECT_EQ(append({line(1), line(2)}, 1).stored, 1u);
}

TEST_F(SqliteFiles, ANewerSchemaIsRefusedByName) {
  fill_days(1);
  const std::string name = files()[0];
  open();
  {
    auto raw = Connection::open(path_of(name), Connection::Mode::write).take();
    ASSERT_TRUE(raw->execute("PRAGMA user_version=77").ok());
  }
  const auto refused = reopen();
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr(name));
  EXPECT_THAT(refused.error().message, HasSubstr("schema 77"));
  EXPECT_EQ(files().size(), 1u) << "nothing is renamed or removed";
}

TEST_F(SqliteFiles, TwoProgramsCannotHaveOneFolder) {
  LyingDisk other;
  const auto refused = open_sqlite(other, clock, options);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
}

TEST_F(SqliteFiles, TooManyDifferentValuesGiveUpRollUpsNotAnswers) {
  // A million facts would take long to make; the file's own switch is what the cap turns.
  std::vector<std::string> batch;
  for (std::uint64_t i = 1; i <= 300; ++i)
    batch.push_back(line_of(alert(i, noon, static_cast<std::int64_t>(i % 7))));
  append(batch, 1, noon, "cn/a/works", Lane::alert);
  const std::string name = files()[0];
  open();
  {
    auto raw = Connection::open(path_of(name), Connection::Mode::write).take();
    ASSERT_TRUE(
        raw->execute("UPDATE file SET rollups = 0; DELETE FROM facts; DELETE FROM hosts").ok());
  }
  open();
  TopQuery top;
  top.from = noon - day, top.to = noon + day, top.rows = 7;
  EXPECT_EQ(store().top(Scope::all(), top)->total, 300u);
  top.dimension = Dimension::src;
  EXPECT_EQ(store().top(Scope::all(), top)->rows.at(0).count, 300u);
  append({line_of(alert(301, noon, 3))}, 301, noon, "cn/a/works", Lane::alert);
  EXPECT_EQ(store().top(Scope::all(), top)->total, 301u);
}

TEST(DayFileNames, ReadBackAndRefuseOthers) {
  const DayName name{20'514, 0x01c2b3a4};
  EXPECT_EQ(file_name(name), "events-20260302-01c2b3a4.db");
  EXPECT_EQ(parse_file_name("events-20260302-01c2b3a4.db")->serial, 0x01c2b3a4u);
  EXPECT_EQ(parse_file_name("events-20260302-01c2b3a4.db.quarantined")->day, 20'514);
  for (const char* bad :
       {"events-20260302.db", "events-20261302-01c2b3a4.db", "events-20260302-01C2B3A4.db",
        "events-20260302-01c2b3a4.db-wal", "state.db", ""})
    EXPECT_FALSE(parse_file_name(bad)) << bad;
  EXPECT_EQ(position_text({1, 0x1f}), "00000001-1f");
  EXPECT_EQ(parse_position("00000001-1f"), (Position{1, 0x1f}));
  EXPECT_EQ(parse_position(position_text({0xffffffff, std::int64_t{1} << 59})),
            (Position{0xffffffff, std::int64_t{1} << 59}));
  for (const char* bad :
       {"1-1", "00000001-", "00000001-1F", "00000001-1234567812345678", "0000000g-1"})
    EXPECT_FALSE(parse_position(bad)) << bad;
}

}  // namespace
}  // namespace langyan::store
