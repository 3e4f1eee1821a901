// SMB 1 ([SMB1]): a header, words and octets for each command; some carry a further command ("AndX").
#include <algorithm>

#include "parsers/smb/table.h"
#include "parsers/wire/ntlm.h"

namespace langyan::smb {
namespace {

constexpr std::size_t most_chained = 4;  // further commands of one message
constexpr std::uint16_t flag_unicode = 0x8000, flag_nt_status = 0x4000, flag_signed = 0x0004;
constexpr std::size_t signature_at = 14;  // [SMB1] 2.2.3.1, SecurityFeatures
constexpr std::uint8_t no_further = 0xff;
constexpr std::uint16_t peek_named_pipe = 0x23, transact_named_pipe = 0x26;  // [SMB1] 2.2.2.2
constexpr std::uint16_t trans2_session_setup = 0x0e;                         // reserved, [SMB1] 2.2.2.3
constexpr std::uint16_t implant_multiplex = 0x51;                            // 16 more than the probe's
constexpr std::uint32_t most_old_data = 0xffff;                              // of a transaction that counts in 16 bits
constexpr std::uint32_t not_implemented = 0xc0000002;

struct Block {            // one command's words and octets
  std::size_t words = 0;  // where they stand
  std::size_t count = 0;  // octets of words
  std::size_t bytes = 0;  // where the octets stand
  std::size_t size = 0;
};

struct Texts {  // the strings at the end of a command
  Call& call;
  std::size_t at, end;
  bool unicode;

  Bytes next() {
    if (unicode && at % 2) ++at;
    const std::size_t start = at, step = unicode ? 2 : 1;
    while (at + step <= end && (unicode ? call.le16(at) != 0 : call.message[at] != 0)) at += step;
    const Bytes run = call.run(start, std::min(at, end) - std::min(start, std::min(at, end)));
    at += step;
    return unicode ? wire::wide_text(call.output.scratch, run, true) : call.output.scratch.copy(run);
  }
};

bool block_at(Call& call, std::size_t at, Block& block) {
  if (!call.has(at + 1)) return false;
  block.words = at + 1;
  block.count = call.message[at] * 2u;
  const std::size_t count_at = block.words + block.count;
  if (!call.has(count_at + 2)) return false;
  block.bytes = count_at + 2;
  block.size = std::min<std::size_t>(call.le16(count_at), call.message.size() - block.bytes);
  return true;
}

void put_systems(Call& call, Texts& texts) {
  const Bytes system = texts.next(), software = texts.next();
  if (!system.empty()) call.out.set<"native_os">(system), call.output.tell(Trait::description, system);
  if (!software.empty()) call.out.set<"native_lm">(software);
}

void put_dialects(Call& call, const Block& block) {  // 2.2.4.52: 2, text, 0
  const Bytes list = call.run(block.bytes, block.size);
  const auto out = call.output.scratch.take(list.size());
  std::size_t size = 0;
  for (const std::uint8_t octet : list.first(out.size())) {
    if (octet == 2) continue;
    out[size++] = octet ? octet : ' ';
  }
  if (size > 1) call.out.set<"dialects">(Bytes{out}.first(size - 1));
}

void set_up_session(Call& call, const Block& block, bool unicode) {  // 2.2.4.53
  constexpr std::size_t extended = 24, plain = 26;
  const std::size_t words = block.words;
  Texts texts{call, block.bytes, block.bytes + block.size, unicode};
  if (!call.request) {
    constexpr std::size_t extended_answer = 8;
    const std::size_t blob = block.count == extended_answer ? call.le16(words + 6) : 0;
    if (blob) sign_in(call, call.run(block.bytes, std::min(blob, block.size)));
    texts.at += std::min(blob, block.size);
    return put_systems(call, texts);
  }
  if (block.count == extended) {
    const std::size_t blob = std::min<std::size_t>(call.le16(words + 14), block.size);
    sign_in(call, call.run(block.bytes, blob));
    texts.at += blob;
    return put_systems(call, texts);
  }
  if (block.count != plain) return;
  texts.at += std::min<std::size_t>(call.le16(words + 14) + call.le16(words + 16), block.size);
  const Bytes user = texts.next(), domain = texts.next();
  if (!user.empty()) call.out.set<"ntlmssp_user">(user);
  if (!domain.empty()) call.out.set<"ntlmssp_domain">(domain);
  put_systems(call, texts);
}

void connect_tree(Call& call, const Block& block, bool unicode) {  // 2.2.4.55
  Texts texts{call, block.bytes, block.bytes + block.size, unicode};
  if (call.request) {
    texts.at += std::min<std::size_t>(call.le16(block.words + 6), block.size);
    return connect(call, texts.next());
  }
  if (call.status) return;
  texts.unicode = false;
  const std::string_view service = text_of(texts.next());
  constexpr std::uint8_t disk = 1, pipe = 2, printer = 3;
  call.out.set<"share_type">(service == "IPC" ? pipe : service.starts_with("LPT") ? printer : disk);
  connected(call, service == "IPC" ? Place::pipe : Place::disk);
}

void transact(Call& call, const Block& block, bool unicode) {  // 2.2.4.33, 2.2.4.46
  constexpr std::size_t shortest = 28, setup_at = 28;
  const std::size_t words = block.words;
  if (!call.request) {
    const bool probe_answered =
        call.command == smb1_transaction2 && call.status == not_implemented && call.le16(30) == implant_multiplex;
    if (probe_answered) call.blame(Wrong::implant);
    if (call.command == smb1_transaction && call.place() == Place::pipe && block.count >= 20) {
      pipe_data(call, call.run(call.le16(words + 14), call.le16(words + 12)));
    }
    return;
  }
  if (block.count < shortest) return call.blame(Wrong::length);
  const std::size_t setups = call.message[words + 26];
  if (setups * 2 + setup_at > block.count) return call.blame(Wrong::length);
  if (setups == 0) return;
  const std::uint16_t function = call.le16(words + setup_at);
  call.out.set<"subcommand">(function);
  if (call.command == smb1_transaction2) {
    if (function == trans2_session_setup) call.blame(Wrong::session_setup2);
    return;
  }
  Texts texts{call, block.bytes, block.bytes + block.size, unicode};
  const Bytes name = texts.next();
  if (text_of(name).starts_with("\\PIPE\\") && name.size() > 6) call.out.set<"named_pipe">(name);
  const bool never_opened = setups > 1 && call.le16(words + setup_at + 2) == 0 && !call.memory.opened_pipe;
  if (function == peek_named_pipe && never_opened) call.blame(Wrong::peek);
  if (function == transact_named_pipe) pipe_data(call, call.run(call.le16(words + 24), call.le16(words + 22)));
}

void transact_nt(Call& call, const Block& block) {  // 2.2.4.62
  constexpr std::size_t shortest = 38;
  if (!call.request) return;
  if (block.count < shortest) return call.blame(Wrong::length);
  call.out.set<"subcommand">(call.le16(block.words + 36));
  call.memory.large_transaction = call.memory.large_transaction || call.le32(block.words + 7) > most_old_data;
}

void move_data(Call& call, const Block& block) {  // 2.2.4.42, 2.2.4.43
  const std::size_t words = block.words;
  const bool writes = call.command == smb1_write;
  if (!writes && !call.request && block.count >= 24) {
    call.out.set<"data_length">(std::uint32_t{call.le16(words + 10)});
    const Bytes data = call.run(call.le16(words + 12), call.le16(words + 10));
    if (call.place() == Place::pipe) pipe_data(call, data);
    else if (!data.empty()) call.out.set<"file_data">(data);
  }
  if (!call.request || block.count < 20) return;
  const std::uint64_t offset =
      call.le32(words + 6) | (block.count >= 28 ? std::uint64_t{call.le32(words + 24)} << 32 : 0);
  call.out.set<"file_offset">(offset);
  if (!writes) return call.out.set<"data_length">(std::uint32_t{call.le16(words + 10)});
  if (block.count < 24) return call.blame(Wrong::length);
  const std::uint32_t size = std::uint32_t{call.le16(words + 18)} << 16 | call.le16(words + 20);
  call.out.set<"data_length">(size);
  const Bytes data = call.run(call.le16(words + 22), size);
  if (call.place() == Place::pipe) pipe_data(call, data);
  else written(call, data, offset);
}

void one(Call& call, const Block& block, bool unicode) {
  Texts texts{call, block.bytes, block.bytes + block.size, unicode};
  switch (call.command) {
    case smb1_negotiate:
      if (call.request) put_dialects(call, block);
      return;
    case smb1_session_setup: return set_up_session(call, block, unicode);
    case smb1_tree_connect: return connect_tree(call, block, unicode);
    case smb1_create:
      if (call.request) opened(call, texts.next());
      return;
    case smb1_delete: case smb1_rename:
      ++texts.at;  // the kind of the text
      if (call.request) opened(call, texts.next());
      return;
    case smb1_read: case smb1_write: return move_data(call, block);
    case smb1_transaction: case smb1_transaction2: return transact(call, block, unicode);
    case smb1_nt_transact: return transact_nt(call, block);
    case smb1_transaction2_secondary:
      if (call.request && call.memory.large_transaction) call.blame(Wrong::overflow);
      return;
    default: return;
  }
}

bool is_chained(std::uint16_t command) {
  return command == smb1_session_setup || command == smb1_tree_connect || command == smb1_logoff ||
         command == smb1_create || command == smb1_read || command == smb1_write || command == of_smb1 + 0x24 ||
         command == of_smb1 + 0x2d;
}

}  // namespace

void read_smb1(Call& call) {
  const std::uint16_t flags = call.le16(10);
  const std::uint16_t first = of_smb1 + call.message[4];
  call.command = first;
  call.out.set<"command">(first);
  call.out.set<"message_id">(std::uint64_t{call.le16(26)} << 16 | call.le16(30));
  call.out.set<"session_id">(std::uint64_t{call.le16(28)});
  call.tree = call.le16(24);
  if (call.tree) call.out.set<"tree_id">(call.tree);
  // The flag alone says that the sender could sign.
  const bool has_signature = call.le64(signature_at) != 0;
  call.out.set<"signed">((flags & flag_signed) != 0 && has_signature);
  if (!call.request) {
    call.status = call.le32(5);
    if (flags & flag_nt_status) call.out.set<"status">(call.status);
  }
  std::size_t at = smb1_header_bytes;
  for (std::size_t i = 0; i < most_chained; ++i) {
    Block block;
    if (!block_at(call, at, block)) {
      if (i == 0) call.blame(Wrong::length);
      break;
    }
    one(call, block, flags & flag_unicode);
    if (!is_chained(call.command) || block.count < 4) break;
    const std::uint8_t further = call.message[block.words];
    const std::size_t next = call.le16(block.words + 2);
    if (further == no_further || next <= at) break;
    call.command = of_smb1 + further;
    at = next;
  }
  call.command = first;
  if (call.memory.version1_said || first == smb1_negotiate) return;  // old dialects are offered by many, chosen by few
  call.memory.version1_said = true;
  call.blame(Wrong::version1);
}

}  // namespace langyan::smb
