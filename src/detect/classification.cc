#include "detect/classification.h"

#include <charconv>

#include "base/suggest.h"
#include "detect/rule_lines.h"

namespace langyan::detect {
namespace {

constexpr std::string_view opening = "config classification:";

// Empty: read well.
std::string read_row(std::string_view line, std::string& name, Classtype& row) {
  if (!line.starts_with(opening)) {
    return "a line is \"config classification: name,description,priority\"";
  }
  line = trim(line.substr(opening.size()));
  const std::size_t first = line.find(','), last = line.rfind(',');
  if (first == line.npos || first == last) return "name, description and priority are three parts";
  const std::string_view priority = trim(line.substr(last + 1));
  unsigned value = 0;
  const auto [end, error] =
      std::from_chars(priority.data(), priority.data() + priority.size(), value);
  if (error != std::errc{} || end != priority.data() + priority.size() || value < 1 ||
      value > 255) {
    return "the priority \"" + std::string(priority) + "\" is not a number from 1 to 255";
  }
  name = trim(line.substr(0, first));
  if (name.empty()) return "the name is missing";
  row = {std::string(trim(line.substr(first + 1, last - first - 1))),
         static_cast<std::uint8_t>(value)};
  return {};
}

}  // namespace

void Classification::read(std::string_view file, std::string_view text,
                          std::vector<RuleNote>& errors) {
  RuleLines lines(text);
  LogicalRule line;
  while (lines.next(line)) {
    std::string name;
    Classtype row;
    std::string reason = read_row(line.text(), name, row);
    if (reason.empty()) {
      rows_.insert_or_assign(std::move(name), std::move(row));
    } else {
      errors.push_back({std::string(file), line.line(), 1, 0, std::move(reason), {}});
    }
  }
}

const Classtype* Classification::find(std::string_view classtype) const {
  const auto at = rows_.find(classtype);
  return at == rows_.end() ? nullptr : &at->second;
}

std::string_view Classification::nearest(std::string_view classtype) const {
  std::vector<std::string_view> names;
  for (const auto& [name, row] : rows_) names.push_back(name);
  return langyan::nearest(classtype, names);
}

}  // namespace langyan::detect
