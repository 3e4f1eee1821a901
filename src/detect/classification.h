// Classification: what a rule's classtype means, read from classification.config:
//
//   config classification: attempted-recon,Attempted Information Leak,2
//
// Compile time only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "detect/rule_set.h"

namespace langyan::detect {

struct Classtype {
  std::string description;
  std::uint8_t priority = 3;
};

class Classification {
 public:
  // Adds what `text` declares; what is wrong with a line goes to `errors`, the others count.
  void read(std::string_view name, std::string_view text, std::vector<RuleNote>& errors);
  const Classtype* find(std::string_view classtype) const;
  std::string_view nearest(std::string_view classtype) const;
  bool empty() const { return rows_.empty(); }

 private:
  std::map<std::string, Classtype, std::less<>> rows_;
};

}  // namespace langyan::detect
