// Candidates: the rules that one input may make hold, as the groups that look at it find them: by a literal, by octets
// at fixed places, by a number of the packet's header, or always. Each rule once.
//
// Nothing is allocated between two use(). One thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "decode/headers.h"
#include "detect/tables.h"

namespace langyan::detect {

class Candidates {
 public:
  // Of another set from now on; there are none. False: no memory for the scanner, and nothing changed.
  bool use(const Tables& tables);

  void start() {  // of the next input: there are none
    rules_.clear();
    if (++stamp_ == 0) restart();
  }
  void add(std::uint32_t rule) {
    if (stamps_[rule] == stamp_) return;
    stamps_[rule] = stamp_;
    rules_.push_back(rule);
  }
  // Adds what `group` finds in `data`, of which `old` octets at the front were scanned before; `start` is the place of
  // data[0]. Without headers a group has no numbers.
  void scan(const ScanGroup& group, Bytes data, std::uint64_t start, std::size_t old, const decode::Headers* headers);

  bool empty() const { return rules_.empty(); }
  std::size_t size() const { return rules_.size(); }
  // In the order of evaluation, until the next start().
  std::span<const std::uint32_t> sorted() {
    if (rules_.size() > 1) std::ranges::sort(rules_);
    return rules_;
  }

 private:
  void restart();  // the stamps begin anew
  void compare_fixed(const ScanGroup& group, Bytes data, std::size_t old);

  ScanScratch scratch_;
  std::vector<std::uint32_t> rules_;
  std::vector<std::uint32_t> stamps_;  // per rule, of the input that last brought it up
  std::uint32_t stamp_ = 0;
};

}  // namespace langyan::detect
