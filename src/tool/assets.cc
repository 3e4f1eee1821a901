// langyan assets: who is in a capture, with what says so.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/json.h"
#include "base/log.h"
#include "pipeline/session.h"
#include "tool/command.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

using assets::Asset;
using assets::Inventory;
using assets::Known;

// Hosts by level of the plant and address, each followed by the devices behind it.
std::vector<const Asset*> in_order(const Inventory& inventory) {
  std::vector<const Asset*> all;
  for (const Asset& asset : inventory.assets())
    if (!asset.merged) all.push_back(&asset);
  const auto key = [&](const Asset* asset) {
    const Asset* host = asset->parent ? inventory.parent(*asset) : asset;
    const int level = row(host->role).level < 0 ? 9 : row(host->role).level;
    const IpAddress ip = host->addresses.empty() ? IpAddress{} : host->addresses[0];
    return std::tuple(level, ip, host->id, asset != host, asset->unit);
  };
  std::ranges::sort(all, {}, key);
  return all;
}

std::string best(const Asset& asset, Trait trait) {
  const Known* known = asset.best(trait);
  return known ? known->text : std::string();
}

std::string protocols_of(const Asset& asset) {
  std::string names;
  for (const assets::Spoken& spoken : asset.protocols)
    if (spoken.protocol) names += (names.empty() ? "" : " ") + std::string(spoken.protocol->name);
  return names;
}

std::string model_of(const Asset& asset) {
  const std::string model = best(asset, Trait::model), order = best(asset, Trait::order_number);
  return model.empty() ? order : order.empty() ? model : model + " (" + order + ")";
}

std::string address_of(const Asset& asset) {
  if (asset.parent) return fmt::format("  unit {}", asset.unit);
  return asset.addresses.empty() ? asset.id : to_string(asset.addresses[0]);
}

void print_table(const Inventory& inventory, bool with_evidence) {
  fmt::print("{:<17} {:<17} {:<14} {:<20} {:<36} {:<14} {:<20} {}\n", "address", "MAC", "role", "vendor", "model",
             "firmware", "name", "protocols");
  for (const Asset* asset : in_order(inventory)) {
    fmt::print("{:<17} {:<17} {:<14} {:<20.20} {:<36.36} {:<14.14} {:<20.20} {}\n", address_of(*asset),
               asset->macs.empty() ? std::string() : to_string(asset->macs[0]), row(asset->role).name,
               best(*asset, Trait::vendor), model_of(*asset), best(*asset, Trait::firmware), best(*asset, Trait::name),
               protocols_of(*asset));
    if (!with_evidence) continue;
    for (const Known& fact : asset->facts) {
      fmt::print("{:<20}{:<14} {:<44} {:<12} packet {}, {} %{}\n", "", trait_name(fact.trait), fact.text,
                 fact.protocol ? fact.protocol->name : std::string_view("MAC"), fact.packet_number, fact.confidence,
                 fact.replaced ? ", replaced" : "");
    }
  }
}

template <class List>
void write_list(JsonWriter& json, std::string_view name, const List& list) {
  json.key(name).open_list();
  for (const auto& each : list) json.address(each);
  json.close_list();
}

void print_json(const Inventory& inventory) {
  for (const Asset* asset : in_order(inventory)) {
    std::string line;
    JsonWriter json(line);
    json.open().field("id", asset->id);
    if (asset->parent) json.field("parent", inventory.parent(*asset)->id).field("unit", asset->unit);
    write_list(json, "ip", asset->addresses);
    write_list(json, "mac", asset->macs);
    json.field("role", row(asset->role).name).field("protocols", protocols_of(*asset));
    json.key("first_seen").time(asset->first).key("last_seen").time(asset->last);
    json.key("facts").open_list();
    for (const Known& fact : asset->facts) {
      json.open().field("trait", trait_name(fact.trait)).field("value", fact.text);
      json.field("source", fact.protocol ? fact.protocol->name : std::string_view("mac"));
      json.field("packet", fact.packet_number).field("confidence", fact.confidence);
      json.field("replaced", fact.replaced).close();
    }
    json.close_list().close();
    fmt::print("{}\n", line);
  }
}

void print_csv(const Inventory& inventory) {
  fmt::print("address,MAC,parent,role,vendor,model,order number,firmware,hardware,serial,name,protocols\n");
  for (const Asset* asset : in_order(inventory)) {
    const std::string cells[] = {asset->id, asset->macs.empty() ? std::string() : to_string(asset->macs[0]),
                                 asset->parent ? inventory.parent(*asset)->id : std::string(),
                                 std::string(row(asset->role).name), best(*asset, Trait::vendor),
                                 best(*asset, Trait::model), best(*asset, Trait::order_number),
                                 best(*asset, Trait::firmware), best(*asset, Trait::hardware),
                                 best(*asset, Trait::serial), best(*asset, Trait::name), protocols_of(*asset)};
    std::string line;
    for (const std::string& cell : cells) line += (line.empty() ? "" : ",") + csv_cell(cell);
    fmt::print("{}\n", line);
  }
}

}  // namespace

int assets(const Words& words) {
  constexpr std::string_view flags[] = {"json", "csv", "evidence"}, valued[] = {"set", "filter"};
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  if (options->rest.empty())
    return refuse_usage("assets needs a capture: langyan assets FILE, DIR or - for standard input");
  ConfigSource source;
  source.sets = {"rules.files=[]", "eve.stats_interval=0s"};
  for (const auto& [name, value] : options->given)
    if (name == "set") source.sets.push_back(value);
  const auto config = pipeline::SensorConfig::load(source);
  if (!config) return refuse(config.error());
  SystemDisk disk;
  SystemClock clock;
  SystemRandom random;
  pipeline::Request request;
  request.paths = options->rest;
  request.filter = options->text("filter");
  auto session = pipeline::Session::open(*config, request, disk, clock, random);
  if (!session) return refuse(session.error());
  const auto done = (*session)->run({});
  (*session)->close();
  if (!done) return refuse(done.error());
  const Inventory& inventory = (*session)->pipeline().merger().inventory();
  if (options->has("json")) return print_json(inventory), 0;
  if (options->has("csv")) return print_csv(inventory), 0;
  return print_table(inventory, options->has("evidence")), 0;
}

}  // namespace langyan::tool
