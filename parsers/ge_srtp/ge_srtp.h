// GE SRTP as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::ge_srtp {

extern const Protocol protocol;

}  // namespace langyan::ge_srtp
