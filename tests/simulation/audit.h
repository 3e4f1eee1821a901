// Audit: compares what a center's store holds with what its sensors wrote. What it demands: every
// position of every lane from 1 to its watermark exactly once, a line as it was written or a gap
// with a reason that may be; every promised position among them. One thread.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/simulation/center_host.h"
#include "tests/simulation/site.h"

namespace langyan::simulation {

struct Stored {
  std::string source;
  Place place;
  std::uint64_t from, to;
  std::string reason;  // of a gap; empty: a line
  std::string json;
};
// Everything, in order of receipt.
std::vector<Stored> stored_in(CenterHost& host);

struct Audit {
  std::uint64_t lines = 0, gaps = 0, promised = 0;
  std::vector<std::string> faults;
};
// `reasons`: those that a promised position may have for being a gap.
Audit audit(CenterHost& host, const std::vector<const Site*>& sites,
            const std::set<std::string>& reasons);

}  // namespace langyan::simulation
