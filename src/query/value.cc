#include "query/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/json.h"
#include "base/units.h"
#include "fields/detection.h"

namespace langyan::query {
namespace {

Fault fault(std::string_view code, Span span, Said message, Said advice, std::string fix = {}) {
  return {code, span, std::move(message), std::move(advice), std::move(fix)};
}

Fault bad_value(const Test& test, const Value& value, Said allowed, Said example) {
  const std::string what = "`" + shown(value.text) + "`";
  return fault("bad-value", value.span,
               {what + " is no value of " + test.target.name + ": " + allowed.en + ".",
                what + " 不是 " + test.target.name + " 的值：" + allowed.zh + "。"},
               {"Write one such as " + example.en + ".", "例如 " + example.zh + "。"});
}

std::optional<Number> number_of(std::string_view text) {
  const char *begin = text.data(), *end = begin + text.size();
  if (text.starts_with('+')) return {};
  Number number;
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) begin += 2, base = 16;
  if (const auto [at, error] = std::from_chars(begin, end, number.integer, base);
      error == std::errc() && at == end && begin != end)
    return number;
  number.whole = false;
  if (base == 16) return {};
  const auto [at, error] = std::from_chars(begin, end, number.real);
  if (error != std::errc() || at != end || !std::isfinite(number.real)) return {};
  number.real += 0.0;
  return number;
}
Number whole(std::int64_t value) {
  return {true, value, 0};
}

bool is_bound(Operator op) {
  return op == Operator::more || op == Operator::at_least || op == Operator::less || op == Operator::at_most;
}

NumberRange range_of(Operator op, const Number& number) {
  NumberRange range;
  switch (op) {
    case Operator::more: range.least = number, range.least_open = true; break;
    case Operator::at_least: range.least = number; break;
    case Operator::less: range.most = number, range.most_open = true; break;
    case Operator::at_most: range.most = number; break;
    default: range.least = range.most = number; break;
  }
  return range;
}

struct Ends {
  std::string_view from, to;
};
// "a..b", "a..", "..b" outside quotes.
std::optional<Ends> range_in(const Value& value) {
  if (value.quoted || !value.stars.empty()) return {};
  const auto dots = value.text.find("..");
  if (dots == std::string::npos) return {};
  const std::string_view text = value.text;
  return Ends{text.substr(0, dots), text.substr(dots + 2)};
}

// A value of a type with an order, its ends read by `read`.
template <class Read>
std::optional<Fault> add_ordered(Test& test, const Term& term, const Value& value, Said allowed, Said example,
                                 Read read) {
  const auto bad = [&] { return bad_value(test, value, allowed, example); };
  if (!value.stars.empty()) return bad();
  if (const auto ends = range_in(value); ends && !is_bound(term.op)) {
    NumberRange range;
    if (!ends->from.empty() && !(range.least = read(ends->from))) return bad();
    if (!ends->to.empty() && !(range.most = read(ends->to))) return bad();
    if (ends->from.empty() && ends->to.empty()) return bad();
    test.numbers.push_back(range);
    return {};
  }
  const auto number = read(value.text);
  if (!number) return bad();
  test.numbers.push_back(range_of(term.op, *number));
  return {};
}

std::optional<std::int64_t> code_of(const Target& target, std::string_view word) {
  for (const auto& [code, name] : target.codes)
    if (lower_case(name) == lower_case(word)) return code;
  return {};
}

std::optional<Fault> add_number(Test& test, const Term& term, const Value& value) {
  const auto& codes = test.target.codes;
  // Of a coded number the word is as good as the number; a part of a word is looked for among them.
  if (!codes.empty() && !is_bound(term.op) && !range_in(value) && !number_of(value.text)) {
    if (!value.stars.empty() || code_of(test.target, value.text)) {
      test.texts.push_back({value.text, value.stars});
      return {};
    }
    return bad_value(test, value, {"a number or one of its words", "数字或其名称"},
                     {test.target.name + ":" + codes[0].second, test.target.name + ":" + codes[0].second});
  }
  const std::string example = test.target.name + ":1..5";
  return add_ordered(test, term, value, {"a number", "数字"}, {example, example}, number_of);
}

std::optional<Fault> add_time(Test& test, const Term& term, const Value& value, Time now) {
  return add_ordered(test, term, value, {"a time", "时间"},
                     {"@timestamp>=-24h or 2026-03-02T08:00:00Z", "@timestamp>=-24h 或 2026-03-02T08:00:00Z"},
                     [&](std::string_view text) -> std::optional<Number> {
                       const auto time = parse_moment(text, now);
                       return time ? std::optional(whole(*time)) : std::nullopt;
                     });
}

std::optional<std::int64_t> severity_of(std::string_view text) {
  const std::string word = lower_case(text);
  for (std::uint8_t level = 1; level <= 5; ++level)
    if (word == severity_name(static_cast<Severity>(level))) return level;
  constexpr std::string_view chinese[] = {"紧急", "高危", "中危", "低危", "提示"};
  for (std::int64_t level = 1; level <= 5; ++level)
    if (word == chinese[level - 1]) return level;
  return {};
}

// Named severities are ordered by how bad they are, numbers as EVE writes them: 1 is worst.
std::optional<Fault> add_severity(Test& test, const Term& term, const Value& value) {
  const auto read = [](std::string_view text) -> std::optional<Number> {
    const auto number = number_of(text);
    return number && number->whole && number->integer >= 1 && number->integer <= 255 ? number : std::nullopt;
  };
  const auto ends = range_in(value);
  const auto first = severity_of(ends ? ends->from : std::string_view(value.text));
  if (!first)
    return add_ordered(test, term, value,
                       {"critical, high, medium, low, info or 1 to 255", "critical、high、medium、low、info 或 1 至 255"},
                       {"severity>=high", "severity>=high"}, read);
  NumberRange range;
  if (ends) {
    const auto last = severity_of(ends->to);
    if (!last || is_bound(term.op))
      return bad_value(test, value, {"two severities by name", "两个级别名称"},
                       {"severity:medium..critical", "severity:medium..critical"});
    range.least = whole(std::min(*first, *last)), range.most = whole(std::max(*first, *last));
  } else {
    switch (term.op) {
      case Operator::more: range.most = whole(*first), range.most_open = true; break;
      case Operator::at_least: range.most = whole(*first); break;
      case Operator::less: range.least = whole(*first), range.least_open = true; break;
      case Operator::at_most: range.least = whole(*first); break;
      default: range.least = range.most = whole(*first); break;
    }
    // Five have names; what is worse than none of them is no severity of an alert.
    if (!range.least) range.least = whole(1);
  }
  test.numbers.push_back(range);
  return {};
}

template <std::size_t N>
std::optional<Fault> add_word(Test& test, const Value& value,
                              const std::array<std::pair<std::string_view, std::int64_t>, N>& words) {
  const std::string word = lower_case(value.text);
  std::string list;
  for (const auto& [each, number] : words) {
    if (value.stars.empty() && each == word) {
      test.numbers.push_back(range_of(Operator::equal, whole(number)));
      return {};
    }
    list.append(list.empty() ? "" : ", ").append(each);
  }
  const std::string example = test.target.name + ":" + std::string(words[0].first);
  return bad_value(test, value, {list, list}, {example, example});
}

constexpr std::array<std::pair<std::string_view, std::int64_t>, 11> state_words = {{
    {"new", 0}, {"acknowledged", 1}, {"ack", 1}, {"closed", 2}, {"false-positive", 3},
    {"未处理", 0}, {"新", 0}, {"待研判", 0}, {"已确认", 1}, {"已关闭", 2}, {"误报", 3}}};
constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> class_words = {{
    {"alert", 0}, {"operation", 1}, {"flow", 2}, {"stats", 3}, {"other", 4}}};

// "10.3.*" is a network where the star stands for whole parts of an address.
std::optional<IpNetwork> network_with_star(const Value& value) {
  if (value.stars.size() != 1 || value.stars[0] != value.text.size() || !value.text.ends_with('.')) return {};
  const auto dots = std::ranges::count(value.text, '.');
  if (dots < 1 || dots > 3) return {};
  std::string text = value.text;
  for (auto i = dots; i < 4; ++i) text.append(i == dots ? "0" : ".0");
  auto network = parse_network(text);
  if (network) network->prefix = static_cast<std::uint8_t>(96 + 8 * dots);
  return network;
}

std::optional<Fault> add_address(Test& test, const Term& term, const Value& value) {
  const auto bad = [&] {
    return bad_value(test, value, {"an address, network or range", "地址、网段或范围"},
                     {"src:10.0.0.0/8 or src:10.0.0.5..10.0.0.9", "src:10.0.0.0/8 或 src:10.0.0.5..10.0.0.9"});
  };
  if (const auto network = network_with_star(value); network && !is_bound(term.op))
    return test.networks.push_back(*network), std::nullopt;
  if (!value.stars.empty()) return bad();
  const auto ends = range_in(value);
  if (!ends && !is_bound(term.op)) {
    const auto network = parse_network(value.text);
    if (!network) return bad();
    return test.networks.push_back(*network), std::nullopt;
  }
  if (!ends || is_bound(term.op)) return bad();
  const auto least = parse_ip(ends->from), most = parse_ip(ends->to);
  if (!least || !most || least->is_v4() != most->is_v4()) return bad();
  return test.addresses.push_back({*least, *most}), std::nullopt;
}

std::optional<Fault> add_text(Test& test, const Term& term, const Value& value) {
  if (is_bound(term.op))
    return fault("not-ordered", term.span,
                 {test.target.name + " is a text and has no order.", test.target.name + " 是文本，不能比较大小。"},
                 {"Compare it with : and, where only a part is known, *.", "请用 : 比较；只知道一部分时用 *。"});
  std::string text = test.target.type == Type::lower ? lower_case(value.text) : value.text;
  test.texts.push_back({std::move(text), value.stars});
  return {};
}

// Texts and numbers alike, since what the JSON holds is not known before.
std::optional<Fault> add_any(Test& test, const Term& term, const Value& value) {
  const auto number = value.quoted || !value.stars.empty() ? std::nullopt : number_of(value.text);
  if (is_bound(term.op) || range_in(value)) {
    const std::string example = test.target.name + ">5";
    return add_ordered(test, term, value, {"a number", "数字"}, {example, example}, number_of);
  }
  if (number) test.numbers.push_back(range_of(Operator::equal, *number));
  const std::string word = lower_case(value.text);
  if (!value.quoted && value.stars.empty() && (word == "true" || word == "false"))
    test.numbers.push_back(range_of(Operator::equal, whole(word == "true")));
  test.texts.push_back({value.text, value.stars});
  return {};
}

std::optional<Fault> add_boolean(Test& test, const Value& value) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> words = {
      {{"true", 1}, {"false", 0}, {"1", 1}, {"0", 0}}};
  return add_word(test, value, words);
}

std::optional<Fault> add_state(Test& test, const Value& value) {
  const std::string word = lower_case(value.text);
  if (value.stars.empty() && (word == "acked" || word == "unacked"))  // EveBox's habit
    return test.numbers.push_back(range_of(Operator::equal, whole(word == "acked"))), std::nullopt;
  return add_word(test, value, state_words);
}

std::optional<Fault> add_identifier(Test& test, const Term& term, const Value& value) {
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(value.text.data(), value.text.data() + value.text.size(), number);
  if (!value.stars.empty() || is_bound(term.op) || value.text.empty() || error != std::errc() ||
      end != value.text.data() + value.text.size())
    return bad_value(test, value, {"a whole number, compared as a whole", "完整的整数"},
                     {test.target.name + ":1234", test.target.name + ":1234"});
  test.numbers.push_back(range_of(Operator::equal, whole(static_cast<std::int64_t>(number))));
  return {};
}

std::optional<Fault> add_path(Test& test, const Term& term, const Value& value) {
  if (!value.stars.empty() || is_bound(term.op) || value.text.empty() || value.text.ends_with('/'))
    return bad_value(test, value, {"a part of the organisation tree", "组织树中的一级"},
                     {"org:cn/jiangsu", "org:cn/jiangsu"});
  test.texts.push_back({value.text, {}});
  return {};
}

}  // namespace

std::optional<Time> parse_moment(std::string_view text, Time now) {
  if (text == "now") return now;
  if (text.starts_with("now-")) text.remove_prefix(3);
  if (!text.starts_with('-')) {
    const auto time = parse_timestamp(text);
    return time && *time >= 0 ? time : std::nullopt;
  }
  const auto back = parse_duration(text.substr(1));
  // Years beyond what a clock shows would overflow the difference.
  if (!back || *back > 100'000 * day || now < *back) return {};
  return now - *back;
}

std::optional<Fault> add_value(Test& test, const Term& term, const Value& value,
                               const Surroundings& around) {
  if (value.text.empty() && value.stars.empty())
    return fault("empty-value", value.span, {"This value is empty.", "此值为空。"},
                 {"Write * for any value, or not " + term.field + ":* for none.",
                  "任意值请写 *；没有值请写 not " + term.field + ":*。"});
  switch (test.target.type) {
    case Type::number: return add_number(test, term, value);
    case Type::identifier: return add_identifier(test, term, value);
    case Type::lower:
    case Type::text: return add_text(test, term, value);
    case Type::address: return add_address(test, term, value);
    case Type::time: return add_time(test, term, value, around.now);
    case Type::boolean: return add_boolean(test, value);
    case Type::any: return add_any(test, term, value);
    case Type::severity: return add_severity(test, term, value);
    case Type::state: return add_state(test, value);
    case Type::event_class: return add_word(test, value, class_words);
    case Type::path: return add_path(test, term, value);
  }
  return {};
}

}  // namespace langyan::query
