// GE SRTP: how programming tools and operator stations talk to GE (Emerson) controllers. Not published by
// the vendor:
//
// [DEN] Denton, Karpisek, Breitinger, Baggili: Leveraging the SRTP protocol for over-the-network memory
//       acquisition of a GE Fanuc Series 90-30, DFRWS USA 2017
#include "parsers/ge_srtp/ge_srtp.h"

#include <algorithm>

#include "base/json.h"
#include "parsers/ge_srtp/table.h"

namespace langyan::ge_srtp {
namespace {

using Pen = Fill<fields>;

constexpr std::size_t mailbox_at = 31, service_at = 42, text_service_at = 50;
constexpr std::size_t returned_at = 44, returned_bytes = 6;

std::uint16_t le16(Bytes bytes, std::size_t at) { return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8); }

bool known_mailbox(std::uint8_t type) {
  return std::ranges::any_of(mailbox_names, [&](const Name& name) { return name.value == type; });
}

bool all_zero(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t octet) { return octet == 0; });
}

// The header has many octets that are always 0; that of an initialisation nothing else.
bool sound_header(Bytes bytes) {
  if (bytes[0] > 3 || bytes[1] != 0) return false;
  if (bytes[0] <= 1) return all_zero(bytes.subspan(1, header_bytes - 1).first(7));
  return all_zero(bytes.subspan(10, 7)) && known_mailbox(bytes[mailbox_at]) && bytes[40] <= bytes[41];
}

void request(Reader in, Pen& out, Output& output, std::uint8_t code) {
  const Service* row = service_row(code);
  Operation& operation = output.operate(row ? row->verb : Verb::other);
  operation.function = code;
  if (!row || !row->touches) return;
  const std::uint8_t selector = in.u8();
  const std::uint16_t offset = in.le16(), length = in.le16();
  out.set<"segment_selector">(selector);
  out.set<"offset">(offset);
  out.set<"length">(length);
  const Memory* memory = memory_row(selector);
  operation.object = {.width = selector, .address = std::uint64_t{offset} * (memory ? memory->elements : 1),
                      .count = length * (memory ? memory->elements : 1u)};
}

Fault asked(Bytes message, Pen& out, Output& output, Bytes text) {
  const std::size_t at =
      message[mailbox_at] == static_cast<std::uint8_t>(Mailbox::request_with_text) ? text_service_at : service_at;
  const std::uint8_t code = message[at];
  out.set<"service_request">(code);
  output.role = Role::request;
  request(Reader{message.subspan(at + 1, 5)}, out, output, code);
  const Service* row = service_row(code);
  const bool carries = row && (row->verb == Verb::write || row->verb == Verb::download);
  if (!text.empty()) out.set<"data">(text);
  else if (carries && at == service_at) out.set<"data">(message.subspan(at + 6, 8));
  return row ? Fault::none : fault(Wrong::service);
}

void answered(Bytes message, Pen& out, Output& output, Bytes text) {
  output.role = Role::answer;
  const bool failed = message[mailbox_at] == static_cast<std::uint8_t>(Mailbox::error) || message[service_at] != 0;
  out.set<"status">(message[service_at]);
  out.set<"minor_status">(message[service_at + 1]);
  out.set<"privilege_level">(message[51]);
  out.set<"plc_status">(le16(message, 54));
  Operation& operation = output.operate(Verb::other);
  operation.outcome = failed ? Outcome::refused : Outcome::ok;
  operation.code = static_cast<std::uint16_t>(failed ? message[service_at] << 8 | message[service_at + 1] : 0);
  const Bytes data = text.empty() ? message.subspan(returned_at, returned_bytes) : text;
  out.set<"data">(data);
  if (!failed && !text.empty()) operation.value = Value::of_run(Value::Kind::bytes, text);
}

Fault decode(Bytes message, const Context&, State, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  if (message.size() < header_bytes) return fault(Wrong::truncated);
  const auto type = static_cast<Type>(message[0]);
  out.set<"type">(message[0]);
  if (type <= Type::initialise_acknowledged) {
    output.role = type == Type::initialise ? Role::request : Role::answer;
    output.operate(Verb::session).outcome = type == Type::initialise ? Outcome::pending : Outcome::ok;
    return Fault::none;
  }
  const std::uint16_t length = le16(message, 4);
  const Bytes text = message.subspan(header_bytes);
  out.set<"sequence_number">(le16(message, 2));
  out.set<"text_length">(length);
  out.set<"mailbox_type">(message[mailbox_at]);
  Reader mailboxes{message.subspan(32, 8)};
  out.set<"mailbox_source">(mailboxes.le32());
  out.set<"mailbox_destination">(mailboxes.le32());
  if (text.size() != length) return fault(Wrong::truncated);
  const auto mailbox = static_cast<Mailbox>(message[mailbox_at]);
  if (mailbox == Mailbox::request || mailbox == Mailbox::request_with_text) return asked(message, out, output, text);
  answered(message, out, output, text);
  return Fault::none;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp || bytes[0] > 3) return Identity::no;
  const bool on_port = context.client_port == ports[0].port || context.server_port == ports[0].port;
  if (bytes.size() < header_bytes) return bytes.size() > 1 && bytes[1] != 0 ? Identity::no : Identity::unsure;
  if (!sound_header(bytes)) return Identity::no;
  // An initialisation is all zeros, which other protocols begin with too.
  if (bytes[0] <= 1) return on_port ? Identity::yes : Identity::unsure;
  return on_port || (bytes[40] == 1 && bytes[9] == (bytes[0] == 2 ? 1 : bytes[9])) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) {
  if (bytes.size() < header_bytes) return Frame::need(header_bytes);
  if (!sound_header(bytes)) return Frame::lost();
  const std::size_t size = header_bytes + (bytes[0] <= 1 ? 0u : le16(bytes, 4));
  if (size > most_message_bytes) return Frame::lost();
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + header_bytes <= bytes.size(); ++at)
    if ((bytes[at] == 2 || bytes[at] == 3) && sound_header(bytes.subspan(at))) return at;
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.empty()) return End::unknown;
  return bytes[0] == 0 || bytes[0] == 2 ? End::client : End::server;
}

void notation(const Object& object, std::string& out) {
  const Memory* memory = memory_row(object.width);
  const auto one = [&](std::uint64_t address) {
    if (memory) out += memory->prefix;
    else out += "memory ", append_number(out, std::uint64_t{object.width}), out += ' ';
    append_number(out, address + 1);
  };
  one(object.address);
  if (object.count > 1) out += "..", one(object.address + object.count - 1);
}

}  // namespace

const Protocol protocol = {
    .name = "ge_srtp",
    .label = {"GE SRTP", "GE SRTP"},
    .doc = "Reads and writes memory, programs and modes of GE controllers.",
    .message = &schema,
    .items = {},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "service_request",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::ge_srtp
