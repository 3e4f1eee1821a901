// Modbus/TCP: controllers whose coils and registers are read and written by number, in clear and
// without a sign-in. Who writes what, and where, is the whole story.
//
// [MB]   MODBUS Application Protocol Specification V1.1b3
// [MBAP] MODBUS Messaging on TCP/IP Implementation Guide V1.0b
// [PI]   Modicon Modbus Protocol Reference Guide, PI-MBUS-300 Rev. J (function codes 9 to 19)
#include "parsers/modbus/modbus.h"

#include "parsers/modbus/call.h"
#include "parsers/modbus/serial.h"

namespace langyan::modbus {
namespace {

void check_quantity(Call& call, std::uint16_t quantity, std::uint16_t most) {
  if (call.in.ok() && (quantity == 0 || quantity > most)) call.blame(Wrong::quantity);
}

void read_request(Call& call, Place place, std::uint16_t most) {
  const std::uint16_t address = call.in.be16(), quantity = call.in.be16();
  call.out.set<"address">(address);
  call.out.set<"quantity">(quantity);
  check_quantity(call, quantity, most);
  if (call.in.ok()) call.touch(Verb::read, place, address, quantity);
}

Value registers(Call& call, Bytes run) {
  if (run.size() % 2) return call.blame(Wrong::byte_count), Value{};
  call.out.set<"registers">(run);
  return Value::of_run(Value::Kind::words, run);
}

Value coils(Call& call, Bytes run) {
  call.out.set<"coils">(run);
  return Value::of_run(Value::Kind::bits, run);
}

void read_answer(Call& call, bool bits) {
  const Bytes run = call.in.take(call.in.u8());
  if (!call.in.ok()) return;
  call.operate(Verb::read).value = bits ? coils(call, run) : registers(call, run);
}

void write_one(Call& call, Place place, bool request) {
  const std::uint16_t address = call.in.be16();
  const Bytes run = call.in.take(2);
  call.out.set<"address">(address);
  if (!call.in.ok()) return;
  Operation& operation = call.touch(Verb::write, place, address, 1);
  if (place == Place::holding_register) {
    operation.value = Value::of_run(Value::Kind::words, run);
    call.out.set<"registers">(run);
  } else {
    const auto value = static_cast<std::uint16_t>(run[0] << 8 | run[1]);
    call.out.set<"coil_value">(value);
    if (value != 0 && value != coil_on) return call.blame(Wrong::value);
    operation.value = Value::of_boolean(value == coil_on);
  }
  if (!request) operation.value = {};  // the echo adds nothing to what was asked
}

void write_many(Call& call, Place place, std::uint16_t most, bool request) {
  const std::uint16_t address = call.in.be16(), quantity = call.in.be16();
  call.out.set<"address">(address);
  call.out.set<"quantity">(quantity);
  check_quantity(call, quantity, most);
  if (!call.in.ok()) return;
  Operation& operation = call.touch(Verb::write, place, address, quantity);
  if (!request) return;
  const bool bits = place == Place::coil;
  const Bytes run = call.counted(bits ? (quantity + 7u) / 8 : quantity * 2u);
  if (!run.empty()) operation.value = bits ? coils(call, run) : registers(call, run);
}

void mask_write(Call& call) {
  const std::uint16_t address = call.in.be16();
  call.out.set<"address">(address);
  call.out.set<"and_mask">(call.in.be16());
  call.out.set<"or_mask">(call.in.be16());
  if (call.in.ok()) call.touch(Verb::write, Place::holding_register, address, 1);
}

// Reads after it has written ([MB] 6.17): two operations, the write first.
void read_write_request(Call& call) {
  const std::uint16_t from = call.in.be16(), wanted = call.in.be16();
  const std::uint16_t address = call.in.be16(), quantity = call.in.be16();
  call.out.set<"read_address">(from);
  call.out.set<"read_quantity">(wanted);
  call.out.set<"address">(address);
  call.out.set<"quantity">(quantity);
  check_quantity(call, wanted, 125);
  check_quantity(call, quantity, 121);
  if (!call.in.ok()) return;
  Operation& write = call.touch(Verb::write, Place::holding_register, address, quantity);
  const Bytes run = call.counted(quantity * 2u);
  if (!run.empty()) write.value = registers(call, run);
  call.touch(Verb::read, Place::holding_register, from, wanted);
}

void read_write_answer(Call& call) {
  call.operate(Verb::write);
  read_answer(call, false);
}

void diagnostics(Call& call) {
  const std::uint16_t number = call.in.be16();
  call.out.set<"subfunction">(number);
  call.out.set<"data">(call.in.rest());
  if (!call.in.ok()) return;
  const auto* row = std::ranges::find(subfunctions, number, &Subfunction::code);
  call.operate(row == std::end(subfunctions) ? Verb::diagnose : row->verb);
}

void exception_status(Call& call, bool request) {
  if (!request) call.out.set<"exception_status">(call.in.u8());
  if (call.in.ok()) call.operate(call.function.verb);
}

void event_counter(Call& call, bool request, bool log) {
  if (!request) {
    Reader body = log ? call.in.part(call.in.u8()) : call.in.part(4);
    call.out.set<"status">(body.be16());
    call.out.set<"event_count">(body.be16());
    if (log) {
      call.out.set<"message_count">(body.be16());
      call.out.set<"data">(body.rest());
    }
    if (!body.ok()) call.blame(Wrong::truncated);
  }
  if (call.in.ok()) call.operate(call.function.verb);
}

// The device's own words, where it has any, follow type and run indicator ([MB] 6.13).
void server_id(Call& call, bool request) {
  if (!request) {
    const Bytes id = call.in.take(call.in.u8());
    call.out.set<"server_id">(id);
    const auto printable = [](std::uint8_t octet) { return octet >= 0x20 && octet < 0x7f; };
    constexpr std::size_t shortest = 4;
    if (call.in.ok() && id.size() >= 2 + shortest && std::ranges::all_of(id.subspan(2), printable)) {
      call.output.tell(Trait::description, id.subspan(2), call.unit);
    }
  }
  if (call.in.ok()) call.operate(call.function.verb);
}

// File records ([MB] 6.14, 6.15): groups of reference type 6, file, record, length.
void file_records(Call& call, bool request) {
  const bool write = call.function.verb == Verb::write;
  Reader groups = call.in.part(call.in.u8());
  while (groups.ok() && groups.left() > 0) {
    Record& item = call.output.items.start(record_schema);
    Fill<record_fields> pen{item, groups};
    if (write || request) {
      const std::uint8_t type = groups.u8();
      const std::uint16_t file = groups.be16(), record = groups.be16(), length = groups.be16();
      pen.set<"file_number">(file);
      pen.set<"record_number">(record);
      pen.set<"record_length">(length);
      if (groups.ok() && type != 6) call.blame(Wrong::value);
      const Bytes data = write ? groups.take(length * 2u) : Bytes{};
      if (write) pen.set<"record_data">(data);
      if (!groups.ok()) break;
      Operation& operation = call.operate(call.function.verb);
      operation.object = {.space = static_cast<std::uint8_t>(Place::file_record), .area = file,
                          .address = record, .count = length};
      if (write && request) operation.value = Value::of_run(Value::Kind::words, data);
    } else {  // a read's answer: length of the group, type, data
      const std::uint8_t length = groups.u8(), type = groups.u8();
      const Bytes data = groups.take(length > 0 ? length - 1u : 0u);
      pen.set<"record_data">(data);
      if (!groups.ok()) break;
      if (type != 6) call.blame(Wrong::value);
      call.operate(call.function.verb).value = Value::of_run(Value::Kind::words, data);
    }
    call.output.items.emit();
  }
  if (call.in.ok() && !groups.ok()) call.blame(Wrong::truncated);
}

void fifo(Call& call, bool request) {
  if (request) {
    const std::uint16_t address = call.in.be16();
    call.out.set<"address">(address);
    if (call.in.ok()) call.touch(Verb::read, Place::fifo_queue, address, 1);
    return;
  }
  const std::uint16_t octets = call.in.be16(), count = call.in.be16();
  const Bytes run = call.in.take(count * 2u);
  call.out.set<"quantity">(count);
  if (!call.in.ok()) return;
  if (octets != run.size() + 2 || count > 31) call.blame(Wrong::byte_count);
  call.operate(Verb::read).value = registers(call, run);
}

constexpr std::pair<std::uint8_t, Trait> told[] = {  // [MB] 6.21, objects of an identity
    {0, Trait::vendor}, {1, Trait::order_number}, {2, Trait::firmware},
    {4, Trait::series}, {5, Trait::model},        {6, Trait::name}};

void device_identification(Call& call, bool request) {
  call.out.set<"read_device_id_code">(call.in.u8());
  if (request) {
    call.out.set<"object_id">(call.in.u8());
    if (call.in.ok()) call.operate(Verb::identify);
    return;
  }
  call.out.set<"conformity_level">(call.in.u8());
  call.out.set<"more_follows">(call.in.u8());
  call.out.set<"next_object_id">(call.in.u8());
  const std::uint8_t count = call.in.u8();
  for (int i = 0; i < count && call.in.ok(); ++i) {
    Fill<object_fields> pen{call.output.items.start(object_schema), call.in};
    const std::uint8_t id = call.in.u8();
    const Bytes text = call.in.take(call.in.u8());
    pen.set<"device_object_id">(id);
    pen.set<"device_object">(text);
    if (!call.in.ok()) break;
    call.output.items.emit();
    for (const auto& [object, trait] : told)
      if (object == id) call.output.tell(trait, text, call.unit);
  }
  if (call.in.ok()) call.operate(Verb::identify);
}

void encapsulated(Call& call, bool request) {
  const std::uint8_t type = call.in.u8();
  call.out.set<"mei_type">(type);
  if (type == mei_device_identification) return device_identification(call, request);
  call.out.set<"data">(call.in.rest());
  if (call.in.ok()) call.operate(Verb::other);
}

void opaque(Call& call) {
  call.out.set<"data">(call.in.rest());
  if (call.in.ok()) call.operate(call.function.verb);
}

void body(Call& call, bool request) {
  switch (call.function.body) {
    case Body::read_coils: return request ? read_request(call, Place::coil, 2000) : read_answer(call, true);
    case Body::read_discrete_inputs:
      return request ? read_request(call, Place::discrete_input, 2000) : read_answer(call, true);
    case Body::read_holding_registers:
      return request ? read_request(call, Place::holding_register, 125) : read_answer(call, false);
    case Body::read_input_registers:
      return request ? read_request(call, Place::input_register, 125) : read_answer(call, false);
    case Body::write_coil: return write_one(call, Place::coil, request);
    case Body::write_register: return write_one(call, Place::holding_register, request);
    case Body::write_coils: return write_many(call, Place::coil, 1968, request);
    case Body::write_registers: return write_many(call, Place::holding_register, 123, request);
    case Body::mask_write: return mask_write(call);
    case Body::read_write: return request ? read_write_request(call) : read_write_answer(call);
    case Body::diagnostics: return diagnostics(call);
    case Body::exception_status: return exception_status(call, request);
    case Body::event_counter: return event_counter(call, request, false);
    case Body::event_log: return event_counter(call, request, true);
    case Body::server_id: return server_id(call, request);
    case Body::file_records: return file_records(call, request);
    case Body::fifo: return fifo(call, request);
    case Body::encapsulated: return encapsulated(call, request);
    case Body::umas: return umas(call, request);
    case Body::opaque: return opaque(call);
  }
}

void exception(Call& call) {
  const std::uint8_t code = call.in.u8();
  call.out.set<"exception">(code);
  if (!call.in.ok()) return;
  Operation& operation = call.operate(call.function.verb);
  operation.outcome = Outcome::refused;
  operation.code = code;
}

// A PDU behind its unit id: function code and body ([MB] 4.1).
Fault decode_pdu(Reader& in, Pen& out, const Context& context, State memory, Output& output,
                 std::uint16_t transaction) {
  const std::uint8_t unit = in.u8(), code = in.u8();
  const auto number = static_cast<std::uint8_t>(code & ~exception_bit);
  out.set<"unit_id">(unit);
  out.set<"function">(number);
  const bool request = context.direction == Direction::to_server;
  output.role = request ? Role::request : Role::answer;
  if (Reader behind = in; in.ok() && in.left() > 0) out.set<"body">(behind.rest());

  Call call{in, out, output, function_row(number), unit, transaction, state<Memory>(memory)};
  if (code & exception_bit) {
    if (!request) {
      exception(call);
    } else {  // only a server refuses; whoever sends this asks for nothing
      call.blame(Wrong::function);
      output.role = Role::event;
      if (in.left() > 0) out.set<"exception">(in.u8());
    }
  } else {
    body(call, request);
    if (!request)
      for (Operation& operation : output.operations())
        if (operation.outcome == Outcome::pending) operation.outcome = Outcome::ok;
  }
  if (!in.ok()) return fault(Wrong::truncated);
  if (in.left() > 0) call.blame(Wrong::trailing);
  return call.found;
}

Fault decode_serial(Bytes message, const Context& context, State memory, Output& output) {
  Reader in{message.first(message.size() - checksum_bytes)};
  Pen out{output.record, in};
  out.set<"framing">(static_cast<std::uint8_t>(Framing::rtu));
  return decode_pdu(in, out, context, memory, output, 0);
}

// Modbus/TCP Security: what is said inside is not ours to read.
Fault decode_tls(Bytes message, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  out.set<"framing">(static_cast<std::uint8_t>(Framing::tls));
  const std::uint8_t type = in.u8();
  out.set<"tls_content_type">(type);
  output.operate(type == tls_handshake ? Verb::session : Verb::other);
  return Fault::none;
}

Fault decode(Bytes message, const Context& context, State memory, Output& output) {
  const Framing framing = framing_of(message, context);
  if (framing == Framing::rtu) return decode_serial(message, context, memory, output);
  if (framing == Framing::tls) return decode_tls(message, output);
  Reader in{message};
  Pen out{output.record, in};
  const std::uint16_t transaction = in.be16();
  out.set<"transaction_id">(transaction);
  in.skip(2);  // the protocol id, which frame() has checked
  const std::uint16_t length = in.be16();
  const Fault found = decode_pdu(in, out, context, memory, output, transaction);
  if (found == Fault::none && length > longest_length && in.ok() && message.size() > 7 &&
      !is_opaque(message[7] & 0x7f)) {
    return fault(Wrong::length);
  }
  return found;
}

}  // namespace

const Protocol protocol = {
    .name = "modbus",
    .label = {"Modbus/TCP", "Modbus/TCP"},
    .doc = "Reads and writes coils and registers of controllers by number.",
    .message = &schema,
    .items = {&record_schema, &object_schema},
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

}  // namespace langyan::modbus
