// Saia Ether-S-I/O as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::ether_sio {

extern const Protocol protocol;

}  // namespace langyan::ether_sio
