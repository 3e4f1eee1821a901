// Flow: one conversation of two ends, a slot of a preallocated pool (flow/table.h).
//
// The two ends are kept in a fixed order (side 0 is the lower one) and one bit says which of them
// is the client, so that turning a flow round costs a bit and both directions find the same slot.
// The address of a Flow is stable from Listener::opened to Listener::closed; upper rooms keep what
// they know of it in arrays of their own, indexed by slot(). One worker thread owns it.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "base/address.h"
#include "base/time.h"
#include "fields/direction.h"

namespace langyan::flow {

enum class Kind : std::uint8_t {
  tcp,
  udp,
  icmp,    // ICMP and ICMPv6; a request and its reply are one flow
  other,   // every other IP protocol; SCTP with its ports
  layer2,  // MAC pair and ethertype
};

enum class State : std::uint8_t {
  opening,      // one side was heard, or a handshake is not through
  established,  // both sides were heard, or one says so much that it is no scan
  closing,      // TCP: one side sent its FIN
  closed,       // TCP: both FINs or a reset; kept a while for what trails
};

// How sure it is who the client is.
enum class Certainty : std::uint8_t { guessed, learned, seen };

enum class Reason : std::uint8_t {
  timeout,   // nothing was heard for the state's time
  finished,  // TCP: both sides closed it
  reset,     // TCP: one side broke it off
  reused,    // TCP: the same ports began a new connection
  evicted,   // its slot was needed
  shutdown,  // the capture ended
  last
};

// Two ends and what they speak. Addresses of layer 2 are MACs in the first six octets.
struct Key {
  std::array<IpAddress, 2> address;
  std::array<std::uint16_t, 2> port{};  // ICMP: type and code; layer 2: ethertype or LLC; twice
  std::uint8_t protocol = 0;  // IP protocol number; layer 2: 1 where port is an LLC pair
  Kind kind = Kind::other;
  std::uint16_t zero = 0;  // no padding: keys are compared as memory

  bool operator==(const Key& other) const {  // five words; memcmp() would be a call
    const auto mine = words(), theirs = other.words();
    std::uint64_t differs = 0;
    for (std::size_t i = 0; i < mine.size(); ++i) differs |= mine[i] ^ theirs[i];
    return differs == 0;
  }
  std::array<std::uint64_t, 5> words() const {
    return std::bit_cast<std::array<std::uint64_t, 5>>(*this);
  }
};
static_assert(sizeof(Key) == 40);

class Flow {
 public:
  std::uint32_t slot() const { return slot_; }
  Kind kind() const { return key_.kind; }
  std::uint8_t protocol() const { return key_.protocol; }
  const Key& key() const { return key_; }
  // The same for any number of workers; never 0; below 2^53, which every JSON reader holds exactly.
  std::uint64_t id() const;

  const IpAddress& client_ip() const { return key_.address[client_]; }
  const IpAddress& server_ip() const { return key_.address[client_ ^ 1u]; }
  std::uint16_t client_port() const { return key_.port[client_]; }
  std::uint16_t server_port() const { return key_.port[client_ ^ 1u]; }
  Mac client_mac() const { return mac(client_); }  // layer 2 only
  Mac server_mac() const { return mac(client_ ^ 1u); }
  std::uint16_t ethertype() const { return key_.protocol ? 0 : key_.port[0]; }  // layer 2 only
  std::uint16_t llc() const { return key_.protocol ? key_.port[0] : 0; }        // DSAP and SSAP
  std::uint8_t icmp_type() const { return static_cast<std::uint8_t>(key_.port[0] >> 8); }
  std::uint8_t icmp_code() const { return static_cast<std::uint8_t>(key_.port[0]); }
  std::uint16_t vlan() const { return static_cast<std::uint16_t>(vlan_); }  // of the first packet

  Time first_time() const { return first_time_; }
  Time last_time() const { return last_time_; }
  std::uint64_t first_packet() const { return first_packet_; }
  State state() const { return static_cast<State>(state_); }
  Certainty certainty() const { return static_cast<Certainty>(certainty_); }

  std::uint64_t packets(Direction way) const { return of(way).packets; }
  std::uint64_t bytes(Direction way) const { return of(way).bytes; }  // on the wire
  std::uint64_t payload_bytes(Direction way) const { return of(way).payload; }
  std::uint32_t gaps(Direction way) const { return static_cast<std::uint32_t>(of(way).gaps); }
  std::uint8_t tcp_flags(Direction way) const { return flags_[side(way)]; }  // all that were seen
  bool one_way() const { return !tally_[0].packets || !tally_[1].packets; }

  // Where a packet from side `s` goes, and who sends this way.
  Direction direction(unsigned s) const {
    return s == client_ ? Direction::to_server : Direction::to_client;
  }
  unsigned side(Direction way) const {
    return way == Direction::to_server ? client_ : client_ ^ 1u;
  }

  // Client and server change places: dissect learned better. Refused where a handshake was seen.
  bool reverse() {
    if (certainty() == Certainty::seen) return false;
    client_ ^= 1u;
    certainty_ = static_cast<std::uint32_t>(Certainty::learned);
    return true;
  }
  // This is a known industrial conversation: it is the last to be evicted, and one that only ever
  // goes one way is not taken for a scan.
  void keep() { kept_ = 1; }
  bool kept() const { return kept_; }

 private:
  friend class Table;
  friend class Tracker;
  friend class Connection;
  friend class Reassembler;

  struct Tally {
    std::uint64_t packets : 40 = 0;
    std::uint64_t gaps : 24 = 0;
    std::uint64_t bytes = 0, payload = 0;
  };
  const Tally& of(Direction way) const { return tally_[side(way)]; }
  Mac mac(unsigned s) const {
    Mac result;
    std::memcpy(result.octets.data(), key_.address[s].octets.data(), result.octets.size());
    return result;
  }

  // First cache line: what a lookup and an in-order packet touch.
  Key key_;
  Time last_time_ = 0;
  std::uint32_t slot_ = 0;
  std::uint32_t client_ : 1 = 0;  // side
  std::uint32_t certainty_ : 2 = 0;
  std::uint32_t state_ : 2 = 0;
  std::uint32_t kept_ : 1 = 0;
  std::uint32_t reset_ : 1 = 0;  // closed by RST, not by FINs
  std::uint32_t rank_ : 3 = 0;   // which timer wheel it hangs in (flow/table.h)
  std::uint32_t used_ : 1 = 0;   // the slot holds a flow
  std::uint32_t unused_ : 5 = 0;
  std::uint8_t flags_[2] = {0, 0};         // TCP, by side
  std::uint32_t next_ = 0, previous_ = 0;  // links of its wheel bucket, or of the free list
  // Second cache line.
  Tally tally_[2];
  Time first_time_ = 0;
  std::uint64_t first_packet_ : 48 = 0;
  std::uint64_t vlan_ : 16 = 0;
};
static_assert(sizeof(Flow) <= 128, "a UDP flow is at most 128 octets");

}  // namespace langyan::flow
