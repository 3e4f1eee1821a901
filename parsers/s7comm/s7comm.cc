// S7comm: Siemens controllers of the S7-300 and S7-400 and, where it is allowed, the S7-1200 and
// S7-1500. Reads and writes their memory, moves their program, starts and stops them, in clear and
// but for an optional password without a sign-in. Sources: table.h.
#include "parsers/s7comm/s7comm.h"

#include "parsers/s7comm/pdu.h"
#include "parsers/wire/iso_transport.h"

namespace langyan::s7comm {
namespace {

using wire::Tpdu;
using wire::TpduCode;

Operation& session(Output& output, const Memory& memory, Outcome outcome, std::uint16_t code) {
  Operation& operation = output.operate(Verb::session);
  operation.unit = memory.unit();
  operation.outcome = outcome;
  operation.code = code;
  return operation;
}

// Two octets: as what the client connects, then rack and slot ([SNAP7]; [PLC4X] DeviceGroup).
// Longer ones are names, of other stacks.
void called_tsap(const Tpdu& tpdu, Pen& pen, Memory& memory) {
  if (tpdu.called.size() != 2) return;
  memory.rack_slot = tpdu.called[1];
  memory.rack_slot_known = true;
  pen.set<"connection_type">(tpdu.called[0]);
  pen.set<"rack">(static_cast<std::uint8_t>(tpdu.called[1] >> 5));
  pen.set<"slot">(static_cast<std::uint8_t>(tpdu.called[1] & 31));
}

void connection(const Tpdu& tpdu, const Context& context, Pen& pen, Memory& memory,
                Output& output) {
  const bool asks = tpdu.code == TpduCode::connection_request;
  const bool from_server = context.direction == Direction::to_client;
  pen.set<"connection_reference">(asks ? tpdu.source : tpdu.destination);
  if (!tpdu.calling.empty()) pen.set<"calling_tsap">(tpdu.calling);
  if (!tpdu.called.empty()) pen.set<"called_tsap">(tpdu.called);
  if (tpdu.largest) pen.set<"tpdu_size">(static_cast<std::uint16_t>(tpdu.largest));
  called_tsap(tpdu, pen, memory);
  output.role = asks ? Role::request : Role::answer;
  memory.connecting = asks;
  memory.connecting_from_server = asks && from_server;
  session(output, memory, asks ? Outcome::pending : Outcome::ok, 0);
}

// A disconnect answers a connection request that waits, else it ends a connection.
void disconnect(const Tpdu& tpdu, const Context& context, Pen& pen, Memory& memory,
                Output& output) {
  const bool from_server = context.direction == Direction::to_client;
  const bool refuses = memory.connecting && memory.connecting_from_server != from_server;
  pen.set<"connection_reference">(tpdu.destination);
  if (tpdu.code == TpduCode::disconnect_request) pen.set<"disconnect_reason">(tpdu.reason);
  output.role = refuses ? Role::answer : Role::event;
  if (refuses) memory.connecting = false;
  session(output, memory, refuses ? Outcome::refused : Outcome::ok, refuses ? tpdu.reason : 0);
}

// Bodies of jobs and their acknowledgements begin with the function; an acknowledgement without
// parameters only says why not.
void job(Pdu& pdu) {
  pdu.output.role = pdu.rosctr == rosctr_job ? Role::request : Role::answer;
  pdu.by_server = (pdu.direction == Direction::to_client) == pdu.asks();
  pdu.pen(pdu.parameters).set<"asked_by_server">(pdu.by_server);
  if (pdu.parameters.left() == 0) {
    if (pdu.asks()) return pdu.blame(Wrong::truncated);
    pdu.operate(Verb::other);
    return;
  }
  pdu.code = pdu.parameters.u8();
  pdu.pen(pdu.parameters).set<"function">(pdu.code);
  pdu.function = &function_row(pdu.code);
  switch (pdu.function->body) {
    case Body::setup: return setup(pdu);
    case Body::variables: return variables(pdu);
    case Body::request_download:
    case Body::download_block:
    case Body::download_ended:
    case Body::start_upload:
    case Body::upload:
    case Body::end_upload: return transfer(pdu);
    case Body::service: return service(pdu);
    case Body::stop: return stop(pdu);
    default:
      pdu.operate(Verb::other);
      pdu.parameters.rest();
      if (pdu.data.left() > 0) pdu.pen(pdu.data).set<"data">(pdu.data.rest());
  }
}

Fault decode_pdu(Bytes octets, const Context& context, Memory& memory, Output& output) {
  Reader in{octets};
  Pdu pdu{output, memory, context.direction};
  Pen pen = pdu.pen(in);
  if (in.u8() != protocol_id) return fault(Wrong::foreign);
  pdu.rosctr = in.u8();
  in.skip(2);
  pdu.reference = in.be16();
  const std::uint16_t parameter_bytes = in.be16(), data_bytes = in.be16();
  if (!in.ok()) return fault(Wrong::header);
  pen.set<"rosctr">(pdu.rosctr);
  pen.set<"pdu_reference">(pdu.reference);
  if (!is_rosctr(pdu.rosctr)) return fault(Wrong::rosctr);
  if (header_bytes(pdu.rosctr) == answer_header_bytes) {
    const std::uint8_t error_class = in.u8();
    pdu.error = static_cast<std::uint16_t>(error_class << 8 | in.u8());
    if (!in.ok()) return fault(Wrong::header);
    pen.set<"error_class">(error_class);
    pen.set<"error">(pdu.error);
  }
  // What is there is read even where a length lies: the receiver may act on it.
  if (parameter_bytes > in.left()) pdu.blame(Wrong::parameter_length);
  pdu.parameters = in.part(std::min<std::size_t>(parameter_bytes, in.left()));
  if (data_bytes > in.left()) pdu.blame(Wrong::data_length);
  pdu.data = in.part(std::min<std::size_t>(data_bytes, in.left()));
  pdu.rosctr == rosctr_userdata ? userdata(pdu) : job(pdu);
  if (!pdu.parameters.ok() || !pdu.data.ok()) pdu.blame(Wrong::truncated);
  if (pdu.parameters.left() > 0 || pdu.data.left() > 0 || in.left() > 0) pdu.blame(Wrong::trailing);
  if (output.scratch.overflowed()) pdu.blame(Wrong::pieces);
  return pdu.found;
}

Fault data(const Tpdu& tpdu, const Context& context, Memory& memory, Output& output) {
  Pieces& held = memory.pieces[static_cast<std::size_t>(context.direction)];
  output.role = Role::part;
  const wire::Joined joined = wire::join(tpdu, held, Pieces::message, output);
  if (joined.kind == wire::Joined::Kind::too_long) return fault(Wrong::pieces);
  if (joined.kind == wire::Joined::Kind::part) return Fault::none;
  output.role = Role::event;
  return decode_pdu(joined.octets, context, memory, output);
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

}  // namespace

const Protocol protocol = {
    .name = "s7comm",
    .label = {"S7comm", "S7comm"},
    .doc = "Reads and writes memory, moves programs, starts and stops Siemens controllers.",
    .message = &schema,
    .items = {&variable_schema, &record_schema, &block_schema},
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

}  // namespace langyan::s7comm
