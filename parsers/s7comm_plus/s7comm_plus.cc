// S7comm-plus: Siemens controllers S7-1200 and S7-1500 with engineering stations and panels. Reads
// and writes variables and attributes of objects, loads programs as objects, starts and stops the
// CPU. Older controllers talk in clear with a keyed digest; newer ones wrap all in TLS. Sources:
// table.h.
#include "parsers/s7comm_plus/s7comm_plus.h"

#include "parsers/s7comm_plus/pdu.h"
#include "parsers/wire/iso_transport.h"

namespace langyan::s7comm_plus {
namespace {

using wire::Tpdu;
using wire::TpduCode;

bool is_word(Bytes octets) {
  return !octets.empty() &&
         std::ranges::all_of(octets, [](std::uint8_t c) { return c >= ' ' && c < 0x7f; });
}

Operation& session(Output& output, Outcome outcome, std::uint16_t code) {
  Operation& operation = output.operate(Verb::session);
  operation.outcome = outcome;
  operation.code = code;
  return operation;
}

void connection(const Tpdu& tpdu, const Context& context, Pen& pen, Memory& memory,
                Output& output) {
  const bool asks = tpdu.code == TpduCode::connection_request;
  pen.set<"connection_reference">(asks ? tpdu.source : tpdu.destination);
  if (!tpdu.calling.empty()) pen.set<"calling_tsap">(tpdu.calling);
  if (is_word(tpdu.called)) pen.set<"called_tsap">(tpdu.called);
  if (tpdu.largest) pen.set<"tpdu_size">(static_cast<std::uint16_t>(tpdu.largest));
  output.role = asks ? Role::request : Role::answer;
  memory.connecting = asks;
  memory.connecting_from_server = asks && context.direction == Direction::to_client;
  session(output, asks ? Outcome::pending : Outcome::ok, 0);
  if (!asks) return;
  const std::string_view called = text_of(tpdu.called);
  if (called == "SIMATIC-ROOT-ES" || called == "SIMATIC-ROOT-PG")
    output.tell(Trait::role, "engineering station");
  if (called == "SIMATIC-ROOT-HMI") output.tell(Trait::role, "HMI");
}

void disconnect(const Tpdu& tpdu, const Context& context, Pen& pen, Memory& memory,
                Output& output) {
  const bool from_server = context.direction == Direction::to_client;
  const bool refuses = memory.connecting && memory.connecting_from_server != from_server;
  pen.set<"connection_reference">(tpdu.destination);
  if (tpdu.code == TpduCode::disconnect_request) pen.set<"disconnect_reason">(tpdu.reason);
  output.role = refuses ? Role::answer : Role::event;
  if (refuses) memory.connecting = false;
  session(output, refuses ? Outcome::refused : Outcome::ok, refuses ? tpdu.reason : 0);
}

// [WS], [DRV]: opcode, reserved, function, reserved, sequence number, session, flags.
Fault decode_body(Bytes body, Memory& memory, Output& output) {
  Pdu pdu{output, memory, Reader{body}};
  Reader& in = pdu.in;
  if (!body.empty()) output.record.put(fields["content"], body);
  pdu.opcode = in.u8();
  if (!in.ok()) return fault(Wrong::header);
  pdu.pen().set<"opcode">(pdu.opcode);
  if (pdu.opcode == opcode_notification) {
    output.role = Role::event;
    notification(pdu);
  } else if (pdu.opcode == opcode_request || pdu.opcode == opcode_response) {
    in.skip(2);
    pdu.code = in.be16();
    in.skip(2);
    const std::uint16_t sequence = in.be16();
    const bool asks = pdu.opcode == opcode_request;
    if (asks) pdu.session = in.be32();
    const std::uint8_t flags = in.u8();
    if (!in.ok()) return fault(Wrong::header);
    pdu.pen().set<"function">(pdu.code);
    pdu.pen().set<"sequence_number">(sequence);
    if (asks) pdu.pen().set<"session_id">(pdu.session);
    pdu.pen().set<"transport_flags">(flags);
    output.role = asks ? Role::request : Role::answer;
    asks ? request(pdu) : answer(pdu);
    if (asks && in.ok())
      memory.remember(sequence, output.operations()[0].verb, output.operations_total);
  } else {
    output.record.put(fields["data"], body);
    return fault(Wrong::opcode);
  }
  if (!in.ok()) pdu.blame(Wrong::truncated);
  if (pdu.opaque && in.ok() && in.left() > 0) pdu.pen().set<"data">(in.rest());
  return pdu.found;
}

// [DRV] SystemEvent: keeps the connection alive, and tells its end.
Fault system_event(Bytes body, Output& output) {
  Reader in{body};
  Pen pen{output.record, in};
  in.skip(4);
  const std::uint32_t confirmed = in.be32();
  in.skip(8);
  if (!in.ok()) return fault(Wrong::truncated);
  pen.set<"confirmed_octets">(confirmed);
  const Bytes rest = in.rest();
  const bool word = is_word(rest);
  if (word)
    pen.set<"event_text">(rest);
  else if (!rest.empty())
    pen.set<"data">(rest);
  output.operate(word ? Verb::session : Verb::heartbeat).outcome = Outcome::ok;
  return Fault::none;
}

// The digest stands before the data, in the first firmware of the S7-1500 behind it.
Bytes without_digest(Bytes body, std::uint8_t version, bool last, bool& protected_) {
  if (body.size() <= digest_bytes) return body;
  if (version == version_integrity && body[0] == digest_bytes) {
    protected_ = true;
    return body.subspan(1 + digest_bytes);
  }
  const std::size_t behind = body.size() - digest_bytes - 1;
  // Without one the message ends in zeros ([DRV]), which no digest does.
  const bool filled =
      std::ranges::all_of(body.last(4), [](std::uint8_t octet) { return octet == 0; });
  if (version == version_data && last && body[behind] == digest_bytes && behind > 0 && !filled) {
    protected_ = true;
    return body.first(behind);
  }
  return body;
}

Fault tls(Bytes user, Memory& memory, Output& output) {
  memory.encrypted = true;
  output.record.put(fields["tls_record"], std::uint64_t{user[0]});
  constexpr std::uint8_t handshake = 22;
  if (user[0] == handshake) output.operate(Verb::session).outcome = Outcome::ok;
  return Fault::none;
}

bool keep(Memory& memory, Output& output, std::size_t way, Bytes piece) {
  if (output.assembly && output.assembly->append(piece)) return true;
  if (output.assembly) output.assembly->clear();
  memory.pieces[way] = Pieces::skipped;
  output.role = Role::part;
  return false;
}

// A message too long for one unit comes in several; the trailer stands behind the last ([WS]).
Fault decode_unit(Bytes user, const Context& context, Memory& memory, Output& output) {
  const auto way = static_cast<std::size_t>(context.direction);
  Pieces& held = memory.pieces[way];
  output.role = Role::event;
  if (user.size() > 1 && is_tls(user[0], user[1])) return tls(user, memory, output);
  if (user[0] != protocol_id) {
    // A record of TLS may go on in the next unit.
    return memory.encrypted ? (output.role = Role::part, Fault::none) : fault(Wrong::foreign);
  }
  Reader in{user};
  Pen pen{output.record, in};
  in.skip(1);
  const std::uint8_t version = in.u8();
  const std::uint16_t length = in.be16();
  if (!in.ok()) return fault(Wrong::header);
  pen.set<"version">(version);
  if (!is_version(version)) return fault(Wrong::version);
  if (length > in.left()) return fault(Wrong::length);
  Bytes body = in.take(length);
  if (version == version_event) return system_event(body, output);
  const Bytes rest = in.rest();
  const bool last = !rest.empty();
  bool is_protected = false;
  body = without_digest(body, version, last, is_protected);
  const bool trailing =
      last && (rest.size() != trailer_bytes || rest[0] != protocol_id || rest[2] || rest[3]);
  if (held == Pieces::skipped) {
    if (last) held = Pieces::none;
    output.role = Role::part;
    return Fault::none;
  }
  const bool goes_on =
      held == Pieces::message && output.assembly && !output.assembly->bytes().empty();
  if (!last) {
    if (!goes_on && output.assembly) output.assembly->clear();
    held = Pieces::message;
    output.role = Role::part;
    return keep(memory, output, way, body) ? Fault::none : fault(Wrong::pieces);
  }
  if (goes_on) {
    if (!keep(memory, output, way, body)) return held = Pieces::none, fault(Wrong::pieces);
    const Bytes whole = output.assembly->bytes();
    body = output.scratch.copy(whole);
    output.assembly->clear();
    if (body.empty()) return held = Pieces::none, fault(Wrong::pieces);
  }
  held = Pieces::none;
  output.record.put(fields["integrity"], std::uint64_t{is_protected});
  Fault found = decode_body(body, memory, output);
  if (found == Fault::none && trailing) found = fault(Wrong::trailing);
  if (found == Fault::none && version == version_integrity && !is_protected)
    found = fault(Wrong::unprotected);
  return found;
}

// This protocol cuts its messages itself, so one that is cut both ways is not gathered.
Fault data(const Tpdu& tpdu, const Context& context, Memory& memory, Output& output) {
  Pieces& held = memory.pieces[static_cast<std::size_t>(context.direction)];
  Assembly* pieces = output.assembly;
  output.role = Role::part;
  const bool goes_on = held == Pieces::unit && pieces && !pieces->bytes().empty();
  if (tpdu.user.empty() && !(tpdu.last && goes_on))
    return Fault::none;  // sent to acknowledge, often
  if (tpdu.last && !goes_on) return decode_unit(tpdu.user, context, memory, output);
  if (held == Pieces::message) {
    if (pieces) pieces->clear();
    held = Pieces::skipped;
    return fault(Wrong::pieces);
  }
  const wire::Joined joined = wire::gather(tpdu, held, Pieces::unit, output);
  if (joined.kind == wire::Joined::Kind::too_long) return fault(Wrong::pieces);
  if (joined.kind == wire::Joined::Kind::part) return Fault::none;
  return decode_unit(joined.octets, context, memory, output);
}

Fault decode(Bytes message, const Context& context, State bytes, Output& output) {
  Memory& memory = state<Memory>(bytes);
  const Reader in{message};
  Pen pen{output.record, in};
  const Tpdu tpdu = wire::read_tpdu(message.subspan(std::min(message.size(), wire::tpkt_bytes)));
  if (!tpdu.sound) return fault(Wrong::transport);
  if (tpdu.code == TpduCode::data) return data(tpdu, context, memory, output);
  pen.set<"tpdu">(static_cast<std::uint8_t>(tpdu.code));
  switch (tpdu.code) {
    case TpduCode::connection_request:
    case TpduCode::connection_confirm:
      connection(tpdu, context, pen, memory, output);
      return Fault::none;
    case TpduCode::disconnect_request:
    case TpduCode::disconnect_confirm:
      disconnect(tpdu, context, pen, memory, output);
      return Fault::none;
    case TpduCode::error: return Fault::none;
    default: return fault(Wrong::transport);  // class 0 has no others ([COTP] Table 8)
  }
}

void notation(const Object& object, std::string& out) {
  if (!object.text.empty()) {
    out += text_of(object.text);
  } else if (object.space == static_cast<std::uint8_t>(Place::subscription)) {
    char text[40];
    std::snprintf(text, sizeof text, "0x%x[%llu]", object.area,
                  static_cast<unsigned long long>(object.address));
    out += text;
  }
}

}  // namespace

const Protocol protocol = {
    .name = "s7comm_plus",
    .label = {"S7comm-plus", "S7comm-plus"},
    .doc =
        "Reads and writes variables, loads programs, starts and stops Siemens controllers S7-1200 "
        "and S7-1500.",
    .message = &schema,
    .items = {&item_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "function",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::s7comm_plus
