// The application layer: types of APDU, segments, refusals ([135] 18, 20.1).
#include "parsers/bacnet/call.h"

namespace langyan::bacnet {
namespace {

constexpr std::uint8_t flag_segmented = 8, flag_more = 4, flag_negative = 2, flag_server = 1;

struct Apdu {
  ApduType type;
  std::uint8_t flags, invoke_id, sequence = 0;
  Bytes parameters;
};

// The service of a confirmed or unconfirmed APDU, and its row; null: the standard has none.
const Service* choose_service(Call& call, std::uint16_t code) {
  call.service = code;
  call.pen.set<"service">(code);
  const Service* row = service_row(code);
  call.verb = row ? row->verb : Verb::other;
  if (!row) call.blame(Wrong::service);
  return row;
}

void read_parameters(Call& call, const Service* row, Bytes octets) {
  if (!row) {  // its parameters may be of any form
    if (!octets.empty()) call.pen.set<"data">(octets);
    call.operate();
    return;
  }
  Tags tags{octets};
  parameters(call, row->body, tags);
  finish(call, tags);
}

// Segments follow each other by number, from 0; one that was sent twice is the same again. True: the
// message is whole, and is left in `whole`.
bool collect(Call& call, const Apdu& apdu, std::uint32_t station, Bytes& whole) {
  Segments& segments = call.memory.segments[static_cast<std::size_t>(call.context.direction)];
  Assembly* assembly = call.output.assembly;
  const bool same = segments.collecting && segments.station == station && segments.invoke_id == apdu.invoke_id &&
                    segments.apdu_type == apdu.type;
  call.output.role = Role::event;
  if (apdu.sequence == 0 && !(same && segments.next == 1)) {
    if (assembly) assembly->clear();
    segments = {station, apdu.invoke_id, apdu.type, 0, true};
  } else if (!same) {
    return call.blame(Wrong::segment), false;
  } else if (apdu.sequence == static_cast<std::uint8_t>(segments.next - 1)) {
    return false;  // again
  } else if (apdu.sequence != segments.next) {
    segments.collecting = false;
    if (assembly) assembly->clear();
    return call.blame(Wrong::segment), false;
  }
  ++segments.next;
  if (!assembly || !assembly->append(apdu.parameters)) {
    segments.collecting = false;
    return call.blame(Wrong::segment), false;
  }
  if (apdu.flags & flag_more) return false;
  segments.collecting = false;
  whole = call.output.scratch.copy(assembly->bytes());
  assembly->clear();
  if (whole.empty()) call.blame(Wrong::segment);
  return !whole.empty();
}

void service_apdu(Call& call, Apdu& apdu, const Service* row, std::uint32_t station) {
  const Role role = apdu.type == confirmed_request ? Role::request : Role::answer;
  call.output.role = role;
  if (role == Role::answer) call.outcome = Outcome::ok;
  if (apdu.flags & flag_segmented) {
    call.pen.set<"segmented">(true);
    call.pen.set<"more_follows">((apdu.flags & flag_more) != 0);
    call.pen.set<"sequence_number">(apdu.sequence);
    Bytes whole;
    if (!collect(call, apdu, station, whole)) return;
    call.output.role = role;
    apdu.parameters = whole;
  }
  read_parameters(call, row, apdu.parameters);
}

// A device that obeyed a weighty request without a password.
void obeyed(Call& call) {
  const std::size_t way = call.asked_way();
  call.memory.password_failures[way] = 0;
  if (call.memory.unprotected[way] && call.memory.unprotected_id[way] == call.invoke_id) call.blame(Wrong::unprotected);
  call.memory.unprotected[way] = false;
}

Operation& refuse(Call& call, std::uint64_t code) {
  Operation& operation = call.operate();
  operation.outcome = Outcome::refused;
  operation.code = static_cast<std::uint16_t>(code);
  return operation;
}

// Error is a class and a code, some services' own errors carry more behind ([135] 21 BACnet-Error).
void error(Call& call, Bytes octets) {
  Tags tags{octets};
  const auto wrapped = tags.group(0);
  Tags inner{wrapped ? *wrapped : octets};
  const auto error_class = inner.plain_number(type_enumerated), code = inner.plain_number(type_enumerated);
  if (inner.trouble() != Tags::Trouble::none) call.blame(Wrong::tag);
  call.need<"error_class">(error_class);
  if (!call.need<"error_code">(code)) return void(refuse(call, 0));
  if (wrapped && tags.more()) call.pen.set<"data">(tags.left());
  refuse(call, *code);
  auto& failures = call.memory.password_failures[call.asked_way()];
  if (*code != error_password_failure) return;
  if (failures < most_password_failures) ++failures;
  if (failures == most_password_failures) call.blame(Wrong::password);
}

// What restarts or silences a device says only with its parameters which of its verbs it is, and an
// answer has none of them: the request it is paired with tells.
Verb verb_of_answer(const Call& call, const Service* row) {
  const bool depends = row && (row->body == Body::reinitialize || row->body == Body::communication_control);
  return depends ? Verb::configure : call.verb;
}

void answer(Call& call, Apdu& apdu, Reader& in) {
  call.output.role = Role::answer;
  call.outcome = Outcome::ok;
  const std::uint8_t choice = in.u8();
  if (!in.ok()) return call.blame(Wrong::truncated);
  const Service* row = choose_service(call, choice);
  call.verb = verb_of_answer(call, row);
  if (apdu.type == error_pdu) return error(call, in.rest());
  call.operate();
  obeyed(call);
  if (in.left() > 0) call.blame(Wrong::trailing);
}

void refusal(Call& call, const Apdu& apdu, Reader& in) {
  const std::uint8_t reason = in.u8();
  if (!in.ok()) return call.blame(Wrong::truncated);
  if (apdu.type == reject_pdu) call.pen.set<"reject_reason">(reason);
  else call.pen.set<"abort_reason">(reason);
  if (in.left() > 0) call.blame(Wrong::trailing);
  // An abort by the one who asked ends its own request.
  if (apdu.type == abort_pdu && !(apdu.flags & flag_server)) return;
  call.output.role = Role::answer;
  refuse(call, reason);
}

void segment_ack(Call& call, const Apdu& apdu, Reader& in) {
  const std::uint8_t sequence = in.u8();
  in.skip(1);  // window
  if (!in.ok()) return call.blame(Wrong::truncated);
  call.pen.set<"sequence_number">(sequence);
  call.pen.set<"negative_ack">((apdu.flags & flag_negative) != 0);
  if (in.left() > 0) call.blame(Wrong::trailing);
}

// Who is asked and who asks, where a router stands between; a request goes to the first.
void stations(Call& call, std::uint32_t from, std::uint32_t to, bool by_asked) {
  const std::uint32_t asked = by_asked ? from : to, asking = by_asked ? to : from;
  if (asked) call.pen.set<"station">(asked);
  if (asking) call.pen.set<"asking_station">(asking);
  call.unit = asked;
}

void unconfirmed(Call& call, Reader& in, std::uint32_t from, std::uint32_t to) {
  const std::uint8_t choice = in.u8();
  if (!in.ok()) return call.blame(Wrong::truncated);
  const Service* row = choose_service(call, static_cast<std::uint16_t>(unconfirmed_base + choice));
  const bool tells = row && (row->verb == Verb::report || row->verb == Verb::alarm);
  stations(call, from, to, tells);
  call.outcome = tells ? Outcome::ok : Outcome::one_way;
  read_parameters(call, row, in.rest());
}

}  // namespace

void application_layer(Call& call, Bytes octets, std::uint32_t from, std::uint32_t to) {
  Reader in{octets};
  const std::uint8_t first = in.u8();
  if (!in.ok()) return call.blame(Wrong::truncated);
  if (first >> 4 > abort_pdu) return call.blame(Wrong::apdu);
  Apdu apdu{static_cast<ApduType>(first >> 4), static_cast<std::uint8_t>(first & 15), 0, 0, {}};
  call.pen.set<"apdu_type">(static_cast<std::uint8_t>(apdu.type));
  if (apdu.type == unconfirmed_request) return unconfirmed(call, in, from, to);
  if (apdu.type == confirmed_request) in.skip(1);  // what the asker can take
  apdu.invoke_id = in.u8();
  if (!in.ok()) return call.blame(Wrong::truncated);
  call.invoke_id = apdu.invoke_id;
  call.pen.set<"invoke_id">(apdu.invoke_id);
  const bool either = apdu.type == segment_ack_pdu || apdu.type == abort_pdu;
  stations(call, from, to, apdu.type != confirmed_request && (!either || apdu.flags & flag_server));
  switch (apdu.type) {
    case confirmed_request: case complex_ack: break;
    case simple_ack: case error_pdu: return answer(call, apdu, in);
    case reject_pdu: case abort_pdu: return refusal(call, apdu, in);
    default: return segment_ack(call, apdu, in);
  }
  if (apdu.type == confirmed_request && call.to_all) call.blame(Wrong::broadcast);
  if (apdu.flags & flag_segmented) {
    apdu.sequence = in.u8();
    in.skip(1);  // window
  }
  const std::uint8_t choice = in.u8();
  if (!in.ok()) return call.blame(Wrong::truncated);
  const Service* row = choose_service(call, choice);
  apdu.parameters = in.rest();
  service_apdu(call, apdu, row, from);
  if (apdu.type == complex_ack) call.memory.password_failures[call.asked_way()] = 0;
}

void parameters(Call& call, Body body, Tags& tags) {
  switch (body) {
    case Body::read_property: case Body::read_property_multiple: case Body::write_property:
    case Body::write_property_multiple: case Body::list_element: case Body::create_object: case Body::delete_object:
    case Body::read_range: case Body::subscribe_cov: case Body::subscribe_cov_multiple:
      return access(call, body, tags);
    case Body::cov_notification: case Body::cov_notification_multiple: case Body::event_notification:
    case Body::acknowledge_alarm: case Body::alarm_summary: case Body::enrollment_summary:
    case Body::event_information: case Body::life_safety: case Body::write_group:
      return report(call, body, tags);
    default: return device(call, body, tags);
  }
}

}  // namespace langyan::bacnet
