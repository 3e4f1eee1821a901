// Where a FINS message starts and ends, whether a flow speaks it, and who sends it.
#include <cstring>

#include "base/json.h"
#include "parsers/fins/table.h"

namespace langyan::fins {
namespace {

constexpr std::uint8_t magic[] = {'F', 'I', 'N', 'S'};
constexpr std::uint8_t most_gateways = 7;  // [W342] 3-3-2

std::uint32_t be32(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
}

bool has_magic(Bytes bytes) {
  return std::memcmp(bytes.data(), magic, std::min(bytes.size(), sizeof magic)) == 0;
}

std::size_t tcp_size(Bytes bytes) {  // of a message whose first eight octets are there; 0: no length of one
  const std::uint32_t length = be32(bytes, 4);
  const bool sound = length >= tcp_header_bytes - tcp_counted_from && length <= tcp_header_bytes + longest_frame;
  return sound ? tcp_counted_from + length : 0;
}

bool is_frame(Bytes bytes, bool on_its_port) {
  if (bytes.size() < header_bytes + 2) return false;
  const std::uint8_t icf = bytes[0];
  if ((icf & 0x3e) != 0 || bytes[1] != 0) return false;  // reserved bits, RSV
  const auto code = static_cast<std::uint16_t>(bytes[10] << 8 | bytes[11]);
  if (icf & icf_response && bytes.size() < header_bytes + 4) return false;
  return on_its_port || ((icf & 0x80) && bytes[2] <= most_gateways && command_row(code));
}

bool on_port(const Context& context) {
  return context.client_port == ports[0].port || context.server_port == ports[0].port;
}

}  // namespace

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return Identity::no;
  if (context.transport == Transport::udp) return is_frame(bytes, on_port(context)) ? Identity::yes : Identity::no;
  if (!has_magic(bytes)) return Identity::no;
  if (bytes.size() < tcp_counted_from) return Identity::unsure;
  return tcp_size(bytes) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return is_frame(bytes, true) ? Frame::message(bytes.size()) : Frame::lost();
  if (!has_magic(bytes)) return Frame::lost();
  if (bytes.size() < tcp_counted_from) return Frame::need(tcp_counted_from);
  const std::size_t size = tcp_size(bytes);
  if (size == 0) return Frame::lost();
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + tcp_counted_from <= bytes.size(); ++at)
    if (bytes[at] == magic[0] && has_magic(bytes.subspan(at)) && tcp_size(bytes.subspan(at))) return at;
  return bytes.size();
}

End sender(Bytes bytes, const Context& context) {
  if (context.transport == Transport::tcp) {
    if (bytes.size() < tcp_header_bytes) return End::unknown;
    const std::uint32_t command = be32(bytes, 8);
    if (command == 0) return End::client;
    if (command == 1) return End::server;
    bytes = bytes.subspan(tcp_header_bytes);
  }
  if (bytes.size() < header_bytes) return End::unknown;
  return bytes[0] & icf_response ? End::server : End::client;
}

void notation(const Object& object, std::string& out) {
  switch (static_cast<Place>(object.space)) {
    case Place::parameter: out += "parameter area ", append_number(out, std::uint64_t{object.area}); return;
    case Place::program: out += "program ", append_number(out, std::uint64_t{object.area}); return;
    case Place::file: out += text_of(object.text); return;
    case Place::memory: break;
  }
  const Area* area = area_row(object.width);
  const bool bit = area && area->element == Element::bit;
  const auto one = [&](std::uint64_t address) {
    if (area) out += area->prefix;
    else out += "area ", append_number(out, std::uint64_t{object.width}), out += ' ';
    append_number(out, bit ? address / 16 : address);
    if (!bit) return;
    out += '.';
    if (address % 16 < 10) out += '0';
    append_number(out, address % 16);
  };
  one(object.address);
  if (object.count > 1) out += "..", one(object.address + object.count - 1);
}

}  // namespace langyan::fins
