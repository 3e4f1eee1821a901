// IEC 60870-5-101 as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::iec101 {

extern const Protocol protocol;

}  // namespace langyan::iec101
