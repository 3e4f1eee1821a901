// The object library of DNP3: groups, and of each variation how its octets are laid out.
// Sources: table.h; the sections are those of [1815] Annex A.
#pragma once

#include <algorithm>

#include "fields/protocol.h"

namespace langyan::dnp3 {

// What an engineer calls the kind of point; index into spaces.
enum class Place : std::uint8_t {
  binary_input,
  double_bit_input,
  binary_output,
  relay_output,
  counter,
  frozen_counter,
  analog_input,
  frozen_analog_input,
  deadband,
  analog_output,
  clock,
  event_class,
  file,
  indication,
  data_set,
  text,
  terminal,
  authentication,
  statistic,
  attribute,
  application,
  other,
};
// clang-format off
inline constexpr Space spaces[] = {
    {"binary_input", {"Binary input", "二进制输入"}},
    {"double_bit_input", {"Double-bit input", "双点输入"}},
    {"binary_output", {"Binary output", "二进制输出"}},
    {"relay_output", {"Control relay output block", "控制继电器输出块"}},
    {"counter", {"Counter", "计数器"}},
    {"frozen_counter", {"Frozen counter", "冻结计数器"}},
    {"analog_input", {"Analog input", "模拟输入"}},
    {"frozen_analog_input", {"Frozen analog input", "冻结模拟输入"}},
    {"deadband", {"Analog input deadband", "模拟输入死区"}},
    {"analog_output", {"Analog output", "模拟输出"}},
    {"clock", {"Clock", "时钟"}},
    {"event_class", {"Class", "数据类别"}},
    {"file", {"File", "文件"}},
    {"indication", {"Internal indication", "内部指示"}},
    {"data_set", {"Data set", "数据集"}},
    {"text", {"Octet string", "字节串"}},
    {"terminal", {"Virtual terminal", "虚拟终端"}},
    {"authentication", {"Authentication", "安全认证"}},
    {"statistic", {"Security statistic", "安全统计"}},
    {"attribute", {"Device attribute", "设备属性"}},
    {"application", {"Application", "应用程序"}},
    {"other", {"Other object", "其他对象"}},
};
static_assert(std::size(spaces) == static_cast<std::size_t>(Place::other) + 1);
// As written before the index, in the order of Place; empty: the notation is of its own.
inline constexpr std::string_view place_marks[] = {
    "BI", "DBI", "BO", "CROB", "CTR", "frozen CTR", "AI", "frozen AI", "deadband AI", "AO", "clock", "class", "file",
    "IIN", "data set", "string", "terminal", "auth", "statistic", "attribute", "application", ""};
static_assert(std::size(place_marks) == std::size(spaces));

struct Group {
  std::uint8_t code;
  std::string_view name;
  Place place;
};
inline constexpr Group groups[] = {
    {0,   "device_attribute",              Place::attribute},
    {1,   "binary_input",                  Place::binary_input},
    {2,   "binary_input_event",            Place::binary_input},
    {3,   "double_bit_binary_input",       Place::double_bit_input},
    {4,   "double_bit_binary_input_event", Place::double_bit_input},
    {10,  "binary_output",                 Place::binary_output},
    {11,  "binary_output_event",           Place::binary_output},
    {12,  "binary_command",                Place::relay_output},
    {13,  "binary_command_event",          Place::relay_output},
    {20,  "counter",                       Place::counter},
    {21,  "frozen_counter",                Place::frozen_counter},
    {22,  "counter_event",                 Place::counter},
    {23,  "frozen_counter_event",          Place::frozen_counter},
    {30,  "analog_input",                  Place::analog_input},
    {31,  "frozen_analog_input",           Place::frozen_analog_input},
    {32,  "analog_input_event",            Place::analog_input},
    {33,  "frozen_analog_input_event",     Place::frozen_analog_input},
    {34,  "analog_input_deadband",         Place::deadband},
    {40,  "analog_output_status",          Place::analog_output},
    {41,  "analog_output",                 Place::analog_output},
    {42,  "analog_output_event",           Place::analog_output},
    {43,  "analog_output_command_event",   Place::analog_output},
    {50,  "time_and_date",                 Place::clock},
    {51,  "time_and_date_cto",             Place::clock},
    {52,  "time_delay",                    Place::clock},
    {60,  "class_objects",                 Place::event_class},
    {70,  "file_control",                  Place::file},
    {80,  "internal_indications",          Place::indication},
    {81,  "device_storage",                Place::other},
    {82,  "device_profile",                Place::other},
    {83,  "data_set_registration",         Place::data_set},
    {85,  "data_set_prototype",            Place::data_set},
    {86,  "data_set_descriptor",           Place::data_set},
    {87,  "data_set",                      Place::data_set},
    {88,  "data_set_event",                Place::data_set},
    {90,  "application",                   Place::application},
    {91,  "status_of_operation",           Place::other},
    {101, "binary_coded_decimal",          Place::other},
    {102, "unsigned_integer",              Place::other},
    {110, "octet_string",                  Place::text},
    {111, "octet_string_event",            Place::text},
    {112, "virtual_terminal_output",       Place::terminal},
    {113, "virtual_terminal_event",        Place::terminal},
    {120, "authentication",                Place::authentication},
    {121, "security_statistic",            Place::statistic},
    {122, "security_statistic_event",      Place::statistic},
};
inline constexpr auto group_names = names_of(groups);
constexpr Place place_of(std::uint8_t group) {
  for (const Group& row : groups)
    if (row.code == group) return row.place;
  return Place::other;
}
enum GroupCode : std::uint8_t {
  group_attribute = 0, group_relay_output = 12, group_analog_output = 41, group_time = 50, group_cto = 51, group_class = 60,
  group_file = 70, group_indication = 80, group_application = 90, group_string = 110, group_terminal_event = 113,
  group_authentication = 120,
};

// One part of an object, as [1815] Annex A names its fields.
enum class Part : std::uint8_t {
  end, bit, two_bits,  // packed over the whole range
  flags,               // quality only
  state,               // quality, and the state in the highest bit
  double_state,        // quality, and the state in the two highest bits
  command,             // of a command's event: the state in the highest bit, the status in the others
  i16, i32, u8, u16, u32, f32, f64,
  bcd16, bcd32, bcd64,
  time, relative,      // 48 bits of milliseconds since 1970; 16 bits since the common time of occurrence
  status,              // of a control
  crob,                // control code, count, on-time, off-time
  seconds, milliseconds,
  interval, units, association,
  fill, kind,          // of storage: per cent, and group with variation
};
constexpr std::size_t most_parts = 4;

struct Variation {
  std::uint8_t group, variation;
  Part parts[most_parts];
};
inline constexpr Variation variations[] = {
    {1, 1, {Part::bit}}, {1, 2, {Part::state}},
    {2, 1, {Part::state}}, {2, 2, {Part::state, Part::time}}, {2, 3, {Part::state, Part::relative}},
    {3, 1, {Part::two_bits}}, {3, 2, {Part::double_state}},
    {4, 1, {Part::double_state}}, {4, 2, {Part::double_state, Part::time}}, {4, 3, {Part::double_state, Part::relative}},
    {10, 1, {Part::bit}}, {10, 2, {Part::state}},
    {11, 1, {Part::state}}, {11, 2, {Part::state, Part::time}},
    {12, 1, {Part::crob, Part::status}}, {12, 2, {Part::crob, Part::status}}, {12, 3, {Part::bit}},
    {13, 1, {Part::command}}, {13, 2, {Part::command, Part::time}},
    {20, 1, {Part::flags, Part::u32}}, {20, 2, {Part::flags, Part::u16}},
    {20, 3, {Part::flags, Part::u32}}, {20, 4, {Part::flags, Part::u16}},
    {20, 5, {Part::u32}}, {20, 6, {Part::u16}}, {20, 7, {Part::u32}}, {20, 8, {Part::u16}},
    {21, 1, {Part::flags, Part::u32}}, {21, 2, {Part::flags, Part::u16}},
    {21, 3, {Part::flags, Part::u32}}, {21, 4, {Part::flags, Part::u16}},
    {21, 5, {Part::flags, Part::u32, Part::time}}, {21, 6, {Part::flags, Part::u16, Part::time}},
    {21, 7, {Part::flags, Part::u32, Part::time}}, {21, 8, {Part::flags, Part::u16, Part::time}},
    {21, 9, {Part::u32}}, {21, 10, {Part::u16}}, {21, 11, {Part::u32}}, {21, 12, {Part::u16}},
    {22, 1, {Part::flags, Part::u32}}, {22, 2, {Part::flags, Part::u16}},
    {22, 3, {Part::flags, Part::u32}}, {22, 4, {Part::flags, Part::u16}},
    {22, 5, {Part::flags, Part::u32, Part::time}}, {22, 6, {Part::flags, Part::u16, Part::time}},
    {22, 7, {Part::flags, Part::u32, Part::time}}, {22, 8, {Part::flags, Part::u16, Part::time}},
    {23, 1, {Part::flags, Part::u32}}, {23, 2, {Part::flags, Part::u16}},
    {23, 3, {Part::flags, Part::u32}}, {23, 4, {Part::flags, Part::u16}},
    {23, 5, {Part::flags, Part::u32, Part::time}}, {23, 6, {Part::flags, Part::u16, Part::time}},
    {23, 7, {Part::flags, Part::u32, Part::time}}, {23, 8, {Part::flags, Part::u16, Part::time}},
    {30, 1, {Part::flags, Part::i32}}, {30, 2, {Part::flags, Part::i16}}, {30, 3, {Part::i32}}, {30, 4, {Part::i16}},
    {30, 5, {Part::flags, Part::f32}}, {30, 6, {Part::flags, Part::f64}},
    {31, 1, {Part::flags, Part::i32}}, {31, 2, {Part::flags, Part::i16}},
    {31, 3, {Part::flags, Part::i32, Part::time}}, {31, 4, {Part::flags, Part::i16, Part::time}},
    {31, 5, {Part::i32}}, {31, 6, {Part::i16}}, {31, 7, {Part::flags, Part::f32}}, {31, 8, {Part::flags, Part::f64}},
    {32, 1, {Part::flags, Part::i32}}, {32, 2, {Part::flags, Part::i16}},
    {32, 3, {Part::flags, Part::i32, Part::time}}, {32, 4, {Part::flags, Part::i16, Part::time}},
    {32, 5, {Part::flags, Part::f32}}, {32, 6, {Part::flags, Part::f64}},
    {32, 7, {Part::flags, Part::f32, Part::time}}, {32, 8, {Part::flags, Part::f64, Part::time}},
    {33, 1, {Part::flags, Part::i32}}, {33, 2, {Part::flags, Part::i16}},
    {33, 3, {Part::flags, Part::i32, Part::time}}, {33, 4, {Part::flags, Part::i16, Part::time}},
    {33, 5, {Part::flags, Part::f32}}, {33, 6, {Part::flags, Part::f64}},
    {33, 7, {Part::flags, Part::f32, Part::time}}, {33, 8, {Part::flags, Part::f64, Part::time}},
    {34, 1, {Part::u16}}, {34, 2, {Part::u32}}, {34, 3, {Part::f32}},
    {40, 1, {Part::flags, Part::i32}}, {40, 2, {Part::flags, Part::i16}},
    {40, 3, {Part::flags, Part::f32}}, {40, 4, {Part::flags, Part::f64}},
    {41, 1, {Part::i32, Part::status}}, {41, 2, {Part::i16, Part::status}},
    {41, 3, {Part::f32, Part::status}}, {41, 4, {Part::f64, Part::status}},
    {42, 1, {Part::flags, Part::i32}}, {42, 2, {Part::flags, Part::i16}},
    {42, 3, {Part::flags, Part::i32, Part::time}}, {42, 4, {Part::flags, Part::i16, Part::time}},
    {42, 5, {Part::flags, Part::f32}}, {42, 6, {Part::flags, Part::f64}},
    {42, 7, {Part::flags, Part::f32, Part::time}}, {42, 8, {Part::flags, Part::f64, Part::time}},
    {43, 1, {Part::status, Part::i32}}, {43, 2, {Part::status, Part::i16}},
    {43, 3, {Part::status, Part::i32, Part::time}}, {43, 4, {Part::status, Part::i16, Part::time}},
    {43, 5, {Part::status, Part::f32}}, {43, 6, {Part::status, Part::f64}},
    {43, 7, {Part::status, Part::f32, Part::time}}, {43, 8, {Part::status, Part::f64, Part::time}},
    {50, 1, {Part::time}}, {50, 2, {Part::time, Part::interval}}, {50, 3, {Part::time}},
    {50, 4, {Part::time, Part::interval, Part::units}},
    {51, 1, {Part::time}}, {51, 2, {Part::time}},
    {52, 1, {Part::seconds}}, {52, 2, {Part::milliseconds}},
    {80, 1, {Part::bit}},
    {81, 1, {Part::fill, Part::kind}},
    {101, 1, {Part::bcd16}}, {101, 2, {Part::bcd32}}, {101, 3, {Part::bcd64}},
    {102, 1, {Part::u8}},
    {121, 1, {Part::flags, Part::association, Part::u32}},
    {122, 1, {Part::flags, Part::association, Part::u32}},
    {122, 2, {Part::flags, Part::association, Part::u32, Part::time}},
};
// clang-format on

constexpr std::uint16_t variation_key(std::uint8_t group, std::uint8_t variation) {
  return static_cast<std::uint16_t>(group << 8 | variation);
}
constexpr std::uint16_t key_of(const Variation& row) { return variation_key(row.group, row.variation); }
static_assert(std::ranges::is_sorted(variations, {}, key_of), "variation_row searches by halves");

constexpr const Variation* variation_row(std::uint8_t group, std::uint8_t variation) {  // null: not a fixed layout
  const Variation* row = std::ranges::lower_bound(variations, variation_key(group, variation), {}, key_of);
  return row != std::end(variations) && row->group == group && row->variation == variation ? row : nullptr;
}

}  // namespace langyan::dnp3
