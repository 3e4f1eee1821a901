// SegmentStore: octets that came before their turn, until the hole before them fills or is given
// up. Room-internal.
//
// Octets lie in blocks of 512 from one preallocated pool. A Hold is what one direction of one flow
// has waiting: a list of blocks in the order of the stream, none overlapping. Small segments that
// follow each other share a block, so a sender of single octets gains nothing. First come, first
// kept: where octets are there already the new ones are compared and dropped.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/pages.h"
#include "flow/tcp_state.h"

namespace langyan::flow {

class SegmentStore {
 public:
  using HoldId = std::uint16_t;                    // 0: none
  static constexpr std::size_t block_bytes = 512;  // in memory

  struct Block {
    std::uint32_t next;
    std::uint32_t sequence;
    std::uint32_t second;  // of the clock, when it came
    std::uint16_t size;
    std::uint16_t unused;
    std::array<std::uint64_t, 7> starts;  // bit set of octets at which a segment began
    std::array<std::uint8_t, 440> octets;

    std::uint32_t end() const { return sequence + size; }
    Bytes bytes() const { return {octets.data(), size}; }
    // Calls visit(offset, size) for each segment, or what of it is in this block.
    template <class Visit>
    void each_segment(Visit visit) const {
      std::size_t begin = 0;
      for (std::size_t at = 1; at <= size; ++at) {
        if (at < size && !(starts[at / 64] >> at % 64 & 1)) continue;
        visit(begin, at - begin);
        begin = at;
      }
    }
  };
  static_assert(sizeof(Block) == block_bytes && sizeof(Block::starts) * 8 >= sizeof(Block::octets));

  struct Hold {
    std::uint32_t first, last;  // blocks; 0: none
    std::uint32_t blocks;
    std::uint32_t slot;  // whose flow
    std::uint8_t side;
    HoldId older, newer;  // in the order in which they began to wait
  };

  SegmentStore(std::uint32_t blocks, std::uint16_t holds);

  // At most so many blocks a segment takes where it overlaps nothing; each piece it is cut into may
  // take one more.
  static std::uint32_t blocks_for(std::size_t octets) {
    return static_cast<std::uint32_t>(octets / sizeof(Block::octets)) + 2;
  }
  std::uint32_t free_blocks() const { return block_total_ - blocks_used_; }
  bool has_room(std::size_t octets) const { return free_blocks() >= blocks_for(octets); }
  bool has_free_hold() const { return holds_used_ < hold_total_; }

  HoldId open(std::uint32_t slot, unsigned side);  // REQUIRES: has_free_hold()
  void close(HoldId id);                           // gives its blocks back
  Hold& hold(HoldId id) { return holds_[id]; }
  HoldId oldest() const { return holds_[0].newer; }  // 0: none; go on with hold().newer

  struct Stored {
    std::uint32_t octets = 0;  // new ones
    bool differs = false;      // an octet was there already and was another
    bool full = false;         // the pool or `most_blocks` ran out before the last
  };
  Stored store(HoldId id, std::uint32_t sequence, Bytes data, std::uint32_t second,
               std::uint32_t most_blocks);

  // The block that comes first in the stream. The hold is never empty after store().
  const Block& front(HoldId id) const { return blocks_[holds_[id].first]; }
  std::uint32_t end(HoldId id) const { return blocks_[holds_[id].last].end(); }
  void pop(HoldId id);
  bool empty(HoldId id) const { return holds_[id].first == 0; }

 private:
  std::uint32_t take_block();
  void free_block(std::uint32_t block);
  // Puts octets that overlap nothing after block `before` (0: in front).
  std::uint32_t insert(Hold& hold, std::uint32_t before, std::uint32_t sequence, Bytes data,
                       std::uint32_t second, std::uint32_t most_blocks, Stored& stored);

  const std::uint32_t block_total_;
  const std::uint16_t hold_total_;
  HugePages<Block> blocks_;  // 0 is not used
  HugePages<Hold> holds_;    // 0 is the head of the ring of waiting holds
  std::uint32_t free_block_ = 0, blocks_used_ = 0, blocks_touched_ = 1;
  HoldId free_hold_ = 0;
  std::uint16_t holds_used_ = 0, holds_touched_ = 1;
};

}  // namespace langyan::flow
