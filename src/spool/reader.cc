#include "spool/reader.h"

#include <new>

#include "spool/lane_reader.h"

namespace langyan::spool {
namespace {

constexpr std::array<ReaderCount, gap_reason_names.size()> gap_counts = {
    ReaderCount::last,          ReaderCount::gap_damaged,      ReaderCount::gap_cut,
    ReaderCount::gap_evicted,   ReaderCount::gap_lost,         ReaderCount::gap_oversize,
    ReaderCount::gap_abandoned, ReaderCount::gap_acknowledged, ReaderCount::gap_lost,
    ReaderCount::gap_lost};  // the uplink's reasons are not in a segment

Error out_of_memory() {
  return {ErrorKind::full, "out of memory"};
}

}  // namespace

struct Reader::Positions {
  SlotFile committed_file, ledger_file;
  std::optional<Committed> committed;
  Ledger ledger;
  bool started = false;
};

Reader::Reader(Disk& disk, std::string folder)
    : disk_(disk),
      folder_(std::move(folder)),
      positions_(
          new Positions{{disk_, committed_path(folder_)}, {disk_, ledger_path(folder_)}, {}, {}}) {
  for (const Lane lane : all_lanes) {
    lanes_[index(lane)] = std::make_unique<LaneReader>(disk_, folder_, lane, counters_);
  }
}

Reader::~Reader() = default;

Result<std::unique_ptr<Reader>> Reader::open(Disk& disk, std::string folder) try {
  if (auto done = disk.make_folder(folder); !done) return done.error();
  if (auto done = disk.lock(folder + "/reader.lock"); !done) return done.error();
  return std::unique_ptr<Reader>(new Reader(disk, std::move(folder)));
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

// Reads `committed` anew, and the ledger once there is a spool.
Result<void> Reader::look() {
  Positions& positions = *positions_;
  const auto committed = positions.committed_file.load();
  if (!committed) return committed.error();
  if (committed->content) positions.committed = Committed::unpack(*committed->content);
  if (!positions.committed || positions.started) return {};
  const auto ledger = positions.ledger_file.load();
  if (!ledger) return ledger.error();
  if (ledger->content)
    positions.ledger = Ledger::unpack(*ledger->content);
  else
    positions.ledger.lost = 1, positions.ledger.harmed_epoch = positions.committed->epoch;
  for (const Lane lane : all_lanes) {
    lanes_[index(lane)]->start(positions.ledger.lanes[index(lane)], positions.ledger.lost != 0);
  }
  positions.started = true;
  return {};
}

Result<Batch> Reader::next(Lane lane, const BatchLimits& limits) {
  LaneReader& reader = *lanes_[index(lane)];
  try {
    if (auto looked = look(); !looked) {
      counters_.add(ReaderCount::read_errors);
      return looked.error();
    }
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  }
  Batch batch;
  batch.lane = lane;
  if (!positions_->committed) return batch;
  const LaneReader::Place place = reader.place();
  try {
    if (auto done = reader.read(batch, limits, *positions_->committed); !done) return done.error();
  } catch (const std::bad_alloc&) {
    reader.go_back(place);
    return out_of_memory();
  }
  for (const Item& item : batch.items) {
    if (!item.gap)
      counters_.add(ReaderCount::lines);
    else
      counters_.add(gap_counts[static_cast<std::size_t>(*item.gap)], item.to - item.from + 1);
  }
  return batch;
}

Result<void> Reader::store(Lane lane, const LedgerRow& row) {
  if (!positions_->committed) return {};  // there is no spool yet
  Ledger& ledger = positions_->ledger;
  ledger.lanes[index(lane)] = row;
  for (const auto& reader : lanes_) {
    if (reader->harmed_epoch() == positions_->committed->epoch) {
      ledger.harmed_epoch = reader->harmed_epoch();
    }
  }
  return positions_->ledger_file.store_anew(ledger.pack());
}

Result<void> Reader::acknowledge(Lane lane, std::uint64_t epoch, std::uint64_t position) try {
  const auto written = [&] {
    const auto& committed = positions_->committed;
    return !committed || committed->epoch != epoch ||
           position <= committed->lanes[index(lane)].position;
  };
  if (!written()) {
    if (auto looked = look(); !looked) return looked;
  }
  LaneReader& reader = *lanes_[index(lane)];
  if (written()) return store(lane, reader.acknowledge(epoch, position));
  reader.distrust(epoch);
  const std::uint64_t last = positions_->committed->lanes[index(lane)].position;
  if (auto stored = store(lane, reader.acknowledge(epoch, last)); !stored) return stored;
  return Error{ErrorKind::conflict, folder_ + ": position " + std::to_string(position) +
                                        " of lane " + std::string(name(lane)) +
                                        " is acknowledged and the last written is " +
                                        std::to_string(last) +
                                        "; the folder is an old copy, restart the "
                                        "writer so that it draws a new epoch"};
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Result<void> Reader::rewind(Lane lane, std::uint64_t epoch, std::uint64_t position) try {
  const auto row = lanes_[index(lane)]->rewind(epoch, position);
  if (!row) return row.error();
  return store(lane, *row);
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

}  // namespace langyan::spool
