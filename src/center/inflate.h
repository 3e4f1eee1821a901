// Inflates a zstd body (RFC 8878) without ever holding more than `largest` bytes of it: a small
// body that stands for a huge one is refused as soon as it passes the limit. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "center/problem.h"

namespace langyan::center {

// Errors: invalid (not zstd, cut off, needs a window above 8 MB), full (larger than `largest`).
Result<std::string> inflate(std::string_view compressed, std::size_t largest);

// The body of a request that may be sent as it is or as zstd; taken out of it.
std::variant<std::string, Problem> inflated_body(Request& request, std::size_t largest);

}  // namespace langyan::center
