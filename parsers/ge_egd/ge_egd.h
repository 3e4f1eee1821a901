// Ethernet Global Data as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::ge_egd {

extern const Protocol protocol;

}  // namespace langyan::ge_egd
