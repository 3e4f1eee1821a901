#include "center/problem.h"

#include <iterator>

#include "base/json.h"

namespace langyan::center {
namespace {

// clang-format off
constexpr ProblemRow rows[] = {
    {"malformed-request",    400, "The request is not well-formed HTTP"},
    {"bad-parameter",        400, "A parameter is not understood"},
    {"bad-body",             400, "The body is not understood"},
    {"bad-line",             400, "Lines of the batch are refused"},
    {"bad-query",            400, "The query is not understood"},
    {"bad-encoding",         400, "The body cannot be decompressed"},
    {"forged-request",       403, "The request comes from another site"},
    {"sign-in-required",     401, "Sign in first"},
    {"wrong-credentials",    401, "Name or password is wrong"},
    {"code-required",        401, "A code of the authenticator app is needed"},
    {"certificate-expired",  401, "The certificate has expired"},
    {"certificate-refused",  401, "The certificate does not count here"},
    {"forbidden",            403, "This account may not do that"},
    {"not-found",            404, "There is nothing here"},
    {"method-not-allowed",   405, "This method does not work here"},
    {"header-timeout",       408, "The header took too long"},
    {"body-timeout",         408, "The body took too long"},
    {"conflict",             409, "The state has changed meanwhile"},
    {"positions-missing",    409, "Positions are missing before this batch"},
    {"gone",                 410, "This is no longer valid"},
    {"too-large",            413, "The body is too large"},
    {"target-too-long",      414, "The address is too long"},
    {"unsupported-type",     415, "This kind of content is not taken"},
    {"too-costly",           422, "The question takes too much"},
    {"too-many-requests",    429, "Too much at once"},
    {"signing-in-too-often", 429, "Too many failed sign-ins"},
    {"header-too-large",     431, "The header is too large"},
    {"failed",               500, "The center failed"},
    {"version",              505, "Only HTTP/1.0 and HTTP/1.1 are spoken here"},
    {"overloaded",           503, "The center is busy"},
    {"storage",              507, "The store cannot take more"},
    {"not-ready",            503, "The center is not ready"},
};
// clang-format on
static_assert(std::size(rows) == static_cast<std::size_t>(Code::last), "one row for each code");

}  // namespace

const ProblemRow& row(Code code) {
  return rows[static_cast<std::size_t>(code)];
}
std::span<const ProblemRow> problem_rows() {
  return rows;
}

Problem::Problem(Code code, std::string_view detail) : code_(code) {
  JsonWriter json(members_);
  const ProblemRow& kind = row(code);
  json.open().field("type", "urn:langyan:problem:" + std::string(kind.code));
  json.field("title", kind.title).field("status", static_cast<std::uint64_t>(kind.status));
  json.field("code", kind.code).field("detail", detail);
}

Problem& Problem::member(std::string_view name, std::string_view json) {
  members_.append(",\"").append(name).append("\":").append(json);
  return *this;
}

Problem& Problem::member(std::string_view name, std::uint64_t value) {
  return member(name, std::string_view(std::to_string(value)));
}

Problem& Problem::retry_after(std::uint64_t seconds) {
  headers_.emplace_back("Retry-After", std::to_string(seconds));
  return member("retry_after", seconds);
}

Problem& Problem::header(std::string name, std::string value) {
  headers_.emplace_back(std::move(name), std::move(value));
  return *this;
}

Response Problem::response() const {
  Response answer;
  answer.status = row(code_).status;
  answer.content_type = "application/problem+json";
  answer.headers = headers_;
  answer.body = members_ + "}\n";
  return answer;
}

Problem problem_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::usage: return {Code::bad_parameter, error.message};
    case ErrorKind::invalid: return {Code::bad_body, error.message};
    case ErrorKind::missing: return {Code::not_found, error.message};
    case ErrorKind::permission: return {Code::forbidden, error.message};
    case ErrorKind::conflict: return {Code::conflict, error.message};
    case ErrorKind::full: return {Code::storage, error.message};
    case ErrorKind::failed:
    case ErrorKind::io: break;
  }
  return {Code::failed, error.message};
}

Problem question_problem(const Error& error) {
  if (error.kind == ErrorKind::full) return {Code::too_costly, error.message};
  if (error.kind == ErrorKind::invalid) return {Code::bad_parameter, error.message};
  return problem_of(error);
}

}  // namespace langyan::center
