#include "fields/host_role.h"

#include <iterator>

namespace langyan {
namespace {

// clang-format off
constexpr HostRoleRow rows[] = {
    {"unknown",      {"Unknown", "未知"},                       -1, {}},
    {"controller",   {"Controller", "控制器"},                   1, "A0003"},
    {"hmi",          {"Operator panel", "操作屏"},               2, "A0002"},
    {"engineering",  {"Engineering station", "工程师站"},        3, "A0001"},
    {"scada",        {"Control server", "监控服务器"},           2, "A0007"},
    {"historian",    {"Historian", "历史数据库"},                3, "A0006"},
    {"gateway",      {"Gateway", "网关"},                        1, "A0009"},
    {"field_device", {"Field device", "现场设备"},               0, "A0013"},
    {"safety",       {"Safety controller", "安全控制器"},        1, "A0010"},
    {"server",       {"Server", "服务器"},                       4, "A0008"},
    {"workstation",  {"Workstation", "工作站"},                  4, "A0001"},
    {"network",      {"Network device", "网络设备"},             2, "A0014"},
    {"internet",     {"Internet host", "互联网主机"},            5, {}},
    {"rtu",          {"RTU or protection device", "远动终端或保护装置"}, 1, "A0004"},
};
// clang-format on
static_assert(std::size(rows) == static_cast<std::size_t>(HostRole::last));

}  // namespace

std::span<const HostRoleRow> host_roles() {
  return rows;
}

}  // namespace langyan
