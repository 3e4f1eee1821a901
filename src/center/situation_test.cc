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
  nlohmann::json own_heartbeat() {
    const auto answer = nlohmann::json::parse(
        center.ask(by_socket, "POST", "/api/v1/policy/preview", R"({"types":["stats"],"fields":["stats.*"]})").body);
    for (const auto& line : answer["lines"])
      if (line.contains("stats")) return line["stats"]["center"];
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

// What a center makes itself: with a heartbeat or, as a notice's entry or a gap, without.
std::string own_event(const std::string& center, std::uint64_t seq, const std::string& more, const std::string& via) {
  return R"({"timestamp":"2026-03-02T12:00:00.000000+0000",)" + more + R"(,"origin":{"sensor":")" + center +
         R"(","epoch":"00000000000000e1","lane":"alert","seq":)" + std::to_string(seq) + R"(},"via":[)" + via + "]}\n";
}
constexpr const char* heartbeat = R"("event_type":"stats","stats":{"center":{"version":"0.1.0"}})";
constexpr const char* rollup = R"("event_type":"rollup","rollup":{"events":1})";

TEST(Situation, CentersAreToldApartFromSensorsWhereverSensorsAreCounted) {
  Case in;
  in.alerts("cn/js/works-7", "pump", 1, 3);
  const std::string up = in.center.token(Role::ingest, "cn/js", "js", true);
  const auto send = [&](std::uint64_t first, const std::string& line) {
    const Answer answer = in.center.ingest(up, first, 1, line, "alert", "js");
    ASSERT_EQ(answer.status, 200) << answer.body;
  };
  const auto seen = [&] {
    std::vector<std::string> names;
    const auto answer = in.center.json(in.above, "/api/v1/sensors");
    for (const auto& row : answer["sensors"]) names.push_back(row["name"]);
    return names;
  };
  const std::vector<std::string> pump{"pump"};
  send(1, own_event("js", 1, rollup, R"("js")"));  // one that was not heard to beat yet
  EXPECT_EQ(seen(), pump);
  send(2, own_event("js", 2, heartbeat, R"("js")"));
  send(3, own_event("works-9", 5, heartbeat, R"("works-9","js")"));  // one further below
  EXPECT_EQ(seen(), pump);
  send(4, R"({"timestamp":"2026-03-02T12:00:00.000000+0000","event_type":"gap","gap":{"from":4,"to":4},)"
          R"("origin":{"sensor":"js","epoch":"00000000000000e1","lane":"alert","seq":4}})"
          "\n");
  EXPECT_EQ(seen(), pump);
  EXPECT_EQ(in.center.json(in.above, "/api/v1/summary")["sensors"], 1);
  EXPECT_EQ(in.center.json(in.above, "/api/v1/situation/kpi")["sensors"], 1);
  EXPECT_EQ(in.center.json(in.above, "/api/v1/platforms")["platforms"].size(), 2u);
  EXPECT_EQ(in.own_heartbeat()["sensors"], 1);
  in.center.clock.advance(hour);
  EXPECT_EQ(in.own_heartbeat()["sensors_silent"], 1);
}

TEST(Situation, AGapOfALowerCenterIsOfThatCenter) {
  Case in;
  const std::string up = in.center.token(Role::ingest, "cn/js", "js", true);
  ASSERT_EQ(in.center.ingest(up, 1, 1, own_event("js", 1, heartbeat, R"("js")"), "alert", "js").status, 200);
  // Its spool evicted what it did not know acknowledged, so the store makes the gap of the rest.
  const std::string gap =
      own_event("js", 1, R"("event_type":"gap","gap":{"from":1,"to":3,"reason":"evicted"})", R"("js")");
  const Answer answer = in.center.ingest(up, 1, 3, gap, "alert", "js");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_TRUE(in.center.json(in.above, "/api/v1/sensors")["sensors"].empty());
  const auto gaps = in.center.json(in.above, "/api/v1/events?type=gap")["events"];
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0]["via"], "js");
}

TEST(Situation, ASensorThatSaysItIsACenterIsNone) {
  Case in;
  const std::string token = in.center.token(Role::ingest, "cn/js/works-7", "pump");
  std::string line = own_event("pump", 1, heartbeat, "");
  line.replace(line.find(R"(,"via":[])"), std::string_view(R"(,"via":[])").size(), "");
  ASSERT_EQ(in.center.ingest(token, 1, 1, line, "alert", "pump").status, 200);
  EXPECT_EQ(in.center.json(in.above, "/api/v1/sensors")["sensors"].size(), 1u);
  EXPECT_TRUE(in.center.json(in.above, "/api/v1/platforms")["platforms"].empty());
}

TEST(Situation, SensorsAndCentersArePagedByOrganisationAndName) {
  Case in;
  for (const char* organisation : {"cn/js/works-7", "cn/js", "cn/zj"})
    for (const char* name : {"b//", "a-"}) in.alerts(organisation, name + std::string(organisation), 4, 1);
  for (const char* organisation : {"cn/js", "cn/zj"}) in.center.token(Role::ingest, organisation, organisation, true);
  const auto walk = [&](const std::string& path, const char* list) {
    std::vector<std::string> names;
    for (std::string cursor;;) {
      const auto page = in.center.json(in.above, path + "limit=1" + cursor);
      for (const auto& row : page[list]) names.push_back(row["name"]);
      if (page["next"].is_null()) return names;
      cursor = "&cursor=" + page["next"].get<std::string>();
    }
  };
  EXPECT_EQ(walk("/api/v1/sensors?", "sensors"), (std::vector<std::string>{"a-cn/js", "b//cn/js", "a-cn/js/works-7",
                                                                           "b//cn/js/works-7", "a-cn/zj", "b//cn/zj"}));
  EXPECT_EQ(walk("/api/v1/sensors?organisation=cn/js/works-7&", "sensors"),
            (std::vector<std::string>{"a-cn/js/works-7", "b//cn/js/works-7"}));
  EXPECT_EQ(walk("/api/v1/platforms?", "platforms"), (std::vector<std::string>{"cn/js", "cn/zj"}));
  EXPECT_EQ(in.center.ask(in.above, "GET", "/api/v1/sensors?cursor=x").status, 400);
  EXPECT_EQ(in.center.ask(in.above, "GET", "/api/v1/platforms?cursor=x").status, 400);
}

TEST(Situation, APreviewDoesNotPassOverWhatItIsTold) {
  Case in;
  for (const char* body : {R"({"limit":"5"})", R"({"limit":-1})", R"({"since":5})"})
    EXPECT_EQ(in.center.ask(by_socket, "POST", "/api/v1/policy/preview", body).status, 400) << body;
}

TEST(Situation, NobodyIsNamedAsTheCenterItself) {
  Case in;
  for (const char* body : {R"({"role":"ingest","source":"cn"})", R"({"role":"ingest","source":"cn","relay":true})"})
    EXPECT_EQ(in.center.ask(by_socket, "POST", "/api/v1/tokens", body).status, 400) << body;
  EXPECT_EQ(in.center.ask(by_socket, "POST", "/api/v1/enrolments", R"({"source":"cn"})").status, 400);
  EXPECT_EQ(in.center.ask(by_socket, "POST", "/api/v1/enrolments", R"({"source":"js"})").status, 201);
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
