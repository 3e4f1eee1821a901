// The tables of LLDP. Sources as in lldp.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::lldp {

constexpr std::uint16_t ethertype = 0x88cc;
constexpr std::size_t most_tlvs = 128;

namespace tlv {
constexpr std::uint8_t end = 0, chassis = 1, port = 2, ttl = 3, port_text = 4, name = 5, text = 6, capabilities = 7,
                       management = 8, own = 127;
}

// clang-format off
inline constexpr Name chassis_names[] = {  // [AB] table 8-2
    {1, "component"}, {2, "interface_alias"}, {3, "port_component"}, {4, "mac"}, {5, "network_address"},
    {6, "interface_name"}, {7, "local"}};
inline constexpr Name port_names[] = {  // [AB] table 8-3
    {1, "interface_alias"}, {2, "port_component"}, {3, "mac"}, {4, "network_address"}, {5, "interface_name"},
    {6, "agent_circuit"}, {7, "local"}};

inline constexpr Space spaces[] = {{"device", {"Device", "设备"}}};

constexpr Field rows[] = {
    {"chassis_id_kind", Kind::u8, log | rule, {"Kind of chassis id", "机箱标识类型"},
     "What the chassis id is made of.", "[AB] 8.5.2", chassis_names},
    {"chassis_id", Kind::text, log | rule | learn | buffer, {"Chassis id", "机箱标识"},
     "What the device is known by.", "[AB] 8.5.2"},
    {"port_id_kind", Kind::u8, log | rule, {"Kind of port id", "端口标识类型"},
     "What the port id is made of.", "[AB] 8.5.3", port_names},
    {"port_id", Kind::text, log | rule | learn | buffer, {"Port id", "端口标识"},
     "Port of the device from which it speaks.", "[AB] 8.5.3"},
    {"time_to_live", Kind::u16, log | rule, {"Time to live", "生存时间"},
     "How long this is to be believed; 0 when the device goes away.", "[AB] 8.5.4", {}, "s"},
    {"port_description", Kind::text, log | rule | buffer, {"Port description", "端口描述"},
     "The port in words.", "[AB] 8.5.5"},
    {"system_name", Kind::text, log | rule | learn | buffer, {"System name", "系统名称"},
     "Name of the device.", "[AB] 8.5.6"},
    {"system_description", Kind::text, log | rule | buffer, {"System description", "系统描述"},
     "Vendor, model and versions in words.", "[AB] 8.5.7"},
    {"capabilities", Kind::u16, log | rule, {"Capabilities", "能力"},
     "What the device could be: bits for repeater, bridge, access point, router, telephone, station.", "[AB] 8.5.8"},
    {"enabled_capabilities", Kind::u16, log | rule | learn, {"Capabilities in use", "启用的能力"},
     "What of it the device is.", "[AB] 8.5.8"},
    {"management_address", Kind::ip, log | rule | learn, {"Management address", "管理地址"},
     "Address at which the device is managed.", "[AB] 8.5.9"},
    {"port_vlan", Kind::u16, log | rule, {"Port's VLAN", "端口 VLAN"},
     "VLAN of frames without a tag.", "[Q] D.2.1"},
    {"profinet_mac", Kind::mac, log | rule, {"PROFINET device", "PROFINET 设备 MAC"},
     "Hardware address of a PROFINET device.", "[PN] 4.3.1"},
    {"hardware_revision", Kind::text, log | rule | buffer, {"Hardware", "硬件版本"},
     "Version of the hardware.", "[MED] 10.2.6"},
    {"firmware_revision", Kind::text, log | rule | buffer, {"Firmware", "固件版本"},
     "Version of the firmware.", "[MED] 10.2.6"},
    {"software_revision", Kind::text, log | rule | buffer, {"Software", "软件版本"},
     "Version of the software.", "[MED] 10.2.6"},
    {"serial_number", Kind::text, log | rule | buffer, {"Serial number", "序列号"},
     "Serial number of the device.", "[MED] 10.2.6"},
    {"manufacturer", Kind::text, log | rule | buffer, {"Manufacturer", "制造商"},
     "Who made the device.", "[MED] 10.2.6"},
    {"model", Kind::text, log | rule | buffer, {"Model", "型号"},
     "What the maker calls the device.", "[MED] 10.2.6"},
};
inline constexpr auto fields = table("lldp", rows);
inline constexpr Schema schema = fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { truncated, order, value };
constexpr Text check_sender = {"Find the device that sent it; crafted announcements are used to crash switches.",
                               "查明发送报文的设备；畸形通告常用于使交换机崩溃。"};
inline constexpr Detection faults[] = {
    {9106800, "lldp.truncated", Severity::low, "T0814", {"LLDP announcement ends too early", "LLDP 通告过早结束"},
     {"A part reaches past the end of the frame.", "某一部分超出帧末尾。"}, check_sender},
    {9106801, "lldp.order", Severity::low, "", {"LLDP announcement without its first parts", "LLDP 通告缺少必需部分"},
     {"It does not start with chassis, port and time to live.", "通告未以机箱、端口和生存时间开头。"}, check_sender},
    {9106802, "lldp.value", Severity::low, "T0814", {"LLDP part of a wrong length", "LLDP 某部分长度错误"},
     {"A part is longer or shorter than the standard allows.", "某一部分长于或短于标准允许的长度。"}, check_sender},
};
inline constexpr PortHint ports[] = {{Transport::layer2, ethertype}};

}  // namespace langyan::lldp
