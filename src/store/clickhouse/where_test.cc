#include "store/clickhouse/where.h"

#include <gtest/gtest.h>

#include <map>

#include "store/clickhouse/members.h"
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
  return where(Scope::all(), filter_of(plan(text)), "states").take();
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
  for (const std::string& text : {std::string(), all, std::string("'; DROP TABLE events --"), std::string("\\"),
                                  std::string("\\'"), std::string("a\\\\'b")}) {
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
  EXPECT_EQ(quote(IpAddress::v4(0x0a000001)).sql(), "'" + std::string(R"(\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00)") +
                                                        "\xff\xff" + std::string(R"(\x0A\x00\x00\x01)") + "'");
}

TEST(ClickHouse, ConditionsOnColumns) {
  EXPECT_EQ(of(""), "1");
  EXPECT_EQ(of("not dport:(502 or 102)"), "1 AND NOT (ifNull((dst_port = 502 OR dst_port = 102), 0))");
  EXPECT_EQ(of("rule:\"It's\" type:Modbus"),
            "1 AND event_type IN ('modbus') AND (signature != '' AND has(['it\\'s'], lower(signature)))");
  EXPECT_EQ(of("obj:100%*"), "1 AND (object != '' AND like(lower(object), '100\\\\%%'))");
  EXPECT_EQ(of("value:*"), "1 AND value IS NOT NULL");
  EXPECT_NE(of("not is:new").find("NOT ((class = 0 AND n NOT IN (SELECT n FROM states"), std::string::npos)
      << of("not is:new");
}

TEST(ClickHouse, ConditionsOnTheJson) {
  EXPECT_EQ(of("modbus.unit_id>=5 sid:1"),
            "1 AND sid IN (1) AND class = 0 AND ((event_type = 'modbus' OR app_proto = 'modbus') AND arrayExists(x -> "
            "x >= 5, arrayFilter((x, p) -> "
            "has(['modbus.request.unit_id', 'modbus.request.unit_id[]', 'modbus.response.unit_id', "
            "'modbus.response.unit_id[]', "
            "'modbus.unit_id', 'modbus.unit_id[]'], p), numbers, number_paths)))");
  EXPECT_NE(of("modbus.function:write_single_coil").find("['modbus.request.function_name', "), std::string::npos);
  EXPECT_EQ(of("unit:*"),
            "1 AND (hasAny(number_paths, ['ot.unit', 'ot[0].unit', 'ot[].unit']) OR hasAny(text_paths, ['ot.unit', "
            "'ot[0].unit', "
            "'ot[].unit']) OR hasAny(part_paths, ['ot.unit', 'ot[0].unit', 'ot[].unit']))");
  EXPECT_NE(of("iec104.time>=2026-03-02").find("t >= '2026-03-02T00:00:00.000000+0000'"), std::string::npos);
}

// Nothing that 18.16 does not know.
TEST(ClickHouse, WordsOfNewerReleasesAreNotUsed) {
  for (const std::string_view text :
       {"unit:1", "src:10.0.0.0/8 or src:10.0.0.1..10.0.0.9", "is:closed", "iec104.time>=2026-03-02"})
    for (const std::string_view word : {"WITH ", " OVER ", "JSONExtract", "DateTime64", "toIPv"})
      EXPECT_EQ(of(text).find(word), std::string::npos);
}

TEST(ClickHouse, MembersStandAtTheirPaths) {
  MemberReader reader;
  const std::string line =
      R"({"a":1,"b":{"c":"x\ty","d":null,"e":true},"l":[7,"z",[8]],"o":[{"u":1,"k":[2]},{"u":{"v":-2.5}}],"a.b":3,"":4, "e" : [ ] })";
  const Members members = reader.read(line);
  EXPECT_EQ(members.number_paths, (std::vector<std::string>{"a", "b.e", "l[]", "o[0].u", "o[0].k[]", "o[].u.v"}));
  EXPECT_EQ(members.numbers, (std::vector<double>{1, 1, 7, 1, 2, -2.5}));
  EXPECT_EQ(members.text_paths, (std::vector<std::string>{"b.c", "l[]"}));
  EXPECT_EQ(members.texts, (std::vector<std::string>{"x\ty", "z"}));
  std::map<std::string, std::string> parts;
  for (std::size_t i = 0; i < members.part_paths.size(); ++i)
    parts[members.part_paths[i]] = line.substr(members.part_starts[i] - 1, members.part_sizes[i]);
  EXPECT_EQ(parts, (std::map<std::string, std::string>{{"b", R"({"c":"x\ty","d":null,"e":true})"},
                                                       {"l", R"([7,"z",[8]])"},
                                                       {"o", R"([{"u":1,"k":[2]},{"u":{"v":-2.5}}])"},
                                                       {"o[0].k", "[2]"},
                                                       {"o[].u", R"({"v":-2.5})"},
                                                       {"e", "[ ]"}}));
  std::string many = "{\"l\":[0";
  for (std::size_t i = 0; i < most_members + 10; ++i) many += ",1";
  EXPECT_LE(reader.read(many + "]}").numbers.size(), most_members);
  EXPECT_EQ(reader.read(R"({"a":18446744073709551615})").numbers, (std::vector<double>{18446744073709551615.0}));
}

}  // namespace
}  // namespace langyan::store::clickhouse
