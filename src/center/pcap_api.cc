// The packet of an alert as a file for Wireshark.
#include "center/center.h"
#include "center/handlers.h"
#include "center/pcapng.h"

namespace langyan::center {

Response packets_answer(PacketFile file, const std::string& name) {
  Response response;
  response.content_type = "application/x-pcapng";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + ".pcapng\"");
  response.body = file.take();
  return response;
}

Response alert_packet(Center& center, Call& call) {
  const auto event = center.events().event(call.scope(), call.parameters.text("id"));
  if (!event) return question_problem(event.error());
  if (event->event_class != store::EventClass::alert)
    return Problem(Code::not_found, "The event of that id is no alert.");
  PacketFile file;
  if (!file.add(event->json, event->sensor, event->time, event->id))
    return Problem(Code::not_found, "The alert carries no packet.");
  return packets_answer(std::move(file), event->id);
}

}  // namespace langyan::center
