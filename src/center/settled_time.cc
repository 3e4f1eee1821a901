#include "center/settled_time.h"

#include <algorithm>

#include "base/log.h"

namespace langyan::center {
namespace {

constexpr Duration likely = hour;  // what NTP corrects, and a suspended host
constexpr Duration believed_after = day;

}  // namespace

SettledTime::SettledTime(Clock& clock, Time known)
    : clock_(clock), known_(known == 0 ? clock.now() : known), known_at_(clock.monotonic()) {
  // A center that was off for a day or less goes on as before.
  known_ = std::max(known_, std::min(clock.now(), known_ + day));
}

std::optional<Time> SettledTime::now() {
  const Time wall = clock_.now(), monotonic = clock_.monotonic();
  const Time expected = known_ + (monotonic - known_at_);
  if (wall > expected + likely) {
    const bool even = leap_ && std::abs(wall - leap_->to - (monotonic - leap_->at)) <= likely;
    if (!even) {
      leap_ = Leap{wall, monotonic};
      logging::warn("The clock is " + std::to_string((wall - expected) / hour) +
                    " hours ahead of what was expected; nothing is removed for its age until it "
                    "has run on evenly for a day.");
    }
    if (monotonic - leap_->at < believed_after) return {};
  }
  leap_.reset();
  // After a step back what was known goes on: returning to it is no leap.
  const bool back = wall < expected - likely;
  known_ = back ? expected : wall;
  known_at_ = monotonic;
  return wall;
}

}  // namespace langyan::center
