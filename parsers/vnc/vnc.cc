// VNC: who may work a screen; sources in table.h.
//
// What comes depends on what both sides said before, so framing hands over what is there, and decode gathers
// it to the units of the opening. Behind that nothing is gathered.
#include "parsers/vnc/vnc.h"

#include <algorithm>

#include "parsers/vnc/table.h"
#include "parsers/wire/notation.h"

namespace langyan::vnc {
namespace {

using Pen = Fill<fields>;
constexpr std::string_view mark = "RFB ";
constexpr std::uint8_t offers_list = 7, tells_reason = 8;  // since which minor version
constexpr std::size_t client = 0, server = 1;

struct Call {
  Memory& memory;
  Reader& in;
  Pen& out;
  Output& output;
  Fault found = Fault::none;
  void end() { memory.next = {Unit::done, Unit::done}; }
  void blame(Wrong wrong) {
    if (found == Fault::none || fault(wrong) < found) found = fault(wrong);
  }
};

bool is_version(Bytes bytes) {  // as far as it is there
  constexpr std::string_view form = "RFB ddd.ddd\n";
  for (std::size_t i = 0; i < std::min(bytes.size(), form.size()); ++i) {
    const bool digit = bytes[i] >= '0' && bytes[i] <= '9';
    if (form[i] == 'd' ? !digit : bytes[i] != static_cast<std::uint8_t>(form[i])) return false;
  }
  return true;
}

void refuse(Call& call, std::uint32_t code) {
  Operation& operation = call.output.operate(Verb::session);
  operation.outcome = Outcome::refused;
  operation.code = static_cast<std::uint16_t>(std::min<std::uint32_t>(code, 0xffff));
}

Bytes text(Call& call) {
  const std::uint32_t size = call.in.be32();
  if (call.in.ok() && size > longest_text) {
    call.blame(Wrong::length);
    call.end();
    return {};
  }
  return call.in.take(size);
}

void choose(Call& call, std::uint8_t security) {
  Memory& memory = call.memory;
  call.out.set<"security">(security);
  memory.security = static_cast<Security>(security);
  memory.has_security = true;
  memory.next[client] = Unit::client_init;
  switch (memory.security) {
    case Security::none:
      call.blame(Wrong::no_authentication);
      memory.next[server] = memory.minor >= tells_reason ? Unit::result : Unit::server_init;
      return;
    case Security::vnc:
      memory.next = {Unit::response, Unit::challenge};
      return;
    default: call.end();  // sign-ins of other makers
  }
}

void version(Call& call, std::size_t side) {
  const Bytes octets = call.in.take(version_bytes);
  if (!call.in.ok()) return;
  if (!is_version(octets)) return call.end();
  call.out.set<"version">(octets.subspan(mark.size(), 7));
  call.memory.next[side] = side == server ? Unit::security : Unit::choice;
  if (side == server) return;
  const unsigned major = static_cast<unsigned>(octets[6] - '0'), minor = static_cast<unsigned>(octets[10] - '0');
  call.memory.minor = static_cast<std::uint8_t>(major > 3 ? tells_reason : minor);
  if (call.memory.minor < offers_list) call.memory.next[client] = Unit::client_init;  // the server decides
}

void security(Call& call) {
  Memory& memory = call.memory;
  if (memory.minor < offers_list) {
    const std::uint32_t type = call.in.be32();
    const Bytes reason = type == 0 && call.in.ok() ? text(call) : Bytes{};
    if (!call.in.ok()) return;
    if (type != 0) return choose(call, static_cast<std::uint8_t>(std::min<std::uint32_t>(type, 255)));
    if (!reason.empty()) call.out.set<"reason">(reason);
    refuse(call, 1);
    return call.end();
  }
  const std::uint8_t count = call.in.u8();
  const Bytes types = call.in.take(count);
  const Bytes reason = count == 0 && call.in.ok() ? text(call) : Bytes{};
  if (!call.in.ok()) return;
  if (count == 0) {
    if (!reason.empty()) call.out.set<"reason">(reason);
    refuse(call, 1);
    return call.end();
  }
  call.out.set<"security_types">(types);
  memory.offered = {};
  for (std::uint8_t type : types) memory.offered[type / 8] |= static_cast<std::uint8_t>(1 << type % 8);
  memory.next[server] = Unit::result;  // until the client has chosen
}

void choice(Call& call) {
  const std::uint8_t type = call.in.u8();
  if (!call.in.ok()) return;
  const bool offers_seen = std::ranges::any_of(call.memory.offered, [](std::uint8_t octet) { return octet != 0; });
  if (offers_seen && !(call.memory.offered[type / 8] >> type % 8 & 1)) call.blame(Wrong::choice);
  choose(call, type);
}

void result(Call& call) {
  const std::uint32_t value = call.in.be32();
  const Bytes reason = value != 0 && call.memory.minor >= tells_reason && call.in.ok() ? text(call) : Bytes{};
  if (!call.in.ok()) return;
  call.out.set<"result">(value);
  if (!reason.empty()) call.out.set<"reason">(reason);
  call.memory.next[server] = value == 0 ? Unit::server_init : Unit::done;
  if (value != 0) refuse(call, value);
}

void server_init(Call& call) {
  constexpr std::size_t pixel_format = 16;
  const std::uint16_t width = call.in.be16(), height = call.in.be16();
  call.in.skip(pixel_format);
  const Bytes name = text(call);
  if (!call.in.ok()) return;
  call.memory.next[server] = Unit::done;
  call.out.set<"width">(width);
  call.out.set<"height">(height);
  if (!name.empty()) call.out.set<"desktop">(name);
  call.output.tell(Trait::name, name);
  Operation& operation = call.output.operate(Verb::session);
  operation.outcome = Outcome::ok;
  operation.object.text = name;
}

void client_init(Call& call) {
  const std::uint8_t shared = call.in.u8();
  if (!call.in.ok()) return;
  call.out.set<"shared">(shared != 0);
  call.memory.next[client] = Unit::done;
}

void read_unit(Call& call, std::size_t side) {
  Memory& memory = call.memory;
  switch (memory.next[side]) {
    case Unit::version: return version(call, side);
    case Unit::security: return security(call);
    case Unit::choice: return choice(call);
    case Unit::client_init: return client_init(call);
    case Unit::server_init: return server_init(call);
    case Unit::result:
      if (!memory.has_security) return call.end();  // the choice was not seen
      return result(call);
    case Unit::challenge:
      call.in.skip(challenge_bytes);
      if (call.in.ok()) memory.next[server] = Unit::result;
      return;
    case Unit::response:
      call.in.skip(challenge_bytes);  // what the password made of the challenge; not kept
      if (call.in.ok()) memory.next[client] = Unit::client_init;
      return;
    case Unit::done: return;
  }
}

Fault decode(Bytes message, const Context& context, State octets, Output& output) {
  Memory& memory = state<Memory>(octets);
  const std::size_t side = context.direction == Direction::to_server ? client : server;
  output.role = Role::part;
  if (context.after_gap) memory.next = {Unit::done, Unit::done};
  Assembly* held = output.assembly;
  if (memory.next[side] == Unit::done) {
    if (held) held->clear();
    return Fault::none;
  }
  Bytes all = message;
  if (held && !held->bytes().empty()) {
    if (!held->append(message.first(std::min(message.size(), longest_unit))))
      return memory.next = {Unit::done, Unit::done}, Fault::none;
    all = output.scratch.copy(held->bytes());
    held->clear();
  }
  Fault found = Fault::none;
  while (!all.empty() && memory.next[side] != Unit::done) {
    Reader in{all};
    Pen out{output.record, in};
    Call call{memory, in, out, output};
    read_unit(call, side);
    if (!in.ok()) {  // more of it is to come
      if (!held || !held->append(all)) memory.next = {Unit::done, Unit::done};
      break;
    }
    if (found == Fault::none) found = call.found;
    if (in.left() == all.size()) break;  // nothing to read: the end
    all = all.last(in.left());
  }
  if (output.record.present() != 0 || output.operations_total > 0) output.role = Role::event;
  return found;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp || !is_version(bytes)) return Identity::no;
  return bytes.size() < version_bytes ? Identity::unsure : Identity::yes;
}

Frame frame(Bytes bytes, const Context&) { return Frame::message(std::min(bytes.size(), most_message_bytes)); }
std::size_t resync(Bytes, const Context&) { return 0; }

inline constexpr Space spaces[] = {{"desktop", {"Desktop", "桌面"}}};

}  // namespace

const Protocol protocol = {
    .name = "vnc",
    .label = {"VNC", "VNC 远程桌面"},
    .doc = "Screen, keyboard and mouse of an HMI or workstation elsewhere.",
    .message = &schema,
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = {},
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = wire::text_notation,
    .industrial = false,
};

}  // namespace langyan::vnc
