// AttackKind: the asset kinds of ATT&CK for ICS (attack.mitre.org/assets, A0001 to A0018), and which of
// them a device is. Constant tables; any thread.
#pragma once

#include <span>
#include <string_view>

#include "assets/asset.h"

namespace langyan::assets {

struct AttackKind {
  std::string_view id;
  Text name;
};
std::span<const AttackKind> attack_kinds();
// By id or English or Chinese name, in any case; null: there is none.
const AttackKind* attack_kind(std::string_view word);

// What a device is: what was set by hand, else the role's kind, told apart further by what the device says of
// itself and speaks (an IED from an RTU, a switch from a router, a DCS controller from a PLC); null: none fits.
const AttackKind* attack_kind(const Asset& asset);

}  // namespace langyan::assets
