// Where a CODESYS V3 block starts and ends, whether a flow speaks it, who sends it, the notation.
#include <algorithm>

#include "parsers/codesys/table.h"

namespace langyan::codesys {
namespace {

std::uint32_t le32(Bytes bytes, std::size_t at) {
  return bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | static_cast<std::uint32_t>(bytes[at + 3]) << 24;
}

bool has_magic(Bytes bytes) {  // as far as it is there
  constexpr std::uint8_t magic[] = {0x00, 0x01, 0x17, 0xe8};
  for (std::size_t i = 0; i < sizeof magic && i < bytes.size(); ++i)
    if (bytes[i] != magic[i]) return false;
  return true;
}

std::size_t block_size(Bytes bytes) {  // of a block whose header is there; 0: no length of one
  const std::uint32_t size = le32(bytes, 4);
  return size > block_header && size <= longest_block ? size : 0;
}

bool known_service(std::uint8_t service) {
  return service == notify_ask || service == notify_tell || service == name_ask || service == name_tell ||
         service == channel_manager;
}

bool on_port(const Context& context) {
  for (const PortHint& hint : ports)
    if (hint.transport == context.transport && (hint.port == context.client_port || hint.port == context.server_port))
      return true;
  return false;
}

}  // namespace

// [PDU] Datagram layer: the low bits of the second octet and the two halves of the sixth count words.
std::size_t payload_at(Bytes datagram) {
  constexpr std::size_t least = 6;
  if (datagram.size() < least || datagram[0] != datagram_magic) return 0;
  const std::size_t words = (datagram[1] & 7u) + (datagram[5] >> 4) + (datagram[5] & 0xfu);
  if ((datagram[1] & 7u) * 2 < least) return 0;
  const std::size_t at = (words * 2 + 3) / 4 * 4;
  return at <= datagram.size() ? at : 0;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::udp)  // no signature worth the name: only on its own ports
    return on_port(context) && payload_at(bytes) && known_service(bytes[3]) ? Identity::yes : Identity::no;
  if (context.transport != Transport::tcp || !has_magic(bytes)) return Identity::no;
  if (bytes.size() < block_header) return Identity::unsure;
  if (!block_size(bytes)) return Identity::no;
  if (bytes.size() == block_header) return Identity::unsure;
  return bytes[block_header] == datagram_magic ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return payload_at(bytes) ? Frame::message(bytes.size()) : Frame::lost();
  if (!has_magic(bytes)) return Frame::lost();
  if (bytes.size() < block_header) return Frame::need(block_header);
  const std::size_t size = block_size(bytes);
  if (!size) return Frame::lost();
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + block_header < bytes.size(); ++at)
    if (has_magic(bytes.subspan(at)) && block_size(bytes.subspan(at)) && bytes[at + block_header] == datagram_magic)
      return at;
  return bytes.size();
}

End sender(Bytes bytes, const Context& context) {
  if (context.transport == Transport::tcp) {
    if (bytes.size() <= block_header || !has_magic(bytes)) return End::unknown;
    bytes = bytes.subspan(block_header);
  }
  const std::size_t at = payload_at(bytes);
  if (!at) return End::unknown;
  if (bytes[3] == name_ask) return End::client;
  if (bytes[3] == name_tell) return End::server;
  if (bytes[3] != channel_manager || bytes.size() < at + 2) return End::unknown;
  const std::uint8_t kind = bytes[at];
  if (kind == 0xc2 || kind == 0xc3) return End::client;
  if (kind == 0x82 || kind == 0x83) return End::server;
  if (kind == 0x01) return bytes[at + 1] & 0x80 ? End::client : End::server;
  return End::unknown;
}

void notation(const Object& object, std::string& out) {
  constexpr std::size_t most_text = 128;
  out += text_of(object.text.first(std::min(object.text.size(), most_text)));
}

}  // namespace langyan::codesys
