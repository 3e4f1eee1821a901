// Events: what the sensor finds wrong with packets, streams and messages, as rules name it.
//
//   decode-event:ipv4.trunc_pkt · stream-event:3whs_synack_with_wrong_ack ·
//   app-layer-event:modbus.invalid_length
//
// One table maps Suricata's names onto the project's own faults and anomalies; those names, which
// the catalogue prints, are known too. A decode event comes up on each packet that has it, an
// application event on each message; an anomaly of a stream or of fragments once for each flow or
// datagram.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "decode/headers.h"
#include "fields/detection.h"
#include "fields/protocol.h"

namespace langyan::detect {

using Event = std::uint32_t;  // the sid of a Detection, or one of the numbers below, which no sid has

constexpr Event event_of(const Detection& what) {
  return what.sid;
}
constexpr Event event_of(decode::Invalid reason) {
  return 1'000u + static_cast<unsigned>(reason);
}
constexpr Event event_of(decode::Odd kind) {
  return 2'000u + static_cast<unsigned>(kind);
}
constexpr Event unasked_answer = 3'000;  // an answer whose request was not seen

enum class EventFamily : std::uint8_t { decode, stream, application };

struct FoundEvents {
  std::vector<Event> events;           // any of these; empty: unknown
  std::string_view field, value;       // or a condition on a field, which says the same
  std::uint8_t ip_version = 0;         // of names that are about one; 0: either
  const Protocol* protocol = nullptr;  // whose event it is; null: of any or none
  std::string nearest;                 // where unknown: a name that is known, or empty
};
FoundEvents find_events(std::string_view name, EventFamily family,
                        std::span<const Protocol* const> protocols);

// Every name of Suricata's that the table maps, with the names of what it stands for: for the
// documentation.
struct EventName {
  EventFamily family;
  std::string_view name;
  std::string_view own;  // names, separated by blanks
};
std::span<const EventName> event_names();

}  // namespace langyan::detect
