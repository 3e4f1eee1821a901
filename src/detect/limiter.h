// Limiter: threshold and detection_filter, counted over all workers.
//
// The merge thread asks it once for each hit, in (time, packet number, sub-index) order, so what is
// let through does not depend on how many workers there are. One thread. Its tables are capped
// (detect.trackers); when full, the tracker that waited longest is forgotten and counted.
#pragma once

#include <cstdint>
#include <memory>

#include "base/counters.h"
#include "detect/hit.h"

namespace langyan::detect {

enum class LimitCount : std::uint8_t { asked, passed, suppressed, filtered, evicted, last };
inline constexpr CounterRow limit_counter_rows[] = {
    {"detect.limit.asked", "Hits the limiter was asked about."},
    {"detect.limit.passed", "Hits that became alerts."},
    {"detect.limit.suppressed", "Hits a threshold held back."},
    {"detect.limit.filtered", "Hits below the rate of a detection_filter."},
    {"detect.limit.evicted", "Trackers forgotten because the table of them was full."},
};

class Limiter {
 public:
  Limiter();
  ~Limiter();
  Limiter(const Limiter&) = delete;
  Limiter& operator=(const Limiter&) = delete;

  bool admit(const Hit& hit);  // false: no alert
  const Counters<LimitCount, limit_counter_rows>& counters() const { return counters_; }

 private:
  class Trackers;
  bool admit(const Hit& hit, const Threshold& threshold);

  std::unique_ptr<Trackers> trackers_;
  Counters<LimitCount, limit_counter_rows> counters_;
};

}  // namespace langyan::detect
