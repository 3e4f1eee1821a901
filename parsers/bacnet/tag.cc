#include "parsers/bacnet/tag.h"

#include <charconv>

#include "base/time.h"
#include "parsers/bacnet/spaces.h"

namespace langyan::bacnet {
namespace {

std::uint64_t big(Bytes octets) {
  std::uint64_t value = 0;
  for (std::uint8_t octet : octets) value = value << 8 | octet;
  return value;
}

std::int64_t big_signed(Bytes octets) {
  const auto shift = 64 - 8 * octets.size();
  return static_cast<std::int64_t>(big(octets) << shift) >> shift;
}

void put_utf8(std::span<std::uint8_t>& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t octet) { out[0] = static_cast<std::uint8_t>(octet), out = out.subspan(1); };
  if (code < 0x80) return put(code);
  if (code < 0x800) return put(0xc0 | code >> 6), put(0x80 | (code & 63));
  if (code < 0x10000) return put(0xe0 | code >> 12), put(0x80 | (code >> 6 & 63)), put(0x80 | (code & 63));
  put(0xf0 | code >> 18), put(0x80 | (code >> 12 & 63)), put(0x80 | (code >> 6 & 63)), put(0x80 | (code & 63));
}

constexpr std::uint8_t charset_utf8 = 0, charset_ucs4 = 3, charset_ucs2 = 4, charset_latin1 = 5;  // 1, 2: not converted
constexpr std::uint8_t charset_dbcs = 1;
constexpr std::uint32_t unknown_character = 0xfffd;

// Wide characters as UTF-8: a character of two octets takes at most three, one of one at most two.
Bytes narrowed(Bytes text, std::size_t width, Scratch& scratch) {
  const std::span<std::uint8_t> area = scratch.take(text.size() * 2);
  std::span<std::uint8_t> out = area;
  if (area.empty()) return {};
  for (std::size_t at = 0; at + width <= text.size(); at += width) {
    auto code = static_cast<std::uint32_t>(big(text.subspan(at, width)));
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) code = unknown_character;
    put_utf8(out, code);
  }
  return area.first(area.size() - out.size());
}

void add_date(Line& line, Bytes date) {  // an octet of 255 leaves its part open
  const auto part = [&](unsigned value, bool open) { open ? line.add('*') : line.add_padded(value); };
  if (date[0] == 255) line.add('*');
  else line.add(std::uint64_t{1'900u + date[0]});
  line.add('-'), part(date[1], date[1] == 255);
  line.add('-'), part(date[2], date[2] == 255);
}

void add_time(Line& line, Bytes time) {
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) line.add(i == 3 ? '.' : ':');
    time[i] == 255 ? line.add('*') : line.add_padded(time[i]);
  }
}

void add_bits(Line& line, Bytes content) {
  const std::size_t bits = (content.size() - 1) * 8 - std::min<std::size_t>(content[0], (content.size() - 1) * 8);
  for (std::size_t i = 0; i < bits && !line.full(); ++i) line.add(content[1 + i / 8] >> (7 - i % 8) & 1 ? '1' : '0');
}

// Whether the content has a size its type may have.
bool sound_size(std::uint8_t type, std::size_t size) {
  switch (type) {
    case type_null: case type_boolean: return size == 0;
    case type_unsigned: case type_enumerated: case type_signed: return size >= 1 && size <= 8;
    case type_real: case type_date: case type_time: case type_object: return size == 4;
    case type_double: return size == 8;
    case type_characters: case type_bits: return size >= 1;
    default: return true;
  }
}

void add_primitive(Line& line, const Tag& tag, Bytes content, Scratch& scratch) {
  if (!sound_size(tag.number, content.size())) return line.add_hex(content);
  switch (tag.number) {
    case type_null: return line.add("null");
    case type_boolean: return line.add(tag.on ? "true" : "false");
    case type_unsigned: case type_enumerated: return line.add(big(content));
    case type_signed: return line.add_signed(big_signed(content));
    case type_real: return line.add_real(std::bit_cast<float>(static_cast<std::uint32_t>(big(content))));
    case type_double: return line.add_real(std::bit_cast<double>(big(content)));
    case type_characters:
      line.add('"');
      line.add(text_of(characters(content.first(std::min(content.size(), most_shown_octets)), scratch)));
      return line.add('"');
    case type_bits: return add_bits(line, content);
    case type_date: return add_date(line, content);
    case type_time: return add_time(line, content);
    case type_object: {
      const auto id = static_cast<std::uint32_t>(big(content));
      return add_object(line, static_cast<std::uint16_t>(id >> 22), id & any_instance);
    }
    default: return line.add_hex(content);
  }
}

// Elements as one line of text: "1, 2, {[0]05, 2.5}".
void add_elements(Line& line, Bytes octets, Scratch& scratch) {
  bool first = true;
  while (!octets.empty() && !line.full()) {
    const auto tag = read_tag(octets);
    if (!tag) return;
    const Bytes content = octets.subspan(tag->header, tag->length);
    octets = octets.subspan(tag->header + tag->length);
    if (tag->kind == Tag::Kind::closing) {
      line.add('}');
      first = false;
      continue;
    }
    if (!first) line.add(", ");
    first = tag->kind == Tag::Kind::opening;
    if (tag->kind == Tag::Kind::application) {
      add_primitive(line, *tag, content, scratch);
      continue;
    }
    line.add('['), line.add(std::uint64_t{tag->number}), line.add(']');
    if (first) line.add('{');
    else line.add_hex(content.first(std::min(content.size(), most_shown_octets / 2)));
  }
}

Value as_text(const Line& line, Scratch& scratch) { return Value::of_run(Value::Kind::text, line.in(scratch)); }

Value value_of(const Tag& tag, Bytes content, Scratch& scratch) {
  switch (tag.number) {
    case type_boolean: return Value::of_boolean(tag.on);
    case type_unsigned: case type_enumerated: return Value::of(big(content));
    case type_signed: return Value::of_integer(big_signed(content));
    case type_real: return Value::of_real(std::bit_cast<float>(static_cast<std::uint32_t>(big(content))));
    case type_double: return Value::of_real(std::bit_cast<double>(big(content)));
    case type_octets: return Value::of_run(Value::Kind::bytes, content);
    case type_characters: return Value::of_run(Value::Kind::text, characters(content, scratch));
    default: break;
  }
  Line line;
  add_primitive(line, tag, content, scratch);
  return as_text(line, scratch);
}

}  // namespace

std::optional<Tag> read_tag(Bytes octets) {
  if (octets.empty()) return {};
  Reader in{octets};
  const std::uint8_t first = in.u8();
  Tag tag;
  tag.number = first >> 4;
  const bool context = first & 8;
  std::uint32_t size = first & 7;
  if (tag.number == 15) {  // [135] 20.2.1.2: the number follows; 255 is reserved
    tag.number = in.u8();
    if (tag.number == 255 || !context) return {};
  }
  tag.kind = context ? Tag::Kind::context : Tag::Kind::application;
  if (size >= 6) {
    if (!context) return {};
    tag.kind = size == 6 ? Tag::Kind::opening : Tag::Kind::closing;
    size = 0;
  } else if (size == 5) {  // [135] 20.2.1.3.1
    size = in.u8();
    if (size == 254) size = in.be16();
    else if (size == 255) size = in.be32();
  } else if (!context && tag.number == type_boolean) {
    if (size > 1) return {};
    tag.on = size == 1;
    size = 0;
  }
  if (!in.ok() || size > in.left()) return {};
  tag.length = size;
  tag.header = static_cast<std::uint8_t>(octets.size() - in.left());
  return tag;
}

std::optional<Tag> Tags::next() {
  if (!more()) return {};
  const auto tag = read_tag(rest_);
  if (!tag) fail(Trouble::malformed);
  return tag;
}

std::optional<Bytes> Tags::primitive(Tag::Kind kind, std::uint8_t number) {
  const auto tag = next();
  if (!tag || tag->kind != kind || tag->number != number) return {};
  const Bytes content = rest_.subspan(tag->header, tag->length);
  if (kind == Tag::Kind::application && !sound_size(number, content.size()))
    return fail(Trouble::malformed), std::nullopt;
  rest_ = rest_.subspan(tag->header + tag->length);
  return content;
}

// Octets from the opening tag through the closing one.
std::size_t Tags::constructed_size(const Tag& opening) {
  std::array<std::uint8_t, most_depth> open{};
  std::size_t depth = 1, at = opening.header;
  open[0] = opening.number;
  while (depth > 0) {
    const auto tag = read_tag(rest_.subspan(at));
    if (!tag) return fail(Trouble::malformed), 0;
    at += tag->header + tag->length;
    if (tag->kind == Tag::Kind::opening) {
      if (depth == most_depth) return fail(Trouble::too_deep), 0;
      open[depth++] = tag->number;
    } else if (tag->kind == Tag::Kind::closing && tag->number != open[--depth]) {
      return fail(Trouble::malformed), 0;
    }
  }
  return at;
}

std::optional<Bytes> Tags::group(std::uint8_t number) {
  const auto tag = next();
  if (!tag || tag->kind != Tag::Kind::opening || tag->number != number) return {};
  const std::size_t size = constructed_size(*tag);
  if (size == 0) return {};
  const std::size_t closing = tag->header;  // the same number takes as many octets in both tags
  const Bytes content = rest_.subspan(tag->header, size - tag->header - closing);
  rest_ = rest_.subspan(size);
  return content;
}

std::optional<Bytes> Tags::element() {
  const auto tag = next();
  if (!tag) return {};
  if (tag->kind == Tag::Kind::closing) return fail(Trouble::malformed), std::nullopt;
  const std::size_t size = tag->kind == Tag::Kind::opening ? constructed_size(*tag) : tag->header + tag->length;
  if (size == 0) return {};
  const Bytes whole = rest_.first(size);
  rest_ = rest_.subspan(size);
  return whole;
}

std::optional<std::uint64_t> Tags::as_number(std::optional<Bytes> content) {
  if (!content) return {};
  if (content->empty() || content->size() > 8) return fail(Trouble::malformed), std::nullopt;
  return big(*content);
}

std::optional<ObjectId> Tags::as_object(std::optional<Bytes> content) {
  if (!content) return {};
  if (content->size() != 4) return fail(Trouble::malformed), std::nullopt;
  const auto id = static_cast<std::uint32_t>(big(*content));
  return ObjectId{static_cast<std::uint16_t>(id >> 22), id & any_instance};
}

std::optional<std::int64_t> Tags::plain_signed() {
  const auto content = application(type_signed);
  return content ? std::optional(big_signed(*content)) : std::nullopt;
}

std::optional<bool> Tags::boolean(std::uint8_t context_number) {
  const auto value = number(context_number);
  if (!value) return {};
  if (*value > 1) return fail(Trouble::malformed), std::nullopt;
  return *value == 1;
}

std::optional<bool> Tags::plain_boolean() {
  const auto tag = next();
  if (!tag || tag->kind != Tag::Kind::application || tag->number != type_boolean) return {};
  rest_ = rest_.subspan(tag->header);
  return tag->on;
}

std::optional<Datum> read_datum(Bytes octets, Scratch& scratch) {
  Datum datum;
  if (!octets.empty()) {
    const auto tag = read_tag(octets);
    if (!tag) return {};
    if (tag->kind == Tag::Kind::application && tag->header + tag->length == octets.size()) {
      const Bytes content = octets.subspan(tag->header, tag->length);
      if (!sound_size(tag->number, content.size())) return {};
      datum.type = tag->number;
      datum.value = value_of(*tag, content, scratch);
      return datum;
    }
  }
  Line line;
  add_elements(line, octets, scratch);
  datum.value = as_text(line, scratch);
  return datum;
}

Bytes characters(Bytes content, Scratch& scratch) {
  if (content.empty()) return {};
  const Bytes text = content.subspan(1);
  switch (content[0]) {
    case charset_ucs4: return narrowed(text, 4, scratch);
    case charset_ucs2: return narrowed(text, 2, scratch);
    case charset_latin1: return narrowed(text, 1, scratch);
    case charset_dbcs: return text.size() >= 2 ? text.subspan(2) : Bytes{};  // behind its code page
    case charset_utf8: default: return text;
  }
}

std::optional<std::int64_t> clock_time(Bytes date, Bytes time) {
  if (date.size() != 4 || time.size() != 4) return {};
  if (date[0] == 255 || date[1] < 1 || date[1] > 12 || date[2] < 1 || date[2] > 31) return {};
  if (time[0] > 23 || time[1] > 59 || time[2] > 59) return {};
  const std::int64_t seconds = (time[0] * 60 + time[1]) * 60 + time[2];
  const std::int64_t hundredths = time[3] <= 99 ? time[3] : 0;
  return days_from_civil(1'900 + date[0], date[1], date[2]) * day + seconds * second + hundredths * 10 * millisecond;
}

void Line::add(std::string_view text) {
  if (full_) return;
  constexpr std::string_view mark = "…";
  if (size_ + text.size() > most_shown_octets) {
    text = mark;
    full_ = true;
  }
  std::copy(text.begin(), text.end(), text_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += text.size();
}

void Line::add(std::uint64_t number) {
  char text[24];
  const auto [end, error] = std::to_chars(text, text + sizeof text, number);
  add(std::string_view{text, static_cast<std::size_t>(end - text)});
}

void Line::add_signed(std::int64_t number) {
  char text[24];
  const auto [end, error] = std::to_chars(text, text + sizeof text, number);
  add(std::string_view{text, static_cast<std::size_t>(end - text)});
}

void Line::add_real(double number) {
  char text[40];
  const auto narrow = static_cast<float>(number);  // a Real has the digits of a float, not of a double
  const auto [end, error] = narrow == number ? std::to_chars(text, text + sizeof text, narrow)
                                             : std::to_chars(text, text + sizeof text, number);
  add(std::string_view{text, static_cast<std::size_t>(end - text)});
}

void Line::add_hex(Bytes octets) {
  constexpr char digits[] = "0123456789abcdef";
  for (std::uint8_t octet : octets) {
    if (full_) return;
    const char pair[] = {digits[octet >> 4], digits[octet & 15]};
    add(std::string_view{pair, 2});
  }
}

void Line::add_padded(unsigned number) {
  if (number < 10) add('0');
  add(std::uint64_t{number});
}

void add_object(Line& line, std::uint16_t type, std::uint32_t instance) {
  if (type < object_type_count) {
    line.add(spaces[type].name);
  } else {
    line.add("type-"), line.add(std::uint64_t{type});
  }
  line.add(','), line.add(std::uint64_t{instance});
}

}  // namespace langyan::bacnet
