#include "base/bundled.h"

#include <filesystem>

namespace langyan {

std::string bundled_folder(std::string_view name) {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  for (const char* candidate : {"../../..", "../share/langyan"}) {
    const auto folder = program / candidate / name;
    if (std::filesystem::is_directory(folder, error)) return folder.lexically_normal().string();
  }
  return std::string(name);
}

}  // namespace langyan
