// The tables of DLMS/COSEM: services, classes, fields, faults. Sources as in dlms.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::dlms {

constexpr std::uint16_t port = 4'059;         // [GREEN] 7.3.3.4
constexpr std::size_t wrapper_bytes = 8;      // version, two ports, length
constexpr std::size_t longest_apdu = 65'000;  // behind a wrapper; the field has 16 bits
constexpr std::size_t most_list = 64;         // attributes of one request that are looked at

enum class Sent : std::uint8_t { either, client, server };
enum class Body : std::uint8_t {
  none,
  associate,
  associated,
  get,
  set,
  action,
  get_response,
  set_response,
  action_response,
  ciphered
};

struct Service {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
  Body body;
  Sent by;
};
// clang-format off
inline constexpr Service services[] = {  // [GREEN] 9.5, the abstract syntax
    {0x05, "read_request",                Verb::read,      Body::none,            Sent::client},
    {0x06, "write_request",               Verb::write,     Body::none,            Sent::client},
    {0x0c, "read_response",               Verb::read,      Body::none,            Sent::server},
    {0x0d, "write_response",              Verb::write,     Body::none,            Sent::server},
    {0x0f, "data_notification",           Verb::report,    Body::none,            Sent::server},
    {0x60, "aarq",                        Verb::session,   Body::associate,       Sent::client},
    {0x61, "aare",                        Verb::session,   Body::associated,      Sent::server},
    {0x62, "rlrq",                        Verb::session,   Body::none,            Sent::client},
    {0x63, "rlre",                        Verb::session,   Body::none,            Sent::server},
    {0xc0, "get_request",                 Verb::read,      Body::get,             Sent::client},
    {0xc1, "set_request",                 Verb::configure, Body::set,             Sent::client},
    {0xc2, "event_notification_request",  Verb::alarm,     Body::none,            Sent::server},
    {0xc3, "action_request",              Verb::configure, Body::action,          Sent::client},
    {0xc4, "get_response",                Verb::read,      Body::get_response,    Sent::server},
    {0xc5, "set_response",                Verb::configure, Body::set_response,    Sent::server},
    {0xc7, "action_response",             Verb::configure, Body::action_response, Sent::server},
    {0xc8, "glo_get_request",             Verb::read,      Body::ciphered,        Sent::client},
    {0xc9, "glo_set_request",             Verb::configure, Body::ciphered,        Sent::client},
    {0xcb, "glo_action_request",          Verb::configure, Body::ciphered,        Sent::client},
    {0xcc, "glo_get_response",            Verb::read,      Body::ciphered,        Sent::server},
    {0xcd, "glo_set_response",            Verb::configure, Body::ciphered,        Sent::server},
    {0xcf, "glo_action_response",         Verb::configure, Body::ciphered,        Sent::server},
    {0xd0, "ded_get_request",             Verb::read,      Body::ciphered,        Sent::client},
    {0xd1, "ded_set_request",             Verb::configure, Body::ciphered,        Sent::client},
    {0xd3, "ded_action_request",          Verb::configure, Body::ciphered,        Sent::client},
    {0xd4, "ded_get_response",            Verb::read,      Body::ciphered,        Sent::server},
    {0xd5, "ded_set_response",            Verb::configure, Body::ciphered,        Sent::server},
    {0xd7, "ded_action_response",         Verb::configure, Body::ciphered,        Sent::server},
    {0xd8, "exception_response",          Verb::other,     Body::none,            Sent::server},
    {0xdb, "general_glo_ciphering",       Verb::other,     Body::ciphered,        Sent::either},
    {0xdc, "general_ded_ciphering",       Verb::other,     Body::ciphered,        Sent::either},
    {0xdd, "general_ciphering",           Verb::other,     Body::ciphered,        Sent::either},
    {0xdf, "general_signing",             Verb::other,     Body::none,            Sent::either},
    {0xe0, "general_block_transfer",      Verb::other,     Body::none,            Sent::either},
};
inline constexpr auto service_names = names_of(services);

struct Class {
  std::uint16_t code;
  std::string_view name;
  Verb set, action;
};
inline constexpr Class classes[] = {  // [BLUE] 4
    {1,   "data",                 Verb::write,     Verb::write},
    {3,   "register",             Verb::write,     Verb::write},
    {4,   "extended_register",    Verb::write,     Verb::write},
    {5,   "demand_register",      Verb::write,     Verb::write},
    {7,   "profile_generic",      Verb::configure, Verb::configure},
    {8,   "clock",                Verb::time,      Verb::time},
    {9,   "script_table",         Verb::configure, Verb::control},
    {11,  "special_days_table",   Verb::configure, Verb::configure},
    {12,  "association_sn",       Verb::auth,      Verb::auth},
    {15,  "association_ln",       Verb::auth,      Verb::auth},
    {17,  "sap_assignment",       Verb::configure, Verb::configure},
    {18,  "image_transfer",       Verb::firmware,  Verb::firmware},
    {20,  "activity_calendar",    Verb::configure, Verb::configure},
    {22,  "single_action_schedule", Verb::configure, Verb::configure},
    {23,  "iec_hdlc_setup",       Verb::configure, Verb::configure},
    {40,  "push_setup",           Verb::configure, Verb::report},
    {41,  "tcp_udp_setup",        Verb::configure, Verb::configure},
    {42,  "ipv4_setup",           Verb::configure, Verb::configure},
    {43,  "mac_address_setup",    Verb::configure, Verb::configure},
    {45,  "gprs_modem_setup",     Verb::configure, Verb::configure},
    {64,  "security_setup",       Verb::auth,      Verb::auth},
    {70,  "disconnect_control",   Verb::control,   Verb::control},
    {71,  "limiter",              Verb::configure, Verb::configure},
    {111, "account",              Verb::configure, Verb::configure},
    {115, "token_gateway",        Verb::configure, Verb::configure},
};
inline constexpr auto class_names = names_of(classes);

inline constexpr Name access_names[] = {  // [GREEN] 9.5, Data-Access-Result and Action-Result
    {0, "success"}, {1, "hardware_fault"}, {2, "temporary_failure"}, {3, "read_write_denied"}, {4, "object_undefined"},
    {9, "object_class_inconsistent"}, {11, "object_unavailable"}, {12, "type_unmatched"}, {13, "scope_of_access_violated"},
    {14, "data_block_unavailable"}, {15, "long_get_aborted"}, {16, "no_long_get_in_progress"}, {250, "other_reason"}};
inline constexpr Name mechanism_names[] = {{0, "none"}, {1, "low_level"}, {2, "high_level"}, {3, "md5"}, {4, "sha1"}, {5, "gmac"}, {6, "sha256"}, {7, "ecdsa"}};
inline constexpr Name context_names[] = {{1, "logical_names"}, {2, "short_names"}, {3, "logical_names_ciphered"}, {4, "short_names_ciphered"}};
inline constexpr Name association_names[] = {{0, "accepted"}, {1, "rejected_permanent"}, {2, "rejected_transient"}};
inline constexpr Name control_names[] = {{0x93, "SNRM"}, {0x73, "UA"}, {0x53, "DISC"}, {0x1f, "DM"}, {0x97, "FRMR"}, {0x13, "UI"}};

enum class Place : std::uint8_t { attribute, method };
inline constexpr Space spaces[] = {{"attribute", {"COSEM attribute", "COSEM 属性"}}, {"method", {"COSEM method", "COSEM 方法"}}};

constexpr Field rows[] = {
    {"source_port", Kind::u16, log | rule | learn, {"Source port", "源逻辑端口"},
     "Wrapper port of the sender: 1 a management client, 16 a public one.", "[GREEN] 7.3.3.2"},
    {"destination_port", Kind::u16, log | rule | learn, {"Destination port", "目标逻辑端口"},
     "Wrapper port of the receiver: 1 the management logical device.", "[GREEN] 7.3.3.2"},
    {"hdlc_destination", Kind::u32, log | rule, {"HDLC destination", "HDLC 目标地址"},
     "Address of the receiver, its octets as sent.", "[GREEN] 8.4.2"},
    {"hdlc_source", Kind::u32, log | rule, {"HDLC source", "HDLC 源地址"},
     "Address of the sender, its octets as sent.", "[GREEN] 8.4.2"},
    {"hdlc_control", Kind::u8, log | rule, {"HDLC control", "HDLC 控制字段"},
     "Kind of the HDLC frame.", "[GREEN] 8.4.3", control_names},
    {"service", Kind::u8, log | rule | learn | column, {"Service", "服务"},
     "What the message is for.", "[GREEN] 9.5", service_names},
    {"exchange", Kind::u16, log | pair, {"Exchange", "交互"},
     "Service of the request that an answer belongs to.", "[GREEN] 9.5"},
    {"invoke_id", Kind::u8, log | pair, {"Invoke id", "调用号"},
     "Number the client picks and the server repeats.", "[GREEN] 9.5"},
    {"choice", Kind::u8, log | rule, {"Choice", "服务形式"},
     "Form of the service: 1 normal, 2 next or with a block, 3 with a list.", "[GREEN] 9.5"},
    {"class_id", Kind::u16, log | rule | learn, {"Class", "接口类"},
     "Interface class of the object.", "[BLUE] 4", class_names},
    {"obis", Kind::text, log | rule | learn | buffer, {"OBIS code", "OBIS 代码"},
     "Logical name of the object.", "[BLUE] 6"},
    {"attribute", Kind::u8, log | rule, {"Attribute", "属性"},
     "Attribute that is read or set.", "[BLUE] 4"},
    {"method", Kind::u8, log | rule | learn, {"Method", "方法"},
     "Method that is called.", "[BLUE] 4"},
    {"result", Kind::u8, log | rule | learn, {"Result", "结果"},
     "How the server took it.", "[GREEN] 9.5", access_names},
    {"block_number", Kind::u32, log | rule, {"Block", "块号"},
     "Number of the block of a long value.", "[GREEN] 9.5"},
    {"context", Kind::u8, log | rule, {"Application context", "应用上下文"},
     "How objects are named and whether messages are ciphered.", "[GREEN] 9.4.2.2.2", context_names},
    {"mechanism", Kind::u8, log | rule | learn, {"Authentication", "认证机制"},
     "How the client proves who it is.", "[GREEN] 9.4.2.2.3", mechanism_names},
    {"password_present", Kind::boolean, log | rule, {"Password present", "含口令"},
     "Whether a password stands in the message in clear.", "[GREEN] 9.4.2.3"},
    {"association_result", Kind::u8, log | rule, {"Association", "关联结果"},
     "Whether the server accepts the association.", "[GREEN] 9.4.2.3", association_names},
    {"ciphered", Kind::boolean, log | rule, {"Ciphered", "已加密"},
     "Whether the content is encrypted.", "[GREEN] 9.2.7"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Coded value, or what the service carries.", "[GREEN] 9.5"},
};
inline constexpr auto fields = table("dlms", rows);
inline constexpr Schema schema = fields.schema();

enum class Wrong : std::uint8_t { truncated, checksum, service, clear_password };
constexpr Text check_sender = {"Find out which program sent it; scanners and broken clients look like this.", "查明发送程序；扫描工具和有缺陷的客户端常呈此状。"};
inline constexpr Detection faults[] = {
    {9102800, "dlms.truncated", Severity::low, "T0814", {"DLMS message ends too early", "DLMS 报文过早结束"},
     {"The service needs more octets than the message has.", "服务所需字节多于报文实际携带的字节。"}, check_sender},
    {9102801, "dlms.checksum", Severity::low, "T0856", {"HDLC check sequence wrong", "HDLC 校验错误"},
     {"The check sequence does not fit the frame.", "校验序列与帧内容不符。"}, check_sender},
    {9102802, "dlms.service", Severity::low, "T0846", {"Unknown DLMS service", "未知的 DLMS 服务"},
     {"The standard defines no such service.", "标准未定义该服务。"}, check_sender},
    {9102803, "dlms.clear_password", Severity::low, "T0859", {"Password of a meter sent in clear", "电表口令明文传输"},
     {"Low level security puts the password into the message as it is.", "低级安全机制将口令以明文放入报文。"},
     {"Use high level security, and change a password that strangers may have seen.", "改用高级安全机制，并更换可能泄露的口令。"}},
};
inline constexpr PortHint ports[] = {{Transport::tcp, port}, {Transport::udp, port}};
// clang-format on

}  // namespace langyan::dlms
