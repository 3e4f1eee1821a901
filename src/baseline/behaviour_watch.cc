#include "baseline/behaviour_watch.h"

#include <algorithm>
#include <bit>

#include "base/caps.h"
#include "base/hash.h"

namespace langyan::baseline {
namespace {

const Cap waiting_cap{"baseline.waiting", 65'536, 1'024, 16'777'216, 16,
                      "Attempts whose answer is waited for; beyond it the oldest are judged early."};
const Cap known_cap{"baseline.traces", 262'144, 1'024, 16'777'216, sizeof(std::uint64_t),
                    "Steps of possible scans a sensor remembers having looked at within the minute."};
const Cap attempts_cap{"baseline.attempts", 4'096, 64, 1'048'576, 0,
                       "Attempts looked at in a second; in a flood the rest is counted."};
const Cap rates_cap{"baseline.rates", 8'192, 64, 1'048'576, 68,
                    "Targets whose packets a flood could be are counted in one second."};

// What a BehaviourWatch keeps of each flow (Slot and where it is).
const CapShare flow_price{"flow.flows", 16 + sizeof(void*)};

constexpr Duration patience =
    3 * second;  // a SYN is sent again after one second, RFC 6298 2; whoever lives answers by then
constexpr std::size_t most_swept = 8;       // operations of a message that are looked at
constexpr std::uint64_t most_short = 6'000;  // octets each way of a session that ended before anything was done in it
constexpr Duration short_session = minute;
constexpr Duration publisher_step = 2 * second;  // how often a publisher is told of

namespace flags = decode::tcp_flag;
constexpr std::uint8_t icmp_unreachable = 3, icmp_echo = 8, icmp6_unreachable = 1, icmp6_echo = 128;
constexpr std::uint16_t goose_ethertype = 0x88b8;

bool is_host(const IpAddress& ip) {
  if (ip == IpAddress{} || ip.is_multicast()) return false;
  return !ip.is_v4() || (ip.v4_number() != 0 && ip.v4_number() != 0xffffffff);
}

// A subnet's own broadcast cannot be told from an address without its mask; the frame can.
bool is_unicast(const decode::Headers& headers) {
  return !headers.has_destination_mac || !headers.destination_mac.is_group();
}

std::uint64_t key_of(const IpAddress& ip) {
  return hash({ip.octets.data(), ip.octets.size()});
}

bool is_industrial(const Protocol* protocol) {
  return protocol && protocol->industrial;
}

IpAddress as_address(const Mac& mac) {  // as flow::Key has it
  IpAddress result;
  std::ranges::copy(mac.octets, result.octets.begin());
  return result;
}

// A function that no table knows stands in its field only.
std::uint64_t function_of(const Message& message, const Operation& one) {
  if (one.function != no_function && one.function != 0) return one.function;
  const View& asked = message.request ? message.request->record : message.record;
  const std::size_t field = asked.schema->find(message.protocol->function_field);
  return field < asked.schema->fields.size() && asked.has(field) ? asked.number(field) : one.function;
}

// Ports of controllers, where few connections are all there are.
bool is_controller_port(std::uint16_t port) {
  constexpr std::uint16_t ports[] = {102,   502,   789,   1089,  1090,  1091,  1911, 1962, 2222,
                                     2404,  2455,  4000,  4840,  4911,  5007,  5094, 9600, 11740,
                                     18245, 20000, 20256, 20547, 34964, 44818, 48898};
  return std::ranges::binary_search(ports, port);
}

}  // namespace

BehaviourWatch::BehaviourWatch(std::size_t flows, std::size_t workers, TraceSink& sink)
    : sink_(sink),
      most_attempts_(static_cast<std::uint32_t>(attempts_cap.share(workers))),
      slots_(flows),
      flows_(flows),
      waiting_(waiting_cap.share(workers)),
      known_(known_cap.share(workers)),
      rates_(std::bit_ceil(rates_cap.share(workers))) {
  static_assert(sizeof(Waiting) == 16 && sizeof(Rate) == 64);
  rates_used_.reserve(rates_.size());
}

Trace BehaviourWatch::start(Trace::What what, Behaviour behaviour) const {
  Trace trace;
  trace.what = what, trace.behaviour = behaviour;
  trace.time = now_, trace.packet_number = number_;
  return trace;
}

void BehaviourWatch::hand_on(const Trace& trace) {
  counters_.add(WatchCount::traces);
  sink_.accept(trace);
}

void BehaviourWatch::attempt(Trace& trace, std::uint64_t key) {
  if (attempts_ >= most_attempts_) return counters_.add(WatchCount::held_back);
  trace.what = Trace::What::attempt;
  key = combine(key, static_cast<std::uint64_t>(trace.behaviour) << 8 | static_cast<std::uint64_t>(trace.result));
  key = combine(key, key_of(trace.source));
  key = combine(key, key_of(trace.target));
  key = combine(key, reinterpret_cast<std::uintptr_t>(trace.protocol));
  key = combine(key, static_cast<std::uint64_t>(now_ / minute));
  if (!known_.add(combine(key, trace.thing))) return;
  ++attempts_;
  hand_on(trace);
}

// --- attempts of TCP, UDP and ICMP ---

void BehaviourWatch::opened(const flow::Flow& flow) {
  Slot& slot = slots_[flow.slot()];
  slot = {};
  slot.serial = ++serial_;
}

void BehaviourWatch::packet(const flow::Flow& flow, Direction way, const decode::Headers& headers, Time now,
                            std::uint64_t number) {
  now_ = now, number_ = number;
  Slot& slot = slots_[flow.slot()];
  floods(flow, way, headers);
  if (slot.state == State::settled) {
    if (slot.counted && flow.state() >= flow::State::closing) count_open(flow, slot, false);
    return;
  }
  if (slot.state == State::fresh) return first(flow, slot, way, headers);
  later(flow, slot, way, headers);
}

void BehaviourWatch::first(const flow::Flow& flow, Slot& slot, Direction way, const decode::Headers& headers) {
  slot.source = static_cast<std::uint8_t>(flow.side(way));
  slot.state = State::settled;
  if (!is_unicast(headers) || !is_host(headers.destination) || !is_host(headers.source)) return;
  switch (flow.kind()) {
    case flow::Kind::tcp: {
      const unsigned bits = headers.tcp.flags & (flags::syn | flags::ack | flags::rst);
      // SYN begins a connection; FIN, nothing at all or everything at once are the scans that avoid it.
      slot.state = bits == flags::syn || bits == 0 ? State::waiting : State::midstream;
      break;
    }
    case flow::Kind::udp: slot.state = way == Direction::to_server ? State::waiting : State::midstream; break;
    case flow::Kind::icmp:
      if (headers.icmp_type == (headers.ip_version == 6 ? icmp6_echo : icmp_echo)) slot.state = State::waiting;
      if (headers.icmp_type == (headers.ip_version == 6 ? icmp6_unreachable : icmp_unreachable)) unreachable(headers);
      break;
    default: return;
  }
  if (slot.state == State::waiting) wait(flow, slot);
}

void BehaviourWatch::wait(const flow::Flow& flow, Slot& slot) {
  if (waiting_size_ == waiting_.size()) settle_next(true);
  waiting_[(waiting_first_ + waiting_size_++) % waiting_.size()] = {now_ + patience, flow.slot(), slot.serial};
  flows_[flow.slot()] = &flow;
}

void BehaviourWatch::later(const flow::Flow& flow, Slot& slot, Direction way, const decode::Headers& headers) {
  const bool back = flow.side(way) != slot.source;
  if (slot.state == State::midstream) {
    if (!back) return;
    // The answer to a lone ACK tells a scanner that a host is there; between others both sides speak.
    const bool refused = flow.kind() == flow::Kind::tcp && (headers.tcp.flags & flags::rst) &&
                         flow.payload_bytes(Direction::to_server) == 0 && flow.payload_bytes(Direction::to_client) == 0;
    if (!refused) slot.source = static_cast<std::uint8_t>(flow.side(Direction::to_server));
    return settle(&flow, slot, refused ? Reply::refused : Reply::answered);
  }
  if (flow.kind() != flow::Kind::tcp) {
    if (back) settle(&flow, slot, Reply::answered);
    return;
  }
  const std::uint8_t bits = headers.tcp.flags;
  if (back) return settle(&flow, slot, bits & flags::rst ? Reply::refused : Reply::answered);
  // A mirror that shows one direction only: who goes on with data was answered.
  const bool goes_on = (bits & flags::ack) && !(bits & (flags::syn | flags::rst)) && !headers.payload.empty();
  if (goes_on) settle(&flow, slot, Reply::answered);
}

void BehaviourWatch::settle(const flow::Flow* flow, Slot& slot, Reply result) {
  const bool midstream = slot.state == State::midstream;
  slot.state = State::settled;
  constexpr Behaviour kinds[] = {Behaviour::tcp_scan, Behaviour::udp_scan, Behaviour::icmp_scan};
  Trace trace = start(Trace::What::attempt, kinds[static_cast<std::size_t>(flow->kind())]);
  trace.result = result;
  trace.source = flow->key().address[slot.source];
  trace.target = flow->key().address[slot.source ^ 1u];
  if (flow->kind() != flow::Kind::icmp) trace.port = flow->key().port[slot.source ^ 1u];
  trace.thing = trace.port, trace.numbered = trace.port != 0;
  // Questions in an industrial protocol are looked at as such (sweeps).
  if (result == Reply::silent && flow->kind() == flow::Kind::udp && flow->kept()) return;
  if (!midstream) trace.time = flow->first_time(), trace.packet_number = flow->first_packet();
  attempt(trace, 0);
  if (result == Reply::answered && flow->kind() == flow::Kind::tcp && !midstream) count_open(*flow, slot, true);
}

void BehaviourWatch::settle_next(bool hurried) {
  const Waiting next = waiting_[waiting_first_];
  waiting_first_ = (waiting_first_ + 1) % waiting_.size();
  --waiting_size_;
  Slot& slot = slots_[next.slot];
  if (slot.serial != next.serial || slot.state != State::waiting) return;
  if (hurried) counters_.add(WatchCount::hurried);
  settle(flows_[next.slot], slot, Reply::silent);
}

// The datagram that could not be delivered is quoted: RFC 792, RFC 4443 3.1.
void BehaviourWatch::unreachable(const decode::Headers& headers) {
  constexpr std::size_t least_v4 = 28, least_v6 = 48;
  const Bytes quoted = headers.payload;
  if (quoted.empty()) return;
  Trace trace = start(Trace::What::attempt, Behaviour::tcp_scan);
  trace.result = Reply::refused;
  std::uint8_t protocol;
  std::size_t at;
  if (headers.ip_version == 4) {
    if (quoted.size() < least_v4 || quoted[0] >> 4 != 4) return;
    at = (quoted[0] & 15u) * 4u;
    protocol = quoted[9];
    trace.source = IpAddress::v4(quoted.subspan(12, 4)), trace.target = IpAddress::v4(quoted.subspan(16, 4));
  } else {
    if (quoted.size() < least_v6 || quoted[0] >> 4 != 6) return;
    at = 40;
    protocol = quoted[6];
    trace.source = IpAddress::v6(quoted.subspan(8, 16)), trace.target = IpAddress::v6(quoted.subspan(24, 16));
  }
  if (quoted.size() < at + 4 || trace.source != headers.destination || !is_host(trace.target)) return;
  const auto source_port = static_cast<std::uint16_t>(quoted[at] << 8 | quoted[at + 1]);
  trace.port = static_cast<std::uint16_t>(quoted[at + 2] << 8 | quoted[at + 3]);
  switch (protocol) {
    case decode::ip_protocol::tcp: break;
    case decode::ip_protocol::udp:
      trace.behaviour = Behaviour::udp_scan;
      // Who answers late meets a closed port, too: that is no attempt of a server's.
      if (trace.port > source_port && source_port < 49'152 && trace.port >= 32'768 && trace.port < 61'000 &&
          source_port < 32'768)
        return;
      break;
    case decode::ip_protocol::icmp:
    case decode::ip_protocol::icmpv6: trace.behaviour = Behaviour::icmp_scan, trace.port = 0; break;
    default: return;
  }
  trace.thing = trace.port, trace.numbered = trace.port != 0;
  attempt(trace, 0);
}

void BehaviourWatch::record(const flow::Flow& flow, Time now) {
  now_ = now;
  const Slot& slot = slots_[flow.slot()];
  if (flow.kind() > flow::Kind::icmp || slot.state != State::settled || flow.state() != flow::State::established)
    return;
  if (flow.one_way() || !is_host(flow.server_ip())) return;
  Slot again = slot;
  again.state = State::midstream;
  again.source = static_cast<std::uint8_t>(flow.side(Direction::to_server));
  settle(&flow, again, Reply::answered);
}

void BehaviourWatch::closed(const flow::Flow& flow, const Protocol* protocol, flow::Reason reason, Time now) {
  now_ = now;
  if (reason == flow::Reason::shutdown) attempts_ = 0;  // all of them at once
  Slot& slot = slots_[flow.slot()];
  if (slot.state == State::waiting) settle(&flow, slot, Reply::silent);
  if (slot.counted) count_open(flow, slot, false);
  slot.serial = 0;
  if (!protocol || flow.kind() != flow::Kind::tcp || flow.one_way()) return;
  // What is said in these is encrypted; that it ended so soon is all there is to see.
  if (protocol->name != "ssh" && protocol->name != "rdp") return;
  const std::uint64_t up = flow.payload_bytes(Direction::to_server), down = flow.payload_bytes(Direction::to_client);
  if (up == 0 || down == 0 || up > most_short || down > most_short ||
      flow.last_time() - flow.first_time() > short_session)
    return;
  if (flow.state() >= flow::State::closing) sign_in(flow, protocol, flow.side(Direction::to_server), Reply::refused);
}

void BehaviourWatch::count_open(const flow::Flow& flow, Slot& slot, bool opened) {
  Trace trace = start(opened ? Trace::What::opened : Trace::What::closed, Behaviour::exhaustion);
  trace.source = flow.key().address[slot.source];
  trace.target = flow.key().address[slot.source ^ 1u];
  trace.port = flow.key().port[slot.source ^ 1u];
  if (opened && !is_controller_port(trace.port)) return;
  slot.counted = opened;
  hand_on(trace);
}

// --- ARP ---

void BehaviourWatch::arp(const decode::Headers& headers, Time now, std::uint64_t number) {
  now_ = now, number_ = number;
  const decode::Arp& arp = headers.arp;
  Trace trace = start(Trace::What::alive, Behaviour::arp_scan);
  trace.source = IpAddress::v4(arp.sender_ip);
  trace.mac = arp.sender_mac;
  constexpr std::uint16_t request = 1;
  if (arp.operation != request) rate(Behaviour::arp_flood, trace.source, arp.sender_mac, {}, 0);
  const std::uint64_t minute_now = static_cast<std::uint64_t>(now / minute);
  // Both MACs of the frame: its pair belongs to one worker.
  const std::uint64_t frame = combine(headers.source_mac.number(), headers.destination_mac.number());
  if (arp.sender_ip != 0 && known_.add(combine(combine(frame, key_of(trace.source)), minute_now))) hand_on(trace);
  // RFC 5227: who asks whether an address is free, or says it is his own, looks for nobody.
  if (arp.operation != request || arp.sender_ip == 0 || arp.target_ip == arp.sender_ip) return;
  trace.target = IpAddress::v4(arp.target_ip);
  if (is_host(trace.target)) attempt(trace, combine(arp.sender_mac.number(), frame));
}

// --- floods ---

void BehaviourWatch::floods(const flow::Flow& flow, Direction way, const decode::Headers& headers) {
  if (headers.has_destination_mac && headers.destination_mac.is_group()) {
    if (headers.destination_mac == Mac{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}})
      rate(Behaviour::broadcast_storm, headers.source, headers.source_mac, {}, 0);
    else if (flow.kind() == flow::Kind::layer2 && headers.ethertype == goose_ethertype)
      rate(Behaviour::goose_flood, {}, headers.source_mac, {}, 0);
    return;
  }
  switch (flow.kind()) {
    case flow::Kind::tcp:
      if ((headers.tcp.flags & (flags::syn | flags::ack)) == flags::syn)
        rate(Behaviour::syn_flood, headers.source, {}, headers.destination, headers.destination_port);
      return;
    case flow::Kind::udp:  // ever new flows; a stream is none
      if (slots_[flow.slot()].state == State::fresh && way == Direction::to_server)
        rate(Behaviour::udp_flood, headers.source, {}, headers.destination, headers.destination_port);
      return;
    case flow::Kind::icmp:
      if (headers.icmp_type == (headers.ip_version == 6 ? icmp6_echo : icmp_echo))
        rate(Behaviour::icmp_flood, headers.source, {}, headers.destination, 0);
      return;
    default: return;
  }
}

void BehaviourWatch::rate(Behaviour behaviour, const IpAddress& source, const Mac& mac, const IpAddress& target,
                          std::uint16_t port) {
  const bool by_source = target == IpAddress{};
  const std::uint64_t key = combine(by_source ? mac.number() : key_of(target),
                                    std::uint64_t{port} << 8 | static_cast<std::uint64_t>(behaviour));
  constexpr std::size_t most_steps = 16;
  for (std::size_t i = 0; i < most_steps; ++i) {
    const std::size_t at = (key + i) & (rates_.size() - 1);
    Rate& place = rates_[at];
    if (place.second == rate_second_) {
      if (place.key != key) continue;
      ++place.count;
      place.several |= place.source != source;
      return;
    }
    place = {key, source, target, mac, port, behaviour, false, 1, rate_second_};
    rates_used_.push_back(static_cast<std::uint32_t>(at));
    return;
  }
  counters_.add(WatchCount::rates_refused);
}

// --- time ---

void BehaviourWatch::tick(Time now) {
  now_ = now, number_ = 0, attempts_ = 0;
  while (waiting_size_ > 0 && waiting_[waiting_first_].until <= now) settle_next(false);
  for (const std::uint32_t at : rates_used_) {
    const Rate& place = rates_[at];
    Trace trace = start(Trace::What::rate, place.behaviour);
    trace.source = place.source, trace.target = place.target, trace.mac = place.mac;
    trace.port = place.port, trace.several = place.several, trace.count = place.count;
    sink_.accept(trace);  // not counted: workers share a target
  }
  rates_used_.clear();
  ++rate_second_;
  sink_.accept(start(Trace::What::tick, Behaviour::last));
}

void BehaviourWatch::end(Time now) {
  tick(now);
  waiting_size_ = 0;
  Trace trace = start(Trace::What::end, Behaviour::last);
  sink_.accept(trace);
}

// --- messages ---

void BehaviourWatch::message(const flow::Flow& flow, const Message& message, Time now, std::uint64_t number) {
  now_ = now, number_ = number;
  if (message.protocol->name == "dhcp") return offers(flow, message);
  if (message.operations.empty()) return;
  if (flow.kind() == flow::Kind::layer2 && (message.protocol->name == "goose" || message.protocol->name == "sv"))
    return publishes(flow, message);
  if (message.operations[0].verb == Verb::identify && message.role != Role::answer) return questions(flow, message);
  if (message.role == Role::request && message.protocol->name == "snmp") keep_secret(flow, message);
  const std::string_view name = message.protocol->name;
  const bool tells = message.role == Role::event && (name == "telnet" || name == "vnc");  // talk that pairs nothing
  if (tells) return sign_ins(flow, message, flow.side(Direction::to_server));
  if (message.role != Role::answer) return;
  const unsigned client = flow.side(message.context.direction) ^ 1u;  // who asked
  sign_ins(flow, message, client);
  if (is_industrial(message.protocol) && flow.kind() != flow::Kind::layer2)
    sweeps(flow, slots_[flow.slot()], message, client);
}

void BehaviourWatch::unanswered(const flow::Flow& flow, const Message& request, Time now, std::uint64_t number) {
  now_ = now, number_ = number;
  if (request.operations.empty() || flow.kind() == flow::Kind::layer2) return;
  const unsigned client = flow.side(request.context.direction);
  // A wrong community is answered by silence, RFC 3584 5.2.1.
  if (const std::uint32_t secret = slots_[flow.slot()].secret)
    sign_in(flow, request.protocol, client, Reply::refused, secret);
  if (is_industrial(request.protocol)) sweeps(flow, slots_[flow.slot()], request, client);
}

// A request that is kept until its answer comes has no community: it is never written.
void BehaviourWatch::keep_secret(const flow::Flow& flow, const Message& message) {
  static const std::size_t community = message.record.schema->find("community");
  if (message.record.has(community))
    slots_[flow.slot()].secret = static_cast<std::uint32_t>(hash(message.record.bytes(community))) | 1;
}

// What a decoder says of a sign-in. Protocols without the verb sign in when a session begins.
void BehaviourWatch::sign_ins(const flow::Flow& flow, const Message& message, unsigned client) {
  const Operation& done = message.operations[0];
  const std::string_view name = message.protocol->name;
  bool signs = std::ranges::any_of(message.operations.first(std::min(message.operations.size(), most_swept)),
                                   [](const Operation& one) { return one.verb == Verb::auth; });
  const bool refused = done.outcome == Outcome::refused;
  if (name == "http") {
    constexpr std::uint16_t unauthorized = 401;
    if (!message.request) return;
    static const std::size_t user = message.request->record.schema->find("user_name");  // it came with an account
    signs = message.request->record.has(user) && (!refused || done.code == unauthorized);
  } else if (name == "ftp") {
    constexpr std::uint16_t not_logged_in = 530;
    signs = refused && done.code == not_logged_in;
  } else if (name == "telnet" || name == "vnc") {
    signs = done.verb == Verb::session;
  } else if (name == "smb") {
    constexpr std::uint32_t setup = 1, smb1_setup = 0x73;
    constexpr std::uint16_t logon_failure = 0x006d;  // low half of STATUS_LOGON_FAILURE
    signs = (done.function & 0xff) == smb1_setup || done.function == setup;
    signs &= !refused || done.code == logon_failure;
  }
  if (!signs) return;
  if (refused) return sign_in(flow, message.protocol, client, Reply::refused);
  if (done.outcome == Outcome::ok) sign_in(flow, message.protocol, client, Reply::answered);
}

void BehaviourWatch::sign_in(const flow::Flow& flow, const Protocol* protocol, unsigned client, Reply result,
                             std::uint64_t secret) {
  if (flow.kind() == flow::Kind::layer2) return;
  Trace trace = start(Trace::What::sign_in, Behaviour::brute_force);
  trace.protocol = protocol, trace.result = result, trace.thing = secret;
  trace.source = flow.key().address[client], trace.target = flow.key().address[client ^ 1u];
  trace.port = flow.key().port[client ^ 1u];
  hand_on(trace);
}

// A message of one industrial protocol whose outcome is known: units, objects and functions that do not exist, and hosts
// that are asked who they are. What succeeds is of interest for units and hosts, since there are few of them, and for objects
// once one was refused.
void BehaviourWatch::sweeps(const flow::Flow& flow, Slot& slot, const Message& message, unsigned client) {
  Trace trace = start(Trace::What::attempt, Behaviour::unit_sweep);
  trace.protocol = message.protocol;
  trace.source = flow.key().address[client], trace.target = flow.key().address[client ^ 1u];
  if (!is_host(trace.target)) return;
  const auto operations = message.operations.first(std::min(message.operations.size(), most_swept));
  for (const Operation& one : operations) {
    // On a one-way flow nothing is known of the outcome, but of who asks into the dark by datagrams.
    const bool dark = one.outcome == Outcome::one_way && one.verb == Verb::identify && flow.kind() == flow::Kind::udp;
    if (one.outcome != Outcome::ok && one.outcome != Outcome::refused && one.outcome != Outcome::no_answer && !dark)
      continue;
    trace.result = one.outcome == Outcome::ok        ? Reply::answered
                   : one.outcome == Outcome::refused ? Reply::refused
                                                     : Reply::silent;
    const auto minute_now = static_cast<std::uint8_t>(now_ / minute % 255 + 1);
    const bool known = trace.result == Reply::answered && slot.unit == one.unit && slot.unit_minute == minute_now;
    if (one.verb == Verb::identify) {
      trace.behaviour = Behaviour::host_sweep;
      trace.thing = 0, trace.numbered = false;
      attempt(trace, 0);
    }
    if (dark) continue;
    if (!known) {
      trace.behaviour = Behaviour::unit_sweep;
      trace.thing = one.unit, trace.numbered = true;
      attempt(trace, 0);
      if (trace.result == Reply::answered) slot.unit = one.unit, slot.unit_minute = minute_now;
    }
    if (trace.result == Reply::refused) slot.refused = true;
    if (trace.result == Reply::silent || !slot.refused) continue;
    if (!one.object.none()) {
      trace.behaviour = Behaviour::object_sweep;
      const bool number = one.object.text.empty() && one.object.area == 0;
      trace.thing =
          number ? one.object.address
                 : combine(one.object.area, one.object.text.empty() ? one.object.address : hash(one.object.text));
      trace.numbered = number;
      attempt(trace, combine(one.object.space, one.unit));
    }
    if (trace.result != Reply::refused) continue;
    if (const std::uint64_t function = function_of(message, one); function != no_function) {
      trace.behaviour = Behaviour::function_sweep;
      trace.thing = function;
      trace.numbered = true;
      attempt(trace, one.unit);
    }
  }
}

// Asked to all: which instance or name is there? Each other question counts. On layer 2 the answer names what was asked
// for; it comes from a MAC of its own, so the merge thread joins them.
void BehaviourWatch::questions(const flow::Flow& flow, const Message& message) {
  if (!is_industrial(message.protocol)) return;
  const unsigned sender = flow.side(message.context.direction);
  const bool layer2 = flow.kind() == flow::Kind::layer2;
  const IpAddress& from = flow.key().address[sender];
  const IpAddress& to = flow.key().address[sender ^ 1u];
  const bool to_all =
      layer2 ? (to.octets[0] & 1) != 0 : !is_host(to) || (to.is_v4() && (to.v4_number() & 0xff) == 0xff);
  const bool answers = layer2 && !to_all && message.operations[0].outcome == Outcome::ok;
  if (!to_all && !answers) return;
  Trace trace = start(Trace::What::attempt, Behaviour::host_sweep);
  trace.protocol = message.protocol;
  trace.layer2 = layer2, trace.to_all = true;
  trace.source = answers ? to : from;
  if (layer2) std::copy_n(trace.source.octets.begin(), trace.mac.octets.size(), trace.mac.octets.begin());
  trace.result = answers ? Reply::answered : Reply::silent;
  const Operation& asked = message.operations[0];
  trace.thing = combine(asked.object.key(), answers ? 0 : asked.value.none() ? 0 : asked.value.key());
  if (message.protocol->name ==
      "bacnet") {  // Who-Is asks for instances from one to another, which are no object (clause 16.10)
    static const std::size_t low = message.record.schema->find("low_limit"),
                             high = message.record.schema->find("high_limit");
    if (message.record.has(low)) trace.thing = combine(trace.thing, message.record.number(low));
    if (message.record.has(high)) trace.thing = combine(trace.thing, message.record.number(high));
  }
  trace.thing |= 1;
  attempt(trace, 0);
}

void BehaviourWatch::publishes(const flow::Flow& flow, const Message& message) {
  const unsigned sender = flow.side(message.context.direction);
  Trace trace = start(Trace::What::publishes, Behaviour::twin_publisher);
  trace.protocol = message.protocol;
  trace.mac = flow.side(Direction::to_server) == sender ? flow.client_mac() : flow.server_mac();
  trace.source = as_address(trace.mac), trace.layer2 = true;
  const Bytes name = message.operations[0].object.text;
  if (name.empty()) return;
  trace.thing = hash(name, hash(bytes_of(message.protocol->name)));
  std::uint64_t key = combine(trace.thing, trace.mac.number());
  key = combine(key, key_of(flow.key().address[sender ^ 1u]));
  if (!known_.add(combine(key, static_cast<std::uint64_t>(now_ / publisher_step)))) return;
  trace.size = static_cast<std::uint8_t>(std::min(name.size(), most_trace_text));
  std::copy_n(name.begin(), trace.size, trace.text.begin());
  hand_on(trace);
}

void BehaviourWatch::offers(const flow::Flow& flow, const Message& message) {
  const Schema& schema = *message.record.schema;
  static const std::size_t type = schema.find("type"), server = schema.find("server_ip"),
                           router = schema.find("router");
  constexpr std::uint64_t offer = 2, ack = 5;
  if (!message.record.has(type)) return;
  const std::uint64_t what = message.record.number(type);
  if (what != offer && what != ack) return;
  Trace trace = start(Trace::What::offers, Behaviour::rogue_dhcp);
  trace.protocol = message.protocol;
  trace.source = flow.key().address[flow.side(message.context.direction)];
  // A relay passes on what a server offers: the server names itself.
  const auto address = [&](std::size_t field) {
    const Bytes octets = message.record.bytes(field);
    return octets.size() == 4 ? IpAddress::v4(octets) : octets.size() == 16 ? IpAddress::v6(octets) : IpAddress{};
  };
  if (message.record.has(server)) trace.source = address(server);
  if (message.record.has(router)) trace.target = address(router);
  if (!is_host(trace.source)) return;
  std::uint64_t key = combine(key_of(flow.key().address[0]), key_of(flow.key().address[1]));
  key = combine(combine(key, key_of(trace.source)), key_of(trace.target));
  if (known_.add(combine(key, static_cast<std::uint64_t>(now_ / minute)))) hand_on(trace);
}

}  // namespace langyan::baseline
