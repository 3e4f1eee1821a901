// LonTalk over IP (CN/IP): the control networks of buildings joined over IP.
//
// [CNIP] ISO/IEC 14908-4 (EN 14908-4, ANSI/CTA-852), IP communication
#include "parsers/lontalk/lontalk.h"

#include "parsers/lontalk/table.h"

namespace langyan::lontalk {
namespace {

using Pen = Fill<fields>;

constexpr std::uint8_t version = 1;

const Packet* packet_row(std::uint8_t code) {
  for (const Packet& row : packets)
    if (row.code == code) return &row;
  return nullptr;
}

// [CNIP] 9.2: length, version, type, size of an extension in words, protocol, vendor, session,
// sequence, time.
Fault decode(Bytes message, const Context&, State, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  const std::uint16_t length = in.be16();
  out.set<"version">(in.u8());
  const std::uint8_t type = in.u8(), extension = in.u8();
  out.set<"packet_type">(type);
  out.set<"protocol_flags">(in.u8());
  out.set<"vendor_code">(in.be16());
  out.set<"session_id">(in.be32());
  out.set<"sequence_number">(in.be32());
  out.set<"time_stamp">(in.be32());
  in.skip(4u * extension);
  if (!in.ok()) return fault(Wrong::truncated);
  if (length != message.size()) return fault(Wrong::length);
  if (in.left() > 0) out.set<"data">(in.rest());
  const Packet* packet = packet_row(type);
  Operation& operation = output.operate(packet ? packet->verb : Verb::other);
  operation.function = type;
  operation.outcome = Outcome::one_way;
  return packet ? Fault::none : fault(Wrong::type);
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::udp || bytes.size() < header_bytes) return Identity::no;
  const auto own = [](std::uint16_t number) { return number == port || number == urgent_port; };
  if (!own(context.client_port) && !own(context.server_port)) return Identity::no;
  const std::size_t length = static_cast<std::size_t>(bytes[0] << 8 | bytes[1]);
  return length == bytes.size() && bytes[2] == version && packet_row(bytes[3]) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) { return Frame::message(bytes.size()); }
std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }

}  // namespace

const Protocol protocol = {
    .name = "lontalk",
    .label = {"LonTalk over IP", "LonTalk/IP"},
    .doc = "Joins the LonTalk control networks of buildings over IP.",
    .message = &schema,
    .items = {},
    .ports = ports,
    .spaces = {},
    .faults = faults,
    .function_field = "packet_type",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = nullptr,
};

}  // namespace langyan::lontalk
