// patiently: asks again while another process holds what is asked for. A process that was killed
// may hold its lock for a moment longer, until the disk lets it die.
#pragma once

#include "base/clock.h"
#include "base/result.h"

namespace langyan::sensor {

template <class Ask>
auto patiently(Clock& clock, Ask ask) {
  constexpr Duration longest = 10 * second, between = 50 * millisecond;
  const Time end = clock.monotonic() + longest;
  while (true) {
    auto answer = ask();
    if (answer.ok() || answer.error().kind != ErrorKind::conflict || clock.monotonic() >= end)
      return answer;
    clock.sleep(between);
  }
}

}  // namespace langyan::sensor
