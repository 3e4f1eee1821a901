// How a row of the foreign keywords' table becomes conditions on fields.
#include <algorithm>
#include <map>

#include "detect/compat/foreign.h"
#include "detect/number_reader.h"

namespace langyan::detect {
namespace {

using Style = Foreign::Style;

// "mqtt.topic_filter+mqtt.type=8": fields, the last with a number or without.
struct Part {
  std::string_view field, number;
};

std::vector<Part> parts_of(std::string_view alternative) {
  std::vector<Part> parts;
  for (const std::string_view each : split(alternative, '+')) {
    const std::size_t equals = each.find('=');
    parts.push_back({each.substr(0, equals),
                     equals == each.npos ? std::string_view{} : each.substr(equals + 1)});
  }
  return parts;
}

bool refuse_without(RuleBuilder& rule, std::string_view where, std::string_view field) {
  return rule.refuse_unknown(where,
                             "\"" + std::string(where) + "\" looks into " + std::string(field) +
                                 ", which this version does not have",
                             where);
}

std::vector<Name> words_of(const Foreign& row, const Field& field) {
  std::vector<Name> words(row.words.begin(), row.words.end());
  words.insert(words.end(), field.names.begin(), field.names.end());
  return words;
}

// The conditions on numbers that stand in the row itself.
bool add_fixed(RuleBuilder& rule, std::string_view name, std::span<const Part> parts,
               std::vector<FieldCondition>& all) {
  for (const Part& part : parts) {
    if (part.number.empty()) continue;
    auto condition = numbered(rule, name, part.field, just(*read_unsigned(part.number)));
    if (!condition) return false;
    all.push_back(std::move(*condition));
  }
  return true;
}

bool parse_number(RuleBuilder& rule, const Foreign& row, std::string_view name,
                  std::string_view value) {
  std::vector<std::vector<FieldCondition>> alternatives;
  for (const std::string_view alternative : split(row.into, ' ')) {
    const std::vector<Part> parts = parts_of(alternative);
    auto& all = alternatives.emplace_back();
    for (const Part& part : parts) {
      if (!part.number.empty()) continue;
      const FieldPlace place = find_field(rule.environment.protocols, part.field);
      if (!place.field) return refuse_without(rule, name, part.field);
      auto numbers = read_numbers(rule, value, place.field->kind, words_of(row, *place.field));
      if (!numbers) return false;
      auto condition = numbered(rule, name, part.field, std::move(*numbers));
      if (!condition) return false;
      all.push_back(std::move(*condition));
    }
    if (!add_fixed(rule, name, parts, all)) return false;
  }
  return holds_any(rule, name, std::move(alternatives));
}

bool parse_word(RuleBuilder& rule, const Foreign& row, std::string_view name) {
  std::vector<std::vector<FieldCondition>> alternatives;
  for (const std::string_view alternative : split(row.into, ' ')) {
    const std::vector<Part> parts = parts_of(alternative);
    auto& all = alternatives.emplace_back();
    for (const Part& part : parts) {
      if (!part.number.empty()) continue;
      const FieldPlace place = find_field(rule.environment.protocols, part.field);
      if (!place.field) return refuse_without(rule, name, part.field);
      NumberSet every;
      every.add(domain(place.field->kind).low, domain(place.field->kind).high);
      auto condition = numbered(rule, name, part.field, std::move(every));
      if (!condition) return false;
      all.push_back(std::move(*condition));
    }
    if (!add_fixed(rule, name, parts, all)) return false;
  }
  return holds_any(rule, name, std::move(alternatives));
}

bool parse_buffer(RuleBuilder& rule, const Foreign& row, std::string_view name) {
  std::vector<Part> parts = parts_of(row.into);
  if (parts[0].field == "dcerpc.stub" && over_smb(rule)) parts[0].field = "smb.rpc_stub";
  const FieldPlace place = find_field(rule.environment.protocols, parts[0].field);
  if (!place.field || !(place.field->uses & buffer))
    return refuse_without(rule, name, parts[0].field);
  if (!claim_protocol(rule, name, *place.protocol)) return false;
  std::vector<FieldCondition> fixed;
  if (!add_fixed(rule, name, parts, fixed)) return false;
  for (FieldCondition& condition : fixed) rule.program.fields.push_back(std::move(condition));
  if (row.style == Style::content) return rule.move_content(name, place.level, place.index);
  rule.look_into(place.level, place.index);
  return true;
}

bool check_value(RuleBuilder& rule, const Foreign& row, std::string_view name,
                 std::string_view value) {
  const bool takes = row.style == Style::number || row.style == Style::special;
  if (takes && value.empty()) {
    return rule.refuse(name, "\"" + std::string(name) + "\" needs a value: " + std::string(name) +
                                 ":" + (row.form.empty() ? "number" : std::string(row.form)));
  }
  if (!takes && !value.empty())
    return rule.refuse(value, "\"" + std::string(name) + "\" takes no value");
  return true;
}

}  // namespace

NumberSet just(std::uint64_t number) {
  NumberSet set;
  set.add(number, number);
  return set;
}

std::optional<FieldCondition> numbered(RuleBuilder& rule, std::string_view where,
                                       std::string_view field, NumberSet numbers) {
  const FieldPlace place = find_field(rule.environment.protocols, field);
  if (!place.field) return refuse_without(rule, where, field), std::nullopt;
  if (!claim_protocol(rule, where, *place.protocol)) return {};
  return FieldCondition{place.level, place.index, place.field->kind, std::move(numbers)};
}

std::optional<FieldCondition> missing(RuleBuilder& rule, std::string_view where,
                                      std::string_view field) {
  auto condition = numbered(rule, where, field, {});
  if (condition) condition->accepts = Missing{};
  return condition;
}

bool holds_any(RuleBuilder& rule, std::string_view where,
               std::vector<std::vector<FieldCondition>> alternatives) {
  if (alternatives.empty()) return rule.refuse(where, "this can never hold");
  // One condition on the message is the plain case, which more can be done with.
  if (alternatives.size() == 1 && std::ranges::all_of(alternatives[0], [](const auto& condition) {
        return condition.level == Level::message;
      })) {
    for (FieldCondition& condition : alternatives[0])
      rule.program.fields.push_back(std::move(condition));
    return true;
  }
  rule.program.any_of.push_back({std::move(alternatives)});
  return true;
}

bool only_way(RuleBuilder& rule, std::string_view where, Direction way) {
  if (rule.way && *rule.way != way) {
    return rule.refuse(where, "this looks at what goes the other way than the rest of the rule");
  }
  rule.way = way;
  return true;
}

const Foreign* find_foreign(std::string_view name) {
  static const std::map<std::string_view, const Foreign*> rows = [] {
    std::map<std::string_view, const Foreign*> all;
    for (const auto table : {industrial_keywords(), office_keywords()})
      for (const Foreign& row : table) all.emplace(row.name, &row);
    return all;
  }();
  const auto at = rows.find(name);
  return at == rows.end() ? nullptr : at->second;
}

std::vector<const Foreign*> all_foreign() {
  std::vector<const Foreign*> all;
  for (const auto table : {industrial_keywords(), office_keywords()})
    for (const Foreign& row : table) all.push_back(&row);
  std::ranges::sort(all, {}, &Foreign::name);
  return all;
}

bool is_there(const Foreign& row, std::span<const Protocol* const> protocols) {
  for (const std::string_view alternative : split(row.into, ' ')) {
    for (const Part& part : parts_of(alternative)) {
      const FieldPlace place = find_field(protocols, part.field);
      const bool looked_into = row.style == Style::buffer || row.style == Style::content;
      if (!place.field) return false;
      if (looked_into && part.number.empty() && !(place.field->uses & buffer)) return false;
    }
  }
  return true;
}

bool parse_foreign(RuleBuilder& rule, const Foreign& row, std::string_view name,
                   std::string_view value) {
  if (!check_value(rule, row, name, value)) return false;
  if (row.way && !only_way(rule, name, *row.way)) return false;
  switch (row.style) {
    case Style::number: return parse_number(rule, row, name, value);
    case Style::word: return parse_word(rule, row, name);
    case Style::special: return row.parse(rule, row, value);
    case Style::buffer:
    case Style::content: break;
  }
  return parse_buffer(rule, row, name);
}

}  // namespace langyan::detect
