// Variable: what a read, write or subscription names: an area of the controller's memory, an
// element type and a count. Sources: table.h.
#pragma once

#include "fields/protocol.h"

namespace langyan::s7comm {

// clang-format off
enum class Place : std::uint8_t {  // Object::space
  input, output, flag, data_block, instance_block, local, previous_local, peripheral, counter,
  timer,
  system_info, system_flag, analog_input, analog_output, iec_counter, iec_timer, record,
  block, status_list, symbol, numeric_control, partner, alarm, file,
};
inline constexpr Space spaces[] = {
    {"input",          {"Input", "输入"}},
    {"output",         {"Output", "输出"}},
    {"flag",           {"Flag", "标志位"}},
    {"data_block",     {"Data block", "数据块"}},
    {"instance_block", {"Instance data block", "背景数据块"}},
    {"local",          {"Local data", "局部数据"}},
    {"previous_local", {"Local data of the caller", "调用者局部数据"}},
    {"peripheral",     {"Peripheral", "外设"}},
    {"counter",        {"Counter", "计数器"}},
    {"timer",          {"Timer", "定时器"}},
    {"system_info",    {"System information (S7-200)", "系统信息（S7-200）"}},
    {"system_flag",    {"System flag (S7-200)", "系统标志（S7-200）"}},
    {"analog_input",   {"Analogue input (S7-200)", "模拟量输入（S7-200）"}},
    {"analog_output",  {"Analogue output (S7-200)", "模拟量输出（S7-200）"}},
    {"iec_counter",    {"IEC counter (S7-200)", "IEC 计数器（S7-200）"}},
    {"iec_timer",      {"IEC timer (S7-200)", "IEC 定时器（S7-200）"}},
    {"record",         {"Data record", "数据记录"}},
    {"block",          {"Block", "程序块"}},
    {"status_list",    {"System status list", "系统状态列表"}},
    {"symbol",         {"Symbol", "符号"}},
    {"nc_variable",    {"NC variable", "数控变量"}},
    {"partner",        {"Partner's block", "伙伴数据块"}},
    {"alarm",          {"Alarm", "报警"}},
    {"file",           {"File", "文件"}},
};

// How the octets of one element make a value; kept of each item asked, so it must fit four bits.
enum class Form : std::uint8_t {
  unknown, bit, octet, character, word, integer, double_word, double_integer, real, raw, areas,
};
constexpr std::size_t form_bytes(Form form) {  // 0: any
  switch (form) {
    case Form::bit: case Form::octet: case Form::character: return 1;
    case Form::word: case Form::integer: return 2;
    case Form::double_word: case Form::double_integer: case Form::real: return 4;
    default: return 0;
  }
}

struct ElementType {  // "transport size" of an address
  std::uint8_t code;
  std::string_view name;
  Form form;
  std::uint8_t octets;  // of an element
};
inline constexpr ElementType element_types[] = {
    {1,  "bit",           Form::bit,            1},
    {2,  "byte",          Form::octet,          1},
    {3,  "char",          Form::character,      1},
    {4,  "word",          Form::word,           2},
    {5,  "int",           Form::integer,        2},
    {6,  "dword",         Form::double_word,    4},
    {7,  "dint",          Form::double_integer, 4},
    {8,  "real",          Form::real,           4},
    {9,  "date",          Form::word,           2},
    {10, "time_of_day",   Form::double_word,    4},
    {11, "time",          Form::double_integer, 4},
    {12, "s5time",        Form::word,           2},
    {15, "date_and_time", Form::raw,            8},
    {28, "counter",       Form::word,           2},
    {29, "timer",         Form::word,           2},
    {30, "iec_timer",     Form::raw,            4},
    {31, "iec_counter",   Form::raw,            4},
    {32, "high_counter",  Form::raw,            4},
};
inline constexpr auto element_type_names = names_of(element_types);
inline constexpr ElementType unknown_element = {0, "unknown", Form::raw, 1};
enum : std::uint8_t { type_bit = 1, type_byte = 2 };

struct Area {
  std::uint8_t code;
  std::string_view name;
  Place place;
  std::string_view letter;  // of the notation
  bool counted;             // its address is a number, not a place in bits
};
inline constexpr Area areas[] = {
    {0x01, "record",         Place::record,         "RD",  false},
    {0x03, "system_info",    Place::system_info,    "SI",  false},
    {0x05, "system_flag",    Place::system_flag,    "SM",  false},
    {0x06, "analog_input",   Place::analog_input,   "AI",  false},
    {0x07, "analog_output",  Place::analog_output,  "AQ",  false},
    {0x1c, "counter",        Place::counter,        "C",   true},
    {0x1d, "timer",          Place::timer,          "T",   true},
    {0x1e, "iec_counter",    Place::iec_counter,   "IC",  true},
    {0x1f, "iec_timer",      Place::iec_timer,     "IT",  true},
    {0x80, "peripheral",     Place::peripheral,     "P",   false},
    {0x81, "input",          Place::input,          "I",   false},
    {0x82, "output",         Place::output,         "Q",   false},
    {0x83, "flag",           Place::flag,           "M",   false},
    {0x84, "data_block",     Place::data_block,     "DB",  false},
    {0x85, "instance_block", Place::instance_block, "DI",  false},
    {0x86, "local",          Place::local,          "L",   false},
    {0x87, "previous_local", Place::previous_local, "V",   false},
};
inline constexpr auto area_names = names_of(areas);
enum : std::uint8_t { area_peripheral = 0x80, area_data_block = 0x84 };

inline constexpr Name syntax_names[] = {
    {0x10, "any"}, {0x13, "partner"}, {0x15, "alarm_lock"}, {0x16, "alarm_indication"},
    {0x19, "alarm_ack"}, {0x1a, "alarm_query"}, {0x1c, "notify_indication"}, {0x82, "nc"},
    {0x83, "nc_metric"}, {0x84, "nc_inch"}, {0xa2, "drive"}, {0xb0, "data_block_areas"},
    {0xb2, "symbol"}};
enum : std::uint8_t {
  syntax_any = 0x10, syntax_nc = 0x82, syntax_nc_inch = 0x84, syntax_areas = 0xb0,
  syntax_symbol = 0xb2,
};

// "Transport size" of a value; the length before it counts bits or octets.
struct DataType {
  std::uint8_t code;
  std::string_view name;
  bool in_bits;
};
inline constexpr DataType data_types[] = {
    {0, "null", false}, {3, "bit", true}, {4, "byte_word_dword", true}, {5, "integer", true},
    {6, "double_integer", false}, {7, "real", false}, {9, "octet_string", false},
    {0x11, "nc_address_1", false}, {0x12, "nc_address_2", false}};
inline constexpr auto data_type_names = names_of(data_types);
// clang-format on

constexpr const ElementType& element_type(std::uint8_t code) {
  for (const ElementType& row : element_types)
    if (row.code == code) return row;
  return unknown_element;
}
constexpr const Area* area_row(std::uint8_t code) {  // null: none known
  for (const Area& row : areas)
    if (row.code == code) return &row;
  return nullptr;
}

// The octets that follow a value's length field.
constexpr std::size_t data_bytes(std::uint8_t type, std::uint16_t length) {
  for (const DataType& row : data_types)
    if (row.code == type) return row.in_bits ? (length + 7u) / 8 : length;
  return length;
}

// The value those octets are. `form` is the address's where it is known, else the data's type
// decides; where both leave it open the octets stay octets.
Value value_of(Form form, std::uint8_t data_type, Bytes octets);

void notation(const Object& object, std::string& out);

}  // namespace langyan::s7comm
