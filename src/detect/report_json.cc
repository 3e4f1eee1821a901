#include "detect/report_json.h"

#include <algorithm>

namespace langyan::detect {
namespace {

void write_notes(JsonWriter& json, std::string_view name, const std::vector<const RuleNote*>& notes) {
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

}  // namespace

std::vector<const RuleNote*> notes_of(std::string_view path, const std::vector<RuleNote>& notes) {
  std::vector<const RuleNote*> found;
  for (const RuleNote& note : notes)
    if (note.file == path) found.push_back(&note);
  return found;
}

std::vector<const RuleNote*> errors_elsewhere(const RuleReport& report) {
  std::vector<const RuleNote*> found;
  for (const RuleNote& note : report.errors) {
    if (std::ranges::find(report.files, note.file, &FileReport::path) == report.files.end()) found.push_back(&note);
  }
  return found;
}

void write_report(JsonWriter& json, const RuleReport& report) {
  json.open().field("loaded", report.loaded).field("refused", report.refused);
  json.field("skipped", report.skipped);
  json.field("warnings", static_cast<std::uint64_t>(report.warnings.size()));
  json.field("clean", report.clean()).field("seconds", report.compile_seconds);
  json.field("databases", report.databases).field("database_bytes", report.database_bytes);
  json.key("files").open_list();
  for (const auto& file : report.files) {
    json.open().field("path", file.path).field("loaded", file.loaded);
    json.field("refused", file.refused);
    write_notes(json, "errors", notes_of(file.path, report.errors));
    write_notes(json, "warnings", notes_of(file.path, report.warnings));
    json.close();
  }
  json.close_list();
  write_notes(json, "errors", errors_elsewhere(report));
  json.key("unsupported").open_list();
  for (const auto& [keyword, count] : report.unsupported)
    json.open().field("keyword", keyword).field("rules", count).close();
  json.close_list().close();
}

}  // namespace langyan::detect
