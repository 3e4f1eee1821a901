// SMB: files, printers and pipes of Windows hosts. Engineers move projects by it, administrators reach
// services over its pipes, and worms spread by its first version and its administrative shares.
//
// [SMB1] Microsoft, [MS-CIFS] and [MS-SMB]    [SMB2] Microsoft, [MS-SMB2]    [NLMP] Microsoft, [MS-NLMP]
// [ERREF] Microsoft, [MS-ERREF]               [NBT] RFC 1002                 [C706] The Open Group, DCE 1.1: RPC
// What EternalBlue and DoublePulsar send: Microsoft MS17-010 and the public analyses of CVE-2017-0144.
#include "parsers/smb/smb.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "parsers/smb/table.h"
#include "parsers/wire/dcerpc.h"
#include "parsers/wire/ntlm.h"
#include "parsers/wire/notation.h"

namespace langyan::smb {
namespace {

constexpr PortHint ports[] = {{Transport::tcp, 445}, {Transport::tcp, 139}};
constexpr Space spaces[] = {{"file", {"File", "文件"}}};
constexpr std::uint32_t pending_status = 0x00000103, more_processing = 0xc0000016;
constexpr std::uint32_t severity_error = 0xc0000000;

bool same(std::string_view a, std::string_view lower) {
  return std::ranges::equal(a, lower, {},
                            [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
}

std::string_view last_word(std::string_view path) {
  const std::size_t at = path.rfind('\\');
  return at == path.npos ? path : path.substr(at + 1);
}

// ADMIN$ and the drives' shares C$, D$ …
bool is_administrative(std::string_view share) {
  return same(share, "admin$") || (share.size() == 2 && share[1] == '$');
}

void put_version(Call& call, const wire::NtlmSignIn& said) {
  if (said.version[0] == 0) return;
  char text[40];
  const int size = std::snprintf(text, sizeof text, "Windows %u.%u.%u", unsigned{said.version[0]},
                                 unsigned{said.version[1]}, unsigned{said.build});
  const Bytes copy = call.output.scratch.copy(bytes_of({text, static_cast<std::size_t>(size)}));
  if (copy.empty()) return;
  call.out.set<"ntlmssp_version">(copy);
  call.output.tell(Trait::firmware, copy);
}

Role role_of(const Call& call) {
  if (!call.request) return call.status == pending_status ? Role::event : Role::answer;
  const bool unanswered =
      call.command == cancel || call.command == smb1_transaction2_secondary || call.command == of_smb1 + 0xa4;
  return unanswered ? Role::event : Role::request;
}

void act(Call& call) {
  const CommandRow* row = find_command(call.command);
  if (call.status == pending_status) return;
  Operation& operation = call.output.operate(row ? row->verb : Verb::other);
  operation.function = call.command;
  operation.object.text = call.object;
  if (call.request) return;
  const bool refused = (call.status & severity_error) == severity_error && call.status != more_processing;
  operation.outcome = refused ? Outcome::refused : Outcome::ok;
  operation.code = refused ? static_cast<std::uint16_t>(call.status) : 0;
}

Fault session(Bytes message, Pen& out, Output& output) {
  out.set<"version">(static_cast<std::uint8_t>(Version::session));
  (void)message;
  output.role = Role::event;
  return Fault::none;
}

Fault decode(Bytes message, const Context& context, State state_bytes_, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  constexpr std::uint8_t first_other = 0x80, last_other = 0x8f;
  if (message[0] >= first_other && message[0] <= last_other) return session(message, out, output);
  const Bytes body =
      message.subspan(message[0] == 0 && message.size() > session_header_bytes ? session_header_bytes : 0);
  Memory& memory = state<Memory>(state_bytes_);
  Call call{body, out, in, output, memory, context.direction == Direction::to_server};
  output.role = Role::event;
  const std::uint8_t kind = body[0];
  if (kind == 0xfd || kind == 0xfc) {
    out.set<"version">(static_cast<std::uint8_t>(kind == 0xfd ? Version::encrypted : Version::compressed));
    constexpr std::size_t session_at = 44;  // [SMB2] 2.2.41
    if (kind == 0xfd && call.has(session_at + 8)) out.set<"session_id">(call.le64(session_at));
    return Fault::none;
  }
  const bool old = kind == 0xff;
  if ((!old && kind != 0xfe) || !call.has(old ? smb1_header_bytes : smb2_header_bytes)) return fault(Wrong::length);
  // Each message says itself which way it goes.
  call.request = old ? !(body[9] & 0x80) : !(call.le32(16) & 1);
  out.set<"version">(static_cast<std::uint8_t>(old ? Version::smb1 : Version::smb2));
  if (old) read_smb1(call);
  else read_smb2(call);
  if (call.found == fault(Wrong::length)) return call.found;
  output.role = role_of(call);
  act(call);
  return call.found;
}

}  // namespace

const CommandRow* find_command(std::uint16_t code) {
  const auto* row = std::ranges::find(commands, code, &CommandRow::code);
  return row == std::end(commands) ? nullptr : row;
}

void sign_in(Call& call, Bytes token) {
  const wire::NtlmSignIn said = wire::read_ntlm(call.output.scratch, token);
  if (said.kind == wire::Ntlm::challenge) {
    if (!said.target.empty()) call.output.tell(Trait::name, said.target);
    return put_version(call, said);
  }
  if (said.kind != wire::Ntlm::authenticate) return;
  if (!said.user.empty()) call.out.set<"ntlmssp_user">(said.user);
  if (!said.domain.empty()) call.out.set<"ntlmssp_domain">(said.domain);
  if (!said.workstation.empty()) {
    call.out.set<"ntlmssp_workstation">(said.workstation);
    call.output.tell(Trait::name, said.workstation);
  }
  put_version(call, said);
}

void connect(Call& call, Bytes path) {
  if (path.empty()) return;
  call.out.set<"share">(path);
  call.object = path;
  const std::string_view share = last_word(text_of(path));
  call.memory.asked_place = is_administrative(share) ? Place::admin : same(share, "ipc$") ? Place::pipe : Place::disk;
}

void connected(Call& call, Place place) {
  if (call.status & severity_error) return;
  const Place asked = call.memory.asked_place;
  Memory::Share& share = call.memory.shares[call.memory.next_share];
  call.memory.next_share = static_cast<std::uint8_t>((call.memory.next_share + 1) % most_places);
  share = {call.tree, place == Place::disk && asked == Place::admin ? Place::admin : place};
}

void opened(Call& call, Bytes name) {
  if (name.empty()) return;
  call.object = name;
  if (call.place() != Place::pipe) return call.out.set<"file_name">(name);
  call.memory.opened_pipe = true;
  call.out.set<"named_pipe">(name);
  if (same(last_word(text_of(name)), "svcctl")) call.blame(Wrong::service_pipe);
}

void pipe_data(Call& call, Bytes data) {
  if (data.size() < wire::connection_header_bytes) return;
  const std::size_t size = wire::fragment_size(data);
  if (size == 0 || size > data.size()) return;
  const wire::Fragment fragment = wire::read_fragment(data.first(size));
  if (!fragment.sound) return;
  call.out.set<"rpc_type">(static_cast<std::uint8_t>(fragment.type));
  if (fragment.type == wire::RpcType::request) {
    const wire::RpcCall asked = wire::read_call(fragment);
    if (!asked.sound) return;
    call.out.set<"rpc_opnum">(asked.opnum);
    if (!asked.stub.empty()) call.out.set<"rpc_stub">(asked.stub);
  } else if (fragment.type == wire::RpcType::response) {
    const wire::RpcReply told = wire::read_reply(fragment);
    if (told.sound && !told.stub.empty()) call.out.set<"rpc_stub">(told.stub);
  } else if (fragment.type == wire::RpcType::bind || fragment.type == wire::RpcType::alter_context) {
    bool first = true;
    wire::each_presentation(fragment, [&](const wire::Presentation& each) {
      if (!std::exchange(first, false)) return;
      const auto run = call.output.scratch.take(wire::uuid_text_bytes);
      if (run.size() != wire::uuid_text_bytes) return;
      wire::write_uuid(each.interface, run.first<wire::uuid_text_bytes>());
      call.out.set<"rpc_interface">(Bytes{run});
    });
  }
}

void written(Call& call, Bytes data, std::uint64_t offset) {
  if (data.empty()) return;
  call.out.set<"file_data">(data);
  if (offset == 0 && data.size() > 2 && data[0] == 'M' && data[1] == 'Z' && call.place() == Place::admin)
    call.blame(Wrong::executable);
}

const Protocol protocol = {
    .name = "smb",
    .label = {"SMB", "SMB"},
    .doc = "Shares files, printers and pipes between Windows hosts.",
    .message = &schema,
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "command",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = wire::text_notation,
    .sender = sender,
    .industrial = false,
    .frame_in = frame_in,
};

}  // namespace langyan::smb
