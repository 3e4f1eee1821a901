// History: what was delivered of late, as hashes, so that a retransmission with other data is seen
// without keeping the data. Room-internal.
//
// One ring for a worker, written front to back; an entry is a delivered segment: place, length,
// hash of its octets, and the entry before it of the same stream. A stream keeps the number of its
// latest entry. An entry is gone when the ring came round; a stream then meets an entry that does
// not continue it and knows.
#pragma once

#include <bit>
#include <cstdint>

#include "base/bytes.h"
#include "base/pages.h"
#include "flow/tcp_state.h"

namespace langyan::flow {

// Of the octets; the seed keeps a sender from choosing data that collide.
std::uint32_t segment_hash(Bytes data, std::uint64_t seed);

enum class Compared : std::uint8_t {
  same,
  differs,
  unknown,  // not all of it could be compared, but nothing differs
};

class History {
 public:
  History(std::uint64_t entries, std::uint64_t seed)
      : ring_(std::bit_ceil(entries)),
        mask_(static_cast<std::uint32_t>(ring_.size() - 1)),
        seed_(seed) {}

  // `stream` tells streams apart (slot and side). Returns the stream's new latest entry.
  std::uint32_t add(std::uint32_t latest, std::uint32_t stream, std::uint32_t sequence,
                    Bytes data) {
    if (++head_ == 0) ++head_;  // 0 stands for no entry
    const std::uint32_t number = head_;
    ring_[number & mask_] = {sequence, segment_hash(data, seed_), number - latest,
                             static_cast<std::uint16_t>(data.size()), tag(stream)};
    return number;
  }

  // Compares octets that came again with what was delivered in their place.
  Compared compare(std::uint32_t latest, std::uint32_t stream, std::uint32_t sequence,
                   Bytes data) const;

 private:
  struct Entry {
    std::uint32_t sequence, hash;
    std::uint32_t back;  // distance to the stream's entry before this
    std::uint16_t size, tag;
  };
  static std::uint16_t tag(std::uint32_t stream) {
    return static_cast<std::uint16_t>(stream ^ stream >> 16);
  }

  HugePages<Entry> ring_;
  const std::uint32_t mask_;
  const std::uint64_t seed_;
  std::uint32_t head_ = 0;
};

}  // namespace langyan::flow
