// Lists: what people keep beside the rules, and a reload reads anew: the ledger of assets, the vulnerability feed, and
// the maintenance windows. Constant once read; the merge thread holds what is known against them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "assets/ledger.h"
#include "assets/vulnerability.h"
#include "baseline/windows.h"
#include "pipeline/sensor_keys.h"

namespace langyan::pipeline {

struct Lists {  // null: none
  std::shared_ptr<const assets::Ledger> ledger;
  std::shared_ptr<const assets::VulnerabilityFeed> vulnerabilities;
  std::shared_ptr<const baseline::Maintenance> windows;
};

// Those of assets.ledger, assets.vulnerabilities and baseline.maintenance. An error names every fault of the first
// that is wrong.
Result<Lists> read_lists(const SensorConfig& config, Disk& disk);

// baseline.zones in the order of their names; an error names what is no address.
Result<std::vector<baseline::NamedNetworks>> named_zones(const SensorConfig& config);

}  // namespace langyan::pipeline
