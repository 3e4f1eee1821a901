// ROC and ROC Plus as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::roc_plus {

extern const Protocol protocol;

}  // namespace langyan::roc_plus
