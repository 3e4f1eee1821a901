// IEC 60870-5-103 as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::iec103 {

extern const Protocol protocol;

}  // namespace langyan::iec103
