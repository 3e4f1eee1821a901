// SettledTime: the wall time that removing may go by. A clock set wrong for an hour must not cost a
// year of events.
//
// A clock that leaps ahead, by more than an hour beyond what the monotonic clock makes likely or by
// more than a day while the program was off, is believed once it has run on evenly for a day. One
// that steps back is believed at once: it removes less. One thread.
#pragma once

#include <optional>

#include "base/clock.h"

namespace langyan::center {

class SettledTime {
 public:
  // `known`: what known() said before the program stopped; 0: none is known.
  SettledTime(Clock& clock, Time known);

  // Wall time; nothing while the clock is not believed.
  std::optional<Time> now();
  // The latest time that was believed.
  Time known() const { return known_; }

 private:
  Clock& clock_;
  Time known_, known_at_;  // believed wall time, and the monotonic time it was so at
  struct Leap {
    Time to, at;
  };
  std::optional<Leap> leap_;
};

}  // namespace langyan::center
