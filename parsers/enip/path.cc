#include "parsers/enip/path.h"

#include <charconv>

#include "parsers/enip/table.h"

namespace langyan::enip {

ShortText& ShortText::operator<<(std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  return *this << std::string_view(digits, static_cast<std::size_t>(end - digits));
}

ShortText& ShortText::hex(std::uint64_t number, int least_digits) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, number, 16).ptr;
  const auto size = static_cast<int>(end - digits);
  for (int i = size; i < least_digits; ++i) *this << "0";
  return *this << std::string_view(digits, static_cast<std::size_t>(size));
}

ShortText& ShortText::name(Bytes octets) {
  for (std::uint8_t octet : octets) {
    const char c = octet >= 0x20 && octet < 0x7f ? static_cast<char>(octet) : '?';
    *this << std::string_view(&c, 1);
  }
  return *this;
}

namespace {

enum Segment : std::uint8_t { port, logical, network, symbolic, data };                        // bits 7 to 5
enum Logical : std::uint8_t { class_id, instance_id, member_id, connection_point, attribute_id,  // bits 4 to 2
                              special, service_id, extended };
constexpr std::uint8_t ansi_symbol = 0x91, extended_port = 15, electronic_key = 0x34;

// Hops make one number an engineer can read back: 1000 times the port plus the address; a route of
// several hops has their number and the address before the last above that.
void hop(Path& path, std::uint32_t number, std::uint32_t address) {
  const std::uint32_t before = path.unit % 1000;
  const std::uint32_t hops = path.unit ? path.unit / 100'000 % 10 + 1 : 0;
  path.unit = (number % 100) * 1000 + address % 1000;
  if (hops) path.unit += std::min<std::uint32_t>(hops, 9) * 100'000 + before * 1'000'000;
}

// A link address in text is an IP address as a rule; its last number stands for it.
std::uint32_t last_number(Bytes text) {
  std::uint32_t number = 0;
  for (std::uint8_t octet : text) {
    if (octet < '0' || octet > '9') number = 0;
    else number = (number * 10 + (octet - '0')) % 100'000;
  }
  return number;
}

void read_port(Reader& in, std::uint8_t head, Path& path) {
  const bool has_size = head & 0x10;
  std::uint32_t number = head & 0x0f;
  const std::uint8_t size = has_size ? in.u8() : 1;
  if (number == extended_port) number = in.le16();
  const Bytes address = in.take(size);
  if (has_size && size % 2) in.skip(1);  // to an even number of octets
  if (number == 0) return in.skip(in.left() + 1);  // reserved
  if (!in.ok()) return;
  if (!path.route.empty()) path.route << ",";
  path.route << number << "/";
  if (has_size) path.route.name(address);
  else path.route << std::uint64_t{address[0]};
  hop(path, number, has_size ? last_number(address) : address[0]);
}

void member(Path& path, std::uint32_t value) {
  ++path.members;
  ShortText& text = path.named ? path.tag : path.whole;
  text << "[" << value << "]";
}

void read_key(Reader& in, Path& path) {
  const std::uint8_t format = in.u8();
  if (format != 4 && format != 5) return in.skip(in.left() + 1);
  const std::uint16_t vendor = in.le16(), type = in.le16(), product = in.le16();
  in.skip(2);                    // revision
  if (format == 5) in.skip(4);   // serial number
  if (in.ok()) path.key = {true, vendor, type, product};
}

void read_logical(Reader& in, std::uint8_t head, Path& path) {
  const auto kind = static_cast<Logical>(head >> 2 & 7);
  if (kind == special) {
    if (head == electronic_key) return read_key(in, path);
    return in.skip(in.left() + 1);
  }
  if (kind == extended) in.skip(1);  // which one; its value follows
  std::uint32_t value = 0;
  switch (head & 3) {
    case 0: value = in.u8(); break;
    case 1: if (kind != extended) in.skip(1); value = in.le16(); break;
    case 2: if (kind != extended) in.skip(1); value = in.le32(); break;
    default: in.skip(in.left() + 1);
  }
  if (kind == extended && (head & 3) == 0) in.skip(1);
  if (!in.ok()) return;
  switch (kind) {
    case class_id:
      if (!path.whole.empty()) path.whole << " ";
      path.whole << "class 0x";
      path.whole.hex(value);
      if (path.has_class && path.classes == 1) path.outer_class = path.object_class;
      path.object_class = value, path.has_class = true, path.has_instance = path.has_attribute = false;
      ++path.classes;
      return;
    case instance_id:
      path.whole << (path.whole.empty() ? "instance " : " instance ") << value;
      // A connection path names configuration, consumed and produced instances after one class.
      if (path.has_instance && path.points < 3) path.point[path.points++] = value;
      else path.instance = value, path.has_instance = true;
      return;
    case attribute_id:
      path.whole << (path.whole.empty() ? "attribute " : " attribute ") << value;
      path.attribute = value, path.has_attribute = true;
      return;
    case connection_point:
      path.whole << (path.whole.empty() ? "point " : " point ") << value;
      if (path.points < 3) path.point[path.points++] = value;
      return;
    case member_id: case extended: return member(path, value);
    default: return;
  }
}

void symbol(Path& path, Bytes name) {
  if (path.named) path.tag << ".";
  path.tag.name(name);
  path.name = name;
  ++path.named;
}

void read_data(Reader& in, std::uint8_t head, Path& path) {
  if (head != ansi_symbol) return in.skip(in.u8() * 2u);
  const std::uint8_t size = in.u8();
  const Bytes name = in.take(size);
  if (size % 2) in.skip(1);
  if (in.ok()) symbol(path, name);
}

void read_symbolic(Reader& in, std::uint8_t head, Path& path) {
  const std::size_t size = head & 31;
  if (size == 0) return in.skip(in.left() + 1);  // extended strings: nothing is known to send them
  const Bytes name = in.take(size);
  if (size % 2 == 0) in.skip(1);
  if (in.ok()) symbol(path, name);
}

}  // namespace

Path read_path(Bytes octets) {
  Path path;
  Reader in{octets};
  for (std::size_t i = 0; i < most_segments && in.ok() && in.left() > 0; ++i) {
    const std::uint8_t head = in.u8();
    switch (static_cast<Segment>(head >> 5)) {
      case port: read_port(in, head, path); break;
      case logical: read_logical(in, head, path); break;
      case network: in.skip(head & 0x10 ? in.u8() * 2u : 1u); break;
      case symbolic: read_symbolic(in, head, path); break;
      case data: read_data(in, head, path); break;
      default: in.skip(in.left() + 1);  // data types are no addresses
    }
  }
  path.sound = in.ok() && in.left() == 0;
  return path;
}

}  // namespace langyan::enip
