#include "store/sqlite/where.h"

#include <algorithm>

#include "store/planned.h"
#include "store/sqlite/network.h"

namespace langyan::store {
namespace {

using query::Column;
using query::NumberRange;
using query::Part;
using query::PartKind;
using query::Place;
using query::Target;
using query::Test;
using query::TextMatch;
using query::Type;

constexpr std::size_t chain = 64;  // operands one after the other

// "(a OR b OR …)", chains of chains where there are many; "0" or "1" where there are none.
Sql joined(std::vector<Sql> list, std::string_view word) {
  if (list.empty()) return Sql{}.add(word == " OR " ? "0" : "1");
  while (list.size() > 1) {
    std::vector<Sql> shorter;
    for (std::size_t i = 0; i < list.size(); i += chain) {
      Sql sql;
      sql.add("(");
      for (std::size_t j = i; j < std::min(i + chain, list.size()); ++j) {
        if (j > i) sql.add(word);
        sql.add(list[j]);
      }
      shorter.push_back(std::move(sql.add(")")));
    }
    list = std::move(shorter);
  }
  return std::move(list[0]);
}
Sql any(std::vector<Sql> list) {
  return joined(std::move(list), " OR ");
}

Value bound(const query::Number& number) {
  return number.whole ? Value(number.integer) : Value(number.real);
}

std::vector<Sql> number_tests(std::string_view value, const std::vector<NumberRange>& ranges) {
  std::vector<Sql> list;
  std::vector<Value> points;
  for (const NumberRange& range : ranges) {
    if (range.is_point()) {
      points.push_back(bound(*range.least));
      continue;
    }
    Sql sql;
    sql.add("(");
    if (range.least)
      sql.add(value).add(range.least_open ? " > ?" : " >= ?", bound(*range.least));
    if (range.least && range.most) sql.add(" AND ");
    if (range.most) sql.add(value).add(range.most_open ? " < ?" : " <= ?", bound(*range.most));
    list.push_back(std::move(sql.add(")")));
  }
  if (!points.empty()) list.push_back(Sql{}.any_of(value, points));
  return list;
}

std::vector<Sql> text_tests(std::string_view value, const std::vector<TextMatch>& texts, bool exact) {
  std::vector<Sql> list;
  std::vector<Value> wholes;
  for (const TextMatch& match : texts) {
    if (match.stars.empty())
      wholes.push_back(match.text);
    else
      list.push_back(Sql{}.add(value).add(" LIKE ?", like_pattern(match)).add(" ESCAPE '\\'"));
  }
  const std::string collated = std::string(value) + (exact ? "" : " COLLATE NOCASE");
  if (!wholes.empty()) list.push_back(Sql{}.any_of(collated, wholes));
  return list;
}

// column IN (the names that match)
Sql names_test(std::string_view column, const Test& test) {
  if (test.exists) return Sql{}.add(column).add(" IS NOT NULL");
  Sql sql;
  sql.add(column).add(" IN (SELECT id FROM names WHERE ");
  return sql.add(any(text_tests("name", test.texts, test.target.type == Type::lower))).add(")");
}

Sql path_test(const Test& test) {
  if (test.exists) return Sql{}.add("1");
  std::vector<Sql> list;
  for (const TextMatch& match : test.texts) {  // '0' follows '/'
    list.push_back(Sql{}.add("name = ?", match.text));
    list.push_back(
        Sql{}.add("(name >= ?", match.text + "/").add(" AND name < ?", match.text + "0").add(")"));
  }
  return Sql{}.add("organisation IN (SELECT id FROM names WHERE ").add(any(std::move(list))).add(")");
}

Sql signatures_test(std::string_view what, const Test& test) {
  if (test.exists && what == "signature") return Sql{}.add("signature IS NOT NULL");
  Sql sql;
  sql.add("signature IN (SELECT id FROM signatures WHERE ");
  if (what == "signature")
    sql.add(any(text_tests("signature", test.texts, false)));
  else if (test.exists)
    sql.add("category > 0");
  else
    sql.add("category IN (SELECT id FROM names WHERE ").add(any(text_tests("name", test.texts, false))).add(")");
  return sql.add(")");
}

Sql address_test(std::string_view column, const Test& test) {
  if (test.exists) return Sql{}.add(column).add(" IS NOT NULL");
  std::vector<Sql> list;
  for (const IpNetwork& network : test.networks) list.push_back(in_network(column, network));
  for (const query::AddressRange& range : test.addresses)
    list.push_back(Sql{}
                       .add("(")
                       .add(column)
                       .add(" BETWEEN ?", address_value(range.least))
                       .add(" AND ?", address_value(range.most))
                       .add(")"));
  return any(std::move(list));
}

Sql number_test(std::string_view column, const Test& test) {
  if (test.exists) return Sql{}.add(column).add(" IS NOT NULL");
  return any(number_tests(column, test.numbers));
}

Sql plain_text_test(std::string_view column, const Test& test) {
  if (test.exists) return Sql{}.add(column).add(" IS NOT NULL");
  return any(text_tests(column, test.texts, false));
}

Sql any_text_test(const Test& test) {
  if (test.exists) return Sql{}.add("1");
  std::vector<Sql> list;
  for (const std::string_view what : {"signature", "category"}) list.push_back(signatures_test(what, test));
  list.push_back(plain_text_test("object", test));
  for (const std::string_view column : {"type", "app_proto", "verb", "function", "sensor", "proto", "result"})
    list.push_back(names_test(column, test));
  return any(std::move(list));
}

// The JSON.

// A scalar: `type` is SQLite's word for its kind, `value` what it is.
Sql scalar_test(std::string_view type, std::string_view value, const Test& test, bool words) {
  const std::string of(type);
  std::vector<Sql> list;
  if (test.exists) return Sql{}.add(type).add(" <> 'null'");
  if (!words && test.target.type == Type::time) {
    for (const NumberRange& range : test.numbers) {
      Sql sql;
      sql.add("(").add(of).add(" = 'text'");
      if (range.least)
        sql.add(" AND ").add(value).add(range.least_open ? " > ?" : " >= ?", timestamp(range.least->integer));
      if (range.most)
        sql.add(" AND ").add(value).add(range.most_open ? " < ?" : " <= ?", timestamp(range.most->integer));
      list.push_back(std::move(sql.add(")")));
    }
  } else if (!words && !test.numbers.empty()) {
    Sql sql;
    sql.add("(").add(of).add(" IN ('integer', 'real', 'true', 'false') AND ");
    list.push_back(std::move(sql.add(any(number_tests(value, test.numbers))).add(")")));
  }
  // Of a coded number only the words beside it are texts.
  if (!test.texts.empty() && (words || test.target.words.empty())) {
    Sql sql;
    sql.add("(").add(of).add(" = 'text' AND ");
    list.push_back(std::move(sql.add(any(text_tests(value, test.texts, false))).add(")")));
  }
  return any(std::move(list));
}

// What stands at `path` of the JSON `of`: a scalar, or any element of a list.
Sql at_path(std::string_view of, const std::string& path, const Test& test, bool words) {
  Sql sql;
  const std::string json(of);
  if (test.exists) {
    sql.add("coalesce(json_type(").add(json).add(", ?", path).add("), 'null') <> 'null'");
    return sql;
  }
  sql.add("CASE json_type(").add(json).add(", ?", path).add(") WHEN 'array' THEN EXISTS(SELECT 1 FROM json_each(");
  sql.add(json).add(", ?", path).add(") v WHERE ").add(scalar_test("v.type", "v.atom", test, words)).add(") ELSE ");
  // A subquery, so that type and value are worked out once whatever they are compared with.
  sql.add("EXISTS(SELECT 1 FROM (SELECT json_type(").add(json).add(", ?", path).add(") AS t, json_extract(");
  sql.add(json).add(", ?", path).add(") AS x) s WHERE ").add(scalar_test("s.t", "s.x", test, words)).add(") END");
  return sql;
}

Sql place_test(const Place& place, const Test& test, bool words) {
  if (place.list.empty()) return at_path("l.json", place.path, test, words);
  Sql sql;
  sql.add("EXISTS(SELECT 1 FROM json_each(l.json, ?", place.list);
  sql.add(") i WHERE typeof(i.key) = 'integer' AND i.type = 'object' AND ");
  return sql.add(at_path("i.value", place.path, test, words)).add(")");
}

Sql protocol_test(const std::string& protocol) {
  Sql sql;
  sql.add("(type IN (SELECT id FROM names WHERE name = ?", protocol);
  return sql.add(") OR coalesce(app_proto IN (SELECT id FROM names WHERE name = ?", protocol).add("), 0))");
}

Sql json_test(const Test& test) {
  std::vector<Sql> places;
  for (const Place& place : test.target.places) places.push_back(place_test(place, test, false));
  if (!test.texts.empty())
    for (const Place& place : test.target.words) places.push_back(place_test(place, test, true));
  Sql sql;
  if (!test.target.protocol.empty()) sql.add(protocol_test(test.target.protocol)).add(" AND ");
  sql.add("EXISTS(SELECT 1 FROM lines l WHERE l.n = events.n AND ");
  return sql.add(any(std::move(places))).add(")");
}

Sql either(std::string_view a, std::string_view b, const Test& test, Sql (*make)(std::string_view, const Test&)) {
  std::vector<Sql> list;
  for (const std::string_view column : {a, b})
    list.push_back(Sql{}.add("coalesce(").add(make(column, test)).add(", 0)"));
  return any(std::move(list));
}

Sql test_sql(const Test& test) {
  switch (test.target.column) {
    case Column::none: return json_test(test);
    case Column::time: return number_test("time", test);
    case Column::received: return number_test("received", test);
    case Column::event_class: return number_test("class", test);
    case Column::event_type: return names_test("type", test);
    case Column::organisation: return path_test(test);
    case Column::sensor: return names_test("sensor", test);
    case Column::src_ip: return address_test("src", test);
    case Column::dst_ip: return address_test("dst", test);
    case Column::any_ip: return either("src", "dst", test, address_test);
    case Column::src_port: return number_test("src_port", test);
    case Column::dst_port: return number_test("dst_port", test);
    case Column::any_port: return either("src_port", "dst_port", test, number_test);
    case Column::proto: return names_test("proto", test);
    case Column::app_proto: return names_test("app_proto", test);
    case Column::any_proto: return either("proto", "app_proto", test, names_test);
    case Column::flow_id: return number_test("flow_id", test);
    case Column::community_id: return plain_text_test("community", test);
    case Column::severity: return number_test("severity", test);
    case Column::sid: return number_test("sid", test);
    case Column::signature: return signatures_test("signature", test);
    case Column::category: return signatures_test("category", test);
    case Column::state: return number_test("state", test);
    case Column::verb: return names_test("verb", test);
    case Column::object: return plain_text_test("object", test);
    case Column::value: return number_test("value", test);
    case Column::result: return names_test("result", test);
    case Column::function: return names_test("function", test);
    case Column::any_text: return any_text_test(test);
  }
  return Sql{}.add("0");
}

// How deep the parts below nest, for the order they are written in; parts are after their own.
std::vector<std::uint32_t> depths_of(const query::Condition& condition) {
  std::vector<std::uint32_t> depths(condition.parts.size(), 0);
  for (std::size_t i = 0; i < depths.size(); ++i)
    for (const std::uint32_t part : condition.parts[i].parts) depths[i] = std::max(depths[i], depths[part] + 1);
  return depths;
}

// Negations go down to the tests: a level of the condition is one level of the SQL.
Sql part_sql(const query::Condition& condition, const std::vector<std::uint32_t>& depths, std::uint32_t index,
             bool negated) {
  const Part& part = condition.parts[index];
  if (part.kind == PartKind::test)
    return Sql{}
        .add(negated ? "(coalesce(" : "coalesce(")
        .add(test_sql(condition.tests[part.test]))
        .add(negated ? ", 0) = 0)" : ", 0)");
  if (part.kind == PartKind::none_of) return part_sql(condition, depths, part.parts[0], !negated);
  std::vector<std::uint32_t> order = part.parts;
  std::ranges::stable_sort(order, std::greater(), [&](std::uint32_t each) { return depths[each]; });
  std::vector<Sql> list;
  for (const std::uint32_t each : order) list.push_back(part_sql(condition, depths, each, negated));
  return joined(std::move(list), (part.kind == PartKind::all_of) != negated ? " AND " : " OR ");
}

std::string_view name_column(Column column) {
  switch (column) {
    case Column::event_type: return "type";
    case Column::organisation: return "organisation";
    case Column::sensor: return "sensor";
    case Column::proto: return "proto";
    case Column::app_proto: return "app_proto";
    case Column::verb: return "verb";
    case Column::result: return "result";
    case Column::function: return "function";
    default: return {};
  }
}

std::string_view plain_column(Column column) {
  switch (column) {
    case Column::time: return "time";
    case Column::received: return "received";
    case Column::event_class: return "class";
    case Column::src_ip: return "src";
    case Column::dst_ip: return "dst";
    case Column::src_port: return "src_port";
    case Column::dst_port: return "dst_port";
    case Column::flow_id: return "flow_id";
    case Column::community_id: return "community";
    case Column::severity: return "severity";
    case Column::sid: return "sid";
    case Column::state: return "state";
    case Column::object: return "object";
    case Column::value: return "value";
    default: return {};
  }
}

}  // namespace

Sql where_sql(const query::Condition& condition, std::uint32_t part) {
  return part_sql(condition, depths_of(condition), part, false);
}

bool facts_have(const query::Condition& condition, std::uint32_t index) {
  const Part& part = condition.parts[index];
  if (part.kind != PartKind::test)
    return std::ranges::all_of(part.parts, [&](std::uint32_t each) { return facts_have(condition, each); });
  const Test& test = condition.tests[part.test];
  // In the facts 0 stands for no name, which no condition on names takes for one.
  constexpr Column in_facts[] = {Column::event_type, Column::organisation, Column::sensor, Column::proto,
                                 Column::app_proto,  Column::any_proto,    Column::verb};
  if (test.target.column == Column::event_class) return true;
  return !test.exists && std::ranges::find(in_facts, test.target.column) != std::end(in_facts);
}

Sql facts_needed(const query::Condition& condition, std::uint32_t index) {
  const Part& part = condition.parts[index];
  if (part.kind != PartKind::test) return {};
  const Target& target = condition.tests[part.test].target;
  return target.protocol.empty() ? Sql{} : protocol_test(target.protocol);
}

Sql value_sql(const Target& target) {
  Sql sql;
  if (const auto column = name_column(target.column); !column.empty())
    return sql.add("(SELECT name FROM names WHERE id = events.").add(column).add(")");
  if (const auto column = plain_column(target.column); !column.empty()) return sql.add("events.").add(column);
  if (target.column == Column::signature)
    return sql.add("(SELECT g.signature FROM signatures g WHERE g.id = events.signature)");
  if (target.column == Column::category)
    return sql.add(
        "(SELECT c.name FROM signatures g JOIN names c ON c.id = g.category WHERE g.id = events.signature)");
  if (!target.in_json()) return sql.add("NULL");
  if (!target.protocol.empty()) sql.add("CASE WHEN ").add(protocol_test(target.protocol)).add(" THEN ");
  sql.add("(SELECT coalesce(NULL");
  for (const Place& place : target.places) {
    const std::string path = place.list.empty() ? place.path : place.list + "[0]" + place.path.substr(1);
    sql.add(", json_extract(l.json, ?", path).add(")");
  }
  sql.add(", NULL) FROM lines l WHERE l.n = events.n)");
  if (!target.protocol.empty()) sql.add(" END");
  return sql;
}

}  // namespace langyan::store
