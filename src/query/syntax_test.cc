#include <gtest/gtest.h>

#include "query/syntax.h"

namespace langyan::query {
namespace {

std::string again(std::string_view text) {
  const Parsed parsed = parse(text);
  EXPECT_TRUE(parsed.faults.empty()) << text << ": " << (parsed.faults.empty() ? "" : parsed.faults[0].message.en);
  return render(parsed.query);
}

struct Bad {
  std::string code, at;
};
Bad bad(std::string_view text) {
  const Parsed parsed = parse(text);
  if (parsed.faults.empty()) return {"none", {}};
  const Fault& fault = parsed.faults[0];
  EXPECT_FALSE(fault.message.en.empty() || fault.message.zh.empty() || fault.advice.en.empty() ||
               fault.advice.zh.empty());
  EXPECT_LE(fault.span.begin, fault.span.end);
  return {std::string(fault.code), std::string(text.substr(fault.span.begin, fault.span.end - fault.span.begin))};
}

TEST(Syntax, WhatUsersTypeIsRead) {
  struct Row {
    std::string_view typed, canonical;
  };
  constexpr Row rows[] = {
      {"", ""},
      {"  ", ""},
      {"src:10.0.0.1", "src:10.0.0.1"},
      {"src : 10.0.0.1", "src:10.0.0.1"},
      {"a:1 b:2", "a:1 and b:2"},
      {"a:1 AND b:2 Or c:3", "a:1 and b:2 or c:3"},
      {"a:1 (b:2 or c:3)", "a:1 and (b:2 or c:3)"},
      {"((a:1))", "a:1"},
      {"(a:1 b:2) or c:3", "a:1 and b:2 or c:3"},
      {"a:1 (b:2 c:3)", "a:1 and (b:2 and c:3)"},
      {"not a:1", "not a:1"},
      {"-a:1 !b:2", "not a:1 and not b:2"},
      {"not not a:1", "a:1"},
      {"not (not a:1)", "not (not a:1)"},
      {"not (a:1 or b:2)", "not (a:1 or b:2)"},
      {"severity>=high and dst.level:1 and op:(write or program) and not src:$ews",
       "severity>=high and dst.level:1 and op:(write or program) and not src:$ews"},
      {"proto:modbus fc:(5 or 6 or 15 or 16) | groupby -matrix src.asset dst.asset",
       "proto:modbus and fc:(5 or 6 or 15 or 16) | groupby -matrix src.asset dst.asset"},
      {"asset:\"PLC-104\" reg:40001 | timechart 5m", "asset:\"PLC-104\" and reg:40001 | timechart 5m"},
      {"tech:T0843 prov:32 | groupby ent | sortby count^ | head 20",
       "tech:T0843 and prov:32 | groupby ent | sortby count^ | head 20"},
      {"fresh:writer | groupby -sankey src.ip dst.asset", "fresh:writer | groupby -sankey src.ip dst.asset"},
      {"| stats count() avg(value), max( value ) by src,dst", "| stats count() avg(value) max(value) by src dst"},
      {"| timechart by sid", "| timechart by sid"},
      {"src:fe80::1 mac:00:11:22:33:44:55", "src:fe80::1 and mac:00:11:22:33:44:55"},
      {"fe80::1 00:11:22:33:44:55 10.0.0.0/8", "fe80::1 and 00:11:22:33:44:55 and 10.0.0.0/8"},
      {"dead: beef::1", "dead: beef::1"},
      {"time>=2026-03-02T08:00:00Z @from:-24h", "time>=2026-03-02T08:00:00Z and @from:-24h"},
      {"sid:1,2,3", "sid:(1 or 2 or 3)"},
      {"sid:(1, 2 3)", "sid:(1 or 2 or 3)"},
      {"value:-5..5 value:>=3 value==2", "value:-5..5 and value>=3 and value=2"},
      {"write* *pump*1 a:b\\ c*", "write* and *pump*1 and a:b\\ c*"},
      {"a:**", "a:*"},
      {"\"a \\\"quote\\\" \\\\ in\"", "\"a \\\"quote\\\" \\\\ in\""},
      {"a:or", "a:\"or\""},
      {"a:\\$ews", "a:\"$ews\""},
      {"a: =5", "a:\"=5\""},
      {"(-)", "-"},
      {"signature:写*", "signature:\\写*"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(again(row.typed), row.canonical) << row.typed;
    EXPECT_EQ(again(row.canonical), row.canonical) << row.typed;
  }
}

TEST(Syntax, FullWidthFormsCountAsAscii) {
  EXPECT_EQ(again("源地址：１０.0.0.1　目的端口＞＝５０２"), "源地址:10.0.0.1 and 目的端口>=502");
  EXPECT_EQ(again("sid：（1，2、3）"), "sid:(1 or 2 or 3)");
  EXPECT_EQ(again("rule：“写 操作：（一）”"), "rule:\"写 操作：（一）\"");
  EXPECT_EQ(again("rule：＊写＊ 且 非 a：1 或 b≠2"), "rule:*\\写* and not a:1 or b!=2");
  EXPECT_EQ(again("severity≥high ｜ head ５"), "severity>=high | head 5");
  EXPECT_EQ(again("a：‘x’ b:＂y＂"), "a:\"x\" and b:\"y\"");
}

TEST(Syntax, FaultsSayWhereAndWhat) {
  EXPECT_EQ(bad("a:1 and").code, "missing-condition");
  EXPECT_EQ(bad("and a:1").code, "missing-condition");
  EXPECT_EQ(bad("(a:1").code, "open-parenthesis");
  EXPECT_EQ(bad("(a:1").at, "(");
  EXPECT_EQ(bad("a:1)").code, "unopened-parenthesis");
  EXPECT_EQ(bad("a:1)").at, ")");
  EXPECT_EQ(bad("a:").code, "missing-value");
  EXPECT_EQ(bad("a:()").code, "missing-value");
  EXPECT_EQ(bad("a:(1").code, "open-parenthesis");
  EXPECT_EQ(bad("a:(1 and 2)").code, "not-a-list");
  EXPECT_EQ(bad("a>(1 or 2)").code, "list-of-bounds");
  EXPECT_EQ(bad("a>1,2").code, "list-of-bounds");
  EXPECT_EQ(bad("a:1, b:2").code, "stray-comma");
  EXPECT_EQ(bad(":5").code, "missing-field");
  EXPECT_EQ(bad("a:\"x").code, "open-quote");
  EXPECT_EQ(bad("a:\"x").at, "\"x");
  EXPECT_EQ(bad("a:x\\").code, "stray-backslash");
  EXPECT_EQ(bad("a:\x01").code, "control-character");
  EXPECT_EQ(bad("a:\xff").code, "not-utf8");
  EXPECT_EQ(bad("a:1 | grupby src").code, "unknown-segment");
  EXPECT_EQ(bad("a:1 | grupby src").at, "grupby");
  EXPECT_EQ(parse("| grupby src").faults[0].fix, "groupby");
  EXPECT_EQ(bad("| groupby -tart src").code, "unknown-style");
  EXPECT_EQ(bad("| groupby").code, "missing-field");
  EXPECT_EQ(bad("| head 0").code, "bad-number");
  EXPECT_EQ(bad("| head 10001").code, "bad-number");
  EXPECT_EQ(bad("| stats avg(value").code, "bad-function");
  EXPECT_EQ(bad("| timechart 5m dst").code, "unexpected");
  EXPECT_EQ(bad("源：（1").at, "（");  // spans are of what was typed
}

TEST(Syntax, EveryCapIsHeld) {
  const auto repeat = [](std::string_view part, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += part;
    return text;
  };
  EXPECT_EQ(bad(repeat("a", query_bytes + 1)).code, "too-long");
  EXPECT_EQ(bad(repeat("(", query_depth) + "a" + repeat(")", query_depth)).code, "none");
  EXPECT_EQ(bad(repeat("(", query_depth + 1) + "a" + repeat(")", query_depth + 1)).code, "too-deep");
  EXPECT_EQ(bad(repeat("(", query_bytes)).code, "too-deep");
  EXPECT_EQ(bad(repeat("a ", query_terms)).code, "none");
  EXPECT_EQ(bad(repeat("a ", query_terms + 1)).code, "too-many-terms");
  EXPECT_EQ(bad("a:1" + repeat(",1", query_values - 1)).code, "none");
  EXPECT_EQ(bad("a:1" + repeat(",1", query_values)).code, "too-many-values");
  EXPECT_EQ(bad("a:" + repeat("*x", value_stars)).code, "none");
  EXPECT_EQ(bad("a:" + repeat("*x", value_stars + 1)).code, "too-many-stars");
  EXPECT_EQ(bad(repeat("|head 1", query_segments)).code, "none");
  EXPECT_EQ(bad(repeat("|head 1", query_segments + 1)).code, "too-many-segments");
  EXPECT_EQ(bad("| table" + repeat(" a", segment_fields)).code, "none");
  EXPECT_EQ(bad("| table" + repeat(" a", segment_fields + 1)).code, "too-many-fields");
  EXPECT_EQ(bad(repeat("not ", 2'000) + "a").code, "none");  // no depth at all
  EXPECT_EQ(again(repeat("! ", 0) + repeat("-", 101) + "a"), "not a");
}

TEST(Syntax, ACutQueryNeverDoesHarm) {
  const std::string whole =
      "severity≥high （src:10.0.0.0/8 or not rule:“写 *”） fc:(1 or 2*) | stats avg(value) by src | head 5";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const Parsed parsed = parse(std::string_view(whole).substr(0, size));
    if (parsed.faults.empty()) {
      EXPECT_EQ(again(render(parsed.query)), render(parsed.query)) << size;
    } else {
      EXPECT_LE(parsed.faults[0].span.begin, size);
      EXPECT_LE(parsed.faults[0].span.end, size + 1);
    }
  }
}

TEST(Syntax, PositionsForBrowsersAreUtf16) {
  EXPECT_EQ(utf16_position("a写\xf0\x9f\x98\x80z", 1), 1u);
  EXPECT_EQ(utf16_position("a写\xf0\x9f\x98\x80z", 4), 2u);
  EXPECT_EQ(utf16_position("a写\xf0\x9f\x98\x80z", 8), 4u);
  EXPECT_EQ(utf16_position("a写\xf0\x9f\x98\x80z", 99), 5u);
  EXPECT_EQ(octet_position("a写\xf0\x9f\x98\x80z", 2), 4u);
  EXPECT_EQ(octet_position("a写\xf0\x9f\x98\x80z", 4), 8u);
  EXPECT_EQ(octet_position("a写", 99), 4u);
}

}  // namespace
}  // namespace langyan::query
