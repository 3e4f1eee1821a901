#include "parsers/wire/serial_asdu.h"

#include "parsers/wire/asdu.h"

namespace langyan::wire {
namespace {

constexpr std::uint8_t sequence_bit = 0x80, count_bits = 0x7f, cause_bits = 0x3f;
constexpr std::uint8_t broadcast_103 = 255;  // [103] 7.2.4
constexpr std::size_t sound_frames = 2;      // before a stream is believed
constexpr std::size_t sound_asdus_odd = 2;   // with a link address that is not of one octet

bool is_refusal(std::uint8_t cause) { return cause >= 44 && cause <= 47; }

// [101] 7.2.3 and the causes that 7.3 allows each type.
bool allowed(const asdu::Type& type, std::uint8_t cause) {
  if (type.code < 45)
    return (cause >= 1 && cause <= 3) || cause == 5 || cause == 11 || cause == 12 || (cause >= 20 && cause <= 41);
  if (type.code == 70) return cause == 4;
  if (is_refusal(cause)) return true;
  if (type.code >= 120) return cause == 13 || cause == 5 || cause == 3;
  if (type.code == 102) return cause == 5;
  if (type.code >= 110) return (cause >= 6 && cause <= 9) || (cause >= 20 && cause <= 36);
  return (cause >= 6 && cause <= 10) || (type.code == 103 && cause == 3);
}

bool is_zero(Bytes bytes) {
  for (std::uint8_t octet : bytes)
    if (octet) return false;
  return true;
}

bool fits(Bytes user, const Layout& layout) {
  const std::size_t header = layout.link + 2u + layout.cause + layout.common;
  if (user.size() < header + layout.ioa) return false;
  const asdu::Type* type = asdu::type_row(user[layout.link]);
  if (!type) return false;
  const std::uint8_t qualifier = user[layout.link + 1u];
  const std::size_t count = qualifier & count_bits;
  const bool sequence = qualifier & sequence_bit;
  const bool monitors = type->code < 45 || type->code == 126;
  if (count == 0 || (!monitors && (count != 1 || sequence))) return false;
  if (!allowed(*type, user[layout.link + 2u] & cause_bits)) return false;
  if (is_zero(user.subspan(header - layout.common, layout.common))) return false;  // [101] 7.2.4: not used
  const Bytes body = user.subspan(header);
  const bool of_station =
      type->code == 70 || type->code == 100 || type->code == 101 || (type->code >= 103 && type->code <= 107);
  if (of_station && !is_zero(body.first(layout.ioa))) return false;  // [101] 7.3.4: the address is 0
  std::size_t need = (sequence ? 1 : count) * layout.ioa + count * asdu::element_bytes(*type);
  if (type->code == 125 && body.size() >= need) need += body[need - 1];  // a segment says its length
  return body.size() == need;
}

// [103] 7.2.3: causes in monitor and in control direction.
bool is_cause_103(std::uint8_t cause, bool control) {
  if (control) return cause == 8 || cause == 9 || cause == 20 || cause == 31 || cause == 40 || cause == 42;
  return (cause >= 1 && cause <= 12) || cause == 20 || cause == 21 || cause == 31 || (cause >= 40 && cause <= 44);
}

bool is_type_103(std::uint8_t type, bool control) {
  if (control) return type == 6 || type == 7 || type == 10 || type == 20 || type == 21 || type == 24 || type == 25;
  return (type >= 1 && type <= 6) || (type >= 8 && type <= 11) || type == 23 || (type >= 26 && type <= 31);
}

// [103] 7.2.1.10, 7.2.1.16: `count` sets of identification, kind and what the descriptor promises.
std::size_t generic_bytes(Bytes body, std::size_t at, std::size_t count, std::size_t head) {
  for (std::size_t i = 0; i < count; ++i) {
    if (body.size() < at + head) return no_103;
    at += head + static_cast<std::size_t>(body[at + head - 2]) * (body[at + head - 1] & 0x7f);
  }
  return at <= body.size() ? at : no_103;
}

}  // namespace

std::uint64_t layouts_that_fit(Bytes user) {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < layout_count; ++i) mask |= std::uint64_t{fits(user, layout_at(i))} << i;
  return mask;
}

std::uint64_t layouts_of_link(std::size_t octets) {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < layout_count; ++i) mask |= std::uint64_t{layout_at(i).link == octets} << i;
  return mask;
}

std::size_t body_of_103(std::uint8_t type, std::uint8_t qualifier, Bytes body) {
  const std::size_t count = qualifier & count_bits;
  switch (type) {
    case 1: return 6;                          // DPI, CP32, SIN
    case 2: return 10;                         // DPI, RET, FAN, CP32, SIN
    case 3: case 9: return 2 * count;          // MEA
    case 4: return 12;                         // SCL, RET, FAN, CP32
    case 5: return 13;                         // COL, eight characters, four octets
    case 6: return 7;                          // CP56
    case 7: case 8: return 1;                  // SCN
    case 10: return body.size() < 2 ? no_103 : generic_bytes(body, 2, body[1] & 0x3f, 6);  // GIN, KOD, GDD
    case 11: return body.size() < 4 ? no_103 : generic_bytes(body, 4, body[3] & 0x3f, 4);  // KOD, GDD
    case 20: return 2;                         // DCO, RII
    case 21: return body.size() < 2 ? no_103 : 2 + 3u * body[1];                            // GIN, KOD
    case 23: return 10 * count;                // FAN, SOF, CP56
    case 24: case 25: case 31: return 5;       // TOO, TOV, FAN, ACC
    case 26: return 15;                        // TOV, FAN, NOF, NOC, NOE, INT, CP32
    case 27: return 17;                        // TOV, FAN, ACC, RPV, RSV, RFA
    case 28: return 4;                         // FAN
    case 29: return body.size() < 5 ? no_103 : 5 + 3u * body[2];                            // FAN, NOT, TAP, tags
    case 30: return body.size() < 8 ? no_103 : 8 + 2u * body[5];                            // TOV, FAN, ACC, NDV, NFE
    default: return no_103;
  }
}

bool fits_103(Bytes user, bool primary) {
  if (user.size() < header_103) return false;
  const std::uint8_t type = user[1], qualifier = user[2];
  const std::size_t count = qualifier & count_bits;
  if (!is_type_103(type, primary) || !is_cause_103(user[3], primary)) return false;
  if (user[4] != user[0] && user[4] != broadcast_103) return false;  // [103] 7.2.4: as the link address
  const bool many = type == 3 || type == 9 || type == 23;
  if (count != 1 && (!many || count == 0)) return false;
  const Bytes body = user.subspan(header_103);
  return body_of_103(type, qualifier, body) == body.size();
}

Spoken spoken(Bytes bytes, Transport transport) {
  if (transport == Transport::layer2) return Spoken::neither;
  std::uint64_t layouts = every_layout;
  std::size_t frames = 0, asdus = 0;
  bool is_103 = true;
  for (Bytes left = bytes; !left.empty();) {
    const Frame next = ft12_frame(left);
    if (next.kind == Frame::Kind::need) {
      if (transport == Transport::udp) return Spoken::neither;
      break;
    }
    if (next.kind != Frame::Kind::message) return Spoken::neither;
    const Ft12 frame = read_ft12(left.first(next.size));
    if (!frame.sound || !ft12_function_known(frame)) return Spoken::neither;
    left = left.subspan(next.size);
    if (frame.kind != Ft12::Kind::single) ++frames;
    if (frame.kind == Ft12::Kind::fixed) {
      layouts &= layouts_of_link(frame.address.size());
      is_103 = is_103 && frame.address.size() == 1;
    }
    if (frame.kind != Ft12::Kind::variable) continue;
    ++asdus;
    layouts &= layouts_that_fit(frame.user);
    is_103 = is_103 && fits_103(frame.user, frame.primary());
  }
  if (!layouts && !is_103) return Spoken::neither;
  if (asdus == 0 || (layouts && is_103)) return Spoken::unsure;
  const bool enough = frames >= sound_frames || transport == Transport::udp;
  if (is_103) return enough ? Spoken::iec103 : Spoken::maybe_103;
  return (enough && (layouts & layouts_of_link(1))) || asdus >= sound_asdus_odd ? Spoken::iec101 : Spoken::maybe_101;
}

}  // namespace langyan::wire
