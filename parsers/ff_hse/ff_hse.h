// FOUNDATION Fieldbus HSE as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::ff_hse {

extern const Protocol protocol;

}  // namespace langyan::ff_hse
