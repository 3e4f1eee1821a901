// Trial: rules are compiled in a child process first, under limits of time and memory, because rule
// files come from strangers. Only what the child survived is compiled by the process that inspects.
//
//   const Trial trial = try_rules(config);
//   if (!trial.usable) …                       // the old set stays; trial.reason says why
//   compile_rules(config, trial.costly);       // these are refused by name
//
// The child hands nothing back but its end and the rule it was at: compiled tables hold pointers and
// code, so they are made where they are used, from the same text. That costs the compilation twice,
// once for the time of a reload only. Called by a process that may fork and has one thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/time.h"
#include "detect/rule_set.h"
#include "pipeline/session.h"

namespace langyan::pipeline {

struct TrialLimits {
  Duration rule = 2 * second;                 // of one rule, by the clock
  Duration set = 2 * minute;                  // of the whole set, with what building the tables takes
  std::uint64_t memory = std::uint64_t{2} << 30;  // octets beyond those the process has
  unsigned costly = 8;                        // rules left out before the set is given up
};

struct Trial {
  bool usable = false;
  std::string reason;                        // of a set that is not
  std::vector<detect::CostlyRule> costly;    // to be left out
};

Trial try_rules(const SensorConfig& config, const TrialLimits& limits = {},
                const std::function<void(unsigned number)>& before_rule = {});  // for tests

}  // namespace langyan::pipeline
