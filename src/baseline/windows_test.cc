#include "baseline/windows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/memory_disk.h"

namespace langyan::baseline {
namespace {

using testing::HasSubstr;

const NamedNetworks zones[] = {{"filters", {*parse_network("10.3.1.16/28")}}, {"all", {}}};

Time at(std::string_view text) { return parse_timestamp(text).value(); }
Station host(std::string_view text) { return Station::of(*parse_ip(text)); }

std::string fault(std::string_view window) {
  const auto read = Windows::read("windows:\n" + std::string(window), "windows.yaml", zones);
  return read ? std::string("none") : read.error().message;
}

TEST(Windows, AScanIsCoveredWhereTheWordStandsAndTheScannerIsNamed) {
  const std::string_view head =
      "windows:\n  - name: inventory\n    from: 2026-03-20T08:00:00Z\n    to: 2026-03-20T18:00:00Z\n";
  const auto read = [&](std::string_view rest) {
    return Windows::read(std::string(head) + std::string(rest), "w", zones);
  };
  const auto windows = read("    zone: filters\n    who: [10.3.3.20]\n    verbs: [scan, identify]\n");
  ASSERT_TRUE(windows) << windows.error().message;
  const IpAddress inside[] = {*parse_ip("10.3.1.17"), *parse_ip("10.3.1.18")},
                  across[] = {inside[0], *parse_ip("10.3.1.40")};
  const auto noon = at("2026-03-20T12:00:00Z");
  EXPECT_EQ(windows->covers_search(noon, host("10.3.3.20"), inside), "inventory");
  EXPECT_EQ(windows->covers_search(noon, host("10.3.3.20"), across), "");
  EXPECT_EQ(windows->covers_search(noon, host("10.3.3.21"), inside), "");
  EXPECT_EQ(windows->covers_search(at("2026-03-20T18:00:00Z"), host("10.3.3.20"), inside), "");
  EXPECT_EQ(windows->covers(noon, host("10.3.3.20"), host("10.3.1.17"), Verb::identify), "inventory");
  const auto every_verb = read("    who: [10.3.3.20]\n");
  ASSERT_TRUE(every_verb);
  EXPECT_EQ(every_verb->covers_search(noon, host("10.3.3.20"), inside), "");
  const auto anybody = read("    verbs: [scan]\n");
  ASSERT_FALSE(anybody);
  EXPECT_THAT(anybody.error().message, HasSubstr("who scans must be named"));
}

TEST(Windows, OneTimeCoversWhoWhatWhomAndWhen) {
  const auto windows = Windows::read(
      "windows:\n  - name: order 7\n    zone: filters\n    who: [10.3.3.15, 10.9.0.0/16]\n    verbs: [download, stop]\n"
      "    from: 2026-03-17T10:00:00+08:00\n    to: 2026-03-17T12:00:00+08:00\n", "w", zones);
  ASSERT_TRUE(windows) << windows.error().message;
  const auto ask = [&](std::string_view time, std::string_view client, std::string_view server, Verb verb) {
    return windows->covers(at(time), host(client), host(server), verb);
  };
  EXPECT_EQ(ask("2026-03-17T02:00:00Z", "10.3.3.15", "10.3.1.21", Verb::download), "order 7");
  EXPECT_EQ(ask("2026-03-17T03:59:59Z", "10.9.1.1", "10.3.1.22", Verb::stop), "order 7");
  EXPECT_EQ(ask("2026-03-17T04:00:00Z", "10.3.3.15", "10.3.1.21", Verb::download), "");
  EXPECT_EQ(ask("2026-03-17T01:59:59Z", "10.3.3.15", "10.3.1.21", Verb::download), "");
  EXPECT_EQ(ask("2026-03-17T03:00:00Z", "10.3.9.77", "10.3.1.21", Verb::download), "");
  EXPECT_EQ(ask("2026-03-17T03:00:00Z", "10.3.3.15", "10.3.1.41", Verb::download), "");
  EXPECT_EQ(ask("2026-03-17T03:00:00Z", "10.3.3.15", "10.3.1.21", Verb::write), "");
  EXPECT_EQ(windows->covers(at("2026-03-17T03:00:00Z"), Station::of(Mac{}), host("10.3.1.21"), Verb::stop), "");
}

TEST(Windows, WeeklyCountsInThePlantsClockAndGoesOverMidnight) {
  const auto windows = Windows::read(
      "windows:\n  - {name: nights, weekly: {days: sun, from: \"23:00\", until: \"01:00\", offset: \"+08:00\"}}\n", "w",
      zones);
  ASSERT_TRUE(windows) << windows.error().message;
  const auto ask = [&](std::string_view time) {
    return windows->covers(at(time), host("10.0.0.1"), host("10.0.0.2"), Verb::upload);
  };
  EXPECT_EQ(ask("2026-03-01T23:30:00+08:00"), "nights");  // a Sunday
  EXPECT_EQ(ask("2026-03-02T00:59:59+08:00"), "nights");
  EXPECT_EQ(ask("2026-03-02T01:00:00+08:00"), "");
  EXPECT_EQ(ask("2026-03-01T00:30:00+08:00"), "");  // began on Saturday
  EXPECT_EQ(ask("2026-03-02T23:30:00+08:00"), "");
  const auto day_long =
      Windows::read("windows:\n  - {name: d, weekly: {days: mon, from: \"00:00\", until: \"24:00\"}}\n", "w", zones);
  ASSERT_TRUE(day_long) << day_long.error().message;
  EXPECT_EQ(day_long->covers(at("2026-03-02T23:59:59Z"), host("10.0.0.1"), host("10.0.0.2"), Verb::read), "d");
  EXPECT_EQ(day_long->covers(at("2026-03-03T00:00:00Z"), host("10.0.0.1"), host("10.0.0.2"), Verb::read), "");
}

TEST(Windows, FaultsNameFileLineAndRemedy) {
  const std::string when = ", from: 2026-03-17T10:00:00Z, to: 2026-03-17T12:00:00Z}\n";
  EXPECT_EQ(fault("  - {name: a" + when), "none");
  EXPECT_THAT(fault("  - {zone: filters" + when), HasSubstr("windows.yaml:2: a window has a name"));
  EXPECT_THAT(fault("  - {name: a, zone: pumps" + when),
              HasSubstr("there is no zone pumps; baseline.zones has filters, all"));
  EXPECT_THAT(fault("  - {name: a, verb: stop" + when), HasSubstr("no word verb; did you mean verbs?"));
  EXPECT_THAT(fault("  - {name: a, verbs: [halt]" + when), HasSubstr("no verb halt; there are identify"));
  EXPECT_THAT(fault("  - {name: a, verbs: []" + when), HasSubstr("leave it away"));
  EXPECT_THAT(fault("  - {name: a, who: [plc]" + when), HasSubstr("plc is no address"));
  EXPECT_THAT(fault("  - {name: a}\n"), HasSubstr("from and to, or weekly"));
  EXPECT_THAT(fault("  - {name: a, from: 2026-03-17T10:00:00Z, to: 2026-03-17T09:00:00Z}\n"),
              HasSubstr("ends before it begins"));
  EXPECT_THAT(fault("  - {name: a, from: 2026-03-17T10:00:00Z, to: 2028-03-17T09:00:00Z}\n"),
              HasSubstr("at most a year"));
  EXPECT_THAT(fault("  - {name: a, weekly: {days: someday, from: \"02:00\", until: \"03:00\"}}\n"),
              HasSubstr("mon-fri"));
  EXPECT_THAT(fault("  - {name: a, weekly: {from: \"2am\", until: \"03:00\"}}\n"), HasSubstr("from is a time of day"));
  EXPECT_THAT(fault("  - {name: a, weekly: {from: \"02:00\", until: \"03:00\", offset: Beijing}}\n"),
              HasSubstr("+08:00"));
  EXPECT_THAT(fault("  - {name: a}\n  - {name: b}\n"), HasSubstr("windows.yaml:3"));
  EXPECT_THAT(fault("  - [\n"), HasSubstr("windows.yaml:"));
}

TEST(Windows, AFileThatIsNotThereIsAnError) {
  MemoryDisk disk;
  EXPECT_FALSE(Windows::load(disk, "d/none", zones));
  EXPECT_EQ(Windows::read("", "w", zones)->size(), 0u);
  EXPECT_EQ(Windows::read("windows:\n", "w", zones)->size(), 0u);
}

}  // namespace
}  // namespace langyan::baseline
