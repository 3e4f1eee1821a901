#include "store/clickhouse/where.h"

#include <algorithm>

#include "store/clickhouse/pieces.h"
#include "store/question.h"

namespace langyan::store::clickhouse {
namespace {

using query::Column;
using query::NumberRange;
using query::Part;
using query::PartKind;
using query::Target;
using query::Test;
using query::TextMatch;
using query::Type;

std::string any_network(std::string_view side, const std::vector<IpNetwork>& networks) {
  const std::string name(side);
  std::string sql = "(" + name + "_known AND (";
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const auto [first, last] = ends_of(networks[i]);
    if (i > 0) sql += " OR ";
    sql += first == last ? name + " = " + quote(first).sql()
                         : "(" + name + " >= " + quote(first).sql() + " AND " + name + " <= " + quote(last).sql() + ")";
  }
  return sql += "))";
}

// Conditions of a query: every piece is 1 or 0, never NULL, so that a negation is the other rows.

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

// As a double: elements of one list are of one type.
std::string real(const query::Number& value) {
  std::string digits = quote(value.whole ? static_cast<double>(value.integer) : value.real).sql();
  if (digits.find_first_of(".e") == digits.npos) digits.insert(digits.size() - (digits.back() == ')'), ".");
  return digits;
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

std::string time_text_tests(const std::string& value, const std::vector<NumberRange>& ranges) {
  std::vector<std::string> list;
  for (const NumberRange& range : ranges) {  // texts of one form, whose order is that of times
    std::vector<std::string> both;
    if (range.least)
      both.push_back(value + (range.least_open ? " > " : " >= ") + quoted(timestamp(range.least->integer)));
    if (range.most) both.push_back(value + (range.most_open ? " < " : " <= ") + quoted(timestamp(range.most->integer)));
    list.push_back(joined(both, " AND "));
  }
  return any(list);
}

std::string text_tests(const std::string& value, const std::vector<TextMatch>& texts, bool exact) {
  const std::string lower = "lower(" + value + ")";
  std::vector<std::string> list;
  std::string wholes;
  for (const TextMatch& match : texts) {
    if (match.stars.empty())
      wholes.append(wholes.empty() ? "" : ", ") += quoted(exact ? match.text : query::lower_case(match.text));
    else
      list.push_back("like(" + lower + ", " + quoted(query::lower_case(like_pattern(match))) + ")");
  }
  if (!wholes.empty()) list.push_back("has([" + wholes + "], " + (exact ? value : lower) + ")");
  return any(list);
}

// A column in which '' is none.
std::string text_test(const std::string& column, const Test& test) {
  const std::string has = column + " != ''";
  if (test.exists) return has;
  return "(" + has + " AND " + text_tests(column, test.texts, test.target.type == Type::lower) + ")";
}

std::string address_test(std::string_view side, const Test& test) {
  const std::string name(side), has = name + "_known";
  if (test.exists) return has;
  std::vector<std::string> list;
  if (!test.networks.empty()) list.push_back(any_network(side, test.networks));
  for (const query::AddressRange& range : test.addresses) {
    // A range of v6 does not hold the v4 addresses that lie within it in this form.
    const std::string kind = (range.least.is_v4() ? " AND " : " AND NOT ") + is_v4(name);
    list.push_back("(" + has + " AND " + name + " >= " + quote(range.least).sql() + " AND " + name +
                   " <= " + quote(range.most).sql() + kind + ")");
  }
  return any(list);
}

std::string number_test(const std::string& column, const Test& test) {
  return test.exists ? "1" : number_tests(column, test.numbers);
}
std::string nullable_test(const std::string& column, const Test& test) {
  if (test.exists) return column + " IS NOT NULL";
  return "ifNull(" + number_tests(column, test.numbers) + ", 0)";
}
std::string severity_test(const Test& test) {
  return test.exists ? "severity > 0" : "(severity > 0 AND " + number_tests("severity", test.numbers) + ")";
}

std::string state_test(const Test& test, std::string_view states) {
  std::vector<AlertState> wanted;
  for (std::size_t i = 0; i < alert_states; ++i)
    if (test.exists || std::ranges::any_of(
                           test.numbers, [&](const auto& range) { return holds(range, static_cast<std::int64_t>(i)); }))
      wanted.push_back(static_cast<AlertState>(i));
  if (wanted.empty()) return "0";
  return wanted.size() == alert_states ? "class = 0" : "(class = 0 AND " + in_states(wanted, states) + ")";
}

std::string path_test(const Test& test) {
  if (test.exists) return "1";
  std::vector<std::string> list;
  for (const TextMatch& match : test.texts)
    list.push_back("(organisation = " + quoted(match.text) + " OR startsWith(organisation, " +
                   quoted(match.text + "/") + "))");
  return any(list);
}

std::string any_text_test(const Test& test) {
  if (test.exists) return "1";
  std::vector<std::string> list;
  for (const std::string_view column :
       {std::string_view("signature"), category_column, std::string_view("object"), std::string_view("event_type"),
        std::string_view("app_proto"), std::string_view("verb"), std::string_view("function"),
        std::string_view("sensor"), std::string_view("proto"), std::string_view("result")})
    list.push_back(text_test(std::string(column), test));
  return any(list);
}

// What stands at the places is written alike in every test of a field, as the server works out a
// piece once; each lambda of its own costs it time that grows with the square of their number.
std::string numbers_at(const std::vector<query::Place>& places) {
  return "arrayFilter((x, p) -> has(" + scalar_paths(places) + ", p), numbers, number_paths)";
}
std::string texts_at(const std::vector<query::Place>& places) {
  return "arrayFilter((t, p) -> has(" + scalar_paths(places) + ", p), texts, text_paths)";
}

std::string any_number(const std::string& list, const std::vector<NumberRange>& ranges) {
  std::string points;
  std::vector<NumberRange> others;
  std::vector<std::string> tests;
  for (const NumberRange& range : ranges) {
    if (range.is_point())
      points.append(points.empty() ? "" : ", ") += real(*range.least);
    else
      others.push_back(range);
  }
  if (!points.empty()) tests.push_back("hasAny(" + list + ", [" + points + "])");
  if (!others.empty()) tests.push_back("arrayExists(x -> " + number_tests("x", others) + ", " + list + ")");
  return any(tests);
}

std::string any_text(const std::string& list, const std::vector<TextMatch>& texts) {
  std::string wholes;
  std::vector<TextMatch> patterns;
  std::vector<std::string> tests;
  for (const TextMatch& match : texts) {
    if (match.stars.empty())
      wholes.append(wholes.empty() ? "" : ", ") += quoted(query::lower_case(match.text));
    else
      patterns.push_back(match);
  }
  if (!wholes.empty()) tests.push_back("hasAny(arrayMap(t -> lower(t), " + list + "), [" + wholes + "])");
  if (!patterns.empty()) tests.push_back("arrayExists(t -> " + text_tests("t", patterns, false) + ", " + list + ")");
  return any(tests);
}

std::string json_test(const Test& test) {
  const Target& target = test.target;
  std::vector<std::string> list;
  if (test.exists)
    for (const std::string_view column : {"number_paths", "text_paths", "part_paths"})
      list.push_back("hasAny(" + std::string(column) + ", " + own_paths(target.places) + ")");
  if (!test.numbers.empty())
    list.push_back(target.type == Type::time
                       ? "arrayExists(t -> " + time_text_tests("t", test.numbers) + ", " + texts_at(target.places) + ")"
                       : any_number(numbers_at(target.places), test.numbers));
  // Of a coded number only the words beside it are texts.
  if (!test.texts.empty())
    list.push_back(any_text(texts_at(target.words.empty() ? target.places : target.words), test.texts));
  return of_protocol(target.protocol, any(list));
}

std::string test_sql(const Test& test, std::string_view states) {
  const auto either = [&](const std::string& a, const std::string& b) { return "(" + a + " OR " + b + ")"; };
  switch (test.target.column) {
    case Column::none: return json_test(test);
    case Column::time: return number_test("time", test);
    case Column::received: return number_test("received", test);
    case Column::event_class: return number_test("class", test);
    case Column::event_type: return text_test("event_type", test);
    case Column::organisation: return path_test(test);
    case Column::sensor: return text_test("sensor", test);
    case Column::src_ip: return address_test("src", test);
    case Column::dst_ip: return address_test("dst", test);
    case Column::any_ip: return either(address_test("src", test), address_test("dst", test));
    case Column::src_port: return nullable_test("src_port", test);
    case Column::dst_port: return nullable_test("dst_port", test);
    case Column::any_port: return either(nullable_test("src_port", test), nullable_test("dst_port", test));
    case Column::proto: return text_test("proto", test);
    case Column::app_proto: return text_test("app_proto", test);
    case Column::any_proto: return either(text_test("proto", test), text_test("app_proto", test));
    case Column::flow_id: return nullable_test("toInt64(flow_id)", test);
    case Column::community_id: return text_test("community", test);
    case Column::severity: return severity_test(test);
    case Column::sid: return nullable_test("sid", test);
    case Column::signature: return text_test("signature", test);
    case Column::category: return text_test(std::string(category_column), test);
    case Column::state: return state_test(test, states);
    case Column::verb: return text_test("verb", test);
    case Column::object: return text_test("object", test);
    case Column::value: return nullable_test("value", test);
    case Column::result: return text_test("result", test);
    case Column::function: return text_test("function", test);
    case Column::any_text: return any_text_test(test);
  }
  return "0";
}

std::string part_sql(const query::Condition& condition, std::uint32_t index, std::string_view states) {
  const Part& part = condition.parts[index];
  if (part.kind == PartKind::test) return test_sql(condition.tests[part.test], states);
  std::vector<std::string> list;
  for (const std::uint32_t each : part.parts) list.push_back(part_sql(condition, each, states));
  if (part.kind == PartKind::none_of) return "NOT (" + list[0] + ")";
  return joined(list, part.kind == PartKind::all_of ? " AND " : " OR ");
}

}  // namespace

Result<std::string> where(const Scope& scope, const Filter& filter, std::string_view states) {
  std::vector<std::string> terms;
  const auto text = [](const std::string& value) { return quoted(value); };
  const auto number = [](auto value) { return std::to_string(static_cast<std::uint64_t>(value)); };
  const auto any = [&](std::string_view column, const auto& list, auto to_text) {
    if (!list.empty()) terms.push_back(in_list(column, list, to_text));
  };
  std::string root = scope.root();
  if (!filter.organisation.empty()) {
    const auto wanted = Scope::of(filter.organisation);
    if (!wanted) return wanted.error();
    if (scope.covers(filter.organisation))
      root = filter.organisation;
    else if (!wanted->covers(root))
      return std::string("0");
  }
  if (!root.empty())  // '0' follows '/': what is below the root is one range
    terms.push_back("(organisation = " + quoted(root) + " OR (organisation >= " + quoted(root + "/") +
                    " AND organisation < " + quoted(root + "0") + "))");
  any("class", filter.classes, number), any("event_type", filter.types, text);
  any("sensor", filter.sensors, text), any("proto", filter.protos, text);
  any("app_proto", filter.app_protos, text), any("verb", filter.verbs, text);
  any("object", filter.objects, text), any("result", filter.results, text);
  any("function", filter.functions, text), any("via", filter.vias, text);
  any("severity", filter.severities, number);
  any("sid", filter.sids, number), any("src_port", filter.src_ports, number);
  any("dst_port", filter.dst_ports, number);
  const bool alerts_only = !filter.severities.empty() || !filter.sids.empty() ||
                           !filter.states.empty() || !filter.text.empty();
  if (alerts_only) terms.push_back("class = 0");
  if (!filter.states.empty()) terms.push_back(in_states(filter.states, states));
  if (!filter.ports.empty())
    terms.push_back("(" + in_list("ifNull(src_port, 65536)", filter.ports, number) + " OR " +
                    in_list("ifNull(dst_port, 65536)", filter.ports, number) + ")");
  if (!filter.src_ips.empty()) terms.push_back(any_network("src", filter.src_ips));
  if (!filter.dst_ips.empty()) terms.push_back(any_network("dst", filter.dst_ips));
  if (!filter.ips.empty())
    terms.push_back("(" + any_network("src", filter.ips) + " OR " + any_network("dst", filter.ips) + ")");
  const auto bound = [&](std::string_view comparison, double value) {
    terms.push_back("value " + std::string(comparison) + " " + quote(value).sql());
  };
  if (filter.value_least) bound(">=", *filter.value_least);
  if (filter.value_most) bound("<=", *filter.value_most);
  if (filter.flow_id) terms.push_back("flow_id = " + std::to_string(*filter.flow_id));
  if (!filter.community_id.empty()) terms.push_back("community = " + quoted(filter.community_id));
  if (!filter.text.empty())
    terms.push_back("positionCaseInsensitive(signature, " + quoted(filter.text) + ") > 0");
  for (const std::uint32_t part : filter.parts) terms.push_back(part_sql(*filter.where, part, states));
  std::string sql = "1";
  for (const std::string& term : terms) sql += " AND " + term;
  return sql;
}

}  // namespace langyan::store::clickhouse
