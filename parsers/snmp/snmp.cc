// SNMP: how switches, power supplies, printers and many controllers are watched and set; the first two
// versions show their password to everybody on the wire.
//
// [1157] RFC 1157, SNMP              [2578] RFC 2578, SMIv2         [3412] RFC 3412, Message Processing
// [3414] RFC 3414, User-based Security Model                       [3416] RFC 3416, Protocol Operations
// [3418] RFC 3418, MIB for SNMP      [6933] RFC 6933, Entity MIB
#include "parsers/snmp/snmp.h"

#include <algorithm>
#include <charconv>

#include "parsers/snmp/table.h"
#include "parsers/wire/ber.h"
#include "parsers/wire/spelled.h"
#include "parsers/wire/notation.h"

namespace langyan::snmp {
namespace {

namespace ber = wire::ber;
using ber::universal::integer;
using ber::universal::object_identifier;
using ber::universal::octet_string;
using ber::universal::sequence;
using Pen = Fill<fields>;

constexpr std::size_t longest_value_text = 1'024;

struct Call {
  Pen& out;
  Output& output;
  Fault found = Fault::none;
  Pdu pdu = Pdu::get;
  bool has_pdu = false;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
};

// The next value, of this tag alone; none marks the reader.
std::optional<Bytes> take(Reader& in, std::uint32_t tag) {
  ber::Tlv value;
  if (!ber::next(in, value)) return {};
  if (!value.is_universal(tag)) return in.skip(in.left() + 1), std::nullopt;
  return value.content;
}
std::optional<std::uint32_t> take_number(Reader& in) {
  const auto content = take(in, integer);
  if (!content) return {};
  const auto number = ber::to_integer(*content);
  if (!number) return in.skip(in.left() + 1), std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

Type type_of(const ber::Tlv& value) {
  if (value.tag_class == ber::Class::universal) {
    switch (value.tag) {
      case integer: return Type::integer;
      case octet_string: return Type::octets;
      case ber::universal::null: return Type::null;
      case object_identifier: return Type::oid;
      default: return Type::other;
    }
  }
  constexpr Type application[] = {Type::address, Type::counter, Type::gauge,    Type::ticks,
                                  Type::opaque,  Type::other,   Type::counter64};
  if (value.tag_class == ber::Class::application && value.tag < std::size(application)) return application[value.tag];
  constexpr Type exceptions[] = {Type::no_such_object, Type::no_such_instance, Type::end_of_view};  // [3416] 3
  if (value.tag_class == ber::Class::context && value.tag < std::size(exceptions)) return exceptions[value.tag];
  return Type::other;
}

Value put_text(Fill<variable_fields>& pen, Bytes text) {
  if (text.empty()) return {};
  pen.set<"value">(text);
  return Value::of_run(Value::Kind::text, text.first(std::min(text.size(), longest_value_text)));
}

// False: the content is none of its type.
bool put_value(Call& call, Fill<variable_fields>& pen, Type type, Bytes content, Value& value) {
  switch (type) {
    case Type::integer: {
      const auto number = ber::to_integer(content);
      if (!number) return false;
      pen.set<"number">(*number);
      value = Value::of_integer(*number);
      return true;
    }
    case Type::counter: case Type::gauge: case Type::ticks: case Type::counter64: {
      const auto number = ber::to_unsigned(content);
      if (!number) return false;
      pen.set<"number">(static_cast<std::int64_t>(*number));
      value = Value::of(*number);
      return true;
    }
    case Type::oid: {
      const Bytes text = ber::oid_text(content, call.output.scratch);
      value = put_text(pen, text);
      return !text.empty();
    }
    case Type::address:
      if (content.size() != 4) return false;
      value = put_text(pen, wire::spell_ip(call.output.scratch, content));
      return true;
    case Type::octets: case Type::opaque: case Type::other:
      if (wire::is_readable(content)) return value = put_text(pen, content), true;
      if (!content.empty()) {
        pen.set<"octets">(content);
        value = Value::of_run(Value::Kind::bytes, content.first(std::min(content.size(), longest_value_text)));
      }
      return true;
    default: return true;
  }
}

Verb verb_of(Pdu pdu) {
  switch (pdu) {
    case Pdu::set: return Verb::write;
    case Pdu::trap: case Pdu::trap2: case Pdu::inform: return Verb::report;
    default: return Verb::read;
  }
}

// What the agent says of itself. Of the parts of a device only the whole, which is numbered 1 or 1001.
void tell(Call& call, std::string_view oid, Bytes text) {
  if (call.pdu != Pdu::response || text.empty()) return;
  if (oid == sys_object_id) {
    std::string_view rest = text_of(text);
    if (!rest.starts_with(enterprises)) return;
    rest.remove_prefix(enterprises.size());
    std::uint32_t number = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), number);
    for (const Name& vendor : vendors)
      if (vendor.value == number) call.output.tell(Trait::vendor, vendor.word);
    return;
  }
  for (const Told& row : told) {
    if (!oid.starts_with(row.oid)) continue;
    const std::string_view part = oid.substr(row.oid.size());
    if (row.oid.ends_with('.') ? part == "1" || part == "1001" : part.empty()) call.output.tell(row.trait, text);
  }
}

void variables(Call& call, Bytes list, std::uint8_t error) {
  Reader in{list};
  std::uint16_t count = 0;
  while (in.left() > 0 && count < most_variables) {
    const auto content = take(in, sequence);
    if (!content) return call.blame(Wrong::variable);
    Reader pair{*content};
    const auto name = take(pair, object_identifier);
    const Bytes oid = name ? ber::oid_text(*name, call.output.scratch) : Bytes{};
    ber::Tlv coded;
    if (oid.empty() || !ber::next(pair, coded)) return call.blame(Wrong::variable);
    Fill<variable_fields> pen{call.output.items.start(variable_schema), pair};
    const Type type = type_of(coded);
    Value value;
    if (!put_value(call, pen, type, coded.content, value)) return call.blame(Wrong::variable);
    pen.set<"oid">(oid);
    pen.set<"value_type">(static_cast<std::uint8_t>(type));
    call.output.items.emit();
    ++count;
    if (!error && (type == Type::octets || type == Type::oid)) tell(call, text_of(oid), value.run);
    Operation& operation = call.output.operate(verb_of(call.pdu));
    operation.function = static_cast<std::uint8_t>(call.pdu);
    operation.object = {.count = 1, .text = oid};
    if (call.pdu != Pdu::get && call.pdu != Pdu::get_next && call.pdu != Pdu::get_bulk) operation.value = value;
    if (call.pdu != Pdu::response) continue;
    operation.outcome = error ? Outcome::refused : Outcome::ok;
    operation.code = error;
    if (type >= Type::no_such_object && !error) operation.outcome = Outcome::refused, operation.code = 2;
    if (error) operation.value = {};
  }
  call.out.set<"variables">(count);
}

void trap(Call& call, Reader in) {  // [1157] 4.1.6
  const auto enterprise = take(in, object_identifier);
  ber::Tlv agent, ticks;
  if (!enterprise || !ber::next(in, agent)) return call.blame(Wrong::malformed);
  const auto generic = take_number(in);
  const auto specific = take_number(in);
  if (!generic || !specific || !ber::next(in, ticks)) return call.blame(Wrong::malformed);
  const Bytes oid = ber::oid_text(*enterprise, call.output.scratch);
  if (!oid.empty()) call.out.set<"enterprise">(oid);
  if (agent.content.size() == 4) call.out.set<"agent_address">(wire::ip_value(call.output.scratch, agent.content));
  call.out.set<"generic_trap">(static_cast<std::uint8_t>(*generic));
  call.out.set<"specific_trap">(*specific);
  if (const auto time = ber::to_unsigned(ticks.content)) call.out.set<"uptime">(static_cast<std::uint32_t>(*time));
  const auto list = take(in, sequence);
  if (!list) return call.blame(Wrong::malformed);
  variables(call, *list, 0);
  if (call.output.operations_total == 0)
    call.output.operate(Verb::report).function = static_cast<std::uint8_t>(Pdu::trap);
}

void pdu(Call& call, const ber::Tlv& coded, std::uint8_t version) {
  if (!coded.constructed || coded.tag_class != ber::Class::context ||
      coded.tag > static_cast<std::uint32_t>(Pdu::last)) {
    return call.blame(Wrong::pdu);
  }
  call.pdu = static_cast<Pdu>(coded.tag);
  call.has_pdu = true;
  call.out.set<"pdu_type">(static_cast<std::uint8_t>(coded.tag));
  Reader in{coded.content};
  if (call.pdu == Pdu::trap) return trap(call, in);
  const auto id = take_number(in), first = take_number(in), second = take_number(in);
  const auto list = take(in, sequence);
  if (id && version != v3) call.out.set<"request_id">(*id);
  if (!id || !first || !second || !list) return call.blame(Wrong::malformed);
  std::uint8_t error = 0;
  if (call.pdu == Pdu::get_bulk) {
    call.out.set<"non_repeaters">(*first);
    call.out.set<"max_repetitions">(*second);
  } else if (call.pdu == Pdu::response) {
    error = static_cast<std::uint8_t>(*first);
    call.out.set<"error_status">(error);
    if (error) call.out.set<"error_index">(*second);
  }
  variables(call, *list, error);
}

void put_role(Call& call) {
  switch (call.pdu) {
    case Pdu::response: case Pdu::report: call.output.role = Role::answer; return;
    case Pdu::trap: case Pdu::trap2:
      call.output.role = Role::event;
      for (Operation& operation : call.output.operations()) operation.outcome = Outcome::one_way;
      return;
    default: call.output.role = Role::request; return;
  }
}

void community_message(Call& call, Reader& in, std::uint8_t version) {
  const auto community = take(in, octet_string);
  ber::Tlv coded;
  if (!community) return call.blame(Wrong::malformed);
  call.out.set<"community">(*community);
  const std::string_view text = text_of(*community);
  call.out.set<"community_default">(text == "public" || text == "private");
  if (!ber::next(in, coded)) return call.blame(Wrong::malformed);
  pdu(call, coded, version);
}

void user(Call& call, Bytes parameters) {  // [3414] 2.4
  Reader outer{parameters};
  const auto content = take(outer, sequence);
  if (!content) return;  // another security model
  Reader in{*content};
  const auto engine = take(in, octet_string);
  const auto boots = take_number(in), time = take_number(in);
  const auto name = take(in, octet_string);
  if (!engine || !boots || !time || !name) return call.blame(Wrong::malformed);
  if (!engine->empty()) call.out.set<"engine_id">(*engine);
  call.out.set<"engine_boots">(*boots);
  call.out.set<"usm">(*name);
}

void user_message(Call& call, Reader& in, const Context& context) {  // [3412] 6
  const auto header = take(in, sequence);
  if (!header) return call.blame(Wrong::malformed);
  Reader head{*header};
  const auto id = take_number(head), largest = take_number(head);
  const auto flags = take(head, octet_string);
  if (!id || !largest || !flags || flags->size() != 1) return call.blame(Wrong::malformed);
  call.out.set<"message_id">(*id);
  call.out.set<"security_level">(static_cast<std::uint8_t>((*flags)[0] & 3));
  const auto parameters = take(in, octet_string);
  if (!parameters) return call.blame(Wrong::malformed);
  user(call, *parameters);
  ber::Tlv scoped;
  if (!ber::next(in, scoped)) return call.blame(Wrong::malformed);
  if (scoped.is_universal(octet_string)) {  // encrypted: whether asked or answered is all there is to see
    const bool up = context.direction == Direction::to_server;
    call.output.role = up ? Role::request : Role::answer;
    Operation& operation = call.output.operate(Verb::other);
    operation.outcome = up ? Outcome::pending : Outcome::ok;
    return;
  }
  if (!scoped.is_universal(sequence)) return call.blame(Wrong::malformed);
  Reader inner{scoped.content};
  const auto engine = take(inner, octet_string), name = take(inner, octet_string);
  ber::Tlv coded;
  if (!engine || !name || !ber::next(inner, coded)) return call.blame(Wrong::malformed);
  if (!name->empty()) call.out.set<"context_name">(*name);
  pdu(call, coded, v3);
}

std::uint8_t version_of(std::uint32_t number) {  // as people count
  return number == 0 ? v1 : number == 1 ? v2c : number == 3 ? v3 : 0;
}

Fault decode(Bytes message, const Context& context, State, Output& output) {
  Reader in{message};
  const Reader whole{message};
  Pen out{output.record, whole};  // a Reader that is never marked: values are read by others, and checked there
  Call call{out, output};
  ber::Tlv outer;
  if (!ber::next(in, outer) || !outer.is_universal(sequence)) return fault(Wrong::malformed);
  Reader body{outer.content};
  const auto number = take_number(body);
  const std::uint8_t version = number ? version_of(*number) : 0;
  if (version == 0) return fault(Wrong::malformed);
  out.set<"version">(version);
  if (version == v3) user_message(call, body, context);
  else community_message(call, body, version);
  if (call.has_pdu) put_role(call);
  if (in.left() > 0) call.blame(Wrong::trailing);
  return call.found;
}

// Lengths that add up to the datagram, a version, then what that version puts there.
bool adds_up(Bytes bytes) {
  Reader in{bytes};
  ber::Tlv outer, third;
  if (!ber::next(in, outer) || !outer.is_universal(sequence) || in.left() > 0 || outer.indefinite) return false;
  Reader body{outer.content};
  const auto number = take_number(body);
  if (!number || version_of(*number) == 0) return false;
  if (version_of(*number) == v3) {
    const auto header = take(body, sequence);
    return header && take(body, octet_string) && ber::next(body, third) && body.left() == 0;
  }
  const auto community = take(body, octet_string);
  return community && ber::next(body, third) && third.tag_class == ber::Class::context && third.constructed &&
         third.tag <= static_cast<std::uint32_t>(Pdu::last) && body.left() == 0;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::udp || bytes.empty() || bytes[0] != 0x30) return Identity::no;
  if (adds_up(bytes)) return Identity::yes;
  const auto own = [](std::uint16_t port) { return port == 161 || port == 162; };
  if (!own(context.client_port) && !own(context.server_port)) return Identity::no;
  // On its own port a head is enough, so that what is malformed is said.
  Reader in{bytes};
  ber::Head head;
  if (!ber::read_head(in, head) || in.peek() != integer || in.peek(1) != 1) return Identity::no;
  return version_of(in.peek(2)) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) { return bytes[0] == 0x30 ? Frame::message(bytes.size()) : Frame::lost(); }

std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }

End sender(Bytes bytes, const Context& context) {
  Reader in{bytes};
  ber::Tlv outer, coded;
  if (context.transport != Transport::udp || !ber::next(in, outer)) return End::unknown;
  Reader body{outer.content};
  if (const auto number = take_number(body); !number || version_of(*number) == v3 || version_of(*number) == 0)
    return End::unknown;
  if (!take(body, octet_string) || !ber::next(body, coded) || coded.tag_class != ber::Class::context)
    return End::unknown;
  return coded.tag == static_cast<std::uint32_t>(Pdu::response) ? End::server : End::client;
}

}  // namespace

const Protocol protocol = {
    .name = "snmp",
    .label = {"SNMP", "SNMP"},
    .doc = "Watches and sets switches, power supplies and other devices by numbered objects.",
    .message = &schema,
    .items = {&variable_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "pdu_type",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = wire::text_notation,
    .sender = sender,
    .industrial = false,
};

}  // namespace langyan::snmp
