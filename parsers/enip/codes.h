// Coded numbers of EtherNet/IP, CIP and PCCC and the words for them. Sources as in table.h.
#pragma once

#include "fields/field.h"

namespace langyan::enip {

// clang-format off
enum Command : std::uint16_t {  // [EIP] 2-3.2
  nop = 0x00, list_services = 0x04, list_identity = 0x63, list_interfaces = 0x64, register_session = 0x65,
  unregister_session = 0x66, send_rr_data = 0x6f, send_unit_data = 0x70, indicate_status = 0x72, cancel = 0x73,
  start_dtls = 0xc8,
};
inline constexpr Name command_names[] = {
    {nop, "nop"}, {list_services, "list_services"}, {list_identity, "list_identity"},
    {list_interfaces, "list_interfaces"}, {register_session, "register_session"},
    {unregister_session, "unregister_session"}, {send_rr_data, "send_rr_data"},
    {send_unit_data, "send_unit_data"}, {indicate_status, "indicate_status"}, {cancel, "cancel"},
    {start_dtls, "start_dtls"}};
constexpr bool is_command(std::uint16_t command) {
  for (const Name& each : command_names)
    if (each.value == command) return true;
  return false;
}
inline constexpr Name encapsulation_status_names[] = {  // [EIP] 2-3.5
    {0x00, "success"}, {0x01, "invalid_command"}, {0x02, "no_memory"}, {0x03, "incorrect_data"},
    {0x64, "invalid_session"}, {0x65, "invalid_length"}, {0x69, "unsupported_protocol_revision"},
    {0x6a, "service_not_allowed_on_this_port"}};
constexpr std::uint32_t last_status = 0x6a;

enum ItemType : std::uint16_t {  // [EIP] 2-6.2
  null_address = 0x0000, identity_item = 0x000c, connected_address = 0x00a1, connected_data = 0x00b1,
  unconnected_data = 0x00b2, services_item = 0x0100, socket_o_t = 0x8000, socket_t_o = 0x8001,
  sequenced_address = 0x8002,
};

inline constexpr Name general_status_names[] = {  // [CIP] Appendix B
    {0x00, "success"}, {0x01, "connection_failure"}, {0x02, "resource_unavailable"},
    {0x03, "invalid_parameter_value"}, {0x04, "path_segment_error"}, {0x05, "path_destination_unknown"},
    {0x06, "partial_transfer"}, {0x07, "connection_lost"}, {0x08, "service_not_supported"},
    {0x09, "invalid_attribute_value"}, {0x0a, "attribute_list_error"}, {0x0b, "already_in_requested_state"},
    {0x0c, "object_state_conflict"}, {0x0d, "object_already_exists"}, {0x0e, "attribute_not_settable"},
    {0x0f, "privilege_violation"}, {0x10, "device_state_conflict"}, {0x11, "reply_data_too_large"},
    {0x12, "fragmentation_of_primitive_value"}, {0x13, "not_enough_data"}, {0x14, "attribute_not_supported"},
    {0x15, "too_much_data"}, {0x16, "object_does_not_exist"}, {0x17, "fragmentation_not_in_progress"},
    {0x18, "no_stored_attribute_data"}, {0x19, "store_operation_failure"}, {0x1a, "request_too_large_to_route"},
    {0x1b, "response_too_large_to_route"}, {0x1c, "missing_attribute_list_entry"},
    {0x1d, "invalid_attribute_value_list"}, {0x1e, "embedded_service_error"}, {0x1f, "vendor_specific_error"},
    {0x20, "invalid_parameter"}, {0x21, "write_once_already_written"}, {0x22, "invalid_reply"},
    {0x23, "buffer_overflow"}, {0x24, "message_format_error"}, {0x25, "key_failure_in_path"},
    {0x26, "path_size_invalid"}, {0x27, "unexpected_attribute_in_list"}, {0x28, "invalid_member_id"},
    {0x29, "member_not_settable"}, {0x2a, "group_2_only_server_failure"}, {0x2b, "unknown_modbus_error"},
    {0x2c, "attribute_not_gettable"}, {0x2d, "instance_not_deletable"}, {0x2e, "service_not_supported_for_path"},
    {0xff, "general_error"}};
constexpr std::uint8_t partial_transfer = 0x06, embedded_service_error = 0x1e;

inline constexpr Name extended_status_names[] = {  // [CIP] 3-5.6, of the Connection Manager
    {0x0100, "connection_in_use"}, {0x0103, "transport_class_not_supported"}, {0x0106, "ownership_conflict"},
    {0x0107, "connection_not_found"}, {0x0108, "invalid_connection_type"}, {0x0109, "invalid_connection_size"},
    {0x0110, "target_not_configured"}, {0x0111, "rpi_not_supported"}, {0x0112, "rpi_not_acceptable"},
    {0x0113, "out_of_connections"}, {0x0114, "vendor_or_product_code_mismatch"}, {0x0115, "device_type_mismatch"},
    {0x0116, "revision_mismatch"}, {0x0117, "invalid_application_path"}, {0x0118, "invalid_configuration_path"},
    {0x0119, "no_non_listen_only_connection"}, {0x011a, "target_out_of_connections"},
    {0x011b, "rpi_below_inhibit_time"}, {0x0203, "connection_timed_out"}, {0x0204, "unconnected_request_timed_out"},
    {0x0205, "unconnected_parameter_error"}, {0x0206, "message_too_large"},
    {0x0207, "acknowledged_without_reply"}, {0x0301, "no_buffer_memory"}, {0x0302, "no_bandwidth"},
    {0x0303, "no_connection_id_filter"}, {0x0305, "schedule_signature_mismatch"}, {0x0311, "port_not_available"},
    {0x0312, "link_address_invalid"}, {0x0315, "invalid_segment_in_path"}, {0x0316, "close_path_mismatch"},
    {0x0318, "link_address_to_self"}, {0x0319, "secondary_resources_unavailable"},
    {0x031a, "rack_connection_established"}, {0x031b, "module_connection_established"}, {0x031c, "miscellaneous"},
    {0x0800, "network_link_offline"}, {0x2104, "offset_beyond_end"}, {0x2105, "beyond_end_of_object"},
    {0x2107, "type_mismatch"}};

// [ODVA] vendor ids met in plants; the directory has some 1,500.
inline constexpr Name vendor_names[] = {
    {1, "Rockwell Automation/Allen-Bradley"}, {3, "Honeywell"}, {4, "Parker Hannifin (Veriflo)"},
    {5, "Rockwell Automation/Reliance Electric"}, {7, "SMC"}, {8, "Molex"}, {11, "ASCO"},
    {12, "Banner Engineering"}, {26, "Festo"}, {36, "MKS Instruments"}, {40, "WAGO"}, {43, "Balluff"},
    {44, "Yaskawa Electric America"}, {46, "ABB Industrial Systems"}, {47, "Omron"}, {48, "Turck"},
    {50, "Real Time Automation"}, {52, "Numatics"}, {56, "Softing"}, {57, "Pepperl+Fuchs"},
    {58, "Spectrum Controls"}, {60, "Applied Motion Products"}, {68, "Eaton"}, {71, "Toshiba International"},
    {74, "Hitachi"}, {75, "ABB Robotics"}, {77, "Rockwell Software"}, {82, "Mitsubishi Electric Automation"},
    {83, "Opto 22"}, {86, "Horner Electric"}, {87, "Buerkert"}, {90, "HMS Industrial Networks"},
    {94, "Advantech"}, {95, "Square D"}, {97, "Danfoss"}, {100, "Bosch Rexroth Pneumatics"}, {108, "Beckhoff"},
    {121, "KUKA"}, {143, "GE Industrial Systems"}, {145, "Siemens Drives"}, {161, "Mitsubishi Electric"},
    {171, "Denso Wave"}, {176, "Red Lion Controls"}, {187, "Oriental Motor"}, {243, "Schneider Automation"},
    {246, "Brooks Instrument"}, {250, "Yokogawa Electric"}, {255, "Bosch Rexroth"}, {256, "Turck"},
    {257, "Control Techniques"}, {283, "Hilscher"}, {287, "Bosch Rexroth Indramat"}, {309, "ProSoft Technology"},
    {315, "SEW-Eurodrive"}, {319, "Fuji Electric"}, {322, "ifm electronic"}, {326, "GE Fanuc Automation"},
    {345, "Endress+Hauser"}, {352, "Bently Nevada"}, {356, "Fanuc Robotics America"}, {367, "Keyence"},
    {416, "Nordson"}, {445, "Lenze"}, {511, "SICK Stegmann"}, {553, "Control Techniques"},
    {562, "Phoenix Contact"}, {591, "FANUC"}, {593, "ABB Automation Products"}, {625, "Rockwell Automation/Sprecher+Schuh"},
    {634, "Hirschmann"}, {640, "Murrelektronik"}, {666, "Mettler-Toledo"}, {668, "Rockwell Automation/Entek"},
    {678, "Cognex"}, {680, "Weidmueller"}, {699, "IAI"}, {722, "ABB"}, {796, "Siemens"}, {808, "SICK"},
    {829, "Rockwell Samsung Automation"}, {850, "Datalogic"}, {851, "SoftPLC"}, {862, "Siemens Flow Instruments"},
    {903, "Emerson Power & Water"}, {928, "GE Multilin"}, {939, "Cisco Systems"}, {966, "Flowserve"},
    {991, "Moxa"}, {1015, "Weidmueller"}, {1059, "Delta Electronics"}, {1095, "Microscan"},
    {1109, "Inductive Automation"}, {1182, "Endress+Hauser"}, {1225, "Rosemount"}};

inline constexpr Name device_type_names[] = {  // [CIP] 6-1
    {0x00, "generic device"}, {0x02, "AC drive"}, {0x03, "motor overload"}, {0x04, "limit switch"},
    {0x05, "inductive proximity switch"}, {0x06, "photoelectric sensor"}, {0x07, "discrete I/O"},
    {0x09, "resolver"}, {0x0c, "communications adapter"}, {0x0e, "programmable logic controller"},
    {0x10, "position controller"}, {0x13, "DC drive"}, {0x15, "contactor"}, {0x16, "motor starter"},
    {0x17, "soft start"}, {0x18, "human-machine interface"}, {0x1a, "mass flow controller"},
    {0x1b, "pneumatic valve"}, {0x1c, "vacuum pressure gauge"}, {0x1d, "process control value"},
    {0x1e, "residual gas analyzer"}, {0x1f, "DC power generator"}, {0x20, "RF power generator"},
    {0x21, "turbomolecular vacuum pump"}, {0x22, "encoder"}, {0x23, "safety discrete I/O"},
    {0x24, "fluid flow controller"}, {0x25, "CIP Motion drive"}, {0x26, "CompoNet repeater"},
    {0x27, "mass flow controller"}, {0x28, "CIP Modbus device"}, {0x29, "CIP Modbus translator"},
    {0x2a, "safety analog I/O"}, {0x2b, "generic device"}, {0x2c, "managed Ethernet switch"},
    {0x2d, "CIP Motion safety drive"}, {0x2e, "safety drive"}, {0x2f, "CIP Motion encoder"},
    {0x30, "CIP Motion converter"}, {0x31, "CIP Motion I/O"}, {0x32, "ControlNet physical layer"},
    {0x33, "circuit breaker"}, {0x34, "HART device"}, {0x35, "CIP-HART translator"}, {0xc8, "embedded component"}};

inline constexpr Name state_names[] = {  // [CIP] 5-2.2.1.8
    {0, "nonexistent"}, {1, "self_testing"}, {2, "standby"}, {3, "operational"}, {4, "major_recoverable_fault"},
    {5, "major_unrecoverable_fault"}, {255, "default"}};

inline constexpr Name data_type_names[] = {  // [CIP] C-6.1; [LOGIX]
    {0xa0, "structure"}, {0x02a0, "structure"}, {0xc1, "BOOL"}, {0xc2, "SINT"}, {0xc3, "INT"}, {0xc4, "DINT"}, {0xc5, "LINT"},
    {0xc6, "USINT"}, {0xc7, "UINT"}, {0xc8, "UDINT"}, {0xc9, "ULINT"}, {0xca, "REAL"}, {0xcb, "LREAL"},
    {0xcc, "STIME"}, {0xcd, "DATE"}, {0xce, "TIME_OF_DAY"}, {0xcf, "DATE_AND_TIME"}, {0xd0, "STRING"},
    {0xd1, "BYTE"}, {0xd2, "WORD"}, {0xd3, "DWORD"}, {0xd4, "LWORD"}, {0xda, "SHORT_STRING"}};
constexpr std::uint16_t structure_type = 0x02a0;

inline constexpr Name transport_names[] = {  // [CIP] 3-4.4.3
    {0, "class_0"}, {1, "class_1"}, {2, "class_2"}, {3, "class_3"}, {4, "class_4"}, {5, "class_5"}, {6, "class_6"}};
inline constexpr Name trigger_names[] = {{0, "cyclic"}, {1, "change_of_state"}, {2, "application_object"}};
inline constexpr Name connection_type_names[] = {  // [CIP] 3-5.4.1
    {0, "null"}, {1, "multicast"}, {2, "point_to_point"}, {3, "reserved"}};
inline constexpr Name run_idle_names[] = {{0, "idle"}, {1, "run"}};

inline constexpr Name pccc_status_names[] = {  // [DF1] 8, STS
    {0x00, "success"}, {0x01, "destination_out_of_buffers"}, {0x02, "delivery_not_guaranteed"},
    {0x03, "duplicate_token_holder"}, {0x04, "local_port_disconnected"}, {0x05, "application_timed_out"},
    {0x06, "duplicate_node"}, {0x07, "station_offline"}, {0x08, "hardware_fault"},
    {0x10, "illegal_command"}, {0x20, "host_problem"}, {0x30, "remote_host_missing"}, {0x40, "hardware_fault_at_host"},
    {0x50, "addressing_problem"}, {0x60, "command_protection"}, {0x70, "program_mode"}, {0x80, "compatibility_file_missing"},
    {0x90, "remote_cannot_buffer"}, {0xa0, "wait_acknowledge"}, {0xb0, "remote_download"}, {0xf0, "extended"}};
inline constexpr Name pccc_extended_names[] = {  // [DF1] 8, EXT STS
    {0x01, "illegal_value"}, {0x02, "too_few_levels"}, {0x03, "too_many_levels"}, {0x04, "symbol_not_found"},
    {0x05, "symbol_malformed"}, {0x06, "address_unusable"}, {0x07, "file_wrong_size"}, {0x08, "situation_changed"},
    {0x09, "data_too_large"}, {0x0a, "transaction_too_large"}, {0x0b, "access_denied"}, {0x0c, "resource_not_available"},
    {0x0d, "resource_already_available"}, {0x0e, "command_not_executable"}, {0x0f, "histogram_overflow"},
    {0x10, "no_access"}, {0x11, "illegal_data_type"}, {0x12, "invalid_parameter"}, {0x13, "deleted_area"},
    {0x14, "unknown_failure"}, {0x15, "data_conversion"}, {0x16, "rack_adapter_unreachable"}, {0x17, "type_mismatch"},
    {0x18, "module_response_invalid"}, {0x19, "duplicate_label"}, {0x1a, "file_open_by_other"},
    {0x1b, "program_owned_by_other"}, {0x1e, "element_protected"}, {0x1f, "temporary_problem"},
    {0x22, "remote_rack_fault"}, {0x23, "timeout"}, {0x24, "unknown"}};
inline constexpr Name pccc_mode_names[] = {  // [DF1] 7, change mode; [AB-SLC]
    {0x01, "remote_program"}, {0x02, "remote_run"}, {0x06, "remote_run"}, {0x07, "remote_test_continuous"},
    {0x08, "remote_test_single_scan"}, {0x09, "remote_test_single_step"}};
// clang-format on

}  // namespace langyan::enip
