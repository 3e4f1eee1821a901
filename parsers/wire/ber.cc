#include "parsers/wire/ber.h"

#include <bit>
#include <charconv>

namespace langyan::wire::ber {
namespace {

bool fail(Reader& in) {
  in.skip(in.left() + 1);
  return false;
}

bool read_tag(Reader& in, Head& head) {  // [BER] 8.1.2
  const std::uint8_t first = in.u8();
  head.tag_class = static_cast<Class>(first >> 6);
  head.constructed = first & 0x20;
  head.tag = first & 0x1f;
  if (head.tag != 0x1f) return in.ok();
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < most_tag_octets; ++i) {
    const std::uint8_t octet = in.u8();
    if (!in.ok() || (i == 0 && octet == 0x80)) return false;  // 8.1.2.4.2 c
    number = number << 7 | (octet & 0x7f);
    if (octet & 0x80) continue;
    head.tag = static_cast<std::uint32_t>(number);
    return number <= 0xffffffff;
  }
  return false;
}

bool read_length(Reader& in, Head& head) {  // [BER] 8.1.3
  const std::uint8_t first = in.u8();
  head.length = first;
  if (first < 0x80) return in.ok();
  if (first == 0x80) {
    head.length = 0;
    head.indefinite = true;
    return in.ok() && head.constructed;  // 8.1.3.2 a
  }
  std::size_t octets = first & 0x7f;
  for (; octets > most_length_octets; --octets)
    if (in.u8() != 0 || !in.ok()) return false;  // leading zeros are allowed, 8.1.3.5 NOTE 2
  head.length = 0;
  for (; octets > 0; --octets) head.length = head.length << 8 | in.u8();
  return in.ok();
}

// Octets before the end mark that closes an indefinite value; false: none closes it. One pass.
bool find_end(Bytes content, std::size_t& size) {
  Reader in{content};
  std::size_t open = 1;
  while (in.left() > 0) {
    const std::size_t at = content.size() - in.left();
    Head head;
    if (!read_head(in, head)) return false;
    if (head.tag_class == Class::universal && head.tag == 0 && !head.constructed &&
        head.length == 0) {
      if (--open > 0) continue;
      size = at;
      return true;
    }
    if (head.indefinite) {
      if (++open > most_indefinite) return false;
    } else {
      in.skip(head.length);
      if (!in.ok()) return false;
    }
  }
  return false;
}

}  // namespace

bool read_head(Reader& in, Head& head) {
  head = Head{};
  const std::size_t before = in.left();
  if (!in.ok() || !read_tag(in, head) || !read_length(in, head)) return fail(in);
  head.size = static_cast<std::uint8_t>(before - in.left());
  return true;
}

bool next(Reader& in, Tlv& value) {
  Reader ahead = in;
  Head head;
  if (!read_head(ahead, head)) return fail(in);
  std::size_t content = head.length, end_mark = 0;
  if (head.indefinite) {
    Reader rest = ahead;
    if (!find_end(rest.rest(), content)) return fail(in);
    end_mark = 2;
  }
  if (content + end_mark > ahead.left()) return fail(in);
  const Bytes whole = in.take(head.size + content + end_mark);
  value = {head.tag_class,
           head.constructed,
           head.indefinite,
           head.tag,
           whole.subspan(head.size, content),
           whole};
  return true;
}

std::optional<Tlv> find(Bytes content, Class tag_class, std::uint32_t tag) {
  Tlv each;
  for (Reader in{content}; in.left() > 0 && next(in, each);)
    if (each.is(tag_class, tag)) return each;
  return std::nullopt;
}

bool Walk::next(Tlv& value) {
  if (enter_) levels_[++level_] = Reader{inner_};
  enter_ = false;
  while (levels_[level_].left() == 0) {
    if (level_ == 0) return false;
    --level_;
  }
  if (!ber::next(levels_[level_], value)) {
    ok_ = false;
    levels_[0] = Reader{Bytes{}};
    level_ = 0;
    return false;
  }
  depth_ = level_;
  inner_ = value.content;
  enter_ = value.constructed && level_ < deepest_;
  cut_ = cut_ || (value.constructed && !enter_ && !inner_.empty());
  return true;
}

std::optional<bool> to_boolean(Bytes content) {
  if (content.size() != 1) return std::nullopt;
  return content[0] != 0;
}

std::optional<std::int64_t> to_integer(Bytes content) {
  if (content.empty() || content.size() > 8) return std::nullopt;
  std::uint64_t value = content[0] & 0x80 ? ~std::uint64_t{0} : 0;
  for (std::uint8_t octet : content) value = value << 8 | octet;
  return static_cast<std::int64_t>(value);
}

std::optional<std::uint64_t> to_unsigned(Bytes content) {
  while (content.size() > 1 && content[0] == 0) content = content.subspan(1);
  if (content.empty() || content.size() > 8) return std::nullopt;
  std::uint64_t value = 0;
  for (std::uint8_t octet : content) value = value << 8 | octet;
  return value;
}

std::optional<double> to_float(Bytes content) {
  constexpr std::uint8_t single_exponent = 8, double_exponent = 11;
  Reader in{content};
  const std::uint8_t exponent = in.u8();
  if (exponent == single_exponent && in.left() == 4) return in.be_f32();
  if (exponent == double_exponent && in.left() == 8) return in.be_f64();
  return std::nullopt;
}

std::optional<BitString> to_bits(Bytes content) {  // [BER] 8.6
  if (content.empty() || content[0] > 7 || (content.size() == 1 && content[0])) return std::nullopt;
  const Bytes octets = content.subspan(1);
  return BitString{octets, octets.size() * 8 - content[0]};
}

std::string_view oid_text(Bytes content, std::span<char> out) {  // [BER] 8.19
  char* at = out.data();
  char* const end = at + out.size();
  std::uint64_t number = 0;
  bool first = true, within = false;
  const auto put = [&](std::uint64_t arc, bool dot) {
    if (dot) {
      if (at == end) return false;
      *at++ = '.';
    }
    const auto [to, error] = std::to_chars(at, end, arc);
    at = to;
    return error == std::errc{};
  };
  for (std::uint8_t octet : content) {
    if (number >> 56 || (!within && octet == 0x80)) return {};
    number = number << 7 | (octet & 0x7f);
    within = octet & 0x80;
    if (within) continue;
    if (first) {
      const std::uint64_t root = number < 80 ? number / 40 : 2;
      if (!put(root, false)) return {};
      number -= root * 40;
      first = false;
    }
    if (!put(number, true)) return {};
    number = 0;
  }
  if (first || within) return {};
  return {out.data(), static_cast<std::size_t>(at - out.data())};
}

Bytes oid_text(Bytes content, Scratch& scratch) {
  std::array<char, longest_oid_text> text;
  return scratch.copy(bytes_of(oid_text(content, std::span<char>{text})));
}

bool is_visible(Bytes content) {
  for (std::uint8_t octet : content)
    if (octet < 0x20 || octet > 0x7e) return false;
  return !content.empty();
}

std::optional<UtcTime> to_utc_time(Bytes content) {
  if (content.size() != 8) return std::nullopt;
  Reader in{content};
  const Time seconds = in.be32();
  const Time fraction = in.be24();
  return UtcTime{seconds * second + (fraction * second >> 24), in.u8()};
}

std::optional<Time> to_binary_time(Bytes content) {
  if (content.size() != 4 && content.size() != 6) return std::nullopt;
  Reader in{content};
  const Time of_day = in.be32() * millisecond;
  if (of_day > day) return std::nullopt;
  return content.size() == 4 ? of_day : (days_from_civil(1984, 1, 1) + in.be16()) * day + of_day;
}

}  // namespace langyan::wire::ber
