// The tables of CN/IP: packet types, fields, faults. Sources as in lontalk.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::lontalk {

constexpr std::uint16_t port = 1'628, urgent_port = 1'629;  // [CNIP] 8.2
constexpr std::size_t header_bytes = 20;

struct Packet {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
};
// clang-format off
inline constexpr Packet packets[] = {  // [CNIP] 9, table of packet types
    {0x01, "data",                        Verb::report},
    {0x03, "device_registration",         Verb::session},
    {0x04, "channel_membership",          Verb::configure},
    {0x06, "send_list",                   Verb::configure},
    {0x07, "acknowledge",                 Verb::heartbeat},
    {0x08, "channel_routing",             Verb::configure},
    {0x60, "status_request",              Verb::diagnose},
    {0x63, "device_configuration_request", Verb::read},
    {0x64, "channel_membership_request",  Verb::read},
    {0x66, "send_list_request",           Verb::read},
    {0x68, "channel_routing_request",     Verb::read},
    {0x70, "status_response",             Verb::diagnose},
    {0x71, "device_configuration",        Verb::configure},
    {0x7f, "segment",                     Verb::other},
};
inline constexpr auto packet_names = names_of(packets);

constexpr Field rows[] = {
    {"version", Kind::u8, log | rule, {"Version", "版本"},
     "Version of the protocol.", "[CNIP] 9.2"},
    {"packet_type", Kind::u8, log | rule | learn | column, {"Packet type", "报文类型"},
     "What the packet is for.", "[CNIP] 9.2", packet_names},
    {"protocol_flags", Kind::u8, log | rule, {"Protocol and security", "协议与安全标志"},
     "Network protocol inside and whether the packet is authenticated.", "[CNIP] 9.2"},
    {"vendor_code", Kind::u16, log | rule, {"Vendor", "厂商代码"},
     "Vendor of the packet, 0 the standard.", "[CNIP] 9.2"},
    {"session_id", Kind::u32, log | rule, {"Session", "会话号"},
     "Session of the sender, new after each start.", "[CNIP] 9.2"},
    {"sequence_number", Kind::u32, log | rule, {"Sequence number", "序号"},
     "Number of the packet in its session.", "[CNIP] 9.2"},
    {"time_stamp", Kind::u32, log | rule, {"Time stamp", "时间戳"},
     "Time of the sender.", "[CNIP] 9.2", {}, "ms"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Packet of the control network, or what the type defines.", "[CNIP] 9.3"},
};
inline constexpr auto fields = table("lontalk", rows);
inline constexpr Schema schema = fields.schema();

enum class Wrong : std::uint8_t { truncated, length, type };
constexpr Text check_sender = {"Find out which device sent it; scanners and broken routers look like this.", "查明发送设备；扫描工具和有缺陷的路由器常呈此状。"};
inline constexpr Detection faults[] = {
    {9104500, "lontalk.truncated", Severity::low, "T0814", {"CN/IP packet ends too early", "CN/IP 报文过早结束"},
     {"The header needs more octets than are there.", "首部所需字节多于实际携带的字节。"}, check_sender},
    {9104501, "lontalk.length", Severity::low, "T0814", {"CN/IP length is wrong", "CN/IP 长度错误"},
     {"The length in the header is not that of the datagram.", "首部长度与数据报不符。"}, check_sender},
    {9104502, "lontalk.type", Severity::low, "", {"Unknown CN/IP packet type", "未知的 CN/IP 报文类型"},
     {"The standard defines no such packet type.", "标准未定义该报文类型。"}, check_sender},
};
inline constexpr PortHint ports[] = {{Transport::udp, port}, {Transport::udp, urgent_port}};
// clang-format on

}  // namespace langyan::lontalk
