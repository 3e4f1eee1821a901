// Keywords that look at octets: content and its modifiers, pcre, isdataat.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>

#include "detect/rule_builder.h"

namespace langyan::detect {
namespace {

constexpr std::size_t longest_content = 255;  // octets, as Suricata
constexpr std::size_t longest_regex = 8'192;
constexpr std::int64_t farthest = 1 << 20;    // of distance and within
constexpr std::int64_t longest_run = 65'535;  // of offset and depth

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
  if (content && (content->offset || content->depth)) {
    rule.refuse(
        value,
        "distance and within do not go with offset, depth or startswith of the same content");
    return nullptr;
  }
  return content;
}

bool parse_offset(RuleBuilder& rule, std::string_view value) {
  Content* content = absolute(rule, value);
  const auto number = content ? read_integer(rule, value, 0, longest_run) : std::nullopt;
  if (!number) return false;
  if (content->offset) return rule.refuse(value, "the content has an offset already");
  content->offset = static_cast<std::uint32_t>(*number);
  return true;
}

bool parse_depth(RuleBuilder& rule, std::string_view value) {
  Content* content = absolute(rule, value);
  const auto number = content ? read_integer(rule, value, 1, longest_run) : std::nullopt;
  if (!number) return false;
  if (content->depth) return rule.refuse(value, "the content has a depth already");
  content->depth = static_cast<std::uint32_t>(*number);
  return true;
}

bool parse_distance(RuleBuilder& rule, std::string_view value) {
  Content* content = relative(rule, value);
  const auto number = content ? read_integer(rule, value, -farthest, farthest) : std::nullopt;
  if (!number) return false;
  if (content->distance) return rule.refuse(value, "the content has a distance already");
  content->distance = static_cast<std::int32_t>(*number);
  return true;
}

bool parse_within(RuleBuilder& rule, std::string_view value) {
  Content* content = relative(rule, value);
  const auto number = content ? read_integer(rule, value, 1, farthest) : std::nullopt;
  if (!number) return false;
  if (content->within) return rule.refuse(value, "the content has a within already");
  content->within = static_cast<std::int32_t>(*number);
  return true;
}

bool parse_startswith(RuleBuilder& rule, std::string_view value) {
  Content* content = rule.content_before(value);
  if (!content) return false;
  if (content->relative() || content->offset || content->depth) {
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
  if (content->negated) return rule.refuse(value, "a negated content cannot be the fast pattern");
  content->fast = true;
  if (value.empty()) return true;
  if (value == "only") {
    if (content->relative() || content->offset || content->depth) {
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

struct RegexFlag {
  char letter;
  std::uint32_t option;     // of PCRE2
  std::string_view buffer;  // Suricata's flag for the buffer of this name
};
constexpr RegexFlag regex_flags[] = {
    {'i', PCRE2_CASELESS, {}},
    {'m', PCRE2_MULTILINE, {}},
    {'s', PCRE2_DOTALL, {}},
    {'x', PCRE2_EXTENDED, {}},
    {'A', PCRE2_ANCHORED, {}},
    {'D', PCRE2_DOLLAR_ENDONLY, {}},
    {'E', PCRE2_DOLLAR_ENDONLY, {}},
    {'G', PCRE2_UNGREEDY, {}},
    {'B', 0, {}},
    {'O', 0, {}},  // raw octets; match limits: as always here
    {'R', 0, {}},  // relative
    {'U', 0, "http.uri"},
    {'I', 0, "http.uri.raw"},
    {'P', 0, "http.request_body"},
    {'Q', 0, "http.response_body"},
    {'H', 0, "http.header"},
    {'M', 0, "http.method"},
    {'C', 0, "http.cookie"},
    {'S', 0, "http.stat_code"},
    {'Y', 0, "http.stat_msg"},
    {'V', 0, "http.user_agent"},
    {'W', 0, "http.host"},
};

// Octets that may not be reached: what would make cost depend on more than the match limits.
constexpr std::uint32_t regex_options = PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP;

bool read_regex_flags(RuleBuilder& rule, std::string_view flags, Regex& regex,
                      std::uint32_t& options) {
  for (std::size_t i = 0; i < flags.size(); ++i) {
    const auto row = std::ranges::find(regex_flags, flags[i], &RegexFlag::letter);
    if (row == std::end(regex_flags)) {
      return rule.refuse(flags.substr(i), std::string("unknown pcre flag \"") + flags[i] +
                                              "\"; known are imsxADEGRBO");
    }
    if (!row->buffer.empty()) {
      return rule.refuse_unknown(flags.substr(i),
                                 std::string("pcre flag \"") + flags[i] + "\" looks into " +
                                     std::string(row->buffer) +
                                     "; name that buffer before the pcre instead",
                                 "pcre/" + std::string(1, flags[i]));
    }
    options |= row->option;
    regex.relative |= flags[i] == 'R';
  }
  return true;
}

bool compile_regex(RuleBuilder& rule, std::string_view pattern, std::uint32_t options,
                   Regex& regex) {
  int error = 0;
  std::size_t at = 0;
  regex.code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                 options | regex_options, &error, &at, nullptr));
  if (!regex.code) {
    PCRE2_UCHAR reason[256];
    pcre2_get_error_message(error, reason, sizeof reason);
    return rule.refuse(pattern.substr(std::min(at, pattern.size())),
                       std::string("the regular expression is wrong here: ") +
                           reinterpret_cast<const char*>(reason));
  }
  std::uint32_t all = 0;
  pcre2_pattern_info(regex.code.get(), PCRE2_INFO_ALLOPTIONS, &all);
  regex.anchored = (all & PCRE2_ANCHORED) != 0;
  // Without the compiler matching is only slower. The second form is for streams, see
  // PayloadMatcher.
  pcre2_jit_compile(regex.code.get(), PCRE2_JIT_COMPLETE);
  if (regex.anchored) pcre2_jit_compile(regex.code.get(), PCRE2_JIT_PARTIAL_SOFT);
  return true;
}

bool parse_pcre(RuleBuilder& rule, std::string_view value) {
  Regex regex;
  regex.negated = strip_negation(value);
  if (value.size() < 4 || value.front() != '"' || value.back() != '"' || value[1] != '/') {
    return rule.refuse(value, "a regular expression is written \"/pattern/flags\"");
  }
  const std::string_view inner = value.substr(2, value.size() - 3);
  const std::size_t slash = inner.rfind('/');
  if (slash == inner.npos) return rule.refuse(value, "the / that ends the pattern is missing");
  const std::string_view pattern = inner.substr(0, slash);
  if (pattern.empty()) return rule.refuse(value, "the regular expression is empty");
  if (pattern.size() > longest_regex) {
    return rule.refuse(
        value, "a regular expression has at most " + std::to_string(longest_regex) + " octets");
  }
  std::uint32_t options = 0;
  if (!read_regex_flags(rule, inner.substr(slash + 1), regex, options)) return false;
  if (!compile_regex(rule, pattern, options, regex)) return false;
  rule.conditions().emplace_back(std::move(regex));
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
  const auto offset = read_integer(rule, parts.empty() ? value : parts[0], 0, longest_run);
  if (!offset) return false;
  data.offset = static_cast<std::uint32_t>(*offset);
  rule.conditions().emplace_back(data);
  return true;
}

// clang-format off
constexpr Keyword rows[] = {
    {"content", Value::needed, parse_content, false, "payload", "[!]\"text|hex|\"",
     {"These octets are there, or with ! are not.", "存在这些字节；加 ! 表示不存在。"}},
    {"nocase", Value::none, parse_nocase, false, "content", "",
     {"Upper and lower case are alike.", "不区分大小写。"}},
    {"offset", Value::needed, parse_offset, false, "content", "number",
     {"The content begins at this octet or later.", "内容起始于该字节或之后。"}},
    {"depth", Value::needed, parse_depth, false, "content", "number",
     {"The content ends within so many octets from the offset.", "内容在偏移之后的这些字节之内。"}},
    {"distance", Value::needed, parse_distance, false, "content", "number",
     {"The content begins so many octets behind the match before it, or later.", "内容起始于前一匹配之后至少这些字节处。"}},
    {"within", Value::needed, parse_within, false, "content", "number",
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
    {"pcre", Value::needed, parse_pcre, false, "payload", "[!]\"/pattern/imsxADEGRBO\"",
     {"The regular expression matches; R counts from the match before it.", "正则表达式匹配；R 表示从前一匹配处开始。"}},
    {"isdataat", Value::needed, parse_isdataat, false, "payload", "[!]number[,relative]",
     {"There are octets at this place, or so many behind the match before.", "该位置存在数据，或前一匹配之后有这些字节。"}},
};
// clang-format on

}  // namespace

std::span<const Keyword> payload_keywords() {
  return rows;
}

}  // namespace langyan::detect
