// DHCP as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::dhcp {

extern const Protocol protocol;

}  // namespace langyan::dhcp
