// Lower centers: those that have a token or an enrolment for this one, heard or not, and those whose heartbeats came through them.
// Values; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/scope.h"

namespace langyan::center {

class Center;

enum class Link : std::uint8_t { none, ok, never, lagging, silent };  // none: no center; the worst last
std::string_view name_of(Link link);

struct LowerCenter {
  std::string name, organisation, via;
  bool direct = false;  // it dials this one
  Time last_heard = 0;
  std::map<std::string_view, std::uint64_t> received;  // positions by lane; of a direct one
  std::string heartbeat, heartbeat_time;               // stats.center of its newest; empty: none
  Duration behind = 0;                                 // as that says, of the lane that is further behind

  Link link(Time now) const;  // silent: not heard for five minutes; lagging: five minutes behind
};

Result<std::vector<LowerCenter>> lower_centers(Center& center, const store::Scope& scope);  // by organisation and name

}  // namespace langyan::center
