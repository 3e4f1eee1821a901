// What those who ask a center have in common. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace langyan::uplink {

std::string without_slash(std::string url);  // at its end: paths are appended
// A text of an answer in JSON, as its `detail`; empty where there is none.
std::string text_in(const std::string& body, std::string_view member);

}  // namespace langyan::uplink
