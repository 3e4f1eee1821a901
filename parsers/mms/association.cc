// The association: who asks whom for it, whether it is granted, and how it ends ([ACSE]).
#include "parsers/mms/pdu.h"

namespace langyan::mms {
namespace {

// An object identifier as text, or a name as it stands; [ACSE] AP-title forms 1 to 3.
Bytes title(Call& call, Bytes content) {
  Tlv value;
  Reader in{content};
  if (!ber::next(in, value)) return call.blame(Wrong::association), Bytes{};
  if (value.is_universal(ber::universal::object_identifier))
    return ber::oid_text(value.content, call.output.scratch);
  return value.content;
}

std::optional<std::uint64_t> number(Bytes content) {
  Tlv value;
  Reader in{content};
  if (!ber::next(in, value) || !value.is_universal(ber::universal::integer)) return std::nullopt;
  return ber::to_unsigned(value.content);
}

template <Word name>
void put_title(Call& call, Bytes content) {
  if (const Bytes text = title(call, content); !text.empty()) call.pen().set<name>(text);
}
template <Word name>
void put_qualifier(Call& call, Bytes content) {
  if (const auto value = number(content); value && *value <= 0xffffffff)
    call.pen().set<name>(static_cast<std::uint32_t>(*value));
}

// user-information: EXTERNALs, of which the one that holds an MMS message matters.
void user_information(Call& call, Bytes content) {
  Tlv external, value;
  for (Reader in{content}; in.left() > 0;) {
    if (!ber::next(in, external)) return call.blame(Wrong::association);
    if (!external.is_universal(ber::universal::external)) continue;
    for (Reader parts{external.content}; parts.left() > 0;) {
      if (!ber::next(parts, value)) return call.blame(Wrong::association);
      if (value.tag_class != ber::Class::context) continue;
      Bytes octets = value.content;
      if (value.tag == 2 && !octets.empty()) octets = octets.subspan(1);
      Tlv pdu;
      Reader inner{octets};
      if (!ber::next(inner, pdu)) return call.blame(Wrong::encoding);
      if (pdu.tag_class == ber::Class::context && pdu.tag <= last_pdu) message(call, pdu);
      return;
    }
  }
}

// result-source-diagnostic: of the user or of the provider.
std::optional<std::uint16_t> diagnostic(Bytes content) {
  Tlv source;
  Reader in{content};
  if (!ber::next(in, source) || source.tag_class != ber::Class::context) return std::nullopt;
  const auto code = number(source.content);
  if (!code || *code >= of_provider) return std::nullopt;
  return static_cast<std::uint16_t>(*code + (source.tag == 2 ? of_provider : 0));
}

struct Grant {
  bool known = false, granted = false, authenticates = false;
  std::uint16_t why = 0;
  Bytes information;
};

void request_field(Call& call, const Tlv& each, Grant& grant) {
  switch (each.tag) {
    case 1: put_title<"application_context">(call, each.content); break;
    case 2: put_title<"called_ap_title">(call, each.content); break;
    case 3: put_qualifier<"called_ae_qualifier">(call, each.content); break;
    case 6: put_title<"calling_ap_title">(call, each.content); break;
    case 7: put_qualifier<"calling_ae_qualifier">(call, each.content); break;
    case 11:  // a name of the mechanism; the secret itself is not kept
      grant.authenticates = true;
      if (const Bytes text = ber::oid_text(each.content, call.output.scratch); !text.empty())
        call.pen().set<"authentication_mechanism">(text);
      break;
    case 12: grant.authenticates = true; break;
    case 30: grant.information = each.content; break;
    default: break;
  }
}

void answer_field(Call& call, const Tlv& each, Grant& grant) {
  switch (each.tag) {
    case 1: put_title<"application_context">(call, each.content); break;
    case 2:
      if (const auto result = number(each.content); result && *result <= 2) {
        call.pen().set<"association_result">(static_cast<std::uint8_t>(*result));
        grant.known = true;
        grant.granted = *result == 0;
      }
      break;
    case 3:
      if (const auto code = diagnostic(each.content)) {
        call.pen().set<"association_diagnostic">(*code);
        grant.why = *code;
      }
      break;
    case 4: put_title<"responding_ap_title">(call, each.content); break;
    case 30: grant.information = each.content; break;
    default: break;
  }
}

void settle(Call& call, Operation& operation, const Grant& grant) {
  if (call.answers() && grant.known && !grant.granted) {
    operation.outcome = Outcome::refused;
    operation.code = grant.why;
  }
}

}  // namespace

void associate(Call& call, const Tlv& apdu) {
  const auto kind = static_cast<std::uint8_t>(apdu.tag);
  call.pen().set<"acse">(kind);
  call.output.role = kind == acse_aarq || kind == acse_rlrq ? Role::request
                     : kind == acse_abrt                    ? Role::event
                                                            : Role::answer;
  if (kind == acse_abrt)
    call.serve(service_abort);
  else if (kind <= acse_aare)
    call.serve(service_associate, exchange_associate);
  else
    call.serve(service_release, exchange_release);
  Grant grant;
  Tlv each;
  for (Reader in{apdu.content}; in.left() > 0;) {
    if (!ber::next(in, each)) {
      call.blame(Wrong::association);
      break;
    }
    if (each.tag_class != ber::Class::context) continue;
    if (kind == acse_aarq)
      request_field(call, each, grant);
    else if (kind == acse_aare)
      answer_field(call, each, grant);
    else if (each.tag == 30)
      grant.information = each.content;
  }
  if (kind == acse_aare && !grant.known) call.blame(Wrong::association);
  settle(call, call.operate(Verb::session), grant);
  if (grant.authenticates) call.operate(Verb::auth);
  if (kind == acse_aare && call.memory.authenticating)
    settle(call, call.operate(Verb::auth), grant);
  if (kind <= acse_aare) call.memory.authenticating = grant.authenticates;
  if (!grant.information.empty()) user_information(call, grant.information);
}

}  // namespace langyan::mms
