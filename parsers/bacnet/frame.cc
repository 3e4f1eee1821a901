// Whether a flow speaks BACnet, where a message ends, who sends it, and how objects are written.
#include "base/json.h"
#include "parsers/bacnet/table.h"

namespace langyan::bacnet {
namespace {

constexpr std::uint8_t most_function = 12;  // of both virtual links

std::uint16_t be16(Bytes bytes, std::size_t at) { return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]); }

bool on_hinted_port(const Context& context) {
  const auto is_hinted = [](std::uint16_t port) { return port >= ports[0].port && port < ports[0].port + 16; };
  return is_hinted(context.client_port) || is_hinted(context.server_port);
}

// Where the network layer starts, 0 where the function carries none.
std::size_t npdu_at(std::uint8_t type, std::uint8_t function) {
  if (type == bvlc_ip) return function == 4 ? 10 : function >= 9 && function <= 11 ? 4 : 0;
  return function == 1 ? 10 : function == 2 || function == 12 ? 7 : function == 8 ? 25 : 0;
}

// The application layer of an NPDU, empty where it is a message between routers or makes no sense.
struct Npdu {
  bool sound = false, between_routers = false;
  Bytes apdu;
};
Npdu read_npdu(Bytes npdu) {
  Reader in{npdu};
  const std::uint8_t version = in.u8(), control = in.u8();
  if (!in.ok() || version != npdu_version || control & 0x50) return {};
  const bool to = control & 0x20;
  if (to) in.skip(2), in.skip(in.u8());
  if (control & 0x08) {
    in.skip(2);
    const std::uint8_t size = in.u8();
    if (size == 0) return {};
    in.skip(size);
  }
  if (to) in.skip(1);
  if (!in.ok() || in.left() == 0) return {};
  return {true, (control & 0x80) != 0, in.rest()};
}

// Whether an APDU has a type and service of the standard, and as many octets as its header needs.
bool sound_apdu(Bytes apdu) {
  const std::uint8_t type = apdu[0] >> 4, flags = apdu[0] & 15;
  const auto has = [&](std::size_t at, std::uint16_t base) { return apdu.size() > at && service_row(base + apdu[at]); };
  const std::size_t segment = flags & 8 ? 2 : 0;
  switch (type) {
    case confirmed_request: return (flags & 1) == 0 && has(3 + segment, 0);
    case unconfirmed_request: return flags == 0 && has(1, unconfirmed_base);
    case simple_ack: return flags == 0 && apdu.size() == 3 && has(2, 0);
    case complex_ack: return (flags & 3) == 0 && has(2 + segment, 0);
    case segment_ack_pdu: return (flags & 12) == 0 && apdu.size() == 4;
    case error_pdu: return flags == 0 && apdu.size() >= 6 && has(2, 0);
    case reject_pdu: return flags == 0 && apdu.size() == 3;
    case abort_pdu: return (flags & 14) == 0 && apdu.size() == 3;
    default: return false;
  }
}

bool sound_npdu(Bytes octets) {
  const Npdu npdu = read_npdu(octets);
  if (!npdu.sound) return false;
  return npdu.between_routers ? npdu.apdu[0] >= 0x80 || service_row(network_base + npdu.apdu[0])
                              : sound_apdu(npdu.apdu);
}

// Whether a function of the virtual link that carries no message has the size it must have.
bool sound_link(Bytes bytes, std::uint8_t function) {
  const std::size_t size = bytes.size();
  if (bytes[0] == bvlc_ipv6) {
    constexpr std::size_t sizes[] = {9, 0, 0, 10, 28, 10, 7, 10, 0, 9, 25};
    return function < std::size(sizes) && size == sizes[function];
  }
  switch (function) {
    case 0: return size == 6 && (be16(bytes, 4) & 0xff8f) == 0;
    case 2: case 6: return size == 4;
    case 1: case 3: case 7: return size > 4 && size % 10 == 4;
    case 5: return size == 6;
    case 8: return size == 10;
    default: return false;
  }
}

std::string_view property_name(std::uint32_t property) {
  for (const Name& row : property_names)
    if (row.value == property) return row.word;
  return {};
}

void append_object(const Object& object, std::string& out) {
  const std::uint32_t type = object.area >> 22;
  if (type < object_type_count) {
    out += spaces[type].name;
  } else {
    out += "type-", append_number(out, std::uint64_t{type});
  }
  const auto instance = static_cast<std::uint32_t>(object.address);
  out += ',';
  if (instance == 4'194'303) out += '?';  // left to the device
  else append_number(out, std::uint64_t{instance});
  if (!(object.width & 1)) return;
  const std::uint32_t property = object.area & 0x3fffff;
  out += ' ';
  if (const auto name = property_name(property); !name.empty()) {
    out += name;
  } else {
    out += "property-", append_number(out, std::uint64_t{property});
  }
  if (object.width & 2) out += '[', append_number(out, object.address >> 32), out += ']';
}

}  // namespace

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::tcp) return Identity::no;
  if (context.transport == Transport::layer2) {
    return context.llc == ethernet_llc && bytes[0] == npdu_version && bytes.size() >= 3 ? Identity::yes : Identity::no;
  }
  if (bytes.size() < bvlc_bytes || (bytes[0] != bvlc_ip && bytes[0] != bvlc_ipv6)) return Identity::no;
  const std::uint16_t length = be16(bytes, 2);
  if (on_hinted_port(context))
    return bytes[1] <= most_function || length == bytes.size() ? Identity::yes : Identity::no;
  if (length != bytes.size() || bytes[1] > most_function) return Identity::no;
  const std::size_t at = npdu_at(bytes[0], bytes[1]);
  const bool sound = at ? bytes.size() > at && sound_npdu(bytes.subspan(at)) : sound_link(bytes, bytes[1]);
  return sound ? Identity::yes : Identity::no;
}

// A datagram or Ethernet frame is one message, whatever its length says.
Frame frame(Bytes bytes, const Context& context) {
  const bool starts = context.transport == Transport::layer2 ? bytes[0] == npdu_version
                                                             : bytes[0] == bvlc_ip || bytes[0] == bvlc_ipv6;
  return starts ? Frame::message(bytes.size()) : Frame::lost();
}

std::size_t resync(Bytes bytes, const Context& context) {
  return !bytes.empty() && frame(bytes, context).kind == Frame::Kind::message ? 0 : bytes.size();
}

// Both ends use the same port. Who asks a confirmed service is the client; notifications come from
// devices; a broadcast tells nothing, for its other end is no host.
End sender(Bytes bytes, const Context& context) {
  std::size_t at = 0;
  if (context.transport != Transport::layer2) {
    if (bytes.size() < bvlc_bytes) return End::unknown;
    const bool link4 = bytes[0] == bvlc_ip;
    if (link4 && (bytes[1] == 3 || bytes[1] == 7 || bytes[1] == 0)) return End::server;
    if (link4 && (bytes[1] == 9 || npdu_at(bytes[0], bytes[1]) == 0)) return End::client;  // of a router of broadcasts
    if (bytes[1] != (link4 ? 10 : 1)) return End::unknown;
    at = npdu_at(bytes[0], bytes[1]);
  }
  if (bytes.size() <= at) return End::unknown;
  const Npdu npdu = read_npdu(bytes.subspan(at));
  if (!npdu.sound || npdu.between_routers) return End::unknown;
  const auto choice = [&](std::size_t place) { return npdu.apdu.size() > place ? npdu.apdu[place] : 0xff; };
  switch (npdu.apdu[0] >> 4) {
    case confirmed_request: {
      const Service* row = service_row(choice(npdu.apdu[0] & 8 ? 5 : 3));
      return row && (row->verb == Verb::report || row->body == Body::event_notification) ? End::server : End::client;
    }
    case unconfirmed_request: {
      if (context.transport == Transport::layer2) return End::unknown;
      const std::uint8_t service = static_cast<std::uint8_t>(choice(1));
      const Service* row = service_row(unconfirmed_base + service);
      if (!row) return End::unknown;
      const bool tells = row->verb == Verb::report || row->verb == Verb::alarm;
      return tells ? End::server : End::client;
    }
    case simple_ack: case complex_ack: case error_pdu: case reject_pdu: return End::server;
    default: return npdu.apdu[0] & 1 ? End::server : End::client;
  }
}

void notation(const Object& object, std::string& out) {
  switch (object.space) {
    case place_name: out += text_of(object.text.first(std::min<std::size_t>(object.text.size(), 100))); return;
    case place_network: out += "network ", append_number(out, object.address); return;
    case place_broadcast_table: out += "broadcast distribution table"; return;
    case place_foreign_table: out += "foreign device table"; return;
    case place_private:
      out += "vendor ", append_number(out, std::uint64_t{object.area});
      out += " service ", append_number(out, object.address);
      return;
    case place_group:
      out += "group ", append_number(out, std::uint64_t{object.area});
      out += " channel ", append_number(out, object.address);
      return;
    default: append_object(object, out);
  }
}

}  // namespace langyan::bacnet
