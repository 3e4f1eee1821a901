// Packs on the sensor: the shelf its configuration names, and what the packs on it give the compiler.
//
//   const auto packs = read_packs(config, disk);      // faults go to the log: what does not open is left out
//   const PackRules rules = pack_rules(packs);        // views into nothing: it owns its texts
//
// A rule file of a pack is known as "pack:cn-ot@7/cn-ot.rules" in reports; the other files of the pack are the lists its rules may name.
// Any thread, each call for itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "detect/rule_set.h"
#include "packs/shelf.h"
#include "pipeline/sensor_keys.h"

namespace langyan::pipeline {

// Nothing where no keys are configured, or no folder.
std::optional<packs::Shelf> shelf_of(const SensorConfig& config, Disk& disk);
std::string pack_folder(const SensorConfig& config);  // empty: none
// What the sensor says of its packs in `stats`: those its rules were made of, and those of the center that it did not take.
struct PackUse {
  bool takes = false;  // it trusts a key
  packs::Versions versions;
  std::vector<packs::Refusal> refused;
};
std::vector<packs::Pack> read_packs(const SensorConfig& config, Disk& disk, PackUse* use = nullptr);

struct PackRules {
  std::vector<detect::RuleText> rules, beside;
};
PackRules pack_rules(std::vector<packs::Pack> packs);
std::string place_in(const packs::Pack& pack, const packs::PackFile& file);

}  // namespace langyan::pipeline
