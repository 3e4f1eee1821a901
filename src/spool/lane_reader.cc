#include "spool/lane_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace langyan::spool {
namespace {

// A read that fails this often in a row will not succeed; what it wanted counts as damage.
constexpr std::size_t patience = 8;
constexpr std::uint64_t unreadable_step = 4096;

constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

}  // namespace

void LaneReader::start(const LedgerRow& acknowledged, bool ledger_lost) {
  ledger_lost_ = ledger_lost;
  const std::uint64_t position = acknowledged.epoch ? acknowledged.position : 0;  // else of none
  acknowledged_ = {acknowledged.epoch, position};
  go_back({acknowledged.epoch, position + 1, acknowledged.segment});
}

void LaneReader::go_back(const Place& place) {
  place_ = place;
  walk_.reset();
  while (!marks_.empty() && marks_.back().number >= place.number) marks_.pop_back();
}

Result<void> LaneReader::read(Batch& batch, const BatchLimits& limits, const Committed& committed) {
  while (batch.items.size() < limits.lines && batch.text.size() < limits.bytes) {
    if (!batch.empty() && batch.epoch != place_.epoch) break;
    const auto done = turn(batch, committed);
    if (!done) {
      if (!batch.empty()) break;  // the failure comes again
      if (auto endured = endure(done.error()); !endured) return endured;
      continue;
    }
    failures_ = 0;
    if (*done == Turn::wait) break;
  }
  return {};
}

// One step: into a segment, over a frame, or out of the segment.
Result<LaneReader::Turn> LaneReader::turn(Batch& batch, const Committed& committed) {
  if (!walk_) return enter(batch, committed);
  const bool newest_epoch = committed.epoch == place_.epoch;
  const std::uint64_t limit = newest_epoch ? committed.lanes[index(lane_)].position : no_limit;
  if (place_.next > limit) return Turn::wait;
  const auto step = walk_->step();
  if (!step) {
    suspect_ = place_.number;
    return step.error();
  }
  switch (step->what) {
    case Step::What::frame: return take(batch, *step, limit);
    case Step::What::damage: note_damage(*step); return Turn::again;
    case Step::What::end: break;
  }
  return leave(batch, *step, committed);
}

LaneReader::Turn LaneReader::take(Batch& batch, const Step& step, std::uint64_t limit) {
  const auto gap = step.frame.kind == FrameKind::gap ? read_gap(step.payload) : std::nullopt;
  const std::uint64_t from = step.frame.position, to = gap ? gap->to : from;
  if (to < place_.next) return Turn::again;
  if (from > limit) {
    // What stood between was damaged and this is not committed yet: walk up to it again later.
    add_gap(batch, limit, GapReason::damaged);
    walk_.reset();
    return Turn::again;
  }
  if (from > place_.next) add_gap(batch, from - 1, GapReason::damaged);
  if (gap)
    add_gap(batch, to, gap->reason);
  else
    add_line(batch, step);
  return Turn::again;
}

// At the end of the segment's frames: what it still owes is a gap, then the next one.
Result<LaneReader::Turn> LaneReader::leave(Batch& batch, const Step& end,
                                           const Committed& committed) {
  const auto next = find_segment(place_.number + 1);
  if (!next) return next.error();
  const auto& of_lane = committed.lanes[index(lane_)];
  std::uint64_t owed = 0;
  if (*next && (*next)->epoch == place_.epoch)
    owed = (*next)->first - 1;
  else if (*next && (*next)->before.epoch == place_.epoch)
    owed = (*next)->before.last;
  else if (!*next && committed.epoch == place_.epoch)
    owed = of_lane.position;
  else if (!*next && of_lane.before.epoch == place_.epoch)
    owed = of_lane.before.last;
  if (owed >= place_.next) {
    const bool goes_on = (*next ? (*next)->epoch : committed.epoch) == place_.epoch;
    const bool file_missing = *next && (*next)->number != place_.number + 1;
    harmed_epoch_ = place_.epoch;
    add_gap(batch, owed,
            file_missing ? GapReason::lost
            : goes_on    ? GapReason::damaged
                         : GapReason::cut);
  }
  if (!*next) return Turn::wait;
  if (end.size > 0) note_damage(end);
  walk_.reset();
  place_.number = (*next)->number;
  return Turn::again;
}

Result<LaneReader::Turn> LaneReader::enter(Batch& batch, const Committed& committed) {
  const auto found = find_segment(place_.number);
  if (!found) return found.error();
  if (!*found) return wait_for_segment(batch, committed.lanes[index(lane_)], committed.epoch);
  const SegmentHeader& header = **found;
  if (place_.epoch == 0) {
    // With the ledger lost, what is gone was acknowledged most likely; the center asks if it was
    // not.
    if (ledger_lost_)
      place_ = {header.epoch, header.first, header.number};
    else
      place_.epoch = header.before.epoch != 0 ? header.before.epoch : header.epoch;
  }
  if (header.epoch != place_.epoch) {
    if (!leave_epoch(batch, header)) place_.epoch = header.epoch, place_.next = 1;
    return Turn::again;
  }
  if (header.first > place_.next) {
    add_gap(batch, header.first - 1, GapReason::lost);
    return Turn::again;
  }
  auto file = disk_.open(segment_path(folder_, {lane_, header.number}), OpenMode::read);
  if (!file) return file.error();
  if (marks_.empty() || marks_.back().number != header.number) {
    marks_.push_back({place_.epoch, place_.next, header.number});
  }
  place_.number = header.number;
  walk_.emplace(file.take(), lane_, header.epoch);
  return Turn::again;
}

// No segment is left or was ever written. What was committed must have been read by now.
LaneReader::Turn LaneReader::wait_for_segment(Batch& batch, const Committed::OfLane& of_lane,
                                              std::uint64_t epoch) {
  if (place_.epoch == 0) {
    if (ledger_lost_) return Turn::wait;
    place_.epoch = of_lane.before.epoch != 0 ? of_lane.before.epoch : epoch;
  }
  const bool behind = place_.epoch != epoch && place_.epoch == of_lane.before.epoch;
  const std::uint64_t owed = place_.epoch == epoch ? of_lane.position
                             : behind              ? of_lane.before.last
                                                   : 0;
  if (owed >= place_.next) add_gap(batch, owed, GapReason::lost);
  if (!behind) return Turn::wait;
  place_.epoch = epoch;
  place_.next = 1;
  return Turn::again;
}

// The next segment is of another epoch. True when something was done about what lies before: the
// rest of this epoch, or an epoch of which no segment is left.
bool LaneReader::leave_epoch(Batch& batch, const SegmentHeader& next) {
  if (next.before.epoch == 0) return false;
  if (next.before.epoch != place_.epoch) {
    place_.epoch = next.before.epoch;
    place_.next = 1;
    return true;
  }
  if (next.before.last < place_.next) return false;
  add_gap(batch, next.before.last, GapReason::lost);
  return true;
}

// The first segment numbered `number` or higher that has a frame.
Result<std::optional<SegmentHeader>> LaneReader::find_segment(std::uint64_t number) {
  const auto numbers = segment_numbers(disk_, folder_, lane_);
  if (!numbers) return numbers.error();
  for (auto at = std::ranges::lower_bound(*numbers, number); at != numbers->end(); ++at) {
    auto file = disk_.open(segment_path(folder_, {lane_, *at}), OpenMode::read);
    if (!file && file.error().kind == ErrorKind::missing) continue;  // removed this moment
    if (!file) return file.error();
    auto header = read_header(file.take(), {lane_, *at});
    if (!header) suspect_ = *at;
    if (!header || *header) return header;
  }
  return std::optional<SegmentHeader>();
}

// A failing disk is tried again by the caller. What an open file refuses to read for long is given
// up; a file that cannot be opened may only lack a descriptor, and is waited for.
Result<void> LaneReader::endure(Error error) {
  counters_.add(ReaderCount::read_errors);
  const std::uint64_t suspect = std::exchange(suspect_, 0);
  if (suspect == 0 || ++failures_ < patience) return error;
  failures_ = 0;
  if (walk_ && suspect == place_.number) {
    note_damage(walk_->skip(unreadable_step));
  } else {
    place_.number = suspect + 1;
    walk_.reset();
  }
  return {};
}

// A gap from the place to `to`. Positions acknowledged before are no loss.
void LaneReader::add_gap(Batch& batch, std::uint64_t to, GapReason reason) {
  const auto add = [&](std::uint64_t last, GapReason why) {
    batch.epoch = place_.epoch;
    batch.items.push_back({place_.next, last, batch.text.size(), 0, why});
    place_.next = last + 1;
  };
  const bool known = acknowledged_.epoch == place_.epoch && acknowledged_.last >= place_.next;
  if (known) add(std::min(to, acknowledged_.last), GapReason::acknowledged);
  if (to >= place_.next) add(to, reason);
}

void LaneReader::add_line(Batch& batch, const Step& step) {
  batch.epoch = place_.epoch;
  const std::size_t offset = batch.text.size();
  batch.text += text_of(step.payload);
  batch.text += '\n';
  batch.items.push_back({place_.next, place_.next, offset, batch.text.size() - offset, {}});
  ++place_.next;
}

void LaneReader::note_damage(const Step& step) {
  counters_.add(ReaderCount::damaged_bytes, step.size);
  harmed_epoch_ = place_.epoch;
  const auto bytes = walk_->bytes(step.offset, step.size);
  if (!bytes) return;
  const std::string path = segment_path(folder_, {lane_, place_.number});
  keep_aside(disk_, folder_, path.substr(path.rfind('/') + 1) + '.' + std::to_string(step.offset),
             *bytes);
}

LedgerRow LaneReader::acknowledge(std::uint64_t epoch, std::uint64_t position) {
  const bool onward = acknowledged_.epoch == epoch;
  const std::uint64_t before = onward ? acknowledged_.last : 0;
  if (position > before) counters_.add(ReaderCount::acknowledged, position - before);
  acknowledged_ = {epoch, std::max(position, before)};
  if (place_.epoch == epoch && place_.next <= position) place_.next = position + 1;
  while (marks_.size() > 1) {
    const bool passed =
        marks_[0].epoch != epoch || (marks_[1].epoch == epoch && marks_[1].first <= position + 1);
    if (!passed) break;
    marks_.pop_front();
  }
  const std::uint64_t segment = marks_.empty() ? place_.number : marks_.front().number;
  return {epoch, acknowledged_.last, segment};
}

Result<LedgerRow> LaneReader::rewind(std::uint64_t epoch, std::uint64_t position) {
  // The last segment of the epoch that begins at or before the position; else the first that knows
  // the epoch; else where the reader stands.
  std::uint64_t start = 0, knows = 0;
  for (std::uint64_t number = 0;;) {
    const auto found = find_segment(number);
    if (!found) return found.error();
    if (!*found) break;
    const SegmentHeader& header = **found;
    if (header.epoch == epoch && header.first <= position) start = header.number;
    if (knows == 0 && (header.epoch == epoch || header.before.epoch == epoch))
      knows = header.number;
    number = header.number + 1;
  }
  if (start == 0) start = knows != 0 ? knows : place_.number;
  counters_.add(ReaderCount::rewinds);
  go_back({epoch, position, start});
  marks_.clear();
  return LedgerRow{epoch, position - 1, start};
}

}  // namespace langyan::spool
