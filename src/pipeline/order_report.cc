#include "pipeline/order_report.h"

#include <fmt/format.h>

#include "base/json.h"
#include "baseline/state_file.h"

namespace langyan::pipeline {

// {"timestamp":…,"event_type":"order","order":{"id":…,"kind":"approve","outcome":"taken","by":…,"reason":…,"scope":{…},"changed":3}}
void write_order(std::string& line, const eve::Writer& writer, const baseline::Outcome& outcome, Time now) {
  const baseline::OrderNote& note = outcome.note;
  const bool taken = outcome.refused.empty(), known = note.at != 0;
  writer.plain(line, "order", now);
  JsonWriter json(line, true);
  json.key("order").open().field("id", note.id);
  if (known) json.field("kind", baseline::order_kind_name(note.kind));
  json.field("outcome", taken ? "taken" : "refused");
  if (known) json.field("by", note.by).field("reason", note.reason).key("given").time(note.at);
  if (!note.scope.empty()) json.field("scope", note.scope);
  if (taken) json.field("changed", note.changed).field("stay", note.stay).field("withdrawn", note.withdrawn);
  else json.field("why", outcome.refused);
  json.close();
}

std::string sentence(const baseline::Outcome& outcome) {
  const baseline::OrderNote& note = outcome.note;
  if (!outcome.refused.empty()) return fmt::format("order {} on habits refused: {}", note.id, outcome.refused);
  return fmt::format("order {} on habits: {} of {} by {}: {} changed, {} stay; {}", note.id,
                     baseline::order_kind_name(note.kind), note.scope.empty() ? "all" : note.scope,
                     note.by.empty() ? "somebody" : note.by, note.changed, note.stay,
                     note.reason.empty() ? "no reason given" : note.reason);
}

}  // namespace langyan::pipeline
