// The tables of CDP. Sources as in cdp.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::cdp {

constexpr std::uint16_t llc_snap = 0xaaaa;
constexpr std::size_t header_bytes = 4, most_tlvs = 128;

namespace tlv {
constexpr std::uint16_t device = 1, addresses = 2, port = 3, capabilities = 4, version = 5, platform = 6,
                        vtp_domain = 9, native_vlan = 10, duplex = 11, system_name = 0x14, management = 0x16,
                        location = 0x17;
}

// clang-format off
inline constexpr Space spaces[] = {{"device", {"Device", "设备"}}};

constexpr Field rows[] = {
    {"version", Kind::u8, log | rule, {"Version", "版本"},
     "Version of the protocol.", "[CDP] header"},
    {"time_to_live", Kind::u8, log | rule, {"Time to live", "生存时间"},
     "How long this is to be believed.", "[CDP] header", {}, "s"},
    {"device_id", Kind::text, log | rule | learn | buffer, {"Device id", "设备标识"},
     "Name of the device.", "[CDP] type 1"},
    {"address", Kind::ip, log | rule | learn, {"Address", "地址"},
     "First address of the device.", "[CDP] type 2"},
    {"port_id", Kind::text, log | rule | learn | buffer, {"Port", "端口"},
     "Port of the device from which it speaks.", "[CDP] type 3"},
    {"capabilities", Kind::u32, log | rule | learn, {"Capabilities", "能力"},
     "What the device is: bits for router, bridge, switch, host, telephone.", "[CDP] type 4"},
    {"software", Kind::text, log | rule | buffer, {"Software", "软件版本"},
     "Name and version of the software.", "[CDP] type 5"},
    {"platform", Kind::text, log | rule | learn | buffer, {"Platform", "平台"},
     "Model of the device.", "[CDP] type 6"},
    {"vtp_domain", Kind::text, log | rule | buffer, {"VTP domain", "VTP 域"},
     "Group of switches that share their VLANs.", "[CDP] type 9"},
    {"native_vlan", Kind::u16, log | rule | learn, {"Native VLAN", "本征 VLAN"},
     "VLAN of frames without a tag.", "[CDP] type 10"},
    {"full_duplex", Kind::boolean, log | rule, {"Full duplex", "全双工"},
     "Whether both ends may send at once.", "[CDP] type 11"},
    {"system_name", Kind::text, log | rule | buffer, {"System name", "系统名称"},
     "Name of the device in its own settings.", "[CDP] type 20"},
    {"management_address", Kind::ip, log | rule | learn, {"Management address", "管理地址"},
     "First address at which the device is managed.", "[CDP] type 22"},
    {"location", Kind::text, log | rule | buffer, {"Location", "位置"},
     "Where the device is.", "[CDP] type 23"},
};
inline constexpr auto fields = table("cdp", rows);
inline constexpr Schema schema = fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { truncated, length, value };
constexpr Text check_sender = {
    "Find the device that sent it; crafted announcements are used to take over switches and telephones.",
    "查明发送报文的设备；畸形通告常用于控制交换机和电话。"};
inline constexpr Detection faults[] = {
    {9106900,
     "cdp.truncated",
     Severity::medium,
     "T0866",
     {"CDP announcement ends too early", "CDP 通告过早结束"},
     {"A part reaches past the end of the frame, as in attacks on the parsers of switches.",
      "某一部分超出帧末尾，常见于针对交换机解析器的攻击。"},
     check_sender},
    {9106901,
     "cdp.length",
     Severity::medium,
     "T0866",
     {"CDP part of an impossible length", "CDP 某部分长度不可能"},
     {"A part is shorter than its own head.", "某一部分短于其自身头部。"},
     check_sender},
    {9106902,
     "cdp.value",
     Severity::medium,
     "T0866",
     {"CDP list of addresses lies", "CDP 地址列表不符"},
     {"A list announces more addresses than it has room for.", "列表声明的地址多于其可容纳的数量。"},
     check_sender},
};
inline constexpr PortHint ports[] = {{Transport::layer2, llc_snap}};

}  // namespace langyan::cdp
