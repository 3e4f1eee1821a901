// What sensors learned, at the center: kept as the newest of each, seen by those who may, refused with the reason.
#include "center/books.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zstd.h>

#include <set>

#include "center/test_center.h"
#include "store/sqlite/connection.h"

namespace langyan::center {
namespace {

using testing::HasSubstr;
using uplink::Book;
using uplink::BookRow;

BookRow row_of(int number, const std::string& verb = "read") {
  BookRow row;
  row.client = "10.3.2." + std::to_string(number % 200), row.server = "10.3.1.14",
  row.zone = number % 2 ? "filters" : "everything";
  row.protocol = "modbus", row.verb = verb, row.object = std::to_string(40'001 + number);
  return row;
}

Book book_of(int rows) {
  Book book;
  book.file = "/spool/baseline.json";
  book.zones = {{"filters", "learn", 60, 120}, {"everything", "enforce", 600, 0}};
  for (int i = 0; i < rows; ++i) book.rows.push_back(row_of(i, i % 3 ? "read" : "write"));
  return book;
}

struct BooksTest : testing::Test {
  TestCenter center;
  std::string sensor = center.token(Role::ingest, "cn/works", "s1"), viewer = center.token(Role::viewer);
  const std::string id = book_id("cn/works", "s1");

  int put(const Book& book) { return center.ask(sensor, "PUT", "/api/v1/baseline", write_book(book)).status; }
  nlohmann::json page(const std::string& question) { return center.json(viewer, "/api/v1/baseline/" + id + question); }
  std::int64_t documents() const {
    const auto raw = store::Connection::open(center.folder.path() + "/data/state.db", store::Connection::Mode::read);
    return *(*raw)->number("SELECT count(*) FROM documents WHERE kind LIKE 'book%'");
  }
};

TEST_F(BooksTest, TheNewestOfASensorReplacesTheOneBefore) {
  EXPECT_TRUE(center.json(viewer, "/api/v1/baseline")["books"].empty());
  ASSERT_EQ(put(book_of(3)), 204);
  Book other = book_of(5);
  other.rows[0].fresh = true, other.rows[1].said = "value", other.left_out = 9;
  BookRow volume;
  volume.client = "10.3.2.1", volume.server = "10.3.1.14", volume.octets = 1e6;
  other.rows.push_back(volume);
  for (int i = 0; i < 5; ++i) ASSERT_EQ(put(other), 204);
  EXPECT_EQ(documents(), 2) << "a label and its rows, without history";
  const auto listed = center.json(viewer, "/api/v1/baseline")["books"];
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0]["id"], id);
  EXPECT_EQ(listed[0]["organisation"], "cn/works");
  const auto& book = listed[0]["book"];
  EXPECT_EQ(book["sensor"], "s1");
  EXPECT_EQ(book["file"], "/spool/baseline.json");
  EXPECT_EQ(book["habits"], 5);
  EXPECT_EQ(book["volumes"], 1);
  EXPECT_EQ(book["waiting"], 2);
  EXPECT_EQ(book["left_out"], 9);
  EXPECT_EQ(book["zones"][0]["left"], 120);
  center.restart();
  EXPECT_EQ(page("")["rows"].size(), 6u) << "and stays";
}

TEST_F(BooksTest, OneThatIsNotDeliveredAnyMoreGoes) {
  ASSERT_EQ(put(book_of(3)), 204);
  center.clock.advance(keep_book - day);
  ASSERT_EQ(put(book_of(3)), 204);
  center.clock.advance(2 * day);
  EXPECT_EQ(center.json(viewer, "/api/v1/baseline")["books"].size(), 1u) << "it counts from the last";
  center.clock.advance(keep_book);
  EXPECT_TRUE(center.json(viewer, "/api/v1/baseline")["books"].empty());
  EXPECT_EQ(center.ask(viewer, "GET", "/api/v1/baseline/" + id).status, 404);
  ASSERT_TRUE(center.center->documents().expire(center.clock.now()).ok());
  EXPECT_EQ(documents(), 0);
}

TEST_F(BooksTest, WhatIsNoBookIsRefusedAndTheOldOneStays) {
  ASSERT_EQ(put(book_of(3)), 204);
  const auto refused = [&](const std::string& body, int status, std::string_view why, std::string_view headers = {}) {
    const Answer answer = center.ask(sensor, "PUT", "/api/v1/baseline", body, headers);
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_THAT(nlohmann::json::parse(answer.body)["detail"].get<std::string>(), HasSubstr(why));
  };
  Book stranger = book_of(3);
  stranger.rows[2].server = "plc";
  refused(write_book(stranger), 400, "book.rows[2].server is no address.");
  refused("{", 400, "no JSON");
  refused(R"({"fields":[]})", 400, "has no `book`");
  refused("x", 400, "not zstd", "Content-Type: application/json\r\nContent-Encoding: zstd\r\n");
  refused("x", 415, "Content-Encoding may be zstd", "Content-Type: application/json\r\nContent-Encoding: gzip\r\n");
  std::string large = write_book(book_of(1));
  large.insert(large.size() - 1, uplink::largest_book, ' ');
  std::string small(ZSTD_compressBound(large.size()), '\0');
  small.resize(ZSTD_compress(small.data(), small.size(), large.data(), large.size(), 1));
  refused(small, 413, "when decompressed", "Content-Type: application/json\r\nContent-Encoding: zstd\r\n");
  EXPECT_EQ(page("")["rows"].size(), 3u);
}

TEST_F(BooksTest, TheLargestBookIsKeptAndRead) {
  Book book = book_of(0);
  std::size_t octets = 1'000;
  for (int i = 0; octets < uplink::largest_book; ++i) {
    book.rows.push_back(row_of(i));
    book.rows.back().object = std::string(500, 'x') + std::to_string(i);
    octets += 650;
  }
  ASSERT_EQ(put(book), 204);
  const auto answer = page("?limit=2");
  EXPECT_EQ(answer["matching"], book.rows.size());
  EXPECT_EQ(answer["rows"].size(), 2u);
}

TEST_F(BooksTest, OthersDoNotSeeIt) {
  ASSERT_EQ(put(book_of(3)), 204);
  for (const char* place : {"cn/works-north", "cn/works/line-1"}) {
    const std::string other = center.token(Role::viewer, place);
    EXPECT_TRUE(center.json(other, "/api/v1/baseline")["books"].empty());
    EXPECT_EQ(center.ask(other, "GET", "/api/v1/baseline/" + id).status, 404);
  }
  const std::string namesake = center.token(Role::ingest, "cn/works-north", "s1");
  ASSERT_EQ(center.ask(namesake, "PUT", "/api/v1/baseline", write_book(book_of(1))).status, 204);
  EXPECT_EQ(page("")["rows"].size(), 3u) << "a sensor of the same name elsewhere has its own";
  EXPECT_EQ(center.json(center.token(Role::viewer, "cn"), "/api/v1/baseline")["books"].size(), 2u);
}

TEST_F(BooksTest, ALowerCenterDeliversNone) {
  const std::string lower = center.token(Role::ingest, "cn/works", "works-7", true);
  const Answer answer = center.ask(lower, "PUT", "/api/v1/baseline", write_book(book_of(3)));
  EXPECT_EQ(answer.status, 409);
  EXPECT_THAT(answer.body, HasSubstr("a lower center hands on none"));
  EXPECT_EQ(documents(), 0);
}

TEST_F(BooksTest, FiltersCountAndPagesTellEachOnce) {
  Book book = book_of(60);
  book.rows[7].fresh = true;
  book.rows.push_back(book.rows[8]);  // another range of the same habit
  ASSERT_EQ(put(book), 204);
  const auto first = page("?limit=7");
  EXPECT_EQ(first["matching"], 61);
  EXPECT_EQ(first["verbs"].dump(), R"([{"count":41,"value":"read"},{"count":20,"value":"write"}])");
  EXPECT_EQ(first["protocols"][0]["count"], 61);
  EXPECT_EQ(first["zones"][0]["value"], "everything");
  std::multiset<std::string> ids;
  for (std::string cursor;;) {
    const auto each = page("?limit=7" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const auto& row : each["rows"]) ids.insert(row["id"].get<std::string>());
    if (each["next"].is_null()) break;
    cursor = each["next"];
  }
  EXPECT_EQ(ids.size(), 61u);
  EXPECT_EQ((std::set<std::string>(ids.begin(), ids.end()).size()), 61u);
  const auto matching = [&](const std::string& question) { return page(question)["matching"].get<int>(); };
  EXPECT_EQ(matching("?verb=write"), 20);
  EXPECT_EQ(matching("?verb=write&verb=read&protocol=modbus"), 61);
  EXPECT_EQ(matching("?zone=filters"), 30);
  EXPECT_EQ(matching("?client=10.3.2.5"), 11) << "10.3.2.5 and 10.3.2.50 to .59";
  EXPECT_EQ(matching("?server=10.3.2"), 0);
  EXPECT_EQ(matching("?state=waiting"), 1);
  EXPECT_EQ(matching("?state=settled&verb=read"), 40);
  EXPECT_EQ(page("?state=waiting")["rows"][0]["new"], true);
  const Answer gone = center.ask(viewer, "GET", "/api/v1/baseline/" + id + "?cursor=0123456789abcdef");
  EXPECT_EQ(gone.status, 400);
  EXPECT_THAT(gone.body, HasSubstr("no longer has"));
}

}  // namespace
}  // namespace langyan::center
