// ANSI C12.22: meters of North America, read and written by tables over any network.
//
// [C1222] ANSI C12.22 (IEEE 1703), Protocol Specification for Interfacing to Data Communication Networks
// [C1219] ANSI C12.19 (IEEE 1377), Utility Industry End Device Data Tables
#include "parsers/c1222/c1222.h"

#include "base/json.h"
#include "parsers/c1222/table.h"
#include "parsers/wire/ber.h"

namespace langyan::c1222 {
namespace {

using Pen = Fill<fields>;
namespace ber = wire::ber;

constexpr std::uint8_t application = 0x60;

struct Call {
  Pen& out;
  Output& output;
  bool first = true;  // only of the first service are the fields shown
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
};

const Service* service_row(std::uint8_t code) {
  for (const Service& row : services)
    if (row.code == code) return &row;
  return nullptr;
}

Bytes until_pad(Bytes text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == 0)) text = text.first(text.size() - 1);
  return text;
}

// Table, and of a write the octets, their count before and a check octet after.
bool table_of(Call& call, Reader& in, Body body, Operation& operation) {
  const bool offset = body == Body::read_offset || body == Body::write_offset;
  const bool writes = body == Body::write || body == Body::write_offset;
  const std::uint16_t table = in.be16();
  const std::uint32_t from = offset ? in.be24() : 0;
  const std::uint16_t count = offset || writes ? in.be16() : 0;
  const Bytes data = writes ? in.take(count) : in.rest();
  if (writes) in.skip(1);
  if (!in.ok()) return false;
  if (call.first) {
    call.out.set<"table_id">(table);
    if (offset) call.out.set<"table_offset">(from);
    if (writes) call.out.set<"data">(data);
  }
  operation.object = {0, 0, 0, table, 1, {}};
  if (writes) operation.value = Value::of_run(Value::Kind::bytes, data);
  if (writes && table == procedure_table) operation.verb = Verb::control;
  return true;
}

// One service of the list: its octets.
void request(Call& call, const Service& service, Reader in, bool clear) {
  Operation operation;
  operation.verb = service.verb;
  operation.function = service.code;
  switch (service.body) {
    case Body::none: break;
    case Body::data:
      if (call.first && in.left() > 0) call.out.set<"data">(in.rest());
      break;
    case Body::read:
    case Body::read_offset:
    case Body::write:
    case Body::write_offset:
      if (!table_of(call, in, service.body, operation)) return call.blame(Wrong::truncated);
      break;
    case Body::logon: {
      const std::uint16_t id = in.be16();
      const Bytes user = in.take(user_bytes);
      if (!in.ok()) return call.blame(Wrong::truncated);
      call.out.set<"user_id">(id);
      call.out.set<"user">(until_pad(user));
      break;
    }
    case Body::security:
      in.skip(password_bytes);
      if (!in.ok()) return call.blame(Wrong::truncated);
      call.out.set<"password_present">(true);
      if (in.left() >= 2) call.out.set<"user_id">(in.be16());
      if (clear) call.blame(Wrong::clear_password);
      break;
  }
  call.output.operate(operation.verb) = operation;
}

void response(Call& call, std::uint8_t code, Reader in) {
  if (call.first && in.left() > 0) call.out.set<"data">(in.rest());
  Operation& operation = call.output.operate(Verb::other);
  operation.outcome = code ? Outcome::refused : Outcome::ok;
  operation.code = code;
}

// [C1222] 5.3.3: flags, maybe a class of device, then services, each after its length.
void epsem(Call& call, Bytes content) {
  constexpr std::uint8_t class_bit = 0x10, authenticated = 1, ciphered = 2;
  Reader in{content};
  const std::uint8_t flags = in.u8(), mode = flags >> 2 & 3;
  if (!in.ok()) return call.blame(Wrong::truncated);
  call.out.set<"security_mode">(mode);
  if (mode == ciphered) {
    call.out.set<"data">(in.rest());
    call.output.operate(Verb::other).outcome = Outcome::one_way;
    return;
  }
  if (flags & class_bit) in.skip(4);
  const std::size_t kept = mode == authenticated ? check_bytes : 0;
  bool requests = false;
  for (std::size_t i = 0; i < most_services && in.left() > kept; ++i) {
    std::size_t length = in.u8();
    constexpr std::uint8_t one_more = 0x81, two_more = 0x82;  // as a length of BER
    if (length == one_more) length = in.u8();
    else if (length == two_more) length = in.be16();
    if (length == 0) break;
    Reader body = in.part(length);
    const std::uint8_t code = body.u8();
    if (!body.ok()) return call.blame(Wrong::truncated);
    if (code >= first_request) {
      requests = true;
      const Service* service = service_row(code);
      if (call.first) call.out.set<"service">(code);
      if (service) request(call, *service, body, mode == 0);
      else call.blame(Wrong::service), call.output.operate(Verb::other).function = code;
    } else {
      if (call.first) call.out.set<"response_code">(code);
      response(call, code, body);
    }
    call.first = false;
  }
  if (!in.ok()) return call.blame(Wrong::truncated);
  if (!call.first) call.output.role = requests ? Role::request : Role::answer;
}

// A title is an object identifier, whole or relative to the registered one.
Bytes title(Call& call, Bytes content) {
  ber::Tlv inner;
  Reader in{content};
  if (!ber::next(in, inner)) return {};
  return inner.is_universal(ber::universal::object_identifier) ? ber::oid_text(inner.content, call.output.scratch)
                                                               : Bytes{};
}

Fault decode(Bytes message, const Context&, State, Output& output) {
  enum : std::uint32_t {
    called_title = 2,
    called_invocation = 4,
    calling_title = 6,
    calling_invocation = 8,
    user_information = 30
  };
  const Reader fine{message};
  Pen out{output.record, fine};
  Call call{out, output};
  Reader in{message};
  ber::Tlv whole, one;
  if (!ber::next(in, whole)) return fault(Wrong::truncated);
  std::optional<std::uint64_t> asked, answered;
  for (Reader parts{whole.content}; parts.left() > 0;) {
    if (!ber::next(parts, one)) return call.blame(Wrong::truncated), call.found;
    ber::Tlv inner;
    Reader content{one.content};
    if (one.is_context(called_title) || one.is_context(calling_title)) {
      const Bytes text = title(call, one.content);
      if (text.empty()) continue;
      if (one.is_context(called_title)) out.set<"called_title">(text);
      else out.set<"calling_title">(text);
    } else if (one.is_context(called_invocation) || one.is_context(calling_invocation)) {
      if (!ber::next(content, inner)) continue;
      (one.is_context(called_invocation) ? answered : asked) = ber::to_unsigned(inner.content);
    } else if (one.is_context(user_information)) {
      ber::Tlv external;
      if (!ber::next(content, external)) return call.blame(Wrong::truncated), call.found;
      const auto services_part = ber::find_context(external.content, 1);
      if (services_part) epsem(call, services_part->content);
    }
  }
  // An answer names the request's number as that of the called, whatever it carries.
  if (const auto id = answered ? answered : asked) out.set<"invocation_id">(static_cast<std::uint32_t>(*id));
  return call.found;
}

std::size_t size_at(Bytes bytes) {  // of a message whose head is there; 0: none, or not yet
  Reader in{bytes};
  ber::Head head;
  if (!ber::read_head(in, head) || head.indefinite || head.length > longest_message) return 0;
  return head.size + head.length;
}
constexpr std::size_t longest_head = 4;

bool sound_start(Bytes bytes) {  // of which `longest_head` octets and one more are there
  const std::size_t size = bytes[0] == application ? size_at(bytes) : 0;
  if (size == 0) return false;
  const std::size_t head = bytes[1] < 0x80 ? 2 : 2u + (bytes[1] & 0x7f);
  return head < bytes.size() && bytes[head] >= 0xa0 && bytes[head] <= 0xbe;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return Identity::no;
  if (context.client_port != port && context.server_port != port) return Identity::no;
  if (bytes[0] != application) return Identity::no;
  if (bytes.size() <= longest_head) return context.transport == Transport::tcp ? Identity::unsure : Identity::no;
  return sound_start(bytes) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Frame::message(bytes.size());
  if (bytes.size() <= longest_head) return Frame::need(longest_head + 1);
  if (!sound_start(bytes)) return Frame::lost();
  const std::size_t size = size_at(bytes);
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + longest_head < bytes.size(); ++at)
    if (bytes[at] == application && sound_start(bytes.subspan(at))) return at;
  return bytes.size();
}

void notation(const Object& object, std::string& out) {
  constexpr std::uint64_t manufacturer = 0x0800;  // [C1219] 9: standard or manufacturer's table
  out += object.address & manufacturer ? "MT" : "ST";
  append_number(out, object.address & ~manufacturer);
}

}  // namespace

const Protocol protocol = {
    .name = "c1222",
    .label = {"ANSI C12.22", "ANSI C12.22"},
    .doc = "Reads and writes the tables of meters.",
    .message = &schema,
    .items = {},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "service",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
};

}  // namespace langyan::c1222
