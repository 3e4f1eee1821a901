// What a sensor learned, as it is told: the form, and how it is brought.
#include "uplink/book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "base/manual_clock.h"
#include "uplink/book_sender.h"
#include "uplink/center_double.h"

namespace langyan::uplink {
namespace {

using testing::HasSubstr;

Book some() {
  Book book;
  book.file = "/var/lib/sensor/baseline.json", book.left_out = 7;
  book.zones = {{"plant", "learn", 43'200, 561'600}};
  BookRow write;
  write.client = "10.3.2.12", write.server = "10.3.1.14", write.zone = "plant", write.protocol = "modbus",
  write.transport = "tcp";
  write.port = 502, write.unit = 1, write.verb = "write", write.function = 6, write.object = "40010..40020";
  write.valued = write.limit = write.steady = true, write.least = -1.5, write.most = 1200, write.step = 0.1,
  write.period = 1.998;
  write.hours = "6-14 22", write.days = "mon-fri", write.count = 84, write.since = day, write.last = 2 * day;
  BookRow browse;
  browse.client = "02:4c:59:00:00:01", browse.server = "2001:db8::1", browse.verb = "browse",
  browse.object = "ns=2;s=\"Pump\"\n\xff";
  browse.fresh = true, browse.said = "value step";
  BookRow volume;
  volume.client = "10.3.3.11", volume.server = "10.3.2.20", volume.octets = 1.25e6, volume.hours_seen = 168,
  volume.given = true;
  book.rows = {write, browse, volume};
  return book;
}

TEST(Book, WhatIsWrittenIsReadBackTheSame) {
  const std::string text = write_book(some());
  const auto back = read_book(text);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(write_book(*back), text);
  ASSERT_EQ(back->rows.size(), 3u);
  EXPECT_EQ(back->rows[0].most, 1200);
  EXPECT_EQ(back->rows[0].last, 2 * day);
  EXPECT_EQ(back->rows[1].function, BookRow::no_function);
  EXPECT_TRUE(back->rows[1].waits());
  EXPECT_EQ(back->rows[1].object, "ns=2;s=\"Pump\"\n\xef\xbf\xbd") << "what is no text is shown as such";
  EXPECT_FALSE(back->rows[2].habit());
  EXPECT_EQ(back->zones[0].left, 561'600u);
  EXPECT_EQ(text.find("\"anything\""), text.npos) << "what is as usual is left out";
}

TEST(Book, WhatNoSensorWritesIsRefusedWithItsPlace) {
  const auto fault = [](std::string_view was, std::string_view is) {
    std::string text = write_book(some());
    const auto at = text.find(was);
    EXPECT_NE(at, text.npos) << was;
    const auto read = read_book(text.replace(at, was.size(), is));
    EXPECT_FALSE(read.ok()) << is;
    return read.ok() ? std::string() : read.error().message;
  };
  EXPECT_THAT(fault("{", ""), HasSubstr("The book is no JSON"));
  EXPECT_THAT(fault("\"book\"", "\"fields\""), HasSubstr("has no `book`"));
  EXPECT_THAT(fault("\"version\":1", "\"version\":2"), HasSubstr("has version 2, this program reads 1"));
  EXPECT_THAT(fault("\"rows\"", "\"lines\""), HasSubstr("book.rows is no list"));
  EXPECT_THAT(fault("\"10.3.2.12\"", "\"10.3.2\""), HasSubstr("book.rows[0].client is no address"));
  EXPECT_THAT(fault("\"10.3.2.20\"", "7"), HasSubstr("book.rows[2].server is no text"));
  EXPECT_THAT(fault("\"unit\":1", "\"unit\":-1"), HasSubstr("book.rows[0].unit is no whole number"));
  EXPECT_THAT(fault("\"most\":1200", "\"most\":true"), HasSubstr("book.rows[0].most is no number"));
  EXPECT_THAT(fault("\"limit\":true", "\"limit\":1"), HasSubstr("book.rows[0].limit is neither true nor false"));
  EXPECT_THAT(fault("\"since\":\"1970", "\"since\":\"x"), HasSubstr("book.rows[0].since is no time"));
  EXPECT_THAT(fault("\"steady\"", "\"sturdy\""), HasSubstr("book.rows[0].sturdy is no member of a row"));
  EXPECT_THAT(fault("\"verb\":\"browse\",", ""), HasSubstr("book.rows[1] has to have either a verb or octets"));
  EXPECT_THAT(fault("\"mon-fri\"", "\"" + std::string(100, 'x') + "\""), HasSubstr("book.rows[0].days is too long"));
  EXPECT_THAT(fault("\"learn\"", "\"study\""), HasSubstr("book.zones[0].mode is no mode"));
}

TEST(Book, WhatIsOnlyCountedIsNoOtherBook) {
  const std::uint64_t before = digest_of(some());
  Book book = some();
  book.rows[0].count += 9, book.rows[0].last += second, book.rows[0].period += 0.01, book.zones[0].watched += 60,
      book.zones[0].left -= 60;
  EXPECT_EQ(digest_of(book), before);
  for (const auto change : {+[](Book& of) { of.rows[0].most += 1; }, +[](Book& of) { of.rows[1].fresh = false; },
                            +[](Book& of) { of.rows.pop_back(); }, +[](Book& of) { of.zones[0].mode = "enforce"; },
                            +[](Book& of) { of.rows[0].object = "40010"; }}) {
    Book other = some();
    change(other);
    EXPECT_NE(digest_of(other), before);
  }
  EXPECT_EQ(identity_of(book.rows[0]), identity_of(some().rows[0]));
  book.rows[0].most = 7;
  EXPECT_EQ(identity_of(book.rows[0]), identity_of(some().rows[0])) << "the same habit with another range";
  book.rows[0].unit = 2;
  EXPECT_NE(identity_of(book.rows[0]), identity_of(some().rows[0]));
}

struct BookSenderTest : testing::Test {
  ManualClock clock;
  CenterDouble center;
  std::optional<std::string> next;  // what the source has
  BookSender sender{center, clock, {"http://center.example:8443/", "plant-1", "secret"}, [this](bool) {
                      return std::exchange(next, std::nullopt);
                    }};
  void SetUp() override { logging::set_level(logging::Level::off); }
  void TearDown() override { logging::set_level(logging::Level::info); }
};

TEST_F(BookSenderTest, EachGoesOnce) {
  sender.step();
  EXPECT_TRUE(center.requests.empty()) << "there is none";
  next = write_book(some());
  sender.step();
  EXPECT_EQ(center.book, write_book(some()));
  EXPECT_EQ(center.requests.back().url, "http://center.example:8443/api/v1/baseline");
  sender.step();
  EXPECT_EQ(center.requests.size(), 1u);
}

TEST_F(BookSenderTest, WhatMayPassIsTriedAgainWithWhatIsNewestThen) {
  for (const int status : {503, 429, 401}) {
    center.always = CenterDouble::Fault{.status = status, .retry_after = status == 429 ? 5 * second : 0};
    next = "old";
    EXPECT_EQ(sender.step(), status == 429 ? 5 * second : minute);
    center.always.reset();
    sender.step();
    EXPECT_EQ(center.book, "old") << status;
    center.always = CenterDouble::Fault{.lose_answer = true};
    next = "older";
    EXPECT_EQ(sender.step(), minute);
    center.always.reset();
    next = "newest";
    sender.step();
    EXPECT_EQ(center.book, "newest");
  }
}

TEST_F(BookSenderTest, WhatIsRefusedIsNotSentAgain) {
  for (const int status : {400, 404, 409, 413}) {
    const std::size_t before = center.requests.size();
    center.always = CenterDouble::Fault{.status = status};
    next = "a";
    sender.step();
    center.always.reset();
    sender.step();
    EXPECT_EQ(center.requests.size(), before + 1) << status;
  }
  next = "b";
  sender.step();
  EXPECT_EQ(center.book, "b") << "another is tried";
}

}  // namespace
}  // namespace langyan::uplink
