// Form: the parts of a multipart/form-data body (RFC 7578), as views into it.
//
//   auto form = Form::parse(request.header("Content-Type"), request.body);
//   const auto rules = form->part("rules");
//
// One pass over the body. A value; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace langyan::center {

constexpr std::size_t most_parts = 16, longest_part_header = 4 * 1024;

class Form {
 public:
  // ErrorKind::usage: it is no form; ErrorKind::invalid: it is a broken one.
  static Result<Form> parse(std::string_view content_type, std::string_view body);

  std::optional<std::string_view> part(std::string_view name) const;

 private:
  std::map<std::string, std::string_view, std::less<>> parts_;
};

}  // namespace langyan::center
