// The tables of BACnet: fields, faults, ports.
//
// [135] ANSI/ASHRAE 135-2020: clause 6 network layer, 13 to 17 services, 20 encoding, 21 ASN.1 productions,
//       Annex H.7 and 7 Ethernet, Annex J BACnet/IP, Annex U BACnet/IPv6
#pragma once

#include "parsers/bacnet/names.h"
#include "parsers/bacnet/services.h"
#include "parsers/bacnet/spaces.h"

namespace langyan::bacnet {

constexpr std::uint8_t bvlc_ip = 0x81, bvlc_ipv6 = 0x82;  // [135] J.2, U.2
constexpr std::size_t bvlc_bytes = 4;
constexpr std::uint16_t ethernet_llc = 0x8282;            // [135] 7: DSAP and SSAP of BACnet
constexpr std::uint8_t npdu_version = 1;                  // [135] 6.2.1
constexpr std::uint16_t global_network = 0xffff;          // [135] 6.2.2.2: all networks
constexpr std::uint8_t most_password_failures = 3;        // of a flow, before it is called guessing

inline constexpr auto service_names = names_of(services);
inline constexpr auto reinitialization_names = names_of(reinitializations);

// clang-format off
inline constexpr Name bvlc_names[] = {  // [135] J.2
    {0, "BVLC-Result"}, {1, "Write-Broadcast-Distribution-Table"}, {2, "Read-Broadcast-Distribution-Table"},
    {3, "Read-Broadcast-Distribution-Table-Ack"}, {4, "Forwarded-NPDU"}, {5, "Register-Foreign-Device"},
    {6, "Read-Foreign-Device-Table"}, {7, "Read-Foreign-Device-Table-Ack"}, {8, "Delete-Foreign-Device-Table-Entry"},
    {9, "Distribute-Broadcast-To-Network"}, {10, "Original-Unicast-NPDU"}, {11, "Original-Broadcast-NPDU"},
    {12, "Secure-BVLL"}};
inline constexpr Name bvlc6_names[] = {  // [135] U.2
    {0, "BVLC-Result"}, {1, "Original-Unicast-NPDU"}, {2, "Original-Broadcast-NPDU"}, {3, "Address-Resolution"},
    {4, "Forwarded-Address-Resolution"}, {5, "Address-Resolution-ACK"}, {6, "Virtual-Address-Resolution"},
    {7, "Virtual-Address-Resolution-ACK"}, {8, "Forwarded-NPDU"}, {9, "Register-Foreign-Device"},
    {10, "Delete-Foreign-Device-Table-Entry"}, {11, "Secure-BVLL"}, {12, "Distribute-Broadcast-To-Network"}};
inline constexpr Name bvlc_result_names[] = {  // [135] J.2.1.1
    {0x00, "successful-completion"}, {0x10, "write-broadcast-distribution-table-nak"},
    {0x20, "read-broadcast-distribution-table-nak"}, {0x30, "register-foreign-device-nak"},
    {0x40, "read-foreign-device-table-nak"}, {0x50, "delete-foreign-device-table-entry-nak"},
    {0x60, "distribute-broadcast-to-network-nak"}};
inline constexpr Name bvlc6_result_names[] = {  // [135] U.2.1.1
    {0x00, "successful-completion"}, {0x30, "address-resolution-nak"}, {0x60, "virtual-address-resolution-nak"},
    {0x90, "register-foreign-device-nak"}, {0xa0, "delete-foreign-device-table-entry-nak"},
    {0xc0, "distribute-broadcast-to-network-nak"}};
inline constexpr Name network_priority_names[] = {{0, "normal"}, {1, "urgent"}, {2, "critical-equipment"}, {3, "life-safety"}};
inline constexpr Name network_reject_names[] = {  // [135] 6.4.4
    {0, "other"}, {1, "not-directly-connected"}, {2, "router-busy"}, {3, "unknown-message-type"}, {4, "message-too-long"},
    {5, "security-error"}, {6, "addressing-error"}};
enum ApduType : std::uint8_t {  // [135] 20.1.1
  confirmed_request, unconfirmed_request, simple_ack, complex_ack, segment_ack_pdu, error_pdu, reject_pdu, abort_pdu,
};
inline constexpr Name apdu_names[] = {
    {0, "confirmed-request"}, {1, "unconfirmed-request"}, {2, "simple-ack"}, {3, "complex-ack"}, {4, "segment-ack"},
    {5, "error"}, {6, "reject"}, {7, "abort"}};
inline constexpr Name segmentation_names[] = {
    {0, "segmented-both"}, {1, "segmented-transmit"}, {2, "segmented-receive"}, {3, "no-segmentation"}};
inline constexpr Name error_class_names[] = {
    {0, "device"}, {1, "object"}, {2, "property"}, {3, "resources"}, {4, "security"}, {5, "services"}, {6, "vt"},
    {7, "communication"}};
constexpr std::uint16_t error_password_failure = 26;
inline constexpr Name reject_names[] = {  // [135] 18.9
    {0, "other"}, {1, "buffer-overflow"}, {2, "inconsistent-parameters"}, {3, "invalid-parameter-data-type"}, {4, "invalid-tag"},
    {5, "missing-required-parameter"}, {6, "parameter-out-of-range"}, {7, "too-many-arguments"}, {8, "undefined-enumeration"},
    {9, "unrecognized-service"}, {10, "invalid-data-encoding"}};
inline constexpr Name abort_names[] = {  // [135] 18.10
    {0, "other"}, {1, "buffer-overflow"}, {2, "invalid-apdu-in-this-state"}, {3, "preempted-by-higher-priority-task"},
    {4, "segmentation-not-supported"}, {5, "security-error"}, {6, "insufficient-security"}, {7, "window-size-out-of-range"},
    {8, "application-exceeded-reply-time"}, {9, "out-of-resources"}, {10, "tsm-timeout"}, {11, "apdu-too-long"}};
inline constexpr Name event_type_names[] = {  // BACnetEventType
    {0, "change-of-bitstring"}, {1, "change-of-state"}, {2, "change-of-value"}, {3, "command-failure"}, {4, "floating-limit"},
    {5, "out-of-range"}, {6, "complex-event-type"}, {8, "change-of-life-safety"}, {9, "extended"}, {10, "buffer-ready"},
    {11, "unsigned-range"}, {13, "access-event"}, {14, "double-out-of-range"}, {15, "signed-out-of-range"},
    {16, "unsigned-out-of-range"}, {17, "change-of-characterstring"}, {18, "change-of-status-flags"},
    {19, "change-of-reliability"}, {20, "none"}, {21, "change-of-discrete-value"}, {22, "change-of-timer"}};
inline constexpr Name event_state_names[] = {
    {0, "normal"}, {1, "fault"}, {2, "offnormal"}, {3, "high-limit"}, {4, "low-limit"}, {5, "life-safety-alarm"}};
inline constexpr Name notify_type_names[] = {{0, "alarm"}, {1, "event"}, {2, "ack-notification"}};
inline constexpr Name enable_disable_names[] = {{0, "enable"}, {1, "disable"}, {2, "disable-initiation"}};  // [135] 16.1
inline constexpr Name life_safety_names[] = {  // BACnetLifeSafetyOperation
    {0, "none"}, {1, "silence"}, {2, "silence-audible"}, {3, "silence-visual"}, {4, "reset"}, {5, "reset-alarm"},
    {6, "reset-fault"}, {7, "unsilence"}, {8, "unsilence-audible"}, {9, "unsilence-visual"}};
inline constexpr Name datatype_names[] = {
    {0, "null"}, {1, "boolean"}, {2, "unsigned"}, {3, "signed"}, {4, "real"}, {5, "double"}, {6, "octet-string"},
    {7, "character-string"}, {8, "bit-string"}, {9, "enumerated"}, {10, "date"}, {11, "time"}, {12, "object-identifier"},
    {254, "constructed"}};

constexpr Field rows[] = {
    {"bvlc_function", Kind::u8, log | rule, {"BVLC function", "BVLC 功能"},
     "What the virtual link of BACnet/IP does with the message.", "[135] J.2", bvlc_names},
    {"bvlc6_function", Kind::u8, log | rule, {"BVLC IPv6 function", "BVLC IPv6 功能"},
     "What the virtual link of BACnet/IPv6 does with the message.", "[135] U.2", bvlc6_names},
    {"bvlc_result", Kind::u16, log | rule, {"BVLC result", "BVLC 结果"},
     "How a function of the virtual link ended.", "[135] J.2.1", bvlc_result_names},
    {"bvlc6_result", Kind::u16, log | rule, {"BVLC IPv6 result", "BVLC IPv6 结果"},
     "How a function of the virtual link of BACnet/IPv6 ended.", "[135] U.2.1", bvlc6_result_names},
    {"originating_address", Kind::ip, log | rule | learn, {"Originating address", "始发地址"},
     "Host that sent a broadcast which another one forwards.", "[135] J.2.5"},
    {"originating_port", Kind::u16, log | rule, {"Originating port", "始发端口"},
     "UDP port of the host that sent a forwarded broadcast.", "[135] J.2.5"},
    {"source_virtual_address", Kind::u32, log | rule, {"Source virtual address", "源虚拟地址"},
     "Virtual MAC address of the sending node of BACnet/IPv6.", "[135] U.2"},
    {"destination_virtual_address", Kind::u32, log | rule, {"Destination virtual address", "目的虚拟地址"},
     "Virtual MAC address of the node of BACnet/IPv6 that is meant or looked for.", "[135] U.2"},
    {"time_to_live", Kind::u16, log | rule, {"Time to live", "生存时间"},
     "How long a foreign device stays registered without asking again.", "[135] J.2.6", {}, "s"},
    {"network_priority", Kind::u8, log | rule, {"Network priority", "网络优先级"},
     "How urgently routers are to pass the message on; absent is normal.", "[135] 6.2.2", network_priority_names},
    {"expecting_reply", Kind::boolean, log | rule, {"Expecting reply", "期待应答"},
     "Whether the network layer is told that an answer will come.", "[135] 6.2.2"},
    {"destination_network", Kind::u16, log | rule | learn, {"DNET", "目的网络号"},
     "Number of the network behind a router that the message goes to; 65535 is all of them.", "[135] 6.2.2"},
    {"destination_address", Kind::bytes, log | rule, {"DADR", "目的地址"},
     "Address of the station on that network; absent where all its stations are meant.", "[135] 6.2.2"},
    {"source_network", Kind::u16, log | rule | learn, {"SNET", "源网络号"},
     "Number of the network behind a router that the message comes from.", "[135] 6.2.2"},
    {"source_address", Kind::bytes, log | rule, {"SADR", "源地址"},
     "Address of the sending station on that network.", "[135] 6.2.2"},
    {"hop_count", Kind::u8, log | rule, {"Hop count", "跳数"},
     "How many routers may still pass the message on.", "[135] 6.2.3"},
    {"station", Kind::u32, log | rule | learn | pair, {"Station", "站点"},
     "Station behind a router that is asked or speaks: its network times 1000 plus its address where that is one octet, "
     "else a number made from both.", "[135] 6.2.2"},
    {"asking_station", Kind::u32, log | rule | pair, {"Asking station", "请求站点"},
     "Station behind a router that asks, numbered as station is.", "[135] 6.2.2"},
    {"network_message", Kind::u8, log | rule, {"Network message", "网络层报文"},
     "Type of a message between routers; 128 and above are a vendor's own.", "[135] 6.2.4"},
    {"network_reject_reason", Kind::u8, log | rule, {"Network reject reason", "网络层拒绝原因"},
     "Why a router did not pass a message on.", "[135] 6.4.4", network_reject_names},
    {"apdu_type", Kind::u8, log | rule, {"APDU type", "APDU 类型"},
     "Whether the message asks, answers, acknowledges a segment or refuses.", "[135] 20.1", apdu_names},
    {"service", Kind::u16, log | rule | learn | column, {"Service", "服务"},
     "What is asked or answered: confirmed services by their number, unconfirmed ones from 256, network messages "
     "from 512, functions of the virtual link from 768 and of IPv6 from 1024.", "[135] 21.2", service_names},
    {"invoke_id", Kind::u8, log | rule | pair, {"Invoke id", "调用标识"},
     "Number that joins an answer to its request.", "[135] 20.1.2.6"},
    {"segmented", Kind::boolean, log | rule, {"Segmented", "分段"},
     "Whether the message is one piece of a longer one.", "[135] 20.1.2.1"},
    {"more_follows", Kind::boolean, log | rule, {"More follows", "后续标志"},
     "Whether further segments follow.", "[135] 20.1.2.2"},
    {"sequence_number", Kind::u8, log | rule, {"Sequence number", "序列号"},
     "Number of the segment, or of the last one that arrived.", "[135] 20.1.2.7"},
    {"negative_ack", Kind::boolean, log | rule, {"Negative ack", "否定确认"},
     "Whether a segment came out of order and must be sent again.", "[135] 20.1.6.1"},
    {"max_apdu_length", Kind::u16, log | rule, {"Max APDU length", "最大 APDU 长度"},
     "Longest message the device takes.", "[135] 16.10.3", {}, "octets"},
    {"error_class", Kind::u16, log | rule, {"Error class", "错误类别"},
     "What kind of thing the refusal is about.", "[135] 18", error_class_names},
    {"error_code", Kind::u16, log | rule | learn, {"Error code", "错误码"},
     "Why the service failed.", "[135] 18", error_code_names},
    {"reject_reason", Kind::u8, log | rule, {"Reject reason", "拒绝原因"},
     "What is wrong with the request's form.", "[135] 18.9", reject_names},
    {"abort_reason", Kind::u8, log | rule, {"Abort reason", "中止原因"},
     "Why the exchange was given up.", "[135] 18.10", abort_names},
    {"device_instance", Kind::u32, log | rule | learn, {"Device instance", "设备实例号"},
     "Number of the device that speaks or is spoken of, unique within the whole installation.", "[135] 12.11.1"},
    {"vendor_id", Kind::u16, log | rule | learn, {"Vendor id", "厂商标识"},
     "Maker of the device or of the private service.", "[135] 23", vendor_names},
    {"segmentation_supported", Kind::u8, log | rule, {"Segmentation", "分段支持"},
     "Whether the device sends or takes long messages in segments.", "[135] 12.11.12", segmentation_names},
    {"low_limit", Kind::u32, log | rule, {"Low limit", "实例下限"},
     "First device instance that shall answer.", "[135] 16.10.1"},
    {"high_limit", Kind::u32, log | rule, {"High limit", "实例上限"},
     "Last device instance that shall answer.", "[135] 16.10.1"},
    {"object_name", Kind::text, log | rule | buffer, {"Object name", "对象名称"},
     "Name of the object that is looked for or was found.", "[135] 16.9"},
    {"process_id", Kind::u32, log | rule, {"Process id", "进程标识"},
     "Which of the subscriber's programs gets the notifications.", "[135] 13.14.1"},
    {"confirmed_notifications", Kind::boolean, log | rule, {"Confirmed notifications", "确认通知"},
     "Whether notifications shall be acknowledged; absent from a subscription that is cancelled.", "[135] 13.14.1"},
    {"lifetime", Kind::u32, log | rule, {"Lifetime", "有效期"},
     "How long a subscription holds, or still holds; 0 is for ever.", "[135] 13.14.1", {}, "s"},
    {"event_type", Kind::u16, log | rule, {"Event type", "事件类型"},
     "Which algorithm found the event.", "[135] 13.9", event_type_names},
    {"notify_type", Kind::u8, log | rule, {"Notify type", "通知类型"},
     "Whether it is an alarm, an event or that somebody acknowledged one.", "[135] 13.9", notify_type_names},
    {"from_state", Kind::u16, log | rule, {"From state", "原状态"},
     "Event state of the object before.", "[135] 13.9", event_state_names},
    {"to_state", Kind::u16, log | rule, {"To state", "新状态"},
     "Event state of the object now, or the one that is acknowledged.", "[135] 13.9", event_state_names},
    {"ack_required", Kind::boolean, log | rule, {"Ack required", "需确认"},
     "Whether a person has to acknowledge the event.", "[135] 13.9"},
    {"notification_class", Kind::u32, log | rule, {"Notification class", "通知类"},
     "Class that says who is told of the event.", "[135] 13.9"},
    {"event_priority", Kind::u8, log | rule, {"Event priority", "事件优先级"},
     "Urgency of the event, 0 the highest.", "[135] 13.9"},
    {"event_time", Kind::time_us, log | rule, {"Event time", "事件时间"},
     "When it happened, by the device's own clock and zone.", "[135] 13.9"},
    {"message_text", Kind::text, log | rule | buffer, {"Message text", "消息文本"},
     "Text of an event or message, or who acknowledges or commands.", "[135] 16.5"},
    {"reinitialized_state", Kind::u8, log | rule | learn, {"Reinitialized state", "重新初始化状态"},
     "What the device is to do: start anew, or enter or leave backup or restore.", "[135] 16.4", reinitialization_names},
    {"enable_disable", Kind::u8, log | rule | learn, {"Enable/disable", "启用/禁用"},
     "Whether the device may communicate.", "[135] 16.1", enable_disable_names},
    {"duration", Kind::u16, log | rule, {"Duration", "持续时间"},
     "How long communication stays disabled; absent is until it is enabled.", "[135] 16.1", {}, "min"},
    {"password_present", Kind::boolean, log | rule | learn, {"Password present", "携带口令"},
     "Whether the request carries a password, which is not logged.", "[135] 16.4"},
    {"set_time", Kind::time_us, log | rule, {"Set time", "设定时间"},
     "Time the devices' clocks are set to, local or UTC as the service says.", "[135] 16.7"},
    {"file_start", Kind::i64, log | rule, {"File start", "文件起始"},
     "First octet or record of the file; -1 appends.", "[135] 14.1"},
    {"file_count", Kind::u32, log | rule, {"File count", "文件数量"},
     "Octets or records that are asked for or carried.", "[135] 14.1"},
    {"end_of_file", Kind::boolean, log | rule, {"End of file", "文件结束"},
     "Whether the file ends with what was read.", "[135] 14.1"},
    {"private_service", Kind::u32, log | rule | learn, {"Private service", "私有服务号"},
     "Number of a vendor's own service.", "[135] 16.2"},
    {"item_count", Kind::u32, log | rule, {"Item count", "条目数"},
     "Items of a list or log that are asked for or carried.", "[135] 15.8"},
    {"life_safety_operation", Kind::u16, log | rule, {"Life safety operation", "生命安全操作"},
     "What is done to a fire or safety object: silence or reset.", "[135] 13.13", life_safety_names},
    {"session_id", Kind::u8, log | rule, {"VT session", "虚拟终端会话"},
     "Number of a virtual terminal session.", "[135] 17"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of a file, a terminal or a private service, or of parameters that are not looked into.", "[135] 14.2"},
};
inline constexpr auto fields = table("bacnet", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field property_rows[] = {
    {"object_type", Kind::u16, log | rule | learn, {"Object type", "对象类型"},
     "Type of the object; 128 and above are a vendor's own.", "[135] 21.6", object_type_names},
    {"object_instance", Kind::u32, log | rule | learn, {"Object instance", "对象实例号"},
     "Number of the object within its type.", "[135] 20.2.14"},
    {"property", Kind::u32, log | rule | learn, {"Property", "属性"},
     "Property of the object; 512 and above may be a vendor's own.", "[135] 21.6", property_names},
    {"array_index", Kind::u32, log | rule, {"Array index", "数组下标"},
     "Element of an array; 0 is its size.", "[135] 15.5"},
    {"datatype", Kind::u8, log | rule, {"Datatype", "数据类型"},
     "How the value is encoded.", "[135] 20.2.1.4", datatype_names},
    {"value", Kind::f64, log | rule, {"Value", "值"},
     "The value where it is a number, an enumeration or a boolean.", "[135] 20.2"},
    {"value_text", Kind::text, log | rule | buffer, {"Value as text", "文本值"},
     "The value where it is a text, a time, an identifier or a list; long ones are cut.", "[135] 20.2"},
    {"write_priority", Kind::u8, log | rule, {"Priority", "写入优先级"},
     "Rank of a command among those of other programs, 1 the strongest.", "[135] 19.2"},
    {"property_error_class", Kind::u16, log | rule, {"Property error class", "属性错误类别"},
     "What kind of thing the refusal of this property is about.", "[135] 18", error_class_names},
    {"property_error_code", Kind::u16, log | rule, {"Property error code", "属性错误码"},
     "Why this property could not be read.", "[135] 18", error_code_names},
};
inline constexpr auto property_fields = table("bacnet.property", property_rows);
inline constexpr Schema property_schema = property_fields.schema();

constexpr Field entry_rows[] = {
    {"entry_address", Kind::ip, log | rule, {"Address", "地址"},
     "Host that gets the broadcasts.", "[135] J.4.3"},
    {"entry_port", Kind::u16, log | rule, {"Port", "端口"},
     "Its UDP port.", "[135] J.4.3"},
    {"entry_mask", Kind::u32, log | rule, {"Broadcast mask", "广播掩码"},
     "Mask that makes the address one of its subnet's broadcast.", "[135] J.4.3"},
    {"entry_time_to_live", Kind::u16, log | rule, {"Time to live", "生存时间"},
     "How long the foreign device wished to stay registered.", "[135] J.5.2.1", {}, "s"},
    {"entry_remaining", Kind::u16, log | rule, {"Remaining", "剩余时间"},
     "How long it still stays registered.", "[135] J.5.2.1", {}, "s"},
};
inline constexpr auto entry_fields = table("bacnet.entry", entry_rows);
inline constexpr Schema entry_schema = entry_fields.schema();

constexpr Field network_rows[] = {
    {"network", Kind::u16, log | rule | learn, {"Network", "网络号"},
     "Number of a network that a router reaches.", "[135] 6.4"},
    {"router_port", Kind::u8, log | rule, {"Router port", "路由器端口"},
     "Port of the router that leads there; 0 takes the network out of its table.", "[135] 6.4.7"},
    {"performance_index", Kind::u8, log | rule, {"Performance index", "性能指数"},
     "How well a half-router reaches the network, lower is better.", "[135] 6.4.3"},
};
inline constexpr auto network_fields = table("bacnet.network", network_rows);
inline constexpr Schema network_schema = network_fields.schema();
// clang-format on

enum class Wrong : std::uint8_t {
  truncated, length, trailing, npdu, apdu, service, tag, depth, parameter, segment, broadcast, password, unprotected,
};
constexpr Text check_sender = {
    "Compare with the device's documentation; if it is no known quirk, find out which program sent it.",
    "对照设备文档；若不是已知的设备特性，查明是哪个程序发出的。"};
inline constexpr Detection faults[] = {
    {9101400, "bacnet.truncated", Severity::low, "T0814", {"BACnet message ends too early", "BACnet 报文过早结束"},
     {"A header or parameter promises more octets than the message has.", "报文头或参数所要求的字节多于报文实际携带的字节。"},
     check_sender},
    {9101401, "bacnet.length", Severity::medium, "T0814", {"BACnet length lies", "BACnet 长度不符"},
     {"The length of the virtual link does not fit the datagram.", "虚拟链路长度与数据报不一致。"}, check_sender},
    {9101402, "bacnet.trailing", Severity::low, "", {"Octets after BACnet parameters", "BACnet 参数后有多余字节"},
     {"The message carries more than its service needs.", "报文携带的内容多于其服务所需。"}, check_sender},
    {9101403, "bacnet.npdu", Severity::low, "T0814", {"BACnet network header not allowed", "BACnet 网络层报文头不合规"},
     {"The version is not 1, reserved bits are set, or a source address names no station.",
      "版本号不为 1、保留位被置位，或源地址未指明站点。"}, check_sender},
    {9101404, "bacnet.apdu", Severity::low, "", {"BACnet APDU type unknown", "BACnet APDU 类型未知"},
     {"The standard has no APDU of this type.", "标准中没有此类型的 APDU。"}, check_sender},
    {9101405, "bacnet.service", Severity::low, "T0846", {"BACnet service unknown", "BACnet 服务未知"},
     {"The standard has no service of this number; scanners and fuzzers try such.", "标准中没有此编号的服务；扫描器和模糊测试工具会尝试。"},
     check_sender},
    {9101406, "bacnet.tag", Severity::medium, "T0814", {"BACnet parameter malformed", "BACnet 参数编码错误"},
     {"A tag's length or nesting contradicts itself, as in attempts to overrun a device.",
      "标签的长度或嵌套自相矛盾，常见于试图使设备溢出的报文。"}, check_sender},
    {9101407, "bacnet.depth", Severity::medium, "T0814", {"BACnet parameter nested too deep", "BACnet 参数嵌套过深"},
     {"Parameters are nested deeper than any type of the standard, as in attempts to exhaust a device's stack.",
      "参数嵌套深度超过标准中的任何类型，常见于试图耗尽设备堆栈的报文。"}, check_sender},
    {9101408, "bacnet.parameter", Severity::low, "", {"BACnet parameter missing or out of range", "BACnet 参数缺失或越界"},
     {"A parameter the service needs is not there, is of another type or has a value it cannot have.",
      "服务所需参数缺失、类型不符或取值不合规。"}, check_sender},
    {9101409, "bacnet.segment", Severity::low, "", {"BACnet segment out of order", "BACnet 分段失序"},
     {"A segment was lost or came out of order, so the message was not read.", "分段丢失或失序，报文未能读出。"},
     {"Check the mirror port for drops; if there are none, look at the sender.", "检查镜像口是否丢包；若没有，检查发送方。"}},
    {9101410, "bacnet.broadcast", Severity::medium, "T0814",
     {"BACnet confirmed request to all", "BACnet 确认请求被广播"},
     {"A request that expects an answer was sent to all devices, which the standard forbids.",
      "需要应答的请求被发送给所有设备，标准禁止这样做。"}, check_sender},
    {9101411, "bacnet.password", Severity::high, "T0859", {"BACnet passwords are being guessed", "BACnet 口令被猜测"},
     {"A device refused several requests in a row because of a wrong password.", "设备因口令错误连续拒绝多次请求。"},
     {"Find out which program asks; if no engineer does, cut it off and change the device's password.",
      "查明由哪个程序发出；若非工程师操作，切断其连接并更换设备口令。"}},
    {9101412, "bacnet.unprotected", Severity::medium, "",
     {"BACnet device obeys without a password", "BACnet 设备无口令即执行"},
     {"A device restarted, or fell silent, on a request that carried no password.", "设备在请求未携带口令的情况下重启或停止通信。"},
     {"Set a password for ReinitializeDevice and DeviceCommunicationControl.",
      "为 ReinitializeDevice 和 DeviceCommunicationControl 设置口令。"}},
};

// 47808 is BACnet's; further networks on one segment use the ports behind it ([135] J.1.2).
inline constexpr PortHint ports[] = {
    {Transport::udp, 47808}, {Transport::udp, 47809}, {Transport::udp, 47810}, {Transport::udp, 47811},
    {Transport::udp, 47812}, {Transport::udp, 47813}, {Transport::udp, 47814}, {Transport::udp, 47815},
    {Transport::udp, 47816}, {Transport::udp, 47817}, {Transport::udp, 47818}, {Transport::udp, 47819},
    {Transport::udp, 47820}, {Transport::udp, 47821}, {Transport::udp, 47822}, {Transport::udp, 47823},
    {Transport::layer2, ethernet_llc}};

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
void notation(const Object& object, std::string& out);

}  // namespace langyan::bacnet
