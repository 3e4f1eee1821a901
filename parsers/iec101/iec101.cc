// IEC 60870-5-101: telecontrol over serial lines, as gateways carry its FT1.2 frames in TCP or UDP.
// How wide the addresses are is an agreement of the plant and in no message: it is inferred from
// lengths, over the frames of a flow, and used only once a single choice is left.
// Sources: table.h.
#include "parsers/iec101/iec101.h"

#include "base/json.h"
#include "parsers/iec101/table.h"

namespace langyan::iec101 {
namespace {

using Pen = Fill<fields>;
using wire::Ft12;
using wire::Layout;

struct Memory {
  std::uint64_t excluded;    // layouts that some frame contradicted
  std::uint8_t misfits;      // ASDUs in a row that no remaining layout fits
  std::uint8_t controlling;  // 1 + the direction that commands; 0: not known

  std::uint64_t layouts() const { return wire::every_layout & ~excluded; }
};

// The width all these layouts share, or -1.
template <std::uint8_t Layout::* part>
int shared_width(std::uint64_t layouts) {
  int width = -1;
  for (std::size_t i = 0; i < wire::layout_count; ++i) {
    if (!(layouts >> i & 1)) continue;
    const int here = wire::layout_at(i).*part;
    if (width >= 0 && width != here) return -1;
    width = here;
  }
  return width;
}

struct Widths {
  int link, cause, common, ioa;
  bool all() const { return link >= 0 && cause >= 0 && common >= 0 && ioa >= 0; }
};

Widths widths_of(std::uint64_t layouts) {
  return {shared_width<&Layout::link>(layouts), shared_width<&Layout::cause>(layouts),
          shared_width<&Layout::common>(layouts), shared_width<&Layout::ioa>(layouts)};
}

std::uint32_t little(Bytes bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) value = value << 8 | bytes[i - 1];
  return value;
}

void link_fields(const Ft12& frame, Pen& out) {
  out.set<"frame_format">(static_cast<std::uint8_t>(frame.kind));
  if (frame.kind == Ft12::Kind::single) return;
  out.set<"direction_bit">(frame.direction());
  out.set<"primary">(frame.primary());
  if (frame.primary()) {
    out.set<"frame_count_bit">(frame.bit5());
    out.set<"frame_count_valid">(frame.bit4());
  } else {
    out.set<"access_demand">(frame.bit5());
    out.set<"data_flow_control">(frame.bit4());
  }
  out.set<"link_function">(static_cast<std::uint8_t>(frame.function() + (frame.primary() ? 0 : 16)));
  if (!frame.address.empty()) out.set<"link_address">(static_cast<std::uint16_t>(little(frame.address)));
}

// What a primary station asks of the link; what answers it has nothing to pair it by.
void operate_link(const Ft12& frame, Output& output) {
  if (!frame.primary()) return;
  const std::uint8_t function = frame.function();
  const Verb verb = function == wire::process_reset                                       ? Verb::reset
                    : function == wire::link_reset || function == wire::frame_count_reset ? Verb::session
                                                                                          : Verb::heartbeat;
  Operation& operation = output.operate(verb);
  operation.outcome = Outcome::one_way;
  operation.unit = little(frame.address);
}

struct Asdu {
  const asdu::Type& type;
  std::uint8_t cause;
  bool negative;
  std::uint16_t common_address;
};

void operate(const Asdu& asdu, const std::uint32_t* ioa, const asdu::Element& element, Output& output) {
  Verb verb = asdu.type.verb;
  if (verb == Verb::control && element.has_select && element.selects) verb = Verb::select;
  Operation& operation = output.operate(verb);
  operation.unit = asdu.common_address;
  operation.function = asdu.type.code;
  if (ioa)
    operation.object = {.space = static_cast<std::uint8_t>(verb == Verb::file ? 1 : 0), .address = *ioa, .count = 1};
  if (element.has_value) operation.value = Value::of_real(element.value);
  operation.value.has_quality = element.has_quality;
  operation.value.quality = element.quality;
  if (asdu::answers(asdu.cause)) {
    const bool refused = asdu.negative || asdu.cause >= asdu::cause_unknown_type;
    operation.outcome = refused ? Outcome::refused : Outcome::ok;
    operation.code = refused ? asdu.cause : 0;
    operation.value = {};  // a confirmation mirrors what was asked
  } else if (output.role == Role::event) {
    operation.outcome = Outcome::ok;
  }
}

// Objects with their addresses ([101] 7.2.2); the layout was chosen so that they fill the ASDU.
bool objects(const Asdu& asdu, std::uint8_t qualifier, Bytes body, std::size_t address_octets, Output& output) {
  Reader in{body};
  const bool sequence = qualifier & 0x80;
  std::uint32_t ioa = 0;
  for (unsigned i = 0; i < (qualifier & 0x7fu); ++i) {
    ioa = sequence && i > 0 ? ioa + 1 : little(in.take(address_octets));
    Fill<object_fields> pen{output.items.start(object_schema), in};
    pen.set<"ioa">(ioa);
    asdu::Element element;
    if (!ObjectElements::read(asdu.type, in, pen, element)) return false;
    output.items.emit();
    if (asdu.cause != asdu::cause_activation_termination) operate(asdu, &ioa, element, output);
  }
  return true;
}

// While several layouts fit: a single element ends the ASDU in all of them, whatever its address.
bool last_element(const Asdu& asdu, std::uint8_t qualifier, Bytes user, Output& output) {
  const std::size_t size = asdu::element_bytes(asdu.type);
  asdu::Element element;
  constexpr std::uint8_t segment_type = 125;
  if ((qualifier & 0x7f) == 1 && asdu.type.code != segment_type && size > 0 && size <= user.size()) {
    Reader in{user.last(size)};
    Fill<object_fields> pen{output.items.start(object_schema), in};
    if (!ObjectElements::read(asdu.type, in, pen, element)) return false;
    output.items.emit();
  }
  if (asdu.cause != asdu::cause_activation_termination) operate(asdu, nullptr, element, output);
  return true;
}

void width_fields(std::uint64_t layouts, const Widths& widths, Pen& out) {
  out.set<"layouts">(static_cast<std::uint8_t>(std::popcount(layouts)));
  if (widths.link >= 0) out.set<"link_address_octets">(static_cast<std::uint8_t>(widths.link));
  if (widths.cause >= 0) out.set<"cause_octets">(static_cast<std::uint8_t>(widths.cause));
  if (widths.common >= 0) out.set<"common_address_octets">(static_cast<std::uint8_t>(widths.common));
  if (widths.ioa >= 0) out.set<"ioa_octets">(static_cast<std::uint8_t>(widths.ioa));
}

// The layouts that fit this ASDU and those before; 0: none, and why it is so is a fault.
std::uint64_t narrow(Memory& memory, Bytes user) {
  const std::uint64_t own = wire::layouts_that_fit(user);
  if (!own) return 0;
  if (!(own & memory.layouts()) && ++memory.misfits < most_misfits) return 0;
  if (!(own & memory.layouts())) memory.excluded = 0;
  memory.misfits = 0;
  memory.excluded |= wire::every_layout & ~own;
  return memory.layouts();
}

Fault misfit(const Memory& memory, Bytes user, Pen& out) {
  const int link = widths_of(memory.layouts()).link;
  if (link < 0 || user.size() <= static_cast<std::size_t>(link)) return fault(Wrong::length);
  const std::uint8_t code = user[static_cast<std::size_t>(link)];
  out.set<"type_id">(code);
  return asdu::type_row(code) ? fault(Wrong::length) : fault(Wrong::type_id);
}

Fault user_data(Bytes user, const Context& context, Memory& memory, Pen& out, Output& output) {
  const std::uint64_t layouts = narrow(memory, user);
  if (!layouts) return misfit(memory, user, out);
  const Widths widths = widths_of(layouts);
  width_fields(layouts, widths, out);
  if (widths.link < 0) return Fault::none;  // not even the type can be told
  Reader in{user};
  const auto link_octets = static_cast<std::size_t>(widths.link);
  if (link_octets) out.set<"link_address">(static_cast<std::uint16_t>(little(in.take(link_octets))));
  const std::uint8_t code = in.u8(), qualifier = in.u8(), cause_octet = in.u8();
  const auto cause = static_cast<std::uint8_t>(cause_octet & 63);
  out.set<"type_id">(code);
  out.set<"sequence_of_elements">((qualifier & 0x80) != 0);
  out.set<"number_of_objects">(static_cast<std::uint8_t>(qualifier & 0x7f));
  out.set<"cause">(cause);
  out.set<"negative">((cause_octet & 0x40) != 0);
  out.set<"test">((cause_octet & 0x80) != 0);
  std::uint16_t common_address = 0;
  if (widths.cause == 2) out.set<"originator_address">(in.u8());
  if (widths.cause >= 0 && widths.common >= 0) {
    common_address = static_cast<std::uint16_t>(little(in.take(static_cast<std::size_t>(widths.common))));
    out.set<"common_address">(common_address);
  }
  const asdu::Type* type = asdu::type_row(code);
  if (!type) return fault(Wrong::type_id);
  output.role = !asdu::is_command(*type) ? Role::event
                : asdu::answers(cause) ? Role::answer : asdu::asks(cause, code) ? Role::request : Role::event;
  const Asdu read{*type, cause, (cause_octet & 0x40) != 0, common_address};
  const bool whole = widths.all() ? objects(read, qualifier, in.rest(), static_cast<std::size_t>(widths.ioa), output)
                                  : last_element(read, qualifier, user, output);
  if (!whole) return fault(Wrong::length);
  if (output.role != Role::request) return Fault::none;
  const auto side = static_cast<std::uint8_t>(1 + static_cast<std::uint8_t>(context.direction));
  if (!memory.controlling) memory.controlling = side;
  return memory.controlling == side ? Fault::none : fault(Wrong::direction);
}

Fault decode(Bytes message, const Context& context, State bytes, Output& output) {
  Memory& memory = state<Memory>(bytes);
  Reader in{message};
  Pen out{output.record, in};
  const Ft12 frame = wire::read_ft12(message);
  if (!frame.sound) {
    const bool is_whole = frame.kind == Ft12::Kind::variable && !frame.user.empty() && message.back() == wire::ft12_end;
    return is_whole ? fault(Wrong::checksum) : fault(Wrong::truncated);
  }
  link_fields(frame, out);
  if (!wire::ft12_function_known(frame)) return fault(Wrong::function);
  if (frame.kind == Ft12::Kind::variable) return user_data(frame.user, context, memory, out, output);
  if (frame.kind == Ft12::Kind::single) return Fault::none;
  const std::uint64_t left = memory.layouts() & wire::layouts_of_link(frame.address.size());
  if (left) memory.excluded = wire::every_layout & ~left;
  operate_link(frame, output);
  return Fault::none;
}

Identity identify(Bytes bytes, const Context& context) {
  const wire::Spoken spoken = wire::spoken(bytes, context.transport);
  if (spoken == wire::Spoken::iec101) return Identity::yes;
  return spoken == wire::Spoken::unsure || spoken == wire::Spoken::maybe_101 ? Identity::unsure : Identity::no;
}
Frame frame(Bytes bytes, const Context&) { return wire::ft12_frame(bytes); }
std::size_t resync(Bytes bytes, const Context&) { return wire::ft12_resync(bytes); }

End sender(Bytes bytes, const Context&) {
  const Frame next = wire::ft12_frame(bytes);
  if (next.kind != Frame::Kind::message) return End::unknown;
  const Ft12 frame = wire::read_ft12(bytes.first(next.size));
  const End by_link = wire::ft12_sender(frame);
  if (by_link != End::unknown || !frame.sound || frame.kind != Ft12::Kind::variable) return by_link;
  // User data without DIR: a poll's command, or a report of a balanced station. The type tells.
  const int link = widths_of(wire::layouts_that_fit(frame.user)).link;
  if (link < 0) return End::unknown;
  const auto at = static_cast<std::size_t>(link);
  const asdu::Type* type = asdu::type_row(frame.user[at]);
  if (!type || type->verb == Verb::file) return End::unknown;
  return asdu::is_command(*type) && asdu::asks(frame.user[at + 2] & 63, type->code) ? End::client : End::server;
}

void notation(const Object& object, std::string& out) {
  out += object.space == 1 ? "file IOA " : "IOA ";
  append_number(out, object.address);
  if (object.count > 1) out += "..", append_number(out, object.address + object.count - 1);
}

}  // namespace

const Protocol protocol = {
    .name = "iec101",
    .label = {"IEC 60870-5-101", "IEC 60870-5-101"},
    .doc =
        "Telecontrol over serial lines that gateways carry in TCP or UDP: stations report, a controlling station "
        "commands.",
    .message = &schema,
    .items = {&object_schema},
    .ports = {},  // a gateway's port is the plant's choice
    .spaces = spaces,
    .faults = faults,
    .function_field = "type_id",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::iec101
