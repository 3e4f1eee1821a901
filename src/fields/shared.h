// Shared: what the flows of one pair of hosts know together, per protocol: connections that one flow
// announces and another one uses (CIP I/O, dynamic ports of DCE/RPC), publishers of a segment.
//
// A flow's own State needs none of this. Entries are few and small; the oldest give way when the
// table is full, so what is not found may once have been there. Called like a parser: one worker.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace langyan {

constexpr std::size_t shared_bytes = 32;  // of an entry's value

class Shared {
 public:
  virtual ~Shared() = default;
  // Replaces what was there; at most shared_bytes are kept.
  virtual void put(std::uint64_t key, Bytes value) = 0;
  // Empty: none. Valid until the next put.
  virtual Bytes find(std::uint64_t key) = 0;
};

}  // namespace langyan
