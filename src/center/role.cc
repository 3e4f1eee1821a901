#include "center/role.h"

#include <algorithm>
#include <iterator>

namespace langyan::center {
namespace {

constexpr std::string_view role_names[] = {"viewer", "analyst", "administrator", "ingest"};
static_assert(std::size(role_names) == role_count);
constexpr std::string_view via_names[] = {"session", "token", "local"};

// clang-format off
struct WhoRow { std::string_view name; bool roles[role_count]; };
constexpr WhoRow who_rows[] = {
    //                  viewer analyst administrator ingest
    {"open",          {true,  true,  true,  true}},
    {"member",        {true,  true,  true,  true}},
    {"viewer",        {true,  true,  true,  false}},
    {"analyst",       {false, true,  true,  false}},
    {"administrator", {false, false, true,  false}},
    {"ingest",        {false, false, false, true}},
    {"center",        {false, false, false, true}},
    {"person",        {false, false, false, false}},
    {"local",         {false, false, false, false}},
};
// clang-format on
static_assert(std::size(who_rows) == static_cast<std::size_t>(Who::local) + 1);

}  // namespace

std::string_view name(Role role) {
  return role_names[static_cast<std::size_t>(role)];
}

std::optional<Role> role_of(std::string_view text) {
  const auto found = std::ranges::find(role_names, text);
  if (found == std::end(role_names)) return {};
  return static_cast<Role>(found - std::begin(role_names));
}

std::string_view name(Who who) {
  return who_rows[static_cast<std::size_t>(who)].name;
}

std::string_view name(Principal::Via via) {
  return via_names[static_cast<std::size_t>(via)];
}

bool may(Who who, const Principal* principal) {
  if (!principal) return who == Who::open;
  if (who == Who::person) return principal->via == Principal::Via::session;
  if (who == Who::local) return principal->via == Principal::Via::local;
  if (who == Who::center && !principal->relay) return false;
  return who_rows[static_cast<std::size_t>(who)].roles[static_cast<std::size_t>(principal->role)];
}

}  // namespace langyan::center
