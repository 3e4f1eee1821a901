// Watch: turns what a worker sees into evidence for the inventory, each thing once.
//
//   watch.opened(flow);                        // as flow::Listener
//   watch.packet(flow, way, headers, now, number);
//   watch.arp(headers, now, number);           // which has no flow
//   watch.message(flow, message, now, number);
//
// What was handed on is remembered by pair of hosts, which always belong to one worker, so that the
// inventory hears the same for any number of workers. The table has a fixed size; what falls out of
// it is handed on again, which the inventory takes without effect. One worker owns a Watch; nothing allocates after
// construction.
#pragma once

#include <vector>

#include "assets/evidence.h"
#include "base/recent_keys.h"
#include "decode/headers.h"
#include "fields/transaction.h"
#include "flow/flow.h"

namespace langyan::assets {

class Watch {
 public:
  Watch(std::size_t flows, std::size_t workers, EvidenceSink& sink);

  void opened(const flow::Flow& flow);
  void packet(const flow::Flow& flow, Direction way, const decode::Headers& headers, Time now,
              std::uint64_t number);
  void arp(const decode::Headers& headers, Time now, std::uint64_t number);
  void message(const flow::Flow& flow, const Message& message, Time now, std::uint64_t number);

 private:
  struct Slot {  // of a flow, by side
    std::uint16_t heard[2];
    std::uint8_t acts[2];
    std::uint8_t unused[2];
    std::uint32_t unit;  // reported last
    std::uint32_t last;  // low half of its last packet's number
  };
  static_assert(sizeof(Slot) == 16, "the price that watch.cc states");

  Evidence start(const flow::Flow& flow, unsigned side, const Protocol* protocol) const;
  void hand_on(const flow::Flow& flow, Evidence& evidence, std::uint64_t key);
  void hand_on(Evidence& evidence, std::uint64_t key);
  std::uint64_t last_number(const flow::Flow& flow) const;
  void link(const flow::Flow& flow, const decode::Headers& headers);
  void facts(const flow::Flow& flow, const Message& message);
  void acts(const flow::Flow& flow, const Message& message);
  void did(const flow::Flow& flow, const Message& message, unsigned side, unsigned acts);
  void unit(const flow::Flow& flow, const Message& message);

  EvidenceSink& sink_;
  Time now_ = 0;
  std::uint64_t number_ = 0;  // of the packet at hand
  std::uint64_t newest_ = 0;  // of all packets
  std::vector<Slot> slots_;
  RecentKeys known_;
};

}  // namespace langyan::assets
