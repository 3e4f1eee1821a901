// RDP as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::rdp {

extern const Protocol protocol;

}  // namespace langyan::rdp
