// Texts of Windows, and who signs in.
#include "parsers/dcerpc/table.h"
#include "parsers/wire/ntlm.h"

namespace langyan::dcerpc {

Bytes wide_text(Output& output, Bytes octets, bool little) { return wire::wide_text(output.scratch, octets, little); }

// Of the last message of an NTLM exchange, alone or inside a negotiation.
void ntlm_user(Output& output, Bytes token) {
  const wire::NtlmSignIn sign_in = wire::read_ntlm(output.scratch, token);
  if (sign_in.kind != wire::Ntlm::authenticate) return;
  const Reader in{token};
  Pen out{output.record, in};
  if (!sign_in.user.empty()) out.set<"user">(sign_in.user);
  if (!sign_in.domain.empty()) out.set<"domain">(sign_in.domain);
  if (!sign_in.workstation.empty()) out.set<"workstation">(sign_in.workstation);
  if (sign_in.user.empty()) return;
  Operation& operation = output.operate(Verb::auth);
  operation.value = Value::of_run(Value::Kind::text, sign_in.user);
  operation.outcome = Outcome::one_way;  // whether it was taken shows in the calls that follow
}

}  // namespace langyan::dcerpc
