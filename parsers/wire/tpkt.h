// TPKT: how the packets of ISO transport stand in a TCP stream ([TPKT] RFC 1006 section 6): version
// 3, a reserved octet, the length of the whole packet, then one TPDU.
#pragma once

#include "fields/protocol.h"

namespace langyan::wire {

constexpr std::uint8_t tpkt_version = 3;
constexpr std::size_t tpkt_bytes = 4;
constexpr std::size_t shortest_tpkt = 7;  // section 6: a header and the smallest TPDU

// Octets of the packet at the front, of which four must be there; 0: none stands here.
constexpr std::size_t tpkt_size(Bytes bytes) {
  const std::size_t size = static_cast<std::size_t>(bytes[2]) << 8 | bytes[3];
  return bytes[0] == tpkt_version && size >= shortest_tpkt ? size : 0;
}

inline Frame tpkt_frame(Bytes bytes) {  // at least one octet
  if (bytes[0] != tpkt_version) return Frame::lost();
  if (bytes.size() < tpkt_bytes) return Frame::need(tpkt_bytes);
  const std::size_t size = tpkt_size(bytes);
  if (size == 0) return Frame::lost();
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

}  // namespace langyan::wire
