// Variables by tag ([LOGIX]) and attributes of objects ([CIP] A-4): read, written, listed.
#include "parsers/enip/message.h"

namespace langyan::enip {
namespace {

const Reader fine{Bytes{}};
constexpr std::uint16_t string_handle = 0x0fce;  // of the type STRING ([LOGIX]): a length and 82 octets

std::size_t element_size(std::uint16_t type) {
  switch (type) {
    case 0xc1: case 0xc2: case 0xc6: case 0xd1: return 1;
    case 0xc3: case 0xc7: case 0xd2: return 2;
    case 0xc4: case 0xc8: case 0xca: case 0xd3: return 4;
    case 0xc5: case 0xc9: case 0xcb: case 0xd4: return 8;
    default: return 0;
  }
}

// One element as a number, several as octets; a STRING as text.
Value value_of(std::uint16_t type, std::uint16_t handle, Bytes octets) {
  Reader in{octets};
  if (octets.empty()) return {};
  if (type == structure_type && handle == string_handle && octets.size() >= 4 && le32(octets, 0) <= octets.size() - 4) {
    return Value::of_run(Value::Kind::text, octets.subspan(4, le32(octets, 0)));
  }
  if (octets.size() == element_size(type)) {
    switch (type) {
      case 0xc1: return Value::of_boolean(in.u8() != 0);
      case 0xc2: return Value::of_integer(static_cast<std::int8_t>(in.u8()));
      case 0xc3: return Value::of_integer(static_cast<std::int16_t>(in.le16()));
      case 0xc4: return Value::of_integer(static_cast<std::int32_t>(in.le32()));
      case 0xc5: return Value::of_integer(static_cast<std::int64_t>(in.le64()));
      case 0xc6: case 0xd1: return Value::of(in.u8());
      case 0xc7: case 0xd2: return Value::of(in.le16());
      case 0xc8: case 0xd3: return Value::of(in.le32());
      case 0xc9: case 0xd4: return Value::of(in.le64());
      case 0xca: return Value::of_real(in.le_f32());
      case 0xcb: return Value::of_real(in.le_f64());
      default: break;
    }
  }
  return Value::of_run(Value::Kind::bytes, octets);
}

// A type, of a structure with its handle.
std::uint16_t read_type(Service& one) {
  one.type = one.in.le16();
  const std::uint16_t handle = one.type == structure_type ? one.in.le16() : 0;
  one.has_type = one.in.ok();
  return handle;
}

void tag_request(Talk& talk, Service& one) {
  const Body body = one.function.body;
  const bool writes = body == Body::write_tag || body == Body::write_fragment;
  std::uint16_t handle = 0;
  if (body == Body::modify_tag) {  // a size, then as many octets to set and to keep
    const std::size_t size = one.in.le16();
    one.data = one.in.take(size * 2);
    if (!one.in.ok()) one.data = {};
  } else {
    if (writes) handle = read_type(one);
    one.count = one.in.le16(), one.has_count = one.in.ok();
    if (body == Body::read_fragment || body == Body::write_fragment) {
      one.offset = one.in.le32(), one.has_offset = one.in.ok();
    }
    if (writes && one.in.ok()) one.data = one.in.rest();
  }
  describe(talk, one);
  if (!one.in.ok()) return talk.blame(Wrong::truncated);
  // A fragment has what is left of the count; a whole write has all of it.
  const bool short_of = body == Body::write_tag && one.data.size() < element_size(one.type) * one.count;
  if (short_of) return talk.blame(Wrong::value);
  Operation& operation = perform(talk, one, one.count);
  const bool is_single = one.count == 1 && element_size(one.type) && one.data.size() > element_size(one.type);
  const Bytes value = is_single ? one.data.first(element_size(one.type)) : one.data;
  if (writes) operation.value = value_of(one.type, handle, value);
  else if (!value.empty()) operation.value = Value::of_run(Value::Kind::bytes, value);
}

}  // namespace

void tag_service(Talk& talk, Service& one) {
  if (talk.asks()) return tag_request(talk, one);
  const bool reads = one.function.body == Body::read_tag || one.function.body == Body::read_fragment;
  std::uint16_t handle = 0;
  if (reads && one.in.left() > 0) handle = read_type(one);
  one.data = one.in.rest();
  describe(talk, one);
  if (!one.in.ok()) return talk.blame(Wrong::truncated);
  Operation& operation = perform(talk, one);
  if (reads) operation.value = value_of(one.type, handle, one.data);
}

// [OBSERVED] Once a reader knows where its tags lie it reads the places: a number and a count; what
// type lies there only the list of tags says.
void data_table_service(Talk& talk, Service& one) {
  if (!talk.asks()) {
    one.data = one.in.rest();
    describe(talk, one);
    Operation& operation = perform(talk, one);
    if (!one.data.empty()) operation.value = Value::of_run(Value::Kind::bytes, one.data);
    return;
  }
  one.offset = one.in.le32(), one.has_offset = one.in.ok();
  one.count = one.in.le16(), one.has_count = one.in.ok();
  describe(talk, one);
  if (!one.in.ok()) return talk.blame(Wrong::truncated);
  Operation& operation = perform(talk, one);
  operation.object = {.space = static_cast<std::uint8_t>(Place::data_table), .address = one.offset, .count = one.count};
}

// The list of a controller's tags: instances with the attributes asked for, in that order.
void symbol_service(Talk& talk, Service& one) {
  one.data = one.in.rest();
  Reader in{one.data};
  if (talk.asks()) {
    const std::size_t count = in.le16();
    std::uint32_t wanted = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(count, 8) && in.ok(); ++i) {
      const std::uint16_t attribute = in.le16();
      wanted |= (attribute < 15 ? attribute : 15u) << 4 * i;
    }
    if (talk.note && !one.is_item && count <= 8 && in.ok()) talk.note->marks = wanted;
    describe(talk, one);
    if (!in.ok()) return talk.blame(Wrong::truncated);
    perform(talk, one);
    return;
  }
  describe(talk, one);
  perform(talk, one);
  if (!talk.asked || one.is_item || talk.asked->marks == 0) return;
  while (in.ok() && in.left() >= 4) {
    Fill<symbol_fields> pen{talk.output.items.start(symbol_schema), in};
    pen.set<"symbol_instance">(in.le32());
    for (std::uint32_t wanted = talk.asked->marks; wanted; wanted >>= 4) {
      switch (wanted & 15) {
        case 1: pen.set<"symbol_name">(in.take(in.le16())); break;
        case 2: pen.set<"symbol_type">(in.le16()); break;
        case 3: case 5: case 6: in.skip(4); break;   // address, object address, control word
        case 7: in.skip(2); break;                   // octets of an element
        case 8: in.skip(12); break;                  // three dimensions
        case 10: in.skip(1); break;                  // access from outside
        default: return;                             // a size that is not known
      }
    }
    if (!in.ok()) return;
    talk.output.items.emit();
  }
}

namespace {

void listed(Talk& talk, std::uint16_t attribute, const std::uint16_t* status, Bytes value) {
  Fill<attribute_fields> pen{talk.output.items.start(attribute_schema), fine};
  pen.set<"listed_attribute">(attribute);
  if (status) pen.set<"listed_status">(*status);
  if (!value.empty()) pen.set<"listed_value">(value);
  talk.output.items.emit();
}

void list_request(Talk& talk, Service& one, bool sets) {
  Reader in{one.in.rest()};
  const std::size_t count = in.le16();
  const std::uint16_t first = in.le16();
  if (!in.ok() || (!sets && in.left() + 2 < count * 2)) {
    describe(talk, one);
    return talk.blame(Wrong::truncated);
  }
  if (count == 1) {
    one.path.attribute = first, one.path.has_attribute = one.path.has_instance;
    if (talk.note && !one.is_item) talk.note->detail = first;
  }
  describe(talk, one);
  Operation& operation = perform(talk, one);
  const Bytes value = sets && count == 1 ? in.rest() : Bytes{};
  operation.value = plain_value(value);
  listed(talk, first, nullptr, value);
  // Values have no length of their own: of several that are set only the first can be found.
  for (std::size_t i = 1; !sets && i < std::min(count, most_attributes); ++i) listed(talk, in.le16(), nullptr, {});
}

void list_answer(Talk& talk, Service& one, bool of_identity, bool sets) {
  one.data = one.in.rest();
  Reader in{one.data};
  describe(talk, one);
  Operation& operation = perform(talk, one);
  const std::size_t count = in.le16();
  for (std::size_t i = 0; i < std::min(count, most_attributes) && in.left() > 0; ++i) {
    const std::uint16_t attribute = in.le16(), status = in.le16();
    if (!in.ok()) return talk.blame(Wrong::truncated);
    Bytes value;
    if (sets || status != 0) {
      listed(talk, attribute, &status, {});
      continue;
    }
    if (count == 1) value = in.rest();
    else if (of_identity) value = in.take(identity_attribute_size(attribute, one.data.last(in.left())));
    listed(talk, attribute, &status, value);
    if (of_identity) identity_attribute(talk, attribute, value);
    if (count == 1) operation.value = plain_value(value);
    if (value.empty()) return;  // where the next attribute starts is not known
  }
}

}  // namespace

void attribute_service(Talk& talk, Service& one) {
  const Body body = one.function.body;
  const bool sets = body >= Body::set_all;
  if (talk.asks()) {
    if (body == Body::get_list || body == Body::set_list) return list_request(talk, one, sets);
    one.data = one.in.rest();
    describe(talk, one);
    Operation& operation = perform(talk, one);
    if (sets) operation.value = plain_value(one.data);
    return;
  }
  const bool of_identity = talk.asked && (one.is_item ? one.object_class == identity_class : talk.asked->of_identity);
  if (body == Body::get_list || body == Body::set_list) return list_answer(talk, one, of_identity, sets);
  one.data = one.in.rest();
  describe(talk, one);
  Operation& operation = perform(talk, one);
  if (!sets) operation.value = plain_value(one.data);
  Reader in{one.data};
  if (of_identity && body == Body::get_all) identity(talk, in, one.is_item);
  if (of_identity && body == Body::get_one && !one.is_item) identity_attribute(talk, talk.asked->detail, one.data);
}

}  // namespace langyan::enip
