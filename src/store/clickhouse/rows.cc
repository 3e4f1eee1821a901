#include "store/clickhouse/rows.h"

#include <algorithm>
#include <charconv>

#include "store/question.h"

namespace langyan::store {
namespace {

std::string_view octets_of(const std::optional<IpAddress>& ip) {
  static constexpr IpAddress none{};
  return text_of(ip ? ip->octets : none.octets);
}

struct ColumnRow {
  std::string_view name, type;
  void (*put)(const KeptRow&, RowWriter&);
};
// clang-format off
constexpr ColumnRow columns[] = {
    {"n",            "UInt64",            [](const KeptRow& k, RowWriter& out) { out.number(k.n); }},
    {"day",          "UInt32",            [](const KeptRow& k, RowWriter& out) { out.number(k.day); }},
    {"time",         "Int64",             [](const KeptRow& k, RowWriter& out) { out.number<std::int64_t>(k.row->time); }},
    {"received",     "Int64",             [](const KeptRow& k, RowWriter& out) { out.number<std::int64_t>(k.batch->received); }},
    {"source",       "String",            [](const KeptRow& k, RowWriter& out) { out.text(k.batch->source); }},
    {"epoch",        "UInt64",            [](const KeptRow& k, RowWriter& out) { out.number(k.batch->epoch); }},
    {"lane",         "UInt8",             [](const KeptRow& k, RowWriter& out) { out.number(static_cast<std::uint8_t>(k.batch->lane)); }},
    {"last",         "UInt64",            [](const KeptRow& k, RowWriter& out) { out.number(k.position + k.row->covers - 1); }},
    {"organisation", "String",            [](const KeptRow& k, RowWriter& out) { out.text(owner_of(*k.batch, *k.row)); }},
    {"owner",        "String",            [](const KeptRow& k, RowWriter& out) { out.text(k.batch->organisation); }},
    {"via",          "String",            [](const KeptRow& k, RowWriter& out) { out.text(k.row->via); }},
    {"sensor",       "String",            [](const KeptRow& k, RowWriter& out) { out.text(k.row->sensor); }},
    {"class",        "UInt8",             [](const KeptRow& k, RowWriter& out) { out.number(static_cast<std::uint8_t>(k.row->event_class)); }},
    {"event_type",   "String",            [](const KeptRow& k, RowWriter& out) { out.text(k.row->event_type); }},
    {"src_known",    "UInt8",             [](const KeptRow& k, RowWriter& out) { out.number<std::uint8_t>(k.row->src_ip.has_value()); }},
    {"src",          "FixedString(16)",   [](const KeptRow& k, RowWriter& out) { out.octets(octets_of(k.row->src_ip)); }},
    {"dst_known",    "UInt8",             [](const KeptRow& k, RowWriter& out) { out.number<std::uint8_t>(k.row->dst_ip.has_value()); }},
    {"dst",          "FixedString(16)",   [](const KeptRow& k, RowWriter& out) { out.octets(octets_of(k.row->dst_ip)); }},
    {"src_port",     "Nullable(UInt16)",  [](const KeptRow& k, RowWriter& out) { out.nullable<std::uint16_t>(k.row->src_port); }},
    {"dst_port",     "Nullable(UInt16)",  [](const KeptRow& k, RowWriter& out) { out.nullable<std::uint16_t>(k.row->dst_port); }},
    {"proto",        "String",            [](const KeptRow& k, RowWriter& out) { out.text(k.row->proto); }},
    {"app_proto",    "String",            [](const KeptRow& k, RowWriter& out) { out.text(k.row->app_proto); }},
    {"flow_id",      "Nullable(UInt64)",  [](const KeptRow& k, RowWriter& out) { out.nullable<std::uint64_t>(k.row->flow_id); }},
    {"community",    "String",            [](const KeptRow& k, RowWriter& out) { out.text(k.row->community_id); }},
    {"severity",     "UInt8",             [](const KeptRow& k, RowWriter& out) { out.number(k.row->severity); }},
    {"sid",          "Nullable(UInt64)",  [](const KeptRow& k, RowWriter& out) { out.nullable<std::uint64_t>(k.row->sid); }},
    {"signature",    "String",            [](const KeptRow& k, RowWriter& out) { out.text(k.row->signature); }},
    {"category",     "String",            [](const KeptRow& k, RowWriter& out) { out.text(k.row->category); }},
    {"verb",         "String",            [](const KeptRow& k, RowWriter& out) { out.text(k.row->ot_verb); }},
    {"object",       "String",            [](const KeptRow& k, RowWriter& out) { out.text(k.row->ot_object); }},
    {"value",        "Nullable(Float64)", [](const KeptRow& k, RowWriter& out) { out.nullable<double>(k.row->ot_value); }},
    {"result",       "String",            [](const KeptRow& k, RowWriter& out) { out.text(k.row->ot_result); }},
    {"function",     "String",            [](const KeptRow& k, RowWriter& out) { out.text(k.row->function); }},
    {"json",         "String",            [](const KeptRow& k, RowWriter& out) { out.text(k.row->json); }},
};
// clang-format on

std::string hex(std::uint64_t value) {
  char text[16];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value, 16);
  return {text, end};
}

template <class List, class ToText>
std::string in_list(std::string_view column, const List& list, ToText to_text) {
  std::string sql(column);
  sql += " IN (";
  for (std::size_t i = 0; i < list.size(); ++i) sql.append(i ? ", " : "") += to_text(list[i]);
  return sql += ")";
}

std::string octets_in_sql(const IpAddress& ip) {
  return "toFixedString(unhex(" + clickhouse::quote(ip).sql() + "), 16)";
}

std::string any_network(std::string_view side, const std::vector<IpNetwork>& networks) {
  const std::string name(side);
  std::string sql = "(" + name + "_known AND (";
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const auto [first, last] = ends_of(networks[i]);
    if (i > 0) sql += " OR ";
    sql += "(" + name + " >= " + octets_in_sql(first) + " AND " + name + " <= " + octets_in_sql(last) + ")";
  }
  return sql += "))";
}

// The newest mark of an alert is its state; one that was never marked is fresh.
std::string in_states(const std::vector<AlertState>& states, std::string_view table) {
  const bool fresh = std::ranges::find(states, AlertState::fresh) != states.end();
  const auto number = [](AlertState state) { return std::to_string(static_cast<int>(state)); };
  return std::string(fresh ? "n NOT IN" : "n IN") + " (SELECT n FROM " + std::string(table) +
         " GROUP BY n HAVING " + (fresh ? "NOT " : "") +
         in_list("argMax(state, version)", states, number) + ")";
}

}  // namespace

std::string column_list() {
  std::string list;
  for (const ColumnRow& column : columns)
    list.append(list.empty() ? "" : ", ").append(column.name).append(" ").append(column.type);
  return list;
}

void write(const KeptRow& kept, RowWriter& out) {
  for (const ColumnRow& column : columns) column.put(kept, out);
}

std::string place_text(const Place& place) {
  return hex(static_cast<std::uint64_t>(place.time)) + "-" + hex(place.n);
}

std::optional<Place> parse_place(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == text.npos) return {};
  std::uint64_t numbers[2] = {};
  const std::string_view parts[] = {text.substr(0, dash), text.substr(dash + 1)};
  for (int i = 0; i < 2; ++i) {
    const char* end = parts[i].data() + parts[i].size();
    const auto [at, error] = std::from_chars(parts[i].data(), end, numbers[i], 16);
    if (error != std::errc() || at != end || parts[i].empty()) return {};
  }
  if (numbers[0] > INT64_MAX) return {};
  return Place{static_cast<Time>(numbers[0]), numbers[1]};
}

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
    terms.push_back("value " + std::string(comparison) + " " + clickhouse::quote(value).sql());
  };
  if (filter.value_least) bound(">=", *filter.value_least);
  if (filter.value_most) bound("<=", *filter.value_most);
  if (filter.flow_id) terms.push_back("flow_id = " + std::to_string(*filter.flow_id));
  if (!filter.community_id.empty()) terms.push_back("community = " + quoted(filter.community_id));
  if (!filter.text.empty())
    terms.push_back("positionCaseInsensitive(signature, " + quoted(filter.text) + ") > 0");
  std::string sql = "1";
  for (const std::string& term : terms) sql += " AND " + term;
  return sql;
}

DimensionColumn column_of_clickhouse(Dimension dimension) {
  switch (dimension) {
    case Dimension::sid: return {"toString(assumeNotNull(sid))", "class = 0 AND sid IS NOT NULL"};
    case Dimension::src: return {"src", "src_known", true};
    case Dimension::dst: return {"dst", "dst_known", true};
    case Dimension::severity: return {"toString(severity)", "severity != 0"};
    case Dimension::event_type: return {"event_type", "1"};
    case Dimension::ot_verb: return {"verb", "verb != ''"};
    case Dimension::sensor: return {"sensor", "1"};
    case Dimension::organisation: return {"organisation", "1"};
    case Dimension::proto: return {"proto", "proto != ''"};
    case Dimension::app_proto: return {"app_proto", "app_proto != ''"};
  }
  return {"''", "0"};
}

Event read_event(RowReader& in, std::uint64_t& n) {
  Event event;
  n = in.number<std::uint64_t>();
  event.time = in.number<std::int64_t>(), event.received = in.number<std::int64_t>();
  event.event_class = static_cast<EventClass>(in.number<std::uint8_t>());
  event.event_type = in.text(), event.organisation = in.text(), event.sensor = in.text();
  event.json = in.text(), event.via = in.text();
  event.id = event.cursor = place_text({event.time, n});
  return event;
}

}  // namespace langyan::store
