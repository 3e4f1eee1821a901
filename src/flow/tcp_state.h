// TcpState: what a TCP flow needs beyond a Flow, in an array beside the flows. Room-internal.
//
// Sequence numbers are compared by the sign of their difference (RFC 9293 3.4), so they may wrap.
#pragma once

#include <cstdint>

namespace langyan::flow {

constexpr std::int32_t distance(std::uint32_t from, std::uint32_t to) {
  return static_cast<std::int32_t>(to - from);
}

constexpr std::uint8_t unknown_scale = 0xff;

// One side: the stream it sends, and what it says of the other's.
struct Half {
  enum Bit : std::uint8_t {
    started = 1,      // next is known
    syn = 2,          // its SYN was seen
    spoke = 4,        // it sent a segment that is neither SYN nor RST
    acks = 8,         // acknowledged and window are known
    fin = 16,         // its FIN was seen, at `end`
    fin_passed = 32,  // and all before it; next is one beyond
    young = 64,       // what lies before `mark` was sent before this flow was followed
    restart = 128,    // a SYN within the connection would begin at `mark`
  };

  bool is(Bit bit) const { return bits & bit; }
  void set(Bit bit) { bits |= bit; }
  void clear(Bit bit) { bits = static_cast<std::uint8_t>(bits & ~bit); }

  std::uint32_t next = 0;          // octet the stream goes on with
  std::uint32_t acknowledged = 0;  // of the other side's stream
  std::uint32_t mark = 0;          // young: where the stream began; restart, strays: see there
  std::uint32_t end = 0;           // sequence number of the FIN
  std::uint32_t history = 0;       // latest entry (flow/history.h)
  std::uint16_t hold = 0;    // what waits for a hole to fill (flow/segment_store.h); 0: nothing
  std::uint16_t window = 0;  // as announced, before scaling
  std::uint8_t scale = unknown_scale;
  std::uint8_t bits = 0;
  std::uint8_t strays = 0;  // consecutive segments far off that continue each other; up to `mark`
  std::uint8_t unused = 0;
};

struct alignas(64) TcpState {
  Half half[2];
  std::uint64_t reported = 0;  // bit set of Anomaly
};
static_assert(sizeof(Half) == 28 && sizeof(TcpState) == 64);

}  // namespace langyan::flow
