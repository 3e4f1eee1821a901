// The tables of IEC 60870-5-103, the informative interface of protection equipment: types, causes,
// function types, fields and faults. Link frames: parsers/wire/ft12.h.
//
// [103] IEC 60870-5-103:1997    [LINK] IEC 60870-5-1:1990 FT1.2 and IEC 60870-5-2:1992
#pragma once

#include "parsers/wire/serial_asdu.h"

namespace langyan::iec103 {

struct Type {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
};

// clang-format off
inline constexpr Type types[] = {  // [103] 7.2.1
    {1,  "time_tagged_message", Verb::report},
    {2,  "time_tagged_message_with_relative_time", Verb::alarm},
    {3,  "measurands_1", Verb::report},
    {4,  "time_tagged_measurands_with_relative_time", Verb::alarm},
    {5,  "identification", Verb::identify},
    {6,  "time_synchronisation", Verb::time},
    {7,  "general_interrogation", Verb::read},
    {8,  "general_interrogation_termination", Verb::read},
    {9,  "measurands_2", Verb::report},
    {10, "generic_data", Verb::report},
    {11, "generic_identification", Verb::browse},
    {20, "general_command", Verb::control},
    {21, "generic_command", Verb::read},
    {23, "list_of_recorded_disturbances", Verb::file},
    {24, "order_for_disturbance_data", Verb::file},
    {25, "acknowledgement_of_disturbance_data", Verb::file},
    {26, "ready_for_disturbance_data", Verb::file},
    {27, "ready_for_channel", Verb::file},
    {28, "ready_for_tags", Verb::file},
    {29, "tags", Verb::file},
    {30, "disturbance_values", Verb::file},
    {31, "end_of_transmission", Verb::file},
};
inline constexpr auto type_names = names_of(types);

constexpr const Type* type_row(std::uint8_t code) {
  for (const Type& row : types)
    if (row.code == code) return &row;
  return nullptr;
}

enum Cause : std::uint8_t {
  cause_interrogation = 9, cause_termination = 10, cause_command = 20, cause_command_refused = 21, cause_generic_write = 40,
  cause_generic_write_refused = 41, cause_generic_read = 42, cause_generic_read_refused = 43, cause_generic_write_confirmed = 44,
};
inline constexpr Name cause_names[] = {  // [103] 7.2.3; from 20 on both of the order and of its acknowledgement
    {1, "spontaneous"}, {2, "cyclic"}, {3, "reset_frame_count_bit"}, {4, "reset_communication_unit"}, {5, "start"},
    {6, "power_on"}, {7, "test_mode"}, {8, "time_synchronisation"}, {9, "general_interrogation"},
    {10, "general_interrogation_termination"}, {11, "local_operation"}, {12, "remote_operation"}, {20, "command"},
    {21, "command_refused"}, {31, "disturbance_data"}, {40, "generic_write"}, {41, "generic_write_refused"},
    {42, "generic_read"}, {43, "generic_read_refused"}, {44, "generic_write_confirmed"}};
inline constexpr Name function_type_names[] = {  // [103] 7.2.5.1
    {128, "distance_protection"}, {160, "overcurrent_protection"}, {176, "transformer_differential_protection"},
    {192, "line_differential_protection"}, {254, "generic"}, {255, "global"}};
inline constexpr Name frame_names[] = {{0, "variable"}, {1, "fixed"}, {2, "single"}};
inline constexpr Name link_names[] = {
    {0, "reset_communication_unit"}, {3, "user_data"}, {4, "user_data_no_reply"}, {7, "reset_frame_count"},
    {9, "request_link_status"}, {10, "request_class_1"}, {11, "request_class_2"}, {16, "ack"}, {17, "nack"},
    {24, "response_user_data"}, {25, "no_data"}, {27, "link_status"}, {30, "link_not_functioning"},
    {31, "link_not_implemented"}};
inline constexpr Name point_names[] = {{0, "intermediate"}, {1, "off"}, {2, "on"}, {3, "not_permitted"}};

constexpr Field rows[] = {
    {"frame_format", Kind::u8, log | rule, {"Frame", "帧格式"},
     "Whether the frame is of variable length, of fixed length, or a single octet.", "[LINK] -5-1 6.2.4.2", frame_names},
    {"primary", Kind::boolean, log | rule, {"PRM", "启动标志位"},
     "Whether the control system sent it.", "[LINK] -5-2 5.1.2"},
    {"frame_count_bit", Kind::boolean, log | rule, {"FCB", "帧计数位"},
     "Alternates with each new frame of the control system.", "[LINK] -5-2 5.1.2"},
    {"frame_count_valid", Kind::boolean, log | rule, {"FCV", "帧计数有效位"},
     "Whether the alternating bit counts.", "[LINK] -5-2 5.1.2"},
    {"access_demand", Kind::boolean, log | rule, {"ACD", "要求访问位"},
     "Whether the protection device has data of class 1.", "[LINK] -5-2 5.1.2"},
    {"data_flow_control", Kind::boolean, log | rule, {"DFC", "数据流控制位"},
     "Whether the protection device can take no more data.", "[LINK] -5-2 5.1.2"},
    {"link_function", Kind::u8, log | rule | learn, {"Link function", "链路功能码"},
     "What the frame does on the link; of the protection device 16 is added.", "[103] 6.2", link_names},
    {"link_address", Kind::u8, log | rule | learn, {"Link address", "链路地址"},
     "Device on the line.", "[103] 6.2"},
    {"type_id", Kind::u8, log | rule | learn | column, {"Type", "类型标识"},
     "What kind of information the ASDU carries.", "[103] 7.2.1", type_names},
    {"number_of_elements", Kind::u8, log | rule, {"Elements", "元素数"},
     "How many information elements follow.", "[103] 7.2.2"},
    {"cause", Kind::u8, log | rule | learn | column, {"Cause", "传送原因"},
     "Why it was sent.", "[103] 7.2.3", cause_names},
    {"common_address", Kind::u8, log | rule | learn | pair | column, {"Common address", "公共地址"},
     "Device that the information belongs to; 255 is all.", "[103] 7.2.4"},
    {"function_type", Kind::u8, log | rule | learn | pair | column, {"Function type", "功能类型"},
     "Kind of protection the information number is counted in.", "[103] 7.2.5.1", function_type_names},
    {"information_number", Kind::u8, log | rule | learn | pair | column, {"Information number", "信息序号"},
     "The point in the function type.", "[103] 7.2.5.2"},
    {"return_identifier", Kind::u8, log | pair, {"Return information", "返回信息标识符"},
     "Number the control system picks and the acknowledgement repeats.", "[103] 7.2.6.19"},
    {"scan_number", Kind::u8, log | pair, {"Scan number", "扫描序号"},
     "Number of the general interrogation.", "[103] 7.2.6.21"},
    {"point", Kind::u8, log | rule, {"Point", "双点信息"},
     "State of a point, or that a command asks for.", "[103] 7.2.6.5", point_names},
    {"supplementary", Kind::u8, log | rule, {"Supplementary", "附加信息"},
     "What the message adds, by its cause.", "[103] 7.2.6.23"},
    {"milliseconds_of_day", Kind::u32, log | rule, {"Time of day", "日内时刻"},
     "When it happened, by the device's clock, which tells no date.", "[103] 7.2.6.28", {}, "ms"},
    {"time", Kind::time_us, log | rule, {"Time", "时标"},
     "Time that is set or acknowledged, by the station's own clock and zone.", "[103] 7.2.6.29"},
    {"time_invalid", Kind::boolean, log | rule, {"Time invalid", "时标无效"},
     "Whether the device does not trust its clock.", "[103] 7.2.6.28"},
    {"relative_time", Kind::u16, log | rule, {"Relative time", "相对时间"},
     "Milliseconds since the fault began.", "[103] 7.2.6.15", {}, "ms"},
    {"fault_number", Kind::u16, log | rule, {"Fault number", "故障序号"},
     "Number of the fault or its recording.", "[103] 7.2.6.6"},
    {"short_circuit_location", Kind::f64, log | rule, {"Short-circuit location", "短路位置"},
     "Reactance to the short circuit on the primary side.", "[103] 7.2.6.22", {}, "ohm"},
    {"order", Kind::u8, log | rule | learn, {"Order", "命令类型"},
     "What of the disturbance recording is ordered, acknowledged or ended.", "[103] 7.2.6.26"},
    {"channel", Kind::u8, log | rule, {"Channel", "实际通道"},
     "Actual channel of the recording; 0 is all.", "[103] 7.2.6.1"},
    {"compatibility_level", Kind::u8, log | rule, {"Compatibility level", "兼容级"},
     "2 without generic services, 3 with them.", "[103] 7.2.6.4"},
    {"identification", Kind::text, log | rule | learn | buffer, {"Identification", "标识"},
     "Eight characters by which the device names its maker or itself.", "[103] 7.2.6.2"},
    {"software", Kind::bytes, log | rule, {"Software", "软件标识"},
     "Four octets of the maker for the software.", "[103] 7.2.1.5"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of generic services and disturbance recordings.", "[103] 7.2.6.8"},
};
inline constexpr auto fields = table("iec103", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field measurand_rows[] = {
    {"position", Kind::u8, log | rule, {"Position", "序位"},
     "Place of the measurand in the message, from 1.", "[103] 7.2.6.11"},
    {"value", Kind::f64, log | rule, {"Value", "值"},
     "Measured value, as a fraction of the rated value times 1.2 or 2.4.", "[103] 7.2.6.8"},
    {"overflow", Kind::boolean, log | rule, {"Overflow", "溢出"},
     "Whether the value left its range.", "[103] 7.2.6.8"},
    {"error", Kind::boolean, log | rule, {"Error", "差错"},
     "Whether the value is invalid.", "[103] 7.2.6.8"},
};
inline constexpr auto measurand_fields = table("iec103.measurand", measurand_rows);
inline constexpr Schema measurand_schema = measurand_fields.schema();

inline constexpr Space spaces[] = {{"information", {"Information", "信息"}}, {"recording", {"Recording", "录波"}}};

enum class Wrong : std::uint8_t { truncated, checksum, length, type_id, function };
constexpr Text check_line = {"Check the serial line and the gateway; if they are sound, find the sender.",
                             "检查串行线路与网关；若均正常，查明发送方。"};
inline constexpr Detection faults[] = {
    {9105200, "iec103.truncated", Severity::low, "T0814", {"IEC 103 frame ends too early", "IEC 103 帧过早结束"},
     {"The frame is not as long as it says, or its delimiters are wrong.", "帧长度与其声明不符，或定界符错误。"}, check_line},
    {9105201, "iec103.checksum", Severity::low, "T0814", {"IEC 103 checksum wrong", "IEC 103 校验和错误"},
     {"The checksum does not fit the frame's octets.", "校验和与帧内容不符。"}, check_line},
    {9105202, "iec103.length", Severity::low, "T0814", {"IEC 103 ASDU of a wrong length", "IEC 103 ASDU 长度错误"},
     {"The ASDU is longer or shorter than its type and number of elements say.", "ASDU 长于或短于类型与元素数所示。"}, check_line},
    {9105203, "iec103.type_id", Severity::low, "T0846", {"Unknown IEC 103 type", "未知的 IEC 103 类型标识"},
     {"The type is none the standard defines; makers use the private range from 32 on.", "类型不在标准定义之列；32 以上为厂家专用。"}, check_line},
    {9105204, "iec103.function", Severity::low, "", {"Unknown IEC 103 link function", "未知的 IEC 103 链路功能码"},
     {"The function is reserved, or not one for this kind of frame.", "功能码为保留值，或不适用于此类帧。"}, check_line},
};
// clang-format on

}  // namespace langyan::iec103
