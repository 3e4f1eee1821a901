#include "detect/kept_groups.h"

#include <algorithm>

#include "base/hash.h"

namespace langyan::detect {
namespace {

std::uint64_t hash_of(std::span<const std::uint32_t> rules) {
  return hash({reinterpret_cast<const std::uint8_t*>(rules.data()), rules.size_bytes()});
}

// Rules stand in the same order in both sets, so what is sorted by their numbers stays sorted.
template <class Number>
void renumber(ScanGroup& group, Number number) {
  const auto all = [&](std::vector<std::uint32_t>& rules) {
    for (std::uint32_t& rule : rules) rule = number(rule);
  };
  for (Watch& watch : group.watches) watch.rule = number(watch.rule);
  for (FixedTable& table : group.fixed) all(table.rules);
  for (PacketIndex& index : group.numbers) index.rules.renumber(number);
  all(group.always);
}

template <class Number>
void renumber(VerbLists& lists, Number number) {
  for (auto& rules : lists.rules)
    for (std::uint32_t& rule : rules) rule = number(rule);
  for (OperationIndex& index : lists.numbers) index.rules.renumber(number);
  renumber(lists.objects, number);
}

template <class Number>
void renumber(MessageGroup& group, Number number) {
  for (FieldIndex& index : group.fields) index.rules.renumber(number);
  renumber(group.asked, number), renumber(group.answered, number);
  for (Required& required : group.required) required.rule = number(required.rule);
  for (std::uint32_t& rule : group.always) rule = number(rule);
  for (BufferScan& buffer : group.buffers) renumber(buffer.group, number);
}

// A copy with the numbers of now; `before` are those it has, in the same order.
template <class Group>
Group copy(const Group& kept, std::span<const std::uint32_t> before, std::span<const std::uint32_t> rules) {
  Group group = kept;
  if (std::ranges::equal(before, rules)) return group;
  renumber(group, [&](std::uint32_t rule) {
    return rules[static_cast<std::size_t>(std::ranges::lower_bound(before, rule) - before.begin())];
  });
  group.rules.assign(rules.begin(), rules.end());
  return group;
}

}  // namespace

KeptGroups::KeptGroups(const Tables* before, std::span<const std::shared_ptr<const Rule>> rules) {
  before_of_.assign(rules.size(), none);
  if (!before) return;
  messages_ = before->messages;
  std::unordered_map<const Program*, std::uint32_t> places;
  places.reserve(before->rules.size());
  for (std::uint32_t i = 0; i < before->rules.size(); ++i) places.emplace(before->rules[i]->program.get(), i);
  for (std::size_t i = 0; i < rules.size(); ++i)
    if (const auto at = places.find(rules[i]->program.get()); at != places.end()) before_of_[i] = at->second;
  for (const auto& by_way : before->packets)
    for (const auto& by_zone : by_way)
      for (const PortIndex& index : by_zone) add(GroupFor::packet, index);
  for (const auto& by_zone : before->streams)
    for (const PortIndex& index : by_zone) add(GroupFor::stream, index);
  for (const auto& by_zone : before->stream_starts)
    for (const PortIndex& index : by_zone) add(GroupFor::stream_start, index);
  for (const FlowRules& flows : before->flows) add(GroupFor::packet, flows.by_port);
}

void KeptGroups::add(GroupFor what, const PortIndex& index) {
  for (const ScanGroup& group : index.groups())
    if (!group.rules.empty()) groups_[static_cast<std::size_t>(what)].emplace(hash_of(group.rules), &group);
}

std::optional<std::vector<std::uint32_t>> KeptGroups::numbers_before(std::span<const std::uint32_t> rules) const {
  std::vector<std::uint32_t> before(rules.size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    before[i] = before_of_[rules[i]];
    if (before[i] == none || (i > 0 && before[i] <= before[i - 1])) return {};
  }
  return before;
}

std::optional<ScanGroup> KeptGroups::find(GroupFor what, std::span<const std::uint32_t> rules) const {
  const auto before = numbers_before(rules);
  if (!before) return {};
  const auto [first, last] = groups_[static_cast<std::size_t>(what)].equal_range(hash_of(*before));
  for (auto at = first; at != last; ++at)
    if (at->second->rules == *before) return copy(*at->second, *before, rules);
  return {};
}

std::optional<MessageGroup> KeptGroups::find_messages(std::size_t place, std::span<const std::uint32_t> rules) const {
  if (place >= messages_.size() || rules.empty()) return {};
  const auto before = numbers_before(rules);
  if (!before || messages_[place].rules != *before) return {};
  return copy(messages_[place], *before, rules);
}

}  // namespace langyan::detect
