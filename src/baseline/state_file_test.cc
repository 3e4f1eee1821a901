#include "baseline/state_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/memory_disk.h"
#include "baseline/volume.h"
#include "dissect/registry.h"

namespace langyan::baseline {
namespace {

Habit some_habit() {
  Habit habit;
  habit.client = Station::of(*parse_ip("10.0.0.2")), habit.server = Station::of(*parse_ip("10.0.0.7"));
  habit.protocol = dissect::find_protocol("modbus");
  habit.port = 502, habit.unit = 3, habit.verb = Verb::write, habit.function = 6;
  habit.space = 3, habit.first = 9, habit.elements = 11;
  habit.flags = Relation::valued | Relation::regular;
  habit.count = 41, habit.since = 5 * second, habit.last = 9 * second;
  habit.least = -1.5, habit.most = 1200, habit.step = 0.25;
  habit.period = second, habit.jitter = 0.01, habit.steady = 40, habit.hours = all_hours;
  return habit;
}

Learned some() {
  Learned learned;
  learned.zone({"plant", Mode::review, 5 * second, 3 * second});
  learned.host({Station::of(Mac{{0, 1, 2, 3, 4, 5}}), bit(Part::publishes), second, 2 * second});
  learned.habit(some_habit());
  Habit named;
  named.client = named.server = Station::of(*parse_ip("2001:db8::1"));
  named.name = "ns=2;s=\"Pump\"\n", named.flags = Relation::named | Relation::pending, named.first = ~std::uint64_t{0};
  learned.habit(named);
  learned.volume({Station::of(*parse_ip("10.0.0.2")), Station::of(*parse_ip("10.0.0.7")), 1.25e6, 0, 168, 0});
  learned.volume({Station::of(*parse_ip("10.0.0.3")), Station::of(*parse_ip("10.0.0.7")), 4096, 2.5e6, 2,
                  Volume::said | Volume::given});
  learned.approval({9107600,
                    Station::of(*parse_ip("10.0.0.2")),
                    {},
                    "modbus",
                    3,
                    "write",
                    "40010",
                    "new recipe",
                    "wang",
                    second,
                    day});
  return learned;
}

std::string text_of(Disk& disk, const std::string& path) { return read_file(disk, path).take(); }

Result<void> save(Disk& disk, const Learned& learned) {
  StateWriter writer(disk, "d/habits");
  learned.visit(writer);
  return writer.finish();
}

TEST(StateFile, WhatIsWrittenIsReadBackTheSame) {
  MemoryDisk disk;
  ASSERT_TRUE(disk.make_folder("d"));
  ASSERT_TRUE(save(disk, some()));
  Learned back;
  const auto done = load(disk, "d/habits", back);
  ASSERT_TRUE(done) << done.error().message;
  const std::string before = text_of(disk, "d/habits");
  ASSERT_TRUE(save(disk, back));
  EXPECT_EQ(text_of(disk, "d/habits"), before);
  ASSERT_EQ(back.habits.size(), 2u);
  EXPECT_EQ(back.habits[0].protocol, dissect::find_protocol("modbus"));
  EXPECT_EQ(back.habits[0].function, 6u);
  EXPECT_EQ(back.habits[0].least, -1.5);
  EXPECT_EQ(back.habits[0].period, second);
  EXPECT_EQ(back.habits[1].name, "ns=2;s=\"Pump\"\n");
  EXPECT_EQ(back.habits[1].first, ~std::uint64_t{0});
  EXPECT_EQ(back.habits[1].function, no_function);
  EXPECT_TRUE(back.hosts[0].station.is_mac);
  EXPECT_EQ(back.approvals[0].until, day);
  EXPECT_EQ(back.zones[0].mode, Mode::review);
}

TEST(StateFile, AMissingFileIsNoErrorAndNothing) {
  MemoryDisk disk;
  ASSERT_TRUE(disk.make_folder("d"));
  Learned learned;
  EXPECT_TRUE(load(disk, "d/habits", learned));
  EXPECT_TRUE(learned.habits.empty());
}

TEST(StateFile, CutAnywhereOrChangedItIsRefusedAndTheVisitorHearsNothing) {
  MemoryDisk disk;
  ASSERT_TRUE(disk.make_folder("d"));
  ASSERT_TRUE(save(disk, some()));
  const std::string whole = text_of(disk, "d/habits");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Learned learned;
    if (size == whole.size() - 1) continue;  // the last line's end is no content
    ASSERT_FALSE(restore(whole.substr(0, size), learned)) << size;
    ASSERT_TRUE(learned.habits.empty() && learned.zones.empty());
  }
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    std::string changed = whole;
    changed[at] ^= 1;
    Learned learned;
    ASSERT_FALSE(restore(changed, learned)) << at;
    ASSERT_TRUE(learned.habits.empty());
  }
}

TEST(StateFile, ALaterVersionIsSaidAndLeft) {
  Learned learned;
  const auto done =
      restore("{\"file\":\"langyan baseline\",\"version\":2}\n{\"end\":{\"lines\":0,\"crc32c\":\"0\"}}\n", learned);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, testing::HasSubstr("version 2"));
}

TEST(StateFile, WithoutFinishTheOldOneStays) {
  MemoryDisk disk;
  ASSERT_TRUE(disk.make_folder("d"));
  ASSERT_TRUE(save(disk, some()));
  const std::string before = text_of(disk, "d/habits");
  {
    StateWriter writer(disk, "d/habits");
    writer.habit(some_habit());
  }
  EXPECT_EQ(text_of(disk, "d/habits"), before);
  EXPECT_FALSE(disk.open("d/habits.new", OpenMode::read));
}

}  // namespace
}  // namespace langyan::baseline
