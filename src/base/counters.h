// Counters: what a room counted, one row a counter.
//
//   enum class Count : std::uint8_t { packets, invalid, last };
//   constexpr CounterRow rows[] = {{"decode.packets", "Packets decoded."}, {"decode.invalid", "…"}};
//   Counters<Count, rows> counters;   counters.add(Count::packets);
//
// One thread adds (a relaxed store, no locked instruction); any thread may read. They only grow:
// a quantity that goes up and down is a pair of them (opened, closed).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace langyan {

struct CounterRow {
  std::string_view name;  // room.what[.reason], the stats event's and the metric's name
  std::string_view doc;   // one sentence
};

template <class Count, const auto& table>
class Counters {
 public:
  static constexpr std::size_t size = std::size(table);
  static_assert(size == static_cast<std::size_t>(Count::last), "one row for each counter");

  void add(Count count, std::uint64_t amount = 1) {
    auto& cell = cells_[static_cast<std::size_t>(count)];
    cell.store(cell.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  std::uint64_t value(Count count) const { return value(static_cast<std::size_t>(count)); }
  std::uint64_t value(std::size_t index) const {
    return cells_[index].load(std::memory_order_relaxed);
  }
  // Calls visit(row, value) for each row in order.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t i = 0; i < size; ++i) visit(table[i], value(i));
  }

 private:
  std::array<std::atomic<std::uint64_t>, size> cells_{};
};

}  // namespace langyan
