// Caps: the one table of everything traffic can grow, with its bound and its price.
//
// A room names its caps as objects at the top of the file that owns the container:
//   const Cap flows{"flow.flows", 65'536, 1, 16'777'216, 192, "Flows kept at a time."};
// Being constructed registers it. The configuration key is caps.<name>, written as a size (32MB)
// where the name ends in _bytes; `langyan-sensor -T` prints every row and the sum of value * bytes.
// Values change only before traffic is read (one thread); afterwards any thread may read them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace langyan {

class Cap {
 public:
  Cap(std::string_view name, std::uint64_t value, std::uint64_t least, std::uint64_t most,
      std::uint64_t bytes_each, std::string_view doc);
  Cap(const Cap&) = delete;
  Cap& operator=(const Cap&) = delete;

  std::string_view name() const { return name_; }
  std::string_view doc() const { return doc_; }
  std::uint64_t least() const { return least_; }
  std::uint64_t most() const { return most_; }
  std::uint64_t bytes_each() const;  // its own price and what upper rooms keep for each (CapShare)
  std::uint64_t preset() const { return preset_; }  // the default, whatever was set since
  std::uint64_t value() const { return value_; }
  std::uint64_t bytes() const { return value_ * bytes_each(); }
  // The share of one of `parts` workers, never less than `least`.
  std::uint64_t share(std::uint64_t parts) const;

  static const std::vector<Cap*>& all();  // sorted by name
  static Cap* find(std::string_view name);
  static std::uint64_t total_bytes();
  Result<void> set(std::uint64_t value);

 private:
  std::string_view name_, doc_;
  mutable std::uint64_t value_;  // caps are declared const, and still set before traffic is read
  std::uint64_t preset_, least_, most_, bytes_each_;
};

// What a room keeps for each of what another room's cap counts, such as its own state of a flow:
// an object beside the container, in any order with the cap itself, that adds to the cap's price.
class CapShare {
 public:
  CapShare(std::string_view cap, std::uint64_t bytes_each);
};

}  // namespace langyan
