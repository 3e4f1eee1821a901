#include "store/sqlite/migrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "store/sqlite/day_schema.h"

namespace langyan::store {
namespace {

using testing::HasSubstr;

constexpr std::int32_t application = 0x74657374;
const char* const one[] = {"CREATE TABLE a(x); INSERT INTO a VALUES(1)"};
const char* const two[] = {one[0],
                           "ALTER TABLE a ADD COLUMN y; UPDATE a SET y = x + 1; CREATE TABLE b(z)"};
const char* const broken[] = {one[0], two[1], "CREATE TABLE c(w); INSERT INTO nowhere VALUES(1)"};

class Migrations : public testing::Test {
 protected:
  ~Migrations() override { std::filesystem::remove_all(folder_); }
  std::unique_ptr<Connection> open() {
    std::filesystem::create_directories(folder_);
    return Connection::open(folder_ + "/x.db", Connection::Mode::create).take();
  }
  static std::int64_t version(Connection& connection) {
    return *connection.number("PRAGMA user_version");
  }

  const std::string folder_ = testing::TempDir() + "migrations_" + std::to_string(getpid());
};

TEST_F(Migrations, EachStepIsAppliedOnceFromEveryVersion) {
  auto connection = open();
  ASSERT_TRUE(migrate(*connection, {application, "test file", one}).ok());
  EXPECT_EQ(version(*connection), 1);
  ASSERT_TRUE(migrate(*connection, {application, "test file", two}).ok());
  EXPECT_EQ(version(*connection), 2);
  EXPECT_EQ(*connection->number("SELECT y FROM a"), 2);
  ASSERT_TRUE(migrate(*connection, {application, "test file", two}).ok());
  EXPECT_EQ(*connection->number("SELECT count(*) FROM a"), 1);
}

TEST_F(Migrations, AStepThatFailsLeavesTheFileAsItWas) {
  auto connection = open();
  ASSERT_TRUE(migrate(*connection, {application, "test file", one}).ok());
  EXPECT_FALSE(migrate(*connection, {application, "test file", broken}).ok());
  EXPECT_EQ(version(*connection), 1);
  EXPECT_EQ(*connection->number("SELECT count(*) FROM sqlite_schema"), 1)
      << "the step before it is undone too";
  EXPECT_EQ(*connection->number("SELECT count(*) FROM pragma_table_info('a')"), 1);
  EXPECT_TRUE(migrate(*connection, {application, "test file", two}).ok());
}

TEST_F(Migrations, NewerAndForeignFilesAreRefused) {
  auto connection = open();
  ASSERT_TRUE(migrate(*connection, {application, "test file", two}).ok());
  const auto newer = migrate(*connection, {application, "test file", one});
  ASSERT_FALSE(newer.ok());
  EXPECT_THAT(newer.error().message, HasSubstr("has schema 2, this program knows up to 1"));
  const auto foreign = migrate(*connection, {application + 1, "test file", two});
  ASSERT_FALSE(foreign.ok());
  EXPECT_THAT(foreign.error().message, HasSubstr("not a test file"));
}

// The kill falls between two statements of a step, where half of it is done: a step with a function
// of the test in it cannot be had, so the child stops itself in the progress handler's place.
class StoppingClock final : public Clock {
 public:
  explicit StoppingClock(int looks) : looks_(looks) {}
  Time now() override { return 0; }
  Time monotonic() override {
    if (--looks_ == 0) raise(SIGKILL);
    return 0;
  }
  void sleep(Duration) override {}

 private:
  int looks_;
};

TEST_F(Migrations, KilledAnywhereItIsTheOldOrTheNewSchema) {
  const char* const slow[] = {
      one[0],
      "CREATE TABLE n AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT "
      "20000)"
      " SELECT i FROM c; ALTER TABLE a ADD COLUMN y; UPDATE a SET y = (SELECT count(*) FROM n)"};
  int killed = 0;
  for (int looks = 1; looks <= 40; looks += 3) {
    std::filesystem::remove_all(folder_);
    ASSERT_TRUE(migrate(*open(), {application, "test file", one}).ok());
    const pid_t child = fork();
    if (child == 0) {
      StoppingClock clock(looks);
      auto connection = open();
      connection->end_at(clock, 1, 1);
      _exit(migrate(*connection, {application, "test file", slow}).ok() ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    killed += WIFSIGNALED(status);
    auto connection = open();
    const auto there = version(*connection);
    EXPECT_TRUE(there == 1 || there == 2);
    EXPECT_EQ(*connection->number("SELECT count(*) FROM pragma_table_info('a')"), there);
    EXPECT_EQ(*connection->number("SELECT count(*) FROM sqlite_schema"), there);
    EXPECT_TRUE(migrate(*connection, {application, "test file", slow}).ok());
    EXPECT_EQ(*connection->number("SELECT y FROM a"), 20'000);
  }
  EXPECT_GT(killed, 5);
}

TEST_F(Migrations, TheDayFileIsMadeFromNothing) {
  auto connection = open();
  ASSERT_TRUE(migrate(*connection, day_file).ok());
  EXPECT_EQ(version(*connection), static_cast<std::int64_t>(day_file.steps.size()));
  EXPECT_EQ(*connection->number("SELECT count(*) FROM event_view"), 0);
}

}  // namespace
}  // namespace langyan::store
