// EtherNet/IP: CIP over TCP and UDP, the protocol of Rockwell's, Omron's and many makers' controllers,
// drives and I/O. It reads and writes tags and objects, loads programs, starts, stops and resets, and
// carries cyclic I/O; but for CIP Security all in clear and without a sign-in. Sources: table.h.
#include "parsers/enip/enip.h"

#include "base/address.h"
#include "parsers/enip/message.h"

namespace langyan::enip {
namespace {

const Reader fine{Bytes{}};

struct Header {
  std::uint16_t command = 0;
  std::uint32_t session = 0, status = 0, options = 0;
  Bytes context;
};

Operation& perform_command(Talk& talk, const Header& header) {
  const Function* row = find_function(of_command | header.command);
  const std::uint32_t code = of_command | header.command;
  if (talk.output.operations_total == 0) Pen{talk.output.record, fine}.set<"function">(code);
  Operation& operation = talk.operate(row ? row->verb : Verb::other, code);
  if (talk.asks()) return operation;
  operation.outcome = header.status ? Outcome::refused : Outcome::ok;
  operation.code = static_cast<std::uint16_t>(header.status);
  return operation;
}

// [EIP] 2-4.3: version, socket address (in network order), identity, state.
void identity_item_body(Talk& talk, Reader in) {
  Pen pen{talk.output.record, fine};
  const std::uint16_t version = in.le16();
  in.skip(4);  // family and port
  const Bytes four = in.take(4);
  in.skip(8);
  if (!in.ok()) return talk.blame(Wrong::truncated);
  pen.set<"protocol_version">(version);
  const auto area = talk.output.scratch.take(16);
  if (area.size() == 16) {
    const IpAddress address = IpAddress::v4(four);
    std::ranges::copy(address.octets, area.begin());
    pen.set<"device_address">(Bytes{area});
  }
  identity(talk, in, false);
  if (in.ok() && in.left() > 0) pen.set<"device_state">(in.u8());
}

// [EIP] 2-4.6: version, capabilities, a name of 16 octets; some devices send no more than it has.
void services_item_body(Talk& talk, Reader in) {
  Pen pen{talk.output.record, fine};
  const std::uint16_t version = in.le16(), capabilities = in.le16();
  Bytes name = in.rest();
  if (!in.ok()) return talk.blame(Wrong::truncated);
  while (!name.empty() && (name.back() == 0 || name.back() == ' ')) name = name.first(name.size() - 1);
  pen.set<"protocol_version">(version);
  pen.set<"capabilities">(capabilities);
  pen.set<"service_name">(name);
}

void list(Talk& talk, const Header& header, Reader& in) {
  const bool answers = in.left() > 0 || header.status != 0 || talk.context.direction == Direction::to_client;
  talk.output.role = answers ? Role::answer : Role::request;
  perform_command(talk, header);
  if (in.left() == 0) return;
  const std::size_t count = in.le16();
  for (std::size_t i = 0; i < std::min(count, most_packet_items); ++i) {
    const std::uint16_t type = in.le16(), size = in.le16();
    const Bytes item = in.take(size);
    if (!in.ok()) return talk.blame(Wrong::packet_items);
    if (type == identity_item) identity_item_body(talk, Reader{item});
    if (type == services_item) services_item_body(talk, Reader{item});
  }
}

void session(Talk& talk, const Header& header, Reader& in) {
  Memory& memory = talk.memory;
  if (header.command == unregister_session) {
    talk.output.role = Role::event;
    memory.session_known = false;
    perform_command(talk, header).outcome = Outcome::ok;
    return;
  }
  talk.output.role = talk.context.direction == Direction::to_client ? Role::answer : Role::request;
  if (!talk.asks() && header.status == 0) memory.session = header.session, memory.session_known = true;
  if (talk.asks() || header.status == 0) {
    const std::uint16_t version = in.le16();
    in.skip(2);
    if (!in.ok()) return talk.blame(Wrong::truncated);
    Pen{talk.output.record, fine}.set<"protocol_version">(version);
  } else {
    in.rest();
  }
  perform_command(talk, header);
}

struct Packet {
  bool sound = false;
  bool has_connection = false;
  std::uint32_t connection = 0;
  bool has_data = false;
  std::uint16_t data_type = 0;
  Bytes data;
};

// [EIP] 2-6.1
Packet read_packet(Talk& talk, Reader& in) {
  Packet packet;
  in.skip(6);  // interface handle and time-out
  const std::size_t count = in.le16();
  if (!in.ok()) return talk.blame(Wrong::truncated), packet;
  if (count > most_packet_items) return talk.blame(Wrong::packet_items), packet;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t type = in.le16(), size = in.le16();
    const Bytes item = in.take(size);
    if (!in.ok()) return talk.blame(Wrong::packet_items), packet;
    if (type == connected_address && size == 4) packet.connection = le32(item, 0), packet.has_connection = true;
    if (type == connected_data || type == unconnected_data)
      packet.data = item, packet.data_type = type, packet.has_data = true;
  }
  packet.sound = true;
  return packet;
}

// A request or answer of its own; what joins them is the context.
void unconnected(Talk& talk, const Packet& packet, std::uint64_t exchange) {
  const bool answers = packet.data[0] & 0x80;
  const auto key =
      static_cast<std::uint32_t>(combine(exchange, (talk.context.direction == Direction::to_client) != answers) | 1);
  if (answers) talk.asked = talk.memory.recall(key);
  else talk.note = &talk.memory.remember(key);
  if (talk.asked) talk.unit = talk.asked->unit;
  Pen{talk.output.record, fine}.set<"exchange">(exchange);
  message_router(talk, packet.data);
}

// A message of a connection: its count stands before it and joins request and answer; the connection's
// number is another one each way, its serial number the same ([CIP] 3-4.6).
void connected(Talk& talk, const Packet& packet) {
  Pen pen{talk.output.record, fine};
  const std::uint16_t count = le16(packet.data, 0);
  const Bytes message = packet.data.subspan(2);
  pen.set<"sequence_count">(count);
  const bool answers = message[0] & 0x80;
  Link link;
  if (recall(talk.context, link_key(answers ? Way::t_o : Way::o_t, packet.connection), link)) {
    talk.unit = link.unit;
    pen.set<"connection">(link.serial);
    pen.set<"connection_class">(link.object_class);
  }
  const std::uint64_t exchange = std::uint64_t{send_unit_data} << 48 | std::uint64_t{link.serial} << 16 | count;
  pen.set<"exchange">(exchange);
  const auto key =
      static_cast<std::uint32_t>(combine(exchange, (talk.context.direction == Direction::to_client) != answers) | 1);
  if (answers) talk.asked = talk.memory.recall(key);
  else talk.note = &talk.memory.remember(key);
  if (talk.asked && talk.unit == 0) talk.unit = talk.asked->unit;
  message_router(talk, message);
}

void send(Talk& talk, const Header& header, Reader& in, std::uint64_t exchange) {
  const bool from_server = talk.context.direction == Direction::to_client;
  talk.output.role = from_server || header.status ? Role::answer : Role::request;
  if (in.left() == 0 && header.status != 0) {  // refused by the encapsulation
    Pen{talk.output.record, fine}.set<"exchange">(exchange);
    perform_command(talk, header);
    return;
  }
  const bool foreign = talk.memory.session_known && header.session != talk.memory.session;
  if (!from_server && (header.session == 0 || foreign)) talk.blame(Wrong::session);
  const Packet packet = read_packet(talk, in);
  if (!packet.sound) return;
  if (packet.has_connection) Pen{talk.output.record, fine}.set<"connection_id">(packet.connection);
  const std::size_t needed = header.command == send_unit_data ? 3 : 1;
  if (!packet.has_data || packet.data.size() < needed) return talk.blame(Wrong::truncated);
  header.command == send_unit_data ? connected(talk, packet) : unconnected(talk, packet, exchange);
}

void command(Talk& talk, const Header& header, Reader& in) {
  const std::uint64_t exchange = combine(header.command, hash(header.context));
  Pen pen{talk.output.record, fine};
  switch (header.command) {
    case list_services: case list_identity: case list_interfaces:
      pen.set<"exchange">(exchange);
      return list(talk, header, in);
    case register_session: case unregister_session:
      pen.set<"exchange">(exchange);
      return session(talk, header, in);
    case send_rr_data: case send_unit_data: return send(talk, header, in, exchange);
    default: break;
  }
  // A NOP is not answered; a command that does not exist is, with a status ([EIP] 2-3.5).
  const bool answers = header.status != 0 || talk.context.direction == Direction::to_client;
  talk.output.role = header.command == nop ? Role::event : answers ? Role::answer : Role::request;
  if (header.command != nop) pen.set<"exchange">(exchange);
  if (!is_command(header.command)) talk.blame(Wrong::command);
  if (in.left() > 0) pen.set<"data">(in.rest());
  perform_command(talk, header);
}

Fault decode(Bytes message, const Context& context, State bytes, Output& output) {
  Memory& memory = state<Memory>(bytes);
  if (is_io(message, context)) return io_packet(message, context, output);
  if (is_csp(message, context)) return csp_message(message, context, memory, output);
  if (context.after_gap) memory.session_known = false;
  Reader in{message};
  Header header;
  header.command = in.le16();
  const std::size_t length = in.le16();
  header.session = in.le32();
  header.status = in.le32();
  header.context = in.take(8);
  header.options = in.le32();
  if (!in.ok()) return fault(Wrong::truncated);
  Pen pen{output.record, fine};
  pen.set<"command">(header.command);
  if (header.session) pen.set<"session">(header.session);
  pen.set<"encapsulation_status">(header.status);
  pen.set<"sender_context">(header.context);
  Talk talk{.output = output, .context = context, .memory = memory};
  if (length > in.left()) return fault(Wrong::truncated);
  Reader body = in.part(length);
  command(talk, header, body);
  if (talk.asks() && header.status != 0) talk.blame(Wrong::header);
  if (header.options != 0) talk.blame(Wrong::header);
  if (!body.ok()) talk.blame(Wrong::truncated);
  if (body.left() > 0 || in.left() > 0) talk.blame(Wrong::trailing);
  return talk.found;
}

}  // namespace

const Protocol protocol = {
    .name = "enip",
    .label = {"EtherNet/IP", "EtherNet/IP"},
    .doc = "Carries CIP: reads and writes tags and objects, loads, starts and stops controllers, and exchanges I/O.",
    .message = &schema,
    .items = {&service_schema, &attribute_schema, &symbol_schema},
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

}  // namespace langyan::enip
