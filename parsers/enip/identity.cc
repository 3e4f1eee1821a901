// The Identity object ([CIP] 5-2): who the device is, for the inventory of assets.
#include "parsers/enip/message.h"

namespace langyan::enip {
namespace {

const Reader fine{Bytes{}};

std::string_view word(std::span<const Name> names, std::uint32_t value) {
  for (const Name& each : names)
    if (each.value == value) return each.word;
  return {};
}

Bytes revision_text(Talk& talk, std::uint8_t major, std::uint8_t minor) {
  ShortText text;
  text << std::uint64_t{static_cast<std::uint8_t>(major & 0x7f)} << "." << std::uint64_t{minor};
  return text.in(talk.output.scratch);
}

void tell_vendor(Talk& talk, std::uint16_t vendor) {
  if (const auto name = word(vendor_names, vendor); !name.empty())
    return talk.output.tell(Trait::vendor, name, talk.unit);
  ShortText text;
  text << "CIP vendor " << std::uint64_t{vendor};
  talk.output.tell(Trait::vendor, text.in(talk.output.scratch), talk.unit);
}

void tell_serial(Talk& talk, std::uint32_t serial) {
  ShortText text;
  text.hex(serial, 8);
  talk.output.tell(Trait::serial, text.in(talk.output.scratch), talk.unit);
}

// Names are padded by some devices, with blanks or zeros.
Bytes trimmed(Bytes name) {
  while (!name.empty() && (name.back() == ' ' || name.back() == 0)) name = name.first(name.size() - 1);
  return name;
}

}  // namespace

// Vendor, device type, product code, revision, status, serial number, name; and in the
// encapsulation's item a state, which is the reader's.
void identity(Talk& talk, Reader& in, bool is_item) {
  const std::uint16_t vendor = in.le16(), type = in.le16(), product = in.le16();
  const std::uint8_t major = in.u8(), minor = in.u8();
  const std::uint16_t status = in.le16();
  const std::uint32_t serial = in.le32();
  const Bytes name = in.take(in.u8());
  if (!in.ok()) return talk.blame(Wrong::truncated);
  const Bytes revision = revision_text(talk, major, minor);
  if (!is_item) {
    Pen pen{talk.output.record, fine};
    pen.set<"vendor_id">(vendor);
    pen.set<"device_type">(type);
    pen.set<"product_code">(product);
    pen.set<"revision">(revision);
    pen.set<"device_status">(status);
    pen.set<"serial_number">(serial);
    pen.set<"product_name">(name);
  }
  tell_vendor(talk, vendor);
  talk.output.tell(Trait::model, trimmed(name), talk.unit);
  talk.output.tell(Trait::firmware, revision, talk.unit);
  tell_serial(talk, serial);
  talk.output.tell(Trait::role, word(device_type_names, type), talk.unit);
}

std::size_t identity_attribute_size(std::uint32_t attribute, Bytes rest) {
  std::size_t size = 0;
  switch (attribute) {
    case 1: case 2: case 3: case 4: case 5: case 9: size = 2; break;
    case 6: size = 4; break;
    case 7: size = rest.empty() ? 0 : 1 + rest[0]; break;
    case 8: size = 1; break;
    default: break;
  }
  return size <= rest.size() ? size : 0;
}

void identity_attribute(Talk& talk, std::uint32_t attribute, Bytes value) {
  const std::size_t size = identity_attribute_size(attribute, value);
  if (size == 0 || size != value.size()) return;
  switch (attribute) {
    case 1: return tell_vendor(talk, le16(value, 0));
    case 2: return talk.output.tell(Trait::role, word(device_type_names, le16(value, 0)), talk.unit);
    case 4: return talk.output.tell(Trait::firmware, revision_text(talk, value[0], value[1]), talk.unit);
    case 6: return tell_serial(talk, le32(value, 0));
    case 7: return talk.output.tell(Trait::model, trimmed(value.subspan(1)), talk.unit);
    default: return;
  }
}

}  // namespace langyan::enip
