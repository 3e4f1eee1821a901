// Where an EtherNet/IP message starts and ends, whether a flow speaks it, and who sends it.
#include "base/json.h"
#include "parsers/enip/message.h"

namespace langyan::enip {
namespace {

constexpr std::size_t io_octets = 18;           // counts, addresses and the head of the data ([EIP] 2-6.3)
constexpr std::uint16_t longest_register = 4;
constexpr std::size_t cpf_at = header_bytes + 6;  // in a message that carries CIP

bool on_port(const Context& context, std::uint16_t port) {
  return context.client_port == port || context.server_port == port;
}
bool known_status(std::uint32_t status) {
  if (status > last_status) return false;
  for (const Name& each : encapsulation_status_names)
    if (each.value == status) return true;
  return false;
}

// A header whose parts agree, of a command whose body has the right length and kind as far as it is there.
bool sound_start(Bytes bytes) {
  if (bytes.size() < header_bytes || !is_command(le16(bytes, 0)) || le32(bytes, 20) != 0) return false;
  const std::uint16_t command = le16(bytes, 0), length = le16(bytes, 2);
  const std::uint32_t session = le32(bytes, 4), status = le32(bytes, 8);
  if (!known_status(status)) return false;
  const Bytes body = bytes.subspan(header_bytes);
  switch (command) {
    case register_session:
      if (length != longest_register && status == 0) return false;
      return body.size() < 4 || length == 0 || (le16(body, 0) <= 2 && le16(body, 2) == 0);
    case unregister_session: return length == 0 && session != 0;
    case list_identity: case list_services: case list_interfaces:
      if (length == 0) return session == 0 && status == 0;
      if (body.size() < 2) return true;
      if (le16(body, 0) > most_packet_items) return false;
      if (body.size() < 4 || le16(body, 0) == 0 || command == list_interfaces) return true;
      return le16(body, 2) == std::uint16_t{command == list_identity ? identity_item : services_item};
    case send_rr_data: case send_unit_data: {
      if (status != 0) return length == 0 || length >= 16;
      if (session == 0 || length < 16) return false;
      if (body.size() < 16) return true;
      const std::uint16_t first = le16(body, 8), size = le16(body, 10);
      if (le32(body, 0) != 0 || le16(body, 6) < 2 || le16(body, 6) > 4) return false;
      const bool is_unit = command == send_unit_data;
      if (is_unit ? first != connected_address || size != 4 : first != null_address || size != 0) return false;
      if (body.size() < 12u + size + 4u) return true;
      const std::size_t data_size = le16(body, 14u + size);
      return le16(body, 12u + size) == (is_unit ? connected_data : unconnected_data) &&
             16u + size + data_size <= length;
    }
    default: return false;  // too little to go by
  }
}

// What no other protocol starts like: a session's opening, or CIP in its packet.
bool speaks_for_itself(Bytes bytes) {
  if (!sound_start(bytes)) return false;
  const std::uint16_t command = le16(bytes, 0), length = le16(bytes, 2);
  const bool whole = bytes.size() >= header_bytes + length;
  if (command == register_session) return whole && length == 4 && le32(bytes, 8) == 0 && le16(bytes, 24) == 1;
  if (command == send_rr_data || command == send_unit_data) return length >= 16 && bytes.size() >= header_bytes + 20;
  return (command == list_identity || command == list_services) && length >= 26 && whole && le16(bytes, 24) >= 1;
}

Identity identify_datagram(Bytes bytes, const Context& context) {
  if (is_io(bytes, context)) return Identity::yes;
  if (bytes.size() < header_bytes || header_bytes + le16(bytes, 2) != bytes.size()) return Identity::no;
  if (!is_command(le16(bytes, 0)) || le32(bytes, 20) != 0 || !known_status(le32(bytes, 8))) return Identity::no;
  return on_port(context, explicit_port) || speaks_for_itself(bytes) ? Identity::yes : Identity::no;
}

void append_hex32(std::string& out, std::uint64_t value) {
  const std::uint8_t octets[] = {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
                                 static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  append_hex(out, octets);
}

void append_point(std::string& out, const Object& object) {
  constexpr std::string_view letters[] = {"O", "I", "S", "B", "T", "C", "R", "N", "F"};  // types 0x82 to 0x8a
  const std::uint64_t element = object.address >> 16, sub = object.address & 0xffff;
  std::string_view letter;
  switch (object.width) {
    case 0x8d: letter = "ST"; break;
    case 0x8e: letter = "A"; break;
    case 0x8f: letter = "D"; break;
    case 0x91: letter = "L"; break;
    case 0x92: letter = "MG"; break;
    case 0x93: letter = "PD"; break;
    case 0x94: letter = "PLS"; break;
    default: if (object.width >= 0x82 && object.width <= 0x8a) letter = letters[object.width - 0x82];
  }
  if (letter.empty()) out += "file ";
  out += letter;
  append_number(out, std::uint64_t{object.area});
  if (letter.empty() && object.width) {
    const std::uint8_t width = object.width;
    out += " type 0x", append_hex(out, {&width, 1});
  }
  out += ':';
  append_number(out, element);
  const bool has_words = object.width == 0x86 || object.width == 0x87;  // timers and counters
  if (has_words && sub >= 1 && sub <= 2) out += sub == 1 ? ".PRE" : ".ACC";
  else if (sub) out += '.', append_number(out, sub);
}

}  // namespace

bool is_io(Bytes bytes, const Context& context) {
  if (context.transport != Transport::udp || bytes.size() < io_octets) return false;
  const std::uint16_t count = le16(bytes, 0);
  if (count < 2 || count > 4 || le16(bytes, 2) != sequenced_address || le16(bytes, 4) != 8) return false;
  if (le16(bytes, 14) != connected_data) return false;
  const std::size_t end = io_octets + le16(bytes, 16);
  return count == 2 ? end == bytes.size() || on_port(context, io_port) : end <= bytes.size();
}

bool is_csp(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp || !on_port(context, io_port) || bytes.size() < 4) return false;
  const std::size_t length = static_cast<std::size_t>(bytes[2] << 8 | bytes[3]);
  if (bytes[0] != 1 && bytes[0] != 2) return false;
  return (bytes[1] == 1 && length == 0) || (bytes[1] == 7 && length >= 8 && length <= 1'024);
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return Identity::no;
  if (context.transport == Transport::udp) return identify_datagram(bytes, context);
  if (on_port(context, io_port) && (bytes[0] == 1 || bytes[0] == 2)) {
    if (bytes.size() < csp_header_bytes)
      return bytes.size() < 4 || is_csp(bytes, context) ? Identity::unsure : Identity::no;
    return is_csp(bytes, context) ? Identity::yes : Identity::no;
  }
  if (bytes.size() < 2) return bytes[0] == 0x00 || is_command(bytes[0]) ? Identity::unsure : Identity::no;
  if (!is_command(le16(bytes, 0))) return Identity::no;
  if (bytes.size() >= 8 && le16(bytes, 0) == nop && !on_port(context, explicit_port)) return Identity::no;
  if (bytes.size() < header_bytes) return Identity::unsure;
  if (on_port(context, explicit_port)) return le32(bytes, 20) == 0 || sound_start(bytes) ? Identity::yes : Identity::no;
  if (!sound_start(bytes)) return Identity::no;
  if (speaks_for_itself(bytes)) return Identity::yes;
  const std::size_t size = header_bytes + le16(bytes, 2);
  return bytes.size() < std::min(size, header_bytes + 26) ? Identity::unsure : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) {
  if (is_io(bytes, context)) return Frame::message(bytes.size());
  if (is_csp(bytes, context)) {
    const std::size_t size = csp_header_bytes + static_cast<std::size_t>(bytes[2] << 8 | bytes[3]);
    return bytes.size() < size ? Frame::need(size) : Frame::message(size);
  }
  if (bytes.size() < header_bytes) {
    if (bytes.size() >= 2 && !is_command(le16(bytes, 0)) && bytes[1] > 1) return Frame::lost();
    return Frame::need(header_bytes);
  }
  // A command that does not exist still has its length, unless nothing of the header fits.
  if (!is_command(le16(bytes, 0)) && (le32(bytes, 20) != 0 || !known_status(le32(bytes, 8)))) return Frame::lost();
  const std::size_t size = header_bytes + le16(bytes, 2);
  if (le16(bytes, 2) > longest_data) return Frame::lost();
  if (context.transport == Transport::udp) return size <= bytes.size() ? Frame::message(size) : Frame::lost();
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

// Values may spell headers, so one within a segment counts only where its message is whole and ends
// with the segment or where the next one starts.
std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + header_bytes <= bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    if (!sound_start(here)) continue;
    if (at == 0) return at;
    const std::size_t size = header_bytes + le16(here, 2);
    if (here.size() < size) continue;
    const Bytes next = here.subspan(size);
    if (next.empty() || sound_start(next)) return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context& context) {
  if (is_io(bytes, context)) {  // both ports are alike; who opened the connection is the client
    Link link;
    if (recall(context, link_key(Way::o_t, le32(bytes, 6)), link)) return End::client;
    return recall(context, link_key(Way::t_o, le32(bytes, 6)), link) ? End::server : End::unknown;
  }
  if (is_csp(bytes, context)) return bytes[0] == 1 ? End::client : End::server;
  if (bytes.size() < header_bytes || !is_command(le16(bytes, 0))) return End::unknown;
  const std::uint16_t command = le16(bytes, 0), length = le16(bytes, 2);
  if (le32(bytes, 8) != 0) return End::server;
  switch (command) {
    case list_identity: case list_services: case list_interfaces: return length == 0 ? End::client : End::server;
    case register_session: return le32(bytes, 4) == 0 ? End::client : End::server;
    case unregister_session: return End::client;
    case send_rr_data:
      if (bytes.size() <= cpf_at + 10) return End::unknown;
      return bytes[cpf_at + 10] & 0x80 ? End::server : End::client;
    case send_unit_data:
      if (bytes.size() <= cpf_at + 16) return End::unknown;
      return bytes[cpf_at + 16] & 0x80 ? End::server : End::client;
    default: return End::unknown;
  }
}

void notation(const Object& object, std::string& out) {
  if (!object.text.empty()) {
    out += text_of(object.text);
    return;
  }
  switch (static_cast<Place>(object.space)) {
    case Place::data_file: return append_point(out, object);
    case Place::io_connection: out += "connection 0x"; return append_hex32(out, object.address);
    case Place::data_table: out += "data table 0x"; return append_hex32(out, object.address);
    default: break;
  }
  const std::uint8_t octets[] = {static_cast<std::uint8_t>(object.area >> 8), static_cast<std::uint8_t>(object.area)};
  out += "class 0x";
  append_hex(out, object.area > 0xff ? Bytes{octets} : Bytes{octets}.last(1));
  if (object.width & 1) out += " instance ", append_number(out, object.address >> 16);
  if (object.width & 2) out += " attribute ", append_number(out, object.address & 0xffff);
}

}  // namespace langyan::enip
