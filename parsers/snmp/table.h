// The tables of SNMP: PDUs, errors, vendors, fields, faults. Sources as in snmp.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::snmp {

constexpr std::size_t most_variables = 256;  // of a message; more are not read
constexpr std::uint8_t v1 = 1, v2c = 2, v3 = 3;

enum class Pdu : std::uint8_t { get, get_next, response, set, trap, get_bulk, inform, trap2, report, last = report };

// clang-format off
inline constexpr Name version_names[] = {{v1, "v1"}, {v2c, "v2c"}, {v3, "v3"}};
inline constexpr Name pdu_names[] = {  // [3416] 3
    {0, "get_request"}, {1, "get_next_request"}, {2, "response"}, {3, "set_request"}, {4, "trap_v1"},
    {5, "get_bulk_request"}, {6, "inform_request"}, {7, "trap_v2"}, {8, "report"}};
inline constexpr Name error_names[] = {  // [3416] 3
    {0, "no_error"}, {1, "too_big"}, {2, "no_such_name"}, {3, "bad_value"}, {4, "read_only"}, {5, "gen_err"},
    {6, "no_access"}, {7, "wrong_type"}, {8, "wrong_length"}, {9, "wrong_encoding"}, {10, "wrong_value"},
    {11, "no_creation"}, {12, "inconsistent_value"}, {13, "resource_unavailable"}, {14, "commit_failed"},
    {15, "undo_failed"}, {16, "authorization_error"}, {17, "not_writable"}, {18, "inconsistent_name"}};
inline constexpr Name trap_names[] = {  // [1157] 4.1.6
    {0, "cold_start"}, {1, "warm_start"}, {2, "link_down"}, {3, "link_up"}, {4, "authentication_failure"},
    {5, "egp_neighbor_loss"}, {6, "enterprise_specific"}};
inline constexpr Name level_names[] = {{0, "no_auth_no_priv"}, {1, "auth_no_priv"}, {3, "auth_priv"}};

enum class Type : std::uint8_t {
  other, integer, octets, null, oid, address, counter, gauge, ticks, opaque, counter64, no_such_object, no_such_instance,
  end_of_view,
};
inline constexpr Name type_names[] = {
    {0, "other"}, {1, "integer"}, {2, "octet_string"}, {3, "null"}, {4, "oid"}, {5, "ip_address"}, {6, "counter32"},
    {7, "gauge32"}, {8, "time_ticks"}, {9, "opaque"}, {10, "counter64"}, {11, "no_such_object"},
    {12, "no_such_instance"}, {13, "end_of_mib_view"}};

// What an object tells of the device that answers: [3418] 2 and [6933] 3.
struct Told {
  std::string_view oid;  // of a column its prefix, ending with the dot
  Trait trait;
};
inline constexpr Told told[] = {
    {"1.3.6.1.2.1.1.1.0", Trait::description},
    {"1.3.6.1.2.1.1.5.0", Trait::name},
    {"1.3.6.1.2.1.1.6.0", Trait::location},
    {"1.3.6.1.2.1.47.1.1.1.1.8.", Trait::hardware},
    {"1.3.6.1.2.1.47.1.1.1.1.9.", Trait::firmware},
    {"1.3.6.1.2.1.47.1.1.1.1.10.", Trait::firmware},
    {"1.3.6.1.2.1.47.1.1.1.1.11.", Trait::serial},
    {"1.3.6.1.2.1.47.1.1.1.1.12.", Trait::vendor},
    {"1.3.6.1.2.1.47.1.1.1.1.13.", Trait::model},
};
inline constexpr std::string_view sys_object_id = "1.3.6.1.2.1.1.2.0", enterprises = "1.3.6.1.4.1.";
inline constexpr Name vendors[] = {  // private enterprise numbers of IANA, of who builds for plants
    {9, "Cisco"}, {11, "Hewlett-Packard"}, {95, "Allen-Bradley"}, {171, "D-Link"}, {244, "Lantronix"},
    {248, "Hirschmann"}, {311, "Microsoft"}, {318, "APC"}, {332, "Digi International"}, {368, "Axis"}, {534, "Eaton"},
    {674, "Dell"}, {2011, "Huawei"}, {2636, "Juniper"}, {3833, "Schneider Electric"}, {3902, "ZTE"}, {4196, "Siemens"},
    {4329, "Siemens"}, {4346, "Phoenix Contact"}, {4881, "Ruijie"}, {6574, "Synology"}, {6876, "VMware"},
    {8072, "Net-SNMP"}, {8691, "Moxa"}, {10297, "Advantech"}, {11863, "TP-Link"}, {12356, "Fortinet"}, {13576, "WAGO"},
    {15004, "RuggedCom"}, {16177, "Westermo"}, {25506, "H3C"}, {39165, "Hikvision"}};

inline constexpr Space spaces[] = {{"oid", {"Object", "对象"}}};

constexpr Field rows[] = {
    {"version", Kind::u8, log | rule | learn, {"Version", "版本"},
     "Version of the protocol; only the third can protect what it says.", "[3416] 1", version_names},
    {"community", Kind::text, rule | buffer, {"Community", "团体名"},
     "The password of the first two versions; rules can search it, but it is never recorded.", "[1157] 4"},
    {"community_default", Kind::boolean, log | rule, {"Default community", "默认团体名"},
     "Whether the password is one of those devices leave the factory with.", "[1157] 4"},
    {"pdu_type", Kind::u8, log | rule | learn | column, {"PDU", "PDU 类型"},
     "What the message does.", "[3416] 3", pdu_names},
    {"request_id", Kind::u32, log | pair, {"Request id", "请求标识"},
     "Number that joins the answer to its request.", "[3416] 3"},
    {"message_id", Kind::u32, log | pair, {"Message id", "消息标识"},
     "Number that joins the answer to its request in version 3.", "[3412] 6.2"},
    {"error_status", Kind::u8, log | rule | learn, {"Error", "错误"},
     "Why the agent refuses.", "[3416] 3", error_names},
    {"error_index", Kind::u32, log | rule, {"Error index", "错误序号"},
     "Which variable is to blame, counted from one.", "[3416] 3"},
    {"non_repeaters", Kind::u32, log | rule, {"Non-repeaters", "非重复数"},
     "Variables of a bulk request that are read once.", "[3416] 4.2.3"},
    {"max_repetitions", Kind::u32, log | rule, {"Repetitions", "最大重复数"},
     "How many values of each further variable a bulk request wants.", "[3416] 4.2.3"},
    {"enterprise", Kind::text, log | rule | buffer, {"Enterprise", "企业标识"},
     "Kind of device that sends a trap of version 1.", "[1157] 4.1.6"},
    {"agent_address", Kind::ip, log | rule, {"Agent", "代理地址"},
     "Address of the device that sends a trap of version 1.", "[1157] 4.1.6"},
    {"generic_trap", Kind::u8, log | rule | learn, {"Trap", "通用陷阱"},
     "What happened, in version 1.", "[1157] 4.1.6", trap_names},
    {"specific_trap", Kind::u32, log | rule | learn, {"Specific trap", "专用陷阱"},
     "What happened, in the vendor's own numbering.", "[1157] 4.1.6"},
    {"uptime", Kind::u32, rule, {"Uptime", "运行时间"},
     "Hundredths of a second since the device started.", "[1157] 4.1.6"},
    {"usm", Kind::text, log | rule | learn | buffer, {"User", "用户"},
     "User of version 3.", "[3414] 2.4"},
    {"engine_id", Kind::bytes, log | rule | buffer, {"Engine id", "引擎标识"},
     "Number of the authoritative engine.", "[3414] 2.4"},
    {"engine_boots", Kind::u32, rule, {"Engine boots", "引擎启动次数"},
     "How often the authoritative engine has started.", "[3414] 2.4"},
    {"security_level", Kind::u8, log | rule | learn, {"Security level", "安全级别"},
     "Whether the message is signed and whether it is encrypted.", "[3412] 6.4", level_names},
    {"context_name", Kind::text, log | rule | buffer, {"Context", "上下文"},
     "Which of several collections of objects is meant.", "[3412] 6.8"},
    {"variables", Kind::u16, log | rule, {"Variables", "变量数"},
     "How many objects the message names.", "[3416] 3"},
};
inline constexpr auto fields = table("snmp", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field variable_rows[] = {
    {"oid", Kind::text, log | rule | buffer, {"Object", "对象标识"},
     "Which object is meant.", "[3416] 3"},
    {"value_type", Kind::u8, log | rule, {"Type", "类型"},
     "What kind of value it has.", "[2578] 7.1", type_names},
    {"number", Kind::i64, log | rule, {"Number", "数值"},
     "The value, where it is a number.", "[2578] 7.1"},
    {"value", Kind::text, log | rule | buffer, {"Text", "文本值"},
     "The value, where it is text, an address or an object.", "[2578] 7.1"},
    {"octets", Kind::bytes, log | rule | buffer, {"Octets", "字节值"},
     "The value, where it is no text.", "[2578] 7.1"},
};
inline constexpr auto variable_fields = table("snmp.variable", variable_rows);
inline constexpr Schema variable_schema = variable_fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { malformed, pdu, variable, trailing };
constexpr Text check_sender = {"Find the program that sent it; fuzzers and exploits of agents look like this.",
                               "查明发送报文的程序；模糊测试和针对代理的漏洞利用常呈此状。"};
inline constexpr Detection faults[] = {
    {9106100, "snmp.malformed", Severity::low, "T0814", {"SNMP message malformed", "SNMP 报文格式错误"},
     {"A length within the message reaches past its end, or a part is missing.", "报文内某长度超出末尾，或缺少某一部分。"},
     check_sender},
    {9106101, "snmp.pdu", Severity::low, "T0814", {"SNMP message of an unknown kind", "SNMP 未知 PDU 类型"},
     {"The message does what no version of the protocol defines.", "报文类型未被任何协议版本定义。"}, check_sender},
    {9106102, "snmp.variable", Severity::low, "T0814", {"SNMP variable malformed", "SNMP 变量格式错误"},
     {"An object's name or value is not coded as the standard wants it.", "对象名或值的编码不符合标准。"}, check_sender},
    {9106103, "snmp.trailing", Severity::low, "", {"Octets after an SNMP message", "SNMP 报文后有多余字节"},
     {"The datagram is longer than the message it holds.", "数据报长于其所含的报文。"}, check_sender},
};
inline constexpr PortHint ports[] = {{Transport::udp, 161}, {Transport::udp, 162}};

}  // namespace langyan::snmp
