// RecentFragments: the last fragments of datagrams that are not whole yet, so that the packets kept of a
// flow include those its datagrams came in. A ring: what many fragments push out is missing there.
// `datagram` is what Tracker::datagram() says of it. Nothing is allocated after construction. One thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "capture/packet.h"
#include "flow/recent_packets.h"

namespace langyan::flow {

class RecentFragments {
 public:
  void add(std::uint64_t datagram, const capture::Packet& packet) {
    names_[next_] = datagram;
    Fragment& one = fragments_[next_];
    one.packet = packet;
    const std::size_t kept = std::min(packet.data.size(), RecentPackets::most_octets);
    std::copy_n(packet.data.data(), kept, one.octets.data());
    one.packet.data = {one.octets.data(), kept};
    next_ = (next_ + 1) % most;
  }

  // Oldest first, and forgets them: visit(packet), whose data is what was kept.
  template <class Visit>
  void take(std::uint64_t datagram, Visit visit) {
    for (std::size_t i = 0; i < most; ++i) {
      const std::size_t at = (next_ + i) % most;
      if (names_[at] != datagram) continue;
      names_[at] = 0;
      visit(fragments_[at].packet);
    }
  }

 private:
  static constexpr std::size_t most = 128;  // of 64 KiB at an Ethernet's MTU there are 45
  struct Fragment {
    capture::Packet packet;
    std::array<std::uint8_t, RecentPackets::most_octets> octets;
  };
  std::array<std::uint64_t, most> names_{};  // 0: none
  std::array<Fragment, most> fragments_;
  std::size_t next_ = 0;
};

}  // namespace langyan::flow
