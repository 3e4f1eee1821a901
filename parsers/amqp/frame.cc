// Where an AMQP frame starts and ends, whether a flow speaks it, and who sends it.
#include <algorithm>

#include "base/json.h"
#include "parsers/amqp/table.h"

namespace langyan::amqp {
namespace {

constexpr std::string_view magic = "AMQP";
constexpr std::size_t tls_header_bytes = 5;         // RFC 8446 5.1
constexpr std::size_t longest_tls_record = 16'640;

std::size_t be32(Bytes bytes, std::size_t at) {
  return static_cast<std::size_t>(bytes[at]) << 24 | static_cast<std::size_t>(bytes[at + 1]) << 16 |
         static_cast<std::size_t>(bytes[at + 2]) << 8 | bytes[at + 3];
}

bool is_opening(Bytes bytes) {  // as far as it is there
  const std::size_t size = std::min(bytes.size(), magic.size());
  if (text_of(bytes.first(size)) != magic.substr(0, size)) return false;
  if (bytes.size() < opening_bytes) return true;
  return std::ranges::any_of(versions,
                             [&](const Version& row) { return std::ranges::equal(row.octets, bytes.subspan(4, 4)); });
}

bool is_classic(std::uint8_t type) { return (type >= 1 && type <= 3) || type == 8; }

// Of 0-9-1: the end octet stands where the size says, and a method is a known one.
bool sound_classic(Bytes bytes) {
  if (bytes.size() < frame_header_bytes || !is_classic(bytes[0])) return false;
  const std::size_t size = be32(bytes, 3), whole = frame_header_bytes + size + 1;
  if (bytes.size() >= whole && bytes[whole - 1] != frame_end) return false;
  if (bytes[0] == 8) return size == 0;
  if (bytes[0] == 1 && bytes.size() >= frame_header_bytes + 4)
    return size >= 4 && method_row(static_cast<std::uint32_t>(be32(bytes, 7)));
  return bytes[0] != 1 || size >= 4;
}

// Of 1.0: header, and a described list behind it.
bool sound_transport(Bytes bytes) {
  if (bytes.size() < transport_header_bytes || bytes[0] != 0) return false;
  const std::size_t size = be32(bytes, 0), offset = bytes[4] * 4u;
  if (offset < transport_header_bytes || size < offset || bytes[5] > 1) return false;
  if (size == offset) return true;
  if (bytes.size() < offset + 2) return true;
  return bytes[offset] == 0 && (bytes[offset + 1] == 0x53 || bytes[offset + 1] == 0x80 || bytes[offset + 1] == 0xa3);
}

bool is_tls(Bytes bytes) { return bytes.size() >= 2 && bytes[0] >= 20 && bytes[0] <= 23 && bytes[1] == 3; }

bool sound_start(Bytes bytes) {
  return (bytes.size() >= opening_bytes && is_opening(bytes)) || sound_classic(bytes) || sound_transport(bytes);
}

std::size_t whole_size(Bytes bytes) {  // of a sound start
  if (is_opening(bytes)) return opening_bytes;
  return bytes[0] == 0 ? be32(bytes, 0) : frame_header_bytes + be32(bytes, 3) + 1;
}

}  // namespace

// Elsewhere than on its own port a flow must open with the protocol header.
Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Identity::no;
  if (is_opening(bytes)) return bytes.size() < opening_bytes ? Identity::unsure : Identity::yes;
  if (context.client_port != ports[0].port && context.server_port != ports[0].port) return Identity::no;
  if (bytes.size() < transport_header_bytes)
    return is_classic(bytes[0]) || bytes[0] == 0 ? Identity::unsure : Identity::no;
  return sound_start(bytes) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) {
  if (is_opening(bytes))
    return bytes.size() < opening_bytes ? Frame::need(opening_bytes) : Frame::message(opening_bytes);
  if (is_tls(bytes)) {  // behind the header that asks for it
    if (bytes.size() < tls_header_bytes) return Frame::need(tls_header_bytes);
    const std::size_t size = static_cast<std::size_t>(bytes[3]) << 8 | bytes[4];
    return size > longest_tls_record ? Frame::lost() : Frame::skip(tls_header_bytes + size);
  }
  if (!is_classic(bytes[0]) && bytes[0] != 0) return Frame::lost();
  const std::size_t header = bytes[0] == 0 ? transport_header_bytes : frame_header_bytes;
  if (bytes.size() < header) return Frame::need(header);
  if (!sound_classic(bytes) && !sound_transport(bytes)) return Frame::lost();
  const std::size_t whole = whole_size(bytes);
  if (whole > most_message_bytes) return Frame::skip(std::min<std::size_t>(whole, UINT32_MAX));
  return bytes.size() < whole ? Frame::need(whole) : Frame::message(whole);
}

// Bodies may spell headers, so a frame within a segment counts only when it is whole and ends where the
// segment does or where the next one starts.
std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + transport_header_bytes <= bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    if (!sound_start(here)) continue;
    const std::size_t whole = whole_size(here);
    if (here.size() < whole) {
      if (at == 0 && whole <= most_message_bytes) return at;
      continue;
    }
    const Bytes next = here.subspan(whole);
    if (next.empty() || next.size() < transport_header_bytes || sound_start(next)) return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < frame_header_bytes + 4 || bytes[0] != 1) return End::unknown;
  const Method* row = method_row(static_cast<std::uint32_t>(be32(bytes, 7)));
  if (!row || row->side == Side::either) return End::unknown;
  return row->side == Side::client ? End::client : End::server;
}

void notation(const Object& object, std::string& out) {
  constexpr std::size_t most_text = 120;
  if (static_cast<Place>(object.space) == Place::link) out += "link ", append_number(out, object.address);
  out += text_of(object.text).substr(0, most_text);
}

}  // namespace langyan::amqp
