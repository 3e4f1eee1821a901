// The tables of S7comm-plus: words, fields, faults.
//
// [TPKT] RFC 1006, ISO Transport Service on top of the TCP
// [COTP] ITU-T X.224 (11/95), the same text as ISO/IEC 8073
// [TLS]  RFC 8446 section 5.1
// [IM]   PROFIBUS and PROFINET International, Identification & Maintenance functions 1.2: record
// I&M0 Siemens never published the rest. It is taken from descriptions that agree with each other
// and with captures of real controllers: [WS]   T. Wiens, S7comm-plus plugin for Wireshark: what
// its fields and value names say [DRV]  T. Wiens, S7CommPlusDriver: Core/Functioncode, Ids,
// CreateObjectRequest and its like, Notification [PY]   s7commplus for Python: protocol constants
// and their notes [BH]   C. Lei and others, The Spear to Break the Security Wall of S7CommPlus,
// Black Hat Europe 2017
#pragma once

#include "fields/protocol.h"
#include "parsers/s7comm_plus/functions.h"

namespace langyan::s7comm_plus {

constexpr std::uint8_t protocol_id = 0x72;
constexpr std::size_t header_bytes = 4, trailer_bytes = 4, digest_bytes = 32;
enum Version : std::uint8_t {
  version_connect = 1,
  version_data = 2,
  version_integrity = 3,
  version_event = 0xfe
};
enum Opcode : std::uint8_t {
  opcode_request = 0x31,
  opcode_response = 0x32,
  opcode_notification = 0x33
};
constexpr bool is_version(std::uint8_t version) {
  return (version >= 1 && version <= 3) || version == version_event;
}
constexpr bool is_opcode(std::uint8_t code) {
  return code >= opcode_request && code <= opcode_notification;
}
// [TLS]: a content type, and the version's first octet.
constexpr bool is_tls(std::uint8_t first, std::uint8_t second) {
  return first >= 20 && first <= 24 && second == 3;
}

// clang-format off
inline constexpr Name tpdu_names[] = {
    {7, "error"}, {8, "disconnect_request"}, {12, "disconnect_confirm"}, {13, "connection_confirm"},
    {14, "connection_request"}, {15, "data"}};
inline constexpr Name version_names[] = {
    {version_connect, "connect"}, {version_data, "data"}, {version_integrity, "data_with_integrity"},
    {version_event, "system_event"}};
inline constexpr Name opcode_names[] = {
    {opcode_request, "request"}, {opcode_response, "response"}, {opcode_notification, "notification"}};
inline constexpr Name result_names[] = {  // [PY] ServiceResult, [WS] errorcode_names: the lower half
    {0, "ok"}, {17, "session_pre_legitimated"}, {18, "ignored"}, {19, "partial_error"}, {21, "too_many_notifications"},
    {22, "session_delegitimated"}, {23, "end_of_file"}, {24, "subscription_disabled"}, {25, "legitimated_level_2"},
    {26, "legitimated_level_3"}, {33, "legitimated_level_1"}, {34, "transaction_aborted"}, {37, "out_of_resources"},
    {38, "level_disabled"}, {0x10000 - 1, "unknown_error"}, {0x10000 - 2, "invalid_type"},
    {0x10000 - 3, "invalid_value"}, {0x10000 - 4, "no_memory"}, {0x10000 - 12, "object_not_found"},
    {0x10000 - 17, "invalid_crc"}, {0x10000 - 118, "session_delegitimated"}, {0x10000 - 134, "multi_es_unsupported"},
    {0x10000 - 255, "invalid_lid"}};
inline constexpr Name type_names[] = {  // [DRV] Datatype; [WS] item_datatype_names
    {0x00, "null"}, {0x01, "bool"}, {0x02, "usint"}, {0x03, "uint"}, {0x04, "udint"}, {0x05, "ulint"}, {0x06, "sint"},
    {0x07, "int"}, {0x08, "dint"}, {0x09, "lint"}, {0x0a, "byte"}, {0x0b, "word"}, {0x0c, "dword"}, {0x0d, "lword"},
    {0x0e, "real"}, {0x0f, "lreal"}, {0x10, "timestamp"}, {0x11, "timespan"}, {0x12, "rid"}, {0x13, "aid"},
    {0x14, "blob"}, {0x15, "wstring"}, {0x16, "variant"}, {0x17, "struct"}, {0x19, "s7string"}};
inline constexpr Name tls_names[] = {
    {20, "change_cipher_spec"}, {21, "alert"}, {22, "handshake"}, {23, "application_data"}, {24, "heartbeat"}};

constexpr Field rows[] = {
    {"tpdu", Kind::u8, log | rule, {"Transport unit", "传输单元"},
     "Which transport unit it is where it carries no data.", "[COTP] 13.2.2.1", tpdu_names},
    {"calling_tsap", Kind::bytes, log | rule | buffer, {"Calling TSAP", "主叫 TSAP"},
     "Transport selector of the side that connects.", "[COTP] 13.3.4 a"},
    {"called_tsap", Kind::text, log | rule | buffer, {"Called TSAP", "被叫 TSAP"},
     "Transport selector of the side that is connected to; it names the client's part, engineering station or panel.",
     "[COTP] 13.3.4 a; [PY] ConnectionType"},
    {"tpdu_size", Kind::u16, log | rule, {"Transport unit size", "传输单元长度"},
     "Longest transport unit that a side proposes or accepts.", "[COTP] 13.3.4 b", {}, "octets"},
    {"connection_reference", Kind::u16, log | pair, {"Connection reference", "连接引用"},
     "Number the connecting side picks for the connection.", "[COTP] 13.3.3"},
    {"disconnect_reason", Kind::u8, log | rule, {"Reason", "断开原因"},
     "Why the transport connection was refused or ended.", "[COTP] 13.5.3"},
    {"tls_record", Kind::u8, log | rule | learn, {"TLS record", "TLS 记录"},
     "Kind of the TLS record carried in place of a message in clear.", "[TLS]", tls_names},

    {"version", Kind::u8, log | rule | learn, {"Version", "协议版本"},
     "How the message is framed: session setup, data, data with an integrity part, or an event of the system.",
     "[WS] s7comm-plus.header.protocolversion; [DRV] ProtocolVersion", version_names},
    {"integrity", Kind::boolean, log | rule, {"Integrity part", "完整性校验"},
     "Whether a keyed digest protects the message.", "[WS] s7comm-plus.integrity; [BH]"},
    {"opcode", Kind::u8, log | rule | learn, {"Opcode", "操作码"},
     "Whether it asks, answers, or is sent unasked.", "[WS] s7comm-plus.data.opcode; [DRV] Opcode", opcode_names},
    {"function", Kind::u16, log | rule | learn | column, {"Function", "功能码"},
     "What is asked for.", "[DRV] Functioncode; [WS] s7comm-plus.data.function", function_names},
    {"sequence_number", Kind::u16, log | pair, {"Sequence number", "序号"},
     "Number the client picks and the answer repeats.", "[WS] s7comm-plus.data.seqnum"},
    {"session_id", Kind::u32, log | rule, {"Session", "会话标识"},
     "Session the request belongs to, as the controller numbered it.", "[WS] s7comm-plus.data.sessionid"},
    {"transport_flags", Kind::u8, log | rule, {"Transport flags", "传输标志"},
     "How the request is to be handled on its way.", "[DRV] TransportFlags"},
    {"return_value", Kind::u64, log | rule, {"Return value", "返回值"},
     "What the service returned, with its source in the upper bits; 0 when nothing was wrong.",
     "[DRV] ReturnValue; [WS] s7comm-plus.returnvalue"},
    {"result", Kind::u16, log | rule | learn, {"Result", "结果"},
     "Lower half of the return value, which names the outcome.", "[PY] ServiceResult", result_names},
    {"object_id", Kind::u32, log | rule | learn, {"Object", "对象"},
     "Object that is asked, by its relation id.", "[DRV] Ids; [WS] relation ids", objects},
    {"class_id", Kind::u32, log | rule | learn, {"Class", "对象类"},
     "Class of the first object the message holds.", "[DRV] Ids; [WS] s7comm-plus.object.classid", classes},
    {"new_object_id", Kind::u32, log | rule, {"New object", "新建对象"},
     "Relation id the controller gave the object it created.", "[DRV] CreateObjectResponse"},
    {"item_count", Kind::u32, log | rule, {"Items", "项数"},
     "How many variables or attributes are touched.", "[DRV] GetMultiVariablesRequest"},
    {"operating_state", Kind::u8, log | rule, {"Operating state", "运行状态请求"},
     "Mode the controller is told to take.", "[PY] OperatingStateRequest", operating_states},
    {"user", Kind::text, log | rule | buffer, {"User", "用户"},
     "User or connection the client names in the session setup.", "[PY] SERVER_SESSION_USER"},
    {"application", Kind::text, log | rule | learn | buffer, {"Application", "应用程序"},
     "Software the client names in the session setup.", "[PY] SERVER_SESSION_APPLICATION"},
    {"host", Kind::text, log | rule | buffer, {"Host", "主机名"},
     "Host the client names in the session setup.", "[PY] SERVER_SESSION_HOST"},
    {"cpu", Kind::text, log | rule | buffer, {"CPU", "CPU 标识"},
     "Order number and firmware of the controller, as the session setup names them.",
     "[DRV] LID_SessionVersionSystemPAOMString"},
    {"subscription_id", Kind::u32, log | rule, {"Subscription", "订阅"},
     "Subscription the notification belongs to.", "[DRV] Notification"},
    {"credit_tick", Kind::u8, log, {"Credit", "信用计数"},
     "How much of the credit of the subscription is used up.", "[DRV] Notification"},
    {"notification_number", Kind::u32, log, {"Notification number", "通知序号"},
     "Counts the notifications of the subscription.", "[DRV] Notification"},
    {"confirmed_octets", Kind::u32, log, {"Confirmed octets", "已确认字节"},
     "How many octets a side has taken so far.", "[DRV] SystemEvent", {}, "octets"},
    {"event_text", Kind::text, log | rule | buffer, {"Event text", "事件文本"},
     "Word the system event carries, such as LOGOUT.", "[DRV] SystemEvent"},
    {"content", Kind::bytes, rule | buffer, {"Content", "报文内容"},
     "Octets behind the header and its integrity part, from the opcode on.", "[WS] s7comm-plus.data"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of the message behind its head.", "[WS] s7comm-plus.data"},
};
inline constexpr auto fields = table("s7comm_plus", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field item_rows[] = {
    {"item", Kind::u32, log, {"Item", "项"},
     "Number of the variable in its request, or in its subscription.", "[DRV] GetMultiVariablesResponse; Notification"},
    {"area", Kind::u32, log | rule | learn, {"Area", "区域"},
     "Object the variable is part of, by its relation id: data block or memory area.", "[DRV] ItemAddress", objects},
    {"db_number", Kind::u16, log | rule | learn, {"DB", "数据块号"},
     "Data block, where the area is one.", "[DRV] ItemAddress; [WS] var_item_area1"},
    {"sub_area", Kind::u32, log | rule, {"Sub-area", "子区域"},
     "What of the area is touched.", "[DRV] ItemAddress", attribute_names},
    {"symbol_crc", Kind::u32, log | rule, {"Symbol checksum", "符号校验值"},
     "Checksum of the variable's name, by which the controller finds it changed.", "[DRV] ItemAddress"},
    {"attribute", Kind::u32, log | rule | learn, {"Attribute", "属性"},
     "Attribute of an object.", "[DRV] Ids; [WS] id_number_names", attribute_names},
    {"value_type", Kind::u8, log | rule, {"Type", "数据类型"},
     "Type of the value.", "[DRV] Datatype; [WS] item_datatype_names", type_names},
    {"element_count", Kind::u32, log | rule, {"Elements", "元素数"},
     "How many elements an array holds.", "[DRV] PValue"},
    {"number", Kind::i64, log | rule, {"Number", "数值"},
     "The value, where it is a whole number.", "[DRV] PValue"},
    {"real", Kind::f64, log | rule, {"Real", "实数"},
     "The value, where it is a floating-point number.", "[DRV] PValue"},
    {"text", Kind::text, log | rule | buffer, {"Text", "文本"},
     "The value, where it is a text.", "[DRV] PValue"},
    {"octets", Kind::bytes, log | rule | buffer, {"Octets", "字节"},
     "The value, where it is a run of octets.", "[DRV] PValue"},
    {"item_result", Kind::u16, log | rule | learn, {"Item result", "项结果"},
     "Why this variable could not be touched.", "[PY] ServiceResult", result_names},
};
inline constexpr auto item_fields = table("s7comm_plus.item", item_rows);
inline constexpr Schema item_schema = item_fields.schema();

enum class Place : std::uint8_t { variable, attribute, object, subscription };  // Object::space
inline constexpr Space spaces[] = {
    {"variable",     {"Variable", "变量"}},
    {"attribute",    {"Attribute", "属性"}},
    {"object",       {"Object", "对象"}},
    {"subscription", {"Subscribed item", "订阅项"}},
};

enum class Wrong : std::uint8_t {
  transport, pieces, foreign, header, version, length, opcode, truncated, trailing, value, unprotected,
};
constexpr Text check_peer = {"Look at who sends this and whether it is a device of the plant.",
                             "核实发送方身份，确认其是否为厂内设备。"};
inline constexpr Detection faults[] = {
    {9101000, "s7comm_plus.transport", Severity::medium, "T0814",
     {"ISO transport unit malformed", "ISO 传输单元畸形"},
     {"The transport unit under S7comm-plus contradicts itself.", "承载 S7comm-plus 的传输单元自相矛盾。"}, check_peer},
    {9101001, "s7comm_plus.pieces", Severity::low, "",
     {"S7comm-plus message too long to join", "S7comm-plus 报文过长，无法重组"},
     {"A message came in more pieces than the sensor keeps, so it was not read.",
      "报文分片超出探针可保存的长度，未能解读。"},
     {"Program downloads may be this long; otherwise look at the packets.", "程序下装可能如此之长；否则请查看数据包。"}},
    {9101002, "s7comm_plus.foreign", Severity::medium, "T0814",
     {"Not S7comm-plus on an S7comm-plus connection", "S7comm-plus 连接上出现其他协议"},
     {"A message on this connection starts neither as S7comm-plus does nor as TLS.",
      "该连接上的报文既不以 S7comm-plus 标识开头，也不是 TLS。"}, check_peer},
    {9101003, "s7comm_plus.header", Severity::medium, "T0814",
     {"S7comm-plus header incomplete", "S7comm-plus 报文头不完整"},
     {"The message ends within its header.", "报文在报文头内即结束。"}, check_peer},
    {9101004, "s7comm_plus.version", Severity::medium, "T0846",
     {"Unknown S7comm-plus version", "未知的 S7comm-plus 版本"},
     {"The version is none that is known.", "协议版本不在已知之列。"}, check_peer},
    {9101005, "s7comm_plus.length", Severity::medium, "T0814",
     {"S7comm-plus length lies", "S7comm-plus 长度不符"},
     {"The data are said to reach past the end of the message.", "所述数据长度超出报文。"}, check_peer},
    {9101006, "s7comm_plus.opcode", Severity::medium, "T0846",
     {"Unknown S7comm-plus opcode", "未知的 S7comm-plus 操作码"},
     {"The message neither asks nor answers nor notifies.", "报文既非请求、应答，也非通知。"}, check_peer},
    {9101007, "s7comm_plus.truncated", Severity::low, "T0814",
     {"S7comm-plus message ends too early", "S7comm-plus 报文过早结束"},
     {"The function promises more octets than the message has.", "功能码所要求的字节多于报文实际携带的字节。"},
     check_peer},
    {9101008, "s7comm_plus.trailing", Severity::low, "",
     {"Octets after an S7comm-plus message", "S7comm-plus 报文后有多余字节"},
     {"What follows the data is not the trailer that ends a message.", "数据之后不是结束报文的报文尾。"}, check_peer},
    {9101009, "s7comm_plus.value", Severity::medium, "T0814",
     {"S7comm-plus value malformed", "S7comm-plus 值畸形"},
     {"A value is nested too deep or of no known type.", "值嵌套过深或类型未知。"}, check_peer},
    {9101010, "s7comm_plus.unprotected", Severity::medium, "T0831",
     {"S7comm-plus message without its integrity part", "S7comm-plus 报文缺少完整性校验"},
     {"The message is framed as protected by a digest but has none.", "报文声明带有完整性校验，但实际没有。"},
     {"Treat it as forged until the client that sent it is known.", "在确认发送方之前按伪造报文处理。"}},
};
// clang-format on

inline constexpr PortHint ports[] = {{Transport::tcp, 102}};

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);

}  // namespace langyan::s7comm_plus
