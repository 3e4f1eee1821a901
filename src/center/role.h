// Role, Roles, Who, Principal: who somebody is, what a route asks for, and the one table that joins
// them (docs/design/0033-roles.md). Values; any thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "store/scope.h"

namespace langyan::center {

// Three look and judge, three administer, and none of the latter does another's work (三权分立).
enum class Role : std::uint8_t { viewer, analyst, engineer, system, security, audit, ingest };
constexpr std::size_t role_count = 7;
std::string_view name(Role role);
std::optional<Role> role_of(std::string_view name);

class Roles {
 public:
  constexpr Roles() = default;
  constexpr Roles(Role role) : set_(bit(role)) {}
  constexpr Roles(std::initializer_list<Role> roles) {
    for (const Role role : roles) set_ |= bit(role);
  }
  constexpr bool has(Role role) const { return (set_ & bit(role)) != 0; }
  constexpr bool empty() const { return set_ == 0; }
  constexpr Roles operator&(Roles other) const { return Roles(set_ & other.set_); }
  constexpr Roles operator|(Roles other) const { return Roles(set_ | other.set_); }
  constexpr bool operator==(const Roles&) const = default;
  std::vector<std::string> names() const;  // in the order of the enumeration
  // Nothing when one of them is no role.
  static std::optional<Roles> of(std::span<const std::string> names);

 private:
  constexpr explicit Roles(unsigned set) : set_(set) {}
  static constexpr unsigned bit(Role role) { return 1u << static_cast<unsigned>(role); }
  unsigned set_ = 0;
};
std::string text_of(Roles roles);  // "viewer+audit"; "none"

// The separated ones: more than one of them in one hand is noted, or refused.
constexpr Roles administrators{Role::system, Role::security, Role::audit};
// What an account of the earlier role administrator could do.
constexpr Roles all_of_a_person{Role::engineer, Role::system, Role::security, Role::audit};
bool joins_administrators(Roles roles);

// Who may use a route. There is no default: a route that does not say does not compile.
enum class Who : std::uint8_t {
  open,      // everybody
  member,    // anybody with a credential
  viewer,    // who may look, and those above
  watcher,   // who may look, or runs the system: whether sensors and centers are well
  analyst,   // who may judge, and those above
  engineer,  // who keeps what the center knows of the plants
  system,    // who runs accounts, sensors and configuration
  accounts,  // who runs accounts, or gives rights: the list of them
  security,  // who gives roles, tokens and policy
  audit,     // who reads the audit log
  ingest,    // a token for delivering events, and nobody else
  center,    // such a token of a lower center
  enrolled,  // who shows a certificate of this center, also one that has expired
  person,    // somebody who has signed in, not a token
  local,     // the Unix socket of this host
};
constexpr std::size_t who_count = 15;
std::string_view name(Who who);
std::string takers(Who who);  // "system or security"

struct Principal {
  enum class Via : std::uint8_t { session, token, local, certificate };
  Via via;
  Roles roles;
  store::Scope scope;        // what of the organisation tree it may see
  std::string name;          // of the user or token
  std::string id;            // of the session or token; of a certificate: the digest of its key
  std::string organisation;  // as scope; empty: the whole tree
  std::string source;        // ingest: whose events it may deliver
  bool relay = false;        // ingest: a lower center, whose events name other sensors
  std::optional<Time> expired = {};  // when its certificate ended: it may be renewed, and nothing else

  // What an administrator of a part of the tree rules: what lies in it, nothing beside or above.
  bool rules(std::string_view of) const { return scope.is_all() || (!of.empty() && scope.covers(of)); }
};
std::string_view name(Principal::Via via);

bool may(Who who, Roles roles);
bool may(Who who, const Principal* principal);

}  // namespace langyan::center
