// TLS as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::tls {

extern const Protocol protocol;

}  // namespace langyan::tls
