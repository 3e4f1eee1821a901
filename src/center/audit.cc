#include "center/audit.h"

#include <algorithm>

#include "base/log.h"
#include "center/center.h"

namespace langyan::center {
namespace {

struct OwnAction {
  std::string_view name, summary;
};
constexpr OwnAction own_actions[] = {
    {"center.start", "The center started"},
    {"center.stop", "The center stopped"},
    {"center.reload", "The configuration was read again"},
    {"authority.forgotten", "The authority before the present one is needed by nobody and was forgotten"},
    {"notice.taken", "A step of a notice came from another center"},
    {"audit.dropped", "More refused requests than are told singly"},
    {store::audit_broken, "The log was changed while the center did not run"},
};

// Parts of a path that are as good as a credential.
constexpr std::string_view secret_names[] = {"secret", "undo"};

std::string object_of(const Route& route, const Parameters& parameters) {
  std::string object;
  for (const Parameter& row : route.parameters) {
    if (!in_path(route, row.name) || std::ranges::find(secret_names, row.name) != std::end(secret_names)) continue;
    object.append(object.empty() ? "" : "/").append(parameters.text(row.name));
  }
  return object;
}

std::string_view outcome_of(int status) {
  return status < 400 ? "done" : status < 500 ? "refused" : "failed";
}

store::AuditEntry entry_of(Center& center, const Route& route, const Principal* principal, const Request& request) {
  store::AuditEntry entry;
  entry.time = center.clock().now();
  entry.action = operation_id(route);
  if (request.peer.door == Door::api) entry.address = to_string(request.peer.address);
  if (!principal) {
    entry.via = "none";
    return entry;
  }
  entry.actor = principal->name, entry.via = name(principal->via), entry.role = text_of(principal->roles);
  entry.organisation = principal->organisation;
  return entry;
}

// What was made is named by its answer.
std::string made_object(const Response& response) {
  const auto answer = JsonObject::parse(response.body);
  for (const std::string_view member : {"id", "name", "user"})
    if (auto text = answer ? answer->text(member) : std::nullopt) return *text;
  return {};
}

void complete(store::AuditEntry& entry, const Call& call, const Response& response) {
  const AuditNote& note = call.note;
  if (!note.actor.empty()) entry.actor = note.actor, entry.organisation = note.organisation;
  if (!note.object.empty()) entry.object = note.object;
  if (entry.object.empty() && response.status == 201) entry.object = made_object(response);
  entry.detail = note.detail;
  entry.status = static_cast<std::uint64_t>(response.status), entry.outcome = outcome_of(response.status);
}

// The action is done whether it could be written or not.
void say_if_waiting(const Result<void>& written) {
  if (!written) logging::error("An entry of the audit log waits for room: " + written.error().message + ".");
}

}  // namespace

bool is_audited(const Route& route) {
  if (route.audited != Audited::if_it_changes) return route.audited == Audited::always;
  return route.once || route.method != Method::get;
}

Response run_audited(Center& center, Call& call) {
  if (!is_audited(call.route)) return call.route.handler(center, call);
  store::AuditEntry entry = entry_of(center, call.route, call.principal, call.request);
  if (!call.principal) {
    Response response = call.route.handler(center, call);
    if (call.note.actor.empty() || response.status == row(Code::signing_in_too_often).status) return response;
    complete(entry, call, response);
    say_if_waiting(center.audit().add(std::move(entry)));
    return response;
  }
  entry.object = object_of(call.route, call.parameters);
  auto begun = center.audit().begin(entry);
  if (!begun)
    return Problem(Code::storage,
                   "Nothing was done, because the audit log cannot be written: " + begun.error().message);
  Response response = call.route.handler(center, call);  // what it throws leaves an entry, `unknown`
  complete(entry, call, response);
  say_if_waiting(center.audit().finish(begun.take(), std::move(entry)));
  return response;
}

void note_refusal(Center& center, const Route& route, const Principal& principal, const Request& request) {
  store::AuditEntry entry = entry_of(center, route, &principal, request);
  entry.outcome = "refused", entry.status = static_cast<std::uint64_t>(row(Code::forbidden).status);
  entry.detail = "takes the role " + takers(route.who);
  center.audit().note(std::move(entry));
}

void note_own(Center& center, std::string_view action, std::string detail, std::string object) {
  store::AuditEntry entry;
  entry.time = center.clock().now();
  entry.actor = "center", entry.action = action,
  entry.object = object.empty() ? center.options().name : std::move(object);
  entry.outcome = "done", entry.detail = std::move(detail);
  say_if_waiting(center.audit().add(std::move(entry)));
}

std::string_view audit_summary(std::string_view action) {
  for (const OwnAction& own : own_actions)
    if (own.name == action) return own.summary;
  for (const Route& route : routes())
    if (operation_id(route) == action) return route.summary;
  return {};
}

std::string told(const JsonObject& body, std::initializer_list<std::string_view> members) {
  std::string text;
  for (const std::string_view member : members) {
    const auto value = body.text(member);
    const auto raw = value ? value : body.raw(member);
    if (raw) text.append(text.empty() ? "" : " ").append(member).append("=").append(*raw);
  }
  return text;
}

}  // namespace langyan::center
