// CODESYS V2: the older runtime's protocol, without any login worth the name: who the controller is,
// its files, its shell. Undocumented; what independent tools agree on is named, all else stays octets.
//
// [BASECAMP] Digital Bond, Project Basecamp: file transfer and shell for CODESYS V2 controllers (2012)
// [REDPOINT] Digital Bond, Redpoint: codesys-v2-discover, where the answer to a login holds which text
#include "parsers/codesys_v2/codesys_v2.h"

#include <algorithm>

#include "parsers/codesys_v2/table.h"

namespace langyan::codesys_v2 {
namespace {

using Pen = Fill<fields>;

std::size_t le16(Bytes bytes, std::size_t at) { return bytes[at] | static_cast<std::size_t>(bytes[at + 1]) << 8; }
std::size_t be16(Bytes bytes, std::size_t at) { return static_cast<std::size_t>(bytes[at]) << 8 | bytes[at + 1]; }

bool is_short(Bytes bytes) { return bytes[0] == 0xbb; }
bool is_tick(Bytes bytes) { return bytes[0] == 0x66; }

bool plausible(Bytes bytes) {  // as far as it is there
  if (bytes.empty() || (bytes[0] != 0xbb && bytes[0] != 0xcc && bytes[0] != 0x66)) return false;
  if (bytes.size() > 1 && bytes[1] != bytes[0]) return false;
  if (is_short(bytes)) return bytes.size() < short_header || (bytes[4] == 0 && bytes[5] == 0);
  if (bytes.size() > 3 && (bytes[2] != 1 || bytes[3] != 0)) return false;
  for (std::size_t at = 6; at < 16 && at < bytes.size(); ++at)
    if (bytes[at] != 0) return false;
  return true;
}

// Processors of either octet order speak it; the order is seen only from which length fits.
std::size_t short_length(Bytes bytes) {
  const std::size_t little = le16(bytes, 2), big = be16(bytes, 2);
  if (short_header + little == bytes.size()) return little;
  if (short_header + big == bytes.size()) return big;
  return little <= longest ? little : big;
}

std::size_t frame_size(Bytes bytes) {  // 0: more octets are needed; longest + 1 and more: none
  if (bytes.size() < short_header) return 0;
  if (is_tick(bytes)) return tick_bytes;
  return is_short(bytes) ? short_header + short_length(bytes) : long_header + le16(bytes, 4);
}

bool on_port(const Context& context) {
  for (const PortHint& hint : ports)
    if (hint.port == context.client_port || hint.port == context.server_port) return true;
  return false;
}

Bytes until_zero(Bytes text) {
  std::size_t size = 0;
  while (size < text.size() && text[size] != 0) ++size;
  return text.first(size);
}

Bytes fixed_text(Bytes message, std::size_t at) {
  if (message.size() < at + text_bytes) return {};
  const Bytes text = until_zero(message.subspan(at, text_bytes));
  for (std::uint8_t octet : text)
    if (octet < 0x20 || octet >= 0x7f) return {};
  return text;
}

void identity(Bytes message, Pen& out, Output& output) {
  const Bytes name = fixed_text(message, os_name_at), type = fixed_text(message, os_type_at),
              product = fixed_text(message, product_at);
  if (!name.empty()) out.set<"os_name">(name);
  if (!type.empty()) out.set<"os_type">(type);
  if (!product.empty()) out.set<"product">(product);
  output.tell(Trait::model, product);
  output.tell(Trait::description, name);
}

Verb shell_verb(Bytes command) {
  const std::string_view text = text_of(command);
  if (text.starts_with("startprg")) return Verb::start;
  if (text.starts_with("stopprg")) return Verb::stop;
  if (text.starts_with("resetprg")) return Verb::reset;
  return Verb::diagnose;
}

// Of a request: the name of its file, or its command. Of services in doubt, nothing.
void name_object(std::uint8_t code, Bytes body, Pen& out, Operation& operation) {
  constexpr std::size_t upload_at = 3, download_at = 5, shell_at = 4;  // behind the service's code
  const std::size_t at = code == 0x31 ? upload_at : code == 0x2f ? download_at : code == 0x92 ? shell_at : body.size();
  if (at >= body.size()) return;
  const Bytes text = until_zero(body.subspan(at));
  if (text.empty()) return;
  for (std::uint8_t octet : text)
    if (octet < 0x20 || octet >= 0x7f) return;
  const bool shell = code == 0x92;
  if (shell) out.set<"shell_command">(text), operation.verb = shell_verb(text);
  else out.set<"file_name">(text);
  operation.object = {.space = static_cast<std::uint8_t>(shell ? Place::shell : Place::file), .count = 1, .text = text};
}

Fault decode(Bytes message, const Context& context, State, Output& output) {
  output.role = Role::event;
  if (message.size() < short_header || !plausible(message)) return fault(Wrong::truncated);
  Reader in{message};
  Pen out{output.record, in};
  out.set<"frame">(static_cast<std::uint16_t>(be16(message, 0)));
  if (is_tick(message)) {
    if (message.size() < tick_bytes) return fault(Wrong::truncated);
    output.operate(Verb::heartbeat).outcome = Outcome::one_way;
    return Fault::none;
  }
  const std::size_t header = is_short(message) ? short_header : long_header;
  const std::size_t size = frame_size(message);
  if (size > message.size() || size == header) return fault(Wrong::truncated);
  const std::size_t length = size - header;
  out.set<"length">(static_cast<std::uint16_t>(length));
  const std::uint8_t code = message[header];
  out.set<"service">(code);
  const bool answer = context.direction == Direction::to_client;
  output.role = answer ? Role::answer : Role::request;
  const Service* row = service_row(code);
  Operation& operation = output.operate(row ? row->verb : Verb::other);
  operation.function = code;
  const Bytes body = message.subspan(header + 1, length - 1);
  if (!body.empty()) out.set<"data">(body);
  if (answer) {
    operation.outcome = Outcome::ok;
    if (is_short(message)) identity(message, out, output);
  } else {
    name_object(code, body, out, operation);
  }
  if (!is_short(message) && message[20] == 0x23 && le16(message, 21) != length) return fault(Wrong::length);
  return Fault::none;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp || !plausible(bytes)) return Identity::no;
  const std::size_t size = frame_size(bytes);
  if (size == 0) return Identity::unsure;
  if (size > longest) return Identity::no;
  if (on_port(context)) return Identity::yes;
  // Elsewhere only the login every session starts with: one octet, service 1.
  constexpr std::uint8_t little[] = {0xbb, 0xbb, 1, 0, 0, 0, 1}, big[] = {0xbb, 0xbb, 0, 1, 0, 0, 1};
  if (bytes.size() < sizeof little) return Identity::unsure;
  const bool login = std::equal(std::begin(little), std::end(little), bytes.begin(), bytes.end()) ||
                     std::equal(std::begin(big), std::end(big), bytes.begin(), bytes.end());
  return login ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) {
  if (!plausible(bytes)) return Frame::lost();
  const std::size_t size = frame_size(bytes);
  if (size == 0) return Frame::need(short_header);
  if (size > longest) return Frame::lost();
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + short_header < bytes.size(); ++at) {
    const Bytes rest = bytes.subspan(at);
    if (plausible(rest) && frame_size(rest) == rest.size()) return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < short_header || !plausible(bytes) || !is_short(bytes)) return End::unknown;
  const bool named = bytes.size() > short_header && bytes[short_header] == 1 && bytes.size() == short_header + 1;
  if (named) return End::client;
  return bytes.size() >= product_at + text_bytes && !fixed_text(bytes, os_name_at).empty() ? End::server : End::unknown;
}

void notation(const Object& object, std::string& out) {
  constexpr std::size_t most_text = 128;
  out += text_of(object.text.first(std::min(object.text.size(), most_text)));
}

}  // namespace

const Protocol protocol = {
    .name = "codesys_v2",
    .label = {"CODESYS V2", "CODESYS V2"},
    .doc = "Identifies controllers with the older CODESYS runtime, moves their files and types into their shell.",
    .message = &schema,
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "service",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::codesys_v2
