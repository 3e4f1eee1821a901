// Merger: brings the workers' events into one order, asks the limiter, numbers them, and hands them
// to the event file and the spool. One thread owns it.
//
// Events of a capture come out the same for any number of workers: rounds are complete before they
// are merged, and OrderKey does not depend on who found what.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <span>

#include "assets/inventory.h"
#include "base/clock.h"
#include "base/json.h"
#include "baseline/behaviour_finder.h"
#include "detect/limiter.h"
#include "eve/writer.h"
#include "pipeline/block.h"
#include "pipeline/habits.h"
#include "pipeline/line_file.h"
#include "pipeline/lists.h"
#include "pipeline/mirror.h"
#include "pipeline/pack_rules.h"
#include "pipeline/process_counters.h"
#include "pipeline/tally.h"
#include "spool/spool.h"

namespace langyan::pipeline {

enum class MergeCount : std::uint8_t {
  alerts,
  assets,
  operations,
  summaries,
  flows,
  stats,
  refused_alerts,
  refused_operations,
  refused_summaries,
  refused_flows,
  refused_stats,
  uncommitted,
  in_maintenance,
  alone,
  last
};
inline constexpr CounterRow merge_counter_rows[] = {
    {"events.alerts", "Alerts written."},
    {"events.assets", "Changes of the inventory written, counted among the operations too."},
    {"events.operations", "Operations and anomalies written."},
    {"events.summaries", "Summaries written."},
    {"events.flows", "Flow records written."},
    {"events.stats", "Statistics written."},
    {"events.refused.alerts", "Alerts the spool had no room for."},
    {"events.refused.operations", "Operations and anomalies the spool had no room for."},
    {"events.refused.summaries", "Summaries the spool had no room for."},
    {"events.refused.flows", "Flow records the spool had no room for."},
    {"events.refused.stats", "Statistics the spool had no room for."},
    {"events.uncommitted", "Events lost at the end because the spool's disk failed until then."},
    {"events.in_maintenance", "Hits of rules and scans within a maintenance window, written without an alert."},
    {"events.alone", "Alerts beyond caps.pipeline.packets_before of a second, written with their own packet only."},
};

struct MergeOptions {
  std::string sensor;
  std::uint64_t epoch = 0;                     // without a spool; else the spool's
  LineFile* file = nullptr;                    // may be null
  spool::Spool* spool = nullptr;               // may be null
  std::shared_ptr<const assets::Makers> makers;  // null: nobody's MAC is known
  Lists lists;
  Duration silent_after = 0;                   // of assets; 0: silence is no event
  bool asset_events = true;
  bool anomaly_events = true;
  std::string asset_file;  // empty: the inventory is kept in memory only
  Disk* disk = nullptr;    // of asset_file
  std::uint32_t connections_each = 12;
  Habits* habits = nullptr;  // null: none are learned
  const ProcessCounters* processes = nullptr;  // may be null
  spool::CommitPolicy commit{4'096, 4u << 20, 200 * millisecond};
  std::vector<CounterRow> rows;  // of StatsPoint::values
  bool live = false;             // statistics then tell of spool and file too
};

class Merger : private assets::EventSink, private baseline::FindingSink {
 public:
  Merger(MergeOptions options, const eve::Writer& writer, Clock& clock);

  void accept(std::span<const std::unique_ptr<Block>> round);  // one block of each worker
  void idle();                                                 // commits what is due
  void finish();                                               // commits and flushes everything
  void reopen_file();
  // What assets and alerts are held against from now on. Any thread; taken over between two rounds.
  void use(Lists lists);
  void rules(std::size_t loaded) { rules_.store(loaded, std::memory_order_relaxed); }  // any thread
  void use(PackUse packs);               // those of the rules in use from now on. Any thread
  void reload_refused(std::string why);  // the rules of before stay. Any thread
  void announce(std::string line, spool::Class kind,
                spool::Lane lane);  // an open line of the sensor itself

  const Tally& tally() const { return tally_; }
  const Counters<MergeCount, merge_counter_rows>& counters() const { return counters_; }
  const detect::Limiter& limiter() const { return limiter_; }
  const assets::Inventory& inventory() const { return inventory_; }  // after stop
  const baseline::BehaviourFinder& behaviours() const { return behaviours_; }
  detect::Limiter& limiter() { return limiter_; }  // of a lone worker, who then asks for each hit

 private:
  void asset(const assets::Event& event) override;
  void found(const baseline::Finding& finding) override;
  void deviation(const Block& block, const Candidate& candidate);
  // `rest` stands behind the open line.
  void write(std::string_view line, spool::Class kind, spool::Lane lane, std::string_view rest = {});
  std::string_view packets_before(const Block& block, const Candidate& candidate, Time now);
  void look_at_mirror(const StatsPoint& sum);
  void write_stats(const StatsPoint& sum);
  void write_packs(JsonWriter& json);
  void commit();
  void commit_last();
  void save_assets();
  void take_lists();
  void tell_orders();
  void hold_against(Lists lists);
  std::string_view window_of(const detect::Hit& hit, std::uint32_t verbs) const;
  std::string_view window_of(const baseline::Finding& finding) const;
  void announced(std::string line, std::string_view window);

  MergeOptions options_;
  std::atomic<std::size_t> rules_{0};
  struct Program {  // beside the number of rules; under program_mutex_
    PackUse packs;
    std::map<std::string, Time, std::less<>> since;  // by pack: since when that version
    std::string refusal;                             // of the last reload; empty: it was taken
    Time refused_at = 0;
  } program_;
  std::mutex program_mutex_;
  const eve::Writer& writer_;
  Clock& clock_;
  Mirror mirror_;
  detect::Limiter limiter_;
  Tally tally_;  // alerts only
  const assets::Makers no_makers_;
  assets::Inventory inventory_;
  baseline::BehaviourFinder behaviours_;
  std::shared_ptr<const baseline::Maintenance> windows_;  // shared: with who read them; null: none
  Time saved_assets_ = 0;            // when, and how many changes there were
  std::uint64_t saved_changes_ = 0;
  bool saving_assets_fails_ = false;
  std::uint64_t evidence_order_ = 0;  // of the packet whose evidence is being taken
  Time carrying_second_ = 0;  // in which so many alerts carried the packets before theirs
  std::uint64_t carrying_ = 0;
  std::string line_;
  struct Place {
    OrderKey key;
    std::uint32_t worker, index;
  };
  std::vector<Place> order_;
  std::array<std::uint64_t, spool::lane_count> seq_{};
  std::mutex lists_mutex_;
  Lists new_lists_;
  std::atomic<bool> lists_waiting_{false};
  bool commit_failing_ = false, file_failing_ = false;
  Counters<MergeCount, merge_counter_rows> counters_;
};

}  // namespace langyan::pipeline
