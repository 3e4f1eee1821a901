// DNP3: telecontrol of power, water and gas. Outstations report states, counts and measured values
// by class; a master polls, commands their outputs, sets their clock, restarts them and moves files.
// Three layers: link frames with checksums, transport segments, application fragments. Sources: table.h.
#include "parsers/dnp3/dnp3.h"

#include <utility>

#include "parsers/dnp3/fragment.h"
#include "parsers/dnp3/link.h"

namespace langyan::dnp3 {
namespace {

using Pen = Fill<fields>;

enum TransportHeader : std::uint8_t { segment_final = 0x80, segment_first = 0x40, segment_sequence = 0x3f };
enum ApplicationControl : std::uint8_t {
  control_first = 0x80,
  control_final = 0x40,
  control_confirm = 0x20,
  control_unsolicited = 0x10,
  control_sequence = 0x0f,
};
constexpr std::uint16_t alarming_indications =
    0xc028;                                          // restart, trouble, event buffer overflow, configuration corrupt
constexpr std::uint8_t refusing_indications = 0x17;  // of IIN2: function, object, parameter, already executing

struct Link {
  std::uint8_t control;
  std::uint16_t destination, source;
  bool from_master() const { return control & dir_bit; }
  bool is_primary() const { return control & prm_bit; }
  std::uint8_t function() const { return control & 15; }
  std::uint16_t outstation() const { return from_master() ? destination : source; }
  bool carries_data() const { return is_primary() && (function() == link_confirmed || function() == link_unconfirmed); }
};

bool is_reserved(std::uint16_t address) {
  return address >= first_reserved_address && address <= last_reserved_address;
}
bool is_broadcast(std::uint16_t address) { return address >= first_broadcast_address; }

// [1815] 9.2.4: known function codes; the frame count bit is valid in two of them only.
bool sound_function(const Link& link) {
  const bool counted = link.control & fcv_bit;
  if (!link.is_primary())
    return std::ranges::any_of(secondary_names, [&](const Name& n) { return n.value == link.function(); });
  const bool known = std::ranges::any_of(primary_names, [&](const Name& n) { return n.value == link.function(); });
  return known && counted == (link.function() == link_test || link.function() == link_confirmed);
}

void indications(std::uint16_t iin, Pen& out) {
  out.set<"iin">(iin);
  if (iin & 0x0100) out.set<"iin_broadcast">(true);
  if (iin & 0x0200) out.set<"iin_class_1">(true);
  if (iin & 0x0400) out.set<"iin_class_2">(true);
  if (iin & 0x0800) out.set<"iin_class_3">(true);
  if (iin & 0x1000) out.set<"iin_need_time">(true);
  if (iin & 0x2000) out.set<"iin_local_control">(true);
  if (iin & 0x4000) out.set<"iin_device_trouble">(true);
  if (iin & 0x8000) out.set<"iin_device_restart">(true);
  if (iin & 0x01) out.set<"iin_no_function">(true);
  if (iin & 0x02) out.set<"iin_object_unknown">(true);
  if (iin & 0x04) out.set<"iin_parameter_error">(true);
  if (iin & 0x08) out.set<"iin_event_overflow">(true);
  if (iin & 0x10) out.set<"iin_already_executing">(true);
  if (iin & 0x20) out.set<"iin_config_corrupt">(true);
  if (iin & 0xc0) out.set<"iin_reserved">(static_cast<std::uint8_t>(iin >> 6 & 3));
}

// A frame of the link layer alone: a link transaction, or what answers one.
Fault link_only(const Link& link, const Context& context, Pen& out, Memory& memory, Output& output) {
  Side& mine = memory.sides[static_cast<std::size_t>(context.direction)];
  Side& other = memory.sides[static_cast<std::size_t>(opposite(context.direction))];
  const auto operate = [&](std::uint8_t function) -> Operation& {
    const auto code = static_cast<std::uint16_t>(link_code + function);
    Operation& operation = output.operate(function_row(code).verb);
    operation.unit = link.outstation();
    operation.function = code;
    return operation;
  };
  if (link.is_primary()) {
    out.set<"function">(static_cast<std::uint16_t>(link_code + link.function()));
    mine.last_primary = static_cast<std::uint8_t>(link.function() + 1);
    if (!sound_function(link)) return fault(Wrong::link_function);
    output.role = is_broadcast(link.destination) ? Role::event : Role::request;
    Operation& operation = operate(link.function());
    if (output.role == Role::event) operation.outcome = Outcome::one_way;
    return Fault::none;
  }
  const std::uint8_t asked = std::exchange(other.last_primary, std::uint8_t{0});
  if (!sound_function(link)) return fault(Wrong::link_function);
  if (asked == 0 || asked - 1 == link_confirmed || asked - 1 == link_unconfirmed) return Fault::none;
  output.role = Role::answer;
  Operation& operation = operate(static_cast<std::uint8_t>(asked - 1));
  const bool refuses = link.function() == link_nack || link.function() == link_not_functioning ||
                       link.function() == link_not_supported;
  operation.outcome = refuses ? Outcome::refused : Outcome::ok;
  operation.code = refuses ? link.function() : 0;
  return Fault::none;
}

// An operate must follow the select of the same objects, with the next number; [1815] 4.4.4.
void check_select(Fragment& fragment, bool had_requests) {
  Memory& memory = fragment.memory;
  if (fragment.code == code_select) {
    memory.selected = fragment.digest, memory.select_sequence = fragment.sequence, memory.select_known = true;
  } else if (fragment.code == code_operate) {
    const bool follows = memory.select_known && memory.selected == fragment.digest &&
                         fragment.sequence == ((memory.select_sequence + 1) & control_sequence);
    // Where the capture starts with the operate its select may have come before.
    if (!follows && (had_requests || memory.select_known)) fragment.blame(Wrong::select);
  }
}

bool weighs_in_broadcast(Verb verb) { return is_weighty(verb) || verb == Verb::control; }

void conclude_request(Fragment& fragment) {
  Output& output = fragment.output;
  const Function& function = *fragment.function;
  Memory& memory = fragment.memory;
  const bool had_requests = memory.asked_numbers != 0;
  if (fragment.code != code_confirm) {
    const auto bit = [](std::uint8_t number) { return static_cast<std::uint16_t>(1u << number); };
    if (memory.responded && had_requests) memory.asked_numbers = bit(memory.last_number);
    memory.asked_numbers |= bit(fragment.sequence);
    memory.last_number = fragment.sequence, memory.responded = false;
  }
  // A message cut short tells of what stands whole in it, and of nothing else.
  const bool whole = function.carries == Carries::nothing || &function == &unknown_function ||
                     (function.verb == Verb::auth && fragment.first_auth != 0) || fragment.found == Fault::none;
  const bool silent = fragment.code == code_confirm || fragment.code == code_read || fragment.code == code_write;
  if (output.operations_total == 0 && whole && !silent) fragment.operate(function.verb);
  const bool reply = fragment.code == code_authenticate_request && fragment.first_auth == 2;  // the answer is another's
  const bool answered = function.answered && !fragment.broadcast && !reply;
  output.role = answered ? Role::request : Role::event;
  if (!answered) for (Operation& operation : output.operations()) operation.outcome = Outcome::one_way;
  if (answered) memory.asked[fragment.sequence] = static_cast<std::uint8_t>(fragment.code + 1);
  check_select(fragment, had_requests);
  if (fragment.broadcast && !output.operations().empty() && weighs_in_broadcast(output.operations().front().verb)) {
    fragment.blame(Wrong::broadcast);
  }
}

// An outstation answers a request that waits, or late the one before when the master lost its patience.
bool answers_none(Memory& memory, std::uint8_t sequence) {
  memory.responded = true;
  return memory.asked_numbers != 0 && !(memory.asked_numbers >> sequence & 1);
}

// Restart, trouble, lost events, a damaged configuration: told once while they stand.
void tell_alarms(Fragment& fragment, std::uint16_t iin) {
  const auto standing = static_cast<std::uint16_t>(iin & alarming_indications);
  const auto fresh = static_cast<std::uint16_t>(standing & ~fragment.memory.alarms);
  fragment.memory.alarms = standing;
  for (unsigned index = 0; index < 16; ++index) {  // index 0 is IIN1.0, index 8 is IIN2.0
    if (!(fresh >> (index ^ 8) & 1)) continue;
    Operation& operation = fragment.operate(Verb::alarm);
    operation.object.space = static_cast<std::uint8_t>(Place::indication);
    operation.object.address = index, operation.object.count = 1;
  }
}

// What the operations of a response say depends on what it answers.
void prepare_response(Fragment& fragment, bool first, bool final) {
  Memory& memory = fragment.memory;
  fragment.tells = Tells::reports;
  if (fragment.code != code_response) return;
  if (!first) {
    if (memory.answering) fragment.tells = Tells::nothing;
    if (final) memory.answering = false;
    return;
  }
  const std::uint8_t asked = std::exchange(memory.asked[fragment.sequence], std::uint8_t{0});
  memory.answering = asked != 0 && !final;
  if (asked == 0) return;
  fragment.asked_code = static_cast<std::uint8_t>(asked - 1);
  const Verb verb = function_row(fragment.asked_code).verb;
  const bool each = verb == Verb::select || verb == Verb::control || verb == Verb::file;
  fragment.tells = each ? Tells::outcomes : Tells::nothing;
}

void conclude_response(Fragment& fragment, std::uint16_t iin, bool first) {
  Output& output = fragment.output;
  if (fragment.code == code_unsolicited || !first) {
    output.role = Role::event;
    // Without objects it tells of the indications alone.
    const bool bare = fragment.headers == 0 && first && output.operations_total == 0;
    if (bare && fragment.found == Fault::none) fragment.operate(Verb::report);
  } else if (fragment.code == code_response) {
    output.role = Role::answer;
    if (answers_none(fragment.memory, fragment.sequence) && !fragment.context.after_gap) fragment.blame(Wrong::unasked);
    const auto why = static_cast<std::uint8_t>(iin & refusing_indications);
    if (why && fragment.headers == 0) {
      Operation& operation = fragment.operate(function_row(fragment.asked_code).verb);
      operation.outcome = Outcome::refused;
      operation.code = why;
    }
  } else {  // of authentication; a challenge is a question of its own, and what it is about is answered later
    const bool challenges = fragment.first_auth == 1;
    output.role = challenges ? Role::event : Role::answer;
    if (!challenges) fragment.memory.asked[fragment.sequence] = 0;
    if (fragment.first_auth == 0) return;
    Operation& operation = fragment.operate(Verb::auth);
    operation.outcome = fragment.auth_error ? Outcome::refused : Outcome::ok;
    operation.code = fragment.auth_error;
  }
}

// Master and outstation keep to their ends of a flow.
void check_direction(Fragment& fragment, const Link& link) {
  Memory& memory = fragment.memory;
  const bool by_master = fragment.is_request();
  const bool to_server = fragment.context.direction == Direction::to_server;
  const auto master = static_cast<std::uint8_t>(by_master == to_server ? 1 : 2);
  if (memory.master == 0) memory.master = master;
  if (memory.master != master || by_master != link.from_master()) fragment.blame(Wrong::direction);
}

Fault application(Bytes body, const Link& link, const Context& context, Pen& out, Memory& memory, Output& output,
                  std::span<std::uint8_t> front) {
  Reader in{body};
  Pen pen{output.record, in};
  const std::uint8_t control = in.u8(), code = in.u8();
  if (!in.ok()) return fault(Wrong::header);
  const bool answers = from_outstation(code);
  const std::uint16_t outstation = answers ? link.source : link.destination;
  Fragment fragment{output, memory, context, outstation, !answers && is_broadcast(outstation), front};
  fragment.code = code, fragment.sequence = control & control_sequence, fragment.function = &function_row(code);
  out.set<"outstation">(fragment.outstation);
  pen.set<"first_fragment">((control & control_first) != 0);
  pen.set<"final_fragment">((control & control_final) != 0);
  pen.set<"confirm_requested">((control & control_confirm) != 0);
  pen.set<"unsolicited">((control & control_unsolicited) != 0);
  pen.set<"sequence">(fragment.sequence);
  pen.set<"function">(std::uint16_t{code});
  pen.set<"fragment">(body);
  const bool first = control & control_first;
  std::uint16_t iin = 0;
  if (answers) {
    const std::uint8_t upper = in.u8();
    iin = static_cast<std::uint16_t>(upper << 8 | in.u8());
    if (!in.ok()) return fault(Wrong::header);
    indications(iin, pen);
    prepare_response(fragment, first, control & control_final);
    if (code == code_unsolicited && first) tell_alarms(fragment, iin);
  }
  if (fragment.function == &unknown_function) fragment.blame(Wrong::function);
  else read_objects(fragment, in.rest());
  Reader whole{body};
  Pen{output.record, whole}.set<"object_headers">(fragment.headers);
  check_direction(fragment, link);
  answers ? conclude_response(fragment, iin, first) : conclude_request(fragment);
  return fragment.found;
}

// Segments up to the one with the final bit make one fragment; [1815] 8.2. Most come in one.
Fault segment(Bytes user, const Link& link, const Context& context, Pen& out, Memory& memory, Output& output,
              std::span<std::uint8_t> front) {
  Side& side = memory.sides[static_cast<std::size_t>(context.direction)];
  const std::uint8_t head = user[0], number = head & segment_sequence;
  const Bytes piece = user.subspan(1);
  const bool same_pair = side.source == link.source && side.destination == link.destination;
  const bool fresh = !std::exchange(side.seen, true);
  const auto drop = [&] {
    if (output.assembly) output.assembly->clear();
    side.active = false;
  };
  out.set<"transport_sequence">(number);
  bool broken = false;
  if (context.after_gap && side.active) drop(), side.skips = true;
  if (head & segment_first) {
    const bool repeated = side.frames == 1 && number == ((side.next - 1) & segment_sequence);
    broken = side.active && same_pair && !repeated;
    if (side.active) drop();
    side.source = link.source, side.destination = link.destination;
    side.active = true, side.skips = false, side.frames = 0;
  } else {
    if (side.active && same_pair && number == ((side.next - 1) & segment_sequence)) {  // sent twice
      output.role = Role::part;
      return Fault::none;
    }
    if (!side.active || !same_pair || number != side.next) {
      const bool excused = fresh || context.after_gap || side.skips;
      drop();
      side.skips = true;
      return excused ? Fault::none : fault(Wrong::segments);
    }
  }
  side.next = (number + 1) & segment_sequence;
  ++side.frames;
  out.set<"frames">(side.frames);
  const Fault so_far = broken ? fault(Wrong::segments) : Fault::none;
  if (head & segment_first && head & segment_final) {
    side.active = false;
    const Fault found = application(piece, link, context, out, memory, output, front);
    return found == Fault::none ? so_far : found;
  }
  if (!output.assembly || !output.assembly->append(piece)) {
    drop();
    side.skips = true;
    return fault(Wrong::pieces);
  }
  output.role = Role::part;
  if (!(head & segment_final)) return so_far;
  const Bytes whole = output.scratch.copy(output.assembly->bytes());
  drop();
  output.role = Role::event;
  return whole.empty() ? fault(Wrong::pieces) : application(whole, link, context, out, memory, output, front);
}

Fault decode(Bytes message, const Context& context, State bytes, Output& output) {
  if (!sound_header(message)) return fault(Wrong::header_checksum);
  Memory& memory = state<Memory>(bytes);
  Reader in{message};
  Pen out{output.record, in};
  in.skip(2);
  const std::uint8_t length = in.u8();
  const Link link{in.u8(), in.le16(), in.le16()};
  in.skip(checksum_bytes);
  out.set<"source">(link.source);
  out.set<"destination">(link.destination);
  out.set<"outstation">(link.outstation());
  out.set<"from_master">(link.from_master());
  out.set<"frames">(std::uint16_t{1});
  if (link.is_primary()) {
    out.set<"primary_function">(link.function());
    if (link.control & fcv_bit) out.set<"frame_count_bit">((link.control & fcb_bit) != 0);
  } else {
    out.set<"secondary_function">(link.function());
    if (link.control & fcv_bit) out.set<"data_flow_control">(true);
  }
  Fault found = Fault::none;
  if (is_reserved(link.source) || is_reserved(link.destination) || is_broadcast(link.source))
    found = fault(Wrong::address);
  const std::size_t size = length - shortest_length;
  if (!link.carries_data()) {
    if (size > 0) found = fault(Wrong::length);
    const Fault more = link_only(link, context, out, memory, output);
    return more == Fault::none ? found : more;
  }
  memory.sides[static_cast<std::size_t>(context.direction)].last_primary =
      static_cast<std::uint8_t>(link.function() + 1);
  if (!sound_function(link)) found = fault(Wrong::link_function);
  if (size == 0) return fault(Wrong::length);
  const std::span<std::uint8_t> front = output.scratch.take(front_bytes), user = output.scratch.take(size);
  if (user.empty()) return fault(Wrong::pieces);
  if (!take_blocks(message, user)) return fault(Wrong::block_checksum);
  const Fault more = segment(user, link, context, out, memory, output, front);
  return more == Fault::none ? found : more;
}

}  // namespace

const Protocol protocol = {
    .name = "dnp3",
    .label = {"DNP3", "DNP3"},
    .doc = "Telecontrol of power, water and gas: outstations report points, a master polls and commands them.",
    .message = &schema,
    .items = {&header_schema, &point_schema, &record_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "function",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::dnp3
