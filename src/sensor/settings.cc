#include "sensor/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/log.h"

namespace langyan::sensor {

using pipeline::SensorConfig;

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

int refuse(const Error& error) {
  fmt::print(stderr, "langyan-sensor: {}\n", error.message);
  return status_of(error);
}

int refuse_config(const Error& error) {
  fmt::print(stderr, "{}\n", error.message);
  return error.kind == ErrorKind::missing ? 66 : error.kind == ErrorKind::permission ? 77 : 78;
}

Result<SensorConfig> load_config(const CommandLine& line) {
  ConfigSource source;
  source.file = line.config;
  source.sets = line.sets;
  if (!line.config.empty()) return SensorConfig::load(source);
  // A capture or an interface alone must do: bundled rules, events to stdout.
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
  return SensorConfig::load(source);
}

std::string identity_folder(const SensorConfig& config) {
  if (const std::string& folder = config.text("uplink.identity"); !folder.empty()) return folder;
  const std::string& spool = config.text("spool.folder");
  return spool.empty() ? spool : spool + "/enrolment";
}

pipeline::Request request_of(const CommandLine& line, const SensorConfig& config) {
  pipeline::Request request;
  request.paths = line.captures;
  request.interfaces = line.interfaces;
  if (line.captures.empty() && line.interfaces.empty())
    request.interfaces = config.list("capture.interfaces");
  request.filter = line.filter.empty() ? config.text("capture.filter") : line.filter;
  request.as_now = line.as_now, request.continuous = line.continuous;
  request.every_message = line.messages;
  return request;
}

void say_rules(const detect::RuleReport& report) {
  for (const auto& note : report.errors) logging::error(detect::render(note));
  for (const auto& note : report.warnings) logging::warn(detect::render(note));
}

}  // namespace langyan::sensor
