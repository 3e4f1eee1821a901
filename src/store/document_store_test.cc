#include "store/document_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "store/sqlite/connection.h"

namespace langyan::store {
namespace {

using testing::HasSubstr;

class ManualClock final : public Clock {
 public:
  Time now() override { return time; }
  Time monotonic() override { return time; }
  void sleep(Duration wait) override { time += wait; }
  std::atomic<Time> time{1'000 * second};
};

class DocumentStoreTest : public testing::Test {
 protected:
  DocumentStoreTest() { open(); }
  ~DocumentStoreTest() override { std::filesystem::remove_all(folder_); }

  void open() {
    store_.reset();
    auto opened = DocumentStore::open(disk_, clock_, path_);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    store_ = opened.take();
  }
  Result<Document> put(std::string id, std::string body, std::optional<std::uint64_t> expected = {},
                       std::string organisation = "cn/a", const Scope& scope = Scope::all()) {
    DocumentChange change;
    change.kind = "note", change.id = std::move(id), change.organisation = std::move(organisation);
    change.body = std::move(body), change.by = "li", change.expected = expected;
    return store_->put(scope, std::move(change));
  }
  static std::string ids(const std::vector<Document>& documents) {
    std::string text;
    for (const Document& document : documents) text += document.id + " ";
    return text;
  }

  const std::string folder_ = testing::TempDir() + "document_store_" +
                              testing::UnitTest::GetInstance()->current_test_info()->name() + "_" +
                              std::to_string(getpid());
  const std::string path_ = folder_ + "/state.db";
  SystemDisk disk_;
  ManualClock clock_;
  std::unique_ptr<DocumentStore> store_;
  const Scope all_ = Scope::all();
};

TEST_F(DocumentStoreTest, VersionsStartAtOneAndSurviveReopening) {
  EXPECT_EQ(put("x", R"({"a":1})")->version, 1u);
  clock_.time += second;
  EXPECT_EQ(put("x", R"({"a":2})")->version, 2u);
  open();
  const auto found = store_->get(all_, "note", "x");
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->version, 2u);
  EXPECT_EQ(found->body, R"({"a":2})");
  EXPECT_EQ(found->organisation, "cn/a");
  EXPECT_EQ(found->by, "li");
  EXPECT_EQ(found->changed - found->created, second);
  EXPECT_EQ(store_->get(all_, "note", "y").error().kind, ErrorKind::missing);
  EXPECT_EQ(store_->get(all_, "other", "x").error().kind, ErrorKind::missing);
}

TEST_F(DocumentStoreTest, AChangeMadeFromAnOldVersionIsAConflictAndChangesNothing) {
  ASSERT_TRUE(put("x", "1", 0).ok());
  EXPECT_EQ(put("x", "2", 0).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(put("x", "2", 1).ok());
  EXPECT_EQ(put("x", "3", 1).error().kind, ErrorKind::conflict);
  EXPECT_EQ(put("y", "3", 1).error().kind, ErrorKind::missing);
  EXPECT_EQ(store_->get(all_, "note", "x")->body, "2");
  EXPECT_EQ(*store_->last_change(), 2u);
}

TEST_F(DocumentStoreTest, ATransactionIsAllOrNothing) {
  ASSERT_TRUE(put("b", "1").ok());
  std::vector<DocumentChange> changes(3);
  for (std::size_t i = 0; i < 3; ++i) {
    changes[i].kind = "note", changes[i].id = std::string(1, static_cast<char>('a' + i));
    changes[i].organisation = "cn", changes[i].body = "\"new\"", changes[i].expected = 0;
  }
  EXPECT_EQ(store_->transact(all_, changes).error().kind, ErrorKind::conflict);
  EXPECT_FALSE(store_->get(all_, "note", "a").ok());
  changes[1].expected = 1;
  const auto done = store_->transact(all_, changes);
  ASSERT_TRUE(done.ok()) << done.error().message;
  ASSERT_EQ(done->size(), 3u);
  EXPECT_EQ((*done)[1].version, 2u);
  EXPECT_TRUE(store_->get(all_, "note", "c").ok());
}

TEST_F(DocumentStoreTest, HistoryKeepsEveryVersionInOrderRemovalIncluded) {
  for (const char* body : {"1", "2", "3"}) ASSERT_TRUE(put("x", body).ok());
  ASSERT_TRUE(store_->remove(all_, "note", "x", 3, "wang").ok());
  EXPECT_EQ(store_->get(all_, "note", "x").error().kind, ErrorKind::missing);
  const auto history = store_->history(all_, "note", "x");
  ASSERT_TRUE(history.ok());
  ASSERT_EQ(history->size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ((*history)[i].version, i + 1);
  EXPECT_EQ((*history)[1].body, "2");
  EXPECT_TRUE((*history)[3].removed);
  EXPECT_EQ((*history)[3].by, "wang");
  EXPECT_EQ(put("x", "4", 0)->version, 5u) << "a version is never the name of two bodies";
  EXPECT_EQ(store_->history(all_, "note", "y").error().kind, ErrorKind::missing);
}

TEST_F(DocumentStoreTest, HistoryIsBounded) {
  for (std::size_t i = 0; i < document_history + 5; ++i)
    ASSERT_TRUE(put("x", std::to_string(i)).ok());
  const auto history = store_->history(all_, "note", "x");
  ASSERT_EQ(history->size(), document_history);
  EXPECT_EQ(history->front().version, 6u);
}

TEST_F(DocumentStoreTest, ASecretLeavesNothingBehind) {
  DocumentChange change;
  change.kind = "session", change.id = "hash-1", change.organisation = "cn",
  change.keep_history = false;
  for (const char* body : {"\"marker-one\"", "\"marker-two\""}) {
    change.body = body;
    ASSERT_TRUE(store_->put(all_, change).ok());
  }
  EXPECT_EQ(store_->history(all_, "session", "hash-1")->size(), 1u);
  ASSERT_TRUE(store_->remove(all_, "session", "hash-1").ok());
  EXPECT_FALSE(store_->history(all_, "session", "hash-1").ok());
  store_.reset();
  std::ifstream file(path_, std::ios::binary);
  const std::string content((std::istreambuf_iterator<char>(file)), {});
  ASSERT_GT(content.size(), 0u);
  EXPECT_EQ(content.find("marker-"), std::string::npos);
  EXPECT_EQ(content.find("hash-1"), std::string::npos);
}

TEST_F(DocumentStoreTest, ExpiryHidesAtOnceAndExpireRemoves) {
  DocumentChange change;
  change.kind = "link", change.id = "l", change.organisation = "cn", change.body = "{}";
  change.expires = clock_.time + 10 * minute;
  ASSERT_TRUE(store_->put(all_, change).ok());
  ASSERT_TRUE(put("stays", "1").ok());
  EXPECT_TRUE(store_->get(all_, "link", "l").ok());
  EXPECT_EQ(*store_->expire(clock_.now()), 0u);
  clock_.time += 10 * minute;
  EXPECT_EQ(store_->get(all_, "link", "l").error().kind, ErrorKind::missing);
  EXPECT_EQ(store_->take(all_, "link", "l").error().kind, ErrorKind::missing);
  EXPECT_TRUE(store_->list(all_, "link", "", 10)->documents.empty());
  EXPECT_EQ(*store_->expire(clock_.now()), 1u);
  EXPECT_FALSE(store_->history(all_, "link", "l").ok());
  EXPECT_TRUE(store_->get(all_, "note", "stays").ok());
}

TEST_F(DocumentStoreTest, TakeGivesADocumentToOneCallerOnly) {
  for (int round = 0; round < 20; ++round) {
    ASSERT_TRUE(put("once", "1").ok());
    std::atomic<int> taken{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] { taken += store_->take(all_, "note", "once").ok(); });
    for (auto& thread : threads) thread.join();
    ASSERT_EQ(taken, 1);
  }
}

TEST_F(DocumentStoreTest, NothingIsLostBetweenConcurrentOptimisticWriters) {
  ASSERT_TRUE(put("n", "0").ok());
  std::atomic<int> conflicts{0};
  const auto add = [&] {
    for (int i = 0; i < 50;) {
      const auto now = store_->get(all_, "note", "n");
      const auto done = put("n", std::to_string(std::stoi(now->body) + 1), now->version);
      if (done)
        ++i;
      else
        ++conflicts;
    }
  };
  std::thread other(add);
  add();
  other.join();
  EXPECT_EQ(store_->get(all_, "note", "n")->body, "100");
  EXPECT_EQ(store_->get(all_, "note", "n")->version, 101u);
}

TEST_F(DocumentStoreTest, WhatIsOutsideTheScopeDoesNotExist) {
  const auto mine = Scope::of("cn/a").take(), other = Scope::of("cn/b").take();
  ASSERT_TRUE(put("x", "1", 0, "cn/a/works").ok());
  ASSERT_TRUE(put("y", "1", 0, "cn/ab").ok());
  EXPECT_TRUE(store_->get(mine, "note", "x").ok());
  EXPECT_EQ(store_->get(mine, "note", "y").error().kind, ErrorKind::missing);
  EXPECT_EQ(store_->get(other, "note", "x").error().kind, ErrorKind::missing);
  EXPECT_EQ(store_->history(other, "note", "x").error().kind, ErrorKind::missing);
  EXPECT_EQ(store_->remove(other, "note", "x").error().kind, ErrorKind::missing);
  EXPECT_EQ(put("x", "2", 1, "cn/b", other).error().kind, ErrorKind::missing);
  EXPECT_EQ(put("x", "2", {}, "cn/b", other).error().kind, ErrorKind::conflict);
  EXPECT_EQ(put("z", "2", {}, "cn/a", other).error().kind, ErrorKind::permission);
  EXPECT_EQ(ids(store_->list(mine, "note", "", 10)->documents), "x ");
  EXPECT_EQ(ids(store_->latest(mine, "note", "", 10)->documents), "x ");
  EXPECT_EQ(ids(*store_->changes(mine, "note", 0, 10)), "x ");
  EXPECT_EQ(ids(store_->list(all_, "note", "", 10)->documents), "x y ");
  EXPECT_EQ(store_->get(all_, "note", "x")->body, "1");
}

TEST_F(DocumentStoreTest, ListsPageByIdAndByChangeWhileDocumentsChange) {
  for (char c = 'a'; c <= 'g'; ++c) ASSERT_TRUE(put(std::string("id-") + c, "1").ok());
  auto page = store_->list(all_, "note", "", 3);
  EXPECT_EQ(ids(page->documents), "id-a id-b id-c ");
  ASSERT_TRUE(put("id-bb", "1").ok());
  page = store_->list(all_, "note", page->next, 3);
  EXPECT_EQ(ids(page->documents), "id-d id-e id-f ");
  page = store_->list(all_, "note", page->next, 3);
  EXPECT_EQ(ids(page->documents), "id-g ");
  EXPECT_EQ(page->next, "");
  EXPECT_EQ(ids(store_->list(all_, "note", "", 10, "id-b")->documents), "id-b id-bb ");
  EXPECT_EQ(ids(store_->list(all_, "note", "", 10, "id_")->documents), "");

  page = store_->latest(all_, "note", "", 2);
  EXPECT_EQ(ids(page->documents), "id-bb id-g ");
  ASSERT_TRUE(put("id-a", "2").ok());
  page = store_->latest(all_, "note", page->next, 2);
  EXPECT_EQ(ids(page->documents), "id-f id-e ");
  EXPECT_EQ(store_->latest(all_, "note", "x", 2).error().kind, ErrorKind::usage);
  EXPECT_EQ(store_->latest(all_, "note", std::string(40, '9'), 2).error().kind, ErrorKind::usage);
  EXPECT_TRUE(store_->list(all_, "note", "", 0)->documents.empty());
}

TEST_F(DocumentStoreTest, ChangesComeOnceEachInOrderAfterANumber) {
  ASSERT_TRUE(put("a", "1").ok());
  ASSERT_TRUE(put("b", "1").ok());
  ASSERT_TRUE(put("a", "2").ok());
  const auto changes = store_->changes(all_, "note", 0, 10);
  EXPECT_EQ(ids(*changes), "b a ");
  EXPECT_EQ(changes->back().change, *store_->last_change());
  ASSERT_TRUE(store_->remove(all_, "note", "b", {}, "li").ok());
  const auto later = store_->changes(all_, "note", changes->back().change, 10);
  ASSERT_EQ(later->size(), 1u);
  EXPECT_TRUE(later->front().removed);
}

TEST_F(DocumentStoreTest, RefusesWhatIsNoDocument) {
  EXPECT_EQ(put("x", "{").error().kind, ErrorKind::invalid);
  EXPECT_EQ(put("x", "").error().kind, ErrorKind::invalid);
  EXPECT_EQ(put("", "1").error().kind, ErrorKind::invalid);
  EXPECT_EQ(put(std::string(1'025, 'x'), "1").error().kind, ErrorKind::invalid);
  EXPECT_EQ(put("x", "1", {}, "").error().kind, ErrorKind::invalid);
  EXPECT_EQ(put("x", "1", {}, "a//b").error().kind, ErrorKind::invalid);
  EXPECT_EQ(put("x", "\"" + std::string(document_bytes, 'a') + "\"").error().kind,
            ErrorKind::invalid);
  EXPECT_EQ(*store_->last_change(), 0u);
  const std::string odd = "'; DROP TABLE documents; --";
  ASSERT_TRUE(put(odd, "1").ok());
  EXPECT_EQ(store_->get(all_, "note", odd)->id, odd);
}

TEST_F(DocumentStoreTest, RefusesAFileOfANewerProgramAndOneThatIsNotIts) {
  ASSERT_TRUE(put("x", "1").ok());
  store_.reset();
  {
    auto raw = Connection::open(path_, Connection::Mode::write).take();
    ASSERT_TRUE(raw->execute("PRAGMA user_version=99").ok());
  }
  const auto newer = DocumentStore::open(disk_, clock_, path_);
  ASSERT_FALSE(newer.ok());
  EXPECT_EQ(newer.error().kind, ErrorKind::invalid);
  EXPECT_THAT(newer.error().message, HasSubstr("schema 99"));
  const std::string foreign = folder_ + "/foreign.db";
  {
    auto raw = Connection::open(foreign, Connection::Mode::create).take();
    ASSERT_TRUE(raw->execute("CREATE TABLE theirs(a)").ok());
  }
  EXPECT_EQ(DocumentStore::open(disk_, clock_, foreign).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace langyan::store
