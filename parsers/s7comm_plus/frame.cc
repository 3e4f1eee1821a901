// Where an S7comm-plus message starts and ends, whether a flow speaks it, and who sends it.
#include "parsers/s7comm_plus/table.h"
#include "parsers/wire/iso_transport.h"

namespace langyan::s7comm_plus {
namespace {

using wire::TpduCode;
using wire::user_at;

constexpr std::size_t longest_record = 0x4900;  // of TLS, [TLS] 5.2, rounded up

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

}  // namespace

Identity identify(Bytes bytes, const Context& context) {
  return wire::identify_iso(bytes, context, judge);
}

Frame frame(Bytes bytes, const Context&) {
  return wire::tpkt_frame(bytes);
}

std::size_t resync(Bytes bytes, const Context&) {
  return wire::resync_iso(bytes, judge);
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < wire::unit_head_bytes) return End::unknown;
  if (wire::code_of(bytes) == TpduCode::connection_request) return End::client;
  if (wire::code_of(bytes) == TpduCode::connection_confirm) return End::server;
  if (wire::code_of(bytes) != TpduCode::data || bytes.size() < user_at + header_bytes + 1)
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
