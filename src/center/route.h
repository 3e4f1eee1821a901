// Route: one row declares one operation of the API: who may use it, what it takes, what it answers.
// Access checks, parameter checks, OpenAPI and the tests of every route are derived from the rows
// (routes.cc); nothing about a route stands anywhere else.
#pragma once

#include <span>
#include <string_view>

#include "center/http.h"
#include "center/role.h"

namespace langyan::center {

class Center;
struct Call;
using Handler = Response (*)(Center& center, Call& call);

enum class ParameterKind : std::uint8_t {
  text,
  word,
  number,
  flag,
  time,
  duration,
  ip,
  network,
  port,
  severity,
  sha256,
  organisation,
};

struct Parameter {
  std::string_view name;
  ParameterKind kind;
  std::string_view doc;                        // one sentence
  bool many = false;                           // may be repeated, or name several, joined by commas
  // Of a number; of a duration in microseconds; of a text the most octets (1,024 unless it says).
  std::uint64_t least = 0, most = UINT64_MAX;
  std::string_view words = {};                 // of a word: "a|b"
  std::string_view fallback = {};              // what is taken when it is not given
  bool required = false;
};

// Without a default constructor: a row that leaves it out does not compile.
class Allowed {
 public:
  constexpr Allowed(Who who) : who_(who) {}
  constexpr operator Who() const { return who_; }

 private:
  Who who_;
};

// Whether a request leaves an entry in the audit log (audit.h).
enum class Audited : std::uint8_t { if_it_changes, always, never };

struct Route {
  Method method;
  std::string_view path;  // "/api/v1/alerts/{id}"
  Allowed who;
  Lane lane;
  Handler handler;
  std::string_view summary;
  std::string_view answer;  // schema, or media type where it is not JSON
  std::span<const Parameter> parameters = {};
  std::string_view body = {};    // schema or media type of the body; empty: none is taken
  std::size_t largest_body = 0;  // 0 with a body: what the configuration says
  int status = 200;
  bool once = false;      // asking changes something or never ends: no HEAD
  Door door = Door::api;  // Door::metrics: only there; api rows serve local too
  Audited audited = Audited::if_it_changes;  // by the method, or `once`
};

// A row as it is, but for that.
constexpr Route audited(Route row) { return row.audited = Audited::always, row; }
constexpr Route not_audited(Route row) {
  return row.audited = Audited::never, row;
}  // its method only looks like a change

std::string operation_id(const Route& route);  // "GET /api/v1/alerts/{id}": "get_alerts_id"
bool in_path(const Route& route, std::string_view parameter);

std::span<const Route> routes();

// A named JSON Schema (2020-12, as OpenAPI 3.1 takes it).
struct Schema {
  std::string_view name;
  std::string_view json;
};
std::span<const Schema> schemas();

std::string openapi(std::string_view version);

}  // namespace langyan::center
