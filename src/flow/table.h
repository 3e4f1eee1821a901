// Table: the flows of one worker. A preallocated pool of slots, an open-addressing index over it, and
// a timer wheel. Room-internal but for its sizes.
//
// Index: one 64-bit word an entry (hash, slot), at most half full, probed linearly, so that a lookup
// reads one cache line of the index and the first of the flow. Removal shifts entries back: no
// tombstones, no rehash, nothing grows.
// Wheel: 512 buckets of a second for each Rank. A flow hangs where it must next be looked at; packets
// do not move it. A bucket found before its flows' time puts them back later. So a packet pays
// nothing for timers, and the nearest bucket of a rank holds that rank's stalest flows: whom to evict.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "flow/flow.h"
#include "flow/memory.h"
#include "flow/tcp_state.h"

namespace langyan::flow {

static_assert(sizeof(Flow) + sizeof(TcpState) <= 192, "a TCP flow is at most 192 octets");

// The order in which flows lose their slot to others.
enum class Rank : std::uint8_t { closed, opening, established, kept, none };
constexpr std::size_t ranks = 4;

class Table {
 public:
  static constexpr std::uint32_t wheel_seconds = 512;
  static constexpr std::uint32_t no_slot = 0x7fffffff;

  Table(std::uint32_t capacity, std::uint64_t seed);

  std::uint64_t hash(const Key& key) const;
  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&index_[home(hash)]); }
  void prefetch_flow(std::uint64_t hash) const;

  Flow* find(const Key& key, std::uint64_t hash) const;
  Flow& open(const Key& key, std::uint64_t hash);  // REQUIRES: !full(), and find() gave null
  void close(Flow& flow);
  TcpState& tcp(const Flow& flow) { return tcp_[flow.slot()]; }

  std::uint32_t capacity() const { return capacity_; }
  std::uint32_t size() const { return size_; }
  bool full() const { return size_ == capacity_; }
  std::uint32_t size(Rank rank) const { return sizes_[static_cast<std::size_t>(rank)]; }
  Flow* at(std::uint32_t slot);  // null where no flow is

  // Calls visit(flow) for each flow, by slot.
  template <class Visit>
  void each(Visit visit) {
    for (std::uint32_t slot = 0; slot < used_; ++slot) {
      if (Flow* flow = at(slot)) visit(*flow);
    }
  }

  // Where the wheel stands. start() is for an empty table only.
  void start(std::int64_t second) { second_ = second; }
  std::int64_t second() const { return second_; }
  // Hangs the flow (new or from elsewhere) where it is looked at when `second` comes, or earlier.
  void schedule(Flow& flow, Rank rank, std::int64_t second);
  // Turns the wheel and calls visit(flow) for each flow whose bucket came; visit must schedule() it,
  // then or before the next advance() or close it.
  template <class Visit>
  void advance(std::int64_t second, Visit visit) {
    const std::int64_t steps = std::min<std::int64_t>(second - second_, wheel_seconds);
    for (std::int64_t step = steps - 1; step >= 0; --step) {
      second_ = second - step;
      for (std::size_t rank = 0; rank < ranks; ++rank) take_bucket(rank, visit);
    }
  }
  // A flow of this rank that must be looked at soonest; null where there is none.
  Flow* soonest(Rank rank);
  Flow* after(const Flow& flow);  // the next in its bucket; null at its end

 private:
  static constexpr std::uint32_t bucket_tag = 0x80000000;
  static constexpr std::size_t bucket_count = ranks * wheel_seconds;
  struct Bucket {
    std::uint32_t first, last;  // a slot, or bucket_tag and the bucket itself where it is empty
  };

  // The index keeps the hash's upper half; its lower bits are the place.
  static std::uint64_t entry_of(std::uint64_t hash, std::uint32_t slot) {
    return (hash >> 32 << 32) | (slot + 1);
  }
  std::size_t home(std::uint64_t hash) const { return (hash >> 32) & mask_; }
  std::size_t locate(const Flow& flow) const;
  void unlink(Flow& flow);
  void set_next(std::uint32_t link, std::uint32_t value);
  void set_previous(std::uint32_t link, std::uint32_t value);

  template <class Visit>
  void take_bucket(std::size_t rank, Visit& visit) {
    const std::size_t bucket = rank * wheel_seconds + static_cast<std::size_t>(second_ % wheel_seconds);
    std::uint32_t slot = buckets_[bucket].first;
    if (slot & bucket_tag) return;
    // Detached as a whole first: visit() may hang flows into this very bucket, a round later.
    const std::uint32_t empty = bucket_tag | static_cast<std::uint32_t>(bucket);
    buckets_[bucket] = {empty, empty};
    filled_[bucket / 64] &= ~(std::uint64_t{1} << bucket % 64);
    while (!(slot & bucket_tag)) {
      Flow& flow = flows_[slot];
      slot = flow.next_;
      flow.rank_ = static_cast<std::uint32_t>(Rank::none);
      --sizes_[rank];
      visit(flow);
    }
  }

  const std::uint32_t capacity_;
  const std::size_t mask_;
  const std::uint64_t seed_;
  Memory<Flow> flows_;
  Memory<TcpState> tcp_;
  Memory<std::uint64_t> index_;
  std::uint32_t size_ = 0;
  std::uint32_t used_ = 0;  // slots ever handed out: those beyond were never touched
  std::uint32_t free_ = no_slot;
  std::int64_t second_ = 0;
  std::uint32_t sizes_[ranks] = {};
  std::uint64_t filled_[bucket_count / 64] = {};  // bit set of buckets with flows
  std::vector<Bucket> buckets_;
};

}  // namespace langyan::flow
