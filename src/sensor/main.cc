// langyan-sensor: packets in, events out. What it does stands in pipeline/; this file reads the
// command line and the configuration, hands signals on, and says what happened.
#include <fmt/format.h>
#include <pthread.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "base/caps.h"
#include "base/log.h"
#include "base/version.h"
#include "pipeline/overview.h"
#include "sensor/command_line.h"
#include "sensor/console.h"
#include "sensor/upload.h"

namespace langyan::sensor {
namespace {

using pipeline::sensor_keys;
using pipeline::SensorConfig;

constexpr std::string_view config_title = "Configuration of langyan-sensor";
constexpr std::string_view config_schema = "sensor.schema.json";

int status_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::usage: return 2;
    case ErrorKind::missing: return 66;
    case ErrorKind::io:
    case ErrorKind::full: return 74;
    case ErrorKind::permission: return 77;
    default: return 1;
  }
}

int refuse(const Error& error, int status) {
  fmt::print(stderr, "langyan-sensor: {}\n", error.message);
  return status;
}

Result<SensorConfig> load(const CommandLine& line) {
  ConfigSource source;
  source.file = line.config;
  source.sets = line.sets;
  if (line.config
          .empty()) {  // a capture or an interface alone must do: bundled rules, events to stdout
    const auto set = [&](std::string_view key) {
      return std::ranges::any_of(line.sets,
                                 [&](const std::string& each) { return each.starts_with(key); });
    };
    if (!set("rules.files=")) {
      std::string files = "\"" + pipeline::bundled_rules() + "\"";
      if (!line.more_rules.empty()) files += ", \"" + line.more_rules + "\"";
      source.sets.push_back("rules.files=[" + files + "]");
    }
    if (!set("eve.file=") && !set("spool.folder=")) source.sets.push_back("eve.file=-");
  }
  return SensorConfig::load(source);
}

void say_rules(const detect::RuleReport& report) {
  for (const auto& note : report.errors) logging::error(detect::render(note));
  for (const auto& note : report.warnings) logging::warn(detect::render(note));
}

int check(const SensorConfig& config) {
  fmt::print("{}", config.render_effective());
  const auto compiled = pipeline::compile_rules(config);
  say_rules(compiled.report);
  fmt::print("# rules: {} loaded, {} refused\n", compiled.report.loaded, compiled.report.refused);
  return compiled.report.clean() ? 0 : 78;
}

// Signals are taken by one thread that waits for them, so no handler runs inside anything else.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR2}) sigaddset(&set_, number);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);  // before any thread: all inherit it
    std::signal(SIGPIPE, SIG_IGN);
  }
  void watch(pipeline::Session& session, const CommandLine& line) {
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
  static void reload(pipeline::Session& session, const CommandLine& line) {
    const auto config = load(line);
    if (!config)
      return logging::error(config.error().message +
                            "\nreload refused; the old configuration stays");
    const auto compiled = pipeline::compile_rules(*config);
    say_rules(compiled.report);
    if (compiled.report.loaded == 0 && !compiled.report.errors.empty()) {
      return logging::error("reload refused: no rule loaded; the old rules stay");
    }
    session.use(compiled.rules);
    logging::info(fmt::format("rules reloaded: {} loaded, {} refused", compiled.report.loaded,
                              compiled.report.refused));
  }

  sigset_t set_{};
  std::thread thread_;
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

int monitor(const CommandLine& line, const SensorConfig& config, Signals& signals) {
  SystemDisk disk;
  SystemClock clock;
  SystemRandom random;
  const bool quiet = line.verbosity < 0;
  pipeline::Request request;
  request.paths = line.captures;
  request.interfaces = line.captures.empty() && line.interfaces.empty()
                           ? config.list("capture.interfaces")
                           : line.interfaces;
  request.filter = line.filter.empty() ? config.text("capture.filter") : line.filter;
  request.as_now = line.as_now, request.continuous = line.continuous,
  request.every_message = line.messages;
  if (request.paths.empty() && request.interfaces.empty()) {
    return refuse({ErrorKind::usage,
                   "nothing to listen to: give a capture with -r or an interface with -i; --help "
                   "lists the options"},
                  2);
  }
  config.apply_caps();
  auto opened = pipeline::Session::open(config, request, disk, clock, random);
  if (!opened) return refuse(opened.error(), status_of(opened.error()));
  pipeline::Session& session = **opened;
  say_rules(session.rules());
  Upload upload(config, clock, random);
  if (auto started = upload.start(); !started)
    return refuse(started.error(), status_of(started.error()));

  signals.watch(session, line);
  ProgressLine progress(clock, quiet);
  const Time start = clock.monotonic();
  const auto done = session.run([&](const pipeline::Progress& each) { progress.show(each); });
  session.close();
  progress.end();
  const double seconds = static_cast<double>(clock.monotonic() - start) / second;
  upload.finish([&] { return signals.stopped(); }, quiet);
  signals.end();
  if (line.json)
    fmt::print(stderr, "{}\n", pipeline::overview_json(session, seconds));
  else if (!quiet)
    fmt::print(stderr, "{}", pipeline::overview(session, seconds));
  if (!done) return refuse(done.error(), status_of(done.error()));
  if (signals.stopped() && !line.captures.empty()) return 128 + signals.caught();
  return fails(line, session) ? 3 : 0;
}

int run(int count, const char* const* words) {
  const auto parsed = parse(count, words);
  if (!parsed) return refuse(parsed.error(), status_of(parsed.error()));
  const CommandLine& line = *parsed;
  if (line.help) return fmt::print("{}", usage()), 0;
  if (line.version) return fmt::print("langyan-sensor {}\n", version), 0;
  if (line.print_default_config)
    return fmt::print("{}", render_default(sensor_keys, config_title, config_schema)), 0;
  if (line.print_config_schema)
    return fmt::print("{}", render_schema(sensor_keys, config_title)), 0;
  if (line.list_keywords) return fmt::print("{}", detect::keywords_markdown()), 0;
  Signals signals;
  const auto config = load(line);
  if (!config) {
    fmt::print(stderr, "{}\n", config.error().message);
    return config.error().kind == ErrorKind::missing      ? 66
           : config.error().kind == ErrorKind::permission ? 77
                                                          : 78;
  }
  if (line.test) return check(*config);
  constexpr std::string_view levels[] = {"debug", "info", "warn", "error"};
  int level =
      static_cast<int>(std::ranges::find(levels, config->text("log.level")) - std::begin(levels));
  if (line.verbosity < 0) level = 3;
  logging::set_level(
      static_cast<logging::Level>(std::clamp(level - std::max(line.verbosity, 0), 0, 3)));
  return monitor(line, *config, signals);
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
