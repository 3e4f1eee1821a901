#include "center/release_policy.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace langyan::center {
namespace {

constexpr std::string_view frame =
    R"("timestamp":"2026-03-02T11:00:00.000000+0000","event_type":"alert","origin":{"sensor":"s","epoch":"00000000000000e1","lane":"alert","seq":7})";
constexpr std::string_view passed = R"(,"organisation":"cn/js","via":["js"]})";

std::string released(const Release& release, const std::string& more, ReleasePolicy::Held* held = nullptr) {
  auto policy = ReleasePolicy::of(release);
  EXPECT_TRUE(policy.ok());
  std::string out;
  const std::string line = "{" + std::string(frame) + more + "}";
  return policy->release(line, {"js", "cn/js"}, out, held) ? out : "nothing";
}
std::string expected(const std::string& more) {
  return "{" + std::string(frame) + more + std::string(passed);
}

TEST(ReleasePolicy, WhatNoEntryNamesStays) {
  const Release release{{"alert"}, {"src_ip", "alert.signature", "ot.verb", "rollup.*"}};
  struct Case {
    const char *line, *leaves;
  };
  const Case cases[] = {
      {"", ""},
      {R"(,"src_ip":"10.0.0.1","payload":"c2VjcmV0")", R"(,"src_ip":"10.0.0.1")"},
      {R"(,"alert":{"signature":"a \"b\"","action":"allowed"})", R"(,"alert":{"signature":"a \"b\""})"},
      {R"(,"alert":{"action":"allowed"})", ""},
      {R"(,"alert":"signature")", ""},  // another kind than the path says
      {R"(,"src_ip":{"deep":1})", ""},  // a value is named, not what is below it
      {R"(,"src_ip":["1.1.1.1",{"deep":1},"2.2.2.2"])", R"(,"src_ip":["1.1.1.1","2.2.2.2"])"},
      {R"(,"ot":[{"verb":"write","value":5},{"verb":"read"},{"value":6}])",
       R"(,"ot":[{"verb":"write"},{"verb":"read"}])"},
      {R"(,"rollup":{"a":{"b":[1,{"c":2.5}]},"d":null})", R"(,"rollup":{"a":{"b":[1,{"c":2.5}]},"d":null})"},
      {R"(,"rollup":"text")", ""},
      {R"(,"flow_id":18446744073709551615)", ""},
      {R"(,"organisation":"cn/bj")", ""},  // only this center says so
  };
  for (const Case& each : cases) EXPECT_EQ(released(release, each.line), expected(each.leaves)) << each.line;
}

TEST(ReleasePolicy, OfTheOriginItsFourMembersGo) {
  auto policy = ReleasePolicy::of({{"alert"}, {}});
  std::string out;
  ASSERT_TRUE(policy->release(
      R"({"event_type":"alert","origin":{"sensor":"s","host":"secret","seq":7},"x":1})", {"js", "cn"}, out));
  EXPECT_EQ(out, R"({"event_type":"alert","origin":{"sensor":"s","seq":7},"organisation":"cn","via":["js"]})");
}

TEST(ReleasePolicy, TheWayIsWrittenDownAndNotGoneTwice) {
  const Release release{{"alert"}, {"via.*"}};
  EXPECT_EQ(nlohmann::json::parse(released(release, R"(,"via":["a","b"])"))["via"],
            nlohmann::json::parse(R"(["a","b","js"])"));
  EXPECT_EQ(released(release, R"(,"via":["a","js","b"])"), "nothing");
  EXPECT_EQ(released(release, R"(,"via":["1","2","3","4","5","6","7","8"])"), "nothing");
}

TEST(ReleasePolicy, OtherTypesAndNoEventsStay) {
  EXPECT_EQ(released({{"stats"}, {"src_ip"}}, ""), "nothing");
  EXPECT_EQ(released({{}, {}}, ""), "nothing");
  auto policy = ReleasePolicy::of({{"alert"}, {}});
  std::string out;
  for (const char* line : {"", "[]", "{", R"({"event_type":7})", R"({"no":1})"})
    EXPECT_FALSE(policy->release(line, {"js", "cn"}, out)) << line;
}

TEST(ReleasePolicy, WhatStaysIsCountedByPath) {
  ReleasePolicy::Held held;
  released({{"alert"}, {"ot.verb"}}, R"(,"ot":[{"verb":"w","value":1},{"value":2}],"packet":"x","a":{"b":{"c":1}})",
           &held);
  EXPECT_EQ(held, (ReleasePolicy::Held{{"ot.value", 2}, {"packet", 1}, {"a", 1}}));
}

TEST(ReleasePolicy, EntriesThatMeanNothingAreRefused) {
  for (const char* path : {"", "*", "a..b", "a.*.b", "a*", ".a", "a.", "a b"})
    EXPECT_FALSE(ReleasePolicy::of({{"alert"}, {path}}).ok()) << path;
  for (const char* type : {"", "alert_state", "a b", "a\"b"})
    EXPECT_FALSE(ReleasePolicy::of({{type}, {}}).ok()) << type;
}

}  // namespace
}  // namespace langyan::center
