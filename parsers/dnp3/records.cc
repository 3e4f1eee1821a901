// Objects of DNP3 that are no points: files, device attributes, authentication, data sets.
#include "parsers/dnp3/fragment.h"

namespace langyan::dnp3 {
namespace {

using Pen = Fill<record_fields>;

constexpr std::uint32_t last_block_bit = 0x8000'0000;
constexpr std::uint16_t write_mode = 2;

enum AttributeType : std::uint8_t {  // [1815] A.1
  type_text = 1, type_unsigned = 2, type_integer = 3, type_real = 4, type_octets = 5, type_bits = 6, type_time = 7,
  type_unicode = 8, type_list = 254, type_long_list = 255,
};

Time dnp_time(Reader& in) {
  const std::uint64_t low = in.le32();
  return static_cast<Time>(low | std::uint64_t{in.le16()} << 32) * millisecond;
}

// A string of the object, placed by an offset from its start and a size.
Bytes placed(Bytes object, std::size_t offset, std::size_t size, Fragment& fragment) {
  if (size == 0) return {};
  if (offset > object.size() || size > object.size() - offset) return fragment.blame(Wrong::truncated), Bytes{};
  return object.subspan(offset, size);
}

Operation& operate_on_name(Fragment& fragment, Verb verb, Place place, Bytes name) {
  Operation& operation = fragment.operate(verb);
  operation.object.space = static_cast<std::uint8_t>(place);
  operation.object.text = name;
  return operation;
}

// The name under which the file was opened, where that was seen.
void operate_on_handle(Fragment& fragment, Verb verb, std::uint32_t handle) {
  const Memory& memory = fragment.memory;
  Operation& operation = fragment.operate(verb);
  operation.object.space = static_cast<std::uint8_t>(Place::file);
  if (memory.has_handle && memory.handle == handle && memory.name_size > 0) {
    operation.object.text = fragment.keep({memory.name, memory.name_size});
  } else {
    operation.object.address = handle, operation.object.count = 1;
  }
}

void remember_name(Memory& memory, Bytes name) {
  memory.name_size = static_cast<std::uint8_t>(name.size() <= most_file_name ? name.size() : 0);
  std::copy_n(name.begin(), memory.name_size, memory.name);
  memory.has_handle = false;
}

// Variations of group 70; [1815] A.27.
void file_credentials(Fragment& fragment, Bytes object, Reader& in, Pen& out) {
  const std::uint16_t user_at = in.le16(), user_size = in.le16(), secret_at = in.le16(), secret_size = in.le16();
  in.skip(4);
  if (!in.ok()) return;
  const Bytes user = placed(object, user_at, user_size, fragment);
  if (!user.empty()) out.set<"user_name">(user);
  in.rest();
  if (fragment.tells != Tells::asked) return;
  operate_on_name(fragment, Verb::auth, Place::authentication, fragment.keep(user));
  if (!placed(object, secret_at, secret_size, fragment).empty()) fragment.blame(Wrong::password);
}

void file_command(Fragment& fragment, Bytes object, Reader& in, Pen& out) {
  const std::uint16_t name_at = in.le16(), name_size = in.le16();
  out.set<"file_time">(dnp_time(in));
  out.set<"file_permissions">(in.le16());
  in.skip(4);
  const std::uint32_t size = in.le32();
  const std::uint16_t mode = in.le16();
  if (mode == write_mode) out.set<"file_size">(size);
  out.set<"file_mode">(mode);
  out.set<"block_size">(in.le16());
  out.set<"file_request">(in.le16());
  if (!in.ok()) return;
  const Bytes name = fragment.keep(placed(object, name_at, name_size, fragment));
  if (!name.empty()) out.set<"file_name">(name);
  in.rest();
  if (fragment.tells != Tells::asked || name.empty()) return;
  if (fragment.code == code_open_file) remember_name(fragment.memory, name);
  Operation& operation = operate_on_name(fragment, fragment.function->verb, Place::file, name);
  if (fragment.code == code_open_file && mode < std::size(file_mode_names)) {
    operation.value = Value::of_run(Value::Kind::text, fragment.keep(bytes_of(file_mode_names[mode].word)));
  }
}

void file_status(Fragment& fragment, Reader& in, Pen& out) {
  const std::uint32_t handle = in.le32();
  out.set<"file_handle">(handle);
  out.set<"file_size">(in.le32());
  out.set<"block_size">(in.le16());
  out.set<"file_request">(in.le16());
  const std::uint8_t status = in.u8();
  out.set<"file_status">(status);
  if (!in.ok()) return;
  in.rest();
  if (fragment.tells == Tells::asked) return operate_on_handle(fragment, fragment.function->verb, handle);
  if (fragment.tells != Tells::outcomes) return;
  if (fragment.asked_code == code_open_file && status == 0) {
    fragment.memory.handle = handle, fragment.memory.has_handle = true;
  }
  Operation& operation = fragment.operate(function_row(fragment.asked_code).verb);
  operation.outcome = status ? Outcome::refused : Outcome::ok;
  operation.code = status;
}

void file_block(Fragment& fragment, Reader& in, Pen& out, bool is_status) {
  const std::uint32_t handle = in.le32(), block = in.le32();
  out.set<"file_handle">(handle);
  out.set<"block_number">(block & ~last_block_bit);
  out.set<"last_block">((block & last_block_bit) != 0);
  if (is_status) {
    out.set<"file_status">(in.u8());
    in.rest();
    return;
  }
  out.set<"file_data">(in.rest());
  // Open and close tell of the transfer; where the open was not seen its first block does.
  const bool opened = fragment.memory.has_handle && fragment.memory.handle == handle;
  if (in.ok() && fragment.tells == Tells::asked && !opened && (block & ~last_block_bit) == 0) {
    operate_on_handle(fragment, Verb::file, handle);
  }
}

void file_descriptor(Fragment& fragment, Bytes object, Reader& in, Pen& out) {
  const std::uint16_t name_at = in.le16(), name_size = in.le16();
  out.set<"file_type">(in.le16());
  out.set<"file_size">(in.le32());
  out.set<"file_time">(dnp_time(in));
  out.set<"file_permissions">(in.le16());
  out.set<"file_request">(in.le16());
  if (!in.ok()) return;
  const Bytes name = fragment.keep(placed(object, name_at, name_size, fragment));
  if (!name.empty()) out.set<"file_name">(name);
  in.rest();
  if (fragment.tells == Tells::asked && !name.empty())
    operate_on_name(fragment, fragment.function->verb, Place::file, name);
}

void read_file(Fragment& fragment, std::uint8_t variation, Bytes object, Reader& in, Pen& out) {
  switch (variation) {
    case 2: return file_credentials(fragment, object, in, out);
    case 3: return file_command(fragment, object, in, out);
    case 4: return file_status(fragment, in, out);
    case 5: case 6: return file_block(fragment, in, out, variation == 6);
    case 7: return file_descriptor(fragment, object, in, out);
    case 8: {
      const Bytes name = fragment.keep(in.rest());
      if (name.empty()) return;
      out.set<"file_name">(name);
      if (fragment.tells == Tells::asked) operate_on_name(fragment, fragment.function->verb, Place::file, name);
      return;
    }
    default: return out.set<"octets">(in.rest());
  }
}

// A name in an authentication object: its size stands in the fixed part, the string follows that.
void user_name(Reader& in, Pen& out, std::size_t size) {
  const Bytes name = in.take(size);
  if (in.ok() && !name.empty()) out.set<"user_name">(name);
}

// Variations of group 120; [1815] A.45. Challenges, codes and keys are not kept apart.
void read_authentication(Fragment& fragment, std::uint8_t variation, Reader& in, Pen& out) {
  out.set<"auth_variation">(variation);
  const bool has_sequence = variation <= 7 && variation != 4;
  if (has_sequence || variation == 12 || variation == 13) out.set<"auth_sequence">(in.le32());
  if (variation <= 7 || variation == 12 || variation == 13) out.set<"user_number">(in.le16());
  switch (variation) {
    case 1:
      out.set<"mac_algorithm">(in.u8());
      out.set<"challenge_reason">(in.u8());
      break;
    case 5:
      out.set<"key_wrap">(in.u8());
      out.set<"key_status">(in.u8());
      out.set<"mac_algorithm">(in.u8());
      break;
    case 7: {
      out.set<"auth_association">(in.le16());
      const std::uint8_t error = in.u8();
      out.set<"auth_error">(error);
      in.skip(6);
      if (in.ok()) fragment.auth_error = error;
      const Bytes text = in.rest();
      if (!text.empty()) out.set<"auth_error_text">(text);
      break;
    }
    case 8: out.set<"key_change_method">(in.u8()); break;
    case 10: {
      out.set<"key_change_method">(in.u8());
      in.skip(1 + 4 + 2 + 2);  // operation, sequence number, role and its expiry
      const std::uint16_t name_size = in.le16();
      in.skip(4);  // lengths of key and certification
      user_name(in, out, name_size);
      break;
    }
    case 11: {
      out.set<"key_change_method">(in.u8());
      const std::uint16_t name_size = in.le16();
      in.skip(2);  // length of the challenge
      user_name(in, out, name_size);
      break;
    }
    default: break;
  }
  const Bytes rest = in.rest();
  if (!rest.empty()) out.set<"octets">(rest);
}

struct Known {
  std::uint8_t variation;
  Trait trait;
};
constexpr Known known_traits[] = {
    {242, Trait::firmware}, {243, Trait::hardware}, {245, Trait::location}, {246, Trait::description},
    {247, Trait::name},     {248, Trait::serial},   {250, Trait::model},    {252, Trait::vendor},
};

void attribute_number(AttributeType type, Bytes value, Pen& out) {
  Reader in{value};
  const std::size_t size = value.size();
  if (type == type_real) {
    if (size == 4) out.set<"attribute_value">(in.le_f32());
    if (size == 8) out.set<"attribute_value">(in.le_f64());
    return;
  }
  if (size == 0 || size > 8) return;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number |= std::uint64_t{value[i]} << 8 * i;
  if (type == type_integer && value[size - 1] & 0x80 && size < 8) number |= ~std::uint64_t{0} << 8 * size;
  out.set<"attribute_value">(type == type_integer ? static_cast<double>(static_cast<std::int64_t>(number))
                                                  : static_cast<double>(number));
}

}  // namespace

void read_record(Fragment& fragment, const Header& header, Bytes object) {
  Reader in{object};
  Pen pen{fragment.output.items.start(record_schema), in};
  if (header.group == group_file) {
    read_file(fragment, header.variation, object, in, pen);
  } else if (header.group == group_authentication) {
    read_authentication(fragment, header.variation, in, pen);
  } else {
    const Bytes octets = in.rest();
    if (!octets.empty()) pen.set<"octets">(octets);
    const bool applies = fragment.tells == Tells::asked && fragment.function->carries == Carries::objects;
    if (applies && header.group == group_application && !octets.empty()) {
      operate_on_name(fragment, fragment.function->verb, Place::application, fragment.keep(octets));
    } else if (applies) {
      operate_on(fragment, verb_of(fragment, header), header, 0, 1);
    }
  }
  fragment.output.items.emit();
  if (!in.ok()) fragment.blame(Wrong::truncated);
}

// Type, length, value; [1815] A.1. A list's length goes 256 further than its octet.
bool read_attribute(Fragment& fragment, const Header& header, std::uint32_t set, Reader& in) {
  Pen pen{fragment.output.items.start(record_schema), in};
  const auto type = static_cast<AttributeType>(in.u8());
  const std::size_t size = in.u8() + (type == type_long_list ? 256u : 0u);
  const Bytes value = in.take(size);
  if (!in.ok()) return false;
  pen.set<"attribute">(header.variation);
  pen.set<"attribute_set">(set);
  if (type == type_text || type == type_unicode) {
    if (!value.empty()) pen.set<"attribute_text">(value);
    for (const Known& known : known_traits) {
      if (known.variation == header.variation && set == 0 && !fragment.is_request()) {
        fragment.output.tell(known.trait, value, fragment.outstation);
      }
    }
  } else if (type == type_unsigned || type == type_integer || type == type_real) {
    attribute_number(type, value, pen);
  } else if (!value.empty()) {
    pen.set<"octets">(value);
  }
  fragment.output.items.emit();
  if (fragment.tells == Tells::asked) operate_on(fragment, verb_of(fragment, header), header, header.variation, 1);
  return true;
}

}  // namespace langyan::dnp3
