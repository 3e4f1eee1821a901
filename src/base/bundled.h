// Where a folder lies that comes with the programs: in the source tree of a build, or where it is installed.
#pragma once

#include <string>
#include <string_view>

namespace langyan {

// "rules": its path. Where there is none, the name itself: a folder below the current one.
std::string bundled_folder(std::string_view name);

}  // namespace langyan
