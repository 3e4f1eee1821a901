// Buffers: contiguous, growing byte buffers from a capped pool, for messages that arrive in pieces.
//
// A buffer starts in a small block and moves to a large one when it grows; an in-order message that
// fits one segment never needs one. One worker owns a pool; nothing allocates after construction.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "fields/record.h"

namespace langyan::dissect {

constexpr std::uint32_t no_buffer = ~std::uint32_t{0};

class Buffers {
 public:
  static constexpr std::size_t small_size = 2'048, large_size = most_message_bytes;

  Buffers(std::size_t small, std::size_t large) : small_(small), large_(large) {
    memory_ =
        std::make_unique_for_overwrite<std::uint8_t[]>(small * small_size + large * large_size);
    sizes_.resize(small + large);
    for (std::size_t i = small + large; i-- > 0;) {
      (i < small ? free_small_ : free_large_).push_back(static_cast<std::uint32_t>(i));
    }
  }

  // Appends to `buffer` (no_buffer: takes one). False: a cap is reached; the buffer is unchanged.
  bool append(std::uint32_t& buffer, Bytes piece) {
    const std::size_t size = buffer == no_buffer ? 0 : sizes_[buffer];
    if (size + piece.size() > large_size) return false;
    if (buffer == no_buffer || size + piece.size() > capacity(buffer)) {
      const std::uint32_t other = take(size + piece.size());
      if (other == no_buffer) return false;
      std::memcpy(at(other), size ? at(buffer) : at(other), size);
      release(buffer);
      buffer = other;
    }
    if (!piece.empty()) std::memcpy(at(buffer) + size, piece.data(), piece.size());
    sizes_[buffer] = static_cast<std::uint32_t>(size + piece.size());
    return true;
  }
  Bytes bytes(std::uint32_t buffer) const {
    return buffer == no_buffer ? Bytes{} : Bytes{at(buffer), sizes_[buffer]};
  }
  void drop_front(std::uint32_t& buffer, std::size_t count) {
    if (buffer == no_buffer) return;
    if (count >= sizes_[buffer]) return release(buffer);
    sizes_[buffer] -= static_cast<std::uint32_t>(count);
    std::memmove(at(buffer), at(buffer) + count, sizes_[buffer]);
  }
  void release(std::uint32_t& buffer) {
    if (buffer == no_buffer) return;
    (buffer < small_ ? free_small_ : free_large_).push_back(buffer);
    buffer = no_buffer;
  }
  std::size_t in_use() const { return small_ + large_ - free_small_.size() - free_large_.size(); }

 private:
  std::size_t capacity(std::uint32_t buffer) const {
    return buffer < small_ ? small_size : large_size;
  }
  std::uint8_t* at(std::uint32_t buffer) const {
    return memory_.get() + (buffer < small_ ? buffer * small_size
                                            : small_ * small_size + (buffer - small_) * large_size);
  }
  std::uint32_t take(std::size_t size) {
    auto& free = size <= small_size && !free_small_.empty() ? free_small_ : free_large_;
    if (free.empty()) return no_buffer;
    const std::uint32_t buffer = free.back();
    free.pop_back();
    sizes_[buffer] = 0;
    return buffer;
  }

  std::size_t small_, large_;
  std::unique_ptr<std::uint8_t[]> memory_;
  std::vector<std::uint32_t> sizes_, free_small_, free_large_;
};

}  // namespace langyan::dissect
