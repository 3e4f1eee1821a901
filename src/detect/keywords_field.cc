// Every field of every protocol is a keyword, <protocol>.<field>: with a value a condition, without
// one, where the field has the use `buffer`, a sticky buffer.
#include <algorithm>

#include "base/suggest.h"
#include "detect/compat/foreign.h"
#include "detect/number_reader.h"

namespace langyan::detect {
namespace {

FieldPlace find_in(const Protocol& protocol, std::string_view name) {
  const auto search = [&](const Schema& schema, Level level) -> FieldPlace {
    const std::size_t index = schema.find(name);
    if (index == schema.fields.size() || !(schema.fields[index].uses & rule)) return {};
    return {&protocol, level, static_cast<std::uint8_t>(index), &schema.fields[index]};
  };
  FieldPlace found = search(*protocol.message, Level::message);
  for (std::size_t i = 0; i < protocol.items.size() && !found.field; ++i) {
    if (protocol.items[i]) found = search(*protocol.items[i], static_cast<Level>(i + 1));
  }
  return found;
}

bool parse_texts(RuleBuilder& rule, std::string_view value, TextSet& set) {
  std::string_view text = value;
  if (text.starts_with('!')) set.negated = true, text = trim(text.substr(1));
  for (const std::string_view part : split(text)) {
    if (!part.starts_with('"')) {
      return rule.refuse(
          part, "the octets of this field are written in double quotes, other than text as |hex|");
    }
    auto octets = read_octets(rule, part);
    if (!octets) return false;
    set.texts.push_back(std::move(*octets));
  }
  return !set.texts.empty() || rule.refuse(value, "a text in double quotes is missing here");
}

bool parse_condition(RuleBuilder& rule, std::string_view value, const FieldPlace& found) {
  FieldCondition condition{found.level, found.index, found.field->kind, NumberSet{}};
  if (found.field->kind == Kind::text || found.field->kind == Kind::bytes) {
    TextSet set;
    if (!parse_texts(rule, value, set)) return false;
    condition.accepts = std::move(set);
  } else if (found.field->kind == Kind::ip) {
    GroupError error;
    const AddressSet* addresses = rule.environment.groups.addresses(value, error);
    if (!addresses) return rule.refuse({error.at, 0}, std::move(error.reason));
    condition.accepts = AddressList{*addresses};
  } else {
    auto numbers = read_numbers(rule, value, found.field->kind, found.field->names);
    if (!numbers) return false;
    condition.accepts = std::move(*numbers);
  }
  rule.program.fields.push_back(std::move(condition));
  return true;
}

}  // namespace

FieldPlace find_field(std::span<const Protocol* const> protocols, std::string_view keyword) {
  const std::size_t dot = keyword.find('.');
  if (dot == keyword.npos) return {};
  for (const Protocol* protocol : protocols)
    if (protocol->name == keyword.substr(0, dot))
      return find_in(*protocol, keyword.substr(dot + 1));
  return {};
}

bool claim_protocol(RuleBuilder& rule, std::string_view where, const Protocol& protocol) {
  if (rule.program.protocol && rule.program.protocol != &protocol) {
    return rule.refuse(
        where, "a rule looks at the fields of one protocol; this one already names those of " +
                   std::string(rule.program.protocol->name));
  }
  rule.program.protocol = &protocol;
  return true;
}

bool look_into_field(RuleBuilder& rule, std::string_view where, std::string_view name) {
  FieldPlace place = find_field(rule.environment.protocols, name);
  const Foreign* foreign = place.field ? nullptr : find_foreign(name);
  if (foreign && foreign->style == Foreign::Style::buffer)
    place = find_field(rule.environment.protocols, foreign->into);
  if (!place.field || !(place.field->uses & buffer)) return false;
  if (!claim_protocol(rule, where, *place.protocol)) return false;
  rule.look_into(place.level, place.index);
  return true;
}

bool parse_field(RuleBuilder& rule, std::string_view keyword, std::string_view value, bool& known) {
  const FieldPlace found = find_field(rule.environment.protocols, keyword);
  known = found.field != nullptr;
  if (!known) return false;
  if (!claim_protocol(rule, keyword, *found.protocol)) return false;
  if (!value.empty()) return parse_condition(rule, value, found);
  if (!(found.field->uses & buffer)) {
    return rule.refuse(keyword, "\"" + std::string(keyword) +
                                    "\" needs a value: " + std::string(keyword) +
                                    (is_run(found.field->kind) ? ":\"…\"" : ":number"));
  }
  rule.look_into(found.level, found.index);
  return true;
}

}  // namespace langyan::detect
