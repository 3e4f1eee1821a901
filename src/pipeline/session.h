// Session: one run of the sensor, from its configuration to the last committed event.
//
//   auto session = Session::open(config, request, disk, clock, random);
//   auto done = (*session)->run(progress);     // until the files are read, or stop()
//   (*session)->close();                       // everything is processed and committed
//
// One thread runs it. stop(), reload() and reopen() only set flags: a signal handler may call them.
#pragma once

#include <functional>
#include <mutex>

#include "base/disk.h"
#include "base/random.h"
#include "capture/live_port.h"
#include "pipeline/pipeline.h"
#include "pipeline/sensor_keys.h"

namespace langyan::pipeline {

struct Request {
  std::vector<std::string> paths;  // files, directories, "-"; empty: the interfaces
  std::vector<std::string> interfaces;
  std::vector<capture::LivePort*> ports;  // of the interfaces, opened by who may; empty: open them
  std::string filter;
  bool as_now = false;         // shift each capture so that its last packet is now
  bool continuous = false;     // flows go on from one file into the next
  bool every_message = false;  // nothing is folded
  std::vector<detect::CostlyRule> costly_rules;  // what a trial of the rules named
};

struct Progress {
  std::string_view source;
  std::uint64_t packets = 0, bytes = 0, total_bytes = 0;  // total 0: not known
  std::size_t file = 0, files = 0;
};
using ProgressSink = std::function<void(const Progress&)>;  // called a few times a second

// Why a set of rules must not replace the one that runs: it refuses more than that one did, or
// nothing of it is left. Empty: it may.
std::string worse(const detect::RuleReport& next, const detect::RuleReport& running);
// The rules a configuration names, compiled. Relative paths count from the working directory.
// `previous`: the set they are to replace; what did not change is taken over from it. `packs`: which of them stand in it.
detect::Compiled compile_rules(const SensorConfig& config,
                               std::span<const detect::CostlyRule> costly = {},
                               detect::CompileProgress progress = {},
                               const detect::RuleSet* previous = nullptr, PackUse* packs = nullptr);
// For rules: what the kept inventory knows of hosts, and above it what the ledger says. What cannot be read is left
// out here; who reads it for its own sake says so.
std::shared_ptr<const detect::RoleTable> read_roles(const SensorConfig& config, Disk& disk);
capture::LiveOptions live_options(const SensorConfig& config, const std::string& filter);
std::string host_name();
// Where the rules that come with the program stand: beside its build, or in the system's share
// folder.
std::string bundled_rules();

class Session {
 public:
  static Result<std::unique_ptr<Session>> open(const SensorConfig& config, Request request,
                                               Disk& disk, Clock& clock, Random& random,
                                               const ProcessCounters* processes = nullptr);
  ~Session();

  Result<void> run(const ProgressSink& progress);
  void close();

  void stop();
  void reopen() { reopen_.store(true); }
  // Swaps the rules between two packets; the caller compiled them, so a bad set never gets here.
  void use(std::shared_ptr<const detect::RuleSet> rules, PackUse packs = {});
  // Read by the caller, so a faulty one never gets here.
  void use(Lists lists) { pipeline_->use(std::move(lists)); }
  // The set given last: what the next is compiled from. For the thread that reloads.
  const std::shared_ptr<const detect::RuleSet>& newest_rules() const { return newest_rules_; }
  void note_refused_reload(std::string why);

  Pipeline& pipeline() { return *pipeline_; }
  const Pipeline& pipeline() const { return *pipeline_; }
  const detect::RuleReport& rules() const { return report_; }
  spool::Spool* spool() { return spool_.get(); }
  std::uint64_t files_failed() const { return files_failed_; }

 private:
  Session(Request request, Clock& clock) : request_(std::move(request)), clock_(clock) {}
  Result<void> read_files(const ProgressSink& progress);
  Result<void> read_file(const std::string& path, Progress& state, const ProgressSink& progress);
  Result<void> listen(const ProgressSink& progress);
  Result<void> listen_to(capture::Source& source);
  Result<Duration> shift_to_now(const std::string& path);
  void orders();
  Result<void> hold_habits(const baseline::Settings& settings);

  Request request_;
  Clock& clock_;
  SystemDisk habits_lock_;  // a lock lasts as long as its disk
  detect::RuleReport report_;
  std::unique_ptr<LineFile> file_;
  std::unique_ptr<spool::Spool> spool_;
  std::unique_ptr<Pipeline> pipeline_;
  capture::LiveOptions live_;
  std::vector<std::unique_ptr<capture::Source>> sources_;  // live
  std::mutex feeding_;                                     // several interfaces feed one pipeline
  std::mutex rules_mutex_;
  std::shared_ptr<const detect::RuleSet> new_rules_, newest_rules_;  // shared: with the workers
  PackUse new_packs_;
  std::atomic<bool> stopping_{false}, reopen_{false}, rules_waiting_{false};
  std::atomic<std::uint64_t> taken_reloads_{0}, refused_reloads_{0};  // not in the counters yet
  std::uint64_t files_failed_ = 0;
};

}  // namespace langyan::pipeline
