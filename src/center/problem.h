// Problem: an error answer, application/problem+json (RFC 9457).
//
// `type` and `code` are stable for programs; `title` belongs to the code; `detail` is written for
// the person who reads it. Members beyond these are added with member(). Any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "center/http.h"

namespace langyan::center {

enum class Code : std::uint8_t {
  malformed_request,
  bad_parameter,
  bad_body,
  bad_line,
  bad_query,
  bad_encoding,
  forged_request,
  sign_in_required,
  wrong_credentials,
  code_required,
  certificate_expired,
  certificate_refused,
  forbidden,
  not_found,
  method_not_allowed,
  header_timeout,
  body_timeout,
  conflict,
  positions_missing,
  gone,
  too_large,
  target_too_long,
  unsupported_type,
  too_costly,
  too_many_requests,
  signing_in_too_often,
  header_too_large,
  failed,
  version,
  overloaded,
  storage,
  not_ready,
  last
};

struct ProblemRow {
  std::string_view code;  // also the last part of `type`
  int status;
  std::string_view title;
};
const ProblemRow& row(Code code);
std::span<const ProblemRow> problem_rows();

class Problem {
 public:
  Problem(Code code, std::string_view detail);
  // Adds a member; `json` is a value that is JSON already.
  Problem& member(std::string_view name, std::string_view json);
  Problem& member(std::string_view name, std::uint64_t value);
  // Sets Retry-After and the same number as a member, for clients that see no headers.
  Problem& retry_after(std::uint64_t seconds);
  Problem& header(std::string name, std::string value);
  Code code() const { return code_; }
  Response response() const;
  operator Response() const { return response(); }

 private:
  Code code_;
  std::string members_;
  std::vector<std::pair<std::string, std::string>> headers_;
};

// The problem that says what an Error of a lower room means to the asker.
Problem problem_of(const Error& error);
// Likewise for a question: what is full is the time or memory a question may take.
Problem question_problem(const Error& error);

}  // namespace langyan::center
