// World: one seed of the simulation: sensors, links and a center, and what befalls them. The seed
// decides everything; the same seed does the same things in the same order, which digest() shows.
// One thread.
#pragma once

#include <memory>
#include <vector>

#include "tests/simulation/audit.h"

namespace langyan::simulation {

class World {
 public:
  static constexpr std::size_t most_sites = 2;

  World(const CenterSeed& from, std::uint64_t seed, bool shown);

  // Misfortune for a while, then everything is mended and delivered.
  Audit run();
  std::uint64_t digest() const { return trace_.digest(); }

  struct Tally {
    std::uint64_t kills = 0, power_losses = 0, center_kills = 0, link_faults = 0, jumps = 0,
                  disk_faults = 0, epochs = 0;
  };
  const Tally& tally() const { return tally_; }

 private:
  void befall(Site& site);
  void trouble_site(Site& site);
  ErrorKind fault_kind();
  void trouble_center();
  void work(Site& site);
  void pass(Duration time);
  void mend(Site& site);
  bool deliver();
  std::set<std::string> reasons() const;
  std::uint64_t roll(std::uint64_t sides) { return dice_.number() % sides; }

  Trace trace_;
  SeededRandom dice_;
  CenterHost center_;
  std::vector<std::unique_ptr<Site>> sites_;
  bool small_ = false;        // caps small enough for eviction
  bool full_ = false;         // some disk said so: alerts then evict bulk events
  Duration center_lead_ = 0;  // how far the center's clock is off
  Tally tally_;
};

}  // namespace langyan::simulation
