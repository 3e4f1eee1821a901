// Where messages of SMB start and end: in session messages of NetBIOS or of port 445; those of SMB2 may be
// several in one (compounded), and of long ones (data of files) only the start is looked at.
#include <algorithm>
#include <utility>

#include "parsers/smb/table.h"

namespace langyan::smb {
namespace {

constexpr std::uint8_t session_message = 0, session_request = 0x81, positive = 0x82, retarget = 0x84, keep_alive = 0x85;
constexpr std::size_t next_command_at = 20, next_command_end = 24;
constexpr std::uint16_t netbios_port = 139;

std::uint32_t length_of(Bytes bytes) { return std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3]; }

// "\xffSMB", "\xfeSMB" (2), "\xfdSMB" (encrypted), "\xfcSMB" (compressed).
bool is_protocol_id(Bytes bytes) {
  return bytes.size() >= 4 && bytes[0] >= 0xfc && bytes[1] == 'S' && bytes[2] == 'M' && bytes[3] == 'B';
}

// Octets of the message at the front of `inner` ones, of which some are there; 0: more are needed to tell.
std::size_t one_of(Bytes bytes, std::size_t inner) {
  if (inner < smb2_header_bytes) return inner;
  if (bytes.size() < next_command_end) return 0;
  if (bytes[0] != 0xfe) return inner;
  const std::uint32_t next = bytes[next_command_at] | bytes[next_command_at + 1] << 8 |
                             bytes[next_command_at + 2] << 16 | std::uint32_t{bytes[next_command_at + 3]} << 24;
  return next >= smb2_header_bytes && next + smb2_header_bytes <= inner ? next : inner;
}

std::size_t shortest(Bytes protocol_id) {
  return protocol_id[0] == 0xff ? smb1_header_bytes : protocol_id[0] == 0xfe ? smb2_header_bytes : 16;
}

}  // namespace

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Identity::no;
  const bool netbios = context.server_port == netbios_port || context.client_port == netbios_port;
  if (bytes[0] == session_request || bytes[0] == positive) {
    constexpr std::size_t names = 72;  // two of them, first-level encoded
    if (!netbios) return Identity::no;
    if (bytes.size() < session_header_bytes) return Identity::unsure;
    const bool request = bytes[0] == session_request && length_of(bytes) == names - session_header_bytes;
    return request || (bytes[0] == positive && length_of(bytes) == 0) ? Identity::yes : Identity::no;
  }
  if (bytes[0] != session_message) return Identity::no;
  const Bytes id = bytes.subspan(std::min(session_header_bytes, bytes.size()));
  constexpr std::uint8_t rest[] = {'S', 'M', 'B'};
  for (std::size_t i = 0; i < std::min<std::size_t>(id.size(), 4); ++i)
    if (i == 0 ? id[0] < 0xfc : id[i] != rest[i - 1]) return Identity::no;
  if (id.size() < 4) return Identity::unsure;
  return length_of(bytes) >= shortest(id) ? Identity::yes : Identity::no;
}

Frame frame_in(Bytes bytes, const Context& context, State state_bytes_) {
  Memory& memory = state<Memory>(state_bytes_);
  const auto way = static_cast<std::size_t>(context.direction);
  std::uint32_t& left = memory.left[way];
  std::uint32_t& inner = memory.inner[way];
  if (context.restarted) left = inner = 0;
  if (left) return Frame::skip(std::exchange(left, 0));
  std::size_t header = 0, size = inner;
  if (inner == 0) {
    if (bytes.size() < session_header_bytes) return Frame::need(session_header_bytes);
    size = length_of(bytes);
    if (bytes[0] != session_message) {
      if (bytes[0] < session_request || bytes[0] > keep_alive) return Frame::lost();
      if (size > smb2_header_bytes * 2) return Frame::lost();
      const std::size_t whole = session_header_bytes + size;
      return bytes.size() < whole ? Frame::need(whole) : Frame::message(whole);
    }
    if (size == 0) return Frame::skip(session_header_bytes);
    header = session_header_bytes;
    if (bytes.size() < header + std::min<std::size_t>(size, 4))
      return Frame::need(header + std::min<std::size_t>(size, 4));
    if (size < 4 || !is_protocol_id(bytes.subspan(header))) return Frame::lost();
  }
  const std::size_t one = one_of(bytes.subspan(header), size);
  if (one == 0) return Frame::need(header + next_command_end);
  const std::size_t looked_at = std::min(one, most_looked_at);
  if (bytes.size() < header + looked_at) return Frame::need(header + looked_at);
  left = static_cast<std::uint32_t>(one - looked_at);
  inner = static_cast<std::uint32_t>(size - one);
  return Frame::message(header + looked_at);
}

Frame frame(Bytes bytes, const Context& context) {
  std::array<std::uint8_t, state_bytes> memory{};
  return frame_in(bytes, context, State{memory});
}

std::size_t resync(Bytes bytes, const Context&) {
  const std::string_view text = text_of(bytes);
  for (std::size_t at = text.find("SMB"); at != text.npos; at = text.find("SMB", at + 1)) {
    constexpr std::size_t before = session_header_bytes + 1;
    if (at < before || bytes[at - before] != session_message) continue;
    const Bytes from = bytes.subspan(at - before);
    if (is_protocol_id(from.subspan(session_header_bytes)) &&
        length_of(from) >= shortest(from.subspan(session_header_bytes)))
      return at - before;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  constexpr std::size_t smb1_flags = session_header_bytes + 9, smb2_flags = session_header_bytes + 16;
  if (bytes.empty()) return End::unknown;
  if (bytes[0] == session_request) return End::client;
  if (bytes[0] >= positive && bytes[0] <= retarget) return End::server;
  if (bytes.size() <= smb2_flags) return End::unknown;
  if (bytes[session_header_bytes] == 0xff) return bytes[smb1_flags] & 0x80 ? End::server : End::client;
  if (bytes[session_header_bytes] == 0xfe) return bytes[smb2_flags] & 1 ? End::server : End::client;
  return End::unknown;
}

}  // namespace langyan::smb
