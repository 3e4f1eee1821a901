// Table: the flows of one worker. A preallocated pool of slots, an open-addressing index over it,
// and a timer wheel. Room-internal but for its sizes.
//
// Index: lines of a cache line, eight places each (32 bits of the hash, the slot), at most half of
// them full. A lookup compares a line's eight hashes at once, without a branch to mispredict, and
// goes on to the next line only from a full one; so it reads one line of the index and the first of
// the flow. Removal pulls entries back from the lines they overflowed to: no tombstones, no rehash,
// nothing grows.
// Wheel: 512 buckets of a second for each Rank. A flow hangs where it must next be looked at;
// packets do not move it. A bucket found before its flows' time puts them back later. So a packet
// pays nothing for timers, and the nearest bucket of a rank holds that rank's stalest flows: whom
// to evict.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "base/pages.h"
#include "flow/flow.h"
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
  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&index_[home(tag_of(hash))]); }
  // The slot that find() will probably return, no_slot for none; its flow is on the way from
  // memory.
  std::uint32_t guess(std::uint64_t hash) const;
  void prefetch_rest(std::uint32_t slot) const;  // what a packet of the flow touches besides

  Flow* find(const Key& key, std::uint64_t hash) const;
  Flow* find(const Key& key, std::uint64_t hash, std::uint32_t guessed) const {
    if (guessed < capacity_) {
      const Flow& flow = flows_[guessed];
      if (flow.used_ && flow.key_ == key) return const_cast<Flow*>(&flow);
    }
    return find(key, hash);
  }
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
  // Turns the wheel and calls visit(flow) for each flow whose bucket came; visit must schedule()
  // or close it, then or before the next advance().
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

  static constexpr std::size_t places = 8;
  struct alignas(64) Line {
    std::uint32_t tags[places];  // 0: empty
    std::uint32_t slots[places];
  };
  static std::uint32_t tag_of(std::uint64_t hash) {
    const auto tag = static_cast<std::uint32_t>(hash >> 32);
    return tag ? tag : 1;
  }
  static std::uint32_t matches(const Line& line, std::uint32_t tag);  // bit set of places
  std::size_t home(std::uint32_t tag) const { return tag & mask_; }
  void remove(std::uint32_t tag, std::uint32_t slot);
  void unlink(Flow& flow);
  void set_next(std::uint32_t link, std::uint32_t value);
  void set_previous(std::uint32_t link, std::uint32_t value);

  template <class Visit>
  void take_bucket(std::size_t rank, Visit& visit) {
    const std::size_t bucket =
        rank * wheel_seconds + static_cast<std::size_t>(second_ % wheel_seconds);
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
  HugePages<Flow> flows_;
  HugePages<TcpState> tcp_;
  HugePages<Line> index_;
  std::uint32_t size_ = 0;
  std::uint32_t used_ = 0;  // slots ever handed out: those beyond were never touched
  std::uint32_t free_ = no_slot;
  std::int64_t second_ = 0;
  std::uint32_t sizes_[ranks] = {};
  std::uint64_t filled_[bucket_count / 64] = {};  // bit set of buckets with flows
  std::vector<Bucket> buckets_;
};

}  // namespace langyan::flow
