// IEC 60870-5-104: telecontrol of substations, pipelines and water works over TCP. A station reports
// states and measured values; a controlling station commands its objects by address.
// Sources: types.h.
#include "parsers/iec104/iec104.h"

#include "parsers/iec104/types.h"

namespace langyan::iec104 {
namespace {

using Pen = Fill<fields>;

// Connection control ([104] 5.3): one of six bits, in pairs of act and con.
Fault control(std::uint8_t octet, Pen& out, Output& output) {
  struct Row {
    std::uint8_t octet, function;
    bool confirms;
    Verb verb;
  };
  constexpr Row rows[] = {
      {0x07, 1, false, Verb::session},   {0x0b, 1, true, Verb::session},
      {0x13, 2, false, Verb::session},   {0x23, 2, true, Verb::session},
      {0x43, 3, false, Verb::heartbeat}, {0x83, 3, true, Verb::heartbeat},
  };
  for (const Row& row : rows) {
    if (row.octet != octet) continue;
    out.set<"u_function">(row.function);
    out.set<"u_confirmation">(row.confirms);
    output.role = row.confirms ? Role::answer : Role::request;
    Operation& operation = output.operate(row.verb);
    operation.outcome = row.confirms ? Outcome::ok : Outcome::pending;
    return Fault::none;
  }
  return fault(Wrong::control);
}

struct Asdu {
  const Type& type;
  std::uint8_t cause;
  bool negative;
  std::uint16_t common_address;
};

void operate(const Asdu& asdu, std::uint32_t ioa, const Element& element, Output& output) {
  Verb verb = asdu.type.verb;
  if (verb == Verb::control && element.has_select && element.selects) verb = Verb::select;
  Operation& operation = output.operate(verb);
  operation.unit = asdu.common_address;
  operation.function = asdu.type.code;
  operation.object.address = ioa;
  operation.object.count = 1;
  operation.object.space = verb == Verb::file ? 1 : 0;
  if (element.has_value) operation.value = Value::of_real(element.value);
  operation.value.has_quality = element.has_quality;
  operation.value.quality = element.quality;
  if (answers(asdu.cause)) {
    const bool refused = asdu.negative || asdu.cause >= cause_unknown_type;
    operation.outcome = refused ? Outcome::refused : Outcome::ok;
    operation.code = refused ? asdu.cause : 0;
    operation.value = {};  // a confirmation mirrors what was asked
  } else if (output.role == Role::event) {
    operation.outcome = Outcome::ok;
  }
}

// Information objects ([101] 7.2.2): each with its address, or one address and consecutive elements.
Fault objects(const Asdu& asdu, std::uint8_t qualifier, Reader& in, Output& output) {
  const bool sequence = qualifier & 0x80;
  const unsigned count = qualifier & 0x7f;
  const bool does = asdu.cause != cause_activation_termination;  // which only says: done
  std::uint32_t ioa = 0;
  for (unsigned i = 0; i < count; ++i) {
    ioa = sequence && i > 0 ? ioa + 1 : in.le24();
    Fill<object_fields> pen{output.items.start(object_schema), in};
    pen.set<"ioa">(ioa);
    Element element;
    if (!ObjectElements::read(asdu.type, in, pen, element)) return fault(Wrong::truncated);
    output.items.emit();
    if (does) operate(asdu, ioa, element, output);
  }
  return in.left() > 0 ? fault(Wrong::trailing) : Fault::none;
}

Fault asdu(Reader& in, Pen& out, const Context& context, Output& output) {
  const std::uint8_t code = in.u8(), qualifier = in.u8(), cause_octet = in.u8(), originator = in.u8();
  const std::uint16_t common_address = in.le16();
  const auto cause = static_cast<std::uint8_t>(cause_octet & 63);
  out.set<"type_id">(code);
  out.set<"sequence_of_elements">((qualifier & 0x80) != 0);
  out.set<"number_of_objects">(static_cast<std::uint8_t>(qualifier & 0x7f));
  out.set<"cause">(cause);
  out.set<"negative">((cause_octet & 0x40) != 0);
  out.set<"test">((cause_octet & 0x80) != 0);
  out.set<"originator_address">(originator);
  out.set<"common_address">(common_address);
  if (!in.ok()) return fault(Wrong::truncated);
  const Type* type = type_row(code);
  if (!type) return fault(Wrong::type_id);
  const bool commands = is_command(*type);
  output.role = !commands           ? Role::event
                : answers(cause)    ? Role::answer
                : asks(cause, code) ? Role::request
                                    : Role::event;
  const Fault found = objects({*type, cause, (cause_octet & 0x40) != 0, common_address}, qualifier, in, output);
  if (found != Fault::none) return found;
  if (!is_cause(cause)) return fault(Wrong::cause);
  const bool from_station = context.direction == Direction::to_client;
  return output.role == Role::request && from_station ? fault(Wrong::direction) : Fault::none;
}

// A jump of N(S) without a gap in the stream: a frame was injected, replayed or taken away.
bool follows(Numbers& numbers, const Context& context, std::uint16_t number) {
  const auto side = static_cast<std::size_t>(context.direction);
  const bool good = !numbers.known[side] || context.after_gap || numbers.next[side] == number;
  numbers.known[side] = true;
  numbers.next[side] = (number + 1) & 0x7fff;
  return good;
}

// An acknowledgement arrives: were more frames of the other side waiting for it than may be? Judged only
// here, where no earlier acknowledgement of this side can have been lost unseen.
bool within_window(Numbers& numbers, const Context& context, std::uint16_t expected) {
  const auto peer = static_cast<std::size_t>(context.direction) ^ 1;
  const auto waiting = static_cast<std::uint16_t>((numbers.next[peer] - numbers.acknowledged[peer]) & number_bits);
  const bool judged =
      numbers.is_acknowledged[peer] && numbers.known[peer] && !context.after_gap && waiting <= number_bits / 2;
  numbers.acknowledged[peer] = expected;
  numbers.is_acknowledged[peer] = true;
  return !judged || waiting <= default_window;
}

// STARTDT and STOPDT ([104] 5.3). Only the controlling station, which is the client, asks for them.
Fault transfer(Numbers& numbers, const Context& context, std::uint8_t octet) {
  constexpr std::uint8_t start_asked = 0x07, start_confirmed = 0x0b, stop_asked = 0x13, stop_confirmed = 0x23;
  if (octet == start_asked || octet == start_confirmed) numbers.stopped = false;
  if (octet == stop_confirmed) numbers.stopped = true;
  const bool asks_here = octet == start_asked || octet == stop_asked;
  return asks_here && context.direction == Direction::to_client ? fault(Wrong::direction) : Fault::none;
}

Fault decode(Bytes message, const Context& context, State memory, Output& output) {
  Numbers& numbers = state<Numbers>(memory);
  if (context.after_gap) numbers.stopped = false;  // a start may be among what was lost
  Reader in{message};
  Pen out{output.record, in};
  in.skip(header_bytes);
  const std::uint16_t first = in.le16(), second_half = in.le16();
  if (first & 1) {
    const bool is_u = first & 2;
    out.set<"format">(static_cast<std::uint8_t>(is_u ? Format::u : Format::s));
    if (is_u) {
      if (first > 0xff || second_half != 0) return fault(Wrong::control);
      const Fault found = control(static_cast<std::uint8_t>(first), out, output);
      if (found != Fault::none) return found;
      return in.left() > 0 ? fault(Wrong::trailing) : transfer(numbers, context, static_cast<std::uint8_t>(first));
    }
    out.set<"receive_sequence">(static_cast<std::uint16_t>(second_half >> 1));
    if (first != 1) return fault(Wrong::control);
    if (in.left() > 0) return fault(Wrong::trailing);
    if (!in.ok()) return fault(Wrong::truncated);
    return within_window(numbers, context, second_half >> 1) ? Fault::none : fault(Wrong::window);
  }
  const auto number = static_cast<std::uint16_t>(first >> 1);
  out.set<"format">(static_cast<std::uint8_t>(Format::i));
  out.set<"send_sequence">(number);
  out.set<"receive_sequence">(static_cast<std::uint16_t>(second_half >> 1));
  const bool in_sequence = follows(numbers, context, number);
  const bool in_window = within_window(numbers, context, second_half >> 1);
  const Fault found = asdu(in, out, context, output);
  if (found != Fault::none) return found;
  if (!in_sequence) return fault(Wrong::sequence);
  if (numbers.stopped) return fault(Wrong::stopped);
  return in_window ? Fault::none : fault(Wrong::window);
}

}  // namespace

const Protocol protocol = {
    .name = "iec104",
    .label = {"IEC 60870-5-104", "IEC 60870-5-104"},
    .doc = "Telecontrol: stations report states and values, a controlling station commands them.",
    .message = &schema,
    .items = {&object_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "type_id",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::iec104
