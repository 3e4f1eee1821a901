#include "store/audit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "base/temp_folder.h"
#include "store/document_store.h"
#include "store/sqlite/connection.h"

namespace langyan::store {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class AuditLogTest : public testing::Test {
 protected:
  AuditLogTest() { open(); }

  void open() {
    log_.reset();
    documents_.reset();
    documents_ = DocumentStore::open(disk_, clock_, path_).take();  // makes the tables
    auto opened = AuditLog::open(disk_, clock_, *documents_, head_);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    log_ = opened.take();
  }
  static AuditEntry entry(std::string actor, std::string organisation = "cn/a") {
    AuditEntry made;
    made.time = 5 * second, made.actor = std::move(actor), made.organisation = std::move(organisation);
    made.via = "session", made.role = "analyst", made.action = "post_notices", made.object = "n1";
    made.outcome = "done", made.status = 200, made.address = "10.0.0.1", made.detail = "a 'quote\" <b>";
    return made;
  }
  void write(int count) {
    for (int i = 0; i < count; ++i) log_->note(entry("u" + std::to_string(i)));
    ASSERT_TRUE(log_->flush().ok());
  }
  // As somebody with SQLite's own tool would.
  void edit(const std::string& sql) {
    const auto raw = Connection::open(path_, Connection::Mode::write);
    const auto done = (*raw)->execute(
        ("DROP TRIGGER IF EXISTS audit_is_not_changed; DROP TRIGGER IF EXISTS audit_is_not_removed; " + sql).c_str());
    ASSERT_TRUE(done.ok()) << done.error().message;
  }
  std::string faults(const std::optional<AuditHead>& known = {}) {
    const auto check = log_->verify(known);
    if (!check) return check.error().message;
    std::string text;
    for (const AuditFault& fault : check->faults) text += std::to_string(fault.number) + ": " + fault.what + "\n";
    EXPECT_EQ(check->fault_count, check->faults.size());
    return text;
  }
  std::vector<std::string> actors(const Scope& scope, const AuditQuestion& question = {}) {
    std::vector<std::string> names;
    const auto page = log_->list(scope, question);
    EXPECT_TRUE(page.ok());
    for (const AuditEntry& each : page->entries) names.push_back(each.actor);
    return names;
  }

  TempFolder folder_;
  const std::string path_ = folder_.path() + "/state.db", head_ = folder_.path() + "/audit.head";
  SystemDisk disk_;
  SystemClock clock_;
  std::unique_ptr<DocumentStore> documents_;
  std::unique_ptr<AuditLog> log_;
  const Scope all_ = Scope::all();
};

TEST_F(AuditLogTest, AnUntouchedLogIsIntactOverRestarts) {
  EXPECT_EQ(faults(), "");
  write(3);
  open();
  write(3);
  EXPECT_EQ(faults(), "");
  const auto check = log_->verify();
  EXPECT_EQ(check->entries, 6u);
  EXPECT_EQ(check->head.number, 6u);
  EXPECT_EQ(faults(check->head), "");
}

struct Tampering {
  const char* name;
  const char* sql;
  const char* told;  // while the center runs
};
const Tampering tamperings[] = {
    {"actor", "UPDATE audit SET actor = 'x' WHERE number = 3", "3: this entry, or its place, was changed"},
    {"time", "UPDATE audit SET time = 6 WHERE number = 3", "3: this entry"},
    {"via", "UPDATE audit SET via = 'x' WHERE number = 3", "3: this entry"},
    {"role", "UPDATE audit SET role = 'x' WHERE number = 3", "3: this entry"},
    {"organisation", "UPDATE audit SET organisation = 'x' WHERE number = 3", "3: this entry"},
    {"action", "UPDATE audit SET action = 'x' WHERE number = 3", "3: this entry"},
    {"object", "UPDATE audit SET object = 'x' WHERE number = 3", "3: this entry"},
    {"outcome", "UPDATE audit SET outcome = 'x' WHERE number = 3", "3: this entry"},
    {"status", "UPDATE audit SET status = 403 WHERE number = 3", "3: this entry"},
    {"address", "UPDATE audit SET address = 'x' WHERE number = 3", "3: this entry"},
    {"detail", "UPDATE audit SET detail = 'x' WHERE number = 3", "3: this entry"},
    {"hash", "UPDATE audit SET hash = replace(hash, substr(hash, 1, 1), 'z') WHERE number = 3", "4: this entry"},
    {"members moved into each other", "UPDATE audit SET action = action || object, object = '' WHERE number = 3",
     "3: this entry"},
    {"deleted", "DELETE FROM audit WHERE number = 3", "3: entry 3 is missing"},
    {"several deleted", "DELETE FROM audit WHERE number BETWEEN 2 AND 4", "2: entries 2 to 4 are missing"},
    {"the first deleted", "DELETE FROM audit WHERE number = 1", "1: entry 1 is missing"},
    {"deleted and numbered anew",
     "DELETE FROM audit WHERE number = 3; UPDATE audit SET number = number - 1 WHERE number > 3", "3: this entry"},
    {"two in another order",
     "UPDATE audit SET number = 99 WHERE number = 3; UPDATE audit SET number = 3 WHERE number = 4; UPDATE audit SET "
     "number = 4 WHERE number = 99",
     "3: this entry"},
    {"cut", "DELETE FROM audit WHERE number = 6", "6: cut off: entry 6 is missing"},
    {"cut further", "DELETE FROM audit WHERE number > 2", "3: cut off: entries 3 to 6 are missing"},
    {"emptied", "DELETE FROM audit", "1: cut off: entries 1 to 6 are missing"},
    {"added at the end",
     "INSERT INTO audit SELECT 7, time, 'x', via, role, organisation, action, object, outcome, status, address, "
     "detail, hash FROM audit WHERE number = 6",
     "7: this entry"},
    {"added between",
     "UPDATE audit SET number = number + 100 WHERE number > 3; UPDATE audit SET number = number - 99 WHERE number > "
     "100; INSERT INTO audit SELECT 4, time, 'x', via, role, organisation, action, object, outcome, status, address, "
     "detail, hash FROM audit WHERE number = 3",
     "4: this entry"},
    {"added before",
     "INSERT INTO audit SELECT 0, time, 'x', via, role, organisation, action, object, outcome, status, address, "
     "detail, hash FROM audit WHERE number = 1",
     "1: "},
};

// Whether it is done while the center runs or while it does not, and although entries follow.
TEST_F(AuditLogTest, FindsEachEditDeletionReorderAndCut) {
  std::size_t found = 0;
  for (const bool stopped : {false, true}) {
    for (const Tampering& each : tamperings) {
      log_.reset(), documents_.reset();
      for (const std::string end : {"", "-wal", "-shm"}) (void)disk_.remove(path_ + end);
      (void)disk_.remove(head_);
      open();
      write(6);
      ASSERT_EQ(faults(), "") << each.name;
      if (stopped) log_.reset(), documents_.reset();
      edit(each.sql);
      if (stopped) open();
      EXPECT_THAT(faults(), HasSubstr(stopped ? "" : each.told)) << each.name;
      EXPECT_NE(faults(), "") << each.name;
      write(2);
      open();
      write(1);
      EXPECT_NE(faults(), "") << each.name << ", after more entries";
      found += 1;
    }
  }
  std::printf("tamperings found: %zu\n", found);
}

// The rows after the changed one made to fit: only the head tells.
TEST_F(AuditLogTest, FindsAChainThatWasMadeAnew) {
  write(6);
  const auto noted = log_->verify()->head;
  log_.reset();
  const std::string other_path = folder_.path() + "/other.db", other_head = folder_.path() + "/other.head";
  const auto other_documents = DocumentStore::open(disk_, clock_, other_path);
  const auto other = AuditLog::open(disk_, clock_, **other_documents, other_head);
  for (int i = 0; i < 6; ++i) ASSERT_TRUE((*other)->add(entry(i == 2 ? "nobody" : "u" + std::to_string(i))).ok());
  edit("ATTACH '" + other_path + "' AS other; DELETE FROM audit; INSERT INTO audit SELECT * FROM other.audit");
  open();
  EXPECT_THAT(faults(), HasSubstr("7: a start of the center found: the head's file says 6:"));
  // With the head's file made anew as well, a head noted elsewhere tells.
  std::ofstream(head_) << text_of((*other)->verify()->head) << "\n";
  log_.reset();
  edit("DELETE FROM audit WHERE number > 6");
  open();
  EXPECT_EQ(faults(), "");
  EXPECT_THAT(faults(noted), HasSubstr("6: the given head " + text_of(noted) + " is not part of the log"));
}

TEST_F(AuditLogTest, ALostHeadIsTold) {
  write(2);
  log_.reset();
  ASSERT_TRUE(disk_.remove(head_).ok());
  open();
  EXPECT_THAT(faults(), HasSubstr("the head's file is missing or damaged"));
}

// A crash between the table and the head's file, or a backup made meanwhile.
TEST_F(AuditLogTest, AHeadThatLagsIsNoFault) {
  write(2);
  const auto behind = read_file(disk_, head_);
  write(2);
  log_.reset();
  std::ofstream(head_) << *behind;
  open();
  EXPECT_EQ(faults(), "");
  write(1);
  EXPECT_EQ(log_->verify()->entries, 5u);
}

TEST_F(AuditLogTest, TheTableRefusesChanges) {
  write(2);
  const auto raw = Connection::open(path_, Connection::Mode::write);
  EXPECT_THAT((*raw)->execute("UPDATE audit SET actor = 'x'").error().message, HasSubstr("append-only"));
  EXPECT_THAT((*raw)->execute("DELETE FROM audit").error().message, HasSubstr("append-only"));
}

TEST_F(AuditLogTest, WhatWasBegunAndNotFinishedIsTold) {
  auto first = log_->begin(entry("li")), second = log_->begin(entry("wang"));
  ASSERT_TRUE(first.ok() && second.ok());
  AuditEntry done = entry("wang");
  done.outcome = "refused";
  ASSERT_TRUE(log_->finish(second.take(), done).ok());
  open();  // as after a kill: nobody finished the first
  const auto page = log_->list(all_, {});
  ASSERT_EQ(page->entries.size(), 2u);
  EXPECT_EQ(page->entries[0].actor, "li");
  EXPECT_EQ(page->entries[0].outcome, "unknown");
  EXPECT_EQ(page->entries[0].object, "n1");
  EXPECT_EQ(page->entries[1].outcome, "refused");
  open();
  EXPECT_EQ(log_->list(all_, {})->entries.size(), 2u);  // once
  EXPECT_EQ(faults(), "");
}

TEST_F(AuditLogTest, WhatIsGivenUpIsToldWithTheNextEntry) {
  { const auto given_up = log_->begin(entry("li")); }
  EXPECT_THAT(actors(all_), IsEmpty());
  ASSERT_TRUE(log_->add(entry("wang")).ok());
  const auto page = log_->list(all_, {});
  ASSERT_EQ(page->entries.size(), 2u);
  EXPECT_EQ(page->entries[1].actor + page->entries[1].outcome, "liunknown");
  open();
  EXPECT_EQ(log_->list(all_, {})->entries.size(), 2u);
  EXPECT_EQ(faults(), "");
}

TEST_F(AuditLogTest, ListsByScopeFiltersAndPages) {
  for (const auto& [actor, organisation] : std::vector<std::pair<std::string, std::string>>{
           {"root", ""}, {"a", "cn/a"}, {"works", "cn/a/works"}, {"ab", "cn/ab"}, {"b", "cn/b"}}) {
    AuditEntry made = entry(actor, organisation);
    made.time = static_cast<Time>(10 + log_->list(all_, {})->entries.size()) * second;
    made.outcome = actor == "b" ? "refused" : "done";
    ASSERT_TRUE(log_->add(made).ok());
  }
  using Names = std::vector<std::string>;
  EXPECT_EQ(actors(all_), (Names{"b", "ab", "works", "a", "root"}));
  EXPECT_EQ(actors(*Scope::of("cn/a")), (Names{"works", "a"}));
  EXPECT_THAT(actors(*Scope::of("cn/c")), IsEmpty());
  AuditQuestion question;
  question.limit = 2;
  EXPECT_EQ(actors(all_, question), (Names{"b", "ab"}));
  EXPECT_TRUE(log_->list(all_, question)->more);
  question.before = 4;
  EXPECT_EQ(actors(all_, question), (Names{"works", "a"}));
  question = {};
  question.from = 11 * second, question.to = 13 * second;
  EXPECT_EQ(actors(all_, question), (Names{"works", "a"}));
  question = {};
  question.outcome = "refused";
  EXPECT_EQ(actors(all_, question), Names{"b"});
  question = {};
  question.organisation = "cn/a";
  EXPECT_EQ(actors(*Scope::of("cn/a/works"), question), Names{"works"});
  question = {};
  question.actor = "a' OR '1'='1";
  EXPECT_THAT(actors(all_, question), IsEmpty());
}

TEST_F(AuditLogTest, NotesWaitAndAreCountedWhenThereAreTooMany) {
  for (std::size_t i = 0; i < audit_noted + 5; ++i) log_->note(entry("guest"));
  EXPECT_THAT(actors(all_), IsEmpty());
  ASSERT_TRUE(log_->flush().ok());
  const auto check = log_->verify();
  EXPECT_EQ(check->entries, audit_noted + 1);
  const auto newest = log_->list(all_, {})->entries.at(0);
  EXPECT_EQ(newest.action, "audit.dropped");
  EXPECT_THAT(newest.detail, HasSubstr("5 refused requests"));
  EXPECT_EQ(faults(), "");
}

TEST_F(AuditLogTest, LongTextsAreCutAtACharacter) {
  AuditEntry made = entry("li");
  for (int i = 0; i < 1'000; ++i) made.detail += "狼";
  made.object = std::string("a\0b", 3);
  ASSERT_TRUE(log_->add(made).ok());
  const auto kept = log_->list(all_, {})->entries.at(0);
  EXPECT_LE(kept.detail.size(), audit_text);
  EXPECT_EQ((kept.detail.size() - std::string("a 'quote\" <b>").size()) % 3, 0u);
  EXPECT_EQ(kept.object, "a b");
  EXPECT_EQ(faults(), "");
}

TEST_F(AuditLogTest, ManyThreadsMakeOneChain) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        auto begun = log_->begin(entry("t"));
        ASSERT_TRUE(begun.ok());
        ASSERT_TRUE(log_->finish(begun.take(), entry("t")).ok());
        if (i % 5 == 0) {
          EXPECT_EQ(log_->verify()->fault_count, 0u);
        }
      }
    });
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(log_->verify()->entries, 100u);
  EXPECT_EQ(faults(), "");
}

TEST(AuditHead, ReadsWhatItWrites) {
  const AuditHead head{12, std::string(64, 'a')};
  const auto read = parse_audit_head(text_of(head));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->number, 12u);
  EXPECT_EQ(read->hash, head.hash);
  for (const char* text : {"", "12", "12:", ":aa", "x:aa", "12:AA"}) EXPECT_FALSE(parse_audit_head(text)) << text;
}

}  // namespace
}  // namespace langyan::store
