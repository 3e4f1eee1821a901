#include "assets/inventory.h"

#include <algorithm>
#include <cctype>

#include "base/caps.h"

namespace langyan::assets {
namespace {

const Cap assets_cap{"assets.known", 65'536, 16, 4'000'000, 1'024,
                     "Hosts and devices the inventory holds; later ones are counted."};

constexpr std::uint8_t maker_confidence = 40;

std::uint8_t confidence_of(Trait trait) {
  switch (trait) {
    case Trait::role: return 60;
    case Trait::description:
    case Trait::location: return 50;
    case Trait::name: return 80;
    default: return 90;
  }
}

// Whose other value is worth a word; descriptions and roles come in many wordings.
bool identifies(Trait trait) {
  return trait == Trait::vendor || trait == Trait::model || trait == Trait::serial || trait == Trait::order_number;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
  return result;
}

// "Siemens" and "SIEMENS AG" do not contradict each other.
bool agree(std::string_view a, std::string_view b) {
  const std::string x = lower(a), y = lower(b);
  return x.find(y) != x.npos || y.find(x) != y.npos;
}

}  // namespace

Inventory::Inventory(const Makers& makers, EventSink& sink) : makers_(makers), sink_(sink) {}

const Asset* Inventory::find(const IpAddress& ip) const {
  const auto at = by_address_.find(ip);
  return at == by_address_.end() ? nullptr : &assets_[at->second];
}

void Inventory::accept(const Evidence& evidence) {
  if (evidence.kind == Evidence::Kind::tie) return tie(evidence);
  const Index host = host_of(evidence);
  if (host == none) return;
  heard(host, evidence);
  const Index index = evidence.unit ? child_of(host, evidence) : host;
  if (index == none) return;
  if (index != host) heard(index, evidence);
  if (evidence.kind == Evidence::Kind::fact) learn(index, evidence);
  if (evidence.kind == Evidence::Kind::acts) note_acts(index, evidence);
}

Inventory::Index Inventory::host_of(const Evidence& evidence) {
  if (evidence.has_ip) {
    const auto at = by_address_.find(evidence.ip);
    return at == by_address_.end() ? add(evidence, to_string(evidence.ip)) : at->second;
  }
  const auto at = by_mac_.find(evidence.mac.number());
  return at == by_mac_.end() ? add(evidence, to_string(evidence.mac)) : at->second;
}

// The first unit that answers in a protocol is the host's own; a second one makes it a gateway.
Inventory::Index Inventory::child_of(Index host, const Evidence& evidence) {
  Spoken* spoken = speak(host, evidence.protocol);
  if (!spoken) return host;
  if (!spoken->has_unit) {
    spoken->has_unit = true;
    spoken->unit = evidence.unit;
  }
  if (spoken->unit == evidence.unit) return host;
  const std::string id = assets_[host].id + '/' + std::string(evidence.protocol->name) + '/' + std::to_string(evidence.unit);
  if (const auto at = by_id_.find(id); at != by_id_.end()) return at->second;
  if (assets_.size() >= assets_cap.value()) return counters_.add(Count::refused_assets), none;
  const auto index = static_cast<Index>(assets_.size());
  Asset& child = assets_.emplace_back();
  child.id = id;
  child.parent = host + 1;
  child.unit = evidence.unit;
  child.first = child.last = evidence.time;
  child.first_packet = evidence.packet_number;
  child.protocols.push_back({evidence.protocol, 0, true, evidence.unit});
  by_id_[id] = index;
  counters_.add(Count::assets);
  tell(Change::appeared, index, evidence);
  ++assets_[host].children;
  decide_role(host, evidence);
  return index;
}

Inventory::Index Inventory::add(const Evidence& evidence, std::string id) {
  if (assets_.size() >= assets_cap.value()) return counters_.add(Count::refused_assets), none;
  const auto index = static_cast<Index>(assets_.size());
  by_id_[id] = index;
  Asset& asset = assets_.emplace_back();
  asset.id = std::move(id);
  asset.first = asset.last = evidence.time;
  asset.first_packet = evidence.packet_number;
  if (evidence.has_ip) {
    asset.addresses.push_back(evidence.ip);
    by_address_[evidence.ip] = index;
    if (const auto at = fixed_roles_.find(evidence.ip); at != fixed_roles_.end())
      asset.role = at->second, asset.role_set = true;
  } else {
    attach(index, evidence.mac, evidence);
  }
  counters_.add(Count::assets);
  tell(Change::appeared, index, evidence);
  return index;
}

void Inventory::attach(Index index, const Mac& mac, const Evidence& evidence) {
  Asset& asset = assets_[index];
  if (asset.macs.size() >= most_addresses_each) return counters_.add(Count::refused_facts);
  asset.macs.push_back(mac);
  by_mac_[mac.number()] = index;
  const std::string_view maker = makers_.find(mac);
  if (maker.empty()) return;
  learn(index, {Trait::vendor, maker_confidence, std::string(maker), nullptr, evidence.time, evidence.time,
                evidence.packet_number, false}, evidence);
}

// --- addresses and MACs ---

void Inventory::tie(const Evidence& evidence) {
  evidence.certain ? tie_for_certain(evidence) : tie_weakly(evidence);
}

// Without ARP a MAC that brings a second address is taken for a router's, and is nobody's own.
void Inventory::tie_weakly(const Evidence& evidence) {
  const Index host = host_of(evidence);
  if (host == none) return;
  heard(host, evidence);
  const std::uint64_t mac = evidence.mac.number();
  if (routers_.contains(mac)) return;
  const auto owner = by_mac_.find(mac);
  if (owner != by_mac_.end() && owner->second == host) return;
  const bool owned = owner != by_mac_.end() && !assets_[owner->second].addresses.empty();
  if (owned) {
    routers_.insert(mac);
    Asset& asset = assets_[owner->second];
    if (asset.tie_certain) return;  // a router whose own address is known
    std::erase(asset.macs, evidence.mac);
    std::erase_if(asset.facts, [](const Known& fact) { return !fact.protocol; });  // the router's maker
    by_mac_.erase(mac);
    return;
  }
  if (!assets_[host].macs.empty()) return;
  owner == by_mac_.end() ? attach(host, evidence.mac, evidence) : merge(owner->second, host, evidence);
}

void Inventory::tie_for_certain(const Evidence& evidence) {
  const auto at = by_address_.find(evidence.ip);
  const auto owner = by_mac_.find(evidence.mac.number());
  if (at == by_address_.end()) {
    if (owner != by_mac_.end()) {
      heard(owner->second, evidence);
      return add_address(owner->second, evidence);
    }
    const Index index = add(evidence, to_string(evidence.ip));
    if (index == none) return;
    attach(index, evidence.mac, evidence);
    assets_[index].tie_certain = true;
    return;
  }
  const Index host = at->second;
  Asset& asset = assets_[host];
  heard(host, evidence);
  if (owner != by_mac_.end() && owner->second == host) {
    asset.tie_certain = true;
    return;
  }
  if (!asset.macs.empty() && asset.tie_certain) return take_address(host, evidence);
  for (const Mac& mac : asset.macs) by_mac_.erase(mac.number());  // a router's, then
  asset.macs.clear();
  std::erase_if(asset.facts, [](const Known& fact) { return !fact.protocol; });
  asset.tie_certain = true;
  owner == by_mac_.end() ? attach(host, evidence.mac, evidence) : merge(owner->second, host, evidence);
}

void Inventory::add_address(Index index, const Evidence& evidence) {
  Asset& asset = assets_[index];
  if (asset.addresses.size() >= most_addresses_each) return counters_.add(Count::refused_facts);
  asset.addresses.push_back(evidence.ip);
  by_address_[evidence.ip] = index;
  asset.tie_certain = true;
  if (asset.addresses.size() > 1) tell(Change::address_added, index, evidence);
}

// The new owner takes the address; what was learned stays with the old one, which is known by its MAC.
void Inventory::take_address(Index from, const Evidence& evidence) {
  const auto owner = by_mac_.find(evidence.mac.number());
  Index to = owner == by_mac_.end() ? none : owner->second;
  std::erase(assets_[from].addresses, evidence.ip);
  if (to == none) {
    Evidence of_mac = evidence;
    of_mac.has_ip = false;
    to = add(of_mac, to_string(evidence.mac));
    if (to == none) return;
  }
  Asset& taker = assets_[to];
  if (taker.addresses.size() < most_addresses_each) taker.addresses.push_back(evidence.ip);
  taker.tie_certain = true;
  by_address_[evidence.ip] = to;
  // Two cards that dispute an address take it in turn.
  const auto [told, fresh] = taken_.try_emplace(evidence.ip, evidence.time);
  if (!fresh && evidence.time - told->second < hour) return;
  told->second = evidence.time;
  tell(Change::address_taken, to, evidence, nullptr, {}, from);
}

// What was known by a MAC alone, or by an address alone, turns out to be one host.
void Inventory::merge(Index from, Index into, const Evidence& evidence) {
  Asset moved = std::move(assets_[from]);
  by_id_.erase(moved.id);
  assets_[from] = {};
  assets_[from].merged = true;
  Asset& asset = assets_[into];
  for (const Mac& mac : moved.macs) {
    by_mac_[mac.number()] = into;
    if (std::ranges::find(asset.macs, mac) == asset.macs.end()) asset.macs.push_back(mac);
  }
  for (const IpAddress& ip : moved.addresses) {
    by_address_[ip] = into;
    asset.addresses.push_back(ip);
  }
  asset.first = std::min(asset.first, moved.first);
  for (Known& fact : moved.facts) {
    if (asset.facts.size() < most_facts_each) asset.facts.push_back(std::move(fact));
  }
  for (const Spoken& spoken : moved.protocols) {
    if (Spoken* own = speak(into, spoken.protocol)) own->acts |= spoken.acts;
  }
  for (Asset& child : assets_)
    if (child.parent == from + 1) child.parent = into + 1, ++asset.children;
  for (auto& [name, index] : by_name_)
    if (index == from) index = into;
  decide_role(into, evidence);
}

// --- facts ---

void Inventory::learn(Index index, const Evidence& evidence) {
  if (evidence.said().empty()) return;
  learn(index, {evidence.trait, confidence_of(evidence.trait), std::string(evidence.said()), evidence.protocol,
                evidence.time, evidence.time, evidence.packet_number, false}, evidence);
}

void Inventory::learn(Index index, Known fact, const Evidence& evidence) {
  Asset& asset = assets_[index];
  Known* before = nullptr;  // what the same source said last
  const Known* against = nullptr;
  for (Known& each : asset.facts) {
    if (each.trait != fact.trait || each.replaced) continue;
    if (each.protocol == fact.protocol && each.text == fact.text) return void(each.last = fact.last);
    if (each.protocol == fact.protocol) before = &each;
    if (fact.protocol && each.protocol && identifies(fact.trait) && !agree(each.text, fact.text)) against = &each;
  }
  const bool firmware = fact.trait == Trait::firmware && before;
  const std::string was = firmware ? before->text : against ? against->text : std::string();
  if (firmware) before->replaced = true;
  if (asset.facts.size() >= most_facts_each) {
    const auto stale = std::ranges::find(asset.facts, true, &Known::replaced);
    if (stale == asset.facts.end()) return counters_.add(Count::refused_facts);
    asset.facts.erase(stale);
  }
  asset.facts.push_back(std::move(fact));
  const Known known = asset.facts.back();
  if (firmware || against) {
    tell(firmware ? Change::firmware_changed : Change::conflict, index, evidence, &known, was);
  } else {
    if (told_of_ != index) settle();
    told_of_ = index, told_by_ = evidence;
    told_.push_back(known);
  }
  if (known.trait == Trait::name && known.protocol) note_name(index, known, evidence);
  if (known.trait == Trait::role) decide_role(index, evidence);
}

// One plant, one name: but children of a host may repeat theirs, and short names are no names.
void Inventory::note_name(Index index, const Known& fact, const Evidence& evidence) {
  constexpr std::size_t shortest = 3;
  if (fact.text.size() < shortest || assets_[index].parent) return;
  const auto [at, fresh] = by_name_.try_emplace(lower(fact.text), index);
  if (fresh || at->second == index) return;
  tell(Change::name_twice, index, evidence, &fact, {}, at->second);
}

Spoken* Inventory::speak(Index index, const Protocol* protocol) {
  Asset& asset = assets_[index];
  const auto at = std::ranges::find(asset.protocols, protocol, &Spoken::protocol);
  if (at != asset.protocols.end()) return &*at;
  if (asset.protocols.size() >= most_protocols_each) return counters_.add(Count::refused_facts), nullptr;
  return &asset.protocols.emplace_back(Spoken{protocol, 0, false, 0});
}

void Inventory::note_acts(Index index, const Evidence& evidence) {
  Spoken* spoken = speak(index, evidence.protocol);
  if (!spoken || !(evidence.acts & ~spoken->acts)) return;
  spoken->acts = static_cast<std::uint8_t>(spoken->acts | evidence.acts);
  decide_role(index, evidence);
}

void Inventory::decide_role(Index index, const Evidence& evidence) {
  Asset& asset = assets_[index];
  if (asset.role_set) return;
  const HostRole role = role_of(asset);
  if (role == asset.role) return;
  asset.role = role;
  tell(Change::role, index, evidence);
}

// --- time ---

void Inventory::heard(Index index, const Evidence& evidence) {
  Asset& asset = assets_[index];
  asset.last = std::max(asset.last, evidence.time / minute * minute);
  if (!asset.silent) return;
  asset.silent = false;
  tell(Change::back, index, evidence);
}

void Inventory::tick(Time now) {
  if (!silent_after_) return;
  for (Index index = 0; index < assets_.size(); ++index) {
    Asset& asset = assets_[index];
    if (asset.merged || asset.silent || now - asset.last < silent_after_) continue;
    asset.silent = true;
    Evidence none_seen;
    none_seen.time = now;
    tell(Change::silent, index, none_seen);
  }
}

void Inventory::restore(Asset asset, std::string_view parent) {
  if (asset.id.empty()) return;
  if (assets_.size() >= assets_cap.value()) return counters_.add(Count::refused_assets);
  const auto index = static_cast<Index>(assets_.size());
  if (!parent.empty()) {
    const auto host = by_id_.find(std::string(parent));
    if (host == by_id_.end()) return;
    asset.parent = host->second + 1;
    ++assets_[host->second].children;
  }
  by_id_[asset.id] = index;
  for (const Mac& mac : asset.macs) by_mac_[mac.number()] = index;
  for (const IpAddress& ip : asset.addresses) by_address_[ip] = index;
  for (const Known& fact : asset.facts)
    if (fact.trait == Trait::name && fact.protocol && !asset.parent) by_name_.try_emplace(lower(fact.text), index);
  assets_.push_back(std::move(asset));
  counters_.add(Count::assets);
}

void Inventory::tell(Change change, Index index, const Evidence& evidence, const Known* fact,
                     std::string_view was, Index other) {
  settle();
  const Asset& asset = assets_[index];
  counters_.add(Count::events);
  const std::span<const Known> facts(fact, fact ? 1 : 0);
  sink_.asset({change, &asset, parent(asset), other == none ? nullptr : &assets_[other], facts, was,
               evidence.time, evidence.packet_number});
}

void Inventory::settle() {
  if (told_.empty()) return;
  const Asset& asset = assets_[told_of_];
  counters_.add(Count::events);
  sink_.asset({Change::fact, &asset, parent(asset), nullptr, told_, {}, told_by_.time, told_by_.packet_number});
  told_.clear();
  told_of_ = none;
}

}  // namespace langyan::assets
