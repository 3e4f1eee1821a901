#include "center/router.h"

#include <algorithm>
#include <functional>

#include "center/parameters.h"

namespace langyan::center {
namespace {

constexpr std::size_t most_segments = 12;

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty() && parts.size() <= most_segments) {
    path.remove_prefix(1);
    const auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    path = slash == path.npos ? std::string_view() : path.substr(slash);
  }
  return parts;
}

bool is_capture(std::string_view segment) {
  return segment.starts_with('{');
}

bool serves(const Route& route, Door door) {
  return route.door == door || door == Door::local;
}

bool answers(const Route& route, Method method) {
  return route.method == method ||
         (method == Method::head && route.method == Method::get && !route.once);
}

}  // namespace

Router::Router(std::span<const Route> rows) {
  for (const Route& route : rows) {
    Row row{&route, split(route.path), 0};
    row.literals =
        static_cast<std::size_t>(std::ranges::count_if(row.segments, std::not_fn(is_capture)));
    rows_.push_back(std::move(row));
  }
  std::ranges::stable_sort(rows_, std::greater(), &Row::literals);
}

std::variant<Matched, Problem> Router::match(const Request& request) const {
  std::vector<std::string> segments;
  for (std::string_view part : split(request.path)) {
    auto decoded = decode_percent(part, false);
    if (!decoded) return Problem(Code::malformed_request, "The path is not percent-encoded UTF-8.");
    segments.push_back(std::move(*decoded));
  }
  std::string allow;
  std::size_t literals = 0;
  for (const Row& row : rows_) {
    const auto same = [](std::string_view wanted, const std::string& is) {
      return is_capture(wanted) ? !is.empty() : wanted == is;
    };
    if (!serves(*row.route, request.peer.door) || row.literals < literals ||
        !std::ranges::equal(row.segments, segments, same)) {
      continue;
    }
    literals = row.literals;  // a row that fits less closely does not answer for this path
    if (answers(*row.route, request.method)) {
      Matched matched{row.route, {}};
      for (std::size_t i = 0; i < segments.size(); ++i) {
        const auto name = row.segments[i];
        if (is_capture(name))
          matched.captured.emplace(name.substr(1, name.size() - 2), segments[i]);
      }
      return matched;
    }
    allow.append(allow.empty() ? "" : ", ").append(name(row.route->method));
    if (row.route->method == Method::get && !row.route->once) allow.append(", HEAD");
  }
  if (allow.empty()) return Problem(Code::not_found, "There is nothing at this address.");
  return Problem(Code::method_not_allowed, "Use " + allow + " here.").header("Allow", allow);
}

std::optional<Problem> refusal_of(const Route& route, const Access::Identity& identity) {
  if (const auto* problem = std::get_if<Problem>(&identity)) {
    if (route.who == Who::open) return {};
    return *problem;
  }
  const auto* principal = std::get_if<Principal>(&identity);
  if (principal && principal->expired && route.who != Who::open && route.who != Who::enrolled)
    return expired_certificate(*principal);
  if (may(route.who, principal)) return {};
  if (!principal) {
    return Problem(Code::sign_in_required, "Sign in, or send a token as `Authorization: Bearer …`.")
        .header("WWW-Authenticate", "Bearer");
  }
  return Problem(Code::forbidden, "This takes the role " + takers(route.who) + "; `" + principal->name + "` has " +
                                      text_of(principal->roles) + ".");
}

}  // namespace langyan::center
