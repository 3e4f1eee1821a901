// ANSI C12.22 as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::c1222 {

extern const Protocol protocol;

}  // namespace langyan::c1222
