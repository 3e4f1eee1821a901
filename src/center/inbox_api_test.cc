// The inbox: groups, actions on groups, exactly once, assignees, mutes, related alerts. Over real sockets.
#include <gtest/gtest.h>

#include <thread>

#include "center/test_alerts.h"

namespace langyan::center {
namespace {

class InboxApiTest : public AlertApiTest {
 protected:
  nlohmann::json groups(const std::string& query = "") {
    return center_.json(viewer_, "/api/v1/alert-groups?limit=1000" + query);
  }
  nlohmann::json post(const std::string& path, const nlohmann::json& body, int status,
                      const std::string& headers = "") {
    const Answer answer = center_.ask(analyst_, "POST", path, body.dump(), headers);
    EXPECT_EQ(answer.status, status) << answer.body;
    return nlohmann::json::parse(answer.body);
  }
  nlohmann::json mute(nlohmann::json body, int status = 201) {
    if (!body.contains("until")) body["until"] = "8h";
    return post("/api/v1/mutes", body, status);
  }
  std::size_t shown(const std::string& muted, const std::string& query = "") {
    return ids("&muted=" + muted + query).size();
  }
  // An alert `ago` before now.
  std::string before(Duration ago) { return timestamp(center_.clock.now() - ago); }
};

TEST_F(InboxApiTest, AGroupTellsWhatItHolds) {
  store(1, {{.time = before(3 * hour), .severity = 3},
            {.time = before(2 * hour), .severity = 1},
            {.time = before(hour), .severity = 2},
            {.time = before(minute), .src = "10.9.9.9"}});
  act({{"action", "ack"}, {"ids", {ids()[1]}}});
  const auto page = groups();
  EXPECT_EQ(page["found"], 2);
  EXPECT_EQ(page["alerts"], 4);
  ASSERT_EQ(page["groups"].size(), 2u);
  EXPECT_EQ(page["groups"][0]["src"], "10.9.9.9");
  const auto& group = page["groups"][1];
  EXPECT_EQ(group["organisation"], "local");
  EXPECT_EQ(group["sid"], 9'100'000);
  EXPECT_EQ(group["dst"], "10.3.1.4");
  EXPECT_EQ(ids("&group=" + group["id"].get<std::string>()).size(), 3u);
  EXPECT_EQ(group["count"], 3);
  EXPECT_EQ(group["first"], before(3 * hour));
  EXPECT_EQ(group["last"], before(hour));
  EXPECT_EQ(group["severity"], 1);
  EXPECT_EQ(group["states"], nlohmann::json({{"new", 2}, {"acknowledged", 1}, {"closed", 0}, {"false-positive", 0}}));
  EXPECT_EQ(group["newest"]["event"]["alert"]["severity"], 2);
  const auto one = center_.json(viewer_, "/api/v1/alert-groups?limit=1");
  EXPECT_EQ(one["groups"][0]["src"], "10.9.9.9");
  const auto two = center_.json(viewer_, "/api/v1/alert-groups?limit=1&cursor=" + one["next"].get<std::string>());
  EXPECT_EQ(two["groups"][0]["src"], "10.3.9.77");
  EXPECT_TRUE(two["next"].is_null());
  EXPECT_EQ(center_.ask(viewer_, "GET", "/api/v1/alert-groups?cursor=x").status, 400);
}

TEST_F(InboxApiTest, AnActionOnAGroupTakesAllOfItAndNothingElse) {
  store(1, {{}, {}, {.severity = 4}, {.src = "10.9.9.9"}, {.sid = 9'100'001}});
  const std::string group = groups("&src_ip=10.3.9.77&sid=9100000")["groups"][0]["id"];
  auto answer = act({{"action", "close"}, {"filter", {{"group", group}, {"severity", {1, 2}}}}});
  EXPECT_EQ(answer["results"].size(), 2u);
  EXPECT_EQ(ids("&state=closed").size(), 2u);
  undo(answer["undo"]);
  EXPECT_EQ(ids("&state=closed").size(), 0u);
  answer = act({{"action", "false-positive"}, {"filter", {{"group", group}}}, {"comment", "test of the pump"}});
  EXPECT_EQ(answer["results"].size(), 3u);
  EXPECT_EQ(ids("&state=false-positive").size(), 3u);
  EXPECT_EQ(answer["results"][0]["record"]["comment"], "test of the pump");
  // A group that lies outside of the filter, or of what the asker sees, has no alerts.
  EXPECT_EQ(act({{"action", "ack"}, {"filter", {{"group", group}, {"src_ip", "10.9.0.0/16"}}}})["results"].size(), 0u);
  EXPECT_EQ(act({{"action", "ack"}, {"filter", {{"group", group}, {"sid", 9'100'001}}}})["results"].size(), 0u);
  const std::string beside = center_.token(Role::analyst, "cn/js");
  const Answer other = center_.ask(beside, "POST", "/api/v1/alerts/actions",
                                   nlohmann::json{{"action", "ack"}, {"filter", {{"group", group}}}}.dump());
  EXPECT_EQ(nlohmann::json::parse(other.body)["results"].size(), 0u);
  EXPECT_TRUE(nlohmann::json::parse(other.body)["undo"].is_null());
}

TEST_F(InboxApiTest, AGroupWithoutAddressesIsNamedLikeAnyOther) {
  const std::string whole = text_of(Line{}), begins = whole.substr(0, whole.find(R"("src_ip")"));
  const std::string text = begins + whole.substr(whole.find(R"("proto")"));
  ASSERT_EQ(center_.ingest(ingest_, 1, 1, text).status, 200);
  store(2, {{}});
  const auto page = groups();
  ASSERT_EQ(page["groups"].size(), 2u);
  const auto& group = page["groups"][page["groups"][0]["src"] == "" ? 0 : 1];
  const auto answer = act({{"action", "ack"}, {"filter", {{"group", group["id"]}}}});
  ASSERT_EQ(answer["results"].size(), 1u);
  EXPECT_EQ(answer["results"][0]["id"], group["newest"]["id"]);
}

TEST_F(InboxApiTest, TheSameKeyIsOneAction) {
  store(1, std::vector<Line>(3));
  const nlohmann::json body = {{"action", "comment"}, {"filter", nlohmann::json::object()}, {"comment", "seen"}};
  const auto first = post("/api/v1/alerts/actions", body, 200, "Idempotency-Key: k1\r\n");
  store(4, {{}});  // the filter would find it, too
  const auto again = post("/api/v1/alerts/actions", body, 200, "Idempotency-Key: k1\r\n");
  EXPECT_EQ(again, first);
  EXPECT_EQ(first["results"].size(), 3u);
  EXPECT_EQ(record(first["results"][0]["id"])["version"], 1);
  post("/api/v1/alerts/actions", {{"action", "ack"}, {"ids", ids()}}, 409, "Idempotency-Key: k1\r\n");
  post("/api/v1/alerts/actions", body, 400, "Idempotency-Key: " + std::string(201, 'k') + "\r\n");
  EXPECT_EQ(post("/api/v1/alerts/actions", body, 200, "Idempotency-Key: k2\r\n")["results"].size(), 4u);
  // Another's key is another's.
  const std::string other = center_.token(Role::analyst);
  const Answer answer = center_.ask(other, "POST", "/api/v1/alerts/actions", body.dump(), "Idempotency-Key: k1\r\n");
  EXPECT_EQ(nlohmann::json::parse(answer.body)["results"].size(), 4u);
}

TEST_F(InboxApiTest, OneKeyFromManyAtTheSameMomentIsOneAction) {
  store(1, std::vector<Line>(2));
  const std::string body = nlohmann::json{{"action", "comment"}, {"ids", ids()}, {"comment", "seen"}}.dump();
  std::vector<std::string> undos(8);
  std::vector<std::thread> threads;
  for (std::string& undo : undos) {
    threads.emplace_back([&] {
      while (undo.empty()) {  // a few are asked to come again: 429
        const Answer answer = center_.ask(analyst_, "POST", "/api/v1/alerts/actions", body, "Idempotency-Key: k\r\n");
        if (answer.status == 200) undo = nlohmann::json::parse(answer.body)["undo"];
        else if (answer.status != 429) undo = std::to_string(answer.status);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(record(ids()[0])["version"], 1);
  for (const std::string& undo : undos) EXPECT_EQ(undo, undos[0]);
}

TEST_F(InboxApiTest, AnUndoIsUsedOnceHoweverManyTry) {
  store(1, std::vector<Line>(2));
  const std::string token = act({{"action", "ack"}, {"ids", ids()}})["undo"];
  // Who sees none of the alerts does not use it up.
  center_.ask(center_.token(Role::analyst, "cn/js"), "DELETE", "/api/v1/alerts/actions/" + token);
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      for (int status = 429; status == 429;) {
        status = center_.ask(analyst_, "DELETE", "/api/v1/alerts/actions/" + token).status;
        done += status == 200;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(record(ids()[0])["version"], 2);
  EXPECT_EQ(record(ids()[0])["undo"], true);
  EXPECT_EQ(record(ids()[0])["state"], "new");
}

TEST_F(InboxApiTest, AssigningNamesAnAccountAndIsUndone) {
  center_.user("li", Role::analyst, "a good password");
  center_.user("wang", Role::viewer, "a good password");
  center_.user("zhao", Role::analyst, "a good password", "cn/js");
  EXPECT_EQ(center_.json(analyst_, "/api/v1/assignees")["names"], nlohmann::json({"li", "zhao"}));
  EXPECT_EQ(center_.json(center_.token(Role::analyst, "cn"), "/api/v1/assignees")["names"], nlohmann::json({"zhao"}));
  store(1, {{}});
  const std::string id = ids()[0];
  act({{"action", "assign"}, {"ids", {id}}, {"assignee", "li"}});
  EXPECT_EQ(record(id)["assignee"], "li");
  act({{"action", "ack"}, {"ids", {id}}});
  EXPECT_EQ(record(id)["assignee"], "li");
  const auto freed = act({{"action", "assign"}, {"ids", {id}}, {"assignee", ""}});
  EXPECT_EQ(record(id)["assignee"], "");
  undo(freed["undo"]);
  EXPECT_EQ(record(id)["assignee"], "li");
  EXPECT_EQ(record(id)["state"], "acknowledged");
  for (const char* name : {"wang", "nobody"}) act({{"action", "assign"}, {"ids", {id}}, {"assignee", name}}, 400);
}

TEST_F(InboxApiTest, AMuteHidesItsScopeAndNothingElse) {
  store(1, {{},
            {.dst = "10.3.1.5"},
            {.src = "10.3.1.4", .dst = "10.7.7.7"},
            {.sid = 9'100'001},
            {.src = "fe80::1", .dst = "fe80::2"}});
  struct Case {
    nlohmann::json scope;
    std::size_t hidden;
  };
  const Case cases[] = {
      {{{"scope", "rule"}, {"sid", 9'100'000}}, 4},
      {{{"scope", "source"}, {"sid", 9'100'000}, {"src", "10.3.9.77"}}, 2},
      {{{"scope", "pair"}, {"sid", 9'100'000}, {"src", "10.3.9.77"}, {"dst", "10.3.1.4"}}, 1},
      {{{"scope", "asset"}, {"address", "10.3.1.4"}}, 3},
      {{{"scope", "asset"}, {"address", "fe80::2"}}, 1},
      {{{"scope", "rule"}, {"sid", 9'100'000}, {"organisation", "local/other"}}, 0},
  };
  for (const Case& each : cases) {
    nlohmann::json body = each.scope;
    const auto preview = post("/api/v1/mutes/preview", body, 200);
    EXPECT_EQ(preview["hidden"], each.hidden) << body;
    EXPECT_EQ(preview["waiting"], each.hidden) << body;
    body["existing"] = true;
    const std::string id = mute(body)["id"];
    EXPECT_EQ(shown("only"), each.hidden) << body;
    EXPECT_EQ(shown("hide"), 5 - each.hidden) << body;
    EXPECT_EQ(shown("show"), 5u);
    EXPECT_EQ(groups("&muted=hide")["alerts"], 5 - each.hidden) << body;
    EXPECT_EQ(groups("&muted=only")["alerts"], each.hidden) << body;
    EXPECT_EQ(center_.json(viewer_, "/api/v1/mutes")["mutes"][0]["hidden"], each.hidden) << body;
    for (const auto& alert : ids("&muted=only"))
      EXPECT_EQ(center_.json(viewer_, "/api/v1/alerts/" + alert)["mute"]["id"], id);
    for (const auto& alert : ids("&muted=hide"))
      EXPECT_TRUE(center_.json(viewer_, "/api/v1/alerts/" + alert)["mute"].is_null());
    EXPECT_EQ(center_.ask(analyst_, "DELETE", "/api/v1/mutes/" + id).status, 204);
    EXPECT_EQ(shown("only"), 0u);
    EXPECT_EQ(shown("hide"), 5u);
  }
}

TEST_F(InboxApiTest, AMuteEndsByItselfAndWhatItHidStaysHidden) {
  store(1, {{.time = before(hour)}});
  const std::string id = mute({{"scope", "rule"}, {"sid", 9'100'000}, {"until", "2h"}, {"reason", "pump test"}})["id"];
  EXPECT_EQ(shown("hide"), 1u);  // it was there already
  center_.clock.advance(hour);
  store(2, {{.time = before(minute)}});
  EXPECT_EQ(shown("hide"), 1u);
  EXPECT_EQ(shown("only"), 1u);
  act({{"action", "ack"}, {"filter", {{"muted", "hide"}}}});
  EXPECT_EQ(ids("&state=acknowledged").size(), 1u);
  center_.clock.advance(hour);
  store(3, {{.time = before(0)}, {.time = before(2 * minute)}});  // one comes late
  center_.clock.advance(second);
  EXPECT_EQ(shown("hide"), 2u);
  EXPECT_EQ(shown("only"), 2u);
  const auto listed = center_.json(viewer_, "/api/v1/mutes")["mutes"];
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0]["active"], false);
  EXPECT_EQ(listed[0]["hidden"], 2);
  EXPECT_EQ(listed[0]["reason"], "pump test");
  EXPECT_EQ(listed[0]["by"], "test");
  EXPECT_EQ(groups("&muted=show")["alerts"], 4);  // nothing was dropped
  EXPECT_EQ(center_.json(viewer_, "/api/v1/counts?class=alert&from=-24h&bucket=1h")["series"][0]["total"], 4);
  center_.restart();
  EXPECT_EQ(shown("only"), 2u);
  EXPECT_EQ(center_.ask(analyst_, "DELETE", "/api/v1/mutes/" + id).status, 204);
  EXPECT_EQ(shown("hide"), 4u);
}

TEST_F(InboxApiTest, AMuteIsEndedOrProlonged) {
  const auto made = mute({{"scope", "rule"}, {"sid", 1}});
  const std::string path = "/api/v1/mutes/" + made["id"].get<std::string>();
  const auto change = [&](const nlohmann::json& body, int status = 200) {
    const Answer answer = center_.ask(analyst_, "PATCH", path, body.dump());
    EXPECT_EQ(answer.status, status) << answer.body;
    return nlohmann::json::parse(answer.body);
  };
  mute({{"scope", "rule"}, {"sid", 1}}, 409);
  EXPECT_EQ(change({{"until", "3d"}})["until"], timestamp(center_.clock.now() + 3 * day));
  EXPECT_EQ(change({{"until", "now"}})["active"], false);
  const auto second = mute({{"scope", "rule"}, {"sid", 1}});  // the first has ended
  EXPECT_EQ(second["active"], true);
  change({{"until", "-1h"}}, 400);
  change({{"until", "400d"}}, 400);
  change({{"untli", "1h"}}, 400);
  EXPECT_EQ(center_.ask(viewer_, "PATCH", path, R"({"until":"now"})").status, 403);
  EXPECT_EQ(center_.ask(analyst_, "PATCH", "/api/v1/mutes/none", R"({"until":"now"})").status, 404);
}

TEST_F(InboxApiTest, MutesAreChecked) {
  for (const nlohmann::json& body : std::vector<nlohmann::json>{
           {{"scope", "everything"}},
           {{"sid", 1}},
           {{"scope", "rule"}},
           {{"scope", "rule"}, {"sid", 1}, {"src", "10.0.0.1"}},
           {{"scope", "source"}, {"sid", 1}},
           {{"scope", "source"}, {"src", "10.0.0.1"}},
           {{"scope", "pair"}, {"sid", 1}, {"src", "10.0.0.1"}},
           {{"scope", "pair"}, {"sid", 1}, {"src", "10.0.0.1"}, {"dst", "there"}},
           {{"scope", "asset"}, {"sid", 1}, {"address", "10.0.0.1"}},
           {{"scope", "rule"}, {"sid", 1}, {"organisation", "a//b"}},
           {{"scope", "rule"}, {"sid", 1}, {"until", "yesterday"}},
           {{"scope", "rule"}, {"sid", 1}, {"until", "now"}},
           {{"scope", "rule"}, {"sid", 1}, {"until", "2027-06-01T00:00:00Z"}},
           {{"scope", "rule"}, {"sid", 1}, {"reason", std::string(1'001, 'x')}},
           {{"scope", "rule"}, {"sid", 1}, {"existing", "yes"}}})
    mute(body, 400);
  const Answer none = center_.ask(analyst_, "POST", "/api/v1/mutes", R"({"scope":"rule","sid":1})");
  EXPECT_EQ(none.status, 400);  // a mute has an end
  EXPECT_EQ(center_.json(viewer_, "/api/v1/mutes")["mutes"].size(), 0u);
}

TEST_F(InboxApiTest, AMuteIsItsOrganisations) {
  const std::string js = center_.token(Role::ingest, "cn/js/works", "s-js"),
                    zj = center_.token(Role::ingest, "cn/zj", "s-zj");
  ASSERT_EQ(center_.ingest(js, 1, 2, TestCenter::alerts(1, 2, {.sensor = "s-js"}), "alert", "s-js").status, 200);
  ASSERT_EQ(center_.ingest(zj, 1, 3, TestCenter::alerts(1, 3, {.sensor = "s-zj"}), "alert", "s-zj").status, 200);
  const std::string of_js = center_.token(Role::analyst, "cn/js"),
                    of_works = center_.token(Role::analyst, "cn/js/works"),
                    of_zj = center_.token(Role::analyst, "cn/zj");
  const auto make = [&](const std::string& token, nlohmann::json body) {
    body["scope"] = "rule", body["sid"] = 9'100'000, body["until"] = "1d", body["existing"] = true;
    return center_.ask(token, "POST", "/api/v1/mutes", body.dump());
  };
  const Answer made = make(of_js, {});
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string path = "/api/v1/mutes/" + nlohmann::json::parse(made.body)["id"].get<std::string>();
  EXPECT_EQ(nlohmann::json::parse(made.body)["organisation"], "cn/js");
  EXPECT_EQ(make(of_js, {{"organisation", "cn/zj"}}).status, 400);
  const auto seen = [&](const std::string& token) {
    return center_.json(token, "/api/v1/alerts?muted=hide")["alerts"].size();
  };
  EXPECT_EQ(seen(of_works), 0u);
  EXPECT_EQ(seen(of_zj), 3u);
  EXPECT_EQ(seen(viewer_), 3u);
  EXPECT_EQ(center_.json(of_works, "/api/v1/mutes")["mutes"].size(), 1u);
  EXPECT_EQ(center_.json(of_zj, "/api/v1/mutes")["mutes"].size(), 0u);
  EXPECT_EQ(center_.ask(of_works, "DELETE", path).status, 403);
  EXPECT_EQ(center_.ask(of_zj, "DELETE", path).status, 404);
  EXPECT_EQ(center_.ask(of_js, "DELETE", path).status, 204);
}

TEST_F(InboxApiTest, RelatedAlertsShareAnEndWithinTenMinutes) {
  store(1, {{.time = before(hour)},
            {.time = before(hour + 10 * minute), .sid = 9'100'001},
            {.time = before(hour - 10 * minute), .src = "10.3.1.4", .dst = "10.8.8.8"},
            {.time = before(hour + 11 * minute)},
            {.time = before(hour - 11 * minute)},
            {.time = before(hour), .src = "10.8.8.8", .dst = "10.8.8.9"}});
  const auto listed = center_.json(viewer_, "/api/v1/alerts?from=-61m&to=-59m&src_ip=10.3.9.77");
  const std::string id = listed["alerts"][0]["id"];
  const auto related = center_.json(viewer_, "/api/v1/alerts/" + id + "/related");
  ASSERT_EQ(related["alerts"].size(), 2u);
  EXPECT_EQ(related["alerts"][0]["time"], before(hour - 10 * minute));
  EXPECT_EQ(related["alerts"][1]["time"], before(hour + 10 * minute));
  EXPECT_EQ(related["more"], false);
  const auto one = center_.json(viewer_, "/api/v1/alerts/" + id + "/related?limit=1");
  EXPECT_EQ(one["alerts"].size(), 1u);
  EXPECT_EQ(one["more"], true);
  EXPECT_EQ(center_.ask(viewer_, "GET", "/api/v1/alerts/none/related").status, 404);
  EXPECT_EQ(center_.ask(center_.token(Role::viewer, "cn"), "GET", "/api/v1/alerts/" + id + "/related").status, 404);
}

}  // namespace
}  // namespace langyan::center
