// PROFINET on layer 2 as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::profinet {

extern const Protocol protocol;

}  // namespace langyan::profinet
