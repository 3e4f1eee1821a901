// Values of fields in rows: groups, functions and order.
#include "store/clickhouse/pieces.h"
#include "store/clickhouse/where.h"

namespace langyan::store::clickhouse {
namespace {

using query::Column;
using query::Function;
using query::Target;

using Kind = Held::Kind;

Held of(Kind kind, std::string column, std::string present) {
  return {kind, {std::move(column)}, std::move(present)};
}
Held text(std::string_view column) {
  return of(Kind::text, std::string(column), std::string(column) + " != ''");
}
Held whole(std::string_view column) {
  return of(Kind::whole, "toInt64(" + std::string(column) + ")", "1");
}
Held nullable(Kind kind, std::string_view column) {
  const std::string name(column);
  return of(kind, kind == Kind::real ? "ifNull(" + name + ", 0)" : "toInt64(ifNull(" + name + ", 0))",
            name + " IS NOT NULL");
}
Held address(std::string_view side) {
  return of(Kind::address, std::string(side), std::string(side) + "_known");
}

// The first of the places that has a value decides, in each of the three columns.
Held in_json(const Target& target) {
  const std::string other = target.protocol.empty() ? "" : "NOT " + of_protocol(target.protocol, "1") + ", ";
  std::string kind = "multiIf(" + other + (other.empty() ? "" : "0, ");
  std::string number = "multiIf(" + other + (other.empty() ? "" : "0., ");
  std::string words = "multiIf(" + other + (other.empty() ? "" : "'', ");
  for (const query::Place& place : target.places) {
    const std::string path = value_path(place);
    const auto has = [&](const char* column) { return "has(" + std::string(column) + ", " + path + ")"; };
    const auto at = [&](const char* values, const char* paths) {
      return std::string(values) + "[indexOf(" + paths + ", " + path + ")]";
    };
    kind += has("number_paths") + ", 1, " + has("text_paths") + ", 2, " + has("part_paths") + ", 2, ";
    number += has("number_paths") + ", " + at("numbers", "number_paths") + ", " + has("text_paths") + ", 0., " +
              has("part_paths") + ", 0., ";
    words += has("number_paths") + ", '', " + has("text_paths") + ", " + at("texts", "text_paths") + ", " +
             has("part_paths") + ", substring(json, " + at("part_starts", "part_paths") + ", " +
             at("part_sizes", "part_paths") + "), ";
  }
  kind += "0)";
  return {Kind::any, {"toUInt8(" + kind + ")", number + "0.)", words + "'')"}, kind + " != 0"};
}

// 1 in rows whose value an order of functions knows: octets of v6 have none.
std::string ordered(const Held& held) {
  return held.kind == Kind::address ? "(" + held.present + " AND " + is_v4(held.columns[0]) + ")" : held.present;
}

Value number_of(double value) {
  const auto whole = static_cast<std::int64_t>(value > -9e15 && value < 9e15 ? value : 0.5);
  return static_cast<double>(whole) == value ? Value(whole) : Value(value);
}

}  // namespace

Held held(const Target& target, std::string_view states) {
  switch (target.column) {
    case Column::none: return in_json(target);
    case Column::time: return whole("time");
    case Column::received: return whole("received");
    case Column::event_class: return whole("class");
    case Column::event_type: return text("event_type");
    case Column::organisation: return text("organisation");
    case Column::sensor: return text("sensor");
    case Column::src_ip: return address("src");
    case Column::dst_ip: return address("dst");
    case Column::src_port: return nullable(Kind::whole, "src_port");
    case Column::dst_port: return nullable(Kind::whole, "dst_port");
    case Column::proto: return text("proto");
    case Column::app_proto: return text("app_proto");
    case Column::flow_id: return nullable(Kind::whole, "flow_id");
    case Column::community_id: return text("community");
    case Column::severity: return of(Kind::whole, "toInt64(severity)", "severity > 0");
    case Column::sid: return nullable(Kind::whole, "sid");
    case Column::signature: return text("signature");
    case Column::category: return text(category_column);
    case Column::verb: return text("verb");
    case Column::object: return text("object");
    case Column::value: return nullable(Kind::real, "value");
    case Column::result: return text("result");
    case Column::function: return text("function");
    case Column::state:
      return of(Kind::whole,
                "toInt64(multiIf(" + in_states({AlertState::false_positive}, states) + ", 3, " +
                    in_states({AlertState::closed}, states) + ", 2, " +
                    in_states({AlertState::acknowledged}, states) + ", 1, 0))",
                "class = 0");
    case Column::any_ip:
    case Column::any_port:
    case Column::any_proto:
    case Column::any_text: break;  // of no one value
  }
  return of(Kind::whole, "toInt64(0)", "0");
}

Value read_value(Kind kind, RowReader& in) {
  switch (kind) {
    case Kind::whole: return in.number<std::int64_t>();
    case Kind::real: return in.number<double>();
    case Kind::text: return std::string(in.text());
    case Kind::address: {
      const auto octets = in.octets(sizeof(IpAddress::octets));
      return in.sound() ? address_value(IpAddress::v6(bytes_of(octets))) : Value();
    }
    case Kind::any: {
      const auto what = in.number<std::uint8_t>();
      const auto number = in.number<double>();
      const std::string_view words = in.text();
      return what == 0 ? Value() : what == 1 ? number_of(number) : Value(std::string(words));
    }
  }
  return {};
}

std::vector<std::string> measure_columns(const query::Measure& measure, std::string_view states) {
  if (measure.function == Function::count) return {"toInt64(count())"};
  const Held of = held(*measure.target, states);
  const bool any = of.kind == Kind::any, number = of.kind == Kind::whole || of.kind == Kind::real;
  const std::string numbers = any ? of.columns[0] + " = 1" : number ? of.present : "0";
  const std::string value = any ? of.columns[1] : number ? "toFloat64(" + of.columns[0] + ")" : "toFloat64(0)";
  const std::string name = measure.function == Function::min ? "minIf(" : "maxIf(";
  switch (measure.function) {
    case Function::count: break;
    case Function::sum: return {"toInt64(countIf(" + numbers + "))", "sumIf(" + value + ", " + numbers + ")"};
    case Function::avg: return {"toInt64(countIf(" + numbers + "))", "avgIf(" + value + ", " + numbers + ")"};
    case Function::min:
    case Function::max:
      if (!any) return {"toInt64(countIf(" + ordered(of) + "))", name + of.columns[0] + ", " + ordered(of) + ")"};
      return {"toInt64(countIf(" + numbers + "))", name + value + ", " + numbers + ")",
              "toInt64(countIf(" + of.columns[0] + " = 2))", name + of.columns[2] + ", " + of.columns[0] + " = 2)"};
    case Function::distinct: {
      std::string columns;
      for (const std::string& each : of.columns) columns += each + ", ";
      return {"toInt64(uniqExactIf(" + columns + of.present + "))"};
    }
  }
  return {};
}

Value read_measure(const query::Measure& measure, RowReader& in) {
  const auto count = in.number<std::int64_t>();
  if (measure.function == Function::count || measure.function == Function::distinct) return count;
  if (measure.function == Function::sum || measure.function == Function::avg) {
    const auto value = in.number<double>();
    return count > 0 ? Value(value) : Value();
  }
  const Kind kind = held(*measure.target, "").kind;
  if (kind != Kind::any) {
    const Value value = read_value(kind, in);
    return count > 0 ? value : Value();
  }
  const auto number = in.number<double>();
  const auto texts = in.number<std::int64_t>();
  const std::string text(in.text());
  const bool least = measure.function == Function::min;
  if (count > 0 && (least || texts == 0)) return number_of(number);
  return texts > 0 ? Value(text) : Value();
}

std::string order_of(const Target& target, bool ascending, std::string_view states) {
  const Held of = held(target, states);
  const std::string way = ascending ? " ASC" : " DESC";
  std::string keys = "(" + of.present + ") DESC";
  if (of.kind == Kind::address) keys += ", NOT " + is_v4(of.columns[0]) + way;
  for (const std::string& each : of.columns) keys += ", " + each + way;
  return keys;
}

}  // namespace langyan::store::clickhouse
