#include "assets/reconcile.h"

#include <algorithm>
#include <unordered_set>

#include "assets/version.h"
#include "assets/words.h"

namespace langyan::assets {
namespace {

constexpr std::uint8_t least_confidence = 50;  // the maker of a network card is not the maker of the device
constexpr std::string_view standing_names[] = {"known", "differing", "unknown", "missing"};
static_assert(std::size(standing_names) == static_cast<std::size_t>(Standing::last));

// A keeper's "model" may be what the device calls its order number or series.
bool may_answer(Trait asked, Trait told) {
  if (asked == told) return true;
  const auto type = [](Trait trait) {
    return trait == Trait::model || trait == Trait::order_number || trait == Trait::series;
  };
  return type(asked) && type(told);
}

void compare(const Asset& asset, const LedgerEntry& entry, Trait trait, std::vector<Difference>& found) {
  const std::string& listed = entry[trait];
  if (listed.empty()) return;
  const Known* said = nullptr;  // of this very trait
  for (const Known& fact : asset.facts) {
    if (fact.replaced || fact.confidence < least_confidence || !may_answer(trait, fact.trait)) continue;
    if (agree(listed, fact.text) || (trait == Trait::firmware && same_version(listed, fact.text))) return;
    if (fact.trait == trait && (!said || fact.confidence > said->confidence)) said = &fact;
  }
  if (said) found.push_back({trait_name(trait), listed, said->text});
}

}  // namespace

std::string_view standing_name(Standing standing) {
  return standing_names[static_cast<std::size_t>(standing)];
}

std::vector<Difference> differences(const Asset& asset, const LedgerEntry& entry) {
  std::vector<Difference> found;
  for (const Trait trait : {Trait::vendor, Trait::series, Trait::model, Trait::order_number, Trait::firmware,
                            Trait::hardware, Trait::serial, Trait::name})
    compare(asset, entry, trait, found);
  const auto has_mac = [&](const Mac& mac) { return std::ranges::find(asset.macs, mac) != asset.macs.end(); };
  if (!entry.macs.empty() && !asset.macs.empty() && std::ranges::none_of(entry.macs, has_mac))
    found.push_back({"MAC", to_string(entry.macs[0]), to_string(asset.macs[0])});
  const auto has_address = [&](const std::string& id) {
    return std::ranges::any_of(asset.addresses, [&](const IpAddress& ip) { return to_string(ip) == id; });
  };
  if (!asset.parent && !entry.ids.empty() && !asset.addresses.empty() && std::ranges::none_of(entry.ids, has_address))
    found.push_back({"address", entry.ids[0], to_string(asset.addresses[0])});
  return found;
}

std::vector<Reconciled> reconcile(const Inventory& inventory, const Ledger& ledger) {
  std::vector<Reconciled> all;
  std::unordered_set<const LedgerEntry*> heard;
  for (const Asset& asset : inventory.assets()) {
    if (asset.merged) continue;
    const LedgerEntry* entry = ledger.find(asset, inventory.parent(asset));
    if (entry) heard.insert(entry);
    if (!entry && listing(asset, inventory.parent(asset), ledger) != Listed::unknown) continue;
    Reconciled one{entry ? Standing::known : Standing::unknown, entry, &asset, {}};
    if (entry) one.differences = differences(asset, *entry);
    if (!one.differences.empty()) one.standing = Standing::differing;
    all.push_back(std::move(one));
  }
  for (const LedgerEntry& entry : ledger.entries())
    if (!heard.contains(&entry)) all.push_back({Standing::missing, &entry, nullptr, {}});
  constexpr int order[] = {3, 1, 0, 2};  // by Standing
  std::ranges::stable_sort(all, {},
                           [&](const Reconciled& one) { return order[static_cast<std::size_t>(one.standing)]; });
  return all;
}

}  // namespace langyan::assets
