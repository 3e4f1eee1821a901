// The services of MMS, and the words of its errors. Sources: mms.cc.
#pragma once

#include <algorithm>

#include "fields/operation.h"

namespace langyan::mms {

enum class Body : std::uint8_t {  // how the octets of request and answer are laid out
  opaque, status, name_list, identify, rename, read, write, attributes, define_list, list_attributes,
  delete_list, object, identifier, download, segment, upload_id, program, obtain_file, file_open,
  file_handle, file_rename, file_name, file_directory, additional, information_report,
  event_notification,
};

// Codes are the tags of confirmed services; of others they start at these, so that one field names
// whatever a message asks for.
enum : std::uint16_t { of_unconfirmed = 0x100, of_pdu = 0x200, of_additional = 0x300, of_association = 0x400 };

struct Service {
  std::uint16_t code;
  std::string_view name;
  Verb verb;
  Body body;
};

// clang-format off
inline constexpr Service services[] = {  // [MMS] 8.2.1 ConfirmedServiceRequest, in the order of its tags
    {0,  "status",                            Verb::diagnose,  Body::status},
    {1,  "get_name_list",                     Verb::browse,    Body::name_list},
    {2,  "identify",                          Verb::identify,  Body::identify},
    {3,  "rename",                            Verb::configure, Body::rename},
    {4,  "read",                              Verb::read,      Body::read},
    {5,  "write",                             Verb::write,     Body::write},
    {6,  "get_variable_access_attributes",    Verb::browse,    Body::attributes},
    {7,  "define_named_variable",             Verb::configure, Body::object},
    {8,  "define_scattered_access",           Verb::configure, Body::object},
    {9,  "get_scattered_access_attributes",   Verb::browse,    Body::object},
    {10, "delete_variable_access",            Verb::configure, Body::delete_list},
    {11, "define_named_variable_list",        Verb::configure, Body::define_list},
    {12, "get_named_variable_list_attributes", Verb::browse,   Body::list_attributes},
    {13, "delete_named_variable_list",        Verb::configure, Body::delete_list},
    {14, "define_named_type",                 Verb::configure, Body::object},
    {15, "get_named_type_attributes",         Verb::browse,    Body::object},
    {16, "delete_named_type",                 Verb::configure, Body::delete_list},
    {17, "input",                             Verb::read,      Body::opaque},
    {18, "output",                            Verb::write,     Body::opaque},
    {19, "take_control",                      Verb::select,    Body::object},
    {20, "relinquish_control",                Verb::select,    Body::object},
    {21, "define_semaphore",                  Verb::configure, Body::object},
    {22, "delete_semaphore",                  Verb::configure, Body::object},
    {23, "report_semaphore_status",           Verb::diagnose,  Body::object},
    {24, "report_pool_semaphore_status",      Verb::diagnose,  Body::object},
    {25, "report_semaphore_entry_status",     Verb::diagnose,  Body::object},
    {26, "initiate_download_sequence",        Verb::download,  Body::download},
    {27, "download_segment",                  Verb::download,  Body::segment},
    {28, "terminate_download_sequence",       Verb::download,  Body::download},
    {29, "initiate_upload_sequence",          Verb::upload,    Body::identifier},
    {30, "upload_segment",                    Verb::upload,    Body::segment},
    {31, "terminate_upload_sequence",         Verb::upload,    Body::upload_id},
    {32, "request_domain_download",           Verb::download,  Body::download},
    {33, "request_domain_upload",             Verb::upload,    Body::download},
    {34, "load_domain_content",               Verb::download,  Body::download},
    {35, "store_domain_content",              Verb::upload,    Body::download},
    {36, "delete_domain",                     Verb::configure, Body::identifier},
    {37, "get_domain_attributes",             Verb::browse,    Body::identifier},
    {38, "create_program_invocation",         Verb::configure, Body::program},
    {39, "delete_program_invocation",         Verb::configure, Body::program},
    {40, "start",                             Verb::start,     Body::program},
    {41, "stop",                              Verb::stop,      Body::program},
    {42, "resume",                            Verb::start,     Body::program},
    {43, "reset",                             Verb::reset,     Body::program},
    {44, "kill",                              Verb::stop,      Body::program},
    {45, "get_program_invocation_attributes", Verb::browse,    Body::program},
    {46, "obtain_file",                       Verb::file,      Body::obtain_file},
    {47, "define_event_condition",            Verb::configure, Body::object},
    {48, "delete_event_condition",            Verb::configure, Body::object},
    {49, "get_event_condition_attributes",    Verb::browse,    Body::object},
    {50, "report_event_condition_status",     Verb::diagnose,  Body::object},
    {51, "alter_event_condition_monitoring",  Verb::configure, Body::object},
    {52, "trigger_event",                     Verb::control,   Body::object},
    {53, "define_event_action",               Verb::configure, Body::object},
    {54, "delete_event_action",               Verb::configure, Body::object},
    {55, "get_event_action_attributes",       Verb::browse,    Body::object},
    {56, "report_event_action_status",        Verb::diagnose,  Body::object},
    {57, "define_event_enrollment",           Verb::subscribe, Body::object},
    {58, "delete_event_enrollment",           Verb::subscribe, Body::object},
    {59, "alter_event_enrollment",            Verb::subscribe, Body::object},
    {60, "report_event_enrollment_status",    Verb::diagnose,  Body::object},
    {61, "get_event_enrollment_attributes",   Verb::browse,    Body::object},
    {62, "acknowledge_event_notification",    Verb::alarm,     Body::object},
    {63, "get_alarm_summary",                 Verb::alarm,     Body::opaque},
    {64, "get_alarm_enrollment_summary",      Verb::alarm,     Body::opaque},
    {65, "read_journal",                      Verb::read,      Body::object},
    {66, "write_journal",                     Verb::write,     Body::object},
    {67, "initialize_journal",                Verb::configure, Body::object},
    {68, "report_journal_status",             Verb::diagnose,  Body::object},
    {69, "create_journal",                    Verb::configure, Body::object},
    {70, "delete_journal",                    Verb::configure, Body::object},
    {71, "get_capability_list",               Verb::browse,    Body::opaque},
    {72, "file_open",                         Verb::file,      Body::file_open},
    {73, "file_read",                         Verb::read,      Body::file_handle},
    {74, "file_close",                        Verb::file,      Body::file_handle},
    {75, "file_rename",                       Verb::file,      Body::file_rename},
    {76, "file_delete",                       Verb::file,      Body::file_name},
    {77, "file_directory",                    Verb::browse,    Body::file_directory},
    {78, "additional_service",                Verb::other,     Body::additional},
    {80, "get_data_exchange_attributes",      Verb::browse,    Body::object},
    {81, "exchange_data",                     Verb::write,     Body::object},
    {82, "define_access_control_list",        Verb::configure, Body::opaque},
    {83, "get_access_control_list_attributes", Verb::browse,   Body::opaque},
    {84, "report_access_controlled_objects",  Verb::browse,    Body::opaque},
    {85, "delete_access_control_list",        Verb::configure, Body::opaque},
    {86, "change_access_control",             Verb::configure, Body::opaque},

    {of_unconfirmed + 0, "information_report", Verb::report, Body::information_report},  // UnconfirmedService
    {of_unconfirmed + 1, "unsolicited_status", Verb::report, Body::status},
    {of_unconfirmed + 2, "event_notification", Verb::alarm,  Body::event_notification},

    {of_pdu + 4,  "reject",   Verb::session, Body::opaque},  // PDUs that are no service of their own
    {of_pdu + 5,  "cancel",   Verb::other,   Body::opaque},
    {of_pdu + 8,  "initiate", Verb::session, Body::opaque},
    {of_pdu + 11, "conclude", Verb::session, Body::opaque},

    {of_additional + 0,  "vmd_stop",                  Verb::stop,      Body::opaque},  // AdditionalService-Request
    {of_additional + 1,  "vmd_reset",                 Verb::reset,     Body::opaque},
    {of_additional + 2,  "select_program_invocation", Verb::mode,      Body::opaque},
    {of_additional + 3,  "alter_program_invocation_attributes", Verb::configure, Body::opaque},
    {of_additional + 4,  "initiate_unit_control_load", Verb::download, Body::opaque},
    {of_additional + 5,  "unit_control_load_segment", Verb::download,  Body::opaque},
    {of_additional + 6,  "unit_control_upload",       Verb::upload,    Body::opaque},
    {of_additional + 7,  "start_unit_control",        Verb::start,     Body::opaque},
    {of_additional + 8,  "stop_unit_control",         Verb::stop,      Body::opaque},
    {of_additional + 9,  "create_unit_control",       Verb::configure, Body::opaque},
    {of_additional + 10, "add_to_unit_control",       Verb::configure, Body::opaque},
    {of_additional + 11, "remove_from_unit_control",  Verb::configure, Body::opaque},
    {of_additional + 12, "get_unit_control_attributes", Verb::browse,  Body::opaque},
    {of_additional + 13, "load_unit_control_from_file", Verb::download, Body::opaque},
    {of_additional + 14, "store_unit_control_to_file", Verb::upload,   Body::opaque},
    {of_additional + 15, "delete_unit_control",       Verb::configure, Body::opaque},
    {of_additional + 16, "define_event_condition_list", Verb::configure, Body::opaque},
    {of_additional + 17, "delete_event_condition_list", Verb::configure, Body::opaque},
    {of_additional + 18, "add_event_condition_list_reference", Verb::configure, Body::opaque},
    {of_additional + 19, "remove_event_condition_list_reference", Verb::configure, Body::opaque},
    {of_additional + 20, "get_event_condition_list_attributes", Verb::browse, Body::opaque},
    {of_additional + 21, "report_event_condition_list_status", Verb::diagnose, Body::opaque},
    {of_additional + 22, "alter_event_condition_list_monitoring", Verb::configure, Body::opaque},

    {of_association + 0, "connect",    Verb::session, Body::opaque},  // of the layers below
    {of_association + 1, "disconnect", Verb::session, Body::opaque},
    {of_association + 2, "associate",  Verb::session, Body::opaque},
    {of_association + 3, "release",    Verb::session, Body::opaque},
    {of_association + 4, "abort",      Verb::session, Body::opaque},
};
// clang-format on
inline constexpr auto service_names = names_of(services);
inline constexpr Service unknown_service = {0xffff, "unknown", Verb::other, Body::opaque};
static_assert(std::ranges::is_sorted(services, {}, &Service::code), "service_row searches by halves");

enum : std::uint16_t {
  service_read = 4,
  service_write = 5,
  service_report = of_unconfirmed,
  service_reject = of_pdu + 4,
  service_cancel = of_pdu + 5,
  service_initiate = of_pdu + 8,
  service_conclude = of_pdu + 11,
  service_connect = of_association,
  service_disconnect,
  service_associate,
  service_release,
  service_abort,
};

constexpr const Service& service_row(std::uint32_t code) {
  const auto* row = std::ranges::lower_bound(services, code, {}, &Service::code);
  return row != std::end(services) && row->code == code ? *row : unknown_service;
}

// Errors: 256 times the class plus the code of a ServiceError ([MMS] 8.6.1), and above them the codes
// of a DataAccessError ([MMS] 14.4.3.1), so that one field and one code of a refusal name both.
constexpr std::uint16_t data_access = 0x1000;
// clang-format off
inline constexpr Name error_names[] = {
    {0x000, "vmd_state_other"}, {0x001, "vmd_state_conflict"}, {0x002, "vmd_operational_problem"},
    {0x003, "domain_transfer_problem"}, {0x004, "state_machine_id_invalid"},
    {0x100, "application_reference_other"}, {0x101, "application_unreachable"}, {0x102, "connection_lost"},
    {0x103, "application_reference_invalid"}, {0x104, "context_unsupported"},
    {0x200, "definition_other"}, {0x201, "definition_object_undefined"}, {0x202, "definition_invalid_address"},
    {0x203, "definition_type_unsupported"}, {0x204, "definition_type_inconsistent"},
    {0x205, "definition_object_exists"}, {0x206, "definition_object_attribute_inconsistent"},
    {0x300, "resource_other"}, {0x301, "memory_unavailable"}, {0x302, "processor_resource_unavailable"},
    {0x303, "mass_storage_unavailable"}, {0x304, "capability_unavailable"}, {0x305, "capability_unknown"},
    {0x400, "service_other"}, {0x401, "primitives_out_of_sequence"}, {0x402, "object_state_conflict"},
    {0x403, "pdu_size"}, {0x404, "continuation_invalid"}, {0x405, "object_constraint_conflict"},
    {0x500, "service_preempt_other"}, {0x501, "timeout"}, {0x502, "deadlock"}, {0x503, "cancelled"},
    {0x600, "time_resolution_other"}, {0x601, "unsupportable_time_resolution"},
    {0x700, "access_other"}, {0x701, "access_object_access_unsupported"}, {0x702, "access_object_non_existent"},
    {0x703, "access_object_access_denied"}, {0x704, "access_object_invalidated"},
    {0x800, "initiate_other"}, {0x801, "version_incompatible"}, {0x802, "max_segment_insufficient"},
    {0x803, "max_services_outstanding_calling_insufficient"},
    {0x804, "max_services_outstanding_called_insufficient"}, {0x805, "service_cbb_insufficient"},
    {0x806, "parameter_cbb_insufficient"}, {0x807, "nesting_level_insufficient"},
    {0x900, "conclude_other"}, {0x901, "further_communication_required"},
    {0xa00, "cancel_other"}, {0xa01, "invoke_id_unknown"}, {0xa02, "cancel_not_possible"},
    {0xb00, "file_other"}, {0xb01, "filename_ambiguous"}, {0xb02, "file_busy"}, {0xb03, "filename_syntax_error"},
    {0xb04, "content_type_invalid"}, {0xb05, "position_invalid"}, {0xb06, "file_access_denied"},
    {0xb07, "file_non_existent"}, {0xb08, "duplicate_filename"}, {0xb09, "insufficient_space_in_filestore"},
    {0xc00, "others"},
    {data_access + 0, "object_invalidated"}, {data_access + 1, "hardware_fault"},
    {data_access + 2, "temporarily_unavailable"}, {data_access + 3, "object_access_denied"},
    {data_access + 4, "object_undefined"}, {data_access + 5, "invalid_address"},
    {data_access + 6, "type_unsupported"}, {data_access + 7, "type_inconsistent"},
    {data_access + 8, "object_attribute_inconsistent"}, {data_access + 9, "object_access_unsupported"},
    {data_access + 10, "object_non_existent"}, {data_access + 11, "object_value_invalid"},
};

// RejectPDU ([MMS] 8.4.1): 256 times the choice plus its code.
inline constexpr Name reject_names[] = {
    {0x100, "request_other"}, {0x101, "request_unrecognized_service"}, {0x102, "request_unrecognized_modifier"},
    {0x103, "request_invalid_invoke_id"}, {0x104, "request_invalid_argument"}, {0x105, "request_invalid_modifier"},
    {0x106, "request_max_serv_outstanding_exceeded"}, {0x108, "request_max_recursion_exceeded"},
    {0x109, "request_value_out_of_range"},
    {0x200, "response_other"}, {0x201, "response_unrecognized_service"}, {0x202, "response_invalid_invoke_id"},
    {0x203, "response_invalid_result"}, {0x205, "response_max_recursion_exceeded"},
    {0x206, "response_value_out_of_range"},
    {0x300, "error_other"}, {0x301, "error_unrecognized_service"}, {0x302, "error_invalid_invoke_id"},
    {0x303, "error_invalid_service_error"}, {0x304, "error_value_out_of_range"},
    {0x400, "unconfirmed_other"}, {0x401, "unconfirmed_unrecognized_service"},
    {0x402, "unconfirmed_invalid_argument"}, {0x403, "unconfirmed_max_recursion_exceeded"},
    {0x404, "unconfirmed_value_out_of_range"},
    {0x500, "unknown_pdu_type"}, {0x501, "invalid_pdu"}, {0x502, "illegal_acse_mapping"},
    {0x600, "cancel_request_other"}, {0x601, "cancel_request_invalid_invoke_id"},
    {0x700, "cancel_response_other"}, {0x701, "cancel_response_invalid_invoke_id"},
    {0x800, "cancel_error_other"}, {0x801, "cancel_error_invalid_invoke_id"},
    {0x802, "cancel_error_invalid_service_error"}, {0x803, "cancel_error_value_out_of_range"},
    {0x900, "conclude_request_other"}, {0x901, "conclude_request_invalid_argument"},
    {0xa00, "conclude_response_other"}, {0xa01, "conclude_response_invalid_result"},
    {0xb00, "conclude_error_other"}, {0xb01, "conclude_error_invalid_service_error"},
    {0xb02, "conclude_error_value_out_of_range"},
};
// clang-format on

}  // namespace langyan::mms
