// Mitsubishi MC protocol, SLMP and MELSOFT as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::melsec {

extern const Protocol protocol;

}  // namespace langyan::melsec
