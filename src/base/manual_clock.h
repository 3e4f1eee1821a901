// ManualClock: a Clock that stands still until it is told, for tests and simulations. sleep() moves
// it. One thread.
#pragma once

#include "base/clock.h"

namespace langyan {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time now = 1'767'225'600 * second) : now_(now) {}  // 2026-01-01
  Time now() override { return now_; }
  Time monotonic() override { return monotonic_; }
  void sleep(Duration duration) override { advance(duration); }

  void advance(Duration duration) {
    now_ += duration;
    monotonic_ += duration;
  }
  void jump(Duration duration) { now_ += duration; }  // the wall clock alone, as when it is set

 private:
  Time now_, monotonic_ = 0;
};

}  // namespace langyan
