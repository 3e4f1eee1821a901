// Zones: which mode holds for which hosts, and how long each has learned. Every worker keeps one and is told the same time,
// so all agree without talking; the settings are constant.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "baseline/relation.h"

namespace langyan::baseline {

struct Zone {
  std::string name;
  std::vector<IpNetwork> networks;  // empty: everything no other zone has, layer 2 too
  Mode mode = Mode::learn;          // learn: for Settings::learn_for, then enforce
};

struct Settings {
  std::vector<Zone> zones;          // the last is that of all the rest; empty: nothing is learned at all
  Duration learn_for = 7 * day;     // packet time
  std::string file;                 // empty: in memory only
  Duration save_every = 10 * minute;
  bool on() const { return !zones.empty(); }
};

class Zones {
 public:
  explicit Zones(const Settings& settings);

  // The zone of the server, who is touched; where it has none of its own, that of the client.
  std::uint8_t of(const Station& client, const Station& server) const;
  Mode mode(std::uint8_t zone) const { return states_[zone].mode; }
  Duration watched(std::uint8_t zone) const { return states_[zone].watched; }
  std::span<const ZoneState> states() const { return states_; }

  void restore(const ZoneState& state);
  bool tick(Time now);  // true when some zone's time to learn is over just now

 private:
  void decide(std::size_t zone);

  const Settings& settings_;
  std::vector<ZoneState> states_;  // as the settings' zones
  Time last_tick_ = 0;
};

}  // namespace langyan::baseline
