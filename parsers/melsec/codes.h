// The codes of the MC protocol and SLMP: commands, devices, end codes. Sources as in melsec.cc.
#pragma once

#include <array>

#include "fields/protocol.h"

namespace langyan::melsec {

enum class Body : std::uint8_t {
  plain,
  batch,
  random,
  random_write,
  block,
  monitor,
  run,
  type_name,
  password,
  memory,
  loopback
};

struct Command {
  std::uint16_t code;
  std::string_view name;
  Verb verb;
  Body body;
};

// clang-format off
inline constexpr Command commands[] = {  // [MC] 3.3, [SLMP] 5
    {0x0101, "read_type_name",           Verb::identify,  Body::type_name},
    {0x0201, "read_directory",           Verb::file,      Body::plain},
    {0x0202, "read_directory_detail",    Verb::file,      Body::plain},
    {0x0203, "search_file",              Verb::file,      Body::plain},
    {0x0204, "read_file_number_usage",   Verb::file,      Body::plain},
    {0x0205, "read_drive_usage",         Verb::file,      Body::plain},
    {0x0206, "read_file",                Verb::file,      Body::plain},
    {0x0401, "batch_read",               Verb::read,      Body::batch},
    {0x0403, "random_read",              Verb::read,      Body::random},
    {0x0406, "block_read",               Verb::read,      Body::block},
    {0x0601, "buffer_memory_read",       Verb::read,      Body::memory},
    {0x0613, "memory_read",              Verb::read,      Body::memory},
    {0x0619, "loopback_test",            Verb::diagnose,  Body::loopback},
    {0x0630, "programmable_controller_monitor", Verb::diagnose, Body::plain},
    {0x0801, "register_monitor",         Verb::subscribe, Body::random},
    {0x0802, "monitor",                  Verb::read,      Body::monitor},
    {0x0808, "file_lock",                Verb::file,      Body::plain},
    {0x0e30, "node_search",              Verb::identify,  Body::plain},
    {0x0e31, "ip_address_set",           Verb::configure, Body::plain},
    {0x0e32, "device_info_compare",      Verb::identify,  Body::plain},
    {0x0e33, "parameter_get",            Verb::read,      Body::plain},
    {0x0e34, "parameter_set",            Verb::configure, Body::plain},
    {0x0e35, "parameter_set_start",      Verb::configure, Body::plain},
    {0x0e36, "parameter_set_end",        Verb::configure, Body::plain},
    {0x0e3a, "parameter_set_cancel",     Verb::configure, Body::plain},
    {0x0e44, "status_read",              Verb::diagnose,  Body::plain},
    {0x0e45, "communication_setting_get", Verb::read,     Body::plain},
    {0x0e53, "status_read_2",            Verb::diagnose,  Body::plain},
    {0x1001, "remote_run",               Verb::start,     Body::run},
    {0x1002, "remote_stop",              Verb::stop,      Body::run},
    {0x1003, "remote_pause",             Verb::stop,      Body::run},
    {0x1005, "remote_latch_clear",       Verb::reset,     Body::run},
    {0x1006, "remote_reset",             Verb::reset,     Body::run},
    {0x1202, "create_file",              Verb::file,      Body::plain},
    {0x1203, "write_file",               Verb::file,      Body::plain},
    {0x1204, "change_file_information",  Verb::file,      Body::plain},
    {0x1205, "delete_file",              Verb::file,      Body::plain},
    {0x1206, "copy_file",                Verb::file,      Body::plain},
    {0x1207, "defragment_drive",         Verb::file,      Body::plain},
    {0x1401, "batch_write",              Verb::write,     Body::batch},
    {0x1402, "random_write",             Verb::write,     Body::random_write},
    {0x1406, "block_write",              Verb::write,     Body::block},
    {0x1601, "buffer_memory_write",      Verb::write,     Body::memory},
    {0x1612, "initialize_transmission",  Verb::configure, Body::plain},
    {0x1613, "memory_write",             Verb::write,     Body::memory},
    {0x1615, "mode_switch",              Verb::mode,      Body::plain},
    {0x1617, "clear_error",              Verb::configure, Body::plain},
    {0x1618, "global_signal",            Verb::write,     Body::plain},
    {0x1630, "password_lock",            Verb::auth,      Body::password},
    {0x1631, "password_unlock",          Verb::auth,      Body::password},
    {0x1810, "read_directory_2",         Verb::file,      Body::plain},
    {0x1811, "search_directory",         Verb::file,      Body::plain},
    {0x1820, "create_file_2",            Verb::file,      Body::plain},
    {0x1822, "delete_file_2",            Verb::file,      Body::plain},
    {0x1824, "copy_file_2",              Verb::file,      Body::plain},
    {0x1825, "change_file_state",        Verb::file,      Body::plain},
    {0x1826, "change_file_date",         Verb::file,      Body::plain},
    {0x1827, "open_file",                Verb::file,      Body::plain},
    {0x1828, "read_file_2",              Verb::file,      Body::plain},
    {0x1829, "write_file_2",             Verb::file,      Body::plain},
    {0x182a, "close_file",               Verb::file,      Body::plain},
    {0x2101, "on_demand",                Verb::report,    Body::plain},
};
// MELSOFT's own commands, undocumented: the class is that of the MC protocol, the names are what the
// captures of [MELSOFT] show (a model comes back, a path opens, a handle is read, written and closed).
inline constexpr Command melsoft_commands[] = {
    {0x0121, "read_model",               Verb::identify,  Body::plain},
    {0x0410, "read_devices",             Verb::read,      Body::plain},
    {0x0411, "read_device_list",         Verb::read,      Body::plain},
    {0x0413, "read_device_block",        Verb::read,      Body::plain},
    {0x1001, "remote_run",               Verb::start,     Body::plain},
    {0x1002, "remote_stop",              Verb::stop,      Body::plain},
    {0x1003, "remote_pause",             Verb::stop,      Body::plain},
    {0x1005, "remote_latch_clear",       Verb::reset,     Body::plain},
    {0x1006, "remote_reset",             Verb::reset,     Body::plain},
    {0x1410, "write_devices",            Verb::write,     Body::plain},
    {0x1859, "list_folder",              Verb::file,      Body::plain},
    {0x185f, "file_information",         Verb::file,      Body::plain},
    {0x1867, "open_file",                Verb::file,      Body::plain},
    {0x1868, "read_file",                Verb::upload,    Body::plain},
    {0x1869, "write_file",               Verb::download,  Body::plain},
    {0x186a, "close_file",               Verb::file,      Body::plain},
};
// The A-compatible 1E frame: its subheader is the command ([MC] 18).
inline constexpr Command frame_1e_commands[] = {
    {0x00, "batch_read_bits",  Verb::read,  Body::plain}, {0x01, "batch_read_words",  Verb::read,  Body::plain},
    {0x02, "batch_write_bits", Verb::write, Body::plain}, {0x03, "batch_write_words", Verb::write, Body::plain},
};

struct Device {
  std::uint8_t code;
  std::string_view text;  // of the ASCII code, without its padding
  bool bit;
  bool hex;       // numbered in hexadecimal
  bool text_hex;  // in ASCII frames sent in hexadecimal
};
inline constexpr Device devices[] = {  // [MC] 8.1 device codes
    {0x91, "SM", true,  false, false}, {0xa9, "SD", false, false, false}, {0x9c, "X",  true,  true,  true},
    {0x9d, "Y",  true,  true,  true},  {0x90, "M",  true,  false, false}, {0x92, "L",  true,  false, false},
    {0x93, "F",  true,  false, false}, {0x94, "V",  true,  false, false}, {0xa0, "B",  true,  true,  true},
    {0xa8, "D",  false, false, false}, {0xb4, "W",  false, true,  true},  {0xc1, "TS", true,  false, false},
    {0xc0, "TC", true,  false, false}, {0xc2, "TN", false, false, false}, {0xc7, "SS", true,  false, false},
    {0xc6, "SC", true,  false, false}, {0xc8, "SN", false, false, false}, {0xc4, "CS", true,  false, false},
    {0xc3, "CC", true,  false, false}, {0xc5, "CN", false, false, false}, {0xa1, "SB", true,  true,  true},
    {0xb5, "SW", false, true,  true},  {0x98, "S",  true,  false, false}, {0xa2, "DX", true,  true,  true},
    {0xa3, "DY", true,  true,  true},  {0xcc, "Z",  false, false, false}, {0xaf, "R",  false, false, false},
    {0xb0, "ZR", false, false, true},  {0x51, "LTS", true, false, false}, {0x50, "LTC", true, false, false},
    {0x52, "LTN", false, false, false}, {0x59, "LSTS", true, false, false}, {0x58, "LSTC", true, false, false},
    {0x5a, "LSTN", false, false, false}, {0x55, "LCS", true, false, false}, {0x54, "LCC", true, false, false},
    {0x56, "LCN", false, false, false}, {0x62, "LZ", false, false, false}, {0x2c, "RD", false, false, false},
    {0xab, "G",  false, false, false},
};
// clang-format on
constexpr std::uint16_t slmp_cyclic = 0x0e70;  // CC-Link IE Field Basic, a parser of its own

template <std::size_t N>
constexpr const Command* row_of(const Command (&rows)[N], std::uint32_t code) {
  for (const Command& row : rows)
    if (row.code == code) return &row;
  return nullptr;
}
constexpr const Device* device_row(std::uint32_t code) {
  for (const Device& row : devices)
    if (row.code == code) return &row;
  return nullptr;
}

// Of an Operation: MELSOFT's and 1E's codes beside those of the MC protocol.
constexpr std::uint32_t melsoft_functions = 0x10000, frame_1e_functions = 0x20000;
inline constexpr auto command_names = [] {
  std::array<Name, std::size(commands) + std::size(melsoft_commands) + std::size(frame_1e_commands)> result{};
  std::size_t at = 0;
  for (const Command& row : commands) result[at++] = {row.code, row.name};
  for (const Command& row : melsoft_commands) result[at++] = {melsoft_functions | row.code, row.name};
  for (const Command& row : frame_1e_commands) result[at++] = {frame_1e_functions | row.code, row.name};
  return result;
}();
inline constexpr auto melsoft_names = names_of(melsoft_commands);
inline constexpr auto frame_1e_names = names_of(frame_1e_commands);
constexpr std::array<Name, std::size(devices)> device_names = [] {
  std::array<Name, std::size(devices)> result{};
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = {devices[i].code, devices[i].text};
  return result;
}();

inline constexpr Name frame_names[] = {{0x50, "3e"},
                                       {0xd0, "3e"},
                                       {0x54, "4e"},
                                       {0xd4, "4e"},
                                       {0x57, "melsoft"},
                                       {0xd7, "melsoft"},
                                       {0x5a, "melsoft_search"},
                                       {0xda, "melsoft_search"},
                                       {0x01, "1e"}};
inline constexpr Name end_names[] = {  // [MC] error codes; [SLMP]
    {0x0000, "success"},
    {0x0055, "write_during_run_not_allowed"},
    {0xc050, "ascii_conversion_failed"},
    {0xc051, "points_out_of_range"},
    {0xc052, "points_out_of_range_bits"},
    {0xc053, "points_out_of_range_random"},
    {0xc054, "points_out_of_range_random_bits"},
    {0xc056, "address_out_of_range"},
    {0xc058, "length_does_not_match"},
    {0xc059, "wrong_command"},
    {0xc05b, "device_not_accessible"},
    {0xc05c, "wrong_request"},
    {0xc05d, "monitor_not_registered"},
    {0xc05f, "request_not_possible"},
    {0xc060, "wrong_bit_data"},
    {0xc061, "length_does_not_match_count"},
    {0xc06f, "binary_and_ascii_mixed"},
    {0xc070, "no_device_extension"},
    {0xc0b5, "data_not_handled"},
    {0xc200, "wrong_remote_password"},
    {0xc201, "port_locked"},
    {0xc204, "unlocked_by_other"},
    {0xcee0, "under_execution"},
    {0xcee1, "request_too_long"},
    {0xcee2, "response_too_long"},
    {0xcf10, "no_such_server"},
    {0xcf20, "setting_not_possible"},
    {0xcf30, "no_such_parameter"},
    {0xcf31, "parameter_not_settable"},
    {0xcf70, "relay_error"},
    {0xcf71, "timeout"}};
inline constexpr Name mode_names[] = {{1, "not_forced"}, {3, "forced"}};

}  // namespace langyan::melsec
