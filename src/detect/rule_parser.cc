#include "detect/rule_parser.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/suggest.h"
#include "detect/compat/foreign.h"
#include "detect/requirement.h"

namespace langyan::detect {
namespace {

struct Option {
  std::string_view name, value;
  bool has_value = false;
};

// Of the semicolon that ends the first option; npos: none does.
std::size_t option_end(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == ';') {
      return i;
    }
  }
  return text.npos;
}

Option cut_option(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view name = trim(text.substr(0, colon));
  if (colon == text.npos) return {name, name.substr(0, 0), false};
  return {name, trim(text.substr(colon + 1)), true};
}

// The nearest field of the protocols that `is_meant` picks.
std::string nearest_field(RuleBuilder& rule, std::string_view name, auto is_meant) {
  std::vector<std::string> fields;
  for (const Protocol* protocol : rule.environment.protocols) {
    if (!is_meant(*protocol)) continue;
    const auto add = [&](const Schema& schema) {
      for (const Field& row : schema.fields)
        if (row.uses & langyan::rule)
          fields.push_back(std::string(protocol->name) + "." + std::string(row.name));
    };
    add(*protocol->message);
    for (const Schema* items : protocol->items)
      if (items) add(*items);
  }
  const std::vector<std::string_view> views(fields.begin(), fields.end());
  return std::string(nearest(name, views));
}

// A protocol that is named is meant; only where none is, its name may be the mistake.
std::string nearest_keyword(RuleBuilder& rule, std::string_view name) {
  const std::size_t dot = name.find('.');
  const bool names_protocol = dot != name.npos && rule.find_protocol(name.substr(0, dot));
  if (names_protocol) {
    const auto is_it = [&](const Protocol& each) { return each.name == name.substr(0, dot); };
    if (std::string field = nearest_field(rule, name, is_it); !field.empty()) return field;
  }
  std::vector<std::string_view> known;
  for (const Keyword* keyword : all_keywords()) known.push_back(keyword->name);
  for (const Foreign* row : all_foreign())
    if (is_there(*row, rule.environment.protocols)) known.push_back(row->name);
  if (const std::string_view near = nearest(name, known); !near.empty()) return std::string(near);
  if (dot == name.npos || names_protocol) return {};
  return nearest_field(rule, name, [](const Protocol&) { return true; });
}

bool refuse_keyword(RuleBuilder& rule, std::string_view name) {
  const std::string near = nearest_keyword(rule, name);
  std::string reason = "unknown keyword \"" + std::string(name) + "\"";
  if (!near.empty()) reason += "; did you mean \"" + near + "\"?";
  return rule.refuse_unknown(name, std::move(reason), name);
}

bool check_value(RuleBuilder& rule, const Keyword& keyword, const Option& option) {
  if (keyword.value == Value::none && option.has_value) {
    return rule.refuse(option.value, "\"" + std::string(keyword.name) + "\" takes no value");
  }
  if (keyword.value == Value::needed && option.value.empty()) {
    return rule.refuse(option.name, "\"" + std::string(keyword.name) +
                                        "\" needs a value: " + std::string(keyword.name) + ":" +
                                        std::string(keyword.form));
  }
  if (keyword.once && !rule.seen.emplace(keyword.name).second) {
    return rule.refuse(option.name, "\"" + std::string(keyword.name) + "\" stands twice");
  }
  return true;
}

bool parse_option(RuleBuilder& rule, const Option& option) {
  if (option.name.empty()) return rule.refuse(option.name, "a keyword is missing here");
  if (const Keyword* keyword = find_keyword(option.name)) {
    return check_value(rule, *keyword, option) && keyword->parse(rule, option.value);
  }
  if (option.has_value && option.value.empty()) {
    return rule.refuse(option.name,
                       "a value is missing behind \"" + std::string(option.name) + ":\"");
  }
  if (const Foreign* row = find_foreign(option.name))
    return parse_foreign(rule, *row, option.name, option.value);
  bool known = false;
  const bool parsed = parse_field(rule, option.name, option.value, known);
  return known ? parsed : refuse_keyword(rule, option.name);
}

// Before all others: a rule that requires what is not here may hold keywords nobody knows.
bool meets_requirements(RuleBuilder& rule, std::string_view text) {
  while (true) {
    const std::size_t end = option_end(text);
    if (end == text.npos) return true;
    const Option option = cut_option(trim(text.substr(0, end)));
    if (option.name == "requires" && !check_requirement(rule, option.value)) return false;
    text.remove_prefix(end + 1);
  }
}

bool parse_options(RuleBuilder& rule, std::string_view text) {
  if (!meets_requirements(rule, text)) return false;
  for (std::size_t count = 0; !trim(text).empty(); ++count) {
    if (count == most_options) {
      return rule.refuse(text, "a rule has at most " + std::to_string(most_options) + " options");
    }
    const std::size_t end = option_end(text);
    const std::string_view option = trim(text.substr(0, end));
    if (end == text.npos) {
      return rule.refuse(option.substr(option.size()),
                         "a semicolon is missing behind the last option");
    }
    if (!parse_option(rule, cut_option(option))) return false;
    text.remove_prefix(end + 1);
  }
  return true;
}

bool check_whole(RuleBuilder& rule, std::string_view whole) {
  if (!rule.has_sid) return rule.refuse(whole, "the rule has no sid");
  if (!rule.has_message) return rule.refuse(whole, "the rule has no msg");
  if (rule.way) {
    std::optional<Direction>& direction = rule.program.flow.direction;
    const bool other = direction && *direction != *rule.way;
    if (other) {
      return rule.refuse(whole, *rule.way == Direction::to_server
                                    ? "it looks at requests only, and flow says to_client"
                                    : "it looks at answers only, and flow says to_server");
    }
    direction = rule.way;
  }
  std::erase_if(rule.program.buffers, [](const BufferMatch& buffer) {
    return buffer.level == Level::raw && buffer.conditions.empty();
  });
  if (rule.rule.sequence) {
    if (rule.rule.action == Action::pass)
      return rule.refuse(
          whole,
          "a pass rule cannot have a sequence: whether it is complete is known after the other rules were evaluated");
    for (const std::string_view other : {"ot.verb", "ot.result"}) {
      if (rule.seen.contains(other))
        return rule.refuse(whole, std::string(other) + " and sequence cannot stand in one rule: the last step says it");
    }
  }
  const bool waits = std::ranges::any_of(rule.rule.shared_bits, &SharedBit::tests);
  if ((waits || rule.rule.sequence) && (!rule.program.bit_changes.empty() ||
                std::ranges::any_of(rule.program.integers, &IntegerStep::changes))) {
    rule.warn(
        whole,
        "flowbits and flowint of a rule that asks for xbits or hostbits, or has a sequence, change whether or not "
        "these hold; set them in a rule of its own");
  }
  const bool of_message = rule.program.operation.used || !rule.program.fields.empty() ||
                          std::ranges::any_of(rule.program.buffers, [](const BufferMatch& buffer) {
                            return buffer.level < Level::raw;
                          });
  if (of_message && !rule.program.events.empty()) {
    return rule.refuse(whole,
                       "an event and a field of a message cannot stand in one rule: mark the flow with "
                       "flowbits in one rule and ask for the mark in another");
  }
  for (const BufferMatch& buffer : rule.program.buffers) {
    if (buffer.conditions.size() > most_conditions) {
      return rule.refuse(whole,
                         "a buffer has at most " + std::to_string(most_conditions) + " conditions");
    }
    if (buffer.conditions.empty() != (buffer.absent == Absent::only)) {
      return rule.refuse(
          whole, buffer.conditions.empty()
                     ? "a buffer is named and nothing is looked for in it; add content or pcre"
                     : "what is absent has nothing in it to look for; write absent:or_else");
    }
    for (const PayloadCondition& condition : buffer.conditions) {
      const auto* base64 = std::get_if<Base64Decode>(&condition);
      if (base64 && base64->decoded->conditions.empty()) {
        return rule.refuse(whole,
                           "base64_decode without base64_data behind it and something to look for");
      }
    }
  }
  return true;
}

// A buffer that is named again goes on where it stood, as in Suricata: what counts from the match
// before may stand behind another buffer's conditions.
void join_buffers(std::vector<BufferMatch>& buffers) {
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    if (is_item(buffers[i].level) || buffers[i].absent != Absent::no) continue;
    for (std::size_t j = i + 1; j < buffers.size();) {
      if (!buffers[i].same_place(buffers[j]) || buffers[j].absent != Absent::no) {
        ++j;
        continue;
      }
      std::ranges::move(buffers[j].conditions, std::back_inserter(buffers[i].conditions));
      buffers.erase(buffers.begin() + static_cast<std::ptrdiff_t>(j));
    }
  }
}

}  // namespace

bool parse_rule(RuleBuilder& rule) {
  const std::string_view whole = rule.text.text();
  if (whole.size() > longest_rule) {
    return rule.refuse(whole,
                       "the rule is longer than " + std::to_string(longest_rule) + " octets");
  }
  if (whole.find('\0') != whole.npos) return rule.refuse(whole, "the rule holds a zero octet");
  const std::size_t open = whole.find('(');
  if (open == whole.npos) return rule.refuse(whole, "the options in parentheses are missing");
  if (!parse_header(rule, whole.substr(0, open))) return false;
  if (!whole.ends_with(')')) {
    return rule.refuse(whole.substr(whole.size()),
                       "the parenthesis that closes the options is missing");
  }
  if (!parse_options(rule, whole.substr(open + 1, whole.size() - open - 2))) return false;
  join_buffers(rule.program.buffers);
  if (!check_whole(rule, whole)) return false;
  for (BufferMatch& buffer : rule.program.buffers) prepare(buffer.conditions);
  return true;
}

}  // namespace langyan::detect
