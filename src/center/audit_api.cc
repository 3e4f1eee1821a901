// The audit log: who may look reads it, and has it verified.
#include "base/json.h"
#include "center/audit.h"
#include "center/center.h"
#include "center/handlers.h"

namespace langyan::center {
namespace {

void write_entry(JsonWriter& json, const store::AuditEntry& entry) {
  json.open().field("number", entry.number).key("time").time(entry.time);
  json.field("actor", entry.actor).field("via", entry.via).field("role", entry.role);
  json.field("organisation", entry.organisation).field("action", entry.action);
  json.field("summary", audit_summary(entry.action)).field("object", entry.object);
  json.field("outcome", entry.outcome).field("status", entry.status).field("address", entry.address);
  json.field("detail", entry.detail).field("hash", entry.hash).close();
}

}  // namespace

Response list_audit(Center& center, Call& call) {
  const Parameters& given = call.parameters;
  store::AuditQuestion question;
  question.from = given.time("from"), question.to = given.time("to");
  question.actor = given.text("actor"), question.action = given.text("action"), question.object = given.text("object");
  question.outcome = given.text("outcome"), question.address = given.text("address");
  question.organisation = given.text("organisation");
  question.before = given.number("cursor"), question.limit = given.number("limit");
  (void)center.audit().flush();  // refused requests may wait in memory; a full disk is no reason not to show the rest
  const auto page = center.audit().list(call.scope(), question);
  if (!page) return problem_of(page.error());
  std::string body;
  JsonWriter json(body);
  json.open().key("entries").open_list();
  for (const store::AuditEntry& entry : page->entries) write_entry(json, entry);
  json.close_list().key("next");
  page->more ? json.text(std::to_string(page->entries.back().number)) : json.null();
  json.close();
  return json_answer(std::move(body));
}

Response verify_audit(Center& center, Call& call) {
  std::optional<store::AuditHead> known;
  if (call.parameters.has("head")) {
    known = store::parse_audit_head(call.parameters.text("head"));
    if (!known)
      return Problem(Code::bad_parameter,
                     "`head` must be a number, a colon and 64 hexadecimal digits, as an earlier check gave it.");
  }
  const auto check = center.audit().verify(known);
  if (!check) return problem_of(check.error());
  std::string body;
  JsonWriter json(body);
  json.open().field("intact", check->fault_count == 0).field("entries", check->entries);
  json.field("head", store::text_of(check->head)).field("fault_count", check->fault_count).key("faults").open_list();
  for (const store::AuditFault& fault : check->faults)
    json.open().field("number", fault.number).field("what", fault.what).close();
  json.close_list().close();
  return json_answer(std::move(body));
}

}  // namespace langyan::center
