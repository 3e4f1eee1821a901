// The services of OPC UA and the methods the standard itself defines, each with the verb it stands for.
#pragma once

#include "fields/operation.h"

namespace langyan::opcua {

struct Call;
using Body = void (*)(Call&);  // reads what follows the request's or response's header

// session.cc
void find_servers_request(Call&);
void find_servers_response(Call&);
void servers_on_network_request(Call&);
void servers_on_network_response(Call&);
void endpoints_response(Call&);
void register_server_request(Call&);
void open_channel_request(Call&);
void open_channel_response(Call&);
void create_session_request(Call&);
void create_session_response(Call&);
void activate_session_request(Call&);
void activate_session_response(Call&);
void close_session_request(Call&);
void cancel_request(Call&);
void cancel_response(Call&);
// address_space.cc
void add_nodes_request(Call&);
void add_nodes_response(Call&);
void add_references_request(Call&);
void delete_nodes_request(Call&);
void delete_references_request(Call&);
void browse_request(Call&);
void browse_response(Call&);
void browse_next_request(Call&);
void translate_request(Call&);
void translate_response(Call&);
void nodes_request(Call&);
void register_nodes_response(Call&);
// attributes.cc
void read_request(Call&);
void read_response(Call&);
void write_request(Call&);
void history_read_request(Call&);
void history_read_response(Call&);
void history_update_request(Call&);
void history_update_response(Call&);
void call_request(Call&);
void call_response(Call&);
// subscription.cc
void create_items_request(Call&);
void create_items_response(Call&);
void modify_items_request(Call&);
void modify_items_response(Call&);
void monitoring_mode_request(Call&);
void triggering_request(Call&);
void triggering_response(Call&);
void delete_items_request(Call&);
void create_subscription_request(Call&);
void create_subscription_response(Call&);
void modify_subscription_request(Call&);
void modify_subscription_response(Call&);
void publishing_mode_request(Call&);
void publish_request(Call&);
void publish_response(Call&);
void republish_request(Call&);
void republish_response(Call&);
void transfer_request(Call&);
void transfer_response(Call&);
void delete_subscriptions_request(Call&);
// opcua.cc
void nothing(Call&);  // nothing follows the header
void opaque(Call&);   // what follows is not read
void results(Call&);  // status codes, one a thing asked, and diagnostics

struct Service {
  std::uint32_t code;  // of the request's binary encoding, [IDS]
  std::string_view name;
  Verb verb;
  std::uint32_t response;  // of the response's
  Body ask, answer;
};

// clang-format off
inline constexpr Service services[] = {  // [P4] 5
    {397,   "service_fault",                 Verb::other,     0,     opaque,                       nothing},
    {410,   "test_stack",                    Verb::diagnose,  413,   opaque,                       opaque},
    {416,   "test_stack_ex",                 Verb::diagnose,  419,   opaque,                       opaque},
    {422,   "find_servers",                  Verb::identify,  425,   find_servers_request,         find_servers_response},
    {428,   "get_endpoints",                 Verb::identify,  431,   find_servers_request,         endpoints_response},
    {437,   "register_server",               Verb::report,    440,   register_server_request,      nothing},
    {446,   "open_secure_channel",           Verb::session,   449,   open_channel_request,         open_channel_response},
    {452,   "close_secure_channel",          Verb::session,   455,   nothing,                      nothing},
    {461,   "create_session",                Verb::session,   464,   create_session_request,       create_session_response},
    {467,   "activate_session",              Verb::auth,      470,   activate_session_request,     activate_session_response},
    {473,   "close_session",                 Verb::session,   476,   close_session_request,        nothing},
    {479,   "cancel",                        Verb::session,   482,   cancel_request,               cancel_response},
    {488,   "add_nodes",                     Verb::configure, 491,   add_nodes_request,            add_nodes_response},
    {494,   "add_references",                Verb::configure, 497,   add_references_request,       results},
    {500,   "delete_nodes",                  Verb::configure, 503,   delete_nodes_request,         results},
    {506,   "delete_references",             Verb::configure, 509,   delete_references_request,    results},
    {527,   "browse",                        Verb::browse,    530,   browse_request,               browse_response},
    {533,   "browse_next",                   Verb::browse,    536,   browse_next_request,          browse_response},
    {554,   "translate_browse_paths",        Verb::browse,    557,   translate_request,            translate_response},
    {560,   "register_nodes",                Verb::browse,    563,   nodes_request,                register_nodes_response},
    {566,   "unregister_nodes",              Verb::browse,    569,   nodes_request,                nothing},
    {615,   "query_first",                   Verb::browse,    618,   opaque,                       opaque},
    {621,   "query_next",                    Verb::browse,    624,   opaque,                       opaque},
    {631,   "read",                          Verb::read,      634,   read_request,                 read_response},
    {664,   "history_read",                  Verb::read,      667,   history_read_request,         history_read_response},
    {673,   "write",                         Verb::write,     676,   write_request,                results},
    {700,   "history_update",                Verb::write,     703,   history_update_request,       history_update_response},
    {712,   "call",                          Verb::control,   715,   call_request,                 call_response},
    {751,   "create_monitored_items",        Verb::subscribe, 754,   create_items_request,         create_items_response},
    {763,   "modify_monitored_items",        Verb::subscribe, 766,   modify_items_request,         modify_items_response},
    {769,   "set_monitoring_mode",           Verb::subscribe, 772,   monitoring_mode_request,      results},
    {775,   "set_triggering",                Verb::subscribe, 778,   triggering_request,           triggering_response},
    {781,   "delete_monitored_items",        Verb::subscribe, 784,   delete_items_request,         results},
    {787,   "create_subscription",           Verb::subscribe, 790,   create_subscription_request,  create_subscription_response},
    {793,   "modify_subscription",           Verb::subscribe, 796,   modify_subscription_request,  modify_subscription_response},
    {799,   "set_publishing_mode",           Verb::subscribe, 802,   publishing_mode_request,      results},
    {826,   "publish",                       Verb::report,    829,   publish_request,              publish_response},
    {832,   "republish",                     Verb::report,    835,   republish_request,            republish_response},
    {841,   "transfer_subscriptions",        Verb::subscribe, 844,   transfer_request,             transfer_response},
    {847,   "delete_subscriptions",          Verb::subscribe, 850,   delete_subscriptions_request, results},
    {12208, "find_servers_on_network",       Verb::identify,  12209, servers_on_network_request,   servers_on_network_response},
    {12211, "register_server2",              Verb::report,    12212, register_server_request,      results},
    {15903, "sessionless_invoke",            Verb::other,     21001, opaque,                       opaque},
};
inline constexpr auto service_names = names_of(services);
constexpr std::uint32_t type_service_fault = 397, service_open_channel = 446, service_close_channel = 452, service_publish = 826,
                        service_read = 631;

struct Method {  // of namespace 0, [IDS]
  std::uint32_t code;
  std::string_view name;
  Verb verb;
};
inline constexpr Method methods[] = {
    {2426,  "program_start",                    Verb::start},
    {2427,  "program_suspend",                  Verb::stop},
    {2428,  "program_resume",                   Verb::start},
    {2429,  "program_halt",                     Verb::stop},
    {2430,  "program_reset",                    Verb::reset},
    {2947,  "unshelve",                         Verb::alarm},
    {2948,  "one_shot_shelve",                  Verb::alarm},
    {2949,  "timed_shelve",                     Verb::alarm},
    {3875,  "condition_refresh",                Verb::alarm},
    {9027,  "condition_enable",                 Verb::alarm},
    {9028,  "condition_disable",                Verb::alarm},
    {9029,  "condition_add_comment",            Verb::alarm},
    {9111,  "acknowledge",                      Verb::alarm},
    {9113,  "confirm",                          Verb::alarm},
    {11489, "get_monitored_items",              Verb::read},
    {11492, "get_monitored_items",              Verb::read},
    {11580, "file_open",                        Verb::file},
    {11583, "file_close",                       Verb::file},
    {11585, "file_read",                        Verb::file},
    {11588, "file_write",                       Verb::file},
    {11590, "file_get_position",                Verb::file},
    {11593, "file_set_position",                Verb::file},
    {12543, "trust_list_open_with_masks",       Verb::configure},
    {12546, "trust_list_close_and_update",      Verb::configure},
    {12548, "trust_list_add_certificate",       Verb::configure},
    {12550, "trust_list_remove_certificate",    Verb::configure},
    {12616, "update_certificate",               Verb::configure},
    {12731, "create_signing_request",           Verb::configure},
    {12734, "apply_changes",                    Verb::configure},
    {12737, "create_signing_request",           Verb::configure},
    {12740, "apply_changes",                    Verb::configure},
    {12746, "set_subscription_durable",         Verb::subscribe},
    {12749, "set_subscription_durable",         Verb::subscribe},
    {12775, "get_rejected_list",                Verb::read},
    {12777, "get_rejected_list",                Verb::read},
    {12871, "resend_data",                      Verb::subscribe},
    {12873, "resend_data",                      Verb::subscribe},
    {12883, "request_server_state_change",      Verb::mode},
    {12886, "request_server_state_change",      Verb::mode},
    {12912, "condition_refresh2",               Verb::alarm},
    {13387, "create_directory",                 Verb::file},
    {13390, "create_file",                      Verb::file},
    {13393, "delete_file_system_object",        Verb::file},
    {13395, "move_or_copy",                     Verb::file},
    {13737, "update_certificate",               Verb::configure},
    {14432, "pubsub_remove_connection",         Verb::configure},
    {14645, "pubsub_enable",                    Verb::configure},
    {14646, "pubsub_disable",                   Verb::configure},
    {15215, "get_security_keys",                Verb::auth},
    {15624, "role_add_identity",                Verb::configure},
    {15626, "role_remove_identity",             Verb::configure},
    {15746, "generate_file_for_read",           Verb::file},
    {15749, "generate_file_for_write",          Verb::file},
    {15751, "close_and_commit",                 Verb::file},
    {15907, "get_security_keys",                Verb::auth},
    {15997, "add_role",                         Verb::configure},
    {16000, "remove_role",                      Verb::configure},
    {16301, "add_role",                         Verb::configure},
    {16304, "remove_role",                      Verb::configure},
    {16317, "configuration_close_and_update",   Verb::configure},
    {16402, "alarm_silence",                    Verb::alarm},
    {16403, "alarm_suppress",                   Verb::alarm},
    {16598, "pubsub_add_connection",            Verb::configure},
    {17296, "set_security_keys",                Verb::configure},
    {17364, "set_security_keys",                Verb::configure},
    {17366, "pubsub_add_connection",            Verb::configure},
    {17369, "pubsub_remove_connection",         Verb::configure},
    {17868, "alarm_unsuppress",                 Verb::alarm},
    {17869, "alarm_remove_from_service",        Verb::alarm},
    {17870, "alarm_place_in_service",           Verb::alarm},
    {18006, "update_credential",                Verb::configure},
    {18008, "delete_credential",                Verb::configure},
    {18199, "alarm_reset",                      Verb::alarm},
    {23526, "get_rejected_list",                Verb::read},
    {24269, "add_user",                         Verb::configure},
    {24271, "modify_user",                      Verb::configure},
    {24273, "remove_user",                      Verb::configure},
    {24275, "change_password",                  Verb::configure},
    {24304, "add_user",                         Verb::configure},
    {24306, "modify_user",                      Verb::configure},
    {24308, "remove_user",                      Verb::configure},
    {24310, "change_password",                  Verb::configure},
    {25508, "pubsub_close_and_update",          Verb::configure},
    {25698, "cancel_changes",                   Verb::configure},
    {25699, "reset_to_server_defaults",         Verb::reset},
    {25708, "cancel_changes",                   Verb::configure},
    {25709, "reset_to_server_defaults",         Verb::reset},
};
inline constexpr auto method_names = names_of(methods);
// clang-format on

constexpr const Method* method_row(std::uint32_t code) {
  for (const Method& row : methods)
    if (row.code == code) return &row;
  return nullptr;
}

struct Found {
  const Service* service = nullptr;  // null: no type of the standard
  bool is_response = false;
};
constexpr Found find_service(std::uint32_t type) {
  for (const Service& row : services) {
    if (row.code == type) return {&row, type == type_service_fault};
    if (row.response == type && type != 0) return {&row, true};
  }
  return {};
}

}  // namespace langyan::opcua
