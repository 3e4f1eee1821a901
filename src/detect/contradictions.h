// What a rule asks for that cannot be at once, beyond what classify's why_never() finds. Compile
// time only.
#pragma once

#include <string>

#include "detect/rule_builder.h"

namespace langyan::detect {

// Why the rule can never fire; empty: it may.
std::string contradiction(const RuleBuilder& rule);

}  // namespace langyan::detect
