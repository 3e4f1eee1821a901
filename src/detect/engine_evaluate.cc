// One rule: whether its header, flow, protocol, packet and flowbits hold, and what happens then.
#include <algorithm>

#include "base/hash.h"
#include "detect/engine_state.h"

namespace langyan::detect {
namespace {

bool ends_hold(const Header& header, const IpAddress* source, const IpAddress* destination) {
  if (header.source && !(source && header.source->contains(*source))) return false;
  return !header.destination || (destination && header.destination->contains(*destination));
}

bool ports_hold(const Header& header, std::uint16_t source, std::uint16_t destination) {
  if (header.source_port && !header.source_port->contains(source)) return false;
  return !header.destination_port || header.destination_port->contains(destination);
}

Bytes address_octets(const IpAddress* address) {  // 4 or 16
  if (!address) return {};
  const Bytes all(address->octets);
  return address->is_v4() ? all.last(4) : all;
}

bool is_known(const SlotMemory* memory) {
  return memory && (memory->protocol || memory->failed);
}

}  // namespace

bool Engine::State::header_holds(const Header& header, const Subject& subject) const {
  if (!(header.carriers & bit(subject.carrier))) return false;
  if (header.ip_version && header.ip_version != subject.ip_version) return false;
  if (header.ip_protocol && *header.ip_protocol != subject.ip_protocol) return false;
  const bool has_ports = header.source_port || header.destination_port;
  if (has_ports && !subject.flow && context.headers && context.headers->is_fragment()) return false;
  if ((header.ports_found || ports_hold(header, subject.source_port, subject.destination_port)) &&
      ends_hold(header, subject.source, subject.destination)) {
    return true;
  }
  return header.both_ways && ports_hold(header, subject.destination_port, subject.source_port) &&
         ends_hold(header, subject.destination, subject.source);
}

bool Engine::State::flow_holds(const FlowNeeds& needs, const Subject& subject) const {
  if (!needs.keyword) return true;
  if (!subject.flow) return false;
  if (needs.direction && *needs.direction != subject.way) return false;
  if (needs.fragments != Fragments::any) {
    const bool whole = context.headers && context.headers->reassembled;
    if (whole != (needs.fragments == Fragments::only)) return false;
  }
  if (needs.state == FlowState::any) return true;
  const bool established = subject.flow->state() != flow::State::opening;
  return established == (needs.state == FlowState::established);
}

Verdict Engine::State::protocol_holds(const Program& program, const Subject& subject) const {
  for (const ProtocolNeed& need : program.protocols) {
    if (!subject.memory) return Verdict::no;
    const Protocol* carried = subject.message ? subject.message->protocol : nullptr;
    if (!carried && !is_known(subject.memory)) return Verdict::no_protocol_yet;
    const auto is_one = [&](const Protocol* protocol) {
      return protocol ? protocol == carried || protocol == subject.memory->protocol
                      : subject.memory->failed;
    };
    const bool is = is_one(need.protocol) || std::ranges::any_of(need.others, is_one);
    if (is == need.negated) return Verdict::no;
  }
  return Verdict::yes;
}

bool Engine::State::packet_holds(const Program& program) const {
  if (program.packet.empty()) return true;
  if (!context.headers) return false;
  return std::ranges::all_of(program.packet, [&](const PacketCondition& condition) {
    const auto number = condition.read(*context.headers);
    return number && condition.numbers.contains(*number);
  });
}

bool Engine::State::flow_numbers_hold(const Program& program, const Subject& subject) const {
  if (program.flow_numbers.empty()) return true;
  if (!subject.flow) return false;
  FlowView view{*subject.flow, {}};
  const FlowExtra* extra = find_extra(*subject.memory);
  for (const Direction way : {Direction::to_server, Direction::to_client}) {
    const unsigned side = subject.flow->side(way);
    if (extra && extra->seen[side])
      view.extent[static_cast<std::size_t>(way)] = extra->next[side] - extra->first[side];
  }
  return std::ranges::all_of(program.flow_numbers, [&](const FlowCondition& it) {
    if (it.extent && subject.carrier != Carrier::tcp) return false;
    const bool one = it.numbers.contains(it.read(view));
    if (!it.other || one == it.either) return one;
    return it.numbers.contains(it.other(view));
  });
}

bool Engine::State::addresses_hold(const Program& program, const Subject& subject) const {
  if (!subject.source || !subject.destination) return false;
  const auto holds = [&](AddressCondition::End end, auto fits) {
    switch (end) {
      case AddressCondition::End::source: return fits(*subject.source);
      case AddressCondition::End::destination: return fits(*subject.destination);
      case AddressCondition::End::any: return fits(*subject.source) || fits(*subject.destination);
      case AddressCondition::End::both: break;
    }
    return fits(*subject.source) && fits(*subject.destination);
  };
  return std::ranges::all_of(program.addresses, [&](const AddressCondition& it) {
           return holds(it.end, [&](const IpAddress& ip) { return it.set->contains(ip) != it.negated; });
         }) &&
         std::ranges::all_of(program.countries, [&](const CountryCondition& it) {
           return holds(it.end, [&](const IpAddress& ip) {
             const std::uint16_t country = it.database->country(ip);
             return country && (std::ranges::find(it.countries, country) != it.countries.end()) != it.negated;
           });
         });
}

// As the table has them that came with the rules; who has no address is unknown.
bool Engine::State::roles_hold(const OperationNeeds& needs, const Subject& subject) const {
  const auto accepted = [&](std::uint32_t mask, const IpAddress* ip) {
    return mask == ~0u || (mask >> static_cast<unsigned>(rules->role(ip)) & 1) != 0;
  };
  return accepted(needs.source_roles, subject.source) && accepted(needs.destination_roles, subject.destination);
}

bool Engine::State::integers_hold(const Program& program, const Subject& subject) const {
  if (program.integers.empty()) return true;
  if (!subject.memory) return false;
  const FlowExtra* extra = find_extra(*subject.memory);
  const std::uint32_t head = extra ? extra->integers : nothing;
  return std::ranges::all_of(program.integers, [&](const IntegerStep& step) {
    if (step.changes()) return true;
    const std::uint32_t* value = integers.find(head, step.variable);
    if (step.kind == IntegerStep::Kind::not_set) return value == nullptr;
    if (!value) return false;
    const std::uint32_t* named = step.of_variable ? integers.find(head, step.value) : nullptr;
    const std::uint32_t other = step.of_variable ? (named ? *named : 0) : step.value;
    switch (step.kind) {
      case IntegerStep::Kind::equal: return *value == other;
      case IntegerStep::Kind::differs: return *value != other;
      case IntegerStep::Kind::less: return *value < other;
      case IntegerStep::Kind::at_most: return *value <= other;
      case IntegerStep::Kind::greater: return *value > other;
      case IntegerStep::Kind::at_least: return *value >= other;
      default: return true;
    }
  });
}

// What was never set counts as 0; only subtracting from it changes nothing.
void Engine::State::change_integers(const Program& program, const Subject& subject) {
  if (!subject.memory) return;
  for (const IntegerStep& step : program.integers) {
    if (!step.changes()) continue;
    std::uint32_t& head = extra_of(*subject.memory).integers;
    const std::uint32_t* standing = integers.find(head, step.variable);
    const std::uint32_t* named = step.of_variable ? integers.find(head, step.value) : nullptr;
    const std::uint32_t other = step.of_variable ? (named ? *named : 0) : step.value;
    std::uint32_t value = other;
    if (step.kind == IntegerStep::Kind::add) value = (standing ? *standing : 0) + other;
    if (step.kind == IntegerStep::Kind::subtract) {
      if (!standing) continue;
      value = *standing - other;
    }
    if (!integers.assign(head, step.variable, value)) counters.add(Count::integers_refused);
  }
}

Bytes Engine::State::header_octets(HeaderBuffer buffer, const Subject& subject) const {
  if (buffer == HeaderBuffer::ip_source) return address_octets(subject.source);
  if (buffer == HeaderBuffer::ip_destination) return address_octets(subject.destination);
  if (!context.headers) return {};
  const decode::Headers& headers = *context.headers;
  const auto transport = [&](std::uint8_t protocol) {
    return headers.protocol == protocol ? headers.transport_header : Bytes{};
  };
  switch (buffer) {
    case HeaderBuffer::ipv4: return headers.ip_version == 4 ? headers.network_header : Bytes{};
    case HeaderBuffer::ipv6: return headers.ip_version == 6 ? headers.network_header : Bytes{};
    case HeaderBuffer::tcp: return transport(decode::ip_protocol::tcp);
    case HeaderBuffer::udp: return transport(decode::ip_protocol::udp);
    case HeaderBuffer::icmpv4: return transport(decode::ip_protocol::icmp);
    default: return transport(decode::ip_protocol::icmpv6);
  }
}

bool Engine::State::header_buffers_hold(const Program& program, const Subject& subject) {
  for (const BufferMatch& buffer : program.buffers) {
    if (buffer.level != Level::header) continue;
    const Bytes octets = header_octets(static_cast<HeaderBuffer>(buffer.field), subject);
    if (octets.empty()) return false;
    const Match found = matcher.match(buffer.conditions, {octets, 0});
    if (found.gave_up) counters.add(Count::match_limit);
    if (!found.holds || !keep_values()) return false;
  }
  return true;
}

bool Engine::State::keep_values() {
  for (const DatasetValue& value : matcher.values()) {
    if (value_count == values.size()) return false;
    values[value_count++] = value;
  }
  return true;
}

bool Engine::State::bits_hold(const Program& program, const Subject& subject) const {
  if (program.bit_tests.empty()) return true;
  if (!subject.memory) return false;
  return std::ranges::all_of(program.bit_tests, [&](const BitTest& test) {
    return std::ranges::any_of(test.bits, [&](std::uint32_t bit) {
      return bits.test(subject.memory->bits, bit) == test.set;
    });
  });
}

void Engine::State::change_bits(const Program& program, const Subject& subject) {
  if (!subject.memory) return;
  std::uint32_t& head = subject.memory->bits;
  for (const BitChange& change : program.bit_changes) {
    const bool unset = change.kind == BitChange::Kind::unset ||
                       (change.kind == BitChange::Kind::toggle && bits.test(head, change.bit));
    if (unset) {
      bits.unset(head, change.bit);
    } else if (!bits.set(head, change.bit)) {
      counters.add(Count::bits_refused);
    }
  }
}

Verdict Engine::State::frame_holds(const Rule& rule, const Subject& subject) {
  value_count = 0;
  const Program& program = *rule.program;
  if (!packet_holds(program) || !flow_holds(program.flow, subject)) return Verdict::no;
  if (!header_holds(program.header, subject) || !bits_hold(program, subject)) return Verdict::no;
  if (program.operation.on_roles() && !roles_hold(program.operation, subject)) return Verdict::no;
  if (!(program.addresses.empty() && program.countries.empty()) && !addresses_hold(program, subject))
    return Verdict::no;
  if (!flow_numbers_hold(program, subject) || !integers_hold(program, subject)) return Verdict::no;
  const Verdict verdict = protocol_holds(program, subject);
  if (verdict == Verdict::no || header_buffers_hold(program, subject)) return verdict;
  return Verdict::no;
}

bool Engine::State::raw_holds(const Program& program, const Run& run) {
  const BufferMatch* raw = program.raw();
  if (!raw) return true;
  match = matcher.match(raw->conditions, run);
  if (match.gave_up) counters.add(Count::match_limit);
  return match.holds && keep_values();
}

bool Engine::State::evaluate_packet(const Subject& subject, std::uint32_t index) {
  const Rule& rule = *tables->rules[index];
  const Verdict verdict = frame_holds(rule, subject);
  if (verdict == Verdict::no) return false;
  match = {};
  if (!raw_holds(*rule.program, {context.headers->payload, 0})) return false;
  if (verdict == Verdict::no_protocol_yet) {
    if (deferred_packets < most_deferred) deferred_packet[deferred_packets++] = index;
    return false;
  }
  hit_operation = hit_item = no_index;
  if (rule.program->kind == Program::Kind::both) fired_in[index] = packet_serial;
  fire(rule, subject);
  return true;
}

void Engine::State::fire(const Rule& rule, const Subject& subject) {
  change_bits(*rule.program, subject);
  if (!rule.program->integers.empty()) change_integers(*rule.program, subject);
  if (rule.action == Action::pass) {
    passed = true;
    return;
  }
  if (rule.noalert && rule.shared_bits.empty() && value_count == 0 && !rule.sequence)
    return;  // else the limiter changes them
  counters.add(Count::hits);
  Hit hit;
  hit.rule = &rule;
  hit.rules = rules;
  hit.time = context.time;
  hit.packet_number = context.number;
  hit.sub_index = sub_index++;
  hit.input = subject.input;
  if (subject.source) hit.source = *subject.source, hit.destination = *subject.destination;
  if (context.headers) {
    const bool same_way = subject.input == Input::packet || !subject.source ||
                          context.headers->source == *subject.source;
    hit.source_mac = same_way ? context.headers->source_mac : context.headers->destination_mac;
    hit.destination_mac = same_way ? context.headers->destination_mac : context.headers->source_mac;
  } else if (subject.flow && subject.carrier == Carrier::link) {
    const bool asks = subject.way == Direction::to_server;
    hit.source_mac = asks ? subject.flow->client_mac() : subject.flow->server_mac();
    hit.destination_mac = asks ? subject.flow->server_mac() : subject.flow->client_mac();
  }
  hit.source_port = subject.source_port;
  hit.destination_port = subject.destination_port;
  hit.ip_protocol = subject.ip_protocol;
  hit.direction = subject.way;
  if (subject.flow) hit.flow_id = subject.flow->id();
  hit.protocol = subject.message  ? subject.message->protocol
                 : subject.memory ? subject.memory->protocol
                                  : nullptr;
  hit.offset = static_cast<std::uint32_t>(match.first);
  hit.length = static_cast<std::uint32_t>(match.last - match.first);
  hit.operation = hit_operation;
  hit.values = values;
  hit.value_count = static_cast<std::uint8_t>(value_count);
  hit.item = hit_item;
  if (rule.sequence && subject.message && hit_operation < subject.message->operations.size()) {
    const Operation& operation = subject.message->operations[hit_operation];
    hit.unit = operation.unit;
    hit.object = hash(bytes_of(subject.message->protocol->name), operation.object.key());
  }
  sink.accept(hit);
}

}  // namespace langyan::detect
