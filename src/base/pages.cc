#include "flow/memory.h"

#include <sys/mman.h>

#include <new>

namespace langyan::flow {
namespace {

constexpr std::size_t huge_page = 2u << 20;  // x86-64 and ARM64 with 4 KiB pages

std::size_t rounded(std::size_t bytes) {
  const std::size_t unit = bytes >= 2 * huge_page ? huge_page : 4096;
  return (bytes + unit - 1) / unit * unit;
}

}  // namespace

void* take_pages(std::size_t bytes) {
  bytes = rounded(bytes);
  void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  // Random access to a large table costs a TLB miss each with 4 KiB pages.
  if (bytes >= 2 * huge_page) madvise(pages, bytes, MADV_HUGEPAGE);
  return pages;
}

void return_pages(void* pages, std::size_t bytes) {
  munmap(pages, rounded(bytes));
}

}  // namespace langyan::flow
