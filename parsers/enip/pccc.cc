// PCCC: the commands of PLC-5, SLC 500 and MicroLogix ([DF1] 7), carried by a CIP object or by the
// client/server protocol of older processors ([AB-ENET]).
#include "parsers/enip/message.h"

namespace langyan::enip {
namespace {

const Reader fine{Bytes{}};
constexpr std::uint8_t answer_bit = 0x40, no_function = 0xff, extended_status = 0xf0;
constexpr std::uint8_t wide = 0xff;            // a field of an address goes on in two octets
constexpr std::size_t model_at = 5, model_octets = 11;  // in a diagnostic status ([DF1] 10, SLC 500)

bool has_function(std::uint8_t command) { return command == 0x06 || command == 0x07 || command == 0x0f; }

// What touching a file amounts to ([DF1] 7; [OBSERVED] type codes of program files).
Verb verb_on_file(Verb verb, std::uint8_t type) {
  const bool is_data = type >= 0x80 && type <= 0x9f;
  const bool is_force = type == 0xa1 || type == 0xa2;
  const bool is_settings = type == 0x49 || type == 0x4a || type >= 0xe0;
  if (is_data || (verb != Verb::read && verb != Verb::write)) return verb;
  if (is_force) return verb == Verb::write ? Verb::force : Verb::read;
  if (is_settings) return verb == Verb::write ? Verb::configure : Verb::read;
  return verb == Verb::write ? Verb::download : Verb::upload;
}

std::size_t element_octets(std::uint8_t type) {
  switch (type) {
    case 0x84: case 0x85: case 0x89: case 0x82: case 0x83: return 2;
    case 0x8a: case 0x91: return 4;
    default: return 0;
  }
}

Value value_of(std::uint8_t type, Bytes octets) {
  Reader in{octets};
  if (octets.size() == 2 && element_octets(type) == 2) return Value::of_integer(static_cast<std::int16_t>(in.le16()));
  if (octets.size() == 4 && type == 0x8a) return Value::of_real(in.le_f32());
  if (octets.size() == 4 && type == 0x91) return Value::of_integer(static_cast<std::int32_t>(in.le32()));
  return octets.empty() ? Value{} : Value::of_run(Value::Kind::bytes, octets);
}

std::uint16_t field(Reader& in) {
  const std::uint8_t octet = in.u8();
  return octet == wide ? in.le16() : octet;
}

struct Address {
  std::uint16_t file = 0, element = 0, sub = 0;
  std::uint8_t type = 0, octets = 0;
};

Object object_of(const Address& at) {
  const std::size_t size = element_octets(at.type);
  return {.space = static_cast<std::uint8_t>(Place::data_file),
          .width = at.type,
          .area = at.file,
          .address = std::uint64_t{at.element} << 16 | at.sub,
          .count = size ? std::max<std::uint32_t>(1, static_cast<std::uint32_t>(at.octets / size)) : 1};
}

void describe_file(Talk& talk, const Address& at) {
  Pen pen{talk.output.record, fine};
  pen.set<"pccc_file">(at.file);
  if (at.type) pen.set<"pccc_file_type">(at.type);
}

// Size, file, type, element and, of three address fields, a sub-element.
void typed_logical(Talk& talk, Reader& in, const Function& row, bool three, bool masked) {
  Address at;
  at.octets = in.u8();
  at.file = field(in);
  at.type = in.u8();
  at.element = field(in);
  if (three) at.sub = field(in);
  if (!in.ok()) return talk.blame(Wrong::pccc);
  describe_file(talk, at);
  const bool writes = row.verb == Verb::write;
  const Bytes data = in.rest();
  if (!data.empty()) Pen{talk.output.record, fine}.set<"data">(data);
  if (writes && data.size() < at.octets + (masked ? 2u : 0u)) return talk.blame(Wrong::pccc);
  Operation& operation = talk.operate(verb_on_file(row.verb, at.type), row.code);
  operation.object = object_of(at);
  if (writes)
    operation.value = masked ? Value::of_run(Value::Kind::bytes, data) : value_of(at.type, data.first(at.octets));
}

// An address of PLC-5: levels that a mask marks, or in ASCII "$N7:0" ([DF1] 11).
bool system_address(Talk& talk, Reader& in, Object& object) {
  const std::uint8_t mask = in.u8();
  if (mask == 0 && in.peek() == '$') {
    in.skip(1);
    ShortText text;
    for (std::uint8_t octet = in.u8(); in.ok() && octet != 0; octet = in.u8()) text.name({&octet, 1});
    object = {.space = static_cast<std::uint8_t>(Place::data_file), .count = 1, .text = text.in(talk.output.scratch)};
    return in.ok();
  }
  Address at;
  std::uint16_t levels[8] = {};
  for (std::size_t i = 0; i < 8; ++i)
    if (mask >> i & 1) levels[i] = field(in);
  at.file = levels[1], at.element = levels[2], at.sub = levels[3];
  object = object_of(at);
  if (in.ok()) describe_file(talk, at);
  return in.ok();
}

void plc5(Talk& talk, Reader& in, const Function& row, bool has_offset) {
  if (has_offset) in.skip(4);  // offset and size of the whole transaction
  Object object;
  if (!system_address(talk, in, object)) return talk.blame(Wrong::pccc);
  const Bytes data = in.rest();
  if (!data.empty()) Pen{talk.output.record, fine}.set<"data">(data);
  Operation& operation = talk.operate(row.verb, row.code);
  operation.object = object;
  if (row.verb == Verb::write && !data.empty()) operation.value = Value::of_run(Value::Kind::bytes, data);
}

void mode(Talk& talk, Reader& in, const Function& row) {
  const std::uint8_t value = in.u8();
  if (!in.ok()) return talk.blame(Wrong::pccc);
  Pen{talk.output.record, fine}.set<"pccc_mode">(value);
  talk.operate(row.verb, row.code).value = Value::of(value);
}

// Files by number and type, before they are read or written whole: size, tag, offset, type, data.
void typed_file(Talk& talk, Reader& in, const Function& row) {
  const Bytes data = in.rest();
  if (!data.empty()) Pen{talk.output.record, fine}.set<"data">(data);
  talk.operate(row.verb, row.code);
}

void unprotected(Talk& talk, Reader& in, const Function& row) {
  const std::uint16_t address = in.le16();
  if (!in.ok()) return talk.blame(Wrong::pccc);
  const Bytes data = in.rest();
  if (!data.empty()) Pen{talk.output.record, fine}.set<"data">(data);
  Operation& operation = talk.operate(row.verb, row.code);
  Address at;
  at.element = address;
  operation.object = object_of(at);
  if (row.verb == Verb::write && !data.empty()) operation.value = plain_value(data);
}

void command_body(Talk& talk, Reader& in, std::uint8_t command, std::uint8_t function) {
  const std::uint32_t code = pccc_code(command, function);
  const Function* known = find_function(code);
  const Function row = known ? *known : Function{code, {}, Verb::other};
  Pen{talk.output.record, fine}.set<"function">(code);
  switch (code) {
    case pccc_code(0x0f, 0xa1): case pccc_code(0x0f, 0xa9): return typed_logical(talk, in, row, false, false);
    case pccc_code(0x0f, 0xa2): case pccc_code(0x0f, 0xaa): return typed_logical(talk, in, row, true, false);
    case pccc_code(0x0f, 0xab): return typed_logical(talk, in, row, true, true);
    case pccc_code(0x0f, 0x00): case pccc_code(0x0f, 0x01):
    case pccc_code(0x0f, 0x67): case pccc_code(0x0f, 0x68): return plc5(talk, in, row, true);
    case pccc_code(0x0f, 0x02): case pccc_code(0x0f, 0x26): return plc5(talk, in, row, false);
    case pccc_code(0x0f, 0x80): case pccc_code(0x0f, 0x3a): return mode(talk, in, row);
    case pccc_code(0x00, 0xff): case pccc_code(0x01, 0xff): case pccc_code(0x02, 0xff):
    case pccc_code(0x05, 0xff): case pccc_code(0x08, 0xff): return unprotected(talk, in, row);
    default: return typed_file(talk, in, row);
  }
}

void answer_body(Talk& talk, Reader& in, std::uint8_t command, std::uint8_t status) {
  Pen pen{talk.output.record, fine};
  pen.set<"pccc_status">(status);
  std::uint8_t extended = 0;
  if (status == extended_status && in.left() > 0) extended = in.u8(), pen.set<"pccc_extended_status">(extended);
  const Bytes data = in.rest();
  if (!data.empty()) pen.set<"data">(data);
  // The answer repeats the command but not the function.
  const bool remembered = talk.asked && talk.asked->detail >> 8 == command;
  const std::uint8_t function = remembered ? static_cast<std::uint8_t>(talk.asked->detail) : no_function;
  const std::uint32_t code = pccc_code(command, function);
  const Function* row = find_function(code);
  if (remembered || row) pen.set<"function">(code);
  Operation& operation = talk.operate(row ? row->verb : Verb::other, code);
  operation.outcome = status ? Outcome::refused : Outcome::ok;
  operation.code = status == extended_status ? static_cast<std::uint16_t>(status << 8 | extended) : status;
  if (status) return;
  const std::uint8_t type = remembered ? static_cast<std::uint8_t>(talk.asked->marks) : 0;
  if (row && row->verb == Verb::read) operation.value = value_of(type, data);
  if (code == pccc_code(0x06, 0x03) && data.size() >= model_at + model_octets && data[1] == 0xee) {
    Bytes model = data.subspan(model_at, model_octets);
    while (!model.empty() && (model.back() == ' ' || model.back() == 0)) model = model.first(model.size() - 1);
    talk.output.tell(Trait::model, model, talk.unit);
  }
}

// Command, status, transaction, function.
void pccc(Talk& talk, Reader& in) {
  const std::uint8_t head = in.u8(), status = in.u8();
  const std::uint16_t transaction = in.le16();
  if (!in.ok()) return talk.blame(Wrong::pccc);
  const auto command = static_cast<std::uint8_t>(head & 0x0f);
  Pen{talk.output.record, fine}.set<"pccc_transaction">(transaction);
  const bool answers = head & answer_bit;
  if (answers == talk.asks()) return talk.blame(Wrong::pccc);
  if (answers) return answer_body(talk, in, command, status);
  const std::uint8_t function = has_function(command) ? in.u8() : no_function;
  if (!in.ok()) return talk.blame(Wrong::pccc);
  if (talk.note) {
    talk.note->detail = static_cast<std::uint16_t>(command << 8 | function);
    talk.note->unit = talk.unit;
  }
  command_body(talk, in, command, function);
  if (talk.note && talk.output.operations_total) talk.note->marks = talk.output.operations().back().object.width;
}

}  // namespace

void pccc_service(Talk& talk, Service& one) {
  if (one.is_item) {
    one.data = one.in.rest();
    describe(talk, one);
    perform(talk, one);
    return;
  }
  describe(talk, one);
  const std::uint8_t size = one.in.u8();  // of the requestor's id, itself included: vendor, serial number
  if (!one.in.ok() || size == 0) return talk.blame(Wrong::pccc);
  Reader id = one.in.part(size - 1u);
  if (!one.in.ok()) return talk.blame(Wrong::pccc);
  Pen pen{talk.output.record, fine};
  if (id.left() >= 6) {
    pen.set<"originator_vendor">(id.le16());
    pen.set<"originator_serial">(id.le32());
  }
  pccc(talk, one.in);
}

// The client/server protocol: mode (1 asks, 2 answers), kind, length, connection, status; then node
// addresses and PCCC.
Fault csp_message(Bytes message, const Context& context, Memory& memory, Output& output) {
  Reader in{message};
  const std::uint8_t mode = in.u8(), kind = in.u8();
  in.skip(2);
  const std::uint32_t connection = in.be32(), status = in.be32();
  in.skip(csp_header_bytes - 12);
  Talk talk{.output = output, .context = context, .memory = memory};
  output.role = mode == 1 ? Role::request : Role::answer;
  Pen pen{output.record, fine};
  if (!in.ok()) return fault(Wrong::truncated);
  pen.set<"session">(connection);
  pen.set<"encapsulation_status">(status);
  std::uint64_t exchange = std::uint64_t{kind} << 32;
  if (in.left() < 8) {  // a connection is asked for
    pen.set<"exchange">(exchange);
    pen.set<"function">(of_io | 2);
    Operation& operation = talk.operate(Verb::session, of_io | 2);
    if (!talk.asks()) {
      operation.outcome = status ? Outcome::refused : Outcome::ok;
      operation.code = static_cast<std::uint16_t>(status);
    }
    return Fault::none;
  }
  in.skip(4);  // destination, control, source, service access point
  exchange |= le16(message, csp_header_bytes + 6);  // the transaction joins them
  pen.set<"exchange">(exchange);
  const auto key = static_cast<std::uint32_t>(mix(exchange) | 1);
  if (talk.asks()) talk.note = &memory.remember(key);
  else talk.asked = memory.recall(key);
  pccc(talk, in);
  return talk.found;
}

}  // namespace langyan::enip
