// DCE/RPC over TCP as a Protocol, with the interfaces of OPC Classic; dissect finds it through the
// generated registry.
#pragma once

#include "fields/protocol.h"

namespace langyan::dcerpc {

extern const Protocol protocol;

}  // namespace langyan::dcerpc
