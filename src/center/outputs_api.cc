// Outputs: list, make, change, remove, try.
#include <algorithm>

#include "base/json.h"
#include "center/audit.h"
#include "center/center.h"
#include "center/handlers.h"

namespace langyan::center {
namespace {

void write_moment(JsonWriter& json, std::string_view name, Time time) {
  json.key(name);
  time > 0 ? json.time(time) : json.null();
}

void write_output(JsonWriter& json, const outputs::Output& output) {
  const outputs::Settings& settings = output.settings;
  json.open().field("name", settings.name).field("kind", settings.kind).field("enabled", settings.enabled);
  json.field("query", settings.query).field("organisation", settings.organisation).key("settings");
  outputs::write_values(json, settings);
  json.key("secrets").open_list();
  for (const auto& [name, value] : settings.secrets) json.text(name);
  json.close_list().field("version", output.version);
  json.key("created").time(output.created).key("changed").time(output.changed).field("by", output.by);
  const outputs::Status& status = output.status;
  json.key("state").open().field("activity", outputs::name_of(status.activity)).key("error");
  status.error.empty() ? json.null() : json.text(status.error);
  json.field("delivered", status.position.delivered).field("refused", status.position.refused);
  json.field("overtaken", status.position.overtaken).field("unreadable", status.position.unreadable);
  json.field("failures", status.failures).field("behind", status.behind / second);
  write_moment(json, "last_delivery", status.last_delivery);
  write_moment(json, "next_try", status.next_try);
  json.close().close();
}

void write_setting(JsonWriter& json, const outputs::SettingRow& row) {
  json.open().field("name", row.name).field("form", outputs::name_of(row.form));
  json.field("required", row.need == outputs::Need::required).field("secret", row.need == outputs::Need::secret);
  json.key("doc").open().field("en", row.doc.en).field("zh", row.doc.zh).close();
  json.field("fallback", row.fallback).key("words").open_list();
  for (std::string_view left = row.words; !left.empty();
       left.remove_prefix(std::min(left.size(), left.find('|') + 1))) {
    json.text(left.substr(0, left.find('|')));
    if (left.find('|') == left.npos) break;
  }
  json.close_list().field("least", row.least).field("most", row.most).close();
}

Response output_answer(const Result<outputs::Output>& output, int status = 200) {
  if (!output) return problem_of(output.error());
  std::string body;
  JsonWriter json(body);
  write_output(json, *output);
  return json_answer(std::move(body), status);
}

// The members of an object within the body, each as text: what a setting may be is the room's to judge.
Result<outputs::Values> values_of(const JsonObject& body, std::string_view member) {
  outputs::Values values;
  const auto raw = body.raw(member);
  if (!raw) return values;
  const auto object = JsonObject::parse(*raw);
  if (!object)
    return Error{ErrorKind::invalid, "`" + std::string(member) + "` must be an object of texts, numbers and flags."};
  for (const std::string& name : object->names()) {
    const auto text = object->text(name);
    const auto flag = object->flag(name);
    const auto number = object->number(name);
    if (text) values[name] = *text;
    else if (flag) values[name] = *flag ? "true" : "false";
    else if (number) values[name] = std::to_string(*number);
    else
      return Error{ErrorKind::invalid, "`" + std::string(member) + "` must be an object of texts, numbers and flags."};
  }
  return values;
}

Result<outputs::Change> change_of(const JsonObject& body) {
  outputs::Change change;
  if (body.has("enabled") && !(change.enabled = body.flag("enabled")))
    return Error{ErrorKind::invalid, "`enabled` must be true or false."};
  if (body.has("query") && !(change.query = body.text("query")))
    return Error{ErrorKind::invalid, "`query` must be a text."};
  auto values = values_of(body, "settings"), secrets = values_of(body, "secrets");
  if (!values) return values.error();
  if (!secrets) return secrets.error();
  change.values = values.take(), change.secrets = secrets.take();
  if (body.has("start") && !(change.start = outputs::start_of(body.text("start").value_or(""))))
    return Error{ErrorKind::invalid, "`start` must be now or oldest."};
  if (body.has("version") && !(change.expected = body.number("version")))
    return Error{ErrorKind::invalid, "`version` must be a number."};
  return change;
}

}  // namespace

Result<store::Filter> output_filter(Center& center, std::string_view text) {
  const auto fields = center.query_fields();
  query::Surroundings around;
  around.catalogue = fields.get();
  around.now = center.clock().now();
  const auto resolved = query::understand(text, around);
  if (!resolved.faults.empty())
    return Error{ErrorKind::invalid, resolved.faults[0].message.en + " " + resolved.faults[0].advice.en};
  const query::Plan& plan = resolved.plan;
  if (plan.shape != query::Shape::events || !plan.table.empty() || !plan.sorts.empty() || plan.rows > 0)
    return Error{ErrorKind::invalid, "An output takes a filter; leave out what stands behind |."};
  return store::filter_of(plan);
}

Response list_outputs(Center& center, Call& call) {
  const auto all = center.outputs().list(call.scope());
  if (!all) return problem_of(all.error());
  std::string body;
  JsonWriter json(body);
  json.open().key("outputs").open_list();
  for (const outputs::Output& each : *all) write_output(json, each);
  json.close_list().close();
  return json_answer(std::move(body));
}

Response output_kinds(Center&, Call&) {
  std::string body;
  JsonWriter json(body);
  json.open().key("kinds").open_list();
  for (const std::string_view kind : outputs::kinds()) {
    json.open().field("kind", kind).key("settings").open_list();
    for (const outputs::SettingRow& row : outputs::setting_rows())
      if (row.kind == kind) write_setting(json, row);
    json.close_list().close();
  }
  json.close_list().close();
  return json_answer(std::move(body));
}

Response output(Center& center, Call& call) {
  return output_answer(center.outputs().get(call.scope(), call.parameters.text("id")));
}

Response make_output(Center& center, Call& call) {
  const auto read = call.body({"name", "kind", "enabled", "query", "organisation", "settings", "secrets", "start"});
  if (const auto* problem = std::get_if<Problem>(&read)) return *problem;
  const JsonObject& body = std::get<JsonObject>(read);
  call.note.detail = told(body, {"kind", "enabled", "query", "organisation", "start"});
  auto wish = change_of(body);
  if (!wish) return problem_of(wish.error());
  outputs::Settings settings;
  settings.name = body.text("name").value_or(""), settings.kind = body.text("kind").value_or("");
  settings.organisation = body.text("organisation").value_or("");
  settings.enabled = wish->enabled.value_or(true), settings.query = wish->query.value_or("");
  settings.values = std::move(wish->values), settings.secrets = std::move(wish->secrets);
  const auto made = center.outputs().create(call.scope(), std::move(settings),
                                            wish->start.value_or(outputs::Start::now), call.principal->name);
  return output_answer(made, 201);
}

Response change_output(Center& center, Call& call) {
  const auto read = call.body({"enabled", "query", "settings", "secrets", "start", "version"});
  if (const auto* problem = std::get_if<Problem>(&read)) return *problem;
  const JsonObject& body = std::get<JsonObject>(read);
  call.note.detail = told(body, {"enabled", "query", "start"});
  const auto wish = change_of(body);
  if (!wish) return problem_of(wish.error());
  return output_answer(center.outputs().change(call.scope(), call.parameters.text("id"), *wish, call.principal->name));
}

Response remove_output(Center& center, Call& call) {
  const auto done = center.outputs().remove(call.scope(), call.parameters.text("id"), call.principal->name);
  if (!done) return problem_of(done.error());
  Response response;
  response.status = 204;
  return response;
}

Response test_output(Center& center, Call& call) {
  const auto tried = center.outputs().test(call.scope(), call.parameters.text("id"));
  if (!tried) return problem_of(tried.error());
  std::string body;
  JsonWriter(body).open().field("taken", tried->taken).field("answer", tried->answer).field("sent", tried->sent)
      .field("milliseconds", tried->took / millisecond).close();
  return json_answer(std::move(body));
}

}  // namespace langyan::center
