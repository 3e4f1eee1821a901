// Pending: requests that wait for their answer, copied out of the packet they came in.
//
// A kept request is a Request whose views point into one block of a preallocated pool: its
// operations, the slots of its record and items, and the start of its message. What lies past the
// copied start is left out of it, so a kept value is never wrong, at most shorter.
// One worker owns a pool. Nothing here allocates after construction.
#pragma once

#include <cstdint>
#include <vector>

#include "base/pages.h"
#include "fields/transaction.h"

namespace langyan::dissect {

constexpr std::uint32_t no_pending = ~std::uint32_t{0};
constexpr std::size_t small_block = 1'024, large_block = 8'192;
constexpr std::size_t most_kept_bytes = 512;  // of the message
constexpr std::size_t most_named_bytes = 4'096;  // of it where objects' names stand further behind
constexpr std::size_t most_kept_items = 32;

struct Pending {
  Request request;
  Context context;
  const Protocol* protocol = nullptr;
  std::uint64_t key = 0;
  std::uint32_t flow = 0;                                // slot
  std::uint32_t next = no_pending;                       // of the same flow, newest first
  std::uint32_t older = no_pending, newer = no_pending;  // of all, by time
  std::uint32_t block = 0;
  bool large = false;

  std::span<Operation> operations() {  // the pool's own copy, so it may be completed
    return {const_cast<Operation*>(request.operations.data()), request.operations.size()};
  }
};

class PendingPool {
 public:
  PendingPool(std::size_t small, std::size_t large);

  // Copies what `message` asks; no_pending when the pool is full.
  std::uint32_t keep(const Message& message, std::uint64_t packet_number);
  void release(std::uint32_t index);
  Pending& operator[](std::uint32_t index) { return entries_[index]; }
  std::uint32_t oldest() const { return oldest_; }
  std::size_t size() const { return size_; }

 private:
  struct Blocks {  // free list over equal blocks
    explicit Blocks(std::size_t block_size, std::size_t count);
    std::uint8_t* at(std::uint32_t index) { return memory.data() + index * size; }
    std::size_t size;
    Pages<std::uint8_t> memory;
    std::vector<std::uint32_t> free;
  };

  void link(std::uint32_t index);

  Blocks small_, large_;
  Pages<Pending> entries_;
  std::vector<std::uint32_t> free_;
  std::uint32_t oldest_ = no_pending, newest_ = no_pending;
  std::size_t size_ = 0;
};

}  // namespace langyan::dissect
