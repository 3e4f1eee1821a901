// The system calls each process of the sensor may make, and the BPF program that holds it to them.
// Room-internal; building a program neither reads nor changes anything.
#pragma once

#include <linux/filter.h>

#include <vector>

#include "sensor/confinement.h"

namespace langyan::sensor {

std::vector<sock_filter> system_call_filter(Part part);

}  // namespace langyan::sensor
