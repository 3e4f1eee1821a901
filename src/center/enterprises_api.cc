// The registry of enterprises: list, get, put, patch, remove, and a table taken in.
#include <simdjson.h>

#include <map>

#include "base/json.h"
#include "base/json_members.h"
#include "center/body_members.h"
#include "center/center.h"
#include "center/enterprises.h"
#include "center/handlers.h"
#include "center/industries.h"

namespace langyan::center {
namespace {

const std::initializer_list<std::string_view> members = {
    "uscc",     "name",     "type",             "level", "industry", "region", "organisation",
    "contacts", "networks", "expected_sensors", "note",  "version"};

Problem faults_problem(const std::vector<Fault>& faults) {
  std::string list, detail;
  JsonWriter json(list);
  json.open_list();
  for (const Fault& fault : faults) {
    write_fault(json, fault);
    detail.append(detail.empty() ? "" : "; ").append(english(fault));
  }
  json.close_list();
  return Problem(Code::bad_body, detail + ".").member("faults", list);
}

void set_contacts(EnterpriseEditor& editor, const std::string& raw) {
  simdjson::dom::parser parser;
  simdjson::dom::array list;
  if (parser.parse(raw).get(list) != simdjson::SUCCESS) return editor.fault(EnterpriseFault::kind, "contacts");
  std::vector<Contact> contacts;
  for (const simdjson::dom::element each : list) {
    if (!each.is_object()) return editor.fault(EnterpriseFault::contact, "contacts");
    Contact contact;
    const std::pair<std::string_view, std::string*> parts[] = {
        {"name", &contact.name}, {"role", &contact.role}, {"phone", &contact.phone}, {"email", &contact.email}};
    for (const auto& [name, value] : parts) {
      *value = json::text_of(each, name);
      if (value->size() > 256) return editor.fault(EnterpriseFault::too_long, "contacts");
    }
    contacts.push_back(std::move(contact));
  }
  editor.set_contacts(std::move(contacts));
}

// What the body gives, over `start`, put into the registry when it is right.
Response change(Center& center, Call& call, const Enterprise& start, const JsonObject& wish,
                std::optional<std::uint64_t> expected, int status) {
  EnterpriseEditor editor(start);
  for (const std::string& name : wish.names()) {
    if (name == "version") continue;
    if (name == "contacts") {
      set_contacts(editor, wish.raw(name).value_or("[]"));
      continue;
    }
    const auto texts = wish.texts(name);
    std::string text;
    for (const std::string& each : texts.value_or(std::vector<std::string>())) text += (text.empty() ? "" : ";") + each;
    const bool list = name == "networks";
    if (!texts || (!list && texts->size() > 1)) editor.fault(EnterpriseFault::kind, name);
    else editor.set(name, text);
  }
  const std::string uscc = call.parameters.text("uscc");
  if (editor.made().uscc.empty()) editor.set("uscc", uscc);
  if (editor.made().uscc != uscc) editor.fault(EnterpriseFault::kind, "uscc", editor.made().uscc);
  const auto faults = editor.check([&](std::string_view path) { return call.scope().covers(path); });
  if (!faults.empty()) return faults_problem(faults);
  if (auto wrong = read_number(wish, "version", expected)) return *wrong;
  const auto made = center.enterprises().put(call.scope(), editor.made(), expected, call.principal->name);
  if (!made) return problem_of(made.error());
  std::string body;
  JsonWriter json(body);
  write_enterprise(json, *made);
  return json_answer(std::move(body), status);
}

}  // namespace

Response list_enterprises(Center& center, Call& call) {
  const Parameters& given = call.parameters;
  EnterpriseFilter filter;
  filter.text = given.text("text"), filter.type = given.text("type"), filter.supervisor = given.text("supervisor");
  if (given.has("level")) filter.level = given.number("level");
  filter.region = given.text("region"), filter.industry = given.text("industry");
  filter.organisation = given.text("organisation");
  const auto page = center.enterprises().list(call.scope(), filter, given.text("cursor"), given.number("limit"));
  if (!page) return problem_of(page.error());
  std::string body;
  JsonWriter json(body);
  json.open().key("enterprises").open_list();
  for (const Enterprise& one : page->enterprises) write_enterprise(json, one);
  json.close_list().key("next");
  page->next.empty() ? json.null() : json.text(page->next);
  json.close();
  return json_answer(std::move(body));
}

// The words of the registry, and how many enterprises there are of each.
Response enterprise_overview(Center& center, Call& call) {
  std::map<std::string_view, std::uint64_t> types, authorities, areas, industries;
  std::uint64_t levels[4] = {}, total = 0;
  const auto seen = center.enterprises().each(call.scope(), [&](const Enterprise& one) {
    ++total, ++levels[std::min<std::uint64_t>(one.level, 3)];
    ++types[words_of(enterprise_types(), one.type).word], ++authorities[supervisor_of(one.type).word];
    if (const Words* province = province_of(one.region)) ++areas[province->word];
    if (const Words* section = industry_of(one.industry.substr(0, 1))) ++industries[section->word];
  });
  if (!seen) return problem_of(seen.error());
  std::string body;
  JsonWriter json(body);
  json.open().key("as_of").time(call.now).field("total", total).field("may_edit", may(Who::engineer, call.principal));
  json.key("levels").open_list();  // 0: not graded
  for (const std::uint64_t count : levels) json.number(count);
  json.close_list();
  write_counted(json, "types", enterprise_types(), types);
  write_counted(json, "supervisors", supervisors(), authorities);
  write_counted(json, "provinces", provinces(), areas);
  write_counted(json, "sections", industry_sections(), industries);
  json.close();
  return json_answer(std::move(body));
}

Response enterprise(Center& center, Call& call) {
  const auto found = center.enterprises().get(call.scope(), call.parameters.text("uscc"));
  if (!found) return problem_of(found.error());
  std::string body;
  JsonWriter json(body);
  write_enterprise(json, *found);
  return json_answer(std::move(body));
}

Response put_enterprise(Center& center, Call& call) {
  const auto body = call.body(members);
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  return change(center, call, {}, std::get<JsonObject>(body), {}, 200);
}

Response patch_enterprise(Center& center, Call& call) {
  const auto body = call.body(members);
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const auto found = center.enterprises().get(call.scope(), call.parameters.text("uscc"));
  if (!found) return problem_of(found.error());
  return change(center, call, *found, std::get<JsonObject>(body), found->version, 200);
}

Response remove_enterprise(Center& center, Call& call) {
  const auto done = center.enterprises().remove(call.scope(), call.parameters.text("uscc"), call.principal->name);
  if (!done) return problem_of(done.error());
  Response response;
  response.status = 204;
  return response;
}

Response import_enterprises(Center& center, Call& call) {
  const bool trial = call.parameters.text("trial") == "true";
  const auto report = center.enterprises().import(call.scope(), call.request.body, trial, call.principal->name);
  if (!report) return problem_of(report.error());
  call.note.object = std::to_string(report->lines) + " lines";
  call.note.detail = std::to_string(report->added) + " added, " + std::to_string(report->changed) + " changed" +
                     (trial ? "; a trial" : "");
  std::string body;
  JsonWriter json(body);
  json.open().field("trial", trial).field("lines", std::uint64_t{report->lines});
  json.field("added", std::uint64_t{report->added}).field("changed", std::uint64_t{report->changed});
  json.field("unchanged", std::uint64_t{report->unchanged}).field("refused", std::uint64_t{report->refused});
  json.field("more_faults", report->more_faults).key("faults").open_list();
  for (const ImportFault& each : report->faults) write_fault(json, each.fault, each.line);
  json.close_list().close();
  return json_answer(std::move(body));
}

}  // namespace langyan::center
