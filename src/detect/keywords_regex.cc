// pcre: the regular expression of a rule, its flags, and the buffers that they name.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>

#include "detect/regex.h"
#include "detect/rule_builder.h"

namespace langyan::detect {
namespace {

struct RegexFlag {
  char letter;
  std::uint32_t option;     // of PCRE2
  std::string_view buffer;  // Suricata's flag for the buffer of this name
};
// clang-format off
constexpr RegexFlag regex_flags[] = {
    {'i', PCRE2_CASELESS, {}},
    {'m', PCRE2_MULTILINE, {}},
    {'s', PCRE2_DOTALL, {}},
    {'x', PCRE2_EXTENDED, {}},
    {'A', PCRE2_ANCHORED, {}},
    {'E', PCRE2_DOLLAR_ENDONLY, {}},
    {'G', PCRE2_UNGREEDY, {}},
    {'B', 0, {}},  // raw octets, as always here
    {'O', 0, {}},  // the match limits stand whatever a rule says
    {'R', 0, {}},  // relative
    {'U', 0, "http.uri"},
    {'I', 0, "http.uri.raw"},
    {'P', 0, "http.request_body"},
    {'Q', 0, "http.response_body"},
    {'H', 0, "http.header"},
    {'D', 0, "http.header.raw"},
    {'M', 0, "http.method"},
    {'C', 0, "http.cookie"},
    {'S', 0, "http.stat_code"},
    {'Y', 0, "http.stat_msg"},
    {'V', 0, "http.user_agent"},
    {'W', 0, "http.host"},
    {'Z', 0, "http.host.raw"},
};
// clang-format on

// Octets that may not be reached: what would make cost depend on more than the match limits.
// Where a match may begin is bounded by the matcher, see payload.cc.
constexpr std::uint32_t regex_options =
    PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP | PCRE2_USE_OFFSET_LIMIT;

struct Flags {
  std::uint32_t options = 0;
  const RegexFlag* buffer = nullptr;
  std::string_view buffer_at;
};

bool read_regex_flags(RuleBuilder& rule, std::string_view text, Regex& regex, Flags& flags) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto row = std::ranges::find(regex_flags, text[i], &RegexFlag::letter);
    if (row == std::end(regex_flags)) {
      return rule.refuse(text.substr(i), std::string("unknown pcre flag \"") + text[i] +
                                             "\"; known are imsxAEGRBO and the buffers "
                                             "UIPQHDMCSYVWZ");
    }
    if (!row->buffer.empty()) {
      if (flags.buffer && flags.buffer != row) {
        return rule.refuse(text.substr(i), std::string("pcre flags \"") + flags.buffer->letter +
                                               "\" and \"" + text[i] +
                                               "\" name two buffers; an expression looks into one");
      }
      flags.buffer = row;
      flags.buffer_at = text.substr(i);
    }
    flags.options |= row->option;
    regex.relative |= text[i] == 'R';
  }
  return true;
}

// `, flow:name` and `, pkt:name` behind the flags: what Suricata keeps for its scripts and its log.
bool read_captures(RuleBuilder& rule, std::string_view text) {
  for (const std::string_view part : split(text)) {
    if (!part.starts_with("flow:") && !part.starts_with("pkt:")) {
      return rule.refuse(part, "behind the flags of a pcre only flow:name and pkt:name may stand");
    }
    rule.warn(part, "what the expression captures is not kept as \"" + std::string(part) +
                        "\"; the rule fires as it would with it");
  }
  return true;
}

bool parse_pcre(RuleBuilder& rule, std::string_view value) {
  Regex regex;
  regex.negated = value.starts_with('!');
  if (regex.negated) value = trim(value.substr(1));
  if (value.size() < 4 || value.front() != '"' || value.back() != '"' || value[1] != '/') {
    return rule.refuse(value, "a regular expression is written \"/pattern/flags\"");
  }
  const std::string_view inner = value.substr(2, value.size() - 3);
  const std::size_t slash = inner.rfind('/');
  if (slash == inner.npos) return rule.refuse(value, "the / that ends the pattern is missing");
  const std::string_view pattern = inner.substr(0, slash);
  if (pattern.empty()) return rule.refuse(value, "the regular expression is empty");
  std::string_view letters = inner.substr(slash + 1), captures;
  if (const std::size_t comma = letters.find(','); comma != letters.npos) {
    captures = letters.substr(comma + 1);
    letters = letters.substr(0, comma);
  }
  Flags flags;
  if (!read_regex_flags(rule, trim(letters), regex, flags)) return false;
  if (!read_captures(rule, captures)) return false;
  if (const auto error = compile_regex(pattern, flags.options, regex)) {
    return rule.refuse(pattern.substr(std::min(error->at, pattern.size())), error->reason);
  }
  if (!flags.buffer) {
    rule.conditions().emplace_back(std::move(regex));
    return true;
  }
  // The flag's buffer is meant for this expression alone: what stood before stands again after it.
  const RuleBuilder::Elsewhere elsewhere(rule);
  if (!look_into_field(rule, flags.buffer_at, flags.buffer->buffer)) {
    return rule.refuse_unknown(flags.buffer_at,
                               std::string("pcre flag \"") + flags.buffer->letter +
                                   "\" looks into " + std::string(flags.buffer->buffer) +
                                   ", and no protocol here has that buffer",
                               "pcre/" + std::string(1, flags.buffer->letter));
  }
  rule.conditions().emplace_back(std::move(regex));
  return true;
}

// clang-format off
constexpr Keyword rows[] = {
    {"pcre", Value::needed, parse_pcre, false, "payload", "[!]\"/pattern/imsxAEGRBO[UIPQHDMCSYVWZ]\"",
     {"The regular expression matches; R counts from the match before it, the last letters name a buffer of HTTP.", "正则表达式匹配；R 表示从前一匹配处开始，末组字母指定 HTTP 缓冲区。"}},
};
// clang-format on

}  // namespace

std::optional<RegexError> compile_regex(std::string_view pattern, std::uint32_t options,
                                        Regex& regex) {
  if (pattern.size() > longest_regex) {
    return RegexError{
        0, "a regular expression has at most " + std::to_string(longest_regex) + " octets"};
  }
  int error = 0;
  std::size_t at = 0;
  regex.code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                 options | regex_options, &error, &at, nullptr));
  if (!regex.code) {
    PCRE2_UCHAR reason[256];
    pcre2_get_error_message(error, reason, sizeof reason);
    return RegexError{at, std::string("the regular expression is wrong here: ") +
                              reinterpret_cast<const char*>(reason)};
  }
  std::uint32_t all = 0;
  pcre2_pattern_info(regex.code.get(), PCRE2_INFO_ALLOPTIONS, &all);
  regex.anchored = (all & PCRE2_ANCHORED) != 0;
  pcre2_pattern_info(regex.code.get(), PCRE2_INFO_CAPTURECOUNT, &regex.groups);
  // Without the compiler matching is only slower. The second form is for streams, see
  // PayloadMatcher.
  pcre2_jit_compile(regex.code.get(), PCRE2_JIT_COMPLETE);
  if (regex.anchored) pcre2_jit_compile(regex.code.get(), PCRE2_JIT_PARTIAL_SOFT);
  return {};
}

std::span<const Keyword> regex_keywords() {
  return rows;
}

}  // namespace langyan::detect
