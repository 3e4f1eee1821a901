// Queue: a bounded queue between two threads; the one place where threads meet.
//
// push() waits while it is full (nothing is lost by waiting; a capture source loses in the kernel,
// where it is counted). try_push() refuses instead, and the refusal is counted. pop() waits until
// there is an item, the wait is over, or the queue is closed and empty. in() and out() only grow.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

#include "base/time.h"

namespace langyan {

template <class T>
class Queue {
 public:
  explicit Queue(std::size_t capacity) : capacity_(capacity) {}

  bool push(T item) {  // false: closed
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return closed_ || items_.size() < capacity_; });
    return add(std::move(item));
  }

  bool try_push(T item) {  // false: full or closed
    const std::unique_lock lock(mutex_);
    if (items_.size() >= capacity_) return refused_.fetch_add(1, std::memory_order_relaxed), false;
    return add(std::move(item));
  }

  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [&] { return closed_ || !items_.empty(); });
    return remove();
  }

  std::optional<T> pop_within(Duration wait) {
    std::unique_lock lock(mutex_);
    constexpr Duration longest = 365 * day;  // now + wait must not overflow the clock
    filled_.wait_for(lock, std::chrono::microseconds(std::min(wait, longest)),
                     [&] { return closed_ || !items_.empty(); });
    return remove();
  }

  void close() {
    const std::unique_lock lock(mutex_);
    closed_ = true;
    room_.notify_all();
    filled_.notify_all();
  }

  bool closed() {  // and empty: pop() will never again return an item
    const std::unique_lock lock(mutex_);
    return closed_ && items_.empty();
  }

  std::uint64_t in() const { return in_.load(std::memory_order_relaxed); }
  std::uint64_t out() const { return out_.load(std::memory_order_relaxed); }
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  bool add(T item) {
    if (closed_) return false;
    items_.push_back(std::move(item));
    in_.fetch_add(1, std::memory_order_relaxed);
    filled_.notify_one();
    return true;
  }

  std::optional<T> remove() {
    if (items_.empty()) return {};
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    out_.fetch_add(1, std::memory_order_relaxed);
    room_.notify_one();
    return item;
  }

  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable room_, filled_;
  std::deque<T> items_;
  bool closed_ = false;
  std::atomic<std::uint64_t> in_{0}, out_{0}, refused_{0};
};

}  // namespace langyan
