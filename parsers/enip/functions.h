// What can be asked: commands of the encapsulation, services of CIP objects, PCCC commands; and the
// CIP classes they are asked of. One row each. Sources as in table.h.
#pragma once

#include "fields/operation.h"
#include "parsers/enip/codes.h"

namespace langyan::enip {

// A function's number: a common service as it is; an object's own service with its class above it;
// the rest apart.
constexpr std::uint32_t of_command = 0x1000000, of_pccc = 0x2000000, of_io = 0x3000000;
constexpr std::uint32_t of_class(std::uint32_t object_class, std::uint8_t service) {
  return object_class << 8 | service;
}
constexpr std::uint32_t pccc_code(std::uint8_t command, std::uint8_t function) {
  return of_pccc | std::uint32_t{command} << 8 | function;
}

enum class Body : std::uint8_t {  // how the octets of a service are laid out
  opaque, get_all, get_list, get_one, set_all, set_list, set_one, build, reset, multiple,
  read_tag, write_tag, read_fragment, write_fragment, modify_tag, symbols, data_table,
  open, large_open, close, unconnected, pccc,
};

enum ClassId : std::uint16_t {
  identity_class = 0x01, router_class = 0x02, assembly_class = 0x04, manager_class = 0x06, file_class = 0x37,
  controller_program_class = 0x64, pccc_class = 0x67, program_class = 0x68, symbol_class = 0x6b,
  template_class = 0x6c, routine_class = 0x6d, task_class = 0x70, controller_class = 0x8e,
};

constexpr std::uint8_t first_own_service = 0x32;  // [CIP] A-3: below are the common ones

struct Function {
  std::uint32_t code;
  std::string_view name;
  Verb verb;
  Body body = Body::opaque;
};

// clang-format off
inline constexpr Function functions[] = {
    // [CIP] A-4
    {0x01, "get_attributes_all",                Verb::read,      Body::get_all},
    {0x02, "set_attributes_all",                Verb::write,     Body::set_all},
    {0x03, "get_attribute_list",                Verb::read,      Body::get_list},
    {0x04, "set_attribute_list",                Verb::write,     Body::set_list},
    {0x05, "reset",                             Verb::reset,     Body::reset},
    {0x06, "start",                             Verb::start},
    {0x07, "stop",                              Verb::stop},
    {0x08, "create",                            Verb::configure, Body::build},
    {0x09, "delete",                            Verb::configure, Body::build},
    {0x0a, "multiple_service_packet",           Verb::other,     Body::multiple},
    {0x0d, "apply_attributes",                  Verb::configure},
    {0x0e, "get_attribute_single",              Verb::read,      Body::get_one},
    {0x10, "set_attribute_single",              Verb::write,     Body::set_one},
    {0x11, "find_next_object_instance",         Verb::browse},
    {0x14, "error_response",                    Verb::diagnose},
    {0x15, "restore",                           Verb::configure},
    {0x16, "save",                              Verb::configure},
    {0x17, "no_operation",                      Verb::heartbeat},
    {0x18, "get_member",                        Verb::read},
    {0x19, "set_member",                        Verb::write,     Body::set_all},
    {0x1a, "insert_member",                     Verb::configure},
    {0x1b, "remove_member",                     Verb::configure},
    {0x1c, "group_sync",                        Verb::time},
    {0x1d, "get_connection_point_member_list",  Verb::read},
    // [LOGIX] on a tag
    {0x4b, "execute_pccc",                      Verb::other},
    {0x4c, "read_tag",                          Verb::read,      Body::read_tag},
    {0x4d, "write_tag",                         Verb::write,     Body::write_tag},
    {0x4e, "read_modify_write_tag",             Verb::write,     Body::modify_tag},
    {0x52, "read_tag_fragmented",               Verb::read,      Body::read_fragment},
    {0x53, "write_tag_fragmented",              Verb::write,     Body::write_fragment},
    {0x54, "forward_open",                      Verb::session},
    {0x55, "get_instance_attribute_list",       Verb::browse},
    {0x5b, "large_forward_open",                Verb::session},
    {of_class(symbol_class, 0x55), "get_instance_attribute_list", Verb::browse, Body::symbols},
    {of_class(template_class, 0x4c), "read_template",             Verb::browse},
    {of_class(template_class, 0x55), "get_instance_attribute_list", Verb::browse},
    {of_class(program_class, 0x55),  "get_instance_attribute_list", Verb::browse},
    {of_class(0x69, 0x55),           "get_instance_attribute_list", Verb::browse},
    {of_class(routine_class, 0x55),  "get_instance_attribute_list", Verb::browse},
    {of_class(task_class, 0x55),     "get_instance_attribute_list", Verb::browse},
    // [CIP] of single objects
    {of_class(0x01, 0x4b), "flash_leds",            Verb::diagnose},
    {of_class(0x02, 0x4b), "symbolic_translation",  Verb::browse},
    {of_class(0x05, 0x4b), "connection_bind",       Verb::configure},
    {of_class(0x05, 0x4c), "producing_application_lookup", Verb::browse},
    {of_class(0x06, 0x4e), "forward_close",         Verb::session,   Body::close},
    {of_class(0x06, 0x52), "unconnected_send",      Verb::other,     Body::unconnected},
    {of_class(0x06, 0x54), "forward_open",          Verb::session,   Body::open},
    {of_class(0x06, 0x56), "get_connection_data",   Verb::diagnose},
    {of_class(0x06, 0x57), "search_connection_data", Verb::diagnose},
    {of_class(0x06, 0x5a), "get_connection_owner",  Verb::diagnose},
    {of_class(0x06, 0x5b), "large_forward_open",    Verb::session,   Body::large_open},
    {of_class(0x0f, 0x4b), "get_enum_string",       Verb::read},
    {of_class(0x37, 0x4b), "initiate_upload",       Verb::file},
    {of_class(0x37, 0x4c), "initiate_download",     Verb::file},
    {of_class(0x37, 0x4d), "initiate_partial_read", Verb::file},
    {of_class(0x37, 0x4e), "initiate_partial_write", Verb::file},
    {of_class(0x37, 0x4f), "upload_transfer",       Verb::file},
    {of_class(0x37, 0x50), "download_transfer",     Verb::file},
    {of_class(0x37, 0x51), "clear_file",            Verb::file},
    {of_class(0x39, 0x4e), "safety_configure_request", Verb::configure},
    {of_class(0x39, 0x4f), "safety_validate_configuration", Verb::configure},
    {of_class(0x39, 0x50), "safety_set_password",   Verb::auth},
    {of_class(0x39, 0x51), "safety_configuration_lock", Verb::configure},
    {of_class(0x39, 0x52), "safety_mode_change",    Verb::mode},
    {of_class(0x39, 0x53), "safety_reset",          Verb::reset},
    {of_class(0x39, 0x54), "safety_reset_password", Verb::auth},
    {of_class(0x39, 0x56), "safety_propose_tunid",  Verb::configure},
    {of_class(0x39, 0x57), "safety_apply_tunid",    Verb::configure},
    {of_class(0x41, 0x4b), "event_log_flush",       Verb::configure},
    {of_class(0x42, 0x4b), "get_axis_attributes",   Verb::read},
    {of_class(0x42, 0x4c), "set_axis_attributes",   Verb::control},
    {of_class(0x42, 0x4f), "run_motor_test",        Verb::control},
    {of_class(0x42, 0x51), "run_inertia_test",      Verb::control},
    {of_class(0x42, 0x53), "run_hookup_test",       Verb::control},
    {of_class(0x44, 0x4b), "modbus_read_discrete_inputs",   Verb::read},
    {of_class(0x44, 0x4c), "modbus_read_coils",             Verb::read},
    {of_class(0x44, 0x4d), "modbus_read_input_registers",   Verb::read},
    {of_class(0x44, 0x4e), "modbus_read_holding_registers", Verb::read},
    {of_class(0x44, 0x4f), "modbus_write_coils",            Verb::write},
    {of_class(0x44, 0x50), "modbus_write_holding_registers", Verb::write},
    {of_class(0x44, 0x51), "modbus_passthrough",            Verb::other},
    {of_class(0x47, 0x4b), "verify_fault_location",  Verb::diagnose},
    {of_class(0x47, 0x4c), "clear_rapid_faults",     Verb::configure},
    {of_class(0x47, 0x4d), "restart_sign_on",        Verb::reset},
    {of_class(0x47, 0x4e), "clear_gateway_partial_fault", Verb::configure},
    {of_class(0x5d, 0x4b), "begin_config",           Verb::configure},
    {of_class(0x5d, 0x4c), "kick_timer",             Verb::heartbeat},
    {of_class(0x5d, 0x4d), "end_config",             Verb::configure},
    {of_class(0x5d, 0x4e), "object_cleanup",         Verb::configure},
    {of_class(0x5f, 0x4b), "create_csr",             Verb::configure},
    {of_class(0x5f, 0x4c), "verify_certificate",     Verb::auth},
    {of_class(0xf3, 0x4b), "kick_timer",             Verb::heartbeat},
    {of_class(0xf3, 0x4c), "open_connection",        Verb::configure},
    {of_class(0xf3, 0x4d), "close_connection",       Verb::configure},
    {of_class(0xf3, 0x4e), "stop_connection",        Verb::configure},
    {of_class(0xf3, 0x4f), "change_start",           Verb::configure},
    {of_class(0xf3, 0x50), "get_status",             Verb::diagnose},
    {of_class(0xf3, 0x51), "change_complete",        Verb::configure},
    {of_class(0xf3, 0x52), "audit_changes",          Verb::configure},
    {of_class(0xf6, 0x4c), "get_and_clear",          Verb::diagnose},
    // [OBSERVED] Rockwell's own objects, as controllers and engineering tools use them
    {of_class(0x64, 0x4b), "authenticate",           Verb::auth},
    {of_class(0x64, 0x4c), "authenticate_proof",     Verb::auth},
    {of_class(0x67, 0x4b), "execute_pccc",           Verb::other,     Body::pccc},
    {of_class(0x68, 0x4b), "find_program",           Verb::browse},
    {of_class(0x6d, 0x4c), "read_routine",           Verb::upload},
    {of_class(0x72, 0x4c), "read_data_table",        Verb::read,      Body::data_table},
    {of_class(0x74, 0x4b), "lock_controller",        Verb::auth},
    {of_class(0x74, 0x4c), "unlock_controller",      Verb::auth},
    {of_class(0x8e, 0x4b), "lock_controller",        Verb::auth},
    {of_class(0x8e, 0x4c), "unlock_controller",      Verb::auth},
    {of_class(0xa1, 0x4b), "update_firmware",        Verb::firmware},
    {of_class(0xa1, 0x4c), "read_firmware",          Verb::firmware},
    {of_class(0xa1, 0x4d), "transfer_firmware",      Verb::firmware},
    {of_class(0xa1, 0x4e), "clear_firmware",         Verb::firmware},
    {of_class(0xb2, 0x08), "create_read_group",      Verb::subscribe},
    {of_class(0xb2, 0x09), "delete_read_group",      Verb::subscribe},
    {of_class(0xb2, 0x4c), "read_group",             Verb::read},
    {of_class(0xb2, 0x4e), "define_read_group",      Verb::subscribe},
    // [EIP] 2-4
    {of_command | nop,                "nop",                Verb::heartbeat},
    {of_command | list_services,      "list_services",      Verb::browse},
    {of_command | list_identity,      "list_identity",      Verb::identify},
    {of_command | list_interfaces,    "list_interfaces",    Verb::browse},
    {of_command | register_session,   "register_session",   Verb::session},
    {of_command | unregister_session, "unregister_session", Verb::session},
    {of_command | send_rr_data,       "send_rr_data",       Verb::other},
    {of_command | send_unit_data,     "send_unit_data",     Verb::other},
    {of_command | indicate_status,    "indicate_status",    Verb::other},
    {of_command | cancel,             "cancel",             Verb::other},
    {of_command | start_dtls,         "start_dtls",         Verb::session},
    {of_io,                           "io_data",            Verb::report},
    {of_io | 1,                       "run_idle",           Verb::mode},
    {of_io | 2,                       "csp_connect",        Verb::session},
    // [DF1] 7; a function of 0xff stands for a command that has none
    {pccc_code(0x00, 0xff), "protected_write",           Verb::write},
    {pccc_code(0x01, 0xff), "unprotected_read",          Verb::read},
    {pccc_code(0x02, 0xff), "protected_bit_write",       Verb::write},
    {pccc_code(0x05, 0xff), "unprotected_bit_write",     Verb::write},
    {pccc_code(0x06, 0x00), "echo",                      Verb::diagnose},
    {pccc_code(0x06, 0x01), "read_diagnostic_counters",  Verb::diagnose},
    {pccc_code(0x06, 0x02), "set_variables",             Verb::configure},
    {pccc_code(0x06, 0x03), "diagnostic_status",         Verb::identify},
    {pccc_code(0x06, 0x04), "set_timeout",               Verb::configure},
    {pccc_code(0x06, 0x05), "set_naks",                  Verb::configure},
    {pccc_code(0x06, 0x06), "set_enqs",                  Verb::configure},
    {pccc_code(0x06, 0x07), "reset_diagnostic_counters", Verb::configure},
    {pccc_code(0x06, 0x08), "set_data_table_size",       Verb::configure},
    {pccc_code(0x06, 0x09), "read_link_parameters",      Verb::diagnose},
    {pccc_code(0x06, 0x0a), "set_link_parameters",       Verb::configure},
    {pccc_code(0x07, 0x00), "disable_outputs",           Verb::stop},
    {pccc_code(0x07, 0x01), "enable_outputs",            Verb::start},
    {pccc_code(0x07, 0x03), "enable_plc_scanning",       Verb::start},
    {pccc_code(0x07, 0x04), "enter_download_mode",       Verb::download},
    {pccc_code(0x07, 0x05), "exit_download_upload_mode", Verb::download},
    {pccc_code(0x07, 0x06), "enter_upload_mode",         Verb::upload},
    {pccc_code(0x08, 0xff), "unprotected_write",         Verb::write},
    {pccc_code(0x0f, 0x00), "word_range_write",          Verb::write},
    {pccc_code(0x0f, 0x01), "word_range_read",           Verb::read},
    {pccc_code(0x0f, 0x02), "bit_write",                 Verb::write},
    {pccc_code(0x0f, 0x03), "file_write",                Verb::write},
    {pccc_code(0x0f, 0x04), "file_read",                 Verb::read},
    {pccc_code(0x0f, 0x05), "download_request",          Verb::download},
    {pccc_code(0x0f, 0x06), "upload",                    Verb::upload},
    {pccc_code(0x0f, 0x07), "shutdown",                  Verb::stop},
    {pccc_code(0x0f, 0x08), "physical_write",            Verb::download},
    {pccc_code(0x0f, 0x09), "physical_read",             Verb::upload},
    {pccc_code(0x0f, 0x0a), "restart_request",           Verb::reset},
    {pccc_code(0x0f, 0x11), "get_edit_resource",         Verb::auth},
    {pccc_code(0x0f, 0x12), "return_edit_resource",      Verb::auth},
    {pccc_code(0x0f, 0x17), "read_bytes_physical",       Verb::upload},
    {pccc_code(0x0f, 0x18), "write_bytes_physical",      Verb::download},
    {pccc_code(0x0f, 0x26), "read_modify_write",         Verb::write},
    {pccc_code(0x0f, 0x29), "read_section_size",         Verb::diagnose},
    {pccc_code(0x0f, 0x3a), "set_cpu_mode",              Verb::mode},
    {pccc_code(0x0f, 0x41), "disable_forces",            Verb::force},
    {pccc_code(0x0f, 0x50), "download_all_request",      Verb::download},
    {pccc_code(0x0f, 0x52), "download_completed",        Verb::download},
    {pccc_code(0x0f, 0x53), "upload_all_request",        Verb::upload},
    {pccc_code(0x0f, 0x55), "upload_completed",          Verb::upload},
    {pccc_code(0x0f, 0x57), "initialize_memory",         Verb::reset},
    {pccc_code(0x0f, 0x5e), "modify_plc2_compatibility_file", Verb::configure},
    {pccc_code(0x0f, 0x67), "typed_write",               Verb::write},
    {pccc_code(0x0f, 0x68), "typed_read",                Verb::read},
    {pccc_code(0x0f, 0x79), "read_modify_write_n",       Verb::write},
    {pccc_code(0x0f, 0x80), "change_mode",               Verb::mode},
    {pccc_code(0x0f, 0x81), "open_file",                 Verb::file},
    {pccc_code(0x0f, 0x82), "close_file",                Verb::file},
    {pccc_code(0x0f, 0x88), "execute_multiple_commands", Verb::download},
    {pccc_code(0x0f, 0x8f), "apply_port_configuration",  Verb::configure},
    {pccc_code(0x0f, 0xa1), "protected_typed_logical_read_2",  Verb::read},
    {pccc_code(0x0f, 0xa2), "protected_typed_logical_read_3",  Verb::read},
    {pccc_code(0x0f, 0xa7), "protected_typed_file_read",       Verb::upload},
    {pccc_code(0x0f, 0xa9), "protected_typed_logical_write_2", Verb::write},
    {pccc_code(0x0f, 0xaa), "protected_typed_logical_write_3", Verb::write},
    {pccc_code(0x0f, 0xab), "protected_typed_logical_write_with_mask", Verb::write},
    {pccc_code(0x0f, 0xaf), "protected_typed_file_write",      Verb::download},
};

struct Class {  // and what changing or building its objects amounts to
  std::uint32_t code;
  std::string_view name;
  Verb get = Verb::read, set = Verb::write, build = Verb::configure;
};
inline constexpr Class classes[] = {  // [CIP] 5-1; the ones without a section there [OBSERVED]
    {0x01, "identity", Verb::identify, Verb::configure}, {0x02, "message_router", Verb::browse, Verb::configure},
    {0x03, "devicenet", Verb::read, Verb::configure}, {0x04, "assembly", Verb::read, Verb::control},
    {0x05, "connection", Verb::diagnose, Verb::configure}, {0x06, "connection_manager", Verb::diagnose, Verb::configure},
    {0x07, "register"}, {0x08, "discrete_input_point"}, {0x09, "discrete_output_point", Verb::read, Verb::control},
    {0x0a, "analog_input_point"}, {0x0b, "analog_output_point", Verb::read, Verb::control},
    {0x0e, "presence_sensing"}, {0x0f, "parameter", Verb::read, Verb::configure},
    {0x10, "parameter_group", Verb::read, Verb::configure}, {0x12, "group", Verb::read, Verb::configure},
    {0x1d, "discrete_input_group"}, {0x1e, "discrete_output_group", Verb::read, Verb::control},
    {0x1f, "discrete_group"}, {0x20, "analog_input_group"}, {0x21, "analog_output_group", Verb::read, Verb::control},
    {0x22, "analog_group"}, {0x23, "position_sensor"}, {0x24, "position_controller_supervisor", Verb::read, Verb::control},
    {0x25, "position_controller", Verb::read, Verb::control}, {0x26, "block_sequencer", Verb::read, Verb::control},
    {0x27, "command_block", Verb::read, Verb::control}, {0x28, "motor_data", Verb::read, Verb::configure},
    {0x29, "control_supervisor", Verb::read, Verb::control}, {0x2a, "ac_dc_drive", Verb::read, Verb::control},
    {0x2b, "acknowledge_handler"}, {0x2c, "overload", Verb::read, Verb::configure}, {0x2d, "softstart", Verb::read, Verb::control},
    {0x2e, "selection"}, {0x30, "s_device_supervisor", Verb::read, Verb::control}, {0x31, "s_analog_sensor"},
    {0x32, "s_analog_actuator", Verb::read, Verb::control}, {0x33, "s_single_stage_controller", Verb::read, Verb::control},
    {0x34, "s_gas_calibration", Verb::read, Verb::configure}, {0x35, "trip_point", Verb::read, Verb::configure},
    {0x37, "file", Verb::file, Verb::file, Verb::file}, {0x39, "safety_supervisor", Verb::read, Verb::configure},
    {0x3a, "safety_validator", Verb::read, Verb::configure}, {0x3b, "safety_discrete_output_point", Verb::read, Verb::control},
    {0x3d, "safety_discrete_input_point"}, {0x41, "event_log"}, {0x42, "motion_axis", Verb::read, Verb::control},
    {0x43, "time_sync", Verb::read, Verb::time}, {0x44, "modbus"}, {0x45, "originator_connection_list"},
    {0x46, "modbus_serial_link", Verb::read, Verb::configure}, {0x47, "device_level_ring", Verb::read, Verb::configure},
    {0x48, "qos", Verb::read, Verb::configure}, {0x4d, "target_connection_list"}, {0x4e, "base_energy"},
    {0x51, "base_switch", Verb::read, Verb::configure}, {0x52, "snmp", Verb::read, Verb::configure},
    {0x53, "power_management", Verb::read, Verb::configure}, {0x54, "rstp_bridge", Verb::read, Verb::configure},
    {0x55, "rstp_port", Verb::read, Verb::configure}, {0x56, "prp_hsr", Verb::read, Verb::configure},
    {0x5d, "cip_security", Verb::read, Verb::auth, Verb::auth}, {0x5e, "ethernet_ip_security", Verb::read, Verb::auth, Verb::auth},
    {0x5f, "certificate_management", Verb::read, Verb::auth, Verb::auth}, {0x60, "authority", Verb::read, Verb::auth, Verb::auth},
    {0x61, "password_authenticator", Verb::read, Verb::auth, Verb::auth},
    {0x62, "certificate_authenticator", Verb::read, Verb::auth, Verb::auth},
    {0x64, "controller_program", Verb::read, Verb::download, Verb::download}, {0x67, "pccc"},
    {0x68, "program", Verb::browse, Verb::download, Verb::download}, {0x69, "io_map", Verb::browse, Verb::download, Verb::download},
    {0x6b, "symbol", Verb::browse, Verb::download, Verb::download}, {0x6c, "template", Verb::browse, Verb::download, Verb::download},
    {0x6d, "routine", Verb::browse, Verb::download, Verb::download}, {0x70, "task", Verb::browse, Verb::download, Verb::download},
    {0x72, "data_table"}, {0x73, "fault_log", Verb::diagnose}, {0x74, "controller_lock", Verb::read, Verb::auth},
    {0x7e, "connection_map", Verb::browse, Verb::download, Verb::download}, {0x8b, "wall_clock_time", Verb::read, Verb::time},
    {0x8e, "controller", Verb::diagnose, Verb::mode}, {0x93, "drive_parameter", Verb::read, Verb::configure},
    {0xa1, "nonvolatile_storage", Verb::read, Verb::firmware, Verb::firmware}, {0xac, "change_detection", Verb::diagnose},
    {0xb2, "read_group", Verb::read, Verb::subscribe, Verb::subscribe}, {0xf0, "controlnet", Verb::read, Verb::configure},
    {0xf1, "controlnet_keeper", Verb::read, Verb::configure}, {0xf2, "controlnet_scheduling", Verb::read, Verb::configure},
    {0xf3, "connection_configuration", Verb::read, Verb::configure}, {0xf4, "port", Verb::read, Verb::configure},
    {0xf5, "tcp_ip_interface", Verb::read, Verb::configure}, {0xf6, "ethernet_link", Verb::diagnose, Verb::configure},
    {0xf7, "componet_link", Verb::read, Verb::configure}, {0xf8, "componet_repeater", Verb::read, Verb::configure},
    {0x0102, "circuit_breaker_supervisor", Verb::read, Verb::control}, {0x0109, "lldp_management", Verb::read, Verb::configure},
};
// clang-format on
inline constexpr auto function_names = names_of(functions);
inline constexpr auto class_names = names_of(classes);
inline constexpr Class unknown_class = {0, ""};

constexpr const Function* find_function(std::uint32_t code) {
  for (const Function& row : functions)
    if (row.code == code) return &row;
  return nullptr;
}
constexpr const Class& class_row(std::uint32_t code) {
  for (const Class& row : classes)
    if (row.code == code) return row;
  return unknown_class;
}

constexpr bool is_tag_service(std::uint8_t service) {
  const Function* row = find_function(service);
  return row && row->body >= Body::read_tag && row->body <= Body::modify_tag;
}

// The function that `service` is on an object of `object_class` (0: named by a symbol, or not known),
// with what it amounts to there.
constexpr Function function_of(std::uint32_t object_class, std::uint8_t service) {
  // A tag is the same by its symbol's instance as by its name.
  if (object_class == symbol_class && is_tag_service(service)) return *find_function(service);
  const Function* own = object_class ? find_function(of_class(object_class, service)) : nullptr;
  if (own) return *own;
  const Function* common = service < first_own_service || object_class == 0 ? find_function(service) : nullptr;
  if (!common) return {object_class ? of_class(object_class, service) : service, {}, Verb::other, Body::opaque};
  Function result = *common;
  const Class& row = class_row(object_class);
  if (object_class == 0) return result;
  switch (result.body) {
    case Body::get_all: case Body::get_list: case Body::get_one: result.verb = row.get; break;
    case Body::set_all: case Body::set_list: case Body::set_one: result.verb = row.set; break;
    case Body::build: result.verb = row.build; break;
    default: break;
  }
  return result;
}

}  // namespace langyan::enip
