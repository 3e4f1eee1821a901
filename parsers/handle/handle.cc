// The Handle System (DO-IRP): industrial identifiers are resolved and kept by it, in China under the
// prefixes 86 and 88 of the national resolution system.
//
// [HS] RFC 3652, Handle System Protocol (ver 2.1) Specification; values as RFC 3651 section 3.1
#include "parsers/handle/handle.h"

#include <algorithm>

#include "parsers/handle/table.h"

namespace langyan::handle {
namespace {

using Pen = Fill<fields>;

constexpr std::uint16_t compressed = 0x8000, encrypted = 0x4000, truncated = 0x2000;  // [HS] 2.2.1.2
constexpr std::uint32_t request_digest = 0x00800000;  // [HS] 2.2.2.3, RD
constexpr std::uint32_t success = 1, not_authorised = 400, authen_needed = 402, last_of_access = 406;

struct Call {
  Reader& in;
  Pen& out;
  Output& output;
  std::uint32_t code;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
};

std::uint32_t be32(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
}

Bytes text(Reader& in) { return in.take(in.be32()); }  // [HS] 2.1.4: UTF8-String

// RFC 3651 2: what stands before the first slash names the authority.
Bytes prefix_of(Bytes handle) {
  const auto slash = std::ranges::find(handle, std::uint8_t{'/'});
  return handle.first(static_cast<std::size_t>(slash - handle.begin()));
}

Bytes name(Call& call) {
  const Bytes handle = text(call.in);
  if (!call.in.ok()) return {};
  call.out.set<"handle">(handle);
  call.out.set<"prefix">(prefix_of(handle));
  return handle;
}

// RFC 3651 3.1: index, time stamp, kind and length of life, permission, type, data, references.
void values(Call& call) {
  const std::uint32_t count = call.in.be32();
  for (std::uint32_t i = 0; i < count && i < most_values && call.in.left() > 0; ++i) {
    Fill<value_fields> pen{call.output.items.start(value_schema), call.in};
    pen.set<"value_index">(call.in.be32());
    call.in.skip(4 + 1);
    pen.set<"value_ttl">(call.in.be32());
    call.in.skip(1);
    const Bytes type = text(call.in), data = text(call.in);
    pen.set<"value_type">(type);
    pen.set<"value_data">(data);
    if (!call.in.ok()) return;
    call.output.items.emit();
    for (std::uint32_t references = call.in.be32(); references > 0 && call.in.ok() && call.in.left() > 0;
         --references) {
      text(call.in);
      call.in.skip(4);
    }
  }
}

void body(Call& call, Operation& operation, bool request, std::uint32_t response) {
  constexpr std::uint32_t create = 100, add = 102, modify = 104, resolution = 1;
  const bool named =
      call.code == resolution || (call.code >= create && call.code <= 106) || (call.code >= 300 && call.code <= 302);
  if (!request && response != success) {
    if (call.in.left() < 4) return;
    const Bytes message = text(call.in);
    if (call.in.ok()) call.out.set<"error_message">(message);
    return;
  }
  if (!named || call.in.left() == 0) return;
  const Bytes handle = name(call);
  if (!handle.empty())
    operation.object = {.space = static_cast<std::uint8_t>(Place::identifier), .count = 1, .text = handle};
  const bool carries =
      request ? call.code == create || call.code == add || call.code == modify : call.code == resolution;
  if (carries && call.in.left() > 0) values(call);
}

Fault decode(Bytes message, const Context&, State, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  out.set<"major_version">(in.u8());
  out.set<"minor_version">(in.u8());
  const std::uint16_t flags = in.be16();
  out.set<"message_flag">(flags);
  out.set<"session_id">(in.be32());
  out.set<"request_id">(in.be32());
  const std::uint32_t sequence = in.be32();
  out.set<"sequence_number">(sequence);
  in.skip(4);
  output.role = Role::event;
  if (!in.ok()) return fault(Wrong::truncated);
  const bool opaque = flags & (compressed | encrypted) || (flags & truncated && sequence > 0);
  if (opaque) {
    output.operate(Verb::other).outcome = Outcome::one_way;
    return Fault::none;
  }
  const std::uint32_t code = in.be32(), response = in.be32(), op_flag = in.be32();
  out.set<"op_code">(code);
  out.set<"response_code">(response);
  out.set<"op_flag">(op_flag);
  out.set<"site_info_serial_number">(in.be16());
  out.set<"recursion_count">(in.u8());
  in.skip(1);
  out.set<"expiration_time">(in.be32());
  const std::uint32_t length = in.be32();
  out.set<"body_length">(length);
  if (!in.ok()) return fault(Wrong::truncated);
  const bool request = response == 0;
  output.role = request ? Role::request : Role::answer;
  const Operator* row = operator_row(code);
  Operation& operation = output.operate(row ? row->verb : Verb::other);
  operation.function = code;
  if (!request) {
    operation.outcome = response == success ? Outcome::ok : Outcome::refused;
    operation.code = static_cast<std::uint16_t>(response == success ? 0 : response);
  }
  const bool fits = length <= in.left();
  Reader inner{in.take(std::min<std::size_t>(length, in.left()))};
  Pen pen{output.record, inner};
  Call call{inner, pen, output, code};
  if (!row) call.blame(Wrong::operation);
  if (!fits && !(flags & truncated)) call.blame(Wrong::length);
  if (!request && op_flag & request_digest && inner.left() > 0) {
    constexpr std::size_t md5_bytes = 16, sha1_bytes = 20;  // [HS] 2.2.3
    inner.skip(inner.u8() == 1 ? md5_bytes : sha1_bytes);
  }
  body(call, operation, request, response);
  if (!inner.ok()) call.blame(Wrong::truncated);
  const bool denied = response >= not_authorised && response <= last_of_access && response != authen_needed;
  if (row && row->verb == Verb::configure && denied) call.blame(Wrong::unauthorised);
  return call.found;
}

bool sound_envelope(Bytes bytes) {  // twenty octets
  const std::uint32_t length = be32(bytes, 16);
  return bytes[0] >= 1 && bytes[0] <= 3 && bytes[1] <= 20 && (bytes[2] & 0x1f) == 0 && bytes[3] == 0 &&
         length >= header_bytes && length <= longest_message;
}

bool sound_header(Bytes bytes) {  // envelope and the two codes, 28 octets
  const std::uint32_t response = be32(bytes, 24);
  return operator_row(be32(bytes, 20)) &&
         std::ranges::any_of(response_names, [&](const Name& one) { return one.value == response; });
}

constexpr std::size_t enough = envelope_bytes + 8;

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return Identity::no;
  if (bytes[0] < 1 || bytes[0] > 3) return Identity::no;
  const bool stream = context.transport == Transport::tcp;
  if (bytes.size() >= 4 && ((bytes[2] & 0x1f) != 0 || bytes[3] != 0)) return Identity::no;
  if (bytes.size() < enough) return stream ? Identity::unsure : Identity::no;
  return sound_envelope(bytes) && sound_header(bytes) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) {
  if (bytes.size() < envelope_bytes) return Frame::need(envelope_bytes);
  if (!sound_envelope(bytes)) return Frame::lost();
  const std::size_t size = envelope_bytes + be32(bytes, 16);
  // A datagram may be one packet of a message that needs several ([HS] 2.3).
  if (context.transport == Transport::udp) return Frame::message(std::min(size, bytes.size()));
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + enough <= bytes.size(); ++at)
    if (sound_envelope(bytes.subspan(at)) && sound_header(bytes.subspan(at))) return at;
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < enough) return End::unknown;
  return be32(bytes, 24) == 0 ? End::client : End::server;
}

void notation(const Object& object, std::string& out) { out += text_of(object.text); }

}  // namespace

const Protocol protocol = {
    .name = "handle",
    .label = {"Handle (DO-IRP)", "Handle 标识解析"},
    .doc = "Resolves and administers identifiers of things in industry.",
    .message = &schema,
    .items = {&value_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "op_code",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::handle
