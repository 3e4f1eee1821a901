// LLDP as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::lldp {

extern const Protocol protocol;

}  // namespace langyan::lldp
