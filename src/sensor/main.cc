// langyan-sensor: packets in, events out. What it does stands in pipeline/; this file reads the
// command line and the configuration and decides which processes there are.
#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <new>
#include <span>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/version.h"
#include "pipeline/pack_rules.h"
#include "sensor/capture_trial.h"
#include "sensor/command_line.h"
#include "sensor/confinement.h"
#include "sensor/family.h"
#include "sensor/settings.h"
#include "sensor/shipping.h"
#include "sensor/watcher.h"
#include "uplink/enroll.h"

namespace langyan::sensor {
namespace {

using pipeline::sensor_keys;
using pipeline::SensorConfig;

constexpr std::string_view config_title = "Configuration of langyan-sensor";
constexpr std::string_view config_schema = "sensor.schema.json";

int check(const SensorConfig& config) {
  fmt::print("{}", config.render_effective());
  SystemDisk disk;
  if (const auto lists = pipeline::read_lists(config, disk); !lists) {
    fmt::print(stderr, "{}\n", lists.error().message);
    return 78;
  }
  const pipeline::Trial trial = tried(config);
  if (!trial.usable) return 78;
  const auto compiled = pipeline::compile_rules(config, trial.costly);
  say_rules(compiled.report);
  fmt::print("# rules: {} loaded, {} refused\n", compiled.report.loaded, compiled.report.refused);
  return compiled.report.clean() ? 0 : 78;
}

// Counters that parent and watcher share; null where there is no memory for them.
pipeline::ProcessCounters* shared_counters() {
  void* memory = ::mmap(nullptr, sizeof(pipeline::ProcessCounters), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : ::new (memory) pipeline::ProcessCounters;
}

// Whether files were put into a folder since the last look, by its time of change.
class FolderWatch {
 public:
  explicit FolderWatch(std::string folder) : folder_(std::move(folder)), seen_(now()) {}
  bool changed() { return std::exchange(seen_, now()) != seen_; }

 private:
  std::filesystem::file_time_type now() const {
    std::error_code error;
    return folder_.empty() ? std::filesystem::file_time_type() : std::filesystem::last_write_time(folder_, error);
  }
  const std::string folder_;
  std::filesystem::file_time_type seen_;
};

// Clocks without a battery begin at 1970, or at the date of their board's firmware.
void look_at_clock(Clock& clock) {
  constexpr Time first_release = 1'767'225'600 * second;  // 2026-01-01
  if (clock.now() >= first_release) return;
  logging::warn("the clock of this host says " + timestamp(clock.now()) + ", which cannot be: events will carry such times; set it (timedatectl set-ntp true)");
}

int monitor(const CommandLine& line, const SensorConfig& config) {
  pipeline::Request request = request_of(line, config);
  if (request.paths.empty() && request.interfaces.empty()) {
    return refuse({ErrorKind::usage,
                   "nothing to listen to: give a capture with -r or an interface with -i; --help "
                   "lists the options"});
  }
  config.apply_caps();
  const bool live = request.paths.empty(), ships = !config.text("uplink.url").empty();
  Verdict* verdict = Verdict::make();
  if (!verdict) return refuse({ErrorKind::full, "out of memory"});
  const pipeline::Trial trial = tried(config);
  if (!trial.usable) return 78;
  verdict->put(trial);
  if (!live && !ships)
    return watch(
        line, config, request, false, [] {}, verdict, nullptr);

  pipeline::ProcessCounters* counters = shared_counters();
  if (!counters) return refuse({ErrorKind::full, "out of memory"});
  std::vector<std::unique_ptr<capture::LivePort>> ports;
  for (const auto& interface : request.interfaces) {
    auto port = capture::LivePort::open(interface, pipeline::live_options(config, request.filter));
    if (!port) return refuse(port.error());
    request.ports.push_back(port->get());
    ports.push_back(port.take());
  }
  if (!landlock_available())
    logging::warn(
        "this kernel has no Landlock: only permissions keep the processes to their files");
  ::tzset();  // reads a file that the children cannot
  if (auto dropped = drop_capabilities(); !dropped) return refuse(dropped.error());
  SystemClock clock;
  if (live) look_at_clock(clock);
  Family::Options options;
  options.live = live;
  FolderWatch packs(pipeline::pack_folder(config));
  options.tend = [&] {
    for (auto& port : ports) port->tend();
    return packs.changed();
  };
  options.before_reload = [&] {  // a configuration that is wrong is refused by the watcher
    if (const auto now = load_config(line)) verdict->put(pipeline::try_rules(*now));
  };
  options.watch.run = [&](const Ready& ready) {
    return watch(line, config, request, true, ready, verdict, counters);
  };
  if (ships)
    options.ship.run = [&](const Ready& ready) {
      ports.clear();  // nothing of the wire reaches the process that talks to the network
      return ship(config, line.verbosity < 0, ready);
    };
  return Family(std::move(options), clock, *counters).run();
}

// What the configuration lacks for delivering to where this sensor enrolled.
std::string lacking(const SensorConfig& config, const uplink::EnrollRequest& request) {
  std::string text;
  const auto need = [&](std::string_view key, const std::string& has, const std::string& value) {
    if (has != value) text += fmt::format("  {}: {}\n", key, value);
  };
  need("sensor.name", config.text("sensor.name"), request.source);
  need("spool.folder", config.text("spool.folder").empty() ? "" : "set",
       config.text("spool.folder").empty() ? "/var/lib/langyan/spool" : "set");
  need("uplink.url", config.text("uplink.url"), request.url);
  return text.empty() ? "the configuration has all it needs\n" : "set in the configuration:\n" + text;
}

int enroll(std::span<const char* const> words) {
  auto parsed = uplink::parse_enroll(words, "langyan-sensor");
  if (!parsed) return refuse(parsed.error());
  if (parsed->help) return fmt::print("{}", uplink::enroll_usage("langyan-sensor")), 0;
  CommandLine line;
  line.config = parsed->config, line.sets = parsed->sets;
  const auto config = load_config(line);
  if (!config) return refuse_config(config.error());
  uplink::EnrollRequest& request = parsed->request;
  request.kind = "sensor", request.folder = identity_folder(*config),
  request.follows = config->text("uplink.ca_file").empty();
  request.source = config->text("sensor.name").empty() ? pipeline::host_name() : config->text("sensor.name");
  const auto done = uplink::run_enroll(request, lacking(*config, request));
  return done ? 0 : refuse(done.error());
}

int run(int count, const char* const* words) {
  if (count > 1 && std::string_view(words[1]) == "enroll") return enroll({words + 2, words + count});
  const auto parsed = parse(count, words);
  if (!parsed) return refuse(parsed.error());
  const CommandLine& line = *parsed;
  if (line.help) return fmt::print("{}", usage()), 0;
  if (line.version) return fmt::print("langyan-sensor {}\n", version), 0;
  if (line.print_default_config)
    return fmt::print("{}", render_default(sensor_keys, config_title, config_schema)), 0;
  if (line.print_config_schema)
    return fmt::print("{}", render_schema(sensor_keys, config_title)), 0;
  if (line.list_keywords) return fmt::print("{}", detect::keywords_markdown()), 0;
  if (line.trial) try_on_capture(line);
  std::signal(SIGPIPE, SIG_IGN);
  hold_signals();  // an early one steers the run instead of ending it
  const auto config = load_config(line);
  if (!config) return refuse_config(config.error());
  if (line.test) return check(*config);
  constexpr std::string_view levels[] = {"debug", "info", "warn", "error"};
  int level =
      static_cast<int>(std::ranges::find(levels, config->text("log.level")) - std::begin(levels));
  if (line.verbosity < 0) level = 3;
  logging::set_level(
      static_cast<logging::Level>(std::clamp(level - std::max(line.verbosity, 0), 0, 3)));
  return monitor(line, *config);
}

}  // namespace
}  // namespace langyan::sensor

int main(int count, char** words) {
  try {
    return langyan::sensor::run(count, words);
  } catch (const std::exception& error) {
    fmt::print(stderr, "langyan-sensor: {}\n", error.what());
    return 1;
  }
}
