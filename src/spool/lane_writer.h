// LaneWriter: one lane of a Spool: what waits in memory, and the segment files it goes to. Used by
// the spool's thread only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/disk.h"
#include "base/result.h"
#include "spool/segment.h"
#include "spool/slot_file.h"
#include "spool/spool.h"

namespace langyan::spool {

struct Segment {
  SegmentHeader header;    // epoch 0: no frame in it holds
  std::uint64_t last = 0;  // position; below header.first: none
  std::uint64_t bytes = 0;
};

// What opening found of a lane.
struct LaneStart {
  std::vector<Segment> segments;  // by number
  std::unique_ptr<File> active;   // the newest, to be continued; null: a new one at the next flush
  std::uint64_t last = 0;         // position in the epoch
  EpochEnd before;                // the epoch this lane wrote before
  std::uint64_t next_number = 1;  // of the segment to be started: above all that were ever used
};

class LaneWriter {
 public:
  LaneWriter(Disk& disk, const std::string& folder, Lane lane, std::size_t buffer_bytes,
             SpoolCounters& counters);
  void start(std::uint64_t epoch, std::uint64_t generation, LaneStart found);

  // Memory. fits() asks before, reserve() gives the position, append() fills it.
  static std::size_t room_for(std::size_t line_bytes);
  std::uint64_t reserve();
  void append(std::uint64_t position, std::string_view line, std::size_t room);
  std::size_t pending_bytes() const { return filled_; }
  std::size_t pending_records() const { return records_; }
  std::uint64_t committed() const { return committed_; }
  EpochEnd before() const { return before_; }
  std::uint64_t next_number() const { return next_number_; }

  // Disk. Writes and syncs all that is pending, or leaves it pending. An ErrorKind::full may be
  // tried again after room was made.
  Result<void> flush();
  bool wants_new_segment(std::uint64_t segment_bytes) const;
  void seal() { active_.reset(); }  // the next flush starts a segment
  std::uint64_t bytes() const { return bytes_; }  // of all segments; asked for each event
  std::uint64_t flush_bytes() const;  // what the next flush adds

  std::size_t segment_count() const { return segments_.size(); }

  // The ledger's word on this lane decides what is done with and what counts as a loss.
  bool reclaimable(const LedgerRow& acknowledged) const;  // the oldest segment
  // Each: false when there is none to remove, or the disk refuses. Evicting leaves a gap frame.
  bool remove_oldest(const LedgerRow& acknowledged);
  bool evict_oldest(const LedgerRow& acknowledged);

 private:
  bool active(std::size_t i) const { return active_ && i + 1 == segments_.size(); }
  void add_gap(std::uint64_t from, std::uint64_t to, GapReason reason);
  void add_frame(FrameKind kind, std::uint64_t position, Bytes payload);
  void repair();
  Result<void> extend();
  Result<void> start_segment();
  Result<std::unique_ptr<File>> write_segment(Bytes content);
  void discard_unfinished();
  void confirm(std::uint64_t bytes);
  void add_up();
  Result<void> write_tombstone(const SegmentHeader& header, std::uint64_t last);
  std::string path(std::uint64_t number) const { return segment_path(folder_, {lane_, number}); }

  Disk& disk_;
  const std::string& folder_;  // the Spool's options
  const Lane lane_;
  SpoolCounters& counters_;
  std::uint64_t epoch_ = 0, generation_ = 0;
  EpochEnd before_;

  // The buffer: room for a segment header, then frames. Never reallocated.
  const std::size_t buffer_bytes_;
  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t filled_ = 0, records_ = 0;
  std::uint64_t reserved_ = 0, buffered_ = 0, committed_ = 0;  // last positions

  std::vector<Segment> segments_;
  std::uint64_t bytes_ = 0;  // the sum of theirs
  std::uint64_t next_number_ = 1;
  std::unique_ptr<File> active_;  // of segments_.back()
  bool dirty_ = false;            // active_ may hold more than segments_.back().bytes
  bool unfinished_ = false;       // a file of next_number_ may exist
};

}  // namespace langyan::spool
