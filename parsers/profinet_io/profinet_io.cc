// PROFINET IO context management: over remote calls in UDP a controller connects to a station, tells
// it its parameters, reads and writes records and ends the relation. Cyclic values and alarms then go
// on layer 2 (parsers/profinet).
//
// [10]   IEC 61158-6-10, application layer protocol of type 10 (PROFINET IO)
// [C706] The Open Group, DCE 1.1: Remote Procedure Call
#include "parsers/profinet_io/profinet_io.h"

#include "parsers/profinet_io/table.h"

namespace langyan::profinet_io {
namespace {

constexpr std::size_t longest_call = 65'000;  // assembled; the scratch area holds it with a few texts
constexpr std::uint64_t elsewhere_key = 0x656c7365;  // Shared: answers to an interface come from another port

bool has_arguments(wire::RpcType type) { return type == wire::RpcType::request || type == wire::RpcType::response; }

// The pieces of a call put together; empty: not whole yet, or lost.
enum class Piece : std::uint8_t { whole, waiting, lost };
Piece collect(const wire::Datagram& datagram, Track& track, Output& output, Bytes& whole) {
  whole = datagram.body;
  if (!datagram.is_fragment()) return Piece::whole;
  if (!output.assembly) return Piece::lost;
  const std::uint64_t activity = datagram.activity.first_half();
  const bool same = track.pieces && track.activity == activity && track.sequence == datagram.sequence;
  if (datagram.fragment == 0) {
    output.assembly->clear();
    track = {activity, datagram.sequence, 0, 0, 1};
  } else if (!same) {
    return Piece::lost;
  } else if (datagram.fragment < track.next) {
    return Piece::waiting;  // sent again
  } else if (datagram.fragment > track.next) {
    track.pieces = 0;
    output.assembly->clear();
    return Piece::lost;
  }
  if (output.assembly->bytes().size() + datagram.body.size() > longest_call ||
      !output.assembly->append(datagram.body)) {
    track.pieces = 0;
    output.assembly->clear();
    return Piece::lost;
  }
  ++track.next;
  if (!datagram.is_last()) return Piece::waiting;
  whole = output.scratch.copy(output.assembly->bytes());
  output.assembly->clear();
  track.pieces = 0;
  return whole.empty() ? Piece::lost : Piece::whole;
}

void header_fields(const wire::Datagram& datagram, std::uint8_t interface, Pen& out) {
  out.set<"rpc_type">(static_cast<std::uint8_t>(datagram.type));
  if (interface) out.set<"interface">(interface);
  out.set<"activity">(datagram.activity.first_half());
  out.set<"sequence">(datagram.sequence);
  if (datagram.object.first_half() != object_base.first_half()) return;
  const std::uint64_t node = datagram.object.second_half();
  out.set<"object_instance">(static_cast<std::uint16_t>(node >> 32));
  out.set<"object_device">(static_cast<std::uint16_t>(node >> 16));
  out.set<"object_vendor">(static_cast<std::uint16_t>(node));
}

// PNIOStatus and the lengths before the blocks ([10] 4.10.3.2.8). Returns whether blocks follow.
bool arguments(Call& call, bool little, std::uint32_t& status) {
  Reader& in = call.in;
  wire::Ndr ndr{in, little};
  if (call.answer) status = ndr.u32();
  else in.skip(4);  // how much an answer may be
  const std::uint32_t length = ndr.u32();
  in.skip(4);       // size of the array
  const std::uint32_t offset = ndr.u32(), count = ndr.u32();
  if (!in.ok() || offset != 0 || count != length || count > in.left()) {
    call.blame(Wrong::arguments);
    return false;
  }
  return true;
}

void refuse(Call& call, std::uint32_t status) {
  Pen out{call.output.record, call.in};
  out.set<"error_code">(static_cast<std::uint8_t>(status >> 24));
  out.set<"error_decode">(static_cast<std::uint8_t>(status >> 16));
  out.set<"error_code1">(static_cast<std::uint8_t>(status >> 8));
  out.set<"error_code2">(static_cast<std::uint8_t>(status));
  if (call.output.operations_total == 0) call.operate(call.service.verb);
  for (Operation& operation : call.output.operations()) {
    operation.outcome = Outcome::refused, operation.code = static_cast<std::uint16_t>(status), operation.value = {};
  }
}

Fault body(Call& call, bool little) {
  if (call.service.body == Body::lookup) {
    lookup(call, little);
    return call.found;
  }
  if (call.service.body == Body::other) {
    call.operate(call.service.verb);
    return Fault::none;
  }
  std::uint32_t status = 0;
  const bool follows = arguments(call, little, status);
  // A refusal may be cut short after its status.
  if (!follows && !(call.answer && status != 0)) return call.found;
  if (follows) blocks(call, call.in);
  if (call.answer && status != 0) refuse(call, status);
  else if (call.output.operations_total == 0 && call.found == Fault::none) call.operate(call.service.verb);
  return call.found;
}

// Whether the same call or answer was here just before: datagrams are sent again, mirrors show twice.
bool repeated(Track& track, const wire::Datagram& datagram) {
  const std::uint64_t activity = datagram.activity.first_half();
  if (track.done && track.activity == activity && track.sequence == datagram.sequence) return true;
  track = {activity, datagram.sequence, 0, 1, 0};
  return false;
}

// Stations may answer a call to the well-known port from another one, so in another flow.
void place_answer(const wire::Datagram& datagram, std::uint8_t interface, const Context& context,
                  const Memory& memory) {
  if (!context.shared || context.client_port == port || context.server_port == port) return;
  const Track& asked = memory.calls[context.direction == Direction::to_server ? 1 : 0];
  if (asked.done && asked.activity == datagram.activity.first_half() && asked.sequence == datagram.sequence) return;
  const std::uint8_t yes = 1;
  context.shared->put(elsewhere_key + interface, Bytes{&yes, 1});
}

void without_arguments(const wire::Datagram& datagram, Output& output) {
  const bool refused = datagram.type == wire::RpcType::fault || datagram.type == wire::RpcType::reject;
  if (!refused) {
    Operation& operation = output.operate(Verb::heartbeat);
    operation.function = datagram.opnum;
    operation.outcome = Outcome::ok;
    return;
  }
  Reader in{datagram.body};
  const std::uint32_t status = wire::Ndr{in, datagram.little}.u32();
  Pen out{output.record, in};
  out.set<"rpc_status">(status);
  output.role = Role::answer;
  const ServiceRow* row = service_row(datagram.opnum);
  Operation& operation = output.operate(row ? row->verb : Verb::other);
  operation.function = datagram.opnum;
  operation.outcome = Outcome::refused;
  if (in.ok()) operation.code = static_cast<std::uint16_t>(status);
}

Fault decode(Bytes message, const Context& context, State space, Output& output) {
  const wire::Datagram datagram = wire::read_datagram(message);
  Memory& memory = state<Memory>(space);
  Reader header{message};
  Pen out{output.record, header};
  if (!datagram.sound) return fault(Wrong::header);
  const std::uint8_t interface = interface_of(datagram.interface);
  const bool answer = datagram.type == wire::RpcType::response;
  Track& track = (answer ? memory.answers : memory.calls)[static_cast<std::size_t>(context.direction)];
  Bytes whole;
  if (!datagram.whole) return fault(Wrong::length);
  if (has_arguments(datagram.type)) {
    const Piece piece = collect(datagram, track, output, whole);
    if (piece != Piece::whole) output.role = Role::part;
    if (piece == Piece::waiting) return Fault::none;
    if (piece == Piece::lost) return context.after_gap ? Fault::none : fault(Wrong::fragments);
  }
  header_fields(datagram, interface, out);
  if (!has_arguments(datagram.type)) {
    without_arguments(datagram, output);
    return Fault::none;
  }
  out.set<"opnum">(datagram.opnum);
  if (datagram.is_fragment()) out.set<"fragments">(static_cast<std::uint16_t>(datagram.fragment + 1));
  if (answer) place_answer(datagram, interface, context, memory);
  if (repeated(track, datagram)) {
    out.set<"retransmission">(true);
    return Fault::none;
  }
  const auto code = static_cast<std::uint16_t>(interface == interface_epm ? datagram.opnum + epm_base : datagram.opnum);
  const ServiceRow* service = service_row(code);
  if (!service || (interface != interface_epm && code >= epm_base)) return fault(Wrong::service);
  out.set<"service">(service->code);
  const bool elsewhere = !answer && context.shared && !context.shared->find(elsewhere_key + interface).empty() &&
                         (context.server_port == port || context.client_port == port);
  output.role = answer ? Role::answer : elsewhere ? Role::event : Role::request;
  Call call{Reader{whole}, output, *service, answer, memory};
  const Fault found = body(call, datagram.little);
  if (elsewhere) for (Operation& operation : output.operations()) operation.outcome = Outcome::one_way;
  return found;
}

}  // namespace

const Protocol protocol = {
    .name = "profinet_io",
    .label = {"PROFINET IO CM", "PROFINET IO CM"},
    .doc = "Controllers connect to stations, set their parameters and read and write their records.",
    .message = &schema,
    .items = {&block_schema, &write_schema, &submodule_schema},
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

}  // namespace langyan::profinet_io
