// Link: the Net of a simulated sensor: hands requests to the center, late, twice, spoilt or not at
// all, as dice decide. What it does is what a network and a proxy on the way can do. One thread.
#pragma once

#include <vector>

#include "base/manual_clock.h"
#include "base/net.h"
#include "base/random.h"
#include "tests/simulation/center_host.h"
#include "tests/simulation/trace.h"

namespace langyan::simulation {

class Link final : public Net {
 public:
  Link(CenterHost& center, ManualClock& clock, std::uint64_t seed, Trace& trace)
      : center_(center), clock_(clock), dice_(seed), trace_(trace) {}

  Result<HttpAnswer> send(const HttpRequest& request) override;

  bool down = false;     // nothing gets through
  unsigned trouble = 0;  // of a hundred requests, how many meet some
  std::uint64_t faults = 0;

 private:
  Result<HttpAnswer> troubled(const HttpRequest& request);
  void deliver_late();

  CenterHost& center_;
  ManualClock& clock_;
  SeededRandom dice_;
  Trace& trace_;
  std::vector<HttpRequest> late_;  // copies that arrive after what was sent later
};

}  // namespace langyan::simulation
