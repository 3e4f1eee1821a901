// Where an AMS packet starts and ends, whether a flow speaks it, who sends it, and the notation.
#include <algorithm>

#include "base/json.h"
#include "parsers/ads/table.h"

namespace langyan::ads {
namespace {

std::uint16_t le16(Bytes bytes, std::size_t at) { return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8); }
std::uint32_t le32(Bytes bytes, std::size_t at) {
  return le16(bytes, at) | static_cast<std::uint32_t>(le16(bytes, at + 2)) << 16;
}

bool on_port(const Context& context, std::uint16_t port) {
  return context.client_port == port || context.server_port == port;
}

constexpr std::size_t whole_header = tcp_header_bytes + ams_header_bytes;

// Whether the octets that are there could start a packet: zeros, a length, and all of the AMS header
// that agrees with it.
bool plausible(Bytes bytes, bool strict) {
  for (std::size_t at = 0; at < 2 && at < bytes.size(); ++at)
    if (bytes[at] != 0) return false;
  if (bytes.size() < tcp_header_bytes) return true;
  const std::uint32_t length = le32(bytes, 2);
  if (length < ams_header_bytes || length > longest_ams) return false;
  if (bytes.size() < whole_header) return true;
  const std::uint16_t command = le16(bytes, 22), flags = le16(bytes, 24);
  if (le32(bytes, 26) + ams_header_bytes != length) return false;
  if ((flags & ~flags_known) || !(flags & flag_ads)) return false;
  return !strict || (command >= 1 && command <= Command::read_write && le16(bytes, 12) != 0 && le16(bytes, 20) != 0);
}

bool is_route(Bytes bytes) { return bytes.size() >= route_header_bytes && le32(bytes, 0) == route_cookie; }

}  // namespace

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return Identity::no;
  if (context.transport == Transport::udp) return is_route(bytes) ? Identity::yes : Identity::no;
  if (!plausible(bytes, !on_port(context, tcp_port))) return Identity::no;
  return bytes.size() < whole_header ? Identity::unsure : Identity::yes;
}

Frame frame(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return is_route(bytes) ? Frame::message(bytes.size()) : Frame::lost();
  if (!plausible(bytes, false)) return Frame::lost();
  if (bytes.size() < tcp_header_bytes) return Frame::need(tcp_header_bytes);
  const std::size_t size = tcp_header_bytes + le32(bytes, 2);
  if (size > most_message_bytes) return Frame::skip(size);
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + whole_header <= bytes.size(); ++at)
    if (plausible(bytes.subspan(at), true)) return at;
  return bytes.size();
}

End sender(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) {
    if (!is_route(bytes)) return End::unknown;
    return bytes[11] & 0x80 ? End::server : End::client;
  }
  if (bytes.size() < whole_header) return End::unknown;
  const bool from_device = (le16(bytes, 24) & flag_response) || le16(bytes, 22) == Command::notification;
  return from_device ? End::server : End::client;
}

void notation(const Object& object, std::string& out) {
  const auto hex = [&](std::uint64_t number) {
    constexpr char digits[] = "0123456789abcdef";
    out += "0x";
    int shift = 28;
    while (shift > 0 && !(number >> shift & 0xf)) shift -= 4;
    for (; shift >= 0; shift -= 4) out += digits[number >> shift & 0xf];
  };
  constexpr std::size_t most_text = 128;
  if (!object.text.empty()) return void(out += text_of(object.text.first(std::min(object.text.size(), most_text))));
  switch (static_cast<Place>(object.space)) {
    case Place::notification: out += "notification ", hex(object.address); return;
    case Place::file: out += "file handle ", append_number(out, object.address); return;
    case Place::symbol: case Place::address: break;
  }
  const Group* row = group_row(object.area, 0);
  if (row && row->shape == Shape::handle) return void(out += "handle "), hex(object.address);
  if (!row || row->prefix.empty()) return hex(object.area), void(out += ':'), hex(object.address);
  const auto one = [&](std::uint64_t offset) {
    out += row->prefix;
    append_number(out, row->bits ? offset / 8 : offset);
    if (row->bits) out += '.', append_number(out, offset % 8);
  };
  one(object.address);
  if (object.count > 1) out += "..", one(object.address + object.count - 1);
}

}  // namespace langyan::ads
