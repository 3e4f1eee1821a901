// With LANGYAN_CLICKHOUSE (tests/store/clickhouse_test.py) over ClickHouse, else over SQLite.
#include "center/situation.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>
#include <sstream>

#include "center/test_center.h"

namespace langyan::center {
namespace {

CenterOptions nation() {
  CenterOptions options;
  options.name = "cn", options.organisation = "cn", options.tier = "nation";
  if (const char* listed = std::getenv("LANGYAN_CLICKHOUSE")) {
    store::ClickHouseOptions& nodes = options.clickhouse.emplace();
    std::istringstream in(listed);
    for (std::string node; std::getline(in, node, ',');) nodes.nodes.push_back(node);
    if (const char* replicas = std::getenv("LANGYAN_CLICKHOUSE_REPLICAS")) nodes.replicas = std::stoul(replicas);
    if (const char* cluster = std::getenv("LANGYAN_CLICKHOUSE_CLUSTER")) nodes.cluster = cluster;
    SystemRandom random;
    nodes.database = "situation_" + store::epoch_text(random.number());
  }
  return options;
}

TEST(Situation, AProvinceIsNamedByItsCodeItsLettersOrAName) {
  std::set<std::string_view> letters;
  for (const Words& row : provinces()) {
    EXPECT_TRUE(letters.insert(letters_of(row)).second);
    for (const std::string_view name : {row.word, letters_of(row), row.en, row.zh})
      EXPECT_EQ(province_named(name), &row) << name;
  }
  EXPECT_EQ(province_named("inner-mongolia")->word, "15");
  EXPECT_EQ(province_named("JS")->word, "32");
  for (const char* other : {"", "works-7", "3", "china"}) EXPECT_EQ(province_named(other), nullptr) << other;
}

TEST(Situation, RiskGrowsWithWhatIsGraverAndNeverReachesAHundred) {
  Unit unit;
  EXPECT_EQ(unit.risk(), 0u);
  unit.alerts = {0, 0, 0, 10};
  const unsigned low = unit.risk();
  unit.alerts = {10, 0, 0, 0};
  EXPECT_GT(unit.risk(), low);
  EXPECT_EQ(unit.risk(), 63u);
  unit.alerts = {1'000'000, 0, 0, 0};
  EXPECT_EQ(unit.risk(), 99u);
}

TEST(Situation, AnEnterpriseIsCoveredByASensorOfItsOwn) {
  Situation situation("cn");
  store::Sensor sensor;
  sensor.name = "s";
  for (const char* organisation : {"cn/js/a-b", "cn/js/a/plant", "cn/zj", "us/x"}) {
    sensor.organisation = organisation;
    situation.add(sensor, 0);
  }
  Enterprise one;
  for (const char* organisation : {"cn/js/a", "cn/js/b", "cn/js/a-b", "cn/zj/c", "us/x"}) {
    one.name = organisation, one.organisation = organisation;
    situation.add(one);
  }
  EXPECT_EQ(situation.whole().enterprises, 4u);
  EXPECT_EQ(situation.whole().covered, 2u);
  EXPECT_EQ(situation.units().size(), 2u);
  EXPECT_EQ(situation.units().at("cn/js").sensors, 2u);
  EXPECT_EQ(situation.units().at("cn/js").covered, 2u);
  EXPECT_EQ(situation.units().at("cn/js").name, "");  // no enterprise is a province
}

struct Case {
  TestCenter center{nation()};
  std::string above = center.token(Role::viewer, "cn"), js = center.token(Role::viewer, "cn/js");
  std::map<std::string, std::string> epochs;

  void alerts(const std::string& organisation, const std::string& sensor, int severity, std::uint64_t count,
              const std::string& time = "2026-03-02T11:00:00.000000+0000") {
    Line line;
    line.sensor = sensor, line.severity = severity, line.time = time;
    line.epoch = store::epoch_text(0xe0 + epochs.size());
    epochs[organisation] = line.epoch;
    const std::string token = center.token(Role::ingest, organisation, sensor);
    ASSERT_EQ(center.ingest(token, 1, count, TestCenter::alerts(1, count, line), "alert", sensor, line.epoch).status,
              200);
  }
  nlohmann::json unit(const std::string& by, const std::string& place, const std::string& organisation) {
    const nlohmann::json answer = center.json(by, "/api/v1/situation/units?organisation=" + place);
    for (const auto& row : answer["units"])
      if (row["organisation"] == organisation) return row;
    return {};
  }
};

TEST(Situation, CountsFoldToTheChildrenOfAPlaceWithinTheScope) {
  Case in;
  in.alerts("cn/js/works-7", "pump", 1, 3);
  in.alerts("cn/js/works-8", "mill", 2, 4);
  in.alerts("cn/zj/works-1", "kiln", 4, 5);
  in.alerts("cn/sh", "gate", 1, 1, "2026-02-28T11:00:00.000000+0000");  // before the day
  auto kpi = in.center.json(in.above, "/api/v1/situation/kpi");
  EXPECT_EQ(kpi["organisation"], "cn");
  EXPECT_EQ(kpi["alerts"], 12);
  EXPECT_EQ(kpi["alerts_before"], 0);
  EXPECT_EQ(kpi["by_severity"], nlohmann::json({{"critical", 3}, {"high", 4}, {"medium", 0}, {"low", 5}}));
  EXPECT_EQ(kpi["sensors"], 4);
  EXPECT_EQ(in.center.json(in.js, "/api/v1/situation/kpi")["alerts"], 7);
  EXPECT_EQ(in.center.ask(in.js, "GET", "/api/v1/situation/kpi?organisation=cn/zj").status, 404);
  EXPECT_EQ(in.center.ask(in.js, "GET", "/api/v1/situation/units?organisation=cn").status, 404);
  EXPECT_EQ(in.center.ask(in.js, "GET", "/api/v1/situation/disposal?organisation=cn").status, 404);
  const auto units = in.center.json(in.above, "/api/v1/situation/units");
  ASSERT_EQ(units["units"].size(), 3u) << units;
  EXPECT_EQ(units["alerts_not_placed"], 0);
  EXPECT_EQ(units["units"][0]["organisation"], "cn/js");  // gravest first
  EXPECT_EQ(units["units"][0]["province"]["zh"], "江苏");
  EXPECT_EQ(units["units"][0]["alerts"]["high"], 4);
  EXPECT_EQ(units["units"][0]["link"], "none");
  EXPECT_EQ(in.unit(in.above, "cn", "cn/sh")["risk"], 0);
  EXPECT_EQ(in.unit(in.js, "cn/js", "cn/js/works-7")["alerts"]["critical"], 3);
  EXPECT_EQ(in.unit(in.js, "cn/js", "cn/js/works-7")["sensors"], 1);
  EXPECT_EQ(in.center.json(in.above, "/api/v1/situation/units?organisation=cn/js/works-7")["total"], 0);
  in.center.clock.advance(2 * day);
  kpi = in.center.json(in.above, "/api/v1/situation/kpi");
  EXPECT_EQ(kpi["alerts"], 0);
  EXPECT_EQ(kpi["sensors_silent"], 4);
}

TEST(Situation, ALowerCenterGivesItsPlaceALink) {
  Case in;
  in.center.token(Role::ingest, "cn/zj", "zj", true);
  const std::string up = in.center.token(Role::ingest, "cn/js", "js", true);
  EXPECT_EQ(in.unit(in.above, "cn", "cn/zj")["link"], "never");
  const auto beat = [&](std::uint64_t seq, int behind) {
    const std::string line =
        R"({"timestamp":"2026-03-02T12:00:00.000000+0000","event_type":"stats","stats":{"center":{"version":"0.1.0","behind":{"alert":0,"bulk":)" +
        std::to_string(behind) + R"(}}},"origin":{"sensor":"js","epoch":"00000000000000e1","lane":"alert","seq":)" +
        std::to_string(seq) + "}}\n";
    ASSERT_EQ(in.center.ingest(up, seq, 1, line, "alert", "js").status, 200);
  };
  beat(1, 2);
  EXPECT_EQ(in.unit(in.above, "cn", "cn/js")["link"], "ok");
  beat(2, 900);
  EXPECT_EQ(in.unit(in.above, "cn", "cn/js")["link"], "lagging");
  EXPECT_EQ(in.center.json(in.above, "/api/v1/platforms")["platforms"][0]["link"], "lagging");
  EXPECT_EQ(in.unit(in.above, "cn", "cn/js")["sensors"], 0);  // a center is none
  in.center.clock.advance(hour);
  EXPECT_EQ(in.unit(in.above, "cn", "cn/js")["link"], "silent");
  EXPECT_EQ(in.center.json(in.above, "/api/v1/situation/kpi")["platforms"],
            nlohmann::json({{"ok", 0}, {"never", 1}, {"lagging", 0}, {"silent", 1}}));
}

TEST(Situation, TheFunnelCountsHowFarNoticesCame) {
  Case in;
  const std::string issuer = in.center.token(Role::analyst, "cn"),
                    works = in.center.token(Role::analyst, "cn/js/works-7");
  const auto notice = [&](std::initializer_list<const char*> steps) {
    const Answer made = in.center.ask(issuer, "POST", "/api/v1/notices",
                                      R"({"kind":"incident","title":"x","organisation":"cn/js/works-7"})");
    const std::string path =
        "/api/v1/notices/" + nlohmann::json::parse(made.body)["id"].get<std::string>() + "/transitions";
    for (const std::string step : steps) {
      const bool theirs = step == "receive" || step == "fix" || step == "submit";
      ASSERT_EQ(
          in.center.ask(theirs ? works : issuer, "POST", path, R"({"action":")" + step + R"(","reason":"r"})").status,
          200)
          << step;
    }
  };
  notice({});
  notice({"issue"});
  notice({"issue", "withdraw"});
  notice({"issue", "receive", "fix", "submit", "reject"});
  notice({"issue", "receive", "fix", "submit", "review", "close"});
  const auto seen = in.center.json(in.above, "/api/v1/situation/disposal");
  EXPECT_EQ(seen["notices"], 4);
  EXPECT_EQ(seen["withdrawn"], 1);
  std::map<std::string, int> stages;
  for (const auto& row : seen["stages"]) stages[row["word"]] = row["count"];
  EXPECT_EQ(stages,
            (std::map<std::string, int>{
                {"issued", 3}, {"received", 2}, {"fixing", 2}, {"submitted", 2}, {"review", 2}, {"closed", 1}}));
  EXPECT_EQ(in.center.json(in.above, "/api/v1/situation/disposal?organisation=cn/zj")["notices"], 0);
}

}  // namespace
}  // namespace langyan::center
