// Counts what the tests of this room allocate: the packet path must not. Not under
// AddressSanitizer, whose own operators find other faults.
#include <atomic>
#include <cstdlib>
#include <new>

#include "flow/test_wire.h"

namespace {
std::atomic<std::uint64_t> count{0};
}  // namespace

#ifndef __SANITIZE_ADDRESS__
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  count.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size);
}
void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
#endif

namespace langyan::flow {
std::uint64_t allocations() {
  return count.load();
}
}  // namespace langyan::flow
