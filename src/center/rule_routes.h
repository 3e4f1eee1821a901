// The rows and the shapes of rules that are shown and tried. Part of routes() and schemas().
#pragma once

#include <span>

#include "center/route.h"

namespace langyan::center {

std::span<const Route> rule_routes();
std::span<const Schema> rule_schemas();

}  // namespace langyan::center
