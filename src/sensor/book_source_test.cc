#include "sensor/book_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/caps.h"
#include "base/log.h"
#include "base/manual_clock.h"
#include "base/memory_disk.h"
#include "baseline/ledger.h"
#include "baseline/state_file.h"
#include "baseline/volume.h"
#include "dissect/registry.h"
#include "uplink/book.h"

namespace langyan::sensor {
namespace {

using baseline::Habit;
using baseline::Learned;
using baseline::Relation;
using baseline::Station;
using uplink::Book;

constexpr Duration every = minute;

Habit habit_of(const char* client, Verb verb, std::uint64_t first) {
  Habit habit;
  habit.client = Station::of(*parse_ip(client)), habit.server = Station::of(*parse_ip("10.3.1.14"));
  habit.protocol = dissect::find_protocol("modbus"), habit.port = 502, habit.unit = 1;
  habit.verb = verb, habit.function = verb == Verb::write ? 6 : 3;
  habit.space = 3, habit.first = first, habit.elements = 1;
  habit.count = 84, habit.since = day, habit.last = 2 * day, habit.hours = baseline::all_hours;
  return habit;
}

struct BookSourceTest : testing::Test {
  MemoryDisk disk;
  ManualClock clock;
  Learned learned;
  BookSource source{settings(), disk, clock, every};

  static baseline::Settings settings() {
    baseline::Settings of;
    of.zones = {{"filters", {*parse_network("10.3.1.0/24")}, baseline::Mode::learn},
                {"everything", {}, baseline::Mode::review}};
    of.learn_for = 7 * day, of.file = "d/baseline.json";
    return of;
  }
  void SetUp() override {
    ASSERT_TRUE(disk.make_folder("d").ok());
    logging::set_level(logging::Level::off);
  }
  void TearDown() override {
    logging::set_level(logging::Level::info);
    Cap* cap = Cap::find("uplink.book_bytes");
    ASSERT_TRUE(cap->set(cap->preset()).ok());
  }
  void save() {
    baseline::StateWriter writer(disk, "d/baseline.json");
    learned.visit(writer);
    ASSERT_TRUE(writer.finish().ok());
  }
  // What the source has after a while.
  std::optional<Book> next(Duration later = every) {
    clock.advance(later);
    const auto text = source.another(false);
    if (!text) return {};
    auto book = uplink::read_book(*text);
    EXPECT_TRUE(book.ok()) << book.error().message;
    return book.take();
  }
};

TEST_F(BookSourceTest, TellsWhatTheFileSays) {
  learned.zone({"filters", baseline::Mode::learn, day, 2 * day});
  Habit write = habit_of("10.3.2.12", Verb::write, 9);
  write.elements = 11,
  write.flags = Relation::valued | Relation::judged | Relation::regular | Relation::said_value | Relation::said_step;
  write.least = 0, write.most = 1200, write.step = 0.1f, write.period = 1998 * millisecond;
  write.hours = baseline::hour_bits(4 * day + 6 * hour);
  learned.habit(write);
  Habit unknown;
  unknown.client = Station::of(Mac{{2, 0, 0, 0, 0, 1}}), unknown.server = Station::of(*parse_ip("10.9.9.9"));
  unknown.port = 4712, unknown.flags = Relation::pending | Relation::named | Relation::folded;
  learned.habit(unknown);
  learned.volume({write.client, write.server, 1.25e6, 2.5e6, 168, baseline::Volume::said});
  learned.volume({unknown.client, unknown.server, 0, 0, 0, 0});
  save();
  const auto book = next();
  ASSERT_TRUE(book);
  EXPECT_EQ(book->file, "d/baseline.json");
  ASSERT_EQ(book->zones.size(), 2u);
  EXPECT_EQ(book->zones[0].left, 5u * 24 * 3600) << "of seven days two were watched";
  EXPECT_EQ(book->zones[1].mode, "review");
  EXPECT_EQ(book->zones[1].left, 0u);
  ASSERT_EQ(book->rows.size(), 3u) << "a volume that says nothing is none";
  const uplink::BookRow& row = book->rows[0];
  EXPECT_EQ(row.object, "40010..40020");
  EXPECT_EQ(row.zone, "filters");
  EXPECT_EQ(row.verb, "write");
  EXPECT_EQ(row.function, 6u);
  EXPECT_EQ(row.step, 0.1) << "as a float says it, not what a double makes of it";
  EXPECT_EQ(row.period, 1.998);
  EXPECT_EQ(row.hours, "6");
  EXPECT_EQ(row.days, "mon");
  EXPECT_EQ(row.said, "value step");
  EXPECT_TRUE(row.valued && row.limit && row.steady && !row.fresh && row.waits());
  EXPECT_EQ(book->rows[1].zone, "everything");
  EXPECT_TRUE(book->rows[1].fresh && book->rows[1].anything && book->rows[1].protocol.empty());
  EXPECT_EQ(book->rows[2].peak, 2.5e6);
  EXPECT_EQ(book->rows[2].said, "volume");
}

TEST_F(BookSourceTest, TellsItAgainOnceItSaysSomethingElse) {
  EXPECT_FALSE(next()) << "there is no file yet";
  learned.habit(habit_of("10.3.2.12", Verb::read, 0));
  learned.habits[0].flags = Relation::pending;
  save();
  EXPECT_FALSE(source.another(false)) << "it has just looked";
  ASSERT_TRUE(next());
  EXPECT_FALSE(next(hour)) << "the file is the same";
  learned.habits[0].count += 100;
  save();
  ASSERT_TRUE(next()) << "counts too, once an hour";
  learned.habits[0].count += 100;
  save();
  EXPECT_FALSE(next()) << "not more often";
  baseline::Approval scope;
  scope.client = learned.habits[0].client;
  ASSERT_EQ(baseline::approve(learned, scope), 1u);
  save();
  const auto book = next();
  ASSERT_TRUE(book) << "what a person said is told at once";
  EXPECT_TRUE(book->rows[0].given);
  EXPECT_FALSE(book->rows[0].fresh);
  learned.habits[0].count += 100;
  save();
  EXPECT_TRUE(source.another(true)) << "and the last word is the last";
}

TEST_F(BookSourceTest, WhatIsBrokenIsNotTold) {
  learned.habit(habit_of("10.3.2.12", Verb::read, 0));
  save();
  const std::string text = read_file(disk, "d/baseline.json").take();
  ASSERT_TRUE(replace_file(disk, "d/baseline.json", bytes_of(std::string_view(text).substr(0, text.size() - 9))).ok());
  EXPECT_FALSE(next());
  save();
  EXPECT_TRUE(next()) << "and once it is whole it is";
}

TEST_F(BookSourceTest, TheWeightiestStaysWhereThereIsLittleRoom) {
  ASSERT_TRUE(Cap::find("uplink.book_bytes")->set(64u << 10).ok());
  for (unsigned i = 0; i < 1'000; ++i) {
    Habit habit = habit_of("10.3.2.12", i % 4 ? Verb::read : Verb::write, 2 * i);
    habit.since = day + i * hour;
    if (i < 20) habit.flags = Relation::pending;
    learned.habit(habit);
    learned.volume({Station::of(*parse_ip("10.4." + std::to_string(i / 250) + "." + std::to_string(i % 250))),
                    habit.server, 1e6, 0, 9, 0});
  }
  save();
  const auto text = source.another(false);
  ASSERT_TRUE(text);
  EXPECT_LE(text->size(), (64u << 10) + 500);
  EXPECT_GE(text->size(), 60u << 10) << "what room there is is used";
  const auto book = uplink::read_book(*text);
  ASSERT_TRUE(book.ok());
  EXPECT_EQ(book->rows.size() + book->left_out, 2'000u);
  std::size_t fresh = 0, writes = 0, oldest_read = 1'000;
  for (const auto& row : book->rows) {
    fresh += row.fresh, writes += row.verb == "write";
    if (row.verb == "read" && !row.fresh)
      oldest_read = std::min(oldest_read, static_cast<std::size_t>((row.since - day) / hour));
  }
  EXPECT_EQ(fresh, 20u);
  EXPECT_GT(writes, 100u);
  EXPECT_TRUE(oldest_read == 1'000 || writes == 250u) << "reads only once all writes have room";
}

}  // namespace
}  // namespace langyan::sensor
