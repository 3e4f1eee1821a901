// Role, Who, Principal: who somebody is, what a route asks for, and the one table that joins them.
// Values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "store/scope.h"

namespace langyan::center {

enum class Role : std::uint8_t { viewer, analyst, administrator, ingest };
constexpr std::size_t role_count = 4;
std::string_view name(Role role);
std::optional<Role> role_of(std::string_view name);

// Who may use a route. There is no default: a route that does not say does not compile.
enum class Who : std::uint8_t {
  open,           // everybody
  member,         // anybody with a credential
  viewer,         // who may look, and those above
  analyst,        // who may judge, and those above
  administrator,  // who rules accounts
  ingest,         // a token for delivering events, and nobody else
  center,         // such a token of a lower center
  person,         // somebody who has signed in, not a token
  local,          // the Unix socket of this host
};
std::string_view name(Who who);

struct Principal {
  enum class Via : std::uint8_t { session, token, local };
  Via via;
  Role role;
  store::Scope scope;        // what of the organisation tree it may see
  std::string name;          // of the user or token
  std::string id;            // of the session or token
  std::string organisation;  // as scope; empty: the whole tree
  std::string source;        // ingest: whose events it may deliver
  bool relay = false;        // ingest: a lower center, whose events name other sensors
};
std::string_view name(Principal::Via via);

bool may(Who who, const Principal* principal);

}  // namespace langyan::center
