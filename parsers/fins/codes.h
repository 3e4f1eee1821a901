// The codes of Omron FINS: commands, memory areas, response codes. Sources as in fins.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::fins {

enum class Body : std::uint8_t {  // how the parameters are laid out
  plain,
  memory,
  memory_fill,
  memory_multiple,
  memory_transfer,
  parameter,
  parameter_fill,
  program,
  program_clear,
  protect,
  run,
  controller_data,
  connection_data,
  controller_status,
  clock,
  file,
  file_write,
  file_list,
  files,
  transfer,
  forced,
  text,
};

struct Command {
  std::uint16_t code;
  std::string_view name;
  Verb verb;
  Body body;
};

// clang-format off
inline constexpr Command commands[] = {  // [W342] 5-1-1
    {0x0101, "memory_area_read",              Verb::read,      Body::memory},
    {0x0102, "memory_area_write",             Verb::write,     Body::memory},
    {0x0103, "memory_area_fill",              Verb::write,     Body::memory_fill},
    {0x0104, "multiple_memory_area_read",     Verb::read,      Body::memory_multiple},
    {0x0105, "memory_area_transfer",          Verb::write,     Body::memory_transfer},
    {0x0201, "parameter_area_read",           Verb::upload,    Body::parameter},
    {0x0202, "parameter_area_write",          Verb::configure, Body::parameter},
    {0x0203, "parameter_area_fill",           Verb::configure, Body::parameter_fill},
    {0x0220, "data_link_table_read",          Verb::read,      Body::plain},
    {0x0221, "data_link_table_write",         Verb::configure, Body::plain},
    {0x0304, "program_area_protect",          Verb::configure, Body::protect},
    {0x0305, "program_area_protect_clear",    Verb::configure, Body::protect},
    {0x0306, "program_area_read",             Verb::upload,    Body::program},
    {0x0307, "program_area_write",            Verb::download,  Body::program},
    {0x0308, "program_area_clear",            Verb::download,  Body::program_clear},
    {0x0401, "run",                           Verb::start,     Body::run},
    {0x0402, "stop",                          Verb::stop,      Body::plain},
    {0x0403, "reset",                         Verb::reset,     Body::plain},
    {0x0501, "controller_data_read",          Verb::identify,  Body::controller_data},
    {0x0502, "connection_data_read",          Verb::identify,  Body::connection_data},
    {0x0601, "controller_status_read",        Verb::diagnose,  Body::controller_status},
    {0x0602, "network_status_read",           Verb::diagnose,  Body::plain},
    {0x0603, "data_link_status_read",         Verb::diagnose,  Body::plain},
    {0x0620, "cycle_time_read",               Verb::diagnose,  Body::plain},
    {0x0701, "clock_read",                    Verb::read,      Body::clock},
    {0x0702, "clock_write",                   Verb::time,      Body::clock},
    {0x0801, "loopback_test",                 Verb::diagnose,  Body::plain},
    {0x0802, "broadcast_test_results_read",   Verb::diagnose,  Body::plain},
    {0x0803, "broadcast_test_data_send",      Verb::diagnose,  Body::plain},
    {0x0920, "message_read_clear",            Verb::diagnose,  Body::plain},
    {0x0c01, "access_right_acquire",          Verb::auth,      Body::plain},
    {0x0c02, "access_right_forced_acquire",   Verb::auth,      Body::plain},
    {0x0c03, "access_right_release",          Verb::session,   Body::plain},
    {0x2101, "error_clear",                   Verb::configure, Body::plain},
    {0x2102, "error_log_read",                Verb::diagnose,  Body::plain},
    {0x2103, "error_log_clear",               Verb::configure, Body::plain},
    {0x2140, "fins_write_access_log_read",    Verb::diagnose,  Body::plain},
    {0x2141, "fins_write_access_log_clear",   Verb::configure, Body::plain},
    {0x2201, "file_name_read",                Verb::browse,    Body::file_list},
    {0x2202, "single_file_read",              Verb::file,      Body::file},
    {0x2203, "single_file_write",             Verb::file,      Body::file_write},
    {0x2204, "file_memory_format",            Verb::file,      Body::file_list},
    {0x2205, "file_delete",                   Verb::file,      Body::files},
    {0x2206, "volume_label_create_delete",    Verb::file,      Body::file_list},
    {0x2207, "file_copy",                     Verb::file,      Body::file},
    {0x2208, "file_name_change",              Verb::file,      Body::file},
    {0x2209, "file_data_check",               Verb::file,      Body::file},
    {0x220a, "memory_area_file_transfer",     Verb::file,      Body::plain},
    {0x220b, "parameter_area_file_transfer",  Verb::configure, Body::plain},
    {0x220c, "program_area_file_transfer",    Verb::download,  Body::transfer},
    {0x220f, "file_memory_index_read",        Verb::browse,    Body::plain},
    {0x2210, "file_memory_read",              Verb::file,      Body::plain},
    {0x2211, "file_memory_write",             Verb::file,      Body::plain},
    {0x2215, "create_delete_directory",       Verb::file,      Body::plain},
    {0x2220, "memory_cassette_transfer",      Verb::file,      Body::plain},
    {0x2301, "forced_set_reset",              Verb::force,     Body::forced},
    {0x2302, "forced_set_reset_cancel",       Verb::force,     Body::plain},
    {0x230a, "multiple_forced_status_read",   Verb::read,      Body::plain},
    {0x2601, "name_set",                      Verb::configure, Body::text},
    {0x2602, "name_delete",                   Verb::configure, Body::plain},
    {0x2603, "name_read",                     Verb::identify,  Body::text},
};
// clang-format on
inline constexpr auto command_names = names_of(commands);

constexpr const Command* command_row(std::uint16_t code) {
  for (const Command& row : commands)
    if (row.code == code) return &row;
  return nullptr;
}

enum class Element : std::uint8_t { word, bit, flag };  // flag: an octet of its own (timers, counters)

struct Area {
  std::uint8_t code;
  std::string_view name;
  std::string_view prefix;  // as engineers write it: D100, W12.03
  Element element;
};
// clang-format off
inline constexpr Area areas[] = {  // [W342] 5-2-2
    {0x00, "cio_bit_c_mode",    "CIO", Element::bit},  {0x01, "timer_counter_flag_c_mode", "T", Element::flag},
    {0x02, "dm_bit",            "D",   Element::bit},  {0x06, "task_flag",     "TK",  Element::flag},
    {0x07, "clock_pulse",       "CP",  Element::bit},  {0x09, "timer_counter_flag", "T", Element::flag},
    {0x0a, "em_current_bit",    "E",   Element::bit},
    {0x20, "em0_bit", "E0_", Element::bit}, {0x21, "em1_bit", "E1_", Element::bit}, {0x22, "em2_bit", "E2_", Element::bit},
    {0x23, "em3_bit", "E3_", Element::bit}, {0x24, "em4_bit", "E4_", Element::bit}, {0x25, "em5_bit", "E5_", Element::bit},
    {0x26, "em6_bit", "E6_", Element::bit}, {0x27, "em7_bit", "E7_", Element::bit}, {0x28, "em8_bit", "E8_", Element::bit},
    {0x29, "em9_bit", "E9_", Element::bit}, {0x2a, "ema_bit", "EA_", Element::bit}, {0x2b, "emb_bit", "EB_", Element::bit},
    {0x2c, "emc_bit", "EC_", Element::bit},
    {0x30, "cio_bit",           "CIO", Element::bit},  {0x31, "work_bit",      "W",   Element::bit},
    {0x32, "holding_bit",       "H",   Element::bit},  {0x33, "auxiliary_bit", "A",   Element::bit},
    {0x46, "task_status",       "TK",  Element::flag},
    {0x70, "cio_bit_forced",    "CIO", Element::bit},  {0x71, "work_bit_forced", "W", Element::bit},
    {0x72, "holding_bit_forced", "H",  Element::bit},
    {0x80, "cio_word_c_mode",   "CIO", Element::word}, {0x81, "timer_counter_value_c_mode", "T", Element::word},
    {0x82, "dm_word",           "D",   Element::word}, {0x89, "timer_counter_value", "T", Element::word},
    {0x90, "em0_word_c_mode", "E0_", Element::word}, {0x91, "em1_word_c_mode", "E1_", Element::word},
    {0x92, "em2_word_c_mode", "E2_", Element::word}, {0x93, "em3_word_c_mode", "E3_", Element::word},
    {0x94, "em4_word_c_mode", "E4_", Element::word}, {0x95, "em5_word_c_mode", "E5_", Element::word},
    {0x96, "em6_word_c_mode", "E6_", Element::word}, {0x97, "em7_word_c_mode", "E7_", Element::word},
    {0x98, "em_current_word",   "E",   Element::word}, {0x9c, "data_register_c_mode", "DR", Element::word},
    {0xa0, "em0_word", "E0_", Element::word}, {0xa1, "em1_word", "E1_", Element::word}, {0xa2, "em2_word", "E2_", Element::word},
    {0xa3, "em3_word", "E3_", Element::word}, {0xa4, "em4_word", "E4_", Element::word}, {0xa5, "em5_word", "E5_", Element::word},
    {0xa6, "em6_word", "E6_", Element::word}, {0xa7, "em7_word", "E7_", Element::word}, {0xa8, "em8_word", "E8_", Element::word},
    {0xa9, "em9_word", "E9_", Element::word}, {0xaa, "ema_word", "EA_", Element::word}, {0xab, "emb_word", "EB_", Element::word},
    {0xac, "emc_word", "EC_", Element::word},
    {0xb0, "cio_word",          "CIO", Element::word}, {0xb1, "work_word",     "W",   Element::word},
    {0xb2, "holding_word",      "H",   Element::word}, {0xb3, "auxiliary_word", "A",  Element::word},
    {0xbc, "data_register",     "DR",  Element::word},
};
// clang-format on
inline constexpr auto area_names = names_of(areas);

constexpr const Area* area_row(std::uint8_t code) {
  for (const Area& row : areas)
    if (row.code == code) return &row;
  return nullptr;
}

inline constexpr Name response_names[] = {  // [W342] 5-1-3
    {0x0000, "normal_completion"}, {0x0001, "service_canceled"},
    {0x0101, "local_node_not_in_network"}, {0x0102, "token_timeout"}, {0x0103, "retries_failed"},
    {0x0104, "too_many_send_frames"}, {0x0105, "node_address_range_error"}, {0x0106, "node_address_duplication"},
    {0x0201, "destination_node_not_in_network"}, {0x0202, "unit_missing"}, {0x0203, "third_node_missing"},
    {0x0204, "destination_node_busy"}, {0x0205, "response_timeout"},
    {0x0301, "communications_controller_error"}, {0x0302, "cpu_unit_error"}, {0x0303, "controller_error"},
    {0x0304, "unit_number_error"}, {0x0401, "undefined_command"}, {0x0402, "not_supported_by_model_or_version"},
    {0x0501, "destination_address_setting_error"}, {0x0502, "no_routing_tables"}, {0x0503, "routing_table_error"},
    {0x0504, "too_many_relays"}, {0x1001, "command_too_long"}, {0x1002, "command_too_short"},
    {0x1003, "elements_data_do_not_match"}, {0x1004, "command_format_error"}, {0x1005, "header_error"},
    {0x1101, "area_classification_missing"}, {0x1102, "access_size_error"}, {0x1103, "address_range_error"},
    {0x1104, "address_range_exceeded"}, {0x1106, "program_missing"}, {0x1109, "relational_error"},
    {0x110a, "duplicate_data_access"}, {0x110b, "response_too_long"}, {0x110c, "parameter_error"},
    {0x2002, "protected"}, {0x2003, "table_missing"}, {0x2004, "data_missing"}, {0x2005, "program_missing_on_read"},
    {0x2006, "file_missing"}, {0x2007, "data_mismatch"}, {0x2101, "read_only"}, {0x2102, "write_protected"},
    {0x2103, "cannot_register"}, {0x2105, "program_missing_on_write"}, {0x2106, "file_missing_on_write"},
    {0x2107, "file_name_already_exists"}, {0x2108, "cannot_change"}, {0x2201, "not_possible_during_execution"},
    {0x2202, "not_possible_while_running"}, {0x2203, "wrong_plc_mode_program"}, {0x2204, "wrong_plc_mode_debug"},
    {0x2205, "wrong_plc_mode_monitor"}, {0x2206, "wrong_plc_mode_run"}, {0x2207, "specified_node_not_polling_node"},
    {0x2208, "step_cannot_be_executed"}, {0x2301, "file_device_missing"}, {0x2302, "memory_missing"},
    {0x2303, "clock_missing"}, {0x2401, "table_missing_data_link"}, {0x2502, "memory_error"},
    {0x2503, "io_setting_error"}, {0x2504, "too_many_io_points"}, {0x2505, "cpu_bus_error"},
    {0x2506, "io_duplication"}, {0x2507, "io_bus_error"}, {0x2509, "sysmac_bus_2_error"},
    {0x250a, "cpu_bus_unit_error"}, {0x250d, "sysmac_bus_number_duplication"}, {0x250f, "memory_error_detected"},
    {0x2510, "sysmac_bus_terminator_missing"}, {0x2601, "no_protection"}, {0x2602, "incorrect_password"},
    {0x2604, "protected_by_password"}, {0x2605, "service_already_executing"}, {0x2606, "service_stopped"},
    {0x2607, "no_execution_right"}, {0x2608, "settings_not_complete"}, {0x2609, "necessary_items_not_set"},
    {0x260a, "number_already_defined"}, {0x260b, "error_will_not_clear"}, {0x3001, "no_access_right"},
    {0x4001, "service_aborted"}};
inline constexpr Name tcp_command_names[] = {  // [W421] 7-4
    {0, "client_node_address"},
    {1, "server_node_address"},
    {2, "frame_send"},
    {3, "frame_send_error"},
    {6, "connection_confirmation"}};
inline constexpr Name tcp_error_names[] = {
    {0, "normal"}, {1, "header_is_not_fins"}, {2, "data_too_long"}, {3, "command_not_supported"},
    {0x20, "all_connections_in_use"}, {0x21, "node_already_connected"}, {0x22, "protected_node"},
    {0x23, "client_node_out_of_range"}, {0x24, "same_node_on_both_ends"}, {0x25, "no_node_address_left"}};
inline constexpr Name mode_names[] = {{0, "program"}, {1, "debug"}, {2, "monitor"}, {4, "run"}};
inline constexpr Name status_names[] = {{0, "stop"}, {1, "run"}, {0x80, "standby"}};
inline constexpr Name force_names[] = {
    {0x0000, "forced_reset"}, {0x0001, "forced_set"}, {0x8000, "forced_released_off"},
    {0x8001, "forced_released_on"}, {0xffff, "released"}};

}  // namespace langyan::fins
