// The tables of GE SRTP: services, memory, fields, faults. Sources as in ge_srtp.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::ge_srtp {

constexpr std::size_t header_bytes = 56;          // [DEN] 3.2
constexpr std::size_t longest_text = 65'536 - header_bytes;

enum class Type : std::uint8_t { initialise = 0, initialise_acknowledged = 1, request = 2, response = 3 };
enum class Mailbox : std::uint8_t {
  request = 0xc0, request_with_text = 0x80, completion = 0xd4, completion_with_text = 0x94, error = 0xd1
};

struct Service {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
  bool touches = false;  // memory: selector, offset and length follow
};
// clang-format off
inline constexpr Service services[] = {  // [DEN] table 4
    {0x00, "plc_short_status",            Verb::diagnose},
    {0x03, "return_control_program_names", Verb::browse},
    {0x04, "read_system_memory",          Verb::read,  true},
    {0x05, "read_task_memory",            Verb::read,  true},
    {0x06, "read_program_block_memory",   Verb::upload, true},
    {0x07, "write_system_memory",         Verb::write, true},
    {0x08, "write_task_memory",           Verb::write, true},
    {0x09, "write_program_block_memory",  Verb::download, true},
    {0x20, "programmer_logon",            Verb::auth},
    {0x21, "change_privilege_level",      Verb::auth},
    {0x22, "set_control_id",              Verb::configure},
    {0x23, "set_plc_run_stop",            Verb::mode},
    {0x24, "set_plc_time_date",           Verb::time},
    {0x25, "return_plc_time_date",        Verb::read},
    {0x38, "return_fault_table",          Verb::diagnose},
    {0x39, "clear_fault_table",           Verb::configure},
    {0x3f, "program_store",               Verb::upload},
    {0x40, "program_load",                Verb::download},
    {0x43, "return_controller_type",      Verb::identify},
    {0x44, "toggle_force_system_memory",  Verb::force},
};
inline constexpr auto service_names = names_of(services);
constexpr const Service* service_row(std::uint8_t code) {
  for (const Service& row : services)
    if (row.code == code) return &row;
  return nullptr;
}

struct Memory {
  std::uint8_t code;
  std::string_view name;
  std::string_view prefix;      // as engineers write it
  std::uint8_t elements = 1;    // bits that one unit of the offset stands for, where it counts octets
};
inline constexpr Memory memories[] = {  // [DEN] table 5
    {0x08, "registers", "%R"}, {0x0a, "analog_inputs", "%AI"}, {0x0c, "analog_outputs", "%AQ"},
    {0x10, "discrete_input_bytes", "%I", 8}, {0x12, "discrete_output_bytes", "%Q", 8}, {0x14, "temporary_bytes", "%T", 8},
    {0x16, "internal_bytes", "%M", 8}, {0x18, "system_a_bytes", "%SA", 8}, {0x1a, "system_b_bytes", "%SB", 8},
    {0x1c, "system_c_bytes", "%SC", 8}, {0x1e, "system_bytes", "%S", 8}, {0x38, "global_bytes", "%G", 8},
    {0x46, "discrete_input_bits", "%I"}, {0x48, "discrete_output_bits", "%Q"}, {0x4a, "temporary_bits", "%T"},
    {0x4c, "internal_bits", "%M"}, {0x4e, "system_a_bits", "%SA"}, {0x50, "system_b_bits", "%SB"},
    {0x52, "system_c_bits", "%SC"}, {0x54, "system_bits", "%S"}, {0x56, "global_bits", "%G"},
};
inline constexpr auto memory_names = names_of(memories);
constexpr const Memory* memory_row(std::uint8_t code) {
  for (const Memory& row : memories)
    if (row.code == code) return &row;
  return nullptr;
}

inline constexpr Name type_names[] = {{0, "initialise"}, {1, "initialise_acknowledged"}, {2, "request"}, {3, "response"}};
inline constexpr Name mailbox_names[] = {
    {0x80, "request_with_text"}, {0x94, "completion_with_text"}, {0xc0, "request"}, {0xd1, "error"}, {0xd4, "completion"}};
inline constexpr Name status_names[] = {  // [DEN] table 6
    {0x00, "success"}, {0x01, "illegal_service_request"}, {0x02, "insufficient_privilege"}, {0x04, "protocol_sequence_error"},
    {0x05, "service_request_error"}, {0x06, "illegal_mailbox_type"}, {0x07, "service_request_queue_full"}};

constexpr Field rows[] = {
    {"type", Kind::u8, log | rule | learn, {"Type", "报文类型"},
     "Initialisation, request or response.", "[DEN] 3.2", type_names},
    {"sequence_number", Kind::u16, log | pair, {"Sequence number", "序号"},
     "Number the client picks and the controller repeats.", "[DEN] 3.2"},
    {"text_length", Kind::u16, log | rule, {"Text length", "正文长度"},
     "Octets behind the header.", "[DEN] 3.2", {}, "octets"},
    {"mailbox_type", Kind::u8, log | rule, {"Mailbox type", "信箱类型"},
     "Whether the request or answer stands in the header or behind it.", "[DEN] 3.2", mailbox_names},
    {"mailbox_source", Kind::u32, log | rule, {"Source", "源信箱"},
     "Mailbox the message comes from.", "[DEN] 3.2"},
    {"mailbox_destination", Kind::u32, log | rule | learn, {"Destination", "目标信箱"},
     "Mailbox the message goes to: rack, slot and task.", "[DEN] 3.2"},
    {"service_request", Kind::u8, log | rule | learn | column, {"Service request", "服务请求"},
     "What is asked of the controller.", "[DEN] table 4", service_names},
    {"segment_selector", Kind::u8, log | rule | learn, {"Memory", "存储区选择"},
     "Memory that is touched.", "[DEN] table 5", memory_names},
    {"offset", Kind::u16, log | rule | learn, {"Offset", "偏移"},
     "First element touched, counted from zero.", "[DEN] 3.2"},
    {"length", Kind::u16, log | rule, {"Length", "数量"},
     "Elements touched.", "[DEN] 3.2", {}, "elements"},
    {"status", Kind::u8, log | rule | learn, {"Status", "主状态"},
     "How the controller took the request.", "[DEN] table 6", status_names},
    {"minor_status", Kind::u8, log | rule, {"Minor status", "次状态"},
     "Why, in detail.", "[DEN] 3.3"},
    {"privilege_level", Kind::u8, log | rule, {"Privilege level", "权限级别"},
     "Level the connection has in the controller.", "[DEN] 3.3"},
    {"plc_status", Kind::u16, log | rule, {"PLC status", "PLC 状态字"},
     "Status word that each answer carries.", "[DEN] 3.3"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets carried.", "[DEN] 3.2"},
};
inline constexpr auto fields = table("ge_srtp", rows);
inline constexpr Schema schema = fields.schema();

inline constexpr Space spaces[] = {{"memory", {"Memory", "存储区"}}};

enum class Wrong : std::uint8_t { truncated, service };
constexpr Text check_sender = {"Find out which program sent it; scanners and home-made clients look like this.", "查明发送程序；扫描工具和自制客户端常呈此状。"};
inline constexpr Detection faults[] = {
    {9102000, "ge_srtp.truncated", Severity::low, "T0814", {"SRTP message ends too early", "SRTP 报文过早结束"},
     {"The message says it carries more than it has.", "报文声明的内容多于实际携带。"}, check_sender},
    {9102001, "ge_srtp.service", Severity::low, "T0846", {"Unknown SRTP service", "未知的 SRTP 服务"},
     {"No description of the protocol lists this service request.", "公开资料中没有该服务请求码。"}, check_sender},
};
inline constexpr PortHint ports[] = {{Transport::tcp, 18245}};
// clang-format on

}  // namespace langyan::ge_srtp
