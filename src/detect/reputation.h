// Reputation: scores of addresses by category, from iprep/categories.txt and iprep/*.list in the
// folder of the rule file.
//
//   categories.txt   1,BadHosts,Known bad hosts
//   *.list           192.0.2.7,1,95          an address or a network, category, score 0 to 127
//
// An iprep condition is turned into a set of addresses when the rule is compiled. Compile time only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detect/address_set.h"
#include "detect/number_set.h"
#include "detect/rule_files.h"

namespace langyan::detect {

class Reputation {
 public:
  static constexpr std::size_t most_entries = 2'000'000;  // of all files
  static constexpr unsigned most_categories = 60, highest_score = 127;

  // False: `reason` says which file and line is wrong.
  bool load(RuleFiles& files, const std::string& folder, std::string& reason);
  bool knows(std::string_view category) const { return categories_.contains(category); }
  std::vector<std::string_view> categories() const;
  // The addresses whose score in the category is among these.
  AddressSet matching(std::string_view category, const NumberSet& scores) const;

 private:
  struct Entry {
    AddressSet::Range range;
    unsigned score;
  };
  bool read_list(const std::string& name, std::string_view text, std::string& reason);

  std::map<std::string, unsigned, std::less<>> categories_;
  std::map<unsigned, std::vector<Entry>> entries_;  // by category
  std::size_t count_ = 0;
};

// One Reputation a folder of rule files, loaded when a rule first asks for it.
class Reputations {
 public:
  explicit Reputations(RuleFiles& files) : files_(files) {}
  const Reputation* find(const std::string& folder, std::string& reason) {  // null: `reason` says why
    auto [at, is_new] = loaded_.try_emplace(folder);
    if (is_new) at->second.holds = at->second.reputation.load(files_, folder, at->second.reason);
    reason = at->second.reason;
    return at->second.holds ? &at->second.reputation : nullptr;
  }

 private:
  struct Loaded {
    Reputation reputation;
    bool holds = false;
    std::string reason;
  };
  RuleFiles& files_;
  std::map<std::string, Loaded> loaded_;
};

}  // namespace langyan::detect
