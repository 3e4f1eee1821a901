#include "pipeline/habit_settings.h"

#include "pipeline/lists.h"

namespace langyan::pipeline {

constexpr std::size_t most_zones = 255;  // their number is an octet

Result<baseline::Settings> habit_settings(const SensorConfig& config) {
  baseline::Settings settings;
  settings.learn_for = config.duration("baseline.learn_for");
  settings.save_every = config.duration("baseline.save_every");
  baseline::Zone rest;
  rest.name = "everything";
  baseline::parse_mode(config.text("baseline.mode"), rest.mode);
  bool learns = rest.mode != baseline::Mode::off;
  const ConfigMap& modes = config.map("baseline.zone_modes");
  auto named = named_zones(config);
  if (!named) return named.error();
  for (auto& [name, networks] : *named) {
    baseline::Zone zone;
    zone.name = name, zone.networks = std::move(networks), zone.mode = rest.mode;
    if (const auto mode = modes.find(name); mode != modes.end())
      if (mode->second.size() != 1 || !baseline::parse_mode(mode->second[0], zone.mode))
        return config.refuse("baseline.zone_modes", "has for " + name + " no mode: off, learn, review or enforce");
    learns |= zone.mode != baseline::Mode::off;
    settings.zones.push_back(std::move(zone));
  }
  for (const auto& [name, mode] : modes)
    if (!config.map("baseline.zones").contains(name))
      return config.refuse("baseline.zone_modes", "names " + name + ", which is no zone of baseline.zones");
  if (settings.zones.size() >= most_zones) return config.refuse("baseline.zones", "has more than 254 zones");
  if (learns) settings.zones.push_back(std::move(rest));
  else settings.zones.clear();
  settings.file = config.text("baseline.file");
  if (const std::string& folder = config.text("spool.folder"); settings.file.empty() && !folder.empty())
    settings.file = folder + "/baseline.json";
  return settings;
}

}  // namespace langyan::pipeline
