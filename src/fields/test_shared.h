// For the tests of parsers: a Shared of one pair of hosts.
#pragma once

#include <map>
#include <vector>

#include "fields/shared.h"

namespace langyan {

class SharedTable final : public Shared {
 public:
  void put(std::uint64_t key, Bytes value) override {
    value = value.first(std::min(value.size(), shared_bytes));
    entries_[key].assign(value.begin(), value.end());
  }
  Bytes find(std::uint64_t key) override {
    const auto at = entries_.find(key);
    return at == entries_.end() ? Bytes{} : Bytes{at->second};
  }

 private:
  std::map<std::uint64_t, std::vector<std::uint8_t>> entries_;
};

}  // namespace langyan
