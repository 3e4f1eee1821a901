#include "detect/rule_files.h"

#include <algorithm>
#include <filesystem>

namespace langyan::detect {

const std::string* RuleFiles::read(const std::string& folder, std::string_view name,
                                   std::string& reason) {
  namespace fs = std::filesystem;
  const fs::path relative(name);
  const bool leaves = std::ranges::any_of(relative, [](const fs::path& part) { return part == ".."; });
  if (name.empty() || relative.is_absolute() || leaves || name.find('\0') != name.npos) {
    reason = "a file of a rule lies in the folder of its rule file: no absolute path and no \"..\"";
    return nullptr;
  }
  if (const auto given = given_.find((fs::path(folder) / relative).lexically_normal().string()); given != given_.end())
    return given->second;
  std::error_code error;
  const fs::path base = fs::canonical(folder.empty() ? fs::path(".") : fs::path(folder), error);
  const fs::path path = fs::canonical(base / relative, error);
  if (error || !fs::is_regular_file(path, error)) {
    reason = "there is no file \"" + std::string(name) + "\" in the folder of the rule file";
    return nullptr;
  }
  const auto [base_end, ignored] = std::ranges::mismatch(base, path);
  if (base_end != base.end()) {
    reason = "\"" + std::string(name) + "\" leads out of the folder of the rule file";
    return nullptr;
  }
  if (const auto known = contents_.find(path.string()); known != contents_.end()) return &known->second;
  auto content = read_file(disk_, path.string(), largest);
  if (!content) {
    reason = content.error().kind == ErrorKind::full ? "the file is larger than 64 MB" : content.error().message;
    return nullptr;
  }
  return &contents_.emplace(path.string(), content.take()).first->second;
}

std::vector<std::string> RuleFiles::list(const std::string& folder, std::string_view below,
                                         std::string_view suffix) {
  std::vector<std::string> names;
  const std::string path = (folder.empty() ? std::string(".") : folder) + "/" + std::string(below);
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return names;
  if (auto listed = disk_.list(path)) {
    for (const std::string& name : *listed)
      if (name.ends_with(suffix)) names.push_back(std::string(below) + "/" + name);
  }
  return names;
}

}  // namespace langyan::detect
