// CDP: what Cisco's and some other makers' devices say of themselves to their neighbour.
//
// [CDP] Cisco, Cisco Discovery Protocol: frame format (Configuring CDP; public documentation of the types)
#include "parsers/cdp/cdp.h"

#include <algorithm>

#include "parsers/cdp/table.h"
#include "parsers/wire/spelled.h"
#include "parsers/wire/notation.h"

namespace langyan::cdp {
namespace {

using Pen = Fill<fields>;

struct Call {
  Pen& out;
  Output& output;
  Bytes device, port;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
};

// Number of addresses, then of each: kind and length of the protocol, the protocol, length, address.
Bytes first_address(Call& call, Bytes value) {
  Reader in{value};
  const std::uint32_t count = in.be32();
  Bytes first;
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    in.skip(1);
    in.skip(in.u8());
    const Bytes address = in.take(in.be16());
    if (in.ok() && first.empty() && (address.size() == 4 || address.size() == 16)) first = address;
  }
  if (!in.ok()) return call.blame(Wrong::value), Bytes{};
  return first.empty() ? Bytes{} : wire::ip_value(call.output.scratch, first);
}

template <Word name>
bool text(Call& call, Bytes value) {
  call.out.set<name>(value);
  return wire::is_readable(value);
}

// "… Version 15.0(2)SE8, RELEASE SOFTWARE …"
void tell_version(Call& call, Bytes software) {
  constexpr std::string_view word = "Version ";
  const std::string_view all = text_of(software);
  const std::size_t at = all.find(word);
  if (at == all.npos) return call.output.tell(Trait::firmware, software);
  const std::string_view rest = all.substr(at + word.size());
  call.output.tell(Trait::firmware, rest.substr(0, rest.find_first_of(", \r\n")));
}

void put(Call& call, std::uint16_t kind, Bytes value) {
  Reader in{value};
  switch (kind) {
    case tlv::device:
      if (text<"device_id">(call, value)) call.device = value, call.output.tell(Trait::name, value);
      return;
    case tlv::addresses:
      if (const Bytes address = first_address(call, value); !address.empty()) call.out.set<"address">(address);
      return;
    case tlv::management:
      if (const Bytes address = first_address(call, value); !address.empty())
        call.out.set<"management_address">(address);
      return;
    case tlv::port:
      if (text<"port_id">(call, value)) call.port = value;
      return;
    case tlv::capabilities:
      if (value.size() == 4) call.out.set<"capabilities">(in.be32());
      return;
    case tlv::version:
      if (text<"software">(call, value)) tell_version(call, value);
      return;
    case tlv::platform:
      if (!text<"platform">(call, value)) return;
      if (wire::starts_with_word(text_of(value), "cisco ")) call.output.tell(Trait::vendor, "Cisco");
      call.output.tell(Trait::model, value);
      return;
    case tlv::vtp_domain:
      if (!value.empty()) call.out.set<"vtp_domain">(value);
      return;
    case tlv::native_vlan:
      if (value.size() == 2) call.out.set<"native_vlan">(in.be16());
      return;
    case tlv::duplex:
      if (value.size() == 1) call.out.set<"full_duplex">(value[0] == 1);
      return;
    case tlv::system_name: call.out.set<"system_name">(value); return;
    case tlv::location:
      if (value.size() > 1 && text<"location">(call, value.subspan(1)))
        call.output.tell(Trait::location, value.subspan(1));
      return;
    default: return;
  }
}

Fault decode(Bytes message, const Context&, State, Output& output) {
  Reader in{message};
  const Reader whole{message};
  Pen out{output.record, whole};
  Call call{out, output, {}, {}};
  const std::uint8_t version = in.u8(), live = in.u8();
  in.skip(2);
  if (!in.ok()) return fault(Wrong::truncated);
  out.set<"version">(version);
  out.set<"time_to_live">(live);
  for (std::size_t i = 0; i < most_tlvs && in.left() >= 4; ++i) {
    const std::uint16_t kind = in.be16(), size = in.be16();
    if (size < 4) {
      call.blame(Wrong::length);
      break;
    }
    const Bytes value = in.take(size - 4u);
    if (!in.ok()) {
      call.blame(Wrong::truncated);
      break;
    }
    put(call, kind, value);
  }
  if (call.device.empty()) return call.found;
  Operation& operation = output.operate(Verb::report);
  operation.object = {.count = 1, .text = call.device};
  operation.outcome = Outcome::ok;
  if (!call.port.empty()) operation.value = Value::of_run(Value::Kind::text, call.port);
  return call.found;
}

// Behind SNAP the protocol's own number is gone, and DTP, VTP and others of Cisco's stand there too: a
// version, then the device's id first, in a part that fits.
bool is_cdp(Bytes bytes) {
  Reader in{bytes};
  const std::uint8_t version = in.u8();
  in.skip(3);
  const std::uint16_t kind = in.be16(), size = in.be16();
  if (!in.ok() || (version != 1 && version != 2) || kind != tlv::device || size < 5) return false;
  const std::uint8_t first = in.peek();
  return first >= 0x20 && first < 0x7f;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::layer2 || context.ethertype != 0 || context.llc != llc_snap) return Identity::no;
  return is_cdp(bytes) ? Identity::yes : Identity::unsure;  // the same two stations may speak it later
}

Frame frame(Bytes bytes, const Context&) {
  return is_cdp(bytes) ? Frame::message(bytes.size()) : Frame::skip(bytes.size());
}

std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }

}  // namespace

const Protocol protocol = {
    .name = "cdp",
    .label = {"CDP", "CDP"},
    .doc = "Tells the neighbour on the cable which Cisco device and port this is.",
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

}  // namespace langyan::cdp
