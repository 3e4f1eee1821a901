// Query: any text as a query of the center.
//
// Promises: a fault lies inside the text and says something in both languages; what parsed is
// written again as a text that parses to the same; resolving ends with a plan or with faults, and
// resolving the written text gives the same plan; what was resolved compiles.
#include "base/clock.h"
#include "query/complete.h"
#include "query/plan.h"
#include "store/clickhouse/where.h"
#include "store/sqlite/where.h"
#include "tests/fuzz/check.h"

namespace langyan::fuzz {
namespace {

constexpr std::string_view fields = R"({"fields":[
  {"keyword":"modbus.unit_id","item":false,"kind":"u8","label":{"en":"Unit","zh":"单元"},"doc":"U."},
  {"keyword":"modbus.function","item":false,"kind":"u8","label":{"en":"F","zh":"功能码"},"doc":"F.","names":{"5":"write_single_coil"}},
  {"keyword":"modbus.registers","item":false,"kind":"u16 list","label":{"en":"R","zh":"寄存器"},"doc":"R."},
  {"keyword":"iec104.address","item":true,"kind":"u32","label":{"en":"A","zh":"地址"},"doc":"A."},
  {"keyword":"iec104.time","item":true,"kind":"time","label":{"en":"T","zh":"时间"},"doc":"T."},
  {"keyword":"iec104.negative","item":false,"kind":"bool","label":{"en":"N","zh":"否定"},"doc":"N."},
  {"keyword":"mqtt.topic","item":false,"kind":"text","label":{"en":"Topic","zh":"主题"},"doc":"T."}]})";

void check_faults(const query::Faults& faults, std::string_view text) {
  for (const query::Fault& fault : faults) {
    require(fault.span.begin <= fault.span.end && fault.span.begin <= text.size() && fault.span.end <= text.size() + 1,
            "a fault lies inside the text", text);
    require(!fault.code.empty() && !fault.message.en.empty() && !fault.message.zh.empty() && !fault.advice.en.empty() &&
                !fault.advice.zh.empty(),
            "a fault says what is wrong and what to do", text);
  }
}

// Octets outside its literals that a statement of ours may have: text of ours only.
bool is_clean(std::string_view sql) {
  bool inside = false;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (static_cast<unsigned char>(sql[i]) < 0x20) return false;
    if (!inside && static_cast<unsigned char>(sql[i]) >= 0x7f) return false;
    if (sql[i] == '\'') inside = !inside;
    else if (inside && sql[i] == '\\') ++i;
  }
  return !inside;
}

void check_compiled(const query::Plan& plan) {
  namespace ch = store::clickhouse;
  const auto scope = store::Scope::of("cn/a").take();
  const store::Filter filter = store::filter_of(plan);
  for (const std::uint32_t part : filter.parts) {
    const store::Sql sql = store::where_sql(*filter.where, part);
    const auto marks = static_cast<std::size_t>(std::ranges::count(sql.text, '?'));
    require(marks == sql.values.size() && marks < 32'766, "each mark has its value, and SQLite takes as many",
            sql.text);
    require(std::ranges::all_of(sql.text, [](char c) { return c >= 0x20 && c < 0x7f; }),
            "no text of the query is in the SQL", sql.text);
  }
  for (const query::Target& target : plan.groups)
    require(!store::value_sql(target).text.empty(), "a group has a value", target.name);
  const auto where = ch::where(scope, filter, "states");
  require(where.ok(), "the filter of a plan has an organisation", plan.filter);
  std::string sql = *where;
  for (const auto* list : {&plan.groups, &plan.sorts})
    for (const query::Target& target : *list)
      for (const std::string& column : ch::held(target, "states").columns) sql += ", " + column;
  for (const query::Measure& measure : plan.measures)
    for (const std::string& column : ch::measure_columns(measure, "states")) sql += ", " + column;
  require(is_clean(sql), "every literal of the statement ends", sql);
}

}  // namespace
}  // namespace langyan::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace langyan;
  using namespace langyan::fuzz;
  static const auto catalogue = query::Catalogue::of(fields).take();
  const std::string text(text_of({data, size}));
  const query::Parsed parsed = query::parse(text);
  check_faults(parsed.faults, text);
  if (!parsed.faults.empty()) return 0;
  const std::string written = query::render(parsed.query);
  const query::Parsed again = query::parse(written, query::rendered_bytes);
  require(again.faults.empty(), "what is written parses", text + "\n" + written);
  require(query::render(again.query) == written, "writing is stable", text + "\n" + written);
  require(
      again.query.nodes.size() == parsed.query.nodes.size() && again.query.terms.size() == parsed.query.terms.size(),
      "what is written means the same", text + "\n" + written);

  query::Surroundings around;
  around.catalogue = catalogue.get();
  around.now = 1'772'452'800 * second;
  const query::Resolved resolved = query::resolve(parsed.query, around);
  const query::Resolved resolved_again = query::resolve(again.query, around);
  require(resolved.faults.size() == resolved_again.faults.size(), "both have the same faults", text + "\n" + written);
  check_faults(resolved.faults, text);
  if (!resolved.faults.empty()) return 0;
  const auto &tests = resolved.plan.condition->tests, &same = resolved_again.plan.condition->tests;
  require(tests.size() == same.size(), "both plans have the same tests", text + "\n" + written);
  for (std::size_t i = 0; i < tests.size(); ++i)
    require(tests[i].numbers == same[i].numbers && tests[i].texts == same[i].texts &&
                tests[i].addresses == same[i].addresses && tests[i].exists == same[i].exists,
            "both plans compare with the same values", text + "\n" + written);
  check_compiled(resolved.plan);
  const auto completions = query::complete(text, text.size(), *catalogue);
  require(completions.items.size() <= query::most_completions && completions.span.end <= text.size(),
          "completions are few and lie inside", text);
  return 0;
}
