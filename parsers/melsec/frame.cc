// Where an MC or MELSOFT message starts and ends, whether a flow speaks it, who sends it, the notation.
#include <algorithm>

#include "base/json.h"
#include "parsers/melsec/table.h"

namespace langyan::melsec {
namespace {

std::uint16_t le16(Bytes bytes, std::size_t at) { return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8); }

bool on_port(const Context& context) {
  for (const PortHint& hint : ports)
    if (hint.transport == context.transport && (hint.port == context.client_port || hint.port == context.server_port))
      return true;
  return false;
}

int digit(std::uint8_t c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }
int hex(Bytes bytes, std::size_t at, std::size_t digits) {  // -1: no hexadecimal number
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const int one = digit(bytes[at + i]);
    if (one < 0) return -1;
    value = value << 4 | one;
  }
  return value;
}

bool is_module(int io) {
  return io == 0x3ff || (io >= 0x3d0 && io <= 0x3d3) || (io >= 0x3e0 && io <= 0x3e3) || (io >= 0 && io <= 0x1ff);
}

struct Shape {
  bool plausible = false;  // what is there fits
  std::size_t header = 0;  // octets to the length's end
  std::size_t size = 0;    // of the whole message; 0: not known yet
};

Shape binary(Bytes bytes) {
  const bool four = is_four_e(bytes);
  Shape shape{true, four ? header_4e : header_3e, 0};
  if (bytes.size() < shape.header) return shape;
  const std::size_t at = shape.header - 7;
  const std::size_t length = le16(bytes, at + 5);
  if (!is_module(le16(bytes, at + 2)) || (four && le16(bytes, 4) != 0) || length < 2 || length > longest_data)
    return {};
  if (!(bytes[0] & 0x80) && length < 6) return {};  // timer, command, subcommand
  shape.size = shape.header + length;
  return shape;
}

Shape ascii(Bytes bytes) {
  const bool four = bytes.size() > 1 && bytes[1] == '4';
  Shape shape{true, four ? text_4e : text_3e, 0};
  if (bytes.size() < shape.header) return shape;
  const std::size_t at = shape.header - 14;
  const int io = hex(bytes, at + 4, 4), length = hex(bytes, at + 10, 4);
  if (hex(bytes, at, 4) < 0 || !is_module(io) || hex(bytes, at + 8, 2) < 0 || length < 4) return {};
  if (bytes[0] == '5' && length < 12) return {};
  shape.size = shape.header + static_cast<std::size_t>(length);
  return shape;
}

Shape melsoft(Bytes bytes) {  // [MELSOFT] the same seventeen octets in every frame seen
  constexpr std::uint8_t fixed[] = {0, 0, 0, 0x11, 0x11};
  for (std::size_t i = 0; i < sizeof fixed && i + 2 < bytes.size(); ++i)
    if (bytes[i + 2] != fixed[i]) return {};
  Shape shape{true, melsoft_header, 0};
  if (bytes.size() < melsoft_header) return shape;
  const std::size_t length = le16(bytes, 19);
  if (length < 8 || length > longest_data) return {};
  shape.size = melsoft_header + length;
  return shape;
}

Shape shape_of(Bytes bytes) {
  switch (kind_of(bytes)) {
    case Kindof::binary: return binary(bytes);
    case Kindof::ascii: return ascii(bytes);
    case Kindof::melsoft: return melsoft(bytes);
    case Kindof::search: return {true, 4, bytes.size()};
    default: return {};
  }
}

std::uint32_t command_of(Bytes bytes, const Shape& shape) {  // of a request whose header is there
  if (kind_of(bytes) == Kindof::ascii) return static_cast<std::uint32_t>(std::max(hex(bytes, shape.header + 4, 4), 0));
  return le16(bytes, shape.header + 2);
}

// On a foreign port: a request with a known command, or an answer of the station connected to, whose
// lengths add up exactly.
bool convincing(Bytes bytes, const Shape& shape) {
  if (shape.size != bytes.size()) return false;
  const Kindof kind = kind_of(bytes);
  if (kind == Kindof::melsoft) return true;
  if (kind == Kindof::search) return false;
  const bool text = kind == Kindof::ascii;
  const bool answer = text ? bytes[0] == 'D' : bytes[0] & 0x80;
  if (!answer) return row_of(commands, command_of(bytes, shape));
  const std::size_t at = shape.header - (text ? 14 : 7);
  const bool own = text ? hex(bytes, at, 4) == 0x00ff && hex(bytes, at + 4, 4) == 0x3ff && hex(bytes, at + 8, 2) == 0
                        : bytes[at] == 0 && bytes[at + 1] == 0xff && le16(bytes, at + 2) == 0x3ff && bytes[at + 4] == 0;
  const int end = text ? hex(bytes, shape.header, 4) : le16(bytes, shape.header);
  return own && (end == 0 || end >= 0x4000);
}

bool is_1e(Bytes bytes) {  // [MC] 18: command, PC number, timer, head device, device code, points, zero
  constexpr std::size_t fixed = 12;
  if (bytes.size() < fixed || bytes[0] > 3 || bytes[1] != 0xff || bytes[fixed - 1] != 0) return false;
  const bool device = bytes[8] == 0x20 && (bytes[9] == 'D' || bytes[9] == 'M' || bytes[9] == 'X' || bytes[9] == 'Y' ||
                                           bytes[9] == 'R' || bytes[9] == 'S' || bytes[9] == 'W' || bytes[9] == 'B');
  if (!device) return false;
  const std::size_t points = bytes[10] ? bytes[10] : 256u;
  return bytes.size() == fixed + (bytes[0] == 2 ? (points + 1) / 2 : bytes[0] == 3 ? 2 * points : 0);
}

}  // namespace

bool is_four_e(Bytes bytes) { return (bytes[0] & 0x7f) == 0x54; }

Kindof kind_of(Bytes bytes) {
  if (bytes.empty()) return Kindof::none;
  const std::uint8_t first = bytes[0] & 0x7f;
  const auto next = [&](std::size_t at, std::uint8_t octet) { return at >= bytes.size() || bytes[at] == octet; };
  if ((first == 0x50 || first == 0x54) && next(1, 0)) return Kindof::binary;
  if (first == 0x57 && (next(1, 0) || next(1, 1))) return Kindof::melsoft;
  if (first == 0x5a && next(1, 0) && next(2, 0) && bytes.size() >= 4 && (bytes[0] == 0xda || bytes.size() == 4))
    return Kindof::search;
  if ((bytes[0] == '5' || bytes[0] == 'D') && (next(1, '0') || next(1, '4')) && next(2, '0') && next(3, '0'))
    return Kindof::ascii;
  return Kindof::none;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return Identity::no;
  if (context.client_port == cyclic_udp || context.server_port == cyclic_udp) return Identity::no;
  const bool own = on_port(context);
  if (own && is_1e(bytes)) return Identity::yes;
  const Shape shape = shape_of(bytes);
  if (!shape.plausible) return Identity::no;
  const bool udp = context.transport == Transport::udp;
  if (kind_of(bytes) == Kindof::search)
    return udp && (context.client_port == melsoft_udp || context.server_port == melsoft_udp) ? Identity::yes
                                                                                             : Identity::no;
  if (shape.size == 0 || (!udp && bytes.size() < shape.size)) return udp ? Identity::no : Identity::unsure;
  const bool request = kind_of(bytes) == Kindof::ascii ? bytes[0] == '5' : !(bytes[0] & 0x80);
  if (request && kind_of(bytes) != Kindof::melsoft && command_of(bytes, shape) == slmp_cyclic) return Identity::no;
  if (udp && shape.size != bytes.size()) return Identity::no;
  const Bytes one = bytes.first(std::min(bytes.size(), shape.size));
  return own || convincing(one, shape) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) {
  const Shape shape = shape_of(bytes);
  if (context.transport != Transport::tcp)
    return shape.size || bytes.size() > 1 ? Frame::message(bytes.size()) : Frame::lost();
  if (!shape.plausible) {  // only 1E frames have neither magic nor length: what came together is one
    const bool short_frame = !bytes.empty() && (bytes[0] & 0x7f) <= 3;
    return short_frame ? Frame::message(std::min(bytes.size(), most_message_bytes)) : Frame::lost();
  }
  if (shape.size == 0) return Frame::need(shape.header);
  return bytes.size() < shape.size ? Frame::need(shape.size) : Frame::message(shape.size);
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + header_3e <= bytes.size(); ++at) {
    const Bytes rest = bytes.subspan(at);
    const Kindof kind = kind_of(rest);
    if (kind == Kindof::none || kind == Kindof::search) continue;
    const Shape shape = shape_of(rest);
    if (shape.plausible && shape.size != 0 && shape.size <= rest.size() && convincing(rest.first(shape.size), shape))
      return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  switch (kind_of(bytes)) {
    case Kindof::ascii: return bytes[0] == 'D' ? End::server : End::client;
    case Kindof::binary: case Kindof::melsoft: case Kindof::search: return bytes[0] & 0x80 ? End::server : End::client;
    default: return is_1e(bytes) ? End::client : End::unknown;
  }
}

void notation(const Object& object, std::string& out) {
  constexpr std::size_t most_text = 128;
  if (!object.text.empty()) return void(out += text_of(object.text.first(std::min(object.text.size(), most_text))));
  if (static_cast<Place>(object.space) == Place::memory)
    return void(out += "memory "), append_number(out, object.address);
  const Device* device = device_row(object.width);
  const auto one = [&](std::uint64_t number) {
    if (device) out += device->text;
    else out += "device ", append_number(out, std::uint64_t{object.width}), out += ' ';
    if (!device || !device->hex) return append_number(out, number);
    constexpr char digits[] = "0123456789ABCDEF";
    int shift = 28;
    while (shift > 0 && !(number >> shift & 0xf)) shift -= 4;
    for (; shift >= 0; shift -= 4) out += digits[number >> shift & 0xf];
  };
  const std::uint64_t span = std::uint64_t{object.count} * std::max(object.area, 1u);  // area: bits an element covers
  one(object.address);
  if (span > 1) out += "..", one(object.address + span - 1);
}

}  // namespace langyan::melsec
