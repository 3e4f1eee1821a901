// Habits: what the merge thread keeps of learned habits: the ledger, and the file that outlives a restart.
//
// load() gives every pair of the file to the worker it belongs to, however many there are now. While the sensor runs the file is
// written anew every so often: the workers hand on what they know a part at a time (take), and when the last part of each has come
// the new file replaces the old one. save_last() writes everything once the workers rest. A file that cannot be read is said and
// left alone: then nothing is written over it. What a person orders meanwhile (orders.h) is applied to the ledger here, and the
// file is written at once.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "base/disk.h"
#include "baseline/ledger.h"
#include "baseline/state_file.h"
#include "baseline/watch.h"
#include "pipeline/block.h"
#include "pipeline/orders.h"

namespace langyan::pipeline {

class Habits {
 public:
  Habits(const baseline::Settings& settings, Disk* disk, std::vector<baseline::Watch*> watches,
         std::atomic<std::uint64_t>& wanted);

  void load();                   // before any thread runs
  void obeyed(std::span<const std::unique_ptr<Block>> round);  // merge thread, before it takes the blocks
  void take(const Block& block);
  void idle(Time monotonic);     // asks for a writing when it is due
  void save_last();              // the workers rest

  Orders* orders() { return orders_.get(); }  // null: in memory only
  const Orders* orders() const { return orders_.get(); }
  baseline::Ledger& ledger() { return ledger_; }
  const baseline::Settings& settings() const { return settings_; }

 private:
  void begin_file();
  void end_file();
  void ask_for_file();
  Result<std::vector<std::uint16_t>> place(const baseline::Learned& book) const;

  const baseline::Settings& settings_;
  Disk* disk_;
  std::vector<baseline::Watch*> watches_;
  std::atomic<std::uint64_t>& wanted_;  // read by the workers
  std::string path_;                    // empty: in memory only
  baseline::Ledger ledger_;
  std::unique_ptr<baseline::StateWriter> writer_;  // of a writing that is going on
  std::size_t ended_ = 0;                          // workers whose last part has come
  Time now_ = 0, next_ = 0, retry_ = 0;  // monotonic
  bool failing_ = false;
  std::unique_ptr<Orders> orders_;
};

}  // namespace langyan::pipeline
