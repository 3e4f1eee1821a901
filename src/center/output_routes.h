// The rows and shapes of outputs and of STIX. Part of routes() and schemas().
#pragma once

#include <span>

#include "center/route.h"

namespace langyan::center {

std::span<const Route> output_routes();
std::span<const Schema> output_schemas();

}  // namespace langyan::center
