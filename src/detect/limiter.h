// Limiter: what rules count and remember over all workers: xbits and hostbits, detection_filter,
// threshold.
//
// The merge thread asks it once for each hit, in (time, packet number, sub-index) order, so what is
// let through does not depend on how many workers there are. A hit whose rule asks for marks that
// do not stand is none, nor is one that leaves its sequence incomplete; else it changes the marks it changes, whether it alerts or not;
// then come noalert, detection_filter and threshold. One thread. Its tables are capped
// (detect.trackers, detect.shared_bits, detect.sequences,
// detect.dataset_values); when full, what waited longest is forgotten and counted.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/counters.h"
#include "detect/hit.h"
#include "detect/sequence_table.h"

namespace langyan::detect {

enum class LimitCount : std::uint8_t {
  asked,
  passed,
  suppressed,
  filtered,
  evicted,
  unmarked,
  unlisted,
  silent,
  bits_evicted,
  values_evicted,
  incomplete,
  sequences_evicted,
  last
};
inline constexpr CounterRow limit_counter_rows[] = {
    {"detect.limit.asked", "Hits the limiter was asked about."},
    {"detect.limit.passed", "Hits that became alerts."},
    {"detect.limit.suppressed", "Hits a threshold or a suppression held back."},
    {"detect.limit.filtered", "Hits below the rate of a detection_filter."},
    {"detect.limit.evicted", "Trackers forgotten because the table of them was full."},
    {"detect.limit.unmarked", "Hits whose hosts lacked the xbits or hostbits the rule asks for."},
    {"detect.limit.unlisted", "Hits whose value a dataset that rules change has, or has not."},
    {"detect.limit.silent", "Hits of rules that only change xbits or hostbits."},
    {"detect.limit.bits_evicted", "xbits and hostbits forgotten because the table of them was full."},
    {"detect.limit.values_evicted", "Values of datasets forgotten because the table of them was full."},
    {"detect.limit.incomplete", "Hits of a sequence that was not complete with them."},
    {"detect.limit.sequences_evicted", "Sequences forgotten because the table of them was full."},
};

class Limiter {
 public:
  Limiter();
  ~Limiter();
  Limiter(const Limiter&) = delete;
  Limiter& operator=(const Limiter&) = delete;

  bool admit(const Hit& hit);  // false: no alert
  // Of the hit that admit() just let pass: the steps of its sequence before it; else none.
  std::span<const StepTaken> earlier() const { return earlier_; }
  const Counters<LimitCount, limit_counter_rows>& counters() const { return counters_; }

 private:
  struct Tables;
  bool admit(const Hit& hit, const Threshold& threshold);
  bool sequence_holds(const Hit& hit);
  bool bits_hold(const Hit& hit);
  void change_bits(const Hit& hit);
  bool values_hold(const Hit& hit);
  void change_values(const Hit& hit);

  std::unique_ptr<Tables> tables_;
  std::span<const StepTaken> earlier_;
  Counters<LimitCount, limit_counter_rows> counters_;
};

}  // namespace langyan::detect
