// The rows and shapes of the inventory. Part of routes() and schemas().
#pragma once

#include <span>

#include "center/route.h"

namespace langyan::center {

std::span<const Route> inventory_routes();
std::span<const Schema> inventory_schemas();

}  // namespace langyan::center
