#include "detect/engine.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/caps.h"
#include "detect/engine_state.h"
#include "detect/events.h"
#include "detect/literal_choice.h"

namespace langyan::detect {
namespace {

const Cap long_tail_cap{
    "detect.long_tails",
    1'024,
    16,
    1'048'576,
    stream_tail * 2 + sizeof(Tail),
    "Stream directions of which rules with several conditions keep the last 4 KiB."};
const Cap short_tail_cap{
    "detect.short_tails",
    8'192,
    16,
    16'777'216,
    short_tail * 2 + sizeof(Tail),
    "Stream directions of which rules with one content keep the last 256 octets."};
const Cap bit_cap{"detect.flowbit_blocks",
                  16'384,
                  16,
                  16'777'216,
                  36,
                  "Blocks of seven flowbits, over all flows."};

const Cap integer_cap{"detect.flowint_blocks",
                      4'096,
                      16,
                      16'777'216,
                      40,
                      "Blocks of four flowint variables, over all flows."};

const CapShare flow_price{"flow.flows", sizeof(SlotMemory) + sizeof(FlowExtra)};

Carrier carrier_of(const flow::Flow& flow) {
  constexpr Carrier carriers[] = {Carrier::tcp, Carrier::udp, Carrier::icmp, Carrier::other_ip,
                                  Carrier::link};
  return carriers[static_cast<std::size_t>(flow.kind())];
}

Carrier carrier_of(const decode::Headers& headers) {
  if (headers.ip_version == 0) return Carrier::link;
  if (headers.transport_offset == 0) return Carrier::other_ip;
  switch (headers.protocol) {
    case decode::ip_protocol::tcp: return Carrier::tcp;
    case decode::ip_protocol::udp: return Carrier::udp;
    case decode::ip_protocol::icmp:
    case decode::ip_protocol::icmpv6: return Carrier::icmp;
    default: return Carrier::other_ip;
  }
}

}  // namespace

Engine::State::State(std::size_t slot_count, HitSink& hit_sink, std::size_t workers)
    : sink(hit_sink),
      slots(slot_count),
      extras(slot_count),
      bits(bit_cap.share(workers)),
      integers(integer_cap.share(workers)),
      short_tails(short_tail, short_tail_cap.share(workers)),
      long_tails(stream_tail, long_tail_cap.share(workers)) {
  std::uninitialized_fill_n(slots.data(), slots.size(), SlotMemory{});
  notation.reserve(most_notation);
}

Engine::Engine(std::size_t slots, HitSink& sink, std::size_t workers)
    : state_(std::make_unique<State>(slots, sink, workers)) {
  use(compile({}).rules);
}
Engine::~Engine() = default;

const std::shared_ptr<const RuleSet>& Engine::rules() const {
  return state_->rules;
}
const Counters<Count, counter_rows>& Engine::counters() const {
  return state_->counters;
}

bool Engine::use(std::shared_ptr<const RuleSet> rules) {
  State& state = *state_;
  if (!state.candidates.use(rules->tables())) return false;
  state.rules = std::move(rules);
  state.tables = &state.rules->tables();
  state.generation = static_cast<std::uint32_t>(state.rules->generation());
  state.fired_in.assign(state.tables->rules.size(), 0);
  state.deferred_packets = state.deferred_streams = 0;
  return true;
}

void Engine::begin(const PacketContext& context) {
  State& state = *state_;
  state.context = context;
  state.sub_index = 0;
  if (++state.packet_serial == 0) state.packet_serial = 1;
  state.passed = false;
  state.deferred_packets = state.deferred_streams = 0;
  state.packet_subject.memory = nullptr;
}

PacketContext Engine::about(const PacketContext& context) {
  return std::exchange(state_->context, context);
}

void Engine::prefetch(std::uint32_t slot) const {
  const auto& slots = state_->slots;
  if (slot >= slots.size() || state_->tables->rules.empty()) return;
  __builtin_prefetch(&slots[slot]), __builtin_prefetch(&slots[slot].sides[1]);
}

void Engine::prefetch_tail(std::uint32_t slot, unsigned side) const {
  const auto& slots = state_->slots;
  if (slot >= slots.size() || slots[slot].sides[side].tail == nothing) return;
  state_->pool(slots[slot], side).prefetch(slots[slot].sides[side].tail);
}

void Engine::prefetch_octets(std::uint32_t slot, unsigned side) const {
  const auto& slots = state_->slots;
  if (slot >= slots.size() || slots[slot].sides[side].tail == nothing) return;
  state_->pool(slots[slot], side).prefetch_octets(slots[slot].sides[side].tail);
}

void Engine::inspect_packet(const flow::Flow* flow, Direction way) {
  state_->inspect_packet(flow, way);
}

void Engine::inspect_stream(const flow::Flow& flow, Direction way, const flow::Chunk& chunk) {
  if (state_->tables->any_stream) state_->inspect_stream(flow, way, chunk);
}

void Engine::inspect_message(const flow::Flow& flow, const Message& message) {
  const bool answered = message.role == Role::answer && message.request;
  if (!state_->tables->events.empty() && message.role == Role::answer && !answered) {
    Subject subject = state_->subject_of_flow(flow, message.context.direction, Input::message);
    subject.message = &message;
    state_->run_event(unasked_answer, subject);
  }
  state_->inspect_message(flow, message, answered ? Phase::answered : Phase::asked);
}

void Engine::inspect_unanswered(const flow::Flow& flow, const Message& request) {
  state_->inspect_message(flow, request, Phase::unanswered);
}

void Engine::identified(const flow::Flow& flow, const Protocol* protocol) {
  SlotMemory& memory = state_->slots[flow.slot()];
  memory.protocol = protocol;
  memory.failed = protocol == nullptr;
  state_->run_deferred();
}

void Engine::inspect_event(std::uint32_t event, const flow::Flow* flow, Direction way,
                           const IpAddress* source, const IpAddress* destination) {
  State& state = *state_;
  if (state.tables->events.empty()) return;
  if (flow) return state.run_event(event, state.subject_of_flow(*flow, way, Input::stream));
  Subject subject;
  subject.carrier = Carrier::other_ip;
  subject.source = source, subject.destination = destination;
  if (source) subject.ip_version = source->is_v4() ? 4 : 6;
  if (state.context.headers) subject.ip_protocol = state.context.headers->protocol;
  state.run_event(event, subject);
}

void Engine::close(std::size_t slot) {
  state_->forget(state_->slots[slot]);
}

void Engine::State::forget(SlotMemory& memory) {
  bits.release(memory.bits);
  if (memory.has_extra) integers.release(extra_of(memory).integers);
  drop_tail(memory, 0);
  drop_tail(memory, 1);
  memory = SlotMemory{};
}

FlowExtra& Engine::State::extra_of(SlotMemory& memory) {
  FlowExtra& extra = extras[static_cast<std::size_t>(&memory - slots.data())];
  if (!std::exchange(memory.has_extra, true)) extra = FlowExtra{};
  return extra;
}

// Follows the sequence numbers of the packet at hand: from the SYN, or from where the flow was
// joined, up to the farthest octet seen.
void Engine::State::measure_stream(SlotMemory& memory, unsigned side) {
  const decode::Headers& headers = *context.headers;
  FlowExtra& extra = extra_of(memory);
  const bool syn = headers.tcp.flags & decode::tcp_flag::syn;
  const std::uint32_t begin = headers.tcp.sequence + (syn ? 1 : 0);
  const std::uint32_t end =
      begin + static_cast<std::uint32_t>(headers.payload.size()) + headers.missing;
  if (!std::exchange(extra.seen[side], true)) {
    extra.first[side] = begin - 1;
    extra.next[side] = end;
  } else if ((syn || end != begin) && static_cast<std::int32_t>(end - extra.next[side]) > 0) {
    extra.next[side] = end;
  }
}

void Engine::State::find_routes(const flow::Flow& flow, SlotMemory& memory) {
  const bool other_set = memory.generation != generation;
  memory.generation = generation;
  memory.client = static_cast<std::uint8_t>(flow.side(Direction::to_server));
  const Carrier kind = carrier_of(flow);
  const auto carrier = static_cast<std::size_t>(kind);
  memory.zone = kind == Carrier::link ? 0 : tables->zones.of(&flow.client_ip(), &flow.server_ip());
  for (const Direction way : {Direction::to_server, Direction::to_client}) {
    const bool asks = way == Direction::to_server;
    const std::uint16_t source = asks ? flow.client_port() : flow.server_port();
    const std::uint16_t destination = asks ? flow.server_port() : flow.client_port();
    const unsigned side = flow.side(way);
    SideMemory& half = memory.sides[side];
    const auto to = static_cast<std::size_t>(way);
    const std::uint8_t zone = zone_of(memory, way);
    half.packet = tables->packets[carrier][to][zone].route(source, destination);
    half.stream = tables->streams[to][zone].route(source, destination);
    half.start = tables->stream_starts[to][zone].route(source, destination);
    if (other_set &&
        half.tail != nothing) {  // its rules were of another set: look at its octets again
      Tail& tail = pool(memory, side)[half.tail];
      tail.forget_rules();
      tail.rescan = true;
    }
  }
}

Subject Engine::State::subject_of_packet(const flow::Flow* flow, Direction way) {
  const decode::Headers& headers = *context.headers;
  Subject subject;
  subject.input = Input::packet;
  subject.carrier = flow ? carrier_of(*flow) : carrier_of(headers);
  subject.ip_version = headers.ip_version;
  subject.ip_protocol = headers.protocol;
  if (headers.ip_version)
    subject.source = &headers.source, subject.destination = &headers.destination;
  subject.source_port = headers.source_port;
  subject.destination_port = headers.destination_port;
  subject.flow = flow;
  subject.way = way;
  return subject;
}

Subject Engine::State::subject_of_flow(const flow::Flow& flow, Direction way, Input input) {
  const bool asks = way == Direction::to_server;
  Subject subject;
  subject.input = input;
  subject.carrier = carrier_of(flow);
  if (subject.carrier != Carrier::link) {
    subject.source = asks ? &flow.client_ip() : &flow.server_ip();
    subject.destination = asks ? &flow.server_ip() : &flow.client_ip();
    subject.ip_version = subject.source->is_v4() ? 4 : 6;
    subject.ip_protocol = flow.protocol();
    subject.source_port = asks ? flow.client_port() : flow.server_port();
    subject.destination_port = asks ? flow.server_port() : flow.client_port();
  }
  subject.flow = &flow;
  subject.memory = &memory_of(flow);
  subject.way = way;
  return subject;
}

void Engine::State::run_event(std::uint32_t event, const Subject& subject) {
  auto each = std::ranges::lower_bound(tables->events, event, {}, &EventRule::event);
  for (; each != tables->events.end() && each->event == event; ++each) {
    if (passed) return;
    const Rule& rule = *tables->rules[each->rule];
    if (frame_holds(rule, subject) != Verdict::yes) continue;
    match = {};
    const Bytes payload = context.headers ? context.headers->payload : Bytes{};
    if (!raw_holds(*rule.program, {payload, 0})) continue;
    hit_operation = hit_item = no_index;
    fire(rule, subject);
  }
}

// What decode found wrong with the packet at hand.
void Engine::State::run_packet_events(const flow::Flow* flow, Direction way) {
  if (!context.headers) return;
  const decode::Headers& headers = *context.headers;
  if (headers.invalid == decode::Invalid::none && !headers.odd) return;
  Subject subject = subject_of_packet(flow, way);
  if (flow) subject.memory = &memory_of(*flow);
  if (headers.invalid != decode::Invalid::none) run_event(event_of(headers.invalid), subject);
  for (unsigned kind = 0; kind < static_cast<unsigned>(decode::Odd::last); ++kind) {
    const auto odd = static_cast<decode::Odd>(kind);
    if (headers.has(odd)) run_event(event_of(odd), subject);
  }
}

void Engine::State::inspect_packet(const flow::Flow* flow, Direction way) {
  if (!tables->events.empty()) run_packet_events(flow, way);
  if (!tables->any_packet && !tables->any_flow && tables->protocol_rules.empty() &&
      !tables->any_extent)
    return;
  if (!context.headers || context.headers->invalid != decode::Invalid::none) return;
  counters.add(Count::packets);
  // Most packets bring no rule up, so what a rule is evaluated on is put together when one does.
  bool is_made = false;
  SlotMemory* const memory = flow ? &memory_of(*flow) : nullptr;
  const auto subject = [&]() -> Subject& {
    if (!std::exchange(is_made, true)) {
      packet_subject = subject_of_packet(flow, way);
      packet_subject.memory = memory;
    }
    return packet_subject;
  };
  const decode::Headers& headers = *context.headers;
  const Carrier carrier = flow ? carrier_of(*flow) : carrier_of(headers);
  const auto& by_zone = tables->packets[static_cast<std::size_t>(carrier)][static_cast<std::size_t>(way)];
  std::uint8_t zone = 0;
  PortIndex::Route route;
  if (flow) {
    const unsigned side = flow->side(way);
    zone = zone_of(*memory, way);
    route = memory->sides[side].packet;
    if (tables->any_extent && carrier == Carrier::tcp) measure_stream(*memory, side);
    if (tables->any_flow && !std::exchange(memory->flow_done[side], true)) run_flow_rules(subject());
  } else {
    if (carrier != Carrier::link) zone = tables->zones.of(&headers.source, &headers.destination);
    route = by_zone[zone].route(headers.source_port, headers.destination_port);
    if (tables->any_flow) run_flow_rules(subject());
  }
  if (!tables->protocol_rules.empty()) run_protocol_rules(subject());
  if (passed || !(route.everywhere | route.by_destination | route.by_source)) return;
  candidates.start();
  for (const std::uint16_t number : {route.everywhere, route.by_destination, route.by_source}) {
    if (number) candidates.scan(by_zone[zone].group(number), headers.payload, 0, 0, &headers);
  }
  if (candidates.empty()) return;
  counters.add(Count::packet_candidates, candidates.size());
  for (const std::uint32_t rule : candidates.sorted()) {
    if (passed) return;
    evaluate_packet(subject(), rule);
  }
}

void Engine::State::run_flow_rules(Subject& subject) {
  const FlowRules& rules_here = tables->flows[static_cast<std::size_t>(subject.carrier)];
  candidates.start();
  if (subject.source) {
    for (const std::uint32_t rule : rules_here.by_source.find(AddressNumber::of(*subject.source)))
      candidates.add(rule);
    for (const std::uint32_t rule :
         rules_here.by_destination.find(AddressNumber::of(*subject.destination)))
      candidates.add(rule);
  }
  const PortIndex::Route route =
      rules_here.by_port.route(subject.source_port, subject.destination_port);
  for (const std::uint16_t number : {route.everywhere, route.by_destination, route.by_source}) {
    for (const std::uint32_t rule : rules_here.by_port.group(number).always) candidates.add(rule);
  }
  counters.add(Count::packet_candidates, candidates.size());
  for (const std::uint32_t rule : candidates.sorted()) {
    if (passed) return;
    evaluate_packet(subject, rule);
  }
}

void Engine::State::run_protocol_rules(Subject& subject) {
  SlotMemory* memory = subject.memory;
  if (!memory || (!memory->protocol && !memory->failed)) return;
  bool& done = memory->protocol_done[subject.flow->side(subject.way)];
  if (done) return;
  done = true;
  for (const std::uint32_t rule : tables->protocol_rules) {
    if (passed) return;
    evaluate_packet(subject, rule);
  }
}

// The flow's protocol became known with this packet: what waited for it is evaluated now.
void Engine::State::run_deferred() {
  if (passed) return;
  if (packet_subject.memory && !tables->protocol_rules.empty()) {
    run_protocol_rules(packet_subject);
  }
  const std::size_t packets = std::exchange(deferred_packets, 0);
  for (std::size_t i = 0; i < packets && !passed; ++i)
    evaluate_packet(packet_subject, deferred_packet[i]);
  const std::size_t streams = std::exchange(deferred_streams, 0);
  if (streams == 0) return;
  const Subject subject = subject_of_flow(*stream_flow, stream_way, Input::stream);
  const std::uint64_t now = stream_base + stream_run.data.size();
  for (std::size_t i = 0; i < streams && !passed; ++i) {
    evaluate_stream(subject, deferred_stream[i], tail_of(*stream_flow, stream_way), false, now);
  }
}

}  // namespace langyan::detect
