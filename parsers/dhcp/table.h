// The tables of DHCP: options, fields, faults. Sources as in dhcp.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::dhcp {

constexpr std::size_t fixed_bytes = 236;   // [2131] 2, before the magic cookie
constexpr std::uint32_t magic = 0x63825363;
constexpr std::uint16_t port_server = 67, port_client = 68;

namespace option {
constexpr std::uint8_t pad = 0, mask = 1, router = 3, name_server = 6, host_name = 12, domain = 15, vendor_data = 43,
                       requested = 50, lease = 51, overload = 52, type = 53, server = 54, parameters = 55, message = 56,
                       vendor_class = 60, client_id = 61, tftp_server = 66, boot_file = 67, fqdn = 81, relay = 82,
                       end = 255;
}

// clang-format off
inline constexpr Name operation_names[] = {{1, "boot_request"}, {2, "boot_reply"}};
inline constexpr Name type_names[] = {  // [2132] 9.6, [3203], [4388]
    {1, "discover"}, {2, "offer"}, {3, "request"}, {4, "decline"}, {5, "ack"}, {6, "nak"}, {7, "release"}, {8, "inform"},
    {9, "force_renew"}, {10, "lease_query"}, {11, "lease_unassigned"}, {12, "lease_unknown"}, {13, "lease_active"}};
constexpr std::uint8_t type_request = 3, type_decline = 4, type_ack = 5, type_nak = 6, type_offer = 2, type_release = 7;

inline constexpr Space spaces[] = {{"client", {"Client", "客户端"}}};

constexpr Field rows[] = {
    {"operation", Kind::u8, log | rule, {"Operation", "操作"},
     "Whether a client or a server speaks.", "[2131] 2", operation_names},
    {"type", Kind::u8, log | rule | learn | column, {"Message", "消息类型"},
     "What the message wants or grants.", "[2132] 9.6", type_names},
    {"transaction_id", Kind::u32, log | rule | pair, {"Transaction", "事务标识"},
     "Number the client picks and the server repeats.", "[2131] 2"},
    {"hops", Kind::u8, rule, {"Hops", "中继跳数"},
     "How many relays the message passed.", "[2131] 2"},
    {"client_ip", Kind::ip, log | rule, {"Client's address", "客户端地址"},
     "Address the client has already.", "[2131] 2"},
    {"assigned_ip", Kind::ip, log | rule, {"Address given", "分配的地址"},
     "Address the server gives the client.", "[2131] 2"},
    {"next_server_ip", Kind::ip, log | rule, {"Next server", "下一服务器"},
     "Server from which the client shall boot.", "[2131] 2"},
    {"relay_ip", Kind::ip, log | rule, {"Relay", "中继地址"},
     "Address of the relay that passed the message on.", "[2131] 2"},
    {"client_mac", Kind::mac, log | rule, {"Client", "客户端 MAC"},
     "Hardware address of the client.", "[2131] 2"},
    {"host_name", Kind::text, log | rule | buffer, {"Host name", "主机名"},
     "Name the client gives itself, or gets.", "[2132] 3.14"},
    {"vendor_class", Kind::text, log | rule | learn | buffer, {"Vendor class", "厂商类别"},
     "What kind of device the client says it is.", "[2132] 9.13"},
    {"requested_ip", Kind::ip, log | rule, {"Address wanted", "请求的地址"},
     "Address the client asks for.", "[2132] 9.1"},
    {"server_ip", Kind::ip, log | rule | learn, {"Server", "服务器标识"},
     "Which server offers or is chosen.", "[2132] 9.7"},
    {"lease_time", Kind::u32, log | rule, {"Lease time", "租期"},
     "How long the address may be used.", "[2132] 9.2", {}, "s"},
    {"subnet_mask", Kind::ip, log | rule, {"Subnet mask", "子网掩码"},
     "Mask of the client's network.", "[2132] 3.3"},
    {"router", Kind::ip, log | rule | learn, {"Router", "网关"},
     "First router the client shall use.", "[2132] 3.5"},
    {"dns_server", Kind::ip, log | rule | learn, {"DNS server", "DNS 服务器"},
     "First name server the client shall use.", "[2132] 3.8"},
    {"domain", Kind::text, log | rule | buffer, {"Domain", "域"},
     "Domain of the client's name.", "[2132] 3.17"},
    {"boot_server", Kind::text, log | rule | buffer, {"Boot server", "引导服务器"},
     "Name of the server from which the client shall boot.", "[2132] 9.4"},
    {"boot_file", Kind::text, log | rule | buffer, {"Boot file", "引导文件"},
     "File the client shall load and run.", "[2132] 9.5"},
    {"parameters", Kind::bytes, log | rule | buffer, {"Options wanted", "请求的选项"},
     "Numbers of the options the client asks for, which tell what it is.", "[2132] 9.8"},
    {"client_id", Kind::bytes, log | rule | buffer, {"Client id", "客户端标识"},
     "What the client is known by.", "[2132] 9.14"},
    {"message_text", Kind::text, log | rule | buffer, {"Text", "消息文本"},
     "Why the server or the client refuses.", "[2132] 9.9"},
    {"relay_information", Kind::bytes, rule | buffer, {"Relay information", "中继信息"},
     "Where the relay says the client is connected.", "[3046] 2"},
    {"options", Kind::bytes, rule | buffer, {"Options", "选项"},
     "All options as sent.", "[2132] 2"},
};
inline constexpr auto fields = table("dhcp", rows);
inline constexpr Schema schema = fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { truncated, option, type };
constexpr Text check_sender = {"Find the program that sent it; attempts to overrun clients and servers look like this.",
                               "查明发送报文的程序；试图使客户端或服务器溢出的报文常呈此状。"};
inline constexpr Detection faults[] = {
    {9106600, "dhcp.truncated", Severity::low, "T0814", {"DHCP message ends too early", "DHCP 报文过早结束"},
     {"An option reaches past the end of the message.", "某选项超出报文末尾。"}, check_sender},
    {9106601, "dhcp.option", Severity::low, "T0814", {"DHCP option of a wrong length", "DHCP 选项长度错误"},
     {"An option is longer or shorter than the standard wants it.", "某选项长于或短于标准要求。"}, check_sender},
    {9106602, "dhcp.type", Severity::low, "", {"DHCP message of an unknown kind", "DHCP 未知消息类型"},
     {"The message does what no standard defines.", "消息类型未被任何标准定义。"}, check_sender},
};
inline constexpr PortHint ports[] = {{Transport::udp, port_server}, {Transport::udp, port_client}};

}  // namespace langyan::dhcp
