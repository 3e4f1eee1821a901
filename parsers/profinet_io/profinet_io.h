// PROFINET IO context management over UDP as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::profinet_io {

extern const Protocol protocol;

}  // namespace langyan::profinet_io
