// HART-IP: field devices (transmitters, valves) read, ranged, trimmed, forced and reset through
// gateways and multiplexers.
//
// [NET] HCF_SPEC-085, Network Management Specification (HART-IP)
// [TPD] HCF_SPEC-081, Token-Passing Data Link Layer Specification
// [UNI] HCF_SPEC-127, Universal Command Specification
// [PRA] HCF_SPEC-151, Common Practice Command Specification
// [CRC] HCF_SPEC-307, Command Response Code Specification
#include "parsers/hart_ip/hart_ip.h"

#include <algorithm>

#include "base/json.h"
#include "parsers/hart_ip/table.h"

namespace langyan::hart_ip {
namespace {

using Pen = Fill<fields>;

constexpr std::uint8_t long_address = 0x80, frame_mask = 0x07;  // [TPD] 5.2: the delimiter
constexpr std::uint8_t expansion_shift = 5, expansion_mask = 3;

struct Call {
  Reader& in;
  Pen& out;
  Output& output;
  Fault found = Fault::none;
  std::uint32_t unit = 0;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
};

bool known_id(std::uint8_t id) {
  return std::ranges::any_of(id_names, [&](const Name& name) { return name.value == id; });
}
bool known_type(std::uint8_t type) {
  return std::ranges::any_of(type_names, [&](const Name& name) { return name.value == type; });
}

std::size_t size_at(Bytes bytes) { return static_cast<std::size_t>(bytes[6]) << 8 | bytes[7]; }

bool sound_header(Bytes bytes) {  // eight octets
  return (bytes[0] == 1 || bytes[0] == 2) && known_type(bytes[1] & 15) && bytes[1] <= 15 && known_id(bytes[2]) &&
         size_at(bytes) >= header_bytes && size_at(bytes) <= longest_message;
}

Bytes number_text(Call& call, std::uint64_t value) {
  std::string_view digits;
  char text[20];
  std::size_t at = sizeof text;
  do text[--at] = static_cast<char>('0' + value % 10);
  while (value /= 10);
  digits = {text + at, sizeof text - at};
  return call.output.scratch.copy(bytes_of(digits));
}

// [UNI] 6.1: of revision 7, of which the first octets are those of revision 5.
void identity(Call& call, Bytes data) {
  Reader in{data};
  Pen out{call.output.record, in};
  in.skip(1);
  const std::uint16_t type = in.be16();
  in.skip(3);
  const std::uint8_t software = in.u8(), hardware = in.u8();
  in.skip(1);
  const std::uint32_t id = in.be24();
  out.set<"expanded_device_type">(type);
  out.set<"software_revision">(software);
  out.set<"hardware_revision">(static_cast<std::uint8_t>(hardware >> 3));
  out.set<"device_id">(id);
  if (!in.ok()) return;
  call.output.tell(Trait::firmware, number_text(call, software), call.unit);
  call.output.tell(Trait::hardware, number_text(call, hardware >> 3), call.unit);
  call.output.tell(Trait::serial, number_text(call, id), call.unit);
  call.output.tell(Trait::model, number_text(call, type), call.unit);
  call.output.tell(Trait::role, "field device", call.unit);
  in.skip(5);
  const std::uint16_t manufacturer = in.be16();
  if (!in.ok()) return;
  out.set<"manufacturer_id">(manufacturer);
}

// The value of a command whose layout begins with it.
void value(Call& call, std::uint16_t command, Bytes data, bool request, Operation& operation) {
  Reader in{data};
  Pen out{call.output.record, in};
  const bool carries_units = (command == 1 && !request) || command == 35 || command == 79;
  const bool carries = carries_units || command == 40 || command == 45 || command == 46;
  if (command == 79) in.skip(2);
  if (!carries) return;
  if (carries_units) out.set<"units">(in.u8());
  const double number = in.be_f32();
  if (!in.ok()) return;
  out.set<"value">(number);
  operation.value = Value::of_real(number);
}

void respond(Call& call, Bytes& data, Operation& operation) {
  constexpr std::uint8_t is_communication_error = 0x80;
  if (data.size() < 2) return call.blame(Wrong::truncated);
  const std::uint8_t code = data[0], status = data[1];
  data = data.subspan(2);
  call.out.set<"device_status">(status);
  operation.outcome = Outcome::ok;
  if (code & is_communication_error) {
    call.out.set<"communication_error">(code);
    operation.outcome = Outcome::refused;
    operation.code = code;
    return;
  }
  call.out.set<"response_code">(code);
  // [CRC] 2: 1 to 7, 9 to 13, 15 to 23, 28, 29, 32, 33 to 36 and 64 on are errors, the others warnings.
  const bool warning =
      code == 8 || code == 14 || (code >= 24 && code <= 27) || code == 30 || code == 31 || (code >= 33 && code <= 34);
  if (code == 0 || warning) return;
  operation.outcome = Outcome::refused;
  operation.code = code;
}

void command(Call& call, std::uint8_t frame, std::uint16_t code, Bytes data) {
  const bool request = frame == 2;
  if (code == extended_command && data.size() >= (request ? 2u : 4u)) {
    const std::size_t at = request ? 0 : 2;
    code = static_cast<std::uint16_t>(data[at] << 8 | data[at + 1]);
  }
  call.out.set<"command">(code);
  Operation& operation = call.output.operate(frame == 1 ? Verb::report : verb_of(code));
  operation.unit = call.unit;
  operation.function = code;
  if (!request) respond(call, data, operation);
  if (frame == 1) operation.outcome = Outcome::one_way;
  if (!data.empty()) call.out.set<"data">(data);
  value(call, code, data, request, operation);
  if (request) return;
  if (code == 0 || code == 11 || code == 21) identity(call, data);
  if (code == 20 && !data.empty()) {
    call.out.set<"tag">(data);
    call.output.tell(Trait::name, data, call.unit);
  }
}

// [TPD] 5.2: delimiter, address, expansion octets, command, count, data, and the exclusive or of all.
void token_passing(Call& call) {
  const Reader start = call.in;
  const std::size_t before = call.in.left();
  const std::uint8_t delimiter = call.in.u8(), frame = delimiter & frame_mask;
  call.out.set<"frame_type">(frame);
  if (delimiter & long_address) {
    const std::uint64_t high = call.in.u8() & 0x3f;
    const std::uint64_t address = high << 32 | call.in.be32();
    call.out.set<"unique_address">(address);
    call.unit = static_cast<std::uint32_t>(address);
  } else {
    const std::uint8_t address = call.in.u8() & 0x3f;
    call.out.set<"polling_address">(address);
    call.unit = address;
  }
  call.in.skip(delimiter >> expansion_shift & expansion_mask);
  const std::uint8_t code = call.in.u8();
  const Bytes data = call.in.take(call.in.u8());
  const std::size_t checked = before - call.in.left();
  const std::uint8_t sum = call.in.u8();
  if (!call.in.ok()) return;
  std::uint8_t value = 0;
  Reader whole = start;
  for (std::uint8_t octet : whole.take(checked)) value ^= octet;
  if (value != sum) call.blame(Wrong::checksum);
  command(call, frame, code, data);
}

void session(Call& call, Id id) {
  if (id == Id::session_initiate && call.in.left() >= 5) {
    call.out.set<"master_type">(call.in.u8());
    call.out.set<"inactivity_close_timer">(call.in.be32());
  }
  call.output.operate(id == Id::keep_alive ? Verb::heartbeat : id == Id::discovery ? Verb::identify : Verb::session);
  if (call.in.left() > 0) call.out.set<"data">(call.in.rest());
}

// [NET] 10.3.9: several commands of one device: number, count, data.
void direct(Call& call, bool request) {
  call.in.skip(2);  // status of the device, extended status
  while (call.in.left() > 0) {
    const std::uint16_t code = call.in.be16();
    const Bytes data = call.in.take(call.in.u8());
    if (!call.in.ok()) return;
    Operation& operation = call.output.operate(verb_of(code));
    operation.function = code;
    if (request) continue;
    operation.outcome = data.empty() || data[0] == 0 ? Outcome::ok : Outcome::refused;
    operation.code = data.empty() ? 0 : data[0];
  }
}

Fault decode(Bytes message, const Context&, State, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  out.set<"version">(in.u8());
  const std::uint8_t type = in.u8() & 15, id = in.u8(), status = in.u8();
  out.set<"message_type">(type);
  out.set<"message_id">(id);
  out.set<"status">(status);
  out.set<"sequence_number">(in.be16());
  in.skip(2);
  const auto kind = static_cast<Type>(type);
  output.role = kind == Type::request ? Role::request : kind == Type::publish ? Role::event : Role::answer;
  Call call{in, out, output};
  const bool nak = kind == Type::nak;
  switch (static_cast<Id>(id)) {
    case Id::token_passing_pdu:
      if (in.left() > 0) token_passing(call);
      break;
    case Id::direct_pdu: direct(call, kind == Type::request); break;
    default: session(call, static_cast<Id>(id)); break;
  }
  if (nak && output.operations().empty()) output.operate(Verb::other);
  for (Operation& operation : output.operations()) {
    if (kind == Type::response && operation.outcome == Outcome::pending) operation.outcome = Outcome::ok;
    if (nak || (kind == Type::response && status >= 1 && status < 8 && operation.outcome == Outcome::ok)) {
      operation.outcome = Outcome::refused;
      operation.code = status;
    }
  }
  if (!in.ok()) return fault(Wrong::truncated);
  if (in.left() > 0) call.blame(Wrong::trailing);
  if (nak) call.blame(Wrong::nak);
  return call.found;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return Identity::no;
  const bool on_port = context.client_port == ports[0].port || context.server_port == ports[0].port;
  if (bytes[0] != 1 && bytes[0] != 2) return Identity::no;
  if (bytes.size() < header_bytes) return context.transport == Transport::tcp ? Identity::unsure : Identity::no;
  if (!sound_header(bytes)) return Identity::no;
  if (on_port) return Identity::yes;
  // Elsewhere a frame must stand inside whose lengths and check octet hold.
  if (size_at(bytes) != bytes.size() || bytes[2] != static_cast<std::uint8_t>(Id::token_passing_pdu))
    return Identity::no;
  std::uint8_t sum = 0;
  for (std::uint8_t octet : bytes.subspan(header_bytes)) sum ^= octet;
  constexpr std::size_t shortest_frame = 5;
  return sum == 0 && bytes.size() >= header_bytes + shortest_frame ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) {
  if (bytes.size() < header_bytes) return Frame::need(header_bytes);
  if (!sound_header(bytes)) return Frame::lost();
  const std::size_t size = size_at(bytes);
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + header_bytes <= bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    if (!sound_header(here)) continue;
    const std::size_t size = size_at(here);
    if (at == 0 || (here.size() >= size && (here.size() < size + header_bytes || sound_header(here.subspan(size)))))
      return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < 2) return End::unknown;
  return static_cast<Type>(bytes[1] & 15) == Type::request ? End::client : End::server;
}

}  // namespace

const Protocol protocol = {
    .name = "hart_ip",
    .label = {"HART-IP", "HART-IP"},
    .doc = "Reads, ranges, forces and resets field devices through gateways.",
    .message = &schema,
    .items = {},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "command",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = nullptr,
    .sender = sender,
};

}  // namespace langyan::hart_ip
