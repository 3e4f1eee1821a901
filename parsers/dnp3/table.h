// The tables of DNP3: words and fields.
//
// [1815]  IEEE Std 1815-2012, Electric Power Systems Communications, Distributed Network Protocol:
//         4 application layer, 7 secure authentication, 8 transport function, 9 data link layer,
//         13 IP networking, Annex A object library
// [WS]    Wireshark display filter reference, "Distributed Network Protocol 3.0"
// [STEP]  stepfunc dnp3 1.6, object library of its code generator (layout of variations)
// [WINCC] WinCC OA, driver DNP3: security statistics and compatibility lists
#pragma once

#include "parsers/dnp3/faults.h"
#include "parsers/dnp3/functions.h"
#include "parsers/dnp3/objects.h"

namespace langyan::dnp3 {

constexpr std::uint16_t first_reserved_address = 0xfff0, last_reserved_address = 0xfffb;  // [1815] 9.2.4
constexpr std::uint16_t first_broadcast_address = 0xfffd;

// clang-format off
inline constexpr Name primary_names[] = {  // [1815] 9.2.4
    {0, "reset_link_states"}, {1, "reset_user_process"}, {2, "test_link_states"}, {3, "confirmed_user_data"},
    {4, "unconfirmed_user_data"}, {9, "request_link_status"}};
inline constexpr Name secondary_names[] = {
    {0, "ack"}, {1, "nack"}, {11, "link_status"}, {14, "not_functioning"}, {15, "not_supported"}};
enum Link : std::uint8_t {
  link_reset = 0, link_reset_process = 1, link_test = 2, link_confirmed = 3, link_unconfirmed = 4, link_status_request = 9,
  link_nack = 1, link_status = 11, link_not_functioning = 14, link_not_supported = 15,
};
inline constexpr Name operation_names[] = {{0, "nul"}, {1, "pulse_on"}, {2, "pulse_off"}, {3, "latch_on"}, {4, "latch_off"}};
inline constexpr Name trip_close_names[] = {{0, "nul"}, {1, "close"}, {2, "trip"}, {3, "reserved"}};
inline constexpr Name status_names[] = {  // [1815] A.8, control status codes
    {0, "success"}, {1, "timeout"}, {2, "no_select"}, {3, "format_error"}, {4, "not_supported"}, {5, "already_active"},
    {6, "hardware_error"}, {7, "local"}, {8, "too_many_ops"}, {9, "not_authorized"}, {10, "automation_inhibit"},
    {11, "processing_limited"}, {12, "out_of_range"}, {13, "downstream_local"}, {14, "already_complete"}, {15, "blocked"},
    {16, "cancelled"}, {17, "blocked_other_master"}, {18, "downstream_fail"}, {126, "non_participating"}, {127, "undefined"}};
inline constexpr Name file_mode_names[] = {{0, "null"}, {1, "read"}, {2, "write"}, {3, "append"}};
inline constexpr Name file_type_names[] = {{0, "directory"}, {1, "file"}};
inline constexpr Name file_status_names[] = {  // [1815] A.27
    {0, "success"}, {1, "permission_denied"}, {2, "invalid_mode"}, {3, "file_not_found"}, {4, "file_locked"},
    {5, "too_many_open"}, {6, "invalid_handle"}, {7, "write_block_size"}, {8, "comm_lost"}, {9, "cannot_abort"},
    {16, "not_opened"}, {17, "handle_expired"}, {18, "buffer_overrun"}, {19, "fatal"}, {20, "block_sequence"},
    {255, "undefined"}};
inline constexpr Name attribute_names[] = {  // [1815] A.1, variations of group 0
    {196, "configuration_id"}, {197, "configuration_version"}, {198, "configuration_build_date"},
    {199, "configuration_change_date"}, {200, "configuration_signature"}, {201, "configuration_signature_algorithm"},
    {202, "master_resource_id"}, {203, "altitude"}, {204, "longitude"}, {205, "latitude"}, {206, "secondary_operator"},
    {207, "primary_operator"}, {208, "system_name"}, {209, "secure_authentication_version"},
    {210, "security_statistics_per_association"}, {211, "support_for_user_attributes"}, {212, "master_data_set_prototypes"},
    {213, "outstation_data_set_prototypes"}, {214, "master_data_sets"}, {215, "outstation_data_sets"},
    {216, "most_binary_outputs_per_request"}, {217, "timing_accuracy"}, {218, "duration_of_timing_accuracy"},
    {219, "analog_output_events"}, {220, "last_analog_output"}, {221, "analog_outputs"}, {222, "binary_output_events"},
    {223, "last_binary_output"}, {224, "binary_outputs"}, {225, "frozen_counter_events"}, {226, "frozen_counters"},
    {227, "counter_events"}, {228, "last_counter"}, {229, "counters"}, {230, "frozen_analog_inputs"},
    {231, "analog_input_events"}, {232, "last_analog_input"}, {233, "analog_inputs"}, {234, "double_bit_input_events"},
    {235, "last_double_bit_input"}, {236, "double_bit_inputs"}, {237, "binary_input_events"}, {238, "last_binary_input"},
    {239, "binary_inputs"}, {240, "longest_transmit_fragment"}, {241, "longest_receive_fragment"},
    {242, "software_version"}, {243, "hardware_version"}, {244, "owner"}, {245, "location"}, {246, "id_code"},
    {247, "device_name"}, {248, "serial_number"}, {249, "subset_and_conformance"}, {250, "product_name_and_model"},
    {252, "manufacturer"}, {254, "all_attributes"}, {255, "list_of_attributes"}};
inline constexpr Name mac_names[] = {  // [1815] A.45, MAC algorithms
    {0, "none"}, {1, "hmac_sha1_4"}, {2, "hmac_sha1_10"}, {3, "hmac_sha256_8"}, {4, "hmac_sha256_16"}, {5, "hmac_sha1_8"},
    {6, "aes_gmac"}};
inline constexpr Name challenge_names[] = {{1, "critical"}};
inline constexpr Name key_status_names[] = {{1, "ok"}, {2, "not_init"}, {3, "comm_fail"}, {4, "auth_fail"}};
inline constexpr Name key_wrap_names[] = {{1, "aes_128"}, {2, "aes_256"}};
inline constexpr Name auth_error_names[] = {  // [1815] A.45, error codes of variation 7
    {1, "authentication_failed"}, {2, "unexpected_reply"}, {3, "no_reply"}, {4, "aggressive_mode_not_supported"},
    {5, "mac_algorithm_not_supported"}, {6, "key_wrap_not_supported"}, {7, "authorization_failed"},
    {8, "update_key_method_not_permitted"}, {9, "invalid_signature"}, {10, "invalid_certification"}, {11, "unknown_user"},
    {12, "too_many_key_status_requests"}};

constexpr Field rows[] = {
    {"source", Kind::u16, log | rule | learn, {"Source", "源地址"},
     "Link address of the station that sends.", "[1815] 9.2.4"},
    {"destination", Kind::u16, log | rule, {"Destination", "目的地址"},
     "Link address of the station it is for; 65533 to 65535 are all stations.", "[1815] 9.2.4"},
    {"outstation", Kind::u16, log | rule | learn | pair | column, {"Outstation", "子站地址"},
     "Link address of the outstation, whichever side sends.", "[1815] 9.2.4"},
    {"from_master", Kind::boolean, log | rule, {"From master", "来自主站"},
     "Direction bit: whether the sender says that it is the master.", "[1815] 9.2.4"},
    {"primary_function", Kind::u8, log | rule, {"Link function", "链路功能码"},
     "What the link frame does that starts a link transaction.", "[1815] 9.2.4", primary_names},
    {"secondary_function", Kind::u8, log | rule, {"Link answer", "链路应答码"},
     "What the link frame answers.", "[1815] 9.2.4", secondary_names},
    {"frame_count_bit", Kind::boolean, log | rule, {"Frame count bit", "帧计数位"},
     "Alternates between confirmed frames; present where it is valid.", "[1815] 9.2.4"},
    {"data_flow_control", Kind::boolean, log | rule, {"Data flow control", "数据流控制"},
     "Whether the answering link layer has no room for more user data.", "[1815] 9.2.4"},
    {"frames", Kind::u16, log | rule, {"Link frames", "链路帧数"},
     "How many link frames carried the message.", "[1815] 8.2"},
    {"transport_sequence", Kind::u8, log | rule, {"Segment", "传输段序号"},
     "Number of the last transport segment.", "[1815] 8.2"},

    {"first_fragment", Kind::boolean, log | rule, {"First fragment", "首片"},
     "Whether it is the first fragment of a message.", "[1815] 4.2.2"},
    {"final_fragment", Kind::boolean, log | rule, {"Final fragment", "末片"},
     "Whether it is the last fragment of a message.", "[1815] 4.2.2"},
    {"confirm_requested", Kind::boolean, log | rule, {"Confirm requested", "请求确认"},
     "Whether the receiver shall confirm the fragment.", "[1815] 4.2.2"},
    {"unsolicited", Kind::boolean, log | rule, {"Unsolicited", "非请求"},
     "Whether it is, or confirms, a response nobody asked for.", "[1815] 4.2.2"},
    {"sequence", Kind::u8, log | rule | pair, {"Sequence", "应用层序号"},
     "Number of the fragment, which its answer repeats.", "[1815] 4.2.2"},
    {"function", Kind::u16, log | rule | learn | column, {"Function", "功能码"},
     "What is asked for or answered; of a link frame without user data 256 plus its link function.", "[1815] 4.2.2",
     function_names},
    {"iin", Kind::u16, log | rule, {"Internal indications", "内部指示"},
     "State of the outstation: IIN1 in the upper octet, IIN2 in the lower one.", "[1815] 4.2.2"},
    {"iin_broadcast", Kind::boolean, log | rule, {"Broadcast received", "收到广播"},
     "IIN1.0, present where set: a broadcast message was received.", "[1815] 4.2.2"},
    {"iin_class_1", Kind::boolean, log | rule, {"Class 1 events", "1 类事件"},
     "IIN1.1, present where set: there are events of class 1 to be read.", "[1815] 4.2.2"},
    {"iin_class_2", Kind::boolean, log | rule, {"Class 2 events", "2 类事件"},
     "IIN1.2, present where set: there are events of class 2 to be read.", "[1815] 4.2.2"},
    {"iin_class_3", Kind::boolean, log | rule, {"Class 3 events", "3 类事件"},
     "IIN1.3, present where set: there are events of class 3 to be read.", "[1815] 4.2.2"},
    {"iin_need_time", Kind::boolean, log | rule, {"Needs time", "需要对时"},
     "IIN1.4, present where set: the outstation's clock needs to be set.", "[1815] 4.2.2"},
    {"iin_local_control", Kind::boolean, log | rule, {"Local control", "就地控制"},
     "IIN1.5, present where set: points are in local operation and cannot be commanded.", "[1815] 4.2.2"},
    {"iin_device_trouble", Kind::boolean, log | rule, {"Device trouble", "设备故障"},
     "IIN1.6, present where set: the outstation is not working properly.", "[1815] 4.2.2"},
    {"iin_device_restart", Kind::boolean, log | rule, {"Device restarted", "设备已重启"},
     "IIN1.7, present where set: the outstation restarted and the master has not cleared the bit yet.", "[1815] 4.2.2"},
    {"iin_no_function", Kind::boolean, log | rule, {"Function not supported", "功能不支持"},
     "IIN2.0, present where set: the outstation does not have the function.", "[1815] 4.2.2"},
    {"iin_object_unknown", Kind::boolean, log | rule, {"Object unknown", "对象未知"},
     "IIN2.1, present where set: the outstation does not have the objects.", "[1815] 4.2.2"},
    {"iin_parameter_error", Kind::boolean, log | rule, {"Parameter error", "参数错误"},
     "IIN2.2, present where set: the request's qualifier, range or data are not valid.", "[1815] 4.2.2"},
    {"iin_event_overflow", Kind::boolean, log | rule, {"Event buffer overflow", "事件缓冲溢出"},
     "IIN2.3, present where set: events were lost.", "[1815] 4.2.2"},
    {"iin_already_executing", Kind::boolean, log | rule, {"Already executing", "正在执行"},
     "IIN2.4, present where set: what was asked is being done already.", "[1815] 4.2.2"},
    {"iin_config_corrupt", Kind::boolean, log | rule, {"Configuration corrupt", "配置损坏"},
     "IIN2.5, present where set: the outstation's configuration is damaged.", "[1815] 4.2.2"},
    {"iin_reserved", Kind::u8, log | rule, {"Reserved indications", "保留指示位"},
     "IIN2.6 and IIN2.7 as 1 and 2, present where one is set.", "[1815] 4.2.2"},
    {"object_headers", Kind::u16, log | rule, {"Object headers", "对象头数"},
     "How many object headers the message has.", "[1815] 4.2.2"},
    {"fragment", Kind::bytes, rule | buffer, {"Fragment", "应用层报文"},
     "Octets of the application layer, put together and without checksums.", "[1815] 4.2.2"},
};
inline constexpr auto fields = table("dnp3", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field header_rows[] = {
    {"group", Kind::u8, log | rule | learn, {"Group", "对象组"},
     "What kind of object it is.", "[1815] A", group_names},
    {"variation", Kind::u8, log | rule, {"Variation", "变体"},
     "In which of its forms the object is; of octet strings their length.", "[1815] A"},
    {"qualifier", Kind::u8, log | rule, {"Qualifier", "限定词"},
     "Prefix code in the upper and range code in the lower half octet.", "[1815] 4.2.2"},
    {"range_start", Kind::u32, log | rule, {"First index", "起始索引"},
     "Index of the first object.", "[1815] 4.2.2"},
    {"range_stop", Kind::u32, log | rule, {"Last index", "终止索引"},
     "Index of the last object.", "[1815] 4.2.2"},
    {"object_count", Kind::u32, log | rule, {"Objects", "对象数"},
     "How many objects the header is for.", "[1815] 4.2.2"},
};
inline constexpr auto header_fields = table("dnp3.object", header_rows);
inline constexpr Schema header_schema = header_fields.schema();

constexpr Field point_rows[] = {
    {"point_group", Kind::u8, log | rule, {"Point's group", "点的对象组"},
     "What kind of point it is.", "[1815] A", group_names},
    {"index", Kind::u32, log | rule, {"Index", "索引"},
     "Number of the point within its kind.", "[1815] 4.2.2"},
    {"value", Kind::f64, log | rule, {"Value", "值"},
     "State, measured value, count or commanded value.", "[1815] A"},
    {"flags", Kind::u8, log | rule, {"Flags", "标志"},
     "Quality of the value: 1 on-line, 2 restart, 4 communication lost, 8 remote forced, 16 local forced, and by its kind.",
     "[1815] 11.6"},
    {"online", Kind::boolean, log | rule, {"On-line", "在线"},
     "Whether the point is on-line.", "[1815] 11.6"},
    {"remote_forced", Kind::boolean, log | rule, {"Remote forced", "远方强制"},
     "Present where set: the value was forced at another device.", "[1815] 11.6"},
    {"local_forced", Kind::boolean, log | rule, {"Local forced", "就地强制"},
     "Present where set: the value was forced at this device.", "[1815] 11.6"},
    {"time", Kind::time_us, log | rule, {"Time", "时标"},
     "When it happened, or the time that is set or told.", "[1815] A"},
    {"milliseconds", Kind::u32, log | rule, {"Milliseconds", "毫秒"},
     "Delay, interval, or time since a common time of occurrence that the message does not hold.", "[1815] A", {}, "ms"},
    {"operation", Kind::u8, log | rule, {"Operation", "控制操作"},
     "What a control relay output block does with the output.", "[1815] A.8", operation_names},
    {"trip_close", Kind::u8, log | rule, {"Trip or close", "分合"},
     "Which of a pair of outputs is commanded.", "[1815] A.8", trip_close_names},
    {"queue", Kind::boolean, log | rule, {"Queue", "排队"},
     "Present where set: the obsolete queue bit of the control code.", "[1815] A.8"},
    {"clear", Kind::boolean, log | rule, {"Clear", "清除"},
     "Present where set: commands that wait or run for the point are cancelled.", "[1815] A.8"},
    {"op_count", Kind::u8, log | rule, {"Repetitions", "重复次数"},
     "How often the operation is executed.", "[1815] A.8"},
    {"on_time", Kind::u32, log | rule, {"On-time", "接通时间"},
     "How long the output is on.", "[1815] A.8", {}, "ms"},
    {"off_time", Kind::u32, log | rule, {"Off-time", "断开时间"},
     "How long the output is off.", "[1815] A.8", {}, "ms"},
    {"status", Kind::u8, log | rule, {"Status", "控制状态"},
     "Whether the command was accepted, and if not why.", "[1815] A.8", status_names},
    {"text", Kind::text, log | rule | buffer, {"Text", "文本"},
     "Octet string, or octets of a virtual terminal.", "[1815] A.37"},
};
inline constexpr auto point_fields = table("dnp3.point", point_rows);
inline constexpr Schema point_schema = point_fields.schema();

constexpr Field record_rows[] = {
    {"file_name", Kind::text, log | rule | buffer, {"File name", "文件名"},
     "Name of the file or directory.", "[1815] A.27"},
    {"file_handle", Kind::u32, log | rule, {"File handle", "文件句柄"},
     "Number the outstation gives an open file.", "[1815] A.27"},
    {"file_mode", Kind::u16, log | rule, {"File mode", "打开方式"},
     "For what the file is opened.", "[1815] A.27", file_mode_names},
    {"file_type", Kind::u16, log | rule, {"File type", "文件类型"},
     "Whether it is a file or a directory.", "[1815] A.27", file_type_names},
    {"file_size", Kind::u32, log | rule, {"File size", "文件长度"},
     "Octets of the file, or entries of the directory.", "[1815] A.27", {}, "octets"},
    {"file_time", Kind::time_us, log | rule, {"File created", "文件创建时间"},
     "When the file was created.", "[1815] A.27"},
    {"file_permissions", Kind::u16, log | rule, {"Permissions", "权限"},
     "Who may read, write and execute the file, three bits each.", "[1815] A.27"},
    {"file_request", Kind::u16, log | rule, {"Request id", "请求标识"},
     "Number by which the master knows its file request.", "[1815] A.27"},
    {"block_size", Kind::u16, log | rule, {"Block size", "块长度"},
     "Most octets of file data in one block.", "[1815] A.27", {}, "octets"},
    {"block_number", Kind::u32, log | rule, {"Block", "块号"},
     "Number of the block of the file.", "[1815] A.27"},
    {"last_block", Kind::boolean, log | rule, {"Last block", "末块"},
     "Whether it is the file's last block.", "[1815] A.27"},
    {"file_status", Kind::u8, log | rule, {"File status", "文件状态"},
     "Whether the file request succeeded, and if not why.", "[1815] A.27", file_status_names},
    {"file_data", Kind::bytes, rule | buffer, {"File data", "文件数据"},
     "Octets of the file.", "[1815] A.27"},
    {"user_name", Kind::text, log | rule | buffer, {"User", "用户名"},
     "Name of the user who asks for a file or whose key changes.", "[1815] A.27"},
    {"attribute", Kind::u8, log | rule, {"Attribute", "设备属性"},
     "Which property of the device it is.", "[1815] A.1", attribute_names},
    {"attribute_set", Kind::u32, log | rule, {"Attribute set", "属性集"},
     "0 for the standard's attributes, else a user's own set.", "[1815] A.1"},
    {"attribute_text", Kind::text, log | rule | buffer, {"Attribute", "属性文本"},
     "Value of a property that is a text.", "[1815] A.1"},
    {"attribute_value", Kind::f64, log | rule, {"Attribute value", "属性值"},
     "Value of a property that is a number.", "[1815] A.1"},
    {"auth_variation", Kind::u8, log | rule, {"Authentication object", "认证对象"},
     "Variation of the authentication object: 1 challenge, 2 reply, 3 aggressive mode, 5 key status, 6 key change, 7 error.",
     "[1815] A.45"},
    {"auth_sequence", Kind::u32, log | rule, {"Challenge sequence", "质询序号"},
     "Number of the challenge or of the key change.", "[1815] A.45"},
    {"user_number", Kind::u16, log | rule, {"User number", "用户编号"},
     "Which user of the master is authenticated.", "[1815] A.45"},
    {"mac_algorithm", Kind::u8, log | rule, {"MAC algorithm", "MAC 算法"},
     "How the message authentication code is computed.", "[1815] A.45", mac_names},
    {"challenge_reason", Kind::u8, log | rule, {"Reason of challenge", "质询原因"},
     "Why the outstation challenges.", "[1815] A.45", challenge_names},
    {"key_wrap", Kind::u8, log | rule, {"Key wrap", "密钥封装算法"},
     "How session keys are encrypted.", "[1815] A.45", key_wrap_names},
    {"key_status", Kind::u8, log | rule, {"Key status", "密钥状态"},
     "State of the session keys.", "[1815] A.45", key_status_names},
    {"key_change_method", Kind::u8, log | rule, {"Key change method", "密钥更换方法"},
     "How the update key is changed.", "[1815] A.45"},
    {"auth_association", Kind::u16, log | rule, {"Association", "关联标识"},
     "Which pair of master and outstation it is about.", "[1815] A.45"},
    {"auth_error", Kind::u8, log | rule, {"Authentication error", "认证错误"},
     "Why authentication failed.", "[1815] A.45", auth_error_names},
    {"auth_error_text", Kind::text, log | rule | buffer, {"Error text", "错误文本"},
     "What the device says of a failed authentication.", "[1815] A.45"},
    {"octets", Kind::bytes, log | rule | buffer, {"Octets", "字节"},
     "What else the object holds.", "[1815] A"},
};
inline constexpr auto record_fields = table("dnp3.record", record_rows);
inline constexpr Schema record_schema = record_fields.schema();
// clang-format on

inline constexpr PortHint ports[] = {{Transport::tcp, 20'000}, {Transport::udp, 20'000}};  // [1815] 13

}  // namespace langyan::dnp3
