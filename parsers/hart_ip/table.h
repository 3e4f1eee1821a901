// The tables of HART-IP: messages, commands, fields, faults. Sources as in hart_ip.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::hart_ip {

constexpr std::size_t header_bytes = 8;      // [NET] 10: version, type, id, status, sequence, size
constexpr std::size_t longest_message = 8 + 1'024;  // header and the longest body seen in use
constexpr std::uint16_t extended_command = 31;  // [UNI] 6.31: the number follows in 16 bits

enum class Type : std::uint8_t { request, response, publish, nak = 15 };
enum class Id : std::uint8_t {
  session_initiate,
  session_close,
  keep_alive,
  token_passing_pdu,
  direct_pdu,
  read_audit_log,
  discovery = 128
};

struct Command {
  std::uint16_t code;
  std::string_view name;
  Verb verb;
};
// clang-format off
inline constexpr Command commands[] = {  // [UNI] 0 to 31, 38, 48; [PRA] the others
    {0,   "read_unique_identifier",                     Verb::identify},
    {1,   "read_primary_variable",                      Verb::read},
    {2,   "read_loop_current_and_percent_of_range",     Verb::read},
    {3,   "read_dynamic_variables_and_loop_current",    Verb::read},
    {6,   "write_polling_address",                      Verb::configure},
    {7,   "read_loop_configuration",                    Verb::read},
    {8,   "read_dynamic_variable_classifications",      Verb::read},
    {9,   "read_device_variables_with_status",          Verb::read},
    {11,  "read_unique_identifier_associated_with_tag", Verb::identify},
    {12,  "read_message",                               Verb::read},
    {13,  "read_tag_descriptor_date",                   Verb::identify},
    {14,  "read_primary_variable_transducer_information", Verb::read},
    {15,  "read_device_information",                    Verb::read},
    {16,  "read_final_assembly_number",                 Verb::read},
    {17,  "write_message",                              Verb::configure},
    {18,  "write_tag_descriptor_date",                  Verb::configure},
    {19,  "write_final_assembly_number",                Verb::configure},
    {20,  "read_long_tag",                              Verb::identify},
    {21,  "read_unique_identifier_associated_with_long_tag", Verb::identify},
    {22,  "write_long_tag",                             Verb::configure},
    {31,  "extended_command",                           Verb::other},
    {33,  "read_device_variables",                      Verb::read},
    {34,  "write_primary_variable_damping_value",       Verb::configure},
    {35,  "write_primary_variable_range_values",        Verb::configure},
    {36,  "set_primary_variable_upper_range_value",     Verb::configure},
    {37,  "set_primary_variable_lower_range_value",     Verb::configure},
    {38,  "reset_configuration_changed_flag",           Verb::configure},
    {39,  "eeprom_control",                             Verb::configure},
    {40,  "enter_exit_fixed_current_mode",              Verb::force},
    {41,  "perform_self_test",                          Verb::diagnose},
    {42,  "perform_device_reset",                       Verb::reset},
    {43,  "set_primary_variable_zero",                  Verb::configure},
    {44,  "write_primary_variable_units",               Verb::configure},
    {45,  "trim_loop_current_zero",                     Verb::configure},
    {46,  "trim_loop_current_gain",                     Verb::configure},
    {47,  "write_primary_variable_transfer_function",   Verb::configure},
    {48,  "read_additional_device_status",              Verb::diagnose},
    {49,  "write_primary_variable_transducer_serial_number", Verb::configure},
    {50,  "read_dynamic_variable_assignments",          Verb::read},
    {51,  "write_dynamic_variable_assignments",         Verb::configure},
    {52,  "set_device_variable_zero",                   Verb::configure},
    {53,  "write_device_variable_units",                Verb::configure},
    {54,  "read_device_variable_information",           Verb::read},
    {55,  "write_device_variable_damping_value",        Verb::configure},
    {56,  "write_device_variable_transducer_serial_number", Verb::configure},
    {59,  "write_number_of_response_preambles",         Verb::configure},
    {60,  "read_analog_channel_and_percent_of_range",   Verb::read},
    {62,  "read_analog_channels",                       Verb::read},
    {63,  "read_analog_channel_information",            Verb::read},
    {66,  "enter_exit_fixed_analog_channel_mode",       Verb::force},
    {67,  "trim_analog_channel_zero",                   Verb::configure},
    {68,  "trim_analog_channel_gain",                   Verb::configure},
    {71,  "lock_device",                                Verb::configure},
    {72,  "squawk",                                     Verb::diagnose},
    {73,  "find_device",                                Verb::identify},
    {74,  "read_io_system_capabilities",                Verb::browse},
    {75,  "poll_sub_device",                            Verb::browse},
    {76,  "read_lock_device_state",                     Verb::read},
    {77,  "send_command_to_sub_device",                 Verb::other},
    {78,  "read_aggregated_commands",                   Verb::read},
    {79,  "write_device_variable",                      Verb::force},
    {80,  "read_device_variable_trim_points",           Verb::read},
    {81,  "read_device_variable_trim_guidelines",       Verb::read},
    {82,  "write_device_variable_trim_point",           Verb::configure},
    {83,  "reset_device_variable_trim",                 Verb::configure},
    {84,  "read_sub_device_identity_summary",           Verb::identify},
    {85,  "read_io_channel_statistics",                 Verb::diagnose},
    {86,  "read_sub_device_statistics",                 Verb::diagnose},
    {87,  "write_io_system_master_mode",                Verb::mode},
    {88,  "write_io_system_retry_count",                Verb::configure},
    {89,  "set_real_time_clock",                        Verb::time},
    {90,  "read_real_time_clock",                       Verb::read},
    {91,  "read_trend_configuration",                   Verb::read},
    {92,  "write_trend_configuration",                  Verb::configure},
    {93,  "read_trend",                                 Verb::read},
    {94,  "read_io_system_client_side_statistics",      Verb::diagnose},
    {95,  "read_device_communications_statistics",      Verb::diagnose},
    {96,  "read_synchronous_action",                    Verb::read},
    {97,  "configure_synchronous_action",               Verb::configure},
    {98,  "read_command_action",                        Verb::read},
    {99,  "configure_command_action",                   Verb::configure},
    {101, "read_sub_device_to_burst_message_map",       Verb::read},
    {102, "map_sub_device_to_burst_message",            Verb::configure},
    {103, "write_burst_period",                         Verb::configure},
    {104, "write_burst_trigger",                        Verb::configure},
    {105, "read_burst_mode_configuration",              Verb::read},
    {106, "flush_delayed_responses",                    Verb::configure},
    {107, "write_burst_device_variables",               Verb::configure},
    {108, "write_burst_mode_command_number",            Verb::configure},
    {109, "burst_mode_control",                         Verb::configure},
    {110, "read_all_dynamic_variables",                 Verb::read},
    {111, "transfer_service_control",                   Verb::file},
    {112, "transfer_service",                           Verb::file},
    {113, "catch_device_variable",                      Verb::configure},
    {114, "read_caught_device_variable",                Verb::read},
    {115, "read_event_notification_summary",            Verb::alarm},
    {116, "write_event_notification_bit_mask",          Verb::configure},
    {117, "write_event_notification_timing",            Verb::configure},
    {118, "event_notification_control",                 Verb::configure},
    {119, "acknowledge_event_notification",             Verb::alarm},
    {512, "read_country_code",                          Verb::read},
    {513, "write_country_code",                         Verb::configure},
};
// clang-format on
inline constexpr auto command_names = names_of(commands);

constexpr Verb verb_of(std::uint16_t code) {
  for (const Command& row : commands)
    if (row.code == code) return row.verb;
  return Verb::other;
}

inline constexpr Name type_names[] = {{0, "request"}, {1, "response"}, {2, "publish"}, {15, "nak"}};
inline constexpr Name id_names[] = {{0, "session_initiate"},  {1, "session_close"}, {2, "keep_alive"},
                                    {3, "token_passing_pdu"}, {4, "direct_pdu"},    {5, "read_audit_log"},
                                    {128, "discovery"}};
inline constexpr Name frame_names[] = {{1, "back"}, {2, "stx"}, {6, "ack"}};  // [TPD] 5.2: burst, request, response
inline constexpr Name response_names[] = {  // [CRC] 3: codes that mean the same in all commands
    {0, "success"}, {2, "invalid_selection"}, {3, "parameter_too_large"}, {4, "parameter_too_small"},
    {5, "too_few_data_bytes"}, {6, "device_specific_error"}, {7, "in_write_protect_mode"}, {16, "access_restricted"},
    {17, "invalid_device_variable_index"}, {18, "invalid_units_code"}, {19, "device_variable_index_not_allowed"},
    {32, "busy"}, {33, "delayed_response_initiated"}, {34, "delayed_response_running"}, {35, "delayed_response_dead"},
    {36, "delayed_response_conflict"}, {60, "payload_too_long"}, {64, "command_not_implemented"}};

// clang-format off
constexpr Field rows[] = {
    {"version", Kind::u8, log | rule, {"Version", "版本"},
     "Version of HART-IP.", "[NET] 10.3"},
    {"message_type", Kind::u8, log | rule | learn, {"Message type", "报文类型"},
     "Request, response, publish or refusal.", "[NET] 10.3", type_names},
    {"message_id", Kind::u8, log | rule | learn | pair | column, {"Message id", "报文标识"},
     "What the message is for.", "[NET] 10.3", id_names},
    {"status", Kind::u8, log | rule, {"Status", "状态码"},
     "How the server took the message.", "[NET] 10.3"},
    {"sequence_number", Kind::u16, log | pair, {"Sequence number", "序号"},
     "Number the client picks and the server repeats.", "[NET] 10.3"},
    {"master_type", Kind::u8, log | rule, {"Master", "主机类型"},
     "Whether the client is the primary (1) or a secondary master.", "[NET] 10.3.5"},
    {"inactivity_close_timer", Kind::u32, log | rule, {"Inactivity timer", "不活动关闭时间"},
     "Silence after which the session ends.", "[NET] 10.3.5", {}, "ms"},
    {"frame_type", Kind::u8, log | rule, {"Frame", "帧类型"},
     "Request, response or burst of the HART frame inside.", "[TPD] 5.2", frame_names},
    {"polling_address", Kind::u8, log | rule | learn, {"Polling address", "轮询地址"},
     "Short address of the device.", "[TPD] 5.2"},
    {"unique_address", Kind::u64, log | rule | learn, {"Unique address", "唯一地址"},
     "Expanded device type and device id, 38 bits.", "[TPD] 5.2"},
    {"command", Kind::u16, log | rule | learn | column, {"Command", "命令"},
     "What is asked of the field device.", "[UNI] 6", command_names},
    {"response_code", Kind::u8, log | rule | learn, {"Response code", "响应码"},
     "How the device took the command.", "[CRC] 3", response_names},
    {"communication_error", Kind::u8, log | rule, {"Communication error", "通信错误"},
     "Bits of an error between master and device.", "[CRC] 3"},
    {"device_status", Kind::u8, log | rule, {"Device status", "设备状态"},
     "Bits: malfunction, configuration changed, cold start, more status, fixed or saturated current, out of limits.", "[CRC] 4"},
    {"expanded_device_type", Kind::u16, log | rule, {"Device type", "设备类型"},
     "Manufacturer and type of the device.", "[UNI] 6.1"},
    {"manufacturer_id", Kind::u16, log | rule, {"Manufacturer", "制造商"},
     "Manufacturer of the device.", "[UNI] 6.1"},
    {"software_revision", Kind::u8, log | rule, {"Software revision", "软件版本"},
     "Revision of the device's software.", "[UNI] 6.1"},
    {"hardware_revision", Kind::u8, log | rule, {"Hardware revision", "硬件版本"},
     "Revision of the device's hardware.", "[UNI] 6.1"},
    {"device_id", Kind::u32, log | rule, {"Device id", "设备编号"},
     "Serial number of the device within its type.", "[UNI] 6.1"},
    {"tag", Kind::text, log | rule | buffer, {"Tag", "位号"},
     "Tag of the device in the plant.", "[UNI] 6.13"},
    {"value", Kind::f64, log | rule, {"Value", "值"},
     "Value that is read or set: the primary variable, a range, a fixed current.", "[UNI] 6.2"},
    {"units", Kind::u8, log | rule, {"Units", "单位代码"},
     "Unit of the value, by the table of the standard.", "[UNI] 6.2"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of the command or response.", "[TPD] 5.2"},
};
inline constexpr auto fields = table("hart_ip", rows);
inline constexpr Schema schema = fields.schema();

enum class Wrong : std::uint8_t { truncated, checksum, trailing, nak };
constexpr Text check_sender = {"Find out which program sent it; scanners and broken gateways look like this.", "查明发送程序；扫描工具和有缺陷的网关常呈此状。"};
inline constexpr Detection faults[] = {
    {9102300, "hart_ip.truncated", Severity::low, "T0814", {"HART-IP message ends too early", "HART-IP 报文过早结束"},
     {"The frame inside asks for more octets than the message has.", "内层帧所需字节多于实际长度。"}, check_sender},
    {9102301, "hart_ip.checksum", Severity::medium, "T0856", {"HART checksum wrong", "HART 校验错误"},
     {"The check octet of the HART frame does not fit its content.", "HART 帧的校验字节与内容不符。"}, check_sender},
    {9102302, "hart_ip.trailing", Severity::low, "", {"Octets after a HART frame", "HART 帧后有多余字节"},
     {"The message is longer than the frame inside.", "报文长于内层帧。"}, check_sender},
    {9102303, "hart_ip.nak", Severity::low, "", {"HART-IP message refused", "HART-IP 报文被拒绝"},
     {"The server answered that it does not take such a message.", "服务器答复不接受该报文。"}, check_sender},
};
inline constexpr PortHint ports[] = {{Transport::udp, 5094}, {Transport::tcp, 5094}};
inline constexpr Space spaces[] = {{"device", {"Field device", "现场设备"}}};
// clang-format on

}  // namespace langyan::hart_ip
