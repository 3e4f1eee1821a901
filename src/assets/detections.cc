// What a change of the inventory means to an analyst.
#include <iterator>

#include "assets/inventory.h"

namespace langyan::assets {
namespace {

// clang-format off
constexpr Detection rows[] = {
    {9107500, "asset.appeared", Severity::info, "T0864",
     {"New device", "新设备"},
     {"A host or device was heard for the first time.", "首次听到某主机或设备。"},
     {"See whether it belongs here: compare with the ledger, ask who connected it.", "确认其是否应在此处：与台账核对，询问由谁接入。"}},
    {9107501, "asset.conflict", Severity::low, "T0856",
     {"Device says two things of itself", "设备自述不一致"},
     {"What a device says of itself differs between protocols or from before; both are kept.", "设备在不同协议中或先后的自述不同；两者均保留。"},
     {"See whether the device was replaced, or another one answers in its place.", "查看设备是否被更换，或是否有他者代答。"}},
    {9107502, "asset.firmware_changed", Severity::medium, "T0857",
     {"Firmware changed", "固件版本变化"},
     {"A device names another version of its firmware than before.", "设备报告的固件版本与此前不同。"},
     {"Find the maintenance order; without one compare the firmware with the maker's.", "查找检修工单；若无，则与厂商固件比对。"}},
    {9107503, "asset.address_added", Severity::low, "T0830",
     {"One MAC with another address", "同一 MAC 出现新地址"},
     {"A network card claims a further IP address.", "同一网卡声明了另一个 IP 地址。"},
     {"See whether its address was changed on purpose; else someone takes over addresses.", "确认是否有意更改地址；否则可能有人冒用地址。"}},
    {9107504, "asset.address_taken", Severity::high, "T0830",
     {"Address answers with another MAC", "地址对应的 MAC 改变"},
     {"An IP address that belonged to one network card is claimed by another.", "原属某网卡的 IP 地址被另一网卡声明。"},
     {"If no device was replaced, treat it as ARP spoofing: find the port of the new MAC and cut it off.", "若未更换设备，按 ARP 欺骗处理：查找新 MAC 所在端口并断开。"}},
    {9107505, "asset.name_twice", Severity::medium, "T0849",
     {"Two devices with one name", "两台设备同名"},
     {"Two hosts say the same name, so a partner may talk to the wrong one.", "两台主机自报同一名称，对端可能连错。"},
     {"Rename one of them; if the second is unknown, find it.", "为其一改名；若第二台来历不明，应查找。"}},
    {9107506, "asset.silent", Severity::low, "T0804",
     {"Device fell silent", "设备静默"},
     {"Nothing was heard of a device for the configured time.", "在配置的时间内未听到该设备。"},
     {"See whether it was switched off on purpose, or its reports are blocked.", "确认是否有意停用，或其上报被阻断。"}},
    {9107507, "asset.unknown", Severity::medium, "T0864",
     {"Device is not in the ledger", "设备不在台账中"},
     {"A host or device was heard that the plant's ledger does not have.", "听到台账中没有的主机或设备。"},
     {"Find it by its address and MAC; enter it in the ledger if it belongs here, else disconnect it.", "按地址与 MAC 查找该设备；若属本厂则补录台账，否则断开。"}},
    {9107508, "asset.vulnerable", Severity::medium, "T0866",
     {"Known vulnerability of a device", "设备存在已知漏洞"},
     {"What a device says of itself fits a published vulnerability; the event says which, and how sure the match is.", "设备自述与某公开漏洞相符；事件给出漏洞编号与匹配可信度。"},
     {"Follow the advice of the entry; until it is patched, allow only its partners to reach it.", "按条目建议处置；修补前仅允许必要的对端访问。"}},
    {9107509, "asset.exploited", Severity::high, "T0866",
     {"Device has a vulnerability that is exploited", "设备存在已被利用的漏洞"},
     {"What a device says of itself fits a vulnerability that attackers are known to use.", "设备自述与某个已知被攻击者利用的漏洞相符。"},
     {"Follow the advice of the entry first; cut the device off from networks that need not reach it.", "优先按条目建议处置；切断不必要的网络访问。"}},
};
// clang-format on

struct ChangeRow {
  std::string_view name;
  int row;  // into rows; -1: no detection
};
constexpr ChangeRow changes[] = {{"appeared", 0},      {"fact", -1},         {"conflict", 1},
                                 {"firmware_changed", 2}, {"role", -1},      {"address_added", 3},
                                 {"address_taken", 4}, {"name_twice", 5},    {"silent", 6},
                                 {"back", -1},         {"unknown", 7},
                                 {"vulnerable", 8},       {"exploited", 9},
                                 {"merged", -1},          {"seen", -1}};
static_assert(std::size(changes) == static_cast<std::size_t>(Change::last));

}  // namespace

std::string_view change_name(Change change) {
  return changes[static_cast<std::size_t>(change)].name;
}

const Detection* detection(Change change) {
  const int row = changes[static_cast<std::size_t>(change)].row;
  return row < 0 ? nullptr : &rows[row];
}

std::span<const Detection> detections() {
  return rows;
}

}  // namespace langyan::assets
