#include "center/role.h"

#include <algorithm>
#include <iterator>

namespace langyan::center {
namespace {

constexpr std::string_view role_names[] = {"viewer", "analyst", "engineer", "system", "security", "audit", "ingest"};
static_assert(std::size(role_names) == role_count);
constexpr std::string_view via_names[] = {"session", "token", "local", "certificate"};

// clang-format off
struct WhoRow { std::string_view name; bool roles[role_count]; };
constexpr WhoRow who_rows[] = {
    //             viewer analyst engineer system security audit ingest
    {"open",     {true,  true,  true,  true,  true,  true,  true}},
    {"member",   {true,  true,  true,  true,  true,  true,  true}},
    {"viewer",   {true,  true,  true,  false, false, false, false}},
    {"watcher",  {true,  true,  true,  true,  false, false, false}},
    {"analyst",  {false, true,  true,  false, false, false, false}},
    {"engineer", {false, false, true,  false, false, false, false}},
    {"system",   {false, false, false, true,  false, false, false}},
    {"accounts", {false, false, false, true,  true,  false, false}},
    {"security", {false, false, false, false, true,  false, false}},
    {"audit",    {false, false, false, false, false, true,  false}},
    {"ingest",   {false, false, false, false, false, false, true}},
    {"center",   {false, false, false, false, false, false, true}},
    {"enrolled", {false, false, false, false, false, false, false}},
    {"person",   {false, false, false, false, false, false, false}},
    {"local",    {false, false, false, false, false, false, false}},
};
// clang-format on
static_assert(std::size(who_rows) == who_count && static_cast<std::size_t>(Who::local) + 1 == who_count);

template <class Visit>
void each_of(Roles roles, Visit visit) {
  for (std::size_t i = 0; i < role_count; ++i)
    if (roles.has(static_cast<Role>(i))) visit(static_cast<Role>(i));
}

}  // namespace

std::string_view name(Role role) {
  return role_names[static_cast<std::size_t>(role)];
}

std::optional<Role> role_of(std::string_view text) {
  const auto found = std::ranges::find(role_names, text);
  if (found == std::end(role_names)) return {};
  return static_cast<Role>(found - std::begin(role_names));
}

std::vector<std::string> Roles::names() const {
  std::vector<std::string> all;
  each_of(*this, [&](Role role) { all.emplace_back(name(role)); });
  return all;
}

std::optional<Roles> Roles::of(std::span<const std::string> names) {
  Roles roles;
  for (const std::string& each : names) {
    const auto role = role_of(each);
    if (!role) return {};
    roles = roles | *role;
  }
  return roles;
}

std::string text_of(Roles roles) {
  std::string text;
  each_of(roles, [&](Role role) { text.append(text.empty() ? "" : "+").append(name(role)); });
  return text.empty() ? "none" : text;
}

bool joins_administrators(Roles roles) {
  std::size_t held = 0;
  each_of(roles & administrators, [&](Role) { ++held; });
  return held > 1;
}

std::string_view name(Who who) {
  return who_rows[static_cast<std::size_t>(who)].name;
}

std::string takers(Who who) {
  std::string text;
  for (std::size_t i = 0; i < role_count; ++i)
    if (may(who, static_cast<Role>(i))) text.append(text.empty() ? "" : " or ").append(role_names[i]);
  return text.empty() ? std::string(name(who)) : text;
}

std::string_view name(Principal::Via via) {
  return via_names[static_cast<std::size_t>(via)];
}

bool may(Who who, Roles roles) {
  bool found = who == Who::open || who == Who::member;  // an account may have no role yet
  each_of(roles, [&](Role role) {
    found = found || who_rows[static_cast<std::size_t>(who)].roles[static_cast<std::size_t>(role)];
  });
  return found;
}

bool may(Who who, const Principal* principal) {
  if (!principal) return who == Who::open;
  if (who == Who::enrolled) return principal->via == Principal::Via::certificate;
  if (who == Who::person) return principal->via == Principal::Via::session;
  if (who == Who::local) return principal->via == Principal::Via::local;
  if (who == Who::center && !principal->relay) return false;
  return may(who, principal->roles);
}

}  // namespace langyan::center
