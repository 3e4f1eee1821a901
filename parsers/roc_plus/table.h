// The tables of ROC and ROC Plus: opcodes, fields, faults. Sources as in roc_plus.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::roc_plus {

constexpr std::size_t header_bytes = 6, checksum_bytes = 2;
constexpr std::size_t shortest_message = header_bytes + checksum_bytes, longest_message = shortest_message + 255;

enum class Opcode : std::uint8_t {
  system = 6,
  get_clock = 7,
  set_clock = 8,
  get_configurable = 10,
  set_configurable = 11,
  login = 17,
  set_contiguous = 166,
  get_contiguous = 167,
  get_parameters = 180,
  set_parameters = 181,
  file = 203,
  report = 224,
  error = 255,
};
enum class File : std::uint8_t { open = 1, read, write, close, remove, directory, directory_64 = 64 };

// clang-format off
struct Row {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
};
inline constexpr Row opcodes[] = {  // [PLUS] 2, [ROC] 2
    {0,   "general_update",                    Verb::read},
    {2,   "test_data",                         Verb::diagnose},
    {6,   "system_configuration",              Verb::identify},
    {7,   "read_clock",                        Verb::read},
    {8,   "set_clock",                         Verb::time},
    {10,  "read_configurable_points",          Verb::read},
    {11,  "write_configurable_points",         Verb::write},
    {17,  "login",                             Verb::auth},
    {18,  "write_event_log",                   Verb::configure},
    {24,  "store_and_forward",                 Verb::other},
    {50,  "io_point_positions",                Verb::read},
    {100, "user_defined_information",          Verb::read},
    {102, "set_system_variables",              Verb::configure},
    {103, "system_information",                Verb::identify},
    {105, "history_point_minimum_maximum",     Verb::read},
    {107, "history_point_tag",                 Verb::read},
    {108, "history_tag_and_periodic_index",    Verb::read},
    {118, "alarm_data",                        Verb::read},
    {119, "event_data",                        Verb::read},
    {120, "log_pointers",                      Verb::read},
    {121, "alarm_log",                         Verb::read},
    {122, "event_log",                         Verb::read},
    {123, "user_template",                     Verb::read},
    {126, "history_last_hour",                 Verb::read},
    {128, "history_of_a_day",                  Verb::read},
    {130, "history_archive",                   Verb::read},
    {135, "single_history_point",              Verb::read},
    {136, "multiple_history_points",           Verb::read},
    {137, "history_index_of_a_day",            Verb::read},
    {138, "daily_and_periodic_history",        Verb::read},
    {139, "history_information",               Verb::read},
    {165, "history_point_definition",          Verb::read},
    {166, "set_contiguous_parameters",         Verb::write},
    {167, "read_contiguous_parameters",        Verb::read},
    {180, "read_parameters",                   Verb::read},
    {181, "write_parameters",                  Verb::write},
    {203, "file",                              Verb::file},
    {205, "peer_to_peer",                      Verb::other},
    {206, "transaction_history",               Verb::read},
    {224, "report_by_exception",               Verb::report},
    {225, "acknowledge_report",                Verb::other},
    {255, "error",                             Verb::other},
};
inline constexpr auto opcode_names = names_of(opcodes);
constexpr const Row* opcode_row(std::uint8_t code) {
  for (const Row& row : opcodes)
    if (row.code == code) return &row;
  return nullptr;
}

inline constexpr Row file_functions[] = {  // [PLUS] opcode 203
    {1, "open", Verb::file}, {2, "read", Verb::file}, {3, "write", Verb::file}, {4, "close", Verb::other},
    {5, "delete", Verb::file}, {6, "read_directory", Verb::browse}, {64, "read_directory_64", Verb::browse}};
inline constexpr auto file_names = names_of(file_functions);

inline constexpr Name kinds[] = {  // [PLUS] opcode 6, type of ROC
    {1, "ROC300 with ROCPAC"}, {2, "FloBoss 407"}, {3, "ROC300 with FlashPAC"}, {4, "FloBoss 503"}, {5, "FloBoss 504"},
    {6, "ROC800"}, {11, "DL8000"}};

constexpr Field rows[] = {
    {"destination_unit", Kind::u8, log | rule, {"Destination unit", "目的单元"},
     "Unit address of the receiver.", "[PLUS] 1.2"},
    {"destination_group", Kind::u8, log | rule, {"Destination group", "目的组"},
     "Group of the receiver.", "[PLUS] 1.2"},
    {"source_unit", Kind::u8, log | rule, {"Source unit", "源单元"},
     "Unit address of the sender.", "[PLUS] 1.2"},
    {"source_group", Kind::u8, log | rule, {"Source group", "源组"},
     "Group of the sender.", "[PLUS] 1.2"},
    {"opcode", Kind::u8, log | rule | learn | pair | column, {"Opcode", "操作码"},
     "What is asked; of an error the opcode that was asked last, where it was seen.", "[PLUS] 1.2", opcode_names},
    {"error_code", Kind::u8, log | rule, {"Error code", "错误码"},
     "First code the device gives for its refusal.", "[PLUS] opcode 255"},
    {"point_type", Kind::u8, log | rule | learn, {"Point type", "点类型"},
     "T of the first parameter addressed.", "[PLUS] 3"},
    {"logical_number", Kind::u8, log | rule, {"Logical number", "逻辑编号"},
     "L of the first parameter addressed.", "[PLUS] 3"},
    {"parameter", Kind::u8, log | rule, {"Parameter", "参数"},
     "P of the first parameter addressed.", "[PLUS] 3"},
    {"count", Kind::u8, log | rule, {"Count", "数量"},
     "How many parameters or locations are addressed.", "[PLUS] opcodes 10, 166, 180"},
    {"table", Kind::u8, log | rule | learn, {"Configurable opcode table", "可配置操作码表"},
     "Table of configurable points.", "[PLUS] opcode 10"},
    {"location", Kind::u8, log | rule, {"Location", "位置"},
     "First location in the table.", "[PLUS] opcode 10"},
    {"operator_id", Kind::text, log | rule | buffer, {"Operator", "操作员"},
     "Who logs in.", "[PLUS] opcode 17"},
    {"logs_out", Kind::boolean, log | rule, {"Logs out", "注销"},
     "The login message ends a session.", "[PLUS] opcode 17"},
    {"file_function", Kind::u8, log | rule | learn, {"File function", "文件功能"},
     "What is done to a file.", "[PLUS] opcode 203", file_names},
    {"file_name", Kind::text, log | rule | buffer, {"File", "文件"},
     "Path of the file or directory.", "[PLUS] opcode 203"},
    {"device_kind", Kind::u8, log | rule, {"Device type", "设备类型"},
     "Kind of controller.", "[PLUS] opcode 6", kinds},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of the message; of a login none, as they hold the password.", "[PLUS] 1.2"},
};
inline constexpr auto fields = table("roc_plus", rows);
inline constexpr Schema schema = fields.schema();

enum class Wrong : std::uint8_t { truncated, checksum, opcode, refused, count };
constexpr Text check = {"Check the line and who sends; only the host and the engineering station may talk to a flow computer.",
                        "检查线路与发送者；只有主站与工程师站可与流量计算机通信。"};
inline constexpr Detection faults[] = {
    {9103850, "roc_plus.length", Severity::low, "", {"ROC message does not have its length", "ROC 报文长度不符"},
     {"The message is shorter or longer than its length says.", "报文短于或长于其长度字段。"}, check},
    {9103851, "roc_plus.checksum", Severity::low, "", {"ROC checksum wrong", "ROC 校验错误"},
     {"The CRC does not fit the content: a bad line or a home-made client.", "CRC 与内容不符：线路不良或自制客户端。"}, check},
    {9103852, "roc_plus.opcode", Severity::medium, "T0814", {"Unknown ROC opcode", "未知的 ROC 操作码"},
     {"No documented opcode has this number: a scan, or a private extension.", "文档中没有该操作码：扫描或私有扩展。"}, check},
    {9103853, "roc_plus.refused", Severity::low, "", {"ROC request refused", "ROC 请求被拒绝"},
     {"The device answers with an error: not there, not allowed, or not logged in.", "设备返回错误：不存在、不允许或未登录。"}, check},
    {9103854, "roc_plus.count", Severity::medium, "T0814", {"ROC parameter count lies", "ROC 参数数量不符"},
     {"More parameters are announced than the message holds.", "报文宣称的参数多于其所含。"}, check},
};
inline constexpr PortHint ports[] = {{Transport::tcp, 4000}, {Transport::udp, 4000}};
inline constexpr Space spaces[] = {{"parameter", {"Parameter", "参数"}}, {"configurable_point", {"Configurable point", "可配置点"}}, {"file", {"File", "文件"}}, {"operator", {"Operator", "操作员"}}};
// clang-format on

}  // namespace langyan::roc_plus
