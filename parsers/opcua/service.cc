// Request and response headers ([P4] 7.32 and 7.33) and what they belong to.
#include "parsers/opcua/call.h"

namespace langyan::opcua {
namespace {

void request_header(Call& call) {
  Reader& in = call.in;
  Pen pen = call.pen();
  read_node_id(call, in);  // the authentication token, a secret of the session
  std::int64_t time = 0;
  if (read_time(in, time)) pen.set<"timestamp">(time);
  pen.set<"request_handle">(in.le32());
  in.skip(4);
  read_string(in);
  in.skip(4);
  read_extension(call, in);
}

void response_header(Call& call) {
  Reader& in = call.in;
  Pen pen = call.pen();
  std::int64_t time = 0;
  if (read_time(in, time)) pen.set<"timestamp">(time);
  pen.set<"request_handle">(in.le32());
  call.result = in.le32();
  pen.set<"service_result">(call.result);
  skip_diagnostics(call, in);
  skip_strings(call, in);
  read_extension(call, in);
}

bool refuses_sign_in(std::uint32_t status) {  // BadUserAccessDenied, BadIdentityTokenInvalid, BadIdentityTokenRejected
  return status == 0x801f0000 || status == 0x80200000 || status == 0x80210000;
}

// Only a Publish is refused so ([P4] 5.14.5); as it is not kept to be answered, its fault stands for itself.
bool refuses_publish(std::uint32_t status) {  // BadTooManyPublishRequests, BadNoSubscription
  return status == 0x80780000 || status == 0x80790000;
}

// Refused as a whole: nothing of what follows came about.
void refused(Call& call) {
  if (call.service->code == type_service_fault && refuses_publish(call.result)) {
    call.service = find_service(service_publish).service;
    call.output.role = Role::event;
    call.pen().set<"service">(static_cast<std::uint16_t>(service_publish));
  }
  call.operate(call.service->verb, call.result);
  if (refuses_sign_in(call.result) && ++call.memory.refused_sign_ins == many_refused_sign_ins)
    call.blame(Wrong::sign_ins);
  if (call.memory.refused_sign_ins > many_refused_sign_ins) call.memory.refused_sign_ins = many_refused_sign_ins + 1;
}

// A report comes when there is something to say, so neither side's message waits for the other's.
Role role_of(const Call& call, bool is_response) {
  if (call.service->code == service_publish || call.service->code == service_close_channel) return Role::event;
  return is_response ? Role::answer : Role::request;
}

}  // namespace

void decode_service(Call& call) {
  Reader& in = call.in;
  const NodeId type = read_node_id(call, in);
  if (!in.ok()) return call.blame(Wrong::truncated);
  const Found found = type.form == NodeId::Form::numeric && type.space == 0 ? find_service(type.number) : Found{};
  if (type.form == NodeId::Form::numeric) call.pen().set<"type_id">(type.number);
  if (!found.service) return call.blame(Wrong::service);
  call.service = found.service;
  call.asks = !found.is_response;
  call.output.role = role_of(call, found.is_response);
  call.pen().set<"service">(static_cast<std::uint16_t>(found.service->code));
  call.asks ? request_header(call) : response_header(call);
  if (!in.ok()) return call.blame(Wrong::truncated);
  if (is_bad(call.result)) {
    refused(call);
    if (found.service->code != type_service_fault) return;  // what may follow says nothing
  } else {
    (call.asks ? found.service->ask : found.service->answer)(call);
  }
  if (!in.ok()) return call.blame(Wrong::truncated);
  if (call.output.operations_total == 0) call.operate(found.service->verb, call.result);
  if (in.left() > 0) call.blame(Wrong::trailing);
}

std::uint32_t readable_type(Bytes body) {
  Reader in{body};
  std::uint32_t number = 0;
  switch (in.u8()) {  // [P6] Table 16; nearly all write the short form
    case 1: number = in.u8() == 0 ? in.le16() : 0u; break;
    case 2: number = in.le16() == 0 ? in.le32() : 0u; break;
    default: return 0;
  }
  return in.ok() && find_service(number).service ? number : 0;
}

}  // namespace langyan::opcua
