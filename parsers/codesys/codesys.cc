// CODESYS V3: controllers whose applications, files and shell are reached through four layers: blocks
// in TCP or datagrams in UDP, a routed network, channels, and services made of tags.
//
// [PDU] A. Nochvay, Security research: CODESYS Runtime, a PLC control framework (2019), chapter on the
//       PDU stack; checked against public clients of the protocol
// [SDK] 3S-Smart Software Solutions, runtime interface CmpAppItf (online services and tags)
// [NS]  node information as public scanners of the name service read it, version 4.00
#include "parsers/codesys/codesys.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "parsers/codesys/table.h"

namespace langyan::codesys {
namespace {

using Pen = Fill<fields>;

constexpr std::size_t most_tags = 256;   // walked of one list; ours
constexpr std::size_t most_name = 256;   // UTF-16 units of a name; ours
constexpr std::uint16_t node_version = 0x0400, identification = 0xc280;

struct Call {
  Reader& in;
  Pen& out;
  Output& output;
  Fault found = Fault::none;

  Operation& operate(Verb verb, std::uint32_t function) {
    Operation& operation = output.operate(verb);
    operation.function = function;
    return operation;
  }
  void rest() {
    const Bytes data = in.rest();
    if (!data.empty()) out.set<"data">(data);
  }
};

// [PDU] Tags: seven bits an octet, lowest first; at most five octets.
bool tag_number(Reader& in, std::uint32_t& number) {
  number = 0;
  for (int shift = 0; shift < 35; shift += 7) {
    if (in.left() == 0) return false;
    const std::uint8_t octet = in.u8();
    number |= static_cast<std::uint32_t>(octet & 0x7f) << shift;
    if (!(octet & 0x80)) return true;
  }
  return false;
}

// The content of the first tag `wanted`; of a list cut by the block's end only what is whole.
Bytes tag(Bytes list, std::uint32_t wanted) {
  Reader in{list};
  for (std::size_t i = 0; i < most_tags && in.left() > 0; ++i) {
    std::uint32_t id = 0, size = 0;
    if (!tag_number(in, id) || !tag_number(in, size) || size > in.left()) return {};
    const Bytes content = in.take(size);
    if (id == wanted) return content;
  }
  return {};
}

Bytes until_zero(Bytes text) {
  std::size_t size = 0;
  while (size < text.size() && text[size] != 0) ++size;
  return text.first(size);
}

Bytes utf16(Bytes units, Output& output) {  // the names of devices are ISO 646 in practice
  const auto text = output.scratch.take(units.size() / 2);
  std::size_t used = 0;
  for (std::size_t i = 0; i + 1 < units.size() && used < text.size(); i += 2) {
    if (units[i] == 0 && units[i + 1] == 0) break;
    text[used++] = units[i + 1] == 0 && units[i] >= 0x20 && units[i] < 0x7f ? units[i] : '?';
  }
  return Bytes{text}.first(used);
}

Bytes version_text(std::uint32_t version, Output& output) {
  std::array<char, 16> text;
  char* at = text.data();
  for (int shift = 24; shift >= 0; shift -= 8) {
    if (shift != 24) *at++ = '.';
    at = std::to_chars(at, text.data() + text.size(), version >> shift & 0xff).ptr;
  }
  return output.scratch.copy(bytes_of({text.data(), static_cast<std::size_t>(at - text.data())}));
}

Object named(Place place, Bytes name) { return {.space = static_cast<std::uint8_t>(place), .count = 1, .text = name}; }

// [NS]: sizes of four names, numbers of the device, then the names.
void node_information(Call& call) {
  Reader& in = call.in;
  in.skip(4);  // channels, octet order, address difference
  const std::uint16_t parent = in.le16(), node = in.le16(), device = in.le16(), vendor = in.le16();
  const std::uint32_t type = in.le32(), id = in.le32(), version = in.le32();
  in.skip(4);  // flags
  const std::uint8_t serial = in.u8();
  in.skip(2 + 1 + 8);
  if (!in.ok() || node > most_name || device > most_name || vendor > most_name) return;
  call.out.set<"target_type">(type);
  call.out.set<"target_id">(id);
  const Bytes version_dotted = version_text(version, call.output);
  call.out.set<"target_version">(version_dotted);
  in.skip(parent);
  const auto name = [&](std::uint16_t units) {
    const Bytes run = in.take(units * 2u);
    in.skip(2);
    return utf16(run, call.output);
  };
  const Bytes node_name = name(node), device_name = name(device), vendor_name = name(vendor);
  if (!in.ok()) return;
  call.out.set<"node_name">(node_name);
  call.out.set<"device_name">(device_name);
  call.out.set<"vendor_name">(vendor_name);
  Bytes number;
  if (serial > 0 && serial <= in.left()) call.out.set<"serial_number">(number = until_zero(in.take(serial)));
  call.output.tell(Trait::vendor, vendor_name);
  call.output.tell(Trait::model, device_name);
  call.output.tell(Trait::name, node_name);
  call.output.tell(Trait::firmware, version_dotted);
  call.output.tell(Trait::serial, number);
  in.rest();
}

void name_datagram(Call& call, bool answer) {
  call.output.role = answer ? Role::answer : Role::request;
  if (call.in.left() < 8) return call.rest();
  const std::uint16_t kind = call.in.le16(), version = call.in.le16();
  call.out.set<"message_id">(call.in.le32());
  Operation& operation = call.operate(Verb::identify, name_service);
  if (answer) operation.outcome = Outcome::ok;
  if (answer && kind == identification && version == node_version) return node_information(call);
  call.rest();
}

Verb shell_verb(Bytes command) {
  const std::string_view text = text_of(command);
  if (text.starts_with("startprg")) return Verb::start;
  if (text.starts_with("stopprg")) return Verb::stop;
  if (text.starts_with("reset")) return Verb::reset;
  return Verb::diagnose;
}

void login(Call& call, Bytes tags, bool answer, Operation& operation) {
  if (answer) {
    const Bytes status = tag(tag(tags, 0x82), 0x20);
    if (status.size() != 2) return;
    const auto code = static_cast<std::uint16_t>(status[0] | status[1] << 8);
    call.out.set<"result">(code);
    if (code) operation.outcome = Outcome::refused, operation.code = code;
    return;
  }
  const Bytes credentials = tag(tags, 0x81);
  const Bytes user = until_zero(tag(credentials, 0x10)), secret = tag(credentials, 0x11);
  if (!user.empty()) {
    call.out.set<"user_name">(user);
    operation.value = Value::of_run(Value::Kind::text, user);
  }
  if (!secret.empty()) call.out.set<"password_length">(static_cast<std::uint32_t>(secret.size()));
}

// What the tags of a request name.
void name_object(Call& call, std::uint32_t code, Bytes tags, Operation& operation) {
  if (code >> 8 == 0x08) {
    const bool folder = code == 0x080c || code == 0x0810 || code == 0x0811;
    const Bytes name = until_zero(tag(tags, folder ? 0x0b : 0x01));
    if (name.empty()) return;
    call.out.set<"file_name">(name);
    operation.object = named(Place::file, name);
  } else if (code == 0x1101) {
    const Bytes command = until_zero(tag(tags, 0x10));
    if (command.empty()) return;
    call.out.set<"shell_command">(command);
    operation.verb = shell_verb(command);
    operation.object = named(Place::shell, command);
  } else if (code == 0x0201) {
    Bytes name = until_zero(tag(tags, 0x01));
    if (name.empty()) name = until_zero(tag(tag(tags, 0x81), 0x10));
    if (name.empty()) return;
    call.out.set<"application">(name);
    operation.object = named(Place::application, name);
  } else if (code == 0x0212) {
    Bytes option = tag(tags, 0x10);
    if (option.empty()) option = tag(tag(tags, 0x81), 0x10);
    if (option.size() < 2) return;
    const auto number = static_cast<std::uint16_t>(option[0] | option[1] << 8);
    call.out.set<"reset_option">(number);
    operation.value = Value::of(number);
  }
}

// [PDU] Services layer: protocol, size of the header, group, service, session, size of the content.
void service(Call& call) {
  const std::uint16_t protocol_id = call.in.le16();
  if (protocol_id == secured_services) {
    call.out.set<"secured">(true);
    call.output.role = Role::event;
    call.operate(Verb::other, secured).outcome = Outcome::one_way;
    return call.rest();
  }
  const std::uint16_t header = call.in.le16();
  if (protocol_id != plain_services || header < 12 || header > call.in.left()) {
    call.output.role = Role::event;
    return call.rest();
  }
  Reader head = call.in.part(header);
  const std::uint16_t group = head.le16(), number = head.le16();
  const bool answer = group & answer_bit;
  const std::uint32_t code = static_cast<std::uint32_t>(group & 0x7f) << 8 | (number & 0xff);
  call.output.role = answer ? Role::answer : Role::request;
  call.out.set<"service_group">(static_cast<std::uint16_t>(group & 0x7f));
  call.out.set<"service">(code);
  call.out.set<"session">(head.le32());
  const std::uint32_t size = head.le32();
  call.out.set<"content_size">(size);
  const Service* row = service_row(code);
  Operation& operation = call.operate(row ? row->verb : Verb::other, code);
  if (answer) operation.outcome = Outcome::ok;
  const Bytes tags = call.in.rest();
  if (!tags.empty() && code != 0x0102) call.out.set<"data">(tags);  // a login's tags hold a password
  if (size < tags.size()) call.found = fault(Wrong::length);
  if (code == 0x0102) return login(call, tags, answer, operation);
  if (!answer) name_object(call, code, tags, operation);
}

// [PDU] Channel layer: a block of data, the first of a message with its size and checksum.
void data_block(Call& call, std::uint8_t flags) {
  constexpr std::uint8_t first = 0x01;
  call.out.set<"channel">(call.in.le16());
  call.out.set<"block">(call.in.le32());
  call.out.set<"acknowledged">(call.in.le32());
  if (!call.in.ok()) return;
  call.output.role = Role::part;
  if (!(flags & first)) return call.rest();
  const std::uint32_t size = call.in.le32();
  call.in.skip(4);  // checksum
  if (!call.in.ok() || call.in.left() < 4) return call.rest();
  if (size < call.in.left()) call.found = fault(Wrong::length);
  service(call);
}

void channel(Call& call) {
  const std::uint8_t kind = call.in.u8(), flags = call.in.u8();
  if (!call.in.ok()) return;
  call.out.set<"channel_service">(kind);
  const auto meta = [&] { call.in.skip(2 + 4); };  // version, checksum
  switch (kind) {
    case 0x01: return data_block(call, flags);
    case 0x02:
      call.output.role = Role::part;
      call.out.set<"channel">(call.in.le16());
      call.out.set<"block">(call.in.le32());
      return;
    case 0x03:
      call.out.set<"channel">(call.in.le16());
      if (call.in.ok()) call.operate(Verb::heartbeat, channel_alive).outcome = Outcome::one_way;
      return;
    case 0xc3: case 0xc2:
      meta();
      if (kind == 0xc3) call.out.set<"message_id">(call.in.le32());
      call.output.role = Role::request;
      if (call.in.ok()) call.operate(Verb::session, kind == 0xc3 ? channel_open : channel_info);
      return call.rest();
    case 0x83: case 0x82: {
      meta();
      call.output.role = Role::answer;
      std::uint16_t reason = 0;
      if (kind == 0x83) {
        call.out.set<"message_id">(call.in.le32());
        call.out.set<"reason">(reason = call.in.le16());
        call.out.set<"opened_channel">(call.in.le16());
      }
      if (!call.in.ok()) return;
      Operation& operation = call.operate(Verb::session, kind == 0x83 ? channel_open : channel_info);
      operation.outcome = reason ? Outcome::refused : Outcome::ok;
      operation.code = reason;
      return call.rest();
    }
    case 0xc4:
      meta();
      call.out.set<"channel">(call.in.le16());
      call.out.set<"reason">(call.in.le16());
      if (call.in.ok()) call.operate(Verb::session, channel_close).outcome = Outcome::one_way;
      return;
    default: return call.rest();
  }
}

Fault decode(Bytes message, const Context& context, State, Output& output) {
  if (context.transport == Transport::tcp) {
    if (message.size() < block_header) return fault(Wrong::truncated);
    const std::size_t size =
        message[4] | message[5] << 8 | message[6] << 16 | static_cast<std::size_t>(message[7]) << 24;
    if (size != message.size()) return fault(size > message.size() ? Wrong::truncated : Wrong::length);
    message = message.subspan(block_header);
  }
  const std::size_t at = payload_at(message);
  if (!at) return fault(Wrong::truncated);
  Reader in{message};
  Pen out{output.record, in};
  const std::uint8_t header = message[1] & 7, lengths = message[5];
  out.set<"hops">(static_cast<std::uint8_t>(message[1] >> 3));
  out.set<"priority">(static_cast<std::uint8_t>(message[2] >> 6));
  const std::uint8_t service_id = message[3];
  out.set<"datagram_service">(service_id);
  const std::size_t receiver = header * 2u, receiver_size = (lengths & 0xfu) * 2, sender_size = (lengths >> 4) * 2u;
  if (receiver_size) out.set<"receiver_address">(message.subspan(receiver, receiver_size));
  if (sender_size) out.set<"sender_address">(message.subspan(receiver + receiver_size, sender_size));
  in.skip(at);
  Call call{in, out, output};
  output.role = Role::event;
  switch (service_id) {
    case name_ask: case name_tell: name_datagram(call, service_id == name_tell); break;
    case channel_manager: channel(call); break;
    case notify_ask: case notify_tell:
      call.operate(Verb::heartbeat, address_service).outcome = Outcome::one_way;
      call.rest();
      break;
    default: call.rest(); break;
  }
  return in.ok() ? call.found : fault(Wrong::truncated);
}

}  // namespace

const Protocol protocol = {
    .name = "codesys",
    .label = {"CODESYS V3", "CODESYS V3"},
    .doc = "Loads, starts, stops and watches the applications of controllers with a CODESYS runtime.",
    .message = &schema,
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "service",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::codesys
