#include "pipeline/mirror.h"

#include <gtest/gtest.h>

namespace langyan::pipeline {
namespace {

using Fault = Mirror::Fault;
using Seen = Mirror::Seen;

struct Counted {
  Seen what;
  std::uint64_t value;
};
Mirror::Sight sight(std::initializer_list<Counted> counted) {
  Mirror::Sight all{};
  for (const auto& [what, value] : counted) all[static_cast<std::size_t>(what)] = value;
  return all;
}
std::vector<Fault> faults(const Mirror::Sight& sight, bool live = true) {
  std::vector<Fault> all;
  for (const auto& each : Mirror::judge(sight, live)) all.push_back(each.fault);
  return all;
}

TEST(Mirror, AGoodOne) {
  EXPECT_EQ(faults(sight({{Seen::packets, 10'000},
                          {Seen::groups, 900},
                          {Seen::tcp, 8'000},
                          {Seen::one_way, 60},
                          {Seen::segments, 4'000},
                          {Seen::gaps, 3},
                          {Seen::copies, 9},
                          {Seen::unreadable, 2}})),
            std::vector<Fault>{});
  EXPECT_EQ(faults(sight({{Seen::packets, 3}, {Seen::groups, 3}})), std::vector<Fault>{});  // too few to tell
}

TEST(Mirror, EachFault) {
  const std::pair<Mirror::Sight, Fault> cases[] = {
      {sight({}), Fault::silent},
      {sight({{Seen::packets, 400}, {Seen::groups, 400}}), Fault::groups_only},
      {sight({{Seen::packets, 400}, {Seen::tcp, 300}, {Seen::one_way, 150}}), Fault::one_way},
      {sight({{Seen::packets, 4'000}, {Seen::segments, 2'000}, {Seen::gaps, 20}}), Fault::loss},
      {sight({{Seen::packets, 4'000}, {Seen::kernel_drop, 5}, {Seen::segments, 2'000}, {Seen::gaps, 20}}),
       Fault::kernel_drop},
      {sight({{Seen::packets, 4'000}, {Seen::interface_drop, 5}, {Seen::segments, 2'000}, {Seen::gaps, 20}}),
       Fault::interface_drop},
      {sight({{Seen::packets, 4'000}, {Seen::snapped, 30}, {Seen::cut, 10}}), Fault::cut},
      {sight({{Seen::packets, 4'000}, {Seen::copies, 200}}), Fault::copies},
      {sight({{Seen::packets, 4'000}, {Seen::unreadable, 200}}), Fault::unreadable},
  };
  std::size_t seen = 0;
  for (const auto& [what, fault] : cases) {
    EXPECT_EQ(faults(what), std::vector<Fault>{fault}) << name(fault);
    EXPECT_EQ(static_cast<std::size_t>(fault), seen++);
  }
  EXPECT_EQ(seen, Mirror::fault_count);
}

TEST(Mirror, NoPacketInAFileIsNoFault) {
  EXPECT_EQ(faults(sight({}), false), std::vector<Fault>{});
}

TEST(Mirror, IsToldWhenItBeginsAndWhenItIsOver) {
  // Counters in any order among others, growing since the start.
  constexpr CounterRow rows[] = {{"other", ""},
                                 {"flow.tcp.one_way", ""},
                                 {"capture.packets", ""},
                                 {"decode.to_groups", ""},
                                 {"flow.packets.tcp", ""},
                                 {"flow.tcp.segments", ""},
                                 {"flow.tcp.gaps", ""},
                                 {"capture.kernel_drop", ""},
                                 {"capture.interface_drop", ""},
                                 {"capture.snapped", ""},
                                 {"decode.odd.cut", ""},
                                 {"mirror.copies", ""},
                                 {"decode.invalid", ""}};
  std::vector<std::uint64_t> values(std::size(rows));
  Mirror mirror(rows);
  const auto look = [&](std::uint64_t one_way) {
    values[1] += one_way, values[2] += 1'000, values[4] += 1'000;
    std::string told;
    for (const auto& each : mirror.look(values, true))
      told += std::string(name(each.fault)) + (each.over ? " over" : " " + extent(each)) + ";";
    return told;
  };
  EXPECT_EQ(look(0), "");
  EXPECT_EQ(look(700), "one_way 700 of 1000 TCP packets;");
  EXPECT_TRUE(mirror.has(Fault::one_way));
  EXPECT_EQ(look(800), "");
  EXPECT_EQ(look(0), "");  // a pause is not its end
  EXPECT_EQ(look(900), "");
  EXPECT_EQ(look(0) + look(0), "");
  EXPECT_TRUE(mirror.has(Fault::one_way));
  EXPECT_EQ(look(0), "one_way over;");
  EXPECT_FALSE(mirror.has(Fault::one_way));
  EXPECT_EQ(look(600), "one_way 600 of 1000 TCP packets;");
}

}  // namespace
}  // namespace langyan::pipeline
