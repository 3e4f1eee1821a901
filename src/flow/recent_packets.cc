#include "flow/recent_packets.h"

#include <algorithm>
#include <utility>

#include "base/caps.h"

namespace langyan::flow {
namespace {

const Cap packets{"flow.recent_packets", 16'384, 64, 1'048'576, 320,
                  "Packets kept so that alerts carry what came before them in their flow."};
const CapShare flow_price{"flow.flows", 2 * sizeof(std::uint32_t)};  // Ring

}  // namespace

RecentPackets::RecentPackets(std::uint32_t flows, std::uint32_t most, unsigned workers)
    : most_(most), rings_(flows), slots_(packets.share(workers)) {}

void RecentPackets::add(const Flow& flow, unsigned side, const capture::Packet& packet) {
  Ring& ring = rings_[flow.slot()];
  std::uint32_t at;
  if (ring.size == most_) {
    at = slots_[ring.newest].next;
  } else {
    at = take();  // may be this flow's own oldest
    slots_[at].owner = flow.slot();
    slots_[at].next = ring.size++ == 0 ? at : std::exchange(slots_[ring.newest].next, at);
  }
  ring.newest = at;
  Slot& slot = slots_[at];
  slot.time = packet.time, slot.number = packet.number;
  slot.wire = packet.wire_length, slot.link_type = packet.link_type;
  slot.side = static_cast<std::uint16_t>(side);
  slot.kept = static_cast<std::uint16_t>(std::min(packet.data.size(), most_octets));
  std::copy_n(packet.data.data(), slot.kept, slot.octets.data());
}

// A free slot, or the oldest packet of whose slot the hand points at: when none is free each has an
// owner, whose ring is not empty.
std::uint32_t RecentPackets::take() {
  if (free_ != none) return std::exchange(free_, slots_[free_].next);
  if (used_ < slots_.size()) return used_++;
  Ring& ring = rings_[slots_[hand_].owner];
  if (++hand_ == slots_.size()) hand_ = 0;
  const std::uint32_t oldest = slots_[ring.newest].next;
  slots_[ring.newest].next = slots_[oldest].next;
  --ring.size;
  return oldest;
}

void RecentPackets::forget(const Flow& flow) {
  Ring& ring = rings_[flow.slot()];
  if (ring.size == 0) return;
  const std::uint32_t oldest = std::exchange(slots_[ring.newest].next, free_);
  free_ = oldest;
  ring = {};
}

}  // namespace langyan::flow
