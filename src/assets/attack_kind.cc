#include "assets/attack_kind.h"

#include <algorithm>

#include "assets/words.h"

namespace langyan::assets {
namespace {

// clang-format off
constexpr AttackKind kinds[] = {
    {"A0001", {"Workstation", "工作站"}},
    {"A0002", {"Human-Machine Interface (HMI)", "人机界面"}},
    {"A0003", {"Programmable Logic Controller (PLC)", "可编程逻辑控制器"}},
    {"A0004", {"Remote Terminal Unit (RTU)", "远动终端"}},
    {"A0005", {"Intelligent Electronic Device (IED)", "智能电子装置"}},
    {"A0006", {"Data Historian", "历史数据库"}},
    {"A0007", {"Control Server", "控制服务器"}},
    {"A0008", {"Application Server", "应用服务器"}},
    {"A0009", {"Data Gateway", "数据网关"}},
    {"A0010", {"Safety Controller", "安全控制器"}},
    {"A0011", {"Virtual Private Network (VPN) Server", "VPN 服务器"}},
    {"A0012", {"Jump Host", "跳板机"}},
    {"A0013", {"Field I/O", "现场输入输出"}},
    {"A0014", {"Routers", "路由器"}},
    {"A0015", {"Switch", "交换机"}},
    {"A0016", {"Firewall", "防火墙"}},
    {"A0017", {"Distributed Control System (DCS) Controller", "DCS 控制器"}},
    {"A0018", {"Programmable Automation Controller (PAC)", "可编程自动化控制器"}},
};

// What tells kinds of one role apart; the first row that fits counts.
struct Sign {
  HostRole role;
  enum class In : std::uint8_t { said, model, protocol } in;
  std::string_view word;  // lower case
  std::string_view id;
};
using enum Sign::In;
constexpr Sign signs[] = {
    {HostRole::network,    said,     "firewall",    "A0016"}, {HostRole::network,    said,  "switch",       "A0015"},
    {HostRole::network,    said,     "bridge",      "A0015"}, {HostRole::network,    model, "switch",       "A0015"},
    {HostRole::rtu,        said,     "rtu",         "A0004"}, {HostRole::rtu,        said,  "ied",          "A0005"},
    {HostRole::rtu,        said,     "pmu",         "A0005"}, {HostRole::rtu,        protocol, "goose",     "A0005"},
    {HostRole::rtu,        protocol, "mms",         "A0005"}, {HostRole::rtu,        protocol, "iec103",    "A0005"},
    {HostRole::rtu,        protocol, "synchrophasor", "A0005"},
    {HostRole::server,     said,     "vpn",         "A0011"}, {HostRole::server,     said,  "jump",         "A0012"},
    // Sold as PAC by their makers; DCS controllers by the names of their systems.
    {HostRole::controller, model,    "logix",       "A0018"}, {HostRole::controller, model, "pacsystems",   "A0018"},
    {HostRole::controller, model,    "1756-l",      "A0018"}, {HostRole::controller, model, "deltav",       "A0017"},
    {HostRole::controller, model,    "centum",      "A0017"}, {HostRole::controller, model, "ac 800",       "A0017"},
    {HostRole::controller, model,    "experion",    "A0017"}, {HostRole::controller, model, "symphony",     "A0017"},
};
// clang-format on

bool fits(const Sign& sign, const Asset& asset) {
  if (sign.role != asset.role) return false;
  if (sign.in == protocol)
    return std::ranges::any_of(asset.protocols,
                               [&](const Spoken& each) { return each.protocol && each.protocol->name == sign.word; });
  const Known* fact = asset.best(sign.in == said ? Trait::role : Trait::model);
  return fact && lower(fact->text).find(sign.word) != std::string::npos;
}

}  // namespace

std::span<const AttackKind> attack_kinds() {
  return kinds;
}

const AttackKind* attack_kind(std::string_view word) {
  const std::string asked = lower(word);
  for (const AttackKind& kind : kinds)
    if (lower(kind.id) == asked || lower(kind.name.en) == asked || kind.name.zh == word) return &kind;
  return nullptr;
}

const AttackKind* attack_kind(const Asset& asset) {
  if (asset.by_hand.attack) return asset.by_hand.attack;
  for (const Sign& sign : signs)
    if (fits(sign, asset)) return attack_kind(sign.id);
  const std::string_view id = row(asset.role).attack;
  return id.empty() ? nullptr : attack_kind(id);
}

}  // namespace langyan::assets
