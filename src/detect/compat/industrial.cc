// What Suricata and Snort call things of industrial protocols.
//
// [SUR]  Suricata user guide 7 and 8, chapters Modbus, DNP3, ENIP/CIP, MQTT, DCERPC keywords
// [SN2]  Snort 2.9 manual, 2.2.19 to 2.2.22: Modbus, DNP3, S7commplus, CIP preprocessors' options
// [SN3]  Snort 3 reference, ips options modbus_*, dnp3_*, cip_*, enip_*, iec104_*, s7commplus_*, mms_*, opcua_*
#include "detect/compat/foreign.h"

namespace langyan::detect {
namespace {

using Style = Foreign::Style;
constexpr auto asks = Direction::to_server, answers = Direction::to_client;

// clang-format off
constexpr Name modbus_words[] = {  // [SN2] modbus_func
    {1, "read_coils"}, {2, "read_discrete_inputs"}, {3, "read_holding_registers"}, {4, "read_input_registers"},
    {5, "write_single_coil"}, {6, "write_single_register"}, {7, "read_exception_status"}, {8, "diagnostics"},
    {11, "get_comm_event_counter"}, {12, "get_comm_event_log"}, {15, "write_multiple_coils"},
    {16, "write_multiple_registers"}, {17, "report_slave_id"}, {20, "read_file_record"}, {21, "write_file_record"},
    {22, "mask_write_register"}, {23, "read_write_multiple_registers"}, {24, "read_fifo_queue"},
    {43, "encapsulated_interface_transport"}};
constexpr Name dnp3_words[] = {  // [SUR] and [SN2] dnp3_func, where they differ from ours
    {6, "direct_operate_nr"}, {7, "immed_freeze"}, {8, "immed_freeze_nr"}, {10, "freeze_clear_nr"},
    {12, "freeze_at_time_nr"}, {16, "initialize_appl"}, {17, "start_appl"}, {18, "stop_appl"}, {19, "save_config"},
    {30, "abort_file"}, {32, "authenticate_req"}, {33, "authenticate_err"}, {131, "authenticate_resp"}};
constexpr Name status_words[] = {  // [SUR] enip.status
    {0, "success"}, {1, "invalid_cmd"}, {2, "no_resources"}, {3, "incorrect_data"}, {0x64, "invalid_session"},
    {0x65, "invalid_length"}, {0x69, "unsupported_prot_rev"}, {0x6a, "encap_header_error"}};
constexpr Name command_words[] = {  // [SUR] enip_command
    {0x0004, "list_services"}, {0x0063, "list_identity"}, {0x0064, "list_interfaces"}, {0x0065, "register_session"},
    {0x0066, "unregister_session"}, {0x006f, "send_r_r_data"}, {0x0070, "send_unit_data"},
    {0x0072, "indicate_status"}, {0x0073, "cancel"}};
constexpr Name format_words[] = {  // [SN3] iec104_apci_type
    {3, "unnumbered_control_function"}, {1, "numbered_supervisory_function"}, {0, "information_transfer_format"}};
constexpr Name s7_opcode_words[] = {{0x31, "request"}, {0x32, "response"}, {0x33, "notification"}, {0x02, "response2"}};
constexpr Name s7_function_words[] = {  // [SN3] s7commplus_func
    {0x04bb, "explore"}, {0x04ca, "createobject"}, {0x04d4, "deleteobject"}, {0x04f2, "setvariable"},
    {0x0524, "getlink"}, {0x0542, "setmultivar"}, {0x054c, "getmultivar"}, {0x0556, "beginsequence"},
    {0x0560, "endsequence"}, {0x056b, "invoke"}, {0x0586, "getvarsubstr"}};
constexpr Name opcua_words[] = {  // [SN3] opcua_msg_type
    {1, "hello"}, {2, "acknowledge"}, {3, "error"}, {4, "reverse_hello"}, {5, "open"}, {6, "close"}, {7, "message"},
    {1, "HEL"}, {2, "ACK"}, {3, "ERR"}, {4, "RHE"}, {5, "OPN"}, {6, "CLO"}, {7, "MSG"}};
constexpr Name truth_words[] = {{1, "true"}, {1, "yes"}, {1, "1"}, {0, "false"}, {0, "no"}, {0, "0"}};

constexpr Foreign rows[] = {
    {"Suricata", "modbus", Style::special, "modbus.function", {}, asks, parse_modbus,
     "[unit n,] function n|category[, subfunction n] or access read|write [discretes|coils|input|holding][, address n[, value n]]",
     {"A request by function, by what it reads or writes, or by unit; addresses count from 1.", "按功能码、读写对象或单元匹配请求；地址从 1 起计。"}},
    {"Snort", "modbus_func", Style::special, "modbus.function modbus.exception", modbus_words, {}, parse_modbus_function,
     "number|word",
     {"The function code as it stands in the message: of a refusal it is 128 more.", "报文中的功能码；异常应答为原值加 128。"}},
    {"Snort", "modbus_unit",       Style::number, "modbus.unit_id"},
    {"Snort", "modbus_data",       Style::buffer, "modbus.body"},

    {"Suricata", "dnp3_func",      Style::number, "dnp3.function", dnp3_words},
    {"Suricata", "dnp3.func",      Style::number, "dnp3.function", dnp3_words},
    {"Suricata", "dnp3_ind",       Style::special, "dnp3.iin_class_1", {}, answers, parse_indications, "flag, …",
     {"One of these internal indications is set.", "这些内部指示位之一被置位。"}},
    {"Suricata", "dnp3.ind",       Style::special, "dnp3.iin_class_1", {}, answers, parse_indications, "flag, …",
     {"One of these internal indications is set.", "这些内部指示位之一被置位。"}},
    {"Suricata", "dnp3_obj",       Style::special, "dnp3.group+dnp3.variation", {}, {}, parse_dnp3_object, "group,variation",
     {"The message has an object of this group and variation.", "报文含有该组与变体的对象。"}},
    {"Suricata", "dnp3.obj",       Style::special, "dnp3.group+dnp3.variation", {}, {}, parse_dnp3_object, "group,variation",
     {"The message has an object of this group and variation.", "报文含有该组与变体的对象。"}},
    {"Suricata", "dnp3_data",      Style::buffer, "dnp3.fragment"},
    {"Suricata", "dnp3.data",      Style::buffer, "dnp3.fragment"},

    {"Suricata", "enip_command",   Style::number, "enip.command", command_words},
    {"Suricata", "cip_service",    Style::special, "enip.service enip.item_service", {}, {}, parse_cip_service,
     "service[,class[,attribute]]",
     {"A CIP service, of a class and attribute where given, also within a multiple service packet.", "CIP 服务（可限定类与属性），含多服务包内的服务。"}},
    {"Suricata", "enip.cip_service", Style::special, "enip.service enip.item_service", {}, {}, parse_cip_service,
     "service[,class[,attribute]]",
     {"A CIP service, of a class and attribute where given, also within a multiple service packet.", "CIP 服务（可限定类与属性），含多服务包内的服务。"}},
    {"Suricata", "enip.status",    Style::number, "enip.encapsulation_status", status_words},
    {"Suricata", "enip.state",     Style::number, "enip.device_state+enip.command=99"},
    {"Suricata", "enip.serial",    Style::number, "enip.serial_number+enip.command=99"},
    {"Suricata", "enip.identity_status", Style::number, "enip.device_status+enip.command=99"},
    {"Suricata", "enip.revision",  Style::special, "enip.revision", {}, {}, parse_enip_revision, "number or \"major.minor\", …",
     {"Revision of the firmware: minor octet times 256 plus major.", "固件版本：次版本号乘 256 加主版本号。"}},
    {"Suricata", "enip.cip_attribute", Style::number, "enip.attribute enip.item_attribute enip.listed_attribute", {}, asks},
    {"Suricata", "enip.cip_class",     Style::number, "enip.class enip.outer_class enip.item_class", {}, asks},
    {"Suricata", "enip.cip_instance",  Style::number, "enip.instance enip.item_instance", {}, asks},
    {"Suricata", "enip.cip_status",    Style::number, "enip.general_status enip.item_status", {}, answers},
    {"Suricata", "enip.cip_extendedstatus", Style::number, "enip.extended_status enip.item_extended_status", {}, answers},
    {"Snort", "cip_attribute",     Style::number, "enip.attribute enip.item_attribute enip.listed_attribute"},
    {"Snort", "cip_class",         Style::number, "enip.class enip.outer_class enip.item_class"},
    {"Snort", "cip_instance",      Style::number, "enip.instance enip.item_instance"},
    {"Snort", "cip_conn_path_class", Style::number, "enip.connection_class", {}, asks},
    {"Snort", "cip_status",        Style::number, "enip.general_status enip.item_status"},
    {"Snort", "cip_req",           Style::word,   "enip.service", {}, asks},
    {"Snort", "cip_rsp",           Style::word,   "enip.service", {}, answers},
    {"Snort", "enip_req",          Style::word,   "enip.command", {}, asks},
    {"Snort", "enip_rsp",          Style::word,   "enip.command", {}, answers},

    {"Suricata", "mqtt.flags",     Style::special, "mqtt.dup mqtt.retain", {}, {}, parse_flag_words, "[!]dup|retain, …",
     {"Flags of the fixed header are set, or with ! are not.", "固定报头标志置位；加 ! 表示未置位。"}},
    {"Suricata", "mqtt.qos",       Style::special, "mqtt.qos", {}, {}, parse_mqtt_qos, "0-2",
     {"The QoS bits of any packet's first octet.", "任意报文首字节中的 QoS 位。"}},
    {"Suricata", "mqtt.reason_code", Style::number, "mqtt.reason_code mqtt.return_code mqtt.granted"},
    {"Suricata", "mqtt.connack.return_code", Style::number, "mqtt.return_code mqtt.reason_code+mqtt.type=2"},
    {"Suricata", "mqtt.connack.session_present", Style::number, "mqtt.session_present", truth_words, answers},
    {"Suricata", "mqtt.connect.clientid", Style::buffer, "mqtt.client_id"},
    {"Suricata", "mqtt.connect.username", Style::buffer, "mqtt.user_name"},
    {"Suricata", "mqtt.connect.password", Style::buffer, "mqtt.password"},
    {"Suricata", "mqtt.connect.willtopic", Style::buffer, "mqtt.will_topic"},
    {"Suricata", "mqtt.connect.willmessage", Style::buffer, "mqtt.will"},
    {"Suricata", "mqtt.connect.protocol_string", Style::buffer, "mqtt.protocol_name"},
    {"Suricata", "mqtt.connect.protocolstring", Style::buffer, "mqtt.protocol_name"},
    {"Suricata", "mqtt.connect.flags", Style::special, "mqtt.has_password mqtt.user_name mqtt.will_qos mqtt.clean_start", {}, asks, parse_flag_words,
     "[!]username|password|will|will_retain|clean_session, …",
     {"Flags of a CONNECT are set, or with ! are not.", "CONNECT 标志置位；加 ! 表示未置位。"}},
    {"Suricata", "mqtt.publish.topic", Style::buffer, "mqtt.topic+mqtt.type=3"},
    {"Suricata", "mqtt.publish.message", Style::buffer, "mqtt.content+mqtt.type=3"},
    {"Suricata", "mqtt.subscribe.topic", Style::buffer, "mqtt.topic_filter+mqtt.type=8"},
    {"Suricata", "mqtt.unsubscribe.topic", Style::buffer, "mqtt.topic_filter+mqtt.type=10"},

    {"Snort", "iec104_apci_type",  Style::number, "iec104.format", format_words},
    {"Snort", "iec104_asdu_func",  Style::number, "iec104.type_id"},
    {"Snort", "s7commplus_opcode", Style::number, "s7comm_plus.opcode", s7_opcode_words},
    {"Snort", "s7commplus_func",   Style::number, "s7comm_plus.function", s7_function_words},
    {"Snort", "s7commplus_content", Style::buffer, "s7comm_plus.content"},
    {"Snort", "mms_func",          Style::number, "mms.service"},
    {"Snort", "mms_data",          Style::buffer, "mms.message"},
    {"Snort", "opcua_msg_type",    Style::number, "opcua.message_type", opcua_words},
    {"Snort", "opcua_msg_service", Style::special, "opcua.service", {}, {}, parse_opcua_service, "service_request|service_response",
     {"The service asked for or answered.", "请求或应答的服务。"}},
    {"Snort", "opcua_node_id",     Style::number, "opcua.type_id"},

    {"Suricata", "dcerpc.iface",   Style::special, "dcerpc.interface_uuid+dcerpc.rpc_type", {}, {}, parse_dce_interface, "uuid[,any_frag]",
     {"Calls of this interface, and their answers.", "对该接口的调用及其应答。"}},
    {"Suricata", "dce_iface",      Style::special, "dcerpc.interface_uuid+dcerpc.rpc_type", {}, {}, parse_dce_interface, "uuid[,any_frag]",
     {"Calls of this interface, and their answers.", "对该接口的调用及其应答。"}},
    {"Suricata", "dcerpc.opnum",   Style::special, "dcerpc.opnum", {}, {}, parse_dce_opnum, "number|low-high, …",
     {"The number of the method that is called.", "所调用方法的编号。"}},
    {"Suricata", "dce_opnum",      Style::special, "dcerpc.opnum", {}, {}, parse_dce_opnum, "number|low-high, …",
     {"The number of the method that is called.", "所调用方法的编号。"}},
    {"Suricata", "dcerpc.stub_data", Style::buffer, "dcerpc.stub"},
    {"Suricata", "dce_stub_data",  Style::buffer, "dcerpc.stub"},
};
// clang-format on

}  // namespace

std::span<const Foreign> industrial_keywords() {
  return rows;
}

}  // namespace langyan::detect
