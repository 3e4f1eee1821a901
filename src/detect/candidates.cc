#include "detect/candidates.h"

#include <cstring>

namespace langyan::detect {

bool Candidates::use(const Tables& tables) {
  auto scratch = clone(tables.scratch);
  if (!scratch) return false;
  scratch_ = scratch.take();
  rules_.clear();
  rules_.reserve(tables.rules.size());
  stamps_.assign(tables.rules.size(), 0);
  stamp_ = 0;
  return true;
}

void Candidates::restart() {
  std::ranges::fill(stamps_, 0);
  stamp_ = 1;
}

// Of data that begins where the packet, message or stream does.
void Candidates::compare_fixed(const ScanGroup& group, Bytes data, std::size_t old) {
  for (const FixedTable& table : group.fixed) {
    if (table.end > data.size() || table.end <= old) continue;
    const Bytes at = data.subspan(table.offset);
    std::uint64_t octets = 0;
    if (at.size() >= sizeof octets) {
      std::memcpy(&octets, at.data(), sizeof octets);
    } else {
      std::memcpy(&octets, at.data(), at.size());
    }
    const auto value = std::ranges::lower_bound(table.values, octets & table.mask);
    if (value == table.values.end() || *value != (octets & table.mask)) continue;
    const auto number = static_cast<std::size_t>(value - table.values.begin());
    for (std::uint32_t i = table.first[number]; i < table.first[number + 1]; ++i) add(table.rules[i]);
  }
}

void Candidates::scan(const ScanGroup& group, Bytes data, std::uint64_t start, std::size_t old,
                      const decode::Headers* headers) {
  for (const std::uint32_t rule : group.always) add(rule);
  for (const PacketIndex& index : group.numbers) {
    const auto number = index.read(*headers);
    if (!number) continue;
    for (const std::uint32_t rule : index.rules.find(*number)) add(rule);
  }
  if (data.empty()) return;
  if (start == 0 && old < group.fixed_end) compare_fixed(group, data, old);
  if (!group.database) return;
  struct Call {
    Candidates& candidates;
    const ScanGroup& group;
    std::uint64_t start, old;
    std::size_t number;  // of the database's first literal in the group
  } call{*this, group, start, old, 0};
  const auto found = [](unsigned literal, unsigned long long, unsigned long long end, unsigned, void* call_at) {
    const Call& it = *static_cast<const Call*>(call_at);
    if (end <= it.old) return 0;
    const std::uint64_t place = it.start + end;
    const std::uint32_t* first = &it.group.first[it.number + literal];
    for (std::uint32_t i = first[0]; i < first[1]; ++i) {
      const Watch& watch = it.group.watches[i];
      if (place >= watch.least_end && place <= watch.most_end) it.candidates.add(watch.rule);
    }
    return 0;
  };
  group.database->scan(data, old, scratch_.get(), found, &call);
  if (!group.more) return;
  call.number = group.database->literals().size();
  group.more->scan(data, old, scratch_.get(), found, &call);
}

}  // namespace langyan::detect
