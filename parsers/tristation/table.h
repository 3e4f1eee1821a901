// The tables of TriStation: messages, commands, fields, faults. Sources as in tristation.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::tristation {

constexpr std::size_t header_bytes = 4, checksum_bytes = 2;  // type, length; CRC behind the data
constexpr std::size_t command_bytes = 10;                    // direction to length of a command's own header
constexpr std::size_t longest_message = 1'500;               // a datagram

enum class Type : std::uint16_t {
  connection_request = 1,
  connection_response,
  disconnect_request,
  disconnect_response,
  command,
  ping
};
// clang-format off
inline constexpr Name type_names[] = {
    {1, "connection_request"}, {2, "connection_response"}, {3, "disconnect_request"}, {4, "disconnect_response"},
    {5, "execution_command"}, {6, "ping"}, {7, "connection_limit_reached"}, {8, "not_connected"},
    {9, "main_processors_dead"}, {10, "access_denied"}, {11, "connection_failed"}};

struct Command {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
};
inline constexpr Command commands[] = {  // [NOZ], [FE]
    {0x00, "start_download_all",                 Verb::download},
    {0x01, "start_download_change",              Verb::download},
    {0x02, "update_configuration",               Verb::configure},
    {0x03, "upload_configuration",               Verb::upload},
    {0x04, "set_io_addresses",                   Verb::configure},
    {0x05, "allocate_network",                   Verb::configure},
    {0x06, "load_vector_table",                  Verb::download},
    {0x07, "set_calendar",                       Verb::time},
    {0x08, "get_calendar",                       Verb::read},
    {0x09, "set_scan_time",                      Verb::configure},
    {0x0a, "end_download_all",                   Verb::download},
    {0x0b, "end_download_change",                Verb::download},
    {0x0c, "cancel_download_change",             Verb::download},
    {0x0d, "attach_tricon",                      Verb::session},
    {0x0e, "set_io_address_limits",              Verb::configure},
    {0x0f, "configure_module",                   Verb::configure},
    {0x10, "set_multiple_point_values",          Verb::write},
    {0x11, "enable_all_points",                  Verb::force},
    {0x12, "upload_vector_table",                Verb::upload},
    {0x13, "get_cp_status",                      Verb::diagnose},
    {0x14, "run_program",                        Verb::start},
    {0x15, "halt_program",                       Verb::stop},
    {0x16, "pause_program",                      Verb::stop},
    {0x17, "do_single_scan",                     Verb::mode},
    {0x18, "get_chassis_status",                 Verb::diagnose},
    {0x19, "get_minimum_scan_time",              Verb::read},
    {0x1a, "set_node_number",                    Verb::configure},
    {0x1b, "set_io_point_values",                Verb::force},
    {0x1c, "get_io_point_values",                Verb::read},
    {0x1d, "get_mp_status",                      Verb::diagnose},
    {0x1e, "set_retentive_values",               Verb::write},
    {0x1f, "adjust_clock_calendar",              Verb::time},
    {0x20, "clear_module_alarms",                Verb::configure},
    {0x21, "get_event_log",                      Verb::read},
    {0x22, "set_soe_block",                      Verb::configure},
    {0x23, "record_event_log",                   Verb::configure},
    {0x24, "get_soe_data",                       Verb::read},
    {0x25, "enable_ovd",                         Verb::configure},
    {0x26, "disable_ovd",                        Verb::configure},
    {0x27, "enable_all_ovds",                    Verb::configure},
    {0x28, "disable_all_ovds",                   Verb::configure},
    {0x29, "process_modbus",                     Verb::other},
    {0x2a, "upload_network",                     Verb::upload},
    {0x2b, "set_label",                          Verb::configure},
    {0x2c, "configure_system_variables",         Verb::configure},
    {0x2d, "deconfigure_module",                 Verb::configure},
    {0x2e, "get_system_variables",               Verb::read},
    {0x2f, "get_module_types",                   Verb::identify},
    {0x30, "begin_conversion_table_download",    Verb::download},
    {0x31, "continue_conversion_table_download", Verb::download},
    {0x32, "end_conversion_table_download",      Verb::download},
    {0x33, "get_conversion_table",               Verb::upload},
    {0x34, "set_icm_status",                     Verb::configure},
    {0x35, "broadcast_soe_data_available",       Verb::report},
    {0x36, "get_module_versions",                Verb::identify},
    {0x37, "allocate_program",                   Verb::download},
    {0x38, "allocate_function",                  Verb::download},
    {0x39, "clear_retentives",                   Verb::write},
    {0x3a, "set_initial_values",                 Verb::write},
    {0x3b, "start_ts2_program_download",         Verb::download},
    {0x3c, "set_ts2_data_area",                  Verb::configure},
    {0x3d, "get_ts2_data",                       Verb::read},
    {0x3e, "set_ts2_data",                       Verb::write},
    {0x3f, "set_program_information",            Verb::download},
    {0x40, "get_program_information",            Verb::identify},
    {0x41, "upload_program",                     Verb::upload},
    {0x42, "upload_function",                    Verb::upload},
    {0x43, "get_point_groups",                   Verb::browse},
    {0x44, "allocate_symbol_table",              Verb::download},
    {0x45, "get_io_address",                     Verb::read},
    {0x46, "resend_io_address",                  Verb::read},
    {0x47, "get_program_timing",                 Verb::read},
    {0x48, "allocate_multiple_functions",        Verb::download},
    {0x49, "get_node_number",                    Verb::identify},
    {0x4a, "get_symbol_table",                   Verb::browse},
};
inline constexpr auto command_names = names_of(commands);
constexpr const Command* command_row(std::uint8_t code) {
  for (const Command& row : commands)
    if (row.code == code) return &row;
  return nullptr;
}

constexpr Field rows[] = {
    {"message_type", Kind::u16, log | rule | learn, {"Message type", "报文类型"},
     "Connection, command, ping or refusal.", "[NOZ] TCM header", type_names},
    {"controller", Kind::u8, log | rule, {"Controller channel", "控制器通道"},
     "Channel of the controller, 0 in requests.", "[NOZ] TS header"},
    {"command", Kind::u8, log | rule | learn | column, {"Command", "命令"},
     "What is asked of the safety controller.", "[FE] TS_cnames", command_names},
    {"answer_code", Kind::u8, log | rule, {"Response", "响应码"},
     "Number of the answer, which is another than the command's.", "[NOZ] TS header"},
    {"sequence", Kind::u8, log | pair, {"Sequence", "序号"},
     "Number of the command, which the answer repeats.", "[NOZ] TS header"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of the command or answer.", "[NOZ] TS header"},
};
inline constexpr auto fields = table("tristation", rows);
inline constexpr Schema schema = fields.schema();

enum class Wrong : std::uint8_t { truncated, checksum, length, command, refused };
constexpr Text isolate = {
    "Find out who sent it; nothing but the engineering station may talk to a safety controller, and its key switch belongs in RUN.",
    "查明发送者；只有工程师站可与安全控制器通信，其钥匙开关应处于 RUN。"};
inline constexpr Detection faults[] = {
    {9102200, "tristation.truncated", Severity::medium, "T0814", {"TriStation message ends too early", "TriStation 报文过早结束"},
     {"A command is shorter than its header.", "命令短于其头部。"}, isolate},
    {9102201, "tristation.checksum", Severity::medium, "T0814", {"TriStation checksum wrong", "TriStation 校验错误"},
     {"The CRC does not fit the content: a home-made client or a damaged frame.", "CRC 与内容不符：自制客户端或报文损坏。"}, isolate},
    {9102202, "tristation.length", Severity::medium, "T0814", {"TriStation lengths lie", "TriStation 长度不符"},
     {"The lengths of message and command contradict each other.", "报文与命令的长度相互矛盾。"}, isolate},
    {9102203, "tristation.command", Severity::high, "T0866", {"Unknown TriStation command", "未知的 TriStation 命令"},
     {"No engineering tool sends this command number.", "工程软件不会发送该命令号。"}, isolate},
    {9102204, "tristation.refused", Severity::medium, "T0814", {"TriStation connection refused", "TriStation 连接被拒绝"},
     {"The controller refused: connections used up, access denied, or its processors are dead.", "控制器拒绝：连接耗尽、无权访问或主处理器失效。"}, isolate},
};
inline constexpr PortHint ports[] = {{Transport::udp, 1502}};
// clang-format on

}  // namespace langyan::tristation
