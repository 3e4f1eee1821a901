// Counts what the tests of this room allocate: the packet path must not.
#include <atomic>
#include <cstdlib>
#include <new>

#include "flow/test_wire.h"

namespace {
std::atomic<std::uint64_t> count{0};
}  // namespace

void* operator new(std::size_t size) {
  count.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace langyan::flow {
std::uint64_t allocations() { return count.load(); }
}  // namespace langyan::flow
