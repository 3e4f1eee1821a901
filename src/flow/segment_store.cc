#include "flow/segment_store.h"

#include <algorithm>
#include <cstring>

namespace langyan::flow {

SegmentStore::SegmentStore(std::uint32_t blocks, std::uint16_t holds)
    : block_total_(blocks),
      hold_total_(holds),
      blocks_(std::size_t{blocks} + 1),
      holds_(std::size_t{holds} + 1) {}

SegmentStore::HoldId SegmentStore::open(std::uint32_t slot, unsigned side) {
  HoldId id = free_hold_;
  if (id) {
    free_hold_ = holds_[id].newer;
  } else {
    id = holds_touched_++;
  }
  ++holds_used_;
  Hold& head = holds_[0];
  holds_[id] = {0, 0, 0, slot, static_cast<std::uint8_t>(side), head.older, 0};
  holds_[head.older].newer = id;
  head.older = id;
  return id;
}

void SegmentStore::close(HoldId id) {
  while (!empty(id)) pop(id);
  Hold& hold = holds_[id];
  holds_[hold.older].newer = hold.newer;
  holds_[hold.newer].older = hold.older;
  hold.newer = free_hold_;
  free_hold_ = id;
  --holds_used_;
}

void SegmentStore::pop(HoldId id) {
  Hold& hold = holds_[id];
  const std::uint32_t block = hold.first;
  hold.first = blocks_[block].next;
  if (!hold.first) hold.last = 0;
  --hold.blocks;
  free_block(block);
}

std::uint32_t SegmentStore::take_block() {
  if (blocks_used_ == block_total_) return 0;
  ++blocks_used_;
  if (!free_block_) return blocks_touched_++;
  const std::uint32_t block = free_block_;
  free_block_ = blocks_[block].next;
  return block;
}

void SegmentStore::free_block(std::uint32_t block) {
  blocks_[block].next = free_block_;
  free_block_ = block;
  --blocks_used_;
}

std::uint32_t SegmentStore::insert(Hold& hold, std::uint32_t before, std::uint32_t sequence,
                                   Bytes data, std::uint32_t second, std::uint32_t most_blocks,
                                   Stored& stored) {
  for (bool begins = true; !data.empty(); begins = false) {
    const bool continues = before && blocks_[before].end() == sequence &&
                           blocks_[before].size < blocks_[before].octets.size();
    if (!continues) {
      const std::uint32_t fresh = hold.blocks < most_blocks ? take_block() : 0;
      if (!fresh) {
        stored.full = true;
        return before;
      }
      std::uint32_t& link = before ? blocks_[before].next : hold.first;
      Block& block = blocks_[fresh];
      block.next = link;
      block.sequence = sequence;
      block.second = second;
      block.size = 0;
      block.starts.fill(0);
      link = fresh;
      if (!block.next) hold.last = fresh;
      ++hold.blocks;
      before = fresh;
    }
    Block& block = blocks_[before];
    const std::size_t size = std::min(data.size(), block.octets.size() - block.size);
    std::memcpy(block.octets.data() + block.size, data.data(), size);
    if (begins) block.starts[block.size / 64] |= std::uint64_t{1} << block.size % 64;
    block.size = static_cast<std::uint16_t>(block.size + size);
    stored.octets += static_cast<std::uint32_t>(size);
    sequence += static_cast<std::uint32_t>(size);
    data = data.subspan(size);
  }
  return before;
}

SegmentStore::Stored SegmentStore::store(HoldId id, std::uint32_t sequence, Bytes data,
                                         std::uint32_t second, std::uint32_t most_blocks) {
  Hold& hold = holds_[id];
  Stored stored;
  std::uint32_t before = 0, block = hold.first;
  if (hold.last && distance(blocks_[hold.last].end(), sequence) >= 0) {
    before = hold.last;  // as most segments do, this one follows what is there
    block = 0;
  }
  while (!data.empty() && !stored.full) {
    while (block && distance(blocks_[block].end(), sequence) >= 0) {
      before = block;
      block = blocks_[block].next;
    }
    const std::int32_t room = block ? distance(sequence, blocks_[block].sequence) : INT32_MAX;
    if (room > 0) {  // before the next block
      const std::size_t size = std::min(data.size(), static_cast<std::size_t>(room));
      before = insert(hold, before, sequence, data.first(size), second, most_blocks, stored);
      sequence += static_cast<std::uint32_t>(size);
      data = data.subspan(size);
      continue;
    }
    const Block& there = blocks_[block];
    const auto offset = static_cast<std::size_t>(-room);
    const std::size_t size = std::min(data.size(), there.size - offset);
    if (std::memcmp(there.octets.data() + offset, data.data(), size) != 0) stored.differs = true;
    sequence += static_cast<std::uint32_t>(size);
    data = data.subspan(size);
  }
  return stored;
}

}  // namespace langyan::flow
