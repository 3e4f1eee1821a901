// Questions to the event store: lists, single events, counts, tops, sensors.
#include <algorithm>

#include "base/json.h"
#include "center/alert_filter.h"
#include "center/center.h"
#include "center/counts_json.h"
#include "center/event_json.h"
#include "center/handlers.h"
#include "center/lower_centers.h"
#include "center/mutes_json.h"
#include "center/named_page.h"

namespace langyan::center {
namespace {

Response page(std::string_view name, const Result<store::Page>& page) {
  if (!page) return question_problem(page.error());
  return json_answer(page_json(name, *page));
}

std::size_t limit_of(const Call& call) {
  return call.parameters.number("limit");
}

Response found(const Result<store::Event>& event) {
  if (!event) return question_problem(event.error());
  std::string body;
  JsonWriter json(body);
  write_event(json, *event);
  return json_answer(std::move(body));
}

// The range of a count: the last 24 hours unless the request says.
struct Range {
  Time from, to;
};
std::variant<Range, Problem> range_of(const Call& call) {
  const Time to = call.parameters.time("to").value_or(call.now);
  const Time from = call.parameters.time("from").value_or(to - day);
  if (from < to) return Range{from, to};
  return Problem(Code::bad_parameter, "`from` must be before `to`.");
}

Response top_answer(const Result<store::Top>& top, std::string_view dimension) {
  if (!top) return question_problem(top.error());
  std::string body;
  JsonWriter json(body);
  json.open().field("dimension", dimension);
  json.key("from").time(top->from).key("to").time(top->to).key("rows").open_list();
  for (const store::TopRow& row : top->rows) {
    json.open();
    write_series_value(json, row.value, row.label);
    json.field("count", row.count).close();
  }
  json.close_list().field("total", top->total).field("complete", top->complete).close();
  return json_answer(std::move(body));
}

void write_stream(JsonWriter& json, const store::Stream& stream) {
  json.open().field("source", stream.source).field("organisation", stream.organisation);
  json.field("epoch", store::epoch_text(stream.epoch)).field("lane", store::name_of(stream.lane));
  json.field("watermark", stream.watermark);
  json.key("first_seen").time(stream.first_seen).key("last_seen").time(stream.last_seen).close();
}

}  // namespace

Response alerts(Center& center, Call& call) {
  const auto filter = alert_filter(center, call, call.parameters);
  if (const auto* problem = std::get_if<Problem>(&filter)) return *problem;
  return page("alerts", center.events().alerts(call.scope(), std::get<store::Filter>(filter),
                                               call.parameters.text("cursor"), limit_of(call)));
}

Response operations(Center& center, Call& call) {
  return page("operations",
              center.events().operations(call.scope(), filter_of(call.parameters),
                                         call.parameters.text("cursor"), limit_of(call)));
}

Response events(Center& center, Call& call) {
  store::Filter filter = filter_of(call.parameters);
  for (const std::string& text : call.parameters.list("class")) {
    filter.classes.push_back(*store::event_class_of(text));
  }
  return page("events", center.events().events(call.scope(), filter, call.parameters.text("cursor"),
                                               limit_of(call)));
}

Response event(Center& center, Call& call) {
  return found(center.events().event(call.scope(), call.parameters.text("id")));
}

Response alert(Center& center, Call& call) {
  const auto event = center.events().event(call.scope(), call.parameters.text("id"));
  if (!event) return question_problem(event.error());
  if (event->event_class != store::EventClass::alert) {
    return Problem(Code::not_found, "The event of that id is no alert.");
  }
  const auto record = center.states().state(call.scope(), event->id);
  if (!record) return question_problem(record.error());
  std::string body;
  JsonWriter json(body);
  json.open().key("alert");
  write_event(json, *event);
  json.key("record");
  write_record(json, *record);
  json.key("mute");
  const auto mute = hiding(center, call, *event);
  if (!mute) return problem_of(mute.error());
  if (*mute) {
    json.open();
    write_mute(json, **mute, call.now);
    json.close();
  } else {
    json.null();
  }
  json.close();
  return json_answer(std::move(body));
}

Response counts(Center& center, Call& call) {
  const auto range = range_of(call);
  if (const auto* problem = std::get_if<Problem>(&range)) return *problem;
  store::CountQuery query;
  query.filter = filter_of(call.parameters);
  query.from = std::get<Range>(range).from;
  query.to = std::get<Range>(range).to;
  query.bucket = call.parameters.has("bucket") ? call.parameters.duration("bucket")
                                               : bucket_for(query.to - query.from);
  if ((query.to - query.from) / query.bucket >= static_cast<Duration>(store::count_buckets)) {
    return Problem(Code::bad_parameter,
                   "The range holds more than 2000 buckets; take a longer `bucket`.");
  }
  for (const std::string& text : call.parameters.list("class")) {
    query.filter.classes.push_back(*store::event_class_of(text));
  }
  if (call.parameters.has("by")) query.by = store::dimension_of(call.parameters.text("by"));
  const auto counts = center.events().counts(call.scope(), query);
  if (!counts) return question_problem(counts.error());
  std::string body;
  JsonWriter json(body);
  json.open();
  write_counts(json, *counts);
  json.close();
  return json_answer(std::move(body));
}

Response top(Center& center, Call& call) {
  const auto range = range_of(call);
  if (const auto* problem = std::get_if<Problem>(&range)) return *problem;
  store::TopQuery query;
  query.filter = filter_of(call.parameters);
  for (const std::string& text : call.parameters.list("class")) {
    query.filter.classes.push_back(*store::event_class_of(text));
  }
  query.dimension = *store::dimension_of(call.parameters.text("dimension"));
  query.rows = call.parameters.number("n");
  query.from = std::get<Range>(range).from;
  query.to = std::get<Range>(range).to;
  query.exact = call.parameters.text("exact") == "true";
  return top_answer(center.events().top(call.scope(), query), store::name_of(query.dimension));
}

// Who changes something, most first: operations whose verb changes the process, by source.
Response writers(Center& center, Call& call) {
  const auto range = range_of(call);
  if (const auto* problem = std::get_if<Problem>(&range)) return *problem;
  store::TopQuery query;
  query.filter = filter_of(call.parameters);
  query.filter.classes = {store::EventClass::operation};
  if (query.filter.verbs.empty()) query.filter.verbs = writing_verbs();
  query.dimension = store::Dimension::src;
  query.rows = call.parameters.number("n");
  query.from = std::get<Range>(range).from;
  query.to = std::get<Range>(range).to;
  return top_answer(center.events().top(call.scope(), query), "src");
}

Response sensors(Center& center, Call& call) {
  auto page = NamedPage::of(call.parameters);
  if (!page) return Problem(Code::bad_parameter, "`cursor` must be `next` of a page before.");
  auto sensors = center.events().sensors(call.scope());
  if (!sensors) return question_problem(sensors.error());
  std::ranges::stable_sort(*sensors, {}, &store::Sensor::organisation);
  std::string body;
  JsonWriter json(body);
  json.open().key("sensors").open_list();
  for (const store::Sensor& sensor : *sensors) {
    if (!is_sensor(sensor) || !page->takes(sensor.organisation, sensor.name)) continue;
    json.open().field("name", sensor.name).field("organisation", sensor.organisation);
    if (!sensor.via.empty()) json.field("via", sensor.via);
    json.key("first_seen").time(sensor.first_seen).key("last_seen").time(sensor.last_seen);
    json.key("last_event").time(sensor.last_event);
    json.field("events", sensor.events).field("alerts", sensor.alerts).key("stats");
    sensor.stats.empty() ? json.null() : json.raw(sensor.stats);
    json.key("streams").open_list();
    for (const store::Stream& stream : sensor.streams) write_stream(json, stream);
    json.close_list().close();
  }
  json.close_list().key("next");
  page->next().empty() ? json.null() : json.text(page->next());
  json.close();
  return json_answer(std::move(body));
}

}  // namespace langyan::center
