// The version of every program, from CMake's project().
#pragma once

#include <string_view>

namespace langyan {

inline constexpr std::string_view version = LANGYAN_VERSION;

}  // namespace langyan
