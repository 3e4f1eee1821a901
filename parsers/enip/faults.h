// What can be wrong with an EtherNet/IP message.
#pragma once

#include "fields/detection.h"

namespace langyan::enip {

// clang-format off
enum class Wrong : std::uint8_t {
  command, truncated, trailing, packet_items, path, session, services, embedded, value, header, pccc,
  io_conflict, connection, nested,
};
constexpr Text check_device = {
    "Compare with the device's manual; if it is not a known quirk, find out which program sent it.",
    "对照设备手册；若不是已知的设备特性，查明是哪个程序发出的。"};
constexpr Text check_attack = {
    "Treat the sender as hostile until it is explained; check whether the controller still runs.",
    "在查明原因前将发送方视为恶意；检查控制器是否仍在运行。"};
inline constexpr Detection faults[] = {
    {9100500, "enip.command", Severity::low, "T0846", {"Unknown EtherNet/IP command", "未知的 EtherNet/IP 命令"},
     {"The command is none of the standard's.", "命令码不在标准之列。"}, check_device},
    {9100501, "enip.truncated", Severity::low, "T0814", {"EtherNet/IP message ends too early", "EtherNet/IP 报文过早结束"},
     {"The command or service promises more octets than the message has.", "命令或服务所要求的字节多于报文实际携带的字节。"},
     check_device},
    {9100502, "enip.trailing", Severity::low, "", {"Octets after an EtherNet/IP message", "EtherNet/IP 报文后有多余字节"},
     {"The message is longer than its items need.", "报文长于其各项所需。"}, check_device},
    {9100503, "enip.packet_items", Severity::medium, "T0814", {"Items of an EtherNet/IP packet lie", "EtherNet/IP 数据项长度不符"},
     {"Number or length of the items reaches past the end of the packet.", "数据项的个数或长度超出报文。"}, check_device},
    {9100504, "enip.path", Severity::medium, "T0814", {"CIP path malformed", "CIP 路径畸形"},
     {"A path's size does not fit its segments, or a segment is of a kind that does not exist.",
      "路径长度与其段不符，或存在未定义的段类型。"}, check_device},
    {9100505, "enip.session", Severity::medium, "T0859", {"EtherNet/IP session was not registered", "EtherNet/IP 会话未注册"},
     {"A request uses a session that the target did not give on this connection.", "请求使用了目标未在本连接上分配的会话句柄。"},
     {"Find out which program sent it; scripts that replay recorded messages look like this.",
      "查明是哪个程序发出的；重放录制报文的脚本常呈此状。"}},
    {9100506, "enip.services", Severity::medium, "T0814", {"Multiple service packet lies", "CIP 多服务包不符"},
     {"The offsets of the services reach past the message or run backwards; a known attack stops controllers so.",
      "各服务的偏移超出报文或逆序；已知有攻击以此使控制器停机。"}, check_attack},
    {9100507, "enip.embedded", Severity::medium, "T0814", {"Embedded CIP message lies", "CIP 嵌入报文长度不符"},
     {"A request to be carried on is said to be longer than what follows.", "被转发请求的长度超出随后的数据。"}, check_attack},
    {9100508, "enip.value", Severity::medium, "T0814", {"CIP value length lies", "CIP 值长度不符"},
     {"A value written has not the octets its type and count need.", "写入的值与其类型和个数所需的字节数不一致。"}, check_device},
    {9100509, "enip.header", Severity::low, "T0814", {"EtherNet/IP header not allowed", "EtherNet/IP 报文头不合规"},
     {"Options are set, or a request carries a status, which only an answer may.", "置了选项位，或请求携带了仅应答可有的状态。"},
     check_device},
    {9100510, "enip.pccc", Severity::medium, "T0814", {"PCCC command malformed", "PCCC 命令畸形"},
     {"A PCCC command ends within its header or address, or its size does not fit its data.",
      "PCCC 命令在报文头或地址内结束，或其长度与数据不符。"}, check_device},
    {9100511, "enip.io_conflict", Severity::high, "T0856", {"Two different I/O packets with one number", "同一序号的两个不同 I/O 报文"},
     {"A second packet with other data came under a number an I/O connection had already used; somebody may be injecting packets.",
      "某 I/O 连接的同一序号下出现了数据不同的第二个报文；可能有人在注入报文。"},
     {"Compare the MAC addresses of both packets; look for a host that answers for another.",
      "比较两个报文的 MAC 地址；查找冒充他人的主机。"}},
    {9100512, "enip.connection", Severity::medium, "T0814", {"CIP connection parameters not allowed", "CIP 连接参数不合规"},
     {"A connection is asked for with a transport class, type or size the standard reserves.",
      "所请求连接的传输类、类型或长度为标准保留值。"}, check_device},
    {9100513, "enip.nested", Severity::medium, "T0814", {"CIP services nested too deep", "CIP 服务嵌套过深"},
     {"A multiple service packet or carried request contains another one, which the standard forbids.",
      "多服务包或转发请求中又包含同类服务，标准不允许。"}, check_attack},
};
// clang-format on

}  // namespace langyan::enip
