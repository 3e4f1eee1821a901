// LLDP: what every switch, controller and many a sensor says of itself to its neighbour, twice a minute.
//
// [AB]  IEEE 802.1AB-2016              [Q]   IEEE 802.1Q-2018, annex D
// [MED] ANSI/TIA-1057                  [PN]  IEC 61158-6-10 (PROFINET), LLDP extensions
#include "parsers/lldp/lldp.h"

#include <algorithm>

#include "parsers/lldp/table.h"
#include "parsers/wire/spelled.h"
#include "parsers/wire/notation.h"

namespace langyan::lldp {
namespace {

using Pen = Fill<fields>;
constexpr std::uint32_t of_bridges = 0x0080c2, of_media = 0x0012bb, of_profinet = 0x000ecf;
constexpr std::uint8_t family_ipv4 = 1, family_ipv6 = 2;
constexpr std::uint8_t by_network_address = 5, by_network_address_of_port = 4;

struct Call {
  Pen& out;
  Output& output;
  Bytes chassis, port, name;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
};

// An id as people read it: hardware and network addresses spelled out, else the text.
Bytes spell(Call& call, Bytes id, bool is_mac, bool is_network) {
  if (is_mac) return wire::spell_mac(call.output.scratch, id);
  if (is_network && !id.empty()) return wire::spell_ip(call.output.scratch, id.subspan(1));
  return wire::is_readable(id) ? id : Bytes{};
}

Bytes between(std::string_view& text) {  // the next of parts with commas between
  const std::size_t end = std::min(text.find(','), text.size());
  std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  while (part.starts_with(' ')) part.remove_prefix(1);
  return bytes_of(part);
}

// "Siemens, SIMATIC S7, CPU1211C, 6ES7 211-1BD30-0XB0, HW: 1, FW: V.2.2.0, …": makers of PROFINET devices
// write vendor, family, model, order number, and the versions behind a word.
void tell_description(Call& call, Bytes description) {
  if (!wire::is_readable(description)) return;
  call.output.tell(Trait::description, description);
  std::string_view text = text_of(description);
  if (!text.starts_with("Siemens, ")) return;
  call.output.tell(Trait::vendor, between(text));
  call.output.tell(Trait::series, between(text));
  call.output.tell(Trait::model, between(text));
  call.output.tell(Trait::order_number, between(text));
  while (!text.empty()) {
    const std::string_view part = text_of(between(text));
    if (part.starts_with("HW: ")) call.output.tell(Trait::hardware, part.substr(4));
    if (part.starts_with("FW: ")) call.output.tell(Trait::firmware, part.substr(4));
  }
}

void management(Call& call, Bytes value) {  // [AB] 8.5.9: length, family, address
  Reader in{value};
  const std::uint8_t size = in.u8();
  const std::uint8_t family = in.u8();
  const Bytes address = in.take(size > 0 ? size - 1u : 0u);
  if (!in.ok() || size == 0) return call.blame(Wrong::value);
  if ((family == family_ipv4 && address.size() == 4) || (family == family_ipv6 && address.size() == 16)) {
    const Bytes run = wire::ip_value(call.output.scratch, address);
    if (!run.empty()) call.out.set<"management_address">(run);
  }
}

template <Word name>
void inventory(Call& call, Trait trait, Bytes text) {
  if (!wire::is_readable(text)) return;
  call.out.set<name>(text);
  call.output.tell(trait, text);
}

void own(Call& call, Bytes value) {
  Reader in{value};
  const std::uint32_t organisation = in.be24();
  const std::uint8_t kind = in.u8();
  if (!in.ok()) return call.blame(Wrong::value);
  const Bytes text = Reader{in}.rest();
  if (organisation == of_bridges && kind == 1 && text.size() == 2) return call.out.set<"port_vlan">(in.be16());
  if (organisation == of_profinet && kind == 5 && text.size() == 6) {
    Mac mac;
    std::ranges::copy(text, mac.octets.begin());
    return call.out.set<"profinet_mac">(mac);
  }
  if (organisation != of_media) return;
  switch (kind) {
    case 5: return inventory<"hardware_revision">(call, Trait::hardware, text);
    case 6: return inventory<"firmware_revision">(call, Trait::firmware, text);
    case 7: return inventory<"software_revision">(call, Trait::firmware, text);
    case 8: return inventory<"serial_number">(call, Trait::serial, text);
    case 9: return inventory<"manufacturer">(call, Trait::vendor, text);
    case 10: return inventory<"model">(call, Trait::model, text);
    default: return;
  }
}

void put(Call& call, std::uint8_t kind, Bytes value) {
  Reader in{value};
  switch (kind) {
    case tlv::chassis: case tlv::port: {
      const std::uint8_t id_kind = in.u8();
      const Bytes id = in.rest();
      if (!in.ok() || id.empty()) return call.blame(Wrong::value);
      const bool chassis = kind == tlv::chassis;
      const Bytes text = spell(call, id, id_kind == (chassis ? 4 : 3),
                               id_kind == (chassis ? by_network_address : by_network_address_of_port));
      (chassis ? call.chassis : call.port) = text;
      if (chassis) call.out.set<"chassis_id_kind">(id_kind);
      else call.out.set<"port_id_kind">(id_kind);
      if (text.empty()) return;
      if (chassis) call.out.set<"chassis_id">(text);
      else call.out.set<"port_id">(text);
      // Devices of PROFINET are known by their name, which has no TLV of its own.
      if (chassis && id_kind == 7) call.name = text;
      return;
    }
    case tlv::ttl:
      if (value.size() < 2) return call.blame(Wrong::value);
      return call.out.set<"time_to_live">(in.be16());
    case tlv::port_text: return call.out.set<"port_description">(value);
    case tlv::name:
      call.out.set<"system_name">(value);
      if (wire::is_readable(value)) call.name = value;
      return;
    case tlv::text:
      call.out.set<"system_description">(value);
      return tell_description(call, value);
    case tlv::capabilities:
      if (value.size() != 4) return call.blame(Wrong::value);
      call.out.set<"capabilities">(in.be16());
      return call.out.set<"enabled_capabilities">(in.be16());
    case tlv::management: return management(call, value);
    case tlv::own: return own(call, value);
    default: return;
  }
}

Fault decode(Bytes message, const Context&, State, Output& output) {
  Reader in{message};
  const Reader whole{message};
  Pen out{output.record, whole};
  Call call{out, output, {}, {}, {}};
  for (std::size_t i = 0; i < most_tlvs && in.left() > 0; ++i) {
    const std::uint16_t head = in.be16();
    const auto kind = static_cast<std::uint8_t>(head >> 9);
    const Bytes value = in.take(head & 0x1ff);
    if (!in.ok()) {
      call.blame(Wrong::truncated);
      break;
    }
    if (kind == tlv::end) break;  // padding may follow
    if (i < 3 && kind != i + 1) {
      call.blame(Wrong::order);
      break;
    }
    put(call, kind, value);
  }
  if (!call.name.empty()) output.tell(Trait::name, call.name);
  const Bytes who = call.name.empty() ? call.chassis : call.name;
  if (who.empty()) return call.found;
  Operation& operation = output.operate(Verb::report);
  operation.object = {.count = 1, .text = who};
  operation.outcome = Outcome::ok;
  if (!call.port.empty()) operation.value = Value::of_run(Value::Kind::text, call.port);
  return call.found;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::layer2 || context.ethertype != ethertype) return Identity::no;
  return bytes.size() >= 2 && bytes[0] >> 1 == tlv::chassis ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) { return Frame::message(bytes.size()); }

std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }

}  // namespace

const Protocol protocol = {
    .name = "lldp",
    .label = {"LLDP", "LLDP"},
    .doc = "Tells the neighbour on the cable which device and port this is.",
    .message = &schema,
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = wire::text_notation,
    .industrial = false,
};

}  // namespace langyan::lldp
