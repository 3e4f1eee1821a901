#include "flow/reassembler.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/caps.h"
#include "flow/table.h"

namespace langyan::flow {
namespace {

// clang-format off
const Cap reassembly_bytes{"flow.reassembly_bytes", 32u << 20, 1u << 20, 4ull << 30, 1,
                           "Octets of TCP that wait for what should come before them."};
// A share that no sender needs in a plant, so that 128 of them are needed to fill the store.
const Cap direction_bytes{"flow.reassembly_direction_bytes", 256u << 10, 4u << 10, 64u << 20, 0,
                          "Octets of one direction of one TCP connection that may wait."};
const Cap waiting_directions{"flow.waiting_directions", 16'384, 16, 65'000,
                             sizeof(SegmentStore::Hold) + 16,
                             "Directions of TCP connections with octets that wait."};
const Cap history_entries{"flow.history", 262'144, 1'024, 16'777'216, 16,
                          "Delivered TCP segments of which a hash is kept to check what comes again."};
// clang-format on

constexpr std::int32_t most_reach = 1 << 30;    // RFC 7323 2.3: windows are below 2^30
constexpr std::uint8_t likely_scale = 7;        // where no SYN was seen: what Linux and Windows use
constexpr std::int32_t young_octets = 1 << 16;  // after as many nothing older than the start comes
constexpr std::uint8_t strays_to_follow = 3;

std::uint32_t stream_of(const Flow& flow, unsigned side) {
  return flow.slot() * 2 + side;
}

}  // namespace

Reassembler::Reassembler(const Options& options, Table& table, FlowCounters& counters,
                         Listener& listener)
    : hole_seconds_(static_cast<std::uint32_t>((options.hole_wait + second - 1) / second)),
      most_blocks_(static_cast<std::uint32_t>(direction_bytes.value() / SegmentStore::block_bytes)),
      table_(table),
      counters_(counters),
      listener_(listener),
      store_(static_cast<std::uint32_t>(reassembly_bytes.share(options.workers) /
                                        SegmentStore::block_bytes),
             static_cast<std::uint16_t>(waiting_directions.share(options.workers))),
      history_(std::bit_floor(history_entries.share(options.workers)), options.seed) {
  due_.reserve(waiting_directions.share(options.workers));
}

std::int32_t Reassembler::reach(const Half& receiver) {
  const std::uint8_t scale = receiver.scale == unknown_scale ? likely_scale : receiver.scale;
  return std::clamp(static_cast<std::int32_t>(std::uint32_t{receiver.window} << scale), least_reach,
                    most_reach);
}

void Reassembler::raise(Flow& flow, TcpState& tcp, Anomaly kind, unsigned side) {
  const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(kind);
  if (tcp.reported & bit) return;
  tcp.reported |= bit;
  counters_.add(Count::anomalies);
  listener_.anomaly({kind, &flow, flow.direction(side), flow.key().address[side],
                     flow.key().address[side ^ 1], flow.id()});
}

void Reassembler::remember(const Flow& flow, Half& half, unsigned side, std::uint32_t sequence,
                           Bytes data) {
  half.history = history_.add(half.history, stream_of(flow, side), sequence, data);
}

void Reassembler::deliver(Flow& flow, TcpState& tcp, unsigned side, const Chunk& chunk) {
  Half& half = tcp.half[side];
  half.next = chunk.sequence + static_cast<std::uint32_t>(chunk.data.size());
  if (half.is(Half::young) && distance(half.mark, half.next) > young_octets)
    half.clear(Half::young);
  if (!chunk.data.empty()) {
    if (!chunk.held) remember(flow, half, side, chunk.sequence, chunk.data);
    counters_.add(Count::delivered_bytes, chunk.data.size());
  }
  listener_.stream(flow, flow.direction(side), chunk);
}

void Reassembler::accept_slowly(Flow& flow, TcpState& tcp, unsigned side, Segment segment) {
  Half& half = tcp.half[side];
  const std::int32_t far = reach(tcp.half[side ^ 1]);
  if (distance(half.next, segment.sequence) > far || distance(half.next, segment.end()) < -far) {
    return stray(flow, tcp, side, segment);
  }
  half.strays = 0;
  if (half.is(Half::fin) && goes_beyond_end(flow, tcp, side, segment)) {
    counters_.add(Count::not_taken);
    return;
  }
  if (segment.fin && !half.is(Half::fin)) note_end(flow, tcp, side, segment.end());
  if (segment.size() != 0 && take_new_part(flow, tcp, side, segment)) {
    if (segment.sequence != half.next) return hold_back(flow, tcp, side, segment);
    counters_.add(Count::in_order);
    deliver_next(flow, tcp, side, segment);
  }
  finish_stream(half);
}

void Reassembler::note_end(Flow& flow, TcpState& tcp, unsigned side, std::uint32_t end) {
  Half& half = tcp.half[side];
  if (distance(half.next, end) < 0) return raise(flow, tcp, Anomaly::fin_out_of_window, side);
  if (half.hold && distance(end, store_.end(half.hold)) > 0) {
    return raise(flow, tcp, Anomaly::data_after_fin, side);  // what waits lies beyond it
  }
  half.end = end;
  half.set(Half::fin);
}

// Whether the other side agrees that the stream has ended before this segment: it acknowledged the
// FIN and nothing beyond. If not, the FIN was a forgery or did not arrive, and the stream goes on.
bool Reassembler::goes_beyond_end(Flow& flow, TcpState& tcp, unsigned side,
                                  const Segment& segment) {
  Half& half = tcp.half[side];
  const Half& other = tcp.half[side ^ 1];
  const std::int32_t beyond = distance(half.end, segment.end());
  if (segment.size() == 0 || beyond == 0) return false;
  if (beyond < 0) {
    if (segment.fin) raise(flow, tcp, Anomaly::data_after_fin, side);  // two ends
    return false;
  }
  raise(flow, tcp, Anomaly::data_after_fin, side);
  if (other.is(Half::acks) && distance(half.end, other.acknowledged) == 1) return true;
  if (half.is(Half::fin_passed)) half.next = half.end;
  half.clear(Half::fin);
  half.clear(Half::fin_passed);
  return false;
}

// Drops what was delivered before. False: nothing is left.
bool Reassembler::take_new_part(Flow& flow, TcpState& tcp, unsigned side, Segment& segment) {
  const std::int32_t behind = distance(segment.sequence, tcp.half[side].next);
  if (behind <= 0) return true;
  const std::uint32_t old = std::min(segment.size(), static_cast<std::uint32_t>(behind));
  const std::size_t captured = std::min<std::size_t>(old, segment.data.size());
  if (captured) check_again(flow, tcp, side, segment.sequence, segment.data.first(captured));
  if (old == segment.size()) {
    counters_.add(Count::retransmitted);
    return false;
  }
  segment.sequence += old;
  segment.data = segment.data.subspan(captured);
  segment.missing -= old - static_cast<std::uint32_t>(captured);
  return true;
}

void Reassembler::check_again(Flow& flow, TcpState& tcp, unsigned side, std::uint32_t sequence,
                              Bytes data) {
  const Half& half = tcp.half[side];
  const Half& other = tcp.half[side ^ 1];
  const auto end = sequence + static_cast<std::uint32_t>(data.size());
  const bool acknowledged = other.is(Half::acks) && distance(end, other.acknowledged) >= 0;
  if (acknowledged && data.size() == 1 && end == half.next) {  // RFC 9293 3.8.4: one garbage octet
    counters_.add(Count::keep_alives);
    return;
  }
  if (half.is(Half::young)) {
    // Octets from before the start: the receiver may still lack them, and they were never seen.
    const std::int32_t before = distance(sequence, half.mark);
    if (before > 0 && !acknowledged) raise(flow, tcp, Anomaly::retransmission_unchecked, side);
    if (before >= static_cast<std::int32_t>(data.size())) return;
    if (before > 0) {
      sequence += static_cast<std::uint32_t>(before);
      data = data.subspan(static_cast<std::size_t>(before));
    }
  }
  const Compared result = history_.compare(half.history, stream_of(flow, side), sequence, data);
  if (result == Compared::differs) raise(flow, tcp, Anomaly::retransmission_differs, side);
  // Octets the receiver acknowledged are settled: whatever is sent in their place, it ignores.
  if (result == Compared::unknown && !acknowledged) {
    raise(flow, tcp, Anomaly::retransmission_unchecked, side);
  }
}

// The segment begins where the stream stands.
void Reassembler::deliver_next(Flow& flow, TcpState& tcp, unsigned side, const Segment& segment) {
  Half& half = tcp.half[side];
  Bytes data = segment.data;
  while (half.hold && !data.empty()) {
    const SegmentStore::Block& front = store_.front(half.hold);
    const auto before = static_cast<std::size_t>(distance(half.next, front.sequence));
    if (before >= data.size()) break;
    if (before) deliver(flow, tcp, side, {data.first(before), half.next});
    data = data.subspan(before);
    const std::size_t both = std::min<std::size_t>(front.size, data.size());
    if (std::memcmp(front.octets.data(), data.data(), both) != 0) {
      raise(flow, tcp, Anomaly::overlap_differs, side);
    }
    data = data.subspan(both);
    deliver_front(flow, tcp, side, {});
  }
  if (!data.empty()) deliver(flow, tcp, side, {data, half.next});
  if (segment.missing && !half.hold) {
    Chunk chunk;
    declare_gap(flow, tcp, side, half.next + segment.missing, Count::gap_snapped, chunk);
    deliver(flow, tcp, side, chunk);
  }
  deliver_ready(flow, tcp, side);
}

// The segment begins beyond where the stream stands.
void Reassembler::hold_back(Flow& flow, TcpState& tcp, unsigned side, const Segment& segment) {
  Half& half = tcp.half[side];
  const Half& other = tcp.half[side ^ 1];
  if (segment.data.empty()) {
    counters_.add(Count::not_taken);
    return;
  }
  const bool settled = other.is(Half::acks) && distance(segment.sequence, other.acknowledged) >= 0;
  if (!half.hold && settled)
    return deliver_after_gap(flow, tcp, side, segment, Count::gap_acknowledged);

  if (!make_room(flow, tcp, side, segment.data.size())) {
    if (distance(half.next, segment.sequence) <= 0) return accept_slowly(flow, tcp, side, segment);
    if (!half.hold && !store_.has_room(segment.data.size())) {
      return deliver_after_gap(flow, tcp, side, segment, Count::gap_full);
    }
  }
  if (!half.hold) half.hold = store_.open(flow.slot(), side);
  const SegmentStore::Stored stored =
      store_.store(half.hold, segment.sequence, segment.data, second_, most_blocks_);
  counters_.add(stored.octets ? Count::out_of_order : Count::retransmitted);
  counters_.add(Count::copied_bytes, stored.octets);
  if (stored.differs) raise(flow, tcp, Anomaly::overlap_differs, side);
  if (stored.full) {
    counters_.add(Count::store_full);
    raise(flow, tcp, Anomaly::reassembly_full, side);
  }
  acknowledged(flow, tcp, side);
}

void Reassembler::deliver_after_gap(Flow& flow, TcpState& tcp, unsigned side,
                                    const Segment& segment, Count cause) {
  counters_.add(Count::in_order);
  Chunk chunk{segment.data, segment.sequence};
  declare_gap(flow, tcp, side, segment.sequence, cause, chunk);
  deliver(flow, tcp, side, chunk);
  deliver_next(flow, tcp, side, {tcp.half[side].next, {}, segment.missing});
  finish_stream(tcp.half[side]);
}

// Makes room for octets of this direction: first within its own share, then by giving up whoever
// has waited longest. True: nothing had to be given up.
bool Reassembler::make_room(Flow& flow, TcpState& tcp, unsigned side, std::size_t octets) {
  Half& half = tcp.half[side];
  const std::uint32_t blocks = SegmentStore::blocks_for(octets);
  bool had_room = true;
  while (half.hold && store_.hold(half.hold).blocks + blocks > most_blocks_) {
    had_room = false;
    counters_.add(Count::store_full);
    raise(flow, tcp, Anomaly::reassembly_full, side);
    give_up_hole(flow, tcp, side, Count::gap_full);
  }
  while (!store_.has_room(octets) || (!half.hold && !store_.has_free_hold())) {
    const SegmentStore::HoldId oldest = store_.oldest();
    if (!oldest) return false;
    had_room = false;
    const SegmentStore::Hold& victim = store_.hold(oldest);
    const unsigned victim_side = victim.side;
    Flow& victim_flow = *table_.at(victim.slot);
    TcpState& victim_tcp = table_.tcp(victim_flow);
    counters_.add(Count::store_full);
    raise(victim_flow, victim_tcp, Anomaly::reassembly_full, victim_side);
    while (victim_tcp.half[victim_side].hold) {
      give_up_hole(victim_flow, victim_tcp, victim_side, Count::gap_full);
    }
  }
  return had_room;
}

void Reassembler::deliver_front(Flow& flow, TcpState& tcp, unsigned side, Chunk chunk) {
  Half& half = tcp.half[side];
  const SegmentStore::Block& front = store_.front(half.hold);
  chunk.data = front.bytes();
  chunk.sequence = front.sequence;
  chunk.held = true;
  counters_.add(Count::copied_delivered_bytes, front.size);
  // Segment by segment, as they came: so a segment that comes again can be compared.
  front.each_segment([&](std::size_t offset, std::size_t size) {
    remember(flow, half, side, front.sequence + static_cast<std::uint32_t>(offset),
             front.bytes().subspan(offset, size));
  });
  deliver(flow, tcp, side, chunk);
  store_.pop(half.hold);
  if (store_.empty(half.hold)) {
    store_.close(half.hold);
    half.hold = 0;
  }
}

void Reassembler::deliver_ready(Flow& flow, TcpState& tcp, unsigned side) {
  Half& half = tcp.half[side];
  while (half.hold && store_.front(half.hold).sequence == half.next) {
    deliver_front(flow, tcp, side, {});
  }
}

void Reassembler::declare_gap(Flow& flow, TcpState& tcp, unsigned side, std::uint32_t up_to,
                              Count cause, Chunk& chunk) {
  Half& half = tcp.half[side];
  chunk.gap = true;
  chunk.missing = up_to - half.next;
  if (chunk.data.empty()) chunk.sequence = up_to;
  half.next = up_to;
  flow.tally_[side].gaps += flow.tally_[side].gaps != 0xffffff;
  counters_.add(Count::gaps);
  counters_.add(cause);
  counters_.add(Count::missing_bytes, chunk.missing);
  raise(flow, tcp, Anomaly::gap, side);
}

void Reassembler::give_up_hole(Flow& flow, TcpState& tcp, unsigned side, Count cause) {
  Half& half = tcp.half[side];
  Chunk chunk;
  declare_gap(flow, tcp, side, store_.front(half.hold).sequence, cause, chunk);
  deliver_front(flow, tcp, side, chunk);
  deliver_ready(flow, tcp, side);
  finish_stream(half);
}

void Reassembler::give_up_acknowledged(Flow& flow, TcpState& tcp, unsigned side) {
  const Half& half = tcp.half[side];
  const Half& other = tcp.half[side ^ 1];
  while (half.hold && other.is(Half::acks) &&
         distance(store_.front(half.hold).sequence, other.acknowledged) >= 0) {
    give_up_hole(flow, tcp, side, Count::gap_acknowledged);
  }
}

void Reassembler::finish_stream(Half& half) {
  if (!half.is(Half::fin) || half.is(Half::fin_passed) || half.next != half.end) return;
  half.set(Half::fin_passed);
  ++half.next;
}

// Far from where the stream stands. Its receiver drops it, unless it is the sensor that is lost:
// the receiver's acknowledgements tell. Where they cannot be seen, segments that continue each
// other do.
void Reassembler::stray(Flow& flow, TcpState& tcp, unsigned side, const Segment& segment) {
  Half& half = tcp.half[side];
  const Half& other = tcp.half[side ^ 1];
  if (segment.size() == 0) return raise(flow, tcp, Anomaly::fin_out_of_window, side);
  raise(flow, tcp, Anomaly::out_of_window, side);

  const std::int32_t from_receiver = distance(other.acknowledged, segment.sequence);
  const bool receiver_is_there = other.is(Half::acks) && std::abs(from_receiver) <= least_reach;
  const bool continues = half.strays && segment.sequence == half.mark;
  half.strays = continues ? static_cast<std::uint8_t>(half.strays + 1) : 1;
  half.mark = segment.end();
  half.clear(Half::young);
  half.clear(Half::restart);
  if (!receiver_is_there && (!flow.one_way() || half.strays < strays_to_follow)) {
    counters_.add(Count::not_taken);
    return;
  }
  jump(flow, tcp, side, segment.sequence);
  accept_slowly(flow, tcp, side, segment);
}

void Reassembler::jump(Flow& flow, TcpState& tcp, unsigned side, std::uint32_t sequence) {
  Half& half = tcp.half[side];
  while (half.hold) give_up_hole(flow, tcp, side, Count::gap_closed);
  half.strays = 0;
  half.clear(Half::fin);
  half.clear(Half::fin_passed);
  counters_.add(Count::resynchronised);
  raise(flow, tcp, Anomaly::resynchronised, side);
  flow.tally_[side].gaps += flow.tally_[side].gaps != 0xffffff;
  half.history = 0;
  deliver(flow, tcp, side, {.data = {}, .sequence = sequence, .missing = 0, .gap = true});
}

void Reassembler::tick(Time time) {
  second_ = static_cast<std::uint32_t>(time / second);
  due_.clear();
  for (auto id = store_.oldest(); id; id = store_.hold(id).newer) {
    if (second_ - store_.front(id).second < hole_seconds_) continue;
    const SegmentStore::Hold& hold = store_.hold(id);
    due_.push_back({table_.at(hold.slot)->id(), hold.slot, hold.side});
  }
  std::ranges::sort(due_, {}, [](const Due& due) { return std::pair(due.id, due.side); });
  for (const Due& due : due_) {
    Flow& flow = *table_.at(due.slot);
    TcpState& tcp = table_.tcp(flow);
    const Half& half = tcp.half[due.side];
    while (half.hold && second_ - store_.front(half.hold).second >= hole_seconds_) {
      give_up_hole(flow, tcp, due.side, Count::gap_waited);
    }
  }
}

void Reassembler::flush(Flow& flow, TcpState& tcp) {
  for (unsigned side = 0; side < 2; ++side) {
    Half& half = tcp.half[side];
    const Half& other = tcp.half[side ^ 1];
    while (half.hold) give_up_hole(flow, tcp, side, Count::gap_closed);
    const bool end_missing = half.is(Half::fin) && !half.is(Half::fin_passed) &&
                             distance(half.next, half.end) > 0 && other.is(Half::acks) &&
                             distance(half.end, other.acknowledged) >= 0;
    if (!end_missing) continue;
    Chunk chunk;
    declare_gap(flow, tcp, side, half.end, Count::gap_closed, chunk);
    deliver(flow, tcp, side, chunk);
  }
}

}  // namespace langyan::flow
