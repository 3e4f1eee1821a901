// S7comm-plus as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::s7comm_plus {

extern const Protocol protocol;

}  // namespace langyan::s7comm_plus
