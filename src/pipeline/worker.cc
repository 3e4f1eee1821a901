#include "pipeline/worker.h"

#include <algorithm>
#include <ranges>
#include <utility>

#include "base/caps.h"
#include "base/hash.h"
#include "base/json.h"
#include "baseline/state_file.h"
#include "detect/events.h"
#include "dissect/registry.h"
#include "pipeline/orders.h"
#include "pipeline/report.h"

namespace langyan::pipeline {
namespace {

constexpr std::size_t most_said =
    4'096;  // different unreadable packets reported, by pair and reason
const Cap anomalies_a_second{
    "pipeline.anomalies", 256, 16, 1 << 20, 0,
    "Anomalies of one kind written in a second; the rest is counted. Those of industrial flows are "
    "not limited."};
const CapShare flow_price{"flow.flows", sizeof(std::uint8_t)};  // alerted_
constexpr std::size_t habits_a_tick = 8'192;  // handed on for the file
enum Stage : std::uint8_t { of_dissect, of_flow, of_summary, of_habits, of_behaviour, of_clock, of_end };

bool is_server_port(std::uint16_t port, std::uint8_t ip_protocol) {
  const Transport transport =
      ip_protocol == decode::ip_protocol::udp ? Transport::udp : Transport::tcp;
  for (const Protocol* protocol : dissect::protocols())
    for (const PortHint& hint : protocol->ports)
      if (hint.transport == transport && hint.port == port) return true;
  return false;
}

flow::Options with_ports(flow::Options options) {
  options.is_server_port = is_server_port;
  return options;
}

}  // namespace

// While it lives, what is told is of no packet: something happens to a flow that another one's packet,
// or none, made happen.
class Worker::Aside {
 public:
  Aside(Worker& worker, bool elsewhere) : worker_(worker), aside_(elsewhere && worker.moment_.headers) {
    if (!aside_) return;
    moment_ = std::exchange(worker_.moment_, {worker_.moment_.time, 0, {}, 0, nullptr});
    context_ = worker_.engine_.about({nullptr, worker_.now_, 0});
  }
  ~Aside() {
    if (!aside_) return;
    worker_.moment_ = moment_;
    worker_.engine_.about(context_);
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

 private:
  Worker& worker_;
  const bool aside_;
  eve::Moment moment_;
  detect::PacketContext context_;
};

Worker::Worker(const WorkerOptions& options, std::shared_ptr<const detect::RuleSet> rules)
    : options_(options),
      writer_(options.eve),
      decoder_(options.checksums),
      tracker_(with_ports(options.flow), decoder_, *this),
      engine_(tracker_.capacity(), *this, options.flow.workers),
      dissector_(tracker_.capacity(), options.flow.workers, *this),
      summary_(tracker_.capacity(), options.flow.workers, *this),
      watch_(tracker_.capacity(), options.flow.workers, *this),
      behaviour_(tracker_.capacity(), options.flow.workers, *this),
      alerted_(tracker_.capacity()) {
  said_.reserve(most_said);
  if (options_.copies_within)
    copies_ = std::make_unique<flow::Copies>(options_.copies_within, options_.flow.seed, options_.flow.workers);
  if (options_.packets_before) {
    recent_ =
        std::make_unique<flow::RecentPackets>(tracker_.capacity(), options_.packets_before, options_.flow.workers);
    fragments_ = std::make_unique<flow::RecentFragments>();
  }
  baseline::NoticeSink& notices = *this;
  if (options_.baseline.on())
    habits_ = std::make_unique<baseline::Watch>(options_.baseline, tracker_.capacity(), options.flow.workers, notices);
  summary_.everything(options.every_message);
  engine_.use(std::move(rules));
}

Worker::~Worker() = default;

void Worker::process(const Batch& batch, Block& block) {
  block_ = &block;
  decoded_ = 0;
  const auto& steps = batch.steps();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    decode_ahead(batch, i);
    now_ = step.now;
    switch (step.kind) {
      case Step::Kind::packet: packet(batch, step); break;
      case Step::Kind::tick: tick(step); break;
      case Step::Kind::stats: stats(batch, step); break;
      case Step::Kind::rules: engine_.use(batch.rules()); break;
      case Step::Kind::orders: carry_out(batch, step.now); break;
      case Step::Kind::end: end(step); break;
    }
  }
  if (hurried_) hand_on_habits();
}

// Headers of the packets to come are read early, so that the flow table's memory is on its way when
// their turn comes.
void Worker::decode_ahead(const Batch& batch, std::size_t at) {
  const auto& steps = batch.steps();
  const std::size_t until = std::min(at + ahead_size, steps.size());
  for (; decoded_ < until; ++decoded_) {
    const Step& step = steps[decoded_];
    if (step.kind == Step::Kind::stats) {  // counts what stands before it, so nothing behind it yet
      if (decoded_ == at) ++decoded_;
      break;
    }
    if (step.kind != Step::Kind::packet) continue;
    Ahead& ahead = ahead_[decoded_ % ahead_size];
    ahead.outcome = decoder_.decode(batch.data(step), step.wire, step.link_type, ahead.headers);
    ahead.tunnel.depth = 0;
    if (decoder_.tunnel().depth) [[unlikely]] ahead.tunnel = decoder_.tunnel();
    // What is late by more was written by another clock or at another time: a capture read after others.
    ahead.copy = copies_ && step.now - step.time <= second &&
                 copies_->is_copy(batch.data(step), ahead.headers, ahead.outcome, step.time);
    if (ahead.copy) continue;
    ahead.ticket = tracker_.prepare(ahead.headers, ahead.outcome);
  }
  const auto ticket_in = [&](std::size_t steps_to_come) {  // null: no packet
    const std::size_t then = at + steps_to_come;
    return then < steps.size() && steps[then].kind == Step::Kind::packet ? &ahead_[then % ahead_size].ticket : nullptr;
  };
  if (flow::Ticket* const ticket = ticket_in(ahead_size / 2)) {
    tracker_.prefetch(*ticket);
    dissector_.prefetch(ticket->guess);
    engine_.prefetch(ticket->guess);
    summary_.prefetch(ticket->guess);
    if (habits_) habits_->prefetch(ticket->guess);
    if (recent_) recent_->prefetch(ticket->guess);
  }
  if (const flow::Ticket* const ticket = ticket_in(ahead_size / 4)) {
    engine_.prefetch_tail(ticket->guess, ticket->side);
    summary_.prefetch_conversation(ticket->guess);
    if (habits_) habits_->prefetch_relation(ticket->guess);
    if (recent_) recent_->prefetch_slot(ticket->guess);
  }
  if (const flow::Ticket* const ticket = ticket_in(ahead_size / 8))
    engine_.prefetch_octets(ticket->guess, ticket->side);
}

void Worker::packet(const Batch& batch, const Step& step) {
  Ahead& ahead = ahead_[static_cast<std::size_t>(&step - batch.steps().data()) % ahead_size];
  if (ahead.copy) return counters_.add(WorkerCount::copies);
  const capture::Packet packet{step.now, step.number, batch.data(step), step.wire, step.link_type};
  key_ = {step.order, 1, 0, 0, 0};
  moment_ = {step.time, step.number, packet.data, step.link_type, &ahead.headers, step.wire, &ahead.tunnel};
  current_flow_ = packet_flow_ = nullptr;
  before_ = {};
  engine_.begin({&ahead.headers, step.now, step.number});
  if (ahead.outcome == decode::Outcome::invalid) unreadable(ahead.headers);
  if (ahead.outcome == decode::Outcome::link_only && ahead.headers.is_arp()) {  // belongs to no flow
    watch_.arp(ahead.headers, now_, step.number);
    behaviour_.arp(ahead.headers, now_, step.number);
  }
  // A fragment is a packet of its own, whether or not it makes a datagram whole.
  const bool fragment = ahead.outcome == decode::Outcome::fragment;
  if (fragment) engine_.inspect_packet(nullptr, Direction::to_server);
  if (fragment) datagram_ = flow::Tracker::datagram(ahead.headers);
  const flow::Flow* flow = tracker_.accept(packet, ahead.headers, ahead.outcome, ahead.ticket);
  if (!flow && fragment && fragments_) fragments_->add(datagram_, packet);
  if (!flow && !fragment) engine_.inspect_packet(nullptr, Direction::to_server);
  if (flow && recent_) recent_->add(*flow, side_, {step.time, step.number, packet.data, step.wire, step.link_type});
}

// The alerts of a tick, in the order of their flows, in which they are written.
void Worker::ask_of_tick(std::size_t first) {
  if (!limiter_) return;
  const auto of_tick = std::span(block_->candidates).subspan(first);
  const auto is_hit = [](const Candidate& candidate) { return candidate.hit != detect::no_index; };
  if (std::ranges::none_of(of_tick, is_hit)) return;
  std::ranges::sort(of_tick, {}, &Candidate::key);
  for (Candidate& candidate : of_tick) {
    if (!is_hit(candidate)) continue;
    const bool admitted = limiter_->admit(block_->hits[candidate.hit]);
    candidate.limit = admitted ? Candidate::Limit::admitted : Candidate::Limit::refused;
    if (!admitted || limiter_->earlier().empty()) continue;
    // The line is longer now; other lines stand behind where it was.
    const std::string line(block_->line(candidate));
    candidate.offset = static_cast<std::uint32_t>(block_->text.size());
    block_->text += line;
    writer_.steps(block_->text, limiter_->earlier());
    candidate.size = static_cast<std::uint32_t>(block_->text.size()) - candidate.offset;
  }
}

void Worker::tick(const Step& step) {
  const std::size_t first = block_->candidates.size();
  key_ = {step.order, 0, of_dissect, 0, 0};
  moment_ = {step.now, 0, {}, 0, nullptr};
  current_flow_ = nullptr;
  engine_.begin({nullptr, step.now, 0});
  dissector_.tick(step.now);
  key_.stage = of_flow;
  tracker_.tick(step.now);
  key_.stage = of_summary;
  summary_.tick(step.now);
  if (habits_) {
    key_.stage = of_habits;
    habits_->tick(step.now);
    hand_on_habits();
  }
  key_.stage = of_behaviour;
  behaviour_.tick(step.now);
  ask_of_tick(first);
}

void Worker::end(const Step& step) {
  const std::size_t first = block_->candidates.size();
  key_ = {step.order, 0, of_flow, 0, 0};
  moment_ = {step.now, 0, {}, 0, nullptr};
  current_flow_ = nullptr;
  engine_.begin({nullptr, step.now, 0});
  tracker_.finish();
  if (copies_) copies_->forget();
  key_.stage = of_summary;
  summary_.finish(step.now);
  key_.stage = of_behaviour;
  behaviour_.end(step.now);
  ask_of_tick(first);
}

void Worker::stats(const Batch& batch, const Step& step) {
  StatsPoint point;
  point.key = {step.order, 0, 255, 0, 0};
  point.time = step.now;
  // What feeds the pipeline was counted where the step was made; the first worker passes it on, the
  // others add nothing to it.
  const std::size_t rows = feed_rows;
  const auto feed = std::span(batch.feed());
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t at = block_->stats.size() * rows + i;
    point.values.push_back(at < feed.size() ? feed[at] : 0);
  }
  each_counter([&](const CounterRow&, std::uint64_t value) { point.values.push_back(value); });
  block_->stats.push_back(std::move(point));
}

void Worker::done(std::size_t begin, spool::Class kind, spool::Lane lane, std::uint64_t tie) {
  key_.tie = key_.phase == 0 ? tie : 0;
  block_->candidates.push_back({key_, kind, lane, static_cast<std::uint32_t>(begin),
                                static_cast<std::uint32_t>(block_->text.size() - begin)});
  ++key_.sub;
}

bool Worker::first_time(std::uint64_t what) {
  const auto at = std::ranges::lower_bound(said_, what);
  if (at != said_.end() && *at == what) return false;
  if (said_.size() == most_said) return false;
  said_.insert(at, what);
  return true;
}

// A flood of what is odd may cost the store no event a packet. An identified industrial flow says
// each kind once, and always may.
bool Worker::may_say(const Detection& what, const flow::Flow* flow) {
  if (flow && flow->kept()) return true;
  Said& said = said_of_kind_[what.sid % said_of_kind_.size()];
  if (said.second != now_ / second) said = {now_ / second, 0};
  if (said.times++ < anomalies_a_second.share(options_.flow.workers)) return true;
  counters_.add(WorkerCount::anomalies_held_back);
  return false;
}

void Worker::unreadable(const decode::Headers& headers) {
  if (!options_.anomaly_events) return;
  if (!first_time(combine(decode::pair_hash(moment_.frame, moment_.link_type),
                          static_cast<std::uint64_t>(headers.invalid))))
    return;
  const std::size_t begin = block_->text.size();
  std::string event = "decode.";
  event += decode::name(headers.invalid);
  writer_.anomaly(block_->text, event, "decode", nullptr, headers.source, headers.destination,
                  moment_);
  done(begin, spool::Class::operation, spool::Lane::bulk, 0);
}

void Worker::opened(flow::Flow& flow) {
  alerted_[flow.slot()] = 0;
  dissector_.opened(flow);
  summary_.opened(flow);
  watch_.opened(flow);
  behaviour_.opened(flow);
  if (habits_) habits_->opened(flow);
}

void Worker::packet(flow::Flow& flow, Direction way, const capture::Packet&,
                    const decode::Headers& headers) {
  current_flow_ = packet_flow_ = &flow, side_ = flow.side(way);
  if (headers.reassembled && decoder_.tunnel().depth) moment_.tunnel = &decoder_.tunnel();
  if (headers.reassembled && fragments_)
    fragments_->take(datagram_, [&](const capture::Packet& fragment) { recent_->add(flow, side_, fragment); });
  watch_.packet(flow, way, headers, now_, moment_.number);
  behaviour_.packet(flow, way, headers, now_, moment_.number);
  engine_.inspect_packet(&flow, way);
}

void Worker::stream(flow::Flow& flow, Direction way, const flow::Chunk& chunk) {
  const Aside aside(*this, &flow != packet_flow_);
  current_flow_ = &flow;
  engine_.inspect_stream(flow, way, chunk);
  dissector_.stream(flow, way, chunk, now_, moment_.number);
}

void Worker::datagram(flow::Flow& flow, Direction way, Bytes payload) {
  current_flow_ = &flow;
  if (flow.kind() == flow::Kind::udp) {
    dissector_.datagram(flow, way, payload, Transport::udp, now_, moment_.number);
  } else if (flow.kind() == flow::Kind::layer2) {
    dissector_.datagram(flow, way, payload, Transport::layer2, now_, moment_.number);
  }
}

void Worker::record(flow::Flow& flow) {
  behaviour_.record(flow, now_);
  count_volume(flow, false);
  if (!options_.flow_events) return;
  const std::size_t begin = block_->text.size();
  writer_.flow(block_->text, flow, dissector_.protocol(flow), {}, false, alerted_[flow.slot()],
               moment_);
  done(begin, spool::Class::flow, spool::Lane::bulk, flow.id());
}

void Worker::closed(flow::Flow& flow, flow::Reason reason) {
  const Aside aside(*this, &flow != packet_flow_);
  const Protocol* protocol = dissector_.protocol(flow);
  dissector_.closed(flow, now_);
  behaviour_.closed(flow, protocol, reason, now_);
  count_volume(flow, true);
  if (options_.flow_events) {
    const std::size_t begin = block_->text.size();
    writer_.flow(block_->text, flow, protocol, reason, true, alerted_[flow.slot()], moment_);
    done(begin, spool::Class::flow, spool::Lane::bulk, flow.id());
  }
  engine_.close(flow.slot());
  if (recent_) recent_->forget(flow), before_ = {};  // the packet may open another flow in this slot
}

// What a pair says in all is of no packet.
void Worker::count_volume(const flow::Flow& flow, bool closed) {
  if (!habits_) return;
  const flow::Flow* at_hand = std::exchange(current_flow_, nullptr);
  habits_->volume(flow, flow.bytes(Direction::to_server) + flow.bytes(Direction::to_client), closed, now_);
  current_flow_ = at_hand;
}

void Worker::anomaly(const flow::Oddity& oddity) {
  const Aside aside(*this, oddity.flow ? oddity.flow != packet_flow_ : oddity.id && oddity.id != datagram_);
  const flow::Flow* at_hand = std::exchange(current_flow_, oddity.flow);
  engine_.inspect_event(detect::event_of(flow::detection(oddity.kind)), oddity.flow,
                        oddity.direction, &oddity.source, &oddity.destination);
  current_flow_ = at_hand;
  if (!options_.anomaly_events) return;
  const Detection& what = flow::detection(oddity.kind);
  if (!may_say(what, oddity.flow)) return;
  const std::size_t begin = block_->text.size();
  if (oddity.flow) {
    writer_.anomaly(block_->text, what, oddity.flow, dissector_.protocol(*oddity.flow), "stream",
                    oddity.direction, nullptr, moment_);
  } else {
    writer_.anomaly(block_->text, what.name, "stream", &what, oddity.source, oddity.destination,
                    moment_);
  }
  done(begin, spool::Class::operation, spool::Lane::bulk, oddity.flow ? oddity.flow->id() : 0);
}

void Worker::identified(flow::Flow& flow, const Protocol& protocol) {
  tally_.identified(protocol);
  engine_.identified(flow, &protocol);
}

void Worker::unidentified(flow::Flow& flow) {
  engine_.identified(flow, nullptr);
  if (habits_) habits_->unidentified(flow, now_, moment_.number);
}

void Worker::message(flow::Flow& flow, const Message& message) {
  tally_.message(flow, message);
  current_flow_ = &flow, current_message_ = &message;
  watch_.message(flow, message, now_, moment_.number);
  behaviour_.message(flow, message, now_, moment_.number);
  if (habits_) habits_->message(flow, message, now_, moment_.number);
  engine_.inspect_message(flow, message);
  current_message_ = nullptr;
  summary_.message(flow, message, now_);
}

void Worker::unanswered(flow::Flow& flow, const Message& request) {
  // At a tick, or when another flow's packet closed this one: not the flow at hand.
  const Aside aside(*this, &flow != packet_flow_);
  const flow::Flow* at_hand = std::exchange(current_flow_, &flow);
  current_message_ = &request;
  if (habits_) habits_->unanswered(flow, request, now_, moment_.number);
  engine_.inspect_unanswered(flow, request);
  current_message_ = nullptr;
  current_flow_ = at_hand;
  behaviour_.unanswered(flow, request, now_, moment_.number);
  summary_.unanswered(flow, request, now_);
}

void Worker::fault(flow::Flow& flow, const Detection& what, Direction direction) {
  const flow::Flow* at_hand = std::exchange(current_flow_, &flow);
  engine_.inspect_event(detect::event_of(what), &flow, direction);
  current_flow_ = at_hand;
}

void Worker::anomaly(flow::Flow& flow, const Protocol* protocol, const Detection& what,
                     Direction direction, Bytes) {
  if (!options_.anomaly_events || !may_say(what, &flow)) return;
  const std::size_t begin = block_->text.size();
  writer_.anomaly(block_->text, what, &flow, protocol, "applayer", direction, nullptr, moment_);
  done(begin, spool::Class::operation, spool::Lane::bulk, flow.id());
}

std::uint32_t Worker::verbs_of(const detect::Hit& hit) const {
  if (hit.input != detect::Input::message || !current_message_) return 0;
  const auto operations = current_message_->operations;
  if (hit.operation < operations.size()) return 1u << static_cast<unsigned>(operations[hit.operation].verb);
  std::uint32_t verbs = 0;
  for (const Operation& each : operations) verbs |= 1u << static_cast<unsigned>(each.verb);
  return verbs;
}

void Worker::accept(const detect::Hit& hit) {
  const bool silent = hit.rule->noalert;  // changes xbits or hostbits: the limiter is to hear of it
  if (current_flow_ && !silent && !hit.rule->sequence) alerted_[current_flow_->slot()] = 1;
  const bool asks = limiter_ && key_.phase == 1;
  if (asks && !limiter_->admit(hit)) return;
  const std::size_t begin = block_->text.size();
  if (!silent) writer_.alert(block_->text, hit, current_flow_, current_message_, moment_);
  if (asks && !silent) writer_.steps(block_->text, limiter_->earlier());
  done(begin, spool::Class::alert, spool::Lane::alert, hit.flow_id);
  block_->candidates.back().hit = static_cast<std::uint32_t>(block_->hits.size());
  block_->candidates.back().verbs = verbs_of(hit);
  if (asks) block_->candidates.back().limit = Candidate::Limit::admitted;
  if (!silent) carry_packets_before();
  block_->hits.push_back(hit);
}

// The alert that was just found gets the packets of its flow from before the one at hand. Of a tick: none, it has no
// packet they could be before.
void Worker::carry_packets_before() {
  if (!recent_ || !current_flow_ || moment_.frame.empty()) return;
  if (before_.flow != current_flow_) {
    const std::size_t begin = block_->text.size();
    writer_.packets_before(block_->text, *current_flow_, *recent_);
    before_ = {current_flow_, static_cast<std::uint32_t>(begin),
               static_cast<std::uint32_t>(block_->text.size() - begin)};
  }
  block_->candidates.back().before = before_.offset;
  block_->candidates.back().before_size = before_.size;
}

void Worker::accept(const assets::Evidence& evidence) {
  done(block_->text.size(), spool::Class::operation, spool::Lane::bulk, current_flow_ ? current_flow_->id() : 0);
  block_->candidates.back().evidence = static_cast<std::uint32_t>(block_->evidence.size());
  block_->evidence.push_back(evidence);
}

// What a tick brings forth in several workers is told apart by what it says.
void Worker::accept(const baseline::Trace& trace) {
  using What = baseline::Trace::What;
  if (trace.what == What::tick) key_.stage = of_clock;
  if (trace.what == What::end) key_.stage = of_end;
  std::uint64_t tie = hash({trace.source.octets.data(), trace.source.octets.size()}, trace.thing);
  tie = hash({trace.target.octets.data(), trace.target.octets.size()}, combine(tie, trace.mac.number()));
  tie = combine(tie, std::uint64_t{trace.port} << 16 | static_cast<std::uint64_t>(trace.behaviour) << 8 |
                         static_cast<std::uint64_t>(trace.what));
  done(block_->text.size(), spool::Class::operation, spool::Lane::bulk, tie);
  block_->candidates.back().trace = static_cast<std::uint32_t>(block_->traces.size());
  block_->traces.push_back(trace);
}

// The line of an event that the merge thread completes: it knows what was usual, and whether this is an alert.
void Worker::accept(const baseline::Notice& notice) {
  const std::size_t begin = block_->text.size();
  const bool says = notice.what == baseline::Notice::What::deviation;
  if (says && !notice.of_tick) writer_.deviation(block_->text, current_flow_, current_message_, moment_);
  if (says && notice.mode == baseline::Mode::enforce && current_flow_) alerted_[current_flow_->slot()] = 1;
  done(begin, spool::Class::operation, spool::Lane::bulk,
       notice.of_tick  ? notice.tie
       : current_flow_ ? current_flow_->id()
                       : 0);
  block_->candidates.back().notice = static_cast<std::uint32_t>(block_->notices.size());
  if (says && notice.mode == baseline::Mode::enforce) carry_packets_before();
  block_->notices.push_back(notice);
}

// What a person ordered. A file that is being written would hold a part from before: it is begun anew.
void Worker::carry_out(const Batch& batch, Time now) {
  const OrderRound& round = *batch.orders();
  block_->orders = batch.orders();
  for (const baseline::Order& order : round.orders) {
    Obeyed& done = block_->obeyed.emplace_back();
    switch (order.note.kind) {
      case baseline::OrderKind::approve: done.changed = habits_->approve(order.scope); break;
      case baseline::OrderKind::forget: done.changed = habits_->forget(order.scope); break;
      case baseline::OrderKind::import:
        habits_->clear(now);
        for (const baseline::ZoneState& each : order.book.zones) habits_->restore(each);
        for (std::size_t i = 0; i < order.book.habits.size(); ++i)
          if (round.worker_of[i] == batch.worker()) habits_->restore(order.book.habits[i]), ++done.changed;
        for (std::size_t i = 0; i < order.book.volumes.size(); ++i)
          if (round.worker_of[order.book.habits.size() + i] == batch.worker()) habits_->restore(order.book.volumes[i]);
        habits_->restored();
    }
    done.stay = habits_->book().used();
  }
  block_->known = habits_->book().known();
  habits_handed_ = hurried_ = true;
}

// A part of what was learned, when the file is to be written: some thousand habits a second, so that no packet waits for it.
void Worker::hand_on_habits() {
  if (!options_.habits_wanted) return;
  const std::uint64_t wanted = options_.habits_wanted->load(std::memory_order_relaxed);
  if (habits_handed_ && wanted == habits_pass_) return;
  baseline::LineWriter lines(block_->habits);
  if (habits_handed_) {
    habits_pass_ = wanted, habits_at_ = 0, habits_handed_ = false;
    habits_->visit_zones(lines);
  }
  habits_handed_ = habits_->visit_some(habits_at_, habits_a_tick, lines);
  hurried_ &= !habits_handed_;
  block_->habits_pass = habits_pass_;
  block_->habit_lines += lines.lines();
  block_->habits_end = habits_handed_;
}

void Worker::event(flow::Flow& flow, const Message& message, summary::Why) {
  if (!options_.operation_events || writer_.strict()) return;
  const std::size_t begin = block_->text.size();
  writer_.operation(block_->text, flow, message, moment_);
  done(begin, spool::Class::operation, spool::Lane::bulk, flow.id());
}

void Worker::flood(flow::Flow& flow, const Message& message, const Detection& what) {
  fault(flow, what, message.context.direction);
  if (!options_.anomaly_events) return;
  const std::size_t begin = block_->text.size();
  writer_.anomaly(block_->text, what, &flow, message.protocol, "applayer",
                  message.context.direction, &message, moment_);
  done(begin, spool::Class::operation, spool::Lane::bulk, flow.id());
}

void Worker::report(const summary::Report& report, Time now) {
  if (!options_.operation_events || writer_.strict()) return;
  const std::size_t begin = block_->text.size();
  write_report(block_->text, writer_, report, now);
  done(begin, spool::Class::summary, spool::Lane::bulk, report.key);
}

}  // namespace langyan::pipeline
