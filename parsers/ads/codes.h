// The codes of ADS: commands, states, index groups, errors, AMS ports, route services. Sources as in ads.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::ads {

enum Command : std::uint16_t {
  read_device_info = 1, read = 2, write = 3, read_state = 4, write_control = 5, add_notification = 6,
  delete_notification = 7, notification = 8, read_write = 9,
};
inline constexpr Name command_names[] = {  // [ADS] ADS Commands
    {0, "invalid"},
    {1, "read_device_info"},
    {2, "read"},
    {3, "write"},
    {4, "read_state"},
    {5, "write_control"},
    {6, "add_device_notification"},
    {7, "delete_device_notification"},
    {8, "device_notification"},
    {9, "read_write"},
    {0x101, "route_discover"},
    {0x106, "route_add"},
    {0x107, "route_delete"}};  // of an Operation: the route service from 0x100 on

struct AdsState {
  std::uint16_t code;
  std::string_view name;
  Verb verb;  // of a WriteControl that asks for it
};
inline constexpr AdsState states[] = {  // [ADS] ADS states
    {0, "invalid", Verb::mode},
    {1, "idle", Verb::mode},
    {2, "reset", Verb::reset},
    {3, "init", Verb::mode},
    {4, "start", Verb::start},
    {5, "run", Verb::start},
    {6, "stop", Verb::stop},
    {7, "save_config", Verb::configure},
    {8, "load_config", Verb::configure},
    {9, "power_failure", Verb::mode},
    {10, "power_good", Verb::mode},
    {11, "error", Verb::mode},
    {12, "shutdown", Verb::stop},
    {13, "suspend", Verb::stop},
    {14, "resume", Verb::start},
    {15, "config", Verb::mode},
    {16, "reconfig", Verb::mode},
    {17, "stopping", Verb::stop},
    {18, "incompatible", Verb::mode},
    {19, "exception", Verb::mode}};
inline constexpr auto state_names = names_of(states);

enum class Shape : std::uint8_t {  // how the offset and the octets of a request are to be read
  plain, symbol, handle, file, file_handle, sum_read, sum_write, sum_read_write, sum_notify, sum_release, process,
};

struct Group {
  std::uint32_t code;
  std::string_view name;
  Verb reads, writes, exchanges;  // of Read, Write, ReadWrite
  Shape shape = Shape::plain;
  std::string_view prefix = {};  // as engineers write it: %MB12
  bool bits = false;             // the offset counts bits
};

// clang-format off
inline constexpr Group groups[] = {  // [ADS] Index-Group/Offset specification; [DEF]
    {0x4020, "plc_memory",               Verb::read,     Verb::write,     Verb::write,    Shape::plain, "%MB"},
    {0x4021, "plc_memory_bits",          Verb::read,     Verb::write,     Verb::write,    Shape::plain, "%MX", true},
    {0x4025, "plc_memory_size",          Verb::read,     Verb::write,     Verb::read},
    {0x4030, "plc_retain",               Verb::read,     Verb::write,     Verb::write,    Shape::plain, "retain "},
    {0x4035, "plc_retain_size",          Verb::read,     Verb::write,     Verb::read},
    {0x4040, "plc_data",                 Verb::read,     Verb::write,     Verb::write,    Shape::plain, "data "},
    {0x4045, "plc_data_size",            Verb::read,     Verb::write,     Verb::read},
    {0xf000, "symbol_table",             Verb::browse,   Verb::configure, Verb::browse},
    {0xf001, "symbol_name",              Verb::browse,   Verb::configure, Verb::browse},
    {0xf002, "symbol_value",             Verb::read,     Verb::write,     Verb::write},
    {0xf003, "symbol_handle_by_name",    Verb::browse,   Verb::write,     Verb::browse,   Shape::symbol},
    {0xf004, "symbol_value_by_name",     Verb::read,     Verb::write,     Verb::read,     Shape::symbol},
    {0xf005, "symbol_value_by_handle",   Verb::read,     Verb::write,     Verb::write,    Shape::handle},
    {0xf006, "symbol_release_handle",    Verb::session,  Verb::session,   Verb::session},
    {0xf007, "symbol_info_by_name",      Verb::browse,   Verb::write,     Verb::browse,   Shape::symbol},
    {0xf008, "symbol_version",           Verb::read,     Verb::write,     Verb::read},
    {0xf009, "symbol_info_by_name_ex",   Verb::browse,   Verb::write,     Verb::browse,   Shape::symbol},
    {0xf00a, "symbol_download",          Verb::read,     Verb::download,  Verb::download},
    {0xf00b, "symbol_upload",            Verb::browse,   Verb::write,     Verb::browse},
    {0xf00c, "symbol_upload_info",       Verb::browse,   Verb::write,     Verb::browse},
    {0xf00d, "symbol_download_2",        Verb::read,     Verb::download,  Verb::download},
    {0xf00e, "data_type_upload",         Verb::browse,   Verb::write,     Verb::browse},
    {0xf00f, "symbol_upload_info_2",     Verb::browse,   Verb::write,     Verb::browse},
    {0xf010, "symbol_notification",      Verb::read,     Verb::write,     Verb::read},
    {0xf020, "inputs",                   Verb::read,     Verb::write,     Verb::write,    Shape::plain, "%IB"},
    {0xf021, "input_bits",               Verb::read,     Verb::write,     Verb::write,    Shape::plain, "%IX", true},
    {0xf025, "inputs_size",              Verb::read,     Verb::write,     Verb::read},
    {0xf030, "outputs",                  Verb::read,     Verb::write,     Verb::write,    Shape::plain, "%QB"},
    {0xf031, "output_bits",              Verb::read,     Verb::write,     Verb::write,    Shape::plain, "%QX", true},
    {0xf035, "outputs_size",             Verb::read,     Verb::write,     Verb::read},
    {0xf040, "clear_inputs",             Verb::write,    Verb::write,     Verb::write},
    {0xf050, "clear_outputs",            Verb::write,    Verb::write,     Verb::write},
    {0xf060, "inputs_and_outputs",       Verb::read,     Verb::write,     Verb::write},
    {0xf080, "sum_read",                 Verb::read,     Verb::read,      Verb::read,     Shape::sum_read},
    {0xf081, "sum_write",                Verb::write,    Verb::write,     Verb::write,    Shape::sum_write},
    {0xf082, "sum_read_write",           Verb::write,    Verb::write,     Verb::write,    Shape::sum_read_write},
    {0xf083, "sum_read_ex",              Verb::read,     Verb::read,      Verb::read,     Shape::sum_read},
    {0xf084, "sum_read_ex_2",            Verb::read,     Verb::read,      Verb::read,     Shape::sum_read},
    {0xf085, "sum_add_notification",     Verb::subscribe, Verb::subscribe, Verb::subscribe, Shape::sum_notify},
    {0xf086, "sum_delete_notification",  Verb::subscribe, Verb::subscribe, Verb::subscribe, Shape::sum_release},
    {0xf100, "device_data",              Verb::diagnose, Verb::mode,      Verb::mode},
};
inline constexpr Group system_groups[] = {  // of the system service, AMS port 10000 [DEF]
    {100,  "open_create",                Verb::file,     Verb::file,      Verb::file,     Shape::file},
    {101,  "open_read",                  Verb::file,     Verb::file,      Verb::file,     Shape::file},
    {102,  "open_write",                 Verb::file,     Verb::file,      Verb::file,     Shape::file},
    {110,  "create_file",                Verb::file,     Verb::file,      Verb::file,     Shape::file},
    {111,  "close_handle",               Verb::file,     Verb::file,      Verb::file,     Shape::file_handle},
    {120,  "file_open",                  Verb::file,     Verb::file,      Verb::file,     Shape::file},
    {121,  "file_close",                 Verb::file,     Verb::file,      Verb::file,     Shape::file_handle},
    {122,  "file_read",                  Verb::file,     Verb::file,      Verb::file,     Shape::file_handle},
    {123,  "file_write",                 Verb::file,     Verb::file,      Verb::file,     Shape::file_handle},
    {124,  "file_seek",                  Verb::file,     Verb::file,      Verb::file,     Shape::file_handle},
    {125,  "file_tell",                  Verb::file,     Verb::file,      Verb::file,     Shape::file_handle},
    {126,  "file_gets",                  Verb::file,     Verb::file,      Verb::file,     Shape::file_handle},
    {127,  "file_puts",                  Verb::file,     Verb::file,      Verb::file,     Shape::file_handle},
    {128,  "file_scanf",                 Verb::file,     Verb::file,      Verb::file,     Shape::file_handle},
    {129,  "file_printf",                Verb::file,     Verb::file,      Verb::file,     Shape::file_handle},
    {130,  "file_eof",                   Verb::file,     Verb::file,      Verb::file,     Shape::file_handle},
    {131,  "file_delete",                Verb::file,     Verb::file,      Verb::file,     Shape::file},
    {132,  "file_rename",                Verb::file,     Verb::file,      Verb::file,     Shape::file},
    {133,  "file_find",                  Verb::browse,   Verb::browse,    Verb::browse,   Shape::file},
    {138,  "make_directory",             Verb::file,     Verb::file,      Verb::file,     Shape::file},
    {139,  "remove_directory",           Verb::file,     Verb::file,      Verb::file,     Shape::file},
    {160,  "product_version",            Verb::identify, Verb::identify,  Verb::identify},
    {170,  "add_init_command",           Verb::configure, Verb::configure, Verb::configure},
    {171,  "delete_init_command",        Verb::configure, Verb::configure, Verb::configure},
    {172,  "delete_init_commands",       Verb::configure, Verb::configure, Verb::configure},
    {180,  "hashed_boot_data",           Verb::read,     Verb::configure, Verb::read},
    {200,  "registry_local_machine",     Verb::read,     Verb::configure, Verb::read,     Shape::symbol},
    {201,  "registry_current_user",      Verb::read,     Verb::configure, Verb::read,     Shape::symbol},
    {202,  "registry_classes_root",      Verb::read,     Verb::configure, Verb::read,     Shape::symbol},
    {220,  "system_control",             Verb::diagnose, Verb::mode,      Verb::mode},
    {230,  "load_server",                Verb::diagnose, Verb::configure, Verb::configure},
    {240,  "system_service_state",       Verb::diagnose, Verb::mode,      Verb::diagnose},
    {300,  "send_email",                 Verb::other,    Verb::other,     Verb::other},
    {400,  "time_service",               Verb::read,     Verb::time,      Verb::read},
    {500,  "start_process",              Verb::other,    Verb::other,     Verb::other,    Shape::process},
    {600,  "change_net_id",              Verb::identify, Verb::configure, Verb::configure},
    {601,  "query_net_id",               Verb::identify, Verb::configure, Verb::identify},
    {700,  "target_info",                Verb::identify, Verb::configure, Verb::identify},
    {701,  "ip_helper",                  Verb::identify, Verb::configure, Verb::identify},
    {702,  "ip_host_name",               Verb::identify, Verb::configure, Verb::identify},
    {703,  "ip_address_info",            Verb::identify, Verb::configure, Verb::identify},
    {801,  "add_route",                  Verb::configure, Verb::configure, Verb::configure},
    {802,  "delete_route",               Verb::configure, Verb::configure, Verb::configure},
    {803,  "list_routes",                Verb::browse,   Verb::configure, Verb::browse},
    {804,  "test_connection",            Verb::diagnose, Verb::diagnose,  Verb::diagnose},
    {805,  "change_remote_file",         Verb::configure, Verb::configure, Verb::configure},
    {1200, "set_processors",             Verb::read,     Verb::configure, Verb::configure},
    {1300, "network_configuration",      Verb::read,     Verb::configure, Verb::read},
    {1400, "environment_variables",      Verb::read,     Verb::configure, Verb::read},
    {1500, "license",                    Verb::identify, Verb::configure, Verb::identify},
    {1510, "default_password",           Verb::auth,     Verb::auth,      Verb::auth},
};
// clang-format on
constexpr std::uint16_t system_service = 10'000;

constexpr const Group* group_row(std::uint32_t code, std::uint16_t port) {
  for (const Group& row : groups)
    if (row.code == code) return &row;
  if (port != system_service) return nullptr;
  for (const Group& row : system_groups)
    if (row.code == code) return &row;
  return nullptr;
}

inline constexpr auto group_names = names_of(groups);
inline constexpr auto system_names = names_of(system_groups);

inline constexpr Name port_names[] = {  // [ADS] ADS device identification
    {1, "router"},
    {2, "debugger"},
    {10, "task_com_server"},
    {30, "license_server"},
    {100, "logger"},
    {110, "event_logger"},
    {130, "event_logger_v2"},
    {200, "ring_0_realtime"},
    {290, "ring_0_trace"},
    {300, "ring_0_io"},
    {500, "ring_0_nc"},
    {501, "nc_saf"},
    {511, "nc_svb"},
    {550, "nc_instance"},
    {600, "isg"},
    {800, "plc"},
    {801, "plc_runtime_1"},
    {811, "plc_runtime_2"},
    {821, "plc_runtime_3"},
    {831, "plc_runtime_4"},
    {850, "plc_tc3"},
    {851, "plc_tc3_runtime_1"},
    {852, "plc_tc3_runtime_2"},
    {853, "plc_tc3_runtime_3"},
    {854, "plc_tc3_runtime_4"},
    {900, "camshaft_controller"},
    {10000, "system_service"},
    {14000, "scope"}};

inline constexpr Name mode_names[] = {  // [ADS] ADS Add Device Notification
    {0, "none"}, {1, "client_cycle"}, {2, "client_on_change"}, {3, "server_cycle"}, {4, "server_on_change"},
    {5, "server_cycle_2"}, {6, "server_on_change_2"}, {10, "client_once"}};

inline constexpr Name error_names[] = {  // [ADS] ADS Return Codes
    {0x0, "no_error"},
    {0x1, "internal_error"},
    {0x2, "no_realtime"},
    {0x3, "allocation_locked"},
    {0x4, "mailbox_full"},
    {0x5, "wrong_receive_message"},
    {0x6, "target_port_not_found"},
    {0x7, "target_machine_not_found"},
    {0x8, "unknown_command"},
    {0x9, "bad_task_id"},
    {0xa, "no_io"},
    {0xb, "unknown_ams_command"},
    {0xc, "win32_error"},
    {0xd, "port_not_connected"},
    {0xe, "invalid_ams_length"},
    {0xf, "invalid_net_id"},
    {0x10, "low_installation_level"},
    {0x11, "no_debug"},
    {0x12, "port_disabled"},
    {0x13, "port_already_connected"},
    {0x14, "ams_sync_win32_error"},
    {0x15, "ams_sync_timeout"},
    {0x16, "ams_sync_error"},
    {0x17, "ams_sync_no_index_map"},
    {0x18, "invalid_ams_port"},
    {0x19, "no_memory"},
    {0x1a, "tcp_send_error"},
    {0x1b, "host_unreachable"},
    {0x1c, "invalid_ams_fragment"},
    {0x1d, "tls_send_error"},
    {0x1e, "access_denied"},
    {0x700, "device_error"},
    {0x701, "service_not_supported"},
    {0x702, "invalid_index_group"},
    {0x703, "invalid_index_offset"},
    {0x704, "access_not_permitted"},
    {0x705, "invalid_size"},
    {0x706, "invalid_data"},
    {0x707, "not_ready"},
    {0x708, "busy"},
    {0x709, "invalid_context"},
    {0x70a, "out_of_memory"},
    {0x70b, "invalid_parameter"},
    {0x70c, "not_found"},
    {0x70d, "syntax_error"},
    {0x70e, "incompatible"},
    {0x70f, "already_exists"},
    {0x710, "symbol_not_found"},
    {0x711, "symbol_version_invalid"},
    {0x712, "invalid_state"},
    {0x713, "transmission_mode_not_supported"},
    {0x714, "notification_handle_invalid"},
    {0x715, "notification_client_unknown"},
    {0x716, "no_more_notification_handles"},
    {0x717, "notification_size_too_big"},
    {0x718, "not_initialized"},
    {0x719, "timeout"},
    {0x71a, "no_interface"},
    {0x71b, "invalid_interface"},
    {0x71c, "invalid_class_id"},
    {0x71d, "invalid_object_id"},
    {0x71e, "pending"},
    {0x71f, "aborted"},
    {0x720, "warning"},
    {0x721, "invalid_array_index"},
    {0x722, "symbol_not_active"},
    {0x723, "access_denied_device"},
    {0x724, "license_not_found"},
    {0x725, "license_expired"},
    {0x726, "license_exceeded"},
    {0x727, "license_invalid"},
    {0x740, "client_error"},
    {0x741, "client_invalid_parameter"},
    {0x742, "client_list_empty"},
    {0x743, "client_variable_used"},
    {0x744, "client_duplicate_invoke_id"},
    {0x745, "client_timeout"},
    {0x746, "client_w32_error"},
    {0x747, "client_timeout_invalid"},
    {0x748, "client_port_not_open"},
    {0x749, "client_no_ams_address"}};

// [PLC4X]: the route service; bit 31 marks the answer.
inline constexpr Name service_names[] = {
    {0x01, "discover"}, {0x06, "add_route"}, {0x07, "delete_route"},
    {0x80000001, "discover_answer"}, {0x80000006, "add_route_answer"}, {0x80000007, "delete_route_answer"}};
enum Tag : std::uint16_t {
  tag_status = 1,
  tag_password = 2,
  tag_version = 3,
  tag_os = 4,
  tag_host = 5,
  tag_net_id = 7,
  tag_options = 9,
  tag_route = 12,
  tag_user = 13,
};

}  // namespace langyan::ads
