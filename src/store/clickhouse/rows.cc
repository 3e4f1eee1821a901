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
    {"number_paths", "Array(String)",     [](const KeptRow& k, RowWriter& out) { out.texts(k.members->number_paths); }},
    {"numbers",      "Array(Float64)",    [](const KeptRow& k, RowWriter& out) { out.numbers(k.members->numbers); }},
    {"text_paths",   "Array(String)",     [](const KeptRow& k, RowWriter& out) { out.texts(k.members->text_paths); }},
    {"texts",        "Array(String)",     [](const KeptRow& k, RowWriter& out) { out.texts(k.members->texts); }},
    {"part_paths",   "Array(String)",     [](const KeptRow& k, RowWriter& out) { out.texts(k.members->part_paths); }},
    {"part_starts",  "Array(UInt32)",     [](const KeptRow& k, RowWriter& out) { out.numbers(k.members->part_starts); }},
    {"part_sizes",   "Array(UInt32)",     [](const KeptRow& k, RowWriter& out) { out.numbers(k.members->part_sizes); }},
};
// clang-format on

std::string hex(std::uint64_t value) {
  char text[16];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value, 16);
  return {text, end};
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

std::vector<std::string> member_columns() {
  std::vector<std::string> list;
  for (const ColumnRow& column : columns)
    if (column.type.starts_with("Array")) list.push_back(std::string(column.name) + " " + std::string(column.type));
  return list;
}

void write_members(const clickhouse::Members& members, RowWriter& out) {
  KeptRow kept;
  kept.members = &members;
  for (const ColumnRow& column : columns)
    if (column.type.starts_with("Array")) column.put(kept, out);
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
