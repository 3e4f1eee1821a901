// Call: one admitted request on its way to a handler. Lives as long as the handler runs; one
// thread.
#pragma once

#include "center/http.h"
#include "center/parameters.h"
#include "center/role.h"

namespace langyan::center {

// What a handler knows for the audit log (audit.h) that the request's path does not say. No secrets.
struct AuditNote {
  std::string actor, organisation;  // of a request that came without a credential
  std::string object, detail;
};

struct Call {
  Request& request;
  const Route& route;
  const Principal* principal;  // nothing only where everybody may
  Parameters parameters;
  Time now;
  AuditNote note = {};

  const store::Scope& scope() const { return principal->scope; }
  // The body as an object of these members only.
  std::variant<JsonObject, Problem> body(std::initializer_list<std::string_view> known) const;
};

// A body handed on as the answer.
Response json_answer(std::string body, int status = 200);

}  // namespace langyan::center
