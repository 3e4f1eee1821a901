// NetBIOS over UDP: by which hosts with Windows, and many panels and drives that share files with them, call
// their names into the segment.
//
// [1001] RFC 1001, NetBIOS over TCP/UDP: Concepts     [1002] RFC 1002, Detailed Specifications
// [MSNB] Microsoft, NetBIOS suffixes (the sixteenth character of a name)
#include "parsers/netbios/netbios.h"

#include <algorithm>

#include "parsers/netbios/table.h"
#include "parsers/wire/spelled.h"

namespace langyan::netbios {
namespace {

using Pen = Fill<fields>;
constexpr std::size_t most_notation = 120, most_scope_labels = 8;
constexpr std::uint8_t opcode_query = 0, opcode_registration = 5, opcode_refresh = 8, opcode_multi_homed = 15;
constexpr std::uint16_t type_name = 0x20, type_status = 0x21, group_flag = 0x8000, broadcast_flag = 0x0010;
constexpr std::uint8_t pointer = 0xc0;

struct Coded {  // a name in the message
  Bytes text;   // without padding, in scratch
  std::uint8_t suffix = 0;
};

// 15 octets padded with blanks, then the suffix.
Coded plain(Output& output, Bytes sixteen) {
  std::size_t size = name_bytes - 1;
  while (size > 0 && (sixteen[size - 1] == ' ' || sixteen[size - 1] == 0)) --size;
  return {output.scratch.copy(sixteen.first(size)), sixteen[name_bytes - 1]};
}

// [1001] 14.1: each half of an octet as a letter from A; then labels of a scope. False: no name.
bool take_name(Reader& in, Output& output, Coded& name) {
  if (in.u8() != coded_bytes) return false;
  const Bytes coded = in.take(coded_bytes);
  if (!in.ok()) return false;
  std::array<std::uint8_t, name_bytes> octets;
  for (std::size_t i = 0; i < name_bytes; ++i) {
    const std::uint8_t high = coded[2 * i] - 'A', low = coded[2 * i + 1] - 'A';
    if (high > 15 || low > 15) return false;
    octets[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  name = plain(output, octets);
  for (std::size_t i = 0; i < most_scope_labels && in.ok(); ++i) {
    const std::uint8_t size = in.u8();
    if (size == 0) return in.ok();
    if (size >= 64) return false;
    in.skip(size);
  }
  return false;
}

void skip_name(Reader& in, Output& output, Coded& name) {  // of a record: often a pointer to the question
  if ((in.peek() & pointer) == pointer) return in.skip(2);
  take_name(in, output, name);
}

bool is_host(std::uint8_t suffix) { return suffix == 0x00 || suffix == 0x20; }

void status(Reader& in, Pen& out, Output& output) {  // [1002] 4.2.18
  const std::uint8_t count = in.u8();
  bool told = false;
  for (std::size_t i = 0; i < count && i < most_names && in.ok(); ++i) {
    const Bytes octets = in.take(name_bytes);
    const std::uint16_t flags = in.be16();
    if (!in.ok()) return;
    const Coded name = plain(output, octets);
    Fill<name_fields> pen{output.items.start(name_schema), in};
    pen.set<"registered_name">(name.text);
    pen.set<"registered_suffix">(name.suffix);
    pen.set<"registered_group">((flags & group_flag) != 0);
    output.items.emit();
    if (!told && !(flags & group_flag) && is_host(name.suffix) && wire::is_readable(name.text))
      told = true, output.tell(Trait::name, name.text);
  }
  if (in.left() < 6) return;
  Mac mac;
  std::ranges::copy(in.take(6), mac.octets.begin());
  if (mac.number() != 0) out.set<"unit_mac">(mac);
}

Verb verb_of(std::uint8_t opcode) { return opcode == opcode_query ? Verb::read : Verb::report; }

Fault decode_names(Bytes message, Pen& out, Output& output) {
  Reader in{message};
  const std::uint16_t id = in.be16(), flags = in.be16();
  std::uint16_t counts[4];
  for (std::uint16_t& count : counts) count = in.be16();
  if (!in.ok()) return fault(Wrong::truncated);
  const bool is_answer = flags & 0x8000, broadcast = flags & broadcast_flag;
  const std::uint8_t opcode = flags >> 11 & 15, rcode = flags & 15;
  out.set<"transaction_id">(id);
  out.set<"is_answer">(is_answer);
  out.set<"opcode">(opcode);
  if (is_answer) out.set<"rcode">(rcode);
  out.set<"broadcast">(broadcast);
  output.role = broadcast ? Role::event : is_answer ? Role::answer : Role::request;
  Coded name;
  std::uint16_t kind = type_name;
  if (counts[0] > 0) {
    if (!take_name(in, output, name)) return fault(in.ok() ? Wrong::name : Wrong::truncated);
    kind = in.be16();
    in.skip(2);
  }
  Bytes address;
  bool group = false;
  if (counts[1] + counts[2] + counts[3] > 0) {
    Coded of_record;
    skip_name(in, output, of_record);
    if (counts[0] == 0) name = of_record;
    kind = in.be16();
    in.skip(6);
    Reader data = in.part(in.be16());
    if (!in.ok()) return fault(Wrong::truncated);
    if (kind == type_status) status(data, out, output);
    else if (kind == type_name && data.left() >= 6) group = data.be16() & group_flag, address = data.take(4);
  }
  if (!in.ok()) return fault(Wrong::truncated);
  if (name.text.data()) out.set<"name">(name.text), out.set<"suffix">(name.suffix);
  out.set<"question_type">(kind);
  if (!address.empty()) {
    if (const Bytes run = wire::ip_value(output.scratch, address); !run.empty()) out.set<"address">(run);
    out.set<"is_group">(group);
  }
  // Who registers a name, or answers for it in the segment, has it.
  const bool registers = opcode == opcode_registration || opcode == opcode_refresh || opcode == opcode_multi_homed;
  if (((registers && !is_answer) || (opcode == opcode_query && is_answer && broadcast)) && !group && !address.empty() &&
      is_host(name.suffix) && wire::is_readable(name.text)) {
    output.tell(Trait::name, name.text);
  }
  if (!wire::is_readable(name.text)) return Fault::none;
  Operation& operation = output.operate(verb_of(opcode));
  operation.function = opcode;
  operation.object = {.area = name.suffix, .count = 1, .text = name.text};
  operation.outcome = is_answer   ? (rcode ? Outcome::refused : Outcome::ok)
                      : broadcast ? Outcome::one_way
                                  : Outcome::pending;
  operation.code = is_answer ? rcode : 0;
  const Bytes spelled = is_answer ? wire::spell_ip(output.scratch, address) : Bytes{};
  if (!spelled.empty()) operation.value = Value::of_run(Value::Kind::text, spelled);
  return Fault::none;
}

Fault decode_datagram(Bytes message, Pen& out, Output& output) {  // [1002] 4.4.1
  Reader in{message};
  const std::uint8_t kind = in.u8();
  in.skip(1);
  const std::uint16_t id = in.be16();
  const Bytes source = in.take(4);
  in.skip(2);
  if (!in.ok()) return fault(Wrong::truncated);
  out.set<"transaction_id">(id);
  out.set<"datagram_type">(kind);
  if (const Bytes run = wire::ip_value(output.scratch, source); !run.empty()) out.set<"address">(run);
  if (kind > 18) return Fault::none;
  in.skip(4);
  Coded from, to;
  if (!take_name(in, output, from) || !take_name(in, output, to))
    return fault(in.ok() ? Wrong::name : Wrong::truncated);
  out.set<"source_name">(from.text);
  out.set<"source_suffix">(from.suffix);
  out.set<"name">(to.text);
  out.set<"suffix">(to.suffix);
  if (!wire::is_readable(from.text)) return Fault::none;
  if (is_host(from.suffix)) output.tell(Trait::name, from.text);
  Operation& operation = output.operate(Verb::report);
  operation.object = {.area = from.suffix, .count = 1, .text = from.text};
  operation.outcome = Outcome::one_way;
  return Fault::none;
}

bool has_port(const Context& context, std::uint16_t port) {
  return context.client_port == port || context.server_port == port;
}

Fault decode(Bytes message, const Context& context, State, Output& output) {
  const Reader whole{message};
  Pen out{output.record, whole};
  const bool datagram = !has_port(context, port_names) && has_port(context, port_datagrams);
  out.set<"service">(static_cast<std::uint8_t>(datagram ? Service::datagrams : Service::names));
  return datagram ? decode_datagram(message, out, output) : decode_names(message, out, output);
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::udp || bytes.size() < header_bytes) return Identity::no;
  if (has_port(context, port_names)) {
    const std::uint8_t opcode = bytes[2] >> 3 & 15;
    const bool known = std::ranges::any_of(opcode_names, [&](const Name& row) { return row.value == opcode; });
    return known && bytes[4] == 0 && bytes[5] <= 1 && bytes[6] == 0 && bytes[7] <= 1 ? Identity::yes : Identity::no;
  }
  return has_port(context, port_datagrams) && bytes[0] >= 16 && bytes[0] <= 22 ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) {
  return bytes.size() >= header_bytes ? Frame::message(bytes.size()) : Frame::lost();
}

std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }

void notation(const Object& object, std::string& out) {
  constexpr char digits[] = "0123456789abcdef";
  out += text_of(object.text).substr(0, most_notation);
  out += '<', out += digits[object.area >> 4 & 15], out += digits[object.area & 15], out += '>';
}

End sender(Bytes bytes, const Context& context) {
  if (bytes.size() < 3 || !has_port(context, port_names)) return End::unknown;
  return bytes[2] & 0x80 ? End::server : End::client;
}

}  // namespace

const Protocol protocol = {
    .name = "netbios",
    .label = {"NetBIOS", "NetBIOS"},
    .doc = "Calls the names of hosts into the segment.",
    .message = &schema,
    .items = {&name_schema},
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
    .industrial = false,
};

}  // namespace langyan::netbios
