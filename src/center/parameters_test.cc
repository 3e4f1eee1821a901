#include "center/parameters.h"

#include <gtest/gtest.h>

namespace langyan::center {
namespace {

const Time now = *parse_timestamp("2026-03-02T12:00:00Z");
constexpr Parameter rows[] = {
    {"n", ParameterKind::number, "A number.", false, 1, 10, {}, "3"},
    {"list", ParameterKind::number, "Numbers.", true},
    {"texts", ParameterKind::text, "Texts.", true},
    {"at", ParameterKind::time, "A time."},
    {"span", ParameterKind::duration, "A span.", false, 1'000'000, 3'600'000'000},
    {"must", ParameterKind::text, "It must be there.", false, 0, 0, {}, {}, true},
};

std::variant<Parameters, Problem> parse(std::string_view query) {
  return Parameters::parse(rows, query, {}, now);
}
Parameters good(std::string_view query) {
  auto parsed = parse(query);
  const auto* problem = std::get_if<Problem>(&parsed);
  EXPECT_EQ(problem, nullptr) << (problem ? problem->response().body : "");
  return problem ? Parameters() : std::get<Parameters>(parsed);
}

TEST(Parameters, ReadsValuesAndFallbacks) {
  const auto given = good("must=a%20b+c&n=10&list=1,2&list=3&texts=a,b&at=-90m&span=5m&&");
  EXPECT_EQ(given.text("must"), "a b c");
  EXPECT_EQ(given.number("n"), 10u);
  EXPECT_EQ(given.list("list"), (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_EQ(given.list("texts"), std::vector<std::string>{"a,b"});  // a text may hold a comma
  EXPECT_EQ(given.time("at"), now - 90 * minute);
  EXPECT_EQ(given.duration("span"), 5 * minute);
  const auto fallen = good("must=x");
  EXPECT_EQ(fallen.number("n"), 3u);
  EXPECT_FALSE(fallen.has("n"));
  EXPECT_FALSE(fallen.time("at"));
}

TEST(Parameters, RefusesEachMistake) {
  for (const char* query : {"",
                            "must=",
                            "must=a&n=0",
                            "must=a&n=11",
                            "must=a&n=1&n=2",
                            "must=a&n=",
                            "must=a&n=1.5",
                            "must=a&n=+1",
                            "must=a&n= 1",
                            "must=a&list=1,",
                            "must=a&list=,1",
                            "must=a&at=soon",
                            "must=a&at=2026-13-01",
                            "must=a&span=1500ms",
                            "must=a&span=2h",
                            "must=a&span=0s",
                            "must=a&span=5",
                            "must=a&x=1",
                            "must=%zz",
                            "must=%c3%28",
                            "must=%00",
                            "%6=a",
                            "must"}) {
    EXPECT_TRUE(std::holds_alternative<Problem>(parse(query))) << query;
  }
  EXPECT_TRUE(std::holds_alternative<Problem>(parse("must=" + std::string(1'025, 'a'))));
}

TEST(Parameters, ABodyIsHeldToTheSameRows) {
  const auto object = JsonObject::parse(R"({"must":"a","list":[1,"2"],"n":4})");
  const auto parsed = Parameters::parse(rows, *object, now);
  ASSERT_TRUE(std::holds_alternative<Parameters>(parsed));
  EXPECT_EQ(std::get<Parameters>(parsed).list("list"), (std::vector<std::string>{"1", "2"}));
  for (const char* text :
       {R"({"must":{}})", R"({"must":"a","n":[1,2]})", R"({"must":"a","m":1})", R"({"must":null})",
        R"({"must":"a\u0000"})", R"({"must":"a","list":[[1]]})", R"({"must":true})"}) {
    const auto bad = Parameters::parse(rows, *JsonObject::parse(text), now);
    EXPECT_TRUE(std::holds_alternative<Problem>(bad)) << text;
  }
}

TEST(Parameters, MomentsAndSeverities) {
  EXPECT_EQ(parse_moment("now", now), now);
  EXPECT_EQ(parse_moment("-7d", now), now - 7 * day);
  EXPECT_EQ(parse_moment("2026-03-02T20:00:00+08:00", now), now);
  for (const char* text : {"-", "-x", "7d", "", "--1d"})
    EXPECT_FALSE(parse_moment(text, now)) << text;
  EXPECT_EQ(parse_severity("critical"), 1);
  EXPECT_EQ(parse_severity("info"), 5);
  EXPECT_EQ(parse_severity("255"), 255);
  for (const char* text : {"0", "256", "", "Critical", "1x"})
    EXPECT_FALSE(parse_severity(text)) << text;
}

TEST(Parameters, PercentDecodingIsStrict) {
  EXPECT_EQ(decode_percent("a%2Fb%e4%b8%ad+", false), "a/b中+");
  EXPECT_EQ(decode_percent("a+b", true), "a b");
  for (const char* text :
       {"%", "%1", "%g1", "%1g", "%-1", "%+1", "%0x", "%7f", "%1f", "%80", "%ed%a0%80"}) {
    EXPECT_FALSE(decode_percent(text, false)) << text;
  }
}

}  // namespace
}  // namespace langyan::center
