// The tables of ANSI C12.22: services, fields, faults. Sources as in c1222.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::c1222 {

constexpr std::uint16_t port = 1'153;               // [C1222] annex H, RFC 6142
constexpr std::size_t longest_message = 65'000;
constexpr std::size_t most_services = 64;           // of one message that are looked at
constexpr std::size_t user_bytes = 10, password_bytes = 20, check_bytes = 4;

enum class Body : std::uint8_t { none, read, read_offset, write, write_offset, logon, security, data };

struct Service {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
  Body body;
};
// clang-format off
inline constexpr Service services[] = {  // [C1222] 5.3.2
    {0x20, "identification",  Verb::identify,  Body::none},
    {0x21, "terminate",       Verb::session,   Body::none},
    {0x22, "disconnect",      Verb::session,   Body::none},
    {0x24, "deregister",      Verb::session,   Body::data},
    {0x25, "resolve",         Verb::browse,    Body::data},
    {0x26, "trace",           Verb::browse,    Body::data},
    {0x27, "register",        Verb::session,   Body::data},
    {0x30, "full_read",       Verb::read,      Body::read},
    {0x31, "partial_read_index_1", Verb::read, Body::read}, {0x32, "partial_read_index_2", Verb::read, Body::read},
    {0x33, "partial_read_index_3", Verb::read, Body::read}, {0x34, "partial_read_index_4", Verb::read, Body::read},
    {0x35, "partial_read_index_5", Verb::read, Body::read},
    {0x3e, "default_read",    Verb::read,      Body::none},
    {0x3f, "partial_read_offset", Verb::read,  Body::read_offset},
    {0x40, "full_write",      Verb::write,     Body::write},
    {0x41, "partial_write_index_1", Verb::write, Body::data}, {0x42, "partial_write_index_2", Verb::write, Body::data},
    {0x43, "partial_write_index_3", Verb::write, Body::data}, {0x44, "partial_write_index_4", Verb::write, Body::data},
    {0x45, "partial_write_index_5", Verb::write, Body::data},
    {0x4f, "partial_write_offset", Verb::write, Body::write_offset},
    {0x50, "logon",           Verb::auth,      Body::logon},
    {0x51, "security",        Verb::auth,      Body::security},
    {0x52, "logoff",          Verb::session,   Body::none},
    {0x53, "authenticate",    Verb::auth,      Body::data},
    {0x60, "negotiate",       Verb::session,   Body::data},
    {0x70, "wait",            Verb::session,   Body::data},
    {0x71, "timing_setup",    Verb::session,   Body::data},
};
inline constexpr auto service_names = names_of(services);
inline constexpr Name response_names[] = {  // [C1222] 5.3.2.3
    {0x00, "ok"}, {0x01, "error"}, {0x02, "service_not_supported"}, {0x03, "insufficient_security_clearance"},
    {0x04, "operation_not_possible"}, {0x05, "inappropriate_action_requested"}, {0x06, "device_busy"}, {0x07, "data_not_ready"},
    {0x08, "data_locked"}, {0x09, "renegotiate_request"}, {0x0a, "invalid_service_sequence_state"}, {0x0b, "security_mechanism_error"},
    {0x0c, "unknown_application_title"}, {0x0d, "network_time_out"}, {0x0e, "network_not_reachable"}, {0x0f, "request_too_large"},
    {0x10, "response_too_large"}, {0x11, "segmentation_not_possible"}, {0x12, "segmentation_error"}};
inline constexpr Name mode_names[] = {{0, "clear"}, {1, "clear_authenticated"}, {2, "ciphered_authenticated"}};
constexpr std::uint8_t first_request = 0x20;
constexpr std::uint16_t procedure_table = 7;  // [C1219] 9.1.8: writing it starts a procedure

inline constexpr Space spaces[] = {{"table", {"Table", "数据表"}}};

constexpr Field rows[] = {
    {"called_title", Kind::text, log | rule | buffer, {"Called title", "被叫名称"},
     "Name of the receiver.", "[C1222] 5.3.4.4"},
    {"calling_title", Kind::text, log | rule | learn | buffer, {"Calling title", "主叫名称"},
     "Name of the sender.", "[C1222] 5.3.4.4"},
    {"invocation_id", Kind::u32, log | pair, {"Invocation id", "调用号"},
     "Number the client picks and the answer repeats.", "[C1222] 5.3.4.6"},
    {"security_mode", Kind::u8, log | rule | learn, {"Security mode", "安全模式"},
     "Whether the services are authenticated or encrypted.", "[C1222] 5.3.3", mode_names},
    {"service", Kind::u8, log | rule | learn | column, {"Service", "服务"},
     "What is asked of the meter; of several the first.", "[C1222] 5.3.2", service_names},
    {"response_code", Kind::u8, log | rule | learn, {"Response", "响应码"},
     "How it went; of several the first.", "[C1222] 5.3.2.3", response_names},
    {"table_id", Kind::u16, log | rule | learn, {"Table", "表号"},
     "Table that is read or written.", "[C1219] 9"},
    {"table_offset", Kind::u32, log | rule, {"Offset", "偏移"},
     "First octet of the table.", "[C1222] 5.3.2.4.4"},
    {"user_id", Kind::u16, log | rule | learn, {"User id", "用户编号"},
     "Number of the user who logs on.", "[C1222] 5.3.2.4.5"},
    {"user", Kind::text, log | rule | learn | buffer, {"User", "用户名"},
     "Name of the user who logs on.", "[C1222] 5.3.2.4.5"},
    {"password_present", Kind::boolean, log | rule, {"Password present", "含口令"},
     "Whether a password stands in the message in clear.", "[C1222] 5.3.2.4.6"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of the table or service.", "[C1222] 5.3.2"},
};
inline constexpr auto fields = table("c1222", rows);
inline constexpr Schema schema = fields.schema();

enum class Wrong : std::uint8_t { truncated, service, clear_password };
constexpr Text check_sender = {"Find out which program sent it; scanners and broken clients look like this.", "查明发送程序；扫描工具和有缺陷的客户端常呈此状。"};
inline constexpr Detection faults[] = {
    {9103900, "c1222.truncated", Severity::low, "T0814", {"C12.22 message ends too early", "C12.22 报文过早结束"},
     {"A part of the message asks for more octets than are there.", "报文某部分所需字节多于实际携带的字节。"}, check_sender},
    {9103901, "c1222.service", Severity::low, "T0846", {"Unknown C12.22 service", "未知的 C12.22 服务"},
     {"The standard defines no such service.", "标准未定义该服务。"}, check_sender},
    {9103902, "c1222.clear_password", Severity::low, "T0859", {"Password of a meter sent in clear", "电表口令明文传输"},
     {"The security service carries the password and the message is not encrypted.", "安全服务携带口令且报文未加密。"},
     {"Turn on encryption, and change a password that strangers may have seen.", "启用加密，并更换可能泄露的口令。"}},
};
inline constexpr PortHint ports[] = {{Transport::tcp, port}, {Transport::udp, port}};
// clang-format on

}  // namespace langyan::c1222
