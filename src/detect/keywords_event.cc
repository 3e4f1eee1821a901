// Keywords on what was found wrong: events of decoding, streams and applications (events.h).
#include "detect/events.h"
#include "detect/rule_builder.h"

namespace langyan::detect {
namespace {

constexpr std::string_view words_of_family(EventFamily family) {
  return family == EventFamily::decode   ? "decoding"
         : family == EventFamily::stream ? "streams"
                                         : "applications";
}

template <EventFamily family>
bool parse_event(RuleBuilder& rule, std::string_view value) {
  if (!rule.program.events.empty())
    return rule.refuse(value, "a rule is about one event; write a rule for each");
  FoundEvents found = find_events(value, family, rule.environment.protocols);
  if (!found.field.empty()) {  // what Suricata calls an event is a value of a field here
    bool known = false;
    return parse_field(rule, found.field, found.value, known);
  }
  if (found.events.empty()) {
    std::string reason = "no event of " + std::string(words_of_family(family)) + " is named \"" +
                         std::string(value) + "\"";
    if (!found.nearest.empty()) reason += "; the nearest is \"" + found.nearest + "\"";
    return rule.refuse_unknown(value, std::move(reason), value);
  }
  rule.program.events = std::move(found.events);
  if (found.ip_version && !rule.program.header.ip_version)
    rule.program.header.ip_version = found.ip_version;
  if (found.protocol) rule.program.protocols.push_back({found.protocol, false});
  return true;
}

// clang-format off
constexpr Keyword rows[] = {
    {"decode-event", Value::needed, parse_event<EventFamily::decode>, true, "event", "name",
     {"Something is wrong with a packet's headers or fragments, by Suricata's name or that of an anomaly.", "报文首部或分片异常，可用 Suricata 的事件名或本系统的异常名。"}},
    {"engine-event", Value::needed, parse_event<EventFamily::decode>, true, "event", "name",
     {"As decode-event.", "同 decode-event。"}},
    {"stream-event", Value::needed, parse_event<EventFamily::stream>, true, "event", "name",
     {"Something is wrong with a TCP connection, once for each flow and kind.", "TCP 连接异常；每条流每类一次。"}},
    {"app-layer-event", Value::needed, parse_event<EventFamily::application>, true, "event", "protocol.name",
     {"Something is wrong with a message or its protocol, each time.", "应用报文或其协议异常，每次均触发。"}},
};
// clang-format on

}  // namespace

std::span<const Keyword> event_keywords() {
  return rows;
}

}  // namespace langyan::detect
