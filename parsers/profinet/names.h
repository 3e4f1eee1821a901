// The numbers of PROFINET on layer 2 and their words.
//
// [10]  IEC 61158-6-10, application layer protocol of type 10 (PROFINET IO): frame ids, DCP, RTA, PTCP
// [MRP] IEC 62439-2, media redundancy protocol
#pragma once

#include "fields/protocol.h"

namespace langyan::profinet {

constexpr std::uint16_t ethertype_profinet = 0x8892, ethertype_mrp = 0x88e3;

enum class Pdu : std::uint8_t {
  unknown, rt_sync, rt_class_3, rt_stream, rt_class_1, rt_class_1_multicast, rt_class_1_legacy,
  alarm_high, alarm_low, rsi, dcp_hello, dcp_get, dcp_set, dcp_identify, ptcp_announce,
  ptcp_follow_up, ptcp_delay_request, ptcp_delay_response, fragment,
  mrp_test, mrp_topology_change, mrp_link_down, mrp_link_up, mrp_in_test, mrp_in_topology_change,
  mrp_in_link_down, mrp_in_link_up, mrp_in_link_status_poll, mrp_option,
};

// clang-format off
struct PduRow {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
};
inline constexpr PduRow pdus[] = {  // in the order of Pdu
    {0,  "unknown",                 Verb::other},
    {1,  "rt_sync",                 Verb::heartbeat},
    {2,  "rt_class_3",              Verb::report},
    {3,  "rt_stream",               Verb::report},
    {4,  "rt_class_1",              Verb::report},
    {5,  "rt_class_1_multicast",    Verb::report},
    {6,  "rt_class_1_legacy",       Verb::report},
    {7,  "alarm_high",              Verb::alarm},
    {8,  "alarm_low",               Verb::alarm},
    {9,  "remote_service",          Verb::other},
    {10, "dcp_hello",               Verb::identify},
    {11, "dcp_get",                 Verb::identify},
    {12, "dcp_set",                 Verb::configure},
    {13, "dcp_identify",            Verb::identify},
    {14, "ptcp_announce",           Verb::heartbeat},
    {15, "ptcp_follow_up",          Verb::heartbeat},
    {16, "ptcp_delay_request",      Verb::heartbeat},
    {17, "ptcp_delay_response",     Verb::heartbeat},
    {18, "fragment",                Verb::report},
    {19, "mrp_test",                Verb::heartbeat},
    {20, "mrp_topology_change",     Verb::alarm},
    {21, "mrp_link_down",           Verb::alarm},
    {22, "mrp_link_up",             Verb::alarm},
    {23, "mrp_in_test",             Verb::heartbeat},
    {24, "mrp_in_topology_change",  Verb::alarm},
    {25, "mrp_in_link_down",        Verb::alarm},
    {26, "mrp_in_link_up",          Verb::alarm},
    {27, "mrp_in_link_status_poll", Verb::heartbeat},
    {28, "mrp_option",              Verb::heartbeat},
};
static_assert(std::size(pdus) == static_cast<std::size_t>(Pdu::mrp_option) + 1);
inline constexpr auto pdu_names = names_of(pdus);

struct Range {  // [10] 4.2.2.3, Table "FrameID"
  std::uint16_t first, last;
  Pdu pdu;
};
inline constexpr Range frame_ids[] = {
    {0x0020, 0x0021, Pdu::rt_sync},              {0x0080, 0x0081, Pdu::rt_sync},
    {0x0100, 0x0fff, Pdu::rt_class_3},           {0x1000, 0x7fff, Pdu::rt_stream},
    {0x8000, 0xbbff, Pdu::rt_class_1},           {0xbc00, 0xbfff, Pdu::rt_class_1_multicast},
    {0xc000, 0xfbff, Pdu::rt_class_1_legacy},    {0xfc01, 0xfc01, Pdu::alarm_high},
    {0xfe01, 0xfe01, Pdu::alarm_low},            {0xfe02, 0xfe02, Pdu::rsi},
    {0xfefc, 0xfefc, Pdu::dcp_hello},            {0xfefd, 0xfefd, Pdu::dcp_get},
    {0xfefe, 0xfeff, Pdu::dcp_identify},         {0xff00, 0xff01, Pdu::ptcp_announce},
    {0xff20, 0xff21, Pdu::ptcp_follow_up},       {0xff40, 0xff40, Pdu::ptcp_delay_request},
    {0xff41, 0xff43, Pdu::ptcp_delay_response},  {0xff80, 0xff8f, Pdu::fragment},
};
constexpr Pdu pdu_of(std::uint16_t frame_id) {
  for (const Range& range : frame_ids)
    if (frame_id >= range.first && frame_id <= range.last) return range.pdu;
  return Pdu::unknown;
}
inline constexpr Name frame_id_names[] = {
    {0x0020, "rt_sync_follow_up_clock"}, {0x0021, "rt_sync_follow_up_time"}, {0x0080, "rt_sync_clock"},
    {0x0081, "rt_sync_time"}, {0xfc01, "alarm_high"}, {0xfe01, "alarm_low"}, {0xfe02, "remote_service"},
    {0xfefc, "dcp_hello"}, {0xfefd, "dcp_get_set"}, {0xfefe, "dcp_identify_request"},
    {0xfeff, "dcp_identify_response"}, {0xff00, "ptcp_announce_clock"}, {0xff01, "ptcp_announce_time"},
    {0xff20, "ptcp_follow_up_clock"}, {0xff21, "ptcp_follow_up_time"}, {0xff40, "ptcp_delay_request"},
    {0xff41, "ptcp_delay_response_with_follow_up"}, {0xff42, "ptcp_delay_follow_up_response"},
    {0xff43, "ptcp_delay_response"}};

constexpr std::uint8_t service_get = 3, service_set = 4, service_identify = 5, service_hello = 6;  // [10] 4.3.1.3
inline constexpr Name service_names[] = {
    {service_get, "get"}, {service_set, "set"}, {service_identify, "identify"}, {service_hello, "hello"}};
inline constexpr Name service_type_names[] = {{0, "request"}, {1, "response"}, {5, "response_not_supported"}};

constexpr std::uint16_t block_of(std::uint8_t option, std::uint8_t suboption) {
  return static_cast<std::uint16_t>(option << 8 | suboption);
}
constexpr std::uint8_t option_control = 5;
constexpr std::uint16_t block_mac = block_of(1, 1), block_ip = block_of(1, 2), block_ip_suite = block_of(1, 3),
    block_type_of_station = block_of(2, 1), block_name = block_of(2, 2), block_device_id = block_of(2, 3),
    block_role = block_of(2, 4), block_options = block_of(2, 5), block_alias = block_of(2, 6),
    block_instance = block_of(2, 7), block_oem_id = block_of(2, 8), block_start = block_of(5, 1),
    block_end = block_of(5, 2), block_signal = block_of(5, 3), block_response = block_of(5, 4),
    block_factory_reset = block_of(5, 5), block_reset_to_factory = block_of(5, 6),
    block_initiative = block_of(6, 1), block_all = block_of(255, 255);

struct BlockRow {  // [10] 4.3.1.4: option and suboption; what setting it does
  std::uint16_t code;
  std::string_view name;
  Verb set;
};
inline constexpr BlockRow blocks[] = {
    {block_mac,              "mac_address",             Verb::configure},
    {block_ip,               "ip_parameter",            Verb::configure},
    {block_ip_suite,         "full_ip_suite",           Verb::configure},
    {block_type_of_station,  "type_of_station",         Verb::configure},
    {block_name,             "name_of_station",         Verb::configure},
    {block_device_id,        "device_id",               Verb::configure},
    {block_role,             "device_role",             Verb::configure},
    {block_options,          "device_options",          Verb::configure},
    {block_alias,            "alias_name",              Verb::configure},
    {block_instance,         "device_instance",         Verb::configure},
    {block_oem_id,           "oem_device_id",           Verb::configure},
    {block_of(2, 9),         "standard_gateway",        Verb::configure},
    {block_of(2, 10),        "rsi_properties",          Verb::configure},
    {block_of(3, 12),        "dhcp_host_name",          Verb::configure},
    {block_of(3, 43),        "dhcp_vendor_specific",    Verb::configure},
    {block_of(3, 54),        "dhcp_server_identifier",  Verb::configure},
    {block_of(3, 55),        "dhcp_parameter_request",  Verb::configure},
    {block_of(3, 60),        "dhcp_class_identifier",   Verb::configure},
    {block_of(3, 61),        "dhcp_client_identifier",  Verb::configure},
    {block_of(3, 81),        "dhcp_fqdn",               Verb::configure},
    {block_of(3, 97),        "dhcp_uuid_client",        Verb::configure},
    {block_of(3, 255),       "dhcp_control",            Verb::configure},
    {block_start,            "start_transaction",       Verb::session},
    {block_end,              "end_transaction",         Verb::session},
    {block_signal,           "signal",                  Verb::diagnose},  // the LEDs flash
    {block_response,         "response",                Verb::configure},
    {block_factory_reset,    "factory_reset",           Verb::reset},
    {block_reset_to_factory, "reset_to_factory",        Verb::reset},
    {block_initiative,       "device_initiative",       Verb::configure},
    {block_of(7, 1),         "tsn_domain_name",         Verb::configure},
    {block_of(7, 2),         "tsn_nme_manager",         Verb::configure},
    {block_of(7, 3),         "tsn_nme_parameter_uuid",  Verb::configure},
    {block_of(7, 4),         "tsn_nme_agent",           Verb::configure},
    {block_of(7, 5),         "tsn_cim_interface",       Verb::configure},
    {block_all,              "all",                     Verb::configure},
};
inline constexpr auto block_names = names_of(blocks);
constexpr const BlockRow* block_row(std::uint16_t code) {
  for (const BlockRow& row : blocks)
    if (row.code == code) return &row;
  return nullptr;
}
inline constexpr Name block_error_names[] = {  // [10] 4.3.1.4.12
    {0, "ok"}, {1, "option_not_supported"}, {2, "suboption_not_supported_or_no_data_set"},
    {3, "suboption_not_set"}, {4, "resource_error"}, {5, "set_not_possible_by_local_reasons"},
    {6, "in_operation_set_not_possible"}};
inline constexpr Name reset_mode_names[] = {  // [10] BlockQualifier with ResetToFactory, bits 1 to 15
    {1, "application_data"}, {2, "communication_parameter"}, {3, "engineering_parameter"},
    {4, "all_stored_data"}, {8, "device"}, {9, "restore_image"}};
inline constexpr Name role_names[] = {  // [10] DeviceRoleDetails, a set of bits
    {1, "io_device"}, {2, "io_controller"}, {3, "io_device_and_controller"}, {4, "io_multidevice"}, {8, "io_supervisor"}};

inline constexpr Name rta_names[] = {{1, "data"}, {2, "nack"}, {3, "ack"}, {4, "error"}};  // [10] 4.7.2
constexpr std::uint8_t rta_data = 1, rta_error = 4;
inline constexpr Name alarm_names[] = {  // [10] AlarmType
    {1, "diagnosis_appears"}, {2, "process"}, {3, "pull"}, {4, "plug"}, {5, "status"}, {6, "update"},
    {7, "media_redundancy"}, {8, "controlled_by_supervisor"}, {9, "released"}, {10, "plug_wrong_submodule"},
    {11, "return_of_submodule"}, {12, "diagnosis_disappears"}, {13, "multicast_communication_mismatch"},
    {14, "port_data_change"}, {15, "sync_data_changed"}, {16, "isochronous_mode_problem"},
    {17, "network_component_problem"}, {18, "time_data_changed"}, {19, "dynamic_frame_packing_problem"},
    {20, "mrpd_problem"}, {21, "multiple_interface_mismatch"}, {30, "upload_and_retrieval"}, {31, "pull_module"}};
inline constexpr Name structure_names[] = {  // [10] UserStructureIdentifier
    {0x8000, "channel_diagnosis"}, {0x8001, "multiple"}, {0x8002, "extended_channel_diagnosis"},
    {0x8003, "qualified_channel_diagnosis"}, {0x8100, "maintenance"}, {0x8200, "upload_and_retrieval"},
    {0x8201, "i_parameter"}, {0x8300, "rs_low_watermark"}, {0x8301, "rs_timeout"}, {0x8302, "rs_overflow"},
    {0x8303, "rs_event"}, {0x8310, "energy_saving_status"}, {0x8320, "process_alarm_reason"}};
inline constexpr Name channel_error_names[] = {  // [10] ChannelErrorType
    {0x01, "short_circuit"}, {0x02, "undervoltage"}, {0x03, "overvoltage"}, {0x04, "overload"},
    {0x05, "overtemperature"}, {0x06, "line_break"}, {0x07, "upper_limit_exceeded"},
    {0x08, "lower_limit_exceeded"}, {0x09, "error"}, {0x0a, "simulation_active"}, {0x0f, "parameter_missing"},
    {0x10, "parameterization_fault"}, {0x11, "power_supply_fault"}, {0x12, "fuse_blown"},
    {0x13, "communication_fault"}, {0x14, "ground_fault"}, {0x15, "reference_point_lost"},
    {0x16, "process_event_lost"}, {0x17, "threshold_warning"}, {0x18, "output_disabled"},
    {0x19, "functional_safety_event"}, {0x1a, "external_fault"}, {0x1f, "temporary_fault"},
    {0x40, "mismatch_of_safety_destination_address"}, {0x4d, "safety_data_inconsistent"},
    {0x4e, "safety_timeout"}, {0x8000, "data_transmission_impossible"}, {0x8001, "remote_mismatch"},
    {0x8002, "media_redundancy_mismatch"}, {0x8003, "sync_mismatch"}, {0x8004, "isochronous_mode_mismatch"},
    {0x8005, "multicast_mismatch"}, {0x8007, "fiber_optic_mismatch"},
    {0x8008, "network_component_function_mismatch"}, {0x8009, "time_mismatch"},
    {0x800c, "system_redundancy_mismatch"}};
inline constexpr Name error_code_names[] = {  // [10] PNIOStatus.ErrorCode
    {0x81, "pnio"}, {0xcf, "rta_error"}, {0xda, "alarm_ack"}, {0xdb, "connect"}, {0xdc, "release"},
    {0xdd, "control"}, {0xde, "read"}, {0xdf, "write"}};
inline constexpr Name abort_names[] = {  // [10] ErrorCode2 with RTA_ERR_CLS_PROTOCOL
    {1, "sequence_error"}, {2, "instance_closed"}, {3, "ar_out_of_memory"}, {4, "ar_add_failed"},
    {5, "watchdog_expired"}, {6, "cmi_timeout"}, {7, "alarm_add_send_failed"}, {8, "alarm_send_failed"},
    {9, "alarm_ack_send_failed"}, {10, "alarm_length"}, {11, "alarm_indication_error"},
    {12, "rpc_client_call_error"}, {13, "abort_request"}, {14, "rerun"}, {15, "release_received"},
    {16, "device_deactivated"}, {17, "ar_removed"}, {18, "protocol_violation"}, {19, "name_resolution_error"},
    {20, "rpc_bind_error"}, {21, "rpc_connect_error"}, {22, "rpc_read_error"}, {23, "rpc_write_error"},
    {24, "rpc_control_error"}, {25, "forbidden_pull_or_plug"}, {26, "ap_removed"}, {27, "link_down"},
    {31, "deferred"}};

struct MrpRow {  // [MRP] 8.1.6, TLVs
  std::uint8_t code;
  Pdu pdu;
};
inline constexpr MrpRow mrp_types[] = {
    {2, Pdu::mrp_test}, {3, Pdu::mrp_topology_change}, {4, Pdu::mrp_link_down}, {5, Pdu::mrp_link_up},
    {6, Pdu::mrp_in_test}, {7, Pdu::mrp_in_topology_change}, {8, Pdu::mrp_in_link_down},
    {9, Pdu::mrp_in_link_up}, {10, Pdu::mrp_in_link_status_poll}, {0x7f, Pdu::mrp_option}};
inline constexpr Name port_role_names[] = {{0, "primary"}, {1, "secondary"}, {2, "interconnection"}};
inline constexpr Name ring_state_names[] = {{0, "open"}, {1, "closed"}};
// clang-format on

}  // namespace langyan::profinet
