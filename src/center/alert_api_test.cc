// Questions about alerts and what is done with them: over real sockets.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "center/test_alerts.h"

namespace langyan::center {
namespace {

TEST_F(AlertApiTest, TheCenterThatNotesStatesIsNoSensor) {
  store(1, {{}});
  act({{"action", "ack"}, {"ids", ids()}});
  ASSERT_EQ(center_.json(viewer_, "/api/v1/events?type=alert_state")["events"].size(), 1u);
  EXPECT_EQ(center_.json(viewer_, "/api/v1/sensors")["sensors"].size(), 1u);
  EXPECT_EQ(center_.json(viewer_, "/api/v1/summary")["sensors"], 1);
}

TEST_F(AlertApiTest, FindsByEachFilter) {
  store(1, {{.severity = 1, .src = "10.3.9.77", .dst = "10.3.1.4"},
            {.sid = 9'100'001, .severity = 3, .src = "10.4.0.1", .dst = "10.3.1.4", .verb = "stop"},
            {.time = "2026-03-02T09:00:00.000000+0000",
             .sid = 9'100'002,
             .severity = 4,
             .src = "fe80::1",
             .dst = "fe80::2"}});
  const std::pair<const char*, std::size_t> cases[] = {
      {"", 3},
      {"&severity=1", 1},
      {"&severity=critical", 1},
      {"&severity=1,3", 2},
      {"&severity=1&severity=low", 2},
      {"&sid=9100001", 1},
      {"&sid=9100001,9100002", 2},
      {"&ip=10.3.1.4", 2},
      {"&src_ip=10.3.1.4", 0},
      {"&dst_ip=10.3.1.4", 2},
      {"&net=10.0.0.0/8", 2},
      {"&src_ip=10.3.0.0/16", 1},
      {"&net=fe80::/10", 1},
      {"&port=502", 3},
      {"&dst_port=502", 3},
      {"&src_port=502", 0},
      {"&protocol=modbus", 3},
      {"&protocol=s7comm", 0},
      {"&verb=stop", 1},
      {"&verb=stop,write", 3},
      {"&state=new", 3},
      {"&state=closed", 0},
      {"&sensor=s1", 3},
      {"&sensor=s2", 0},
      {"&from=2026-03-02T10:00:00Z", 2},
      {"&to=2026-03-02T10:00:00Z", 1},
      {"&from=-2h", 2},
      {"&q=stranger", 3},
      {"&q=STRANGER", 3},
      {"&q=nothing", 0},
      {"&organisation=local", 3},
      {"&organisation=cn", 0},
      {"&type=alert", 3},
      {"&type=flow", 0},
      {"&object=40001", 3},
      {"&result=ok", 3},
      {"&transport=TCP", 3},
      {"&severity=1&src_ip=10.4.0.1", 0},
      {"&q=%25", 0},
      {"&q=_tranger", 0},
      {"&object=4000%3F", 0},
  };
  for (const auto& [query, count] : cases) EXPECT_EQ(ids(query).size(), count) << query;
}

TEST_F(AlertApiTest, RefusesWhatItDoesNotUnderstandAndSaysAllOfIt) {
  const std::pair<const char*, const char*> cases[] = {
      {"severity=0", "`severity` is `0`"},
      {"severity=bad", "critical, high"},
      {"sid=x", "`sid`"},
      {"ip=10.0.0.300", "10.0.0.0/8"},
      {"port=65536", "0 to 65535"},
      {"from=yesterday", "2026-03-02T08:00:00Z"},
      {"limit=0", "1 to 1000"},
      {"limit=1001", "1 to 1000"},
      {"limit=1&limit=2", "more than once"},
      {"sevrity=1", "did you mean `severity`"},
      {"verb=destroy", "write"},
      {"state=open", "acknowledged"},
      {"q=%ff", "UTF-8"},
      {"q=%0a", "control"},
      {"q=%", "UTF-8"},
      {"cursor=nonsense", "cursor"},
      {"flow_id=-1", "whole number"},
      {"organisation=a//b", "organisation"},
  };
  for (const auto& [query, says] : cases) {
    const Answer answer = center_.ask(viewer_, "GET", "/api/v1/alerts?" + std::string(query));
    EXPECT_EQ(answer.status, 400) << query << answer.body;
    EXPECT_NE(answer.body.find(says), answer.body.npos) << query << answer.body;
  }
  const Answer both = center_.ask(viewer_, "GET", "/api/v1/alerts?severity=0&port=x&limt=3");
  EXPECT_EQ(nlohmann::json::parse(both.body)["errors"].size(), 3u);
  std::string many = "/api/v1/alerts?sid=1";
  for (int i = 2; i <= 1'001; ++i) many += "," + std::to_string(i);
  EXPECT_EQ(center_.ask(viewer_, "GET", many).status, 400);
}

TEST_F(AlertApiTest, PagingStaysStableWhileRowsArrive) {
  std::vector<Line> lines(40);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    char time[40];
    std::snprintf(time, sizeof time, "2026-03-02T10:%02u:00.000000+0000",
                  static_cast<unsigned>(i % 60));
    lines[i].time = time;
  }
  store(1, lines);
  const auto before = ids();
  std::vector<std::string> paged;
  std::uint64_t next_position = 41;
  for (std::string cursor;;) {
    const auto page = center_.json(
        viewer_, "/api/v1/alerts?limit=7" + (cursor.empty() ? "" : "&cursor=" + cursor));
    for (const auto& alert : page["alerts"]) paged.push_back(alert["id"]);
    if (page["next"].is_null()) break;
    cursor = page["next"];
    // Newer ones arrive, and old ones late: neither may move what is still to come.
    store(next_position, {{.time = "2026-03-02T11:59:00.000000+0000"},
                          {.time = "2026-03-02T10:39:30.000000+0000"}});
    next_position += 2;
  }
  std::vector<std::string> of_before;
  std::ranges::copy_if(paged, std::back_inserter(of_before), [&](const std::string& id) {
    return std::ranges::find(before, id) != before.end();
  });
  EXPECT_EQ(of_before, before);
  EXPECT_EQ(std::set(paged.begin(), paged.end()).size(), paged.size());
}

TEST_F(AlertApiTest, AcknowledgingIsSeenAndUndone) {
  store(1, std::vector<Line>(3));
  const auto all = ids();
  const auto answer = act({{"action", "ack"}, {"ids", {all[0], all[1], "no-such-id"}}});
  ASSERT_EQ(answer["results"].size(), 3u);
  EXPECT_EQ(answer["results"][0]["record"]["state"], "acknowledged");
  EXPECT_EQ(answer["results"][2]["ok"], false);
  EXPECT_EQ(answer["results"][2]["code"], "not-found");
  EXPECT_EQ(ids("&state=new"), std::vector{all[2]});
  EXPECT_EQ(ids("&state=acknowledged").size(), 2u);
  EXPECT_EQ(record(all[0])["by"], "test");
  const auto undone = undo(answer["undo"]);
  EXPECT_EQ(undone["results"].size(), 2u);
  EXPECT_EQ(undone["results"][0]["record"]["state"], "new");
  EXPECT_EQ(ids("&state=new").size(), 3u);
  undo(answer["undo"], 404);  // once
}

TEST_F(AlertApiTest, UndoLeavesAloneWhatSomebodyChangedSince) {
  store(1, std::vector<Line>(2));
  const auto all = ids();
  const auto first = act({{"action", "ack"}, {"ids", all}});
  act({{"action", "close"}, {"ids", {all[0]}}, {"comment", "planned work"}});
  const auto undone = undo(first["undo"]);
  EXPECT_EQ(undone["results"][0]["ok"], false);
  EXPECT_EQ(undone["results"][0]["code"], "conflict");
  EXPECT_EQ(undone["results"][1]["ok"], true);
  EXPECT_EQ(record(all[0])["state"], "closed");
  EXPECT_EQ(record(all[1])["state"], "new");
}

TEST_F(AlertApiTest, AnUndoIsGoodForADay) {
  store(1, std::vector<Line>(1));
  const std::string token = act({{"action", "ack"}, {"ids", ids()}})["undo"];
  center_.clock.advance(day);
  undo(token, 404);
  EXPECT_EQ(record(ids()[0])["state"], "acknowledged");
}

TEST_F(AlertApiTest, HistoryTellsWhoDidWhatInOrder) {
  store(1, std::vector<Line>(1));
  const std::string id = ids()[0];
  const std::string path = "/api/v1/alerts/" + id + "/history";
  EXPECT_EQ(center_.json(viewer_, path)["history"].size(), 0u);
  act({{"action", "comment"}, {"ids", {id}}, {"comment", "现场确认中 <b>&</b>"}});
  act({{"action", "ack"}, {"ids", {id}}});
  act({{"action", "close"}, {"ids", {id}}, {"comment", "planned"}});
  act({{"action", "unack"}, {"ids", {id}}});
  const auto history = center_.json(viewer_, path)["history"];
  ASSERT_EQ(history.size(), 4u);
  EXPECT_EQ(history[0]["comment"], "现场确认中 <b>&</b>");
  EXPECT_EQ(history[0]["state"], "new");
  EXPECT_EQ(history[1]["state"], "acknowledged");
  EXPECT_EQ(history[2]["state"], "closed");
  EXPECT_EQ(history[3]["state"], "new");
  EXPECT_EQ(history[3]["previous"], "closed");
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(history[i]["version"], i + 1);
  EXPECT_EQ(center_.ask(viewer_, "GET", "/api/v1/alerts/nothing/history").status, 404);
  // Each change is an event, too, made by the center.
  const auto events = center_.json(viewer_, "/api/v1/events?type=alert_state")["events"];
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0]["event"]["origin"]["sensor"], "center");
}

TEST_F(AlertApiTest, AFilterChoosesLikeTheListDoes) {
  store(1, {{.severity = 1}, {.severity = 2}, {.severity = 2, .src = "10.9.9.9"}});
  const auto answer =
      act({{"action", "close"}, {"filter", {{"severity", {2}}, {"net", "10.0.0.0/8"}}}});
  EXPECT_EQ(answer["results"].size(), 2u);
  EXPECT_EQ(answer["more"], false);
  EXPECT_EQ(ids("&state=closed").size(), 2u);
  EXPECT_EQ(ids("&state=new&severity=1").size(), 1u);
  act({{"action", "close"}, {"filter", {{"sevrity", 1}}}}, 400);
}

TEST_F(AlertApiTest, TwoThousandAtOnceAndNoMore) {
  for (std::uint64_t first = 1; first < 2'100; first += 1'050)
    ASSERT_EQ(center_.ingest(ingest_, first, 1'050, TestCenter::alerts(first, 1'050)).status, 200);
  const auto in_state = [&](const char* state) {
    const auto counts = center_.json(viewer_, "/api/v1/alert-groups?state=" + std::string(state));
    return counts["alerts"].get<int>();
  };
  const auto answer = act({{"action", "ack"}, {"filter", {{"state", "new"}}}});
  EXPECT_EQ(answer["results"].size(), 2'000u);
  EXPECT_EQ(answer["results"][0]["ok"], true) << answer["results"][0];
  EXPECT_EQ(answer["more"], true);
  EXPECT_EQ(in_state("acknowledged"), 2'000);
  EXPECT_EQ(in_state("new"), 100);
  undo(answer["undo"]);
  EXPECT_EQ(in_state("new"), 2'100);
  EXPECT_EQ(in_state("acknowledged"), 0);
}

TEST_F(AlertApiTest, ActionsAreChecked) {
  store(1, std::vector<Line>(1));
  const auto id = ids()[0];
  for (const nlohmann::json& body : std::vector<nlohmann::json>{
           {{"action", "delete"}, {"ids", {id}}},
           {{"ids", {id}}},
           {{"action", "ack"}},
           {{"action", "ack"}, {"ids", nlohmann::json::array()}},
           {{"action", "ack"}, {"ids", {id}}, {"filter", nlohmann::json::object()}},
           {{"action", "ack"}, {"ids", {{{"a", 1}}}}},
           {{"action", "comment"}, {"ids", {id}}},
           {{"action", "comment"}, {"ids", {id}}, {"comment", ""}},
           {{"action", "comment"}, {"ids", {id}}, {"comment", std::string(4'001, 'x')}},
           {{"action", "ack"}, {"ids", {id}}, {"comment", 7}},
           {{"action", "ack"}, {"ids", std::vector<std::string>(1'001, id)}},
           {{"action", "false-positive"}, {"ids", {id}}},
           {{"action", "assign"}, {"ids", {id}}},
           {{"action", "assign"}, {"ids", {id}}, {"assignee", "nobody-known"}},
           {{"action", "ack"}, {"ids", {id}}, {"assignee", "nobody-known"}},
           {{"action", "ack"}, {"filter", {{"group", "1~10.0.0.1~10.0.0.2"}}}},
           {{"action", "ack"}, {"filter", {{"group", "1~10.0.0.1~10.0.0.2~"}}}},
           {{"action", "ack"}, {"filter", {{"group", "1~10.0.0.1~10.0.0.2~local~"}}}},
           {{"action", "ack"}, {"filter", {{"group", "x~10.0.0.1~10.0.0.2~local"}}}},
           {{"action", "ack"}, {"filter", {{"group", "1~there~10.0.0.2~local"}}}},
           {{"action", "ack"}, {"filter", {{"muted", "perhaps"}}}}}) {
    act(body, 400);
  }
  EXPECT_EQ(record(id)["version"], 0);
  std::string deep = R"({"action":"ack","ids":)";
  for (int i = 0; i < 5'000; ++i) deep += '[';
  EXPECT_EQ(center_.ask(analyst_, "POST", "/api/v1/alerts/actions", deep).status, 400);
  EXPECT_EQ(center_.ask(analyst_, "POST", "/api/v1/alerts/actions", "{\"action\":\"\xff\"}").status,
            400);
  EXPECT_EQ(
      center_.ask(analyst_, "POST", "/api/v1/alerts/actions", std::string(70'000, ' ')).status,
      413);
}

// What lies outside somebody's organisation does not exist for them, whichever way they ask.
TEST_F(AlertApiTest, OtherOrganisationsAreInvisible) {
  const std::string js = center_.token(Role::ingest, "cn/js/works", "s-js"),
                    zj = center_.token(Role::ingest, "cn/zj", "s-zj");
  ASSERT_EQ(center_.ingest(js, 1, 2, TestCenter::alerts(1, 2, {.sensor = "s-js"}), "alert", "s-js")
                .status,
            200);
  ASSERT_EQ(center_.ingest(zj, 1, 3, TestCenter::alerts(1, 3, {.sensor = "s-zj"}), "alert", "s-zj")
                .status,
            200);
  const std::string own = center_.token(Role::viewer, "cn/js"),
                    above = center_.token(Role::viewer, "cn");
  const std::string beside = center_.token(Role::analyst, "cn/js-north");
  const auto seen = [&](const std::string& token) {
    return center_.json(token, "/api/v1/alerts")["alerts"].size();
  };
  EXPECT_EQ(seen(own), 2u);
  EXPECT_EQ(seen(above), 5u);
  EXPECT_EQ(seen(beside), 0u);
  EXPECT_EQ(center_.json(own, "/api/v1/alerts?organisation=cn/zj")["alerts"].size(), 0u);
  EXPECT_EQ(center_.json(own, "/api/v1/sensors")["sensors"].size(), 1u);
  EXPECT_EQ(center_.json(own, "/api/v1/summary")["alerts_total"], 2);
  EXPECT_EQ(center_.json(own, "/api/v1/top?dimension=sensor&from=-24h")["rows"].size(), 1u);
  EXPECT_EQ(center_.json(own, "/api/v1/counts?from=-24h&bucket=1h")["series"][0]["total"], 2);
  const std::string foreign = center_.json(above, "/api/v1/alerts?sensor=s-zj")["alerts"][0]["id"];
  for (const char* tail : {"", "/history"}) {
    EXPECT_EQ(center_.ask(own, "GET", "/api/v1/alerts/" + foreign + tail).status, 404);
  }
  EXPECT_EQ(center_.ask(own, "GET", "/api/v1/events/" + foreign).status, 404);
  const Answer tried = center_.ask(beside, "POST", "/api/v1/alerts/actions",
                                   nlohmann::json{{"action", "ack"}, {"ids", {foreign}}}.dump());
  EXPECT_EQ(nlohmann::json::parse(tried.body)["results"][0]["code"], "not-found");
  // Nor does an undo reach further than who uses it.
  const Answer acted =
      center_.ask(center_.token(Role::analyst, "cn"), "POST", "/api/v1/alerts/actions",
                  nlohmann::json{{"action", "ack"}, {"ids", {foreign}}}.dump());
  const std::string undo = nlohmann::json::parse(acted.body)["undo"];
  center_.ask(beside, "DELETE", "/api/v1/alerts/actions/" + undo);
  EXPECT_EQ(center_.json(above, "/api/v1/alerts/" + foreign)["record"]["state"], "acknowledged");
}

TEST_F(AlertApiTest, CountsTopsAndTheSummaryAgreeWithTheRows) {
  store(1, {{.severity = 1},
            {.severity = 1, .src = "10.3.9.78"},
            {.time = "2026-03-02T09:30:00.000000+0000", .severity = 3}});
  Line operation{.type = "modbus", .seq = 1, .lane = "bulk"};
  Line reading{.type = "modbus", .seq = 2, .verb = "read", .lane = "bulk"};
  Line flow{.type = "flow", .seq = 3, .lane = "bulk"};
  Line stats{
      .type = "stats",
      .seq = 4,
      .more =
          R"(,"stats":{"capture":{"packets":1234,"kernel_drop":5},"summary":{"operations":77}})",
      .lane = "bulk"};
  ASSERT_EQ(
      center_
          .ingest(ingest_, 1, 4,
                  text_of(operation) + text_of(reading) + text_of(flow) + text_of(stats), "bulk")
          .status,
      200);
  const auto counts = center_.json(
      viewer_,
      "/api/v1/"
      "counts?class=alert&from=2026-03-02T09:00:00Z&to=2026-03-02T12:00:00Z&bucket=1h&by=severity");
  EXPECT_EQ(counts["from"], "2026-03-02T09:00:00.000000+0000");
  EXPECT_EQ(counts["series"][0]["value"], "1");
  EXPECT_EQ(counts["series"][0]["counts"], nlohmann::json::parse("[0,0,2]"));
  EXPECT_EQ(counts["series"][1]["counts"], nlohmann::json::parse("[1,0,0]"));
  const auto top = center_.json(viewer_, "/api/v1/top?class=alert&dimension=src&from=-24h&n=1");
  EXPECT_EQ(top["rows"].size(), 1u);
  EXPECT_EQ(top["rows"][0]["value"], "10.3.9.77");
  EXPECT_EQ(top["rows"][0]["count"], 2);
  EXPECT_EQ(top["total"], 3);
  const auto writers = center_.json(viewer_, "/api/v1/operations/writers?from=-24h");
  ASSERT_EQ(writers["rows"].size(), 1u);
  EXPECT_EQ(writers["rows"][0]["count"], 1);  // the read is no write
  EXPECT_EQ(center_.json(viewer_, "/api/v1/operations")["operations"].size(), 2u);
  const auto summary = center_.json(viewer_, "/api/v1/summary");
  EXPECT_EQ(summary["packets"], 1234);
  EXPECT_EQ(summary["packets_dropped"], 5);
  EXPECT_EQ(summary["operations_seen"], 77);
  EXPECT_EQ(summary["alerts_total"], 3);
  EXPECT_EQ(summary["operations_total"], 2);
  EXPECT_EQ(summary["alerts"][0],
            nlohmann::json::parse(R"({"severity":"1","name":"critical","count":2})"));
  EXPECT_EQ(summary["protocols"][0]["protocol"], "modbus");
  EXPECT_EQ(summary["writers"][0]["address"], "10.3.9.77");
  EXPECT_EQ(
      center_
          .ask(viewer_, "GET", "/api/v1/counts?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z")
          .status,
      400);
  EXPECT_EQ(center_.ask(viewer_, "GET", "/api/v1/counts?from=-30d&bucket=1s").status, 400);
  EXPECT_EQ(center_.ask(viewer_, "GET", "/api/v1/counts?bucket=1500ms").status, 400);
}

}  // namespace
}  // namespace langyan::center
