// Interfaces and their methods, by UUID and operation number.
//
// [DA]   OPC Foundation, Data Access Custom Interface Standard 3.00 (with 1.0 and 2.05A), appendix IDL
// [AE]   OPC Foundation, Alarms and Events Custom Interface Standard 1.10, appendix IDL
// [HDA]  OPC Foundation, Historical Data Access Custom Interface Standard 1.20, appendix IDL
// [COM]  OPC Foundation, OPC Common Definitions and Interfaces 1.10
// [DCOM] Microsoft, [MS-DCOM]: Distributed Component Object Model Remote Protocol, 1.9 and 3.1
// [SCMR] Microsoft, [MS-SCMR], [MS-TSCH], [MS-RRP], [MS-SAMR], [MS-LSAD], [MS-SRVS], [MS-DRSR], [MS-WMI]
#pragma once

#include "fields/protocol.h"
#include "parsers/wire/dcerpc.h"

namespace langyan::dcerpc {

enum class Interface : std::uint8_t {
  unknown, epm, management, oxid_resolver, activation, system_activator, rem_unknown, rem_unknown2, dispatch,
  connection_point_container, connection_point, enum_guid, enum_string,
  opc_common, opc_shutdown, opc_server_list, opc_server_list2,
  opc_server, opc_server_public_groups, opc_browse_address_space, opc_group_state, opc_group_state2,
  opc_public_group_state, opc_sync_io, opc_sync_io2, opc_async_io, opc_async_io2, opc_async_io3, opc_item_mgt,
  opc_enum_item_attributes, opc_data_callback, opc_item_properties, opc_deadband, opc_sampling, opc_browse, opc_item_io,
  opc_event_server, opc_event_server2, opc_event_subscription, opc_event_area_browser, opc_event_sink,
  opc_hda_server, opc_hda_browser, opc_hda_sync_read, opc_hda_sync_update, opc_hda_sync_annotations,
  opc_hda_async_read, opc_hda_async_update, opc_hda_playback, opc_hda_callback,
  service_control, task_scheduler, task_service, registry, sam, lsa, server_service, directory_replication,
  wmi_login, wmi_services,
  workstation_service, net_logon, print_spooler, event_log, dns_server, file_encryption, file_encryption2,
  distributed_files, plug_and_play, messenger, browser, task_accounts,
};

// clang-format off
struct InterfaceRow {
  std::uint8_t code;
  std::string_view name;
  wire::Uuid uuid;
  bool orpc;  // arguments stand behind an ORPCTHIS or ORPCTHAT ([DCOM] 2.2.13)
  Interface base = Interface::unknown;  // whose methods come first
};
using enum Interface;
constexpr std::uint8_t code_of(Interface interface) { return static_cast<std::uint8_t>(interface); }
inline constexpr InterfaceRow interfaces[] = {  // in the order of Interface
    {code_of(unknown),                    "unknown",                    {}, false},
    {code_of(epm),                        "endpoint_mapper",            wire::endpoint_mapper, false},
    {code_of(management),                 "management",                 wire::uuid("afa8bd80-7d8a-11c9-bef4-08002b102989"), false},
    {code_of(oxid_resolver),              "oxid_resolver",              wire::uuid("99fcfec4-5260-101b-bbcb-00aa0021347a"), false},
    {code_of(activation),                 "activation",                 wire::uuid("4d9f4ab8-7d1c-11cf-861e-0020af6e7c57"), true},
    {code_of(system_activator),           "system_activator",           wire::uuid("000001a0-0000-0000-c000-000000000046"), true},
    {code_of(rem_unknown),                "rem_unknown",                wire::uuid("00000131-0000-0000-c000-000000000046"), true},
    {code_of(rem_unknown2),               "rem_unknown2",               wire::uuid("00000143-0000-0000-c000-000000000046"), true, rem_unknown},
    {code_of(Interface::dispatch),        "dispatch",                   wire::uuid("00020400-0000-0000-c000-000000000046"), true},
    {code_of(connection_point_container), "connection_point_container", wire::uuid("b196b284-bab4-101a-b69c-00aa00341d07"), true},
    {code_of(connection_point),           "connection_point",           wire::uuid("b196b286-bab4-101a-b69c-00aa00341d07"), true},
    {code_of(enum_guid),                  "enum_guid",                  wire::uuid("0002e000-0000-0000-c000-000000000046"), true},
    {code_of(enum_string),                "enum_string",                wire::uuid("00000101-0000-0000-c000-000000000046"), true},
    {code_of(opc_common),                 "opc_common",                 wire::uuid("f31dfde2-07b6-11d2-b2d8-0060083ba1fb"), true},
    {code_of(opc_shutdown),               "opc_shutdown",               wire::uuid("f31dfde1-07b6-11d2-b2d8-0060083ba1fb"), true},
    {code_of(opc_server_list),            "opc_server_list",            wire::uuid("13486d50-4821-11d2-a494-3cb306c10000"), true},
    {code_of(opc_server_list2),           "opc_server_list2",           wire::uuid("9dd0b56c-ad9e-43ee-8305-487f3188bf7a"), true, opc_server_list},
    {code_of(opc_server),                 "opc_server",                 wire::uuid("39c13a4d-011e-11d0-9675-0020afd8adb3"), true},
    {code_of(opc_server_public_groups),   "opc_server_public_groups",   wire::uuid("39c13a4e-011e-11d0-9675-0020afd8adb3"), true},
    {code_of(opc_browse_address_space),   "opc_browse_address_space",   wire::uuid("39c13a4f-011e-11d0-9675-0020afd8adb3"), true},
    {code_of(opc_group_state),            "opc_group_state_mgt",        wire::uuid("39c13a50-011e-11d0-9675-0020afd8adb3"), true},
    {code_of(opc_group_state2),           "opc_group_state_mgt2",       wire::uuid("8e368666-d72e-4f78-87ed-647611c61c9f"), true, opc_group_state},
    {code_of(opc_public_group_state),     "opc_public_group_state_mgt", wire::uuid("39c13a51-011e-11d0-9675-0020afd8adb3"), true},
    {code_of(opc_sync_io),                "opc_sync_io",                wire::uuid("39c13a52-011e-11d0-9675-0020afd8adb3"), true},
    {code_of(opc_sync_io2),               "opc_sync_io2",               wire::uuid("730f5f0f-55b1-4c81-9e18-ff8a0904e1fa"), true, opc_sync_io},
    {code_of(opc_async_io),               "opc_async_io",               wire::uuid("39c13a53-011e-11d0-9675-0020afd8adb3"), true},
    {code_of(opc_async_io2),              "opc_async_io2",              wire::uuid("39c13a71-011e-11d0-9675-0020afd8adb3"), true},
    {code_of(opc_async_io3),              "opc_async_io3",              wire::uuid("0967b97b-36ef-423e-b6f8-6bff1e40d39d"), true, opc_async_io2},
    {code_of(opc_item_mgt),               "opc_item_mgt",               wire::uuid("39c13a54-011e-11d0-9675-0020afd8adb3"), true},
    {code_of(opc_enum_item_attributes),   "opc_enum_item_attributes",   wire::uuid("39c13a55-011e-11d0-9675-0020afd8adb3"), true},
    {code_of(opc_data_callback),          "opc_data_callback",          wire::uuid("39c13a70-011e-11d0-9675-0020afd8adb3"), true},
    {code_of(opc_item_properties),        "opc_item_properties",        wire::uuid("39c13a72-011e-11d0-9675-0020afd8adb3"), true},
    {code_of(opc_deadband),               "opc_item_deadband_mgt",      wire::uuid("5946da93-8b39-4ec8-ab3d-aa73df5bc86f"), true},
    {code_of(opc_sampling),               "opc_item_sampling_mgt",      wire::uuid("3e22d313-f08b-41a5-86c8-95e95cb49ffc"), true},
    {code_of(opc_browse),                 "opc_browse",                 wire::uuid("39227004-a18f-4b57-8b0a-5235670f4468"), true},
    {code_of(opc_item_io),                "opc_item_io",                wire::uuid("85c0b427-2893-4cbc-bd78-e5fc5146f08f"), true},
    {code_of(opc_event_server),           "opc_event_server",           wire::uuid("65168851-5783-11d1-84a0-00608cb8a7e9"), true},
    {code_of(opc_event_server2),          "opc_event_server2",          wire::uuid("71bbe88e-9564-4bcd-bcfc-71c558d94f2d"), true, opc_event_server},
    {code_of(opc_event_subscription),     "opc_event_subscription_mgt", wire::uuid("65168855-5783-11d1-84a0-00608cb8a7e9"), true},
    {code_of(opc_event_area_browser),     "opc_event_area_browser",     wire::uuid("65168857-5783-11d1-84a0-00608cb8a7e9"), true},
    {code_of(opc_event_sink),             "opc_event_sink",             wire::uuid("6516885f-5783-11d1-84a0-00608cb8a7e9"), true},
    {code_of(opc_hda_server),             "opc_hda_server",             wire::uuid("1f1217b0-dee0-11d2-a5e5-000086339399"), true},
    {code_of(opc_hda_browser),            "opc_hda_browser",            wire::uuid("1f1217b1-dee0-11d2-a5e5-000086339399"), true},
    {code_of(opc_hda_sync_read),          "opc_hda_sync_read",          wire::uuid("1f1217b2-dee0-11d2-a5e5-000086339399"), true},
    {code_of(opc_hda_sync_update),        "opc_hda_sync_update",        wire::uuid("1f1217b3-dee0-11d2-a5e5-000086339399"), true},
    {code_of(opc_hda_sync_annotations),   "opc_hda_sync_annotations",   wire::uuid("1f1217b4-dee0-11d2-a5e5-000086339399"), true},
    {code_of(opc_hda_async_read),         "opc_hda_async_read",         wire::uuid("1f1217b5-dee0-11d2-a5e5-000086339399"), true},
    {code_of(opc_hda_async_update),       "opc_hda_async_update",       wire::uuid("1f1217b6-dee0-11d2-a5e5-000086339399"), true},
    {code_of(opc_hda_playback),           "opc_hda_playback",           wire::uuid("1f1217b8-dee0-11d2-a5e5-000086339399"), true},
    {code_of(opc_hda_callback),           "opc_hda_data_callback",      wire::uuid("1f1217b9-dee0-11d2-a5e5-000086339399"), true},
    {code_of(service_control),            "service_control",            wire::uuid("367abb81-9844-35f1-ad32-98f038001003"), false},
    {code_of(task_scheduler),             "at_service",                 wire::uuid("1ff70682-0a51-30e8-076d-740be8cee98b"), false},
    {code_of(task_service),               "task_scheduler",             wire::uuid("86d35949-83c9-4044-b424-db363231fd0c"), false},
    {code_of(registry),                   "registry",                   wire::uuid("338cd001-2244-31f1-aaaa-900038001003"), false},
    {code_of(sam),                        "security_accounts",          wire::uuid("12345778-1234-abcd-ef00-0123456789ac"), false},
    {code_of(lsa),                        "local_security_authority",   wire::uuid("12345778-1234-abcd-ef00-0123456789ab"), false},
    {code_of(server_service),             "server_service",             wire::uuid("4b324fc8-1670-01d3-1278-5a47bf6ee188"), false},
    {code_of(directory_replication),      "directory_replication",      wire::uuid("e3514235-4b06-11d1-ab04-00c04fc2dcd2"), false},
    {code_of(wmi_login),                  "wmi_login",                  wire::uuid("f309ad18-d86a-11d0-a075-00c04fb68820"), true},
    {code_of(wmi_services),               "wmi_services",               wire::uuid("9556dc99-828c-11cf-a37e-00aa003240c7"), true},
    {code_of(workstation_service),        "workstation_service",        wire::uuid("6bffd098-a112-3610-9833-46c3f87e345a"), false},
    {code_of(net_logon),                  "net_logon",                  wire::uuid("12345678-1234-abcd-ef00-01234567cffb"), false},
    {code_of(print_spooler),              "print_spooler",              wire::uuid("12345678-1234-abcd-ef00-0123456789ab"), false},
    {code_of(event_log),                  "event_log",                  wire::uuid("82273fdc-e32a-18c3-3f78-827929dc23ea"), false},
    {code_of(dns_server),                 "dns_server",                 wire::uuid("50abc2a4-574d-40b3-9d66-ee4fd5fba076"), false},
    {code_of(file_encryption),            "file_encryption",            wire::uuid("c681d488-d850-11d0-8c52-00c04fd90f7e"), false},
    {code_of(file_encryption2),           "file_encryption2",           wire::uuid("df1941c5-fe89-4e79-bf10-463657acf44d"), false},
    {code_of(distributed_files),          "distributed_files",          wire::uuid("4fc742e0-4a10-11cf-8273-00aa004ae673"), false},
    {code_of(plug_and_play),              "plug_and_play",              wire::uuid("8d9f4e40-a03d-11ce-8f69-08003e30051b"), false},
    {code_of(messenger),                  "messenger",                  wire::uuid("5a7b91f8-ff00-11d0-a9b2-00c04fb6e6fc"), false},
    {code_of(browser),                    "browser",                    wire::uuid("6bffd098-a112-3610-9833-012892020162"), false},
    {code_of(task_accounts),              "task_accounts",              wire::uuid("378e52b0-c0a9-11cf-822d-00aa0051e40f"), false},
};
static_assert([] {
  for (std::size_t i = 0; i < std::size(interfaces); ++i)
    if (interfaces[i].code != i) return false;
  return std::size(interfaces) == code_of(task_accounts) + 1u;
}(), "one row an interface, in the enum's order");
inline constexpr auto interface_names = names_of(interfaces);
// The same numbers by UUID, as rules of other engines write interfaces.
inline constexpr auto uuid_texts = [] {
  std::array<std::array<char, wire::uuid_text_bytes>, std::size(interfaces)> texts{};
  for (const InterfaceRow& row : interfaces) {
    std::size_t at = 0;
    const auto put = [&](std::uint64_t number, unsigned digits) {
      for (unsigned i = digits; i-- > 0;) texts[row.code][at++] = "0123456789abcdef"[number >> 4 * i & 15];
    };
    const auto dash = [&] { texts[row.code][at++] = '-'; };
    put(row.uuid.low, 8), dash(), put(row.uuid.middle, 4), dash(), put(row.uuid.high, 4), dash();
    for (std::size_t i = 0; i < row.uuid.rest.size(); ++i) {
      put(row.uuid.rest[i], 2);
      if (i == 1) dash();
    }
  }
  return texts;
}();
inline constexpr auto uuid_names = [] {
  std::array<Name, std::size(interfaces) - 1> names{};
  for (std::size_t i = 0; i < names.size(); ++i)
    names[i] = {static_cast<std::uint32_t>(i + 1), {uuid_texts[i + 1].data(), uuid_texts[i + 1].size()}};
  return names;
}();

constexpr Interface interface_of(const wire::Uuid& uuid) {
  for (const InterfaceRow& row : interfaces)
    if (row.code != 0 && row.uuid == uuid) return static_cast<Interface>(row.code);
  return unknown;
}

enum class Body : std::uint8_t {  // arguments that are read further
  none, read, write, sync_read, data_change, write_complete, add_items, status, browse_text, server_list,
};
constexpr std::uint32_t method_code(Interface interface, unsigned opnum) { return std::uint32_t{code_of(interface)} << 16 | opnum; }
struct MethodRow {
  std::uint32_t code;
  std::string_view name;
  Verb verb;
  Body body = Body::none;
};
inline constexpr MethodRow methods[] = {
    {method_code(epm, 0), "epm_insert", Verb::configure},
    {method_code(epm, 1), "epm_delete", Verb::configure},
    {method_code(epm, 2), "epm_lookup", Verb::browse},
    {method_code(epm, 3), "epm_map", Verb::browse},
    {method_code(epm, 4), "epm_lookup_handle_free", Verb::session},
    {method_code(management, 0), "mgmt_inquire_interfaces", Verb::browse},
    {method_code(management, 3), "mgmt_stop_server", Verb::stop},
    {method_code(oxid_resolver, 0), "resolve_oxid", Verb::session},
    {method_code(oxid_resolver, 1), "simple_ping", Verb::heartbeat},
    {method_code(oxid_resolver, 2), "complex_ping", Verb::heartbeat},
    {method_code(oxid_resolver, 3), "server_alive", Verb::heartbeat},
    {method_code(oxid_resolver, 4), "resolve_oxid2", Verb::session},
    {method_code(oxid_resolver, 5), "server_alive2", Verb::heartbeat},
    {method_code(activation, 0), "remote_activation", Verb::session},
    {method_code(system_activator, 3), "remote_get_class_object", Verb::session},
    {method_code(system_activator, 4), "remote_create_instance", Verb::session},
    {method_code(rem_unknown, 3), "rem_query_interface", Verb::session},
    {method_code(rem_unknown, 4), "rem_add_ref", Verb::heartbeat},
    {method_code(rem_unknown, 5), "rem_release", Verb::heartbeat},
    {method_code(rem_unknown2, 6), "rem_query_interface2", Verb::session},
    {method_code(Interface::dispatch, 6), "dispatch_invoke", Verb::other},
    {method_code(connection_point_container, 3), "enum_connection_points", Verb::browse},
    {method_code(connection_point_container, 4), "find_connection_point", Verb::session},
    {method_code(connection_point, 5), "advise", Verb::subscribe},
    {method_code(connection_point, 6), "unadvise", Verb::subscribe},
    {method_code(enum_guid, 3), "enum_guid_next", Verb::browse},
    {method_code(enum_string, 3), "enum_string_next", Verb::browse},
    {method_code(opc_common, 3), "set_locale_id", Verb::session},
    {method_code(opc_common, 4), "get_locale_id", Verb::session},
    {method_code(opc_common, 5), "query_available_locale_ids", Verb::session},
    {method_code(opc_common, 6), "common_get_error_string", Verb::diagnose},
    {method_code(opc_common, 7), "set_client_name", Verb::session},
    {method_code(opc_shutdown, 3), "shutdown_request", Verb::session},
    {method_code(opc_server_list, 3), "enum_classes_of_categories", Verb::browse, Body::server_list},
    {method_code(opc_server_list, 4), "get_class_details", Verb::browse},
    {method_code(opc_server_list, 5), "clsid_from_prog_id", Verb::browse},
    {method_code(opc_server, 3), "add_group", Verb::subscribe},
    {method_code(opc_server, 4), "get_error_string", Verb::diagnose},
    {method_code(opc_server, 5), "get_group_by_name", Verb::browse},
    {method_code(opc_server, 6), "get_status", Verb::identify, Body::status},
    {method_code(opc_server, 7), "remove_group", Verb::subscribe},
    {method_code(opc_server, 8), "create_group_enumerator", Verb::browse},
    {method_code(opc_server_public_groups, 3), "get_public_group_by_name", Verb::browse},
    {method_code(opc_server_public_groups, 4), "remove_public_group", Verb::configure},
    {method_code(opc_browse_address_space, 3), "query_organization", Verb::browse},
    {method_code(opc_browse_address_space, 4), "change_browse_position", Verb::browse},
    {method_code(opc_browse_address_space, 5), "browse_opc_item_ids", Verb::browse},
    {method_code(opc_browse_address_space, 6), "get_item_id", Verb::browse},
    {method_code(opc_browse_address_space, 7), "browse_access_paths", Verb::browse},
    {method_code(opc_group_state, 3), "group_get_state", Verb::subscribe},
    {method_code(opc_group_state, 4), "group_set_state", Verb::subscribe},
    {method_code(opc_group_state, 5), "group_set_name", Verb::subscribe},
    {method_code(opc_group_state, 6), "group_clone", Verb::subscribe},
    {method_code(opc_group_state2, 7), "group_set_keep_alive", Verb::subscribe},
    {method_code(opc_group_state2, 8), "group_get_keep_alive", Verb::subscribe},
    {method_code(opc_public_group_state, 3), "public_group_get_state", Verb::subscribe},
    {method_code(opc_public_group_state, 4), "public_group_move", Verb::configure},
    {method_code(opc_sync_io, 3), "sync_read", Verb::read, Body::sync_read},
    {method_code(opc_sync_io, 4), "sync_write", Verb::write, Body::write},
    {method_code(opc_sync_io2, 5), "sync_read_max_age", Verb::read, Body::read},
    {method_code(opc_sync_io2, 6), "sync_write_vqt", Verb::write},
    {method_code(opc_async_io, 3), "async1_read", Verb::read},
    {method_code(opc_async_io, 4), "async1_write", Verb::write},
    {method_code(opc_async_io, 5), "async1_refresh", Verb::read},
    {method_code(opc_async_io, 6), "async1_cancel", Verb::session},
    {method_code(opc_async_io2, 3), "async_read", Verb::read, Body::read},
    {method_code(opc_async_io2, 4), "async_write", Verb::write, Body::write},
    {method_code(opc_async_io2, 5), "async_refresh", Verb::read},
    {method_code(opc_async_io2, 6), "async_cancel", Verb::session},
    {method_code(opc_async_io2, 7), "async_set_enable", Verb::subscribe},
    {method_code(opc_async_io2, 8), "async_get_enable", Verb::subscribe},
    {method_code(opc_async_io3, 9), "async_read_max_age", Verb::read, Body::read},
    {method_code(opc_async_io3, 10), "async_write_vqt", Verb::write},
    {method_code(opc_async_io3, 11), "async_refresh_max_age", Verb::read},
    {method_code(opc_item_mgt, 3), "add_items", Verb::subscribe, Body::add_items},
    {method_code(opc_item_mgt, 4), "validate_items", Verb::browse, Body::add_items},
    {method_code(opc_item_mgt, 5), "remove_items", Verb::subscribe},
    {method_code(opc_item_mgt, 6), "set_active_state", Verb::subscribe},
    {method_code(opc_item_mgt, 7), "set_client_handles", Verb::subscribe},
    {method_code(opc_item_mgt, 8), "set_datatypes", Verb::subscribe},
    {method_code(opc_item_mgt, 9), "create_item_enumerator", Verb::browse},
    {method_code(opc_enum_item_attributes, 3), "item_attributes_next", Verb::browse},
    {method_code(opc_data_callback, 3), "on_data_change", Verb::report, Body::data_change},
    {method_code(opc_data_callback, 4), "on_read_complete", Verb::report, Body::data_change},
    {method_code(opc_data_callback, 5), "on_write_complete", Verb::report, Body::write_complete},
    {method_code(opc_data_callback, 6), "on_cancel_complete", Verb::report},
    {method_code(opc_item_properties, 3), "query_available_properties", Verb::browse, Body::browse_text},
    {method_code(opc_item_properties, 4), "get_item_properties", Verb::read, Body::browse_text},
    {method_code(opc_item_properties, 5), "lookup_item_ids", Verb::browse, Body::browse_text},
    {method_code(opc_deadband, 3), "set_item_deadband", Verb::configure},
    {method_code(opc_deadband, 4), "get_item_deadband", Verb::read},
    {method_code(opc_deadband, 5), "clear_item_deadband", Verb::configure},
    {method_code(opc_sampling, 3), "set_item_sampling_rate", Verb::configure},
    {method_code(opc_sampling, 4), "get_item_sampling_rate", Verb::read},
    {method_code(opc_browse, 3), "browse_get_properties", Verb::browse},
    {method_code(opc_browse, 4), "browse", Verb::browse, Body::browse_text},
    {method_code(opc_item_io, 3), "item_read", Verb::read},
    {method_code(opc_item_io, 4), "item_write_vqt", Verb::write},
    {method_code(opc_event_server, 3), "event_get_status", Verb::identify},
    {method_code(opc_event_server, 4), "create_event_subscription", Verb::subscribe},
    {method_code(opc_event_server, 5), "query_available_filters", Verb::browse},
    {method_code(opc_event_server, 6), "query_event_categories", Verb::browse},
    {method_code(opc_event_server, 7), "query_condition_names", Verb::browse},
    {method_code(opc_event_server, 8), "query_sub_condition_names", Verb::browse},
    {method_code(opc_event_server, 9), "query_source_conditions", Verb::browse},
    {method_code(opc_event_server, 10), "query_event_attributes", Verb::browse},
    {method_code(opc_event_server, 11), "translate_to_item_ids", Verb::browse},
    {method_code(opc_event_server, 12), "get_condition_state", Verb::read},
    {method_code(opc_event_server, 13), "enable_condition_by_area", Verb::configure},
    {method_code(opc_event_server, 14), "enable_condition_by_source", Verb::configure},
    {method_code(opc_event_server, 15), "disable_condition_by_area", Verb::configure},
    {method_code(opc_event_server, 16), "disable_condition_by_source", Verb::configure},
    {method_code(opc_event_server, 17), "ack_condition", Verb::control},
    {method_code(opc_event_server, 18), "create_area_browser", Verb::browse},
    {method_code(opc_event_subscription, 3), "event_set_filter", Verb::subscribe},
    {method_code(opc_event_subscription, 7), "event_refresh", Verb::read},
    {method_code(opc_event_subscription, 9), "event_get_state", Verb::subscribe},
    {method_code(opc_event_subscription, 10), "event_set_state", Verb::subscribe},
    {method_code(opc_event_area_browser, 3), "area_change_browse_position", Verb::browse},
    {method_code(opc_event_area_browser, 4), "browse_opc_areas", Verb::browse},
    {method_code(opc_event_sink, 3), "on_event", Verb::alarm},
    {method_code(opc_hda_server, 3), "hda_get_item_attributes", Verb::browse},
    {method_code(opc_hda_server, 4), "hda_get_aggregates", Verb::browse},
    {method_code(opc_hda_server, 5), "hda_get_historian_status", Verb::identify},
    {method_code(opc_hda_server, 6), "hda_get_item_handles", Verb::browse},
    {method_code(opc_hda_server, 7), "hda_release_item_handles", Verb::session},
    {method_code(opc_hda_server, 8), "hda_validate_item_ids", Verb::browse},
    {method_code(opc_hda_server, 9), "hda_create_browse", Verb::browse},
    {method_code(opc_hda_browser, 3), "hda_browse", Verb::browse},
    {method_code(opc_hda_browser, 4), "hda_change_browse_position", Verb::browse},
    {method_code(opc_hda_sync_read, 3), "hda_read_raw", Verb::read},
    {method_code(opc_hda_sync_read, 4), "hda_read_processed", Verb::read},
    {method_code(opc_hda_sync_read, 5), "hda_read_at_time", Verb::read},
    {method_code(opc_hda_sync_read, 6), "hda_read_modified", Verb::read},
    {method_code(opc_hda_sync_read, 7), "hda_read_attribute", Verb::read},
    {method_code(opc_hda_sync_update, 4), "hda_insert", Verb::write},
    {method_code(opc_hda_sync_update, 5), "hda_replace", Verb::write},
    {method_code(opc_hda_sync_update, 6), "hda_insert_replace", Verb::write},
    {method_code(opc_hda_sync_update, 7), "hda_delete_raw", Verb::write},
    {method_code(opc_hda_sync_update, 8), "hda_delete_at_time", Verb::write},
    {method_code(opc_hda_sync_annotations, 5), "hda_insert_annotation", Verb::write},
    {method_code(opc_hda_async_read, 3), "hda_async_read_raw", Verb::read},
    {method_code(opc_hda_async_read, 4), "hda_async_advise_raw", Verb::subscribe},
    {method_code(opc_hda_async_update, 4), "hda_async_insert", Verb::write},
    {method_code(opc_hda_async_update, 5), "hda_async_replace", Verb::write},
    {method_code(opc_hda_async_update, 7), "hda_async_delete_raw", Verb::write},
    {method_code(opc_hda_callback, 3), "hda_on_data_change", Verb::report},
    {method_code(opc_hda_callback, 4), "hda_on_read_complete", Verb::report},
    {method_code(service_control, 1), "control_service", Verb::stop},
    {method_code(service_control, 2), "delete_service", Verb::configure},
    {method_code(service_control, 11), "change_service_config", Verb::configure},
    {method_code(service_control, 12), "create_service", Verb::configure},
    {method_code(service_control, 15), "open_service_manager", Verb::session},
    {method_code(service_control, 16), "open_service", Verb::session},
    {method_code(service_control, 19), "start_service", Verb::start},
    {method_code(task_scheduler, 0), "at_job_add", Verb::configure},
    {method_code(task_service, 1), "register_task", Verb::configure},
    {method_code(task_service, 12), "run_task", Verb::start},
    {method_code(directory_replication, 3), "get_nc_changes", Verb::auth},
    {method_code(wmi_login, 6), "wmi_ntlm_login", Verb::auth},
    {method_code(wmi_services, 20), "wmi_exec_query", Verb::browse},
    {method_code(wmi_services, 24), "wmi_exec_method", Verb::start},
};
// clang-format on
inline constexpr auto method_names = names_of(methods);
constexpr const MethodRow* method_row(Interface interface, std::uint16_t opnum) {
  for (const Interface each : {interface, interfaces[code_of(interface)].base}) {
    if (each == unknown) continue;
    for (const MethodRow& row : methods)
      if (row.code == method_code(each, opnum)) return &row;
  }
  return nullptr;
}

}  // namespace langyan::dcerpc
