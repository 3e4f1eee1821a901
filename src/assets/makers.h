// Makers: who registered a MAC's prefix (IEEE MA-L, MA-M and MA-S), read from the lists of Debian's
// package ieee-data. Constant once read; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/disk.h"
#include "base/result.h"

namespace langyan::assets {

class Makers {
 public:
  // Reads oui.csv, mam.csv and oui36.csv of `folder`; what is not there is left out.
  static Result<Makers> read(Disk& disk, const std::string& folder);
  void add(std::string_view csv);  // "MA-L,AABBCC,Maker,address" lines; others are passed over

  std::string_view find(const Mac& mac) const;  // empty: nobody known
  std::size_t size() const { return prefixes_.size(); }

 private:
  struct Prefix {
    std::uint64_t bits = 0;  // the prefix in the high part of 48 bits, the rest 0
    std::uint8_t length = 24;
    std::uint32_t at = 0, size = 0;  // in names_
    auto operator<=>(const Prefix& other) const {
      return std::pair{bits, length} <=> std::pair{other.bits, other.length};
    }
    bool operator==(const Prefix& other) const { return bits == other.bits && length == other.length; }
  };
  std::vector<Prefix> prefixes_;
  std::string names_;
};

}  // namespace langyan::assets
