// Router: finds the row of a request and asks Access whether the caller may. Constant after
// construction; any thread.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "center/access.h"
#include "center/route.h"

namespace langyan::center {

struct Matched {
  const Route* route = nullptr;
  std::map<std::string, std::string> captured;
};

class Router {
 public:
  explicit Router(std::span<const Route> rows);

  // The row, or the answer to who asks for none: 404, 405 with Allow, 400.
  std::variant<Matched, Problem> match(const Request& request) const;

 private:
  struct Row {
    const Route* route;
    std::vector<std::string_view> segments;
    std::size_t literals = 0;
  };
  std::vector<Row> rows_;  // those with more literal segments first
};

// Nothing: go on. Otherwise 401 or 403.
std::optional<Problem> refusal_of(const Route& route, const Access::Identity& identity);

}  // namespace langyan::center
