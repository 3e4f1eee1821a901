// TRDP: what the devices of a train tell each other (doors, brakes, traction, displays), as cyclic
// process data and as message data with replies.
//
// [TCN] IEC 61375-2-3, annex A: Train Real-time Data Protocol
#include "parsers/trdp/trdp.h"

#include <array>

#include "base/json.h"
#include "parsers/trdp/table.h"

namespace langyan::trdp {
namespace {

using Pen = Fill<fields>;

const Type* type_row(std::uint16_t code) {
  for (const Type& row : types)
    if (row.code == code) return &row;
  return nullptr;
}

constexpr auto crc_table = [] {
  std::array<std::uint32_t, 256> made{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? value >> 1 ^ 0xedb88320 : value >> 1;
    made[i] = value;
  }
  return made;
}();

// [TCN] A.3: that of IEEE 802.3, sent with the lowest octet first.
bool checks(Bytes header) {
  std::uint32_t value = ~std::uint32_t{0};
  const std::size_t size = header.size() - 4;
  for (std::uint8_t octet : header.first(size)) value = crc_table[(value ^ octet) & 255] ^ value >> 8;
  Reader sent{header.subspan(size)};
  return sent.le32() == ~value;
}

std::uint16_t type_at(Bytes bytes) { return static_cast<std::uint16_t>(bytes[6] << 8 | bytes[7]); }
std::size_t header_size(const Type& type) { return type.process ? process_header_bytes : message_header_bytes; }
std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

// Sequence counter, version 1, a known type; 24 octets are there.
const Type* sound_header(Bytes bytes) {
  constexpr std::size_t length_at = 20;
  const Type* type = type_row(type_at(bytes));
  if (!type || bytes[4] != 1) return nullptr;
  Reader in{bytes.subspan(length_at)};
  return in.be32() <= (type->process ? longest_process : longest_message) ? type : nullptr;
}
constexpr std::size_t sound_bytes = 24;

std::size_t size_at(Bytes bytes, const Type& type) {
  Reader in{bytes.subspan(20)};
  return header_size(type) + padded(in.be32());
}

Bytes until_zero(Bytes text) {
  std::size_t size = 0;
  while (size < text.size() && text[size]) ++size;
  return text.first(size);
}

Fault decode(Bytes message, const Context&, State, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  out.set<"sequence_counter">(in.be32());
  in.skip(2);
  const std::uint16_t code = in.be16();
  out.set<"message_type">(code);
  const Type* type = type_row(code);
  const std::uint32_t com_id = in.be32();
  out.set<"com_id">(com_id);
  out.set<"etb_topology_counter">(in.be32());
  out.set<"operational_topology_counter">(in.be32());
  const std::uint32_t length = in.be32();
  out.set<"dataset_length">(length);
  if (!in.ok()) return fault(Wrong::truncated);
  if (!type) return fault(Wrong::type);
  std::int64_t status = 0;
  if (type->process) {
    in.skip(4);
    const std::uint32_t wanted = in.be32();
    in.skip(4);
    if (code == 0x5072) out.set<"reply_com_id">(wanted);
  } else {
    status = static_cast<std::int32_t>(in.be32());
    out.set<"reply_status">(status);
    Reader half = in;
    out.set<"session_number">(half.be64());
    out.set<"session_id">(in.take(16));
    in.skip(4);
    out.set<"source_uri">(until_zero(in.take(uri_bytes)));
    out.set<"destination_uri">(until_zero(in.take(uri_bytes)));
  }
  in.skip(4);
  if (!in.ok()) return fault(Wrong::truncated);
  const bool right = checks(message.first(header_size(*type)));
  const Bytes data = in.take(length);
  if (!in.ok()) return fault(Wrong::truncated);
  if (!data.empty()) out.set<"data">(data);
  if (!right) return fault(Wrong::checksum);  // a receiver drops it, so nothing was done
  const bool answers = code == reply || code == reply_confirm || code == error;
  if (code == request) output.role = Role::request;
  if (answers) output.role = Role::answer;
  Operation& operation = output.operate(type->verb);
  operation.function = code;
  operation.object = {0, 0, 0, com_id, 1, {}};
  const bool failed = code == error || status < 0;
  operation.outcome = failed            ? Outcome::refused
                      : answers         ? Outcome::ok
                      : code == request ? Outcome::pending
                                        : Outcome::one_way;
  if (failed) operation.code = static_cast<std::uint16_t>(-status);
  return Fault::none;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return Identity::no;
  const bool tcp = context.transport == Transport::tcp;
  if (bytes.size() >= 5 && bytes[4] != 1) return Identity::no;
  if (bytes.size() >= 8 && !type_row(type_at(bytes))) return Identity::no;
  if (bytes.size() < sound_bytes) return tcp ? Identity::unsure : Identity::no;
  const Type* type = sound_header(bytes);
  if (!type || (tcp && type->process)) return Identity::no;
  if (bytes.size() < header_size(*type)) return tcp ? Identity::unsure : Identity::no;
  const auto own = [&](std::uint16_t port) { return port == process_port || port == message_port; };
  return own(context.client_port) || own(context.server_port) || checks(bytes.first(header_size(*type))) ? Identity::yes
                                                                                                         : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Frame::message(bytes.size());
  if (bytes.size() < sound_bytes) return Frame::need(sound_bytes);
  const Type* type = sound_header(bytes);
  if (!type) return Frame::lost();
  const std::size_t size = size_at(bytes, *type);
  if (size > most_message_bytes) return Frame::skip(size);
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + sound_bytes <= bytes.size(); ++at)
    if (bytes[at + 4] == 1 && sound_header(bytes.subspan(at))) return at;
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (bytes.size() < 8) return End::unknown;
  switch (type_at(bytes)) {
    case 0x4d72: case 0x4d63: case 0x5072: return End::client;
    case 0x4d70: case 0x4d71: case 0x4d65: case 0x5070: return End::server;
    default: return End::unknown;
  }
}

void notation(const Object& object, std::string& out) { out += "comId ", append_number(out, object.address); }

}  // namespace

const Protocol protocol = {
    .name = "trdp",
    .label = {"TRDP", "TRDP"},
    .doc = "Carries process data and messages between the devices of a train.",
    .message = &schema,
    .items = {},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "message_type",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::trdp
