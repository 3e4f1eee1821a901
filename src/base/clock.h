// Clock: the door to time. Everything that asks what time it is asks here, so that a simulation or
// a test can answer. Any thread may call a SystemClock.
#pragma once

#include "base/time.h"

namespace langyan {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() = 0;             // wall time; may jump either way
  virtual Time monotonic() = 0;       // never goes back; its zero means nothing
  virtual void sleep(Duration) = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() override;
  Time monotonic() override;
  void sleep(Duration) override;
};

}  // namespace langyan
