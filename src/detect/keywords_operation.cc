// ot.*: conditions on Operations, the same words in every protocol. All of a rule's hold on one and
// the same operation.
#include <algorithm>
#include <array>

#include "detect/number_reader.h"
#include "fields/host_role.h"

namespace langyan::detect {
namespace {

constexpr std::size_t longest_glob = 128;  // as a rendered notation

OperationNeeds& needs(RuleBuilder& rule) {
  rule.program.operation.used = true;
  return rule.program.operation;
}

bool parse_verb(RuleBuilder& rule, std::string_view value) {
  const auto verbs = read_words(rule, value, verb_names(), "verb");
  if (verbs) needs(rule).verbs = *verbs;
  return verbs.has_value();
}

bool parse_result(RuleBuilder& rule, std::string_view value) {
  const auto outcomes = read_words(rule, value, outcome_names(), "result");
  if (!outcomes) return false;
  needs(rule).outcomes = static_cast<std::uint8_t>(*outcomes);
  return needs(rule).on_result = true;
}

template <std::optional<NumberSet> OperationNeeds::*member, Kind kind>
bool parse_number(RuleBuilder& rule, std::string_view value) {
  auto numbers = read_numbers(rule, value, kind, {});
  if (numbers) needs(rule).*member = std::move(*numbers);
  return numbers.has_value();
}

bool parse_code(RuleBuilder& rule, std::string_view value) {
  needs(rule).on_result = true;
  return parse_number<&OperationNeeds::code, Kind::u16>(rule, value);
}

// A list of patterns, each quoted or plain; a ! at its front negates all of it.
std::optional<GlobSet> read_globs(RuleBuilder& rule, std::string_view text) {
  GlobSet set;
  if (text.starts_with('!')) set.negated = true, text = trim(text.substr(1));
  for (const std::string_view part : split(text)) {
    std::string glob(part);
    if (part.starts_with('"')) {
      auto quoted = read_quoted(rule, part);
      if (!quoted) return {};
      glob = std::move(*quoted);
    } else if (part.starts_with('!')) {
      rule.refuse(part, "write ! once, before the list: it negates all of it");
      return {};
    }
    if (glob.empty() || glob.size() > longest_glob) {
      rule.refuse(part, "a pattern has 1 to " + std::to_string(longest_glob) + " octets");
      return {};
    }
    set.globs.push_back(std::move(glob));
  }
  if (!set.globs.empty()) return set;
  rule.refuse(text, "a pattern such as \"DB10*\" is missing here");
  return {};
}

template <std::optional<GlobSet> OperationNeeds::*member>
bool parse_globs(RuleBuilder& rule, std::string_view value) {
  auto globs = read_globs(rule, value);
  if (globs) needs(rule).*member = std::move(*globs);
  return globs.has_value();
}

bool parse_value(RuleBuilder& rule, std::string_view value) {
  const std::string_view text = value.starts_with('!') ? trim(value.substr(1)) : value;
  if (text.starts_with('"')) return parse_globs<&OperationNeeds::text>(rule, value);
  constexpr Name switch_words[] = {{0, "off"}, {1, "on"}, {0, "false"}, {1, "true"}};
  if (std::ranges::find(switch_words, text, &Name::word) == std::end(switch_words)) {
    return parse_number<&OperationNeeds::value, Kind::f64>(rule, value);
  }
  const std::uint64_t key = key_of_real(text == "on" || text == "true");
  NumberSet numbers;
  numbers.add(key, key);
  if (value.starts_with('!')) numbers.complement(domain(Kind::f64).low, domain(Kind::f64).high);
  numbers.normalise();
  needs(rule).value = std::move(numbers);
  return true;
}

// Roles come from the table beside the rules (role_table.h); who is not in it is `unknown`.
std::span<const Name> role_names() {
  static const auto names = [] {
    std::array<Name, static_cast<std::size_t>(HostRole::last)> all;
    for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = {i, host_roles()[i].name};
    return all;
  }();
  return names;
}

bool parse_role(RuleBuilder& rule, std::string_view value, bool source) {
  const auto mask = read_words(rule, value, role_names(), "role");
  if (mask) (source ? needs(rule).source_roles : needs(rule).destination_roles) = *mask;
  return mask.has_value();
}
bool parse_source_role(RuleBuilder& rule, std::string_view value) {
  return parse_role(rule, value, true);
}
bool parse_destination_role(RuleBuilder& rule, std::string_view value) {
  return parse_role(rule, value, false);
}

// clang-format off
constexpr std::string_view number_form = "[!]number|low-high|<number|>number, …";
constexpr Keyword rows[] = {
    {"ot.verb", Value::needed, parse_verb, true, "operation", "[!]verb, …",
     {"What is done: read, write, control, stop, download and so on.", "操作动词：read、write、control、stop、download 等。"}},
    {"ot.object", Value::needed, parse_globs<&OperationNeeds::object>, true, "operation", "[!]\"pattern\", …",
     {"The thing touched, in the engineer's notation; * stands for any run, ? for any character.", "操作对象（工程记法）；* 任意串，? 任意字符。"}},
    {"ot.value", Value::needed, parse_value, true, "operation", "[!]number|range|on|off|\"pattern\", …",
     {"The value carried, or one of them.", "携带的值（或其中之一）。"}},
    {"ot.result", Value::needed, parse_result, true, "operation", "[!]ok|refused|no_answer|one_way|pending, …",
     {"How it ended; such a rule runs on the answer.", "操作结果；此类规则在应答时判定。"}},
    {"ot.code", Value::needed, parse_code, true, "operation", number_form,
     {"The protocol's code of a refusal.", "被拒绝时的协议代码。"}},
    {"ot.unit", Value::needed, parse_number<&OperationNeeds::unit, Kind::u32>, true, "operation", number_form,
     {"The device behind the address: unit id, common address, rack and slot.", "地址背后的设备：单元号、公共地址、机架与槽号。"}},
    {"ot.function", Value::needed, parse_number<&OperationNeeds::function, Kind::u32>, true, "operation", number_form,
     {"The protocol's function that does it.", "执行操作的协议功能码。"}},
    {"ot.space", Value::needed, parse_globs<&OperationNeeds::space>, true, "operation", "[!]name, …",
     {"The kind of object: coil, holding_register and so on.", "对象类别：coil、holding_register 等。"}},
    {"ot.address", Value::needed, parse_number<&OperationNeeds::address, Kind::u64>, true, "operation", number_form,
     {"An address that is touched, as the protocol counts.", "涉及的地址（按协议计数）。"}},
    {"ot.count", Value::needed, parse_number<&OperationNeeds::count, Kind::u32>, true, "operation", number_form,
     {"How many elements are touched.", "涉及的元素个数。"}},
    {"ot.src.role", Value::needed, parse_source_role, true, "operation", "[!]role, …",
     {"The role of who sent it, as ledger and inventory had it when the rules were loaded.", "发送方的角色（以规则加载时的台账与资产清单为准）。"}},
    {"ot.dst.role", Value::needed, parse_destination_role, true, "operation", "[!]role, …",
     {"The role of who receives it, as ledger and inventory had it when the rules were loaded.", "接收方的角色（以规则加载时的台账与资产清单为准）。"}},
};
// clang-format on

}  // namespace

std::span<const Keyword> operation_keywords() {
  return rows;
}

}  // namespace langyan::detect
