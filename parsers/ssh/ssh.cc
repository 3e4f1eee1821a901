// SSH: who speaks, with which software and algorithms; sources in table.h.
#include "parsers/ssh/ssh.h"

#include <algorithm>

#include "base/digest.h"
#include "parsers/ssh/table.h"
#include "parsers/wire/line.h"
#include "parsers/wire/notation.h"

namespace langyan::ssh {
namespace {

using Pen = Fill<fields>;
constexpr std::string_view mark = "SSH-";

bool starts(Bytes bytes) { return text_of(bytes).starts_with(mark); }

// Packets in clear fill blocks of eight, with their length; encrypted ones whose length is in clear fill them
// without it.
bool plain_packet(Bytes bytes) {  // packet_head_bytes are there
  const std::size_t length = static_cast<std::size_t>(bytes[0]) << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
  return length >= 12 && length <= longest_packet && (length + 4) % block == 0 && bytes[4] >= least_padding &&
         bytes[4] + 2u <= length && std::ranges::find(code_names, bytes[5], &Name::value) != std::end(code_names);
}

std::size_t packet_size(Bytes bytes) {
  return 4 + (static_cast<std::size_t>(bytes[1]) << 16 | bytes[2] << 8 | bytes[3]);
}

void hold(Output& output, Bytes software) {
  if (!output.assembly) return;
  output.assembly->clear();
  output.assembly->append(software);  // without room the operation has no name
}

Fault identification(Bytes line, Pen& out, Output& output) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line = line.first(line.size() - 1);
  const std::string_view text = text_of(line).substr(mark.size());
  const std::size_t dash = text.find('-');
  if (dash == text.npos || dash == 0) return fault(Wrong::identification);
  const Bytes rest = line.subspan(mark.size() + dash + 1);
  const std::size_t space = std::min(text_of(rest).find(' '), rest.size());
  const Bytes software = rest.first(space);
  out.set<"proto">(line.subspan(mark.size(), dash));
  if (software.empty()) return fault(Wrong::identification);
  out.set<"software">(software);
  if (space < rest.size()) out.set<"comments">(rest.subspan(space + 1));
  output.tell(Trait::description, rest);
  hold(output, software);
  const std::string_view version = text.substr(0, dash);
  return version.starts_with("1.") && version != "1.99" ? fault(Wrong::version_1) : Fault::none;
}

struct Lists {  // of [SSH] 7.1, in its order
  Bytes kex, host_keys;
  std::array<Bytes, 2> ciphers, macs, compressions;  // client to server, server to client
};

bool read_lists(Reader& in, Lists& lists) {
  constexpr std::size_t cookie = 16;
  in.skip(cookie);
  const auto next = [&](Bytes& list) { list = in.take(in.be32()); };
  next(lists.kex), next(lists.host_keys);
  for (auto* pair : {&lists.ciphers, &lists.macs, &lists.compressions}) next((*pair)[0]), next((*pair)[1]);
  for (int languages = 0; languages < 2; ++languages) in.skip(in.be32());
  in.skip(1 + 4);  // whether a guess follows; reserved
  return in.ok();
}

void begin_session(const Context& context, Memory& memory, Output& output) {
  const auto side = static_cast<std::size_t>(context.direction);
  if (memory.begun[side]) return;  // keys are exchanged anew
  memory.begun[side] = true;
  Operation& operation = output.operate(Verb::session);
  operation.outcome = Outcome::ok;
  operation.object.space = static_cast<std::uint8_t>(side);
  if (!output.assembly) return;
  operation.object.text = output.scratch.copy(output.assembly->bytes());
  output.assembly->clear();
}

Fault key_exchange(Reader& in, const Context& context, Memory& memory, Pen& out, Output& output) {
  Lists lists;
  if (!read_lists(in, lists)) return fault(Wrong::length);
  const bool client = context.direction == Direction::to_server;
  const std::size_t own = client ? 0 : 1;
  begin_session(context, memory, output);
  wire::Line<longest_hassh> line;
  line.put(lists.kex)
      .put(';')
      .put(lists.ciphers[own])
      .put(';')
      .put(lists.macs[own])
      .put(';')
      .put(lists.compressions[own]);
  if (!line.full()) {
    wire::Line<32> hash;
    hash.hex(md5(line.bytes()));
    const Bytes digits = hash.keep(output.scratch), text = line.keep(output.scratch);
    if (!digits.empty()) client ? out.set<"hassh">(digits) : out.set<"hassh_server">(digits);
    if (!text.empty()) client ? out.set<"hassh_string">(text) : out.set<"hassh_server_string">(text);
  }
  out.set<"kex_algorithms">(lists.kex);
  out.set<"host_key_algorithms">(lists.host_keys);
  out.set<"ciphers">(lists.ciphers[own]);
  out.set<"macs">(lists.macs[own]);
  return Fault::none;
}

Fault decode(Bytes message, const Context& context, State state_octets, Output& output) {
  Memory& memory = state<Memory>(state_octets);
  const auto side = static_cast<std::size_t>(context.direction);
  Reader in{message};
  Pen out{output.record, in};
  output.role = Role::part;
  if (memory.encrypted[side]) return Fault::none;
  if (starts(message)) {
    output.role = Role::event;
    return message.size() > longest_identification || message.back() != '\n' ? fault(Wrong::identification)
                                                                             : identification(message, out, output);
  }
  if (message.size() < packet_head_bytes || !plain_packet(message) || packet_size(message) != message.size())
    return fault(Wrong::length);
  Reader body{message.subspan(packet_head_bytes, message.size() - packet_head_bytes - message[4])};
  Pen pen{output.record, body};
  const auto code = static_cast<Code>(message[5]);
  out.set<"message">(message[5]);
  output.role = Role::event;
  switch (code) {
    case Code::kexinit: return key_exchange(body, context, memory, pen, output);
    case Code::newkeys:
      memory.encrypted[side] = true;
      out.set<"encrypted">(true);
      return Fault::none;
    case Code::disconnect: {
      pen.set<"disconnect_reason">(body.be32());
      const Bytes text = body.take(body.be32());
      pen.set<"disconnect_text">(text);
      return body.ok() ? Fault::none : fault(Wrong::length);
    }
  }
  return Fault::none;
}

inline constexpr Space spaces[] = {{"client", {"Client", "客户端"}}, {"server", {"Server", "服务器"}}};

}  // namespace

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Identity::no;
  const std::string_view text = text_of(bytes);
  if (text.size() < mark.size()) return mark.starts_with(text) ? Identity::unsure : Identity::no;
  if (!text.starts_with(mark)) return Identity::no;
  if (text.size() == mark.size()) return Identity::unsure;
  return text[mark.size()] >= '1' && text[mark.size()] <= '9' ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) {
  const std::string_view text = text_of(bytes);
  if (bytes[0] == 'S') {
    if (text.size() < mark.size() && mark.starts_with(text)) return Frame::need(mark.size());
    if (starts(bytes)) {
      const std::size_t end = text.substr(0, longest_identification).find('\n');
      if (end != text.npos) return Frame::message(end + 1);
      return text.size() < longest_identification ? Frame::need() : Frame::message(longest_identification);
    }
  }
  if (bytes[0] == 0) {
    if (bytes.size() < packet_head_bytes) return Frame::need(packet_head_bytes);
    if (plain_packet(bytes)) {
      const std::size_t size = packet_size(bytes);
      return bytes.size() < size ? Frame::need(size) : Frame::message(size);
    }
  }
  // Secret, or lines a server says before it identifies itself.
  const std::size_t at = text.substr(0, longest_preface).find("\nSSH-");
  return Frame::skip(at == text.npos ? bytes.size() : at + 1);
}

std::size_t resync(Bytes bytes, const Context&) {  // what follows a gap is mostly secret
  if (starts(bytes) || (bytes.size() >= packet_head_bytes && bytes[0] == 0 && plain_packet(bytes))) return 0;
  return bytes.size();
}

const Protocol protocol = {
    .name = "ssh",
    .label = {"SSH", "SSH"},
    .doc = "Remote shell and file transfer of servers, switches and controllers, in secret.",
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

}  // namespace langyan::ssh
