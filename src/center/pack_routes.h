// The rows and shapes of rule packs. Part of routes() and schemas().
#pragma once

#include <span>

#include "center/route.h"

namespace langyan::center {

std::span<const Route> pack_routes();
std::span<const Schema> pack_schemas();

}  // namespace langyan::center
