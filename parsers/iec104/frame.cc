// Where an APDU starts and ends, whether a flow speaks IEC 104, and who sends it.
#include "base/json.h"
#include "parsers/iec104/types.h"

namespace langyan::iec104 {
namespace {

// The six octets of an APCI, and where there is an ASDU its type and count ([104] 5.1).
bool sound_start(Bytes bytes) {
  if (bytes.size() < header_bytes + control_bytes) return false;
  const std::uint8_t length = bytes[1];
  if (bytes[0] != start_octet || length < shortest_length || length > longest_length) return false;
  if (bytes[2] & 1) {
    if (length != shortest_length || (bytes[4] & 1)) return false;
    if ((bytes[2] & 3) == 1) return bytes[2] == 1 && bytes[3] == 0;
    const auto functions = static_cast<std::uint8_t>(bytes[2] & 0xfc);
    return functions && (functions & (functions - 1)) == 0 && !bytes[3] && !bytes[4] && !bytes[5];
  }
  if ((bytes[4] & 1) || length < control_bytes + asdu_header_bytes) return false;
  if (bytes.size() < 8) return true;
  const Type* type = type_row(bytes[6]);
  if (!type) return false;
  const unsigned count = bytes[7] & 0x7f;
  const std::size_t room = length - control_bytes - asdu_header_bytes;
  const std::size_t addresses = bytes[7] & 0x80 ? (count ? 1 : 0) : count;
  return addresses * 3 + count * element_bytes(*type) <= room || type->code == 125;
}

std::size_t size_of(Bytes bytes) { return header_bytes + bytes[1]; }

}  // namespace

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Identity::no;
  if (bytes[0] != start_octet) return Identity::no;
  if (bytes.size() < header_bytes + control_bytes) return Identity::unsure;
  if (!sound_start(bytes)) return Identity::no;
  if (context.client_port == 2404 || context.server_port == 2404) return Identity::yes;
  // Elsewhere one APDU that fills its segment exactly, or two in a row.
  const std::size_t size = size_of(bytes);
  if (bytes.size() < size) return Identity::unsure;
  if (bytes.size() == size) return Identity::yes;
  const Bytes next = bytes.subspan(size);
  if (next[0] != start_octet) return Identity::no;
  if (next.size() < header_bytes + control_bytes) return Identity::unsure;
  return sound_start(next) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) {
  if (bytes[0] != start_octet) return Frame::lost();
  if (bytes.size() < header_bytes) return Frame::need(header_bytes);
  if (bytes[1] < shortest_length || bytes[1] > longest_length) return Frame::lost();
  const std::size_t size = size_of(bytes);
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

// As in a Modbus stream: values may look like headers, so within a segment only whole APDUs that end
// where it does, or where the next one starts, are believed.
std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + header_bytes + control_bytes <= bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    if (!sound_start(here)) continue;
    if (at == 0 || here.size() == size_of(here)) return at;
    if (here.size() > size_of(here) && sound_start(here.subspan(size_of(here)))) return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < header_bytes + control_bytes) return End::unknown;
  if (bytes[2] == 0x07 || bytes[2] == 0x13) return End::client;  // STARTDT act, STOPDT act
  if (bytes[2] == 0x0b || bytes[2] == 0x23) return End::server;
  if ((bytes[2] & 1) || bytes.size() < 9) return End::unknown;
  const Type* type = type_row(bytes[6]);
  if (!type) return End::unknown;
  if (type->code < 45 || type->verb == Verb::session) return End::server;
  const auto cause = static_cast<std::uint8_t>(bytes[8] & 63);
  if (type->code >= 120) return End::unknown;
  return cause == cause_activation || cause == cause_deactivation || cause == cause_request ? End::client : End::server;
}

void notation(const Object& object, std::string& out) {
  out += object.space == 1 ? "file IOA " : "IOA ";
  append_number(out, object.address);
  if (object.count > 1) out += "..", append_number(out, object.address + object.count - 1);
}

}  // namespace langyan::iec104
