// HART-IP as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::hart_ip {

extern const Protocol protocol;

}  // namespace langyan::hart_ip
