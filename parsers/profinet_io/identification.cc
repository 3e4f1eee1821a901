// What stations and modules say of themselves: the I&M records and the endpoint mapper's annotation.
#include <algorithm>
#include <charconv>

#include "parsers/profinet_io/table.h"

namespace langyan::profinet_io {
namespace {

constexpr std::uint16_t first_im = 0xaff0, last_im = 0xaff3;
constexpr std::size_t order_bytes = 20, serial_bytes = 16, function_bytes = 32, location_bytes = 22, date_bytes = 16,
                      descriptor_bytes = 54;
// [10] 4.10.3.3: device type, order number, hardware and software revision, parted by blanks.
constexpr std::size_t annotation_bytes = 64, device_type_bytes = 25, annotation_order_bytes = 20, hardware_bytes = 5;

Bytes trimmed(Bytes text) {
  const auto is_blank = [](std::uint8_t octet) { return octet == ' ' || octet == 0; };
  while (!text.empty() && is_blank(text.back())) text = text.first(text.size() - 1);
  while (!text.empty() && is_blank(text.front())) text = text.subspan(1);
  return text;
}

// "V2.3.4" of a prefix and three numbers.
Bytes revision(Call& call, Bytes octets) {
  char text[16];
  std::size_t used = 0;
  if (octets[0] > ' ' && octets[0] < 127) text[used++] = static_cast<char>(octets[0]);
  for (std::size_t i = 1; i < 4; ++i) {
    if (i > 1) text[used++] = '.';
    used = static_cast<std::size_t>(std::to_chars(text + used, text + sizeof text, unsigned{octets[i]}).ptr - text);
  }
  return call.output.scratch.copy(bytes_of({text, used}));
}

Bytes number_text(Call& call, std::uint16_t number) {
  char text[8];
  const auto end = std::to_chars(text, text + sizeof text, unsigned{number}).ptr;
  return call.output.scratch.copy(bytes_of({text, static_cast<std::size_t>(end - text)}));
}

void im0(Call& call, const Access& access, Reader& in) {
  const std::uint16_t vendor = in.be16();
  const Bytes order = trimmed(in.take(order_bytes)), serial = trimmed(in.take(serial_bytes));
  const std::uint16_t hardware = in.be16();
  const Bytes software = in.take(4);
  in.skip(2);  // how often the records were written
  const std::uint16_t profile = in.be16();
  if (!in.ok()) return call.blame(Wrong::block_length);
  Pen out{call.output.record, in};
  const Bytes version = revision(call, software);
  out.set<"vendor_id">(vendor);
  out.set<"order_id">(order);
  out.set<"serial_number">(serial);
  out.set<"hardware_revision">(hardware);
  out.set<"software_revision">(version);
  out.set<"profile_id">(profile);
  const std::uint32_t unit = access.slot;  // slot 0 is the station itself
  call.output.tell(Trait::vendor, wire::profinet_vendor(vendor), unit);
  call.output.tell(Trait::order_number, order, unit);
  call.output.tell(Trait::serial, serial, unit);
  call.output.tell(Trait::hardware, number_text(call, hardware), unit);
  call.output.tell(Trait::firmware, version, unit);
}

void tags(Call& call, const Access& access, std::uint16_t type, Reader& in) {
  Pen out{call.output.record, in};
  const std::uint32_t unit = access.slot;
  if (type == block_im1) {
    const Bytes function = trimmed(in.take(function_bytes)), location = trimmed(in.take(location_bytes));
    out.set<"tag_function">(function);
    out.set<"tag_location">(location);
    if (in.ok() && call.answer)
      call.output.tell(Trait::location, location, unit), call.output.tell(Trait::description, function, unit);
  } else if (type == block_im2) {
    out.set<"installation_date">(trimmed(in.take(date_bytes)));
  } else {
    const Bytes words = trimmed(in.take(descriptor_bytes));
    out.set<"descriptor">(words);
    if (in.ok() && call.answer) call.output.tell(Trait::description, words, unit);
  }
  if (!in.ok()) call.blame(Wrong::block_length);
}

}  // namespace

void identification(Call& call, const Access& access, Bytes record) {
  if (access.index < first_im || access.index > last_im || record.empty()) return;
  Reader in{record};
  const std::uint16_t type = in.be16(), length = in.be16();
  Reader body = in.part(length);
  body.skip(2);  // version
  if (!in.ok() || !body.ok()) return call.blame(Wrong::block_length);
  if (type == block_im0) return im0(call, access, body);
  if (type >= block_im1 && type <= block_im3) tags(call, access, type, body);
}

// [C706] appendix O, ept_lookup: a handle, how many entries, and of each an object, a tower and an
// annotation. The first entry's is enough: all are of the same station.
void lookup(Call& call, bool little) {
  Reader& in = call.in;
  wire::Ndr ndr{in, little};
  Operation& operation = call.operate(call.service.verb);
  if (!call.answer) return;
  in.skip(20);  // entry handle
  const std::uint32_t count = ndr.u32();
  in.skip(12);  // size, offset and length of the array
  if (!in.ok()) return call.blame(Wrong::arguments);
  if (count == 0) return;
  in.skip(16 + 4);  // object, reference of the tower
  in.skip(4);       // offset of the annotation
  const std::uint32_t length = ndr.u32();
  const Bytes annotation = trimmed(in.take(std::min<std::size_t>(length, annotation_bytes)));
  if (!in.ok()) return call.blame(Wrong::arguments);
  Pen out{call.output.record, in};
  out.set<"annotation">(annotation);
  operation.value = Value::of_run(Value::Kind::text, annotation);
  if (annotation.size() < device_type_bytes + annotation_order_bytes + hardware_bytes + 3) return;
  Reader parts{annotation};
  call.output.tell(Trait::model, trimmed(parts.take(device_type_bytes)));
  parts.skip(1);
  call.output.tell(Trait::order_number, trimmed(parts.take(annotation_order_bytes)));
  parts.skip(1);
  call.output.tell(Trait::hardware, trimmed(parts.take(hardware_bytes)));
  parts.skip(1);
  call.output.tell(Trait::firmware, trimmed(parts.rest()));
}

}  // namespace langyan::profinet_io
