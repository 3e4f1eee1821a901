// RecentPackets: the last packets of each flow, so that an alert can carry what came before it.
//
// A flow has at most `most` packets in a ring of slots from one preallocated pool: its next one takes
// the place of its oldest. So a busy flow costs quiet ones nothing, and what is kept of a flow does
// not depend on how packets were shared among workers, as long as the pool has room. When it has
// none a hand goes round the slots, and the flow it points at gives its oldest packet: who holds
// much gives often, and a flood of flows of one packet robs itself most of the time.
// Nothing is allocated after construction and nothing throws. One thread.
#pragma once

#include <array>
#include <cstdint>

#include "base/pages.h"
#include "capture/packet.h"
#include "flow/flow.h"

namespace langyan::flow {

class RecentPackets {
 public:
  // Of each packet so many octets are kept; a slot is five cache lines.
  static constexpr std::size_t most_octets = 284;

  // `flows`: Tracker::capacity(). REQUIRES: most > 0
  RecentPackets(std::uint32_t flows, std::uint32_t most, unsigned workers);

  // Asks the memory for the ring of Ticket::guess, then for its newest slot.
  void prefetch(std::uint32_t guess) const {
    if (guess < rings_.size()) __builtin_prefetch(&rings_[guess], 1);
  }
  void prefetch_slot(std::uint32_t guess) const {
    if (guess < rings_.size()) __builtin_prefetch(&slots_[rings_[guess].newest], 1);
  }

  void add(const Flow& flow, unsigned side, const capture::Packet& packet);
  void forget(const Flow& flow);  // its slot of the table is free from now on
  bool empty(const Flow& flow) const { return rings_[flow.slot()].size == 0; }
  // Oldest first: visit(side that sent it, packet), whose data is what was kept.
  template <class Visit>
  void each(const Flow& flow, Visit visit) const {
    const Ring& ring = rings_[flow.slot()];
    std::uint32_t at = ring.newest;
    for (std::uint32_t left = ring.size; left > 0; --left) {
      const Slot& slot = slots_[at = slots_[at].next];
      visit(unsigned{slot.side},
            capture::Packet{slot.time, slot.number, {slot.octets.data(), slot.kept}, slot.wire, slot.link_type});
    }
  }

 private:
  struct Ring {  // of a flow; all zero: none
    std::uint32_t newest, size;
  };
  struct Slot {
    std::uint32_t next;  // newer in the same ring, of the newest the oldest; or the next free one
    std::uint32_t owner;  // whose ring, by slot of the flow
    Time time;
    std::uint64_t number;
    std::uint32_t wire;
    std::int32_t link_type;
    std::uint16_t kept;
    std::uint16_t side;
    std::array<std::uint8_t, most_octets> octets;
  };
  static_assert(sizeof(Slot) == 320);
  static constexpr std::uint32_t none = ~0u;

  std::uint32_t take();

  const std::uint32_t most_;
  Pages<Ring> rings_;
  Pages<Slot> slots_;
  std::uint32_t used_ = 0;     // slots ever taken: those beyond were never touched
  std::uint32_t free_ = none;  // the first of what was given back
  std::uint32_t hand_ = 0;
};

}  // namespace langyan::flow
