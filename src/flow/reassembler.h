// Reassembler: one direction's segments in, its octets in order out, each once.
//
// What comes in order goes on as a view of the packet; nothing of it is copied. What comes early
// waits in the SegmentStore until its hole fills, the other side acknowledges beyond the hole (then
// the receiver has what the capture lacks: a gap), the wait is over, or room is needed. Of octets
// that come twice the first word counts; later ones are compared with what waits, or with the
// History of what was delivered. Room-internal; one worker.
#pragma once

#include <cstdint>
#include <vector>

#include "flow/counts.h"
#include "flow/flow.h"
#include "flow/history.h"
#include "flow/listener.h"
#include "flow/options.h"
#include "flow/segment_store.h"
#include "flow/tcp_state.h"

namespace langyan::flow {

class Table;

struct Segment {
  std::uint32_t sequence = 0;
  Bytes data;                 // as captured
  std::uint32_t missing = 0;  // octets behind data that were sent but not captured
  bool fin = false;

  std::uint32_t size() const { return static_cast<std::uint32_t>(data.size()) + missing; }
  std::uint32_t end() const { return sequence + size(); }
};

class Reassembler {
 public:
  Reassembler(const Options& options, Table& table, FlowCounters& counters, Listener& listener);

  // Both for a side whose stream has started.
  void accept(Flow& flow, TcpState& tcp, unsigned side, const Segment& segment) {
    Half& half = tcp.half[side];
    if (segment.sequence == half.next && !half.hold && !segment.missing && !segment.fin &&
        !half.is(Half::fin)) [[likely]] {
      counters_.add(Count::in_order);
      deliver(flow, tcp, side, {segment.data, segment.sequence});
      return;
    }
    accept_slowly(flow, tcp, side, segment);
  }
  // The other side acknowledged more of what `side` sends.
  void acknowledged(Flow& flow, TcpState& tcp, unsigned side) {
    if (tcp.half[side].hold) give_up_acknowledged(flow, tcp, side);
  }

  static constexpr std::int32_t least_reach = 1 << 20;        // octets; a capture may lose as many
  static constexpr std::int32_t least_reset_reach = 1 << 16;  // a window without scaling
  // How far from where a stream stands a segment may lie and still belong to it.
  static std::int32_t reach(const Half& receiver);

  // Gives up holes older than Options::hole_wait; flows in the order of their ids.
  void tick(Time time);
  // Delivers what waits, holes before it given up, before the flow closes.
  void flush(Flow& flow, TcpState& tcp);
  void raise(Flow& flow, TcpState& tcp, Anomaly kind, unsigned side);

 private:
  void deliver(Flow& flow, TcpState& tcp, unsigned side, const Chunk& chunk);
  void remember(const Flow& flow, Half& half, unsigned side, std::uint32_t sequence, Bytes data);
  void accept_slowly(Flow& flow, TcpState& tcp, unsigned side, Segment segment);
  void note_end(Flow& flow, TcpState& tcp, unsigned side, std::uint32_t end);
  bool goes_beyond_end(Flow& flow, TcpState& tcp, unsigned side, const Segment& segment);
  bool take_new_part(Flow& flow, TcpState& tcp, unsigned side, Segment& segment);
  void check_again(Flow& flow, TcpState& tcp, unsigned side, std::uint32_t sequence, Bytes data);
  void deliver_next(Flow& flow, TcpState& tcp, unsigned side, const Segment& segment);
  void hold_back(Flow& flow, TcpState& tcp, unsigned side, const Segment& segment);
  void deliver_after_gap(Flow& flow, TcpState& tcp, unsigned side, const Segment& segment,
                         Count cause);
  bool make_room(Flow& flow, TcpState& tcp, unsigned side, std::size_t octets);

  void deliver_front(Flow& flow, TcpState& tcp, unsigned side, Chunk chunk);
  void deliver_ready(Flow& flow, TcpState& tcp, unsigned side);
  void declare_gap(Flow& flow, TcpState& tcp, unsigned side, std::uint32_t up_to, Count cause,
                   Chunk& chunk);
  void give_up_hole(Flow& flow, TcpState& tcp, unsigned side, Count cause);
  void give_up_acknowledged(Flow& flow, TcpState& tcp, unsigned side);
  static void finish_stream(Half& half);
  void stray(Flow& flow, TcpState& tcp, unsigned side, const Segment& segment);
  // The direction goes on at `sequence`, unrelated to where it stood.
  void jump(Flow& flow, TcpState& tcp, unsigned side, std::uint32_t sequence);

  const std::uint32_t hole_seconds_;
  const std::uint32_t most_blocks_;  // of one direction
  Table& table_;
  FlowCounters& counters_;
  Listener& listener_;
  SegmentStore store_;
  History history_;
  std::uint32_t second_ = 0;

  struct Due {
    std::uint64_t id;
    std::uint32_t slot;
    std::uint32_t side;
  };
  std::vector<Due> due_;
};

}  // namespace langyan::flow
