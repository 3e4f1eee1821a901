// Explanations: what rules mean and what to do, from the YAML files beside them: rules/state.yaml
// explains the rules of rules/state.rules by sid. They go to the center with the sensor's own
// detections, so that an alert can be shown with them.
//
// A file that is wrong explains what could be read and is named in `faults`; rules work without.
// Any thread may call it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/disk.h"
#include "packs/pack.h"

namespace langyan::pipeline {

struct Explanation {
  struct Words {
    std::string en, zh;
  };
  std::uint32_t sid = 0;
  std::string technique;  // may be empty, as each of the others
  Words title, meaning, advice;
};

struct Explanations {
  std::vector<Explanation> rows;    // by sid, each once
  std::vector<std::string> faults;  // "rules/state.yaml:3:1: …"
};

// `paths` are rule files, or folders of them, as rules.files has them. Of a sid explained more than once the first stays, and packs
// come first: they are newer than what came with the program.
Explanations read_explanations(Disk& disk, std::span<const std::string> paths, std::span<const packs::Pack> packs = {});

}  // namespace langyan::pipeline
