#include "detect/flow_memory.h"

#include <algorithm>
#include <cstring>

namespace langyan::detect {

void Tail::consume(std::uint32_t rule, std::uint64_t up_to) {
  for (std::size_t i = 0; i < consumed_count; ++i)
    if (consumed[i].rule == rule) return void(consumed[i].up_to = up_to);
  if (consumed_count == most_consumed) {  // the one whose octets left the window first
    const auto first = std::ranges::min_element(consumed, {}, &Consumed::up_to);
    return void(*first = {rule, up_to});
  }
  consumed[consumed_count++] = {rule, up_to};
}

void Tail::forget(std::uint32_t rule) {
  const auto end = pending.begin() + pending_count;
  pending_count = static_cast<std::uint8_t>(
      std::remove_if(pending.begin(), end, [&](const Pending& it) { return it.rule == rule; }) -
      pending.begin());
}

TailPool::TailPool(std::size_t keep, std::size_t count)
    : keep_(keep),
      tails_(count),
      octets_(keep * 2 * count) {
  free_.reserve(count);
  for (std::size_t i = count; i-- > 0;) free_.push_back(static_cast<std::uint32_t>(i));
}

void TailPool::link(std::uint32_t index) {
  Tail& tail = tails_[index];
  tail.older = newest_, tail.newer = nothing;
  (newest_ == nothing ? oldest_ : tails_[newest_].newer) = index;
  newest_ = index;
  tail.linked = ++links_;
}

void TailPool::unlink(std::uint32_t index) {
  const Tail& tail = tails_[index];
  (tail.older == nothing ? oldest_ : tails_[tail.older].newer) = tail.newer;
  (tail.newer == nothing ? newest_ : tails_[tail.newer].older) = tail.older;
}

std::uint32_t TailPool::take(bool& evicted) {
  evicted = free_.empty();
  const std::uint32_t index = evicted ? oldest_ : free_.back();
  if (evicted) {
    unlink(index);
  } else {
    free_.pop_back();
  }
  link(index);
  return index;
}

void TailPool::release(std::uint32_t index) {
  unlink(index);
  free_.push_back(index);
}

void TailPool::make_newest(std::uint32_t index) {
  unlink(index);
  link(index);
}

Bytes TailPool::append(std::uint32_t index, Bytes data) {
  Tail& tail = tails_[index];
  std::uint8_t* const octets = at(index);
  if (tail.size + data.size() > keep_ * 2) {
    std::memmove(octets, octets + tail.size - keep_, keep_);
    tail.size = static_cast<std::uint32_t>(keep_);
  }
  std::memcpy(octets + tail.size, data.data(), data.size());
  tail.size += static_cast<std::uint32_t>(data.size());
  tail.total += data.size();
  return held(index);
}

void TailPool::skip(std::uint32_t index, Bytes data) {
  Tail& tail = tails_[index];
  std::memcpy(at(index), data.last(keep_).data(), keep_);
  tail.size = static_cast<std::uint32_t>(keep_);
  tail.total += data.size();
}

BitPool::BitPool(std::size_t blocks) : blocks_(blocks) {
  free_.reserve(blocks);
  for (std::size_t i = blocks; i-- > 0;) free_.push_back(static_cast<std::uint32_t>(i));
}

bool BitPool::test(std::uint32_t head, std::uint32_t bit) const {
  for (; head != nothing; head = blocks_[head].next)
    if (std::ranges::find(blocks_[head].bits, bit) != blocks_[head].bits.end()) return true;
  return false;
}

bool BitPool::set(std::uint32_t& head, std::uint32_t bit) {
  if (test(head, bit)) return true;
  for (std::uint32_t block = head; block != nothing; block = blocks_[block].next) {
    const auto room = std::ranges::find(blocks_[block].bits, 0u);
    if (room != blocks_[block].bits.end()) return *room = bit, true;
  }
  if (free_.empty()) return false;
  const std::uint32_t block = free_.back();
  free_.pop_back();
  blocks_[block] = {};
  blocks_[block].bits[0] = bit;
  blocks_[block].next = head;
  head = block;
  return true;
}

void BitPool::unset(std::uint32_t& head, std::uint32_t bit) {
  for (std::uint32_t block = head; block != nothing; block = blocks_[block].next)
    std::ranges::replace(blocks_[block].bits, bit, 0u);
}

IntegerPool::IntegerPool(std::size_t blocks) : blocks_(blocks) {
  free_.reserve(blocks);
  for (std::size_t i = blocks; i-- > 0;) free_.push_back(static_cast<std::uint32_t>(i));
}

const std::uint32_t* IntegerPool::find(std::uint32_t head, std::uint32_t name) const {
  for (; head != nothing; head = blocks_[head].next) {
    const Block& block = blocks_[head];
    for (std::size_t i = 0; i < room; ++i)
      if (block.names[i] == name) return &block.values[i];
  }
  return nullptr;
}

bool IntegerPool::assign(std::uint32_t& head, std::uint32_t name, std::uint32_t value) {
  if (const std::uint32_t* standing = find(head, name))
    return *const_cast<std::uint32_t*>(standing) = value, true;
  if (head == nothing || blocks_[head].names.back()) {  // the newest block fills from its front
    if (free_.empty()) return false;
    const std::uint32_t block = free_.back();
    free_.pop_back();
    blocks_[block] = {};
    blocks_[block].next = head;
    head = block;
  }
  Block& block = blocks_[head];
  const auto place = static_cast<std::size_t>(std::ranges::find(block.names, 0u) - block.names.begin());
  block.names[place] = name;
  block.values[place] = value;
  return true;
}

void IntegerPool::release(std::uint32_t& head) {
  while (head != nothing) {
    free_.push_back(head);
    head = blocks_[head].next;
  }
}

void BitPool::release(std::uint32_t& head) {
  while (head != nothing) {
    free_.push_back(head);
    head = blocks_[head].next;
  }
}

}  // namespace langyan::detect
