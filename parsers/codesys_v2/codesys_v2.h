// CODESYS V2 as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::codesys_v2 {

extern const Protocol protocol;

}  // namespace langyan::codesys_v2
