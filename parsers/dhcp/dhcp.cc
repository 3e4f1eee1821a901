// DHCP: which device gets which address from whom, and what it says it is.
//
// [2131] RFC 2131, Dynamic Host Configuration Protocol     [2132] RFC 2132, DHCP Options
// [3046] RFC 3046, Relay Agent Information Option          [4702] RFC 4702, Client FQDN Option
#include "parsers/dhcp/dhcp.h"

#include <algorithm>

#include "parsers/dhcp/table.h"
#include "parsers/wire/spelled.h"
#include "parsers/wire/notation.h"

namespace langyan::dhcp {
namespace {

using Pen = Fill<fields>;
constexpr std::size_t most_options = 256;

struct Call {
  Pen& out;
  Output& output;
  bool from_client;
  std::uint8_t type = 0;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  template <Word name>
  void address(Bytes octets) {
    if (std::ranges::all_of(octets, [](std::uint8_t octet) { return octet == 0; })) return;
    const Bytes run = wire::ip_value(output.scratch, octets);
    if (!run.empty()) out.set<name>(run);
  }
};

Bytes before_zero(Bytes text) {
  return text.first(static_cast<std::size_t>(std::ranges::find(text, 0) - text.begin()));
}

template <Word name>
void put_text(Call& call, Bytes text) {
  text = before_zero(text);
  if (!text.empty()) call.out.set<name>(text);
}

void host_name(Call& call, Bytes text) {
  text = before_zero(text);
  if (text.empty()) return;
  call.out.set<"host_name">(text);
  if (call.from_client && wire::is_readable(text)) call.output.tell(Trait::name, text);
}

// Of options in which the standard wants at least, and in steps of, so many octets.
bool has(Call& call, Bytes value, std::size_t least, std::size_t step) {
  if (value.size() >= least && (step == 0 || value.size() % step == 0)) return true;
  call.blame(Wrong::option);
  return false;
}

void put_option(Call& call, std::uint8_t code, Bytes value) {
  Reader in{value};
  switch (code) {
    case option::mask: if (has(call, value, 4, 4)) call.address<"subnet_mask">(value.first(4)); return;
    case option::router: if (has(call, value, 4, 4)) call.address<"router">(value.first(4)); return;
    case option::name_server: if (has(call, value, 4, 4)) call.address<"dns_server">(value.first(4)); return;
    case option::host_name: if (has(call, value, 1, 0)) host_name(call, value); return;
    case option::domain: return put_text<"domain">(call, value);
    case option::requested: if (has(call, value, 4, 4)) call.address<"requested_ip">(value.first(4)); return;
    case option::lease: if (has(call, value, 4, 4)) call.out.set<"lease_time">(in.be32()); return;
    case option::type:
      if (!has(call, value, 1, 1)) return;
      call.type = value[0];
      call.out.set<"type">(value[0]);
      if (value[0] == 0 || value[0] > 18) call.blame(Wrong::type);
      return;
    case option::server: if (has(call, value, 4, 4)) call.address<"server_ip">(value.first(4)); return;
    case option::parameters: call.out.set<"parameters">(value); return;
    case option::message: return put_text<"message_text">(call, value);
    case option::vendor_class:
      call.out.set<"vendor_class">(before_zero(value));
      if (call.from_client && wire::is_readable(before_zero(value)))
        call.output.tell(Trait::series, before_zero(value));
      return;
    case option::client_id: call.out.set<"client_id">(value); return;
    case option::tftp_server: return put_text<"boot_server">(call, value);
    case option::boot_file: return put_text<"boot_file">(call, value);
    case option::fqdn:  // flags and two codes before the name; in the older spelling, it is text ([4702] 2)
      if (value.size() > 3 && !(value[0] & 4)) host_name(call, value.subspan(3));
      return;
    case option::relay: call.out.set<"relay_information">(value); return;
    default: return;
  }
}

void options(Call& call, Reader in) {
  const Bytes all = Reader{in}.rest();
  if (!all.empty()) call.out.set<"options">(all);
  for (std::size_t i = 0; i < most_options && in.left() > 0;) {
    const std::uint8_t code = in.u8();
    if (code == option::pad) continue;
    if (code == option::end) return;
    const Bytes value = in.take(in.u8());
    if (!in.ok()) return call.blame(Wrong::truncated);
    put_option(call, code, value);
    ++i;
  }
}

Fault decode(Bytes message, const Context&, State, Output& output) {
  Reader in{message};
  const Reader whole{message};
  Pen out{output.record, whole};
  const std::uint8_t operation = in.u8(), hardware = in.u8(), size = in.u8(), hops = in.u8();
  Call call{out, output, operation == 1};
  const std::uint32_t transaction = in.be32();
  in.skip(4);  // seconds, flags
  const Bytes client = in.take(4), given = in.take(4), next = in.take(4), relay = in.take(4), address = in.take(16);
  const Bytes server_name = in.take(64), file = in.take(128);
  const bool has_options = in.left() >= 4 && in.be32() == magic;
  if (!in.ok()) return fault(Wrong::truncated);
  out.set<"operation">(operation);
  out.set<"transaction_id">(transaction);
  out.set<"hops">(hops);
  call.address<"client_ip">(client);
  call.address<"assigned_ip">(given);
  call.address<"next_server_ip">(next);
  call.address<"relay_ip">(relay);
  Mac mac;
  const bool ethernet = hardware == 1 && size == 6;
  std::copy_n(address.begin(), 6, mac.octets.begin());
  if (ethernet) out.set<"client_mac">(mac);
  if (has_options) options(call, in);
  // Where the fields hold no options in turn (they then start with an octet that is no letter).
  if (!output.record.view().has(fields["boot_server"]) && wire::is_readable(before_zero(server_name)))
    put_text<"boot_server">(call, server_name);
  if (!output.record.view().has(fields["boot_file"]) && wire::is_readable(before_zero(file)))
    put_text<"boot_file">(call, file);
  // Both ends speak to everybody, so a flow seldom holds both: each message stands by itself.
  Operation& done = output.operate(Verb::session);
  done.function = call.type;
  done.outcome = call.type == type_nak || call.type == type_decline ? Outcome::refused
                 : call.from_client                                 ? Outcome::one_way
                                                                    : Outcome::ok;
  const Bytes name = ethernet ? wire::spell_mac(output.scratch, address.first(6)) : Bytes{};
  if (!name.empty()) done.object = {.count = 1, .text = name};
  if (call.type == type_ack || call.type == type_offer) {
    const Bytes text = wire::spell_ip(output.scratch, given);
    if (!text.empty()) done.value = Value::of_run(Value::Kind::text, text);
  }
  return call.found;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::udp || bytes.size() < fixed_bytes || (bytes[0] != 1 && bytes[0] != 2) ||
      bytes[2] > 16)
    return Identity::no;
  const auto own = [](std::uint16_t port) { return port == port_server || port == port_client; };
  const bool cookie = bytes.size() >= fixed_bytes + 4 && Reader{bytes.subspan(fixed_bytes, 4)}.be32() == magic;
  return cookie || own(context.client_port) || own(context.server_port) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) {
  return bytes.size() >= fixed_bytes ? Frame::message(bytes.size()) : Frame::lost();
}

std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }

End sender(Bytes bytes, const Context&) {
  return bytes.empty() ? End::unknown : bytes[0] == 2 ? End::server : End::client;
}

}  // namespace

const Protocol protocol = {
    .name = "dhcp",
    .label = {"DHCP", "DHCP"},
    .doc = "Gives devices their addresses and hears what they are.",
    .message = &schema,
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "type",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = wire::text_notation,
    .sender = sender,
    .industrial = false,
};

}  // namespace langyan::dhcp
