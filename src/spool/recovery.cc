#include "spool/recovery.h"

#include <algorithm>

namespace langyan::spool {
namespace {

// What the end of a lane's newest segment told.
struct Tail {
  std::uint64_t last = 0;  // position; 0 when the lane has no segment
  bool cut = false;        // bytes after the last frame were removed
  bool damaged = false;    // a frame before the last is not readable
};

struct Finding {
  LaneStart start;
  Tail tail;
};

Result<void> remove_left_over(Disk& disk, const std::string& folder) {
  const auto names = disk.list(folder);
  if (!names) return names.error();
  for (const std::string& file : *names) {
    if (file.ends_with(".new"))
      (void)disk.remove(folder + '/' + file);  // of an interrupted replace
  }
  return {};
}

// A segment whose header the disk refuses to read has epoch 0, and `refused` says so.
Result<Segment> look_at(Disk& disk, const std::string& folder, SegmentName name, bool& refused) {
  auto file = disk.open(segment_path(folder, name), OpenMode::read);
  if (!file) return file.error();
  const auto size = (*file)->size();
  if (!size) return size.error();
  Segment segment{{name.lane, 0, 0, name.number, 0, {}}, 0, *size};
  const auto header = read_header(file.take(), name);
  refused = !header;
  if (header && *header) segment.header = **header;
  return segment;
}

// A segment ends where its successor begins.
void deduce_ends(std::vector<Segment>& segments) {
  for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
    const SegmentHeader& next = segments[i + 1].header;
    Segment& segment = segments[i];
    if (next.epoch == segment.header.epoch)
      segment.last = next.first - 1;
    else if (next.before.epoch == segment.header.epoch)
      segment.last = next.before.last;
  }
}

// Where the successor's header is lost, the segment itself tells how far it went: else its eviction
// would leave no trace.
void read_unknown_ends(Disk& disk, const std::string& folder, std::vector<Segment>& segments) {
  for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
    Segment& segment = segments[i];
    const SegmentHeader& next = segments[i + 1].header;
    const bool told =
        next.epoch == segment.header.epoch || next.before.epoch == segment.header.epoch;
    if (told || segment.header.epoch == 0) continue;
    const SegmentName name{segment.header.lane, segment.header.number};
    auto file = disk.open(segment_path(folder, name), OpenMode::read);
    if (!file) continue;
    Walk walk(file.take(), name.lane, segment.header.epoch);
    for (auto step = walk.step(); step && step->what != Step::What::end; step = walk.step()) {
      if (step->what != Step::What::frame) continue;
      const auto gap = step->frame.kind == FrameKind::gap ? read_gap(step->payload) : std::nullopt;
      segment.last = gap ? gap->to : step->frame.position;
    }
  }
}

// Copies what is not a frame to quarantine/.
void keep_damage(Disk& disk, const std::string& folder, SegmentName name, Walk& walk,
                 const Step& step) {
  const auto bytes = walk.bytes(step.offset, step.size);
  if (!bytes || bytes->empty()) return;
  const std::string path = segment_path(folder, name);
  keep_aside(disk, folder, path.substr(path.rfind('/') + 1) + '.' + std::to_string(step.offset),
             *bytes);
}

// Reads the newest segment to its end and cuts what is torn off. Whatever the disk refuses to read
// counts as damage: the lane goes on in a new segment.
Tail end_of(Disk& disk, const std::string& folder, Segment& segment,
            std::unique_ptr<File>& active) {
  const SegmentName name{segment.header.lane, segment.header.number};
  Tail tail{segment.header.first - 1, false, false};
  auto file = disk.open(segment_path(folder, name), OpenMode::append);
  if (!file) return tail.damaged = true, tail;
  Walk walk(file.take(), name.lane, segment.header.epoch);
  for (;;) {
    const auto step = walk.step();
    if (!step) return tail.damaged = true, tail;
    if (step->what == Step::What::damage) {
      tail.damaged = true;  // its reader counts it, and ships it as a gap
      continue;
    }
    if (step->what == Step::What::frame) {
      const auto gap = step->frame.kind == FrameKind::gap ? read_gap(step->payload) : std::nullopt;
      tail.last = gap ? gap->to : step->frame.position;
      continue;
    }
    tail.cut = step->size > 0;
    if (tail.cut) keep_damage(disk, folder, name, walk, *step);
    segment.bytes = walk.offset();
    break;
  }
  // What a killed writer had written and not synced is kept, so it must be synced before it is said
  // to be committed.
  const bool sound = (!tail.cut || walk.file().truncate(segment.bytes)) && walk.file().sync();
  if (!sound) return tail.damaged = true, tail;
  if (auto again = disk.open(segment_path(folder, name), OpenMode::append)) active = again.take();
  return tail;
}

Result<Finding> find_lane(Disk& disk, const std::string& folder, Lane lane) {
  const auto numbers = segment_numbers(disk, folder, lane);
  if (!numbers) return numbers.error();
  Finding finding;
  auto& segments = finding.start.segments;
  bool refused = false;  // the newest: it may hold anything
  for (const std::uint64_t number : *numbers) {
    auto segment = look_at(disk, folder, {lane, number}, refused);
    if (!segment) return segment.error();
    segments.push_back(*segment);
  }
  finding.tail.damaged = refused;
  // A newest file without one good frame never held anything that was committed.
  bool cut = false;
  while (!refused && !segments.empty() && segments.back().header.epoch == 0) {
    const SegmentName name{lane, segments.back().header.number};
    cut |= segments.back().bytes > 0;
    if (auto file = disk.open(segment_path(folder, name), OpenMode::read)) {
      Walk walk(file.take(), lane, 0);
      keep_damage(disk, folder, name, walk, {Step::What::end, {}, {}, 0, segments.back().bytes});
    }
    if (!disk.remove(segment_path(folder, name))) break;  // it stays, and counts for nothing
    segments.pop_back();
  }
  deduce_ends(segments);
  read_unknown_ends(disk, folder, segments);
  if (!segments.empty() && segments.back().header.epoch != 0) {
    finding.tail = end_of(disk, folder, segments.back(), finding.start.active);
    segments.back().last = finding.tail.last;
  }
  finding.tail.cut |= cut;
  return finding;
}

// What the two position files say.
struct Positions {
  std::optional<Committed> committed;
  std::optional<Ledger> ledger;
  bool ledger_damaged = false, committed_damaged = false;

  bool lost() const { return !committed || !ledger || ledger_damaged || committed_damaged; }
};

Result<Positions> load_positions(Disk& disk, const std::string& folder, SlotFile& committed_file) {
  const auto committed = committed_file.load();
  if (!committed) return committed.error();
  const auto ledger = SlotFile(disk, ledger_path(folder)).load();
  if (!ledger) return ledger.error();
  Positions positions;
  if (committed->content) positions.committed = Committed::unpack(*committed->content);
  if (ledger->content) positions.ledger = Ledger::unpack(*ledger->content);
  positions.committed_damaged = committed->damaged || (committed->content && !positions.committed);
  positions.ledger_damaged = ledger->damaged;
  return positions;
}

// The epoch the folder was last written in; epoch 0: never.
struct Newest {
  std::uint64_t epoch = 0, generation = 0;
};

Newest newest_epoch(const Positions& positions, const std::array<Finding, lane_count>& lanes) {
  Newest newest;
  if (positions.committed) newest = {positions.committed->epoch, positions.committed->generation};
  for (const Finding& lane : lanes) {
    if (lane.start.segments.empty()) continue;
    const SegmentHeader& header = lane.start.segments.back().header;
    const bool newer = header.generation > newest.generation || newest.epoch == 0;
    if (newer) newest = {header.epoch, std::max(newest.generation, header.generation)};
  }
  if (newest.epoch != 0 || !positions.ledger) return newest;
  for (const auto& lane : positions.ledger->lanes)
    newest.epoch = std::max(newest.epoch, lane.epoch);
  return newest;
}

// Fills in where the lane stands in the newest epoch; what was committed or acknowledged there must
// be there, else the end was cut. The answer is the last position that was ever used.
std::uint64_t settle(Finding& finding, std::size_t i, std::uint64_t epoch,
                     const Positions& positions) {
  auto& [start, tail] = finding;
  std::uint64_t committed = 0, acknowledged = 0;
  if (positions.ledger && positions.ledger->lanes[i].epoch == epoch) {
    acknowledged = positions.ledger->lanes[i].position;
  }
  const SegmentHeader* newest = start.segments.empty() ? nullptr : &start.segments.back().header;
  const bool wrote = newest && newest->epoch == epoch;
  if (positions.committed && positions.committed->epoch == epoch) {
    committed = positions.committed->lanes[i].position;
    start.before = positions.committed->lanes[i].before;
  } else if (newest) {
    start.before = wrote ? newest->before : EpochEnd{newest->epoch, tail.last};
  }
  if (wrote) {
    start.last = tail.last;
  } else {
    start.active.reset();
    // Without a segment of this epoch everything in it must have been acknowledged and removed.
    start.last = acknowledged;
  }
  const std::uint64_t last = std::max({start.last, committed, acknowledged});
  tail.cut |= last > start.last;
  return last;
}

// Numbers only rise, though all segments may be gone: the reader goes by them.
std::uint64_t unused_number(const LaneStart& start, std::size_t i, const Positions& positions) {
  std::uint64_t next = 1;
  if (!start.segments.empty()) next = start.segments.back().header.number + 1;
  if (positions.committed) next = std::max(next, positions.committed->lanes[i].next_number);
  if (positions.ledger) next = std::max(next, positions.ledger->lanes[i].segment + 1);
  return next;
}

}  // namespace

Result<Recovered> recover(Disk& disk, Random& random, const std::string& folder,
                          SlotFile& committed_file) {
  if (auto done = remove_left_over(disk, folder); !done) return done.error();
  std::array<Finding, lane_count> lanes;
  for (const Lane lane : all_lanes) {
    auto found = find_lane(disk, folder, lane);
    if (!found) return found.error();
    lanes[index(lane)] = found.take();
  }
  const auto positions = load_positions(disk, folder, committed_file);
  if (!positions) return positions.error();

  const Newest newest = newest_epoch(*positions, lanes);
  Recovered recovered;
  recovered.epoch = newest.epoch;
  recovered.generation = newest.generation;
  recovered.committed_damaged = positions->committed_damaged;
  if (!positions->ledger || positions->ledger_damaged) {
    recovered.new_ledger = positions->ledger.value_or(Ledger());
    if (!positions->ledger && newest.epoch != 0) recovered.new_ledger->lost = 1;
  }
  EpochChange change{newest.epoch, {}, EpochReason::created};
  bool cut = false;
  bool damaged = positions->ledger && positions->ledger->harmed_epoch == newest.epoch;
  for (std::size_t i = 0; i < lane_count; ++i) {
    change.last_seq[i] = settle(lanes[i], i, newest.epoch, *positions);
    cut |= lanes[i].tail.cut;
    damaged |= lanes[i].tail.damaged;
  }
  const bool created = newest.epoch == 0;
  if (!created) {
    change.reason = cut       ? EpochReason::cut
                    : damaged ? EpochReason::quarantine
                              : EpochReason::lost_ledger;
  }
  if (created || cut || damaged || positions->lost()) {
    do recovered.epoch = random.number();
    while (recovered.epoch == 0 || recovered.epoch == newest.epoch);
    ++recovered.generation;
    recovered.change = change;
  }
  for (std::size_t i = 0; i < lane_count; ++i) {
    LaneStart& start = lanes[i].start;
    if (recovered.change) {
      if (change.last_seq[i] > 0) start.before = {newest.epoch, change.last_seq[i]};
      start.active.reset();
      start.last = 0;
    }
    // The reader looks at no segment below the one its ledger names: what is appended there would
    // never be shipped.
    const bool passed = positions->ledger && !start.segments.empty() &&
                        start.segments.back().header.number < positions->ledger->lanes[i].segment;
    if (passed) start.active.reset();
    start.next_number = unused_number(start, i, *positions);
    recovered.lanes[i] = std::move(start);
  }
  return recovered;
}

}  // namespace langyan::spool
