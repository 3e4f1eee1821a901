// CDP as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::cdp {

extern const Protocol protocol;

}  // namespace langyan::cdp
