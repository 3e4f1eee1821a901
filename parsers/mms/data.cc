// Values of type Data ([MMS] 14.4.2) and descriptions of types ([MMS] 14.4.1) as text.
#include <cmath>

#include "parsers/mms/pdu.h"

namespace langyan::mms {
namespace {

constexpr std::size_t most_shown_octets = 64, most_shown_bits = 128;

bool is_structure(const Tlv& data) {
  return data.constructed && (data.is_context(1) || data.is_context(2));
}

template <std::size_t N>
void add_hex(Text<N>& text, Bytes octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::uint8_t octet : octets.first(std::min(octets.size(), most_shown_octets))) {
    text.add(digits[octet >> 4]);
    text.add(digits[octet & 15]);
  }
}

void add_digits(ValueText& text, std::int64_t number, std::size_t width) {
  std::array<char, 20> digits;
  for (std::size_t i = width; i-- > 0; number /= 10)
    digits[i] = static_cast<char>('0' + number % 10);
  text.add(std::string_view{digits.data(), width});
}

void add_time(ValueText& text, Time time) {  // "2026-03-02T08:00:00.123456Z"; never before 1970
  const CivilDate date = civil_from_days(time / day);
  const Duration of_day = time % day;
  const auto part = [&](std::int64_t number, std::size_t width, char end) {
    add_digits(text, number, width);
    text.add(end);
  };
  part(date.year, 4, '-');
  part(date.month, 2, '-');
  part(date.day, 2, 'T');
  part(of_day / hour, 2, ':');
  part(of_day / minute % 60, 2, ':');
  part(of_day / second % 60, 2, '.');
  part(of_day % second, 6, 'Z');
}

bool add_bits(ValueText& text, Bytes content) {
  const auto bits = ber::to_bits(content);
  if (!bits) return false;
  for (std::size_t i = 0; i < std::min(bits->bits, most_shown_bits); ++i)
    text.add((*bits)[i] ? '1' : '0');
  return true;
}

bool add_identifier(ValueText& text, Bytes content) {
  std::array<char, ber::longest_oid_text> area;
  const std::string_view digits = ber::oid_text(content, std::span<char>{area});
  text.add(digits);
  return !digits.empty();
}

template <class Found>
bool add_number(ValueText& text, const Found& value) {
  if (!value) return false;
  text.number(*value);
  return true;
}

// A value that is no structure; false: its octets are not of its type.
bool add_plain(ValueText& text, const Tlv& data) {
  switch (data.tag) {
    case 3: {
      const auto value = ber::to_boolean(data.content);
      if (value) text.add(std::string_view{*value ? "true" : "false"});
      return value.has_value();
    }
    case 4:
    case 14: return add_bits(text, data.content);
    case 5:
    case 13: return add_number(text, ber::to_integer(data.content));
    case 6: return add_number(text, ber::to_unsigned(data.content));
    case 7: {
      const auto value = ber::to_float(data.content);
      const bool is_single = data.content.size() == 5;  // as short as a number of its width needs
      if (value) is_single ? text.number(static_cast<float>(*value)) : text.number(*value);
      return value.has_value();
    }
    case 9: add_hex(text, data.content); return true;
    case 10:
    case 11:
    case 16: text.add(data.content); return true;
    case 12: {
      const auto value = ber::to_binary_time(data.content);
      if (value) add_time(text, *value);
      return value.has_value();
    }
    case 15: return add_identifier(text, data.content);
    case 17: {
      const auto value = ber::to_utc_time(data.content);
      if (value) add_time(text, value->time);
      return value.has_value();
    }
    default: return false;
  }
}

bool check_plain(Call& call, ValueText& text, const Tlv& data) {
  const bool known = data.tag_class == ber::Class::context && !data.constructed;
  if (known && add_plain(text, data)) return true;
  call.blame(Wrong::value);
  text.add('?');
  return false;
}

// {1,{true,0},…}: braces open and close as the depth changes. False: not all of it could be read.
bool add_structure(Call& call, ValueText& text, const Tlv& data) {
  std::size_t open = 1;
  text.add('{');
  ber::Walk walk{data.content};
  Tlv each;
  while (walk.next(each)) {
    for (; open > walk.depth() + 1; --open) text.add('}');
    if (text.last() != '{') text.add(',');
    if (is_structure(each))
      text.add('{'), ++open;
    else
      check_plain(call, text, each);
    if (!is_structure(each)) walk.pass();
  }
  for (; open > 0; --open) text.add('}');
  if (!walk.ok()) call.blame(Wrong::encoding);
  if (walk.cut()) call.blame(Wrong::nesting);
  return walk.ok() && !walk.cut();
}

// What can be compared as a number is one; the rest stays the text it is shown as.
Value plain_value(const Tlv& data, Bytes text) {
  switch (data.tag) {
    case 3:
      if (const auto value = ber::to_boolean(data.content)) return Value::of_boolean(*value);
      return {};
    case 5:
    case 13:
      if (const auto value = ber::to_integer(data.content)) return Value::of_integer(*value);
      return {};
    case 6:
      if (const auto value = ber::to_unsigned(data.content)) return Value::of(*value);
      return {};
    case 7:
      if (const auto value = ber::to_float(data.content); value && std::isfinite(*value))
        return Value::of_real(*value);
      return {};
    case 9: return Value::of_run(Value::Kind::bytes, data.content);
    default: return Value::of_run(Value::Kind::text, text);
  }
}

Value value_of(Call& call, const Tlv& data) {
  ValueText text;
  if (!check_plain(call, text, data)) return {};
  return plain_value(data, text.keep(call.output.scratch));
}

// The common data classes of status and measurement end in quality and time (IEC
// 61850-7-3 7.3, 7.4): what stands before them is the value. The time would make every reading a
// new one.
bool process_value(Call& call, const Tlv& data, Value& result) {
  constexpr std::size_t quality_bits = 13, quality_octets = 3, time_octets = 8;
  Tlv each, before, quality;
  bool has_before = false, has_quality = false;
  for (Reader in{data.content}; in.left() > 0 && ber::next(in, each);) {
    if (has_quality && each.is_context(17) && each.content.size() == time_octets) {
      const Tlv value = innermost(before);
      if (is_structure(value)) return false;
      result = value_of(call, value);
      result.has_quality = true;
      result.quality = quality.content[1];
      return true;
    }
    has_quality = has_before && each.is_context(4) && each.content.size() == quality_octets &&
                  each.content[0] == quality_octets * 8 - 8 - quality_bits;
    if (has_quality)
      quality = each;
    else
      before = each, has_before = true;
  }
  return false;
}

// --- types ---

using TypeText = Text<most_value_text>;

void add_type(Call& call, TypeText& text, const Tlv& type, std::size_t depth);

void add_components(Call& call, TypeText& text, Bytes content, std::size_t depth) {
  Tlv component;
  text.add('{');
  for (Reader in{content}; in.left() > 0;) {
    if (!ber::next(in, component)) return call.blame(Wrong::encoding);
    if (text.last() != '{') text.add(',');
    const auto name = ber::find_context(component.content, 0);
    if (name) text.add(name->content);
    const auto type = ber::find_context(component.content, 1);
    Tlv inner;
    Reader of_type{type ? type->content : Bytes{}};
    if (!ber::next(of_type, inner)) return call.blame(Wrong::encoding);
    text.add(':');
    add_type(call, text, inner, depth + 1);
    if (text.cut()) return;
  }
  text.add('}');
}

std::string_view type_word(std::uint32_t tag) {
  for (const Name& each : data_type_names)
    if (each.value == tag) return each.word;
  return "unknown";
}

void add_type(Call& call, TypeText& text, const Tlv& type, std::size_t depth) {
  if (type.tag_class != ber::Class::context) return call.blame(Wrong::encoding);
  if (depth > deepest_type) return call.blame(Wrong::nesting);
  if (type.is_context(2)) {
    if (const auto components = ber::find_context(type.content, 1))
      return add_components(call, text, components->content, depth);
  }
  text.add(type_word(type.tag));
  if (!type.is_context(1)) return;
  const auto element = ber::find_context(type.content, 2);
  Tlv inner;
  Reader in{element ? element->content : Bytes{}};
  if (!ber::next(in, inner)) return;
  text.add('(');
  add_type(call, text, inner, depth + 1);
  text.add(')');
}

}  // namespace

Tlv innermost(const Tlv& data) {
  Tlv here = data;
  for (std::size_t depth = 0; depth < ber::most_depth && is_structure(here); ++depth) {
    Reader in{here.content};
    if (!ber::next(in, here)) return data;
  }
  return here;
}

Datum read_datum(Call& call, const Tlv& data) {
  Datum datum;
  ValueText text;
  datum.type = static_cast<std::uint8_t>(data.tag);
  if (data.tag_class != ber::Class::context || data.tag > 0xff) {
    call.blame(Wrong::value);
    return datum;
  }
  if (!is_structure(data)) {
    const bool whole = check_plain(call, text, data);
    datum.text = text.keep(call.output.scratch);
    if (whole) datum.value = plain_value(data, datum.text);
    return datum;
  }
  const bool whole = add_structure(call, text, data);
  datum.text = text.keep(call.output.scratch);
  if (!whole) return datum;
  if (!process_value(call, data, datum.value))
    datum.value = Value::of_run(Value::Kind::text, datum.text);
  return datum;
}

Bytes read_type(Call& call, const Tlv& type) {
  TypeText text;
  add_type(call, text, type, 0);
  return text.keep(call.output.scratch);
}

}  // namespace langyan::mms
