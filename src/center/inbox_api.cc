// What the inbox of alerts shows: groups, and what else happened around an alert.
#include <algorithm>

#include "center/alert_filter.h"
#include "center/center.h"
#include "center/event_json.h"
#include "center/handlers.h"

namespace langyan::center {
namespace {

constexpr Duration around = 10 * minute;  // before and after an alert

void write_group(JsonWriter& json, const store::AlertGroup& group) {
  json.open().field("id", id_of(group)).field("organisation", group.organisation).key("sid");
  group.sid ? json.number(*group.sid) : json.null();
  json.field("src", group.src).field("dst", group.dst).field("count", group.count);
  json.key("first").time(group.first).key("last").time(group.last);
  json.field("severity", unsigned{group.severity}).key("states").open();
  for (std::size_t i = 0; i < store::alert_states; ++i)
    json.field(store::name_of(static_cast<store::AlertState>(i)), group.states[i]);
  json.close().key("newest");
  write_event(json, group.newest);
  json.close();
}

// The addresses of an alert's ends, as networks of one.
std::vector<IpNetwork> ends_of(const store::Event& event) {
  std::vector<IpNetwork> ends;
  const auto parsed = store::parse_event(event.json);
  if (!parsed || parsed->rows.empty()) return ends;
  for (const auto& ip : {parsed->rows[0].src_ip, parsed->rows[0].dst_ip})
    if (ip) ends.push_back({*ip, 128});
  return ends;
}

}  // namespace

Response alert_groups(Center& center, Call& call) {
  const auto filter = alert_filter(center, call, call.parameters);
  if (const auto* problem = std::get_if<Problem>(&filter)) return *problem;
  const auto page = center.events().alert_groups(call.scope(), std::get<store::Filter>(filter),
                                                 call.parameters.text("cursor"), call.parameters.number("limit"));
  if (!page) return question_problem(page.error());
  std::string body;
  JsonWriter json(body);
  json.open().key("groups").open_list();
  for (const store::AlertGroup& group : page->groups) write_group(json, group);
  json.close_list().key("next");
  page->next.empty() ? json.null() : json.text(page->next);
  json.field("found", page->found).field("alerts", page->alerts).field("complete", page->complete).key("searched_to");
  page->searched_to ? json.time(*page->searched_to) : json.null();
  json.close();
  return json_answer(std::move(body));
}

Response related_alerts(Center& center, Call& call) {
  const auto alert = center.events().event(call.scope(), call.parameters.text("id"));
  if (!alert) return question_problem(alert.error());
  if (alert->event_class != store::EventClass::alert)
    return Problem(Code::not_found, "The event of that id is no alert.");
  store::Filter filter;
  filter.organisation = alert->organisation;
  filter.from = alert->time - around, filter.to = alert->time + around + 1;
  filter.ips = ends_of(*alert);
  const std::size_t limit = call.parameters.number("limit");
  store::Page page;
  if (!filter.ips.empty()) {
    auto found = center.events().alerts(call.scope(), filter, "", limit + 1);  // with itself
    if (!found) return question_problem(found.error());
    page = found.take();
    std::erase_if(page.events, [&](const store::Event& event) { return event.id == alert->id; });
  }
  const bool more = !page.next.empty() || page.events.size() > limit;
  if (page.events.size() > limit) page.events.resize(limit);
  std::string body;
  JsonWriter json(body);
  json.open().key("from").time(*filter.from).key("to").time(alert->time + around).key("alerts").open_list();
  for (const store::Event& event : page.events) write_event(json, event);
  json.close_list().field("more", more).field("complete", page.complete).close();
  return json_answer(std::move(body));
}

}  // namespace langyan::center
