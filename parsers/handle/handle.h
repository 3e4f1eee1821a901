// The Handle System (DO-IRP) as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::handle {

extern const Protocol protocol;

}  // namespace langyan::handle
