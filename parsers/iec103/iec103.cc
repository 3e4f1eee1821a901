// IEC 60870-5-103: messages, measurands, commands and fault recordings of protection relays on serial
// lines, as gateways carry their FT1.2 frames in TCP or UDP.
// Sources: table.h.
#include "parsers/iec103/iec103.h"

#include "base/json.h"
#include "parsers/iec103/table.h"

namespace langyan::iec103 {
namespace {

using Pen = Fill<fields>;
using wire::Ft12;

void link_fields(const Ft12& frame, Pen& out) {
  out.set<"frame_format">(static_cast<std::uint8_t>(frame.kind));
  if (frame.kind == Ft12::Kind::single) return;
  out.set<"primary">(frame.primary());
  if (frame.primary()) {
    out.set<"frame_count_bit">(frame.bit5());
    out.set<"frame_count_valid">(frame.bit4());
  } else {
    out.set<"access_demand">(frame.bit5());
    out.set<"data_flow_control">(frame.bit4());
  }
  out.set<"link_function">(static_cast<std::uint8_t>(frame.function() + (frame.primary() ? 0 : 16)));
  if (frame.address.size() == 1) out.set<"link_address">(frame.address[0]);
}

// What the control system asks of the link; the reply has nothing to pair it by.
void operate_link(const Ft12& frame, Output& output) {
  if (!frame.primary()) return;
  const std::uint8_t function = frame.function();
  // A reset of the communication unit empties its queues and starts the link; the protection goes on.
  const Verb verb =
      function == wire::link_reset || function == wire::frame_count_reset ? Verb::session : Verb::heartbeat;
  Operation& operation = output.operate(verb);
  operation.outcome = Outcome::one_way;
  operation.unit = frame.address.empty() ? 0 : frame.address[0];
}

struct Asdu {
  std::uint8_t type, qualifier, cause, common_address, function_type, number;
  bool control;
};

Verb verb_of(const Asdu& asdu) {
  const Type* row = type_row(asdu.type);
  if (!row) return Verb::other;
  const bool generic = asdu.type == 10 || asdu.type == 21;
  const bool writes = asdu.cause == cause_generic_write || asdu.cause == cause_generic_write_refused ||
                      asdu.cause == cause_generic_write_confirmed;
  if (generic && writes) return Verb::configure;
  if (asdu.type == 10 && (asdu.cause == cause_generic_read || asdu.cause == cause_generic_read_refused))
    return Verb::read;
  const bool acknowledges = asdu.type == 1 && (asdu.cause == cause_command || asdu.cause == cause_command_refused);
  return acknowledges ? Verb::control : row->verb;
}

Role role_of(const Asdu& asdu) {
  if (asdu.control) {
    const bool expects = asdu.type == 6 || asdu.type == 7 || asdu.type == 10 || asdu.type == 20 || asdu.type == 21;
    // [103] 7.4.2: a time that is sent to all is not confirmed.
    return expects && asdu.common_address != 255 ? Role::request : Role::event;
  }
  if (asdu.type == 6 || asdu.type == 8) return Role::answer;
  if (asdu.type == 1 && (asdu.cause == cause_command || asdu.cause == cause_command_refused)) return Role::answer;
  return (asdu.type == 10 || asdu.type == 11) && asdu.cause >= cause_generic_write ? Role::answer : Role::event;
}

Operation& operate(const Asdu& asdu, Output& output) {
  Operation& operation = output.operate(verb_of(asdu));
  operation.unit = asdu.common_address;
  operation.function = asdu.type;
  operation.object = {.space = static_cast<std::uint8_t>(operation.verb == Verb::file ? 1 : 0),
                      .area = asdu.function_type,
                      .address = asdu.number,
                      .count = 1};
  const bool refused =
      !asdu.control && (asdu.cause == cause_command_refused || asdu.cause == cause_generic_write_refused ||
                        asdu.cause == cause_generic_read_refused);
  operation.outcome = refused ? Outcome::refused : output.role == Role::request ? Outcome::pending : Outcome::ok;
  operation.code = refused ? asdu.cause : 0;
  return operation;
}

// CP32Time2a: a time of day without a date ([103] 7.2.6.28).
void time_of_day(Reader& in, Pen& out) {
  const std::uint16_t milliseconds = in.le16();
  const std::uint8_t minutes = in.u8(), hours = in.u8();
  out.set<"time_invalid">((minutes & 0x80) != 0);
  if (milliseconds > 59'999 || (minutes & 63) > 59 || (hours & 31) > 23) return;
  out.set<"milliseconds_of_day">(
      static_cast<std::uint32_t>((hours & 31) * 3'600'000 + (minutes & 63) * 60'000 + milliseconds));
}

void clock(Reader& in, Pen& out) {  // CP56Time2a; the year counts from 2000
  const std::uint16_t milliseconds = in.le16();
  const std::uint8_t minutes = in.u8(), hours = in.u8(), days = in.u8(), months = in.u8(), years = in.u8();
  out.set<"time_invalid">((minutes & 0x80) != 0);
  const unsigned month = months & 15, day_of_month = days & 31;
  if (milliseconds > 59'999 || (minutes & 63) > 59 || (hours & 31) > 23 || month < 1 || month > 12 || day_of_month < 1)
    return;
  out.set<"time">(days_from_civil(2000 + (years & 127), month, day_of_month) * day + (hours & 31) * hour +
                  (minutes & 63) * minute + milliseconds * millisecond);
}

// MEA ([103] 7.2.6.8): overflow, error, a reserved bit and thirteen bits of a fraction with its sign.
void measurands(const Asdu& asdu, Reader& in, Output& output) {
  constexpr double full_scale = 4'096.0;
  const std::size_t count = asdu.qualifier & 0x7f;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t octets = in.le16();
    Fill<measurand_fields> pen{output.items.start(measurand_schema), in};
    pen.set<"position">(static_cast<std::uint8_t>(i + 1));
    pen.set<"value">((static_cast<std::int16_t>(octets) >> 3) / full_scale);
    pen.set<"overflow">((octets & 1) != 0);
    pen.set<"error">((octets & 2) != 0);
    output.items.emit();
  }
}

void message(const Asdu& asdu, Reader& in, Pen& out, Output& output) {
  const auto point = static_cast<std::uint8_t>(in.u8() & 3);
  out.set<"point">(point);
  if (asdu.type == 2) {
    out.set<"relative_time">(in.le16());
    out.set<"fault_number">(in.le16());
  }
  time_of_day(in, out);
  const std::uint8_t supplementary = in.u8();
  Operation& operation = operate(asdu, output);
  if (output.role == Role::answer) return out.set<"return_identifier">(supplementary);
  out.set<"supplementary">(supplementary);
  operation.value = Value::of(point);
}

// ASDU 5: eight characters, which makers fill with their name or the device's, and four octets of
// their own. Devices number it by what it answers: a reset (2, 3), a start (4) or power on (5).
void identification(const Asdu& asdu, Reader& in, Pen& out, Output& output) {
  out.set<"compatibility_level">(in.u8());
  const Bytes text = in.take(8), software = in.take(4);
  out.set<"identification">(text);
  out.set<"software">(software);
  operate(asdu, output);
  const bool is_printable =
      std::ranges::all_of(text, [](std::uint8_t octet) { return octet == 0 || (octet >= ' ' && octet < 0x7f); });
  if (is_printable) output.tell(Trait::description, text, asdu.common_address);
}

void disturbance(const Asdu& asdu, Reader& in, Pen& out, Output& output) {
  Operation& operation = operate(asdu, output);
  if (asdu.type == 24 || asdu.type == 25 || asdu.type == 31) {
    out.set<"order">(in.u8());
    in.skip(1);
    out.set<"fault_number">(in.le16());
    out.set<"channel">(in.u8());
  } else if (asdu.type == 26 || asdu.type == 27 || asdu.type == 28 || asdu.type == 30) {
    in.skip(2);  // not used, and the kind of values
    out.set<"fault_number">(in.le16());
    if (asdu.type == 27 || asdu.type == 30) out.set<"channel">(in.u8());
  } else if (asdu.type == 29) {
    out.set<"fault_number">(in.le16());
  }
  operation.object.address = asdu.number;
  if (in.left() > 0) out.set<"data">(in.rest());
}

void elements(const Asdu& asdu, Reader& in, Pen& out, Output& output) {
  switch (asdu.type) {
    case 1: case 2: return message(asdu, in, out, output);
    case 3: case 9: measurands(asdu, in, output); operate(asdu, output); return;
    case 4:
      out.set<"short_circuit_location">(in.le_f32());
      out.set<"relative_time">(in.le16());
      out.set<"fault_number">(in.le16());
      time_of_day(in, out);
      operate(asdu, output);
      return;
    case 5: return identification(asdu, in, out, output);
    case 6: clock(in, out); operate(asdu, output); return;
    case 7: case 8: out.set<"scan_number">(in.u8()); operate(asdu, output); return;
    case 10: case 11: case 21:
      out.set<"return_identifier">(in.u8());
      operate(asdu, output);
      out.set<"data">(in.rest());
      return;
    case 20: {
      const auto order = static_cast<std::uint8_t>(in.u8() & 3);
      out.set<"point">(order);
      out.set<"return_identifier">(in.u8());
      operate(asdu, output).value = Value::of(order);
      return;
    }
    default: return disturbance(asdu, in, out, output);
  }
}

Fault user_data(const Ft12& frame, Pen& out, Reader& in, Output& output) {
  const std::uint8_t link = in.u8(), type = in.u8(), qualifier = in.u8(), cause = in.u8(), common = in.u8(),
                     function_type = in.u8(), number = in.u8();
  out.set<"link_address">(link);
  out.set<"type_id">(type);
  out.set<"number_of_elements">(static_cast<std::uint8_t>(qualifier & 0x7f));
  out.set<"cause">(cause);
  out.set<"common_address">(common);
  out.set<"function_type">(function_type);
  out.set<"information_number">(number);
  if (!in.ok()) return fault(Wrong::length);
  const Bytes body = frame.user.subspan(wire::header_103);
  if (!type_row(type)) {
    if (!body.empty()) out.set<"data">(body);
    return fault(Wrong::type_id);
  }
  if (wire::body_of_103(type, qualifier, body) != body.size()) return fault(Wrong::length);
  const Asdu asdu{type, qualifier, cause, common, function_type, number, frame.primary()};
  output.role = role_of(asdu);
  elements(asdu, in, out, output);
  return Fault::none;
}

Fault decode(Bytes bytes, const Context&, State, Output& output) {
  const Ft12 frame = wire::read_ft12(bytes);
  Reader in{frame.user};
  Pen out{output.record, in};
  if (!frame.sound) {
    const bool is_whole = frame.kind == Ft12::Kind::variable && !frame.user.empty() && bytes.back() == wire::ft12_end;
    return is_whole ? fault(Wrong::checksum) : fault(Wrong::truncated);
  }
  link_fields(frame, out);
  if (!wire::ft12_function_known(frame)) return fault(Wrong::function);
  if (frame.kind == Ft12::Kind::variable) return user_data(frame, out, in, output);
  if (frame.kind == Ft12::Kind::fixed) operate_link(frame, output);
  return Fault::none;
}

Identity identify(Bytes bytes, const Context& context) {
  const wire::Spoken spoken = wire::spoken(bytes, context.transport);
  if (spoken == wire::Spoken::iec103) return Identity::yes;
  return spoken == wire::Spoken::unsure || spoken == wire::Spoken::maybe_103 ? Identity::unsure : Identity::no;
}
Frame frame(Bytes bytes, const Context&) { return wire::ft12_frame(bytes); }
std::size_t resync(Bytes bytes, const Context&) { return wire::ft12_resync(bytes); }

End sender(Bytes bytes, const Context&) {  // [103] 6: unbalanced, the control system is the primary station
  const Frame next = wire::ft12_frame(bytes);
  if (next.kind != Frame::Kind::message) return End::unknown;
  const Ft12 frame = wire::read_ft12(bytes.first(next.size));
  if (!frame.sound || frame.kind == Ft12::Kind::single) return End::unknown;
  return frame.primary() ? End::client : End::server;
}

void notation(const Object& object, std::string& out) {
  out += object.space == 1 ? "recording FUN " : "FUN ";
  append_number(out, std::uint64_t{object.area});
  out += " INF ";
  append_number(out, object.address);
}

}  // namespace

const Protocol protocol = {
    .name = "iec103",
    .label = {"IEC 60870-5-103", "IEC 60870-5-103"},
    .doc =
        "Protection relays on serial lines that gateways carry in TCP or UDP: messages, measurands, commands, "
        "recordings.",
    .message = &schema,
    .items = {&measurand_schema},
    .ports = {},  // a gateway's port is the plant's choice
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

}  // namespace langyan::iec103
