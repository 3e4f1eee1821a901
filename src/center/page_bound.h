// How much one page of a filtered list of documents reads at most. What is found until then is a page, with `next` to
// go on from; it may be short, or have nothing.
#pragma once

#include <cstddef>

namespace langyan::center {

constexpr std::size_t page_reads = 4'000;  // documents, some 40 ms

}  // namespace langyan::center
