// DCE/RPC over TCP: Windows hosts call each other's objects. OPC Classic stands on it: clients read,
// write, browse and subscribe to the items of OPC servers, which stand before controllers of any make.
//
// [C706] The Open Group, DCE 1.1: Remote Procedure Call
// [DCOM] Microsoft, [MS-DCOM]: Distributed Component Object Model Remote Protocol
// [DA]   OPC Foundation, Data Access Custom Interface Standard
#include "parsers/dcerpc/dcerpc.h"

#include "parsers/dcerpc/table.h"

namespace langyan::dcerpc {
namespace {

constexpr std::size_t longest_call = 60'000;  // octets of arguments put together
constexpr std::size_t orpc_this_bytes = 32, orpc_that_bytes = 8;  // [DCOM] 2.2.13.3, 2.2.13.4, without extensions
constexpr std::uint16_t orpc_major = 5;
constexpr std::uint32_t refused_bit = 0x80000000;
constexpr std::uint16_t bind_accepted = 0;

Interface bound_to(const Memory& memory, std::uint16_t context) {
  const Bound& place = memory.bound[context % most_bound];
  return context < 256 && place.number == context ? static_cast<Interface>(place.interface) : unknown;
}

void bind(Memory& memory, std::uint16_t context, Interface interface) {
  if (context < 256) memory.bound[context % most_bound] = {static_cast<std::uint8_t>(context), code_of(interface)};
}

Bytes uuid_text(Output& output, const wire::Uuid& uuid) {
  const auto run = output.scratch.take(wire::uuid_text_bytes);
  if (run.size() == wire::uuid_text_bytes) wire::write_uuid(uuid, run.first<wire::uuid_text_bytes>());
  return run;
}

void put_interface(Pen& out, Interface interface) {
  out.set<"interface">(code_of(interface));
  out.set<"interface_uuid">(code_of(interface));
}

void security(const wire::Fragment& fragment, Pen& out) {
  if (fragment.auth_length == 0) return;
  out.set<"auth_type">(fragment.auth_type);
  out.set<"auth_level">(fragment.auth_level);
}

void offers(const wire::Fragment& fragment, Memory& memory, Call& call) {
  const Reader in{fragment.body};
  Interface first = unknown;
  const bool whole = wire::each_presentation(fragment, [&](const wire::Presentation& each) {
    const Interface interface = interface_of(each.interface);
    if (first == unknown) first = interface;
    bind(memory, each.id, interface);
    Fill<binding_fields> pen{call.output.items.start(binding_schema), in};
    pen.set<"binding_context">(each.id);
    pen.set<"binding_interface">(code_of(interface));
    pen.set<"binding_uuid">(uuid_text(call.output, each.interface));
    pen.set<"binding_version">(each.major);
    call.output.items.emit();
  });
  if (!whole) return call.blame(Wrong::binding);
  Pen out{call.output.record, in};
  out.set<"interface">(code_of(first));
  call.interface = first;
  call.output.role = Role::request;
  Operation& operation = call.operate(Verb::session, Outcome::pending);
  operation.function = 0;  // no method yet
  operation.value =
      Value::of_run(Value::Kind::text, call.output.scratch.copy(bytes_of(interfaces[code_of(first)].name)));
}

void results(const wire::Fragment& fragment, Call& call) {
  const Reader in{fragment.body};
  bool taken = false, any = false;
  const bool whole = wire::each_result(fragment, [&](unsigned, std::uint16_t result, std::uint16_t) {
    any = true;
    taken = taken || result == bind_accepted;
    Fill<binding_fields> pen{call.output.items.start(binding_schema), in};
    pen.set<"binding_result">(result);
    call.output.items.emit();
  });
  if (!whole) return call.blame(Wrong::binding);
  call.output.role = Role::answer;
  call.operate(Verb::session, taken || !any ? Outcome::ok : Outcome::refused);
}

void rejection(const wire::Fragment& fragment, Call& call) {
  Reader in{fragment.body};
  Pen out{call.output.record, in};
  const std::uint16_t reason = wire::Ndr{in, fragment.little}.u16();
  out.set<"reject_reason">(reason);
  if (!in.ok()) return call.blame(Wrong::truncated);
  call.output.role = Role::answer;
  Operation& operation = call.operate(Verb::session, Outcome::refused);
  operation.code = reason;
}

// The arguments of a call in pieces; empty with `role` part until the last has come.
bool gather(const wire::Fragment& fragment, Bytes stub, Call& call, Bytes& whole) {
  whole = stub;
  if (fragment.is_first() && fragment.is_last()) return true;
  Assembly* pieces = call.output.assembly;
  if (!pieces) return call.blame(Wrong::pieces), false;
  if (fragment.is_first()) pieces->clear();
  else if (pieces->bytes().empty()) return whole = {}, fragment.is_last();  // its beginning was not seen
  const bool room = pieces->bytes().size() + stub.size() <= longest_call && pieces->append(stub);
  if (!room) {
    pieces->clear();
    call.blame(Wrong::pieces);
    return whole = {}, fragment.is_last();
  }
  if (!fragment.is_last()) return false;
  whole = call.output.scratch.copy(pieces->bytes());
  pieces->clear();
  const Reader in{whole};
  Pen{call.output.record, in}.set<"fragments">(true);
  return true;
}

bool is_execution(Interface interface, std::uint16_t opnum) {
  const std::uint32_t code = method_code(interface, opnum);
  return code == method_code(service_control, 12) || code == method_code(service_control, 19) ||
         code == method_code(task_scheduler, 0) || code == method_code(task_service, 1) ||
         code == method_code(task_service, 12) || code == method_code(wmi_services, 24);
}

void mention_execution(Memory& memory, Call& call) {
  if (!is_execution(call.interface, call.opnum) || memory.said) return;
  memory.said = 1;
  call.blame(Wrong::remote_execution);
}

void name_method(Call& call, const Reader& in, bool inferred) {
  Pen out{call.output.record, in};
  call.method = method_row(call.interface, call.opnum);
  if (call.interface != unknown) put_interface(out, call.interface);
  if (call.method) out.set<"method">(call.method->code);
  if (inferred) out.set<"inferred">(true);
}

// Behind ORPCTHIS; empty where there is none or it carries extensions.
Bytes behind_this(Bytes stub, bool little) {
  Reader in{stub};
  wire::Ndr ndr{in, little};
  const std::uint16_t major = ndr.u16();
  in.skip(orpc_this_bytes - 6);
  const std::uint32_t extensions = ndr.u32();
  return in.ok() && major == orpc_major && extensions == 0 ? in.rest() : Bytes{};
}

constexpr std::uint8_t used_bound = 1, used_inferred = 2;

void remember(Memory& memory, std::uint32_t id, const Call& call, bool inferred) {
  memory.recent[memory.next % most_recent] = {id, call.opnum, code_of(call.interface),
                                              inferred ? used_inferred : used_bound};
  memory.next = static_cast<std::uint8_t>((memory.next + 1) % most_recent);
}

void request(const wire::Fragment& fragment, Memory& memory, Call& call) {
  const wire::RpcCall asked = wire::read_call(fragment);
  const Reader in{fragment.body};
  Pen out{call.output.record, in};
  if (!asked.sound) return call.blame(Wrong::truncated);
  Bytes stub;
  if (!gather(fragment, asked.stub, call, stub)) {
    call.output.role = Role::part;
    return;
  }
  out.set<"context">(asked.context);
  if (!stub.empty()) out.set<"stub">(stub);
  out.set<"opnum">(asked.opnum);
  if (!asked.object.none()) out.set<"object">(uuid_text(call.output, asked.object));
  call.output.role = Role::request;
  call.opnum = asked.opnum;
  call.interface = bound_to(memory, asked.context);
  const bool open = fragment.auth_length == 0 || fragment.auth_level < level_privacy;
  const bool orpc = call.interface == unknown ? !asked.object.none() : interfaces[code_of(call.interface)].orpc;
  const Bytes inner = open && orpc ? behind_this(stub, fragment.little) : Bytes{};
  Stub body{inner, fragment.little};
  bool inferred = false;
  if (call.interface == unknown && !inner.empty()) {
    call.interface = infer(body, asked.opnum);
    inferred = call.interface != unknown;
  }
  name_method(call, in, inferred);
  mention_execution(memory, call);
  if (call.method && call.method->body != Body::none && !inner.empty()) arguments(call, body);
  if (call.output.operations_total == 0) call.operate(call.method ? call.method->verb : Verb::other, Outcome::pending);
  remember(memory, fragment.call, call, inferred);
}

// What was asked; returns whether the arguments of the answer may be read as that method's.
bool recall(const Memory& memory, std::uint32_t id, std::uint16_t context, Call& call) {
  call.interface = bound_to(memory, context);
  for (const Recent& each : memory.recent) {
    if (!each.used || each.call != id) continue;
    call.interface = static_cast<Interface>(each.interface);
    call.opnum = each.opnum;
    call.method = method_row(call.interface, call.opnum);
    return each.used == used_bound && call.method && call.method->body != Body::none;
  }
  return false;
}

// The method's own result is the last of its outcome ([DCOM] 3.1).
void method_result(Bytes stub, bool little, Call& call) {
  if (stub.size() < orpc_that_bytes + 4 || stub.size() % 4 != 0) return;
  Reader in{stub.last(4)};
  Pen out{call.output.record, in};
  const std::uint32_t result = wire::Ndr{in, little}.u32();
  out.set<"result">(result);
  if ((result & refused_bit) == 0) return;
  for (Operation& operation : call.output.operations()) {
    operation.outcome = Outcome::refused, operation.code = static_cast<std::uint16_t>(result);
  }
}

void response(const wire::Fragment& fragment, Memory& memory, Call& call) {
  const wire::RpcReply told = wire::read_reply(fragment);
  const Reader in{fragment.body};
  Pen out{call.output.record, in};
  if (!told.sound) return call.blame(Wrong::truncated);
  call.answer = true;
  Bytes stub;
  if (fragment.type == wire::RpcType::response && !gather(fragment, told.stub, call, stub)) {
    call.output.role = Role::part;
    return;
  }
  call.output.role = Role::answer;
  out.set<"context">(told.context);
  if (!stub.empty()) out.set<"stub">(stub);
  const bool readable = recall(memory, fragment.call, told.context, call);
  if (call.interface != unknown) put_interface(out, call.interface);
  if (call.method) out.set<"method">(call.method->code);
  const Verb verb = call.method ? call.method->verb : Verb::other;
  if (fragment.type == wire::RpcType::fault) {
    out.set<"status">(told.status);
    Operation& operation = call.operate(verb, Outcome::refused);
    operation.code = static_cast<std::uint16_t>(told.status);
    return;
  }
  const bool open = fragment.auth_length == 0 || fragment.auth_level < level_privacy;
  const bool orpc = call.interface != unknown && interfaces[code_of(call.interface)].orpc;
  if (open && orpc && readable && stub.size() > orpc_that_bytes) {
    Reader that{stub};
    that.skip(4);
    Stub body{stub.subspan(orpc_that_bytes), fragment.little};
    if (wire::Ndr{that, fragment.little}.u32() == 0) arguments(call, body);
  }
  if (call.output.operations_total == 0) call.operate(verb, Outcome::ok);
  if (open && orpc) method_result(stub, fragment.little, call);
}

Fault decode(Bytes message, const Context&, State space, Output& output) {
  const wire::Fragment fragment = wire::read_fragment(message);
  if (!fragment.sound) return fault(Wrong::header);
  Memory& memory = state<Memory>(space);
  const Reader in{message};
  Pen out{output.record, in};
  out.set<"rpc_type">(static_cast<std::uint8_t>(fragment.type));
  out.set<"call_id">(fragment.call);
  security(fragment, out);
  Call call{output};
  switch (fragment.type) {
    case wire::RpcType::bind: case wire::RpcType::alter_context: offers(fragment, memory, call); break;
    case wire::RpcType::bind_ack: case wire::RpcType::alter_context_response: results(fragment, call); break;
    case wire::RpcType::bind_nak: rejection(fragment, call); break;
    case wire::RpcType::request: request(fragment, memory, call); break;
    case wire::RpcType::response: case wire::RpcType::fault: response(fragment, memory, call); break;
    default: break;
  }
  if (output.role != Role::part) ntlm_user(output, fragment.auth);
  return call.found;
}

}  // namespace

const Protocol protocol = {
    .name = "dcerpc",
    .label = {"DCE/RPC (OPC Classic)", "DCE/RPC（OPC Classic）"},
    .doc = "Remote calls between Windows hosts, among them OPC Classic: items read, written, browsed, subscribed.",
    .message = &schema,
    .items = {&binding_schema, &item_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "method",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::dcerpc
