// Spool: events on their way to the center, kept on disk until the center has them. The writer's
// side; reader.h is the other. One thread writes; any thread may read the counters.
//
//   auto position = spool.reserve(Lane::bulk, Class::operation, most_bytes);
//   if (position) spool.append(Lane::bulk, *position, line_with_that_position_in_its_origin);
//   if (policy.due(spool, clock.monotonic())) spool.commit();
//
// Promises. Positions are 1,2,3… in each (epoch, lane) without a hole: what is refused is refused
// before it gets one, and what is lost afterwards is shipped as a gap with its reason. Only what
// fdatasync has confirmed is published to the reader. A disk that is full or broken never stops the
// caller: commit() fails, memory holds what it can, reserve() refuses the cheapest classes first,
// and everything resumes by itself when the disk does. While a center is away and the cap of bytes
// comes near, reserve() refuses statistics, then flows, then summaries; at the cap the oldest goes.
// Nothing throws, and append() allocates nothing.
//
// THE FORMAT
//
// A spool is a folder. Segment files hold the events, one lane each, named alert-000000000007.seg:
// lane and number, the numbers rising. The writer appends to the newest of a lane, starts another
// when it is full, and removes the oldest once acknowledged. All numbers are little-endian.
//
// A segment is a sequence of frames. A frame is 36 bytes of header and then its payload:
//
//    0  4  magic "LYF1"
//    4  4  length of the payload
//    8  4  CRC32C of the payload
//   12  1  kind: 1 segment header, 2 line, 3 gap
//   13  1  lane: 0 alert, 1 bulk
//   14  2  zero
//   16  8  epoch
//   24  8  position
//   32  4  CRC32C of bytes 0..31
//
// A line's payload is one event without its newline. A gap's payload is the last position it covers
// (8 bytes) and a reason (1 byte); its frame's position is the first. The segment header's position
// is the first the segment was started for; its payload is the segment's number, the generation
// (epochs counted from 1, so that they can be ordered), and the epoch this lane wrote before this
// one with that epoch's last position (8 bytes each). It is written twice, so no flipped bit loses
// it.
//
// A frame says by itself where it belongs and two checksums say whether that is true, so a reader
// that meets damage searches for the next magic whose header holds, whose epoch and lane are the
// segment's, and whose position is ahead. A flipped bit in a payload costs that record, in a frame
// header too. Nothing that was not written can be read: every frame has zero bytes in its header
// and an event's text has none. The bytes of a damaged record are copied to quarantine/.
//
// Two small files hold positions, never totals. `committed` is the writer's: epoch, generation and,
// for each lane, the last position that fdatasync has confirmed, the epoch before with its last
// position, and the number of the segment to be started next. `ledger` is the reader's: for each
// lane the epoch and position acknowledged, and the segment to start at. Both are two slots of 128
// bytes at 0 and 512 (magic, CRC32C of the rest, sequence, content), written in place and in turn:
// a torn write costs the newer slot only, a reader needs one read, and a commit pays no second
// fdatasync. Both may lag after a power loss, never lead: a lagging `committed` is raised by the
// scan at open, a lagging ledger sends again what the center drops by position. Before an
// acknowledged segment is removed the ledger is synced.
//
// A segment ends, for its reader, at the position before the one its successor starts at, or at the
// last position of its epoch as the successor's header tells, or, for the newest, at the committed
// position. Whatever stands behind that was never confirmed and is in the successor.
//
// Opening reads the names, each segment's header, and the newest segment of each lane to its end;
// never the rest. A torn tail is cut off (and kept in quarantine/). If anything was cut or damaged,
// or a position file was lost, or the committed position is not reached, or the reader met damage
// since, a new epoch is drawn at random, positions start at 1 again, and what the older epochs
// still hold is shipped under their own name. Evicting replaces a segment by one gap frame in a
// file of the same name, merged with its evicted neighbour: reason and range survive.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/counters.h"
#include "base/disk.h"
#include "base/random.h"
#include "base/result.h"
#include "spool/lane.h"

namespace langyan::spool {

struct SpoolOptions {
  std::string folder;
  std::uint64_t segment_bytes = 0;  // each 0: the cap of that name, spool.segment_bytes …
  std::uint64_t alert_bytes = 0;
  std::uint64_t bulk_bytes = 0;
  std::uint64_t record_bytes = 0;
  std::uint64_t buffer_bytes = 0;
};

enum class EpochReason : std::uint8_t { created, cut, quarantine, lost_ledger };
constexpr std::array<std::string_view, 4> epoch_reason_names = {"created", "cut", "quarantine",
                                                                "lost_ledger"};

// What the sensor reports as epoch_changed.
struct EpochChange {
  std::uint64_t previous = 0;                           // 0: there was none
  std::array<std::uint64_t, lane_count> last_seq = {};  // of the previous epoch, by lane
  EpochReason reason = EpochReason::created;
};

enum class SpoolCount : std::uint8_t {
  appended,
  committed,
  dropped_stats,
  dropped_flow,
  dropped_summary,
  dropped_operation,
  dropped_alert,
  dropped_oversize,
  gap_oversize,
  gap_abandoned,
  evicted,
  bytes_written,
  commits,
  failed_commits,
  failed_syncs,
  segments_started,
  segments_removed,
  last
};
inline constexpr CounterRow spool_count_rows[] = {
    {"spool.appended", "Records that got a position and entered the buffer."},
    {"spool.committed", "Records that fdatasync confirmed."},
    {"spool.dropped.stats", "Statistics refused before they got a position, for want of room."},
    {"spool.dropped.flow", "Flow records refused before they got a position, for want of room."},
    {"spool.dropped.summary", "Summaries refused before they got a position, for want of room."},
    {"spool.dropped.operation", "Operations refused before they got a position, for want of room."},
    {"spool.dropped.alert", "Alerts refused before they got a position, for want of room."},
    {"spool.dropped.oversize", "Events refused because they exceed caps.spool.record_bytes."},
    {"spool.gap.oversize", "Positions whose line did not fit where room was reserved."},
    {"spool.gap.abandoned", "Positions reserved for which no line came."},
    {"spool.evicted", "Records removed unacknowledged because the spool was at its cap of bytes."},
    {"spool.bytes_written", "Bytes written to segments, frames included."},
    {"spool.commits", "Commits that succeeded."},
    {"spool.failed_commits", "Commits that failed; their records stay in memory for the next."},
    {"spool.failed_syncs", "Failed fdatasync calls; each closed its segment."},
    {"spool.segments_started", "Segment files started."},
    {"spool.segments_removed", "Segment files removed, acknowledged or evicted."},
};
using SpoolCounters = Counters<SpoolCount, spool_count_rows>;

class LaneWriter;
class SlotFile;
struct EpochEnd;
struct Ledger;
struct LedgerRow;

class Spool {
 public:
  // Opens or creates the spool in options.folder and holds its writer's lock as long as `disk`
  // lives. Disk, clock and random outlive the spool.
  static Result<std::unique_ptr<Spool>> open(Disk& disk, Clock& clock, Random& random,
                                             SpoolOptions options);
  ~Spool();  // commits nothing: what is not committed is as lost as in a crash

  std::uint64_t epoch() const { return epoch_; }
  // Present when this open drew a new epoch.
  const std::optional<EpochChange>& epoch_change() const { return epoch_change_; }

  // The next position of the lane, with room in memory for a line of `bytes`; nothing (counted by
  // class) when there is no room for this class. append() of that position must follow before the
  // lane's next reserve(); a position left out becomes a gap.
  std::optional<std::uint64_t> reserve(Lane lane, Class cls, std::size_t bytes);
  // The line is JSON without a newline. Longer than reserved is fine while there is room.
  void append(Lane lane, std::uint64_t position, std::string_view line);

  // Writes and syncs what is pending, alerts first, then publishes it to the reader. On failure the
  // rest stays pending; a retry within a second of a failure is refused without asking the disk.
  Result<void> commit();

  std::size_t pending_records() const;
  std::size_t pending_bytes() const;
  std::uint64_t committed(Lane lane) const;  // last committed position in epoch()
  std::uint64_t bytes(Lane lane) const;      // on disk
  EpochEnd before(Lane lane) const;          // the epoch the lane wrote before this one
  const SpoolCounters& counters() const { return counters_; }

 private:
  Spool(Disk& disk, Clock& clock, SpoolOptions options);
  Result<void> commit_lanes();
  Result<void> commit_lane(LaneWriter& lane);
  Result<void> publish();
  Result<void> note(Result<void> outcome);
  bool room_on_disk(std::size_t cls);
  bool evict(LaneWriter& lane, const LedgerRow& acknowledged);
  void make_room(LaneWriter& lane);
  bool make_room_on_full_disk(LaneWriter& lane);
  Ledger acknowledged();
  void reclaim(const Ledger& ledger);

  Disk& disk_;
  Clock& clock_;
  SpoolOptions options_;
  std::uint64_t epoch_ = 0, generation_ = 0;
  std::optional<EpochChange> epoch_change_;
  std::array<std::unique_ptr<LaneWriter>, lane_count> lanes_;
  std::unique_ptr<SlotFile> committed_file_;
  bool publish_due_ = false;
  std::optional<Error> failure_;  // of the last commit, while it lasts
  Time retry_at_ = 0, reclaim_at_ = 0;
  SpoolCounters counters_;
};

// When to commit: after so many records or bytes, or so long after the first pending one.
class CommitPolicy {
 public:
  CommitPolicy(std::size_t records, std::size_t bytes, Duration interval)
      : records_(records), bytes_(bytes), interval_(interval) {}
  bool due(const Spool& spool, Time monotonic_now);

 private:
  std::size_t records_, bytes_;
  Duration interval_;
  std::optional<Time> first_pending_;
};

}  // namespace langyan::spool
