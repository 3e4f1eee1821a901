#include "center/asset_record.h"

#include <simdjson.h>

#include <algorithm>
#include <tuple>

#include "assets/words.h"
#include "base/json.h"
#include "base/json_members.h"
#include "center/words.h"
#include "fields/fact.h"

namespace langyan::center {
namespace {

namespace dom = simdjson::dom;
using json::each_of, json::number_of, json::text_of, json::texts_of;

constexpr std::size_t longest_text = 256, most_addresses = 32, longest_vulnerability = 16u << 10;

std::string short_text(dom::element from, std::string_view key) {
  const std::string_view text = text_of(from, key);
  std::size_t size = std::min(text.size(), longest_text);
  while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  return std::string(text.substr(0, size));
}

std::vector<std::string> addresses_of(dom::element from, std::string_view key) {
  std::vector<std::string> all = texts_of(from, key);
  if (all.size() > most_addresses) all.resize(most_addresses);
  std::erase_if(all, [](const std::string& each) { return each.size() > 64; });
  return all;
}

bool flag_of(dom::element from, std::string_view key) {
  bool flag = false;
  return from[key].get(flag) == simdjson::SUCCESS && flag;
}

int level_of(dom::element from) {
  std::int64_t level = -1;
  return from["level"].get(level) == simdjson::SUCCESS && level >= 0 && level <= 5 ? static_cast<int>(level) : -1;
}

Told told_of(dom::element from) {
  return {number_of<Time>(from, "time"), number_of<std::uint64_t>(from, "epoch"),
          number_of<std::uint64_t>(from, "seq")};
}
JsonWriter& write_told(JsonWriter& json, const Told& told) {
  return json.field("time", told.time).field("epoch", told.epoch).field("seq", told.seq);
}

auto order_of(const AssetFact& fact) {
  return std::tie(fact.first, fact.trait, fact.value, fact.source);
}
auto order_of(const AssetChange& change) {
  return std::tie(change.told, change.sensor);
}
auto order_of(const AssetVulnerability& each) {
  return std::tie(each.first, each.id);
}
template <class List>
void sort(List& list) {
  std::ranges::sort(list, {}, [](const auto& each) { return order_of(each); });
}

bool is_traced(std::string_view change) {  // a first fact is its own trace, and that it is still there is none
  return change != "fact" && change != "seen" && change != "appeared";
}

// When it was heard by what this event says: a list that was read anew says nothing of that.
Time heard_by(dom::element asset, const AssetNews& news) {
  const std::string& change = news.state.change;
  const auto last = parse_timestamp(text_of(asset, "last"));
  if (last) return std::min(*last, news.state.told.time);
  if (change == "silent") return 0;
  const bool listed = change == "unknown" || change == "vulnerable" || change == "exploited";
  return listed && news.packet == 0 ? 0 : news.state.told.time;
}

void read_facts(dom::element asset, AssetNews& news) {
  each_of(asset, "facts", [&](dom::element each) {
    if (news.facts.size() == most_asset_facts) return;
    AssetFact fact;
    fact.trait = short_text(each, "trait"), fact.value = short_text(each, "value"),
    fact.source = short_text(each, "source");
    fact.confidence = std::min(number_of<unsigned>(each, "confidence"), 100u);
    fact.first = fact.last = news.state.told.time, fact.packet = news.packet, fact.sensor = news.sensor;
    if (fact.trait.empty() || fact.value.empty()) return;
    if (news.change && news.change->trait.empty()) {
      news.change->trait = fact.trait, news.change->value = fact.value, news.change->was = short_text(each, "was");
    }
    news.facts.push_back(std::move(fact));
  });
}

void read_vulnerability(dom::element asset, AssetNews& news) {
  dom::element from;
  if (asset["vulnerability"].get(from) != simdjson::SUCCESS) return;
  AssetVulnerability found;
  found.id = short_text(from, "id"), found.told = news.state.told, found.first = news.state.told.time;
  found.known_exploited = flag_of(from, "known_exploited"), found.json = simdjson::minify(from);
  if (news.change) news.change->other = found.id;
  if (!found.id.empty() && found.json.size() <= longest_vulnerability) news.vulnerability = std::move(found);
}

}  // namespace

std::optional<AssetNews> AssetNews::of(const store::Event& event) {
  dom::parser parser;
  dom::element line, asset, origin;
  if (parser.parse(event.json).get(line) != simdjson::SUCCESS || line["asset"].get(asset) != simdjson::SUCCESS ||
      line["origin"].get(origin) != simdjson::SUCCESS)
    return {};
  AssetNews news;
  news.identity = std::string(text_of(asset, "id")), news.sensor = event.sensor;
  if (news.identity.empty() || news.identity.size() > longest_text) return {};
  AssetState& state = news.state;
  state.told = {std::min(event.time, event.received), store::parse_epoch(text_of(origin, "epoch")).value_or(0),
                number_of<std::uint64_t>(origin, "seq")};
  news.packet = number_of<std::uint64_t>(line, "pcap_cnt");
  state.change = short_text(asset, "change"), state.parent = short_text(asset, "parent");
  state.unit = number_of<std::uint64_t>(asset, "unit");
  state.ips = addresses_of(asset, "ip"), state.macs = addresses_of(asset, "mac");
  state.role = short_text(asset, "role"), state.attack = short_text(asset, "attack_asset"),
  state.level = level_of(asset);
  for (const Name& name : trait_names())
    if (std::string text = short_text(asset, name.word); !text.empty() && name.word != "role")
      state.traits[std::string(name.word)] = std::move(text);
  state.heard = heard_by(asset, news), state.first = state.heard ? state.heard : state.told.time;
  std::string value = state.change == "role"                                  ? state.role
                      : state.change == "address_added" && !state.ips.empty() ? state.ips.back()
                                                                              : "";
  if (is_traced(state.change))
    news.change = AssetChange{state.told, news.sensor,      state.change, news.packet,
                              {},         std::move(value), {},           short_text(asset, "other")};
  read_facts(asset, news);
  read_vulnerability(asset, news);
  return news;
}

void AssetRecord::take(const AssetNews& news, std::uint64_t& refused) {
  AssetState& state = states[news.sensor];
  const Time first = state.told.time ? std::min(state.first, news.state.first) : news.state.first;
  const Time heard = std::max(state.heard, news.state.heard);
  if (news.state.told > state.told) state = news.state;
  state.first = first, state.heard = heard;
  if (states.size() > most_asset_sensors) states.erase(std::prev(states.end())), ++refused;
  if (news.change && std::ranges::find(changes, order_of(*news.change),
                                       [](const auto& each) { return order_of(each); }) == changes.end()) {
    changes.push_back(*news.change);
    sort(changes);
    if (changes.size() > most_asset_changes) changes.erase(changes.begin());
  }
  for (const AssetFact& fact : news.facts) take_fact(fact, refused);
  mark_replaced();
  if (news.vulnerability) take_vulnerability(*news.vulnerability, refused);
}

// What passes only grows as more is told, and a beginning only becomes earlier: the same in any order.
bool AssetRecord::take_facts(const AssetRecord& other, const Told& when, std::uint64_t& refused) {
  bool fresh = false;
  if (const Time first = other.first(); first && first <= when.time && (!since || first < since))
    since = first, fresh = true;
  for (const AssetFact& fact : other.facts)
    if (fact.first <= when.time && take_fact(fact, refused)) fresh = true;
  mark_replaced();
  for (const AssetVulnerability& each : other.vulnerabilities)
    if (each.first <= when.time && take_vulnerability(each, refused)) fresh = true;
  return fresh;
}

bool AssetRecord::take_fact(const AssetFact& fact, std::uint64_t& refused) {
  const auto same = std::ranges::find_if(facts, [&](const AssetFact& each) {
    return each.trait == fact.trait && each.value == fact.value && each.source == fact.source;
  });
  if (same == facts.end()) {
    if (facts.size() == most_asset_facts) {
      if (++refused; order_of(facts.back()) < order_of(fact)) return false;
      facts.pop_back();
    }
    facts.push_back(fact);
  } else {
    const auto evidence = [](const AssetFact& each) { return std::tie(each.first, each.sensor, each.packet); };
    const bool earlier = evidence(fact) < evidence(*same);
    if (!earlier && fact.last <= same->last && fact.confidence <= same->confidence) return false;
    same->last = std::max(same->last, fact.last), same->confidence = std::max(same->confidence, fact.confidence);
    if (earlier) same->first = fact.first, same->sensor = fact.sensor, same->packet = fact.packet;
  }
  sort(facts);
  return true;
}

bool AssetRecord::take_vulnerability(const AssetVulnerability& found, std::uint64_t& refused) {
  const auto same = std::ranges::find(vulnerabilities, found.id, &AssetVulnerability::id);
  if (same == vulnerabilities.end()) {
    if (vulnerabilities.size() == most_asset_vulnerabilities) {
      if (++refused; order_of(vulnerabilities.back()) < order_of(found)) return false;
      vulnerabilities.pop_back();
    }
    vulnerabilities.push_back(found);
  } else {
    if (found.told <= same->told && found.first >= same->first) return false;
    const Time first = std::min(same->first, found.first);
    if (found.told > same->told) *same = found;
    same->first = first;
  }
  sort(vulnerabilities);
  return true;
}

// Other values stand beside each other; a firmware version is over when its source tells another one.
void AssetRecord::mark_replaced() {
  for (AssetFact& fact : facts) {
    fact.replaced = fact.trait == "firmware" && std::ranges::any_of(facts, [&](const AssetFact& each) {
      return each.trait == fact.trait && each.source == fact.source && each.last > fact.last;
    });
  }
}

void AssetRecord::become(const std::string& other, const Told& when) {
  Told& last = became[other];
  last = std::max(last, when);
  if (became.size() > most_asset_merges) became.erase(std::ranges::min_element(became, {}, &Merge::second));
}

const AssetRecord::Merge* AssetRecord::last_merge() const {
  const auto last = std::ranges::max_element(became, {}, &Merge::second);
  return last == became.end() ? nullptr : &*last;
}

const std::string* AssetRecord::into() const {
  const Merge* merge = last_merge();
  return merge ? &merge->first : nullptr;
}

void AssetRecord::lose(const std::vector<std::string>& addresses, const Told& when) {
  for (const std::string& each : addresses) {
    Told& last = lost[each];
    last = std::max(last, when);
  }
  while (lost.size() > most_addresses)
    lost.erase(std::ranges::min_element(lost, {}, [](const auto& each) { return each.second; }));
}

bool AssetRecord::is_merged() const {
  const Merge* merge = last_merge();
  return merge && std::ranges::all_of(states, [&](const auto& each) { return each.second.told <= merge->second; });
}

bool AssetRecord::silent() const {
  return !states.empty() &&
         std::ranges::all_of(states, [](const auto& each) { return each.second.change == "silent"; });
}

Time AssetRecord::first() const {
  Time first = since;
  for (const auto& [sensor, state] : states) first = first ? std::min(first, state.first) : state.first;
  return first;
}

Time AssetRecord::last() const {
  Time last = 0;
  for (const auto& [sensor, state] : states) last = std::max({last, state.heard, state.first});
  return last;
}

Time AssetRecord::told() const {
  Time newest = last();
  for (const auto* each : {&became, &lost})
    for (const auto& [other, when] : *each) newest = std::max(newest, when.time);
  return newest;
}

const AssetState* AssetRecord::newest() const {
  const auto found = std::ranges::max_element(states, {}, [](const auto& each) { return each.second.told; });
  return found == states.end() ? nullptr : &found->second;
}

namespace {

template <class Keep>
std::vector<std::string> joined(const AssetRecord& record, std::vector<std::string> AssetState::*list, Keep keep) {
  std::vector<std::string> all;
  for (const auto& [sensor, state] : record.states)
    for (const std::string& each : state.*list)
      if (keep(state, each) && std::ranges::find(all, each) == all.end()) all.push_back(each);
  return all;
}

}  // namespace

std::vector<std::string> AssetRecord::ips() const {
  return joined(*this, &AssetState::ips, [&](const AssetState& state, const std::string& each) {
    const auto at = lost.find(each);
    return at == lost.end() || state.told > at->second;
  });
}

std::vector<std::string> AssetRecord::macs() const {
  return joined(*this, &AssetState::macs, [](const AssetState&, const std::string&) { return true; });
}

const AssetFact* AssetRecord::best(std::string_view trait) const {
  const AssetFact* found = nullptr;
  for (const AssetFact& fact : facts)
    if (fact.trait == trait && !fact.replaced && (!found || fact.confidence > found->confidence)) found = &fact;
  return found;
}

std::string AssetRecord::shown(std::string_view trait) const {
  if (const AssetFact* fact = best(trait)) return fact->value;
  const AssetState* newest = nullptr;
  for (const auto& [sensor, state] : states)
    if (state.traits.contains(trait) && (!newest || state.told > newest->told)) newest = &state;
  return newest ? newest->traits.find(trait)->second : std::string();
}

std::vector<AssetRecord::Conflict> AssetRecord::conflicts() const {
  std::vector<Conflict> all;
  for (const std::string_view trait : {"vendor", "model", "serial", "order_number"}) {
    const AssetFact* one = nullptr;
    for (const AssetFact& fact : facts) {
      if (fact.trait != trait || fact.source == "mac") continue;
      if (!one) one = &fact;
      else if (!assets::agree(one->value, fact.value)) all.push_back({trait, one, &fact});
    }
  }
  return all;
}

namespace {

void write_state(JsonWriter& json, const std::string& sensor, const AssetState& state) {
  write_told(json.open().field("sensor", sensor), state.told).field("first", state.first).field("heard", state.heard);
  json.field("change", state.change).field("parent", state.parent).field("unit", state.unit);
  write_texts(json, "ip", state.ips), write_texts(json, "mac", state.macs);
  json.field("role", state.role)
      .field("attack", state.attack)
      .field("level", std::int64_t{state.level})
      .key("traits")
      .open();
  for (const auto& [trait, value] : state.traits) json.field(trait, value);
  json.close().close();
}

AssetState state_of(dom::element from) {
  AssetState state;
  state.told = told_of(from), state.first = number_of<Time>(from, "first"),
  state.heard = number_of<Time>(from, "heard");
  state.change = text_of(from, "change"), state.parent = text_of(from, "parent"),
  state.unit = number_of<std::uint64_t>(from, "unit");
  state.ips = texts_of(from, "ip"), state.macs = texts_of(from, "mac");
  state.role = text_of(from, "role"), state.attack = text_of(from, "attack"), state.level = level_of(from);
  dom::object traits;
  if (from["traits"].get(traits) != simdjson::SUCCESS) return state;
  for (const auto [trait, value] : traits) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) state.traits.emplace(trait, text);
  }
  return state;
}

AssetFact fact_of(dom::element from) {
  AssetFact fact;
  fact.trait = text_of(from, "trait"), fact.value = text_of(from, "value"), fact.source = text_of(from, "source");
  fact.confidence = number_of<unsigned>(from, "confidence"), fact.first = number_of<Time>(from, "first");
  fact.last = number_of<Time>(from, "last"), fact.packet = number_of<std::uint64_t>(from, "packet");
  fact.sensor = text_of(from, "sensor"), fact.replaced = flag_of(from, "replaced");
  return fact;
}

AssetChange change_of(dom::element from) {
  const auto text = [&](std::string_view key) { return std::string(text_of(from, key)); };
  return {told_of(from), text("sensor"), text("change"), number_of<std::uint64_t>(from, "packet"),
          text("trait"), text("value"), text("was"), text("other")};
}

}  // namespace

std::string AssetRecord::json() const {
  std::string body;
  JsonWriter json(body);
  json.open().field("organisation", organisation).field("identity", identity).key("states").open_list();
  for (const auto& [sensor, state] : states) write_state(json, sensor, state);
  json.close_list().key("facts").open_list();
  for (const AssetFact& fact : facts) {
    json.open()
        .field("trait", fact.trait)
        .field("value", fact.value)
        .field("source", fact.source)
        .field("confidence", fact.confidence);
    json.field("first", fact.first).field("last", fact.last).field("packet", fact.packet).field("sensor", fact.sensor);
    json.field("replaced", fact.replaced).close();
  }
  json.close_list().key("changes").open_list();
  for (const AssetChange& each : changes) {
    write_told(json.open(), each.told)
        .field("sensor", each.sensor)
        .field("change", each.change)
        .field("packet", each.packet);
    json.field("trait", each.trait)
        .field("value", each.value)
        .field("was", each.was)
        .field("other", each.other)
        .close();
  }
  json.close_list().key("vulnerabilities").open_list();
  for (const AssetVulnerability& each : vulnerabilities) {
    write_told(json.open().field("id", each.id), each.told).field("first", each.first);
    json.field("known_exploited", each.known_exploited).key("entry").raw(each.json).close();
  }
  json.close_list().key("lost").open_list();
  for (const auto& [address, told] : lost) write_told(json.open().field("address", address), told).close();
  json.close_list().field("since", since).key("became").open_list();
  for (const auto& [into, when] : became) write_told(json.open().field("into", into), when).close();
  json.close_list().close();
  return body;
}

std::optional<AssetRecord> AssetRecord::of(std::string_view text) {
  dom::parser parser;
  dom::element from;
  if (parser.parse(text.data(), text.size()).get(from) != simdjson::SUCCESS) return {};
  AssetRecord record;
  record.organisation = text_of(from, "organisation"), record.identity = text_of(from, "identity");
  each_of(from, "states", [&](dom::element each) { record.states.emplace(text_of(each, "sensor"), state_of(each)); });
  each_of(from, "facts", [&](dom::element each) { record.facts.push_back(fact_of(each)); });
  each_of(from, "changes", [&](dom::element each) { record.changes.push_back(change_of(each)); });
  each_of(from, "vulnerabilities", [&](dom::element each) {
    dom::element entry;
    if (each["entry"].get(entry) != simdjson::SUCCESS) return;
    record.vulnerabilities.push_back({std::string(text_of(each, "id")), told_of(each), number_of<Time>(each, "first"),
                                      flag_of(each, "known_exploited"), simdjson::minify(entry)});
  });
  each_of(from, "lost", [&](dom::element each) { record.lost.emplace(text_of(each, "address"), told_of(each)); });
  record.since = number_of<Time>(from, "since");
  each_of(from, "became", [&](dom::element each) { record.become(std::string(text_of(each, "into")), told_of(each)); });
  return record;
}

}  // namespace langyan::center
