// IEEE C37.118 as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::synchrophasor {

extern const Protocol protocol;

}  // namespace langyan::synchrophasor
