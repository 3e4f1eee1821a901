// Keywords that look at octets: content and its modifiers, isdataat, and what is said of a whole
// buffer.
#include <algorithm>

#include "detect/rule_builder.h"

namespace langyan::detect {
namespace {

constexpr std::size_t longest_content = 255;                  // octets, as Suricata
constexpr std::int64_t farthest = 1 << 20;                    // of distance and within
constexpr std::int64_t longest_run = 65'535;                  // of offset and depth
constexpr std::int64_t largest_size = std::int64_t{1} << 32;  // of bsize
constexpr std::int64_t most_encoded = 65'535;                 // octets decoded, as Suricata

bool strip_negation(std::string_view& value) {
  const bool negated = value.starts_with('!');
  if (negated) value = trim(value.substr(1));
  return negated;
}

bool parse_content(RuleBuilder& rule, std::string_view value) {
  Content content;
  const std::string_view whole = value;
  content.negated = strip_negation(value);
  auto octets = read_octets(rule, value);
  if (!octets) return false;
  if (octets->empty()) return rule.refuse(whole, "a content has at least one octet");
  if (octets->size() > longest_content) {
    return rule.refuse(whole, "a content has at most " + std::to_string(longest_content) +
                                  " octets, this one " + std::to_string(octets->size()));
  }
  content.bytes = std::move(*octets);
  rule.conditions().emplace_back(std::move(content));
  return true;
}

bool parse_nocase(RuleBuilder& rule, std::string_view value) {
  Content* content = rule.content_before(value);
  if (!content) return false;
  content->nocase = true;
  for (char& c : content->bytes)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return true;
}

bool parse_rawbytes(RuleBuilder& rule, std::string_view value) {
  return rule.content_before(value);
}

// A number of a content's place, or a variable in its stead.
bool read_place(RuleBuilder& rule, std::string_view value, std::int64_t least, std::int64_t most,
                Content& content, std::int64_t& number, Variable& variable) {
  if (!read_integer(rule, value, least, most, number, variable)) return false;
  content.variables.any |= variable != no_variable;
  return true;
}

// The content a modifier is for, unless it already has one of the other manner of counting.
Content* absolute(RuleBuilder& rule, std::string_view value) {
  Content* content = rule.content_before(value);
  if (content && (content->relative() || content->starts)) {
    rule.refuse(
        value,
        "offset and depth do not go with distance, within or startswith of the same content");
    return nullptr;
  }
  return content;
}
Content* relative(RuleBuilder& rule, std::string_view value) {
  Content* content = rule.content_before(value);
  if (content && content->absolute()) {
    rule.refuse(
        value,
        "distance and within do not go with offset, depth or startswith of the same content");
    return nullptr;
  }
  return content;
}

bool parse_offset(RuleBuilder& rule, std::string_view value) {
  Content* content = absolute(rule, value);
  if (!content) return false;
  if (content->offset || content->variables.offset != no_variable)
    return rule.refuse(value, "the content has an offset already");
  std::int64_t number = 0;
  Variable& variable = content->variables.offset;
  if (!read_place(rule, value, 0, longest_run, *content, number, variable)) return false;
  if (variable == no_variable) content->offset = static_cast<std::uint32_t>(number);
  return true;
}

bool parse_depth(RuleBuilder& rule, std::string_view value) {
  Content* content = absolute(rule, value);
  if (!content) return false;
  if (content->depth || content->variables.depth != no_variable)
    return rule.refuse(value, "the content has a depth already");
  std::int64_t number = 0;
  Variable& variable = content->variables.depth;
  if (!read_place(rule, value, 1, longest_run, *content, number, variable)) return false;
  if (variable == no_variable) content->depth = static_cast<std::uint32_t>(number);
  return true;
}

bool parse_distance(RuleBuilder& rule, std::string_view value) {
  Content* content = relative(rule, value);
  if (!content) return false;
  if (content->distance) return rule.refuse(value, "the content has a distance already");
  std::int64_t number = 0;
  if (!read_place(rule, value, -farthest, farthest, *content, number, content->variables.distance))
    return false;
  content->distance = static_cast<std::int32_t>(number);
  return true;
}

bool parse_within(RuleBuilder& rule, std::string_view value) {
  Content* content = relative(rule, value);
  if (!content) return false;
  if (content->within) return rule.refuse(value, "the content has a within already");
  std::int64_t number = farthest;
  if (!read_place(rule, value, 1, farthest, *content, number, content->variables.within))
    return false;
  content->within = static_cast<std::int32_t>(number);
  return true;
}

bool parse_startswith(RuleBuilder& rule, std::string_view value) {
  Content* content = rule.content_before(value);
  if (!content) return false;
  if (content->relative() || content->absolute()) {
    return rule.refuse(
        value, "startswith does not go with offset, depth, distance or within of the same content");
  }
  content->starts = true;
  content->offset = 0;
  content->depth = content->size();
  return true;
}

bool parse_endswith(RuleBuilder& rule, std::string_view value) {
  Content* content = rule.content_before(value);
  if (!content) return false;
  return content->ends = true;
}

bool parse_fast_pattern(RuleBuilder& rule, std::string_view value) {
  Content* content = rule.content_before(value);
  if (!content) return false;
  if (!rule.seen.emplace("fast_pattern").second) {
    return rule.refuse(value, "fast_pattern stands for another content already");
  }
  if (content->negated && (!value.empty() || content->relative() || content->absolute())) {
    return rule.refuse(value,
                       "a negated content is a fast pattern only without a place, only and a part");
  }
  content->fast = !content->negated;  // what must not be there cannot be scanned for
  if (value.empty()) return true;
  if (value == "only") {
    if (content->relative() || content->absolute()) {
      return rule.refuse(value,
                         "fast_pattern:only does not go with offset, depth, distance or within");
    }
    return true;
  }
  const auto parts = split(value);
  if (parts.size() != 2)
    return rule.refuse(value,
                       "write fast_pattern, fast_pattern:only or fast_pattern:offset,length");
  const auto offset = read_integer(rule, parts[0], 0, content->size() - 1);
  if (!offset) return false;
  const auto length = read_integer(rule, parts[1], 1, content->size() - *offset);
  if (!length) return false;
  content->chop_offset = static_cast<std::uint32_t>(*offset);
  content->chop_length = static_cast<std::uint32_t>(*length);
  return true;
}

bool parse_pkt_data(RuleBuilder& rule, std::string_view) {
  rule.look_into_raw();
  return true;
}

bool parse_isdataat(RuleBuilder& rule, std::string_view value) {
  DataAt data;
  data.negated = strip_negation(value);
  const auto parts = split(value);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i] != "relative" && parts[i] != "rawbytes") {
      return rule.refuse(parts[i],
                         "\"" + std::string(parts[i]) + "\" is neither relative nor rawbytes");
    }
    data.relative |= parts[i] == "relative";
  }
  std::int64_t offset = 0;
  if (!read_integer(rule, parts.empty() ? value : parts[0], 0, longest_run, offset, data.variable))
    return false;
  data.offset = static_cast<std::uint32_t>(offset);
  rule.conditions().emplace_back(data);
  return true;
}

bool refuse_raw(RuleBuilder& rule, std::string_view where, std::string_view keyword,
                std::string_view instead) {
  return rule.refuse(where, "\"" + std::string(keyword) +
                                "\" is about a buffer, and none is named before it" +
                                std::string(instead));
}

bool parse_bsize(RuleBuilder& rule, std::string_view value) {
  if (!rule.buffer()) {
    return refuse_raw(rule, value, "bsize", "; the size of a packet's payload is dsize");
  }
  BufferSize size;
  std::string_view text = value;
  const auto number = [&](std::string_view digits) {
    return read_integer(rule, trim(digits), 0, largest_size);
  };
  std::size_t between = text.find("<>"), mark = 2;
  if (between == text.npos) between = text.find('-'), mark = 1;
  if (between != text.npos && between > 0) {  // both ends excluded
    const auto low = number(text.substr(0, between));
    const auto high = low ? number(text.substr(between + mark)) : std::nullopt;
    if (!high) return false;
    if (*high < *low + 2) {
      return rule.refuse(value, "no size lies between " + std::to_string(*low) + " and " +
                                    std::to_string(*high) + "; both ends are excluded");
    }
    size.least = static_cast<std::uint64_t>(*low) + 1;
    size.most = static_cast<std::uint64_t>(*high) - 1;
    rule.conditions().emplace_back(size);
    return true;
  }
  constexpr std::string_view signs[] = {"<=", ">=", "!=", "<", ">", "=", "!", ""};
  const std::string_view sign =
      *std::ranges::find_if(signs, [&](std::string_view each) { return text.starts_with(each); });
  const auto limit = number(text.substr(sign.size()));
  if (!limit) return false;
  const auto octets = static_cast<std::uint64_t>(*limit);
  if (sign == "<" && octets == 0) return rule.refuse(value, "no size is below 0");
  if (sign == "<=" || sign == "<") {
    size.most = octets - (sign == "<");
  } else if (sign == ">=" || sign == ">") {
    size.least = octets + (sign == ">");
  } else {
    size.least = size.most = octets;
    size.negated = sign.starts_with('!');
  }
  rule.conditions().emplace_back(size);
  return true;
}

bool parse_absent(RuleBuilder& rule, std::string_view value) {
  BufferMatch* buffer = rule.buffer();
  if (!buffer) return refuse_raw(rule, value, "absent", "; raw octets are never absent");
  if (!buffer->conditions.empty() || buffer->absent != Absent::no) {
    return rule.refuse(value,
                       "absent stands once, right behind its buffer and before what is "
                       "looked for in it");
  }
  if (buffer->level == Level::header) {
    return rule.refuse(value,
                       "absent is about a field of a message, and this is a packet's header");
  }
  if (is_item(buffer->level)) {
    return rule.refuse(value,
                       "absent is about a field of the message; this one stands in each of "
                       "its items, and some may have it and others not");
  }
  if (!value.empty() && value != "or_else")
    return rule.refuse(value, "write absent or absent:or_else");
  buffer->absent = value.empty() ? Absent::only : Absent::or_else;
  return true;
}

constexpr std::string_view base64_form = "base64_decode is bytes number, offset number, relative";

bool parse_base64_decode(RuleBuilder& rule, std::string_view value) {
  Base64Decode decode;
  decode.octets = most_encoded;
  for (const std::string_view part : split(value)) {
    const std::size_t space = part.find(' ');
    const std::string_view name = part.substr(0, space);
    if (part == "relative") {
      decode.relative = true;
      continue;
    }
    if ((name != "bytes" && name != "offset") || space == part.npos)
      return rule.refuse(part, std::string(base64_form));
    const auto number =
        read_integer(rule, trim(part.substr(space)), name == "bytes" ? 1 : 0, most_encoded);
    if (!number) return false;
    (name == "bytes" ? decode.octets : decode.offset) = static_cast<std::uint32_t>(*number);
  }
  decode.decoded = std::make_shared<Decoded>();
  rule.conditions().emplace_back(std::move(decode));
  return true;
}

bool parse_base64_data(RuleBuilder& rule, std::string_view value) {
  return rule.look_into_decoded() ||
         rule.refuse(value,
                     "base64_data looks at what base64_decode decoded, and none stands "
                     "before it");
}

// clang-format off
constexpr Keyword rows[] = {
    {"content", Value::needed, parse_content, false, "payload", "[!]\"text|hex|\"",
     {"These octets are there, or with ! are not.", "存在这些字节；加 ! 表示不存在。"}},
    {"nocase", Value::none, parse_nocase, false, "content", "",
     {"Upper and lower case are alike.", "不区分大小写。"}},
    {"offset", Value::needed, parse_offset, false, "content", "number|variable",
     {"The content begins at this octet or later.", "内容起始于该字节或之后。"}},
    {"depth", Value::needed, parse_depth, false, "content", "number|variable",
     {"The content ends within so many octets from the offset.", "内容在偏移之后的这些字节之内。"}},
    {"distance", Value::needed, parse_distance, false, "content", "number|variable",
     {"The content begins so many octets behind the match before it, or later.", "内容起始于前一匹配之后至少这些字节处。"}},
    {"within", Value::needed, parse_within, false, "content", "number|variable",
     {"The content ends within so many octets behind the match before it (and its distance).", "内容在前一匹配（及距离）之后的这些字节之内结束。"}},
    {"startswith", Value::none, parse_startswith, false, "content", "",
     {"The content stands at the very start.", "内容位于最开头。"}},
    {"endswith", Value::none, parse_endswith, false, "content", "",
     {"The content stands at the very end.", "内容位于最末尾。"}},
    {"fast_pattern", Value::optional, parse_fast_pattern, false, "content", "[only|offset,length]",
     {"This content, or this part of it, is the literal scanned for first.", "以该内容（或其一部分）作为首先扫描的字面串。"}},
    {"rawbytes", Value::none, parse_rawbytes, false, "content", "",
     {"Taken for compatibility; contents are always raw octets.", "为兼容而接受；内容本就是原始字节。"}},
    {"pkt_data", Value::none, parse_pkt_data, false, "payload", "",
     {"What follows looks at the raw octets again, not into a buffer.", "其后的条件重新针对原始字节。"}},
    {"bsize", Value::needed, parse_bsize, false, "payload", "[<|>|<=|>=|=|!]number|number<>number",
     {"The buffer has so many octets; of a range both ends are excluded.", "缓冲区有这么多字节；范围不含两端。"}},
    {"absent", Value::optional, parse_absent, false, "payload", "[or_else]",
     {"The message has no such buffer; with or_else it has none or what follows holds in it.", "报文没有该缓冲区；or_else 表示没有，或其后的条件成立。"}},
    {"base64_decode", Value::optional, parse_base64_decode, false, "payload", "[bytes number][,offset number][,relative]",
     {"Decodes base64 from here up to the first other octet, for base64_data.", "从此处解码 base64，直至第一个其他字节，供 base64_data 使用。"}},
    {"base64_data", Value::none, parse_base64_data, false, "payload", "",
     {"What follows looks into what base64_decode decoded.", "其后的条件针对 base64_decode 解码所得。"}},
    {"isdataat", Value::needed, parse_isdataat, false, "payload", "[!]number|variable[,relative]",
     {"There are octets at this place, or so many behind the match before.", "该位置存在数据，或前一匹配之后有这些字节。"}},
};
// clang-format on

}  // namespace

std::span<const Keyword> payload_keywords() {
  return rows;
}

}  // namespace langyan::detect
