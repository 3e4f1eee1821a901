// Automatic tank gauge as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::atg {

extern const Protocol protocol;

}  // namespace langyan::atg
