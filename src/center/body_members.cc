#include "center/body_members.h"

namespace langyan::center {
namespace {

template <class Value, class Into>
std::optional<Problem> read(const JsonObject& body, std::string_view name, std::optional<Value> value,
                            std::string_view must_be, Into& into) {
  if (!body.has(name)) return {};
  if (!value) return Problem(Code::bad_body, "`" + std::string(name) + "` must be " + std::string(must_be) + ".");
  into = std::move(*value);
  return {};
}

}  // namespace

std::optional<Problem> read_text(const JsonObject& body, std::string_view name, std::string& into) {
  return read(body, name, body.text(name), "a text", into);
}

std::optional<Problem> read_flag(const JsonObject& body, std::string_view name, bool& into) {
  return read(body, name, body.flag(name), "true or false", into);
}

std::optional<Problem> read_number(const JsonObject& body, std::string_view name, std::optional<std::uint64_t>& into) {
  return read(body, name, body.number(name), "a whole number", into);
}

}  // namespace langyan::center
