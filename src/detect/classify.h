// What follows from a rule as a whole: what kind of input it waits for, in which order rules are
// evaluated, and which of them can never fire. Compile time only.
#pragma once

#include <string>
#include <vector>

#include "detect/rule_builder.h"

namespace langyan::detect {

// Sets program.kind and items_used.
void classify(Program& program);

// The carriers on which the rule is looked at per packet; with TCP also as a stream, see kind.
bool looks_at_packets(const Program& program, Carrier carrier);
bool looks_at_streams(const Program& program);

// Why the rule can never fire; empty: it may.
std::string why_never(const RuleBuilder& rule);

// pass first, then rules before those that test the flowbits they change, then by priority and sid.
void order(std::vector<std::shared_ptr<const Rule>>& rules);

}  // namespace langyan::detect
