#include "parsers/dnp3/link.h"

#include <algorithm>
#include <array>

namespace langyan::dnp3 {
namespace {

constexpr std::uint16_t port = 20'000;
constexpr std::uint16_t polynomial = 0xa6bc;  // 0x3d65 with its bits reversed

constexpr auto checksum_table = [] {
  std::array<std::uint16_t, 256> table{};
  for (unsigned octet = 0; octet < 256; ++octet) {
    unsigned rest = octet;
    for (int bit = 0; bit < 8; ++bit) rest = rest & 1 ? rest >> 1 ^ polynomial : rest >> 1;
    table[octet] = static_cast<std::uint16_t>(rest);
  }
  return table;
}();

}  // namespace

std::uint16_t checksum(Bytes octets) {
  unsigned rest = 0;
  for (std::uint8_t octet : octets) rest = rest >> 8 ^ checksum_table[(rest ^ octet) & 0xff];
  return static_cast<std::uint16_t>(~rest);
}

bool sound_header(Bytes bytes) {
  return bytes.size() >= header_bytes && starts(bytes) && bytes[2] >= shortest_length &&
         checksum(bytes.first(header_bytes - checksum_bytes)) == le16(bytes, header_bytes - checksum_bytes);
}

bool take_blocks(Bytes frame, std::span<std::uint8_t> out) {
  bool sound = true;
  std::size_t at = header_bytes;
  for (std::size_t done = 0; done < out.size();) {
    const std::size_t size = std::min(block_bytes, out.size() - done);
    if (at + size + checksum_bytes > frame.size()) return false;
    const Bytes block = frame.subspan(at, size);
    sound = sound && checksum(block) == le16(frame, at + size);
    std::copy(block.begin(), block.end(), out.begin() + static_cast<std::ptrdiff_t>(done));
    at += size + checksum_bytes;
    done += size;
  }
  return sound;
}

// Start octets and checksum are 32 bits of evidence, so one sound header decides on any port. On its
// own port a header with a wrong checksum is DNP3 all the same, and so is a capture that starts
// within a frame when another one follows.
Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return Identity::no;
  const bool hinted = context.client_port == port || context.server_port == port;
  if (bytes[0] == start_octets[0] && (bytes.size() < 2 || starts(bytes))) {
    if (bytes.size() > 2 && bytes[2] < shortest_length) return Identity::no;
    if (bytes.size() < header_bytes) return Identity::unsure;
    if (sound_header(bytes) || hinted) return Identity::yes;
    return Identity::no;
  }
  if (!hinted || context.transport != Transport::tcp) return Identity::no;
  for (std::size_t at = 1; at + header_bytes <= bytes.size(); ++at)
    if (sound_header(bytes.subspan(at))) return Identity::yes;
  return Identity::no;
}

// A header with a wrong checksum is a message, to be blamed, only where its length leads to the end
// of what is there or to another frame; else its length is not to be believed either.
Frame frame(Bytes bytes, const Context&) {
  if (bytes[0] != start_octets[0] || (bytes.size() > 1 && bytes[1] != start_octets[1])) return Frame::lost();
  if (bytes.size() < header_bytes) return Frame::need(header_bytes);
  if (bytes[2] < shortest_length) return Frame::lost();
  const std::size_t size = frame_bytes(bytes[2]);
  if (bytes.size() < size) return Frame::need(size);
  if (sound_header(bytes)) return Frame::message(size);
  const bool ends_well = bytes.size() == size || (bytes.size() > size && starts(bytes.subspan(size)));
  return ends_well ? Frame::message(size) : Frame::lost();
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] != start_octets[0]) continue;
    const Bytes here = bytes.subspan(at);
    if (sound_header(here)) return at;
    if (here.size() > 1 && here.size() < header_bytes && starts(here)) return at;  // the rest may come
  }
  return bytes.size();
}

// The master asks, so it is the client, whichever side opened the connection; [1815] 9.2.4
End sender(Bytes bytes, const Context&) {
  if (!sound_header(bytes)) return End::unknown;
  return bytes[3] & dir_bit ? End::client : End::server;
}

}  // namespace langyan::dnp3
