// Keywords on who the ends of a packet are known to be.
#include <algorithm>

#include "base/suggest.h"
#include "detect/number_reader.h"
#include "detect/reputation.h"

namespace langyan::detect {
namespace {

using End = AddressCondition::End;

struct EndRow {
  std::string_view name;
  End end;
};
constexpr EndRow ends[] = {{"src", End::source}, {"dst", End::destination}, {"any", End::any}, {"both", End::both}};

// src,BadHosts,>,10 · any,BadHosts,isset
bool parse_iprep(RuleBuilder& rule, std::string_view value) {
  rule.read_anew = true;
  const auto parts = split(value);
  if (parts.size() < 3 || parts.size() > 4)
    return rule.refuse(value, "iprep is \"any|src|dst|both,category,<|>|=|<=|>=,score\"");
  const auto end = std::ranges::find(ends, parts[0], &EndRow::name);
  if (end == std::end(ends))
    return rule.refuse(parts[0], "\"" + std::string(parts[0]) + "\" is none of src, dst, any, both");
  std::string reason;
  const Reputation* reputation =
      rule.environment.reputations
          ? rule.environment.reputations->find(rule.environment.folder, reason)
          : nullptr;
  if (!reputation) {
    return rule.refuse(value, "iprep needs iprep/categories.txt and iprep/*.list beside the rule file: " + reason);
  }
  if (!reputation->knows(parts[1])) {
    const std::string_view near = nearest(parts[1], reputation->categories());
    return rule.refuse(parts[1], "iprep/categories.txt has no category \"" + std::string(parts[1]) + "\"" +
                                     (near.empty() ? "" : "; did you mean \"" + std::string(near) + "\"?"));
  }
  AddressCondition condition;
  condition.end = end->end;
  NumberSet scores;
  if (parts.size() == 3) {
    if (parts[2] != "isset" && parts[2] != "isnotset")
      return rule.refuse(parts[2], "\"" + std::string(parts[2]) + "\" is none of isset, isnotset");
    condition.negated = parts[2] == "isnotset";
    scores.add(1, Reputation::highest_score);
  } else {
    constexpr std::string_view signs[] = {"<", ">", "=", "<=", ">="};
    if (std::ranges::find(signs, parts[2]) == std::end(signs))
      return rule.refuse(parts[2], "\"" + std::string(parts[2]) + "\" is none of <, >, =, <=, >=");
    const auto number = read_integer(rule, parts[3], 0, Reputation::highest_score);
    if (!number) return false;
    const auto score = static_cast<std::uint64_t>(*number);
    if (parts[2].front() == '<' && score) scores.add(0, score - 1);
    if (parts[2].front() == '>') scores.add(score + 1, Reputation::highest_score);
    if (parts[2].back() == '=') scores.add(score, score);
    scores.normalise();
  }
  condition.set = std::make_shared<const AddressSet>(reputation->matching(parts[1], scores));
  rule.program.addresses.push_back(std::move(condition));
  return true;
}

// src,RU,CN · any,!DE · DE
bool parse_geoip(RuleBuilder& rule, std::string_view value) {
  rule.read_anew = true;
  if (!rule.environment.countries) {
    return rule.refuse(value,
                       "geoip needs a database: name a MaxMind file of countries (.mmdb) in rules.countries");
  }
  auto parts = split(value);
  CountryCondition condition;
  if (const auto end = std::ranges::find(ends, parts[0], &EndRow::name); end != std::end(ends)) {
    condition.end = end->end;
    parts.erase(parts.begin());
  }
  if (parts.empty()) return rule.refuse(value, "geoip is \"any|src|dst|both,country,…\", such as src,DE,FR");
  condition.negated = parts[0].starts_with('!');
  for (const std::string_view part : parts) {
    if (part.starts_with('!') != condition.negated)
      return rule.refuse(part, "with ! stand either all countries or none");
    const std::string_view code = trim(part.substr(condition.negated ? 1 : 0));
    const auto is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (code.size() != 2 || !std::ranges::all_of(code, is_letter))
      return rule.refuse(part, "\"" + std::string(part) + "\" is no country of two capital letters");
    condition.countries.push_back(country_code(code[0], code[1]));
  }
  condition.database = rule.environment.countries;
  rule.program.countries.push_back(std::move(condition));
  return true;
}

// clang-format off
constexpr Keyword rows[] = {
    {"iprep", Value::needed, parse_iprep, false, "packet", "any|src|dst|both,category,<|>|=|<=|>=,score or any|src|dst|both,category,isset|isnotset",
     {"The score an address has in a category, by iprep/categories.txt and iprep/*.list beside the rule file; an address in none has none.", "地址在某类别中的信誉分，取自规则文件旁的 iprep/categories.txt 与 iprep/*.list；未列出的地址没有分数。"}},
    {"geoip", Value::needed, parse_geoip, false, "packet", "[any|src|dst|both,][!]country,…",
     {"The country of an address, by the database that rules.countries names; an unknown address is in none.", "地址所属国家，取自 rules.countries 指定的数据库；未知地址不属于任何国家。"}},
};
// clang-format on

}  // namespace

std::span<const Keyword> address_keywords() {
  return rows;
}

}  // namespace langyan::detect
