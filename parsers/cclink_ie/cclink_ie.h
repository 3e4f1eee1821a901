// CC-Link IE Field Network Basic as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::cclink_ie {

extern const Protocol protocol;

}  // namespace langyan::cclink_ie
