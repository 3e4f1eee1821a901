#include <gmock/gmock.h>

#include "center/test_routes.h"
#include "packs/refusal.h"

namespace langyan::center {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct PacksTest : testing::Test {
  Furnished center;
  const SigningKeyPair key = make_signing_key("cert");

  void SetUp() override { trust(key.trusted); }
  void trust(std::string_view keys) {
    SystemDisk files;
    ASSERT_TRUE(replace_file(files, center.folder.path() + "/packs.keys", bytes_of(keys)).ok());
  }
  std::string text(std::uint64_t version, const std::string& name = "cn-ot",
                   const std::string& rules = "# none\n") const {
    packs::Pack pack;
    pack.name = name, pack.version = version, pack.issued = "2026-11-29", pack.note_zh = "试验";
    pack.files = {{name + ".rules", rules}};
    return packs::sign_pack(pack, key.secret).take();
  }
  Answer post(const std::string& body, const std::string& organisation = "", const Credential& by = by_socket) {
    return center.ask(by, "POST", "/api/v1/packs" + (organisation.empty() ? "" : "?organisation=" + organisation), body,
                      Furnished::pack_header);
  }
  std::vector<std::string> listed(const std::string& token) {
    std::vector<std::string> names;
    const auto page = center.json(token, "/api/v1/packs");
    for (const auto& pack : page["packs"])
      names.push_back(pack["name"].get<std::string>() + std::to_string(pack["version"].get<int>()));
    return names;
  }
  std::uint64_t position = 5;  // what the center was furnished with
  std::string told(const std::string& token) {  // the revision a batch is answered with
    ++position;
    const Answer answer = center.ingest(token, position, 1, TestCenter::alerts(position, 1));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return nlohmann::json::parse(answer.body).value("packs", "");
  }
};

TEST_F(PacksTest, NothingStepsBackAndNothingStrangeComesIn) {
  EXPECT_EQ(post(text(7)).status, 201);
  EXPECT_EQ(post(text(8)).status, 201);
  const Answer older = post(text(7));
  EXPECT_EQ(older.status, 409);
  EXPECT_THAT(older.body, HasSubstr("a step back"));
  const auto why = [](const Answer& answer) { return nlohmann::json::parse(answer.body)["why"]; };
  EXPECT_EQ(why(older)["word"], "step-back");
  EXPECT_THAT(why(older)["zh"].get<std::string>(), HasSubstr("更新的版本"));
  const Answer other = post(text(8, "cn-ot", "# other\n"));
  EXPECT_EQ(other.status, 409);
  EXPECT_THAT(other.body, HasSubstr("another content"));
  EXPECT_EQ(why(other)["word"], "other-content");
  EXPECT_EQ(post(text(8)).status, 201) << "the same again";
  std::string changed = text(9);
  changed[changed.size() - 5] ^= 1;
  const Answer forged = post(changed);
  EXPECT_EQ(forged.status, 400);
  EXPECT_THAT(forged.body, HasSubstr("does not fit"));
  EXPECT_EQ(why(forged)["word"], "changed");
  EXPECT_EQ(post("x").status, 400);
  EXPECT_EQ(why(post("x"))["word"], "not-a-pack");
  trust(make_signing_key("other").trusted);
  EXPECT_THAT(post(text(9)).body, HasSubstr("not among the trusted ones"));
  EXPECT_EQ(why(post(text(9)))["word"], "key-not-trusted");
  trust("nonsense\n");
  EXPECT_EQ(why(post(text(9)))["word"], "keys-unreadable");
  EXPECT_THAT(listed(center.viewer_token), ElementsAre("cn-ot8"));
  EXPECT_EQ(center.ask({Credential::Kind::token, center.viewer_token}, "GET", "/api/v1/packs/cn-ot").body, text(8));
}

TEST_F(PacksTest, APackReachesThoseBelowAndNobodyBeside) {
  ASSERT_EQ(post(text(1, "everybody")).status, 201);
  ASSERT_EQ(post(text(1, "province"), "cn/js").status, 201);
  ASSERT_EQ(post(text(1, "works"), "cn/js/works-7").status, 201);
  const auto at = [&](const std::string& organisation) {
    return listed(center.token(Role::ingest, organisation, "s"));
  };
  EXPECT_THAT(at("cn/js/works-7"), ElementsAre("everybody1", "province1", "works1"));
  EXPECT_THAT(at("cn/js/works-8"), ElementsAre("everybody1", "province1"));
  EXPECT_THAT(at("cn/js"), ElementsAre("everybody1", "province1", "works1")) << "to be handed on";
  EXPECT_THAT(at("cn/zj"), ElementsAre("everybody1"));
  const Credential stranger{Credential::Kind::token, center.token(Role::ingest, "cn/zj", "s")};
  EXPECT_EQ(center.ask(stranger, "GET", "/api/v1/packs/province").status, 404);
  // Who gives policy in one place gives it there only.
  const Credential security = center.person("secure", Role::security, "cn/zj");
  EXPECT_EQ(post(text(2, "province"), "cn/js", security).status, 400);
  EXPECT_EQ(post(text(1, "own"), "cn/zj", security).status, 201);
}

TEST_F(PacksTest, AnAnswerToABatchSaysWhenThereIsSomethingNew) {
  const std::string& here = center.ingest_token;  // of the organisation local
  EXPECT_EQ(told(here), "");
  ASSERT_EQ(post(text(1, "elsewhere"), "cn/zj").status, 201);
  EXPECT_EQ(told(here), "");
  ASSERT_EQ(post(text(1), "local").status, 201);
  const std::string first = told(here);
  EXPECT_NE(first, "");
  EXPECT_EQ(told(here), first);
  ASSERT_EQ(post(text(2), "local").status, 201);
  EXPECT_NE(told(here), first);
}

TEST_F(PacksTest, WhatIsHeldOutlivesARestart) {
  ASSERT_EQ(post(text(7), "local").status, 201);
  center.restart();
  EXPECT_THAT(listed(center.viewer_token), ElementsAre("cn-ot7"));
  EXPECT_EQ(post(text(6)).status, 409);
  EXPECT_EQ(center.center->packs().versions().at("cn-ot"), 7u);
}

TEST_F(PacksTest, WhatComesFromAboveIsNotOverruledHere) {
  ASSERT_TRUE(center.center->packs().put(text(3), "cn", "center above", true).ok());
  const Answer own = post(text(4));
  EXPECT_EQ(own.status, 409);
  EXPECT_THAT(own.body, HasSubstr("issued by the center above"));
  EXPECT_EQ(nlohmann::json::parse(own.body)["why"]["word"], "from-above");
  EXPECT_TRUE(center.center->packs().put(text(4), "cn", "center above", true).ok());
  EXPECT_THAT(listed(center.viewer_token), ElementsAre("cn-ot4"));
}

TEST_F(PacksTest, WhyNoMoreAreTakenIsAWordInBothLanguages) {
  for (std::size_t i = 0; i < packs::most_packs; ++i) ASSERT_EQ(post(text(1, "p" + std::to_string(i))).status, 201);
  const auto full = nlohmann::json::parse(post(text(1, "one-more")).body);
  EXPECT_EQ(full["why"]["word"], "full") << full;
  SystemDisk disk;
  auto without_keys = Packs::open(center.center->documents(), disk, "");
  ASSERT_TRUE(without_keys.ok());
  const auto none = (*without_keys)->put(text(1), "", "test", false);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(packs::why_refused(none.error().message).word, "no-keys") << none.error().message;
}

TEST_F(PacksTest, WhoUsesWhichVersionFollowsFromWhatSensorsAndCentersSay) {
  ASSERT_EQ(post(text(7), "local").status, 201);
  ASSERT_EQ(post(text(3, "own"), "cn/zj").status, 201);
  std::uint64_t at = 3;  // of the bulk lane, after what the center was furnished with
  const auto says = [&](const std::string& more) {
    Line line;
    line.type = "stats", line.lane = "bulk", line.seq = at, line.more = more;
    const Answer answer = center.ingest(center.ingest_token, at++, 1, text_of(line), "bulk");
    ASSERT_EQ(answer.status, 200) << answer.body;
  };
  const auto row = [&](const std::string& query = "") {
    const auto page = center.json(center.viewer_token, "/api/v1/pack-usage?user=sensor" + query);
    return page["rows"].empty() ? nlohmann::json() : page["rows"][0];
  };
  EXPECT_EQ(row()["state"]["word"], "untold") << "it takes no packs";
  EXPECT_TRUE(row()["version"].is_null());
  says(R"(,"program":{"version":"1","rules":3,"packs":[]},"stats":{})");
  EXPECT_EQ(row()["state"]["word"], "behind");
  EXPECT_EQ(row()["wanted"], 7);
  EXPECT_TRUE(row()["why"].is_null());
  says(
      R"(,"program":{"packs":[{"name":"cn-ot","version":6,"since":"2026-03-01T00:00:00Z"}],"packs_refused":[{"name":"cn-ot","version":7,"reason":"a pack of the center: it is signed with the key x, which is not among the trusted ones"}]},"stats":{})");
  EXPECT_EQ(row()["state"]["word"], "refused");
  EXPECT_EQ(row()["version"], 6);
  EXPECT_THAT(row()["reason"].get<std::string>(), HasSubstr("the key x"));
  EXPECT_EQ(row()["why"]["word"], "key-not-trusted");
  says(
      R"(,"program":{"packs":[{"name":"cn-ot","version":6}],"packs_refused":[{"name":"cn-ot","version":5,"reason":"of before"}],"reload_refused":{"time":"2026-03-01T00:00:00Z","reason":"no rule is left"}},"stats":{})");
  EXPECT_EQ(row()["reason"], "no rule is left");
  EXPECT_EQ(row()["why"]["word"], "not-loaded");
  says(R"(,"program":{"packs":[{"name":"cn-ot","version":7,"since":"2026-03-02T00:00:00Z"}]},"stats":{})");
  EXPECT_EQ(row()["state"]["word"], "current");
  EXPECT_EQ(row()["since"], "2026-03-02T00:00:00Z");
  EXPECT_TRUE(row("&state=behind").is_null());
  EXPECT_TRUE(row("&name=own").is_null()) << "it does not reach this sensor";
  EXPECT_TRUE(row("&organisation=cn").is_null());
  const auto page = center.json(center.viewer_token, "/api/v1/pack-usage?state=behind");
  ASSERT_THAT(page["packs"], SizeIs(2));
  EXPECT_EQ(page["packs"][0]["states"][3]["word"], "current");
  EXPECT_EQ(page["packs"][0]["states"][3]["count"], 1) << "counts are not filtered";
}

TEST_F(PacksTest, WhatTheCenterAboveHasAndWasNotTakenIsToldUntilItIs) {
  Packs& packs = center.center->packs();
  packs.note_refused({"cn-ot", 8, "the key is not trusted"});
  ASSERT_THAT(packs.refused(), SizeIs(1));
  EXPECT_EQ(packs.refused()[0].reason, "the key is not trusted");
  ASSERT_TRUE(packs.put(text(7), "cn", "center above", true).ok());
  EXPECT_THAT(packs.refused(), SizeIs(1));
  ASSERT_TRUE(packs.put(text(8), "cn", "center above", true).ok());
  EXPECT_THAT(packs.refused(), IsEmpty());
}

}  // namespace
}  // namespace langyan::center
