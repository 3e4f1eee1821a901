#include "spool/lane_writer.h"

#include <algorithm>
#include <cassert>

namespace langyan::spool {
namespace {

// A position abandoned and one whose line did not fit, both found after room was asked for.
constexpr std::size_t spare_bytes = 2 * (frame_header_size + gap_payload_size);
constexpr std::size_t tombstone_size = segment_header_size + frame_header_size + gap_payload_size;

std::uint64_t unacknowledged(const Segment& segment, const LedgerRow& acknowledged) {
  if (segment.header.number < acknowledged.segment || segment.header.epoch == 0) return 0;
  const std::uint64_t before = segment.header.epoch == acknowledged.epoch
                                   ? std::max(segment.header.first - 1, acknowledged.position)
                                   : segment.header.first - 1;
  return segment.last > before ? segment.last - before : 0;
}

// Where an older epoch ended may have been found by a start that could not read all of it, so its
// segments wait until the reader is past them.
bool done(const Segment& segment, const LedgerRow& acknowledged, std::uint64_t epoch) {
  return segment.header.number < acknowledged.segment ||
         (segment.header.epoch == epoch && acknowledged.epoch == epoch &&
          segment.last <= acknowledged.position);
}

}  // namespace

LaneWriter::LaneWriter(Disk& disk, const std::string& folder, Lane lane, std::size_t buffer_bytes,
                       SpoolCounters& counters)
    : disk_(disk),
      folder_(folder),
      lane_(lane),
      counters_(counters),
      buffer_bytes_(buffer_bytes),
      buffer_(std::make_unique_for_overwrite<std::uint8_t[]>(segment_header_size + buffer_bytes +
                                                             spare_bytes)) {}

void LaneWriter::start(std::uint64_t epoch, std::uint64_t generation, LaneStart found) {
  epoch_ = epoch;
  generation_ = generation;
  before_ = found.before;
  reserved_ = buffered_ = committed_ = found.last;
  segments_ = std::move(found.segments);
  active_ = std::move(found.active);
  next_number_ = found.next_number;
  add_up();
}

// A line that turns out not to fit becomes a gap frame, so there is room for that at least.
std::size_t LaneWriter::room_for(std::size_t line_bytes) {
  return frame_header_size + std::max(line_bytes, gap_payload_size);
}

std::uint64_t LaneWriter::reserve() {
  if (reserved_ != buffered_) {
    add_gap(buffered_ + 1, reserved_, GapReason::abandoned);
    counters_.add(SpoolCount::gap_abandoned, reserved_ - buffered_);
    buffered_ = reserved_;
  }
  return ++reserved_;
}

void LaneWriter::append(std::uint64_t position, std::string_view line, std::size_t room) {
  assert(position == reserved_ && buffered_ + 1 == reserved_);
  buffered_ = position;
  if (room_for(line.size()) > room) {
    add_gap(position, position, GapReason::oversize);
    counters_.add(SpoolCount::gap_oversize);
    return;
  }
  add_frame(FrameKind::line, position, bytes_of(line));
  counters_.add(SpoolCount::appended);
  ++records_;
}

void LaneWriter::add_gap(std::uint64_t from, std::uint64_t to, GapReason reason) {
  add_frame(FrameKind::gap, from, write_gap({to, reason}));
}

void LaneWriter::add_frame(FrameKind kind, std::uint64_t position, Bytes payload) {
  assert(filled_ + frame_header_size + payload.size() <= buffer_bytes_ + spare_bytes);
  write_frame(buffer_.get() + segment_header_size + filled_, {kind, lane_, epoch_, position},
              payload);
  filled_ += frame_header_size + payload.size();
}

void LaneWriter::add_up() {
  bytes_ = 0;
  for (const Segment& segment : segments_) bytes_ += segment.bytes;
}

std::uint64_t LaneWriter::flush_bytes() const {
  return filled_ + (active_ ? 0 : segment_header_size);
}

bool LaneWriter::wants_new_segment(std::uint64_t segment_bytes) const {
  return !active_ || segments_.back().bytes + filled_ > segment_bytes;
}

Result<void> LaneWriter::flush() {
  if (filled_ == 0) return {};
  if (dirty_) repair();
  return active_ ? extend() : start_segment();
}

// Takes back what was written and not confirmed; it is still in the buffer. A segment that cannot
// be cut is left as it is and closed: its reader stops where the next segment begins.
void LaneWriter::repair() {
  dirty_ = false;
  if (active_ && !active_->truncate(segments_.back().bytes)) seal();
}

Result<void> LaneWriter::extend() {
  const Bytes content{buffer_.get() + segment_header_size, filled_};
  dirty_ = true;
  if (auto written = active_->append(content); !written) {
    repair();
    if (written.error().kind != ErrorKind::full) seal();
    return written;
  }
  if (auto synced = active_->sync(); !synced) {
    // The kernel forgets which pages it could not write, so asking again would lie.
    counters_.add(SpoolCount::failed_syncs);
    repair();
    seal();
    return synced;
  }
  dirty_ = false;
  confirm(content.size());
  return {};
}

Result<void> LaneWriter::start_segment() {
  if (unfinished_) discard_unfinished();
  const SegmentHeader header{lane_, epoch_, committed_ + 1, next_number_, generation_, before_};
  write_segment_header(buffer_.get(), header);
  segments_.reserve(segments_.size() + 1);
  unfinished_ = true;
  auto file = write_segment({buffer_.get(), segment_header_size + filled_});
  if (!file) {
    discard_unfinished();
    return file.error();
  }
  // From here on nothing can fail.
  unfinished_ = false;
  active_ = file.take();
  segments_.push_back({header, committed_, 0});
  ++next_number_;
  counters_.add(SpoolCount::segments_started);
  confirm(segment_header_size + filled_);
  return {};
}

Result<std::unique_ptr<File>> LaneWriter::write_segment(Bytes content) {
  auto file = disk_.open(path(next_number_), OpenMode::create);
  if (!file) return file;
  if (auto done = (*file)->append(content); !done) return done.error();
  if (auto done = (*file)->sync(); !done) {
    counters_.add(SpoolCount::failed_syncs);
    return done.error();
  }
  if (auto done = disk_.sync_folder(folder_); !done) return done.error();
  return file;
}

// A file that cannot be removed keeps its number: its reader sees that the next one begins at the
// same position.
void LaneWriter::discard_unfinished() {
  const auto gone = disk_.remove(path(next_number_));
  if (!gone && gone.error().kind != ErrorKind::missing) ++next_number_;
  unfinished_ = false;
}

void LaneWriter::confirm(std::uint64_t bytes) {
  counters_.add(SpoolCount::committed, records_);
  counters_.add(SpoolCount::bytes_written, bytes);
  committed_ = buffered_;
  segments_.back().last = committed_;
  segments_.back().bytes += bytes;
  filled_ = records_ = 0;
  add_up();
}

bool LaneWriter::reclaimable(const LedgerRow& acknowledged) const {
  return !segments_.empty() && !active(0) && done(segments_.front(), acknowledged, epoch_);
}

bool LaneWriter::remove_oldest(const LedgerRow& acknowledged) {
  if (segments_.empty() || active(0)) return false;
  const Segment& oldest = segments_.front();
  const auto removed = disk_.remove(path(oldest.header.number));
  if (!removed && removed.error().kind != ErrorKind::missing) return false;
  if (oldest.bytes > tombstone_size)
    counters_.add(SpoolCount::evicted, unacknowledged(oldest, acknowledged));
  segments_.erase(segments_.begin());
  add_up();
  counters_.add(SpoolCount::segments_removed);
  return true;
}

Result<void> LaneWriter::write_tombstone(const SegmentHeader& header, std::uint64_t last) {
  std::array<std::uint8_t, tombstone_size> content;
  write_segment_header(content.data(), header);
  write_frame(content.data() + segment_header_size,
              {FrameKind::gap, lane_, header.epoch, header.first},
              write_gap({last, GapReason::evicted}));
  const std::string name = path(header.number);
  if (auto done = replace_file(disk_, name, content)) return done;
  // A disk without room for a second file has room for the first. Whoever reads it at this moment,
  // or after a crash in between, finds damage within the range that the trace names.
  auto file = disk_.open(name, OpenMode::update);
  if (!file) return file.error();
  if (auto done = (*file)->write(0, content); !done) return done;
  if (auto done = (*file)->truncate(content.size()); !done) return done;
  return (*file)->sync();
}

bool LaneWriter::evict_oldest(const LedgerRow& acknowledged) {
  std::size_t i = 0;
  while (i < segments_.size() && segments_[i].bytes <= tombstone_size) ++i;
  if (i == segments_.size() || active(i)) return false;
  Segment& victim = segments_[i];
  const std::uint64_t loss = unacknowledged(victim, acknowledged);
  // Everything before the victim is a tombstone already; one of the same epoch is absorbed.
  const bool absorb = i > 0 && segments_[i - 1].header.epoch == victim.header.epoch;
  SegmentHeader header = victim.header;
  if (absorb) {
    header.first = segments_[i - 1].header.first;
    header.before = segments_[i - 1].header.before;
  }
  const bool keep_trace = victim.header.epoch != 0 && victim.last >= header.first;
  if (!keep_trace || !write_tombstone(header, victim.last)) {
    // The disk refuses everything else. Without a trace the reader finds the hole anyway, while the
    // next segment knows the epoch.
    const auto removed = disk_.remove(path(victim.header.number));
    if (!removed && removed.error().kind != ErrorKind::missing) return false;
    if (keep_trace) (void)write_tombstone(header, victim.last);
  }
  if (absorb) (void)disk_.remove(path(segments_[i - 1].header.number));
  victim.header = header;
  victim.bytes = tombstone_size;
  if (absorb) segments_.erase(segments_.begin() + static_cast<std::ptrdiff_t>(i - 1));
  add_up();
  counters_.add(SpoolCount::evicted, loss);
  counters_.add(SpoolCount::segments_removed);
  return true;
}

}  // namespace langyan::spool
