// EtherCAT: drives and I/O of machines, read and written in one frame that passes through all of
// them. A frame is seen twice, on its way out and back; what the slaves did is in the second.
//
// [DLL] IEC 61158-4-12, data-link layer of type 12 (ETG.1000.4)
// [AL]  IEC 61158-6-12, application layer of type 12 (ETG.1000.6)
// [ESC] Beckhoff, EtherCAT Slave Controller, Section II: Register Description
// [EAP] ETG.1005, EtherCAT Automation Protocol
#include "parsers/ethercat/ethercat.h"

#include "base/json.h"
#include "parsers/ethercat/table.h"

namespace langyan::ethercat {
namespace {

using Pen = Fill<fields>;

struct Call {
  Pen& out;
  Output& output;
  std::uint32_t counters = 0;  // sum of the working counters
  std::uint64_t read = 0;      // registers whose reading this frame has reported
  bool cyclic = false, mailbox = false;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
};

struct Datagram {
  const Command* command = nullptr;
  std::uint8_t code = 0;
  std::uint16_t slave = 0, offset = 0, counter = 0;
  Bytes data;

  bool reads() const { return command && (command->access == Access::read || command->access == Access::both); }
  bool writes() const { return command && (command->access == Access::write || command->access == Access::both); }
  bool logical() const { return command && command->addressing == Addressing::logical; }
  std::uint32_t unit() const { return command && command->addressing == Addressing::station ? slave : 0; }
  Outcome outcome() const { return counter ? Outcome::ok : Outcome::one_way; }
};

const Command* command_row(std::uint8_t code) {
  for (const Command& row : commands)
    if (row.code == code) return &row;
  return nullptr;
}
std::size_t register_at(std::uint16_t offset) {  // index of the row, or their number
  std::size_t at = 0;
  while (at < std::size(registers) && (offset < registers[at].first || offset > registers[at].last)) ++at;
  return at;
}
std::string_view state_word(std::uint8_t state) {
  for (const Name& name : state_names)
    if (name.value == state) return name.word;
  return {};
}

Operation& operate(Call& call, const Datagram& datagram, Verb verb) {
  Operation& operation = call.output.operate(verb);
  operation.unit = datagram.unit();
  operation.function = datagram.code;
  operation.outcome = datagram.outcome();
  return operation;
}

// A little-endian number of at most eight octets, else the octets.
Value number_or_run(Bytes data) {
  if (data.empty() || data.size() > 8) return Value::of_run(Value::Kind::bytes, data);
  std::uint64_t number = 0;
  for (std::size_t i = data.size(); i-- > 0;) number = number << 8 | data[i];
  return Value::of(number);
}

Object object_of(std::uint16_t index, std::uint8_t subindex) {
  return {static_cast<std::uint8_t>(Place::object), 0, subindex, index, 1, {}};
}

// [AL] 5.6.2: the command octet, index, subindex, then four octets of data or of length.
void sdo(Call& call, const Datagram& datagram, Reader in, bool response) {
  constexpr std::uint8_t download_segment = 0, download = 1, upload = 2, abort = 4, sized = 1, expedited = 2;
  const std::uint8_t head = in.u8(), specifier = static_cast<std::uint8_t>(head >> 5);
  const bool aborts = specifier == abort;
  // Of a response: 0 upload segment, 1 download segment, 2 upload, 3 download.
  const auto named = static_cast<std::uint8_t>(aborts || !response ? specifier : 16 + specifier);
  const bool segment = !aborts && (response ? specifier <= 1 : specifier == download_segment || specifier == 3);
  if (segment) {
    call.out.set<"sdo_command">(named);
    if (in.ok()) call.out.set<"data">(in.rest());
    Operation& operation =
        operate(call, datagram, (response ? specifier == 0 : specifier == 3) ? Verb::read : Verb::write);
    operation.outcome = response ? Outcome::ok : Outcome::one_way;
    return;
  }
  const std::uint16_t index = in.le16();
  const std::uint8_t subindex = in.u8();
  Bytes data = in.rest();
  if (!in.ok() || data.size() < 4) return call.blame(Wrong::truncated);
  call.out.set<"sdo_command">(named);
  call.out.set<"object_index">(index);
  call.out.set<"object_subindex">(subindex);
  const bool writes = response ? specifier == 3 : specifier == download;
  const bool carries = response ? specifier == upload : specifier == download;
  Operation& operation = operate(call, datagram, aborts ? Verb::other : writes ? Verb::write : Verb::read);
  operation.object = object_of(index, subindex);
  operation.outcome = response ? Outcome::ok : Outcome::one_way;
  if (aborts) {
    const std::uint32_t code = Reader{data}.le32();
    call.out.set<"abort_code">(code);
    operation.outcome = Outcome::refused;
    operation.code = static_cast<std::uint16_t>(code >> 16);
    return;
  }
  if (!carries) return;
  if (head & expedited) data = data.first(4 - (head & sized ? head >> 2 & 3 : 0));
  else data = data.subspan(4);
  call.out.set<"data">(data);
  if (!data.empty()) operation.value = number_or_run(data);
}

void coe(Call& call, const Datagram& datagram, Reader in) {
  enum : std::uint8_t { emergency = 1, sdo_request = 2, sdo_response = 3, information = 8 };
  const auto service = static_cast<std::uint8_t>(in.le16() >> 12);
  if (!in.ok()) return call.blame(Wrong::truncated);
  call.out.set<"coe_service">(service);
  if (service == sdo_request || service == sdo_response) return sdo(call, datagram, in, service == sdo_response);
  if (service == emergency) {
    call.out.set<"emergency_code">(in.le16());
    if (in.ok()) operate(call, datagram, Verb::alarm);
    return;
  }
  operate(call, datagram, service == information ? Verb::browse : Verb::report);
}

// [AL] 5.8: the firmware of a slave comes as a file.
void foe(Call& call, const Datagram& datagram, Reader in) {
  enum : std::uint8_t { read_request = 1, write_request, data, acknowledge, error, busy };
  const std::uint8_t command = in.u8();
  in.skip(1);
  const std::uint32_t number = in.le32();
  if (!in.ok()) return call.blame(Wrong::truncated);
  call.out.set<"foe_command">(command);
  const Bytes rest = in.rest();
  const bool asks = command == read_request || command == write_request;
  Operation& operation =
      operate(call, datagram, command == write_request || command == data ? Verb::firmware : Verb::file);
  if (asks) {
    call.out.set<"password">(number);
    call.out.set<"file_name">(rest);
    operation.object = {static_cast<std::uint8_t>(Place::file), 0, 0, 0, 1, rest};
  } else if (command == error) {
    call.out.set<"foe_error">(number);
    operation.outcome = Outcome::refused;
    operation.code = static_cast<std::uint16_t>(number);
  } else if (command == data || command == acknowledge) {
    call.out.set<"packet">(number);
    if (datagram.reads() && command == data) operation.verb = Verb::file;  // what the slave sends is a read of it
    if (command == data) call.out.set<"data">(rest);
  }
}

void soe(Call& call, const Datagram& datagram, Reader in) {
  enum : std::uint8_t { read_request = 1, read_response, write_request, write_response, notification, emergency };
  constexpr std::uint8_t error_bit = 0x10;
  const std::uint8_t head = in.u8(), command = head & 7;
  in.skip(1);  // which elements of the parameter
  const std::uint16_t idn = in.le16();
  if (!in.ok()) return call.blame(Wrong::truncated);
  call.out.set<"soe_command">(command);
  call.out.set<"drive">(static_cast<std::uint8_t>(head >> 5));
  call.out.set<"idn">(idn);
  const bool writes = command == write_request || command == write_response;
  Operation& operation = operate(call, datagram,
                                 writes                    ? Verb::write
                                 : command == emergency    ? Verb::alarm
                                 : command == notification ? Verb::report
                                                           : Verb::read);
  operation.object = {
      static_cast<std::uint8_t>(Place::parameter), 0, static_cast<std::uint32_t>(head >> 5), idn, 1, {}};
  operation.outcome = head & error_bit ? Outcome::refused : command & 1 ? Outcome::one_way : Outcome::ok;
  const Bytes data = in.rest();
  call.out.set<"data">(data);
  if (head & error_bit) operation.code = Reader{data}.le16();
  else if (!data.empty() && (command == read_response || command == write_request))
    operation.value = number_or_run(data);
}

// [DLL] 5.6: length, address, channel and priority, type and counter. What does not look like one is
// process data or an empty mailbox.
bool is_mailbox(Bytes data) {
  if (data.size() < mailbox_header_bytes + 2) return false;
  const std::size_t length = data[0] | data[1] << 8;
  const std::uint8_t type = data[5] & 15;
  if (length < 2 || length > data.size() - mailbox_header_bytes || (data[4] & 0x3f) || (data[5] & 0x80)) return false;
  if (type == 0) return length == 4 && data[6] == 1 && data[7] == 0;
  if (type == 3) {  // three reserved bits, a service
    const std::uint8_t high = data[7];
    return (high & 0x0e) == 0 && high >> 4 >= 1 && high >> 4 <= 8;
  }
  if (type == 4) return data[6] >= 1 && data[6] <= 6 && data[7] == 0 && length >= 6;
  if (type == 5) return (data[6] & 7) >= 1 && (data[6] & 7) <= 6 && length >= 4;
  return (type <= 2 || type == 15) && length >= 4;
}

void mailbox(Call& call, const Datagram& datagram, Bytes data) {
  Reader in{data};
  const std::uint16_t length = in.le16();
  call.out.set<"mailbox_address">(in.le16());
  in.skip(1);
  const std::uint8_t type = in.u8() & 15;
  Reader body = in.part(length);
  if (!body.ok()) return call.blame(Wrong::truncated);
  call.out.set<"mailbox_type">(type);
  call.mailbox = true;
  switch (static_cast<Mailbox>(type)) {
    case Mailbox::coe: return coe(call, datagram, body);
    case Mailbox::foe: return foe(call, datagram, body);
    case Mailbox::soe: return soe(call, datagram, body);
    case Mailbox::error:
      call.blame(Wrong::mailbox);
      operate(call, datagram, Verb::other).outcome = Outcome::refused;
      return;
    default: break;
  }
  if (body.left() > 0) call.out.set<"data">(body.rest());
  operate(call, datagram, static_cast<Mailbox>(type) == Mailbox::eoe ? Verb::report : Verb::other);
}

// A write to a register: what it does depends on the register, at times on the value.
void write_register(Call& call, const Datagram& datagram) {
  const std::size_t row = register_at(datagram.offset);
  Verb verb = row < std::size(registers) ? registers[row].verb : Verb::write;
  Value value = number_or_run(datagram.data);
  if (datagram.offset == al_control && !datagram.data.empty()) {
    const std::uint8_t state = datagram.data[0] & state_mask;
    call.out.set<"al_state">(state);
    if (state == boot) verb = Verb::firmware;
    if (const auto word = state_word(state); !word.empty())
      value = Value::of_run(Value::Kind::text, call.output.scratch.copy(bytes_of(word)));
  }
  // [ESC] 2.9: the command in the second octet; reading the EEPROM changes nothing.
  constexpr std::uint8_t eeprom_commands = 0x07, eeprom_read = 1;
  if (datagram.offset == eeprom_control && datagram.data.size() >= 2 &&
      (datagram.data[1] & eeprom_commands) <= eeprom_read)
    verb = Verb::read;
  if (datagram.offset == eeprom_address) verb = Verb::read;  // the address alone changes nothing
  Operation& operation = operate(call, datagram, verb);
  operation.object = {static_cast<std::uint8_t>(Place::reg), 0, 0, datagram.offset, 1, {}};
  operation.value = value;
}

void read_register(Call& call, const Datagram& datagram) {
  const std::size_t row = register_at(datagram.offset);
  if (datagram.offset == al_status && datagram.counter && !datagram.data.empty())
    call.out.set<"al_status">(static_cast<std::uint8_t>(datagram.data[0] & state_mask));
  if (call.read >> row & 1) return;
  call.read |= std::uint64_t{1} << row;
  Operation& operation = operate(call, datagram, Verb::read);
  operation.object = {static_cast<std::uint8_t>(Place::reg), 0, 0, datagram.offset, 1, {}};
}

void act(Call& call, const Datagram& datagram) {
  if (!datagram.command) return call.blame(Wrong::command);
  if (datagram.command->access == Access::none) return;
  if (datagram.logical()) {
    if (!call.cyclic) operate(call, datagram, Verb::report);  // all process data of a frame is one
    call.cyclic = true;
    return;
  }
  const bool one_slave = datagram.command->addressing != Addressing::broadcast;
  if (datagram.offset >= first_mailbox_address) {
    if (one_slave && !call.mailbox && is_mailbox(datagram.data)) mailbox(call, datagram, datagram.data);
    else if (!call.cyclic) call.cyclic = true, operate(call, datagram, Verb::report);
    return;
  }
  if (datagram.writes()) write_register(call, datagram);
  else read_register(call, datagram);
}

// One datagram; false when it was the last.
bool datagram(Call& call, Reader& in) {
  Datagram one;
  Record& record = call.output.items.start(datagram_schema);
  Fill<datagram_fields> pen{record, in};
  one.code = in.u8();
  one.command = command_row(one.code);
  const std::uint8_t index = in.u8();
  const std::uint32_t address = in.le32();
  one.slave = static_cast<std::uint16_t>(address);
  one.offset = static_cast<std::uint16_t>(address >> 16);
  const std::uint16_t length = in.le16();
  in.skip(2);  // interrupts
  one.data = in.take(length & length_mask);
  one.counter = in.le16();
  if (!in.ok()) return false;
  pen.set<"command">(one.code);
  pen.set<"index">(index);
  if (one.logical()) pen.set<"logical_address">(address);
  else pen.set<"slave">(one.slave), pen.set<"offset">(one.offset);
  pen.set<"length">(static_cast<std::uint16_t>(length & length_mask));
  if (length & circulating_mask) pen.set<"circulating">(true), call.blame(Wrong::circulating);
  pen.set<"counter">(one.counter);
  call.output.items.emit();
  call.counters += one.counter;
  act(call, one);
  return length & more_mask;
}

Fault decode(Bytes message, const Context&, State, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  Call call{out, output};
  const std::uint16_t head = in.le16();
  const auto type = static_cast<std::uint8_t>(head >> 12);
  out.set<"frame_type">(type);
  if (!in.ok()) return fault(Wrong::truncated);
  // On the wire the frame may be padded, and the length is that of the datagrams.
  Bytes body = in.rest();
  const std::size_t length = head & length_mask;
  const bool cut = length > body.size();
  if (!cut) body = body.first(length);
  Reader inner{body};
  switch (static_cast<FrameType>(type)) {
    case FrameType::commands: {
      std::uint16_t count = 0;
      bool more = true;
      while (more && inner.left() > 0) {
        more = datagram(call, inner);
        if (inner.ok()) ++count;
      }
      out.set<"datagrams">(count);
      out.set<"working_counter">(call.counters);
      if (call.cyclic) out.set<"cyclic">(true);
      if (!inner.ok() || cut || more) call.blame(Wrong::truncated);
      break;
    }
    case FrameType::network_variables:
      out.set<"publisher">(inner.take(6));
      if (!inner.ok() || cut) call.blame(Wrong::truncated);
      else output.operate(Verb::report).outcome = Outcome::one_way;
      break;
    case FrameType::mailbox_gateway:
      if (cut || body.size() < mailbox_header_bytes) call.blame(Wrong::truncated);
      else if (is_mailbox(body)) mailbox(call, {}, body);
      break;
    default: call.blame(Wrong::type); break;
  }
  return call.found;
}

// Whether the datagrams of a frame add up to its length.
bool adds_up(Bytes bytes) {
  if (bytes.size() < frame_header_bytes + datagram_header_bytes + counter_bytes) return false;
  const std::uint16_t head = static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8);
  const std::size_t length = head & length_mask;
  if (head >> 12 != static_cast<int>(FrameType::commands) || length > bytes.size() - frame_header_bytes) return false;
  Bytes body = bytes.subspan(frame_header_bytes, length);
  while (body.size() >= datagram_header_bytes + counter_bytes) {
    const std::uint16_t word = static_cast<std::uint16_t>(body[6] | body[7] << 8);
    const std::size_t size = datagram_header_bytes + (word & length_mask) + counter_bytes;
    if (body.size() < size || !command_row(body[0])) return false;
    body = body.subspan(size);
    if (!(word & more_mask)) return body.empty();
  }
  return false;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return context.ethertype == ethertype ? Identity::yes : Identity::no;
  if (context.transport != Transport::udp) return Identity::no;
  if (context.client_port != udp_port && context.server_port != udp_port) return Identity::no;
  if (adds_up(bytes)) return Identity::yes;
  const bool gateway = bytes.size() >= 2 + mailbox_header_bytes &&
                       bytes[1] >> 4 == static_cast<int>(FrameType::mailbox_gateway) &&
                       ((bytes[0] | bytes[1] << 8) & length_mask) == static_cast<int>(bytes.size() - 2);
  return gateway ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) { return Frame::message(bytes.size()); }
std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }

void hexadecimal(std::string& out, std::uint64_t value) {
  const std::uint8_t octets[] = {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  append_hex(out, octets);
}

void notation(const Object& object, std::string& out) {
  switch (static_cast<Place>(object.space)) {
    case Place::file: out += text_of(object.text); return;
    case Place::object:
      out += "0x", hexadecimal(out, object.address), out += ':', append_number(out, std::uint64_t{object.area});
      return;
    case Place::parameter:  // [AL] 5.9: standard or product parameter, set, number
      out += object.address & 0x8000 ? "P-" : "S-", append_number(out, object.address >> 12 & 7), out += '-';
      append_number(out, object.address & 0x0fff);
      return;
    case Place::reg: break;
  }
  const std::size_t row = register_at(static_cast<std::uint16_t>(object.address));
  if (row < std::size(registers)) out += registers[row].name, out += ' ';
  out += "0x", hexadecimal(out, object.address);
}

}  // namespace

const Protocol protocol = {
    .name = "ethercat",
    .label = {"EtherCAT", "EtherCAT"},
    .doc = "Runs drives and I/O of machines in frames that pass through all of them.",
    .message = &schema,
    .items = {&datagram_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = {},
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
};

}  // namespace langyan::ethercat
