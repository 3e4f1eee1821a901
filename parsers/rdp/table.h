// RDP: the remote desktop of Windows, by which operators' and engineers' stations are reached. The connection's
// start names a user and the security both sides agree on; most of what follows is TLS and passed over.
//
// [RDP]  MS-RDPBCGR (Remote Desktop Protocol: Basic Connectivity and Graphics Remoting)
// [X224] ITU-T X.224 (11/95), [TPKT] RFC 1006, [T124] ITU-T T.124
// [CVE]  CVE-2019-0708: a client that itself names the server's internal channel MS_T120
#pragma once

#include "fields/protocol.h"

namespace langyan::rdp {

constexpr std::uint16_t own_port = 3389;
constexpr std::size_t connect_bytes = 11;       // TPKT and the fixed part of a connection unit
constexpr std::size_t negotiation_bytes = 8;    // [RDP] 2.2.1.1.1
constexpr std::size_t longest_connect = 512;    // of a connection unit: more is none of RDP's
constexpr std::size_t most_channels = 31;       // 2.2.1.3.4
constexpr std::size_t longest_client_name = 15;  // 2.2.1.3.2, characters

// clang-format off
inline constexpr Name security_names[] = {  // 2.2.1.2.1
    {0, "rdp"}, {1, "tls"}, {2, "credssp"}, {4, "rdstls"}, {8, "credssp_early_user_auth"}, {16, "azure_ad"}};
inline constexpr Name failure_names[] = {  // 2.2.1.2.2
    {1, "tls_required"}, {2, "tls_not_allowed"}, {3, "no_certificate"}, {4, "inconsistent_flags"}, {5, "credssp_required"},
    {6, "tls_with_user_auth_required"}};

constexpr Field rows[] = {
    {"cookie", Kind::text, log | rule | learn | buffer, {"User", "用户"},
     "User the client names before it signs in, cut to nine characters by many.", "[RDP] 2.2.1.1"},
    {"routing_token", Kind::text, log | rule | buffer, {"Routing token", "路由令牌"},
     "Which server of a farm the client wants.", "[RDP] 2.2.1.1"},
    {"requested_security", Kind::u32, log | rule, {"Offered security", "请求的安全协议"},
     "Kinds of security the client can, one a bit.", "[RDP] 2.2.1.1.1"},
    {"selected_security", Kind::u32, log | rule | learn, {"Security", "选定的安全协议"},
     "Kind of security the server chose.", "[RDP] 2.2.1.2.1", security_names},
    {"failure", Kind::u32, log | rule, {"Failure", "失败原因"}, "Why the server refused.", "[RDP] 2.2.1.2.2", failure_names},
    {"client_name", Kind::text, log | rule | learn | buffer, {"Client", "客户端名称"},
     "Name of the computer that connects.", "[RDP] 2.2.1.3.2"},
    {"client_build", Kind::u32, log | rule, {"Client build", "客户端版本号"}, "Build of the client's program.", "[RDP] 2.2.1.3.2"},
    {"keyboard_layout", Kind::u32, log | rule, {"Keyboard", "键盘布局"},
     "Keyboard of the person that connects, as Windows numbers them.", "[RDP] 2.2.1.3.2"},
    {"width", Kind::u16, log | rule, {"Width", "宽度"}, "Width of the desktop asked for.", "[RDP] 2.2.1.3.2", {}, "pixels"},
    {"height", Kind::u16, log | rule, {"Height", "高度"}, "Height of the desktop asked for.", "[RDP] 2.2.1.3.2", {}, "pixels"},
};
inline constexpr auto fields = table("rdp", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field channel_rows[] = {
    {"channel", Kind::text, log | rule | buffer, {"Channel", "通道"},
     "Channel the client wants beside the screen, for files, printers or the clipboard.", "[RDP] 2.2.1.3.4"},
};
inline constexpr auto channel_fields = table("rdp.channel", channel_rows);
inline constexpr Schema channel_schema = channel_fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { internal_channel, length, old_security };
inline constexpr Detection faults[] = {
    {9106200,
     "rdp.internal_channel",
     Severity::high,
     "T0866",
     {"Remote desktop exploit (MS_T120)", "远程桌面漏洞利用（MS_T120）"},
     {"The client asks for the server's internal channel MS_T120, as BlueKeep (CVE-2019-0708) and its scanners do.",
      "客户端请求服务器内部通道 MS_T120，BlueKeep（CVE-2019-0708）及其扫描器即如此。"},
     {"Separate the client, and check whether the server is patched and still itself.",
      "隔离该客户端，检查服务器是否已打补丁、是否被入侵。"}},
    {9106201,
     "rdp.length",
     Severity::low,
     "T0814",
     {"RDP message lies about a length", "RDP 报文长度不符"},
     {"A length within the connection's start reaches past its end.", "连接建立报文内的长度超出报文末尾。"},
     {"Find out which program sent it; scanners and exploits look like this.",
      "查明是哪个程序发出的；扫描器和漏洞利用常呈此状。"}},
    {9106202,
     "rdp.old_security",
     Severity::low,
     "T0886",
     {"Remote desktop without TLS", "远程桌面未使用 TLS"},
     {"The server chose RDP's own security, which who stands between can read.",
      "服务器选择了 RDP 自带的安全方式，中间人可读取。"},
     {"Require network level authentication on the server.", "在服务器上启用网络级身份验证。"}},
};
inline constexpr PortHint ports[] = {{Transport::tcp, own_port}};

}  // namespace langyan::rdp
