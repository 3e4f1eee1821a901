// Enrolment: administrators make one-time tokens, sensors and lower centers exchange them for certificates and renew those.
#include "base/json.h"
#include "center/audit.h"
#include "center/authority_change.h"
#include "center/center.h"
#include "center/enrolment_json.h"
#include "center/handlers.h"
#include "center/lower_centers.h"

namespace langyan::center {
void write_enrolment(JsonWriter& json, const Enrolment& enrolment, Time now) {
  const Enrolment::Certificate& newest = enrolment.next.key.empty() ? enrolment.current : enrolment.next;
  const auto time_or_null = [&](std::string_view name, Time time) {
    json.key(name), enrolment.used() ? json.time(time) : json.null();
  };
  json.open().field("id", enrolment.id).field("kind", name(enrolment.kind)).field("source", enrolment.source);
  json.field("organisation", enrolment.organisation).field("state", enrolment.state(now)).field("by", enrolment.by);
  json.key("created").time(enrolment.created).key("token_until").time(enrolment.token_until).key("serial");
  enrolment.used() ? json.text(newest.serial) : json.null();
  time_or_null("from", newest.from), time_or_null("until", newest.until);
  json.close();
}

namespace {

// Whom to believe is asked for after the certificate was issued: who signed it is among them then.
Response given_answer(Center& center, const Enrolments::Given& given) {
  const auto authority = center.authority().certificate();
  if (!authority) return problem_of(authority.error());
  const Enrolment& enrolment = given.enrolment;
  const Enrolment::Certificate& newest = enrolment.next.key.empty() ? enrolment.current : enrolment.next;
  std::string body;
  JsonWriter json(body);
  json.open().field("id", enrolment.id).field("kind", name(enrolment.kind)).field("source", enrolment.source);
  json.field("organisation", enrolment.organisation)
      .field("certificate", given.certificate)
      .field("authority", *authority);
  json.field("trust", whom_to_believe(center));
  json.key("from").time(newest.from).key("until").time(newest.until).close();
  return json_answer(std::move(body), 201);
}

std::string told_of(const Enrolments::Given& given) {
  const Enrolment& enrolment = given.enrolment;
  const Enrolment::Certificate& newest = enrolment.next.key.empty() ? enrolment.current : enrolment.next;
  std::string text = "kind=" + std::string(name(enrolment.kind)) + " source=" + enrolment.source +
                     " organisation=" + enrolment.organisation + " serial=" + newest.serial +
                     " until=" + timestamp(newest.until);
  for (const std::string& id : given.replaced) text += " replaces=" + id;
  return text;
}

// What to type on the sensor; the fingerprint only where nobody else vouches for the center.
std::string command_of(const Center& center, const Enrolments::Created& created, const std::string& fingerprint) {
  std::string text = created.enrolment.kind == EnrolmentKind::center ? "langyan-center" : "langyan-sensor";
  text += " enroll --center " + center.url(true);
  if (!fingerprint.empty()) text += " --fingerprint " + fingerprint;
  return text + " --token " + created.token;
}

// Whether who asks takes `trust` of the answer as the whole of whom to believe, and there is something to take.
bool follows(Center& center, const Request& request) {
  if (!same_word(request.header("Langyan-Trust"), "follows")) return false;
  const auto own = own_certificate(center);
  return own && own->ours();
}

std::variant<Duration, Problem> token_life(const JsonObject& wish, Time now) {
  if (!wish.has("expires")) return enrolment_token_life;
  const auto until = parse_timestamp(wish.text("expires").value_or(""));
  if (!until || *until <= now || *until > now + longest_token_life)
    return Problem(Code::bad_body, "`expires` must be a time to come, at most 30 days from now, such as " +
                                       timestamp(now + enrolment_token_life) + ".");
  return *until - now;
}

Problem use_problem(const Error& error) {
  return error.kind == ErrorKind::missing ? Problem(Code::gone, error.message) : problem_of(error);
}

}  // namespace

Response list_enrolments(Center& center, Call& call) {
  std::string body;
  JsonWriter json(body);
  json.open().key("enrolments").open_list();
  for (const Enrolment& enrolment : center.access().enrolments().list())
    if (call.principal->rules(enrolment.organisation)) write_enrolment(json, enrolment, call.now);
  json.close_list().close();
  return json_answer(std::move(body));
}

Response make_enrolment(Center& center, Call& call) {
  const auto body = call.body({"kind", "source", "organisation", "expires"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const JsonObject& wish = std::get<JsonObject>(body);
  call.note.detail = told(wish, {"kind", "source", "organisation", "expires"});
  const auto text = [&](std::string_view name, std::string otherwise) {
    return wish.has(name) ? wish.text(name).value_or("") : std::move(otherwise);
  };
  const auto kind = enrolment_kind_of(text("kind", "sensor"));
  if (!kind) return Problem(Code::bad_body, "`kind` must be sensor or center.");
  Enrolment enrolment;
  enrolment.kind = *kind, enrolment.by = call.principal->name, enrolment.source = text("source", "");
  enrolment.organisation = text("organisation", call.principal->organisation.empty() ? center.options().organisation
                                                                                     : call.principal->organisation);
  if (!call.principal->rules(enrolment.organisation))
    return Problem(Code::forbidden, "That organisation is outside your own.");
  if (auto wrong = refuse_own_name(center, enrolment.source)) return *wrong;
  const auto life = token_life(wish, call.now);
  if (const auto* problem = std::get_if<Problem>(&life)) return *problem;
  const auto created = center.access().enrolments().create(std::move(enrolment), std::get<Duration>(life));
  if (!created) return problem_of(created.error());
  call.note.object = created->enrolment.id;
  const std::string fingerprint = center.own_fingerprint();
  std::string answer;
  JsonWriter json(answer);
  json.open().key("enrolment");
  write_enrolment(json, created->enrolment, call.now);
  json.field("token", created->token).field("url", center.url(true)).key("fingerprint");
  fingerprint.empty() ? json.null() : json.text(fingerprint);
  json.field("command", command_of(center, *created, fingerprint)).close();
  return json_answer(std::move(answer), 201);
}

Response revoke_enrolment(Center& center, Call& call) {
  const std::string id = call.parameters.text("id");
  for (const Enrolment& enrolment : center.access().enrolments().list()) {
    if (enrolment.id != id || !call.principal->rules(enrolment.organisation)) continue;
    call.note.detail = "kind=" + std::string(name(enrolment.kind)) + " source=" + enrolment.source +
                       " organisation=" + enrolment.organisation;
    const auto done = center.access().enrolments().revoke(id, call.principal->name);
    if (!done) return problem_of(done.error());
    Response response;
    response.status = 204;
    return response;
  }
  return Problem(Code::not_found, "There is no such enrolment.");
}

Response make_certificate_by_token(Center& center, Call& call) {
  const auto body = call.body({"token", "kind", "source", "request"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const JsonObject& wish = std::get<JsonObject>(body);
  const auto text = [&](std::string_view name) { return wish.text(name).value_or(""); };
  Enrolments& enrolments = center.access().enrolments();
  const Enrolments::Wish asked{text("token"), text("kind"), text("source"), text("request"),
                               follows(center, call.request)};
  // Only of who has a token is anything written.
  if (const auto known = enrolments.waiting(asked.token))
    call.note = {known->source, known->organisation, known->id, {}};
  const auto given = enrolments.use(asked, center.authority(), center.options().certificate_life);
  if (!given) {
    call.note.detail = given.error().message;
    return use_problem(given.error());
  }
  call.note = {given->enrolment.source, given->enrolment.organisation, given->enrolment.id, told_of(*given)};
  return given_answer(center, *given);
}

Response renew_certificate(Center& center, Call& call) {
  const auto body = call.body({"request"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const std::string request = std::get<JsonObject>(body).text("request").value_or("");
  const auto given =
      center.access().enrolments().renew(call.principal->id, request, center.authority(),
                                         center.options().certificate_life, follows(center, call.request));
  if (!given) return use_problem(given.error());
  call.note.object = given->enrolment.id, call.note.detail = told_of(*given);
  return given_answer(center, *given);
}

}  // namespace langyan::center
