// SSH: the remote shell of servers, switches and many controllers. Both sides name their software and the
// algorithms they can; what follows the exchange of keys is secret and passed over.
//
// [SSH]   RFC 4253 (transport), [SSH1] its section 5 on version 1, [NUM] RFC 4250 4.1 (message numbers)
// [HASSH] github.com/salesforce/hassh, README
#pragma once

#include "fields/protocol.h"

namespace langyan::ssh {

constexpr std::size_t longest_identification = 255;  // [SSH] 4.2, with CR LF
constexpr std::size_t longest_preface = 1'024;       // octets a server's lines before it are searched
constexpr std::size_t packet_head_bytes = 6;         // length, padding length, message number
constexpr std::size_t longest_packet = 35'000;       // 6.1
constexpr std::size_t least_padding = 4, block = 8;  // 6: of packets in clear
constexpr std::size_t longest_hassh = 8'192;

enum class Code : std::uint8_t { disconnect = 1, kexinit = 20, newkeys = 21 };

// clang-format off
inline constexpr Name code_names[] = {  // [NUM] 4.1.2, RFC 4419 5
    {1, "disconnect"}, {2, "ignore"}, {3, "unimplemented"}, {4, "debug"}, {5, "service_request"}, {6, "service_accept"},
    {7, "ext_info"}, {20, "kexinit"}, {21, "newkeys"}, {30, "kex_30"}, {31, "kex_31"}, {32, "kex_32"}, {33, "kex_33"}, {34, "kex_34"}};
inline constexpr Name reason_names[] = {  // [SSH] 11.1
    {1, "host_not_allowed_to_connect"}, {2, "protocol_error"}, {3, "key_exchange_failed"}, {5, "mac_error"},
    {6, "compression_error"}, {7, "service_not_available"}, {8, "protocol_version_not_supported"},
    {9, "host_key_not_verifiable"}, {10, "connection_lost"}, {11, "by_application"}, {12, "too_many_connections"},
    {13, "auth_cancelled_by_user"}, {14, "no_more_auth_methods_available"}, {15, "illegal_user_name"}};

constexpr Field rows[] = {
    {"proto", Kind::text, log | rule | buffer, {"Protocol version", "协议版本"},
     "Version of SSH the side speaks.", "[SSH] 4.2"},
    {"software", Kind::text, log | rule | learn | buffer, {"Software", "软件"},
     "What the side says it runs.", "[SSH] 4.2"},
    {"comments", Kind::text, log | rule | buffer, {"Comments", "备注"},
     "What stands behind the software, mostly the system's release.", "[SSH] 4.2"},
    {"message", Kind::u8, log | rule, {"Message", "消息"}, "Message of the transport in clear.", "[NUM] 4.1.2", code_names},
    {"hassh", Kind::text, log | rule | buffer, {"HASSH", "HASSH 指纹"}, "MD5 of the client's HASSH string.", "[HASSH]"},
    {"hassh_string", Kind::text, rule | buffer, {"HASSH string", "HASSH 字符串"},
     "Key exchanges, ciphers, checks and compressions the client can.", "[HASSH]"},
    {"hassh_server", Kind::text, log | rule | buffer, {"HASSH of the server", "服务器 HASSH 指纹"},
     "MD5 of the server's HASSH string.", "[HASSH]"},
    {"hassh_server_string", Kind::text, rule | buffer, {"HASSH string of the server", "服务器 HASSH 字符串"},
     "Key exchanges, ciphers, checks and compressions the server can.", "[HASSH]"},
    {"kex_algorithms", Kind::text, rule | buffer, {"Key exchanges", "密钥交换算法"}, "Key exchanges the side can.", "[SSH] 7.1"},
    {"host_key_algorithms", Kind::text, rule | buffer, {"Host keys", "主机密钥算法"}, "Kinds of host keys the side can.", "[SSH] 7.1"},
    {"ciphers", Kind::text, rule | buffer, {"Ciphers", "加密算法"}, "Ciphers the side can in its own direction.", "[SSH] 7.1"},
    {"macs", Kind::text, rule | buffer, {"Message checks", "消息认证算法"}, "Checks the side can in its own direction.", "[SSH] 7.1"},
    {"encrypted", Kind::boolean, log | rule, {"Keys exchanged", "密钥已交换"},
     "The side says that all it sends from here is secret.", "[SSH] 7.3"},
    {"disconnect_reason", Kind::u32, log | rule, {"Reason", "断开原因"}, "Why the side ends the connection.", "[SSH] 11.1", reason_names},
    {"disconnect_text", Kind::text, log | rule | buffer, {"Reason given", "断开说明"},
     "What the side says of it in words.", "[SSH] 11.1"},
};
inline constexpr auto fields = table("ssh", rows);
inline constexpr Schema schema = fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { version_1, identification, length };
constexpr Text look_at_peer = {"Find out which program sent it; scanners and exploits look like this.",
                               "查明是哪个程序发出的；扫描器和漏洞利用常呈此状。"};
inline constexpr Detection faults[] = {
    {9105700,
     "ssh.version_1",
     Severity::medium,
     "T0886",
     {"SSH version 1", "使用 SSH 版本 1"},
     {"A side speaks only version 1, whose sessions can be read and taken over.",
      "一方只支持版本 1，其会话可被窃听和劫持。"},
     {"Update the device or allow it only from a jump host.", "升级设备，或只允许从跳板机访问。"}},
    {9105701,
     "ssh.identification",
     Severity::low,
     "T0814",
     {"SSH identification that cannot be", "SSH 标识串不合规"},
     {"The first line is longer than 255 octets, or names no version or software.",
      "首行超过 255 字节，或未给出版本或软件。"},
     look_at_peer},
    {9105702,
     "ssh.length",
     Severity::medium,
     "T0814",
     {"SSH message lies about a length", "SSH 消息长度不符"},
     {"A length in the exchange of keys reaches past the message.", "密钥交换消息内的长度超出消息末尾。"},
     look_at_peer},
};
inline constexpr PortHint ports[] = {{Transport::tcp, 22}};

struct Memory {
  std::array<bool, 2> encrypted;  // by direction
  std::array<bool, 2> begun;
};

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);

}  // namespace langyan::ssh
