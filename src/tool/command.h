// Command: one verb of `langyan`. A verb is a row of commands() in main.cc and a function in a file
// of its own; all it gets is the words after its name.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace langyan::tool {

using Words = std::vector<std::string>;

struct Command {
  std::string_view name, form, doc;
  int (*run)(const Words& words);
};

int read(const Words& words);       // read.cc
int assets(const Words& words);     // assets.cc
int inventory(const Words& words);  // inventory.cc: assets ls, show and set
bool is_inventory_verb(std::string_view word);
int vulnerabilities(const Words& words);  // vulnerabilities.cc
int rules(const Words& words);      // rules.cc
int baseline(const Words& words);   // baseline.cc
int fields(const Words& words);     // reference.cc
int catalogue(const Words& words);  // reference.cc
int query(const Words& words);      // query.cc
int alerts(const Words& words);     // alerts.cc
int sensors(const Words& words);    // summary.cc
int summary(const Words& words);    // summary.cc
int enterprises(const Words& words);  // enterprises.cc
int outputs(const Words& words);    // outputs.cc
int notices(const Words& words);    // notices.cc
int packs(const Words& words);      // packs.cc
int indicators(const Words& words);  // indicators.cc: packs indicators
int make_key(const Words& words, std::string_view command);  // keys.cc
int policy(const Words& words);     // policy.cc
int audit(const Words& words);      // audit.cc
int token(const Words& words);      // access.cc
int link(const Words& words);       // access.cc
int enrolment(const Words& words);  // enrolment.cc
int user(const Words& words);       // access.cc

// Prints "langyan: message" and returns the exit status its kind stands for.
int refuse(const Error& error);
int refuse_usage(std::string_view message);
Error not_understood();  // the center's answer lacks what a command needs of it

// Splits words into options ("--since=1h", "--since 1h", "--json") and the rest. `flags` take no
// value.
struct Options {
  Words rest;
  std::vector<std::pair<std::string, std::string>> given;
  bool has(std::string_view name) const;
  std::string text(std::string_view name, std::string_view otherwise = {}) const;
};
Result<Options> split(const Words& words, std::span<const std::string_view> flags,
                      std::span<const std::string_view> valued);

}  // namespace langyan::tool
