// Where an MMS message starts and ends, whether a flow speaks it, and who sends it.
#include "parsers/mms/table.h"
#include "parsers/wire/ber.h"
#include "parsers/wire/iso_transport.h"

namespace langyan::mms {
namespace {

namespace ber = wire::ber;
using wire::TpduCode;
using wire::user_at;

// GIVE TOKENS, then DATA TRANSFER, both without parameters: how MMS stands in a session
// ([SES] 7.3).
constexpr std::array<std::uint8_t, 4> data_transfer = {1, 0, 1, 0};
constexpr std::uint8_t fully_encoded = 0x61;  // [PRES] 8.4.2, APPLICATION 1
// 1.0.9506.2, of which the abstract syntax (.1) and the application context (.3) of MMS are.
constexpr std::array<std::uint8_t, 4> mms_arc = {0x28, 0xca, 0x22, 0x02};

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

}  // namespace

// A simulator in the field answers with lengths that are wrong; its client's messages still decide.
Identity identify(Bytes bytes, const Context& context) {
  return wire::identify_iso(bytes, context, judge, Identity::unsure);
}

Frame frame(Bytes bytes, const Context&) {
  return wire::tpkt_frame(bytes);
}

std::size_t resync(Bytes bytes, const Context&) {
  return wire::resync_iso(bytes, judge);
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < wire::unit_head_bytes || wire::tpkt_size(bytes) == 0) return End::unknown;
  if (wire::code_of(bytes) == TpduCode::connection_request) return End::client;
  if (wire::code_of(bytes) == TpduCode::connection_confirm) return End::server;
  if (wire::code_of(bytes) != TpduCode::data || bytes[wire::indicator_at] != wire::data_indicator ||
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
