#include "sensor/capture_trial.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

#include "base/json.h"
#include "base/log.h"
#include "base/process_limits.h"
#include "detect/report_json.h"
#include "pipeline/overview.h"
#include "pipeline/trial.h"
#include "sensor/confinement.h"
#include "sensor/settings.h"
#include "sensor/watcher.h"

namespace langyan::sensor {
namespace {

constexpr ProcessLimits limits{.memory = 1u << 30, .processor = 20 * second};
// Of a set that is tried only: sooner than a sensor gives one up.
constexpr pipeline::TrialLimits compile_limits{
    .rule = 2 * second, .set = 10 * second, .memory = limits.memory, .costly = 3};

// Alerts and nothing else, without what they carry of the capture.
constexpr const char* settings_of_a_trial[] = {"eve.packets=false",    "eve.flows=false",  "eve.operations=false",
                                               "eve.anomalies=false",  "eve.assets=false", "baseline.mode=off",
                                               "eve.stats_interval=0s"};

void say(std::string_view line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

void say_rules_as_json(const detect::RuleReport& report) {
  std::string text;
  JsonWriter json(text);
  json.open().key("rules");
  detect::write_report(json, report);
  json.close();
  say(text);
}

int say_end(std::string_view error, std::string_view overview = {}) {
  std::string text;
  JsonWriter json(text);
  json.open().key("end").open();
  if (!error.empty()) json.field("error", error);
  if (!overview.empty()) json.key("overview").raw(overview);
  json.close().close();
  say(text);
  return error.empty() ? 0 : 1;
}

int read_capture(const pipeline::SensorConfig& config, pipeline::Request request) {
  SystemDisk disk;
  SystemClock clock;
  SystemRandom random;
  auto opened = pipeline::Session::open(config, std::move(request), disk, clock, random);
  if (!opened) return say_end(opened.error().message);
  pipeline::Session& session = **opened;
  say_rules_as_json(session.rules());
  const Time start = clock.monotonic();
  Result<void> done;
  if (session.rules().loaded > 0) done = session.run({});
  session.close();
  const double seconds = static_cast<double>(clock.monotonic() - start) / second;
  return say_end(done ? std::string() : done.error().message, pipeline::overview_json(session, seconds));
}

// Before what the command line sets, which so has the last word.
void set_for_a_trial(CommandLine& line) {
  std::vector<std::string> sets(std::begin(settings_of_a_trial), std::end(settings_of_a_trial));
  const std::string bundled = pipeline::bundled_rules(), classes = bundled + "/classification.config";
  if (std::filesystem::exists(classes)) sets.push_back("rules.classification=" + classes);
  // Of two rules with one number and revision the first is kept: that which is tried.
  if (!line.more_rules.empty()) sets.push_back(fmt::format(R"(rules.files=["{}", "{}"])", line.more_rules, bundled));
  line.sets.insert(line.sets.begin(), sets.begin(), sets.end());
}

int confined_run(CommandLine line) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  limit_process(limits);
  set_for_a_trial(line);
  const auto config = load_config(line);
  if (!config) return refuse_config(config.error());
  logging::set_level(logging::Level::error);
  pipeline::Request request = request_of(line, *config);
  const Confinement folders = confinement_of(line, *config, request);
  // The folders first: the rules are compiled in a child, which the list of system calls forbids to make.
  if (const auto done = keep_to_folders(folders); !done) return refuse(done.error());
  pipeline::Trial trial = pipeline::try_rules(*config, compile_limits);
  if (!trial.usable) return say_end("the rules cannot be used: " + trial.reason);
  if (const auto done = confine(folders); !done) return refuse(done.error());
  request.costly_rules = std::move(trial.costly);
  return read_capture(*config, std::move(request));
}

}  // namespace

void try_on_capture(const CommandLine& line) {
  int status = 1;
  try {
    status = confined_run(line);
  } catch (const std::bad_alloc&) {
    status = say_end("more memory is needed than a trial may take");
  }
  std::fflush(nullptr);
  ::_exit(status);  // what runs at exit (a sanitizer's search for leaks) asks for what is forbidden by now
}

}  // namespace langyan::sensor
