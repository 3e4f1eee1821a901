// DNP3 (IEEE Std 1815) as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::dnp3 {

extern const Protocol protocol;

}  // namespace langyan::dnp3
