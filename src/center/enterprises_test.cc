#include "center/enterprises.h"

#include <gtest/gtest.h>

#include <set>

#include "center/industries.h"
#include "center/test_center.h"

namespace langyan::center {
namespace {

std::string code(std::string first_17) {
  return first_17 + *uscc_check(first_17);
}

TEST(Enterprise, CheckDigitIsThatOfTheStandard) {
  // Codes printed on the pages of their owners: Huawei Technologies, Tencent Computer, Alibaba (China).
  for (const std::string known : {"914403001922038216", "9144030071526726XG", "91330100799655058B"})
    EXPECT_EQ(uscc_check(known.substr(0, 17)), known[17]) << known;
  EXPECT_FALSE(uscc_check("91320500MI0000001").has_value());
  // Each wrong character and each swap of neighbours that differ is found.
  const std::string good = code("91320500MA1ABCD12");
  for (std::size_t i = 0; i < 17; ++i) {
    std::string bad = good;
    bad[i] = bad[i] == '7' ? '8' : '7';
    EXPECT_NE(uscc_check(bad.substr(0, 17)), good[17]) << bad;
    bad = good;
    std::swap(bad[i], bad[std::min<std::size_t>(i + 1, 16)]);
    if (bad != good) {
      EXPECT_NE(uscc_check(bad.substr(0, 17)), good[17]) << bad;
    }
  }
}

TEST(Enterprise, CodesOfIndustryAndRegion) {
  EXPECT_EQ(industry_code("C3011"), "C3011");
  EXPECT_EQ(industry_code("3011"), "C3011");
  EXPECT_EQ(industry_code("D44"), "D44");
  EXPECT_EQ(industry_code("C"), "C");
  for (const char* bad : {"", "C44", "3", "30111", "U10", "C3x", "99"}) EXPECT_FALSE(industry_code(bad)) << bad;
  EXPECT_EQ(provinces().size(), 34u);
  EXPECT_EQ(province_of("320500")->zh, "江苏");
  EXPECT_EQ(province_of("990000"), nullptr);
  EXPECT_EQ(supervisor_of("connected").zh, "工信");
  EXPECT_EQ(supervisor_of("platform").zh, "通管");
  EXPECT_EQ(supervisor_of("identifier").zh, "通管");
}

TEST(Enterprise, EachDivisionOfTheStandardHasAName) {
  EXPECT_EQ(industry_sections().size(), 20u);
  std::size_t named = 0;
  for (int division = 1; division < 100; ++division) {
    const auto code = industry_code((division < 10 ? "0" : "") + std::to_string(division));
    if (!code) continue;
    const Words* words = industry_of(*code);
    ASSERT_NE(words, nullptr) << *code;
    EXPECT_EQ(words->word, *code);
    ++named;
  }
  EXPECT_EQ(named, 97u);
  EXPECT_EQ(industry_divisions().size(), named);
  EXPECT_EQ(industry_of("C3011")->en, "Non-metallic mineral products");
  EXPECT_EQ(industry_of("C")->zh, "制造业");
  EXPECT_EQ(industry_of(""), nullptr);
}

TEST(Enterprises, TheOverviewCountsWhatTheAskerSees) {
  TestCenter center;
  const std::string clerk = center.token(Role::engineer, "cn/js");
  const auto put = [&](const char* number, const char* body) {
    ASSERT_EQ(center.ask(clerk, "PUT", "/api/v1/enterprises/" + code(number), body).status, 200);
  };
  put("91320500MA0000001",
      R"({"name":"a","type":"connected","level":3,"industry":"D4610","region":"320500","organisation":"cn/js/a"})");
  put("91320500MA0000002",
      R"({"name":"b","type":"platform","industry":"I64","region":"320100","organisation":"cn/js/b"})");
  const auto count = [](const nlohmann::json& rows, const char* word) {
    for (const auto& row : rows)
      if (row["word"] == word) return row["count"].get<int>();
    return -1;
  };
  const auto seen = center.json(clerk, "/api/v1/enterprises/overview");
  EXPECT_EQ(seen["total"], 2);
  EXPECT_EQ(seen["levels"], nlohmann::json({1, 0, 0, 1}));
  EXPECT_EQ(count(seen["types"], "connected"), 1);
  EXPECT_EQ(count(seen["supervisors"], "communications"), 1);
  EXPECT_EQ(count(seen["provinces"], "32"), 2);
  EXPECT_EQ(count(seen["provinces"], "33"), 0);
  EXPECT_EQ(count(seen["sections"], "D"), 1);
  EXPECT_TRUE(seen["may_edit"]);
  const auto viewer = center.json(center.token(Role::viewer, "cn/js/a"), "/api/v1/enterprises/overview");
  EXPECT_EQ(viewer["total"], 1);
  EXPECT_FALSE(viewer["may_edit"]);
  EXPECT_FALSE(center.json(center.token(Role::analyst, "cn/js"), "/api/v1/enterprises/overview")["may_edit"]);
  EXPECT_EQ(center.json(clerk, "/api/v1/enterprises")["enterprises"][0]["industry_label"]["zh"], "水的生产和供应业");
}

TEST(Enterprises, AreRegisteredChangedAndFoundWithinTheScope) {
  TestCenter center;
  const std::string clerk = center.token(Role::engineer, "cn/js"), other = center.token(Role::engineer, "cn/zj");
  const std::string path = "/api/v1/enterprises/" + code("91320500MA0000001");
  const Answer bad = center.ask(
      clerk, "PUT", path,
      R"({"name":"河畔水务","type":"works","region":"990000","organisation":"cn/zj/x","level":4,"networks":["10.0.0.0/99"],"contacts":[{"name":"王"}]})");
  EXPECT_EQ(bad.status, 400);
  std::set<std::string> fields;
  const auto told = nlohmann::json::parse(bad.body);
  for (const auto& fault : told["faults"]) {
    fields.insert(fault["field"]);
    EXPECT_NE(fault["advice_zh"], "");
  }
  EXPECT_EQ(fields, (std::set<std::string>{"type", "region", "organisation", "level", "networks", "contacts"}));
  const Answer made = center.ask(
      clerk, "PUT", path,
      R"({"name":"河畔水务","type":"联网工业企业","level":"三级","industry":"4610","region":"320500","organisation":"cn/js/water","networks":["10.0.0.0/8"],"contacts":[{"name":"王","phone":"0512"}],"expected_sensors":2,"version":0})");
  ASSERT_EQ(made.status, 200) << made.body;
  const auto one = nlohmann::json::parse(made.body);
  EXPECT_EQ(one["level"], 3);
  EXPECT_EQ(one["industry"], "D4610");
  EXPECT_EQ(one["supervisor"]["zh"], "工信");
  EXPECT_EQ(center
                .ask(clerk, "PUT", path,
                     R"({"name":"x","type":"platform","region":"320500","organisation":"cn/js","version":0})")
                .status,
            409);
  EXPECT_EQ(center.ask(other, "GET", path).status, 404);
  EXPECT_EQ(center.ask(other, "PATCH", path, R"({"level":1})").status, 404);
  EXPECT_EQ(center.ask(other, "DELETE", path).status, 404);
  EXPECT_EQ(center.json(other, "/api/v1/enterprises")["enterprises"].size(), 0u);
  EXPECT_EQ(center.ask(clerk, "PATCH", path, R"({"level":2,"version":7})").status, 409);
  EXPECT_EQ(nlohmann::json::parse(center.ask(clerk, "PATCH", path, R"({"level":2})").body)["level"], 2);
  for (const char* hit : {"text=%E6%B0%B4%E5%8A%A1", "type=connected&level=2", "supervisor=industry", "region=32",
                          "industry=D4", "organisation=cn/js/water", "organisation=cn"})
    EXPECT_EQ(center.json(clerk, std::string("/api/v1/enterprises?") + hit)["enterprises"].size(), 1u) << hit;
  for (const char* miss :
       {"text=nobody", "level=3", "supervisor=communications", "region=33", "industry=C", "organisation=cn/js/other"})
    EXPECT_EQ(center.json(clerk, std::string("/api/v1/enterprises?") + miss)["enterprises"].size(), 0u) << miss;
  EXPECT_EQ(center.ask(clerk, "DELETE", path).status, 204);
  EXPECT_EQ(center.ask(clerk, "GET", path).status, 404);
}

TEST(Enterprises, ATableIsTakenInLineByLine) {
  TestCenter center;
  const std::string clerk = center.token(Role::engineer, "cn/js"), other = center.token(Role::engineer, "cn/zj");
  const auto import = [&](const std::string& table, const char* query, const std::string& by) {
    const Answer answer =
        center.ask(by, "POST", std::string("/api/v1/enterprises/import") + query, table, "Content-Type: text/csv\r\n");
    return nlohmann::json::parse(answer.body);
  };
  std::string table = "\xef\xbb\xbf统一社会信用代码,企业名称,企业类型,级别,行业代码,行政区划代码,组织路径,联系人,联系电话,地址段\r\n";
  for (int i = 0; i < 120; ++i)
    table += code("91320500MA00" + std::to_string(10000 + i)) + ",企业" + std::to_string(i) +
             ",平台企业,二级,I64,320500,cn/js/p" + std::to_string(i) + ",李,0512,10.0.0.0/8;10.9.0.0/16\r\n";
  const std::string wrong = table + "91320500MA0000001A,错码,平台企业,二级,I64,320500,cn/js/q,,,\r\n" +
                            code("91320500MA0010000") + ",重复,平台企业,二级,I64,320500,cn/js/q,,,\r\n" +
                            code("91320500MA0010000") + ",重复,平台企业,二级,I64,320500,cn/js/q,,,\r\n";
  auto report = import(wrong, "?trial=true", clerk);
  EXPECT_EQ(report["lines"], 123);
  EXPECT_EQ(report["refused"], 3) << report["faults"];  // the first of the double ones is p0 again
  EXPECT_EQ(report["faults"][0]["line"], 122);
  EXPECT_EQ(report["faults"][0]["field"], "uscc");
  EXPECT_EQ(center.json(clerk, "/api/v1/enterprises")["enterprises"].size(), 0u);
  report = import(wrong, "", clerk);
  EXPECT_EQ(report["added"], 120);
  EXPECT_EQ(import(table, "", clerk)["unchanged"], 120);
  report = import(table, "", other);  // neither theirs to overwrite nor theirs to place
  EXPECT_EQ(report["refused"], 120);
  EXPECT_EQ(report["added"].get<int>() + report["changed"].get<int>(), 0);
  std::set<std::string> seen;
  std::string cursor;
  do {
    const auto page = center.json(clerk, "/api/v1/enterprises?limit=50" + cursor);
    for (const auto& one : page["enterprises"]) EXPECT_TRUE(seen.insert(one["uscc"]).second);
    cursor = page["next"].is_null() ? "" : "&cursor=" + page["next"].get<std::string>();
  } while (!cursor.empty());
  EXPECT_EQ(seen.size(), 120u);
  for (const char* bad : {"", "name\nx\n", "\xd6\xd0,uscc\n"})
    EXPECT_EQ(import(bad, "", clerk)["status"], 400) << bad;
}

TEST(Enterprises, AVersionOfAnotherKindIsNotPassedOver) {
  TestCenter center;
  const std::string clerk = center.token(Role::engineer, "cn/js"),
                    path = "/api/v1/enterprises/" + code("91320500MA0010000");
  const std::string entry = R"({"name":"a","type":"platform","region":"320500","organisation":"cn/js/a")";
  ASSERT_EQ(center.ask(clerk, "PUT", path, entry + "}").status, 200);
  for (const char* version : {"\"7\"", "-1", "1.5", "null"})
    EXPECT_EQ(center.ask(clerk, "PUT", path, entry + R"(,"version":)" + version + "}").status, 400) << version;
}

TEST(Enterprises, AFilterThatFindsLittleReadsSoManyForAPage) {
  TestCenter center;
  const std::string clerk = center.token(Role::engineer, "cn/js");
  std::string table = "uscc,name,type,region,organisation\n";
  for (int i = 0; i < 4'200; ++i)
    table += code("91320500MA00" + std::to_string(10000 + i)) + (i < 4'199 ? ",works" : ",the last") +
             ",connected,320500,cn/js/p\n";
  const Answer taken = center.ask(clerk, "POST", "/api/v1/enterprises/import", table, "Content-Type: text/csv\r\n");
  ASSERT_EQ(nlohmann::json::parse(taken.body)["added"], 4'200) << taken.body;
  auto page = center.json(clerk, "/api/v1/enterprises?text=last");
  EXPECT_TRUE(page["enterprises"].empty());
  ASSERT_TRUE(page["next"].is_string()) << page;
  page = center.json(clerk, "/api/v1/enterprises?text=last&cursor=" + page["next"].get<std::string>());
  ASSERT_EQ(page["enterprises"].size(), 1u);
  EXPECT_TRUE(page["next"].is_null());
}

// What is wrong with the table as a whole is found before its first line is taken.
TEST(Enterprises, ATableThatIsBrokenChangesNothing) {
  TestCenter center;
  const std::string clerk = center.token(Role::engineer, "cn/js");
  std::string table = "uscc,name,type,region,organisation\n";
  for (int i = 0; i < 1'001; ++i)
    table += code("91320500MA00" + std::to_string(10000 + i)) + ",x,platform,320500,cn/js/p\n";
  table += code("91320500MA0020000") + ",\"never closed,platform,320500,cn/js/p\n";
  const Answer answer = center.ask(clerk, "POST", "/api/v1/enterprises/import", table, "Content-Type: text/csv\r\n");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(center.json(clerk, "/api/v1/enterprises")["enterprises"].size(), 0u);
}

}  // namespace
}  // namespace langyan::center
