// Tables: a compiled rule set as the engine reads it, by what is at hand when it looks.
//
//   packet   by carrier, direction, zone and port: a group of literals to scan for and of rules without any
//   stream   the same for the octets of TCP connections
//   flow     by address, or by port: rules on nothing but both ends
//   message  by protocol and direction: by number of a field, verb, presence, or literal in a buffer
//
// Rules are named by their index in the order of evaluation. Immutable after compile.
#pragma once

#include <array>
#include <bit>
#include <memory>
#include <vector>

#include "detect/groups.h"
#include "detect/interval_index.h"
#include "detect/literals.h"
#include "detect/program.h"
#include "detect/rule.h"
#include "detect/zones.h"
#include "fields/operation.h"

namespace langyan::detect {

struct ParsedRules;  // src/detect/parsed_rules.h: for the compile that replaces the set

// A rule to evaluate when its literal is found with an end in [least_end, most_end], counted from
// the start of the packet, message, buffer or stream.
struct Watch {
  std::uint32_t rule = 0;
  std::uint64_t least_end = 0, most_end = 0;
};

// Rules that need these octets at exactly these places: one masked comparison of eight octets for
// all rules that look at the same places, so headers of fixed layout need no scan.
struct FixedTable {
  std::uint32_t offset = 0, end = 0;  // of the octets compared; end: behind the last that matters
  std::uint64_t mask = 0;
  std::vector<std::uint64_t> values;  // masked, ascending
  std::vector<std::uint32_t> first;   // of value i: rules[first[i]] … rules[first[i + 1] - 1]
  std::vector<std::uint32_t> rules;
};

// Rules without octets to look for, by a number of the packet's header.
struct PacketIndex {
  PacketCondition::Read read = nullptr;
  IntervalIndex<std::uint64_t> rules;
};

// What a group of literals, fixed octets and numbers is asked about.
enum class GroupFor : std::uint8_t { packet, stream, stream_start };
constexpr std::size_t group_kinds = 3;

struct ScanGroup {
  // Shared with other groups and sets; null: none. The second holds what a group has beside one
  // that another group or the set before has; its literals are numbered behind those of the first.
  std::shared_ptr<const LiteralDatabase> database, more;
  std::vector<std::uint32_t> first;  // of literal i: watches[first[i]] … watches[first[i + 1] - 1]
  std::vector<Watch> watches;
  std::vector<FixedTable> fixed;
  std::uint32_t fixed_end = 0;        // of all tables
  std::uint32_t until = 0;            // of a stream's start: behind it nothing is looked for
  std::vector<PacketIndex> numbers;   // of packets only
  std::vector<std::uint32_t> always;  // rules with none of these
  std::uint32_t overlap = 0;          // octets before new ones that a literal may begin in
  std::uint32_t keep = 0;             // octets of a stream that a later match may need
  std::vector<std::uint32_t> rules;   // all of them, where the set that follows may keep the group (kept_groups.h)
};

// Which groups look at a packet, by its ports.
class PortIndex {
 public:
  struct Route {
    std::uint16_t everywhere = 0, by_destination = 0, by_source = 0;  // of groups; 0: none
  };
  struct Member {
    std::uint32_t rule;
    const PortSet* source;  // null: any
    const PortSet* destination;
  };
  static constexpr std::size_t widest = 1'024;        // ports; a wider set counts as any here
  static constexpr std::size_t most_copies = 50'000;  // of rules on any port into the other groups
  static constexpr std::size_t most_groups = 60'000;

  // Calls make(rules) for each group; group 0 is left empty.
  template <class Make>
  void build(std::span<const Member> members, Make make);

  Route route(std::uint16_t source, std::uint16_t destination) const;
  const ScanGroup& group(std::uint16_t number) const { return groups_[number]; }
  bool empty() const { return groups_.size() <= 1; }
  const std::vector<ScanGroup>& groups() const { return groups_; }

 private:
  std::vector<ScanGroup> groups_ = std::vector<ScanGroup>(1);
  std::uint16_t everywhere_ = 0;
  IntervalIndex<std::uint16_t> by_destination_, by_source_;
  std::vector<std::uint16_t> destination_groups_, source_groups_;  // per list of the index
  bool merged_ = true;  // the groups by destination have the rules of everywhere_ too
};

struct FieldIndex {
  Level level = Level::message;
  std::uint8_t field = 0;
  Kind kind = Kind::u8;
  IntervalIndex<std::uint64_t> rules;
};

struct Required {  // evaluated where the message has all of these fields
  std::uint64_t fields = 0;
  bool items = false;
  std::uint32_t rule = 0;
};

struct BufferScan {
  Level level = Level::raw;  // raw: the whole message
  std::uint8_t field = 0;
  std::shared_ptr<const TransformChain> chain;  // null: as it is in the message
  ScanGroup group;
};

constexpr std::size_t verb_count = static_cast<std::size_t>(Verb::other) + 1;

// Rules on operations of a verb, or of any, that name few addresses, units or functions.
struct OperationIndex {
  enum class What : std::uint8_t { address, unit, function };
  Verb verb = Verb::other;
  bool any_verb = false;
  What what = What::address;
  IntervalIndex<std::uint64_t> rules;
};

struct VerbLists {
  std::array<std::vector<std::uint32_t>, verb_count> rules;  // those that name none
  std::vector<OperationIndex> numbers;
  ScanGroup objects;  // those that tell an object by a pattern of its name: by a literal of the pattern
  std::uint32_t verbs = 0, object_verbs = 0;  // bit per verb that has rules; of `objects`
};

struct MessageGroup {
  std::vector<FieldIndex> fields;
  VerbLists asked, answered;  // of messages that ask or tell, of answers whose request was seen
  std::vector<Required> required;
  std::vector<std::uint32_t> always;
  std::vector<BufferScan> buffers;
  bool empty = true;
  std::vector<std::uint32_t> rules;  // all that its protocol's messages can meet, for kept_groups.h
};

struct EventRule {
  std::uint32_t event = 0, rule = 0;
};

struct FlowRules {
  IntervalIndex<AddressNumber> by_source, by_destination;
  PortIndex by_port;  // its groups have rules without literals only
};

constexpr std::size_t directions = 2;

// The place of a protocol in Tables::protocols, in a few steps.
class ProtocolNumbers {
 public:
  static constexpr std::uint32_t none = 0xffffffff;
  void build(std::span<const Protocol* const> protocols) {
    places_.assign(std::bit_ceil(protocols.size() * 4 + 1), {nullptr, none});
    for (std::uint32_t i = 0; i < protocols.size(); ++i) {
      std::size_t at = first(protocols[i]);
      while (places_[at].first) at = (at + 1) % places_.size();
      places_[at] = {protocols[i], i};
    }
  }
  std::uint32_t of(const Protocol* protocol) const {
    if (places_.empty()) return none;
    std::size_t at = first(protocol);
    while (places_[at].first && places_[at].first != protocol) at = (at + 1) & (places_.size() - 1);
    return places_[at].second;
  }

 private:
  std::size_t first(const Protocol* protocol) const {
    return (reinterpret_cast<std::uintptr_t>(protocol) >> 4) * 0x9e37'79b9'7f4a'7c15u >> 32 & (places_.size() - 1);
  }
  std::vector<std::pair<const Protocol*, std::uint32_t>> places_;
};

struct Tables {
  // Shared with the sets before and after. Those of the files, then those of the steps of sequences.
  std::vector<std::shared_ptr<const Rule>> rules;
  std::size_t own = 0;                        // how many are of the files
  std::shared_ptr<const ParsedRules> parsed;       // what the next set may take over; shared: as rules
  std::vector<const Protocol*> protocols;

  Zones zones;
  using ByZone = std::array<PortIndex, zone_count>;
  std::array<std::array<ByZone, directions>, carrier_count> packets;
  std::array<ByZone, directions> streams;
  // Rules with a content that must stand near the start of a stream, watched for there alone.
  std::array<ByZone, directions> stream_starts;
  std::uint32_t start_until = 0;  // octets of a stream; of all groups
  std::array<FlowRules, carrier_count> flows;
  std::vector<std::uint32_t> protocol_rules;
  std::vector<EventRule> events;  // by event, then rule
  std::vector<MessageGroup> messages;  // [protocol * directions + direction]
  ScanScratch scratch;                 // cloned by each engine; null without databases

  std::size_t databases = 0, database_bytes = 0;
  bool any_packet = false, any_stream = false, any_message = false, any_flow = false;
  bool any_extent = false;  // a rule asks how far a stream has come

  ProtocolNumbers protocol_numbers;
};

template <class Make>
void PortIndex::build(std::span<const Member> members, Make make) {
  using Index = IntervalIndex<std::uint16_t>;
  std::vector<std::uint32_t> everywhere;
  std::vector<Index::Entry> by_destination, by_source;
  const auto add = [](std::vector<Index::Entry>& entries, const PortSet& ports,
                      std::uint32_t rule) {
    for (const PortSet::Range& range : ports.ranges()) {
      entries.push_back({range.low.value, range.high.value, rule});
    }
  };
  for (const Member& member : members) {
    if (member.destination && member.destination->size() <= widest) {
      add(by_destination, *member.destination, member.rule);
    } else if (member.source && member.source->size() <= widest) {
      add(by_source, *member.source, member.rule);
    } else {
      everywhere.push_back(member.rule);
    }
  }
  if (by_destination.size() + by_source.size() > most_groups) {
    for (const auto* entries : {&by_destination, &by_source})
      for (const auto& entry : *entries) everywhere.push_back(entry.rule);
    by_destination.clear(), by_source.clear();
  }
  const auto after = [](std::uint16_t port) { return static_cast<std::uint16_t>(port + 1); };
  by_destination_.build(std::move(by_destination), std::uint16_t{0xffff}, after);
  by_source_.build(std::move(by_source), std::uint16_t{0xffff}, after);
  const auto number = [&](std::span<const std::uint32_t> rules) -> std::uint16_t {
    if (rules.empty()) return 0;
    groups_.push_back(make(rules));
    return static_cast<std::uint16_t>(groups_.size() - 1);
  };
  // One scan where it costs little memory: rules on any port also stand in each port's group.
  const bool merge = everywhere.size() * by_destination_.lists().size() <= most_copies;
  std::ranges::sort(everywhere);
  everywhere.erase(std::unique(everywhere.begin(), everywhere.end()), everywhere.end());
  everywhere_ = number(everywhere);
  for (const auto& list : by_destination_.lists()) {
    std::vector<std::uint32_t> rules = list;
    if (merge && !rules.empty()) {
      rules.insert(rules.end(), everywhere.begin(), everywhere.end());
      std::ranges::sort(rules);
      rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    }
    destination_groups_.push_back(number(rules));
  }
  merged_ = merge;
  for (const auto& list : by_source_.lists()) source_groups_.push_back(number(list));
}

inline PortIndex::Route PortIndex::route(std::uint16_t source, std::uint16_t destination) const {
  Route route{everywhere_, 0, 0};
  if (const auto list = by_destination_.list(destination); list != by_destination_.no_list) {
    route.by_destination = destination_groups_[list];
    if (merged_ && route.by_destination) route.everywhere = 0;
  }
  if (const auto list = by_source_.list(source); list != by_source_.no_list) {
    route.by_source = source_groups_[list];
  }
  return route;
}

}  // namespace langyan::detect
