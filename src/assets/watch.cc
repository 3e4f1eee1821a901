#include "assets/watch.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/caps.h"
#include "base/hash.h"

namespace langyan::assets {
namespace {

const Cap evidence_cap{"assets.evidence", 65'536, 1'024, 16'777'216, sizeof(std::uint64_t),
                       "Pieces of evidence a sensor remembers having told the inventory."};

// What a Watch keeps of each flow (Slot).
const CapShare flow_price{"flow.flows", 16};

std::uint16_t minute_of(Time now) {  // of an hour of 65,535 minutes; never 0
  return static_cast<std::uint16_t>(now / minute % 65'535 + 1);
}

std::uint64_t key_of(const IpAddress& ip) {
  return hash({ip.octets.data(), ip.octets.size()});
}

// What a verb says of who asks for it and of who does it.
struct Sides {
  unsigned client, server;
};
Sides sides_of(Verb verb) {
  switch (verb) {
    case Verb::read:
    case Verb::subscribe: return {bit(Act::polls), bit(Act::answers)};
    case Verb::write:
    case Verb::control:
    case Verb::select:
    case Verb::force:
      return {bit(Act::commands), bit(Act::answers) | bit(Act::obeys)};
    case Verb::start:
    case Verb::stop:
    case Verb::reset:
    case Verb::mode:
    case Verb::download:
    case Verb::upload:
    case Verb::firmware:
    case Verb::configure:
      return {bit(Act::programs), bit(Act::answers) | bit(Act::programmed)};
    case Verb::identify:
    case Verb::browse:
    case Verb::diagnose: return {0, bit(Act::answers)};
    default: return {0, 0};
  }
}

bool is_host(const IpAddress& ip) {
  constexpr std::uint32_t broadcast = 0xffffffff;
  if (ip == IpAddress{} || ip.is_multicast()) return false;
  return !ip.is_v4() || (ip.v4_number() != 0 && ip.v4_number() != broadcast);
}

}  // namespace

Watch::Watch(std::size_t flows, std::size_t workers, EvidenceSink& sink)
    : sink_(sink), slots_(flows), known_(evidence_cap.share(workers)) {}

void Watch::opened(const flow::Flow& flow) {
  slots_[flow.slot()] = {};
}

Evidence Watch::start(const flow::Flow& flow, unsigned side, const Protocol* protocol) const {
  Evidence evidence;
  evidence.protocol = protocol;
  if (flow.kind() == flow::Kind::layer2) {
    evidence.has_mac = true;
    evidence.mac = side == flow.side(Direction::to_server) ? flow.client_mac() : flow.server_mac();
    if (evidence.mac.is_group()) evidence.has_mac = false;
  } else {
    evidence.ip = flow.key().address[side];
    evidence.has_ip = is_host(evidence.ip);
  }
  return evidence;
}

void Watch::hand_on(const flow::Flow& flow, Evidence& evidence, std::uint64_t key) {
  if (!evidence.has_ip && !evidence.has_mac) return;
  key = combine(key, key_of(flow.key().address[0]));
  hand_on(evidence, combine(key, key_of(flow.key().address[1])));
}

void Watch::hand_on(Evidence& evidence, std::uint64_t key) {
  key = combine(key, evidence.has_ip ? key_of(evidence.ip) : evidence.mac.number());
  key = combine(key, static_cast<std::uint64_t>(evidence.kind) << 32 | evidence.unit);
  if (!known_.add(key)) return;
  evidence.time = now_, evidence.packet_number = number_;
  sink_.accept(evidence);
}

// Who sent a packet is there, once it is more than an attempt: the sender of a flood's packet need not
// exist, nor where it goes. Once a minute, flow and side.
void Watch::packet(const flow::Flow& flow, Direction way, const decode::Headers& headers, Time now,
                   std::uint64_t number) {
  newest_ = number;
  slots_[flow.slot()].last = static_cast<std::uint32_t>(number);
  if (flow.state() == flow::State::opening) return;
  std::uint16_t& heard = slots_[flow.slot()].heard[flow.side(way)];
  const std::uint16_t bucket = minute_of(now);
  if (heard == bucket) return;
  heard = bucket;
  now_ = now, number_ = number;
  Evidence evidence = start(flow, flow.side(way), nullptr);
  hand_on(flow, evidence, bucket);
  link(flow, headers);
}

void Watch::link(const flow::Flow& flow, const decode::Headers& headers) {
  if (!headers.has_source_mac || headers.source_mac.is_group() || headers.source_mac == Mac{}) return;
  Evidence evidence;
  evidence.kind = Evidence::Kind::tie;
  evidence.ip = headers.source;
  evidence.mac = headers.source_mac;
  evidence.has_ip = headers.ip_version && is_host(evidence.ip);
  evidence.has_mac = true;
  if (evidence.has_ip) hand_on(flow, evidence, combine(evidence.mac.number(), 0));
}

// Once an hour: an address that goes back and forth between two cards is told again. By both MACs of the frame, since
// that pair belongs to one worker.
void Watch::arp(const decode::Headers& headers, Time now, std::uint64_t number) {
  now_ = now, number_ = number;
  Evidence evidence;
  evidence.kind = Evidence::Kind::tie;
  evidence.certain = true;
  evidence.ip = IpAddress::v4(headers.arp.sender_ip);
  evidence.mac = headers.arp.sender_mac;
  evidence.has_ip = is_host(evidence.ip);
  evidence.has_mac = !evidence.mac.is_group() && evidence.mac != Mac{};
  if (!evidence.has_ip || !evidence.has_mac) return;
  const std::uint64_t frame = combine(headers.source_mac.number(), headers.destination_mac.number());
  hand_on(evidence, combine(combine(frame, evidence.mac.number()), static_cast<std::uint64_t>(now / hour)));
}

// A flow's last packet came before the newest one, and less than 2^32 packets before.
std::uint64_t Watch::last_number(const flow::Flow& flow) const {
  constexpr std::uint64_t half = std::uint64_t{1} << 32;
  const std::uint64_t number = (newest_ & ~(half - 1)) | slots_[flow.slot()].last;
  return number > newest_ ? number - half : number;
}

// A message that ends with its flow (an HTTP body up to the close) comes with no packet: its flow's last showed it.
void Watch::message(const flow::Flow& flow, const Message& message, Time now, std::uint64_t number) {
  now_ = now, number_ = number ? number : last_number(flow);
  if (!message.facts.empty()) facts(flow, message);
  // Who answers for names or mail is no controller for it.
  if (!message.operations.empty() && message.protocol->industrial) acts(flow, message);
}

void Watch::facts(const flow::Flow& flow, const Message& message) {
  const unsigned sender = flow.side(message.context.direction);
  for (const Fact& fact : message.facts) {
    Evidence evidence = start(flow, fact.of_receiver ? sender ^ 1u : sender, message.protocol);
    evidence.kind = Evidence::Kind::fact;
    evidence.trait = fact.trait, evidence.unit = fact.unit;
    evidence.size = static_cast<std::uint8_t>(std::min(fact.text.size(), most_fact_octets));
    if (evidence.size) std::memcpy(evidence.text.data(), fact.text.data(), evidence.size);
    hand_on(flow, evidence, hash(fact.text, static_cast<std::uint64_t>(fact.trait)));
  }
}

void Watch::acts(const flow::Flow& flow, const Message& message) {
  unsigned client = 0, server = 0;
  for (const Operation& operation : message.operations) {
    const Sides sides = sides_of(operation.verb);
    client |= sides.client;
    if (message.request || message.role == Role::answer) server |= sides.server;
    if (operation.verb == Verb::report && message.role == Role::event) server |= bit(Act::publishes);
  }
  // Whoever publishes on layer 2 or to a group sends, whichever side the flow calls the server.
  const unsigned sender = flow.side(message.context.direction);
  const unsigned asker = flow.side(Direction::to_server);
  if (server & bit(Act::publishes)) did(flow, message, sender, bit(Act::publishes));
  const unsigned answers = server & ~bit(Act::publishes);
  if (message.role != Role::event && client) did(flow, message, asker, client);
  if (message.role != Role::event && answers) {
    did(flow, message, asker ^ 1u, answers);
    unit(flow, message);
  }
}

void Watch::did(const flow::Flow& flow, const Message& message, unsigned side, unsigned acts) {
  std::uint8_t& told = slots_[flow.slot()].acts[side];
  if (!(acts & ~unsigned{told})) return;
  told = static_cast<std::uint8_t>(told | acts);
  Evidence evidence = start(flow, side, message.protocol);
  evidence.kind = Evidence::Kind::acts;
  evidence.acts = told;
  evidence.peer = flow.key().address[side ^ 1u];
  evidence.has_peer = evidence.has_ip && is_host(evidence.peer);
  hand_on(flow, evidence, told);
}

// A device behind the address answered.
void Watch::unit(const flow::Flow& flow, const Message& message) {
  std::uint32_t& told = slots_[flow.slot()].unit;
  const std::uint32_t unit = message.operations[0].unit;
  if (unit == told) return;
  told = unit;
  Evidence evidence = start(flow, flow.side(Direction::to_server) ^ 1u, message.protocol);
  evidence.unit = unit;
  hand_on(flow, evidence, 0);
}

}  // namespace langyan::assets
