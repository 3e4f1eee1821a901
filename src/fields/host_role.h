// HostRole: what a host is in the plant, from what it does; the words of ot.src.role, the inventory
// and the console, with the level of the Purdue model (ISA-95) where such hosts usually stand and
// the ATT&CK for ICS asset it is (attack.mitre.org/assets).
#pragma once

#include <cstdint>
#include <span>

#include "fields/field.h"

namespace langyan {

enum class HostRole : std::uint8_t {
  unknown, controller, hmi, engineering, scada, historian, gateway, field_device, safety, server,
  workstation, network, internet, rtu, last
};

struct HostRoleRow {
  std::string_view name;
  Text label;
  std::int8_t level;       // of the Purdue model; -1: none
  std::string_view attack; // ATT&CK for ICS asset, or empty
};
std::span<const HostRoleRow> host_roles();  // by value
inline const HostRoleRow& row(HostRole role) { return host_roles()[static_cast<std::size_t>(role)]; }

}  // namespace langyan
