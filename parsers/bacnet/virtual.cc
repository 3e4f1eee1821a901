// The virtual links of BACnet/IP and BACnet/IPv6: which hosts get a broadcast, and who registers for
// them ([135] Annex J and U).
#include "parsers/bacnet/call.h"

namespace langyan::bacnet {
namespace {

constexpr std::size_t address_bytes = 6, entry_bytes = 10, address6_bytes = 18;

enum Function : std::uint8_t {
  result, write_broadcast_table, read_broadcast_table, broadcast_table_ack, forwarded, register_foreign,
  read_foreign_table, foreign_table_ack, delete_foreign, distribute, unicast, broadcast, secure,
};
enum Function6 : std::uint8_t {
  result6, unicast6, broadcast6, resolution6, forwarded_resolution6, resolution_ack6, virtual_resolution6,
  virtual_resolution_ack6, forwarded6, register_foreign6, delete_foreign6, secure6, distribute6,
};

constexpr std::uint8_t v4_mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Bytes mapped(Bytes v4, Scratch& scratch) {  // 16 octets, as a field holds an address
  const auto area = scratch.take(16);
  if (area.empty()) return {};
  std::copy(std::begin(v4_mapped), std::end(v4_mapped), area.begin());
  std::copy_n(v4.begin(), 4, area.begin() + 12);
  return area;
}

struct Host {
  Bytes address;
  std::uint16_t port = 0;
};
Host read_host(Call& call, Reader& in) {
  const Bytes v4 = in.take(4);
  const std::uint16_t port = in.be16();
  if (!in.ok()) return {};
  return {mapped(v4, call.output.scratch), port};
}

void add_host(Line& line, Bytes mapped_address, std::uint16_t port) {
  for (std::size_t i = 12; i < mapped_address.size(); ++i) {
    if (i > 12) line.add('.');
    line.add(std::uint64_t{mapped_address[i]});
  }
  line.add(':'), line.add(std::uint64_t{port});
}

Operation& touch(Call& call, Place place) {
  Operation& operation = call.operate();
  operation.object.space = place;
  operation.object.count = 1;
  return operation;
}

// Rows of a broadcast distribution table (address, mask) or a foreign device table (address, times).
bool rows(Call& call, Reader& in, bool foreign, Line& line) {
  const bool whole = in.left() % entry_bytes == 0;
  if (!whole) call.blame(Wrong::truncated);
  while (in.left() >= entry_bytes) {
    const Host host = read_host(call, in);
    if (host.address.empty()) return false;
    Fill<entry_fields> pen{call.output.items.start(entry_schema), never_dry};
    pen.set<"entry_address">(host.address);
    pen.set<"entry_port">(host.port);
    if (foreign) {
      pen.set<"entry_time_to_live">(in.be16());
      pen.set<"entry_remaining">(in.be16());
    } else {
      pen.set<"entry_mask">(in.be32());
    }
    call.output.items.emit();
    if (line.view().size() > 0) line.add(", ");
    add_host(line, host.address, host.port);
  }
  in.rest();
  return whole;
}

void table(Call& call, Reader& in, bool foreign, bool answers) {
  call.output.role = answers ? Role::answer : Role::request;
  call.outcome = answers ? Outcome::ok : Outcome::pending;
  Line line;
  if (!rows(call, in, foreign, line)) return;
  Operation& operation = touch(call, foreign ? place_foreign_table : place_broadcast_table);
  if (answers || call.verb == Verb::configure)
    operation.value = Value::of_run(Value::Kind::text, line.in(call.output.scratch));
}

// A refusal's number tells which function it answers; a success answers whatever was asked.
void refuse(Call& call, std::uint16_t code, std::uint16_t function) {
  call.output.role = Role::answer;
  if (code == 0) return;
  const Service* row = service_row(function);
  Operation& operation = call.operate(row ? row->verb : Verb::other);
  operation.outcome = Outcome::refused;
  operation.code = code;
}

void link_result(Call& call, Reader& in) {
  constexpr Function functions[] = {result, write_broadcast_table, read_broadcast_table, register_foreign,
                                    read_foreign_table, delete_foreign, distribute};
  const std::uint16_t code = in.be16();
  if (!in.ok()) return call.blame(Wrong::truncated);
  call.pen.set<"bvlc_result">(code);
  const std::size_t index = code >> 4;
  refuse(call, code,
         static_cast<std::uint16_t>(bvlc_base + (index < std::size(functions) ? functions[index] : result)));
}

void link6_result(Call& call, Reader& in) {
  const std::uint16_t code = in.be16();
  if (!in.ok()) return call.blame(Wrong::truncated);
  call.pen.set<"bvlc6_result">(code);
  refuse(call, code, static_cast<std::uint16_t>(bvlc6_base + std::min<unsigned>(code >> 4, distribute6)));
}

void register_device(Call& call, Reader& in) {
  const std::uint16_t seconds = in.be16();
  if (!in.ok()) return call.blame(Wrong::truncated);
  call.pen.set<"time_to_live">(seconds);
  call.output.role = Role::request;
  touch(call, place_foreign_table).value = Value::of(seconds);
}

void delete_entry(Call& call, Reader& in) {
  const Host host = read_host(call, in);
  if (host.address.empty()) return call.blame(Wrong::truncated);
  Fill<entry_fields> pen{call.output.items.start(entry_schema), never_dry};
  pen.set<"entry_address">(host.address);
  pen.set<"entry_port">(host.port);
  call.output.items.emit();
  call.output.role = Role::request;
  Line line;
  add_host(line, host.address, host.port);
  touch(call, place_foreign_table).value = Value::of_run(Value::Kind::text, line.in(call.output.scratch));
}

void forward(Call& call, Reader& in) {
  const Host host = read_host(call, in);
  if (host.address.empty()) return call.blame(Wrong::truncated);
  call.pen.set<"originating_address">(host.address);
  call.pen.set<"originating_port">(host.port);
  call.to_all = true;
  network_layer(call, in.rest());
}

void function4(Call& call, std::uint8_t function, Reader& in) {
  call.pen.set<"bvlc_function">(function);
  switch (function) {
    case distribute: case broadcast: call.to_all = true; [[fallthrough]];
    case unicast: return network_layer(call, in.rest());
    case forwarded: return forward(call, in);
    default: break;
  }
  call.service = static_cast<std::uint16_t>(bvlc_base + function);
  call.pen.set<"service">(call.service);
  const Service* row = service_row(call.service);
  call.verb = row ? row->verb : Verb::other;
  switch (function) {
    case result: link_result(call, in); break;
    case write_broadcast_table: table(call, in, false, false); break;
    case read_broadcast_table: table(call, in, false, false); break;
    case broadcast_table_ack: table(call, in, false, true); break;
    case register_foreign: register_device(call, in); break;
    case read_foreign_table: table(call, in, true, false); break;
    case foreign_table_ack: table(call, in, true, true); break;
    case delete_foreign: delete_entry(call, in); break;
    default:
      if (!row) call.blame(Wrong::service);
      if (in.left() > 0) call.pen.set<"data">(in.rest());
      call.outcome = Outcome::one_way;
      call.operate();
  }
  if (in.left() > 0) call.blame(Wrong::trailing);
}

void foreign6(Call& call, std::uint8_t function, Reader& in) {
  if (function == register_foreign6) return register_device(call, in);
  const Bytes address = in.take(address6_bytes);
  if (!in.ok()) return call.blame(Wrong::truncated);
  Fill<entry_fields> pen{call.output.items.start(entry_schema), never_dry};
  pen.set<"entry_address">(address.first(16));
  pen.set<"entry_port">(static_cast<std::uint16_t>(address[16] << 8 | address[17]));
  call.output.items.emit();
  call.output.role = Role::request;
  touch(call, place_foreign_table);
}

void forward6(Call& call, Reader& in) {
  const Bytes address = in.take(address6_bytes);
  if (!in.ok()) return call.blame(Wrong::truncated);
  call.pen.set<"originating_address">(address.first(16));
  call.pen.set<"originating_port">(static_cast<std::uint16_t>(address[16] << 8 | address[17]));
  call.to_all = true;
  network_layer(call, in.rest());
}

void function6(Call& call, std::uint8_t function, Reader& in) {
  call.pen.set<"bvlc6_function">(function);
  const std::uint32_t source = in.be24();
  const bool names_another = function == unicast6 || (function >= resolution6 && function <= resolution_ack6) ||
                             function == virtual_resolution_ack6;
  const std::uint32_t destination = names_another ? in.be24() : 0;
  if (!in.ok()) return call.blame(Wrong::truncated);
  call.pen.set<"source_virtual_address">(source);
  if (names_another) call.pen.set<"destination_virtual_address">(destination);
  switch (function) {
    case broadcast6: case distribute6: call.to_all = true; [[fallthrough]];
    case unicast6: return network_layer(call, in.rest());
    case forwarded6: return forward6(call, in);
    default: break;
  }
  call.service = static_cast<std::uint16_t>(bvlc6_base + function);
  call.pen.set<"service">(call.service);
  const Service* row = service_row(call.service);
  call.verb = row ? row->verb : Verb::other;
  switch (function) {
    case result6: link6_result(call, in); break;
    case register_foreign6: case delete_foreign6: foreign6(call, function, in); break;
    default:
      if (!row) call.blame(Wrong::service);
      if (in.left() > 0) call.pen.set<"data">(in.rest());
      call.outcome = call.verb == Verb::report ? Outcome::ok : Outcome::one_way;
      call.operate();
  }
  if (in.left() > 0) call.blame(Wrong::trailing);
}

}  // namespace

void virtual_link(Call& call, Bytes message) {
  Reader in{message};
  const std::uint8_t type = in.u8(), function = in.u8();
  const std::uint16_t length = in.be16();
  if (!in.ok()) return call.blame(Wrong::truncated);
  // All that is there is read even where the length lies: the receiver may act on it.
  if (length != message.size() && !std::exchange(call.memory.length_lied, true)) call.blame(Wrong::length);
  Reader body{in.rest()};
  type == bvlc_ip ? function4(call, function, body) : function6(call, function, body);
}

}  // namespace langyan::bacnet
