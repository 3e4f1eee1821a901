// SlotFile: a few numbers kept in a file that is written in place (spool.h tells why and how): the
// newest value that was written whole. One process writes, any may read.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/disk.h"
#include "base/result.h"
#include "spool/frame.h"

namespace langyan::spool {

constexpr std::size_t slot_numbers = 14;  // 16 bytes of head and these make a slot of 128
using SlotContent = std::array<std::uint64_t, slot_numbers>;

struct SlotState {
  std::optional<SlotContent> content;
  std::uint64_t sequence = 0;
  bool damaged = false;  // a slot holds something that is no slot
};

class SlotFile {
 public:
  SlotFile(Disk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}

  // An Error means that the disk failed; a missing or damaged file is an answer.
  Result<SlotState> load();
  // Follows load(), whose sequence it continues.
  Result<void> store(const SlotContent& content);
  // The same into whatever file is at the path by now, continuing what it holds: the other process
  // may have written the file anew.
  Result<void> store_anew(const SlotContent& content);
  // Writes both slots, so that nothing damaged remains, and syncs.
  Result<void> restore(const SlotContent& content);
  Result<void> sync();

 private:
  static Result<SlotState> read_slots(File& file);

  Disk& disk_;
  std::string path_;
  std::unique_ptr<File> file_;
  std::uint64_t sequence_ = 0;
};

// `committed`, the writer's.
struct Committed {
  std::uint64_t epoch = 0, generation = 0;
  struct OfLane {
    std::uint64_t position = 0;
    EpochEnd before;
    std::uint64_t next_number = 0;  // of the segment to be started; never used before
  };
  std::array<OfLane, lane_count> lanes;

  SlotContent pack() const;
  // Nothing where no writer wrote them: every spool has an epoch.
  static std::optional<Committed> unpack(const SlotContent& numbers);
};

// `ledger`, the reader's.
struct LedgerRow {
  std::uint64_t epoch = 0, position = 0;  // acknowledged
  std::uint64_t segment = 0;              // every lower number is done with
};
struct Ledger {
  std::array<LedgerRow, lane_count> lanes;
  // 1: an earlier ledger was lost, so a row of epoch 0 says nothing; else it says that nothing was
  // acknowledged yet.
  std::uint64_t lost = 0;
  std::uint64_t harmed_epoch =
      0;  // the epoch in which the reader last met damage or lost its ledger

  SlotContent pack() const;
  static Ledger unpack(const SlotContent& numbers);
};

std::string committed_path(const std::string& folder);
std::string ledger_path(const std::string& folder);

}  // namespace langyan::spool
