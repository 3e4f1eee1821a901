#include "center/event_cells.h"

#include <simdjson.h>

#include "base/json.h"

namespace langyan::center {
namespace {

using query::Column;
using query::Target;
using store::Cell;

Cell text_cell(std::string_view text) {
  return text.empty() ? Cell() : Cell(std::string(text));
}
template <class T>
Cell number_cell(const std::optional<T>& number) {
  return number ? Cell(static_cast<std::int64_t>(*number)) : Cell();
}

Cell json_cell(const simdjson::dom::element& value) {
  std::string_view text;
  std::int64_t whole = 0;
  std::uint64_t large = 0;
  double real = 0;
  if (value.is_null()) return {};
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  if (value.get(whole) == simdjson::SUCCESS) return whole;
  if (value.get(large) == simdjson::SUCCESS) return large;
  if (value.get(real) == simdjson::SUCCESS) return real;
  return simdjson::minify(value);
}

// "$.a.b" from an element; an error where there is nothing.
simdjson::simdjson_result<simdjson::dom::element> at_path(simdjson::dom::element from, std::string_view path) {
  std::string pointer;
  for (char c : path.substr(1)) pointer += c == '.' ? '/' : c;
  return from.at_pointer(pointer);
}

Cell place_cell(const simdjson::dom::element& line, const query::Place& place) {
  simdjson::dom::element value;
  if (place.list.empty()) return at_path(line, place.path).get(value) == simdjson::SUCCESS ? json_cell(value) : Cell();
  simdjson::dom::array list;
  if (at_path(line, place.list).get(list) != simdjson::SUCCESS) return {};
  for (const auto item : list)
    if (at_path(item, place.path).get(value) == simdjson::SUCCESS) return json_cell(value);
  return {};
}

Cell column_cell(const store::Event& event, const store::EventRow& row, Column column) {
  const bool alert = event.event_class == store::EventClass::alert;
  switch (column) {
    case Column::time: return timestamp(event.time);
    case Column::received: return timestamp(event.received);
    case Column::event_class: return std::string(store::name_of(event.event_class));
    case Column::event_type: return text_cell(event.event_type);
    case Column::organisation: return text_cell(event.organisation);
    case Column::sensor: return text_cell(event.sensor);
    case Column::src_ip: return row.src_ip ? Cell(to_string(*row.src_ip)) : Cell();
    case Column::dst_ip: return row.dst_ip ? Cell(to_string(*row.dst_ip)) : Cell();
    case Column::src_port: return number_cell(row.src_port);
    case Column::dst_port: return number_cell(row.dst_port);
    case Column::proto: return text_cell(row.proto);
    case Column::app_proto: return text_cell(row.app_proto);
    case Column::flow_id: return row.flow_id ? Cell(*row.flow_id) : Cell();
    case Column::community_id: return text_cell(row.community_id);
    case Column::severity: return row.severity ? Cell(std::int64_t{row.severity}) : Cell();
    case Column::sid: return number_cell(row.sid);
    case Column::signature: return text_cell(row.signature);
    case Column::category: return text_cell(row.category);
    case Column::state: return alert ? Cell(std::string(store::name_of(event.state))) : Cell();
    case Column::verb: return text_cell(row.ot_verb);
    case Column::object: return text_cell(row.ot_object);
    case Column::value: return row.ot_value ? Cell(*row.ot_value) : Cell();
    case Column::result: return text_cell(row.ot_result);
    case Column::function: return text_cell(row.function);
    default: return {};
  }
}

}  // namespace

std::vector<Cell> cells_of(const store::Event& event, std::span<const Target> targets) {
  std::vector<Cell> cells(targets.size());
  const auto parsed = store::parse_event(event.json);
  simdjson::dom::parser parser;
  simdjson::dom::element line;
  if (!parsed || parser.parse(simdjson::padded_string(event.json)).get(line) != simdjson::SUCCESS) return cells;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!targets[i].in_json()) {
      cells[i] = column_cell(event, parsed->rows[0], targets[i].column);
      continue;
    }
    for (const query::Place& place : targets[i].places)
      if (std::holds_alternative<std::monostate>(cells[i])) cells[i] = place_cell(line, place);
  }
  return cells;
}

std::vector<Target> usual_columns(const query::Catalogue& catalogue) {
  std::vector<Target> columns;
  for (const std::string_view name :
       {"@timestamp", "event_type", "severity", "rule.name", "sid", "src", "source.port", "dst", "destination.port",
        "app_proto", "verb", "obj", "value", "result", "state", "sensor", "organisation"})
    columns.push_back(*catalogue.find(name));
  return columns;
}

void append_csv(std::string& out, const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return append_number(out, *number);
  if (const auto* number = std::get_if<std::uint64_t>(&cell)) return append_number(out, *number);
  if (const auto* number = std::get_if<double>(&cell)) return append_number(out, *number);
  const auto* text = std::get_if<std::string>(&cell);
  if (!text) return;
  out += '"';
  if (!text->empty() && std::string_view("=+-@\t\r").find(text->front()) != std::string_view::npos) out += '\'';
  for (char c : *text) out.append(c == '"' ? 2 : 1, c);
  out += '"';
}

}  // namespace langyan::center
