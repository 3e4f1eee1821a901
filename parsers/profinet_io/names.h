// The numbers of PROFINET IO context management and their words.
//
// [5]    IEC 61158-5-10, application layer service of type 10: services and record indices
// [10]   IEC 61158-6-10, application layer protocol of type 10: blocks, PNIOStatus, RPC
// [IM]   PROFIBUS and PROFINET International, Profile Guidelines Part 1: Identification & Maintenance
// [C706] The Open Group, DCE 1.1: Remote Procedure Call
#pragma once

#include "fields/protocol.h"
#include "parsers/wire/dcerpc.h"

namespace langyan::profinet_io {

constexpr std::uint16_t port = 34964;  // [10] 4.10.3, registered as profinet-cm

// [10] 4.10.3.2.4: one interface for each role; the rest of the UUID is the same.
inline constexpr wire::Uuid device_interface = wire::uuid("dea00001-6c97-11d1-8271-00a02442df7d");
inline constexpr wire::Uuid object_base = wire::uuid("dea00000-6c97-11d1-8271-000000000000");
constexpr std::uint8_t interface_epm = 5;
inline constexpr Name interface_names[] = {
    {1, "device"}, {2, "controller"}, {3, "supervisor"}, {4, "parameter_server"}, {interface_epm, "endpoint_mapper"}};

// clang-format off
enum class Body : std::uint8_t { connect, release, read, write, control, lookup, other };
struct ServiceRow {
  std::uint8_t code;  // opnum; of the endpoint mapper 100 more
  std::string_view name;
  Verb verb;
  Body body;
};
constexpr std::uint8_t epm_base = 100;
inline constexpr ServiceRow services[] = {  // [10] 4.10.3.2.7; [C706] appendix O
    {0,   "connect",           Verb::session,  Body::connect},
    {1,   "release",           Verb::session,  Body::release},
    {2,   "read",              Verb::read,     Body::read},
    {3,   "write",             Verb::write,    Body::write},
    {4,   "control",           Verb::session,  Body::control},
    {5,   "read_implicit",     Verb::read,     Body::read},
    {100, "endpoint_insert",   Verb::configure,Body::other},
    {101, "endpoint_delete",   Verb::configure,Body::other},
    {102, "endpoint_lookup",   Verb::identify, Body::lookup},
    {103, "endpoint_map",      Verb::identify, Body::other},
    {104, "endpoint_free",     Verb::session,  Body::other},
    {105, "endpoint_object",   Verb::identify, Body::other},
    {106, "endpoint_mgmt_delete", Verb::configure, Body::other},
};
inline constexpr auto service_names = names_of(services);
constexpr const ServiceRow* service_row(std::uint16_t code) {
  for (const ServiceRow& row : services)
    if (row.code == code) return &row;
  return nullptr;
}

inline constexpr Name type_names[] = {  // [C706] 12.5.2.2
    {0, "request"}, {1, "ping"}, {2, "response"}, {3, "fault"}, {4, "working"}, {5, "nocall"}, {6, "reject"},
    {7, "ack"}, {8, "cancel"}, {9, "fack"}, {10, "cancel_ack"}};
inline constexpr Name rpc_status_names[] = {  // [C706] appendix E
    {0x1c000008, "server_too_busy"}, {0x1c000009, "invalid_checksum"}, {0x1c010002, "operation_range_error"},
    {0x1c010003, "unknown_interface"}, {0x1c010006, "wrong_boot_time"}, {0x1c010009, "you_crashed"},
    {0x1c01000b, "protocol_error"}, {0x1c010013, "out_arguments_too_big"}, {0x1c010014, "server_too_busy"},
    {0x1c010017, "unsupported_type"}, {0x1c00001c, "invalid_present_context_id"}};

constexpr std::uint16_t block_write_request = 0x0008, block_write_response = 0x8008,
    block_read_request = 0x0009, block_read_response = 0x8009, block_im0 = 0x0020, block_im1 = 0x0021,
    block_im2 = 0x0022, block_im3 = 0x0023, block_ar_request = 0x0101, block_ar_response = 0x8101,
    block_iocr_request = 0x0102, block_iocr_response = 0x8102, block_expected = 0x0104, block_difference = 0x8104,
    block_control_first = 0x0110, block_control_last = 0x0118, block_answer = 0x8000;
inline constexpr Name block_names[] = {  // [10] 5.2.1, BlockType
    {0x0008, "iod_write_req_header"}, {0x8008, "iod_write_res_header"}, {0x0009, "iod_read_req_header"},
    {0x8009, "iod_read_res_header"}, {0x0010, "diagnosis_data"}, {0x0012, "expected_identification_data"},
    {0x0013, "real_identification_data"}, {0x0018, "ar_data"}, {0x0019, "log_data"}, {0x001a, "api_data"},
    {0x0020, "im0"}, {0x0021, "im1"}, {0x0022, "im2"}, {0x0023, "im3"}, {0x0024, "im4"}, {0x0025, "im5"},
    {0x0030, "im0_filter_data_submodule"}, {0x0031, "im0_filter_data_module"}, {0x0032, "im0_filter_data_device"},
    {0x0101, "ar_block_req"}, {0x8101, "ar_block_res"}, {0x0102, "iocr_block_req"}, {0x8102, "iocr_block_res"},
    {0x0103, "alarm_cr_block_req"}, {0x8103, "alarm_cr_block_res"}, {0x0104, "expected_submodule_block_req"},
    {0x8104, "module_diff_block"}, {0x0105, "prm_server_block_req"}, {0x8105, "prm_server_block_res"},
    {0x0106, "mcr_block_req"}, {0x8106, "ar_server_block_res"}, {0x0107, "sub_frame_block"},
    {0x0108, "ar_vendor_block_req"}, {0x8108, "ar_vendor_block_res"}, {0x0109, "ir_info_block"},
    {0x010a, "sr_info_block"}, {0x010b, "ar_fsu_block"}, {0x010c, "rs_info_block"},
    {0x0110, "prm_end_req"}, {0x8110, "prm_end_res"}, {0x0111, "plug_prm_end_req"}, {0x8111, "plug_prm_end_res"},
    {0x0112, "application_ready_req"}, {0x8112, "application_ready_res"}, {0x0113, "plug_application_ready_req"},
    {0x8113, "plug_application_ready_res"}, {0x0114, "release_req"}, {0x8114, "release_res"},
    {0x0116, "ready_for_companion_req"}, {0x8116, "ready_for_companion_res"}, {0x0117, "ready_for_rt_class_3_req"},
    {0x8117, "ready_for_rt_class_3_res"}, {0x0118, "prm_begin_req"}, {0x8118, "prm_begin_res"},
    {0x0119, "submodule_list_block"}, {0x0240, "pd_interface_data_real"}, {0x020f, "pd_port_data_real"},
    {0x0400, "multiple_block_header"}};

inline constexpr Name ar_type_names[] = {  // [10] ARType
    {0x01, "io_controller"}, {0x03, "io_controller_cir"}, {0x06, "io_supervisor"},
    {0x10, "io_controller_rt_class_3"}, {0x20, "io_controller_redundant"}};
constexpr std::uint16_t ar_supervisor = 6;
inline constexpr Name iocr_type_names[] = {{1, "input"}, {2, "output"}, {3, "multicast_provider"}, {4, "multicast_consumer"}};
inline constexpr Name command_names[] = {  // [10] ControlCommand, a set of bits of which one is set
    {0x01, "prm_end"}, {0x02, "application_ready"}, {0x04, "release"}, {0x08, "done"},
    {0x10, "ready_for_companion"}, {0x20, "ready_for_rt_class_3"}, {0x40, "prm_begin"}};
inline constexpr Name module_state_names[] = {{0, "no_module"}, {1, "wrong_module"}, {2, "proper_module"}, {3, "substitute"}};

struct IndexRow {  // [5] record data, [10] Index
  std::uint16_t code;
  std::string_view name;
  Verb read, write;
};
constexpr std::uint16_t index_multiple_write = 0xe040, first_system_index = 0x8000;
inline constexpr IndexRow indices[] = {
    {0x0100, "profisafe_parameter",            Verb::read,     Verb::configure},
    {0x8000, "expected_identification",        Verb::read,     Verb::configure},
    {0x8001, "real_identification",            Verb::identify, Verb::configure},
    {0x800a, "channel_diagnosis",              Verb::diagnose, Verb::configure},
    {0x800b, "all_diagnosis",                  Verb::diagnose, Verb::configure},
    {0x800c, "diagnosis_maintenance_status",   Verb::diagnose, Verb::configure},
    {0x8010, "maintenance_required",           Verb::diagnose, Verb::configure},
    {0x8011, "maintenance_demanded",           Verb::diagnose, Verb::configure},
    {0x801e, "substitute_values",              Verb::read,     Verb::configure},
    {0x8020, "pd_ir_subframe_data",            Verb::read,     Verb::configure},
    {0x8027, "pd_port_data_real_extended",     Verb::diagnose, Verb::configure},
    {0x8028, "record_input_data",              Verb::read,     Verb::write},
    {0x8029, "record_output_data",             Verb::read,     Verb::write},
    {0x802a, "pd_port_data_real",              Verb::diagnose, Verb::configure},
    {0x802b, "pd_port_data_check",             Verb::read,     Verb::configure},
    {0x802c, "pd_ir_data",                     Verb::read,     Verb::configure},
    {0x802d, "pd_sync_data",                   Verb::read,     Verb::configure},
    {0x802f, "pd_port_data_adjust",            Verb::read,     Verb::configure},
    {0x8030, "isochronous_mode_data",          Verb::read,     Verb::configure},
    {0x8031, "pd_time_data",                   Verb::read,     Verb::configure},
    {0x8050, "pd_interface_mrp_data_real",     Verb::diagnose, Verb::configure},
    {0x8051, "pd_interface_mrp_data_check",    Verb::read,     Verb::configure},
    {0x8052, "pd_interface_mrp_data_adjust",   Verb::read,     Verb::configure},
    {0x8053, "pd_port_mrp_data_adjust",        Verb::read,     Verb::configure},
    {0x8054, "pd_port_mrp_data_real",          Verb::diagnose, Verb::configure},
    {0x8060, "pd_port_fo_data_real",           Verb::diagnose, Verb::configure},
    {0x8061, "pd_port_fo_data_check",          Verb::read,     Verb::configure},
    {0x8062, "pd_port_fo_data_adjust",         Verb::read,     Verb::configure},
    {0x8070, "pd_nc_data_check",               Verb::read,     Verb::configure},
    {0x8071, "pd_interface_adjust",            Verb::read,     Verb::configure},
    {0x8072, "pd_port_statistic",              Verb::diagnose, Verb::configure},
    {0x8080, "pd_interface_data_real",         Verb::identify, Verb::configure},
    {0x8090, "pd_interface_fsu_data_adjust",   Verb::read,     Verb::configure},
    {0x80a0, "energy_saving",                  Verb::read,     Verb::mode},
    {0x80af, "energy_status",                  Verb::read,     Verb::configure},
    {0x80b0, "combined_object_container",      Verb::read,     Verb::configure},
    {0x80cf, "rs_adjust_observer",             Verb::read,     Verb::configure},
    {0xaff0, "im0",                            Verb::identify, Verb::configure},
    {0xaff1, "im1",                            Verb::identify, Verb::configure},
    {0xaff2, "im2",                            Verb::identify, Verb::configure},
    {0xaff3, "im3",                            Verb::identify, Verb::configure},
    {0xaff4, "im4",                            Verb::identify, Verb::configure},
    {0xaff5, "im5",                            Verb::identify, Verb::configure},
    {0xb02e, "profidrive_parameter_local",     Verb::read,     Verb::write},
    {0xb02f, "profidrive_parameter_global",    Verb::read,     Verb::write},
    {0xc000, "expected_identification_slot",   Verb::read,     Verb::configure},
    {0xc001, "real_identification_slot",       Verb::identify, Verb::configure},
    {0xc00a, "channel_diagnosis_slot",         Verb::diagnose, Verb::configure},
    {0xc00b, "all_diagnosis_slot",             Verb::diagnose, Verb::configure},
    {0xc00c, "diagnosis_maintenance_slot",     Verb::diagnose, Verb::configure},
    {0xe000, "expected_identification_ar",     Verb::read,     Verb::configure},
    {0xe001, "real_identification_ar",         Verb::identify, Verb::configure},
    {0xe002, "module_diff_ar",                 Verb::diagnose, Verb::configure},
    {0xe00a, "channel_diagnosis_ar",           Verb::diagnose, Verb::configure},
    {0xe00b, "all_diagnosis_ar",               Verb::diagnose, Verb::configure},
    {0xe00c, "diagnosis_maintenance_ar",       Verb::diagnose, Verb::configure},
    {0xe040, "multiple_write",                 Verb::read,     Verb::configure},
    {0xe041, "application_ready_block",        Verb::read,     Verb::configure},
    {0xe050, "ar_fsu_data_adjust",             Verb::read,     Verb::configure},
    {0xe060, "rs_get_event",                   Verb::read,     Verb::configure},
    {0xe061, "rs_ack_event",                   Verb::read,     Verb::configure},
    {0xf000, "real_identification_api",        Verb::identify, Verb::configure},
    {0xf00a, "channel_diagnosis_api",          Verb::diagnose, Verb::configure},
    {0xf00b, "all_diagnosis_api",              Verb::diagnose, Verb::configure},
    {0xf00c, "diagnosis_maintenance_api",      Verb::diagnose, Verb::configure},
    {0xf020, "ar_data_api",                    Verb::diagnose, Verb::configure},
    {0xf80c, "diagnosis_maintenance_device",   Verb::diagnose, Verb::configure},
    {0xf820, "ar_data",                        Verb::diagnose, Verb::configure},
    {0xf821, "api_data",                       Verb::identify, Verb::configure},
    {0xf830, "log_data",                       Verb::diagnose, Verb::configure},
    {0xf831, "pdev_data",                      Verb::diagnose, Verb::configure},
    {0xf840, "im0_filter_data",                Verb::identify, Verb::configure},
    {0xf841, "pd_real_data",                   Verb::diagnose, Verb::configure},
    {0xf842, "pd_expected_data",               Verb::read,     Verb::configure},
    {0xf850, "auto_configuration",             Verb::read,     Verb::configure},
    {0xf860, "gsd_upload",                     Verb::upload,   Verb::configure},
    {0xf880, "asset_management_data",          Verb::identify, Verb::configure},
    {0xfbff, "rpc_connection_trigger",         Verb::heartbeat,Verb::configure},
};
inline constexpr auto index_names = names_of(indices);
constexpr const IndexRow* index_row(std::uint16_t code) {
  for (const IndexRow& row : indices)
    if (row.code == code) return &row;
  return nullptr;
}

inline constexpr Name error_code_names[] = {  // [10] PNIOStatus.ErrorCode
    {0x81, "pnio"}, {0xcf, "rta_error"}, {0xda, "alarm_ack"}, {0xdb, "connect"}, {0xdc, "release"},
    {0xdd, "control"}, {0xde, "read"}, {0xdf, "write"}};
inline constexpr Name error_decode_names[] = {{0x80, "pniorw"}, {0x81, "pnio"}};

// clang-format on

}  // namespace langyan::profinet_io
