// Keywords that turn a sticky buffer into something else before it is looked into.
#include "base/suggest.h"
#include "detect/payload.h"
#include "detect/regex.h"
#include "detect/rule_builder.h"

namespace langyan::detect {
namespace {

using Kind = Transform::Kind;

constexpr std::size_t longest_key = 255;  // octets to xor with

bool add(RuleBuilder& rule, std::string_view where, Transform transform) {
  BufferMatch* buffer = rule.buffer();
  if (!buffer) {
    return rule.refuse(where,
                       "a transform turns a buffer into something else; name one before it, "
                       "such as dns.query");
  }
  if (buffer->level == Level::header) {
    return rule.refuse(where,
                       "a packet's header is looked into as it is; transforms are for the "
                       "buffers of messages");
  }
  if (!buffer->conditions.empty() || buffer->absent == Absent::only) {
    return rule.refuse(where, "a transform stands between its buffer and what is looked for in it");
  }
  if (buffer->chain && buffer->chain->steps.size() == most_chained) {
    return rule.refuse(
        where, "at most " + std::to_string(most_chained) + " transforms stand behind each other");
  }
  buffer->chain = extended(buffer->chain.get(), std::move(transform));
  return true;
}

template <Kind kind>
bool parse_plain(RuleBuilder& rule, std::string_view value) {
  Transform transform;
  transform.kind = kind;
  return add(rule, value, std::move(transform));
}

bool parse_xor(RuleBuilder& rule, std::string_view value) {
  Transform transform;
  transform.kind = Kind::exclusive_or;
  std::string_view digits = value;
  if (digits.size() >= 2 && digits.starts_with('"') && digits.ends_with('"'))
    digits = digits.substr(1, digits.size() - 2);
  const auto hex_digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  if (digits.empty() || digits.size() % 2 || digits.size() / 2 > longest_key)
    return rule.refuse(value, "the key of xor is 1 to 255 octets, two hexadecimal digits each");
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(digits[i]), low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0)
      return rule.refuse(digits.substr(i), "here stand no two hexadecimal digits of xor's key");
    transform.argument += static_cast<char>(high << 4 | low);
  }
  return add(rule, value, std::move(transform));
}

bool parse_pcrexform(RuleBuilder& rule, std::string_view value) {
  if (value.size() < 3 || value.front() != '"' || value.back() != '"')
    return rule.refuse(value, "the expression of pcrexform stands in double quotes");
  const std::string_view pattern = value.substr(1, value.size() - 2);
  Transform transform;
  transform.kind = Kind::regex;
  transform.argument = pattern;
  if (const auto error = compile_regex(pattern, 0, transform.regex))
    return rule.refuse(pattern.substr(std::min(error->at, pattern.size())), error->reason);
  if (!transform.regex.groups) {
    return rule.refuse(value,
                       "pcrexform hands on what its first group (…) finds, and the "
                       "expression has none");
  }
  return add(rule, value, std::move(transform));
}

bool parse_from_base64(RuleBuilder& rule, std::string_view value) {
  Transform transform;
  transform.kind = Kind::base64;
  transform.octets = most_encoded;
  for (const std::string_view part : split(value)) {
    const std::size_t space = std::min(part.find(' '), part.size());
    const std::string_view name = part.substr(0, space), text = trim(part.substr(space));
    if (name == "mode") {
      if (text != "rfc4648")
        return rule.refuse(text, "the only mode is rfc4648, which ends at the first other octet");
      continue;
    }
    if (name != "bytes" && name != "offset")
      return rule.refuse(part, "from_base64 is bytes number, offset number, mode rfc4648");
    const auto number = read_integer(rule, text, name == "bytes" ? 1 : 0, most_encoded);
    if (!number) return false;
    (name == "bytes" ? transform.octets : transform.offset) = static_cast<std::uint32_t>(*number);
  }
  return add(rule, value, std::move(transform));
}

// clang-format off
constexpr Keyword rows[] = {
    {"to_lowercase", Value::none, parse_plain<Kind::lower_case>, false, "buffer", "",
     {"The buffer with small letters.", "缓冲区转为小写。"}},
    {"to_uppercase", Value::none, parse_plain<Kind::upper_case>, false, "buffer", "",
     {"The buffer with capital letters.", "缓冲区转为大写。"}},
    {"to_md5", Value::none, parse_plain<Kind::md5>, false, "buffer", "",
     {"The 16 octets of the buffer's MD5.", "缓冲区的 MD5，16 字节。"}},
    {"to_sha1", Value::none, parse_plain<Kind::sha1>, false, "buffer", "",
     {"The 20 octets of the buffer's SHA-1.", "缓冲区的 SHA-1，20 字节。"}},
    {"to_sha256", Value::none, parse_plain<Kind::sha256>, false, "buffer", "",
     {"The 32 octets of the buffer's SHA-256.", "缓冲区的 SHA-256，32 字节。"}},
    {"dotprefix", Value::none, parse_plain<Kind::dot_prefix>, false, "buffer", "",
     {"The buffer with a dot before it.", "缓冲区前加一个点。"}},
    {"url_decode", Value::none, parse_plain<Kind::url_decode>, false, "buffer", "",
     {"The buffer with %HH and + decoded.", "缓冲区经 %HH 与 + 解码。"}},
    {"xor", Value::needed, parse_xor, false, "buffer", "hexadecimal key",
     {"The buffer's octets exclusive-or those of the key, over and over.", "缓冲区各字节与密钥循环异或。"}},
    {"compress_whitespace", Value::none, parse_plain<Kind::compress_whitespace>, false, "buffer", "",
     {"Of each run of white space the first octet.", "连续空白只留第一个字节。"}},
    {"strip_whitespace", Value::none, parse_plain<Kind::strip_whitespace>, false, "buffer", "",
     {"The buffer without white space.", "去掉缓冲区中的空白。"}},
    {"header_lowercase", Value::none, parse_plain<Kind::header_lower_case>, false, "buffer", "",
     {"Lines of headers with their names in small letters.", "头部各行的名称转为小写。"}},
    {"strip_pseudo_headers", Value::none, parse_plain<Kind::strip_pseudo_headers>, false, "buffer", "",
     {"Lines of headers without those that begin with a colon.", "去掉以冒号开头的头部行。"}},
    {"pcrexform", Value::needed, parse_pcrexform, false, "buffer", "\"pattern\"",
     {"What the first group of the expression finds; all of it where it finds nothing.", "正则表达式第一组所匹配的内容；不匹配则保持原样。"}},
    {"from_base64", Value::optional, parse_from_base64, false, "buffer", "[bytes number][,offset number][,mode rfc4648]",
     {"The buffer decoded from base64.", "缓冲区经 base64 解码。"}},
};
// clang-format on

}  // namespace

std::span<const Keyword> transform_keywords() {
  return rows;
}

}  // namespace langyan::detect
