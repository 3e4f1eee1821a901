// The raw header of a request, looked at before any parser: the forms that two parsers could read
// differently, and that therefore smuggle requests past one of them, are refused here.
// Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "center/http_server.h"
#include "center/problem.h"

namespace langyan::center {

struct HeadFault {
  Code code;
  std::string detail;
  bool operator==(const HeadFault&) const = default;
};

// `head` ends with the empty line. Nothing means: hand it to the parser.
std::optional<HeadFault> fault_of_head(std::string_view head, const HttpLimits& limits);

}  // namespace langyan::center
