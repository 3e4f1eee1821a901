#include <gtest/gtest.h>

#include "query/plan.h"

namespace langyan::query {
namespace {

// As `langyan fields --json` writes it.
constexpr std::string_view delivered = R"({"version":"1","fields":[
  {"name":"unit_id","keyword":"modbus.unit_id","item":false,"kind":"u8","label":{"en":"Unit","zh":"单元"},"doc":"Unit."},
  {"name":"function","keyword":"modbus.function","item":false,"kind":"u8","label":{"en":"Function","zh":"功能码"},"doc":"F.",
   "names":{"5":"write_single_coil","16":"write_multiple_registers"}},
  {"name":"registers","keyword":"modbus.registers","item":false,"kind":"u16 list","label":{"en":"Registers","zh":"寄存器"},"doc":"R."},
  {"name":"address","keyword":"iec104.address","item":true,"kind":"u32","label":{"en":"Address","zh":"地址"},"doc":"A."},
  {"name":"time","keyword":"iec104.time","item":true,"kind":"time","label":{"en":"Time","zh":"时间"},"doc":"T."},
  {"name":"negative","keyword":"iec104.negative","item":false,"kind":"bool","label":{"en":"Negative","zh":"否定"},"doc":"N."},
  {"name":"x","keyword":"$.bad path","item":false,"kind":"u8","label":{"en":"x","zh":"x"},"doc":"x."},
  {"name":"y","keyword":"source.ip","item":false,"kind":"u8","label":{"en":"x","zh":"x"},"doc":"x."},
  {"nonsense":1}]})";
constexpr Time now = 1'772'452'800 * second;  // 2026-03-02T12:00:00Z

const Catalogue& catalogue() {
  static const auto made = Catalogue::of(delivered).take();
  return *made;
}

Resolved of(std::string_view text) {
  Surroundings around;
  around.catalogue = &catalogue();
  around.now = now;
  around.list = [](std::string_view name) -> std::optional<std::vector<std::string>> {
    if (name == "ews") return std::vector<std::string>{"10.0.0.8", "10.0.1.0/24"};
    return std::nullopt;
  };
  return understand(text, around);
}

query::Test only(std::string_view text) {
  const Resolved resolved = of(text);
  EXPECT_TRUE(resolved.faults.empty()) << text << ": "
                                       << (resolved.faults.empty() ? "" : resolved.faults[0].message.en);
  EXPECT_EQ(resolved.plan.condition->tests.size(), 1u) << text;
  return resolved.plan.condition->tests.empty() ? query::Test() : resolved.plan.condition->tests[0];
}
std::string code(std::string_view text) {
  const Resolved resolved = of(text);
  if (resolved.faults.empty()) return "none";
  const Fault& fault = resolved.faults[0];
  EXPECT_FALSE(fault.message.en.empty() || fault.message.zh.empty() || fault.advice.en.empty() ||
               fault.advice.zh.empty());
  return std::string(fault.code);
}
NumberRange range(std::optional<std::int64_t> least, std::optional<std::int64_t> most, bool open_least = false,
                  bool open_most = false) {
  NumberRange made;
  if (least) made.least = Number{true, *least, 0};
  if (most) made.most = Number{true, *most, 0};
  made.least_open = open_least, made.most_open = open_most;
  return made;
}

TEST(Plan, EveryNameOfAFieldIsTheSameColumn) {
  for (const std::string_view name : {"source.ip", "src_ip", "src", "SRC", "Source.IP", "src.ip", "源地址"})
    EXPECT_EQ(only(std::string(name) + ":10.0.0.1").target.column, Column::src_ip) << name;
  for (const std::string_view name : {"rule.id", "alert.signature_id", "sid"})
    EXPECT_EQ(only(std::string(name) + ":1").target.column, Column::sid) << name;
  EXPECT_EQ(only("10.0.0.1").target.column, Column::any_ip);
  EXPECT_EQ(only("pump").target.column, Column::any_text);
  EXPECT_EQ(only("\"10.0.0.1\"").target.column, Column::any_text);
  EXPECT_EQ(only("is:ack").target.column, Column::state);
  EXPECT_EQ(only("is:alert").target.column, Column::event_class);
}

TEST(Plan, FieldsOfProtocolsComeFromTheDeliveredCatalogue) {
  const query::Test unit = only("modbus.unit_id:1..5");
  EXPECT_EQ(unit.target.protocol, "modbus");
  ASSERT_EQ(unit.target.places.size(), 3u);
  EXPECT_EQ(unit.target.places[0].path, "$.modbus.request.unit_id");
  EXPECT_EQ(unit.numbers[0], range(1, 5));
  const query::Test item = only("iec104.address:1001");
  EXPECT_EQ(item.target.places[1].list, "$.iec104.response.items");
  EXPECT_EQ(item.target.places[1].path, "$.address");
  const query::Test word = only("modbus.function:WRITE_single_coil");
  EXPECT_TRUE(word.numbers.empty());
  EXPECT_EQ(word.target.words[0].path, "$.modbus.request.function_name");
  EXPECT_EQ(code("modbus.function:write_coil"), "bad-value");
  EXPECT_EQ(code("modbus.function:write*"), "none");
  EXPECT_EQ(code("$.bad:1"), "unknown-field");
  EXPECT_EQ(only("source.ip:10.0.0.1").target.column, Column::src_ip);  // cannot be taken over
  EXPECT_EQ(only("iec104.negative:true").numbers[0], range(1, 1));
  EXPECT_EQ(only("eve.dns.rrname:x*").target.places[0].path, "$.dns.rrname");
  EXPECT_EQ(code("eve.a..b:1"), "unknown-field");
  EXPECT_EQ(code("eve.a[0]:1"), "unknown-field");
}

TEST(Plan, ValuesAreOfTheFieldsType) {
  EXPECT_EQ(only("dport>1023").numbers[0], range(1023, {}, true));
  EXPECT_EQ(only("dport:1..").numbers[0], range(1, {}));
  EXPECT_EQ(only("dport<=0x1f6").numbers[0], range({}, 502));
  EXPECT_FALSE(only("value>-1.5").numbers[0].least->whole);
  EXPECT_EQ(only("severity>=high").numbers[0], range(1, 2));
  EXPECT_EQ(only("severity>high").numbers[0], range(1, 2, false, true));
  EXPECT_EQ(only("severity<=medium").numbers[0], range(3, {}));
  EXPECT_EQ(only("severity:medium..critical").numbers[0], range(1, 3));
  EXPECT_EQ(only("severity<=2").numbers[0], range({}, 2));
  EXPECT_EQ(only("@timestamp>=-24h").numbers[0], range(now - day, {}));
  EXPECT_EQ(only("@from:now-1h").numbers[0], range(now - hour, {}));
  EXPECT_EQ(only("@to:2026-03-02T08:00:00Z").numbers[0], range({}, now - 4 * hour, false, true));
  EXPECT_EQ(only("src:10.3.*").networks[0].prefix, 112);
  EXPECT_EQ(only("src:10.0.0.5..10.0.0.9").addresses.size(), 1u);
  EXPECT_EQ(only("src:$ews").networks.size(), 2u);
  EXPECT_EQ(only("type:MODBUS").texts[0].text, "modbus");
  EXPECT_EQ(only("obj:40001..40010").texts[0].text, "40001..40010");  // a notation, no range
  EXPECT_EQ(only("fc:5").numbers.size(), 1u);
  EXPECT_EQ(only("fc:5").texts.size(), 1u);
  EXPECT_EQ(only("flow_id:18446744073709551615").numbers[0], range(-1, -1));
  EXPECT_TRUE(only("src:*").exists);

  for (const std::string_view text :
       {"dport:x", "src:10.0.0.300", "src>10.0.0.1", "src:10.0.0.1..fe80::1", "severity:worst", "severity:0",
        "state:open", "time:yesterday", "time>=-9999999999d", "flow_id:1..5", "flow_id>5", "src:1*", "modbus.unit_id:x",
        "org:cn/"})
    EXPECT_EQ(code(text), "bad-value") << text;
  EXPECT_EQ(code("rule>5"), "not-ordered");
  EXPECT_EQ(code("src:$nobody"), "unknown-list");
  EXPECT_EQ(code("src:\"\""), "empty-value");
  EXPECT_EQ(code("scr:10.0.0.1"), "unknown-field");
  EXPECT_EQ(of("scr:10.0.0.1").faults[0].fix, "src");
}

TEST(Plan, EachMistakeIsToldWithItsPlace) {
  const Resolved resolved = of("sorce.ip:1 and dport:http or 目的端口:x");
  ASSERT_EQ(resolved.faults.size(), 3u);
  EXPECT_EQ(resolved.faults[0].span, (Span{0, 8}));
  EXPECT_EQ(resolved.faults[1].span, (Span{21, 25}));
}

TEST(Plan, ShapesAndTheirColumns) {
  const Plan groups = of("| groupby src, dst | stats max(value) count | sortby max^ src").plan;
  EXPECT_EQ(groups.shape, Shape::groups);
  ASSERT_EQ(groups.measures.size(), 2u);
  EXPECT_EQ(groups.measures[0].name, "max(ot.value)");
  ASSERT_EQ(groups.order.size(), 2u);
  EXPECT_EQ(groups.order[0].column, 2u);
  EXPECT_TRUE(groups.order[0].ascending);
  EXPECT_EQ(groups.order[1].column, 0u);
  const Plan chart = of("| timechart 5m by severity").plan;
  EXPECT_EQ(chart.bucket, 5 * minute);
  EXPECT_EQ(of("a | sortby value^ | table src dst | head 7").plan.rows, 7u);
  EXPECT_EQ(code("| groupby ip"), "either-side");
  EXPECT_EQ(code("| groupby a"), "unknown-field");
  EXPECT_EQ(code("| groupby src | timechart 1h"), "two-shapes");
  EXPECT_EQ(code("| groupby src dst sid sport dport"), "too-many-fields");
  EXPECT_EQ(code("| groupby src | sortby dst"), "not-a-column");
  EXPECT_EQ(code("| groupby src | table dst"), "table-of-groups");
  EXPECT_EQ(code("| stats avg(src)"), "not-a-number");
  EXPECT_EQ(code("| stats count(src)"), "bad-function");
  EXPECT_EQ(code("| stats avg"), "bad-function");
  EXPECT_EQ(code("| stats median(value)"), "unknown-function");
  EXPECT_EQ(code("| timechart 5x"), "bad-duration");
  EXPECT_EQ(code("| timechart 0s"), "bad-duration");
}

TEST(Plan, DiffersIsTheNegation) {
  const Resolved resolved = of("src!=10.0.0.1 or not dst:10.0.0.2");
  ASSERT_EQ(resolved.plan.condition->parts.size(), 5u);
  EXPECT_EQ(resolved.plan.condition->parts[1].kind, PartKind::none_of);
  EXPECT_EQ(resolved.plan.condition->parts[4].parts, (std::vector<std::uint32_t>{1, 3}));
}

TEST(Plan, TheSizeOfWhatIsComparedIsBounded) {
  std::string text = "modbus.function:(1";
  for (int i = 0; i < 999; ++i) text += " or 5";
  EXPECT_EQ(code(text + ")"), "too-many-values");  // three places and three words each
}

}  // namespace
}  // namespace langyan::query
