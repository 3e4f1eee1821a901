// TriStation: the engineering protocol of Triconex safety controllers, which TRITON spoke to load its
// implant. Not published by the vendor; what is here was described by those who examined the attack.
//
// [NOZ] Nozomi Networks, TRITON: how it disrupted safety systems (2018), the TriStation dissector's description
// [FE]  FireEye, A Totally Tubular Treatise on TRITON and TriStation (2018)
//
// Which numbers answers have is not described; only that of the command is named, in answers by the
// sequence number it repeats.
#include "parsers/tristation/tristation.h"

#include <array>

#include "parsers/tristation/table.h"
#include "parsers/wire/crc16.h"

namespace langyan::tristation {
namespace {

using Pen = Fill<fields>;

// The flow's memory: the command each of the last sequence numbers belonged to.
struct Memory {
  static constexpr std::size_t most_asked = 32;
  struct Asked {
    std::uint8_t sequence, command;
  };
  std::array<Asked, most_asked> asked;
  std::uint8_t next;
  bool wrapped;

  void remember(std::uint8_t sequence, std::uint8_t command) {
    asked[next] = {sequence, command};
    next = static_cast<std::uint8_t>((next + 1) % most_asked);
    wrapped = wrapped || next == 0;
  }
  const Asked* find(std::uint8_t sequence) const {
    const std::size_t count = wrapped ? most_asked : next;
    for (std::size_t back = 1; back <= count; ++back) {
      const Asked& one = asked[(next + most_asked - back) % most_asked];
      if (one.sequence == sequence) return &one;
    }
    return nullptr;
  }
};

std::uint16_t le16(Bytes bytes, std::size_t at) { return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8); }

using Checksum = wire::Crc16<0x8005, 0, wire::Bits::reflected>;

bool checksum_holds(Bytes message) {
  const std::size_t body = message.size() - checksum_bytes;
  return wire::crc16<Checksum>(message.first(body)) == le16(message, body);
}

bool sound(Bytes bytes) {
  if (bytes.size() < header_bytes + checksum_bytes || bytes.size() > longest_message) return false;
  const std::uint16_t type = le16(bytes, 0);
  return type >= 1 && type <= 11 && header_bytes + le16(bytes, 2) + checksum_bytes == bytes.size();
}

bool on_port(const Context& context) {
  return context.client_port == ports[0].port || context.server_port == ports[0].port;
}

Fault command(Reader& in, Pen& out, Memory& memory, Output& output) {
  const bool request = in.u8() == 0;
  out.set<"controller">(in.u8());
  const std::uint8_t code = in.u8(), sequence = in.u8();
  in.skip(2 + 2);  // unknown, a sum over the header
  const std::uint16_t length = in.le16();
  if (!in.ok()) return fault(Wrong::truncated);
  out.set<"sequence">(sequence);
  output.role = request ? Role::request : Role::answer;
  Fault found = length == command_bytes + in.left() ? Fault::none : fault(Wrong::length);
  const Command* row = nullptr;
  if (request) {
    out.set<"command">(code);
    memory.remember(sequence, code);
    row = command_row(code);
    if (!row) found = fault(Wrong::command);
  } else {
    out.set<"answer_code">(code);
    if (const Memory::Asked* asked = memory.find(sequence)) {
      out.set<"command">(asked->command);
      row = command_row(asked->command);
    }
  }
  Operation& operation = output.operate(row ? row->verb : Verb::other);
  operation.function = row ? row->code : request ? std::uint32_t{code} : no_function;
  if (!request) operation.outcome = Outcome::ok;
  if (in.left() > 0) out.set<"data">(in.rest());
  return found;
}

Fault decode(Bytes message, const Context&, State memory, Output& output) {
  if (message.size() < header_bytes + checksum_bytes) return fault(Wrong::truncated);
  Reader in{message.first(message.size() - checksum_bytes)};
  Pen out{output.record, in};
  const std::uint16_t type = in.le16(), length = in.le16();
  out.set<"message_type">(type);
  if (length != in.left()) return fault(Wrong::length);
  if (!checksum_holds(message)) return fault(Wrong::checksum);
  const auto kind = static_cast<Type>(type);
  if (kind == Type::command) return command(in, out, state<Memory>(memory), output);
  output.role = Role::event;
  Operation& operation = output.operate(kind == Type::ping ? Verb::heartbeat : Verb::session);
  operation.outcome = Outcome::one_way;
  if (in.left() > 0) out.set<"data">(in.rest());
  if (kind == Type::connection_response || kind == Type::disconnect_response) operation.outcome = Outcome::ok;
  if (type <= static_cast<std::uint16_t>(Type::ping)) return Fault::none;
  operation.outcome = Outcome::refused;
  operation.code = type;
  return fault(Wrong::refused);
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::udp || !sound(bytes)) return Identity::no;
  return on_port(context) || checksum_holds(bytes) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) { return Frame::message(bytes.size()); }
std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }

End sender(Bytes bytes, const Context&) {
  if (bytes.size() <= header_bytes) return End::unknown;
  switch (static_cast<Type>(le16(bytes, 0))) {
    case Type::connection_request: case Type::disconnect_request: case Type::ping: return End::client;
    case Type::command: return bytes[header_bytes] == 0 ? End::client : End::server;
    default: return End::server;
  }
}

}  // namespace

const Protocol protocol = {
    .name = "tristation",
    .label = {"TriStation", "TriStation"},
    .doc = "Programs, runs and halts Triconex safety controllers.",
    .message = &schema,
    .items = {},
    .ports = ports,
    .spaces = {},
    .faults = faults,
    .function_field = "command",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = nullptr,
    .sender = sender,
};

}  // namespace langyan::tristation
