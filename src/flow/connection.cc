#include "flow/connection.h"

#include <algorithm>
#include <cstdlib>

namespace langyan::flow {
namespace {

namespace flag = decode::tcp_flag;

constexpr std::uint8_t largest_scale = 14;     // RFC 7323 2.3
constexpr std::uint8_t fast_open_option = 34;  // RFC 7413 4.1.1
constexpr std::uint64_t one_way_packets = 4;   // so many with payload are a conversation

bool has_option(Bytes options, std::uint8_t wanted) {
  for (std::size_t at = 0; at < options.size();) {  // RFC 9293 3.2: 0 ends, 1 is a filler
    const std::uint8_t kind = options[at];
    if (kind == wanted) return true;
    if (kind == 0) return false;
    if (kind == 1) {
      ++at;
      continue;
    }
    if (at + 1 >= options.size() || options[at + 1] < 2) return false;
    at += options[at + 1];
  }
  return false;
}

}  // namespace

bool Connection::restarts(Flow& flow, TcpState& tcp, unsigned side,
                          const decode::Headers& headers) {
  const decode::Tcp& header = headers.tcp;
  const std::uint32_t begin = header.sequence + 1;
  Half& half = tcp.half[side];
  const Half& other = tcp.half[side ^ 1];
  if (header.flags & flag::rst) return false;
  if (!(header.flags & flag::syn)) {
    return half.is(Half::restart) && flow.one_way() && header.sequence == half.mark &&
           !headers.payload.empty();
  }
  const bool in_use = half.is(Half::spoke) || other.is(Half::spoke);
  if (header.flags & flag::ack) {
    if (flow.state() == State::opening) return in_use && flow.client_ == side;  // was guessed wrong
    return flow.state() == State::closed
               ? half.mark != begin
               : other.is(Half::restart) && header.acknowledgement == other.mark;
  }
  if (flow.state() == State::closed || half.is(Half::fin)) return true;
  if (flow.state() == State::opening) return in_use;
  if (half.mark == begin && (half.is(Half::syn) || half.is(Half::restart))) return false;  // again
  reassembler_.raise(flow, tcp, Anomaly::syn_in_connection, side);
  half.mark = begin;
  half.strays = 0;
  half.clear(Half::young);
  half.set(Half::restart);
  return false;
}

void Connection::segment_slowly(Flow& flow, TcpState& tcp, unsigned side,
                                const decode::Headers& headers) {
  const decode::Tcp& header = headers.tcp;
  if (!headers.payload.empty() || headers.missing) counters_.add(Count::segments);
  if (!note_flags(flow, tcp, side, header)) {
    if (!headers.payload.empty() || headers.missing) counters_.add(Count::not_taken);
    return;
  }
  if (header.flags & flag::rst) {
    if (!headers.payload.empty() || headers.missing) counters_.add(Count::not_taken);
    return reset(flow, tcp, side, header);
  }
  Half& half = tcp.half[side];
  half.window = header.window;
  if (header.flags & flag::syn) handshake(flow, tcp, side, header);
  if (header.flags & flag::ack) acknowledge(flow, tcp, side, header.acknowledgement);
  if (!(header.flags & flag::syn)) half.set(Half::spoke);
  if (!headers.payload.empty() || headers.missing || header.flags & flag::fin) {
    payload(flow, tcp, side, headers);
  }
  settle_state(flow, tcp, side);
}

// False: no receiver takes the segment.
bool Connection::note_flags(Flow& flow, TcpState& tcp, unsigned side, const decode::Tcp& header) {
  const std::uint8_t flags = header.flags;
  const bool syn = flags & flag::syn, fin = flags & flag::fin, rst = flags & flag::rst;
  const bool opens_or_breaks = syn || rst;
  const bool impossible =
      (syn && fin) || (syn && rst) || (!opens_or_breaks && !(flags & flag::ack));
  if (impossible) reassembler_.raise(flow, tcp, Anomaly::flags, side);
  if (flags & flag::urg && header.urgent) reassembler_.raise(flow, tcp, Anomaly::urgent_data, side);
  return opens_or_breaks || flags & flag::ack;
}

void Connection::reset(Flow& flow, TcpState& tcp, unsigned side, const decode::Tcp& header) {
  const Half& half = tcp.half[side];
  const Half& other = tcp.half[side ^ 1];
  bool fits = true;
  if (half.is(Half::started)) {
    // The receiver expects what it acknowledged last, or what this side sent since.
    const std::int32_t place = distance(half.next, header.sequence);
    const std::int32_t lowest =
        other.is(Half::acks)
            ? std::clamp(distance(half.next, other.acknowledged), -Reassembler::least_reach, 0)
            : -Reassembler::least_reset_reach;
    fits = place >= lowest && place <= Reassembler::reach(other);
  } else if (other.is(Half::syn)) {  // RFC 9293 3.10.7.3: it must acknowledge the SYN
    fits = header.flags & flag::ack &&
           (header.acknowledgement == other.mark || header.acknowledgement == other.next);
  }
  if (flow.state() == State::closed) return;
  if (!fits) return reassembler_.raise(flow, tcp, Anomaly::rst_out_of_window, side);
  flow.state_ = static_cast<std::uint32_t>(State::closed);
  flow.reset_ = 1;
}

void Connection::orient(Flow& flow, unsigned client) {
  if (flow.client_ != client) counters_.add(Count::reversed);
  flow.client_ = client;
  flow.certainty_ = static_cast<std::uint32_t>(Certainty::seen);
}

void Connection::open_side(TcpState& tcp, unsigned side, const decode::Tcp& header) {
  Half& half = tcp.half[side];
  half.next = half.mark = header.sequence + 1;
  half.set(Half::syn);
  half.set(Half::started);
  half.clear(Half::young);
  // RFC 7323 2.2: scaling only where both sides offer it.
  const bool offers = header.window_scale != decode::no_window_scale;
  half.scale = offers ? std::min(header.window_scale, largest_scale) : std::uint8_t{0};
  if (!offers && header.flags & flag::ack) tcp.half[side ^ 1].scale = 0;
}

void Connection::handshake(Flow& flow, TcpState& tcp, unsigned side, const decode::Tcp& header) {
  Half& half = tcp.half[side];
  Half& other = tcp.half[side ^ 1];
  const bool answer = header.flags & flag::ack;
  const bool again = half.is(Half::syn) && half.mark == header.sequence + 1;
  if (flow.state() != State::opening) {
    if (answer && !again) reassembler_.raise(flow, tcp, Anomaly::handshake_mismatch, side);
    return;
  }
  if (!answer) {
    const bool both = other.is(Half::syn) && !other.is(Half::acks);
    if (both) reassembler_.raise(flow, tcp, Anomaly::simultaneous_open, side);
    if (!again) open_side(tcp, side, header);
    if (!other.is(Half::syn)) orient(flow, side);
    return;
  }
  const bool unasked = other.is(Half::syn) && header.acknowledgement != other.mark &&
                       header.acknowledgement != other.next;
  if (unasked || (half.is(Half::syn) && !again)) {
    reassembler_.raise(flow, tcp, Anomaly::handshake_mismatch, side);
  }
  if (!half.is(Half::syn)) {
    if (!half.is(Half::spoke)) open_side(tcp, side, header);
    orient(flow, side ^ 1);
  }
  if (!other.is(Half::spoke) && (unasked || !other.is(Half::started))) {
    other.next = other.mark = header.acknowledgement;
    other.set(Half::started);
  }
}

void Connection::payload(Flow& flow, TcpState& tcp, unsigned side, const decode::Headers& headers) {
  const decode::Tcp& header = headers.tcp;
  Half& half = tcp.half[side];
  const bool syn = header.flags & flag::syn;
  const Segment segment{header.sequence + syn, headers.payload, headers.missing,
                        !syn && header.flags & flag::fin};
  if (segment.size() == 0 && !segment.fin) return;
  if (syn && segment.size()) {
    reassembler_.raise(flow, tcp, Anomaly::syn_with_data, side);
    if (!has_option(header.options, fast_open_option)) {
      counters_.add(Count::not_taken);
      return;
    }
  }
  if (!half.is(Half::started) && !start_midstream(tcp, side, segment)) {
    counters_.add(Count::not_taken);
    return;
  }
  if (segment.size()) look_at_window(flow, tcp, side, segment);
  const bool goes_on = flow.state() == State::closed && flow.reset_ && segment.size() &&
                       distance(half.next, segment.end()) > 0 && flow.flags_[side] & flag::rst;
  if (goes_on && distance(half.next, segment.sequence) <= Reassembler::reach(tcp.half[side ^ 1])) {
    reassembler_.raise(flow, tcp, Anomaly::data_after_reset, side);
    flow.state_ = static_cast<std::uint32_t>(State::established);
    flow.reset_ = 0;
  }
  reassembler_.accept(flow, tcp, side, segment);
}

// False: the segment is but a keep-alive probe, whose octet is not the stream's (RFC 9293 3.8.4).
bool Connection::start_midstream(TcpState& tcp, unsigned side, const Segment& segment) {
  Half& half = tcp.half[side];
  const Half& other = tcp.half[side ^ 1];
  const bool expected = other.is(Half::acks) && other.acknowledged == segment.sequence;
  const bool probe = segment.size() == 1 && !segment.fin && !expected;
  half.next = half.mark = segment.sequence + probe;
  half.set(Half::started);
  half.set(Half::young);
  if (probe) counters_.add(Count::keep_alives);
  return !probe;
}

void Connection::look_at_window(Flow& flow, TcpState& tcp, unsigned side, const Segment& segment) {
  const Half& half = tcp.half[side];
  const Half& other = tcp.half[side ^ 1];
  const bool shut = other.is(Half::acks) && other.window == 0 && other.acknowledged == half.next &&
                    distance(half.next, segment.end()) > 0;
  if (!shut) return;
  if (segment.size() == 1) {
    counters_.add(Count::window_probes);
  } else {
    reassembler_.raise(flow, tcp, Anomaly::zero_window_ignored, side);
  }
}

void Connection::settle_state(Flow& flow, const TcpState& tcp, unsigned side) {
  const Half& half = tcp.half[side];
  const Half& other = tcp.half[side ^ 1];
  if (flow.state() == State::opening) {
    const bool both = half.is(Half::spoke) && (other.is(Half::spoke) || other.is(Half::syn));
    const Direction way = flow.direction(side);
    const bool keeps_talking = flow.one_way() && flow.packets(way) >= one_way_packets &&
                               flow.payload_bytes(way) >= one_way_packets;
    if (both || keeps_talking) flow.state_ = static_cast<std::uint32_t>(State::established);
  }
  if (flow.state() == State::closed) return;
  const auto over = [](const Half& sender, const Half& receiver) {
    return sender.is(Half::fin) &&
           (sender.is(Half::fin_passed) ||
            (receiver.is(Half::acks) && distance(sender.end, receiver.acknowledged) > 0));
  };
  if (over(half, other) && over(other, half)) {
    flow.state_ = static_cast<std::uint32_t>(State::closed);
  } else if (half.is(Half::fin) || other.is(Half::fin)) {
    flow.state_ = static_cast<std::uint32_t>(State::closing);
  } else if (flow.state() == State::closing) {  // the end was taken back
    flow.state_ = static_cast<std::uint32_t>(State::established);
  }
}

}  // namespace langyan::flow
