// LaneReader: one lane of a Reader: where it stands, and the walk from segment to segment. Used by
// the reader's thread only.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "spool/reader.h"
#include "spool/segment.h"
#include "spool/slot_file.h"

namespace langyan::spool {

class LaneReader {
 public:
  LaneReader(Disk& disk, const std::string& folder, Lane lane, ReaderCounters& counters)
      : disk_(disk), folder_(folder), lane_(lane), counters_(counters) {}

  // ledger_lost: a row of epoch 0 means that nobody knows, not that nothing was acknowledged.
  void start(const LedgerRow& acknowledged, bool ledger_lost);
  // Adds to `batch` what is committed and not handed on yet.
  Result<void> read(Batch& batch, const BatchLimits& limits, const Committed& committed);
  // The ledger's row after the center has acknowledged `position`.
  LedgerRow acknowledge(std::uint64_t epoch, std::uint64_t position);
  Result<LedgerRow> rewind(std::uint64_t epoch, std::uint64_t position);
  // The epoch in which damage was met last; 0: none.
  void distrust(std::uint64_t epoch) { harmed_epoch_ = epoch; }
  std::uint64_t harmed_epoch() const { return harmed_epoch_; }

  // Where it stands, to go back to when a read is given up in the middle.
  struct Place {
    std::uint64_t epoch = 0, next = 1, number = 0;
  };
  Place place() const { return place_; }
  void go_back(const Place& place);

 private:
  enum class Turn : std::uint8_t { again, wait };  // more to do; nothing until something is written

  Result<Turn> turn(Batch& batch, const Committed& committed);
  Result<Turn> enter(Batch& batch, const Committed& committed);
  bool leave_epoch(Batch& batch, const SegmentHeader& next);
  Turn take(Batch& batch, const Step& step, std::uint64_t limit);
  Result<Turn> leave(Batch& batch, const Step& end, const Committed& committed);
  Result<std::optional<SegmentHeader>> find_segment(std::uint64_t number);
  Result<void> endure(Error error);
  void add_gap(Batch& batch, std::uint64_t to, GapReason reason);
  void add_line(Batch& batch, const Step& step);
  void note_damage(const Step& step);

  Disk& disk_;
  const std::string& folder_;  // the Reader's
  const Lane lane_;
  ReaderCounters& counters_;

  Turn wait_for_segment(Batch& batch, const Committed::OfLane& of_lane, std::uint64_t epoch);

  Place place_;  // epoch 0: not known before the oldest segment was seen
  bool ledger_lost_ = false;
  std::optional<Walk> walk_;   // over segment place_.number
  std::uint64_t suspect_ = 0;  // the segment whose open file refused to be read
  std::size_t failures_ = 0;   // in a row
  EpochEnd acknowledged_;
  std::uint64_t harmed_epoch_ = 0;

  // Where the positions begin that each segment walked over brought, from the oldest not yet
  // acknowledged on: what the ledger names as the segment to start at.
  struct Mark {
    std::uint64_t epoch, first, number;
  };
  std::deque<Mark> marks_;
};

}  // namespace langyan::spool
