// The commands of Saia S-Bus. Source as in sbus.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::sbus {

struct Command {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
};
// clang-format off
inline constexpr Command commands[] = {  // [SBUS] 4, command codes
    {0,   "read_counter",              Verb::read},      {1,   "read_display_register",     Verb::read},
    {2,   "read_flag",                 Verb::read},      {3,   "read_input",                Verb::read},
    {4,   "read_real_time_clock",      Verb::read},      {5,   "read_output",               Verb::read},
    {6,   "read_register",             Verb::read},      {7,   "read_timer",                Verb::read},
    {10,  "write_counter",             Verb::write},     {11,  "write_flag",                Verb::write},
    {12,  "write_real_time_clock",     Verb::time},      {13,  "write_output",              Verb::write},
    {14,  "write_register",            Verb::write},     {15,  "write_timer",               Verb::write},
    {19,  "read_write_multi_medias",   Verb::write},
    {20,  "read_pcd_status_cpu_0",     Verb::diagnose},  {21,  "read_pcd_status_cpu_1",     Verb::diagnose},
    {22,  "read_pcd_status_cpu_2",     Verb::diagnose},  {23,  "read_pcd_status_cpu_3",     Verb::diagnose},
    {24,  "read_pcd_status_cpu_4",     Verb::diagnose},  {25,  "read_pcd_status_cpu_5",     Verb::diagnose},
    {26,  "read_pcd_status_cpu_6",     Verb::diagnose},  {27,  "read_pcd_status_own",       Verb::diagnose},
    {29,  "read_sbus_station_number",  Verb::identify},
    {30,  "read_user_memory",          Verb::upload},    {31,  "read_program_line",         Verb::upload},
    {32,  "read_firmware_version",     Verb::identify},  {33,  "read_text",                 Verb::read},
    {34,  "read_active_transition",    Verb::read},
    {35,  "write_user_memory",         Verb::download},  {36,  "write_program_line",        Verb::download},
    {37,  "write_text",                Verb::write},
    {40,  "run_cpu_0",                 Verb::start},     {41,  "run_cpu_1",                 Verb::start},
    {42,  "run_cpu_2",                 Verb::start},     {43,  "run_cpu_3",                 Verb::start},
    {44,  "run_cpu_4",                 Verb::start},     {45,  "run_cpu_5",                 Verb::start},
    {46,  "run_cpu_6",                 Verb::start},     {47,  "run_own_cpu",               Verb::start},
    {48,  "run_all_cpus",              Verb::start},
    {50,  "restart_cold_cpu_1",        Verb::reset},     {51,  "restart_cold_cpu_2",        Verb::reset},
    {52,  "restart_cold_cpu_3",        Verb::reset},     {53,  "restart_cold_cpu_4",        Verb::reset},
    {54,  "restart_cold_cpu_5",        Verb::reset},     {55,  "restart_cold_cpu_6",        Verb::reset},
    {56,  "restart_cold_own_cpu",      Verb::reset},     {57,  "restart_cold_all_cpus",     Verb::reset},
    {60,  "stop_cpu_0",                Verb::stop},      {61,  "stop_cpu_1",                Verb::stop},
    {62,  "stop_cpu_2",                Verb::stop},      {63,  "stop_cpu_3",                Verb::stop},
    {64,  "stop_cpu_4",                Verb::stop},      {65,  "stop_cpu_5",                Verb::stop},
    {66,  "stop_cpu_6",                Verb::stop},      {67,  "stop_own_cpu",              Verb::stop},
    {68,  "stop_all_cpus",             Verb::stop},
    {70,  "read_arithmetic_status_and_accu", Verb::read}, {71, "read_byte",                 Verb::read},
    {72,  "read_halt_failure_register", Verb::diagnose}, {73,  "read_index_register",       Verb::read},
    {74,  "read_instruction_pointer",  Verb::read},      {75,  "find_history",              Verb::diagnose},
    {80,  "write_arithmetic_status_and_accu", Verb::force}, {81, "write_byte",              Verb::write},
    {82,  "write_index_register",      Verb::write},     {83,  "write_instruction_pointer", Verb::force},
    {90,  "clear_all",                 Verb::write},     {91,  "clear_flags",               Verb::write},
    {92,  "clear_outputs",             Verb::write},     {93,  "clear_registers",           Verb::write},
    {94,  "clear_timers",              Verb::write},
    {100, "restart_warm_cpu_1",        Verb::reset},     {101, "restart_warm_cpu_2",        Verb::reset},
    {102, "restart_warm_cpu_3",        Verb::reset},     {103, "restart_warm_cpu_4",        Verb::reset},
    {104, "restart_warm_cpu_5",        Verb::reset},     {105, "restart_warm_cpu_6",        Verb::reset},
    {106, "restart_warm_own_cpu",      Verb::reset},     {107, "restart_warm_all_cpus",     Verb::reset},
    {110, "change_block",              Verb::download},  {111, "clear_history_failure",     Verb::configure},
    {112, "delete_program_line",       Verb::download},  {113, "go_conditional",            Verb::mode},
    {114, "insert_program_line",       Verb::download},  {115, "local_cycles",              Verb::mode},
    {116, "all_cycles",                Verb::mode},      {117, "make_text",                 Verb::configure},
    {118, "execute_single_instruction", Verb::mode},     {119, "single_step",               Verb::mode},
    {130, "xob_17_interrupt",          Verb::control},   {131, "xob_18_interrupt",          Verb::control},
    {132, "xob_19_interrupt",          Verb::control},   {145, "read_hangup_timeout",       Verb::read},
    {150, "read_data_block",           Verb::read},      {151, "write_data_block",          Verb::write},
    {152, "make_data_block",           Verb::configure}, {153, "clear_data_block",          Verb::configure},
    {154, "clear_text",                Verb::configure}, {155, "read_block_address",        Verb::read},
    {156, "read_block_sizes",          Verb::browse},    {157, "read_current_block",        Verb::read},
    {158, "read_call_stack",           Verb::diagnose},  {159, "read_dbx",                  Verb::upload},
    {161, "read_user_eeprom_register", Verb::read},      {163, "write_user_eeprom_register", Verb::configure},
    {165, "erase_flash",               Verb::firmware},  {166, "restart_cold_flag",         Verb::reset},
    {167, "write_system_buffer",       Verb::configure}, {168, "read_system_buffer",        Verb::read},
    {169, "read_write_block_data",     Verb::download},  {170, "get_diagnostic",            Verb::diagnose},
    {171, "read_system_information",   Verb::identify},  {172, "change_blocks_on_run",      Verb::download},
    {173, "flashcard_telegram",        Verb::file},      {174, "download_firmware",         Verb::firmware},
    {175, "web_server_serial_communication", Verb::other},
};
// clang-format on
inline constexpr auto command_names = names_of(commands);
constexpr const Command* command_row(std::uint8_t code) {
  for (const Command& row : commands)
    if (row.code == code) return &row;
  return nullptr;
}

}  // namespace langyan::sbus
