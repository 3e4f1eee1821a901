// RuleFiles: what rules name by file (datasets, reputation), read from the folder of their rule file
// and nowhere else: no absolute path, no "..", no link that leads out. Compile time only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/disk.h"

namespace langyan::detect {

class RuleFiles {
 public:
  static constexpr std::size_t largest = 64u << 20;  // octets of one file

  // What is no file: a path under which read() finds a text, which outlives this.
  void put(std::string path, const std::string* text) { given_.emplace(std::move(path), text); }
  // The content, which lives as long as this does. Null: `reason` says why.
  const std::string* read(const std::string& folder, std::string_view name, std::string& reason);
  // The files of a folder below `folder` that end so, as names for read(); none where there is none.
  std::vector<std::string> list(const std::string& folder, std::string_view below,
                                std::string_view suffix);

 private:
  SystemDisk disk_;
  std::map<std::string, std::string> contents_;  // by canonical path
  std::map<std::string, const std::string*> given_;
};

}  // namespace langyan::detect
