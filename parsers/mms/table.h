// The tables of MMS: fields and what its objects are. Sources: mms.cc.
#pragma once

#include "fields/protocol.h"
#include "parsers/mms/services.h"

namespace langyan::mms {

// clang-format off
enum class Place : std::uint8_t {  // Object::space
  variable, list, domain, program, journal, file, handle, event, semaphore, type, station,
};
inline constexpr Space spaces[] = {
    {"variable",  {"Variable", "变量"}},
    {"list",      {"Variable list (data set)", "变量列表（数据集）"}},
    {"domain",    {"Domain (logical device)", "域（逻辑设备）"}},
    {"program",   {"Program invocation", "程序调用"}},
    {"journal",   {"Journal (log)", "日志"}},
    {"file",      {"File", "文件"}},
    {"handle",    {"Open file", "已打开文件"}},
    {"event",     {"Event object", "事件对象"}},
    {"semaphore", {"Semaphore", "信号量"}},
    {"type",      {"Type", "类型"}},
    {"station",   {"Operator station", "操作员站"}},
};

inline constexpr Name tpdu_names[] = {
    {1, "expedited_data"}, {5, "reject"}, {7, "error"}, {8, "disconnect_request"}, {12, "disconnect_confirm"},
    {13, "connection_confirm"}, {14, "connection_request"}, {15, "data"}};
enum : std::uint8_t {
  spdu_data = 1, spdu_not_finished = 8, spdu_finish = 9, spdu_disconnect = 10, spdu_refuse = 12,
  spdu_connect = 13, spdu_accept = 14, spdu_abort = 25, spdu_abort_accept = 26,
};
inline constexpr Name spdu_names[] = {
    {spdu_data, "data_transfer"}, {2, "please_tokens"}, {spdu_not_finished, "not_finished"},
    {spdu_finish, "finish"}, {spdu_disconnect, "disconnect"}, {spdu_refuse, "refuse"},
    {spdu_connect, "connect"}, {spdu_accept, "accept"}, {spdu_abort, "abort"},
    {spdu_abort_accept, "abort_accept"}};
enum : std::uint8_t { acse_aarq, acse_aare, acse_rlrq, acse_rlre, acse_abrt };
inline constexpr Name acse_names[] = {
    {acse_aarq, "associate_request"}, {acse_aare, "associate_response"}, {acse_rlrq, "release_request"},
    {acse_rlre, "release_response"}, {acse_abrt, "abort"}};
inline constexpr Name result_names[] = {
    {0, "accepted"}, {1, "rejected_permanent"}, {2, "rejected_transient"}};
// Of the service user; of the provider 256 more.
constexpr std::uint16_t of_provider = 0x100;
inline constexpr Name diagnostic_names[] = {
    {0, "null"}, {1, "no_reason_given"}, {2, "application_context_name_not_supported"},
    {3, "calling_ap_title_not_recognized"}, {4, "calling_ap_invocation_identifier_not_recognized"},
    {5, "calling_ae_qualifier_not_recognized"}, {6, "calling_ae_invocation_identifier_not_recognized"},
    {7, "called_ap_title_not_recognized"}, {8, "called_ap_invocation_identifier_not_recognized"},
    {9, "called_ae_qualifier_not_recognized"}, {10, "called_ae_invocation_identifier_not_recognized"},
    {11, "authentication_mechanism_name_not_recognized"}, {12, "authentication_mechanism_name_required"},
    {13, "authentication_failure"}, {14, "authentication_required"},
    {of_provider + 0, "provider_null"}, {of_provider + 1, "provider_no_reason_given"},
    {of_provider + 2, "provider_no_common_acse_version"}};

enum : std::uint8_t {
  pdu_request, pdu_response, pdu_error, pdu_unconfirmed, pdu_reject, pdu_cancel_request, pdu_cancel_response,
  pdu_cancel_error, pdu_initiate_request, pdu_initiate_response, pdu_initiate_error, pdu_conclude_request,
  pdu_conclude_response, pdu_conclude_error,
};
inline constexpr Name pdu_names[] = {
    {pdu_request, "confirmed_request"}, {pdu_response, "confirmed_response"}, {pdu_error, "confirmed_error"},
    {pdu_unconfirmed, "unconfirmed"}, {pdu_reject, "reject"}, {pdu_cancel_request, "cancel_request"},
    {pdu_cancel_response, "cancel_response"}, {pdu_cancel_error, "cancel_error"},
    {pdu_initiate_request, "initiate_request"}, {pdu_initiate_response, "initiate_response"},
    {pdu_initiate_error, "initiate_error"}, {pdu_conclude_request, "conclude_request"},
    {pdu_conclude_response, "conclude_response"}, {pdu_conclude_error, "conclude_error"}};
constexpr std::uint8_t last_pdu = pdu_conclude_error;

enum : std::uint8_t { exchange_connect, exchange_associate, exchange_release, exchange_conclude, exchange_cancel };
inline constexpr Name exchange_names[] = {
    {exchange_connect, "connect"}, {exchange_associate, "associate"}, {exchange_release, "release"},
    {exchange_conclude, "conclude"}, {exchange_cancel, "cancel"}};

enum : std::uint8_t { application_unknown, application_iec61850, application_tase2 };
inline constexpr Name application_names[] = {{application_iec61850, "iec61850"}, {application_tase2, "tase2"}};

inline constexpr Name object_class_names[] = {
    {0, "named_variable"}, {1, "scattered_access"}, {2, "named_variable_list"}, {3, "named_type"},
    {4, "semaphore"}, {5, "event_condition"}, {6, "event_action"}, {7, "event_enrollment"}, {8, "journal"},
    {9, "domain"}, {10, "program_invocation"}, {11, "operator_station"}};
inline constexpr Name logical_status_names[] = {
    {0, "state_changes_allowed"}, {1, "no_state_changes_allowed"}, {2, "limited_services_allowed"},
    {3, "support_services_allowed"}};
inline constexpr Name physical_status_names[] = {
    {0, "operational"}, {1, "partially_operational"}, {2, "inoperable"}, {3, "needs_commissioning"}};
inline constexpr Name originator_names[] = {
    {0, "not_supported"}, {1, "bay_control"}, {2, "station_control"}, {3, "remote_control"},
    {4, "automatic_bay"}, {5, "automatic_station"}, {6, "automatic_remote"}, {7, "maintenance"}, {8, "process"}};
inline constexpr Name control_error_names[] = {
    {0, "no_error"}, {1, "unknown"}, {2, "timeout_test_not_ok"}, {3, "operator_test_not_ok"}};
inline constexpr Name add_cause_names[] = {
    {0, "unknown"}, {1, "not_supported"}, {2, "blocked_by_switching_hierarchy"}, {3, "select_failed"},
    {4, "invalid_position"}, {5, "position_reached"}, {6, "parameter_change_in_execution"}, {7, "step_limit"},
    {8, "blocked_by_mode"}, {9, "blocked_by_process"}, {10, "blocked_by_interlocking"},
    {11, "blocked_by_synchrocheck"}, {12, "command_already_in_execution"}, {13, "blocked_by_health"},
    {14, "one_of_n_control"}, {15, "abortion_by_cancel"}, {16, "time_limit_over"}, {17, "abortion_by_trip"},
    {18, "object_not_selected"}, {19, "object_already_selected"}, {20, "no_access_authority"},
    {21, "ended_with_overshoot"}, {22, "abortion_due_to_deviation"}, {23, "abortion_by_communication_loss"},
    {24, "blocked_by_command"}, {25, "none"}, {26, "inconsistent_parameters"}, {27, "locked_by_other_client"}};
inline constexpr Name data_type_names[] = {  // the tags of Data
    {1, "array"}, {2, "structure"}, {3, "boolean"}, {4, "bit_string"}, {5, "integer"}, {6, "unsigned"},
    {7, "floating_point"}, {9, "octet_string"}, {10, "visible_string"}, {11, "generalized_time"},
    {12, "binary_time"}, {13, "bcd"}, {14, "boolean_array"}, {15, "object_identifier"}, {16, "mms_string"},
    {17, "utc_time"}};

constexpr Field rows[] = {
    {"tpdu", Kind::u8, log | rule, {"Transport unit", "传输单元"},
     "Kind of transport unit, where it is not one that carries data.", "[COTP] 13.2.2.1", tpdu_names},
    {"calling_tsap", Kind::bytes, log | rule, {"Calling TSAP", "主叫 TSAP"},
     "Transport selector of the side that connects.", "[COTP] 13.3.4 a"},
    {"called_tsap", Kind::bytes, log | rule, {"Called TSAP", "被叫 TSAP"},
     "Transport selector of the side connected to.", "[COTP] 13.3.4 a"},
    {"disconnect_reason", Kind::u8, log | rule, {"Disconnect reason", "断开原因"},
     "Why the transport connection ended.", "[COTP] 13.5.3 e"},
    {"spdu", Kind::u8, log | rule, {"Session unit", "会话单元"},
     "Kind of session unit the message came in.", "[SES] 8.3", spdu_names},
    {"acse", Kind::u8, log | rule, {"Association unit", "关联单元"},
     "Whether an association is asked for, answered, released or aborted.", "[ACSE] 9.1", acse_names},
    {"application_context", Kind::text, log | rule, {"Application context", "应用上下文"},
     "What the association is for.", "[ACSE] 9.1"},
    {"calling_ap_title", Kind::text, log | rule | learn, {"Calling AP title", "主叫 AP 标题"},
     "Name of the application that asks for the association.", "[ACSE] 9.1"},
    {"calling_ae_qualifier", Kind::u32, log | rule, {"Calling AE qualifier", "主叫 AE 限定符"},
     "Which part of the calling application asks.", "[ACSE] 9.1"},
    {"called_ap_title", Kind::text, log | rule | learn, {"Called AP title", "被叫 AP 标题"},
     "Name of the application the association is asked of.", "[ACSE] 9.1"},
    {"called_ae_qualifier", Kind::u32, log | rule, {"Called AE qualifier", "被叫 AE 限定符"},
     "Which part of the called application is meant.", "[ACSE] 9.1"},
    {"responding_ap_title", Kind::text, log | rule, {"Responding AP title", "响应方 AP 标题"},
     "Name of the application that answers.", "[ACSE] 9.1"},
    {"authentication_mechanism", Kind::text, log | rule | learn, {"Authentication mechanism", "认证机制"},
     "How the caller proves who it is.", "[ACSE] 9.1; IEC 62351-4"},
    {"association_result", Kind::u8, log | rule, {"Association result", "关联结果"},
     "Whether the association was accepted.", "[ACSE] 9.1", result_names},
    {"association_diagnostic", Kind::u16, log | rule, {"Association diagnostic", "关联诊断"},
     "Why the association was rejected; 256 and above say that the provider did it.", "[ACSE] 9.1", diagnostic_names},
    {"message", Kind::bytes, rule | buffer, {"Message", "报文"},
     "Octets of the MMS message, from its tag on.", "[MMS] 7.1"},
    {"pdu", Kind::u8, log | rule, {"PDU", "PDU"},
     "Kind of the MMS message.", "[MMS] 7.1", pdu_names},
    {"invoke_id", Kind::u32, log | pair, {"Invoke id", "调用标识"},
     "Number the client picks and the server repeats.", "[MMS] 7.1"},
    {"exchange", Kind::u8, pair, {"Exchange", "交互"},
     "Which request without a number is made or answered.", "[MMS] 7.1", exchange_names},
    {"service", Kind::u16, log | rule | learn | column, {"Service", "服务"},
     "What is asked, done or reported.", "[MMS] 8.2.1", service_names},
    {"application", Kind::u8, log | rule | learn, {"Application", "应用"},
     "What runs on MMS here, known by the names of its objects.", "IEC 61850-8-1 7.3; IEC 60870-6-503 7", application_names},
    {"error", Kind::u16, log | rule | learn, {"Error", "错误"},
     "Why the request was refused: 256 times the class of the error plus its code.", "[MMS] 8.6.1", error_names},
    {"reject_reason", Kind::u16, log | rule, {"Reject reason", "拒收原因"},
     "What the receiver found wrong with a message: 256 times the kind of message plus the code.", "[MMS] 8.4.1", reject_names},
    {"cancelled_invoke_id", Kind::u32, log | rule, {"Cancelled request", "被取消的请求"},
     "Invoke id of the request to be cancelled.", "[MMS] 8.4.2"},
    {"local_detail", Kind::u32, log | rule, {"Longest PDU", "最大 PDU"},
     "Octets of the longest message the sender takes.", "[MMS] 8.3.1", {}, "octets"},
    {"max_outstanding_calling", Kind::u16, log | rule, {"Most requests (calling)", "主叫最大并发请求"},
     "How many requests of the client may wait for their answer.", "[MMS] 8.3.1"},
    {"max_outstanding_called", Kind::u16, log | rule, {"Most requests (called)", "被叫最大并发请求"},
     "How many requests of the server may wait for their answer.", "[MMS] 8.3.1"},
    {"nesting_level", Kind::u8, log | rule, {"Nesting level", "嵌套层数"},
     "How deep structures may be nested.", "[MMS] 8.3.1"},
    {"version", Kind::u16, log | rule, {"Version", "版本"},
     "Version of MMS proposed or agreed on.", "[MMS] 8.3.1"},
    {"parameter_cbb", Kind::bytes, log, {"Parameter options", "参数选项"},
     "Which optional parts of MMS are supported, highest bit first.", "[MMS] 8.3.1"},
    {"services_supported", Kind::bytes, log | rule, {"Services supported", "支持的服务"},
     "Which services are supported, highest bit first.", "[MMS] 8.3.1"},
    {"object_class", Kind::u8, log | rule | learn, {"Object class", "对象类别"},
     "Kind of objects whose names are asked for.", "[MMS] 8.7.1", object_class_names},
    {"domain", Kind::text, log | rule | learn, {"Domain", "域"},
     "Domain the request is about: in IEC 61850 a logical device, in TASE.2 a bilateral table's.", "[MMS] 7.5"},
    {"continue_after", Kind::text, log | rule, {"Continue after", "续取起点"},
     "Last name already received, for a long list.", "[MMS] 8.7.1"},
    {"more_follows", Kind::boolean, log | rule, {"More follows", "后续标志"},
     "Whether a further request is needed to get the rest.", "[MMS] 8.7.1"},
    {"vendor", Kind::text, log | rule, {"Vendor", "厂商"},
     "Vendor the device names.", "[MMS] 8.7.3"},
    {"model", Kind::text, log | rule, {"Model", "型号"},
     "Model the device names.", "[MMS] 8.7.3"},
    {"revision", Kind::text, log | rule, {"Revision", "版本号"},
     "Revision of its software the device names.", "[MMS] 8.7.3"},
    {"logical_status", Kind::u8, log | rule, {"Logical status", "逻辑状态"},
     "What the device lets clients do.", "[MMS] 8.7.2", logical_status_names},
    {"physical_status", Kind::u8, log | rule, {"Physical status", "物理状态"},
     "Whether the device works.", "[MMS] 8.7.2", physical_status_names},
    {"report_id", Kind::text, log | rule | learn, {"Report id", "报告标识"},
     "Name of the report, as its control block has it.", "IEC 61850-8-1 17.2.2"},
    {"report_sequence", Kind::u32, log | rule, {"Report number", "报告序号"},
     "Number of the report, counted by the server.", "IEC 61850-8-1 17.2.2"},
    {"report_time", Kind::time_us, log, {"Report time", "报告时间"},
     "When the report was made.", "IEC 61850-8-1 17.2.2"},
    {"data_set", Kind::text, log | rule | learn, {"Data set", "数据集"},
     "Data set the report is of.", "IEC 61850-8-1 17.2.2"},
    {"buffer_overflow", Kind::boolean, log | rule, {"Buffer overflow", "缓冲溢出"},
     "Whether entries were lost before this one.", "IEC 61850-8-1 17.2.2"},
    {"entry_id", Kind::bytes, log, {"Entry id", "条目标识"},
     "Entry of the report's buffer.", "IEC 61850-8-1 17.2.2"},
    {"configuration_revision", Kind::u32, log | rule, {"Configuration revision", "配置版本"},
     "Revision of the data set's configuration.", "IEC 61850-8-1 17.2.2"},
    {"control_number", Kind::u8, log | rule, {"Control number", "控制序号"},
     "Number that joins the parts of a control.", "IEC 61850-8-1 20.2"},
    {"originator_category", Kind::u8, log | rule | learn, {"Originator category", "发起方类别"},
     "Where the control says that it comes from.", "IEC 61850-7-3 6.8", originator_names},
    {"originator", Kind::text, log | rule, {"Originator", "发起方"},
     "Who the control says that it comes from.", "IEC 61850-7-3 6.8"},
    {"control_test", Kind::boolean, log | rule, {"Test", "测试"},
     "Whether the control is only a test.", "IEC 61850-8-1 20.2"},
    {"control_check", Kind::u8, log | rule, {"Checks", "检查"},
     "Whether synchronism (2) and interlocking (1) are to be checked.", "IEC 61850-8-1 20.2"},
    {"control_error", Kind::u8, log | rule, {"Control error", "控制错误"},
     "What went wrong with a control.", "IEC 61850-8-1 20.11", control_error_names},
    {"add_cause", Kind::u8, log | rule | learn, {"Additional cause", "附加原因"},
     "Why a control was not done.", "IEC 61850-7-2 20.5.2.9", add_cause_names},
    {"file_name", Kind::text, log | rule | buffer, {"File", "文件名"},
     "File that is read, renamed, deleted or fetched.", "[MMS] annex D"},
    {"file_name_to", Kind::text, log | rule | buffer, {"New file name", "目标文件名"},
     "Name the file is to have.", "[MMS] annex D"},
    {"file_handle", Kind::u32, log | rule, {"File handle", "文件句柄"},
     "Number of the open file.", "[MMS] annex D"},
    {"file_size", Kind::u32, log | rule, {"File size", "文件大小"},
     "Octets of the file.", "[MMS] annex D", {}, "octets"},
    {"content", Kind::bytes, rule | buffer, {"Content", "内容"},
     "Octets of a file or of a program that is loaded.", "[MMS] annex D"},
    {"program", Kind::text, log | rule | learn, {"Program invocation", "程序调用"},
     "Program that is made, started or stopped.", "[MMS] 8.9"},
    {"argument", Kind::text, log | rule | buffer, {"Execution argument", "执行参数"},
     "Text handed to the program.", "[MMS] 8.9"},
};
inline constexpr auto fields = table("mms", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field variable_rows[] = {
    {"variable", Kind::text, log | rule | learn | buffer, {"Variable", "变量"},
     "Name of a variable, behind its domain and a slash where it has one.", "[MMS] 7.5; IEC 61850-8-1 7.3"},
    {"data_type", Kind::u8, log | rule, {"Data type", "数据类型"},
     "Kind of the value.", "[MMS] 14.4.2", data_type_names},
    {"value", Kind::text, log | rule | buffer, {"Value", "值"},
     "Value, structures in braces; cut where it is long.", "[MMS] 14.4.2"},
    {"data_access_error", Kind::u16, log | rule, {"Data access error", "数据访问错误"},
     "Why this variable was refused.", "[MMS] 14.4.3.1", error_names},
    {"inclusion", Kind::u16, log, {"Member", "成员序号"},
     "Place of the value in the report's data set, counted from one.", "IEC 61850-8-1 17.2.2"},
};
inline constexpr auto variable_fields = table("mms.variable", variable_rows);
inline constexpr Schema variable_schema = variable_fields.schema();

constexpr Field name_rows[] = {
    {"name", Kind::text, log | rule, {"Name", "名称"},
     "Name in a list of objects, files or components.", "[MMS] 8.7.1"},
    {"entry_size", Kind::u32, log, {"Size", "大小"},
     "Octets of the file.", "[MMS] annex D", {}, "octets"},
    {"entry_time", Kind::text, log, {"Changed", "修改时间"},
     "When the file was last changed.", "[MMS] annex D"},
};
inline constexpr auto name_fields = table("mms.name", name_rows);
inline constexpr Schema name_schema = name_fields.schema();
// clang-format on

inline constexpr PortHint ports[] = {{Transport::tcp, 102}};

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
void notation(const Object& object, std::string& out);

}  // namespace langyan::mms
