// The fourteen kinds of MMS message ([MMS] 7.1): requests and answers with their number, what comes
// unasked, errors, and what begins and ends an environment.
#include <limits>

#include "parsers/mms/pdu.h"

namespace langyan::mms {
namespace {

std::optional<std::uint32_t> number_of(const Tlv& value) {
  const auto number = ber::to_unsigned(value.content);
  if (!number || *number > 0xffffffff) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

bool read_invoke_id(Call& call, const Tlv& value) {
  const auto id = number_of(value);
  if (!id) return call.blame(Wrong::pdu), false;
  call.invoke_id = *id;
  call.pen().set<"invoke_id">(*id);
  return true;
}

void conclude_refused(Call& call, std::uint16_t why) {
  Operation& operation = call.operate(call.service->verb);
  operation.outcome = Outcome::refused;
  operation.code = why;
}

void dispatch(Call& call, const Tlv& body) {
  switch (call.service->body) {
    case Body::read: return read(call, body.content);
    case Body::write: return write(call, body.content);
    case Body::information_report: return information_report(call, body.content);
    default: return other_service(call, body);
  }
}

// A request or an answer: its number, modifiers, the service by its tag, a companion standard's
// detail.
void confirmed(Call& call, Bytes content) {
  constexpr std::uint32_t detail_tag = 79;
  Tlv each;
  Reader in{content};
  if (!ber::next(in, each) || !each.is_universal(ber::universal::integer))
    return call.blame(Wrong::pdu);
  if (!read_invoke_id(call, each)) return;
  while (in.left() > 0) {
    if (!ber::next(in, each)) return call.blame(Wrong::encoding);
    if (each.tag_class != ber::Class::context || each.tag == detail_tag) continue;
    const bool known = each.tag < of_unconfirmed && service_row(each.tag).code == each.tag;
    if (!known) call.blame(Wrong::service);
    if (each.tag < of_unconfirmed) call.serve(static_cast<std::uint16_t>(each.tag));
    return dispatch(call, each);
  }
  call.blame(Wrong::encoding);  // without a service
}

void unconfirmed(Call& call, Bytes content) {
  Tlv body;
  Reader in{content};
  if (!ber::next(in, body)) return call.blame(Wrong::encoding);
  const std::uint32_t code = of_unconfirmed + body.tag;
  if (body.tag_class != ber::Class::context || code >= of_pdu || service_row(code).code != code)
    return call.blame(Wrong::service);
  call.serve(static_cast<std::uint16_t>(code));
  dispatch(call, body);
}

void confirmed_error(Call& call, Bytes content) {
  Tlv each;
  std::uint16_t why = 0;
  bool numbered = false;
  for (Reader in{content}; in.left() > 0;) {
    if (!ber::next(in, each)) {
      call.blame(Wrong::encoding);
      break;
    }
    if (each.is_context(0)) numbered = read_invoke_id(call, each);
    if (each.is_context(2)) why = service_error(call, each.content);
  }
  if (!numbered) return call.blame(Wrong::pdu);
  refused(call);
  conclude_refused(call, why);
}

void reject(Call& call, Bytes content) {
  constexpr std::uint32_t last_choice = 11;
  Tlv each;
  std::uint16_t why = 0;
  bool numbered = false;
  call.serve(service_reject);
  for (Reader in{content}; in.left() > 0;) {
    if (!ber::next(in, each)) {
      call.blame(Wrong::encoding);
      break;
    }
    if (each.tag_class != ber::Class::context) continue;
    if (each.tag == 0) numbered = read_invoke_id(call, each);
    if (each.tag == 0 || each.tag > last_choice) continue;
    const auto code = number_of(each);
    if (!code || *code > 0xff) continue;
    why = static_cast<std::uint16_t>(each.tag << 8 | *code);
    call.pen().set<"reject_reason">(why);
  }
  call.output.role = numbered ? Role::answer : Role::event;
  if (numbered) refused(call);
  conclude_refused(call, why);
}

void cancel(Call& call, const Tlv& pdu) {
  call.serve(service_cancel, exchange_cancel);
  Bytes id = pdu.content;
  std::uint16_t why = 0;
  if (pdu.tag == pdu_cancel_error) {
    const auto original = ber::find_context(pdu.content, 0);
    const auto error = ber::find_context(pdu.content, 1);
    id = original ? original->content : Bytes{};
    if (error) why = service_error(call, error->content);
  }
  if (const auto number = ber::to_unsigned(id); number && *number <= 0xffffffff)
    call.pen().set<"cancelled_invoke_id">(static_cast<std::uint32_t>(*number));
  else
    call.blame(Wrong::pdu);
  if (pdu.tag == pdu_cancel_error) return conclude_refused(call, why);
  call.operate(Verb::other);
}

template <Word name, class Number>
void put_number(Call& call, const Tlv& value) {
  const auto number = ber::to_unsigned(value.content);
  if (!number || *number > std::numeric_limits<Number>::max()) return call.blame(Wrong::value);
  call.pen().set<name>(static_cast<Number>(*number));
}

template <Word name>
void put_bits(Call& call, const Tlv& value) {
  const auto bits = ber::to_bits(value.content);
  if (!bits) return call.blame(Wrong::value);
  call.pen().set<name>(bits->octets);
}

void initiate_detail(Call& call, Bytes content) {
  Tlv each;
  for (Reader in{content}; in.left() > 0;) {
    if (!ber::next(in, each)) return call.blame(Wrong::encoding);
    if (each.is_context(0)) put_number<"version", std::uint16_t>(call, each);
    if (each.is_context(1)) put_bits<"parameter_cbb">(call, each);
    if (each.is_context(2)) put_bits<"services_supported">(call, each);
  }
}

// Within an association request the operation is the association; some send it alone.
void initiate(Call& call, const Tlv& pdu) {
  const bool within = call.service->code == service_associate;
  if (!within) call.serve(service_initiate, exchange_associate);
  if (pdu.tag == pdu_initiate_error) {
    const std::uint16_t why = service_error(call, pdu.content);
    if (!within) return conclude_refused(call, why);
    for (Operation& operation : call.output.operations())
      if (operation.outcome != Outcome::refused)
        operation.outcome = Outcome::refused, operation.code = why;
    return;
  }
  Tlv each;
  for (Reader in{pdu.content}; in.left() > 0;) {
    if (!ber::next(in, each)) {
      call.blame(Wrong::encoding);
      break;
    }
    if (each.tag_class != ber::Class::context) continue;
    switch (each.tag) {
      case 0: put_number<"local_detail", std::uint32_t>(call, each); break;
      case 1: put_number<"max_outstanding_calling", std::uint16_t>(call, each); break;
      case 2: put_number<"max_outstanding_called", std::uint16_t>(call, each); break;
      case 3: put_number<"nesting_level", std::uint8_t>(call, each); break;
      case 4: initiate_detail(call, each.content); break;
      default: break;
    }
  }
  if (!within) call.operate(Verb::session);
}

Role role_of(std::uint32_t pdu) {
  switch (pdu) {
    case pdu_request:
    case pdu_cancel_request:
    case pdu_initiate_request:
    case pdu_conclude_request: return Role::request;
    case pdu_unconfirmed: return Role::event;
    default: return Role::answer;
  }
}

}  // namespace

std::uint16_t service_error(Call& call, Bytes content) {
  const auto outer = ber::find_context(content, 0);
  Tlv code;
  Reader in{outer ? outer->content : Bytes{}};
  if (!outer || !ber::next(in, code) || code.tag_class != ber::Class::context)
    return call.blame(Wrong::encoding), 0;
  constexpr std::uint32_t last_class = 12;
  const auto number = ber::to_unsigned(code.content);
  if (code.tag > last_class || !number || *number > 0xff) return call.blame(Wrong::value), 0;
  const auto error = static_cast<std::uint16_t>(code.tag << 8 | *number);
  call.pen().set<"error">(error);
  return error;
}

void message(Call& call, const Tlv& pdu) {
  const auto kind = static_cast<std::uint8_t>(pdu.tag);
  call.pen().set<"pdu">(kind);
  if (!pdu.whole.empty()) call.pen().set<"message">(pdu.whole);
  call.output.role = role_of(kind);
  switch (kind) {
    case pdu_request:
      confirmed(call, pdu.content);
      if (call.output.operations_total == 0) call.operate(call.service->verb);
      break;
    case pdu_response: confirmed(call, pdu.content); break;
    case pdu_error: confirmed_error(call, pdu.content); break;
    case pdu_unconfirmed: unconfirmed(call, pdu.content); break;
    case pdu_reject: reject(call, pdu.content); break;
    case pdu_cancel_request:
    case pdu_cancel_response:
    case pdu_cancel_error: cancel(call, pdu); break;
    case pdu_initiate_request:
    case pdu_initiate_response:
    case pdu_initiate_error: initiate(call, pdu); break;
    case pdu_conclude_error:
      call.serve(service_conclude, exchange_conclude);
      conclude_refused(call, service_error(call, pdu.content));
      break;
    default:
      call.serve(service_conclude, exchange_conclude);
      call.operate(Verb::session);
      break;
  }
  if (call.memory.application) call.pen().set<"application">(call.memory.application);
}

}  // namespace langyan::mms
