#include "base/pages.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>

namespace langyan {
namespace {

constexpr std::size_t small_page = 4'096, huge_page = 2u << 20;  // x86-64, ARM64 with 4 KiB pages

bool in_huge_pages(std::size_t bytes, PageSize page) {
  return page == PageSize::huge && bytes >= 2 * huge_page;
}

std::size_t rounded(std::size_t bytes, PageSize page) {
  const std::size_t unit = in_huge_pages(bytes, page) ? huge_page : small_page;
  return std::max(unit, (bytes + unit - 1) / unit * unit);
}

}  // namespace

void* take_pages(std::size_t bytes, PageSize page) {
  const std::size_t size = rounded(bytes, page);
  void* pages = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  if (in_huge_pages(bytes, page)) madvise(pages, size, MADV_HUGEPAGE);
  return pages;
}

void return_pages(void* pages, std::size_t bytes, PageSize page) {
  munmap(pages, rounded(bytes, page));
}

}  // namespace langyan
