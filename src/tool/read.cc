// langyan read: a capture's events on standard output; the tool a parser or a rule is written with.
#include "base/log.h"
#include "pipeline/session.h"
#include "tool/command.h"

namespace langyan::tool {

int read(const Words& words) {
  constexpr std::string_view flags[] = {"messages", "no-flows", "no-stats"},
                             valued[] = {"rules", "set", "workers", "filter", "baseline", "baseline-mode"};
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  if (options->rest.empty())
    return refuse_usage("read needs a capture: langyan read FILE, DIR or - for standard input");
  ConfigSource source;
  source.sets = {"eve.file=-",
                 "rules.files=[\"" + options->text("rules", pipeline::bundled_rules()) + "\"]",
                 "pipeline.workers=" + options->text("workers", "1")};
  if (options->has("no-flows")) source.sets.push_back("eve.flows=false");
  if (options->has("no-stats")) source.sets.push_back("eve.stats_interval=0s");
  if (!options->text("baseline").empty()) source.sets.push_back("baseline.file=" + options->text("baseline"));
  if (!options->text("baseline-mode").empty()) source.sets.push_back("baseline.mode=" + options->text("baseline-mode"));
  for (const auto& [name, value] : options->given)
    if (name == "set") source.sets.push_back(value);
  const auto config = pipeline::SensorConfig::load(source);
  if (!config) return refuse(config.error());
  config->apply_caps();
  SystemDisk disk;
  SystemClock clock;
  SystemRandom random;
  pipeline::Request request;
  request.paths = options->rest;
  request.every_message = options->has("messages");
  request.filter = options->text("filter");
  auto session = pipeline::Session::open(*config, request, disk, clock, random);
  if (!session) return refuse(session.error());
  for (const auto& note : (*session)->rules().errors) logging::error(detect::render(note));
  const auto done = (*session)->run({});
  (*session)->close();
  return done ? 0 : refuse(done.error());
}

}  // namespace langyan::tool
