// Where an S7comm-plus message starts and ends, whether a flow speaks it, and who sends it.
#include "parsers/s7comm_plus/table.h"
#include "parsers/wire/cotp.h"
#include "parsers/wire/tpkt.h"

namespace langyan::s7comm_plus {
namespace {

using wire::TpduCode;

constexpr std::size_t indicator_at = wire::tpkt_bytes, code_at = indicator_at + 1,
                      user_at = indicator_at + 3;
constexpr std::size_t unit_head_bytes = code_at + 1;
constexpr std::uint8_t data_indicator = 2;
constexpr std::size_t longest_record = 0x4900;  // of TLS, [TLS] 5.2, rounded up

TpduCode code_of(Bytes bytes) {
  return static_cast<TpduCode>(bytes[code_at] >> 4);
}

bool connects(TpduCode code) {
  return code == TpduCode::connection_request || code == TpduCode::connection_confirm ||
         code == TpduCode::disconnect_request;
}

// What the first user data of the transport says; `size` of all its octets, there or not.
Identity judge(Bytes user, std::size_t size, bool last, bool hinted) {
  if (user[0] == protocol_id) {
    if (size < header_bytes) return Identity::no;
    if (user.size() < header_bytes)
      return user.size() > 1 && !is_version(user[1]) ? Identity::no : Identity::unsure;
    const std::size_t said = header_bytes + (std::size_t{user[2]} << 8 | user[3]);
    if (!is_version(user[1])) return Identity::no;
    if (last && said != size && said + trailer_bytes != size) return Identity::no;
    if (user[1] == version_event || user[1] == version_integrity || user.size() == header_bytes)
      return Identity::yes;
    // A later piece of a message has no opcode, but then nothing follows it.
    return is_opcode(user[4]) || said == size ? Identity::yes : Identity::no;
  }
  // Only this protocol is known to wrap TLS in ISO transport.
  if (!hinted || user[0] < 20 || user[0] > 23) return Identity::no;
  if (user.size() < 5) return user.size() < size ? Identity::unsure : Identity::no;
  const std::size_t record = std::size_t{user[3]} << 8 | user[4];
  return is_tls(user[0], user[1]) && user[2] <= 4 && record > 0 && record <= longest_record
             ? Identity::yes
             : Identity::no;
}

// A connection unit that fills its packet, or data that start as this protocol's do.
bool sound_start(Bytes bytes) {
  if (bytes.size() < unit_head_bytes || wire::tpkt_size(bytes) == 0 || bytes[1] != 0) return false;
  const std::size_t size = wire::tpkt_size(bytes);
  if (connects(code_of(bytes))) return indicator_at + 1 + bytes[indicator_at] == size;
  if (code_of(bytes) != TpduCode::data || bytes[indicator_at] != data_indicator) return false;
  if (size <= user_at || bytes.size() <= user_at) return false;
  const Bytes user = bytes.subspan(user_at, std::min(size, bytes.size()) - user_at);
  return judge(user, size - user_at, bytes[code_at + 1] & 0x80, false) == Identity::yes;
}

}  // namespace

// Connection units are common to all that runs over ISO transport, and some of it to the same port:
// the first octets of the first data decide.
Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Identity::no;
  const bool hinted = context.client_port == 102 || context.server_port == 102;
  for (std::size_t at = 0; at < bytes.size();) {
    const Bytes here = bytes.subspan(at);
    if (here[0] != wire::tpkt_version || (here.size() > 1 && here[1] != 0)) return Identity::no;
    if (here.size() < wire::tpkt_bytes) return Identity::unsure;
    const std::size_t size = wire::tpkt_size(here);
    if (size == 0) return Identity::no;
    if (here.size() < unit_head_bytes) return Identity::unsure;
    const std::size_t from = indicator_at + 1 + here[indicator_at];
    if (from > size) return Identity::no;
    if (code_of(here) != TpduCode::data) {
      if (!connects(code_of(here))) return Identity::no;
    } else if (from < size) {
      if (here.size() <= from) return Identity::unsure;
      const Bytes user = here.subspan(from, std::min(size, here.size()) - from);
      return judge(user, size - from, here[from - 1] & 0x80, hinted);
    }
    at += size;
  }
  return Identity::unsure;
}

Frame frame(Bytes bytes, const Context&) {
  return wire::tpkt_frame(bytes);
}

// Values may spell headers, so one that stands within a segment counts only when its packet is
// whole and ends where the segment does or where another packet starts. At the front a sound start
// is enough.
std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + unit_head_bytes <= bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    if (here[0] != wire::tpkt_version || !sound_start(here)) continue;
    if (at == 0) return at;
    const std::size_t size = wire::tpkt_size(here);
    if (here.size() < size) continue;
    const Bytes next = here.subspan(size);
    if (next.empty() || (next.size() >= wire::tpkt_bytes && wire::tpkt_size(next) > 0)) return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < unit_head_bytes) return End::unknown;
  if (code_of(bytes) == TpduCode::connection_request) return End::client;
  if (code_of(bytes) == TpduCode::connection_confirm) return End::server;
  if (code_of(bytes) != TpduCode::data || bytes.size() < user_at + header_bytes + 1)
    return End::unknown;
  const Bytes user = bytes.subspan(user_at);
  if (user[0] != protocol_id || !is_version(user[1]) || user[1] == version_event)
    return End::unknown;
  const bool digest = user[1] == version_integrity && user[header_bytes] == digest_bytes;
  const std::size_t opcode_at = header_bytes + (digest ? 1 + digest_bytes : 0);
  if (user.size() <= opcode_at) return End::unknown;
  switch (user[opcode_at]) {
    case opcode_request: return End::client;
    case opcode_response:
    case opcode_notification: return End::server;
    default: return End::unknown;
  }
}

}  // namespace langyan::s7comm_plus
