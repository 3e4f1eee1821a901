// How a rule is found in files and packs, and who is shown which.
#include "center/rule_text.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>

#include "base/disk.h"
#include "center/test_routes.h"

namespace langyan::center {
namespace {

constexpr std::string_view file_text =
    "\xef\xbb\xbf# sid:3; is off: alert ip any any -> any any (msg:\"no\"; sid:3;)\r\n"
    "alert ip any any -> any any (msg:\"one\"; sid:1; rev:4;)\r\n"
    "\n"
    "  alert tcp any any -> any 502 ( \\\n"
    "    msg:\"two \\; sid:9; with \\\"quotes\\\"\"; \\\n"
    "    sid : 2 \\\n"
    "; gid:7;)\n"
    "# ends in a backslash \\\n"
    "alert ip any any -> any any (msg:\"three\"; sid:30;)\n"
    "alert ip any any -> any any (msg:\"no end\"; sid:31; \\";

TEST(FindRule, HandsOutTheRuleAsItStands) {
  const auto one = find_rule(file_text, {1, 1});
  ASSERT_TRUE(one);
  EXPECT_EQ(one->text, "alert ip any any -> any any (msg:\"one\"; sid:1; rev:4;)");
  EXPECT_EQ(one->line, 2u);
  EXPECT_EQ(one->rev, 4u);
  const auto two = find_rule(file_text, {7, 2});
  ASSERT_TRUE(two);
  EXPECT_EQ(two->line, 4u);
  EXPECT_EQ(two->rev, 0u);
  EXPECT_TRUE(two->text.starts_with("alert tcp any any -> any 502 ( \\\n    msg:")) << two->text;
  EXPECT_TRUE(two->text.ends_with("\n    sid : 2 \\\n; gid:7;)")) << two->text;
  EXPECT_EQ(find_rule(file_text, {1, 30})->line, 9u);
  EXPECT_EQ(find_rule(file_text, {1, 31})->line, 10u);
}

TEST(FindRule, FindsNoneThatIsOffOrOfAnotherNumber) {
  for (const RuleNumber number : {RuleNumber{1, 3}, {1, 2}, {7, 1}, {1, 9}, {1, 0}, {1, 4}})
    EXPECT_FALSE(find_rule(file_text, number)) << number.gid << ":" << number.sid;
  EXPECT_FALSE(find_rule("", {1, 1}));
  EXPECT_FALSE(find_rule("alert sid:1;", {1, 1}));
  EXPECT_FALSE(find_rule("\\", {1, 1}));
  EXPECT_FALSE(find_rule("alert ip any any -> any any (sid:1x;)", {1, 1}));
}

// Every rule of the program, by what a plain expression takes for its number.
TEST(FindRule, FindsEveryRuleOfTheProgram) {
  SystemDisk disk;
  const std::string folder = LANGYAN_SOURCE_DIR "/rules";
  const std::regex number("[; (]sid: *([0-9]+) *;");
  std::set<std::string> seen;
  const auto names = disk.list(folder);
  ASSERT_TRUE(names.ok());
  for (const std::string& name : *names) {
    if (!name.ends_with(".rules")) continue;
    const auto text = read_file(disk, folder + "/" + name);
    ASSERT_TRUE(text.ok());
    std::istringstream lines(*text);
    std::uint64_t at = 0;
    for (std::string line; std::getline(lines, line);) {
      ++at;
      std::smatch found;
      if (line.starts_with("#") || !std::regex_search(line, found, number)) continue;
      const auto rule = find_rule(*text, {1, std::stoull(found[1])});
      ASSERT_TRUE(rule) << name << ":" << at;
      EXPECT_LE(rule->line, at);
      EXPECT_NE(rule->text.find(line.substr(line.find_first_not_of(' '))), std::string::npos) << name << ":" << at;
      seen.insert(found[1]);
    }
  }
  EXPECT_GT(seen.size(), 400u);
}

struct RuleTextTest : testing::Test {
  Furnished center;
  const SigningKeyPair key = make_signing_key("cert");

  void SetUp() override {
    SystemDisk files;
    ASSERT_TRUE(replace_file(files, center.folder.path() + "/packs.keys", bytes_of(key.trusted)).ok());
  }
  void issue(const std::string& name, std::uint64_t version, const std::string& rules,
             const std::string& organisation) {
    packs::Pack pack;
    pack.name = name, pack.version = version, pack.issued = "2026-11-29";
    if (!rules.empty()) pack.files = {{"notes.txt", rules}, {name + ".rules", rules}};
    const Answer answer = center.ask(by_socket, "POST", "/api/v1/packs?organisation=" + organisation,
                                     packs::sign_pack(pack, key.secret).take(), Furnished::pack_header);
    ASSERT_EQ(answer.status, 201) << answer.body;
  }
  nlohmann::json of(const std::string& sid, const std::string& organisation = Furnished::organisation) {
    return center.json(center.token(Role::viewer, organisation), "/api/v1/rules/" + sid);
  }
};

const std::string own = "# head\nalert ip any any -> any any (msg:\"泵\"; sid:1000001; rev:1;)\n";

TEST_F(RuleTextTest, APackTellsWhereItStandsAndReachesWhomItIsFor) {
  issue("cn-ot", 7, own, "local");
  const auto found = of("1000001");
  EXPECT_EQ(found["state"]["word"], "known");
  ASSERT_EQ(found["texts"].size(), 1u);
  const auto& text = found["texts"][0];
  EXPECT_EQ(text["origin"]["word"], "pack");
  EXPECT_EQ(text["pack"], "cn-ot");
  EXPECT_EQ(text["version"], "7");
  EXPECT_EQ(text["file"], "cn-ot.rules");
  EXPECT_EQ(text["line"], 2);
  EXPECT_EQ(text["rev"], 1);
  EXPECT_EQ(text["whole"], true);
  EXPECT_EQ(text["text"], "alert ip any any -> any any (msg:\"泵\"; sid:1000001; rev:1;)");
  EXPECT_EQ(of("1000001", "local/works")["texts"].size(), 1u) << "it is handed down";
  for (const std::string organisation : {"local-north", "cn"}) {
    const auto none = of("1000001", organisation);
    EXPECT_EQ(none["state"]["word"], "elsewhere") << organisation;
    EXPECT_TRUE(none["texts"].empty()) << organisation;
  }
  EXPECT_TRUE(of("1000001?gid=2")["texts"].empty());
  issue("cn-ot", 8, "", "local");
  EXPECT_EQ(of("1000001")["state"]["word"], "elsewhere") << "it was taken back";
}

TEST_F(RuleTextTest, APackWhoseKeyIsTrustedNoMoreTellsNothing) {
  issue("cn-ot", 7, own, "local");
  SystemDisk files;
  ASSERT_TRUE(
      replace_file(files, center.folder.path() + "/packs.keys", bytes_of(make_signing_key("other").trusted)).ok());
  EXPECT_EQ(of("1000001")["state"]["word"], "elsewhere");
}

TEST_F(RuleTextTest, ARuleOfTheProgramIsShownAndTheHighestRevisionFirst) {
  const auto alone = of("9120040");
  EXPECT_EQ(alone["state"]["word"], "known");
  ASSERT_EQ(alone["texts"].size(), 1u);
  EXPECT_EQ(alone["texts"][0]["origin"]["word"], "program");
  EXPECT_EQ(alone["texts"][0]["pack"], "");
  EXPECT_EQ(alone["texts"][0]["file"], "access.rules");
  EXPECT_TRUE(alone["texts"][0]["text"].get<std::string>().starts_with("alert "));
  const auto rev = alone["texts"][0]["rev"].get<int>();
  issue("newer", 1, "alert ip any any -> any any (msg:\"n\"; sid:9120040; rev:" + std::to_string(rev + 1) + ";)\n",
        "local");
  issue("older", 1, "alert ip any any -> any any (msg:\"o\"; sid:9120040; rev:0;)\n", "local");
  const auto three = of("9120040")["texts"];
  ASSERT_EQ(three.size(), 3u);
  EXPECT_EQ(three[0]["pack"], "newer");
  EXPECT_EQ(three[1]["pack"], "");
  EXPECT_EQ(three[2]["pack"], "older");
}

TEST_F(RuleTextTest, WhatHasNoTextIsSaidToBeBuiltInOrElsewhere) {
  const std::string catalogue =
      R"({"detections":[{"gid":1,"sid":9107600,"name":"habit.new_client"},{"gid":1,"sid":9199999,"title":{"en":"t"}}]})";
  center.clock.advance(second);  // it is the newest
  ASSERT_EQ(center.ask(center.ingest_token, "PUT", "/api/v1/catalogues/" + sha256_hex(catalogue), catalogue).status,
            201);
  EXPECT_EQ(of("9107600")["state"]["word"], "built-in");
  EXPECT_EQ(of("9107600?gid=2")["state"]["word"], "elsewhere");
  EXPECT_EQ(of("9199999")["state"]["word"], "elsewhere") << "explained, so a rule";
  EXPECT_EQ(of("55")["state"]["word"], "elsewhere");
}

TEST_F(RuleTextTest, ALongRuleIsCutBetweenCharacters) {
  std::string rule = "alert ip any any -> any any (msg:\"long\"; sid:1000001; rev:1; metadata:a ";
  while (rule.size() < longest_rule_text + 100) rule += "泵";
  issue("cn-ot", 1, rule + ";)\n", "local");
  const auto text = of("1000001")["texts"][0];
  EXPECT_EQ(text["whole"], false);
  EXPECT_LE(text["text"].get<std::string>().size(), longest_rule_text);
  EXPECT_GT(text["text"].get<std::string>().size(), longest_rule_text - 4);
}

TEST_F(RuleTextTest, ANumberThatIsNoneIsRefused) {
  const Credential viewer{Credential::Kind::token, center.viewer_token};
  for (const char* wrong : {"0", "x", "-1", "4294967296", "1?gid=0"})
    EXPECT_EQ(center.ask(viewer, "GET", std::string("/api/v1/rules/") + wrong).status, 400) << wrong;
}

}  // namespace
}  // namespace langyan::center
