// STIX 2.1 of an alert, and of a notice with the alerts that are its evidence.
#include "center/center.h"
#include "center/handlers.h"
#include "outputs/stix.h"

namespace langyan::center {
namespace {

Response bundle_answer(const outputs::StixBundle& bundle, const std::string& name) {
  Response response;
  response.content_type = "application/stix+json;version=2.1";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + ".stix.json\"");
  response.body = bundle.text() + "\n";
  return response;
}

}  // namespace

Response alert_stix(Center& center, Call& call) {
  const auto event = center.events().event(call.scope(), call.parameters.text("id"));
  if (!event) return question_problem(event.error());
  if (event->event_class != store::EventClass::alert)
    return Problem(Code::not_found, "The event of that id is no alert.");
  outputs::ItemReader reader;
  const auto item = reader.read(*event);
  if (!item) return Problem(Code::failed, item.error().message);
  outputs::StixBundle bundle(center.options().name);
  bundle.add(*item);
  return bundle_answer(bundle, "alert-" + event->id);
}

// Evidence that is no alert, or is not kept any more, is left out.
Response notice_stix(Center& center, Call& call) {
  const auto notice = center.notices().get(call.scope(), call.parameters.text("id"));
  if (!notice) return problem_of(notice.error());
  outputs::ItemReader reader;
  outputs::StixBundle bundle(center.options().name);
  for (const std::string& id : notice->evidence) {
    const auto event = center.events().event(call.scope(), id);
    if (!event && event.error().kind != ErrorKind::missing) return question_problem(event.error());
    if (!event || event->event_class != store::EventClass::alert) continue;
    if (const auto item = reader.read(*event)) bundle.add(*item);
  }
  bundle.add(outputs::StixReport{notice->id, notice->title, notice->text, notice->kind, notice->issuer,
                                 notice->organisation, notice->created, notice->changed});
  return bundle_answer(bundle, "notice-" + notice->id);
}

}  // namespace langyan::center
