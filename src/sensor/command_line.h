// The sensor's command line: Suricata's flags keep their meaning (docs: console contract).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace langyan::sensor {

struct CommandLine {
  std::vector<std::string> captures;    // -r
  std::vector<std::string> interfaces;  // -i
  std::string config;                   // -c
  std::vector<std::string> sets;        // --set, and what -l -S -s -k stand for
  std::string filter;                   // --bpf-file, or the words after the options
  std::string more_rules;               // -s
  std::optional<int> fail_on;           // --fail-on: exit 3 when an alert is at least so severe
  bool test = false, version = false, help = false, list_keywords = false;
  bool as_now = false, continuous = false, messages = false, json = false;
  bool trial = false;  // capture_trial.h
  bool print_default_config = false, print_config_schema = false;
  int verbosity = 0;  // -v 1, -q -1
};

Result<CommandLine> parse(int count, const char* const* words);
std::string usage();

}  // namespace langyan::sensor
