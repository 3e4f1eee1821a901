// KNXnet/IP: lights, blinds, heating and doors of buildings, reached through interfaces and routers
// to the KNX bus.
//
// [NET] ISO 22510 (KNX Standard 3.8.1 Overview, 3.8.2 Core, 3.8.4 Tunnelling, 3.8.9 Security)
// [EMI] KNX Standard 3.6.3, External Message Interface
// [APP] KNX Standard 3.3.7, Application Layer
#include "parsers/knx/knx.h"

#include <algorithm>

#include "base/json.h"
#include "parsers/knx/table.h"

namespace langyan::knx {
namespace {

using Pen = Fill<fields>;

struct Call {
  Reader& in;
  Pen& out;
  Output& output;
  const Context& context;
  const Service* service;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  bool from_client() const { return context.direction == Direction::to_server; }
  void exchange(std::uint16_t request) { out.set<"exchange">(request); }
};

Object object_of(Place place, std::uint32_t area, std::uint64_t address) {
  return {static_cast<std::uint8_t>(place), 0, area, address, 1, {}};
}
const Application* application_row(std::uint16_t code) {
  for (const Application& row : applications)
    if (row.code == code) return &row;
  constexpr std::uint16_t short_services = 0x3c0;  // the low six bits are data
  const std::uint16_t group = code & short_services;
  if (group == 0x2c0 || group == 0x3c0) return nullptr;
  for (const Application& row : applications)
    if (row.code == group) return &row;
  return nullptr;
}
Value value_of(Bytes data) {
  if (data.empty()) return {};
  if (data.size() > most_number_octets) return Value::of_run(Value::Kind::bytes, data);
  std::uint64_t number = 0;
  for (std::uint8_t octet : data) number = number << 8 | octet;
  return Value::of(number);
}
void append_address(std::string& out, std::uint64_t address) {
  append_number(out, address >> 12 & 15), out += '.', append_number(out, address >> 8 & 15), out += '.',
      append_number(out, address & 255);
}

// [NET] 3.8.1, 7.5.1: where the client wants the answer.
void endpoint(Call& call) {
  const std::uint8_t size = call.in.u8();
  Reader body = call.in.part(size ? size - 1u : 0);
  const std::uint8_t protocol = body.u8();
  body.skip(4);
  const std::uint16_t port = body.be16();
  if (!body.ok()) return call.blame(Wrong::truncated);
  call.out.set<"endpoint_protocol">(protocol);
  call.out.set<"endpoint_port">(port);
}

// [NET] 3.8.1, 7.5.4: blocks that describe the device.
void description(Call& call) {
  constexpr std::uint8_t device_information = 1, programming = 1;
  constexpr std::size_t name_octets = 30;
  while (call.in.ok() && call.in.left() >= 2) {
    const std::uint8_t size = call.in.u8(), type = call.in.u8();
    if (size < 2) return call.blame(Wrong::length);
    Reader block = call.in.part(size - 2u);
    if (!block.ok() || type != device_information) continue;
    const std::uint8_t medium = block.u8(), status = block.u8();
    const std::uint16_t address = block.be16();
    block.skip(2);
    const Bytes serial = block.take(6);
    block.skip(4);
    const Bytes mac = block.take(6);
    Bytes name = block.take(name_octets);
    if (!block.ok()) return call.blame(Wrong::truncated);
    std::size_t length = 0;
    while (length < name.size() && name[length]) ++length;
    name = name.first(length);
    call.out.set<"medium">(medium);
    call.out.set<"programming_mode">((status & programming) != 0);
    call.out.set<"individual_address">(address);
    call.out.set<"serial_number">(serial);
    Mac station;
    std::copy(mac.begin(), mac.end(), station.octets.begin());
    call.out.set<"mac_address">(station);
    call.out.set<"friendly_name">(name);
    constexpr char digits[] = "0123456789abcdef";
    const auto text = call.output.scratch.take(2 * serial.size());
    for (std::size_t i = 0; i < text.size(); ++i)
      text[i] = static_cast<std::uint8_t>(digits[serial[i / 2] >> (i % 2 ? 0 : 4) & 15]);
    call.output.tell(Trait::name, name);
    call.output.tell(Trait::serial, Bytes{text});
    call.output.tell(Trait::role, "KNXnet/IP device");
  }
}

// [APP] 3: what a telegram asks of a device or a group. `seen`: it is only shown, not sent by the peer.
void application(Call& call, Reader body, std::uint16_t destination, bool group, std::uint8_t length, bool seen) {
  const std::uint8_t high = body.u8();
  constexpr std::uint8_t control = 0x80;
  const std::uint32_t unit = group ? 0 : destination;
  if (length == 0 || high & control) {  // [APP] of the transport layer: connect, disconnect, acknowledge
    if (!body.ok()) return call.blame(Wrong::truncated);
    Operation& operation = call.output.operate(seen ? Verb::report : Verb::heartbeat);
    operation.unit = unit;
    return;
  }
  const std::uint8_t low = body.u8();
  const auto code = static_cast<std::uint16_t>((high & 3) << 8 | low);
  Bytes data = body.take(length - 1u);
  if (!body.ok()) return call.blame(Wrong::truncated);
  const Application* row = application_row(code);
  call.out.set<"application_service">(row ? row->code : code);
  Operation& operation = call.output.operate(!row ? Verb::other : seen ? Verb::report : row->verb);
  operation.unit = unit;
  operation.function = row ? row->code : code;
  operation.object = group ? object_of(Place::group, 0, destination) : object_of(Place::device, 0, destination);
  Reader in{data};
  switch (row ? row->layout : Layout::none) {
    case Layout::none: break;
    case Layout::value:
      if (row->verb == Verb::read) return;
      if (data.empty()) operation.value = Value::of(low & 0x3f);
      else operation.value = value_of(data);
      break;
    case Layout::memory: {
      const std::uint16_t address = in.be16();
      if (!in.ok()) return;
      call.out.set<"memory_address">(address);
      operation.object = object_of(Place::memory, 0, address);
      operation.object.count = std::max(low & 15, 1);
      data = in.rest();
      break;
    }
    case Layout::property: {
      const std::uint8_t object = in.u8(), property = in.u8();
      in.skip(2);
      if (!in.ok()) return;
      call.out.set<"object_type">(std::uint16_t{object});
      call.out.set<"property_id">(property);
      operation.object = object_of(Place::property, object, property);
      data = in.rest();
      operation.value = value_of(data);
      break;
    }
    case Layout::restart:
      if (low & 1 && !data.empty()) call.out.set<"erase_code">(data[0]);
      break;
  }
  if (!data.empty()) call.out.set<"data">(data);
}

// [EMI] 4.1.7: properties of the device at the other end itself.
void property(Call& call, std::uint8_t code) {
  const std::uint16_t object = call.in.be16();
  call.in.skip(1);
  const std::uint8_t id = call.in.u8();
  if (!call.in.ok()) return;
  call.out.set<"object_type">(object);
  call.out.set<"property_id">(id);
  enum : std::uint8_t { write_con = 0xf5, write_req = 0xf6, info = 0xf7, command = 0xf8, read_con = 0xfb };
  const bool weighty = code == write_req || code == command;
  const bool function = code >= command && code <= 0xfa;
  const std::uint8_t count = call.in.peek() >> 4;
  if (!function) call.in.skip(2);
  if (!call.in.ok()) return;
  const Bytes data = call.in.rest();
  Operation& operation = call.output.operate(weighty                                                 ? Verb::configure
                                             : code == read_con || code == write_con || code == info ? Verb::report
                                                                                                     : Verb::read);
  operation.object = object_of(Place::property, object, id);
  operation.function = code;
  if (!data.empty()) call.out.set<"data">(data), operation.value = value_of(data);
  if ((code == read_con || code == write_con) && count == 0) {  // none done: an error code follows
    operation.outcome = Outcome::refused;
    operation.code = data.empty() ? 0 : data[0];
    operation.value = {};
  }
}

// [EMI] 4.1.2: message code, additional information, then the telegram.
void telegram(Call& call, bool routed) {
  const std::uint8_t code = call.in.u8();
  if (!call.in.ok()) return;
  call.out.set<"message_code">(code);
  if (code == reset_request || code == reset_indication) {
    call.output.operate(code == reset_request ? Verb::reset : Verb::report).function = code;
    return;
  }
  constexpr std::uint8_t first_of_management = 0xf0;
  if (code >= first_of_management) return property(call, code);
  call.in.skip(call.in.u8());
  if (code != data_request && code != data_indication && code != data_confirmation) {
    if (call.in.ok()) call.output.operate(Verb::report).function = code;
    return;
  }
  call.in.skip(1);
  constexpr std::uint8_t group_bit = 0x80;
  const bool group = call.in.u8() & group_bit;
  const std::uint16_t source = call.in.be16(), destination = call.in.be16();
  const std::uint8_t length = call.in.u8();
  if (!call.in.ok()) return;
  call.out.set<"source_address">(source);
  call.out.set<"destination_address">(destination);
  call.out.set<"to_group">(group);
  application(call, call.in, destination, group, length, !routed && code != data_request);
  call.in.rest();
}

// [NET] 3.8.4, 2.3: length, channel, sequence counter, status or reserved.
void connection(Call& call, bool ack) {
  const std::uint8_t size = call.in.u8();
  call.out.set<"channel">(call.in.u8());
  call.out.set<"sequence_counter">(call.in.u8());
  const std::uint8_t status = call.in.u8();
  if (ack) call.out.set<"status">(status);
  if (size > 4) call.in.skip(size - 4u);
}

void settle(Call& call, std::uint8_t status) {  // the operation of an answer with its status
  if (!call.in.ok()) return;
  Operation& operation = call.output.operate(call.service->verb);
  operation.outcome = status ? Outcome::refused : Outcome::ok;
  operation.code = status;
}

void tunnel(Call& call) {
  connection(call, false);
  if (!call.in.ok()) return;
  call.exchange(call.service->code);
  const std::uint8_t code = call.in.peek();
  telegram(call, false);
  // Only over UDP does the other end acknowledge; what comes off the bus is news, not a request.
  const bool asks = call.context.transport == Transport::udp && call.from_client() && code != data_indication;
  if (asks) call.output.role = Role::request;
  else
    for (Operation& operation : call.output.operations())
      if (operation.outcome == Outcome::pending) operation.outcome = Outcome::one_way;
}

void acknowledge(Call& call) {
  connection(call, true);
  if (!call.in.ok()) return;
  call.exchange(static_cast<std::uint16_t>(call.service->code - 1));
  if (call.from_client()) {
    call.output.operate(Verb::heartbeat).outcome = Outcome::one_way;
    return;
  }
  call.output.role = Role::answer;
  const View view = call.output.record.view();
  settle(call, static_cast<std::uint8_t>(view.number(fields["status"])));
}

void connect(Call& call) {
  endpoint(call), endpoint(call);
  const std::uint8_t size = call.in.u8(), type = call.in.u8();
  if (!call.in.ok()) return;
  call.out.set<"connection_type">(type);
  constexpr std::uint8_t tunnel_type = 4, busmonitor = 0x80;
  if (size >= 4 && type == tunnel_type) {
    const std::uint8_t layer = call.in.u8();
    call.out.set<"layer">(layer);
    if (call.in.ok() && layer == busmonitor) call.blame(Wrong::busmonitor);
    call.in.skip(1);
  }
  if (!call.in.ok()) return;
  call.output.role = Role::request;
  call.exchange(call.service->code);
  call.output.operate(Verb::session);
}

void connect_response(Call& call) {
  const std::uint8_t channel = call.in.u8(), status = call.in.u8();
  call.out.set<"status">(status);
  if (!call.in.ok()) return;
  call.output.role = Role::answer;
  call.exchange(static_cast<std::uint16_t>(call.service->code - 1));
  settle(call, status);
  static_cast<void>(channel);  // the request has none, so it cannot pair
  if (status) return call.blame(Wrong::refused);
  endpoint(call);
  constexpr std::uint8_t tunnel_type = 4;
  const std::uint8_t size = call.in.u8(), type = call.in.u8();
  if (!call.in.ok()) return;
  call.out.set<"connection_type">(type);
  if (type == tunnel_type && size >= 4) call.out.set<"assigned_address">(call.in.be16());
}

void channel(Call& call, bool answer) {
  call.out.set<"channel">(call.in.u8());
  const std::uint8_t status = call.in.u8();
  if (answer) call.out.set<"status">(status);
  else endpoint(call);
  if (!call.in.ok()) return;
  const bool usual = answer != call.from_client();  // the client asks, the server answers
  call.exchange(answer ? static_cast<std::uint16_t>(call.service->code - 1) : call.service->code);
  if (usual) call.output.role = answer ? Role::answer : Role::request;
  Operation& operation = call.output.operate(call.service->verb);
  if (!usual) operation.outcome = Outcome::one_way;
  if (answer && usual) operation.outcome = status ? Outcome::refused : Outcome::ok, operation.code = status;
}

void feature(Call& call) {
  connection(call, false);
  const std::uint8_t feature = call.in.u8();
  call.in.skip(1);
  const Bytes data = call.in.rest();
  if (!call.in.ok()) return;
  call.out.set<"feature">(feature);
  if (!data.empty()) call.out.set<"data">(data);
  Operation& operation = call.output.operate(call.service->verb);
  operation.outcome = call.service->by == Sent::server ? Outcome::ok : Outcome::one_way;
}

void session_status(Call& call) {
  constexpr std::uint8_t keepalive = 4, failed = 1, unauthenticated = 2;
  const std::uint8_t status = call.in.u8();
  call.out.set<"session_status">(status);
  if (!call.in.ok()) return;
  Operation& operation = call.output.operate(status == 0 || status == failed ? Verb::auth
                                             : status == keepalive           ? Verb::heartbeat
                                                                             : Verb::session);
  const bool refused = status == failed || status == unauthenticated;
  operation.outcome = refused ? Outcome::refused : Outcome::ok;
  operation.code = refused ? status : 0;
}

void plain(Call& call) {  // a service whose further octets say nothing of what is done
  if (!call.in.ok()) return;
  call.output.operate(call.service->verb).outcome = call.service->by == Sent::server ? Outcome::ok : Outcome::one_way;
}

void serve(Call& call) {
  switch (call.service->body) {
    case Body::search:
      endpoint(call);
      return plain(call);
    case Body::search_response:
      endpoint(call);
      description(call);
      return plain(call);
    case Body::description: description(call); return plain(call);
    case Body::connect: return connect(call);
    case Body::connect_response: return connect_response(call);
    case Body::channel: return channel(call, false);
    case Body::channel_status: return channel(call, true);
    case Body::tunnel: return tunnel(call);
    case Body::ack: return acknowledge(call);
    case Body::feature: return feature(call);
    case Body::routing:
      telegram(call, true);
      for (Operation& operation : call.output.operations())
        if (operation.outcome == Outcome::pending) operation.outcome = Outcome::one_way;
      return;
    case Body::session: return session_status(call);
    case Body::secure:
    case Body::none: return plain(call);
  }
}

std::uint16_t be16(Bytes bytes, std::size_t at) { return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]); }
bool sound_header(Bytes bytes) {  // of which six octets are there
  const std::size_t size = be16(bytes, 4);
  return bytes[0] == header_bytes && bytes[1] == 0x10 && size >= header_bytes && size <= longest_message;
}

Fault decode(Bytes message, const Context& context, State, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  in.skip(2);
  const std::uint16_t code = in.be16(), size = in.be16();
  out.set<"service">(code);
  if (!in.ok()) return fault(Wrong::truncated);
  Call call{in, out, output, context, service_row(code)};
  if (!call.service) return fault(Wrong::service);
  serve(call);
  if (!in.ok()) call.blame(Wrong::truncated);
  if (size != message.size()) call.blame(Wrong::length);
  return call.found;
}

// What follows the header of a known service begins with the size of a structure.
bool has_structure(Bytes bytes, const Service& service) {
  const std::uint8_t first = bytes[header_bytes], second = bytes[header_bytes + 1];
  switch (service.body) {
    case Body::search:
    case Body::search_response:
    case Body::connect: return first == 8 && (second == 1 || second == 2);
    case Body::tunnel:
    case Body::ack:
    case Body::feature: return first == 4;
    case Body::description: return first == 0x36 && second == 1;
    case Body::routing: return first == data_indication || first == data_request;
    default: return false;  // too little to tell on a foreign port
  }
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return Identity::no;
  const bool tcp = context.transport == Transport::tcp;
  const bool own = context.client_port == port || context.server_port == port;
  if (bytes[0] != header_bytes || (bytes.size() > 1 && bytes[1] != 0x10)) return Identity::no;
  if (bytes.size() < header_bytes) return tcp ? Identity::unsure : Identity::no;
  if (!sound_header(bytes)) return Identity::no;
  const Service* service = service_row(be16(bytes, 2));
  if (!tcp && be16(bytes, 4) > bytes.size() && !own) return Identity::no;
  if (own) return Identity::yes;
  if (!service || (!tcp && be16(bytes, 4) != bytes.size())) return Identity::no;
  if (bytes.size() < header_bytes + 2) return tcp ? Identity::unsure : Identity::no;
  return has_structure(bytes, *service) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) {
    const bool sound = bytes.size() >= header_bytes && bytes[0] == header_bytes && bytes[1] == 0x10;
    return sound ? Frame::message(bytes.size()) : Frame::lost();
  }
  if (bytes.size() < header_bytes) return Frame::need(header_bytes);
  if (!sound_header(bytes)) return Frame::lost();
  const std::size_t size = be16(bytes, 4);
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + header_bytes <= bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    if (here[0] == header_bytes && sound_header(here) && service_row(be16(here, 2))) return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < header_bytes) return End::unknown;
  const Service* service = service_row(be16(bytes, 2));
  if (!service) return End::unknown;
  if (service->by != Sent::either) return service->by == Sent::client ? End::client : End::server;
  constexpr std::size_t code_at = header_bytes + 4;
  if (service->body != Body::tunnel || bytes.size() <= code_at) return End::unknown;
  switch (bytes[code_at]) {
    case 0x10: case 0x11: case 0x13: case 0xf1: case 0xf6: case 0xf8: case 0xf9: case 0xfc: return End::client;
    default: return End::server;
  }
}

void notation(const Object& object, std::string& out) {
  switch (static_cast<Place>(object.space)) {
    case Place::group:  // main, middle and sub group
      append_number(out, object.address >> 11 & 31), out += '/', append_number(out, object.address >> 8 & 7),
          out += '/';
      append_number(out, object.address & 255);
      return;
    case Place::device: append_address(out, object.address); return;
    case Place::property:
      out += "object ", append_number(out, std::uint64_t{object.area}), out += " property ",
          append_number(out, object.address);
      return;
    case Place::memory: {
      const std::uint8_t octets[] = {static_cast<std::uint8_t>(object.address >> 8),
                                     static_cast<std::uint8_t>(object.address)};
      out += "memory 0x", append_hex(out, octets);
      return;
    }
  }
}

}  // namespace

const Protocol protocol = {
    .name = "knx",
    .label = {"KNXnet/IP", "KNXnet/IP"},
    .doc = "Switches lights, blinds, heating and doors of buildings and programs their devices.",
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
    .sender = sender,
};

}  // namespace langyan::knx
