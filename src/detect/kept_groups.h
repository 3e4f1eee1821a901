// KeptGroups: the scan groups of the set before, for the set that replaces it. What a group is follows from the
// programs of its rules alone, so one of the same rules is copied, with the numbers they have now.
// While rules are compiled; one thread.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "detect/tables.h"

namespace langyan::detect {

class KeptGroups {
 public:
  // `before` was read against the same variables, classes and protocols, and outlives this; null: nothing is kept.
  KeptGroups(const Tables* before, std::span<const std::shared_ptr<const Rule>> rules);

  // Nothing: the set before has no group for this of these rules, ascending.
  std::optional<ScanGroup> find(GroupFor what, std::span<const std::uint32_t> rules) const;
  // The same of a protocol and direction, by their place in Tables::messages.
  std::optional<MessageGroup> find_messages(std::size_t place, std::span<const std::uint32_t> rules) const;

 private:
  // What the rules were numbered; nothing: one of them is new, or their order is.
  std::optional<std::vector<std::uint32_t>> numbers_before(std::span<const std::uint32_t> rules) const;
  static constexpr std::uint32_t none = 0xffffffff;
  void add(GroupFor what, const PortIndex& index);

  std::span<const MessageGroup> messages_;  // of the set before
  std::vector<std::uint32_t> before_of_;    // a rule's number in the set before; none: it is new
  std::array<std::unordered_multimap<std::uint64_t, const ScanGroup*>, group_kinds> groups_;  // by hash of their rules
};

}  // namespace langyan::detect
