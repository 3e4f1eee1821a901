#include "baseline/rule_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/memory_disk.h"
#include "baseline/volume.h"
#include "baseline/object_notation.h"
#include "baseline/state_file.h"
#include "dissect/registry.h"

namespace langyan::baseline {
namespace {

using testing::HasSubstr;
using testing::Not;

const Protocol& protocol(std::string_view name) { return *dissect::find_protocol(name); }

std::string notation_of(const Protocol& protocol, const Object& object) {
  std::string out;
  protocol.notation(object, out);
  return out;
}

Habit habit(std::string_view client = "10.0.0.2") {
  Habit habit;
  habit.client = Station::of(*parse_ip(client)), habit.server = Station::of(*parse_ip("10.0.0.7"));
  habit.protocol = &protocol("modbus"), habit.port = 502, habit.unit = 7;
  habit.verb = Verb::write, habit.function = 6, habit.space = 3, habit.first = 9, habit.elements = 11;
  habit.flags = Relation::valued | Relation::judged | Relation::regular;
  habit.least = 0, habit.most = 1200, habit.step = 0.1f;
  habit.period = second, habit.jitter = 0.003, habit.steady = 64;
  habit.count = 84, habit.since = parse_timestamp("2026-03-02T00:00:04Z").value(),
  habit.last = habit.since + 9 * hour + 120 * millisecond;
  habit.hours = hour_bits(habit.since) | 0x7fu << 24;
  return habit;
}

Learned some() {
  Learned learned;
  learned.zone({"plant", Mode::enforce, habit().since, 12 * hour});
  learned.host({habit().client, static_cast<std::uint8_t>(bit(Part::asks) | bit(Part::writes)), second, 2 * second});
  learned.host({Station::of(Mac{{0, 1, 2, 3, 4, 5}}), bit(Part::publishes), second, 2 * second});
  learned.habit(habit());
  Habit odd = habit();  // everything a line may carry, and an object whose notation does not say it
  odd.protocol = &protocol("s7comm"), odd.verb = Verb::download, odd.space = 9, odd.area = 0x0c, odd.width = 2,
  odd.first = 10, odd.elements = 1;
  odd.flags = Relation::pending | Relation::given | Relation::folded | Relation::said_hour;
  odd.period = 0, odd.hours = 1u << 23 | 1u << 30;
  learned.habit(odd);
  Habit named = habit("10.0.0.3");
  named.protocol = &protocol("opcua"), named.space = 0, named.area = 0x10002, named.first = 77, named.elements = 0;
  named.name = "Pump \"1\".Speed: y, [x]", named.flags = Relation::named;
  learned.habit(named);
  named.name = "\xff\x01 no text", named.flags |= Relation::folded;
  learned.habit(named);
  Habit unknown = habit("10.0.0.4");
  unknown.protocol = nullptr, unknown.port = 9999, unknown.transport = Transport::udp, unknown.function = no_function,
  unknown.elements = 0, unknown.first = 0;
  unknown.space = 0, unknown.flags = Relation::valued, unknown.least = -1.5, unknown.most = 1e20f,
  unknown.period = 20'015;
  learned.habit(unknown);
  learned.volume({Station::of(*parse_ip("10.0.0.2")), Station::of(*parse_ip("10.0.0.7")), 1.25e6, 0, 168, 0});
  learned.volume({Station::of(*parse_ip("10.0.0.3")), Station::of(*parse_ip("10.0.0.7")), 4096, 2.5e6, 2,
                  Volume::said | Volume::given});
  learned.volume({Station::of(*parse_ip("10.0.0.4")), Station::of(*parse_ip("10.0.0.7")), 1e9, 0, 0, Volume::given});
  learned.approval({9107606, habit().client, {}, "modbus", 0, "write", "40010", "new: recipe", "wang", second, day});
  return learned;
}

std::string state_of(const Learned& learned) {
  MemoryDisk disk;
  EXPECT_TRUE(disk.make_folder("d"));
  StateWriter writer(disk, "d/h");
  learned.visit(writer);
  EXPECT_TRUE(writer.finish());
  return read_file(disk, "d/h", 1 << 20).take();
}

TEST(ObjectNotation, WhatIsFoundReadsAsItWasGiven) {
  const Object found = object_of(protocol("modbus"), "40010..40020").value();
  EXPECT_EQ(found.space, 3u);
  EXPECT_EQ(found.address, 9u);
  EXPECT_EQ(found.count, 11u);
  EXPECT_EQ(object_of(protocol("modbus"), "409991..410010").value().address, 9990u);
  EXPECT_EQ(object_of(protocol("modbus"), "00001").value().space, 0u);
  EXPECT_EQ(object_of(protocol("iec104"), "IOA 701..704").value().count, 4u);
  EXPECT_EQ(object_of(protocol("s7comm"), "DB10.DBW4").value().area, 10u);
  EXPECT_FALSE(object_of(protocol("modbus"), "pump 7"));
  EXPECT_FALSE(object_of(protocol("modbus"), "40020..40010"));
  EXPECT_FALSE(object_of(protocol("modbus"), ""));
}

TEST(ObjectNotation, EveryProtocolMayBeAsked) {
  for (const Protocol* each : dissect::protocols()) {
    for (const auto* text : {"40001", "1/2/3", "IOA 7", "DB1.DBX0.0", "x", "99999999999999999999999"}) {
      const auto object = object_of(*each, text);
      EXPECT_TRUE(!object || notation_of(*each, *object) == text) << each->name << ' ' << text;
    }
  }
}

TEST(RuleBook, ReadsAsAnEngineerWouldWriteIt) {
  Learned learned;
  learned.habit(habit());
  const std::string text = write_rule_book(learned);
  EXPECT_THAT(
      text,
      HasSubstr(
          "  - client: 10.0.0.2\n    server: 10.0.0.7\n    protocol: modbus\n    port: 502\n    unit: 7\n    may:\n"
          "      - {verb: write, function: 6, object: 40010..40020, value: 0..1200, step: 0.1, every: 1s, hours: 0, "
          "learned: {count: 84, "
          "since: 2026-03-02T00:00:04Z, last: 2026-03-02T09:00:04.12Z, jitter: 0.3%, steady: 64}}\n"));
}

TEST(RuleBook, ExportImportExportIsTheSameTextAndTheSameState) {
  Learned before = some();
  const std::string text = write_rule_book(before);
  auto back = read_rule_book(text, "book.yaml");
  ASSERT_TRUE(back) << back.error().message << "\n" << text;
  EXPECT_EQ(write_rule_book(*back), text);
  before.sort();
  for (Habit& each : before.habits)
    if (each.is(Relation::named) && !each.any_name()) each.first = 0;  // a whole name is the key
  EXPECT_EQ(state_of(*back), state_of(before));
}

TEST(RuleBook, OrderOfLearningIsNoOrderOfTheFile) {
  Learned other = some();
  std::ranges::reverse(other.habits), std::ranges::reverse(other.hosts);
  EXPECT_EQ(write_rule_book(other), write_rule_book(some()));
}

TEST(RuleBook, APersonsLineNeedsVerbAndObject) {
  const auto read = read_rule_book(
      "langyan-baseline: 1\nhabits:\n  - client: 10.3.2.12\n    server: 10.3.1.7\n    protocol: modbus\n    unit: 1\n  "
      "  may:\n"
      "      - {verb: write, object: 40010..40020, value: 0..1200, every: 1s, hours: 22-5, days: mon-fri}\n",
      "x");
  ASSERT_TRUE(read) << read.error().message;
  const Habit& habit = read->habits.at(0);
  EXPECT_EQ(habit.first, 9u);
  EXPECT_EQ(habit.elements, 11u);
  EXPECT_EQ(habit.flags,
            Relation::valued | Relation::judged | Relation::regular | Relation::given | Relation::hours_set);
  EXPECT_EQ(habit.hours, 0xc0003fu | 0x1fu << 24);
  EXPECT_EQ(habit.function, no_function);
  const std::string text = write_rule_book(*read);
  EXPECT_EQ(write_rule_book(*read_rule_book(text, "y")), text);
}

TEST(RuleBook, FaultsNameFileLineAndRemedy) {
  const auto fault = [](std::string_view lines) {
    const auto read = read_rule_book(
        "langyan-baseline: 1\nhabits:\n  - client: 10.0.0.1\n    server: 10.0.0.2\n    protocol: modbus\n    may:\n" +
            std::string(lines),
        "book.yaml");
    return read ? std::string("none") : read.error().message;
  };
  EXPECT_EQ(fault("      - {verb: read, object: 40001}\n"), "none");
  EXPECT_THAT(fault("      - {verb: raed, object: 40001}\n"),
              HasSubstr("book.yaml:7: no verb raed; there are identify"));
  EXPECT_THAT(fault("      - {verb: read, objekt: 40001}\n"),
              HasSubstr("book.yaml:7: a habit has no word objekt; did you mean object?"));
  EXPECT_THAT(fault("      - {verb: read, object: pump}\n"), HasSubstr("pump is no address as modbus writes it"));
  EXPECT_THAT(fault("      - {verb: write, object: 40001, value: 12..0}\n"), HasSubstr("ends before it begins"));
  EXPECT_THAT(fault("      - {verb: write, object: 40001, value: low}\n"), HasSubstr("0..1200"));
  EXPECT_THAT(fault("      - {verb: read, object: 40001, every: soon}\n"), HasSubstr("duration such as 10s"));
  EXPECT_THAT(fault("      - {verb: read, object: 40002, as: {space: holding_register, elements: 1}}\n"),
              HasSubstr("object says 40002, as says 40001"));
  const std::string two = fault("      - {verb: raed}\n      - {object: 1}\n");
  EXPECT_THAT(two, HasSubstr("book.yaml:7:"));
  EXPECT_THAT(two, HasSubstr("book.yaml:8: verb is missing"));
  EXPECT_THAT(two, HasSubstr("nothing was taken over"));
  EXPECT_THAT(read_rule_book("habits: []\n", "b").error().message, HasSubstr("langyan-baseline: 1"));
  EXPECT_THAT(read_rule_book("a: [\n", "b").error().message, HasSubstr("b:"));
  EXPECT_FALSE(read_rule_book("", "b"));
}

TEST(RuleBook, HoursAndDays) {
  std::uint32_t hours = 0;
  EXPECT_TRUE(parse_hours("6-14 22", hours));
  EXPECT_EQ(hour_list(hours), "6-14 22");
  EXPECT_FALSE(parse_hours("24", hours));
  EXPECT_FALSE(parse_hours("-", hours));
  EXPECT_FALSE(parse_hours("6-", hours));
  hours = 0;
  EXPECT_TRUE(parse_days("sat-mon", hours));
  EXPECT_EQ(day_list(hours), "mon sat-sun");
  EXPECT_FALSE(parse_days("monday", hours));
}

}  // namespace
}  // namespace langyan::baseline
