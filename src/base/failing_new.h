// For tests: operator new that fails as told, on the thread that told it. Replaces the program's,
// so exactly one file of a test program includes this.
#pragma once

#include <cstdlib>
#include <new>

namespace langyan {

// Allocations of this thread until one fails; below zero: none does.
inline thread_local long until_failure = -1;
inline thread_local bool all_after_fail = false;

// Runs `action` with the n-th allocation (from 0) failing, alone or with all after it. True when
// there was an n-th.
template <class Action>
bool with_failing_new(long n, bool all_after, Action action) {
  until_failure = n;
  all_after_fail = all_after;
  action();
  const bool failed = all_after ? until_failure == 0 : until_failure < 0;
  until_failure = -1;
  all_after_fail = false;
  return failed;
}

inline void* allocate_or_fail(std::size_t size) {
  bool fails = false;
  if (until_failure > 0) {
    --until_failure;
  } else if (until_failure == 0) {
    fails = true;
    if (!all_after_fail) until_failure = -1;
  }
  void* memory = fails ? nullptr : std::malloc(size);
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
