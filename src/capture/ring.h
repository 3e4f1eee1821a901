// What a port and its source agree on about the ring between kernel and reader (packet(7),
// TPACKET_V3). Room-internal.
#pragma once

#include <cstddef>
#include <cstdint>

namespace langyan::capture {

constexpr std::size_t vlan_tag_bytes = 4;        // room to put back the tag the kernel took off
constexpr std::size_t cooked_header_bytes = 16;  // LINKTYPE_LINUX_SLL

// Stands in each block of the ring, where the kernel never writes: how many packets of the block
// with this sequence number were handed on. A reader that follows a dead one goes on from here.
struct BlockProgress {
  std::uint32_t sequence;
  std::uint32_t taken;
};
static_assert(sizeof(BlockProgress) == 8);

}  // namespace langyan::capture
