// ThresholdFile: threshold.config, which says of rules by number what their own text does not.
//
//   suppress gen_id 1, sig_id 2019, track by_src, ip [10.0.0.5,10.1.0.0/16]
//   threshold gen_id 1, sig_id 2020, type limit, track by_src, count 1, seconds 60
//   event_filter …       as threshold
//   rate_filter …        accepted: it changes what is done with packets, and the sensor only listens
//
// sig_id 0: every rule of the group; gen_id 0: of every group. Compile time only.
#pragma once

#include <string>
#include <vector>

#include "detect/rule_builder.h"

namespace langyan::detect {

// "type limit, track by_src, count 1, seconds 60" in any order; without `typed` no type.
bool read_threshold(RuleBuilder& rule, std::string_view value, bool typed, Threshold& threshold);

class ThresholdFile {
 public:
  void read(const std::string& name, const std::string& text, const Environment& environment,
            std::vector<RuleNote>& errors, std::vector<RuleNote>& warnings);
  bool concerns(const Rule& rule) const;
  void apply(Rule& rule) const;
  bool empty() const { return lines_.empty(); }

 private:
  struct Line {
    std::uint32_t gid = 0, sid = 0;  // 0: all
    Threshold threshold;             // kind none: a suppression
    Suppression suppression;
    bool nothing = false;
  };
  static bool read(RuleBuilder& line, Line& out);

  std::vector<Line> lines_;
};

}  // namespace langyan::detect
