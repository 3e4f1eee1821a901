// The center's own authority and certificate: what there is, who is not ready for a change, and the change. Over the
// admin socket only: who may do this may read the keys as well.
#include <algorithm>

#include "base/json.h"
#include "center/audit.h"
#include "center/authority_change.h"
#include "center/center.h"
#include "center/enrolment_json.h"
#include "center/handlers.h"

namespace langyan::center {
namespace {

constexpr std::size_t most_listed = 100;

void write_member(JsonWriter& json, const Authority::Member& member) {
  json.open().field("id", member.id).field("fingerprint", member.fingerprint);
  json.key("from").time(member.from).key("until").time(member.until).close();
}

void write_own(JsonWriter& json, const OwnCertificate& own) {
  json.open().field("fingerprint", own.fingerprint).key("until").time(own.until);
  json.field("signed_by", own.self_signed ? "itself" : own.ours() ? "authority" : "other").key("signer");
  own.signer.empty() ? json.null() : json.text(own.signer);
  json.key("names").open_list();
  for (const std::string& name : own.names) json.text(name);
  json.close_list().close();
}

}  // namespace

Response show_authority(Center& center, Call& call) {
  const auto members = center.authority().members();
  if (!members) return problem_of(members.error());
  const auto own = own_certificate(center);
  if (!own && own.error().kind != ErrorKind::missing) return problem_of(own.error());
  const std::string& signer = members->front().id;
  const auto former = members->size() > 1 ? center.access().enrolments().signed_otherwise(signer).size() : 0;
  const auto behind = center.access().enrolments().not_following(signer);
  std::string body;
  JsonWriter json(body);
  json.open().key("authorities").open_list();
  for (const Authority::Member& each : *members) write_member(json, each);
  json.close_list().field("former_needed_by", std::uint64_t{former}).key("certificate");
  own ? write_own(json, *own) : static_cast<void>(json.null());
  json.field("behind_count", std::uint64_t{behind.size()}).key("behind").open_list();
  for (std::size_t i = 0; i < std::min(behind.size(), most_listed); ++i) write_enrolment(json, behind[i], call.now);
  json.close_list().close();
  return json_answer(std::move(body));
}

Response renew_authority(Center& center, Call& call) {
  const auto made = change_authority(center);
  if (!made) return problem_of(made.error());
  call.note.object = made->fingerprint;
  std::string body;
  JsonWriter json(body);
  write_member(json, *made);
  return json_answer(std::move(body), 201);
}

Response renew_own_certificate(Center& center, Call& call) {
  const auto body = call.body({"leave_behind"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const JsonObject& wish = std::get<JsonObject>(body);
  if (wish.has("leave_behind") && !wish.flag("leave_behind"))
    return Problem(Code::bad_body, "`leave_behind` is true or false.");
  const auto made = change_certificate(center, wish.flag("leave_behind").value_or(false));
  if (!made) return problem_of(made.error());
  call.note.object = made->fingerprint, call.note.detail = told(wish, {"leave_behind"});
  std::string answer;
  JsonWriter json(answer);
  write_own(json, *made);
  return json_answer(std::move(answer), 201);
}

}  // namespace langyan::center
