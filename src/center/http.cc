#include "center/http.h"

#include <algorithm>

namespace langyan::center {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

}  // namespace

std::string_view name(Method method) {
  constexpr std::string_view names[] = {"GET",   "HEAD",   "POST",    "PUT",
                                        "PATCH", "DELETE", "OPTIONS", ""};
  return names[static_cast<std::size_t>(method)];
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view Request::header(std::string_view wanted) const {
  for (const auto& [name, value] : headers) {
    if (same_word(name, wanted)) return value;
  }
  return {};
}

bool Request::has_header(std::string_view wanted) const {
  return std::ranges::any_of(headers,
                             [&](const auto& row) { return same_word(row.first, wanted); });
}

}  // namespace langyan::center
