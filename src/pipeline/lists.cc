#include "pipeline/lists.h"

#include "base/log.h"

namespace langyan::pipeline {
namespace {

Result<std::shared_ptr<const assets::VulnerabilityFeed>> read_feed(const SensorConfig& config, const std::string& path,
                                                                   Disk& disk) {
  const std::string& key_file = config.text("assets.vulnerability_keys");
  if (key_file.empty())
    return config.refuse("assets.vulnerabilities",
                         "needs assets.vulnerability_keys, the file of the keys whose signature is trusted");
  const auto keys = read_trusted_keys(disk, key_file);
  if (!keys) return keys.error();
  auto feed = assets::VulnerabilityFeed::read(disk, path, *keys);
  if (!feed) return feed.error();
  return std::make_shared<const assets::VulnerabilityFeed>(feed.take());
}

}  // namespace

Result<std::vector<baseline::NamedNetworks>> named_zones(const SensorConfig& config) {
  std::vector<baseline::NamedNetworks> zones;
  for (const auto& [name, addresses] : config.map("baseline.zones")) {
    auto& zone = zones.emplace_back();
    zone.name = name;
    for (const std::string& address : addresses) {
      const auto network = parse_network(address);
      if (!network)
        return config.refuse("baseline.zones", "has in " + name + " \"" + address +
                                                   "\", which is no address or network, such as 10.1.2.0/24");
      zone.networks.push_back(*network);
    }
  }
  return zones;
}

Result<Lists> read_lists(const SensorConfig& config, Disk& disk) {
  Lists lists;
  if (const std::string& path = config.text("assets.ledger"); !path.empty()) {
    auto ledger = assets::Ledger::read(disk, path);
    if (!ledger) return ledger.error();
    for (const std::string& note : ledger->notes()) logging::info(note);
    lists.ledger = std::make_shared<const assets::Ledger>(ledger.take());
  }
  if (const std::string& path = config.text("assets.vulnerabilities"); !path.empty()) {
    auto feed = read_feed(config, path, disk);
    if (!feed) return feed.error();
    lists.vulnerabilities = feed.take();
  }
  if (const std::string& path = config.text("baseline.maintenance"); !path.empty()) {
    const auto zones = named_zones(config);
    if (!zones) return zones.error();
    auto windows = baseline::Windows::load(disk, path, *zones);
    if (!windows) return windows.error();
    lists.windows = std::make_shared<const baseline::Windows>(windows.take());
  }
  return lists;
}

}  // namespace langyan::pipeline
