// Evidence of a notice: asked for, provided in full or declined; what travels holds together.
#include <gtest/gtest.h>

#include "center/evidence.h"
#include "center/notices.h"
#include "center/test_center.h"

namespace langyan::center {
namespace {

struct Case {
  TestCenter center;
  std::string issuer = center.token(Role::analyst, "cn/js"), works = center.token(Role::analyst, "cn/js/works");
  std::vector<std::string> ids;
  std::string path;

  explicit Case(bool evidence = true) {
    Line line;
    line.more = R"(,"packet":"AAECAwQFBgcICQoLCAA=","value":1.50)";
    EXPECT_EQ(center.ingest(center.token(Role::ingest, "cn/js/works"), 1, 3, TestCenter::alerts(1, 3, line)).status,
              200);
    const auto listed = center.json(issuer, "/api/v1/alerts");
    for (const auto& alert : listed["alerts"]) ids.push_back(alert["id"]);
    const nlohmann::json wish = {{"kind", "incident"}, {"title", "PLC stopped"}, {"organisation", "cn/js/works"},
                                 {"evidence", evidence ? nlohmann::json{ids[0], ids[2]} : nlohmann::json::array()}};
    const Answer made = center.ask(issuer, "POST", "/api/v1/notices", wish.dump());
    EXPECT_EQ(made.status, 201) << made.body;
    path = "/api/v1/notices/" + nlohmann::json::parse(made.body)["id"].get<std::string>();
    EXPECT_EQ(act(issuer, "issue").status, 200);
  }
  Answer act(const std::string& by, const std::string& action, const std::string& reason = "why") {
    return center.ask(by, "POST", path + "/transitions",
                      R"({"action":")" + action + R"(","reason":")" + reason + R"("})");
  }
  std::string request(const std::string& by) { return center.json(by, path)["request"]["word"]; }
  std::vector<std::string> actions(const std::string& by) {
    std::vector<std::string> all;
    const auto notice = center.json(by, path);
    for (const auto& action : notice["actions"]) all.push_back(action["word"]);
    return all;
  }
};

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

TEST(NoticeEvidence, IsAskedForAndProvidedInFull) {
  Case in;
  EXPECT_TRUE(has(in.actions(in.issuer), "request"));
  EXPECT_FALSE(has(in.actions(in.works), "provide"));
  EXPECT_EQ(in.act(in.works, "provide").status, 409);  // nobody asked
  EXPECT_EQ(in.act(in.issuer, "request", "").status, 400);
  ASSERT_EQ(in.act(in.issuer, "request").status, 200);
  EXPECT_EQ(in.request(in.works), "asked");
  EXPECT_EQ(in.act(in.issuer, "request").status, 409);
  EXPECT_EQ(in.act(in.issuer, "provide").status, 403);
  EXPECT_EQ(in.act(in.works, "receive").status, 200);  // goes its way meanwhile
  const auto before = in.center.json(in.works, in.path + "/evidence");
  EXPECT_FALSE(before["provided"]);
  ASSERT_EQ(before["events"].size(), 2u);
  EXPECT_EQ(before["events"][0]["id"], in.ids[0]);
  EXPECT_TRUE(has(in.actions(in.works), "provide") && has(in.actions(in.works), "decline"));
  ASSERT_EQ(in.act(in.works, "provide", "").status, 200);
  const auto notice = in.center.json(in.issuer, in.path);
  EXPECT_EQ(notice["request"]["word"], "provided");
  EXPECT_EQ(notice["state"]["word"], "received");
  EXPECT_EQ(notice["entries"].back()["provided"]["count"], 2);
  EXPECT_EQ(notice["entries"].back()["provided"]["missing"], 0);
  const auto seen = in.center.json(in.issuer, in.path + "/evidence");
  EXPECT_TRUE(seen["provided"]);
  ASSERT_EQ(seen["events"].size(), 2u);
  EXPECT_TRUE(seen["events"][0]["id"].is_null());
  EXPECT_EQ(seen["events"][0]["event"], in.center.json(in.issuer, "/api/v1/alerts/" + in.ids[0])["alert"]["event"]);
  const Answer file = in.center.ask(in.issuer, "GET", in.path + "/pcap");
  ASSERT_EQ(file.status, 200);
  EXPECT_EQ(file.body.substr(0, 4), "\x0a\x0d\x0d\x0a");
  std::size_t packets = 0;
  for (std::size_t at = 0; (at = file.body.find("\x08\x09\x0a\x0b\x08", at)) != std::string::npos; ++at) ++packets;
  EXPECT_EQ(packets, 2u);
  EXPECT_EQ(in.act(in.issuer, "request").status, 200);  // once more
}

TEST(NoticeEvidence, IsDeclinedWithAReason) {
  Case in;
  ASSERT_EQ(in.act(in.issuer, "request").status, 200);
  EXPECT_EQ(in.act(in.works, "decline", "").status, 400);
  ASSERT_EQ(in.act(in.works, "decline", "it is a trade secret").status, 200);
  EXPECT_EQ(in.request(in.issuer), "declined");
  EXPECT_EQ(in.act(in.works, "provide").status, 409);
  EXPECT_FALSE(in.center.json(in.issuer, in.path + "/evidence")["provided"]);
  EXPECT_TRUE(has(in.actions(in.issuer), "request"));
}

TEST(NoticeEvidence, NeedsEvidenceToAskForAndSomethingToProvide) {
  Case none(false);
  EXPECT_FALSE(has(none.actions(none.issuer), "request"));
  EXPECT_EQ(none.act(none.issuer, "request").status, 409);
  EXPECT_EQ(none.center.ask(none.issuer, "GET", none.path + "/pcap").status, 404);
  Case in;
  ASSERT_EQ(in.act(in.issuer, "request").status, 200);
  const std::string office =
      in.center.token(Role::analyst, "cn/js/works/office");  // below; sees neither notice nor events
  EXPECT_EQ(in.act(office, "provide").status, 404);
}

Copies copies_like(std::size_t count, std::size_t octets) {
  Copies copies;
  for (std::size_t i = 0; i < count; ++i)
    copies.events.emplace_back().json =
        R"({"timestamp":"2026-03-02T08:00:00.000000+0000","origin":{"sensor":"s1","epoch":"0000000000000007","lane":"alert","seq":)" +
        std::to_string(i + 1) + R"(},"packet":")" + std::string(octets, 'A') + "\"}";
  return copies;
}

std::optional<Provided> read(const std::string& text, bool whole = true) {
  simdjson::dom::parser parser;
  simdjson::dom::element from;
  EXPECT_EQ(parser.parse(text).get(from), simdjson::SUCCESS);
  return Provided::read(from, whole);
}

TEST(NoticeEvidence, WhatTravelsHoldsTogether) {
  const Provided two = Provided::of(copies_like(2, 100));
  std::string text;
  JsonWriter json(text);
  two.write(json);
  const auto again = read(text);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->lines, two.lines);
  EXPECT_EQ(again->sum, two.sum);
  EXPECT_TRUE(read(text, false)->lines.empty());
  const auto whole = nlohmann::json::parse(text);
  std::vector<nlohmann::json> bad(6, whole);
  bad[0]["lines"].erase(1);
  bad[1]["lines"][0]["packet"] = "BBBB";
  std::swap(bad[2]["lines"][0], bad[2]["lines"][1]);
  bad[3]["sum"] = "00";
  bad[4]["count"] = 0;
  bad[5]["missing"] = most_evidence + 1;
  for (const auto& each : bad) EXPECT_FALSE(read(each.dump()).has_value()) << each;
}

TEST(NoticeEvidence, WhatIsTooLargeIsCountedAndTheRestGoes) {
  const Provided some = Provided::of(copies_like(8, 100'000));
  EXPECT_EQ(some.count, 5u);
  EXPECT_EQ(some.too_large, 3u);
  EXPECT_EQ(some.lines.size(), 5u);
}

}  // namespace
}  // namespace langyan::center
