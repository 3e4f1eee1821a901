#include "store/clickhouse/compile.h"

#include <algorithm>

#include "store/clickhouse/quote.h"

namespace langyan::store::clickhouse {
namespace {

using query::Column;
using query::Function;
using query::NumberRange;
using query::Part;
using query::PartKind;
using query::Place;
using query::Target;
using query::Test;
using query::TextMatch;
using query::Type;

std::string joined(const std::vector<std::string>& list, std::string_view word) {
  if (list.empty()) return word == " OR " ? "0" : "1";
  if (list.size() == 1) return list[0];
  std::string sql = "(";
  for (std::size_t i = 0; i < list.size(); ++i) sql.append(i > 0 ? word : "").append(list[i]);
  return sql += ')';
}
std::string any(const std::vector<std::string>& list) {
  return joined(list, " OR ");
}

std::string number(const query::Number& value) {
  return value.whole ? quote(value.integer).sql() : quote(value.real).sql();
}
std::string number_tests(const std::string& value, const std::vector<NumberRange>& ranges) {
  std::vector<std::string> list;
  for (const NumberRange& range : ranges) {
    std::vector<std::string> both;
    if (range.is_point()) {
      both.push_back(value + " = " + number(*range.least));
    } else {
      if (range.least) both.push_back(value + (range.least_open ? " > " : " >= ") + number(*range.least));
      if (range.most) both.push_back(value + (range.most_open ? " < " : " <= ") + number(*range.most));
    }
    list.push_back(joined(both, " AND "));
  }
  return any(list);
}

std::string like_pattern(const TextMatch& match) {
  std::string pattern;
  std::size_t next = 0;
  for (std::size_t i = 0; i <= match.text.size(); ++i) {
    if (next < match.stars.size() && match.stars[next] == i) pattern += '%', ++next;
    if (i == match.text.size()) break;
    const char c = match.text[i];
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return query::lower_case(pattern);
}

std::string text_tests(const std::string& value, const std::vector<TextMatch>& texts, bool exact) {
  std::vector<std::string> list;
  for (const TextMatch& match : texts) {
    if (!match.stars.empty())
      list.push_back("like(lower(" + value + "), " + quote(like_pattern(match)).sql() + ")");
    else if (exact)
      list.push_back(value + " = " + quote(match.text).sql());
    else
      list.push_back("lower(" + value + ") = " + quote(query::lower_case(match.text)).sql());
  }
  return any(list);
}

std::string text_test(const std::string& column, const Test& test) {
  if (test.exists) return column + " != ''";
  return text_tests(column, test.texts, test.target.type == Type::lower);
}

struct Ends {
  IpAddress least, most;
};
Ends ends_of(const IpNetwork& network) {
  Ends ends{network.address, network.address};
  for (int bit = network.prefix; bit < 128; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80 >> (bit & 7));
    const auto at = static_cast<std::size_t>(bit >> 3);
    ends.least.octets[at] = static_cast<std::uint8_t>(ends.least.octets[at] & ~mask);
    ends.most.octets[at] = static_cast<std::uint8_t>(ends.most.octets[at] | mask);
  }
  return ends;
}

std::string address_test(const std::string& column, const Test& test) {
  if (test.exists) return column + " != ''";
  std::vector<std::string> list;
  const auto between = [&](const IpAddress& least, const IpAddress& most) {
    return "(" + column + " >= " + quote(least).sql() + " AND " + column + " <= " + quote(most).sql();
  };
  for (const IpNetwork& network : test.networks) {
    const Ends ends = ends_of(network);
    list.push_back(between(ends.least, ends.most) + ")");
  }
  for (const query::AddressRange& range : test.addresses) {
    // A range of v6 does not hold the v4 addresses that lie within it in this form.
    const std::string not_v4 = range.least.is_v4() ? "" : " AND NOT startsWith(" + column + ", '00000000000000000000ffff')";
    list.push_back(between(range.least, range.most) + not_v4 + ")");
  }
  return any(list);
}

std::string number_test(const std::string& column, std::string_view present, const Test& test) {
  const std::string has = column + std::string(present);
  return test.exists ? has : "(" + has + " AND " + number_tests(column, test.numbers) + ")";
}

std::string path_of(const Place& place) {
  std::string path = place.list.empty() ? "" : place.list.substr(2) + ".";
  return path + place.path.substr(2);
}
std::string paths_of(const std::vector<Place>& places) {
  std::vector<std::string> seen;
  std::string sql = "[";
  for (const Place& place : places) {
    const std::string path = path_of(place);
    if (std::ranges::find(seen, path) != seen.end()) continue;
    sql.append(seen.empty() ? "" : ", ").append(quote(path).sql());
    seen.push_back(path);
  }
  return sql += ']';
}

std::string of_protocol(const std::string& protocol, std::string sql) {
  if (protocol.empty()) return sql;
  const std::string name = quote(protocol).sql();
  return "((type = " + name + " OR app_proto = " + name + ") AND " + sql + ")";
}

std::string json_test(const Test& test) {
  const Target& target = test.target;
  if (test.exists) return of_protocol(target.protocol, "hasAny(paths, " + paths_of(target.places) + ")");
  std::vector<std::string> list;
  if (target.type == Type::time) {  // texts of one form, whose order is that of times
    for (const NumberRange& range : test.numbers) {
      std::vector<std::string> both = {"has(" + paths_of(target.places) + ", p)"};
      if (range.least) both.push_back(std::string("t ") + (range.least_open ? "> " : ">= ") + quote(timestamp(range.least->integer)).sql());
      if (range.most) both.push_back(std::string("t != '' AND t ") + (range.most_open ? "< " : "<= ") + quote(timestamp(range.most->integer)).sql());
      list.push_back(joined(both, " AND "));
    }
  } else if (!test.numbers.empty()) {
    list.push_back("(has(" + paths_of(target.places) + ", p) AND " + number_tests("x", test.numbers) + ")");
  }
  if (!test.texts.empty()) {
    const auto& places = target.words.empty() ? target.places : target.words;
    list.push_back("(has(" + paths_of(places) + ", p) AND " + text_tests("t", test.texts, false) + ")");
  }
  return of_protocol(target.protocol, "arrayExists((p, t, x) -> " + any(list) + ", paths, texts, numbers)");
}

std::string path_test(const Test& test) {
  if (test.exists) return "1";
  std::vector<std::string> list;
  for (const TextMatch& match : test.texts)
    list.push_back("(organisation = " + quote(match.text).sql() + " OR startsWith(organisation, " + quote(match.text + "/").sql() + "))");
  return any(list);
}

std::string flow_test(const Test& test) {
  if (test.exists) return "flow = 1";
  std::vector<std::string> list;
  for (const NumberRange& range : test.numbers)
    list.push_back("flow_id = " + quote(static_cast<std::uint64_t>(range.least->integer)).sql());
  return "(flow = 1 AND " + any(list) + ")";
}

std::string any_text_test(const Test& test) {
  if (test.exists) return "1";
  std::vector<std::string> list;
  for (const char* column : {"signature", "category", "object", "type", "app_proto", "verb", "function", "sensor", "proto", "result"})
    list.push_back(text_tests(column, test.texts, false));
  return any(list);
}

std::string test_sql(const Test& test) {
  switch (test.target.column) {
    case Column::none: return json_test(test);
    case Column::time: return number_test("time", " >= 0", test);
    case Column::received: return number_test("received", " >= 0", test);
    case Column::event_class: return number_test("class", " >= 0", test);
    case Column::event_type: return text_test("type", test);
    case Column::organisation: return path_test(test);
    case Column::sensor: return text_test("sensor", test);
    case Column::src_ip: return address_test("src", test);
    case Column::dst_ip: return address_test("dst", test);
    case Column::any_ip: return "(" + address_test("src", test) + " OR " + address_test("dst", test) + ")";
    case Column::src_port: return number_test("src_port", " >= 0", test);
    case Column::dst_port: return number_test("dst_port", " >= 0", test);
    case Column::any_port: return "(" + number_test("src_port", " >= 0", test) + " OR " + number_test("dst_port", " >= 0", test) + ")";
    case Column::proto: return text_test("proto", test);
    case Column::app_proto: return text_test("app_proto", test);
    case Column::any_proto: return "(" + text_test("proto", test) + " OR " + text_test("app_proto", test) + ")";
    case Column::flow_id: return flow_test(test);
    case Column::community_id: return text_test("community", test);
    case Column::severity: return number_test("severity", " > 0", test);
    case Column::sid: return number_test("sid", " >= 0", test);
    case Column::signature: return text_test("signature", test);
    case Column::category: return text_test("category", test);
    case Column::state: return number_test("state", " >= 0", test);
    case Column::verb: return text_test("verb", test);
    case Column::object: return text_test("object", test);
    case Column::value: return test.exists ? "NOT isNaN(value)" : number_tests("value", test.numbers);
    case Column::result: return text_test("result", test);
    case Column::function: return text_test("function", test);
    case Column::any_text: return any_text_test(test);
  }
  return "0";
}

std::string part_sql(const query::Condition& condition, std::uint32_t index) {
  const Part& part = condition.parts[index];
  if (part.kind == PartKind::test) return test_sql(condition.tests[part.test]);
  std::vector<std::string> list;
  for (const std::uint32_t each : part.parts) list.push_back(part_sql(condition, each));
  if (part.kind == PartKind::none_of) return "NOT (" + list[0] + ")";
  return joined(list, part.kind == PartKind::all_of ? " AND " : " OR ");
}

struct Held {  // a column, and what says that a row has it
  std::string value, present;
};
Held held(const Target& target) {
  struct Row {
    Column column;
    std::string_view value, present;
  };
  constexpr Row rows[] = {
      {Column::time, "time", "1"},          {Column::received, "received", "1"},
      {Column::event_class, "class", "1"},  {Column::event_type, "type", "type != ''"},
      {Column::organisation, "organisation", "1"}, {Column::sensor, "sensor", "sensor != ''"},
      {Column::src_ip, "src", "src != ''"}, {Column::dst_ip, "dst", "dst != ''"},
      {Column::src_port, "src_port", "src_port >= 0"}, {Column::dst_port, "dst_port", "dst_port >= 0"},
      {Column::proto, "proto", "proto != ''"}, {Column::app_proto, "app_proto", "app_proto != ''"},
      {Column::flow_id, "flow_id", "flow = 1"}, {Column::community_id, "community", "community != ''"},
      {Column::severity, "severity", "severity > 0"}, {Column::sid, "sid", "sid >= 0"},
      {Column::signature, "signature", "signature != ''"}, {Column::category, "category", "category != ''"},
      {Column::state, "state", "state >= 0"}, {Column::verb, "verb", "verb != ''"},
      {Column::object, "object", "object != ''"}, {Column::value, "value", "NOT isNaN(value)"},
      {Column::result, "result", "result != ''"}, {Column::function, "function", "function != ''"},
  };
  for (const Row& row : rows)
    if (row.column == target.column) return {std::string(row.value), std::string(row.present)};
  const std::string paths = paths_of(target.places), has = of_protocol(target.protocol, "hasAny(paths, " + paths + ")");
  if (target.is_number()) return {"arrayFirst((x, p) -> has(" + paths + ", p), numbers, paths)", has};
  return {"arrayFirst((t, p) -> has(" + paths + ", p), arrayMap((t, x) -> if(t != '' OR isNaN(x), t, toString(x)), texts, numbers), paths)", has};
}

std::string bounds(const query::Plan& plan, const Scope& scope, const Range& range) {
  std::vector<std::string> list;
  if (!scope.is_all())
    list.push_back("(organisation = " + quote(scope.root()).sql() + " OR startsWith(organisation, " + quote(scope.root() + "/").sql() + "))");
  const Filter own = filter_of(plan);
  const auto from = range.from && own.from ? std::max(*range.from, *own.from) : range.from ? *range.from : own.from.value_or(0);
  list.push_back("time >= " + quote(from).sql());
  // Days are partitions: the parts of a year are not opened for an hour.
  list.push_back("day >= toDate(" + quote(from / second).sql() + ")");
  if (range.to || own.to) {
    const Time to = range.to && own.to ? std::min(*range.to, *own.to) : range.to ? *range.to : *own.to;
    list.push_back("time < " + quote(to).sql());
    list.push_back("day <= toDate(" + quote(std::max<Time>(to, 0) / second).sql() + ")");
  }
  if (!plan.condition->parts.empty()) list.push_back(where(*plan.condition));
  std::string sql;
  for (const std::string& each : list) sql.append(sql.empty() ? "" : " AND ").append(each);
  return sql;
}

std::string measure_sql(const query::Measure& measure) {
  if (measure.function == Function::count) return "count()";
  constexpr std::string_view names[] = {"count", "sumIf", "avgIf", "minIf", "maxIf", "uniqExactIf"};
  const Held of = held(*measure.target);
  return std::string(names[static_cast<std::size_t>(measure.function)]) + "(" + of.value + ", " + of.present + ")";
}

}  // namespace

std::string_view events_table() {
  return R"sql(CREATE TABLE events (
  day Date, n UInt64, time Int64, received Int64, class UInt8, type String, organisation String,
  sensor String, epoch UInt64, lane UInt8, seq UInt64,
  src String, dst String, src_port Int32, dst_port Int32, proto String, app_proto String,
  flow UInt8, flow_id UInt64, community String,
  severity UInt8, sid Int64, signature String, category String, state Int8,
  verb String, object String, value Float64, result String, function String,
  paths Array(String), texts Array(String), numbers Array(Float64), json String
) ENGINE = MergeTree PARTITION BY day ORDER BY (class, type, time, n))sql";
}

std::string where(const query::Condition& condition) {
  if (condition.parts.empty()) return "1";
  return part_sql(condition, static_cast<std::uint32_t>(condition.parts.size() - 1));
}

std::string select_events(const query::Plan& plan, const Scope& scope, const Range& range,
                          std::optional<Before> before, std::size_t limit) {
  std::string sql = "SELECT n, time, received, class, type, organisation, sensor, state, json FROM events WHERE " + bounds(plan, scope, range);
  if (before && plan.sorts.empty()) {
    const std::string time = quote(before->time).sql();
    sql += " AND (time < " + time + " OR (time = " + time + " AND n < " + quote(before->n).sql() + "))";
  }
  sql += " ORDER BY ";
  for (const query::Order& order : plan.order) {
    const Held of = held(plan.sorts[order.column]);  // rows without the value come last
    sql += "(" + of.present + ") DESC, " + of.value + (order.ascending ? " ASC, " : " DESC, ");
  }
  return sql + "time DESC, n DESC LIMIT " + quote(std::uint64_t{limit}).sql() + " FORMAT JSONEachRow";
}

std::string select_groups(const query::Plan& plan, const Scope& scope, const Range& range) {
  std::string columns, groups, present;
  for (std::size_t i = 0; i < plan.groups.size(); ++i) {
    const Held of = held(plan.groups[i]);
    const std::string name = "g" + std::to_string(i);
    columns += of.value + " AS " + name + ", ", groups += (i > 0 ? ", " : "") + name;
    present += " AND " + of.present;
  }
  for (std::size_t i = 0; i < plan.measures.size(); ++i)
    columns += measure_sql(plan.measures[i]) + " AS m" + std::to_string(i) + ", ";
  std::string sql = "SELECT " + columns + "count() AS events FROM events WHERE " + bounds(plan, scope, range) + present;
  if (!groups.empty()) sql += " GROUP BY " + groups;
  sql += " ORDER BY ";
  for (const query::Order& order : plan.order) {
    const bool group = order.column < plan.groups.size();
    sql += (group ? "g" : "m") + std::to_string(group ? order.column : order.column - plan.groups.size()) + (order.ascending ? " ASC, " : " DESC, ");
  }
  sql += groups.empty() ? "events" : groups;
  return sql + " LIMIT " + quote(std::uint64_t{plan.rows}).sql() + " FORMAT JSONEachRow";
}

std::string select_chart(const query::Plan& plan, const Scope& scope, const Range& range, Duration bucket) {
  std::string by, present;
  if (!plan.groups.empty()) {
    const Held of = held(plan.groups[0]);
    by = of.value + " AS g0, ", present = " AND " + of.present;
  }
  return "SELECT " + by + "intDiv(time, " + quote(std::max<Duration>(bucket, second)).sql() + ") AS bucket, count() AS events FROM events WHERE " +
         bounds(plan, scope, range) + present + " GROUP BY " + (by.empty() ? "" : "g0, ") + "bucket ORDER BY bucket FORMAT JSONEachRow";
}

std::string settings(Duration query_time) {
  return "max_execution_time=" + std::to_string(std::max<Duration>(query_time / second, 1)) +
         "&timeout_overflow_mode=throw&max_rows_to_group_by=" + std::to_string(most_groups) +
         "&group_by_overflow_mode=throw&max_result_rows=" + std::to_string(most_groups) +
         "&max_query_size=1048576&max_ast_depth=2000&max_ast_elements=200000&output_format_json_quote_64bit_integers=0";
}

}  // namespace langyan::store::clickhouse
