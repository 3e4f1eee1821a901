// Memory: an array of the size a cap allows, taken from the system once. Untouched pages cost
// nothing, so a cap's price is paid only by traffic that needs it. Zeroed; never grows.
#pragma once

#include <cstddef>
#include <type_traits>

namespace langyan::flow {

// Pages from the system, in huge ones where it has them; ends the program's start by
// std::bad_alloc.
void* take_pages(std::size_t bytes);
void return_pages(void* pages, std::size_t bytes);

template <class T>
class Memory {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  explicit Memory(std::size_t size)
      : size_(size), items_(static_cast<T*>(take_pages(size * sizeof(T)))) {}
  ~Memory() { return_pages(items_, size_ * sizeof(T)); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  std::size_t size() const { return size_; }
  T& operator[](std::size_t index) { return items_[index]; }
  const T& operator[](std::size_t index) const { return items_[index]; }
  T* data() { return items_; }
  const T* data() const { return items_; }

 private:
  std::size_t size_;
  T* items_;
};

}  // namespace langyan::flow
