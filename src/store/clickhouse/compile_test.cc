#include "store/clickhouse/compile.h"

#include <gtest/gtest.h>

#include "store/clickhouse/quote.h"

namespace langyan::store::clickhouse {
namespace {

constexpr Time now = 1'772'452'800 * second;  // 2026-03-02T12:00:00Z
constexpr std::string_view fields = R"({"fields":[
  {"keyword":"modbus.unit_id","item":false,"kind":"u8","label":{"en":"Unit","zh":"单元"},"doc":"U."},
  {"keyword":"modbus.function","item":false,"kind":"u8","label":{"en":"F","zh":"功能码"},"doc":"F.","names":{"5":"write_single_coil"}},
  {"keyword":"iec104.time","item":true,"kind":"time","label":{"en":"T","zh":"时间"},"doc":"T."}]})";

query::Plan plan(std::string_view text) {
  static const auto catalogue = query::Catalogue::of(fields).take();
  query::Surroundings around;
  around.catalogue = catalogue.get(), around.now = now;
  auto resolved = query::understand(text, around);
  EXPECT_TRUE(resolved.faults.empty()) << text;
  return std::move(resolved.plan);
}
std::string of(std::string_view text) {
  return where(*plan(text).condition);
}

// What ClickHouse's lexer makes of a literal; nothing when it does not end where the text ends.
std::optional<std::string> unquoted(std::string_view sql) {
  if (sql.size() < 2 || sql.front() != '\'') return {};
  std::string text;
  for (std::size_t i = 1; i < sql.size(); ++i) {
    if (sql[i] == '\'') return i + 1 == sql.size() ? std::optional(text) : std::nullopt;
    if (sql[i] != '\\') {
      text += sql[i];
    } else if (sql[++i] == 'x') {
      text += static_cast<char>(std::stoi(std::string(sql.substr(i + 1, 2)), nullptr, 16)), i += 2;
    } else {
      text += sql[i];
    }
  }
  return {};
}

TEST(ClickHouse, ALiteralIsItsTextAndEndsWhereItEnds) {
  std::string all;
  for (int octet = 0; octet < 256; ++octet) all += static_cast<char>(octet);
  for (const std::string& text : {std::string(), all, std::string("'; DROP TABLE events --"), std::string("\\"), std::string("\\'"), std::string("a\\\\'b")}) {
    const std::string sql = quote(text).sql();
    EXPECT_EQ(unquoted(sql), text);
    EXPECT_EQ(sql.find('\n'), sql.npos);
    EXPECT_EQ(sql.find('\0'), sql.npos);
  }
  EXPECT_EQ(quote(std::int64_t{-5}).sql(), "(-5)");
  EXPECT_EQ(quote(INT64_MIN).sql(), "(-9223372036854775807 - 1)");
  EXPECT_EQ(quote(UINT64_MAX).sql(), "18446744073709551615");
  EXPECT_EQ(quote(-0.5).sql(), "(-0.5)");
  EXPECT_EQ(quote(0.0 / 0.0).sql(), "0");
  EXPECT_EQ(quote(IpAddress::v4(0x0a000001)).sql(), "'00000000000000000000ffff0a000001'");
}

TEST(ClickHouse, ConditionsOnColumns) {
  EXPECT_EQ(of(""), "1");
  EXPECT_EQ(of("src:10.0.0.0/8"), "(src >= '00000000000000000000ffff0a000000' AND src <= '00000000000000000000ffff0affffff')");
  EXPECT_EQ(of("severity>=high"), "(severity > 0 AND (severity >= 1 AND severity <= 2))");
  EXPECT_EQ(of("not dport:(502 or 102)"), "NOT ((dst_port >= 0 AND (dst_port = 502 OR dst_port = 102)))");
  EXPECT_EQ(of("rule:\"It's\" type:Modbus"), "(lower(signature) = 'it\\'s' AND type = 'modbus')");
  EXPECT_EQ(of("obj:100%*"), "like(lower(object), '100\\\\%%')");
  EXPECT_EQ(of("org:cn"), "(organisation = 'cn' OR startsWith(organisation, 'cn/'))");
  EXPECT_EQ(of("value:* or src!=10.0.0.1").substr(0, 24), "(NOT isNaN(value) OR NOT");
  EXPECT_EQ(of("flow_id:18446744073709551615"), "(flow = 1 AND flow_id = 18446744073709551615)");
}

TEST(ClickHouse, ConditionsOnTheJson) {
  EXPECT_EQ(of("modbus.unit_id>=5"),
            "((type = 'modbus' OR app_proto = 'modbus') AND arrayExists((p, t, x) -> "
            "(has(['modbus.request.unit_id', 'modbus.response.unit_id', 'modbus.unit_id'], p) AND x >= 5), paths, texts, numbers))");
  EXPECT_NE(of("modbus.function:write_single_coil").find("['modbus.request.function_name', "), std::string::npos);
  EXPECT_EQ(of("unit:*"), "hasAny(paths, ['ot.unit'])");  // of a list and directly: one path
  EXPECT_NE(of("iec104.time>=2026-03-02").find("'iec104.request.items.time'"), std::string::npos);
  EXPECT_NE(of("iec104.time>=2026-03-02").find("t >= '2026-03-02T00:00:00.000000+0000'"), std::string::npos);
}

TEST(ClickHouse, StatementsAreBoundedByScopeTimeAndRows) {
  const auto scope = Scope::of("cn/a").take();
  EXPECT_EQ(select_events(plan("sid:1"), scope, {now, now + day}, Before{now + hour, 7}, 50),
            "SELECT n, time, received, class, type, organisation, sensor, state, json FROM events WHERE "
            "(organisation = 'cn/a' OR startsWith(organisation, 'cn/a/')) AND time >= 1772452800000000 AND day >= toDate(1772452800) AND "
            "time < 1772539200000000 AND day <= toDate(1772539200) AND (sid >= 0 AND sid = 1) AND "
            "(time < 1772456400000000 OR (time = 1772456400000000 AND n < 7)) ORDER BY time DESC, n DESC LIMIT 50 FORMAT JSONEachRow");
  const std::string groups = select_groups(plan("| groupby src sid | stats avg(value) | sortby avg^ | head 7"), Scope::all(), {});
  EXPECT_NE(groups.find("SELECT src AS g0, sid AS g1, avgIf(value, NOT isNaN(value)) AS m0, count() AS events FROM events WHERE"), std::string::npos) << groups;
  EXPECT_NE(groups.find("src != '' AND sid >= 0 GROUP BY g0, g1 ORDER BY m0 ASC, g0, g1 LIMIT 7"), std::string::npos) << groups;
  const std::string chart = select_chart(plan("| timechart 5m by verb"), Scope::all(), {}, 5 * minute);
  EXPECT_NE(chart.find("intDiv(time, 300000000) AS bucket"), std::string::npos) << chart;
  EXPECT_NE(settings(5 * second).find("max_execution_time=5&"), std::string::npos);
  // Nothing that 18.16 does not know.
  for (const std::string_view word : {"WITH ", " OVER ", "JSONExtract", "DateTime64", "toIPv"})
    for (const std::string& sql : {groups, chart, std::string(events_table())}) EXPECT_EQ(sql.find(word), std::string::npos);
}

}  // namespace
}  // namespace langyan::store::clickhouse
