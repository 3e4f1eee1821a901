// NTP as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::ntp {

extern const Protocol protocol;

}  // namespace langyan::ntp
