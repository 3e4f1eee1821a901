// The rows and shapes of what the tiers share: enterprises, notices, what comes down, the situation. Part of
// routes() and schemas().
#pragma once

#include <span>

#include "center/route.h"

namespace langyan::center {

std::span<const Route> tier_routes();
std::span<const Schema> tier_schemas();

}  // namespace langyan::center
