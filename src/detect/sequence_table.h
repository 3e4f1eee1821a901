// SequenceTable: how far each sequence of a rule has come, for each of what its operations share.
//
// Asked by the merge thread for each hit of a step, in the one order of hits. An entry has a fixed
// size: for each step when the newest sequence that reached it began, and a count of what is being
// counted. The table is capped (detect.sequences). One thread.
#pragma once

#include <array>
#include <memory>
#include <span>

#include "detect/hit.h"

namespace langyan::detect {

struct StepTaken {  // the operation that made a step complete
  Time time = 0;
  std::uint64_t packet_number = 0;  // 0: an answer that never came
};

class SequenceTable {
 public:
  SequenceTable();
  ~SequenceTable();
  SequenceTable(const SequenceTable&) = delete;
  SequenceTable& operator=(const SequenceTable&) = delete;

  // Whether the hit's sequence is complete with it. `evicted`: another's was forgotten for it.
  bool advance(const Hit& hit, bool& evicted);
  // Of the sequence that was complete last, the steps before the last.
  std::span<const StepTaken> earlier() const { return std::span(earlier_).first(earlier_size_); }

 private:
  struct Entries;
  std::unique_ptr<Entries> entries_;
  std::array<StepTaken, most_steps> earlier_{};
  std::size_t earlier_size_ = 0;
};

}  // namespace langyan::detect
