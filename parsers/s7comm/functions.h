// What an S7comm message may ask for: one row a function.
//
// A job names its function in one octet; a userdata message names a group and a subfunction. Both
// are one number here, so that rules, habits and events need one field: a job's own octet, or
// 0x1000 + group * 256 + subfunction. Sources: table.h.
#pragma once

#include <algorithm>

#include "fields/operation.h"

namespace langyan::s7comm {

// clang-format off
enum class Body : std::uint8_t {  // how parameters and data are laid out
  opaque, setup, variables, request_download, download_block, download_ended, start_upload, upload,
  end_upload, service, stop,
  // userdata
  mode, table, cyclic, unsubscribe, block_counts, block_list, block_info, status_list, subscription,
  diagnostic, alarm, secret, clock, partner,
};
// clang-format on

struct Function {
  std::uint16_t code;
  std::string_view name;
  Verb verb;
  Body body;
  bool silent = false;  // a step of a transfer that its first and last message already tell
};

constexpr std::uint16_t userdata_bit = 0x1000;
constexpr std::uint16_t userdata_code(std::uint8_t group, std::uint8_t subfunction) {
  return static_cast<std::uint16_t>(userdata_bit | group << 8 | subfunction);
}

// clang-format off
enum Group : std::uint8_t {
  group_mode = 0, group_programmer = 1, group_cyclic = 2, group_blocks = 3, group_cpu = 4,
  group_security = 5, group_partner = 6, group_time = 7, group_nc = 15,
};

inline constexpr Function functions[] = {
    {0x04, "read_var",            Verb::read,     Body::variables},
    {0x05, "write_var",           Verb::write,    Body::variables},
    {0x1a, "request_download",    Verb::download, Body::request_download},
    {0x1b, "download_block",      Verb::download, Body::download_block, true},
    {0x1c, "download_ended",      Verb::download, Body::download_ended},
    {0x1d, "start_upload",        Verb::upload,   Body::start_upload},
    {0x1e, "upload",              Verb::upload,   Body::upload, true},
    {0x1f, "end_upload",          Verb::upload,   Body::end_upload},
    {0x28, "pi_service",          Verb::control,  Body::service},
    {0x29, "plc_stop",            Verb::stop,     Body::stop},
    {0xf0, "setup_communication", Verb::session,  Body::setup},

    // The CPU says that it is now in that mode.
    {userdata_code(group_mode, 0),  "entered_stop",         Verb::alarm, Body::mode},
    {userdata_code(group_mode, 1),  "entered_warm_restart", Verb::alarm, Body::mode},
    {userdata_code(group_mode, 2),  "entered_run",          Verb::alarm, Body::mode},
    {userdata_code(group_mode, 3),  "entered_hot_restart",  Verb::alarm, Body::mode},
    {userdata_code(group_mode, 4),  "entered_hold",         Verb::alarm, Body::mode},
    {userdata_code(group_mode, 6),  "entered_cold_restart", Verb::alarm, Body::mode},
    {userdata_code(group_mode, 9),  "entered_run_redundant", Verb::alarm, Body::mode},
    {userdata_code(group_mode, 11), "entered_link_up",      Verb::alarm, Body::mode},
    {userdata_code(group_mode, 12), "entered_update",       Verb::alarm, Body::mode},

    {userdata_code(group_programmer, 1),  "block_status",     Verb::diagnose,  Body::opaque},
    {userdata_code(group_programmer, 2),  "variable_status",  Verb::read,      Body::table},
    {userdata_code(group_programmer, 3),  "interrupt_stack",  Verb::diagnose,  Body::opaque},
    {userdata_code(group_programmer, 4),  "block_stack",      Verb::diagnose,  Body::opaque},
    {userdata_code(group_programmer, 5),  "local_stack",      Verb::diagnose,  Body::opaque},
    {userdata_code(group_programmer, 6),  "time_measurement", Verb::diagnose,  Body::opaque},
    {userdata_code(group_programmer, 7),  "force_selection",  Verb::force,     Body::opaque},
    {userdata_code(group_programmer, 8),  "modify_variable",  Verb::write,     Body::table},
    {userdata_code(group_programmer, 9),  "force",            Verb::force,     Body::table},
    {userdata_code(group_programmer, 10), "breakpoint",       Verb::mode,      Body::opaque},
    {userdata_code(group_programmer, 11), "exit_hold",        Verb::mode,      Body::opaque},
    {userdata_code(group_programmer, 12), "memory_reset",     Verb::reset,     Body::opaque},
    {userdata_code(group_programmer, 13), "disable_job",      Verb::diagnose,  Body::opaque},
    {userdata_code(group_programmer, 14), "enable_job",       Verb::diagnose,  Body::opaque},
    {userdata_code(group_programmer, 15), "delete_job",       Verb::diagnose,  Body::opaque},
    {userdata_code(group_programmer, 16), "read_job_list",    Verb::diagnose,  Body::opaque},
    {userdata_code(group_programmer, 17), "read_job",         Verb::diagnose,  Body::opaque},
    {userdata_code(group_programmer, 18), "replace_job",      Verb::diagnose,  Body::opaque},
    {userdata_code(group_programmer, 19), "block_status_2",   Verb::diagnose,  Body::opaque},
    {userdata_code(group_programmer, 22), "flash_led",        Verb::identify,  Body::opaque},

    {userdata_code(group_cyclic, 1), "cyclic_transfer",        Verb::subscribe, Body::cyclic},
    {userdata_code(group_cyclic, 4), "unsubscribe",            Verb::subscribe, Body::unsubscribe},
    {userdata_code(group_cyclic, 5), "change_transfer",        Verb::subscribe, Body::cyclic},
    {userdata_code(group_cyclic, 7), "change_transfer_modify", Verb::subscribe, Body::cyclic},
    {userdata_code(group_cyclic, 8), "read_record",            Verb::read,      Body::opaque},

    {userdata_code(group_blocks, 1), "list_blocks",         Verb::browse, Body::block_counts},
    {userdata_code(group_blocks, 2), "list_blocks_of_type", Verb::browse, Body::block_list},
    {userdata_code(group_blocks, 3), "block_info",          Verb::browse, Body::block_info},

    {userdata_code(group_cpu, 1),  "read_szl",                Verb::diagnose,  Body::status_list},
    {userdata_code(group_cpu, 2),  "message_service",         Verb::subscribe, Body::subscription},
    {userdata_code(group_cpu, 3),  "diagnostic_message",      Verb::alarm,     Body::diagnostic},
    {userdata_code(group_cpu, 5),  "alarm_8_indication",      Verb::alarm,     Body::alarm},
    {userdata_code(group_cpu, 6),  "notify_indication",       Verb::alarm,     Body::alarm},
    {userdata_code(group_cpu, 7),  "alarm_8_lock",            Verb::configure, Body::alarm},
    {userdata_code(group_cpu, 8),  "alarm_8_unlock",          Verb::configure, Body::alarm},
    {userdata_code(group_cpu, 9),  "scan_indication",         Verb::alarm,     Body::opaque},
    {userdata_code(group_cpu, 11), "alarm_ack",               Verb::alarm,     Body::alarm},
    {userdata_code(group_cpu, 12), "alarm_ack_indication",    Verb::alarm,     Body::alarm},
    {userdata_code(group_cpu, 13), "alarm_lock_indication",   Verb::alarm,     Body::alarm},
    {userdata_code(group_cpu, 14), "alarm_unlock_indication", Verb::alarm,     Body::alarm},
    {userdata_code(group_cpu, 17), "alarm_sq_indication",     Verb::alarm,     Body::alarm},
    {userdata_code(group_cpu, 18), "alarm_s_indication",      Verb::alarm,     Body::alarm},
    {userdata_code(group_cpu, 19), "alarm_query",             Verb::diagnose,  Body::opaque},
    {userdata_code(group_cpu, 22), "notify_8_indication",     Verb::alarm,     Body::alarm},

    {userdata_code(group_security, 1), "set_password",   Verb::auth, Body::secret},
    {userdata_code(group_security, 2), "clear_password", Verb::auth, Body::secret},

    {userdata_code(group_partner, 1), "block_send", Verb::write, Body::partner},

    {userdata_code(group_time, 1), "read_clock",           Verb::diagnose, Body::clock},
    {userdata_code(group_time, 2), "set_clock",            Verb::time,     Body::clock},
    {userdata_code(group_time, 3), "read_clock_following", Verb::diagnose, Body::clock},
    {userdata_code(group_time, 4), "set_clock_following",  Verb::time,     Body::clock},

    {userdata_code(group_nc, 1), "nc_request_download",  Verb::download, Body::opaque},
    {userdata_code(group_nc, 2), "nc_download_block",    Verb::download, Body::opaque, true},
    {userdata_code(group_nc, 3), "nc_continue_download", Verb::download, Body::opaque, true},
    {userdata_code(group_nc, 4), "nc_download_ended",    Verb::download, Body::opaque},
    {userdata_code(group_nc, 6), "nc_start_upload",      Verb::upload,   Body::opaque},
    {userdata_code(group_nc, 7), "nc_upload",            Verb::upload,   Body::opaque, true},
    {userdata_code(group_nc, 8), "nc_continue_upload",   Verb::upload,   Body::opaque, true},
};
inline constexpr auto function_names = names_of(functions);
inline constexpr Function unknown_function = {0, "unknown", Verb::other, Body::opaque};

static_assert(std::ranges::is_sorted(functions, {}, &Function::code),
"function_row searches by halves");

constexpr const Function& function_row(std::uint16_t code) {
  const auto* row = std::ranges::lower_bound(functions, code, {}, &Function::code);
  return row != std::end(functions) && row->code == code ? *row : unknown_function;
}

// Program invocations of function 0x28, by their name on the wire.
struct Service {
  std::string_view name;
  Verb verb;
  bool of_blocks;  // its argument is a list of blocks
};
inline constexpr Service services[] = {
    {"P_PROGRAM", Verb::start,     false},  // the argument "C " makes it a cold restart
    {"_INSE",     Verb::download,  true},   // links downloaded blocks into the program
    {"_DELE",     Verb::configure, true},   // deletes blocks
    {"_GARB",     Verb::configure, false},  // compresses the memory
    {"_MODU",     Verb::configure, false},  // copies RAM to ROM; the argument is "EP"
};
// clang-format on

constexpr Service service_row(std::string_view name) {
  for (const Service& row : services)
    if (row.name == name) return row;
  return {name, Verb::control, false};
}

}  // namespace langyan::s7comm
