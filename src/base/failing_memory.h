// For tests: memory that runs out as told. Replaces malloc and its kin, so that what C libraries
// ask for fails too; under a sanitizer, which has its own, operator new. It replaces the program's,
// so exactly one file of a test program includes this.
//
// with_failing_memory() is about the thread that calls it; others_until_failure is about all
// threads but those that set `spared`.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>

namespace langyan {

// Allocations of this thread until one fails; below zero: none does.
inline thread_local long until_failure = -1;
inline thread_local bool all_after_fail = false;

inline std::atomic<long> others_until_failure = -1;
inline std::atomic<bool> all_after_fail_for_others = false;
inline thread_local bool spared = false;

// Runs `action` with the n-th allocation (from 0) failing, alone or with all after it. True when
// there was an n-th.
template <class Action>
bool with_failing_memory(long n, bool all_after, Action action) {
  until_failure = n;
  all_after_fail = all_after;
  action();
  const bool failed = all_after ? until_failure == 0 : until_failure < 0;
  until_failure = -1;
  all_after_fail = false;
  return failed;
}

inline bool memory_fails() {
  if (until_failure > 0) {
    --until_failure;
  } else if (until_failure == 0) {
    if (!all_after_fail) until_failure = -1;
    return true;
  }
  if (spared) return false;
  for (long left = others_until_failure.load(); left >= 0;) {
    if (left == 0 && all_after_fail_for_others.load()) return true;
    if (others_until_failure.compare_exchange_weak(left, left - 1)) return left == 0;
  }
  return false;
}

}  // namespace langyan

// clang builds the fuzzers, always with a sanitizer.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)

namespace langyan {

inline void* allocate_or_fail(std::size_t size) {
  void* memory = memory_fails() ? nullptr : std::malloc(size);
  if (!memory) throw std::bad_alloc();
  return memory;
}

}  // namespace langyan

// g++ 12 inlines these and then takes malloc() and free() for a mismatched pair.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

// All forms, or a sanitizer's own would meet the delete of ours.
void* operator new(std::size_t size) {
  return langyan::allocate_or_fail(size);
}
void* operator new[](std::size_t size) {
  return langyan::allocate_or_fail(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return langyan::allocate_or_fail(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void* operator new[](std::size_t size, const std::nothrow_t& tag) noexcept {
  return operator new(size, tag);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}

#else

// glibc's own, under the names it keeps for this; operator new comes here too.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) noexcept {
  if (!langyan::memory_fails()) return __libc_malloc(size);
  errno = ENOMEM;
  return nullptr;
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  if (!langyan::memory_fails()) return __libc_calloc(count, size);
  errno = ENOMEM;
  return nullptr;
}
void* realloc(void* memory, std::size_t size) noexcept {
  if (!langyan::memory_fails()) return __libc_realloc(memory, size);
  errno = ENOMEM;
  return nullptr;
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  if (!langyan::memory_fails()) return __libc_memalign(alignment, size);
  errno = ENOMEM;
  return nullptr;
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
  if (langyan::memory_fails()) return ENOMEM;
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}
}

#endif
