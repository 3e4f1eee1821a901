// Connection: the state of a TCP connection as an onlooker sees it, which may have missed its
// beginning, one of its directions, or parts of both. Room-internal; one worker.
//
// What a receiver would drop changes nothing here (RFC 9293 3.10.7, RFC 5961), and what nobody can
// be sure of (a reset, an end) is taken back when the stream goes on: no single packet makes the
// sensor look away.
#pragma once

#include <cstdint>

#include "decode/headers.h"
#include "flow/counts.h"
#include "flow/flow.h"
#include "flow/reassembler.h"
#include "flow/tcp_state.h"

namespace langyan::flow {

class Connection {
 public:
  Connection(Reassembler& reassembler, FlowCounters& counters)
      : reassembler_(reassembler), counters_(counters) {}

  // Whether this segment begins a new connection between ports that have one. May note that it
  // might: then a later segment decides.
  bool restarts(Flow& flow, TcpState& tcp, unsigned side, const decode::Headers& headers);

  void segment(Flow& flow, TcpState& tcp, unsigned side, const decode::Headers& headers) {
    const decode::Tcp& header = headers.tcp;
    Half& half = tcp.half[side];
    const bool plain = (header.flags & ~decode::tcp_flag::psh) == decode::tcp_flag::ack;
    if (!plain || flow.state() != State::established || !half.is(Half::started) ||
        tcp.half[side ^ 1].window == 0) {
      return segment_slowly(flow, tcp, side, headers);
    }
    half.window = header.window;
    acknowledge(flow, tcp, side, header.acknowledgement);
    if (headers.payload.empty() && !headers.missing) return;
    counters_.add(Count::segments);
    reassembler_.accept(flow, tcp, side,
                        {header.sequence, headers.payload, headers.missing, false});
  }

 private:
  void segment_slowly(Flow& flow, TcpState& tcp, unsigned side, const decode::Headers& headers);
  bool note_flags(Flow& flow, TcpState& tcp, unsigned side, const decode::Tcp& header);
  void reset(Flow& flow, TcpState& tcp, unsigned side, const decode::Tcp& header);
  void handshake(Flow& flow, TcpState& tcp, unsigned side, const decode::Tcp& header);
  void open_side(TcpState& tcp, unsigned side, const decode::Tcp& header);
  void orient(Flow& flow, unsigned client);
  void payload(Flow& flow, TcpState& tcp, unsigned side, const decode::Headers& headers);
  bool start_midstream(TcpState& tcp, unsigned side, const Segment& segment);
  void look_at_window(Flow& flow, TcpState& tcp, unsigned side, const Segment& segment);
  void settle_state(Flow& flow, const TcpState& tcp, unsigned side);

  void acknowledge(Flow& flow, TcpState& tcp, unsigned side, std::uint32_t number) {
    Half& half = tcp.half[side];
    const Half& other = tcp.half[side ^ 1];
    const std::int32_t step = distance(half.acknowledged, number);
    if (step > 0 || step < -Reassembler::least_reach || !half.is(Half::acks)) {
      half.acknowledged = number;
      half.set(Half::acks);
    }
    if (other.is(Half::started) && distance(other.next, number) > 0) {
      counters_.add(Count::acknowledged_unseen);
    }
    reassembler_.acknowledged(flow, tcp, side ^ 1);
  }

  Reassembler& reassembler_;
  FlowCounters& counters_;
};

}  // namespace langyan::flow
