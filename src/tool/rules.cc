// langyan rules: what is wrong with rule files, and what the language has.
#include <fmt/format.h>

#include "detect/rule_set.h"
#include "pipeline/session.h"
#include "tool/command.h"

namespace langyan::tool {
namespace {

int check(const Options& options) {
  ConfigSource source;
  for (const auto& [name, value] : options.given)
    if (name == "set") source.sets.push_back(value);
  std::string files;
  const Words paths(options.rest.begin() + 1, options.rest.end());
  for (const std::string& path : paths) files += (files.empty() ? "\"" : ", \"") + path + "\"";
  if (!files.empty())
    source.sets.push_back("rules.files=[" + files + "]");
  else
    source.sets.push_back("rules.files=[\"" + pipeline::bundled_rules() + "\"]");
  const auto config = pipeline::SensorConfig::load(source);
  if (!config) return refuse(config.error());
  const detect::RuleReport report = pipeline::compile_rules(*config).report;
  for (const auto& note : report.errors) fmt::print("{}\n", detect::render(note));
  for (const auto& note : report.warnings) fmt::print("{}\n", detect::render(note));
  for (const auto& file : report.files)
    fmt::print("{}: {} loaded, {} refused\n", file.path, file.loaded, file.refused);
  if (!report.unsupported.empty()) {
    fmt::print("keywords this version does not have:");
    for (const auto& [keyword, count] : report.unsupported) fmt::print(" {} {}", keyword, count);
    fmt::print("\n");
  }
  if (report.skipped)
    fmt::print("{} skipped: they require what this program does not have\n", report.skipped);
  fmt::print("{} loaded, {} refused, {} warnings in {:.2f} s; {} databases, {} kB\n", report.loaded,
             report.refused, report.warnings.size(), report.compile_seconds, report.databases,
             report.database_bytes / 1024);
  return report.clean() ? 0 : 78;
}

}  // namespace

int rules(const Words& words) {
  constexpr std::string_view valued[] = {"set"};
  const auto options = split(words, {}, valued);
  if (!options) return refuse(options.error());
  const std::string verb = options->rest.empty() ? "" : options->rest[0];
  if (verb == "check") return check(*options);
  if (verb == "keywords") return fmt::print("{}", detect::keywords_markdown()), 0;
  return refuse_usage("rules needs a verb: check [FILE|DIR …] or keywords");
}

}  // namespace langyan::tool
