#include "detect/requirement.h"

#include <algorithm>
#include <array>

#include "detect/keyword.h"

namespace langyan::detect {
namespace {

constexpr std::string_view features[] = {"hs", "ja3", "ja4", "pcre_jit"};

using Version = std::array<std::uint64_t, 3>;

std::optional<Version> read_version(std::string_view text) {
  Version version{};
  const auto parts = split(text, '.');
  if (parts.empty() || parts.size() > version.size()) return {};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto number = read_unsigned(parts[i].substr(0, parts[i].find('-')));  // "8.0.0-beta1"
    if (!number) return {};
    version[i] = *number;
  }
  return version;
}

// ">= 7.0.4 < 8": all comparisons hold. Nothing: not written so.
std::optional<bool> all_hold(std::string_view text) {
  constexpr Version ours = {language_version[0], language_version[1], language_version[2]};
  bool holds = true;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    const std::size_t sign_end = std::min(text.find_first_not_of("<>="), text.size());
    const std::string_view sign = text.substr(0, sign_end);
    text = trim(text.substr(sign_end));
    const std::size_t end = std::min(text.find_first_of(" \t<>="), text.size());
    const auto version = read_version(text.substr(0, end));
    text.remove_prefix(end);
    if (!version) return {};
    if (sign == ">=") {
      holds &= ours >= *version;
    } else if (sign == ">") {
      holds &= ours > *version;
    } else if (sign == "<=") {
      holds &= ours <= *version;
    } else if (sign == "<") {
      holds &= ours < *version;
    } else {
      return {};
    }
  }
  return holds;
}

bool version_holds(RuleBuilder& rule, std::string_view text, bool& holds) {
  holds = false;
  const auto alternatives = split(text, '|');
  for (const std::string_view alternative : alternatives) {
    const auto one = alternative.empty() ? std::nullopt : all_hold(alternative);
    if (!one)
      return rule.refuse(alternative, "a version is asked for as in \">= 7.0.4 < 8 | >= 8.0.1\"");
    holds |= *one;
  }
  return !alternatives.empty() || rule.refuse(text, "a version is missing behind \"version\"");
}

}  // namespace

bool check_requirement(RuleBuilder& rule, std::string_view value) {
  for (const std::string_view part : split(value)) {
    const std::size_t blank = std::min(part.find_first_of(" \t<>="), part.size());
    const std::string_view word = part.substr(0, blank), argument = trim(part.substr(blank));
    bool holds = true;
    if (word == "version") {
      if (!version_holds(rule, argument, holds)) return false;
    } else if (argument.empty()) {
      return rule.refuse(part, "requires is \"feature name, version >= 7.0.4, keyword name\"");
    } else if (word == "feature") {
      holds = std::ranges::find(features, argument) != std::end(features) ||
              (argument == "geoip" && rule.environment.countries);
    } else if (word == "keyword") {
      holds = find_keyword(argument) != nullptr;
    } else {
      holds = false;  // of a language to come
    }
    if (holds) continue;
    rule.skip(std::string(part));
    return false;
  }
  return true;
}

}  // namespace langyan::detect
