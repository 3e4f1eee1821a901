// The protocols this build knows, in the order of parsers/CMakeLists.txt. Constant; any thread.
#pragma once

#include <span>
#include <string_view>

#include "fields/protocol.h"

namespace langyan::dissect {

std::span<const Protocol* const> protocols();

inline const Protocol* find_protocol(std::string_view name) {
  for (const Protocol* protocol : protocols())
    if (protocol->name == name) return protocol;
  return nullptr;
}

}  // namespace langyan::dissect
