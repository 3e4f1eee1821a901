// Associations: the Shared of all host pairs of one worker: a set-associative table of fixed size.
//
// A key belongs to the pair of hosts and the protocol that put it; where a set is full the entry
// that was used longest ago gives way, which is counted. Nothing allocates after construction.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/hash.h"
#include "base/pages.h"
#include "fields/shared.h"
#include "flow/flow.h"

namespace langyan::dissect {

class Associations final : public Shared {
 public:
  explicit Associations(std::size_t entries)
      : sets_(std::bit_ceil(std::max<std::size_t>(entries / ways, 1))) {}

  // Whose entries put() and find() mean from now on.
  void scope(const flow::Flow& flow, std::uint64_t protocol) { flow_ = &flow, protocol_ = protocol; }

  void put(std::uint64_t key, Bytes value) override {
    const std::uint64_t mark = mark_of(key);
    Set& set = set_of(mark);
    Entry* entry = find_in(set, mark);
    if (!entry) {
      entry = &*std::ranges::min_element(set, {}, &Entry::used);
      if (entry->mark) ++replaced_;
    }
    const std::size_t size = std::min(value.size(), shared_bytes);
    entry->mark = mark, entry->used = ++clock_, entry->size = static_cast<std::uint8_t>(size);
    if (size) std::memcpy(entry->value.data(), value.data(), size);
  }
  Bytes find(std::uint64_t key) override {
    const std::uint64_t mark = mark_of(key);
    Entry* entry = find_in(set_of(mark), mark);
    if (!entry) return {};
    entry->used = ++clock_;
    return Bytes{entry->value}.first(entry->size);
  }
  std::uint64_t replaced() const { return replaced_; }

  struct Entry {
    std::uint64_t mark;  // 0: free
    std::uint64_t used;
    std::array<std::uint8_t, shared_bytes> value;
    std::uint8_t size;
  };

 private:
  static constexpr std::size_t ways = 8;
  using Set = std::array<Entry, ways>;

  std::uint64_t mark_of(std::uint64_t key) const {
    std::uint64_t mark = combine(key, protocol_);
    for (const IpAddress& address : flow_->key().address) mark = hash(Bytes{address.octets}, mark);
    return mark | 1;
  }
  Set& set_of(std::uint64_t mark) { return sets_[(mark >> 8) & (sets_.size() - 1)]; }
  static Entry* find_in(Set& set, std::uint64_t mark) {
    for (Entry& entry : set)
      if (entry.mark == mark) return &entry;
    return nullptr;
  }

  HugePages<Set> sets_;
  const flow::Flow* flow_ = nullptr;
  std::uint64_t protocol_ = 0, clock_ = 0, replaced_ = 0;
};

}  // namespace langyan::dissect
