// ROC and ROC Plus: flow computers and remote controllers of Emerson (ROC800, DL8000, FloBoss) read,
// written and configured by hosts and ROCLINK.
//
// [PLUS] D301180X012, ROC Plus Protocol Specification Manual
// [ROC]  D301053X012, ROC Protocol User Manual
//
// An answer repeats the opcode of its request; only the flow's direction tells them apart. A CRC is that
// of Modbus RTU, and a message without data has the length of a Modbus read, so elsewhere than on port
// 4000 a message is known by its data.
#include "parsers/roc_plus/roc_plus.h"

#include "base/json.h"
#include "parsers/roc_plus/table.h"
#include "parsers/wire/crc16.h"

namespace langyan::roc_plus {
namespace {

using Pen = Fill<fields>;

constexpr std::size_t most_parameters = 64;  // of one message kept; each takes three octets
constexpr std::size_t operator_bytes = 3, plain_login = 6, long_operator_bytes = 32;
constexpr std::string_view logout = "LOGOUT";

struct Memory {  // an error does not say what it refuses
  std::uint8_t asked;
  bool has_asked;
};

struct Call {
  Reader& in;
  Pen& out;
  Output& output;
  Bytes data;
  std::uint8_t opcode;
  bool request;
  std::uint32_t unit;
  Fault found = Fault::none;

  Operation& operate(Verb verb) {
    Operation& operation = output.operate(verb);
    operation.unit = unit;
    operation.function = opcode;
    operation.outcome = verb == Verb::report ? Outcome::one_way : request ? Outcome::pending : Outcome::ok;
    return operation;
  }
  Operation& operate(Verb verb, std::uint8_t type, std::uint8_t logical, std::uint8_t parameter, std::uint32_t count) {
    Operation& operation = operate(verb);
    operation.object = {.space = 0, .area = type, .address = std::uint64_t{logical} << 8 | parameter, .count = count};
    return operation;
  }
};

using Checksum = wire::Crc16<0x8005, 0xffff, wire::Bits::reflected>;  // [PLUS] 1.2

bool checksum_holds(Bytes message) {
  const std::uint16_t value = wire::crc16<Checksum>(message.first(message.size() - checksum_bytes));
  return message[message.size() - 2] == (value & 0xff) && message[message.size() - 1] == value >> 8;
}

std::size_t size_of(Bytes bytes) { return shortest_message + bytes[5]; }
bool on_port(const Context& context) {
  return context.client_port == ports[0].port || context.server_port == ports[0].port;
}
bool stands(Bytes bytes) {
  return bytes.size() >= shortest_message && bytes.size() >= size_of(bytes) &&
         checksum_holds(bytes.first(size_of(bytes)));
}

Bytes until_zero(Bytes text) {
  std::size_t size = 0;
  while (size < text.size() && text[size] != 0) ++size;
  return text.first(size);
}
Bytes without_spaces(Bytes text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == 0)) text = text.first(text.size() - 1);
  return text;
}

// [PLUS] opcode 166, 167: type, logical number, count, first parameter, then values where they are sent.
void contiguous(Call& call, Verb verb) {
  if (call.data.empty() && !call.request) return void(call.operate(verb));
  Reader in{call.data};
  const std::uint8_t type = in.u8(), logical = in.u8(), count = in.u8(), parameter = in.u8();
  if (!in.ok()) return void(call.found = fault(Wrong::count));
  call.out.set<"point_type">(type);
  call.out.set<"logical_number">(logical);
  call.out.set<"count">(count);
  call.out.set<"parameter">(parameter);
  Operation& operation = call.operate(verb, type, logical, parameter, count);
  if (in.left() > 0) operation.value = Value::of_run(Value::Kind::bytes, in.rest());
}

// [PLUS] opcode 180, 181: a count, then per parameter its type, logical number and number, and where values
// are sent the value, whose size only the device's tables tell: behind the first value no other is read.
void listed(Call& call, Verb verb) {
  if (call.data.empty() && !call.request) return void(call.operate(verb));
  Reader in{call.data};
  const std::uint8_t count = in.u8();
  const std::size_t addresses = std::size_t{count} * 3;
  const bool alone = in.left() == addresses;  // without values
  if (in.left() < addresses || (verb == Verb::read && call.request && !alone)) call.found = fault(Wrong::count);
  for (std::size_t i = 0; i < count && i < most_parameters; ++i) {
    const std::uint8_t type = in.u8(), logical = in.u8(), parameter = in.u8();
    if (!in.ok()) return void(call.found = fault(Wrong::count));
    if (i == 0) {
      call.out.set<"count">(count);
      call.out.set<"point_type">(type);
      call.out.set<"logical_number">(logical);
      call.out.set<"parameter">(parameter);
    }
    Operation& operation = call.operate(verb, type, logical, parameter, 1);
    if (alone) continue;
    if (count == 1 && in.left() > 0) operation.value = Value::of_run(Value::Kind::bytes, in.rest());
    return;
  }
  if (count == 0 || !in.ok()) call.found = fault(Wrong::count);
}

void configurable(Call& call, Verb verb) {
  if (call.data.empty() && !call.request) return void(call.operate(verb));
  Reader in{call.data};
  const std::uint8_t table = in.u8(), location = in.u8(), count = in.u8();
  if (!in.ok()) return void(call.found = fault(Wrong::count));
  call.out.set<"table">(table);
  call.out.set<"location">(location);
  call.out.set<"count">(count);
  Operation& operation = call.operate(verb);
  operation.object = {.space = 1, .area = table, .address = location, .count = count};
  constexpr std::size_t version_bytes = 4;
  if (verb == Verb::read && in.left() >= version_bytes) in.skip(version_bytes);
  if (in.left() > 0) operation.value = Value::of_run(Value::Kind::bytes, in.rest());
}

// [PLUS] opcode 17: three letters and a number, or a name of 32 octets and a password; then a level or LOGOUT.
void login(Call& call) {
  Operation& operation = call.operate(Verb::auth);
  const Bytes data = call.data;
  if (!call.request || data.size() < operator_bytes) return;
  const bool is_long = data.size() >= 2 * long_operator_bytes;
  if (!is_long && data.size() != plain_login - 1 && data.size() != plain_login &&
      data.size() != operator_bytes + 2 + logout.size())
    return;
  const Bytes who = without_spaces(data.first(is_long ? long_operator_bytes : operator_bytes));
  call.out.set<"operator_id">(who);
  call.out.set<"logs_out">(text_of(data).ends_with(logout));
  operation.object.text = who;
  operation.object.space = 3;
}

void file(Call& call) {
  if (call.data.empty()) return void(call.operate(call.request ? Verb::other : Verb::file));
  const std::uint8_t function = call.data[0];
  const Row* row = nullptr;
  for (const Row& each : file_functions)
    if (each.code == function) row = &each;
  call.out.set<"file_function">(function);
  Operation& operation = call.operate(row ? row->verb : Verb::other);
  const auto kind = static_cast<File>(function);
  const std::size_t at = kind == File::open ? 2 : 1;
  const bool named =
      kind == File::open || kind == File::remove || kind == File::directory || kind == File::directory_64;
  if (!call.request || !named || call.data.size() <= at) return;
  const Bytes name = until_zero(call.data.subspan(at));
  if (name.empty()) return;
  call.out.set<"file_name">(name);
  operation.object = {.space = 2, .text = name};
}

// [PLUS] opcode 6: 18 octets of modes, then the kind of controller.
void system(Call& call) {
  call.operate(Verb::identify);
  constexpr std::size_t kind_at = 18;
  if (call.request || call.data.size() <= kind_at) return;
  const std::uint8_t kind = call.data[kind_at];
  call.out.set<"device_kind">(kind);
  for (const Name& name : kinds) {
    if (name.value != kind) continue;
    call.output.tell(Trait::vendor, "Emerson", call.unit);
    call.output.tell(Trait::series, name.word, call.unit);
  }
}

void refuse(Call& call, const Memory& memory) {
  const Row* row = memory.has_asked ? opcode_row(memory.asked) : nullptr;
  if (row) call.opcode = memory.asked;
  call.out.set<"opcode">(call.opcode);
  Operation& operation = call.operate(row ? row->verb : Verb::other);
  operation.outcome = Outcome::refused;
  if (!call.data.empty()) {
    call.out.set<"error_code">(call.data[0]);
    operation.code = call.data[0];
  }
  call.output.role = Role::answer;
  call.found = fault(Wrong::refused);
}

void reduce(Call& call) {
  const Row* row = opcode_row(call.opcode);
  if (!row) {
    call.operate(Verb::other);
    call.found = fault(Wrong::opcode);
    return;
  }
  switch (static_cast<Opcode>(call.opcode)) {
    case Opcode::system: return system(call);
    case Opcode::get_configurable: case Opcode::set_configurable: return configurable(call, row->verb);
    case Opcode::login: return login(call);
    case Opcode::set_contiguous: case Opcode::get_contiguous: return contiguous(call, row->verb);
    case Opcode::get_parameters: case Opcode::set_parameters: return listed(call, row->verb);
    case Opcode::file: return file(call);
    case Opcode::report: call.output.role = Role::event; break;
    default: break;
  }
  call.operate(row->verb);
}

Fault decode(Bytes message, const Context& context, State bytes, Output& output) {
  if (message.size() < shortest_message || message.size() != size_of(message)) return fault(Wrong::truncated);
  if (!checksum_holds(message)) return fault(Wrong::checksum);
  Reader in{message.first(message.size() - checksum_bytes)};
  Pen out{output.record, in};
  const std::uint8_t destination = in.u8(), destination_group = in.u8(), source = in.u8(), source_group = in.u8();
  const std::uint8_t opcode = in.u8();
  in.skip(1);
  out.set<"destination_unit">(destination);
  out.set<"destination_group">(destination_group);
  out.set<"source_unit">(source);
  out.set<"source_group">(source_group);
  const bool request = context.direction == Direction::to_server;
  output.role = request ? Role::request : Role::answer;
  Memory& memory = state<Memory>(bytes);
  Call call{in, out, output, in.rest(), opcode, request, request ? destination : source};
  if (opcode != static_cast<std::uint8_t>(Opcode::login) && !call.data.empty()) out.set<"data">(call.data);
  if (opcode == static_cast<std::uint8_t>(Opcode::error)) {
    refuse(call, memory);
    return call.found;
  }
  out.set<"opcode">(opcode);
  if (request) memory = {opcode, true};
  reduce(call);
  return call.found;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return Identity::no;
  const bool is_stream = context.transport == Transport::tcp;
  if (bytes.size() >= 5 && !opcode_row(bytes[4])) return Identity::no;
  if (bytes.size() < shortest_message || bytes.size() < size_of(bytes)) {
    return is_stream ? Identity::unsure : Identity::no;
  }
  if (!is_stream && bytes.size() != size_of(bytes)) return Identity::no;
  if (!stands(bytes)) return Identity::no;
  return on_port(context) || size_of(bytes) > shortest_message ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Frame::message(bytes.size());
  if (bytes.size() < header_bytes) return Frame::need(header_bytes);
  const std::size_t size = size_of(bytes);
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + shortest_message <= bytes.size(); ++at)
    if (opcode_row(bytes[at + 4]) && stands(bytes.subspan(at))) return at;
  return bytes.size();
}

// [PLUS] 2: these requests have no data, and their answers do; errors and reports come from the device.
End sender(Bytes bytes, const Context&) {
  if (bytes.size() < header_bytes) return End::unknown;
  switch (static_cast<Opcode>(bytes[4])) {
    case Opcode::error: case Opcode::report: return End::server;
    case Opcode::system: case Opcode::get_clock: return bytes[5] == 0 ? End::client : End::server;
    case Opcode::set_clock: return bytes[5] == 0 ? End::server : End::client;
    default: return End::unknown;
  }
}

void notation(const Object& object, std::string& out) {
  if (!object.text.empty()) return void(out += text_of(object.text));
  if (object.space == 1) {
    out += "table ";
    append_number(out, std::uint64_t{object.area});
    out += '.';
    append_number(out, object.address);
  } else {
    out += "TLP ";
    append_number(out, std::uint64_t{object.area});
    out += ',';
    append_number(out, object.address >> 8);
    out += ',';
    append_number(out, object.address & 0xff);
  }
  if (object.count > 1) {
    out += " x";
    append_number(out, std::uint64_t{object.count});
  }
}

}  // namespace

const Protocol protocol = {
    .name = "roc_plus",
    .label = {"ROC Plus", "ROC Plus"},
    .doc = "Reads, writes and configures Emerson flow computers and remote controllers.",
    .message = &schema,
    .items = {},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "opcode",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::roc_plus
