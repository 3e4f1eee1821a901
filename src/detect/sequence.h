// Sequence: operations that must come one after another, as the keyword `sequence` says.
//
//   sequence:"auth refused x5 within 1m then write within 5m by src,dst"
//
// Each step but the last is compiled to a rule of its own that only marks (Rule::step says which); the
// last is the rule itself. Their hits go to detect::Limiter, which knows what came before. Immutable.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"

namespace langyan::detect {

constexpr std::size_t most_steps = 4;
constexpr std::uint32_t most_step_count = 1'000;
constexpr Duration longest_sequence = 24 * hour;

struct SequenceStep {
  std::uint32_t verbs = 0;       // bit per Verb
  std::uint8_t outcomes = 0xff;  // bit per Outcome
  bool on_result = false;        // an outcome stands, so it is known with the answer only
  std::uint32_t count = 1;       // operations that make the step
  Duration within = 0;           // since the first operation of the sequence
};

struct Sequence {
  enum Key : std::uint8_t { source = 1, destination = 2, pair = 4, unit = 8, object = 16, flow = 32 };
  std::vector<SequenceStep> steps;  // in the order in which they come
  bool without = false;             // two steps: the second comes, and the first did not
  unsigned keys = 0;                // Key bits: what the operations share
  std::uint64_t number = 0;         // of its text: one that was changed begins anew
};

}  // namespace langyan::detect
