// What flow counts. Pairs that balance:
//   packets = tcp + udp + icmp + other + layer2 + without_flow + fragments + invalid
//   opened = closed.* + those still there
//   evicted.* = closed.evicted
//   segments = in_order + out_of_order + retransmitted + not_taken
//   copied = copied_delivered + what waits (octets)
//   delivered - copied_delivered = octets delivered as they lie in the packet
//   fragments = fragment.joined + fragment.dropped.* + what waits
#pragma once

#include <cstdint>

#include "base/counters.h"
#include "flow/flow.h"

namespace langyan::flow {

enum class Count : std::uint8_t {
  packets,
  tcp,  // as Kind
  udp,
  icmp,
  other,
  layer2,
  without_flow,
  fragments,
  invalid,

  opened,
  closed_timeout,  // as Reason
  closed_finished,
  closed_reset,
  closed_reused,
  closed_evicted,
  closed_shutdown,
  evicted_closed,  // as Rank
  evicted_opening,
  evicted_established,
  evicted_kept,
  records,
  midstream,
  reversed,
  anomalies,

  one_way,
  segments,
  in_order,
  out_of_order,
  retransmitted,
  not_taken,
  keep_alives,
  window_probes,
  acknowledged_unseen,
  delivered_bytes,
  copied_bytes,
  copied_delivered_bytes,
  store_full,
  gaps,
  gap_acknowledged,
  gap_waited,
  gap_full,
  gap_snapped,
  gap_closed,
  missing_bytes,
  resynchronised,

  datagrams,
  datagrams_whole,
  fragments_joined,
  fragments_overlapped,
  fragments_malformed,
  fragments_refused,
  fragments_expired,
  fragments_evicted,
  fragments_shutdown,
  last
};

inline constexpr CounterRow counter_rows[] = {
    {"flow.packets", "Packets handed to flow."},
    {"flow.packets.tcp", "Packets of TCP flows."},
    {"flow.packets.udp", "Packets of UDP flows."},
    {"flow.packets.icmp", "Packets of ICMP and ICMPv6 flows."},
    {"flow.packets.other", "Packets of flows of other IP protocols."},
    {"flow.packets.layer2", "Packets of flows without IP."},
    {"flow.packets.without_flow", "Packets that belong to no flow, such as ARP."},
    {"flow.packets.fragments", "Fragments of datagrams that were not whole with them."},
    {"flow.packets.invalid", "Packets decode refused; they change no flow."},

    {"flow.opened", "Flows begun."},
    {"flow.closed.timeout", "Flows ended by silence."},
    {"flow.closed.finished", "TCP flows ended by both sides."},
    {"flow.closed.reset", "TCP flows ended by a reset."},
    {"flow.closed.reused", "TCP flows ended because their ports began a new connection."},
    {"flow.closed.evicted", "Flows ended because their slot was needed."},
    {"flow.closed.shutdown", "Flows ended with the capture."},
    {"flow.evicted.closed", "Evicted flows that were over and lingered."},
    {"flow.evicted.opening", "Evicted flows that had not become conversations, such as scans."},
    {"flow.evicted.established", "Evicted conversations."},
    {"flow.evicted.kept", "Evicted conversations of known industrial protocols."},
    {"flow.records", "Periodic records of flows that last."},
    {"flow.tcp.midstream", "TCP flows that began without a handshake in sight."},
    {"flow.reversed", "Flows whose guessed client proved to be the server by a handshake."},
    {"flow.anomalies", "Anomalies reported, once per flow and kind."},

    {"flow.tcp.one_way", "TCP packets of connections of which only their sender was heard, after its eighth."},
    {"flow.tcp.segments", "TCP segments with payload."},
    {"flow.tcp.in_order", "Segments with the next octets, delivered without a copy."},
    {"flow.tcp.out_of_order", "Segments that came before their turn and wait."},
    {"flow.tcp.retransmitted", "Segments with nothing that was not there already."},
    {"flow.tcp.not_taken", "Segments outside the window, after the end, or for which no room was."},
    {"flow.tcp.keep_alives", "Keep-alive probes; counted as retransmitted or without payload."},
    {"flow.tcp.window_probes", "Probes of a closed window of one octet."},
    {"flow.tcp.acknowledged_unseen",
     "Acknowledgements of data that had not been seen before them."},
    {"flow.tcp.delivered_bytes", "Octets delivered in order."},
    {"flow.tcp.copied_bytes",
     "Octets copied into the store because they came before their turn; no others are copied."},
    {"flow.tcp.copied_delivered_bytes", "Octets delivered out of the store."},
    {"flow.tcp.store_full", "Segments that met a full store or a full share of their flow."},
    {"flow.tcp.gaps", "Holes declared: data the capture lacks."},
    {"flow.tcp.gaps.acknowledged", "Holes the other side acknowledged."},
    {"flow.tcp.gaps.waited", "Holes that did not fill in time."},
    {"flow.tcp.gaps.full", "Holes given up because the store or the flow's share was full."},
    {"flow.tcp.gaps.snapped", "Holes at the end of packets the capture cut."},
    {"flow.tcp.gaps.closed", "Holes at the end of a connection."},
    {"flow.tcp.missing_bytes", "Octets in these holes."},
    {"flow.tcp.resynchronised", "Streams found again at a place nothing led to."},

    {"flow.fragment.datagrams", "Fragmented datagrams begun."},
    {"flow.fragment.whole", "Fragmented datagrams completed."},
    {"flow.fragment.joined", "Fragments that became part of a whole datagram."},
    {"flow.fragment.overlapped",
     "Fragments that overlap others; they also count as joined or dropped."},
    {"flow.fragment.dropped.malformed", "Fragments whose place contradicts the datagram."},
    {"flow.fragment.dropped.refused",
     "Fragments too many for their datagram, or cut by the capture."},
    {"flow.fragment.dropped.expired", "Fragments of datagrams that did not become whole in time."},
    {"flow.fragment.dropped.evicted", "Fragments of datagrams whose room was needed."},
    {"flow.fragment.dropped.shutdown", "Fragments of datagrams cut off by the end of the capture."},
};

using FlowCounters = Counters<Count, counter_rows>;

constexpr Count count_of(Kind kind) {
  return static_cast<Count>(static_cast<unsigned>(Count::tcp) + static_cast<unsigned>(kind));
}
constexpr Count count_of(Reason reason) {
  return static_cast<Count>(static_cast<unsigned>(Count::closed_timeout) +
                            static_cast<unsigned>(reason));
}

}  // namespace langyan::flow
