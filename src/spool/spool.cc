#include "spool/spool.h"

#include <algorithm>
#include <new>
#include <numeric>

#include "base/caps.h"
#include "base/log.h"
#include "spool/lane_writer.h"
#include "spool/recovery.h"

namespace langyan::spool {
namespace {

constexpr std::uint64_t KiB = 1024, MiB = 1024 * KiB, GiB = 1024 * MiB;

// clang-format off
const Cap segment_bytes_cap{"spool.segment_bytes", 16 * MiB, 4 * KiB, GiB, 0,
    "Bytes of a segment file before the next is started."};
const Cap alert_bytes_cap{"spool.alert_bytes", 256 * MiB, 64 * KiB, 64 * GiB, 0,
    "Bytes on disk kept for alerts; the oldest bulk segments go first."};
const Cap bulk_bytes_cap{"spool.bulk_bytes", GiB, 64 * KiB, 1024 * GiB, 0,
    "Bytes on disk kept for everything but alerts; the oldest segments go."};
const Cap record_bytes_cap{"spool.record_bytes", MiB, KiB, 8 * MiB, 0,
    "Bytes of the longest event line; a longer one is refused."};
// Each lane may use all of it, one after the other, and memory once touched stays: two bytes each.
const Cap buffer_bytes_cap{"spool.buffer_bytes", 4 * MiB, 64 * KiB, GiB, 2,
    "Bytes of events held in memory between commits and while a disk fails."};
// clang-format on

// Files of a lane, whatever their size: an epoch that was drawn and evicted leaves a small one.
constexpr std::size_t most_segments = 4096;
// A disk that failed is left alone for this long.
constexpr Duration retry_interval = second;

// The share of the buffer up to which a class gets a position, in percent.
constexpr std::array<std::size_t, class_count> class_share = {50, 60, 70, 85, 100};

// The share of the disk's cap for bulk up to which it gets one. Beyond, operations and alerts go
// on: for them the oldest segment is evicted.
constexpr std::array<std::uint64_t, class_count> disk_share = {60, 70, 80, UINT64_MAX, UINT64_MAX};

constexpr std::array<SpoolCount, class_count> dropped_count = {
    SpoolCount::dropped_stats, SpoolCount::dropped_flow, SpoolCount::dropped_summary,
    SpoolCount::dropped_operation, SpoolCount::dropped_alert};

void fill_in(std::uint64_t& option, const Cap& cap) {
  if (option == 0) option = cap.value();
}

// Without memory for the line there is none; the counters tell.
void complain(const Error& error) try {
  logging::error("spool: " + error.message +
                 "; events wait in memory, then the least important are "
                 "dropped; make room or mend the disk, writing resumes by itself");
} catch (const std::bad_alloc&) {
}

// Short enough to need no memory itself.
Error out_of_memory() {
  return {ErrorKind::full, "out of memory"};
}

}  // namespace

Spool::Spool(Disk& disk, Clock& clock, SpoolOptions options)
    : disk_(disk), clock_(clock), options_(std::move(options)) {
  fill_in(options_.segment_bytes, segment_bytes_cap);
  fill_in(options_.alert_bytes, alert_bytes_cap);
  fill_in(options_.bulk_bytes, bulk_bytes_cap);
  fill_in(options_.record_bytes, record_bytes_cap);
  fill_in(options_.buffer_bytes, buffer_bytes_cap);
  for (const Lane lane : all_lanes) {
    lanes_[index(lane)] = std::make_unique<LaneWriter>(disk_, options_.folder, lane,
                                                       options_.buffer_bytes, counters_);
  }
  committed_file_ = std::make_unique<SlotFile>(disk_, committed_path(options_.folder));
}

Spool::~Spool() = default;

Result<std::unique_ptr<Spool>> Spool::open(Disk& disk, Clock& clock, Random& random,
                                           SpoolOptions options) try {
  if (auto done = disk.make_folder(options.folder); !done) return done.error();
  if (auto done = disk.lock(options.folder + "/writer.lock"); !done) return done.error();
  std::unique_ptr<Spool> spool(new Spool(disk, clock, std::move(options)));
  const std::string& folder = spool->options_.folder;
  auto found = recover(disk, random, folder, *spool->committed_file_);
  if (!found) return found.error();
  spool->epoch_ = found->epoch;
  spool->generation_ = found->generation;
  spool->epoch_change_ = found->change;
  for (std::size_t i = 0; i < lane_count; ++i) {
    spool->lanes_[i]->start(found->epoch, found->generation, std::move(found->lanes[i]));
  }
  // Before anything is written both position files must survive what comes. The ledger is first: a
  // reader that saw `committed` alone would take it for lost.
  if (found->new_ledger) {
    SlotFile ledger(disk, ledger_path(folder));
    if (auto state = ledger.load(); !state) return state.error();
    if (auto done = ledger.restore(found->new_ledger->pack()); !done) return done.error();
  }
  if (auto done = spool->publish(); !done) return done.error();
  if (found->committed_damaged) {
    if (auto done = spool->publish(); !done) return done.error();  // the other slot
  }
  if (auto done = spool->committed_file_->sync(); !done) return done.error();
  if (auto done = disk.sync_folder(folder); !done) return done.error();
  return spool;
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

std::optional<std::uint64_t> Spool::reserve(Lane lane, Class cls, std::size_t bytes) {
  if (bytes > options_.record_bytes) {
    counters_.add(SpoolCount::dropped_oversize);
    return {};
  }
  const auto cls_index = static_cast<std::size_t>(cls);
  const std::size_t limit = options_.buffer_bytes * class_share[cls_index] / 100;
  if (pending_bytes() + LaneWriter::room_for(bytes) > limit || !room_on_disk(cls_index)) {
    counters_.add(dropped_count[cls_index]);
    return {};
  }
  return lanes_[index(lane)]->reserve();
}

bool Spool::room_on_disk(std::size_t cls) {
  const auto there_is = [&] {
    return disk_share[cls] > 100 ||
           lanes_[index(Lane::bulk)]->bytes() <= options_.bulk_bytes / 100 * disk_share[cls];
  };
  if (there_is()) return true;
  // Segments that are acknowledged go when the next is started, which may now be never.
  if (clock_.monotonic() < reclaim_at_) return false;
  reclaim_at_ = clock_.monotonic() + retry_interval;
  try {
    reclaim(acknowledged());
  } catch (const std::bad_alloc&) {
  }
  return there_is();
}

void Spool::append(Lane lane, std::uint64_t position, std::string_view line) {
  const std::size_t free_bytes =
      options_.buffer_bytes - std::min(options_.buffer_bytes, pending_bytes());
  const std::size_t room = std::min(free_bytes, LaneWriter::room_for(options_.record_bytes));
  lanes_[index(lane)]->append(position, line, room);
}

std::size_t Spool::pending_records() const {
  return lanes_[0]->pending_records() + lanes_[1]->pending_records();
}
std::size_t Spool::pending_bytes() const {
  return lanes_[0]->pending_bytes() + lanes_[1]->pending_bytes();
}
std::uint64_t Spool::committed(Lane lane) const {
  return lanes_[index(lane)]->committed();
}
std::uint64_t Spool::bytes(Lane lane) const {
  return lanes_[index(lane)]->bytes();
}

EpochEnd Spool::before(Lane lane) const {
  return lanes_[index(lane)]->before();
}

Result<void> Spool::commit() try {
  if (pending_bytes() == 0 && !publish_due_) return {};
  if (failure_ && clock_.monotonic() < retry_at_) return *failure_;
  return note(commit_lanes());
} catch (const std::bad_alloc&) {
  return note(out_of_memory());
}

Result<void> Spool::commit_lanes() {
  Result<void> outcome;
  for (const auto& lane : lanes_) {
    if (lane->pending_bytes() == 0) continue;
    publish_due_ = true;
    if (auto done = commit_lane(*lane); !done) outcome = done;
  }
  if (auto done = publish(); !done) outcome = done;
  return outcome;
}

Result<void> Spool::commit_lane(LaneWriter& lane) {
  if (lane.wants_new_segment(options_.segment_bytes)) {
    lane.seal();
    make_room(lane);
  }
  for (;;) {
    auto done = lane.flush();
    if (done || done.error().kind != ErrorKind::full) return done;
    if (!make_room_on_full_disk(lane)) return done;
  }
}

Result<void> Spool::publish() {
  Committed committed{epoch_, generation_, {}};
  for (std::size_t i = 0; i < lane_count; ++i) {
    committed.lanes[i] = {lanes_[i]->committed(), lanes_[i]->before(), lanes_[i]->next_number()};
  }
  auto done = committed_file_->store(committed.pack());
  publish_due_ = !done;
  return done;
}

// Counts the outcome, and tells the operator when it turns.
Result<void> Spool::note(Result<void> outcome) {
  if (outcome) {
    counters_.add(SpoolCount::commits);
    if (failure_) logging::info("spool: writing again");
    failure_.reset();
    return outcome;
  }
  counters_.add(SpoolCount::failed_commits);
  retry_at_ = clock_.monotonic() + retry_interval;
  if (!failure_) complain(outcome.error());
  failure_ = outcome.error();
  return outcome;
}

Ledger Spool::acknowledged() {
  SlotFile file(disk_, ledger_path(options_.folder));
  const auto state = file.load();
  return state && state->content ? Ledger::unpack(*state->content) : Ledger();
}

// Removes what is acknowledged. The ledger goes to the disk first: were it to fall back by a power
// loss behind what is removed, the reader would look for it.
void Spool::reclaim(const Ledger& ledger) {
  const auto reclaimable = [&] {
    return lanes_[0]->reclaimable(ledger.lanes[0]) || lanes_[1]->reclaimable(ledger.lanes[1]);
  };
  if (!reclaimable()) return;
  auto file = disk_.open(ledger_path(options_.folder), OpenMode::update);
  if (!file || !(*file)->sync()) return;
  for (std::size_t i = 0; i < lane_count; ++i) {
    while (lanes_[i]->reclaimable(ledger.lanes[i]) && lanes_[i]->remove_oldest(ledger.lanes[i])) {
    }
  }
}

// The mark goes to the disk first: a disk that refuses the trace of what is evicted, and then loses
// power, leaves nothing else that tells how far the lane came.
bool Spool::evict(LaneWriter& lane, const LedgerRow& acknowledged) {
  if (publish()) (void)committed_file_->sync();
  return lane.evict_oldest(acknowledged);
}

void Spool::make_room(LaneWriter& lane) {
  const Ledger ledger = acknowledged();
  reclaim(ledger);
  LaneWriter &alert = *lanes_[index(Lane::alert)], &bulk = *lanes_[index(Lane::bulk)];
  const auto& [alert_ledger, bulk_ledger] = ledger.lanes;
  const std::uint64_t more = lane.flush_bytes(), bulk_more = &lane == &bulk ? more : 0;
  while (bulk.bytes() + bulk_more > options_.bulk_bytes && evict(bulk, bulk_ledger)) {
  }
  const std::uint64_t most = options_.alert_bytes + options_.bulk_bytes;
  while (alert.bytes() + bulk.bytes() + more > most &&
         (evict(bulk, bulk_ledger) || evict(alert, alert_ledger))) {
  }
  while (lane.segment_count() >= most_segments &&
         lane.remove_oldest(&lane == &bulk ? bulk_ledger : alert_ledger)) {
  }
}

// What is acknowledged goes at once; for alerts, so does the oldest bulk segment. Bulk events wait.
bool Spool::make_room_on_full_disk(LaneWriter& lane) {
  const std::uint64_t before = bytes(Lane::alert) + bytes(Lane::bulk);
  const Ledger ledger = acknowledged();
  reclaim(ledger);
  if (bytes(Lane::alert) + bytes(Lane::bulk) < before) return true;
  LaneWriter& bulk = *lanes_[index(Lane::bulk)];
  return &lane != &bulk && evict(bulk, ledger.lanes[index(Lane::bulk)]);
}

bool CommitPolicy::due(const Spool& spool, Time monotonic_now) {
  const std::size_t pending = spool.pending_records();
  if (pending == 0) {
    first_pending_.reset();
    return false;
  }
  if (!first_pending_) first_pending_ = monotonic_now;
  return pending >= records_ || spool.pending_bytes() >= bytes_ ||
         monotonic_now - *first_pending_ >= interval_;
}

}  // namespace langyan::spool
