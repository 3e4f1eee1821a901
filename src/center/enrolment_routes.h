// The rows and shapes of enrolments and certificates (enrolments_api.cc): a part of routes.cc and schemas.cc.
#pragma once

#include "center/route.h"

namespace langyan::center {

std::span<const Route> enrolment_routes();
std::span<const Schema> enrolment_schemas();

}  // namespace langyan::center
