// HTTP/1.0 and 1.1 as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::http {

extern const Protocol protocol;

}  // namespace langyan::http
