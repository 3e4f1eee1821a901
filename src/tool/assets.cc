// langyan assets: who is in a capture, with what says so.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "assets/attack_kind.h"
#include "assets/reconcile.h"
#include "assets/vulnerability.h"
#include "base/json.h"
#include "base/log.h"
#include "pipeline/asset_report.h"
#include "pipeline/session.h"
#include "tool/command.h"
#include "tool/table.h"

namespace langyan::tool {
namespace {

using assets::Asset;
using assets::AttackKind;
using assets::LedgerColumn;
using assets::Reconciled;
using assets::Standing;
using assets::Inventory;
using assets::Known;

// Hosts by level of the plant and address, each followed by the devices behind it.
std::vector<const Asset*> in_order(const Inventory& inventory) {
  std::vector<const Asset*> all;
  for (const Asset& asset : inventory.assets())
    if (!asset.merged) all.push_back(&asset);
  const auto key = [&](const Asset* asset) {
    const Asset* host = asset->parent ? inventory.parent(*asset) : asset;
    const int level = inventory.level(*host) < 0 ? 9 : inventory.level(*host);
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

std::string level_of(const Inventory& inventory, const Asset& asset) {
  const int level = inventory.level(asset);
  return level < 0 ? std::string() : std::to_string(level);
}

void print_table(const Inventory& inventory, bool with_evidence) {
  fmt::print("{:<17} {:<17} {:<5} {:<14} {:<20} {:<36} {:<14} {:<20} {}\n", "address", "MAC", "level", "role", "vendor",
             "model", "firmware", "name", "protocols");
  for (const Asset* asset : in_order(inventory)) {
    fmt::print("{:<17} {:<17} {:<5} {:<14} {:<20.20} {:<36.36} {:<14.14} {:<20.20} {}\n", address_of(*asset),
               asset->macs.empty() ? std::string() : to_string(asset->macs[0]), level_of(inventory, *asset),
               row(asset->role).name, best(*asset, Trait::vendor), model_of(*asset), best(*asset, Trait::firmware),
               best(*asset, Trait::name), protocols_of(*asset));
    for (const assets::Match& match : asset->matches)
      fmt::print("{:<20}{} {}% sure{}{}: {}\n", "", all_numbers(*match.vulnerability), match.confidence,
                 match.vulnerability->known_exploited ? ", known to be exploited" : "",
                 match.firmware == assets::Firmware::affected
                     ? ""
                     : ", firmware " + std::string(assets::firmware_word(match.firmware)),
                 match.vulnerability->title_en);
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
    if (const int level = inventory.level(*asset); level >= 0) json.field("level", level);
    if (const AttackKind* kind = assets::attack_kind(*asset)) json.field("attack_asset", kind->id);
    json.key("first_seen").time(asset->first).key("last_seen").time(asset->last);
    json.key("facts").open_list();
    for (const Known& fact : asset->facts) {
      json.open().field("trait", trait_name(fact.trait)).field("value", fact.text);
      json.field("source", fact.protocol ? fact.protocol->name : std::string_view("mac"));
      json.field("packet", fact.packet_number).field("confidence", fact.confidence);
      json.field("replaced", fact.replaced).close();
    }
    json.close_list();
    if (!asset->matches.empty()) {
      json.key("vulnerabilities").open_list();
      for (const assets::Match& match : asset->matches) pipeline::write_vulnerability(json, match);
      json.close_list();
    }
    json.close();
    fmt::print("{}\n", line);
  }
}

std::string cell_of(const LedgerColumn& column, const Inventory& inventory, const Asset& asset) {
  std::string text;
  const auto add = [&](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
  switch (column.is) {
    case LedgerColumn::Is::address:
      if (asset.parent) return asset.id;
      for (const IpAddress& ip : asset.addresses) add(to_string(ip));
      return text;
    case LedgerColumn::Is::mac:
      for (const Mac& mac : asset.macs) add(to_string(mac));
      return text;
    case LedgerColumn::Is::role: return asset.role == HostRole::unknown ? text : std::string(row(asset.role).name);
    case LedgerColumn::Is::level: return level_of(inventory, asset);
    case LedgerColumn::Is::attack: {
      const AttackKind* kind = assets::attack_kind(asset);
      return kind ? std::string(kind->id) : text;
    }
    case LedgerColumn::Is::trait: return best(asset, column.trait);
    case LedgerColumn::Is::note: return protocols_of(asset);
  }
  return text;
}

// A valid ledger: what a plant's keepers correct and complete, and hand to assets.ledger.
void print_csv(const Inventory& inventory) {
  std::string head;
  for (const LedgerColumn& column : assets::ledger_columns())
    head += (head.empty() ? "" : ",") + std::string(column.name);
  fmt::print("{}\n", head);
  for (const Asset* asset : in_order(inventory)) {
    if (asset->macs.empty() && assets::is_outside(asset->parent ? *inventory.parent(*asset) : *asset)) continue;
    std::string line;
    for (const LedgerColumn& column : assets::ledger_columns())
      line += (line.empty() ? "" : ",") + csv_cell(cell_of(column, inventory, *asset));
    fmt::print("{}\n", line);
  }
}

// --- beside the ledger ---

std::string described(const Reconciled& one) {
  std::string text = one.asset ? model_of(*one.asset) : one.entry->shown();
  if (!one.asset) text = (*one.entry)[Trait::model];
  const std::string name = one.asset ? best(*one.asset, Trait::name) : (*one.entry)[Trait::name];
  if (!name.empty() && name != text) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void print_reconciled(const std::vector<Reconciled>& all) {
  std::size_t counts[static_cast<std::size_t>(Standing::last)] = {};
  for (const Reconciled& one : all) {
    ++counts[static_cast<std::size_t>(one.standing)];
    if (one.standing == Standing::known) continue;
    const std::string where =
        one.asset ? (one.asset->parent ? one.asset->id : address_of(*one.asset)) : one.entry->shown();
    fmt::print("{:<10} {:<30} {:<8} {}\n", standing_name(one.standing), where,
               one.entry ? fmt::format("line {}", one.entry->line) : std::string(), described(one));
    for (const assets::Difference& each : one.differences)
      fmt::print("{:<10} {}: the ledger has {}, the wire {}\n", "", each.what, each.listed, each.heard);
  }
  for (const Standing standing : {Standing::known, Standing::differing, Standing::unknown, Standing::missing})
    fmt::print("{}{} {}", standing == Standing::known ? "" : ", ", counts[static_cast<std::size_t>(standing)],
               standing_name(standing));
  fmt::print("\n");
}

void print_reconciled_json(const std::vector<Reconciled>& all) {
  for (const Reconciled& one : all) {
    std::string line;
    JsonWriter json(line);
    json.open().field("standing", standing_name(one.standing));
    json.field("id", one.asset ? one.asset->id : one.entry->shown());
    if (one.entry) json.field("line", one.entry->line);
    if (one.asset) write_list(json, "mac", one.asset->macs);
    json.key("differences").open_list();
    for (const assets::Difference& each : one.differences)
      json.open().field("what", each.what).field("ledger", each.listed).field("wire", each.heard).close();
    json.close_list().close();
    fmt::print("{}\n", line);
  }
}

void print_reconciled_csv(const std::vector<Reconciled>& all) {
  fmt::print("standing,address,ledger line,what differs,ledger,wire\n");
  for (const Reconciled& one : all) {
    const std::string head =
        fmt::format("{},{},{}", standing_name(one.standing), csv_cell(one.asset ? one.asset->id : one.entry->shown()),
                    one.entry ? std::to_string(one.entry->line) : "");
    if (one.differences.empty()) fmt::print("{},,,\n", head);
    for (const assets::Difference& each : one.differences)
      fmt::print("{},{},{},{}\n", head, csv_cell(each.what), csv_cell(each.listed), csv_cell(each.heard));
  }
}

}  // namespace

int assets(const Words& words) {
  if (!words.empty() && is_inventory_verb(words[0])) return inventory(words);
  constexpr std::string_view flags[] = {"json", "csv", "evidence"},
                             valued[] = {"set", "filter", "ledger", "vulnerabilities", "keys"};
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  if (options->rest.empty())
    return refuse_usage(
        "assets needs a capture (FILE, DIR or - for standard input), or ls, show or set to ask the center");
  ConfigSource source;
  source.sets = {"rules.files=[]", "eve.stats_interval=0s"};
  for (const auto& [name, value] : options->given)
    if (name == "set") source.sets.push_back(value);
  if (options->has("ledger")) source.sets.push_back("assets.ledger=" + options->text("ledger"));
  if (options->has("vulnerabilities"))
    source.sets.push_back("assets.vulnerabilities=" + options->text("vulnerabilities"));
  if (options->has("keys")) source.sets.push_back("assets.vulnerability_keys=" + options->text("keys"));
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
  if (options->has("ledger")) {
    const auto all = assets::reconcile(inventory, *inventory.ledger());
    options->has("json")  ? print_reconciled_json(all)
    : options->has("csv") ? print_reconciled_csv(all)
                          : print_reconciled(all);
    return 0;
  }
  if (options->has("json")) return print_json(inventory), 0;
  if (options->has("csv")) return print_csv(inventory), 0;
  return print_table(inventory, options->has("evidence")), 0;
}

}  // namespace langyan::tool
