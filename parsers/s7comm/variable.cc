#include "parsers/s7comm/variable.h"

#include <bit>

#include "base/json.h"
#include "parsers/s7comm/table.h"

namespace langyan::s7comm {
namespace {

Form form_of_data(std::uint8_t type, std::size_t size) {
  switch (type) {
    case 3: return size == 1 ? Form::bit : Form::raw;
    case 4: return size == 1 ? Form::octet : Form::raw;  // two octets may be two bytes or a word
    case 5: return size == 2 ? Form::integer : size == 4 ? Form::double_integer : Form::raw;
    case 6: return size == 4 ? Form::double_integer : Form::raw;
    case 7: return size == 4 ? Form::real : Form::raw;
    default: return Form::raw;
  }
}

Value single(Form form, Bytes octets) {
  Reader in{octets};
  switch (form) {
    case Form::bit: return Value::of_boolean(in.u8() & 1);
    case Form::octet: return Value::of(in.u8());
    case Form::word: return Value::of(in.be16());
    case Form::integer: return Value::of_integer(static_cast<std::int16_t>(in.be16()));
    case Form::double_word: return Value::of(in.be32());
    case Form::double_integer: return Value::of_integer(static_cast<std::int32_t>(in.be32()));
    case Form::real: return Value::of_real(in.be_f32());
    default: return {};
  }
}

// The letter of an element's width: X, B, W, D as in DB1.DBX0.0, MB1, IW2, QD4.
char width_letter(const Object& object) {
  if (object.width == type_bit) return 'X';
  switch (element_type(object.width).octets) {
    case 2: return 'W';
    case 4: return 'D';
    default: return 'B';
  }
}

void append_place(const Object& object, std::string_view letter, std::uint64_t bits,
                  std::string& out) {
  const char width = width_letter(object);
  out += letter;
  // Bits of the process image are written without a letter: I0.0, but DB1.DBX0.0.
  if (width != 'X' || letter == "DB" || letter == "DI") out += width;
  append_number(out, bits / 8);
  if (width == 'X') out += '.', append_number(out, bits % 8);
}

void append_variable(const Object& object, const Area& area, std::string& out) {
  const std::uint64_t count = object.count;
  if (area.counted) {
    out += area.letter, append_number(out, object.address);
    if (count > 1) out += "..", out += area.letter, append_number(out, object.address + count - 1);
    return;
  }
  if (area.place == Place::data_block || area.place == Place::instance_block) {
    out += area.letter, append_number(out, std::uint64_t{object.area}), out += '.';
  }
  append_place(object, area.letter, object.address, out);
  if (count < 2) return;
  const std::uint64_t step =
      object.width == type_bit ? 1 : std::uint64_t{element_type(object.width).octets} * 8;
  out += "..";
  append_place(object, area.letter, object.address + (count - 1) * step, out);
}

void append_hex(std::string& out, std::uint64_t value, int digits) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  while (--digits >= 0) out += alphabet[value >> (digits * 4) & 15];
}

void append_block(const Object& object, std::string& out) {
  for (const BlockType& row : block_types) {
    if (row.code != object.area) continue;
    out += row.letters, append_number(out, object.address);
    return;
  }
  out += "block ", append_hex(out, object.area, 2), out += ' ', append_number(out, object.address);
}

void append_nc(const Object& object, std::string& out) {
  out += "NC ", append_hex(out, object.area >> 8, 2), out += '.',
      append_hex(out, object.area & 0xff, 2);
  out += " column ", append_number(out, object.address >> 16);
  out += " row ", append_number(out, object.address & 0xffff);
}

void append_printable(Bytes octets, std::string& out) {
  constexpr std::size_t most = 64;
  for (std::uint8_t octet : octets.first(std::min(octets.size(), most))) {
    out += octet >= 0x20 && octet < 0x7f ? static_cast<char>(octet) : '?';
  }
}

}  // namespace

Value value_of(Form form, std::uint8_t data_type, Bytes octets) {
  if (octets.empty()) return {};
  if (form == Form::unknown) form = form_of_data(data_type, octets.size());
  const std::size_t size = form_bytes(form);
  if (form == Form::character) return Value::of_run(Value::Kind::text, octets);
  if (size == octets.size()) return single(form, octets);
  if (size == 2 && octets.size() % 2 == 0) return Value::of_run(Value::Kind::words, octets);
  return Value::of_run(Value::Kind::bytes, octets);
}

// STEP 7's way: "DB10.DBW4", "M10.2", "T5"; a range by its first and last element,
// "DB10.DBW4..DBW22"; blocks "OB1"; status lists by id and index, "SZL 0132/0004".
void notation(const Object& object, std::string& out) {
  for (const Area& area : areas)
    if (static_cast<Place>(object.space) == area.place) return append_variable(object, area, out);
  switch (static_cast<Place>(object.space)) {
    case Place::block: return append_block(object, out);
    case Place::status_list:
      out += "SZL ", append_hex(out, object.area, 4), out += '/',
          append_hex(out, object.address, 4);
      return;
    case Place::symbol:
      if (object.area) out += "DB", append_number(out, std::uint64_t{object.area}), out += ' ';
      out += "symbol ", append_hex(out, object.address, 8);
      return;
    case Place::numeric_control: return append_nc(object, out);
    case Place::partner: out += "R_ID ", append_hex(out, object.address, 8); return;
    case Place::alarm: out += "alarm ", append_hex(out, object.address, 8); return;
    default: return append_printable(object.text, out);
  }
}

}  // namespace langyan::s7comm
