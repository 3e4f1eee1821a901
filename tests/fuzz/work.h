// Work: what dissect asked of the parsers, counted by a registry that stands in for the generated
// one (counting_registry.cc): every call, and the octets handed to what reads all of them. Linear
// cost is judged by these numbers, never by a clock. One thread.
#pragma once

#include <cstdint>

namespace langyan::fuzz {

struct Work {
  std::uint64_t identify = 0, frame = 0;  // calls; both look at a header only
  std::uint64_t resync_octets = 0, decode_octets = 0;
  std::uint64_t items = 0, operations = 0;  // emitted
};
extern Work work;

}  // namespace langyan::fuzz
