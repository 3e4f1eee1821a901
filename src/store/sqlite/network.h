// Networks in the columns of a day file: v4 lies there as a number, v6 as octets, so that a network
// is one range, ::/0 two.
#pragma once

#include <string_view>

#include "base/address.h"
#include "store/sqlite/plan.h"
#include "store/sqlite/rollups.h"

namespace langyan::store {

Sql in_network(std::string_view column, const IpNetwork& network);

}  // namespace langyan::store
