// Sampled Values as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::sv {

extern const Protocol protocol;

}  // namespace langyan::sv
