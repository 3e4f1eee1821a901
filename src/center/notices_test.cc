#include "center/notices.h"

#include <gtest/gtest.h>

#include <set>

#include "center/test_center.h"

namespace langyan::center {
namespace {

struct Case {
  TestCenter center;
  std::string issuer = center.token(Role::analyst, "cn/js"), works = center.token(Role::analyst, "cn/js/works"),
              other = center.token(Role::analyst, "cn/js/other"), above = center.token(Role::analyst, "cn");
  std::string path;

  Answer act(const std::string& by, const std::string& action, const std::string& reason = "") {
    return center.ask(by, "POST", path + "/transitions",
                      R"({"action":")" + action + R"(","reason":")" + reason + R"("})");
  }
  nlohmann::json seen(const std::string& by) { return center.json(by, path); }
  void draft(const std::string& more = "") {
    const Answer made =
        center.ask(issuer, "POST", "/api/v1/notices",
                   R"({"kind":"incident","title":"PLC stopped","organisation":"cn/js/works")" + more + "}");
    ASSERT_EQ(made.status, 201) << made.body;
    path = "/api/v1/notices/" + nlohmann::json::parse(made.body)["id"].get<std::string>();
  }
};

TEST(Notices, AFilterThatFindsLittleReadsSoManyForAPage) {
  Case in;
  in.draft();
  ASSERT_EQ(in.act(in.issuer, "issue").status, 200);
  in.draft();
  store::DocumentStore& documents = in.center.center->documents();
  const auto one = documents.get(store::Scope::all(), "notice", in.path.substr(in.path.rfind('/') + 1));
  ASSERT_TRUE(one.ok());
  std::vector<store::DocumentChange> changes(4'200);
  for (std::size_t i = 0; i < changes.size(); ++i)
    changes[i].kind = "notice", changes[i].id = "copy-" + std::to_string(i),
    changes[i].organisation = one->organisation, changes[i].body = one->body, changes[i].by = "test";
  ASSERT_TRUE(documents.transact(store::Scope::all(), changes).ok());
  auto page = in.center.json(in.issuer, "/api/v1/notices?state=issued");
  EXPECT_TRUE(page["notices"].empty());
  ASSERT_TRUE(page["next"].is_string());
  page = in.center.json(in.issuer, "/api/v1/notices?state=issued&cursor=" + page["next"].get<std::string>());
  EXPECT_EQ(page["notices"].size(), 1u);
  EXPECT_TRUE(page["next"].is_null());
}

TEST(Notices, AVersionOfAnotherKindIsNotPassedOver) {
  Case in;
  in.draft();
  for (const char* body : {R"({"action":"issue","version":"7"})", R"({"action":"issue","version":-1})",
                           R"({"action":"issue","reason":5})"})
    EXPECT_EQ(in.center.ask(in.issuer, "POST", in.path + "/transitions", body).status, 400) << body;
  EXPECT_EQ(in.seen(in.issuer)["state"]["word"], "draft");
}

TEST(Notices, TheOverviewCountsAndAViewerMayDoNothing) {
  Case in;
  in.draft();
  ASSERT_EQ(in.act(in.issuer, "issue").status, 200);
  const std::string issued = in.path;
  in.draft(R"(,"deadline":"2026-03-02T13:00:00Z")");
  ASSERT_EQ(in.act(in.issuer, "issue").status, 200);
  in.draft();
  in.center.clock.advance(2 * hour);
  const auto count = [](const nlohmann::json& rows, const std::string& word) {
    for (const auto& row : rows)
      if (row["word"] == word) return row["count"].get<int>();
    return -1;
  };
  const auto seen = in.center.json(in.issuer, "/api/v1/notices/overview");
  EXPECT_EQ(count(seen["states"], "issued"), 2);
  EXPECT_EQ(count(seen["states"], "draft"), 1);
  EXPECT_EQ(count(seen["states"], "closed"), 0);
  EXPECT_EQ(count(seen["kinds"], "incident"), 3);
  EXPECT_EQ(seen["overdue"], 1);
  EXPECT_EQ(seen["states"].size(), notice_states().size());
  EXPECT_EQ(seen["actions"].size(), transitions().size());
  const auto below = in.center.json(in.works, "/api/v1/notices/overview");
  EXPECT_EQ(count(below["states"], "draft"), 0);
  EXPECT_TRUE(below["may_draft"]);
  const std::string viewer = in.center.token(Role::viewer, "cn/js");
  EXPECT_FALSE(in.center.json(viewer, "/api/v1/notices/overview")["may_draft"]);
  EXPECT_FALSE(in.seen(viewer)["may_edit"]);
  EXPECT_TRUE(in.seen(in.issuer)["may_edit"]);
  in.path = issued;
  EXPECT_TRUE(in.seen(viewer)["actions"].empty());
  EXPECT_FALSE(in.seen(viewer)["may_comment"]);
  EXPECT_FALSE(in.seen(in.issuer)["may_edit"]);
  EXPECT_TRUE(in.seen(in.works)["may_comment"]);
}

// The table, from outside: in each state each action by each side leads where the table says, or nowhere.
TEST(Notices, EveryActionInEveryStateByEverySide) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> ways = {
      {"draft", {}}, {"issued", {"issue"}}, {"received", {"issue", "receive"}}, {"fixing", {"issue", "receive", "fix"}},
      {"submitted", {"issue", "receive", "fix", "submit"}}, {"review", {"issue", "receive", "fix", "submit", "review"}},
      {"rejected", {"issue", "receive", "fix", "submit", "review", "reject"}},
      {"closed", {"issue", "receive", "fix", "submit", "review", "close"}}, {"withdrawn", {"issue", "withdraw"}}};
  ASSERT_EQ(ways.size(), notice_states().size());
  Case in;
  const std::set<std::string> addressed = {"receive", "fix", "submit"};
  ASSERT_EQ(in.center.ingest(in.center.token(Role::ingest, "cn/js/works"), 1, 1, TestCenter::alerts(1, 1)).status, 200);
  const std::string evidence =
      R"(,"evidence":[)" + in.center.json(in.issuer, "/api/v1/alerts")["alerts"][0]["id"].dump() + "]";
  const auto among = [](std::string_view words, const std::string& word) {
    return ("|" + std::string(words) + "|").find("|" + word + "|") != std::string::npos;
  };
  std::size_t tried = 0;
  for (const auto& [state, way] : ways) {
    for (const Transition& row : transitions()) {
      in.draft(evidence);
      for (const std::string& step : way)
        ASSERT_EQ(in.act(addressed.contains(step) ? in.works : in.issuer, step, "why").status, 200) << state << step;
      ASSERT_EQ(in.seen(in.issuer)["state"]["word"], state);
      const bool leads = among(row.from, state) && (row.request_from.empty() || among(row.request_from, "none"));
      const bool theirs = row.side == Side::addressee;
      const std::string action(row.action);
      EXPECT_EQ(in.act(in.other, action, "why").status, 404);
      EXPECT_EQ(in.act(theirs ? in.issuer : in.works, action, "why").status, state == "draft" && !theirs ? 404 : 403)
          << state << action;
      if (leads && row.needs_reason) {
        EXPECT_EQ(in.act(theirs ? in.works : in.issuer, action).status, 400);
      }
      EXPECT_EQ(in.act(theirs ? in.works : in.issuer, action, "why").status, leads                        ? 200
                                                                             : theirs && state == "draft" ? 404
                                                                                                          : 409)
          << state << action;
      EXPECT_EQ(in.seen(in.issuer)["state"]["word"], leads && !row.to.empty() ? std::string(row.to) : state);
      tried += 3;
    }
  }
  std::printf("notices: %zu actions tried\n", tried);
}

TEST(Notices, ADraftIsTheIssuersAndWhatIsIssuedIsNotEdited) {
  Case in;
  EXPECT_EQ(
      in.center.ask(in.issuer, "POST", "/api/v1/notices", R"({"kind":"incident","title":"x","organisation":"cn/zj"})")
          .status,
      403);
  for (const char* bad : {R"({"title":"x","organisation":"cn/js"})", R"({"kind":"incident","organisation":"cn/js"})",
                          R"({"kind":"incident","title":"x"})",
                          R"({"kind":"incident","title":"x","organisation":"cn/js","evidence":["none"]})",
                          R"({"kind":"incident","title":"x","enterprise":"1"})"})
    EXPECT_EQ(in.center.ask(in.issuer, "POST", "/api/v1/notices", bad).status, 400) << bad;
  in.draft();
  EXPECT_EQ(in.center.ask(in.works, "GET", in.path).status, 404);
  EXPECT_EQ(in.center.json(in.works, "/api/v1/notices")["notices"].size(), 0u);
  EXPECT_EQ(in.center.ask(in.issuer, "PATCH", in.path, R"({"title":"PLC-104 stopped"})").status, 200);
  EXPECT_EQ(in.seen(in.issuer)["number"], "");
  ASSERT_EQ(in.act(in.issuer, "issue").status, 200);
  const auto issued = in.seen(in.works);
  EXPECT_EQ(issued["number"], "center-2026-0001");
  EXPECT_EQ(issued["title"], "PLC-104 stopped");
  EXPECT_EQ(issued["actions"][0]["word"], "receive");
  EXPECT_EQ(in.center.ask(in.issuer, "PATCH", in.path, R"({"title":"y"})").status, 409);
  EXPECT_EQ(in.center.ask(in.issuer, "DELETE", in.path).status, 409);
  EXPECT_EQ(in.center.ask(in.works, "POST", in.path + "/comments", R"({"text":"which PLC?"})").status, 200);
  EXPECT_EQ(in.center.ask(in.works, "POST", in.path + "/transitions", R"({"action":"receive","version":1})").status,
            409);
  const auto entries = in.seen(in.above)["entries"];
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0]["to"], "issued");
  EXPECT_EQ(entries[0]["organisation"], "cn/js");
  EXPECT_EQ(entries[1]["reason"], "which PLC?");
  EXPECT_EQ(entries[1]["organisation"], "cn/js/works");
  in.draft();
  EXPECT_EQ(in.center.ask(in.issuer, "DELETE", in.path).status, 204);
  in.draft();
  in.act(in.issuer, "issue");
  EXPECT_EQ(in.seen(in.issuer)["number"], "center-2026-0002");
  EXPECT_EQ(in.center.json(in.issuer, "/api/v1/notices?state=issued&limit=1")["notices"].size(), 1u);
}

TEST(Notices, OthersIssueJointlyAndADeadlinePasses) {
  Case in;
  const std::string network = in.center.token(Role::analyst, "cn/js/works/office");  // below the addressee
  in.draft(R"(,"joint":["cn/js/other"],"deadline":"2026-03-03T00:00:00Z")");
  ASSERT_EQ(in.act(in.issuer, "issue").status, 200);
  EXPECT_EQ(in.center.ask(network, "GET", in.path).status, 404);
  EXPECT_EQ(in.seen(in.above)["actions"][0]["word"], "withdraw");  // above an issuer
  EXPECT_FALSE(in.seen(in.works)["overdue"]);
  in.center.clock.advance(day);
  EXPECT_TRUE(in.seen(in.works)["overdue"]);
  EXPECT_EQ(in.center.json(in.works, "/api/v1/notices?overdue=true")["notices"].size(), 1u);
  EXPECT_EQ(in.center.json(in.works, "/api/v1/notices?overdue=false")["notices"].size(), 0u);
  for (const char* action : {"receive", "fix", "submit"}) ASSERT_EQ(in.act(in.works, action, "done").status, 200);
  EXPECT_FALSE(in.seen(in.works)["overdue"]);  // the issuer's turn
}

TEST(Notices, TheIssuerSeesWhetherTheFaultIsStillSeen) {
  Case in;
  const std::string sensor = in.center.token(Role::ingest, "cn/js/works");
  Line now;
  now.time = "2026-03-02T12:00:00.000000+0000";
  ASSERT_EQ(in.center.ingest(sensor, 1, 2, TestCenter::alerts(1, 2, now)).status, 200);
  const auto listed = in.center.json(in.issuer, "/api/v1/alerts");
  in.draft(R"(,"evidence":[)" + listed["alerts"][0]["id"].dump() + "]");
  for (const char* action : {"issue", "receive", "fix", "submit"}) {
    in.center.clock.advance(minute);
    EXPECT_TRUE(in.seen(in.issuer)["recurrence"].is_null());
    ASSERT_EQ(in.act(std::string(action) == "issue" ? in.issuer : in.works, action, "done").status, 200);
  }
  in.center.clock.advance(hour);
  EXPECT_EQ(in.seen(in.issuer)["recurrence"]["alerts"], 0);
  Line later = now, elsewhere, another;
  later.time = elsewhere.time = another.time = "2026-03-02T12:30:00.000000+0000";
  later.seq = 3, elsewhere.seq = 4, another.seq = 5;
  elsewhere.src = "10.9.9.9", elsewhere.dst = "10.9.9.8";
  another.sid = 9'100'001;
  ASSERT_EQ(in.center.ingest(sensor, 3, 3, text_of(later) + text_of(elsewhere) + text_of(another)).status, 200);
  EXPECT_EQ(in.seen(in.issuer)["recurrence"]["alerts"], 1);
}

}  // namespace
}  // namespace langyan::center
