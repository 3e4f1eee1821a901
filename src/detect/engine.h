// Engine: one worker's rule evaluation. Four inputs, always in this order for a packet:
//
//   engine.begin(context);                 // every packet, also one without a flow
//   engine.inspect_packet(flow, way);      // headers, dsize, UDP and layer-2 payload
//   engine.inspect_stream(flow, way, chunk);  // each newly contiguous chunk; `way` may differ
//                                             // from the packet's: an acknowledgement can
//                                             // free what was held
//   engine.inspect_message(flow, message);    // each decoded message: buffers, record, items,
//                                             // operations
//   engine.inspect_event(event, flow, way);   // whatever was found wrong, when it is found
//
// What is found goes to the HitSink within the call. Nothing here allocates or throws after use();
// per-flow memory is one entry a slot plus pools with named caps. One thread; the counters may be
// read by any. use() may be called between any two packets: every packet, chunk and message is seen
// by exactly one set.
#pragma once

#include <cstdint>
#include <memory>

#include "base/counters.h"
#include "decode/headers.h"
#include "detect/hit.h"
#include "detect/rule_set.h"
#include "fields/transaction.h"

namespace langyan::flow {
class Flow;
struct Chunk;
}  // namespace langyan::flow

namespace langyan::detect {

enum class Count : std::uint8_t {
  packets,
  packet_candidates,
  stream_octets,
  stream_candidates,
  messages,
  message_candidates,
  hits,
  match_limit,
  transform_limit,
  tails_evicted,
  pending_dropped,
  bits_refused,
  integers_refused,
  last
};
inline constexpr CounterRow counter_rows[] = {
    {"detect.packets", "Packets looked at by rules on headers and payload."},
    {"detect.packet_candidates", "Rules evaluated on packets."},
    {"detect.stream_octets", "Octets of TCP streams scanned for raw content."},
    {"detect.stream_candidates", "Rules evaluated on streams."},
    {"detect.messages", "Messages looked at by rules on fields and operations."},
    {"detect.message_candidates", "Rules evaluated on messages."},
    {"detect.hits", "Hits, before thresholds."},
    {"detect.match_limit", "Evaluations given up because they took too many steps."},
    {"detect.transform_limit",
     "Buffers not transformed, nor looked at, because a message's room for that was used up."},
    {"detect.tails_evicted",
     "Stream tails given to another flow: a content split there is missed."},
    {"detect.pending_dropped",
     "Half-matched rules a stream could not remember: it was scanned again."},
    {"detect.bits_refused", "flowbits not set because the pool of them was full."},
    {"detect.integers_refused", "flowint variables not set because the pool of them was full."},
};

struct PacketContext {
  const decode::Headers* headers = nullptr;  // null: a tick, not a packet
  Time time = 0;
  std::uint64_t number = 0;
};

class Engine {
 public:
  // `slots`: how many flows the flow table holds; `sink` must outlive the engine. `workers` divides
  // the caps.
  Engine(std::size_t slots, HitSink& sink, std::size_t workers = 1);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Never null. False: no memory for the scanner; the set in use stays.
  bool use(std::shared_ptr<const RuleSet> rules);
  const std::shared_ptr<const RuleSet>& rules() const;

  void begin(const PacketContext& context);
  // What is inspected from here on is about this, within the same packet; returns what it was about.
  PacketContext about(const PacketContext& context);
  // Asks the memory for what is known of the flow in a slot, some packets later for the tail of one
  // of its sides, and then for where that tail's next octets go; any number is fine. Changes nothing.
  void prefetch(std::uint32_t slot) const;
  void prefetch_tail(std::uint32_t slot, unsigned side) const;
  void prefetch_octets(std::uint32_t slot, unsigned side) const;
  void inspect_packet(const flow::Flow* flow, Direction way);  // null: no flow for this packet
  void inspect_stream(const flow::Flow& flow, Direction way, const flow::Chunk& chunk);
  void identified(const flow::Flow& flow, const Protocol* protocol);  // null: no protocol was found
  void inspect_message(const flow::Flow& flow, const Message& message);
  // A request whose answer never came: for rules on ot.result alone, it was inspected before.
  void inspect_unanswered(const flow::Flow& flow, const Message& request);
  // Something was found wrong (events.h), of a flow or, where that is null, between two addresses.
  void inspect_event(std::uint32_t event, const flow::Flow* flow, Direction way,
                     const IpAddress* source = nullptr, const IpAddress* destination = nullptr);
  void close(std::size_t slot);  // the flow ended: forgets its bits and tail

  const Counters<Count, counter_rows>& counters() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace langyan::detect
