#include "base/clock.h"

#include <cerrno>
#include <ctime>

namespace langyan {
namespace {

Time read(clockid_t id) {
  timespec at{};
  clock_gettime(id, &at);
  return static_cast<Time>(at.tv_sec) * second + at.tv_nsec / 1000;
}

}  // namespace

Time SystemClock::now() { return read(CLOCK_REALTIME); }
Time SystemClock::monotonic() { return read(CLOCK_MONOTONIC); }

void SystemClock::sleep(Duration duration) {
  if (duration <= 0) return;
  timespec wait{duration / second, duration % second * 1000};
  while (clock_nanosleep(CLOCK_MONOTONIC, 0, &wait, &wait) == EINTR) {
  }
}

}  // namespace langyan
