// FlowMemory: what the engine remembers of each flow, by slot: where its packets are looked up, its
// flowbits, and the last octets of its streams.
//
// Everything is allocated at the start. Bits and tails come from pools with named caps; a full pool
// refuses a bit and takes the tail that waited longest, and both are counted by the engine. One
// thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/pages.h"
#include "detect/tables.h"
#include "fields/protocol.h"

namespace langyan::detect {

constexpr std::uint32_t nothing = 0xffffffff;  // no block, no tail
constexpr std::size_t short_tail = 256;        // octets: enough for rules with one literal
constexpr std::uint32_t unknown_position = 0xffffffff;

// A rule that began to match and may be completed by octets to come.
struct Pending {
  std::uint32_t rule;
  std::uint64_t begun;  // up to where its literal was seen, as Tail::total counts
};
// A rule that held: what it found is not found again.
struct Consumed {
  std::uint32_t rule;
  std::uint64_t up_to;  // as Tail::total counts
};

struct Tail {
  static constexpr std::size_t most_pending = 16, most_consumed = 8;

  std::uint32_t slot = 0;
  std::uint8_t side = 0;
  bool rescan = false;  // pending rules were lost: look at all of it once more
  std::uint8_t pending_count = 0, consumed_count = 0;
  std::uint32_t size = 0;                          // octets held
  std::uint64_t total = 0;                         // octets that ever went in
  std::uint32_t older = nothing, newer = nothing;  // by last use, of all tails of the pool
  std::uint32_t linked = 0;                        // TailPool::links_ when it became the newest
  std::array<Pending, most_pending> pending;
  std::array<Consumed, most_consumed> consumed;

  std::span<Pending> pendings() { return {pending.data(), pending_count}; }
  bool remember(const Pending& entry) {  // false: full
    if (pending_count == most_pending) return false;
    pending[pending_count++] = entry;
    return true;
  }
  void forget_rules() { pending_count = consumed_count = 0; }
  std::uint64_t consumed_by(std::uint32_t rule) const {  // 0: nothing
    for (std::size_t i = 0; i < consumed_count; ++i)
      if (consumed[i].rule == rule) return consumed[i].up_to;
    return 0;
  }
  void consume(std::uint32_t rule, std::uint64_t up_to);
  void forget(std::uint32_t rule);  // of the pending ones
};

// Tails that keep at least `keep` octets each, in twice the room: new octets are appended where the
// old ones stand, so both are scanned in one piece, and moved to the front once in `keep` octets.
class TailPool {
 public:
  TailPool(std::size_t keep, std::size_t count);

  Tail& operator[](std::uint32_t index) { return tails_[index]; }
  // An empty tail. The one that waited longest is taken where none is free: `evicted` is then set
  // and the tail still names its former owner.
  std::uint32_t take(bool& evicted);
  void release(std::uint32_t index);
  // Was used just now. One of the newest eighth stays where it is, so the order is not kept to the
  // last place and the neighbours' memory is left alone.
  void touch(std::uint32_t index) {
    if (links_ - tails_[index].linked > tails_.size() / 8) make_newest(index);
  }
  // Adds at most `keep` octets; returns all that is held, the new ones last.
  Bytes append(std::uint32_t index, Bytes data);
  // More than `keep` octets went by: their end is what is held.
  void skip(std::uint32_t index, Bytes data);
  Bytes held(std::uint32_t index) const { return {at(index), tails_[index].size}; }
  std::size_t keep() const { return keep_; }
  // Inlined, since GCC leaves out calls of what does nothing but ask the memory.
  [[gnu::always_inline]] void prefetch(std::uint32_t index) const { __builtin_prefetch(&tails_[index]); }
  [[gnu::always_inline]] void prefetch_octets(std::uint32_t index) const {
    const std::uint8_t* const end = at(index) + tails_[index].size;
    __builtin_prefetch(end - longest_literal), __builtin_prefetch(end + longest_literal);
  }

 private:
  std::uint8_t* at(std::uint32_t index) { return octets_.data() + index * keep_ * 2; }
  const std::uint8_t* at(std::uint32_t index) const { return octets_.data() + index * keep_ * 2; }
  void make_newest(std::uint32_t index);
  void link(std::uint32_t index);
  void unlink(std::uint32_t index);

  std::size_t keep_;
  std::vector<Tail> tails_;
  HugePages<std::uint8_t> octets_;
  std::vector<std::uint32_t> free_;
  std::uint32_t oldest_ = nothing, newest_ = nothing;
  std::uint32_t links_ = 0;  // how often one became the newest
};

class BitPool {
 public:
  explicit BitPool(std::size_t blocks);
  bool test(std::uint32_t head, std::uint32_t bit) const;
  bool set(std::uint32_t& head, std::uint32_t bit);  // false: the pool is full
  void unset(std::uint32_t& head, std::uint32_t bit);
  void release(std::uint32_t& head);

 private:
  struct Block {
    std::array<std::uint32_t, 7> bits{};  // 0: free
    std::uint32_t next = nothing;
  };
  std::vector<Block> blocks_;
  std::vector<std::uint32_t> free_;
};

// flowint variables: names and values, in blocks of four.
class IntegerPool {
 public:
  explicit IntegerPool(std::size_t blocks);
  const std::uint32_t* find(std::uint32_t head, std::uint32_t name) const;  // null: never set
  bool assign(std::uint32_t& head, std::uint32_t name, std::uint32_t value);  // false: no room
  void release(std::uint32_t& head);

 private:
  static constexpr std::size_t room = 4;
  struct Block {
    std::array<std::uint32_t, room> names{}, values{};  // name 0: free
    std::uint32_t next = nothing;
  };
  std::vector<Block> blocks_;
  std::vector<std::uint32_t> free_;
};

// What only some rule sets ask for; apart, so that others touch none of it.
struct FlowExtra {
  std::array<std::uint32_t, 2> first{}, next{};  // sequence numbers, by side
  std::array<bool, 2> seen{};
  std::uint32_t integers = nothing;  // block of IntegerPool
};

struct SideMemory {  // of one end's packets
  PortIndex::Route packet, stream, start;
  std::uint32_t tail = nothing;  // index; with long_tail set, of the long ones
  std::uint32_t position = 0;    // of the stream, up to unknown_position
};

struct SlotMemory {
  std::uint32_t generation = 0;  // of the set the routes are of; 0: none yet
  std::uint32_t bits = nothing;
  const Protocol* protocol = nullptr;  // null: not known
  std::uint8_t client = 0;             // the side the routes took for the client
  std::uint8_t zone = 0;               // of the client's packets
  bool failed = false;                 // identification gave up
  bool has_extra = false;              // FlowExtra of this slot is in use
  std::array<bool, 2> flow_done{}, protocol_done{}, positioned{}, long_tail{};  // by side
  std::array<SideMemory, 2> sides;
};
static_assert(sizeof(SlotMemory) <= 88, "memory of each of 64k flows");

}  // namespace langyan::detect
