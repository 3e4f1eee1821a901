// Tracker: one worker's flows. Packets and ticks in, Listener calls out.
//
//   Tracker tracker(options, decoder, listener);
//   Ticket ticket = tracker.prepare(headers, outcome);          // some packets ahead of accept()
//   tracker.prefetch(ticket);                                   // half as many ahead
//   tracker.accept(packet, headers, outcome, ticket);
//   tracker.tick(time);                                         // at each second of packet time
//   tracker.finish();                                           // at the end of a capture
//
// Time is looked at in whole seconds and only by tick(): what is reported does not depend on how
// packets were shared among workers, as long as every worker gets the same ticks and no cap is
// reached. At a tick flows are reported in the order of their id. Nothing is allocated after
// construction and nothing throws. One thread calls; the counters may be read by any.
#pragma once

#include <cstdint>
#include <memory>

#include "capture/packet.h"
#include "decode/decode.h"
#include "decode/headers.h"
#include "flow/counts.h"
#include "flow/flow.h"
#include "flow/listener.h"
#include "flow/options.h"

namespace langyan::flow {

// Which flow a packet belongs to: made by Tracker::prepare, used up by Tracker::accept.
struct Ticket {
  Key key;
  std::uint64_t hash = 0;
  std::uint32_t side = 0;     // which end of the key sent it
  std::uint32_t guess = ~0u;  // the slot its flow was in when prefetch() looked
  bool has_flow = false;      // not: ARP, fragments, what could not be decoded
};

class Tracker {
 public:
  Tracker(const Options& options, decode::Decoder& decoder, Listener& listener);
  ~Tracker();
  Tracker(const Tracker&) = delete;
  Tracker& operator=(const Tracker&) = delete;

  // Computes the key and asks the memory for the table's line. Calls for packets ahead of accept()
  // hide its latency; they change nothing.
  Ticket prepare(const decode::Headers& headers, decode::Outcome outcome) const;
  // Finds the flow's slot and asks the memory for it; some packets after prepare(), some before
  // accept().
  void prefetch(Ticket& ticket) const;

  // Returns the packet's flow, or null for what has none: ARP, a fragment whose datagram is not
  // whole yet, what could not be decoded. Of a datagram completed by this fragment, `headers`
  // becomes those of the whole, as decode_reassembled() leaves them.
  Flow* accept(const capture::Packet& packet, decode::Headers& headers, decode::Outcome outcome,
               const Ticket& ticket);
  Flow* accept(const capture::Packet& packet, decode::Headers& headers, decode::Outcome outcome) {
    return accept(packet, headers, outcome, prepare(headers, outcome));
  }

  // What Oddity::id calls the datagram of which `headers` are a fragment.
  static std::uint64_t datagram(const decode::Headers& headers);

  void tick(Time time);
  // Delivers what waits and closes every flow (Reason::shutdown). The tracker may be used again,
  // from any time on.
  void finish();

  // Slots are 0 … capacity() - 1.
  std::uint32_t capacity() const;
  std::uint32_t size() const;  // flows now
  // Null for a slot that is not in use.
  Flow* flow(std::uint32_t slot);
  const FlowCounters& counters() const;

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace langyan::flow
