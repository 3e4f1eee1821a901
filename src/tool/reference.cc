// langyan fields, langyan catalogue: the sensor's tables as text.
#include <fmt/format.h>

#include "pipeline/catalogue.h"
#include "tool/command.h"

namespace langyan::tool {

int fields(const Words& words) {
  constexpr std::string_view flags[] = {"markdown", "typescript", "json"};
  const auto options = split(words, flags, {});
  if (!options) return refuse(options.error());
  if (options->has("json")) return fmt::print("{}\n", pipeline::fields_json()), 0;
  if (options->has("typescript")) return fmt::print("{}", pipeline::fields_typescript()), 0;
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
