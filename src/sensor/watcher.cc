#include "sensor/watcher.h"

#include <fmt/format.h>
#include <pthread.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "base/log.h"
#include "pipeline/overview.h"
#include "pipeline/pack_rules.h"
#include "sensor/console.h"
#include "sensor/patience.h"

namespace langyan::sensor {
namespace {

using pipeline::SensorConfig;

sigset_t orders() {
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR2}) sigaddset(&set, number);
  return set;
}

// Signals are taken by one thread that waits for them, so no handler runs inside anything else.
class Signals {
 public:
  explicit Signals(const Verdict* verdict) : verdict_(verdict), set_(orders()) {}
  ~Signals() { end(); }
  void watch(pipeline::Session& session, const CommandLine& line) {
    running_ = session.rules();
    thread_ = std::thread([this, &session, &line] {
      while (true) {
        int number = 0;
        sigwait(&set_, &number);
        if (done_) return;
        if (number == SIGINT || number == SIGTERM) {
          caught_ = number;
          session.stop();
          continue;
        }
        if (number == SIGHUP) session.reopen();
        reload(session, line);
      }
    });
  }
  void end() {
    if (!thread_.joinable()) return;
    done_ = true;
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
  }
  int caught() const { return caught_; }
  bool stopped() const { return caught_ != 0; }

 private:
  // A configuration or rule file that is wrong changes nothing; the old rules stay.
  void reload(pipeline::Session& session, const CommandLine& line) try {
    const auto refused = [&](const std::string& why) {
      session.note_refused_reload(why);
      logging::error(why);
    };
    const auto config = load_config(line);
    if (!config)
      return refused(config.error().message +
                     "\nreload refused; the old configuration and rules stay");
    SystemDisk disk;
    const pipeline::Trial trial = verdict_ ? verdict_->get() : pipeline::Trial{true, {}, {}};
    if (!trial.usable) return refused("reload refused; the old rules stay: " + trial.reason);
    pipeline::PackUse packs;
    const auto compiled = pipeline::compile_rules(*config, trial.costly, {}, session.newest_rules().get(), &packs);
    say_rules(compiled.report);
    if (const auto why = pipeline::worse(compiled.report, running_); !why.empty())
      return refused("reload refused; the old rules stay: " + why);
    auto lists = pipeline::read_lists(*config, disk);
    if (!lists) return refused(lists.error().message + "\nreload refused; the old rules and lists stay");
    running_ = compiled.report;
    session.use(compiled.rules, std::move(packs));
    session.use(lists.take());
    logging::info(fmt::format("rules reloaded: {} loaded, {} refused", compiled.report.loaded,
                              compiled.report.refused));
  } catch (const std::exception& error) {
    session.note_refused_reload(error.what());
    logging::error(std::string("reload refused; the old rules stay: ") + error.what());
  }

  const Verdict* verdict_;
  const sigset_t set_;
  std::thread thread_;
  detect::RuleReport running_;  // of the rules in use; the thread's
  std::atomic<bool> done_{false};
  std::atomic<int> caught_{0};
};

bool fails(const CommandLine& line, const pipeline::Session& session) {
  if (!line.fail_on) return false;
  const auto tally = session.pipeline().tally();
  for (int severity = 1; severity <= *line.fail_on; ++severity)
    if (tally.alerts()[static_cast<std::size_t>(severity)]) return true;
  return false;
}

std::string folder_of(const std::string& file) {
  const auto folder = std::filesystem::path(file).parent_path();
  return folder.empty() ? "." : folder.string();
}

int report(const CommandLine& line, const Result<void>& done, const pipeline::Session& session,
           double seconds, int caught) {
  if (!done && session.pipeline().packets() == 0) return refuse(done.error());
  if (line.json)
    fmt::print(stderr, "{}\n", pipeline::overview_json(session, seconds));
  else if (line.verbosity >= 0)
    fmt::print(stderr, "{}", pipeline::overview(session, seconds));
  if (!done) return refuse(done.error());
  if (session.pipeline().uncommitted() > 0) return 74;  // said in the log
  if (caught != 0 && !line.captures.empty()) return 128 + caught;
  return fails(line, session) ? 3 : 0;
}

}  // namespace

void hold_signals() {
  const sigset_t set = orders();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

// Rules and configuration may be replaced and reloaded, so their folders are readable, not only the
// files as they are now.
Confinement confinement_of(const CommandLine& line, const SensorConfig& config, const pipeline::Request& request) {
  Confinement limits;
  limits.part = Part::watch;
  const auto read = [&](const std::string& path) {
    if (path.empty()) return;
    std::error_code error;
    limits.reads.push_back(std::filesystem::is_directory(path, error) ? path : folder_of(path));
  };
  for (const auto& path : config.list("rules.files")) read(path);
  read(config.text("rules.classification"));
  read(config.text("rules.thresholds"));
  read(config.text("rules.countries"));
  read(config.text("rules.pack_keys"));
  read(pipeline::pack_folder(config));
  limits.reads.push_back(config.text("assets.makers"));
  read(config.text("baseline.maintenance"));
  for (const auto& path :
       {config.text("assets.ledger"), config.text("assets.vulnerabilities"), config.text("assets.vulnerability_keys")})
    read(path);
  read(line.config);
  for (const auto& path : request.paths) limits.reads.push_back(path);
  std::error_code error;
  if (const auto& folder = config.text("spool.folder"); !folder.empty()) {
    std::filesystem::create_directories(folder, error);
    limits.writes.push_back(folder);
  }
  if (const auto& folder = config.text("rules.cache"); !folder.empty()) {
    std::filesystem::create_directories(folder, error);
    limits.writes.push_back(folder);
  }
  for (const std::string& file : {config.text("eve.file"), config.text("assets.file"), config.text("baseline.file")})
    if (!file.empty() && file != "-") limits.writes.push_back(folder_of(file));
  return limits;
}

int watch(const CommandLine& line, const SensorConfig& config, const pipeline::Request& request,
          bool confined, const Ready& ready, const Verdict* verdict,
          const pipeline::ProcessCounters* processes) {
  if (confined) {
    const auto limited = confine(confinement_of(line, config, request));
    if (!limited) return refuse(limited.error());
  }
  Signals signals(verdict);
  pipeline::Request asked = request;
  if (verdict) asked.costly_rules = verdict->get().costly;
  SystemDisk disk;
  SystemClock clock;
  SystemRandom random;
  auto opened = patiently(clock, [&] {
    return pipeline::Session::open(config, asked, disk, clock, random, processes);
  });
  if (!opened) return refuse(opened.error());
  pipeline::Session& session = **opened;
  say_rules(session.rules());
  signals.watch(session, line);
  ready();
  ProgressLine progress(clock, line.verbosity < 0);
  const Time start = clock.monotonic();
  const auto done = session.run([&](const pipeline::Progress& each) { progress.show(each); });
  session.close();
  progress.end();
  signals.end();
  const double seconds = static_cast<double>(clock.monotonic() - start) / second;
  return report(line, done, session, seconds, signals.caught());
}

}  // namespace langyan::sensor
