// Reader: the shipper's side of a spool (spool.h), through files only, so it may live in another
// process. It hands on committed records, in order, and remembers what was acknowledged.
//
//   auto batch = reader.next(Lane::alert, {1000, 1 << 20});
//   … send batch->text …
//   reader.acknowledge(Lane::alert, batch->epoch, last_position_the_center_has);
//
// One thread, one Reader a spool (a lock holds this). next() goes on from where the last one ended,
// acknowledged or not; opening starts behind what the ledger says. Records of an older epoch come
// first, under that epoch; a batch never spans two. Every position comes exactly once between two
// rewinds, as a line or within a gap.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/counters.h"
#include "base/disk.h"
#include "base/result.h"
#include "spool/lane.h"

namespace langyan::spool {

struct Item {
  std::uint64_t from = 0, to = 0;    // positions; equal for a line
  std::size_t offset = 0, size = 0;  // of the line with its newline in Batch::text; 0 for a gap
  std::optional<GapReason> gap;
};

struct Batch {
  Lane lane = Lane::alert;
  std::uint64_t epoch = 0;
  std::string text;         // the lines, each with its newline
  std::vector<Item> items;  // contiguous positions

  bool empty() const { return items.empty(); }
};

struct BatchLimits {
  std::size_t lines = 1000;
  std::size_t bytes = 1u << 20;  // of text; one line may exceed it
};

enum class ReaderCount : std::uint8_t {
  lines,
  acknowledged,
  gap_damaged,
  gap_cut,
  gap_evicted,
  gap_lost,
  gap_oversize,
  gap_abandoned,
  gap_acknowledged,
  damaged_bytes,
  read_errors,
  rewinds,
  last
};
inline constexpr CounterRow reader_count_rows[] = {
    {"spool.read.lines", "Lines handed on, again after a rewind included."},
    {"spool.read.acknowledged", "Positions acknowledged."},
    {"spool.read.gap.damaged", "Positions shipped as a gap: checksum wrong."},
    {"spool.read.gap.cut", "Positions shipped as a gap: the end of a segment was lost."},
    {"spool.read.gap.evicted", "Positions shipped as a gap: removed at the cap of bytes."},
    {"spool.read.gap.lost", "Positions shipped as a gap: their segment file is gone."},
    {"spool.read.gap.oversize", "Positions shipped as a gap: the line did not fit."},
    {"spool.read.gap.abandoned", "Positions shipped as a gap: no line had followed."},
    {"spool.read.gap.acknowledged",
     "Positions shipped as a gap: acknowledged before, asked for again, no longer kept."},
    {"spool.read.damaged_bytes", "Bytes of segments that are no valid frame."},
    {"spool.read.errors", "Reads the disk refused."},
    {"spool.read.rewinds", "Times the center asked for positions already acknowledged."},
};
using ReaderCounters = Counters<ReaderCount, reader_count_rows>;

class LaneReader;
struct LedgerRow;

class Reader {
 public:
  // Takes the reader's lock for as long as `disk` lives. A folder without a spool in it is fine:
  // next() is empty until there is one. The disk outlives the reader.
  static Result<std::unique_ptr<Reader>> open(Disk& disk, std::string folder);
  ~Reader();

  // The next committed records of the lane; empty when there are none. An Error means that the disk
  // failed; nothing is skipped and the same call may be made again.
  Result<Batch> next(Lane lane, const BatchLimits& limits);

  // The center has everything up to `position` of this epoch: stored in the ledger. A position
  // ahead of what next() handed on skips to behind it. One beyond what was ever written is a
  // conflict (the spool is an old copy of itself); the next open of the writer draws a new epoch.
  Result<void> acknowledge(Lane lane, std::uint64_t epoch, std::uint64_t position);

  // The center lacks `position` although it was acknowledged: next() starts there again. What is no
  // longer kept comes as a gap.
  Result<void> rewind(Lane lane, std::uint64_t epoch, std::uint64_t position);

  const ReaderCounters& counters() const { return counters_; }

 private:
  Reader(Disk& disk, std::string folder);
  Result<void> look();
  Result<void> store(Lane lane, const LedgerRow& row);

  Disk& disk_;
  std::string folder_;
  ReaderCounters counters_;
  std::array<std::unique_ptr<LaneReader>, lane_count> lanes_;
  struct Positions;
  std::unique_ptr<Positions> positions_;
};

}  // namespace langyan::spool
