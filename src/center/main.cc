// langyan-center: what it does stands in center.h; this file reads the command line and the
// configuration, hands signals on, and says what happened.
#include <fmt/format.h>
#include <pthread.h>
#include <sodium.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "base/log.h"
#include "base/version.h"
#include "center/backup.h"
#include "center/center_keys.h"
#include "center/certificate.h"
#include "center/command_line.h"
#include "uplink/enroll.h"

namespace langyan::center {
namespace {

int status_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::usage: return 2;
    case ErrorKind::missing: return 66;
    case ErrorKind::io:
    case ErrorKind::full: return 74;
    case ErrorKind::permission: return 77;
    case ErrorKind::invalid: return 78;
    default: return 1;
  }
}

int refuse(const Error& error) {
  fmt::print(stderr, "langyan-center: {}\n", error.message);
  return status_of(error);
}

// Blocked before any thread is made, so that only wait() ever gets one.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set_, number);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }
  int wait() {
    int number = 0;
    sigwait(&set_, &number);
    return number;
  }

 private:
  sigset_t set_{};
};

void set_log_level(const CenterConfig& config, int verbosity) {
  constexpr std::string_view levels[] = {"debug", "info", "warn", "error"};
  int level =
      static_cast<int>(std::ranges::find(levels, config.text("log.level")) - std::begin(levels));
  if (verbosity < 0) level = 3;
  logging::set_level(static_cast<logging::Level>(std::clamp(level - std::max(verbosity, 0), 0, 3)));
}

// Takes what can change while running; a configuration that is wrong changes nothing.
void reload(const CommandLine& line, const CenterConfig& running, Center& center) {
  const auto config = CenterConfig::load({line.config, "conf.d", line.sets});
  if (!config)
    return logging::error(config.error().message + "\nreload refused; the old configuration stays");
  if (auto done = center.reload(options_of(*config)); !done) {
    return logging::error("reload refused: " + done.error().message);
  }
  set_log_level(*config, line.verbosity);
  std::string later;
  for (const std::string& name : config->changes(running)) {
    if (!Center::reloads(name)) later.append(later.empty() ? "" : ", ").append(name);
  }
  logging::info(later.empty() ? "configuration reloaded"
                              : "configuration reloaded; these wait for a restart: " + later);
}

// A descriptor a connection, and some for the stores; the soft limit is 1024 on most systems.
void raise_descriptors(std::size_t connections) {
  constexpr rlim_t for_the_rest = 512;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max >= connections + for_the_rest) return;
  logging::warn(fmt::format(
      "{} connections are configured and the system allows {} open files; raise LimitNOFILE or "
      "lower http.connections",
      connections, limit.rlim_max));
}

int serve(const CommandLine& line, const CenterConfig& config, Signals& signals) {
  SystemDisk disk;
  SystemClock clock;
  SystemRandom random;
  raise_descriptors(static_cast<std::size_t>(config.integer("http.connections")));
  CenterOptions options = options_of(config);
  if (auto read = read_secrets(config, options); !read) return refuse(read.error());
  auto opened = Center::open(std::move(options), disk, clock, random);
  if (!opened) return refuse(opened.error());
  Center& center = **opened;
  if (auto started = center.start(); !started) return refuse(started.error());
  logging::info("langyan-center " + std::string(langyan::version) + " listens on " + center.url());
  for (int number = signals.wait(); number == SIGHUP; number = signals.wait())
    reload(line, config, center);
  logging::info("stopping; requests under way are answered first");
  center.stop();
  return 0;
}

int init(const CommandLine& line, const CenterConfig& config) {
  SystemDisk disk;
  SystemClock clock;
  const std::string folder = config.text("center.data") + "/tls";
  const auto names = line.names.empty() ? own_names() : line.names;
  const auto made = init_certificate(disk, clock, folder, names);
  if (!made) return refuse(made.error());
  fmt::print(
      "certificate  {}/center.crt\nkey          {}/center.key\nnames        {}\nSHA-256      {}\n",
      folder, folder, fmt::join(names, ", "), made->sha256);
  fmt::print(
      "Give sensors the certificate as uplink.ca_file; compare the SHA-256 when a browser asks.\n");
  return 0;
}

int backup(const CommandLine& line, const CenterConfig& config) {
  SystemDisk disk;
  SystemClock clock;
  const std::string data = config.text("center.data");
  const bool back = line.verb == CommandLine::Verb::restore;
  const auto done = back ? restore(disk, line.folder, data) : back_up(disk, clock, data, line.folder);
  if (!done) return refuse(done.error());
  fmt::print("{} {}: {} files, {} bytes\n", back ? "restored" : "backed up", back ? data : line.folder, done->files,
             done->bytes);
  if (config.text("store.engine") != "sqlite")
    fmt::print("Events are in ClickHouse and not in it: docs/clickhouse.md.\n");
  return 0;
}

int enroll(std::span<const char* const> words) {
  auto parsed = uplink::parse_enroll(words, "langyan-center");
  if (!parsed) return refuse(parsed.error());
  if (parsed->help) return fmt::print("{}", uplink::enroll_usage("langyan-center")), 0;
  const auto config = CenterConfig::load({parsed->config, "conf.d", parsed->sets});
  if (!config) return fmt::print(stderr, "{}\n", config.error().message), 78;
  uplink::EnrollRequest& request = parsed->request;
  request.kind = "center", request.source = config->text("center.name"),
  request.follows = config->text("uplink.ca_file").empty();
  request.folder = config->text("uplink.identity").empty() ? config->text("center.data") + "/enrolment"
                                                           : config->text("uplink.identity");
  const std::string settings = config->text("uplink.url") == request.url
                                   ? "the configuration has all it needs\n"
                                   : "set in the configuration:\n  uplink.url: " + request.url + "\n";
  const auto done = uplink::run_enroll(request, settings);
  return done ? 0 : refuse(done.error());
}

int run(int count, const char* const* words) {
  if (count > 1 && std::string_view(words[1]) == "enroll") {
    ::umask(0077);
    return enroll({words + 2, words + count});
  }
  const auto parsed = parse(count, words);
  if (!parsed) return refuse(parsed.error());
  const CommandLine& line = *parsed;
  if (line.help) return fmt::print("{}", usage()), 0;
  if (line.version) return fmt::print("langyan-center {}\n", langyan::version), 0;
  if (line.print_default_config)
    return fmt::print("{}", render_default(center_keys, config_title, config_schema)), 0;
  if (line.print_config_schema)
    return fmt::print("{}", render_schema(center_keys, config_title)), 0;
  if (line.print_openapi) return fmt::print("{}\n", openapi(langyan::version)), 0;
  ::umask(0077);  // what the center keeps is nobody else's to read
  if (sodium_init() < 0) return refuse({ErrorKind::failed, "libsodium cannot be started"});
  Signals signals;
  const auto config = CenterConfig::load({line.config, "conf.d", line.sets});
  if (!config) {
    fmt::print(stderr, "{}\n", config.error().message);
    return config.error().kind == ErrorKind::missing      ? 66
           : config.error().kind == ErrorKind::permission ? 77
                                                          : 78;
  }
  if (line.test) return fmt::print("{}", config->render_effective()), 0;
  config->apply_caps();
  set_log_level(*config, line.verbosity);
  switch (line.verb) {
    case CommandLine::Verb::serve: return serve(line, *config, signals);
    case CommandLine::Verb::init: return init(line, *config);
    case CommandLine::Verb::backup:
    case CommandLine::Verb::restore: return backup(line, *config);
  }
  return 1;
}

}  // namespace
}  // namespace langyan::center

int main(int count, char** words) {
  try {
    return langyan::center::run(count, words);
  } catch (const std::exception& error) {
    fmt::print(stderr, "langyan-center: {}\n", error.what());
    return 1;
  }
}
