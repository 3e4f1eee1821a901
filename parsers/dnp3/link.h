// Link frames of DNP3: start, length, checksums, and the octets they carry. Sources: table.h.
#pragma once

#include <span>

#include "fields/protocol.h"

namespace langyan::dnp3 {

constexpr std::uint8_t start_octets[] = {0x05, 0x64};  // [1815] 9.2.4
constexpr std::size_t header_bytes = 10;               // with its checksum
constexpr std::size_t block_bytes = 16, checksum_bytes = 2;
constexpr std::uint8_t shortest_length = 5;            // control and two addresses; [1815] 9.2.4
constexpr std::size_t most_user_bytes = 250;           // of one frame: a length of 255 less these five

enum LinkControl : std::uint8_t { dir_bit = 0x80, prm_bit = 0x40, fcb_bit = 0x20, fcv_bit = 0x10 };

// [1815] 9.2.4: x^16+x^13+x^12+x^11+x^10+x^8+x^6+x^5+x^2+1, lowest bit first, complemented.
std::uint16_t checksum(Bytes octets);

constexpr std::uint16_t le16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}
constexpr bool starts(Bytes bytes) {
  return bytes.size() > 1 && bytes[0] == start_octets[0] && bytes[1] == start_octets[1];
}
// Start octets, a possible length and the right checksum; header_bytes must be there.
bool sound_header(Bytes bytes);
// Octets of the frame with its checksums, of a length octet of at least five.
constexpr std::size_t frame_bytes(std::uint8_t length) {
  const std::size_t user = length - shortest_length;
  return header_bytes + user + (user + block_bytes - 1) / block_bytes * checksum_bytes;
}
// Copies the user octets behind the header without their checksums; false: one of them is wrong.
bool take_blocks(Bytes frame, std::span<std::uint8_t> out);

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);

}  // namespace langyan::dnp3
