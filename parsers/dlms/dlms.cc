// DLMS/COSEM: meters of electricity, gas, water and heat, read, set and switched off, behind the
// wrapper of TCP and UDP or in HDLC frames.
//
// [GREEN] DLMS UA 1000-2, Architecture and Protocols (IEC 62056-5-3, -46, -47)
// [BLUE]  DLMS UA 1000-1, COSEM interface classes and OBIS (IEC 62056-6-1, -6-2)
#include "parsers/dlms/dlms.h"

#include <algorithm>

#include "base/json.h"
#include "parsers/dlms/table.h"
#include "parsers/wire/ber.h"
#include "parsers/wire/crc16.h"

namespace langyan::dlms {
namespace {

using Pen = Fill<fields>;
namespace ber = wire::ber;

constexpr std::uint8_t flag = 0x7e;

struct Call {
  Reader& in;
  Pen& out;
  Output& output;
  const Service* service;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  Operation& operate(Verb verb) {
    Operation& operation = output.operate(verb);
    operation.function = service->code;
    operation.outcome = service->by == Sent::client   ? Outcome::pending
                        : service->by == Sent::server ? Outcome::ok
                                                      : Outcome::one_way;
    return operation;
  }
};

template <class Row, std::size_t N>
const Row* row_of(const Row (&rows)[N], std::uint32_t code) {
  for (const Row& row : rows)
    if (row.code == code) return &row;
  return nullptr;
}

void append_obis(std::string& out, std::uint64_t code) {
  constexpr char after[] = {'-', ':', '.', '.', '.'};
  for (int i = 0; i < 6; ++i) {
    append_number(out, code >> (40 - 8 * i) & 255);
    if (i < 5) out += after[i];
  }
}
Bytes obis_text(Scratch& scratch, Bytes code) {  // "1-0:1.8.0.255"; at most 23 characters
  char text[24];
  std::size_t size = 0;
  constexpr char after[] = {'-', ':', '.', '.', '.'};
  for (std::size_t i = 0; i < code.size() && i < 6; ++i) {
    const std::uint8_t part = code[i];
    if (part >= 100) text[size++] = static_cast<char>('0' + part / 100);
    if (part >= 10) text[size++] = static_cast<char>('0' + part / 10 % 10);
    text[size++] = static_cast<char>('0' + part % 10);
    if (i < 5) text[size++] = after[i];
  }
  return scratch.copy(bytes_of({text, size}));
}

// [GREEN] 9.5, Data: a simple type as a value, anything else as its octets.
Value value_of(Bytes data) {
  if (data.empty()) return {};
  Reader in{data};
  const std::uint8_t type = in.u8();
  Value value;
  switch (type) {
    case 3: value = Value::of_boolean(in.u8() != 0); break;
    case 5: value = Value::of_integer(static_cast<std::int32_t>(in.be32())); break;
    case 6: value = Value::of(in.be32()); break;
    case 9: value = Value::of_run(Value::Kind::bytes, in.take(in.u8())); break;
    case 10: case 12: value = Value::of_run(Value::Kind::text, in.take(in.u8())); break;
    case 15: value = Value::of_integer(static_cast<std::int8_t>(in.u8())); break;
    case 16: value = Value::of_integer(static_cast<std::int16_t>(in.be16())); break;
    case 17: case 22: value = Value::of(in.u8()); break;
    case 18: value = Value::of(in.be16()); break;
    case 20: value = Value::of_integer(static_cast<std::int64_t>(in.be64())); break;
    case 21: value = Value::of(in.be64()); break;
    case 23: value = Value::of_real(in.be_f32()); break;
    case 24: value = Value::of_real(in.be_f64()); break;
    default: return {};
  }
  return in.ok() ? value : Value{};
}

// Class, logical name, attribute or method; false when they are not all there.
bool object(Call& call, Place place, Verb verb, bool first) {
  const std::uint16_t id = call.in.be16();
  const Bytes code = call.in.take(6);
  const std::uint8_t number = call.in.u8();
  if (!call.in.ok()) return false;
  std::uint64_t address = 0;
  for (std::uint8_t octet : code) address = address << 8 | octet;
  if (first) {
    call.out.set<"class_id">(id);
    call.out.set<"obis">(obis_text(call.output.scratch, code));
    if (place == Place::method) call.out.set<"method">(number);
    else call.out.set<"attribute">(number);
  }
  const Class* row = row_of(classes, id);
  if (row && verb != Verb::read) verb = place == Place::method ? row->action : row->set;
  Operation& operation = call.operate(verb);
  operation.object = {static_cast<std::uint8_t>(place), number, id, address, 1, {}};
  return true;
}

void ask(Call& call, Place place) {
  enum : std::uint8_t { normal = 1, next = 2, list = 3 };
  const std::uint8_t choice = call.in.u8(), invoke = call.in.u8() & 15;
  call.out.set<"choice">(choice);
  call.out.set<"invoke_id">(invoke);
  call.out.set<"exchange">(std::uint16_t{call.service->code});
  call.output.role = Role::request;
  if (choice == normal) {
    if (!object(call, place, call.service->verb, true)) return;
    call.in.skip(call.service->body == Body::get ? 0 : 1);  // whether a selection or parameters follow
    if (!call.in.ok()) {
      call.output.operations_total = 0;  // an object without its data asks for nothing
      return;
    }
    const Bytes data = call.in.rest();
    if (data.empty()) return;
    call.out.set<"data">(data);
    if (call.service->body != Body::get) call.output.operations()[0].value = value_of(data);
  } else if (choice == list && call.service->body == Body::get) {
    const std::size_t count = std::min<std::size_t>(call.in.u8(), most_list);
    for (std::size_t i = 0; i < count; ++i) {
      if (!object(call, place, call.service->verb, i == 0)) return;
      if (call.in.u8()) break;  // a selection, of a length that is not told
    }
    call.in.rest();
  } else {
    if (choice == next) call.out.set<"block_number">(call.in.be32());
    if (call.in.ok()) call.operate(call.service->verb);
    call.in.rest();
  }
}

void answer(Call& call) {
  enum : std::uint8_t { normal = 1, block = 2 };
  const std::uint8_t choice = call.in.u8(), invoke = call.in.u8() & 15;
  call.out.set<"choice">(choice);
  call.out.set<"invoke_id">(invoke);
  call.out.set<"exchange">(static_cast<std::uint16_t>(call.service->code - 4));
  call.output.role = Role::answer;
  const bool get = call.service->body == Body::get_response;
  std::uint8_t result = 0;
  if (get && choice == block) {
    call.in.skip(1);
    call.out.set<"block_number">(call.in.be32());
  }
  if (get && choice <= block) {
    const bool failed = call.in.u8() != 0;
    if (failed) result = call.in.u8();
  } else if (choice == normal) {
    result = call.in.u8();
  }
  if (!call.in.ok()) return;
  if (choice <= block) call.out.set<"result">(result);
  const Bytes data = call.in.rest();
  Operation& operation = call.operate(call.service->verb);
  if (result) operation.outcome = Outcome::refused, operation.code = result;
  if (data.empty()) return;
  call.out.set<"data">(data);
  if (get && choice == normal && !result) operation.value = value_of(data);
}

// [GREEN] 9.4.2.3: the last number of the names says which context and which mechanism.
std::uint8_t last_octet(Bytes content) { return content.empty() ? 0 : content.back(); }

void associate(Call& call, bool request, Bytes whole) {
  enum : std::uint32_t {
    context = 1,
    result = 2,
    responder_title = 4,
    mechanism_request = 11,
    value_request = 12,
    mechanism_response = 9
  };
  Reader in{whole};
  ber::Tlv pdu;
  call.in.rest();
  if (!ber::next(in, pdu)) return call.blame(Wrong::truncated);
  std::uint8_t mechanism = 0;
  bool password = false;
  std::uint8_t answered = 0;
  ber::Tlv one;
  for (Reader inner{pdu.content}; inner.left() > 0;) {
    if (!ber::next(inner, one)) return call.blame(Wrong::truncated);
    if (one.is_context(context)) call.out.set<"context">(last_octet(one.content));
    if (one.is_context(request ? mechanism_request : mechanism_response)) mechanism = last_octet(one.content);
    if (request && one.is_context(value_request)) password = one.content.size() > 2;
    if (!request && one.is_context(result)) answered = last_octet(one.content);
    constexpr std::size_t maker = 3;  // [GREEN] 4.3.4: a system title begins with three letters of the maker
    if (!request && one.is_context(responder_title) && one.content.size() >= 2 + maker &&
        ber::is_visible(one.content.subspan(2, maker)))
      call.output.tell(Trait::vendor, one.content.subspan(2, maker));
  }
  call.out.set<"mechanism">(mechanism);
  call.out.set<"exchange">(std::uint16_t{0x60});
  call.output.role = request ? Role::request : Role::answer;
  constexpr std::uint8_t low_level = 1;
  Operation& operation = call.operate(mechanism ? Verb::auth : Verb::session);
  if (request) {
    const bool clear = password && mechanism == low_level;
    if (password) call.out.set<"password_present">(clear);
    if (clear) call.blame(Wrong::clear_password);
    return;
  }
  call.out.set<"association_result">(answered);
  if (answered) operation.outcome = Outcome::refused, operation.code = answered;
}

void apdu(Call& call, Bytes whole) {
  const std::uint8_t code = call.in.u8();
  if (!call.in.ok()) return;
  call.out.set<"service">(code);
  call.service = row_of(services, code);
  if (!call.service) return call.in.rest(), call.blame(Wrong::service);
  switch (call.service->body) {
    case Body::associate: return associate(call, true, whole);
    case Body::associated: return associate(call, false, whole);
    case Body::get:
    case Body::set: return ask(call, Place::attribute);
    case Body::action: return ask(call, Place::method);
    case Body::get_response:
    case Body::set_response:
    case Body::action_response: return answer(call);
    case Body::ciphered:
      call.out.set<"ciphered">(true);
      [[fallthrough]];
    case Body::none: break;
  }
  if (call.in.left() > 0) call.out.set<"data">(call.in.rest());
  Operation& operation = call.operate(call.service->verb);
  operation.outcome = call.service->code == 0xd8         ? Outcome::refused
                      : call.service->by == Sent::server ? Outcome::ok
                                                         : Outcome::one_way;
}

using Checksum = wire::Crc16<0x1021, 0xffff, wire::Bits::reflected>;  // [GREEN] 8.4: of ITU-T X.25, low octet first

bool checks(Bytes frame) {
  constexpr std::uint16_t remainder = 0xf0b8;  // of a sound frame with its check sequence
  return wire::crc16<Checksum>(frame) == remainder;
}

std::uint32_t hdlc_address(Reader& in) {
  constexpr int most_octets = 4;
  std::uint32_t address = 0;
  for (int i = 0; i < most_octets; ++i) {
    const std::uint8_t octet = in.u8();
    address = address << 8 | octet;
    if (octet & 1) break;
  }
  return address;
}

void hdlc(Call& call, Bytes message) {
  enum : std::uint8_t { snrm = 0x93, ua = 0x73, disc = 0x53, dm = 0x1f };
  constexpr std::uint16_t segmented = 0x0800;
  constexpr std::size_t check_bytes = 2;
  static constexpr Service link{0, "", Verb::session, Body::none, Sent::either};
  call.service = &link;
  call.in.skip(1);
  const std::uint16_t format = call.in.be16();
  call.out.set<"hdlc_destination">(hdlc_address(call.in));
  call.out.set<"hdlc_source">(hdlc_address(call.in));
  const std::uint8_t control = call.in.u8();
  call.out.set<"hdlc_control">(control);
  if (!call.in.ok() || message.size() < 4) return;
  const bool right = checks(message.subspan(1, message.size() - 2));
  call.in.skip(check_bytes);
  if (!call.in.ok()) return;
  if (!right) return call.in.rest(), call.blame(Wrong::checksum);
  const bool information = !(control & 1);
  if (!information || call.in.left() < 3 + check_bytes + 1) {
    const bool link_changes = control == snrm || control == ua || control == disc || control == dm;
    if (link_changes) {
      call.out.set<"exchange">(std::uint16_t{0x100});
      call.output.role = control == snrm || control == disc ? Role::request : Role::answer;
    }
    Operation& operation = call.output.operate(link_changes ? Verb::session : Verb::heartbeat);
    operation.outcome = control == snrm || control == disc ? Outcome::pending
                        : link_changes                     ? Outcome::ok
                                                           : Outcome::one_way;
    call.in.rest();
    return;
  }
  Bytes body = call.in.take(call.in.left() - check_bytes - 1);
  call.in.rest();
  const bool first = body[0] == 0xe6 && (body[1] == 0xe6 || body[1] == 0xe7) && body[2] == 0;  // [GREEN] 8.3.2
  if (!first || format & segmented) {  // a piece of a longer message
    call.out.set<"data">(body);
    call.output.operate(Verb::report).outcome = Outcome::one_way;
    return;
  }
  body = body.subspan(3);
  if (body.empty()) return;
  Reader inner{body};
  Pen pen{call.output.record, inner};
  Call deeper{inner, pen, call.output, nullptr};
  apdu(deeper, body);
  if (!inner.ok()) deeper.blame(Wrong::truncated);
  if (deeper.found != Fault::none) call.found = deeper.found;
}

Fault decode(Bytes message, const Context&, State, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  Call call{in, out, output, nullptr};
  if (in.peek() == flag) {
    hdlc(call, message);
  } else {
    in.skip(2);
    out.set<"source_port">(in.be16());
    out.set<"destination_port">(in.be16());
    const std::uint16_t length = in.be16();
    if (in.ok() && length != in.left()) return fault(Wrong::truncated);
    if (in.ok() && in.left() > 0) apdu(call, message.subspan(wrapper_bytes));
  }
  if (!in.ok()) call.blame(Wrong::truncated);
  return call.found;
}

std::size_t hdlc_size(Bytes bytes) {  // of a frame whose first three octets are there; 0: none
  if (bytes[0] != flag || bytes[1] >> 4 != 0xa) return 0;
  constexpr std::size_t shortest = 7;
  const std::size_t length = static_cast<std::size_t>((bytes[1] & 7) << 8 | bytes[2]);
  return length >= shortest ? length + 2 : 0;
}
std::size_t wrapped_size(Bytes bytes) {  // of a message whose first nine octets are there; 0: none
  const std::size_t length = static_cast<std::size_t>(bytes[6] << 8 | bytes[7]);
  const bool sound =
      bytes[0] == 0 && bytes[1] == 1 && length >= 1 && length <= longest_apdu && row_of(services, bytes[8]);
  return sound ? wrapper_bytes + length : 0;
}
bool own_port(const Context& context) { return context.client_port == port || context.server_port == port; }

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return Identity::no;
  const bool tcp = context.transport == Transport::tcp;
  if (bytes[0] == flag) {
    if (!tcp) return Identity::no;
    if (bytes.size() < 3) return Identity::unsure;
    const std::size_t size = hdlc_size(bytes);
    if (size == 0) return Identity::no;
    if (bytes.size() < size) return Identity::unsure;
    return bytes[size - 1] == flag && checks(bytes.subspan(1, size - 2)) ? Identity::yes : Identity::no;
  }
  if (bytes[0] != 0 || !own_port(context)) return Identity::no;
  if (bytes.size() <= wrapper_bytes) return tcp ? Identity::unsure : Identity::no;
  const std::size_t size = wrapped_size(bytes);
  return size && (tcp || size == bytes.size()) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Frame::message(bytes.size());
  std::size_t size = 0;
  if (bytes[0] == flag) {
    if (bytes.size() < 3) return Frame::need(3);
    size = hdlc_size(bytes);
    if (bytes.size() >= size && size && bytes[size - 1] != flag) return Frame::lost();
  } else {
    if (bytes.size() <= wrapper_bytes) return Frame::need(wrapper_bytes + 1);
    size = wrapped_size(bytes);
  }
  if (size == 0) return Frame::lost();
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + wrapper_bytes < bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    const std::size_t size = hdlc_size(here);
    if (size ? here.size() >= size && here[size - 1] == flag : wrapped_size(here) != 0) return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() <= wrapper_bytes || bytes[0] == flag) return End::unknown;
  const Service* service = row_of(services, bytes[wrapper_bytes]);
  if (!service || service->by == Sent::either) return End::unknown;
  return service->by == Sent::client ? End::client : End::server;
}

void notation(const Object& object, std::string& out) {
  append_obis(out, object.address);
  out += static_cast<Place>(object.space) == Place::method ? " method " : "/";
  append_number(out, std::uint64_t{object.width});
}

}  // namespace

const Protocol protocol = {
    .name = "dlms",
    .label = {"DLMS/COSEM", "DLMS/COSEM"},
    .doc = "Reads, sets and switches meters of electricity, gas, water and heat.",
    .message = &schema,
    .items = {},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = {},
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::dlms
