// The network layer: which networks and stations a message goes between, and what routers say to each
// other ([135] 6).
#include "base/hash.h"
#include "parsers/bacnet/call.h"

namespace langyan::bacnet {
namespace {

constexpr std::uint8_t control_message = 0x80, control_destination = 0x20, control_source = 0x08,
                       control_reply = 0x04, control_reserved = 0x50;  // [135] 6.2.2
constexpr std::uint8_t first_private_message = 0x80;

enum NetworkMessage : std::uint8_t {
  who_is_router, i_am_router, could_be_router, reject_message, router_busy, router_available,
  initialize_table, initialize_table_ack, establish_connection, disconnect_connection,
  network_number_is = 0x13,
};

// One number for a station behind a router, so that it can stand as the unit: 2017 is station 17 of
// network 2. Longer addresses have the highest bit set and the rest from a hash.
std::uint32_t station_number(std::uint16_t network, Bytes address) {
  if (address.empty() || network == global_network) return 0;
  if (address.size() == 1) return network * 1'000u + address[0];
  return 0x8000'0000u | static_cast<std::uint32_t>(hash(address, network));
}

NetworkMessage message_type(const Call& call) { return static_cast<NetworkMessage>(call.service - network_base); }

Operation& touch_network(Call& call, std::uint16_t network) {
  Operation& operation = call.operate();
  operation.object.space = place_network;
  operation.object.address = network;
  operation.object.count = 1;
  return operation;
}

Fill<network_fields> start_network(Call& call) { return {call.output.items.start(network_schema), never_dry}; }

// A list of network numbers to the end of the message; none of Who-Is-Router asks for all.
void networks(Call& call, Reader& in) {
  if (in.left() == 0) return void(call.operate());
  while (in.ok() && in.left() > 0) {
    const std::uint16_t network = in.be16();
    if (!in.ok()) break;
    start_network(call).set<"network">(network);
    call.output.items.emit();
    touch_network(call, network);
  }
}

// Ports of a routing table ([135] 6.4.7): network, port, octets of the port's own.
void routing_table(Call& call, Reader& in) {
  const std::uint8_t count = in.u8();
  if (!in.ok()) return;
  if (message_type(call) == initialize_table) {
    call.output.role = Role::request;
    call.outcome = Outcome::pending;
    if (count == 0) call.verb = Verb::read;  // asks for the table, which stays as it is
  } else {
    call.output.role = Role::answer;
    call.outcome = Outcome::ok;
  }
  if (count == 0 || call.output.role == Role::answer) call.operate();
  for (int i = 0; i < count && in.ok(); ++i) {
    const std::uint16_t network = in.be16();
    const std::uint8_t port = in.u8();
    in.skip(in.u8());
    if (!in.ok()) return;
    auto pen = start_network(call);
    pen.set<"network">(network);
    pen.set<"router_port">(port);
    call.output.items.emit();
    if (call.output.role == Role::request) touch_network(call, network).value = Value::of(port);
  }
}

void one_network(Call& call, Reader& in) {
  const std::uint8_t reason = message_type(call) == reject_message ? in.u8() : 0;
  const std::uint16_t network = in.be16();
  const bool has_octet = message_type(call) == could_be_router || message_type(call) == establish_connection ||
                         message_type(call) == network_number_is;
  const std::uint8_t octet = has_octet ? in.u8() : 0;
  if (!in.ok()) return;
  auto pen = start_network(call);
  pen.set<"network">(network);
  if (message_type(call) == could_be_router) pen.set<"performance_index">(octet);
  call.output.items.emit();
  if (message_type(call) == reject_message) call.pen.set<"network_reject_reason">(reason);
  touch_network(call, network);
}

void network_message(Call& call, Reader& in) {
  const std::uint8_t type = in.u8();
  if (!in.ok()) return call.blame(Wrong::truncated);
  call.pen.set<"network_message">(type);
  call.service = static_cast<std::uint16_t>(network_base + type);
  call.pen.set<"service">(call.service);
  call.outcome = Outcome::one_way;
  const Service* row = service_row(call.service);
  call.verb = row ? row->verb : Verb::other;
  if (call.verb == Verb::report) call.outcome = Outcome::ok;
  if (!row) {
    if (type < first_private_message) call.blame(Wrong::service);
    else call.pen.set<"vendor_id">(in.be16());
    if (!in.ok()) return call.blame(Wrong::truncated);
    if (in.left() > 0) call.pen.set<"data">(in.rest());
    call.operate();
    return;
  }
  switch (message_type(call)) {
    case who_is_router: case i_am_router: case router_busy: case router_available: networks(call, in); break;
    case could_be_router: case reject_message: case establish_connection: case disconnect_connection:
    case network_number_is: one_network(call, in); break;
    case initialize_table: case initialize_table_ack: routing_table(call, in); break;
    default:  // those of clause 24, which protect what they carry, and questions without parameters
      if (in.left() > 0) call.pen.set<"data">(in.rest());
      call.operate();
  }
  if (!in.ok()) return call.blame(Wrong::truncated);
  if (in.left() > 0) call.blame(Wrong::trailing);
}

struct Addresses {
  std::uint32_t from = 0, to = 0;
};

// Reads both addresses and the hop count.
Addresses addresses(Call& call, Reader& in, std::uint8_t control) {
  Addresses result;
  if (control & control_destination) {
    const std::uint16_t network = in.be16();
    const Bytes address = in.take(in.u8());
    if (!in.ok()) return result;
    call.pen.set<"destination_network">(network);
    if (!address.empty()) call.pen.set<"destination_address">(address);
    if (address.empty()) call.to_all = true;
    result.to = station_number(network, address);
  }
  if (control & control_source) {
    const std::uint16_t network = in.be16();
    const Bytes address = in.take(in.u8());
    if (!in.ok()) return result;
    call.pen.set<"source_network">(network);
    if (!address.empty()) call.pen.set<"source_address">(address);
    if (address.empty() || network == global_network) call.blame(Wrong::npdu);
    result.from = station_number(network, address);
  }
  if (control & control_destination) {
    const std::uint8_t hops = in.u8();
    if (in.ok()) call.pen.set<"hop_count">(hops);
  }
  return result;
}

}  // namespace

void network_layer(Call& call, Bytes npdu) {
  Reader in{npdu};
  const std::uint8_t version = in.u8(), control = in.u8();
  if (!in.ok()) return call.blame(Wrong::truncated);
  if (version != npdu_version) return call.blame(Wrong::npdu);
  if (control & control_reserved) call.blame(Wrong::npdu);
  if (const auto priority = static_cast<std::uint8_t>(control & 3)) call.pen.set<"network_priority">(priority);
  call.pen.set<"expecting_reply">((control & control_reply) != 0);
  const Addresses both = addresses(call, in, control);
  if (!in.ok()) return call.blame(Wrong::truncated);
  if (control & control_message) {
    call.unit = both.from;
    return network_message(call, in);
  }
  application_layer(call, in.rest(), both.from, both.to);
}

}  // namespace langyan::bacnet
