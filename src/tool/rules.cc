// langyan rules: what is wrong with rule files, and what the language has.
#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "detect/rule_set.h"
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

std::vector<const RuleNote*> of_file(const std::vector<RuleNote>& notes, std::string_view path) {
  std::vector<const RuleNote*> found;
  for (const RuleNote& note : notes)
    if (note.file == path) found.push_back(&note);
  return found;
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
  const auto errors = of_file(report.errors, file.path);
  const auto warnings = of_file(report.warnings, file.path);
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

// What stands in no file that was read: paths that cannot be, trouble with the set as a whole.
std::vector<const RuleNote*> elsewhere(const RuleReport& report) {
  std::vector<const RuleNote*> found;
  for (const RuleNote& note : report.errors) {
    if (std::ranges::find(report.files, note.file, &detect::FileReport::path) ==
        report.files.end())
      found.push_back(&note);
  }
  return found;
}

void print_report(const RuleReport& report) {
  for (const RuleNote* note : elsewhere(report)) fmt::print("{}\n", detect::render(*note));
  for (const auto& file : report.files) print_file(report, file);
  print_unsupported(report);
  if (report.skipped)
    fmt::print("{} skipped: they require what this program does not have\n", report.skipped);
  fmt::print("{} loaded, {} refused, {} in {:.2f} s; {}, {} kB\n", report.loaded, report.refused,
             counted(report.warnings.size(), "warning", "warnings"), report.compile_seconds,
             counted(report.databases, "database", "databases"), report.database_bytes / 1024);
}

void write_notes(JsonWriter& json, std::string_view name,
                 const std::vector<const RuleNote*>& notes) {
  json.key(name).open_list();
  for (const RuleNote* note : notes) {
    json.open();
    if (note->line) json.field("line", note->line).field("column", note->column);
    if (note->sid) json.field("sid", note->sid);
    json.field("message", note->message);
    if (!note->keyword.empty()) json.field("keyword", note->keyword);
    json.close();
  }
  json.close_list();
}

void print_json(const RuleReport& report) {
  std::string out;
  JsonWriter json(out);
  json.open().field("loaded", report.loaded).field("refused", report.refused);
  json.field("skipped", report.skipped);
  json.field("warnings", static_cast<std::uint64_t>(report.warnings.size()));
  json.field("clean", report.clean()).field("seconds", report.compile_seconds);
  json.field("databases", report.databases).field("database_bytes", report.database_bytes);
  json.key("files").open_list();
  for (const auto& file : report.files) {
    json.open().field("path", file.path).field("loaded", file.loaded);
    json.field("refused", file.refused);
    write_notes(json, "errors", of_file(report.errors, file.path));
    write_notes(json, "warnings", of_file(report.warnings, file.path));
    json.close();
  }
  json.close_list();
  write_notes(json, "errors", elsewhere(report));
  json.key("unsupported").open_list();
  for (const auto& [keyword, count] : report.unsupported)
    json.open().field("keyword", keyword).field("rules", count).close();
  json.close_list().close();
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
