// Where an MQTT packet starts and ends, whether a flow speaks it, and who sends it.
#include <algorithm>

#include "base/json.h"
#include "parsers/mqtt/table.h"

namespace langyan::mqtt {
namespace {

constexpr std::size_t examined_topic = 64;  // octets of a topic that have to look like one
constexpr std::uint8_t dup_bit = 8, qos_mask = 6;

struct Header {
  enum class State : std::uint8_t { short_of_octets, bad, good } state = State::short_of_octets;
  std::size_t size = 0;   // of the header
  std::size_t whole = 0;  // of the packet
};

Header header_at(Bytes bytes) {
  Header header;
  std::size_t length = 0;
  for (std::size_t i = 0; i < most_length_octets; ++i) {
    if (i + 1 >= bytes.size()) return header;
    length |= static_cast<std::size_t>(bytes[i + 1] & 0x7f) << 7 * i;
    if (bytes[i + 1] & 0x80) continue;
    header = {Header::State::good, i + 2, i + 2 + length};
    return header;
  }
  header.state = Header::State::bad;
  return header;
}

bool sound_flags(std::uint8_t first) {
  const Packet& packet = packet_row(first);
  if (packet.type == Type::none) return false;
  if (packet.type == Type::publish) return (first & qos_mask) != qos_mask;
  // Version 3.1 let a sender repeat these with the bit that says so.
  return (first & 15) == packet.flags || (packet.flags != 0 && (first & 15) == (packet.flags | dup_bit));
}

// A name of the protocol with its length, and the level behind it ([5] 3.1.2).
bool names_mqtt(Bytes body) {
  const auto starts = [&](std::string_view name) {
    return body.size() >= 2 + name.size() && body[0] == 0 && body[1] == name.size() &&
           text_of(body.subspan(2, name.size())) == name;
  };
  return starts("MQTT") || starts("MQIsdp");
}

bool sound_topic(Bytes body, std::size_t length, bool may_be_empty) {
  if (body.size() < 2) return true;  // not there yet
  const std::size_t size = static_cast<std::size_t>(body[0]) << 8 | body[1];
  if (size + 2 > length || (size == 0 && !may_be_empty)) return false;
  const Bytes text = body.subspan(2, std::min({size, body.size() - 2, examined_topic}));
  return std::ranges::none_of(text, [](std::uint8_t octet) { return octet < 0x20 || octet == 0x7f; });
}

// Acknowledgements of version 5 may say more than their number, a known reason first ([5] 3.4.2.1).
bool sound_reason(Bytes body, std::size_t at) {
  return body.size() <= at || std::ranges::find(reason_names, body[at], &Name::value) != std::end(reason_names);
}

// Whether what follows the header may be of the type it names. `body`: as much as is there.
bool sound_body(std::uint8_t first, Bytes body, std::size_t length) {
  switch (packet_row(first).type) {
    case Type::connect: return length >= 10 && (body.size() < 8 || names_mqtt(body));
    case Type::connack: return length >= 2 && (body.empty() || body[0] <= 1);
    case Type::publish: return length >= 2 && sound_topic(body, length, true);
    case Type::puback:
    case Type::pubrec:
    case Type::pubrel:
    case Type::pubcomp: return length >= 2 && sound_reason(body, 2);
    case Type::subscribe:
      // Behind the packet id stands a filter, or in version 5 the length of the properties.
      return length >= 6 && (body.size() < 5 || body[2] != 0 || sound_topic(body.subspan(2), length - 2, false) ||
                             sound_topic(body.subspan(3), length - 3, false));
    case Type::unsubscribe: return length >= 5;
    case Type::suback: return length >= 3;
    case Type::unsuback: return length >= 2;
    case Type::pingreq: case Type::pingresp: return length == 0;
    case Type::disconnect: case Type::auth: return sound_reason(body, 0);
    case Type::none: return false;
  }
  return false;
}

bool sound_start(Bytes bytes) {
  const Header header = header_at(bytes);
  if (bytes.empty() || header.state == Header::State::bad || !sound_flags(bytes[0])) return false;
  if (header.state == Header::State::short_of_octets) return true;
  const Bytes body = bytes.subspan(header.size);
  const std::size_t length = header.whole - header.size;
  return sound_body(bytes[0], body.first(std::min(body.size(), length)), length);
}

bool on_hinted_port(const Context& context) {
  return std::ranges::any_of(ports, [&](const PortHint& hint) {
    return hint.port == context.client_port || hint.port == context.server_port;
  });
}

}  // namespace

// Elsewhere than on its own port a flow must open with CONNECT, which names the protocol.
Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Identity::no;
  const Header header = header_at(bytes);
  if (header.state == Header::State::bad || !sound_flags(bytes[0])) return Identity::no;
  const bool opens = packet_row(bytes[0]).type == Type::connect;
  if (!opens && !on_hinted_port(context)) return Identity::no;
  if (header.state == Header::State::short_of_octets) return Identity::unsure;
  if (!sound_start(bytes)) return Identity::no;
  if (opens) {
    constexpr std::size_t name_octets = 8;
    const Bytes body = bytes.subspan(header.size);
    if (body.size() < name_octets) return Identity::unsure;
    return names_mqtt(body) ? Identity::yes : Identity::no;
  }
  if (bytes.size() > header.whole && !sound_start(bytes.subspan(header.whole))) return Identity::no;
  return Identity::yes;
}

Frame frame(Bytes bytes, const Context&) {
  if (packet_row(bytes[0]).type == Type::none) return Frame::lost();
  const Header header = header_at(bytes);
  if (header.state == Header::State::bad) return Frame::lost();
  if (header.state == Header::State::short_of_octets) return Frame::need();
  if (header.whole > most_message_bytes) {  // a lying length would swallow much of what follows
    const std::size_t length = header.whole - header.size;
    const bool sound = sound_flags(bytes[0]) && sound_body(bytes[0], bytes.subspan(header.size), length);
    return sound ? Frame::skip(header.whole) : Frame::lost();
  }
  return bytes.size() < header.whole ? Frame::need(header.whole) : Frame::message(header.whole);
}

// Payloads may spell headers, so one that stands within a segment counts only when its packet is whole
// and ends where the segment does or where the next one starts.
std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + 2 <= bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    if (!sound_start(here)) continue;
    const Header header = header_at(here);
    if (header.state != Header::State::good) continue;
    if (at == 0 && header.whole <= most_message_bytes) return at;
    if (here.size() < header.whole) continue;
    const Bytes next = here.subspan(header.whole);
    if (next.empty() || sound_start(next)) return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.empty()) return End::unknown;
  switch (packet_row(bytes[0]).type) {
    case Type::connect: case Type::subscribe: case Type::unsubscribe: case Type::pingreq: return End::client;
    case Type::connack: case Type::suback: case Type::unsuback: case Type::pingresp: return End::server;
    default: return End::unknown;
  }
}

void notation(const Object& object, std::string& out) {
  const auto place = static_cast<Place>(object.space);
  constexpr std::size_t most_text = 100;
  if (place == Place::topic_alias) out += "topic alias ", append_number(out, object.address);
  out += text_of(object.text).substr(0, most_text);
  if (place == Place::metric_alias) out += " alias ", append_number(out, object.address);
}

}  // namespace langyan::mqtt
