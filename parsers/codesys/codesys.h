// CODESYS V3 as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::codesys {

extern const Protocol protocol;

}  // namespace langyan::codesys
