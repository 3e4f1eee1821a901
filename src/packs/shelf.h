// Shelf: the folder of packs that a sensor holds, one file a name. Its shipper puts what the center has, its rules are read from it.
//
//   shelf.put(text)       opened with the trusted keys, never a step back; replaced as a whole, so that a crash leaves the old or the new
//   shelf.read()          every pack that opens, by name; what does not is named in `faults` and left out
//   shelf.refuse(…)       a pack that could not be put, with the reason, beside what is there; until one of its version or a newer is
//
// One process puts, others may read meanwhile. Not for more than one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/disk.h"
#include "packs/pack.h"

namespace langyan::packs {

class Shelf {
 public:
  // `keys`: file of trusted keys, read at each call, so that a changed one counts at once.
  Shelf(Disk& disk, std::string folder, std::string keys)
      : disk_(disk), folder_(std::move(folder)), keys_(std::move(keys)) {}

  struct Content {
    std::vector<Pack> packs;
    std::vector<std::string> faults;
    std::vector<Refusal> refused;  // of versions above what is there
  };
  Content read() const;
  // Of what is there in force. Errors: invalid, conflict (check_successor), full, io.
  Result<void> put(std::string_view text);
  Result<void> refuse(const Refusal& refusal);
  Versions versions() const;

 private:
  Disk& disk_;
  const std::string folder_, keys_;
};

}  // namespace langyan::packs
