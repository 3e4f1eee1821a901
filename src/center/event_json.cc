#include "center/event_json.h"

#include <algorithm>

#include "fields/operation.h"

namespace langyan::center {

void write_event(JsonWriter& json, const store::Event& event) {
  json.open().field("id", event.id).field("cursor", event.cursor);
  json.key("time").time(event.time).key("received").time(event.received);
  json.field("class", store::name_of(event.event_class)).field("type", event.event_type);
  json.field("organisation", event.organisation).field("sensor", event.sensor);
  if (!event.via.empty()) json.field("via", event.via);
  if (event.event_class == store::EventClass::alert)
    json.field("state", store::name_of(event.state));
  json.key("event").raw(event.json);
  json.close();
}

void write_record(JsonWriter& json, const store::AlertRecord& record) {
  json.open().field("alert", record.alert).field("version", record.version);
  json.field("state", store::name_of(record.state))
      .field("previous", store::name_of(record.previous));
  json.field("comment", record.comment).field("by", record.by);
  json.field("assignee", record.assignee).field("previous_assignee", record.previous_assignee);
  json.field("undo", record.undo);
  if (record.version > 0) json.key("changed").time(record.changed);
  json.close();
}

std::string page_json(std::string_view list, const store::Page& page) {
  std::string body;
  JsonWriter json(body);
  json.open().key(list).open_list();
  for (const store::Event& event : page.events) write_event(json, event);
  json.close_list().key("next");
  page.next.empty() ? json.null() : json.text(page.next);
  json.field("complete", page.complete).close();
  return body;
}

std::vector<std::string> writing_verbs() {
  std::vector<std::string> verbs;
  for (const Name& verb : verb_names()) {
    if (changes_process(static_cast<Verb>(verb.value))) verbs.emplace_back(verb.word);
  }
  return verbs;
}

void write_series_value(JsonWriter& json, const std::string& value, const std::string& label) {
  json.field("value", value);
  if (!label.empty()) json.field("label", label);
}

}  // namespace langyan::center
