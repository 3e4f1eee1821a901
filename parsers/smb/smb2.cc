// SMB 2 and 3 ([SMB2]). Places in a message are counted from the protocol id, as its own offsets are.
#include <algorithm>

#include "parsers/smb/table.h"
#include "parsers/wire/ntlm.h"

namespace langyan::smb {
namespace {

constexpr std::uint32_t flag_async = 2, flag_signed = 8;
constexpr std::uint16_t signing_required_bit = 2;
constexpr std::uint32_t pipe_transceive = 0x0011c017;  // [SMB2] 2.2.31
constexpr std::uint32_t most_offered = 64;

Bytes wide(Call& call, std::size_t offset_at, std::size_t size_at) {
  return wire::wide_text(call.output.scratch, call.run(call.le16(offset_at), call.le16(size_at)), true);
}

void put_dialects(Call& call) {  // 2.2.3: "2.1 3.0.2"
  const std::size_t count = std::min<std::size_t>(call.le16(66), most_offered);
  constexpr std::size_t list_at = 100, longest = 6;
  const auto out = call.output.scratch.take(std::min(count, most_dialects) * longest);
  std::size_t size = 0;
  for (std::size_t i = 0; i < count && call.has(list_at + 2 * i + 2); ++i) {
    for (const Name& row : dialect_names) {
      if (row.value != call.le16(list_at + 2 * i) || size + row.word.size() + 1 > out.size()) continue;
      if (size) out[size++] = ' ';
      std::ranges::copy(row.word, out.begin() + static_cast<std::ptrdiff_t>(size));
      size += row.word.size();
    }
  }
  if (size) call.out.set<"dialects">(Bytes{out}.first(size));
}

void ask(Call& call) {
  switch (call.command) {
    case negotiate:
      if (!call.has(100)) return call.blame(Wrong::length);
      call.out.set<"signing_required">((call.le16(68) & signing_required_bit) != 0);
      return put_dialects(call);
    case session_setup:
      if (!call.has(88)) return call.blame(Wrong::length);
      call.out.set<"signing_required">((call.message[67] & signing_required_bit) != 0);
      return sign_in(call, call.run(call.le16(76), call.le16(78)));
    case tree_connect:
      if (!call.has(72)) return call.blame(Wrong::length);
      return connect(call, wide(call, 68, 70));
    case create:
      if (!call.has(120)) return call.blame(Wrong::length);
      return opened(call, wide(call, 108, 110));
    case read:
      if (!call.has(96)) return call.blame(Wrong::length);
      call.out.set<"data_length">(call.le32(68));
      return call.out.set<"file_offset">(call.le64(72));
    case write: {
      if (!call.has(112)) return call.blame(Wrong::length);
      call.out.set<"data_length">(call.le32(68));
      call.out.set<"file_offset">(call.le64(72));
      const Bytes data = call.run(call.le16(66), call.le32(68));
      if (call.place() == Place::pipe) pipe_data(call, data);
      else written(call, data, call.le64(72));
      return;
    }
    case ioctl:
      if (!call.has(120)) return call.blame(Wrong::length);
      call.out.set<"ioctl_code">(call.le32(68));
      if (call.le32(68) == pipe_transceive) pipe_data(call, call.run(call.le32(88), call.le32(92)));
      return;
    default: return;
  }
}

void answer(Call& call) {
  if (call.le16(64) == 9 && call.status && call.command != session_setup) return;  // 2.2.2: an error
  switch (call.command) {
    case negotiate:
      if (!call.has(128)) return call.blame(Wrong::length);
      call.out.set<"signing_required">((call.le16(66) & signing_required_bit) != 0);
      return call.out.set<"dialect">(call.le16(68));
    case session_setup:
      if (call.has(72)) sign_in(call, call.run(call.le16(68), call.le16(70)));
      return;
    case tree_connect: {
      if (!call.has(80)) return call.blame(Wrong::length);
      constexpr std::uint8_t share_pipe = 2;
      const std::uint8_t type = call.message[66];
      call.out.set<"share_type">(type);
      return connected(call, type == share_pipe ? Place::pipe : Place::disk);
    }
    case read: {
      if (!call.has(80)) return call.blame(Wrong::length);
      call.out.set<"data_length">(call.le32(68));
      const Bytes data = call.run(call.message[66], call.le32(68));
      if (call.place() == Place::pipe) pipe_data(call, data);
      else if (!data.empty()) call.out.set<"file_data">(data);
      return;
    }
    case write:
      if (call.has(72)) call.out.set<"data_length">(call.le32(68));
      return;
    case ioctl:
      if (!call.has(112)) return;
      call.out.set<"ioctl_code">(call.le32(68));
      if (call.le32(68) == pipe_transceive) pipe_data(call, call.run(call.le32(96), call.le32(100)));
      return;
    default: return;
  }
}

}  // namespace

void read_smb2(Call& call) {
  const std::uint32_t flags = call.le32(16);
  call.command = call.le16(12);
  call.out.set<"command">(call.command);
  call.out.set<"message_id">(call.le64(24));
  call.out.set<"session_id">(call.le64(40));
  if (!(flags & flag_async)) {
    call.tree = call.le32(36);
    if (call.tree) call.out.set<"tree_id">(call.tree);
  }
  call.out.set<"signed">((flags & flag_signed) != 0);
  if (call.request) return ask(call);
  call.status = call.le32(8);
  call.out.set<"status">(call.status);
  answer(call);
}

}  // namespace langyan::smb
