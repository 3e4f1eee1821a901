// Values ([DRV] PValue, S7p; [WS] item_datatype_names): flags, a type, then one element or several.
#include <bit>

#include "parsers/s7comm_plus/pdu.h"

namespace langyan::s7comm_plus {
namespace {

constexpr std::uint8_t flag_array = 0x10, flag_address_array = 0x20, flag_sparse_array = 0x40;

enum Type : std::uint8_t {
  type_null = 0x00,
  type_bool = 0x01,
  type_usint = 0x02,
  type_uint = 0x03,
  type_udint = 0x04,
  type_ulint = 0x05,
  type_sint = 0x06,
  type_int = 0x07,
  type_dint = 0x08,
  type_lint = 0x09,
  type_byte = 0x0a,
  type_word = 0x0b,
  type_dword = 0x0c,
  type_lword = 0x0d,
  type_real = 0x0e,
  type_lreal = 0x0f,
  type_timestamp = 0x10,
  type_timespan = 0x11,
  type_rid = 0x12,
  type_aid = 0x13,
  type_blob = 0x14,
  type_text = 0x15,
  type_variant = 0x16,
  type_struct = 0x17,
  type_s7string = 0x19,
};

// System data types come packed: [DRV] ValueStruct.
bool is_packed(std::uint32_t id) {
  return (id > 0x90000000 && id < 0x9fffffff) || (id > 0x02000000 && id < 0x02ffffff);
}
constexpr std::uint32_t packed_two_counts = 1 << 10;

bool refuse(Pdu& pdu) {
  pdu.blame(Wrong::value);
  pdu.opaque = true;
  return false;
}

bool read_struct(Pdu& pdu, Datum& datum, unsigned depth) {
  Reader& in = pdu.in;
  const std::uint32_t id = in.be32();
  if (is_packed(id)) {
    in.skip(8);  // when the type was last changed
    const std::uint32_t flags = read_number(in);
    std::uint32_t size = read_number(in);
    if (flags & packed_two_counts) size = read_number(in);
    datum.value = Value::of_run(Value::Kind::bytes, in.take(size));
    return in.ok();
  }
  while (in.ok()) {
    const std::uint32_t member = read_number(in);
    if (member == 0 || !in.ok()) break;
    Datum inner;
    if (!read_value(pdu, inner, depth + 1)) return false;
    note_attribute(pdu, member, inner);
  }
  return in.ok();
}

// [DRV] ValueBlob: with an id above 1 eight octets and a kind come first; one kind is of no known
// layout.
bool read_blob(Pdu& pdu, Datum& datum) {
  Reader& in = pdu.in;
  if (read_number(in) > 1) {
    in.skip(8);
    const std::uint8_t kind = in.u8();
    if (in.ok() && kind != 2 && kind != 3) {
      pdu.opaque = true;
      return false;
    }
  }
  const std::uint32_t size = read_number(in);
  datum.value = Value::of_run(Value::Kind::bytes, in.take(size));
  return in.ok();
}

bool read_element(Pdu& pdu, Datum& datum, unsigned depth) {
  Reader& in = pdu.in;
  switch (datum.type) {
    case type_null: return true;
    case type_bool: datum.value = Value::of_boolean(in.u8() != 0); break;
    case type_usint:
    case type_byte: datum.value = Value::of(in.u8()); break;
    case type_uint:
    case type_word: datum.value = Value::of(in.be16()); break;
    case type_udint:
    case type_aid:
    case type_s7string: datum.value = Value::of(read_number(in)); break;
    case type_ulint: datum.value = Value::of(read_long(in)); break;
    case type_sint: datum.value = Value::of_integer(static_cast<std::int8_t>(in.u8())); break;
    case type_int: datum.value = Value::of_integer(static_cast<std::int16_t>(in.be16())); break;
    case type_dint: datum.value = Value::of_integer(read_signed(in)); break;
    case type_lint:
    case type_timespan: datum.value = Value::of_integer(read_signed_long(in)); break;
    case type_dword:
    case type_rid: datum.value = Value::of(in.be32()); break;
    case type_lword:
    case type_timestamp: datum.value = Value::of(in.be64()); break;
    case type_real: datum.value = Value::of_real(in.be_f32()); break;
    case type_lreal: datum.value = Value::of_real(in.be_f64()); break;
    case type_text: datum.value = Value::of_run(Value::Kind::text, in.take(read_number(in))); break;
    case type_blob: return read_blob(pdu, datum);
    case type_struct: return read_struct(pdu, datum, depth);
    default: return refuse(pdu);
  }
  return in.ok();
}

// Elements in a row, each with a key where the array has gaps. Of octets the run is kept, of others
// only how many there are.
bool read_array(Pdu& pdu, Datum& datum, unsigned depth) {
  Reader& in = pdu.in;
  const bool sparse = datum.flags & flag_sparse_array;
  const std::uint32_t count = sparse ? 0 : read_number(in);
  datum.count = count;
  if (!in.ok()) return false;
  if (!sparse && (datum.type == type_byte || datum.type == type_usint)) {
    datum.value = Value::of_run(Value::Kind::bytes, in.take(count));
    return in.ok();
  }
  if (!sparse && datum.type == type_null) return true;
  for (std::uint32_t i = 0; (sparse || i < count) && in.ok(); ++i) {
    if (sparse && read_number(in) == 0) break;
    if (sparse) datum.count = i + 1;
    Datum element;
    element.type = datum.type;
    if (!read_element(pdu, element, depth)) return false;
  }
  return in.ok();
}

}  // namespace

std::uint32_t read_number(Reader& in) {
  std::uint32_t value = 0;
  for (int i = 0; i < 5; ++i) {
    const std::uint8_t octet = in.u8();
    value = value << 7 | (octet & 0x7f);
    if (!(octet & 0x80)) break;
  }
  return value;
}

std::int32_t read_signed(Reader& in) {
  std::uint32_t value = in.peek() & 0x40 ? ~0u : 0;
  for (int i = 0; i < 5; ++i) {
    const std::uint8_t octet = in.u8();
    value = value << 7 | (octet & 0x7f);
    if (!(octet & 0x80)) break;
  }
  return static_cast<std::int32_t>(value);
}

std::uint64_t read_long(Reader& in) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) {
    const std::uint8_t octet = in.u8();
    value = value << 7 | (octet & 0x7f);
    if (!(octet & 0x80)) return value;
  }
  return value << 8 | in.u8();
}

std::int64_t read_signed_long(Reader& in) {
  std::uint64_t value = in.peek() & 0x40 ? ~std::uint64_t{0} : 0;
  for (int i = 0; i < 8; ++i) {
    const std::uint8_t octet = in.u8();
    value = value << 7 | (octet & 0x7f);
    if (!(octet & 0x80)) return static_cast<std::int64_t>(value);
  }
  return static_cast<std::int64_t>(value << 8 | in.u8());
}

bool read_value(Pdu& pdu, Datum& datum, unsigned depth) {
  if (depth > most_depth) return refuse(pdu);
  datum.flags = pdu.in.u8();
  datum.type = pdu.in.u8();
  if (!pdu.in.ok()) return false;
  return datum.flags & (flag_array | flag_address_array | flag_sparse_array)
             ? read_array(pdu, datum, depth)
             : read_element(pdu, datum, depth);
}

void put_value(ItemPen pen, const Datum& datum) {
  pen.set<"value_type">(datum.type);
  if (datum.array()) pen.set<"element_count">(datum.count);
  switch (datum.value.kind) {
    case Value::Kind::number:
    case Value::Kind::integer:
    case Value::Kind::boolean:
      pen.set<"number">(static_cast<std::int64_t>(datum.value.number));
      break;
    case Value::Kind::real: pen.set<"real">(std::bit_cast<double>(datum.value.number)); break;
    case Value::Kind::text: pen.set<"text">(datum.value.run); break;
    case Value::Kind::bytes: pen.set<"octets">(datum.value.run); break;
    default: break;
  }
}

}  // namespace langyan::s7comm_plus
