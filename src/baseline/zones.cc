#include "baseline/zones.h"

#include <algorithm>

namespace langyan::baseline {
namespace {

// A longer pause between two ticks is no time that was watched: the sensor was away, or another capture began.
constexpr Duration longest_pause = hour;

}  // namespace

Zones::Zones(const Settings& settings) : settings_(settings) {
  for (const Zone& zone : settings.zones) states_.push_back({zone.name, zone.mode, 0, 0});
  for (std::size_t i = 0; i < states_.size(); ++i) decide(i);
}

std::uint8_t Zones::of(const Station& client, const Station& server) const {
  const auto& zones = settings_.zones;
  for (const Station* station : {&server, &client}) {
    if (station->is_mac) continue;
    for (std::size_t i = 0; i + 1 < zones.size(); ++i)
      for (const IpNetwork& network : zones[i].networks)
        if (network.contains(station->ip)) return static_cast<std::uint8_t>(i);
  }
  return static_cast<std::uint8_t>(zones.size() - 1);
}

void Zones::decide(std::size_t zone) {
  const Mode asked = settings_.zones[zone].mode;
  const bool over = asked == Mode::learn && states_[zone].watched >= settings_.learn_for;
  states_[zone].mode = over ? Mode::enforce : asked;
}

void Zones::restore(const ZoneState& state) {
  for (std::size_t i = 0; i < states_.size(); ++i) {
    if (states_[i].name != state.name) continue;
    states_[i].since = state.since, states_[i].watched = state.watched;
    decide(i);
  }
}

bool Zones::tick(Time now) {
  const Duration passed = last_tick_ ? now - last_tick_ : 0;
  last_tick_ = now;
  bool over = false;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    ZoneState& state = states_[i];
    if (state.mode == Mode::off || state.mode == Mode::enforce) continue;
    if (state.since == 0) state.since = now;
    if (passed > 0 && passed <= longest_pause) state.watched += passed;
    const Mode before = state.mode;
    decide(i);
    over |= state.mode != before;
  }
  return over;
}

}  // namespace langyan::baseline
