// RoleTable: what hosts are, for rules with ot.src.role and ot.dst.role. Filled by who compiles the rules, from what
// a person set and what was known when the rules were loaded; it does not change while they run, so a rule means the
// same from its first packet to its last, for any number of workers, and no host talks itself into a role.
//
//   auto roles = std::make_shared<RoleTable>();
//   roles->set(ip, HostRole::engineering);
//   sources.roles = roles;                    // travels with the rule set and is swapped with it
//
// Constant once shared; any thread.
#pragma once

#include <string_view>
#include <unordered_map>

#include "base/address.h"
#include "fields/host_role.h"

namespace langyan::detect {

class RoleTable {
 public:
  void set(const IpAddress& ip, HostRole role) { roles_[ip] = role; }
  // `unknown` for a host that is not in it, and without an address.
  HostRole of(const IpAddress* ip) const {
    if (!ip) return HostRole::unknown;
    const auto at = roles_.find(*ip);
    return at == roles_.end() ? HostRole::unknown : at->second;
  }
  std::size_t size() const { return roles_.size(); }

 private:
  struct Hash {
    std::size_t operator()(const IpAddress& ip) const {
      return std::hash<std::string_view>{}({reinterpret_cast<const char*>(ip.octets.data()), ip.octets.size()});
    }
  };
  std::unordered_map<IpAddress, HostRole, Hash> roles_;
};

}  // namespace langyan::detect
