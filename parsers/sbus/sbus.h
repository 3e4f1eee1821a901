// Saia Ether-S-Bus as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::sbus {

extern const Protocol protocol;

}  // namespace langyan::sbus
