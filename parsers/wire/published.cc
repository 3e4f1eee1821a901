#include "parsers/wire/published.h"

namespace langyan::wire {
namespace {

constexpr std::size_t header_bytes = 8;  // APPID, length, reserved 1, reserved 2; the length counts them
constexpr std::uint8_t simulation_bit = 0x80;
constexpr std::uint8_t unit_data[] = {0x01, 0x40};  // [905] 8: CLTP, length indicator 1, UD
constexpr std::uint8_t common_header = 0x80, signature_tag = 0x85;
constexpr std::uint8_t goose_session = 0xa1, sv_session = 0xa2;

Published on_layer2(Bytes octets) {
  Published made;
  Reader in{octets};
  made.appid = in.be16();
  const std::uint16_t length = in.be16();
  made.simulated = in.u8() & simulation_bit;
  in.skip(3);
  if (!in.ok() || length < header_bytes || length > octets.size()) return made;
  made.apdu = octets.subspan(header_bytes, length - header_bytes);
  made.sound = true;
  return made;
}

// [905] 8.2: session identifier and length, common header with lengths and keys, then payloads: type,
// simulation, APPID, length, PDU. Of several payloads the first is read.
Published over_udp(Bytes octets) {
  Published made;
  made.routed = true;
  Reader in{octets};
  in.skip(sizeof unit_data);
  made.session = in.u8();
  in.skip(1);
  if (in.u8() != common_header) return made;
  in.skip(1);
  in.skip(4);  // length of the SPDU
  made.spdu_number = in.be32();
  in.skip(2 + 4 + 2);  // version, time of the current key, time to the next
  made.security_algorithm = in.be16();
  in.skip(4);  // key
  in.skip(in.u8());  // initialisation vector
  const std::uint32_t payload = in.be32();
  in.skip(1);  // payload type
  made.simulated = in.u8() != 0;
  made.appid = in.be16();
  const std::uint16_t length = in.be16();
  if (!in.ok() || length > payload) return made;
  made.apdu = in.take(length);
  if (!in.ok()) return made;
  if (in.peek() == signature_tag) made.signature = in.rest();
  made.sound = true;
  return made;
}

}  // namespace

Published read_published(Bytes octets, Transport transport) {
  return transport == Transport::layer2 ? on_layer2(octets) : over_udp(octets);
}

bool is_routed(Bytes octets, std::uint8_t kind) {
  constexpr std::size_t least = 6;
  if (octets.size() < least || octets[0] != unit_data[0] || octets[1] != unit_data[1]) return false;
  return octets[2] == kind && (kind == goose_session || kind == sv_session) && octets[4] == common_header;
}

bool enter(Reader& in, ber::Tlv& value, bool& cut) {
  Reader whole = in;
  if (ber::next(whole, value)) return in = whole, true;
  ber::Head head;
  if (!ber::read_head(in, head)) return false;
  cut = true;
  value = {head.tag_class, head.constructed, head.indefinite, head.tag, in.rest(), {}};
  return true;
}

Given given_number(Bytes content) {
  const auto number = ber::to_unsigned(content);
  if (!number || *number > 0xffffffff) return {};
  return {static_cast<std::uint32_t>(*number), true};
}

Identity identify_published(Bytes bytes, const Context& context, std::uint16_t ethertype, std::uint8_t kind) {
  if (context.transport == Transport::layer2) return context.ethertype == ethertype ? Identity::yes : Identity::no;
  return context.transport == Transport::udp && is_routed(bytes, kind) ? Identity::yes : Identity::no;
}

}  // namespace langyan::wire
