// langyan rules: what is wrong with rule files, and what the language has.
#include <fmt/format.h>

#include <algorithm>

#include "detect/report_json.h"
#include "pipeline/trial.h"
#include "tool/command.h"

namespace langyan::tool {
namespace {

using detect::RuleNote;
using detect::RuleReport;

constexpr std::string_view indent = "    ";

Result<pipeline::SensorConfig> config_of(const Options& options) {
  ConfigSource source;
  for (const auto& [name, value] : options.given)
    if (name == "set") source.sets.push_back(value);
  std::string files;
  const Words paths(options.rest.begin() + 1, options.rest.end());
  for (const std::string& path : paths) files += (files.empty() ? "\"" : ", \"") + path + "\"";
  if (files.empty()) files = "\"" + pipeline::bundled_rules() + "\"";
  source.sets.push_back("rules.files=[" + files + "]");
  return pipeline::SensorConfig::load(source);
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

// "  12:34  sid 2000001  unknown keyword …"
std::string line_of(const RuleNote& note) {
  RuleNote bare = note;
  bare.file.clear(), bare.line = bare.column = 0;
  const std::string place = note.line ? fmt::format("{}:{}", note.line, note.column) : "-";
  const std::string sid = note.sid ? fmt::format("sid {}", note.sid) : "no sid";
  return fmt::format("{}{:<9}{:<13}{}\n", indent, place, sid, detect::render(bare));
}

void print_notes(std::string_view title, const std::vector<const RuleNote*>& notes) {
  if (notes.empty()) return;
  fmt::print("  {}\n", title);
  for (const RuleNote* note : notes) fmt::print("{}", line_of(*note));
}

void print_file(const RuleReport& report, const detect::FileReport& file) {
  const auto errors = detect::notes_of(file.path, report.errors);
  const auto warnings = detect::notes_of(file.path, report.warnings);
  fmt::print("{}  {} loaded", file.path, file.loaded);
  if (file.refused) fmt::print(", {} refused", file.refused);
  if (!warnings.empty())
    fmt::print(", {}", counted(warnings.size(), "warning", "warnings"));
  fmt::print("\n");
  print_notes("refused", errors);
  print_notes("loaded, but", warnings);
}

void print_unsupported(const RuleReport& report) {
  if (report.unsupported.empty()) return;
  std::vector<std::pair<std::uint32_t, std::string>> by_count;
  for (const auto& [keyword, count] : report.unsupported) by_count.emplace_back(count, keyword);
  std::ranges::sort(by_count, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  fmt::print("keywords this version does not have, and rules refused for them\n");
  for (const auto& [count, keyword] : by_count)
    fmt::print("{}{:>6}  {}\n", indent, count, keyword);
}

void print_report(const RuleReport& report) {
  for (const RuleNote* note : detect::errors_elsewhere(report)) fmt::print("{}\n", detect::render(*note));
  for (const auto& file : report.files) print_file(report, file);
  print_unsupported(report);
  if (report.skipped)
    fmt::print("{} skipped: they require what this program does not have\n", report.skipped);
  fmt::print("{} loaded, {} refused, {} in {:.2f} s; {}, {} kB\n", report.loaded, report.refused,
             counted(report.warnings.size(), "warning", "warnings"), report.compile_seconds,
             counted(report.databases, "database", "databases"), report.database_bytes / 1024);
}

void print_json(const RuleReport& report) {
  std::string out;
  JsonWriter json(out);
  detect::write_report(json, report);
  fmt::print("{}\n", out);
}

int check(const Options& options) {
  const auto config = config_of(options);
  if (!config) return refuse(config.error());
  const pipeline::Trial trial = pipeline::try_rules(*config);
  if (!trial.usable) {
    return refuse({ErrorKind::full, "the rules cannot be used: " + trial.reason});
  }
  const RuleReport report = pipeline::compile_rules(*config, trial.costly).report;
  options.has("json") ? print_json(report) : print_report(report);
  return report.clean() ? 0 : 78;
}

}  // namespace

int rules(const Words& words) {
  constexpr std::string_view flags[] = {"json"}, valued[] = {"set"};
  const auto options = split(words, flags, valued);
  if (!options) return refuse(options.error());
  const std::string verb = options->rest.empty() ? "" : options->rest[0];
  if (verb == "check") return check(*options);
  if (verb == "keywords") return fmt::print("{}", detect::keywords_markdown()), 0;
  return refuse_usage("rules needs a verb: check [FILE|DIR …] or keywords");
}

}  // namespace langyan::tool
