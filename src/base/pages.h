// Pages: an array of the size a cap allows, taken from the system once. Untouched pages cost
// nothing, so a cap's price is paid only by traffic that needs it. Zeroed, no constructor runs: who
// takes an entry gives it its first value. Never grows. One thread owns it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace langyan {

// Huge: for a table that is read at random as a whole, where small pages cost a TLB miss each; what
// is touched anywhere in it then costs 2 MiB.
enum class PageSize : std::uint8_t { small, huge };

// Ends the program's start by std::bad_alloc.
void* take_pages(std::size_t bytes, PageSize page);
void return_pages(void* pages, std::size_t bytes, PageSize page);

template <class T, PageSize page = PageSize::small>
class Pages {
  static_assert(std::is_trivially_destructible_v<T> && std::is_trivially_copyable_v<T>);

 public:
  explicit Pages(std::size_t size)
      : size_(size), items_(static_cast<T*>(take_pages(size * sizeof(T), page))) {}
  ~Pages() { return_pages(items_, size_ * sizeof(T), page); }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  std::size_t size() const { return size_; }
  T& operator[](std::size_t index) { return items_[index]; }
  const T& operator[](std::size_t index) const { return items_[index]; }
  T* data() { return items_; }
  const T* data() const { return items_; }

 private:
  std::size_t size_;
  T* items_;
};

template <class T>
using HugePages = Pages<T, PageSize::huge>;

}  // namespace langyan
