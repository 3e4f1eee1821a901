// Groups: resolves the address and port groups of rule headers, variables included.
//
//   any · 10.0.0.1 · 10.0.0.0/8 · 10.0.0.1-10.0.0.9 · 2001:db8::/32 · $HOME_NET
//   [10.0.0.0/8,!10.0.9.0/24,[$A,$B]] · !$HOME_NET        502 · 1:1023 · 1024: ·
//   [80,8000:8080,!8008]
//
// A list is what its plain members have together, less what its negated members have; a list of
// negated members alone is everything less these. Equal groups are resolved and stored once.
// Compile time only, one thread; the sets live in the store, and as long as it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "detect/address_set.h"
#include "detect/rule_set.h"

namespace langyan::detect {

struct GroupError {
  const char* at = nullptr;  // into the text that was to be resolved
  std::string reason;
};

struct GroupStore {  // node based: a set's address is stable
  std::set<AddressSet> addresses;
  std::set<PortSet> ports;
};

class Groups {
 public:
  Groups(const Variables& addresses, const Variables& ports, GroupStore& store)
      : address_variables_(addresses), port_variables_(ports), store_(store) {}

  // Null when refused; `error` then says where and why.
  const AddressSet* addresses(std::string_view text, GroupError& error);
  const PortSet* ports(std::string_view text, GroupError& error);

 private:
  const Variables& address_variables_;
  const Variables& port_variables_;
  GroupStore& store_;
  std::map<std::string, const AddressSet*, std::less<>> known_addresses_;
  std::map<std::string, const PortSet*, std::less<>> known_ports_;
};

}  // namespace langyan::detect
