#include "assets/inventory.h"

#include <algorithm>
#include <array>
#include <utility>

#include "assets/ledger.h"
#include "assets/vulnerability.h"
#include "assets/words.h"
#include "base/caps.h"

namespace langyan::assets {
namespace {

const Cap assets_cap{"assets.known", 65'536, 16, 4'000'000, 1'024,
                     "Hosts and devices the inventory holds; later ones are counted."};

constexpr std::uint8_t maker_confidence = 40;
constexpr Duration seen_every = hour;
constexpr std::uint8_t likely = 50;  // a vulnerability of less confidence is listed and no event

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

// A link-local address is never that of a host behind a router, so beside another it is the same card's
// [RFC 4291] 2.5.6 [RFC 3927] 2.7.
bool crosses_routers(const IpAddress& ip) {
  static const std::array local = {*parse_network("fe80::/10"), *parse_network("169.254.0.0/16")};
  return std::ranges::none_of(local, [&](const IpNetwork& network) { return network.contains(ip); });
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
  const std::string id =
      assets_[host].id + '/' + std::string(evidence.protocol->name) + '/' + std::to_string(evidence.unit);
  if (const auto at = by_id_.find(id); at != by_id_.end()) return at->second;
  if (assets_.size() >= assets_cap.value()) return counters_.add(Count::refused_assets), none;
  const auto index = static_cast<Index>(assets_.size());
  Asset& child = assets_.emplace_back();
  child.id = id;
  child.parent = host + 1;
  child.unit = evidence.unit;
  child.first = child.last = evidence.time;
  child.first_packet = evidence.packet_number;
  child.protocols.push_back({evidence.protocol, bit(Act::answers), true, evidence.unit});
  child.role = role_of(child);
  by_id_[id] = index;
  counters_.add(Count::assets);
  consider_later(index, evidence);
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
  } else {
    attach(index, evidence.mac, evidence);
  }
  counters_.add(Count::assets);
  consider_later(index, evidence);
  tell(Change::appeared, index, evidence);
  return index;
}

void Inventory::attach(Index index, const Mac& mac, const Evidence& evidence) {
  Asset& asset = assets_[index];
  if (asset.macs.size() >= most_addresses_each) return counters_.add(Count::refused_facts);
  asset.macs.push_back(mac);
  by_mac_[mac.number()] = index;
  consider_later(index, evidence);
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
  const bool owned = owner != by_mac_.end() && std::ranges::any_of(assets_[owner->second].addresses, crosses_routers);
  if (owned && !crosses_routers(evidence.ip)) return merge(host, owner->second, evidence);
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
  consider_later(index, evidence);
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
  consider_later(to, evidence);
  // Two cards that dispute an address take it in turn.
  const auto [told, fresh] = taken_.try_emplace(evidence.ip, evidence.time);
  if (!fresh && evidence.time - told->second < hour) return;
  told->second = evidence.time;
  tell(Change::address_taken, to, evidence, nullptr, {}, from);
}

// What was known by a MAC alone, or by an address alone, turns out to be one host.
void Inventory::merge(Index from, Index into, const Evidence& evidence) {
  tell_facts();
  Asset moved = std::move(assets_[from]);
  by_id_.erase(moved.id);
  assets_[from] = {};
  assets_[from].id = moved.id;
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
  for (std::string& number : moved.told)
    if (asset.told.size() < most_told_each) asset.told.push_back(std::move(number));
  if (moved.listed == Listed::unknown) asset.listed = moved.listed;  // told already
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
  for (Asset& each : assets_) std::ranges::replace(each.peers, from, into);
  for (const Index peer : moved.peers)
    if (std::ranges::find(asset.peers, peer) == asset.peers.end() && asset.peers.size() < most_peers_each)
      asset.peers.push_back(peer);
  tell(Change::merged, into, evidence, nullptr, {}, from);
  consider_later(into, evidence);
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
    if (told_of_ != index) tell_facts();
    told_of_ = index, told_by_ = evidence;
    told_.push_back(known);
  }
  if (known.trait == Trait::name && known.protocol) note_name(index, known, evidence);
  if (known.trait == Trait::role) decide_role(index, evidence);
  if (identifies(known.trait) || known.trait == Trait::firmware || known.trait == Trait::series)
    consider_later(index, evidence);
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
  if (evidence.has_peer) note_peer(index, evidence);
  Spoken* spoken = speak(index, evidence.protocol);
  if (!spoken || !(evidence.acts & ~spoken->acts)) return;
  spoken->acts = static_cast<std::uint8_t>(spoken->acts | evidence.acts);
  decide_role(index, evidence);
}

// Both are each other's; one that was not met yet says so itself when it answers.
void Inventory::note_peer(Index index, const Evidence& evidence) {
  const auto at = by_address_.find(evidence.peer);
  if (at == by_address_.end() || at->second == index) return;
  const auto add = [&](Index to, Index peer) {
    std::vector<std::uint32_t>& peers = assets_[to].peers;
    if (std::ranges::find(peers, peer) == peers.end() && peers.size() < most_peers_each) peers.push_back(peer);
  };
  add(index, at->second), add(at->second, index);
}

void Inventory::decide_role(Index index, const Evidence& evidence) {
  Asset& asset = assets_[index];
  if (asset.role_set) return;
  const HostRole role = role_of(asset);
  if (role == asset.role) return;
  asset.role = role;
  tell(Change::role, index, evidence);
}

// --- the ledger ---

void Inventory::use(std::shared_ptr<const Ledger> ledger) {
  ledger_ = std::move(ledger);
  if (!ledger_) return;
  for (Index index = 0; index < assets_.size(); ++index) {
    Evidence by;
    by.time = assets_[index].last;
    judge(index, by);
  }
}

// Beside the ledger and the feed.
void Inventory::consider_later(Index index, const Evidence& evidence) {
  if (!ledger_ && !feed_) return;
  if (to_consider_.empty() || to_consider_.back().index != index) to_consider_.push_back({index, evidence});
}

// Told once; an asset that a ledger had and the next has not is told again.
void Inventory::judge(Index index, const Evidence& evidence) {
  if (!ledger_ || assets_[index].merged) return;
  const Asset* host = parent(assets_[index]);
  const Listed before = assets_[index].listed, now = listing(assets_[index], host, *ledger_);
  assets_[index].listed = now;
  set_by_hand(index, ledger_->find(assets_[index], host), evidence);
  if (now != Listed::unknown || before == Listed::unknown) return;
  counters_.add(Count::unknown);
  tell(Change::unknown, index, evidence);
}

void Inventory::set_by_hand(Index index, const LedgerEntry* entry, const Evidence& evidence) {
  Asset& asset = assets_[index];
  asset.by_hand = entry ? Asset::ByHand{entry->level, entry->attack} : Asset::ByHand{};
  asset.role_set = entry && entry->role;
  if (!asset.role_set) return decide_role(index, evidence);
  if (asset.role == *entry->role) return;
  asset.role = *entry->role;
  tell(Change::role, index, evidence);
}

// --- vulnerabilities ---

void Inventory::use(std::shared_ptr<const VulnerabilityFeed> feed) {
  for (Asset& asset : assets_) asset.matches.clear();  // before what they point into goes
  feed_ = std::move(feed);
  for (Index index = 0; index < assets_.size(); ++index) {
    Evidence by;
    by.time = assets_[index].last;
    match(index, by);
  }
}

// All are kept; those that are likely are told, once an asset and vulnerability.
void Inventory::match(Index index, const Evidence& evidence) {
  if (!feed_ || assets_[index].merged) return;
  std::vector<Match> found;
  feed_->match(assets_[index], found);
  if (found.size() > most_matches_each) {
    counters_.add(Count::refused_matches, found.size() - most_matches_each);
    found.resize(most_matches_each);
  }
  assets_[index].matches = found;
  for (const Match& each : found) {
    std::vector<std::string>& told = assets_[index].told;
    if (each.confidence < likely || told.size() >= most_told_each ||
        std::ranges::find(told, each.vulnerability->id) != told.end())
      continue;
    told.push_back(each.vulnerability->id);
    counters_.add(Count::vulnerable);
    tell(each.vulnerability->known_exploited ? Change::exploited : Change::vulnerable, index, evidence, nullptr, {},
         none, &each);
  }
}

Listed listing(const Asset& asset, const Asset* parent, const Ledger& ledger) {
  if (ledger.find(asset, parent)) return Listed::known;
  if (is_outside(parent ? *parent : asset)) return Listed::outside;
  // A ledger that has the gateway and none of what stands behind it means all of it.
  const LedgerEntry* host = parent ? ledger.find(*parent, nullptr) : nullptr;
  return host && !ledger.lists_devices_behind(*host) ? Listed::known : Listed::unknown;
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
  Evidence none_seen;
  none_seen.time = now;
  for (Index index = 0; index < assets_.size(); ++index) {
    Asset& asset = assets_[index];
    if (asset.merged || asset.silent) continue;
    if (asset.last - asset.told_last >= seen_every) tell(Change::seen, index, none_seen);
    if (!silent_after_ || now - asset.last < silent_after_) continue;
    asset.silent = true;
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
  asset.told_last = asset.last;
  for (const Mac& mac : asset.macs) by_mac_[mac.number()] = index;
  for (const IpAddress& ip : asset.addresses) by_address_[ip] = index;
  for (const Known& fact : asset.facts)
    if (fact.trait == Trait::name && fact.protocol && !asset.parent) by_name_.try_emplace(lower(fact.text), index);
  assets_.push_back(std::move(asset));
  counters_.add(Count::assets);
}

void Inventory::tell(Change change, Index index, const Evidence& evidence, const Known* fact,
                     std::string_view was, Index other, const Match* match) {
  tell_facts();
  Asset& asset = assets_[index];
  asset.told_last = asset.last;
  counters_.add(Count::events);
  const std::span<const Known> facts(fact, fact ? 1 : 0);
  sink_.asset({change, &asset, parent(asset), other == none ? nullptr : &assets_[other], facts, was,
               evidence.time, evidence.packet_number, level(asset), match});
}

void Inventory::settle() {
  tell_facts();
  if (to_consider_.empty()) return;
  const std::vector<Waiting> waiting = std::exchange(to_consider_, {});
  for (const Waiting& each : waiting) judge(each.index, each.by), match(each.index, each.by);
}

void Inventory::tell_facts() {
  if (told_.empty()) return;
  Asset& asset = assets_[told_of_];
  asset.told_last = asset.last;
  counters_.add(Count::events);
  sink_.asset(
      {Change::fact, &asset, parent(asset), nullptr, told_, {}, told_by_.time, told_by_.packet_number, level(asset)});
  told_.clear();
  told_of_ = none;
}

}  // namespace langyan::assets
