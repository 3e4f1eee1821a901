// What this center has of a notice's evidence: the copies provided from below, or, where none are, its own.
#include <simdjson.h>

#include "base/json_members.h"
#include "center/center.h"
#include "center/handlers.h"
#include "center/pcapng.h"

namespace langyan::center {
namespace {

struct Shown {
  std::string id;  // empty: a provided copy, which is in no store here
  std::string line;
  EventOrigin origin;
};
struct Having {
  bool provided = false;
  std::vector<Shown> events;
  std::uint64_t missing = 0, too_large = 0;
};

void show(Having& having, std::string id, std::string line) {
  simdjson::dom::parser parser;
  simdjson::dom::element event;
  if (parser.parse(line).get(event) != simdjson::SUCCESS) return;
  if (auto origin = EventOrigin::of_event(event))
    having.events.push_back({std::move(id), std::move(line), std::move(*origin)});
}

Result<Having> look(Center& center, const Call& call) {
  const auto notice = center.notices().get(call.scope(), call.parameters.text("id"));
  if (!notice) return notice.error();
  Having having;
  auto provided = center.notices().evidence(call.scope(), *notice);
  if (!provided) return provided.error();
  having.provided = provided->has_value();
  if (having.provided) {
    having.missing = (*provided)->missing, having.too_large = (*provided)->too_large;
    for (std::string& line : (*provided)->lines) show(having, "", std::move(line));
    return having;
  }
  auto copies = copies_of(center.events(), call.scope(), notice->origins);
  if (!copies) return copies.error();
  having.missing = copies->missing;
  for (store::Event& event : copies->events) show(having, std::move(event.id), std::move(event.json));
  return having;
}

}  // namespace

Response notice_evidence(Center& center, Call& call) {
  const auto having = look(center, call);
  if (!having) return question_problem(having.error());
  std::string body;
  JsonWriter json(body);
  json.open()
      .field("provided", having->provided)
      .field("missing", having->missing)
      .field("too_large", having->too_large);
  json.key("events").open_list();
  for (const Shown& each : having->events) {
    json.open().key("id");
    each.id.empty() ? json.null() : json.text(each.id);
    json.key("time")
        .time(each.origin.time)
        .field("sensor", each.origin.sensor)
        .field("bytes", std::uint64_t{each.line.size()});
    json.key("event").raw(each.line).close();
  }
  json.close_list().close();
  return json_answer(std::move(body));
}

Response notice_packets(Center& center, Call& call) {
  const auto having = look(center, call);
  if (!having) return question_problem(having.error());
  PacketFile file;
  bool any = false;
  for (const Shown& each : having->events)
    any |= file.add(each.line, each.origin.sensor, each.origin.time,
                    each.origin.sensor + "/" + std::to_string(each.origin.seq));
  if (!any) return Problem(Code::not_found, "No event of the evidence that is here carries a packet.");
  return packets_answer(std::move(file), call.parameters.text("id"));
}

}  // namespace langyan::center
