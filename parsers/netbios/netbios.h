// The NetBIOS name service as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::netbios {

extern const Protocol protocol;

}  // namespace langyan::netbios
