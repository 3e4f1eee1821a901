#include "flow/tracker.h"

#include <algorithm>
#include <vector>

#include "base/caps.h"
#include "flow/connection.h"
#include "flow/defragmenter.h"
#include "flow/key.h"
#include "flow/reassembler.h"
#include "flow/table.h"

namespace langyan::flow {
namespace {

struct Due {
  std::uint64_t id;
  std::uint32_t slot;
  bool record;  // else close
};

// A slot: the flow, its TCP state, two index entries (half full at most), an entry of the due list.
constexpr std::uint64_t slot_bytes = sizeof(Flow) + sizeof(TcpState) + 2 * 8 + sizeof(Due);
// clang-format off
const Cap flows_at_a_time{"flow.flows", 65'536, 64, 16'777'216, slot_bytes,
                          "Flows kept at a time; 1/16 of them are for new ones."};
// clang-format on

constexpr std::uint32_t newcomers_part = 16;     // 1/16 of the slots is never left to conversations
constexpr std::uint64_t sustained_packets = 16;  // one way: as many are no scan
constexpr std::uint64_t half_heard = 8;          // TCP, one way: as many are no attempt to connect
constexpr int candidates = 16;                   // looked at to evict one
constexpr std::uint16_t well_known = 1024;       // RFC 6335 6: system ports

std::int64_t seconds_up(Time time) {
  return (time + second - 1) / second;
}

Rank rank_of(const Flow& flow) {
  if (flow.state() == State::closed) return Rank::closed;
  if (flow.kept()) return Rank::kept;
  return flow.state() == State::opening ? Rank::opening : Rank::established;
}

}  // namespace

class Tracker::Parts {
 public:
  Parts(const Options& given, decode::Decoder& decoding, Listener& listening)
      : options(given),
        decoder(decoding),
        listener(listening),
        table(static_cast<std::uint32_t>(flows_at_a_time.share(given.workers)), given.seed),
        reassembler(options, table, counters, listener),
        connection(reassembler, counters),
        defragmenter(options, counters, listener),
        conversations(table.capacity() - std::max(1u, table.capacity() / newcomers_part)) {
    due.reserve(table.capacity());
  }

  Flow* accept_whole(const capture::Packet& packet, const decode::Headers& headers,
                     const Ticket& ticket, std::uint32_t packets, std::uint64_t bytes);
  Flow* accept_rest(const capture::Packet& packet, decode::Headers& headers,
                    decode::Outcome outcome, const Ticket& ticket);
  Flow& open(const capture::Packet& packet, const decode::Headers& headers, const Ticket& ticket);
  void guess_client(Flow& flow, const decode::Headers& headers, unsigned side);
  Flow* restart(Flow& flow, unsigned side, const decode::Headers& headers);

  Duration timeout(const Flow& flow) const;
  std::int64_t deadline(const Flow& flow) const {
    return seconds_up(flow.last_time() + timeout(flow));
  }
  std::int64_t records_by(const Flow& flow, std::int64_t at) const;
  void hang(Flow& flow, std::int64_t now);
  void place(Flow& flow);
  void make_slot();
  Flow* choose(Rank rank);
  void evict(Flow& flow);

  void tick(Time time);
  void finish();
  void close(Flow& flow, Reason otherwise);
  void report_due(Reason otherwise);

  const Options options;
  decode::Decoder& decoder;
  Listener& listener;
  FlowCounters counters;
  Table table;
  Reassembler reassembler;
  Connection connection;
  Defragmenter defragmenter;
  const std::uint32_t conversations;  // at most so many established and kept flows
  bool started = false;
  std::vector<Due> due;
};

Duration Tracker::Parts::timeout(const Flow& flow) const {
  const Timeouts& times = options.timeouts;
  const bool opening = flow.state() == State::opening;
  switch (flow.kind()) {
    case Kind::tcp:
      if (flow.state() == State::closed) return times.tcp_closed;
      if (flow.state() == State::closing) return times.tcp_closing;
      return opening ? times.tcp_opening : times.tcp_established;
    case Kind::udp: return opening ? times.udp_opening : times.udp_established;
    case Kind::icmp: return times.icmp;
    case Kind::other: return opening ? times.other_opening : times.other_established;
    case Kind::layer2: return opening ? times.layer2_opening : times.layer2_established;
  }
  return times.other_opening;
}

// How many periodic records of the flow were due when the clock showed second `at`.
std::int64_t Tracker::Parts::records_by(const Flow& flow, std::int64_t at) const {
  const Duration age = at * second - flow.first_time();
  return options.record_interval && age > 0 ? age / options.record_interval : 0;
}

// Hangs the flow into the wheel at its deadline or its next record, whichever comes first.
void Tracker::Parts::hang(Flow& flow, std::int64_t now) {
  std::int64_t at = deadline(flow);
  if (options.record_interval) {
    const Duration next = (records_by(flow, now) + 1) * options.record_interval;
    at = std::min(at, seconds_up(flow.first_time() + next));
  }
  table.schedule(flow, rank_of(flow), at);
}

// After the flow's state or rank changed. A new conversation above the share of conversations takes
// the place of another one, so that newcomers always find slots.
void Tracker::Parts::place(Flow& flow) {
  const bool becomes_one =
      rank_of(flow) >= Rank::established && static_cast<Rank>(flow.rank_) < Rank::established;
  if (becomes_one && table.size(Rank::established) + table.size(Rank::kept) >= conversations) {
    Flow* victim = choose(Rank::established);
    if (!victim) victim = choose(Rank::kept);
    if (victim) evict(*victim);
  }
  hang(flow, table.second());
}

void Tracker::Parts::make_slot() {
  for (const Rank rank : {Rank::closed, Rank::opening, Rank::established, Rank::kept}) {
    if (Flow* victim = choose(rank)) return evict(*victim);
  }
}

// The longest silent of some flows of this rank that the wheel comes to soonest. A flow of which an
// upper room said keep() since it was hung goes where it belongs; each does so once.
Flow* Tracker::Parts::choose(Rank rank) {
  Flow* chosen = nullptr;
  while (!chosen && table.soonest(rank)) {
    Flow* flow = table.soonest(rank);
    for (int looked = 0; flow && looked < candidates; ++looked) {
      Flow& one = *flow;
      flow = table.after(one);
      if (rank_of(one) != rank) {
        hang(one, table.second());
      } else if (!chosen || one.last_time() < chosen->last_time()) {
        chosen = &one;
      }
    }
  }
  return chosen;
}

void Tracker::Parts::evict(Flow& flow) {
  counters.add(static_cast<Count>(static_cast<unsigned>(Count::evicted_closed) +
                                  static_cast<unsigned>(rank_of(flow))));
  if (flow.kind() == Kind::tcp) reassembler.flush(flow, table.tcp(flow));
  listener.closed(flow, Reason::evicted);
  counters.add(Count::closed_evicted);
  table.close(flow);
}

// Ends the flow for the reason its state gives, or else for this one.
void Tracker::Parts::close(Flow& flow, Reason otherwise) {
  Reason reason = otherwise;
  if (flow.kind() == Kind::tcp) {
    reassembler.flush(flow, table.tcp(flow));
    if (flow.state() == State::closed) reason = flow.reset_ ? Reason::reset : Reason::finished;
    if (flow.state() == State::closing && otherwise != Reason::shutdown) reason = Reason::finished;
  }
  listener.closed(flow, reason);
  counters.add(count_of(reason));
  table.close(flow);
}

void Tracker::Parts::guess_client(Flow& flow, const decode::Headers& headers, unsigned side) {
  namespace flag = decode::tcp_flag;
  flow.client_ = side;  // whoever speaks first
  const Key& key = flow.key();
  if (key.kind == Kind::icmp) {
    const IcmpPair pair = icmp_pair(key.protocol, headers.icmp_type);
    if (pair.found && headers.icmp_type == pair.reply) flow.client_ = side ^ 1u;
    return;
  }
  if (key.kind == Kind::layer2 || headers.destination.is_multicast()) return;
  const std::uint8_t flags = headers.tcp.flags;
  if (key.kind == Kind::tcp && flags & flag::syn) {
    flow.certainty_ = static_cast<std::uint32_t>(Certainty::seen);
    if (flags & flag::ack) flow.client_ = side ^ 1u;
    return;
  }
  const std::uint16_t from = key.port[side], to = key.port[side ^ 1u];
  const auto serves = [&](std::uint16_t port) {
    return options.is_server_port && options.is_server_port(port, key.protocol);
  };
  const bool from_serves = serves(from), to_serves = serves(to);
  if (from_serves != to_serves) {
    if (from_serves) flow.client_ = side ^ 1u;
  } else if (from < to && (key.kind == Kind::tcp || from < well_known)) {
    flow.client_ = side ^ 1u;
  }
}

Flow& Tracker::Parts::open(const capture::Packet& packet, const decode::Headers& headers,
                           const Ticket& ticket) {
  if (table.full()) make_slot();
  Flow& flow = table.open(ticket.key, ticket.hash);
  flow.first_time_ = flow.last_time_ = packet.time;
  flow.first_packet_ = packet.number;
  flow.vlan_ = headers.vlans[0];
  guess_client(flow, headers, ticket.side);
  counters.add(Count::opened);
  if (flow.kind() == Kind::tcp && !(headers.tcp.flags & decode::tcp_flag::syn)) {
    counters.add(Count::midstream);
  }
  hang(flow, table.second());
  listener.opened(flow);
  return flow;
}

// Null: the segment begins a new connection, and the old flow is closed.
Flow* Tracker::Parts::restart(Flow& flow, unsigned side, const decode::Headers& headers) {
  TcpState& tcp = table.tcp(flow);
  if (!connection.restarts(flow, tcp, side, headers)) return &flow;
  if (flow.state() != State::closed) reassembler.raise(flow, tcp, Anomaly::connection_reused, side);
  close(flow, Reason::reused);
  return nullptr;
}

Flow* Tracker::Parts::accept_whole(const capture::Packet& packet, const decode::Headers& headers,
                                   const Ticket& ticket, std::uint32_t packets,
                                   std::uint64_t bytes) {
  const unsigned side = ticket.side;
  Flow* found = table.find(ticket.key, ticket.hash, ticket.guess);
  if (found && found->kind() == Kind::tcp &&
      (headers.tcp.flags & decode::tcp_flag::syn ||
       table.tcp(*found).half[side].is(Half::restart))) {
    found = restart(*found, side, headers);
  }
  Flow& flow = found ? *found : open(packet, headers, ticket);
  const State before = flow.state();
  counters.add(count_of(flow.kind()));
  flow.last_time_ = std::max(flow.last_time_, packet.time);
  Flow::Tally& tally = flow.tally_[side];
  tally.packets += packets;
  tally.bytes += bytes;
  tally.payload += headers.payload.size() + headers.missing;

  const Direction way = flow.direction(side);
  if (flow.kind() == Kind::tcp) {
    flow.flags_[side] |= headers.tcp.flags;
    if (flow.one_way() && tally.packets > half_heard) counters.add(Count::one_way);
    listener.packet(flow, way, packet, headers);
    connection.segment(flow, table.tcp(flow), side, headers);
  } else {
    listener.packet(flow, way, packet, headers);
    if (!headers.payload.empty()) listener.datagram(flow, flow.direction(side), headers.payload);
    if (before == State::opening && (!flow.one_way() || tally.packets >= sustained_packets)) {
      flow.state_ = static_cast<std::uint32_t>(State::established);
    }
  }
  if (before != flow.state() || rank_of(flow) != static_cast<Rank>(flow.rank_)) place(flow);
  return &flow;
}

// What is no packet of a flow by itself.
Flow* Tracker::Parts::accept_rest(const capture::Packet& packet, decode::Headers& headers,
                                  decode::Outcome outcome, const Ticket& ticket) {
  Defragmenter::Whole whole;
  whole.bytes = packet.wire_length;
  // Again only where a tunnel's packet was whole and what is inside is a fragment itself.
  for (int turn = 0; outcome == decode::Outcome::fragment && turn <= decode::max_tunnels; ++turn) {
    whole = defragmenter.accept(headers, static_cast<std::uint32_t>(whole.bytes));
    if (whole.payload.empty()) {
      counters.add(Count::fragments);
      return nullptr;
    }
    if (headers.reassembled) headers.network_header = {};  // it stood where this payload is now
    outcome = decoder.decode_reassembled(whole.payload, headers);
  }
  if (whole.packets && outcome != decode::Outcome::invalid) {
    Ticket found;
    found.has_flow = make_key(headers, outcome, found.key, found.side);
    if (found.has_flow) {
      found.hash = table.hash(found.key);
      return accept_whole(packet, headers, found, whole.packets, whole.bytes);
    }
  }
  if (outcome != decode::Outcome::invalid) {
    counters.add(Count::without_flow);
    return nullptr;
  }
  counters.add(Count::invalid);
  if (headers.invalid == decode::Invalid::fragment_extent) {
    counters.add(Count::anomalies);
    listener.anomaly({Anomaly::fragment_too_long, nullptr, Direction::to_server, headers.source,
                      headers.destination, 0});
  }
  Flow* flow = ticket.has_flow ? table.find(ticket.key, ticket.hash) : nullptr;
  if (flow && flow->kind() == Kind::tcp) {
    reassembler.raise(*flow, table.tcp(*flow), Anomaly::checksum, ticket.side);
  }
  return nullptr;
}

// Holes, fragments, then flows: each in the order of ids.
void Tracker::Parts::tick(Time time) {
  const std::int64_t now = time / second, then = table.second();
  if (!started) {
    table.start(now);
    started = true;
  } else if (now <= then) {
    return;
  }
  reassembler.tick(time);
  defragmenter.tick(time);
  due.clear();
  table.advance(now, [&](Flow& flow) {
    if (deadline(flow) <= now) {
      due.push_back({flow.id(), flow.slot(), false});
      return;
    }
    if (records_by(flow, now) > records_by(flow, then))
      due.push_back({flow.id(), flow.slot(), true});
    hang(flow, now);
  });
  report_due(Reason::timeout);
}

void Tracker::Parts::report_due(Reason otherwise) {
  std::ranges::sort(due, {}, [](const Due& one) { return std::pair(one.id, one.slot); });
  for (const Due& one : due) {
    Flow& flow = *table.at(one.slot);
    if (!one.record) {
      close(flow, otherwise);
      continue;
    }
    counters.add(Count::records);
    listener.record(flow);
  }
}

void Tracker::Parts::finish() {
  defragmenter.finish();
  due.clear();
  table.each([&](Flow& flow) { due.push_back({flow.id(), flow.slot(), false}); });
  report_due(Reason::shutdown);
  started = false;
}

Tracker::Tracker(const Options& options, decode::Decoder& decoder, Listener& listener)
    : parts_(std::make_unique<Parts>(options, decoder, listener)) {}

Tracker::~Tracker() = default;

Ticket Tracker::prepare(const decode::Headers& headers, decode::Outcome outcome) const {
  Ticket ticket;
  ticket.has_flow = make_key(headers, outcome, ticket.key, ticket.side);
  if (ticket.has_flow) {
    ticket.hash = parts_->table.hash(ticket.key);
    parts_->table.prefetch(ticket.hash);
  }
  return ticket;
}

void Tracker::prefetch(Ticket& ticket) const {
  if (!ticket.has_flow) return;
  ticket.guess = parts_->table.guess(ticket.hash);
  parts_->table.prefetch_rest(ticket.guess);
}

Flow* Tracker::accept(const capture::Packet& packet, decode::Headers& headers,
                      decode::Outcome outcome, const Ticket& ticket) {
  Parts& parts = *parts_;
  if (!parts.started) parts.tick(packet.time);
  parts.counters.add(Count::packets);
  if (!ticket.has_flow || outcome == decode::Outcome::invalid) {
    return parts.accept_rest(packet, headers, outcome, ticket);
  }
  return parts.accept_whole(packet, headers, ticket, 1, packet.wire_length);
}

std::uint64_t Tracker::datagram(const decode::Headers& headers) {
  return Defragmenter::name(headers);
}

void Tracker::tick(Time time) {
  parts_->tick(time);
}
void Tracker::finish() {
  parts_->finish();
}
std::uint32_t Tracker::capacity() const {
  return parts_->table.capacity();
}
std::uint32_t Tracker::size() const {
  return parts_->table.size();
}
Flow* Tracker::flow(std::uint32_t slot) {
  return parts_->table.at(slot);
}
const FlowCounters& Tracker::counters() const {
  return parts_->counters;
}

}  // namespace langyan::flow
