// Where an S7comm message starts and ends, whether a flow speaks it, and who sends it.
#include "parsers/s7comm/table.h"
#include "parsers/wire/iso_transport.h"

namespace langyan::s7comm {
namespace {

using wire::TpduCode;
using wire::user_at;

constexpr std::uint16_t be16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

// What the first user data of the transport says.
Identity judge(Bytes user, std::size_t whole_size, bool, bool hinted) {
  if (user[0] != protocol_id) return Identity::no;
  if (whole_size == 1) return Identity::yes;  // cut by the transport behind its first octet
  if (user.size() == 1) return Identity::unsure;
  return hinted || is_rosctr(user[1]) ? Identity::yes : Identity::no;
}

// Data that start a message whose lengths agree with the packet's. As many octets as that takes
// must be there.
Identity judge_start(Bytes pdu, std::size_t whole_size, bool last, bool) {
  if (pdu.size() < request_header_bytes) return Identity::no;
  if (pdu[0] != protocol_id || !is_rosctr(pdu[1]) || be16(pdu, 2) != 0) return Identity::no;
  const std::size_t said = header_bytes(pdu[1]) + be16(pdu, 6) + be16(pdu, 8);
  return (last ? said == whole_size : said > whole_size) ? Identity::yes : Identity::no;
}

}  // namespace

Identity identify(Bytes bytes, const Context& context) {
  return wire::identify_iso(bytes, context, judge);
}

Frame frame(Bytes bytes, const Context&) {
  return wire::tpkt_frame(bytes);
}

std::size_t resync(Bytes bytes, const Context&) {
  return wire::resync_iso(bytes, judge_start);
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < wire::unit_head_bytes) return End::unknown;
  if (wire::code_of(bytes) == TpduCode::connection_request) return End::client;
  if (wire::code_of(bytes) == TpduCode::connection_confirm) return End::server;
  constexpr std::size_t type_at = 5;  // of a userdata message's parameters
  if (wire::code_of(bytes) != TpduCode::data || bytes.size() <= user_at + answer_header_bytes + type_at)
    return End::unknown;
  const Bytes pdu = bytes.subspan(user_at);
  const std::uint8_t function = pdu[header_bytes(pdu[1])];
  // The controller asks for the pieces of a download and says that it has them all.
  const bool server_asks = function_row(function).body == Body::download_block ||
                           function_row(function).body == Body::download_ended;
  switch (pdu[1]) {
    case rosctr_job: return server_asks ? End::server : End::client;
    case rosctr_ack:
    case rosctr_ack_data: return server_asks ? End::client : End::server;
    case rosctr_userdata: {
      const auto type = static_cast<std::uint8_t>(pdu[request_header_bytes + type_at] >> 4);
      return type == type_request || type == type_nc_request ? End::client : End::server;
    }
    default: return End::unknown;
  }
}

}  // namespace langyan::s7comm
