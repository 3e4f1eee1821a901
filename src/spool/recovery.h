// recover(): what a spool's folder holds, made fit to go on: the torn tail cut, the epoch decided.
// Called once, by Spool::open, before anything else writes there.
#pragma once

#include <optional>

#include "base/random.h"
#include "spool/lane_writer.h"

namespace langyan::spool {

struct Recovered {
  std::uint64_t epoch = 0, generation = 0;
  std::optional<EpochChange> change;
  std::array<LaneStart, lane_count> lanes;
  std::optional<Ledger> new_ledger;  // to be written, for the old one is missing or damaged
  bool committed_damaged = false;
};

Result<Recovered> recover(Disk& disk, Random& random, const std::string& folder,
                          SlotFile& committed_file);

}  // namespace langyan::spool
