// MMS: what IEC 61850 stations, TASE.2 control centres and some controllers are read, written and
// operated by. Objects have names; a control is a write to a name of its own. Without a sign-in
// where the optional one of IEC 62351-4 is not used.
//
// [MMS]  ISO 9506-2:2003, protocol; clauses as there
// [COTP] ITU-T X.224 (11/95), ISO/IEC 8073; over TCP as RFC 1006 says
// [SES]  ITU-T X.225 (11/95), ISO/IEC 8327-1
// [PRES] ITU-T X.226 (07/94), ISO/IEC 8823-1
// [ACSE] ITU-T X.227 (04/95), ISO/IEC 8650-1
// [BER]  ITU-T X.690 (02/2021)
// IEC 61850-8-1:2011 (names, reports, controls on MMS), IEC 61850-7-2 and 7-3 (their meaning)
// IEC 60870-6-503:2014 and 60870-6-802 (TASE.2, its names)
#include "parsers/mms/mms.h"

#include "parsers/mms/pdu.h"
#include "parsers/wire/iso_transport.h"

namespace langyan::mms {
namespace {

using wire::Tpdu;
using wire::TpduCode;

enum : std::uint8_t {  // session parameters, [SES] 8.3.1 and Table 8
  parameter_enclosure = 25,
  parameter_reason = 50,
  parameter_user_data = 193,
  parameter_extended_user_data = 194,
};

// --- transport ---

void connection(const Tpdu& tpdu, Call& call) {
  const bool asks = tpdu.code == TpduCode::connection_request;
  if (!tpdu.calling.empty()) call.pen().set<"calling_tsap">(tpdu.calling);
  if (!tpdu.called.empty()) call.pen().set<"called_tsap">(tpdu.called);
  call.output.role = asks ? Role::request : Role::answer;
  call.memory.connecting = asks;
  call.memory.connecting_from_server = asks && call.from_server();
  call.serve(service_connect, exchange_connect);
  call.operate(Verb::session);
}

// A disconnect answers a connection request that waits, else it ends a connection.
void disconnect(const Tpdu& tpdu, Call& call) {
  const bool refuses =
      call.memory.connecting && call.memory.connecting_from_server != call.from_server();
  if (tpdu.code == TpduCode::disconnect_request) call.pen().set<"disconnect_reason">(tpdu.reason);
  call.output.role = refuses ? Role::answer : Role::event;
  call.memory.connecting = false;
  refuses ? call.serve(service_connect, exchange_connect) : call.serve(service_disconnect);
  Operation& operation = call.operate(Verb::session);
  if (refuses) operation.outcome = Outcome::refused, operation.code = tpdu.reason;
}

// --- presentation ---

void application_unit(Call& call, Bytes octets) {
  Tlv unit;
  Reader in{octets};
  if (!ber::next(in, unit)) return call.blame(Wrong::encoding);
  if (unit.tag_class == ber::Class::application && unit.tag <= acse_abrt)
    associate(call, unit);
  else if (unit.tag_class == ber::Class::context && unit.tag <= last_pdu)
    message(call, unit);
  else
    call.blame(Wrong::pdu);
  if (in.left() > 0) call.blame(Wrong::several);
}

// PDV-list ([PRES] 8.4.2): transfer syntax, context, then the octets in one of three ways.
void presentation_values(Call& call, const Tlv& list) {
  Tlv value;
  for (Reader in{list.content}; in.left() > 0;) {
    if (!ber::next(in, value)) return call.blame(Wrong::presentation);
    if (value.tag_class != ber::Class::context) continue;
    if (value.tag <= 1) return application_unit(call, value.content);
    if (value.tag == 2 && !value.content.empty())
      return application_unit(call, value.content.subspan(1));
    return call.blame(Wrong::presentation);
  }
  call.blame(Wrong::presentation);
}

// fully-encoded-data. Of several messages all operations count, but the first is the message.
void presentation_data(Call& call, Bytes content) {
  Tlv list;
  std::size_t count = 0;
  for (Reader in{content}; in.left() > 0;) {
    if (!ber::next(in, list) || !list.is_universal(ber::universal::sequence))
      return call.blame(Wrong::presentation);
    if (++count == 1) {
      presentation_values(call, list);
      continue;
    }
    call.blame(Wrong::several);
    if (count > most_messages) return;
    const Record first = call.output.record;
    const Role role = call.output.role;
    presentation_values(call, list);
    call.output.record = first;
    call.output.role = role;
  }
  if (count == 0) call.blame(Wrong::presentation);
}

void presentation_unit(Call& call, Bytes octets) {
  Tlv unit;
  Reader in{octets};
  if (!ber::next(in, unit) || in.left() > 0) return call.blame(Wrong::presentation);
  if (!unit.is(ber::Class::application, 1)) return call.blame(Wrong::presentation);
  presentation_data(call, unit.content);
}

// CP, CPA and CPR ([PRES] 8.2), and ARU: user data among the parameters of the normal mode.
void presentation_connect(Call& call, Bytes octets) {
  Tlv unit;
  Reader in{octets};
  if (!ber::next(in, unit)) return call.blame(Wrong::presentation);
  if (unit.is(ber::Class::application, 1)) return presentation_data(call, unit.content);
  Bytes parameters = unit.content;
  if (unit.is_universal(ber::universal::set)) {
    const auto normal = ber::find_context(parameters, 2);
    if (!normal) return call.blame(Wrong::presentation);
    parameters = normal->content;
  }
  if (const auto data = ber::find(parameters, ber::Class::application, 1))
    presentation_data(call, data->content);
}

// --- session ---

struct SessionUnit {
  std::uint8_t code = 0;
  bool sound = false, segment = false;
  std::uint8_t reason = 0;  // of REFUSE
  Bytes user;
};

std::size_t session_length(Reader& in) {  // [SES] 8.2.5
  const std::uint8_t length = in.u8();
  return length == 255 ? in.be16() : length;
}

void session_parameters(Reader in, SessionUnit& unit) {
  while (in.left() > 0) {
    const std::uint8_t code = in.u8();
    const Bytes value = in.take(session_length(in));
    if (!in.ok()) return;
    switch (code) {
      case parameter_user_data:
      case parameter_extended_user_data: unit.user = value; break;
      case parameter_enclosure: unit.segment = value.size() == 1 && (value[0] & 3) != 3; break;
      case parameter_reason:  // of REFUSE, then the user data; of others a number
        if (value.empty()) break;
        unit.reason = value[0];
        if (unit.code == spdu_refuse) unit.user = value.subspan(1);
        break;
      default: break;
    }
  }
  unit.sound = in.ok();
}

// Data come behind a unit that passes tokens along, mostly none ([SES] 7.3).
SessionUnit read_session(Bytes octets) {
  SessionUnit unit;
  Reader in{octets};
  for (bool tokens = false;; tokens = true) {
    unit.code = in.u8();
    const std::size_t length = session_length(in);
    const Reader parameters = in.part(length);
    if (!in.ok()) return unit;
    const bool is_tokens = unit.code == spdu_data || unit.code == 2;
    if (is_tokens && !tokens && in.left() > 0) continue;
    session_parameters(parameters, unit);
    if (unit.code == spdu_data) unit.user = in.rest();
    return unit;
  }
}

struct SessionRow {  // what a unit without data asks or answers
  std::uint8_t code;
  Role role;
  std::uint16_t service;
  std::uint8_t exchange;
  bool refuses;
};
constexpr std::uint8_t no_exchange = 0xff;
// clang-format off
constexpr SessionRow session_rows[] = {
    {spdu_connect,      Role::request, service_associate, exchange_associate, false},
    {spdu_accept,       Role::answer,  service_associate, exchange_associate, false},
    {spdu_refuse,       Role::answer,  service_associate, exchange_associate, true},
    {spdu_finish,       Role::request, service_release,   exchange_release,   false},
    {spdu_disconnect,   Role::answer,  service_release,   exchange_release,   false},
    {spdu_not_finished, Role::answer,  service_release,   exchange_release,   true},
    {spdu_abort,        Role::event,   service_abort,     no_exchange,        false},
    {spdu_abort_accept, Role::event,   service_abort,     no_exchange,        false},
};
// clang-format on

// The unit of the session decides what the message is, whatever the association unit within says.
void session_unit(Call& call, const SessionUnit& unit, const SessionRow& row) {
  call.pen().set<"spdu">(unit.code);
  call.output.role = row.role;
  call.serve(row.service);
  const bool has_data = row.code == spdu_connect || row.code == spdu_accept;
  if (!unit.user.empty())
    presentation_connect(call, unit.user);
  else if (has_data)
    call.blame(Wrong::presentation);
  call.output.role = row.role;
  row.exchange == no_exchange ? call.serve(row.service) : call.serve(row.service, row.exchange);
  if (call.output.operations_total == 0) call.operate(Verb::session);
  for (Operation& operation : call.output.operations()) {
    operation.function = row.service;
    if (row.refuses && operation.outcome != Outcome::refused)
      operation.outcome = Outcome::refused, operation.code = unit.reason;
  }
}

void session(Call& call, Bytes octets) {
  const SessionUnit unit = read_session(octets);
  if (!unit.sound || unit.segment) call.blame(Wrong::session);
  if (!unit.sound) return;
  if (unit.code == spdu_data) {
    if (unit.segment || unit.user.empty()) return;
    return presentation_unit(call, unit.user);
  }
  const auto* row = std::ranges::find(session_rows, unit.code, &SessionRow::code);
  if (row == std::end(session_rows)) return call.blame(Wrong::foreign);
  session_unit(call, unit, *row);
}

Fault unit(Bytes octets, Call& call) {
  const std::uint8_t first = octets[0];
  constexpr std::uint8_t class_bits = 0xc0, context_bits = 0x80;
  if ((first & class_bits) == context_bits)
    application_unit(call, octets);  // MMS without the layers between
  else if (first != 0 && first <= spdu_abort_accept)
    session(call, octets);
  else
    call.blame(Wrong::foreign);
  if (call.output.scratch.overflowed()) call.blame(Wrong::pieces);
  return call.found;
}

Fault data(const Tpdu& tpdu, Call& call) {
  Pieces& held = call.memory.pieces[static_cast<std::size_t>(call.context.direction)];
  call.output.role = Role::part;
  const wire::Joined joined = wire::join(tpdu, held, Pieces::message, call.output);
  if (joined.kind == wire::Joined::Kind::too_long) return fault(Wrong::pieces);
  if (joined.kind == wire::Joined::Kind::part) return Fault::none;
  call.output.role = Role::event;
  return unit(joined.octets, call);
}

Fault decode(Bytes octets, const Context& context, State bytes, Output& output) {
  Call call{output, state<Memory>(bytes), context};
  const Tpdu tpdu = wire::read_tpdu(octets.subspan(std::min(octets.size(), wire::tpkt_bytes)));
  if (!tpdu.sound) return fault(Wrong::transport);
  if (tpdu.code == TpduCode::data) return data(tpdu, call);
  call.pen().set<"tpdu">(static_cast<std::uint8_t>(tpdu.code));
  switch (tpdu.code) {
    case TpduCode::connection_request:
    case TpduCode::connection_confirm: connection(tpdu, call); return Fault::none;
    case TpduCode::disconnect_request:
    case TpduCode::disconnect_confirm: disconnect(tpdu, call); return Fault::none;
    case TpduCode::error: return Fault::none;
    default: return fault(Wrong::transport);  // class 0 has no others ([COTP] Table 8)
  }
}

}  // namespace

const Protocol protocol = {
    .name = "mms",
    .label = {"MMS", "MMS"},
    .doc =
        "Reads, writes, reports and operates the named objects of IEC 61850 stations and TASE.2 "
        "centres.",
    .message = &schema,
    .items = {&variable_schema, &name_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "service",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::mms
