// A damaged record may claim any time; what no timestamp can show becomes the nearest that can.
// Room-internal.
#pragma once

#include "base/time.h"

namespace langyan::capture {

constexpr Time last_time = 253'402'300'799'999'999;  // 9999-12-31T23:59:59.999999Z

constexpr Time shown_time(Time time) {
  return time < 0 ? 0 : time > last_time ? last_time : time;
}

}  // namespace langyan::capture
