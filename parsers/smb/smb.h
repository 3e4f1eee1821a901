// SMB 1, 2 and 3 as a Protocol; dissect finds it through the generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::smb {

extern const Protocol protocol;

}  // namespace langyan::smb
