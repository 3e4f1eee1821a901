// Where an S7comm message starts and ends, whether a flow speaks it, and who sends it.
#include "parsers/s7comm/table.h"
#include "parsers/wire/cotp.h"
#include "parsers/wire/tpkt.h"

namespace langyan::s7comm {
namespace {

using wire::TpduCode;

// Places in a packet whose data unit is of class 0, the only one over TCP.
constexpr std::size_t indicator_at = wire::tpkt_bytes, code_at = indicator_at + 1,
                      pdu_at = indicator_at + 3;
constexpr std::uint8_t data_indicator = 2;
constexpr std::size_t unit_head_bytes = code_at + 1;

constexpr std::uint16_t be16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
TpduCode code_of(Bytes bytes) {
  return static_cast<TpduCode>(bytes[code_at] >> 4);
}

bool connects(TpduCode code) {
  return code == TpduCode::connection_request || code == TpduCode::connection_confirm ||
         code == TpduCode::disconnect_request;
}

// A connection unit that fills its packet, or data that start an S7comm message whose lengths agree
// with the packet's. As many octets as that takes must be there.
bool sound_start(Bytes bytes) {
  if (bytes.size() < unit_head_bytes || wire::tpkt_size(bytes) == 0 || bytes[1] != 0) return false;
  const std::size_t size = wire::tpkt_size(bytes);
  if (connects(code_of(bytes))) return indicator_at + 1 + bytes[indicator_at] == size;
  if (code_of(bytes) != TpduCode::data || bytes[indicator_at] != data_indicator) return false;
  if (bytes.size() < pdu_at + request_header_bytes) return false;
  const Bytes pdu = bytes.subspan(pdu_at);
  if (pdu[0] != protocol_id || !is_rosctr(pdu[1]) || be16(pdu, 2) != 0) return false;
  const std::size_t said = header_bytes(pdu[1]) + be16(pdu, 6) + be16(pdu, 8);
  const bool last = bytes[code_at + 1] & 0x80;
  return last ? said + pdu_at == size : said + pdu_at > size;
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
    const std::size_t user_at = indicator_at + 1 + here[indicator_at];
    if (user_at > size) return Identity::no;
    if (code_of(here) != TpduCode::data) {
      if (!connects(code_of(here))) return Identity::no;
    } else if (user_at < size) {
      if (here.size() <= user_at) return Identity::unsure;
      if (here[user_at] != protocol_id) return Identity::no;
      if (size == user_at + 1) return Identity::yes;  // cut by the transport behind its first octet
      if (here.size() <= user_at + 1) return Identity::unsure;
      return hinted || is_rosctr(here[user_at + 1]) ? Identity::yes : Identity::no;
    }
    at += size;
  }
  return Identity::unsure;
}

Frame frame(Bytes bytes, const Context&) {
  return wire::tpkt_frame(bytes);
}

// Values may spell headers, so one that stands within a segment counts only when its packet is
// whole and ends where the segment does or where another packet starts. At the front of a segment a
// sound start is enough.
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
  constexpr std::size_t type_at = 5;  // of a userdata message's parameters
  if (code_of(bytes) != TpduCode::data || bytes.size() <= pdu_at + answer_header_bytes + type_at)
    return End::unknown;
  const Bytes pdu = bytes.subspan(pdu_at);
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
