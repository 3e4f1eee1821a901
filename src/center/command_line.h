// The center's command line.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace langyan::center {

struct CommandLine {
  enum class Verb { serve, init, backup, restore };
  Verb verb = Verb::serve;
  std::string folder;              // of a backup
  std::string config;              // -c
  std::vector<std::string> sets;   // --set, and what --data, --listen … stand for
  std::vector<std::string> names;  // init --name: host names and addresses of the certificate
  bool test = false, version = false, help = false;
  bool print_default_config = false, print_config_schema = false, print_openapi = false;
  int verbosity = 0;  // -v 1, -q -1
};

Result<CommandLine> parse(int count, const char* const* words);
std::string usage();

}  // namespace langyan::center
