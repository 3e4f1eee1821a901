// Frames of AMQP 1.0: a described list that names what it is, and behind a transfer the message.
#include <algorithm>

#include "parsers/amqp/call.h"

namespace langyan::amqp {
namespace {

constexpr std::size_t most_descriptors = 4;  // before a value, one describing the other
constexpr std::size_t most_sections = 16;    // of a message

struct Typed {  // [10] 1.6
  std::uint32_t descriptor = 0;
  std::uint8_t code = 0x40;  // null
  Bytes octets = {};         // without size and constructor
  std::uint32_t count = 0;   // of a list or map
  bool ok = false;

  bool is_text() const { return code == 0xa1 || code == 0xb1 || code == 0xa3 || code == 0xb3; }
  bool is_binary() const { return code == 0xa0 || code == 0xb0; }
  bool is_list() const { return code == 0x45 || code == 0xc0 || code == 0xd0; }
  bool is_true() const { return code == 0x41 || (code == 0x56 && !octets.empty() && octets[0] != 0); }
  std::uint64_t number() const {
    std::uint64_t value = 0;
    if (octets.size() > 8) return 0;
    for (std::uint8_t octet : octets) value = value << 8 | octet;
    return value;
  }
};

// One value without its descriptors. The upper half of the constructor says how long it is ([10] 1.2).
Typed read_plain(Reader& in) {
  Typed value;
  value.code = in.u8();
  switch (value.code >> 4) {
    case 4: break;
    case 5: value.octets = in.take(1); break;
    case 6: value.octets = in.take(2); break;
    case 7: value.octets = in.take(4); break;
    case 8: value.octets = in.take(8); break;
    case 9: value.octets = in.take(16); break;
    case 10: value.octets = in.take(in.u8()); break;
    case 11: value.octets = in.take(in.be32()); break;
    case 12: case 14: {
      Reader inner = in.part(in.u8());
      value.count = inner.u8(), value.octets = inner.rest();
      if (!inner.ok()) return value;
      break;
    }
    case 13: case 15: {
      Reader inner = in.part(in.be32());
      value.count = inner.be32(), value.octets = inner.rest();
      if (!inner.ok()) return value;
      break;
    }
    default: return value;
  }
  value.ok = in.ok();
  return value;
}

Typed read_typed(Reader& in) {
  std::uint32_t descriptor = 0;
  for (std::size_t i = 0; i < most_descriptors && in.ok() && in.left() > 0 && in.peek() == 0; ++i) {
    in.u8();
    const Typed name = read_plain(in);
    if (!name.ok) return {};
    if (i == 0 && (name.code >> 4 == 5 || name.code >> 4 == 8)) descriptor = static_cast<std::uint32_t>(name.number());
  }
  Typed value = read_plain(in);
  value.descriptor = descriptor;
  return value;
}

struct List {  // its fields in order; those left out are null
  Reader in;
  std::uint32_t left;
  explicit List(const Typed& value) : in(value.octets), left(value.is_list() ? value.count : 0) {}
  Typed next() {
    if (left == 0 || in.left() == 0) return {.ok = true};
    --left;
    return read_typed(in);
  }
  void skip(int fields) {
    for (int i = 0; i < fields; ++i) next();
  }
};

template <Word name>
void put_text(Call& call, const Typed& value) {
  if (value.ok && value.is_text() && !value.octets.empty()) call.out.set<name>(value.octets);
}

void put_error(Call& call, const Typed& error) {
  if (!error.is_list()) return;
  List parts(error);
  put_text<"error_condition">(call, parts.next());
  put_text<"reply_text">(call, parts.next());
}

void put_properties(Call& call, const Typed& map) {
  if (map.code != 0xc1 && map.code != 0xd1) return;
  Reader in{map.octets};
  for (std::uint32_t i = 0; i + 1 < map.count && in.left() > 0; i += 2) {
    const Typed key = read_typed(in), value = read_typed(in);
    if (!key.ok || !value.ok) return call.blame(Wrong::encoding);
    if (key.is_text() && value.is_text()) put_identity(call, text_of(key.octets), value.octets);
  }
}

Bytes address_of(const Typed& terminus) {
  if (!terminus.ok || !terminus.is_list()) return {};
  List parts(terminus);
  const Typed address = parts.next();
  return address.ok && address.is_text() ? address.octets : Bytes{};
}

void open(Call& call, List& parts) {
  const Typed container = parts.next();
  put_text<"container_id">(call, container);
  if (container.is_text()) call.output.tell(Trait::name, container.octets);
  put_text<"hostname">(call, parts.next());
  if (const Typed size = parts.next(); size.octets.size() == 4)
    call.out.set<"frame_max">(static_cast<std::uint32_t>(size.number()));
  if (const Typed most = parts.next(); most.octets.size() == 2)
    call.out.set<"channel_max">(static_cast<std::uint16_t>(most.number()));
  if (const Typed idle = parts.next(); !idle.octets.empty())
    call.out.set<"heartbeat">(static_cast<std::uint32_t>(idle.number()));
  parts.skip(4);
  put_properties(call, parts.next());
  call.operate(Verb::session, performative::open).outcome = Outcome::one_way;
}

void attach(Call& call, List& parts) {
  put_text<"link_name">(call, parts.next());
  call.out.set<"link_handle">(static_cast<std::uint32_t>(parts.next().number()));
  const bool receives = parts.next().is_true();
  call.out.set<"is_receiver">(receives);
  parts.skip(2);
  const Bytes source = address_of(parts.next()), target = address_of(parts.next());
  if (!source.empty()) call.out.set<"source_address">(source);
  if (!target.empty()) call.out.set<"target_address">(target);
  if (!call.from_client) return;  // the broker's attach mirrors the client's
  Operation& operation = call.operate(receives ? Verb::subscribe : Verb::session, performative::attach);
  operation.outcome = Outcome::one_way;
  const Bytes address = receives ? source : target;
  if (!address.empty())
    operation.object = {.space = static_cast<std::uint8_t>(Place::address), .count = 1, .text = address};
}

// The sections of a message ([10] 3.2).
void transfer(Call& call, List& parts) {
  const auto handle = static_cast<std::uint32_t>(parts.next().number());
  call.out.set<"link_handle">(handle);
  Bytes to;
  Bytes body;
  for (std::size_t i = 0; i < most_sections && call.in.ok() && call.in.left() > 0 && call.in.peek() == 0; ++i) {
    const Typed section = read_typed(call.in);
    if (!section.ok) break;  // it goes on in the next frame
    constexpr std::uint32_t properties = 0x73, data = 0x75, value = 0x77;
    if (section.descriptor == properties && section.is_list()) {
      List list(section);
      list.skip(2);
      const Typed address = list.next(), subject = list.next();
      if (address.ok && address.is_text()) to = address.octets;
      put_text<"subject">(call, subject);
      list.skip(2);
      put_text<"content_type">(call, list.next());
    } else if ((section.descriptor == data && section.is_binary()) ||
               (section.descriptor == value && section.is_text())) {
      body = section.octets;
    }
  }
  if (!to.empty()) call.out.set<"target_address">(to);
  put_payload(call, body);
  Operation& operation = call.operate(Verb::report, performative::transfer);
  operation.outcome = Outcome::one_way;
  if (to.empty()) operation.object = {.space = static_cast<std::uint8_t>(Place::link), .address = handle, .count = 1};
  else operation.object = {.space = static_cast<std::uint8_t>(Place::address), .count = 1, .text = to};
  if (!body.empty() && body.size() <= longest_value_text) {
    const View view = call.output.record.view();
    constexpr std::size_t text = amqp::fields["message"];
    operation.value = Value::of_run(view.has(text) ? Value::Kind::text : Value::Kind::bytes, body);
  }
}

void sasl(Call& call, std::uint32_t code, List& parts) {
  if (code == performative::sasl_mechanisms) {
    const Typed offered = parts.next();
    put_text<"mechanisms">(call, offered);
    if ((offered.code == 0xe0 || offered.code == 0xf0) && !offered.octets.empty()) {  // an array of symbols: the first
      Reader in{offered.octets};
      if (in.u8() == 0xa3) {
        const Bytes first = in.take(in.u8());
        if (in.ok()) call.out.set<"mechanisms">(first);
      }
    }
    return;
  }
  call.out.set<"asked_method">(std::uint32_t{performative::sasl_init});
  if (code == performative::sasl_init) {
    call.output.role = Role::request;
    const Typed mechanism = parts.next(), response = parts.next();
    call.operate(Verb::auth, code);
    put_text<"mechanism">(call, mechanism);
    if (mechanism.is_text()) put_credentials(call, mechanism.octets, response.is_binary() ? response.octets : Bytes{});
    put_text<"hostname">(call, parts.next());
  } else if (code == performative::sasl_outcome) {
    call.output.role = Role::answer;
    const Typed outcome = parts.next();
    if (outcome.octets.size() != 1) return;
    call.out.set<"sasl_outcome">(outcome.octets[0]);
    Operation& operation = call.operate(Verb::auth, code);
    operation.outcome = outcome.octets[0] ? Outcome::refused : Outcome::ok;
    operation.code = outcome.octets[0];
  }
}

}  // namespace

void transport_frame(Call& call) {
  call.in.skip(4);  // the size, which frame() has read
  const std::uint8_t offset = call.in.u8(), type = call.in.u8();
  call.out.set<"frame_type">(static_cast<std::uint8_t>(type ? FrameType::sasl : FrameType::transport));
  call.out.set<"channel">(call.in.be16());
  if (offset > 2) call.in.skip((offset - 2u) * 4);
  if (!call.in.ok()) return;
  if (call.in.left() == 0) {  // [10] 2.4.5
    call.operate(Verb::heartbeat, 0).outcome = Outcome::one_way;
    return;
  }
  const Typed body = read_typed(call.in);
  if (!body.ok) return call.blame(Wrong::encoding);
  const auto* row = std::ranges::find(performatives, body.descriptor, &Performative::code);
  if (row == std::end(performatives)) return call.blame(Wrong::method), void(call.in.rest());
  call.out.set<"method">(body.descriptor);
  List parts(body);
  switch (body.descriptor) {
    case performative::open: open(call, parts); break;
    case performative::attach: attach(call, parts); break;
    case performative::transfer: transfer(call, parts); break;
    case performative::flow: case performative::disposition: break;  // credit and receipts
    case performative::begin: call.operate(Verb::session, body.descriptor).outcome = Outcome::one_way; break;
    case performative::detach: case performative::end: case performative::close: {
      if (body.descriptor == performative::detach) parts.skip(2);
      put_error(call, parts.next());
      call.operate(Verb::session, body.descriptor).outcome = Outcome::one_way;
      break;
    }
    default: sasl(call, body.descriptor, parts);
  }
  call.in.rest();
}

}  // namespace langyan::amqp
