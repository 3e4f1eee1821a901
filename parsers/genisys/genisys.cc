// Genisys: a control office commands the interlockings of a railway, and they tell the state of signals,
// switches and tracks; over TCP through serial servers, octet by octet as on the line.
//
// [GEN] Union Switch & Signal, Genisys/Microlok serial link: message formats (SM 6800)
//
// A message is header, station, pairs of address and octet, CRC, terminator. Octets F0 to FF inside stand
// as F0 and their low half; some senders leave the CRC as it is. Polls and acknowledgements may go without CRC.
#include "parsers/genisys/genisys.h"

#include "base/json.h"
#include "parsers/genisys/table.h"
#include "parsers/wire/crc16.h"

namespace langyan::genisys {
namespace {

using Pen = Fill<fields>;

struct Memory {
  bool server_answers, client_answers;  // which end was seen to answer polls
  bool asked;                           // the master's last message is more than a poll
};

using Checksum = wire::Crc16<0x8005, 0xffff, wire::Bits::reflected>;

bool may_be_bare(Header header) {
  return header == Header::acknowledge || header == Header::poll || header == Header::acknowledge_and_poll;
}

// Undoes the escapes of what stands between header and terminator. False: an octet that may not stand there.
bool undo(Bytes body, std::span<std::uint8_t> out, std::size_t& size) {
  size = 0;
  for (std::size_t at = 0; at < body.size(); ++at) {
    std::uint8_t octet = body[at];
    const bool in_checksum = at + checksum_bytes >= body.size();
    if (octet == escape && at + 1 < body.size() && body[at + 1] <= 15) {
      octet = static_cast<std::uint8_t>(escape | body[++at]);
    } else if (octet >= escape && !in_checksum) {
      return false;
    }
    out[size++] = octet;
  }
  return true;
}

struct Content {
  Bytes data;
  std::uint8_t header = 0, station = 0;
};

// `area` has room for the whole message.
bool read(Bytes message, std::span<std::uint8_t> area, Content& content, Wrong& wrong) {
  wrong = Wrong::framing;
  if (message.size() < shortest_message || message.size() > area.size() || message.back() != terminator) return false;
  const Row* row = header_row(message[0]);
  if (!row) return false;
  area[0] = message[0];
  std::size_t size = 0;
  if (!undo(message.subspan(1, message.size() - 2), area.subspan(1), size) || size == 0) return false;
  content.header = area[0];
  content.station = area[1];
  if (size == 1) return may_be_bare(static_cast<Header>(content.header));
  if (size < 1 + checksum_bytes) return false;
  wrong = Wrong::checksum;
  const std::size_t sealed = 1 + size - checksum_bytes;  // header, station and data
  if (wire::crc16<Checksum>({area.data(), sealed}) != (area[sealed] | area[sealed + 1] << 8)) return false;
  content.data = Bytes{area.data() + 2, sealed - 2};
  return true;
}

bool on_port(const Context& context) {
  return context.client_port == ports[0].port || context.server_port == ports[0].port;
}

bool sealed(Bytes message) {  // with a CRC, and it holds
  std::array<std::uint8_t, longest_message> area;
  Content content;
  Wrong wrong;
  return message.size() > shortest_message && read(message, area, content, wrong) &&
         message.size() >= shortest_message + checksum_bytes;
}

// Size of the message with its terminator; 0: none ends here. A CRC left as it is may hold a terminator.
std::size_t size_of(Bytes bytes) {
  std::size_t at = 1;
  while (at < bytes.size() && at < longest_message && bytes[at] != terminator) ++at;
  if (at >= bytes.size() || at >= longest_message) return 0;
  const std::size_t size = at + 1;
  if (size <= shortest_message || sealed(bytes.first(size))) return size;
  for (std::size_t more = size + 1; more <= size + checksum_bytes && more <= bytes.size(); ++more)
    if (bytes[more - 1] == terminator && sealed(bytes.first(more))) return more;
  return size;
}

Fault decode(Bytes message, const Context& context, State bytes, Output& output) {
  Content content;
  Wrong wrong;
  const auto area = output.scratch.take(message.size());
  if (!read(message, area, content, wrong)) return fault(wrong);
  Reader in{message};
  Pen out{output.record, in};
  const Row& row = *header_row(content.header);
  out.set<"header">(content.header);
  out.set<"station">(content.station);
  if (!content.data.empty()) out.set<"data">(content.data);
  Memory& memory = state<Memory>(bytes);
  // Polls and what they bring stand for themselves, so that every indication is told with its octets.
  if (row.from_master) memory.asked = row.verb != Verb::heartbeat;
  output.role = !memory.asked ? Role::event : row.from_master ? Role::request : Role::answer;
  const Outcome outcome = !memory.asked ? Outcome::one_way : row.from_master ? Outcome::pending : Outcome::ok;
  const bool from_server = context.direction == Direction::to_client;
  bool& answers = from_server ? memory.server_answers : memory.client_answers;
  Fault found = row.from_master && answers ? fault(Wrong::direction) : Fault::none;
  if (!row.from_master) answers = true;
  std::uint16_t pairs = 0;
  for (std::size_t at = 0; at + 2 <= content.data.size(); at += 2) {
    const std::uint8_t address = content.data[at], octet = content.data[at + 1];
    ++pairs;
    if (address == mode_address) out.set<"mode">(octet);
    Operation& operation = output.operate(row.verb);
    operation.unit = content.station;
    operation.function = content.header;
    operation.object = {.address = address, .count = 1};
    operation.value = Value::of(octet);
    operation.outcome = outcome;
  }
  if (!content.data.empty()) out.set<"pairs">(pairs);
  if (content.data.size() % 2 != 0) return fault(Wrong::pairs);
  if (pairs > 0) return found;
  Operation& operation = output.operate(row.verb);
  operation.unit = content.station;
  operation.function = content.header;
  operation.outcome = outcome;
  return found;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp || !header_row(bytes[0])) return Identity::no;
  const std::size_t size = size_of(bytes);
  if (size == 0) return bytes.size() >= longest_message ? Identity::no : Identity::unsure;
  const Bytes message = bytes.first(size);
  if (sealed(message))
    return on_port(context) || bytes.size() == size || header_row(bytes[size]) ? Identity::yes : Identity::no;
  // A bare acknowledgement says little: on a foreign port a second message decides.
  if (size != shortest_message || !may_be_bare(static_cast<Header>(bytes[0])) || message[1] >= escape)
    return Identity::no;
  if (on_port(context)) return Identity::yes;
  return bytes.size() == size || header_row(bytes[size]) ? Identity::unsure : Identity::no;
}

Frame frame(Bytes bytes, const Context&) {
  if (bytes.empty()) return Frame::need();
  if (!header_row(bytes[0])) return Frame::lost();
  if (const std::size_t size = size_of(bytes)) return Frame::message(size);
  return bytes.size() >= longest_message ? Frame::lost() : Frame::need();
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at < bytes.size(); ++at)  // a header stands nowhere else, as F1 to FF are escaped
    if (header_row(bytes[at])) return at;
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  const Row* row = bytes.empty() ? nullptr : header_row(bytes[0]);
  return !row ? End::unknown : row->from_master ? End::client : End::server;
}

void notation(const Object& object, std::string& out) {
  out += "octet ";
  append_number(out, object.address);
}

}  // namespace

const Protocol protocol = {
    .name = "genisys",
    .label = {"Genisys", "Genisys"},
    .doc = "Commands railway interlockings and reports their state.",
    .message = &schema,
    .items = {},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "header",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::genisys
