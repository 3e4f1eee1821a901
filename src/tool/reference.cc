// langyan fields, langyan catalogue: the sensor's tables as text.
#include <fmt/format.h>

#include "base/json.h"
#include "pipeline/catalogue.h"
#include "query/catalogue.h"
#include "tool/command.h"

namespace langyan::tool {
namespace {

// What a query calls its columns, and what they are called.
std::string columns_typescript() {
  std::string script = "export const columns = {\n";
  for (const query::Target& target : query::fixed_targets()) {
    std::string names, row;
    for (const std::string& alias : target.aliases) JsonWriter(names, !names.empty()).text(alias);
    JsonWriter(row).text(target.name);
    row += ": { en: ";
    JsonWriter(row).text(target.label.en);
    row += ", zh: ";
    JsonWriter(row).text(target.label.zh);
    script += "  " + row + ", names: [" + names + "] },\n";
  }
  return script + "} as const;\n";
}

}  // namespace

int fields(const Words& words) {
  constexpr std::string_view flags[] = {"markdown", "typescript", "json"};
  const auto options = split(words, flags, {});
  if (!options) return refuse(options.error());
  if (options->has("json")) return fmt::print("{}\n", pipeline::fields_json()), 0;
  if (options->has("typescript")) return fmt::print("{}{}", pipeline::fields_typescript(), columns_typescript()), 0;
  return fmt::print("{}", pipeline::fields_markdown()), 0;
}

int catalogue(const Words& words) {
  constexpr std::string_view flags[] = {"markdown", "json"};
  const auto options = split(words, flags, {});
  if (!options) return refuse(options.error());
  if (options->has("markdown")) return fmt::print("{}", pipeline::detections_markdown()), 0;
  return fmt::print("{}\n", pipeline::detections_json()), 0;
}

}  // namespace langyan::tool
