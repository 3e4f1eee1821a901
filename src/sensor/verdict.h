// Verdict: what the trial of the rules said, in memory that the parent writes and the watcher reads.
// The watcher may make no process, so the parent tries the rules before it hands the order to reload
// on; a later verdict replaces an earlier one that was not read yet.
#pragma once

#include <string>
#include <vector>

#include "pipeline/trial.h"

namespace langyan::sensor {

class Verdict {
 public:
  static Verdict* make();  // shared with the children made later; null: out of memory
  void put(const pipeline::Trial& trial);
  pipeline::Trial get() const;

 private:
  static constexpr std::size_t most = 16, longest = 192;
  struct Costly {
    std::uint64_t text = 0;
    char reason[longest] = {};
  };
  bool usable_ = true;
  char reason_[longest] = {};
  std::uint32_t count_ = 0;
  Costly costly_[most];
};

// Tries the rules of the configuration as it stands now and says what was found.
pipeline::Trial tried(const pipeline::SensorConfig& config);

}  // namespace langyan::sensor
