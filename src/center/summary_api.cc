// GET /api/v1/summary: what has been seen, in one answer: the table run.sh prints and the console's
// first screen shows. Read from what the sensors' stats, flow and operation events say.
#include "base/json.h"
#include "center/center.h"
#include "center/event_json.h"
#include "center/handlers.h"
#include "center/lower_centers.h"
#include "fields/detection.h"

namespace langyan::center {
namespace {

constexpr std::size_t rows = 20;

struct Section {
  std::string_view name,
      value;  // members of the answer: the list, and what each row's value is called
  store::Dimension dimension;
  store::EventClass event_class;
  bool writers_only;
};
// clang-format off
constexpr Section sections[] = {
    {"protocols",          "protocol", store::Dimension::app_proto, store::EventClass::flow,      false},
    {"operations",         "verb",     store::Dimension::ot_verb,   store::EventClass::operation, false},
    {"protocol_operations","protocol", store::Dimension::app_proto, store::EventClass::operation, false},
    {"writers",            "address",  store::Dimension::src,       store::EventClass::operation, true},
    {"alerts",             "severity", store::Dimension::severity,  store::EventClass::alert,     false},
    {"signatures",         "sid",      store::Dimension::sid,       store::EventClass::alert,     false},
};
// clang-format on

void write_section(JsonWriter& json, const Section& section, const store::Top& top) {
  json.key(section.name).open_list();
  for (const store::TopRow& row : top.rows) {
    json.open().field(section.value, row.value);
    if (section.dimension == store::Dimension::severity && row.value.size() == 1) {
      json.field("name", severity_name(static_cast<Severity>(row.value[0] - '0')));
    }
    if (!row.label.empty()) json.field("signature", row.label);
    json.field("count", row.count).close();
  }
  json.close_list();
}

// "capture.packets" of {"stats":{"capture":{"packets":…}}}, 0 where it is not there.
std::uint64_t counter_in(const JsonObject& stats, std::string_view group, std::string_view name) {
  const auto inner = JsonObject::parse(stats.raw(group).value_or("{}"));
  return inner ? inner->number(name).value_or(0) : 0;
}

struct Totals {
  std::uint64_t sensors = 0, packets = 0, dropped = 0, operations = 0;
  void add(const store::Sensor& sensor) {
    ++sensors;
    const auto event = JsonObject::parse(sensor.stats.empty() ? "{}" : sensor.stats);
    const auto stats = event ? JsonObject::parse(event->raw("stats").value_or("{}")) : event;
    if (!stats) return;
    packets += counter_in(*stats, "capture", "packets");
    dropped += counter_in(*stats, "capture", "kernel_drop");
    operations += counter_in(*stats, "summary", "operations");
  }
};

}  // namespace

Response summary(Center& center, Call& call) {
  const Time to = call.parameters.time("to").value_or(call.now + minute);
  const Time from = call.parameters.time("from").value_or(to - day);
  if (from >= to) return Problem(Code::bad_parameter, "`from` must be before `to`.");
  const auto sensors = center.events().sensors(call.scope());
  if (!sensors) return question_problem(sensors.error());
  Totals totals;
  for (const store::Sensor& sensor : *sensors)
    if (is_sensor(sensor)) totals.add(sensor);
  std::string body;
  JsonWriter json(body);
  json.open().key("as_of").time(call.now).key("from").time(from).key("to").time(to);
  json.field("sensors", totals.sensors)
      .field("packets", totals.packets)
      .field("packets_dropped", totals.dropped);
  json.field("operations_seen", totals.operations);
  bool complete = true;
  for (const Section& section : sections) {
    store::TopQuery query;
    query.filter.classes = {section.event_class};
    if (section.writers_only) query.filter.verbs = writing_verbs();
    query.dimension = section.dimension;
    query.rows = rows;
    query.from = from;
    query.to = to;
    const auto top = center.events().top(call.scope(), query);
    if (!top) return question_problem(top.error());
    write_section(json, section, *top);
    complete = complete && top->complete;
    if (section.name == "alerts") json.field("alerts_total", top->total);
    if (section.name == "operations") json.field("operations_total", top->total);
  }
  json.field("complete", complete).close();
  return json_answer(std::move(body));
}

}  // namespace langyan::center
