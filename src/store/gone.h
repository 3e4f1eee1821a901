// Gone: what retention removed since the store was opened, for those who read in order of receipt
// and came too late. Places are the engine's: of a row in the order of receipt, as two numbers.
// Any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "store/event_store.h"

namespace langyan::store {

class Gone {
 public:
  using Place = std::pair<std::uint64_t, std::uint64_t>;
  struct Part {
    Place last;                       // of the newest row that stood in it
    std::uint64_t rows = 0;           // removed
    std::optional<std::uint64_t> alerts;  // of them, where that is known
    std::optional<EventClass> only;   // of one class, from a part that stays; none: the part went
  };

  void add(Part part);
  // Rows behind the place that the filter may have wanted: never fewer than were removed unseen.
  std::uint64_t behind(Place place, const Filter& filter) const;

 private:
  mutable std::mutex mutex_;
  std::deque<Part> parts_;  // oldest first; at most most_parts
};

}  // namespace langyan::store
