// Beckhoff ADS over AMS/TCP, and the route service over UDP, as a Protocol; dissect finds it through
// the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::ads {

extern const Protocol protocol;

}  // namespace langyan::ads
