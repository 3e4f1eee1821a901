// ParsedRules: what a set leaves to the one that replaces it, so that a reload reads only the rules that changed.
//
// A rule is found by its text. It was read against variables, classes and protocols: where one of these changed,
// nothing is taken over. Rules that say so (RuleBuilder::read_anew) are read again each time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/groups.h"
#include "detect/rule.h"
#include "detect/rule_builder.h"

namespace langyan::detect {

struct ParsedRule {
  std::shared_ptr<const Rule> rule;  // shared: by the sets that have it
  std::vector<RuleNote> warnings;
  std::vector<std::shared_ptr<const Program>> steps;  // of its sequence, all but the last
};

struct ParsedRules {
  std::string surroundings;           // what the rules were read against
  std::shared_ptr<GroupStore> store;  // what their headers point to; shared: by the sets that go on from one another
  BitNames bits;
  std::unordered_map<std::string_view, ParsedRule> by_text;  // the key is the rule's own text
};

}  // namespace langyan::detect
