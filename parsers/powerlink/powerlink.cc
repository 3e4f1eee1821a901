// Ethernet POWERLINK: drives and I/O of machines, polled in a fixed cycle by a managing node.
//
// [DS] EPSG DS 301, Ethernet POWERLINK Communication Profile Specification, V1.2.0
#include "parsers/powerlink/powerlink.h"

#include "base/json.h"
#include "parsers/powerlink/table.h"

namespace langyan::powerlink {
namespace {

using Pen = Fill<fields>;

constexpr std::uint8_t type_mask = 0x7f, ready_bit = 0x01, exception_new_bit = 0x10;

struct Call {
  Reader& in;
  Pen& out;
  Output& output;
  std::uint8_t destination = 0, source = 0;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  Operation& operate(Verb verb, std::uint8_t node, Outcome outcome = Outcome::one_way) {
    Operation& operation = output.operate(verb);
    operation.unit = node;
    operation.outcome = outcome;
    return operation;
  }
};

template <class Row, std::size_t N>
const Row* row_of(const Row (&rows)[N], std::uint8_t code) {
  for (const Row& row : rows)
    if (row.code == code) return &row;
  return nullptr;
}

Bytes number_text(Call& call, std::uint32_t value) {
  char text[10];
  std::size_t at = sizeof text;
  do text[--at] = static_cast<char>('0' + value % 10);
  while (value /= 10);
  return call.output.scratch.copy(bytes_of({text + at, sizeof text - at}));
}

// [DS] 4.6.1.1.3 and 4.6.1.1.4: the process data of one node.
void poll(Call& call, bool response) {
  const std::uint8_t state = call.in.u8(), flags = call.in.u8();
  call.in.skip(1);
  const std::uint8_t version = call.in.u8();
  call.in.skip(1);
  const std::uint16_t size = call.in.le16();
  if (response) {
    call.out.set<"nmt_state">(state);
    if (flags & exception_new_bit) call.out.set<"exception_new">(true);
  }
  call.out.set<"ready">((flags & ready_bit) != 0);
  call.out.set<"pdo_version">(version);
  call.out.set<"pdo_size">(size);
  call.in.skip(size);
  if (call.in.ok()) call.operate(Verb::report, response ? call.source : call.destination);
}

void invite(Call& call) {
  enum : std::uint8_t { ident = 1, status = 2 };
  const std::uint8_t state = call.in.u8();
  call.in.skip(2);
  const std::uint8_t service = call.in.u8(), target = call.in.u8();
  call.out.set<"nmt_state">(state);
  call.out.set<"requested_service">(service);
  call.out.set<"requested_target">(target);
  if (!call.in.ok()) return;
  if (service == ident) call.operate(Verb::identify, target);
  else if (service == status) call.operate(Verb::diagnose, target);
  else call.operate(Verb::heartbeat, 0);
}

// [DS] 7.3.3.2.1.
void identity(Call& call) {
  constexpr std::uint32_t br_automation = 0x0100006c, no_serial = 0xffffffff;
  constexpr std::size_t until_device_type = 18, until_host_name = 36, host_name_octets = 32;
  call.in.skip(2);
  call.out.set<"nmt_state">(call.in.u8());
  call.in.skip(1 + until_device_type);
  const std::uint32_t type = call.in.le32(), vendor = call.in.le32(), product = call.in.le32(),
                      revision = call.in.le32(), serial = call.in.le32();
  call.out.set<"device_type">(type);
  call.out.set<"vendor_id">(vendor);
  call.out.set<"product_code">(product);
  call.out.set<"revision">(revision);
  call.out.set<"serial_number">(serial);
  if (!call.in.ok()) return;
  call.operate(Verb::identify, call.source, Outcome::ok);
  Output& output = call.output;
  if (vendor == br_automation) output.tell(Trait::vendor, "B&R", call.source);
  else output.tell(Trait::vendor, number_text(call, vendor), call.source);
  output.tell(Trait::model, number_text(call, product), call.source);
  output.tell(Trait::hardware, number_text(call, revision), call.source);
  if (serial != no_serial && serial != 0) output.tell(Trait::serial, number_text(call, serial), call.source);
  output.tell(Trait::role, "controlled node", call.source);
  call.in.skip(until_host_name);
  Bytes name = call.in.take(host_name_octets);
  if (!call.in.ok()) return;
  std::size_t size = 0;
  while (size < name.size() && name[size]) ++size;
  if (size == 0) return;
  call.out.set<"host_name">(name.first(size));
  output.tell(Trait::name, name.first(size), call.source);
}

void status(Call& call) {
  const std::uint8_t flags = call.in.u8();
  call.in.skip(1);
  const std::uint8_t state = call.in.u8();
  call.in.skip(3);
  call.out.set<"nmt_state">(state);
  if (flags & exception_new_bit) call.out.set<"exception_new">(true);
  call.out.set<"static_errors">(call.in.le64());
  if (call.in.ok()) call.operate(Verb::diagnose, call.source, Outcome::ok);
}

Operation* command(Call& call, std::uint8_t code, std::uint8_t node) {
  call.out.set<"nmt_command">(code);
  if (!call.in.ok()) return nullptr;
  const Command* row = row_of(commands, code);
  if (!row) call.blame(Wrong::command);
  Operation& operation = call.operate(row ? row->verb : Verb::other, node);
  operation.function = code;
  operation.object = {static_cast<std::uint8_t>(Place::command), 0, 0, code, 1, {}};
  return &operation;
}

// [DS] 7.3.1.2: command, reserved, then for some the nodes it is for as bits.
void nmt_command(Call& call) {
  constexpr std::uint8_t first_extended = 0x41, last_extended = 0x4b;
  const std::uint8_t code = call.in.u8();
  call.in.skip(1);
  if (code >= first_extended && code <= last_extended) call.out.set<"data">(call.in.take(32));
  command(call, code, call.destination);
}

void nmt_request(Call& call) {
  const std::uint8_t code = call.in.u8(), target = call.in.u8();
  call.out.set<"nmt_target">(target);
  constexpr std::uint8_t ident = 1, status_request = 2;  // services asked for, no commands
  if (code == ident || code == status_request) {
    if (call.in.ok()) call.operate(code == ident ? Verb::identify : Verb::diagnose, target);
    return;
  }
  command(call, code, target);
}

// [DS] 6.3.2: sequence layer, command layer, then what the command needs.
void sdo(Call& call) {
  constexpr std::uint8_t response_bit = 0x80, abort_bit = 0x40, nil = 0, write_by_index = 1, read_by_index = 2;
  call.in.skip(4);  // sequence numbers and connection state
  call.in.skip(1);
  const std::uint8_t transaction = call.in.u8(), flags = call.in.u8(), code = call.in.u8();
  const std::uint16_t size = call.in.le16();
  call.in.skip(2);
  if (!call.in.ok()) return;
  const bool response = flags & response_bit, abort = flags & abort_bit;
  const std::uint8_t segmentation = flags >> 4 & 3;
  if (code == nil && size == 0) {  // the sequence layer alone: open, close, acknowledge
    call.operate(Verb::session, response ? call.source : call.destination);
    return;
  }
  call.out.set<"sdo_transaction">(transaction);
  call.out.set<"sdo_command">(code);
  call.out.set<"sdo_response">(response);
  const Sdo* row = row_of(sdo_commands, code);
  if (!row) call.blame(Wrong::command);
  if (segmentation == 1) call.in.skip(4);  // octets of the whole transfer
  Reader body = call.in.part(segmentation == 1 && size >= 4 ? size - 4u : size);
  if (!call.in.ok()) return;
  Operation& operation = call.operate(row ? row->verb : Verb::other, response ? call.source : call.destination,
                                      response ? Outcome::ok : Outcome::one_way);
  operation.function = code;
  if (abort) {
    const std::uint32_t why = body.le32();
    if (body.ok()) call.out.set<"abort_code">(why);
    operation.outcome = Outcome::refused;
    operation.code = static_cast<std::uint16_t>(why >> 16);
    return;
  }
  constexpr std::uint8_t segment = 2, complete = 3;  // later pieces have no index
  const bool first = segmentation != segment && segmentation != complete;
  if (!response && first && (code == write_by_index || code == read_by_index)) {
    const std::uint16_t index = body.le16();
    const std::uint8_t subindex = body.u8();
    body.skip(1);
    if (!body.ok()) return call.blame(Wrong::truncated);
    call.out.set<"object_index">(index);
    call.out.set<"object_subindex">(subindex);
    operation.object = {static_cast<std::uint8_t>(Place::object), 0, subindex, index, 1, {}};
  }
  const Bytes data = body.rest();
  if (data.empty()) return;
  call.out.set<"data">(data);
  if (data.size() > most_value_octets) {
    operation.value = Value::of_run(Value::Kind::bytes, data);
    return;
  }
  std::uint64_t number = 0;
  for (std::size_t i = data.size(); i-- > 0;) number = number << 8 | data[i];
  operation.value = Value::of(number);
}

void asynchronous(Call& call) {
  constexpr std::uint8_t first_of_vendors = 0xa0;
  const std::uint8_t service = call.in.u8();
  call.out.set<"service">(service);
  switch (static_cast<Service>(service)) {
    case Service::ident_response: return identity(call);
    case Service::status_response: return status(call);
    case Service::nmt_request: return nmt_request(call);
    case Service::nmt_command: return nmt_command(call);
    case Service::sdo: return sdo(call);
    case Service::sync_response: call.operate(Verb::report, call.source); return;
  }
  if (!call.in.ok()) return;
  if (service < first_of_vendors) call.blame(Wrong::service);
  call.operate(Verb::other, call.source);
}

bool is_manager(std::uint8_t node) { return node >= first_manager && node <= last_manager; }

Fault decode(Bytes message, const Context& context, State, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  const std::uint8_t type = in.u8() & type_mask;
  Call call{in, out, output};
  call.destination = in.u8(), call.source = in.u8();
  out.set<"message_type">(type);
  if (context.transport != Transport::udp) {  // [DS] 6.3.2.2: reserved there
    out.set<"destination">(call.destination);
    out.set<"source">(call.source);
  }
  if (!in.ok()) return fault(Wrong::truncated);
  bool of_manager = false;
  switch (static_cast<Message>(type)) {
    case Message::soc:
      of_manager = true;
      call.operate(Verb::heartbeat, 0);
      break;
    case Message::preq: of_manager = true, poll(call, false); break;
    case Message::pres: poll(call, true); break;
    case Message::soa: of_manager = true, invite(call); break;
    case Message::asnd:
      of_manager = in.peek() == static_cast<std::uint8_t>(Service::nmt_command);
      asynchronous(call);
      break;
    case Message::amni:
    case Message::ainv: call.operate(Verb::heartbeat, 0); break;
    default: call.blame(Wrong::type); break;
  }
  if (!in.ok()) call.blame(Wrong::truncated);
  if (of_manager && context.transport == Transport::layer2 && !is_manager(call.source)) call.blame(Wrong::manager);
  return call.found;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return context.ethertype == ethertype ? Identity::yes : Identity::no;
  if (context.transport != Transport::udp) return Identity::no;
  if (context.client_port != sdo_port && context.server_port != sdo_port) return Identity::no;
  constexpr std::size_t shortest = 8;  // header and sequence layer
  const bool sdo = bytes.size() >= shortest && bytes[0] == static_cast<std::uint8_t>(Message::asnd) &&
                   bytes[3] == static_cast<std::uint8_t>(Service::sdo);
  return sdo ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) { return Frame::message(bytes.size()); }
std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }

void notation(const Object& object, std::string& out) {
  if (static_cast<Place>(object.space) == Place::command) {
    const Command* row = row_of(commands, static_cast<std::uint8_t>(object.address));
    if (row) out += row->name;
    else out += "NMT command ", append_number(out, object.address);
    return;
  }
  const std::uint8_t octets[] = {static_cast<std::uint8_t>(object.address >> 8),
                                 static_cast<std::uint8_t>(object.address)};
  out += "0x", append_hex(out, octets), out += ':', append_number(out, std::uint64_t{object.area});
}

}  // namespace

const Protocol protocol = {
    .name = "powerlink",
    .label = {"Ethernet POWERLINK", "Ethernet POWERLINK"},
    .doc = "Polls drives and I/O of machines in a fixed cycle.",
    .message = &schema,
    .items = {},
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

}  // namespace langyan::powerlink
