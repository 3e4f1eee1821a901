#include "pipeline/pack_rules.h"

#include "base/log.h"

namespace langyan::pipeline {
namespace {

constexpr std::string_view rules_suffix = ".rules", texts_suffix = ".yaml";

}  // namespace

std::string pack_folder(const SensorConfig& config) {
  if (config.text("rules.pack_keys").empty()) return {};
  if (const std::string& folder = config.text("rules.packs"); !folder.empty()) return folder;
  const std::string& spool = config.text("spool.folder");
  return spool.empty() ? std::string() : spool + "/packs";
}

std::optional<packs::Shelf> shelf_of(const SensorConfig& config, Disk& disk) {
  std::string folder = pack_folder(config);
  if (folder.empty()) return {};
  return packs::Shelf(disk, std::move(folder), config.text("rules.pack_keys"));
}

std::vector<packs::Pack> read_packs(const SensorConfig& config, Disk& disk, PackUse* use) {
  const auto shelf = shelf_of(config, disk);
  if (!shelf) return {};
  packs::Shelf::Content content = shelf->read();
  for (const std::string& fault : content.faults) logging::warn(fault);
  if (use) {
    use->takes = true;
    for (const packs::Pack& pack : content.packs) use->versions[pack.name] = pack.version;
    use->refused = std::move(content.refused);
  }
  return std::move(content.packs);
}

std::string place_in(const packs::Pack& pack, const packs::PackFile& file) {
  return "pack:" + pack.name + "@" + std::to_string(pack.version) + "/" + file.name;
}

PackRules pack_rules(std::vector<packs::Pack> packs) {
  PackRules rules;
  for (packs::Pack& pack : packs) {
    for (packs::PackFile& file : pack.files) {
      if (file.name.ends_with(texts_suffix)) continue;
      auto& into = file.name.ends_with(rules_suffix) ? rules.rules : rules.beside;
      into.push_back({place_in(pack, file), std::move(file.text)});
    }
  }
  return rules;
}

}  // namespace langyan::pipeline
