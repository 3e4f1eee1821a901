#include "parsers/wire/dcerpc.h"

namespace langyan::wire {
namespace {

constexpr std::uint8_t datagram_version = 4, connection_version = 5, last_minor = 1;
constexpr std::size_t security_trailer_bytes = 8;  // [RPCE] 2.2.2.11

// [C706] 14.1: integers in the upper half, characters (ASCII or EBCDIC) in the lower; floating point.
bool known_representation(std::uint8_t first, std::uint8_t second) {
  return (first >> 4) <= 1 && (first & 15) <= 1 && second <= 3;
}

}  // namespace

std::uint64_t Uuid::second_half() const {
  std::uint64_t value = 0;
  for (std::uint8_t octet : rest) value = value << 8 | octet;
  return value;
}

void write_uuid(const Uuid& uuid, std::span<std::uint8_t, uuid_text_bytes> out) {
  std::size_t at = 0;
  const auto digits = [&](std::uint64_t value, int count) {
    for (int i = count; i-- > 0;) out[at++] = static_cast<std::uint8_t>("0123456789abcdef"[value >> i * 4 & 15]);
  };
  digits(uuid.low, 8), out[at++] = '-';
  digits(uuid.middle, 4), out[at++] = '-';
  digits(uuid.high, 4), out[at++] = '-';
  digits(uuid.second_half() >> 48, 4), out[at++] = '-';
  digits(uuid.second_half() & 0xffff'ffff'ffff, 12);
}

Uuid Ndr::uuid() {
  Uuid result;
  result.low = u32(), result.middle = u16(), result.high = u16();
  const Bytes rest = in_.take(8);
  for (std::size_t i = 0; i < rest.size(); ++i) result.rest[i] = rest[i];
  return result;
}

Datagram read_datagram(Bytes octets) {
  Datagram result;
  if (octets.size() < datagram_header_bytes || octets[0] != datagram_version) return result;
  if (octets[1] > last_datagram_type || !known_representation(octets[4], octets[5])) return result;
  Reader in{octets};
  result.little = octets[4] >> 4;
  Ndr ndr{in, result.little};
  in.skip(1);
  result.type = static_cast<RpcType>(in.u8());
  result.flags = in.u8();
  in.skip(5);  // second flags, data representation, upper half of the serial number
  result.object = ndr.uuid(), result.interface = ndr.uuid(), result.activity = ndr.uuid();
  result.boot_time = ndr.u32(), result.interface_version = ndr.u32(), result.sequence = ndr.u32();
  result.opnum = ndr.u16();
  in.skip(4);  // hints
  const std::uint16_t length = ndr.u16();
  result.fragment = ndr.u16();
  result.auth = in.u8();
  in.skip(1);
  result.sound = in.ok();
  result.whole = length <= in.left();
  result.body = in.take(std::min<std::size_t>(length, in.left()));
  return result;
}

std::size_t fragment_size(Bytes octets) {
  if (octets[0] != connection_version || octets[1] > last_minor || octets[2] > last_connection_type) return 0;
  if (!known_representation(octets[4], octets[5]) || octets[6] || octets[7]) return 0;
  const bool little = octets[4] >> 4;
  const std::size_t size = little ? octets[9] << 8 | octets[8] : octets[8] << 8 | octets[9];
  const std::size_t auth = little ? octets[11] << 8 | octets[10] : octets[10] << 8 | octets[11];
  const std::size_t trailer = auth ? auth + security_trailer_bytes : 0;
  return size >= connection_header_bytes + trailer ? size : 0;
}

Fragment read_fragment(Bytes octets) {
  Fragment result;
  if (octets.size() < connection_header_bytes || fragment_size(octets) != octets.size()) return result;
  Reader in{octets};
  result.little = octets[4] >> 4;
  Ndr ndr{in, result.little};
  in.skip(2);
  result.type = static_cast<RpcType>(in.u8());
  result.flags = in.u8();
  in.skip(4);
  result.length = ndr.u16(), result.auth_length = ndr.u16(), result.call = ndr.u32();
  if (result.auth_length == 0) {
    result.body = in.rest();
    result.sound = in.ok();
    return result;
  }
  result.body = in.take(in.left() - security_trailer_bytes - result.auth_length);
  result.auth_type = in.u8(), result.auth_level = in.u8();
  const std::size_t pad = in.u8();
  in.skip(5);
  result.auth = in.rest();
  result.sound = in.ok() && pad <= result.body.size();
  if (result.sound) result.body = result.body.first(result.body.size() - pad);
  return result;
}

RpcCall read_call(const Fragment& fragment) {
  Reader in{fragment.body};
  Ndr ndr{in, fragment.little};
  RpcCall result;
  result.hint = ndr.u32(), result.context = ndr.u16(), result.opnum = ndr.u16();
  if (fragment.flags & pfc_object) result.object = ndr.uuid();
  result.sound = in.ok();
  result.stub = in.rest();
  return result;
}

RpcReply read_reply(const Fragment& fragment) {
  Reader in{fragment.body};
  Ndr ndr{in, fragment.little};
  RpcReply result;
  result.hint = ndr.u32(), result.context = ndr.u16();
  in.skip(2);  // cancel count
  if (fragment.type == RpcType::fault) result.status = ndr.u32();
  result.sound = in.ok();
  result.stub = in.rest();
  return result;
}

}  // namespace langyan::wire
