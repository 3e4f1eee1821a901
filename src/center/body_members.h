// Members of a request's body: each is put into `into` where it is given. A Problem where it is of another kind than it
// must be; ignored, a version would overwrite what it was to guard. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "center/json_object.h"
#include "center/problem.h"

namespace langyan::center {

std::optional<Problem> read_text(const JsonObject& body, std::string_view name, std::string& into);
std::optional<Problem> read_flag(const JsonObject& body, std::string_view name, bool& into);
std::optional<Problem> read_number(const JsonObject& body, std::string_view name, std::optional<std::uint64_t>& into);

}  // namespace langyan::center
