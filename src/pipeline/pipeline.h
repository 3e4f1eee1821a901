// Pipeline: the sensor as a library. Packets in from any source, events out to a file and a spool.
//
//   Pipeline pipeline(options, rules, outputs, clock);
//   pipeline.packet(packet);          // steered to the worker of its pair of hosts
//   pipeline.idle(now);               // live: nothing came; time passes all the same
//   pipeline.end_of_capture(false);   // flows are reported and forgotten
//   pipeline.stop();                  // everything read is processed and committed
//
// packet() waits while workers are behind: from a file nothing is lost; live, the kernel's ring
// fills and counts. One thread feeds. With one worker it does the worker's part itself; merging
// always has a thread of its own.
#pragma once

#include <atomic>
#include <thread>

#include "base/queue.h"
#include "capture/source.h"
#include "pipeline/batch.h"
#include "pipeline/merger.h"
#include "pipeline/process_counters.h"
#include "pipeline/steering.h"
#include "pipeline/worker.h"

namespace langyan::pipeline {

struct Options {
  WorkerOptions worker;
  unsigned workers = 1;
  Duration stats_interval = 60 * second;
  bool live = false;
};

struct Outputs {
  std::string sensor;
  std::uint64_t epoch = 0;
  LineFile* file = nullptr;
  spool::Spool* spool = nullptr;
  const ProcessCounters* processes = nullptr;  // null: the program is one process
  std::shared_ptr<const assets::Makers> makers;  // null: nobody's MAC is known
  Lists lists;
  Duration silent_after = 0;                     // of assets; 0: silence is no event
  bool asset_events = true;
  std::string asset_file;                        // empty: the inventory is kept in memory only
  std::uint32_t connections_each = 12;           // baseline.connections_each
  Disk* disk = nullptr;                          // of asset_file and of the habits
  spool::CommitPolicy commit{4'096, 4u << 20, 200 * millisecond};
  std::vector<std::string> announcements;  // open lines of the sensor itself, written first
};

class Pipeline {
 public:
  Pipeline(Options options, std::shared_ptr<const detect::RuleSet> rules, Outputs outputs,
           Clock& clock);
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // A source is read from now on, or no longer: its counters are part of the statistics.
  void add_source(const capture::Source& source) { sources_.push_back(&source); }
  void remove_source(const capture::Source& source);
  void packet(const capture::Packet& packet);
  void idle(Time now);
  void flush();
  // `continuous`: flows go on into the next capture.
  void end_of_capture(bool continuous);
  void use(std::shared_ptr<const detect::RuleSet> rules);
  void count_reloads(std::uint64_t taken, std::uint64_t refused) {
    counters_.add(FeedCount::reloads, taken);
    counters_.add(FeedCount::reloads_refused, refused);
  }
  void use(Lists lists) { merger_->use(std::move(lists)); }
  void use(PackUse packs) { merger_->use(std::move(packs)); }                    // any thread
  void reload_refused(std::string why) { merger_->reload_refused(std::move(why)); }  // any thread
  void carry_out_orders();  // on habits, if some wait
  void reopen_file() { reopen_.store(true, std::memory_order_relaxed); }
  void stop();

  Tally tally() const;                                               // after stop()
  std::vector<std::pair<CounterRow, std::uint64_t>> totals() const;  // after stop(): every counter
  std::uint64_t uncommitted() const;  // events the spool's disk did not take before the end
  std::uint64_t packets() const { return counters_.value(FeedCount::packets); }
  const Merger& merger() const { return *merger_; }

 private:
  struct Lane {  // one worker with what goes in and out
    explicit Lane(const WorkerOptions& options, std::shared_ptr<const detect::RuleSet> rules)
        : worker(options, std::move(rules)) {}
    Worker worker;
    std::unique_ptr<Batch> filling = std::make_unique<Batch>();
    Queue<std::unique_ptr<Batch>> batches{4}, spare_batches{8};
    Queue<std::unique_ptr<Block>> blocks{4}, spare_blocks{8};
    std::thread thread;
  };

  std::uint64_t captured(std::size_t row) const;
  void advance(Time time);
  void step(Step::Kind kind, Time now);
  void end_round();
  void work(Lane& lane);
  void process(Lane& lane, std::unique_ptr<Batch> batch);
  void merge();

  Options options_;
  eve::Writer writer_;
  std::atomic<std::uint64_t> habits_wanted_{0};
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::unique_ptr<Habits> habits_;  // null: off
  std::unique_ptr<Merger> merger_;
  std::thread merge_thread_;
  std::vector<const capture::Source*> sources_;
  std::array<std::uint64_t, std::size(capture::counter_rows)>
      captured_before_{};  // by sources gone
  Steering steering_;
  Time now_ = 0, next_tick_ = 0, next_stats_ = 0;
  std::uint64_t order_ = 0;
  bool stopped_ = false;
  std::atomic<bool> reopen_{false};
  Counters<FeedCount, feed_counter_rows> counters_;
};

}  // namespace langyan::pipeline
