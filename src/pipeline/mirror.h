// Mirror: whether what a mirror port shows can be relied on, judged by what was counted over a time:
// what is wrong with it, how much of the traffic that touches, and what to do.
//
//   Mirror mirror(rows);                       // of the counters that look() is given
//   for (const Mirror::Finding& each : mirror.look(values, live)) …   // what began since the last look
//   Mirror::judge(sight)                       // of a whole run
//
// A fault is told when it begins. It is over after some looks without it, and told again should it
// return after that. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/counters.h"
#include "fields/detection.h"

namespace langyan::pipeline {

class Mirror {
 public:
  enum class Fault : std::uint8_t {
    silent,          // nothing arrives
    groups_only,     // only broadcasts and multicasts, which every port gets
    one_way,         // one direction of connections
    loss,            // data missing that no counter of this host explains
    kernel_drop,     // this host is too slow
    interface_drop,  // its interface is
    cut,             // frames lack their end
    copies,          // packets come twice
    unreadable,      // frames of kinds that are not read
    last
  };
  static constexpr std::size_t fault_count = static_cast<std::size_t>(Fault::last);

  // What was counted over some time.
  enum class Seen : std::uint8_t {
    packets,
    groups,
    tcp,
    one_way,
    segments,
    gaps,
    kernel_drop,
    interface_drop,
    snapped,
    cut,
    copies,
    unreadable,
    last
  };
  using Sight = std::array<std::uint64_t, static_cast<std::size_t>(Seen::last)>;

  struct Finding {
    Fault fault;
    std::uint64_t affected, of;
    bool over = false;
  };

  explicit Mirror(std::span<const CounterRow> rows);

  // `values` of the rows, counted since the start. `live`: silence is a fault, too.
  std::vector<Finding> look(std::span<const std::uint64_t> values, bool live);
  bool has(Fault fault) const { return quiet_[static_cast<std::size_t>(fault)] != gone; }

  static std::vector<Finding> judge(const Sight& sight, bool live);
  // The sight of counters by name.
  static Sight sight_of(const std::function<std::uint64_t(std::string_view)>& value);

 private:
  static constexpr std::uint8_t gone = 3;  // looks without it

  std::array<std::size_t, static_cast<std::size_t>(Seen::last)> index_{};
  Sight before_{};
  std::array<std::uint8_t, fault_count> quiet_;  // looks since it was there last
};

std::span<const Detection> mirror_detections();  // indexed by Fault
const Detection& detection(Mirror::Fault fault);
// "one_way"
std::string_view name(Mirror::Fault fault);
// "5230 of 6010 TCP segments"
std::string extent(const Mirror::Finding& finding);

}  // namespace langyan::pipeline
