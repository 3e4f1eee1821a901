// The tables of PCOM: commands, operands, fields, faults. Sources: pcom.cc.
#pragma once

#include <algorithm>
#include <utility>

#include "fields/protocol.h"

namespace langyan::pcom {

constexpr std::uint16_t own_port = 20256;
constexpr std::uint8_t mode_ascii = 101, mode_binary = 102;
constexpr std::uint16_t binary_function =
    0x1000;  // added to a binary command, so that one field names all
enum BinaryCode : std::uint8_t { command_name = 0x0c, command_read_write = 0x50 };

// clang-format off
enum Operand : std::uint8_t {  // Object::space and one more
  operand_none, operand_mb, operand_sb, operand_mi, operand_si, operand_ml, operand_sl, operand_dw, operand_sdw,
  operand_input, operand_output, operand_timer, operand_counter, operand_mf, operand_x,
};
inline constexpr Name operand_names[] = {
    {operand_mb, "MB"}, {operand_sb, "SB"}, {operand_mi, "MI"}, {operand_si, "SI"}, {operand_ml, "ML"}, {operand_sl, "SL"},
    {operand_dw, "DW"}, {operand_sdw, "SDW"}, {operand_input, "I"}, {operand_output, "O"}, {operand_timer, "T"},
    {operand_counter, "C"}, {operand_mf, "MF"}, {operand_x, "X"}};
inline constexpr std::string_view operand_letters[] = {
    "MB", "SB", "MI", "SI", "ML", "SL", "DW", "SDW", "I", "O", "T", "C", "MF", "X"};
inline constexpr Space spaces[] = {
    {"memory_bit", {"Memory bit", "存储位"}}, {"system_bit", {"System bit", "系统位"}},
    {"memory_integer", {"Memory integer", "存储整数"}}, {"system_integer", {"System integer", "系统整数"}},
    {"memory_long", {"Memory long", "存储长整数"}}, {"system_long", {"System long", "系统长整数"}},
    {"double_word", {"Double word", "双字"}}, {"system_double_word", {"System double word", "系统双字"}},
    {"input", {"Input", "输入"}}, {"output", {"Output", "输出"}}, {"timer", {"Timer", "定时器"}},
    {"counter", {"Counter", "计数器"}}, {"memory_float", {"Memory float", "存储浮点数"}},
    {"fast_operand", {"Fast operand", "快速操作数"}}};
static_assert(std::size(spaces) == std::size(operand_letters) && std::size(spaces) == operand_x);
constexpr std::uint8_t operand_space(std::uint8_t operand) { return operand ? static_cast<std::uint8_t>(operand - 1) : 0; }

struct Command {  // of ASCII messages
  std::uint16_t code;  // our number of it
  std::string_view name;
  std::string_view letters;
  Verb verb;
  std::uint8_t operand, digits;  // of a value; 0: it touches no operands
};
inline constexpr Command commands[] = {  // [PCOM]
    {1,  "identify",               "ID",  Verb::identify,  operand_none,   0},
    {2,  "start",                  "CCR", Verb::start,     operand_none,   0},
    {3,  "stop",                   "CCS", Verb::stop,      operand_none,   0},
    {4,  "reset",                  "CCE", Verb::reset,     operand_none,   0},
    {5,  "initialise",             "CCI", Verb::reset,     operand_none,   0},
    {6,  "get_unit_id",            "UG",  Verb::identify,  operand_none,   0},
    {7,  "set_unit_id",            "US",  Verb::configure, operand_none,   0},
    {8,  "get_clock",              "RC",  Verb::diagnose,  operand_none,   0},
    {9,  "set_clock",              "SC",  Verb::time,      operand_none,   0},
    {10, "read_inputs",            "RE",  Verb::read,      operand_input,  1},
    {11, "read_outputs",           "RA",  Verb::read,      operand_output, 1},
    {12, "read_memory_bits",       "RB",  Verb::read,      operand_mb,     1},
    {13, "read_system_bits",       "GS",  Verb::read,      operand_sb,     1},
    {14, "read_memory_integers",   "RW",  Verb::read,      operand_mi,     4},
    {15, "read_system_integers",   "GF",  Verb::read,      operand_si,     4},
    {16, "read_memory_longs",      "RNL", Verb::read,      operand_ml,     8},
    {17, "read_system_longs",      "RNH", Verb::read,      operand_sl,     8},
    {18, "read_double_words",      "RND", Verb::read,      operand_dw,     8},
    {19, "read_system_double_words", "RNJ", Verb::read,    operand_sdw,    8},
    {20, "write_outputs",          "SA",  Verb::write,     operand_output, 1},
    {21, "write_memory_bits",      "SB",  Verb::write,     operand_mb,     1},
    {22, "write_system_bits",      "SS",  Verb::write,     operand_sb,     1},
    {23, "write_memory_integers",  "SW",  Verb::write,     operand_mi,     4},
    {24, "write_system_integers",  "SF",  Verb::write,     operand_si,     4},
    {25, "write_memory_longs",     "SNL", Verb::write,     operand_ml,     8},
    {26, "write_system_longs",     "SNH", Verb::write,     operand_sl,     8},
    {27, "write_double_words",     "SND", Verb::write,     operand_dw,     8},
    {28, "write_system_double_words", "SNJ", Verb::write,  operand_sdw,    8},
};

struct BinaryCommand {
  std::uint16_t code;
  std::string_view name;
  Verb verb;
};
inline constexpr BinaryCommand binary_commands[] = {  // [PCOM], [RIC]
    {binary_function | 0x04, "read_data_table",  Verb::read},
    {binary_function | command_name, "get_plc_name", Verb::identify},
    {binary_function | 0x44, "write_data_table", Verb::write},
    {binary_function | 0x4d, "read_operands",    Verb::read},
    {binary_function | command_read_write, "read_write_operands", Verb::write},
};

struct BinaryOperand {
  std::uint8_t code, operand, octets;
};
inline constexpr BinaryOperand binary_operands[] = {  // [RIC]: of command 0x50
    {1, operand_mb, 1}, {2, operand_sb, 1}, {3, operand_mi, 2}, {4, operand_si, 2}, {5, operand_ml, 4}, {6, operand_sl, 4},
    {7, operand_mf, 4}, {9, operand_input, 1}, {10, operand_output, 1}, {11, operand_timer, 1}, {12, operand_counter, 1},
    {16, operand_dw, 4}, {36, operand_sdw, 4}, {64, operand_x, 1}, {65, operand_x, 2}, {66, operand_x, 4},
    {67, operand_x, 4}, {128, operand_timer, 4}, {129, operand_timer, 4}, {144, operand_counter, 2},
    {145, operand_counter, 2}};

inline constexpr auto function_names = [] {
  std::array<Name, std::size(commands) + std::size(binary_commands)> names{};
  std::size_t at = 0;
  for (const Command& row : commands) names[at++] = {row.code, row.name};
  for (const BinaryCommand& row : binary_commands) names[at++] = {row.code, row.name};
  return names;
}();
inline constexpr Name modes[] = {{mode_ascii, "ascii"}, {mode_binary, "binary"}};

constexpr Field rows[] = {
    {"transaction_id", Kind::u16, log | pair, {"Transaction", "事务号"},
     "Number the client picks and the answer repeats.", "[PCOM] TCP header"},
    {"mode", Kind::u8, log | rule | learn, {"Mode", "模式"},
     "Whether the message is ASCII or binary.", "[PCOM] TCP header", modes},
    {"unit_id", Kind::u8, log | rule | learn, {"Unit", "单元号"},
     "Controller behind the connection.", "[PCOM] Unit ID"},
    {"function", Kind::u16, log | rule | learn | column, {"Function", "功能"},
     "What is asked for, of ASCII and binary commands alike.", "[PCOM]", function_names},
    {"command", Kind::text, log | rule | buffer, {"Command", "命令字符"},
     "Letters of an ASCII command.", "[PCOM] Command Code"},
    {"binary_command", Kind::u8, log | rule, {"Binary command", "二进制命令"},
     "Code of a binary command, without the bit that marks an answer.", "[PCOM] Command Number"},
    {"operand", Kind::u8, log | rule | learn, {"Operand", "操作数"},
     "Kind of operand that is read or written.", "[PCOM]", operand_names},
    {"address", Kind::u16, log | rule | learn, {"Address", "地址"},
     "First operand.", "[PCOM]"},
    {"count", Kind::u16, log | rule, {"Count", "数量"},
     "How many operands.", "[PCOM]"},
    {"values", Kind::text, log | rule | buffer, {"Values", "值"},
     "Values, in hexadecimal digits as they are sent.", "[PCOM]"},
    {"model", Kind::text, log | rule | buffer, {"Model", "型号"},
     "Short name of the model.", "[NSE]"},
    {"hardware", Kind::text, log | rule, {"Hardware", "硬件版本"},
     "Revision of the hardware.", "[NSE]"},
    {"os_version", Kind::text, log | rule, {"Operating system", "系统版本"},
     "Version, revision and build of the operating system.", "[NSE]"},
    {"plc_name", Kind::text, log | rule | buffer, {"Name", "控制器名称"},
     "Name of the controller.", "[NSE]"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Data of a binary message.", "[PCOM]"},
};
inline constexpr auto fields = table("pcom", rows);
inline constexpr Schema schema = fields.schema();
using Pen = Fill<fields>;

enum class Wrong : std::uint8_t { truncated, checksum, command };
constexpr Text check_peer = {"Look at who sends this and whether it is a device of the plant.",
                             "核实发送方身份，确认其是否为厂内设备。"};
inline constexpr Detection faults[] = {
    {9104800, "pcom.truncated", Severity::medium, "T0814",
     {"PCOM message too short", "PCOM 报文过短"},
     {"The message ends before what its command needs.", "报文在其命令所需内容之前即结束。"}, check_peer},
    {9104801, "pcom.checksum", Severity::medium, "T0814",
     {"PCOM checksum wrong", "PCOM 校验错误"},
     {"The checksum does not fit the message.", "校验值与报文不符。"}, check_peer},
    {9104802, "pcom.command", Severity::medium, "T0846",
     {"Unknown PCOM command", "未知的 PCOM 命令"},
     {"The command is none of the protocol.", "该命令不属于本协议。"}, check_peer},
};
// clang-format on

inline constexpr PortHint ports[] = {{Transport::tcp, own_port}};

inline const BinaryCommand* binary_row(std::uint8_t command) {
  const auto* row =
      std::ranges::find(binary_commands, binary_function | command, &BinaryCommand::code);
  return row == std::end(binary_commands) ? nullptr : row;
}
inline const BinaryOperand* binary_operand(std::uint8_t code) {
  const auto* row = std::ranges::find(binary_operands, code, &BinaryOperand::code);
  return row == std::end(binary_operands) ? nullptr : row;
}

}  // namespace langyan::pcom
