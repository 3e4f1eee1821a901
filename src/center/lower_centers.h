// Lower centers: those that have a token or an enrolment for this one, heard or not, and those whose heartbeats came through them.
// What they make themselves has their name where others have a sensor's; who counts sensors asks is_sensor(). Values; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/event_store.h"

namespace langyan::center {

class Center;
class Problem;

constexpr Duration sensor_silent_after = 10 * minute;

// Not a center: this one, which notes the states of alerts as events of its own, or one below.
bool is_sensor(const store::Sensor& source);

// The refusal of a name for a sensor or lower center that is this center's own: what bears it would be taken for a center's.
std::optional<Problem> refuse_own_name(Center& center, std::string_view source);

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
