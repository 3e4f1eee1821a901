// The query language over HTTP: what is found, what is refused and how, exports, completion.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "center/secret.h"
#include "center/test_center.h"

namespace langyan::center {
namespace {

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    char hex[4];
    std::snprintf(hex, sizeof hex, "%%%02X", static_cast<unsigned char>(c));
    out += hex;
  }
  return out;
}

class Search : public testing::Test {
 protected:
  Search() {
    const std::string ingest = center.token(Role::ingest);
    viewer = center.token(Role::viewer);
    std::string body;
    for (std::uint64_t i = 1; i <= 6; ++i) {
      Line line;
      line.seq = i, line.severity = 1 + static_cast<int>(i % 3), line.sid = 9'100'000 + static_cast<int>(i % 2);
      line.src = "10.3.9." + std::to_string(i);
      line.time = "2026-03-02T11:00:0" + std::to_string(i) + ".000000+0000";
      line.more = R"(,"modbus":{"request":{"unit_id":)" + std::to_string(i) + "}}";
      body += text_of(line);
    }
    EXPECT_EQ(center.ingest(ingest, 1, 6, body).status, 200);
    const std::string fields =
        R"({"fields":[{"name":"unit_id","keyword":"modbus.unit_id","item":false,"kind":"u8","label":{"en":"Unit","zh":"单元"},"doc":"Unit."}]})";
    EXPECT_EQ(center.ask(ingest, "PUT", "/api/v1/catalogues/" + sha256_hex(fields), fields).status, 201);
  }
  nlohmann::json find(std::string_view query, std::string_view more = "") {
    return center.json(viewer, "/api/v1/search?query=" + encoded(query) + std::string(more));
  }
  nlohmann::json post(std::string_view path, const nlohmann::json& body, int status = 200) {
    const Answer answer = center.ask(viewer, "POST", path, body.dump());
    EXPECT_EQ(answer.status, status) << answer.body;
    return nlohmann::json::parse(answer.body);
  }
  std::size_t count(std::string_view query) { return find(query)["events"].size(); }

  TestCenter center;
  std::string viewer;
};

TEST_F(Search, FindsByColumnsAndByFieldsOfTheDeliveredCatalogue) {
  EXPECT_EQ(count(""), 6u);
  EXPECT_EQ(count("severity>=high"), 4u);
  EXPECT_EQ(count("源地址：10.3.9.1 或 src:10.3.9.2"), 2u);
  EXPECT_EQ(count("modbus.unit_id:2..4"), 3u);
  EXPECT_EQ(count("not modbus.unit_id:2..4 sid:9100000"), 1u);
  EXPECT_EQ(count("stranger"), 6u);
  EXPECT_EQ(count("@to:2026-03-02T11:00:03Z"), 2u);
  EXPECT_EQ(find("src:10.3.9.1")["query"], "src:10.3.9.1");
}

TEST_F(Search, PagesGoOnWhereTheyEnded) {
  const auto first = find("modbus.unit_id:*", "&limit=4");
  ASSERT_EQ(first["events"].size(), 4u);
  const auto second = find("modbus.unit_id:*", "&limit=4&cursor=" + first["next"].get<std::string>());
  EXPECT_EQ(second["events"].size(), 2u);
  EXPECT_TRUE(second["next"].is_null());
  EXPECT_EQ(find("| head 2")["events"].size(), 2u);
  EXPECT_TRUE(find("| head 2")["next"].is_null());
}

TEST_F(Search, SortsAndShowsColumns) {
  const auto sorted = find("| sortby modbus.unit_id^ | table modbus.unit_id src eve.none");
  EXPECT_EQ(sorted["columns"], (nlohmann::json{"modbus.unit_id", "source.ip", "eve.none"}));
  EXPECT_EQ(sorted["table"][0], (nlohmann::json{1, "10.3.9.1", nullptr}));
  EXPECT_EQ(sorted["table"].size(), 6u);
}

TEST_F(Search, GroupsAndCharts) {
  const auto groups = center.json(
      viewer, "/api/v1/search/aggregate?query=" + encoded("| groupby -bar sid | stats count max(modbus.unit_id)"));
  EXPECT_EQ(groups["style"], "bar");
  EXPECT_EQ(groups["columns"], (nlohmann::json{"rule.id", "count", "max(modbus.unit_id)"}));
  EXPECT_EQ(groups["rows"], nlohmann::json::parse("[[9100000,3,6],[9100001,3,5]]"));
  const auto chart =
      center.json(viewer, "/api/v1/search/histogram?query=" + encoded("modbus.unit_id>2 | timechart 1h by severity"));
  EXPECT_EQ(chart["bucket_seconds"], 3600);
  std::uint64_t total = 0;
  for (const auto& series : chart["series"]) total += series["total"].get<std::uint64_t>();
  EXPECT_EQ(total, 4u);
  const auto refused = post("/api/v1/search/aggregate", {{"query", "src:10.0.0.1"}}, 400);
  EXPECT_EQ(refused["code"], "bad-parameter");
}

TEST_F(Search, AFaultSaysWhereInUtf16) {
  const Answer answer = center.ask(viewer, "GET", "/api/v1/search?query=" + encoded("规则：写 scr:1"));
  EXPECT_EQ(answer.status, 400);
  const auto problem = nlohmann::json::parse(answer.body);
  EXPECT_EQ(problem["code"], "bad-query");
  ASSERT_EQ(problem["faults"].size(), 1u);
  EXPECT_EQ(problem["faults"][0]["start"], 5);
  EXPECT_EQ(problem["faults"][0]["end"], 8);
  EXPECT_EQ(problem["faults"][0]["fix"], "src");
  EXPECT_NE(problem["faults"][0]["message_zh"], "");
}

TEST_F(Search, CheckTellsFaultsTermsAndCost) {
  auto answer = post("/api/v1/query/check", {{"query", "src:10.3.9.1 and modbus.unit_id:1"}});
  EXPECT_TRUE(answer["ok"]);
  EXPECT_EQ(answer["terms"].size(), 2u);
  EXPECT_EQ(answer["terms"][1]["start"], 17);
  EXPECT_TRUE(answer["cost"]["reads_json"]);
  EXPECT_EQ(answer["cost"]["term"], "modbus.unit_id:1");
  EXPECT_EQ(answer["cost"]["events"], 6);
  answer = post("/api/v1/query/check", {{"query", "src:10.3.9.1 and ("}});
  EXPECT_FALSE(answer["ok"]);
  EXPECT_TRUE(answer["cost"].is_null());
  EXPECT_EQ(answer["faults"][0]["code"], "missing-condition");
}

TEST_F(Search, CompletesFieldsValuesAndWords) {
  const auto texts = [&](const std::string& query) {
    std::vector<std::string> all;
    const auto answer = post("/api/v1/query/complete", {{"query", query}});
    for (const auto& item : answer["items"]) all.push_back(item["text"]);
    return all;
  };
  const auto has = [&](const std::string& query, const std::string& text) {
    const auto all = texts(query);
    return std::ranges::find(all, text) != all.end();
  };
  EXPECT_TRUE(has("modb", "modbus.unit_id"));
  EXPECT_TRUE(has("src:1 and sev", "event.severity"));
  EXPECT_TRUE(has("severity:h", "high"));
  EXPECT_TRUE(has("verb:(read or wr", "write"));
  EXPECT_TRUE(has("app:m", "modbus"));
  EXPECT_TRUE(has("a | gr", "groupby"));
  EXPECT_TRUE(has("a | groupby src ds", "destination.ip"));
  EXPECT_FALSE(has("severity:h", "event.severity"));
  EXPECT_EQ(post("/api/v1/query/complete", {{"query", "源 sev x"}, {"position", 5}})["start"], 2);
}

TEST_F(Search, ExportsLinesAndTablesThatSpreadsheetsOpenSafely) {
  Line line;
  line.seq = 7, line.more = R"(,"note":"=cmd|' /C calc'!A0")";
  EXPECT_EQ(center.ingest(center.token(Role::ingest), 7, 1, text_of(line)).status, 200);
  const Answer lines = center.ask(viewer, "GET", "/api/v1/search/export?limit=3");
  EXPECT_EQ(lines.headers.at("content-type"), "application/x-ndjson");
  EXPECT_EQ(std::ranges::count(lines.body, '\n'), 3);
  EXPECT_TRUE(lines.headers.contains("langyan-next"));
  const Answer csv = center.ask(
      viewer, "GET", "/api/v1/search/export?format=csv&query=" + encoded("eve.note:* | table src eve.note sid"));
  EXPECT_EQ(csv.headers.at("content-type"), "text/csv; charset=utf-8");
  EXPECT_EQ(csv.body,
            "\xef\xbb\xbf\"source.ip\",\"eve.note\",\"rule.id\"\r\n\"10.3.9.77\",\"'=cmd|' /C calc'!A0\",9100000\r\n");
  EXPECT_FALSE(csv.headers.contains("langyan-next"));
  const Answer groups =
      center.ask(viewer, "GET", "/api/v1/search/export?format=csv&query=" + encoded("| groupby severity"));
  EXPECT_NE(groups.body.find("\"event.severity\",\"count\"\r\n1,3\r\n"), groups.body.npos) << groups.body;
}

TEST_F(Search, NothingOutsideTheScopeIsFound) {
  const std::string other = center.token(Role::viewer, "cn/elsewhere");
  EXPECT_EQ(center.json(other, "/api/v1/search?query=src:*")["events"].size(), 0u);
  EXPECT_EQ(center.json(other, "/api/v1/search/aggregate?query=" + encoded("| groupby src"))["rows"].size(), 0u);
  EXPECT_EQ(center.ask(other, "GET", "/api/v1/search/export").body, "");
}

}  // namespace
}  // namespace langyan::center
