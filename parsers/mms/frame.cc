// Where an MMS message starts and ends, whether a flow speaks it, and who sends it.
#include "parsers/mms/table.h"
#include "parsers/wire/ber.h"
#include "parsers/wire/cotp.h"
#include "parsers/wire/tpkt.h"

namespace langyan::mms {
namespace {

namespace ber = wire::ber;
using wire::TpduCode;

constexpr std::size_t indicator_at = wire::tpkt_bytes, code_at = indicator_at + 1;
constexpr std::size_t unit_head_bytes = code_at + 1;
constexpr std::uint8_t data_indicator = 2;
constexpr std::size_t user_at =
    indicator_at + 1 + data_indicator;  // of data in class 0, the only one over TCP
// GIVE TOKENS, then DATA TRANSFER, both without parameters: how MMS stands in a session
// ([SES] 7.3).
constexpr std::array<std::uint8_t, 4> data_transfer = {1, 0, 1, 0};
constexpr std::uint8_t fully_encoded = 0x61;  // [PRES] 8.4.2, APPLICATION 1
// 1.0.9506.2, of which the abstract syntax (.1) and the application context (.3) of MMS are.
constexpr std::array<std::uint8_t, 4> mms_arc = {0x28, 0xca, 0x22, 0x02};

TpduCode code_of(Bytes bytes) {
  return static_cast<TpduCode>(bytes[code_at] >> 4);
}

bool connects(TpduCode code) {
  return code == TpduCode::connection_request || code == TpduCode::connection_confirm ||
         code == TpduCode::disconnect_request;
}

bool is_pdu_tag(const ber::Head& head) {
  return head.tag_class == ber::Class::context && head.tag <= last_pdu;
}

// The head of the MMS PDU within presentation data. unsure: it may stand beyond what is there.
Identity find_pdu(Bytes bytes, ber::Head& pdu) {
  Reader in{bytes};
  ber::Head head;
  const auto is = [&](std::uint8_t tag, ber::Class tag_class) {
    return ber::read_head(in, head) && head.tag_class == tag_class && head.tag == tag;
  };
  constexpr std::size_t longest = 32;  // of the heads up to the PDU's
  const Identity missing = bytes.size() < longest ? Identity::unsure : Identity::no;
  if (bytes.empty()) return Identity::unsure;
  if (bytes[0] != fully_encoded) return Identity::no;
  if (!is(1, ber::Class::application)) return missing;
  if (!is(ber::universal::sequence, ber::Class::universal)) return in.ok() ? Identity::no : missing;
  if (!ber::read_head(in, head)) return missing;
  if (head.tag_class == ber::Class::universal && head.tag == ber::universal::object_identifier) {
    in.skip(head.length);
    if (!ber::read_head(in, head)) return missing;
  }
  if (head.tag_class != ber::Class::universal || head.tag != ber::universal::integer ||
      head.length > 4)
    return Identity::no;
  in.skip(head.length);
  if (!ber::read_head(in, head)) return missing;
  if (head.tag_class != ber::Class::context || head.tag > 1) return Identity::no;
  if (!ber::read_head(in, pdu)) return missing;
  return Identity::yes;
}

// Session data: GIVE TOKENS and DATA TRANSFER, then a presentation unit that fills what is left.
Identity judge_data(Bytes user, std::size_t whole_size, bool last) {
  for (std::size_t i = 0; i < data_transfer.size(); ++i) {
    if (i == user.size()) return whole_size <= i ? Identity::no : Identity::unsure;
    if (user[i] != data_transfer[i]) return Identity::no;
  }
  const Bytes unit = user.subspan(data_transfer.size());
  ber::Head pdu;
  const Identity found = find_pdu(unit, pdu);
  if (found == Identity::unsure && user.size() >= whole_size && last) return Identity::no;
  if (found != Identity::yes) return found;
  Reader in{unit};
  ber::Head outer;
  ber::read_head(in, outer);
  const std::size_t said = data_transfer.size() + outer.size + outer.length;
  if (!outer.indefinite && (last ? said != whole_size : said < whole_size)) return Identity::no;
  // Release units of the association say nothing of what it was for.
  return is_pdu_tag(pdu)                            ? Identity::yes
         : pdu.tag_class == ber::Class::application ? Identity::unsure
                                                    : Identity::no;
}

bool holds_mms_arc(Bytes user) {
  return std::search(user.begin(), user.end(), mms_arc.begin(), mms_arc.end()) != user.end();
}

// What the first user data of the transport says. `whole_size`: of all its octets, there or not.
Identity judge(Bytes user, std::size_t whole_size, bool last, bool hinted) {
  const std::uint8_t first = user[0];
  switch (first) {
    case spdu_connect:
    case spdu_accept:
      if (holds_mms_arc(user)) return Identity::yes;
      if (user.size() < whole_size || !last) return Identity::unsure;
      return Identity::no;
    case spdu_refuse: return holds_mms_arc(user) ? Identity::yes : Identity::no;
    case spdu_data: return judge_data(user, whole_size, last);
    case spdu_finish:
    case spdu_disconnect:
    case spdu_abort:
    case spdu_abort_accept: return hinted ? Identity::unsure : Identity::no;
    default: break;
  }
  // Some devices send MMS without the layers between; then it must fill its transport unit.
  if (!hinted) return Identity::no;
  Reader in{user};
  ber::Head head;
  if (!ber::read_head(in, head))
    return user.size() < 6 && user.size() < whole_size ? Identity::unsure : Identity::no;
  const bool fits = last && head.size + head.length == whole_size;
  return is_pdu_tag(head) && fits ? Identity::yes : Identity::no;
}

// A connection unit that fills its packet, or data that start a session unit as MMS has them.
bool sound_start(Bytes bytes) {
  if (bytes.size() < unit_head_bytes || wire::tpkt_size(bytes) == 0 || bytes[1] != 0) return false;
  const std::size_t size = wire::tpkt_size(bytes);
  if (connects(code_of(bytes))) return indicator_at + 1 + bytes[indicator_at] == size;
  if (code_of(bytes) != TpduCode::data || bytes[indicator_at] != data_indicator) return false;
  if (size <= user_at || bytes.size() <= user_at) return false;
  const Bytes user = bytes.subspan(user_at, std::min(size, bytes.size()) - user_at);
  const bool last = bytes[code_at + 1] & 0x80;
  return judge(user, size - user_at, last, false) == Identity::yes;
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
    // A simulator in the field answers with lengths that are wrong; its client's messages still
    // decide.
    if (size == 0)
      return hinted && here[2] == 0 && here[3] >= wire::tpkt_bytes ? Identity::unsure
                                                                   : Identity::no;
    if (here.size() < unit_head_bytes) return Identity::unsure;
    const std::size_t from = indicator_at + 1 + here[indicator_at];
    if (from > size) return Identity::no;
    if (code_of(here) != TpduCode::data) {
      if (!connects(code_of(here))) return Identity::no;
    } else if (from < size) {
      if (here.size() <= from) return Identity::unsure;
      const Bytes user = here.subspan(from, std::min(size, here.size()) - from);
      const bool last = here[from - 1] & 0x80;
      const Identity result = judge(user, size - from, last, hinted);
      if (result != Identity::unsure || here.size() < size) return result;
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
  if (bytes.size() < unit_head_bytes || wire::tpkt_size(bytes) == 0) return End::unknown;
  if (code_of(bytes) == TpduCode::connection_request) return End::client;
  if (code_of(bytes) == TpduCode::connection_confirm) return End::server;
  if (code_of(bytes) != TpduCode::data || bytes[indicator_at] != data_indicator ||
      bytes.size() <= user_at)
    return End::unknown;
  const Bytes user = bytes.subspan(user_at);
  if (user[0] == spdu_connect || user[0] == spdu_finish) return End::client;
  if (user[0] == spdu_accept || user[0] == spdu_refuse || user[0] == spdu_disconnect)
    return End::server;
  ber::Head pdu;
  if (user[0] == spdu_data) {
    if (user.size() < data_transfer.size() ||
        find_pdu(user.subspan(data_transfer.size()), pdu) != Identity::yes)
      return End::unknown;
  } else {
    Reader in{user};
    if (!ber::read_head(in, pdu)) return End::unknown;
  }
  if (!is_pdu_tag(pdu)) return End::unknown;
  switch (pdu.tag) {
    case pdu_request:
    case pdu_cancel_request:
    case pdu_initiate_request:
    case pdu_conclude_request: return End::client;
    case pdu_reject: return End::unknown;
    default: return End::server;  // answers, and reports that nobody asked for
  }
}

}  // namespace langyan::mms
