// What S7comm-plus asks for and of what: functions, attributes, objects, classes. Sources: table.h.
#pragma once

#include <algorithm>

#include "fields/operation.h"

namespace langyan::s7comm_plus {

// clang-format off
enum class Body : std::uint8_t {
  opaque, explore, create, destroy, set_variable, get_variable, set_many, get_many, get_streamed, object,
};

struct Function {
  std::uint16_t code;
  std::string_view name;
  Verb verb;  // where the body says nothing more
  Body body;
};
inline constexpr Function functions[] = {  // [DRV] Functioncode; [PY] FunctionCode; [WS] agree
    {0x04b1, "error",                 Verb::other,     Body::opaque},
    {0x04bb, "explore",               Verb::browse,    Body::explore},
    {0x04ca, "create_object",         Verb::configure, Body::create},
    {0x04d4, "delete_object",         Verb::configure, Body::destroy},
    {0x04f2, "set_variable",          Verb::configure, Body::set_variable},
    {0x04fc, "get_variable",          Verb::read,      Body::get_variable},
    {0x0506, "add_link",              Verb::configure, Body::object},
    {0x051a, "remove_link",           Verb::configure, Body::object},
    {0x0524, "get_link",              Verb::browse,    Body::object},
    {0x0542, "set_multi_variables",   Verb::write,     Body::set_many},
    {0x054c, "get_multi_variables",   Verb::read,      Body::get_many},
    {0x0556, "begin_sequence",        Verb::configure, Body::opaque},
    {0x0560, "end_sequence",          Verb::configure, Body::opaque},
    {0x056b, "invoke",                Verb::control,   Body::object},
    {0x057c, "set_var_sub_streamed",  Verb::configure, Body::set_variable},
    {0x0586, "get_var_sub_streamed",  Verb::read,      Body::get_streamed},
    {0x0590, "get_variables_address", Verb::browse,    Body::opaque},
    {0x059a, "abort",                 Verb::other,     Body::opaque},
    {0x05a9, "error_2",               Verb::other,     Body::opaque},
    {0x05b3, "init_ssl",              Verb::session,   Body::opaque},
};
inline constexpr auto function_names = names_of(functions);
inline constexpr Function unknown_function = {0, "unknown", Verb::other, Body::opaque};

// Attributes of objects, [DRV] Ids, [PY] Ids, [WS] id_number_names; `verb` is what writing one means.
enum AttributeId : std::uint32_t {
  session_user = 296, session_application = 297, session_host = 298, session_version = 306,
  system_paom = 319, reference_list = 1048, block_first = 2521,
  block_body = 2533,
  block_code = 2580,
  block_last = 2607,
  operating_state_request = 2167, db_value_actual = 2550, area_value_actual = 3736,
  identity_attribute = 3753,
};
struct Attribute {
  std::uint32_t code;
  std::string_view name;
  Verb verb;
};
inline constexpr Attribute attributes[] = {
    {233,  "name",                   Verb::configure},
    {289,  "client_id",              Verb::session},
    {296,  "user",                   Verb::session},
    {297,  "application",            Verb::session},
    {298,  "host",                   Verb::session},
    {299,  "role",                   Verb::session},
    {300,  "client_rid",             Verb::session},
    {301,  "client_comment",         Verb::session},
    {302,  "timeout",                Verb::session},
    {303,  "challenge",              Verb::auth},
    {304,  "challenge_response",     Verb::auth},
    {305,  "roles",                  Verb::session},
    {306,  "session_version",        Verb::session},
    {309,  "password",               Verb::auth},
    {310,  "legitimated",            Verb::auth},
    {315,  "system_oms",             Verb::session},
    {316,  "project_oms",            Verb::session},
    {317,  "system_paom",            Verb::session},
    {318,  "project_paom",           Verb::session},
    {319,  "system_paom_string",     Verb::session},
    {320,  "project_paom_string",    Verb::session},
    {1037, "system_limits",          Verb::configure},
    {1041, "subscription_active",    Verb::subscribe},
    {1048, "reference_list",         Verb::subscribe},
    {1049, "cycle_time",             Verb::subscribe},
    {1050, "delay_time",             Verb::subscribe},
    {1051, "subscription_disabled",  Verb::subscribe},
    {1053, "credit_limit",           Verb::subscribe},
    {1830, "session_key",            Verb::session},
    {1842, "effective_protection",   Verb::configure},
    {1843, "active_protection",      Verb::configure},
    {1846, "legitimate",             Verb::auth},
    {2167, "operating_state_request", Verb::mode},
    {2421, "clock",                  Verb::time},
    {2449, "ident_es",               Verb::download},
    {2453, "last_modified",          Verb::download},
    {2521, "block_number",           Verb::download},
    {2523, "block_language",         Verb::download},
    {2524, "knowhow_protected",      Verb::download},
    {2532, "block_crc",              Verb::download},
    {2533, "body_description",       Verb::download},
    {2543, "interface_modified",     Verb::download},
    {2544, "interface_description",  Verb::download},
    {2546, "line_comments",          Verb::download},
    {2548, "value_initial",          Verb::download},
    {2550, "value_actual",           Verb::write},
    {2580, "code_block",             Verb::download},
    {2670, "alarm_id",               Verb::configure},
    {3449, "knowhow_password",       Verb::configure},
    {3736, "area_value_actual",      Verb::write},
    {3753, "identity_record",        Verb::configure},  // in captures: answers hold I&M0
    {4288, "comment",                Verb::configure},
};
inline constexpr auto attribute_names = names_of(attributes);

enum RelationId : std::uint32_t {
  plc_program = 3, cpu_exec_unit = 52, area_input = 80, area_timer = 84, null_session = 288,
};
inline constexpr Name objects[] = {  // well-known relation ids
    {1, "as_root"}, {2, "hw_configuration"}, {plc_program, "plc_program"}, {4, "folders"}, {5, "logs"},
    {8, "alarm_subsystem"}, {10, "software_events"}, {11, "test_subsystem"}, {30, "station_configuration"},
    {48, "cpu"}, {49, "cpu_proxy"}, {50, "cpu_common"}, {51, "card_reader"}, {cpu_exec_unit, "cpu_exec_unit"}, {53, "web_server"},
    {54, "cpu_display"}, {80, "I"}, {81, "Q"}, {82, "M"}, {83, "C"}, {84, "T"}, {201, "root"},
    {211, "new_object"}, {285, "session_container"}, {null_session, "null_session"}, {537, "type_info_container"}};

enum ClassId : std::uint32_t {
  class_subscriptions = 255, class_session = 287, class_subscription = 1001, class_db = 2574, class_fb = 2578,
  class_fc = 2579, class_functional = 2592, class_ob = 2610, class_alarm_subscription = 2662, class_alarm = 2681,
  class_udt = 3932,
};
inline constexpr Name classes[] = {
    {class_subscriptions, "subscriptions"}, {284, "session_container"}, {class_session, "server_session"},
    {511, "type_info"}, {534, "type_info_container"}, {606, "text_library"}, {class_subscription, "subscription"},
    {2520, "plc_program"}, {class_db, "db"}, {class_fb, "fb"}, {class_fc, "fc"},
    {class_functional, "functional_object"}, {class_ob, "ob"}, {class_udt, "udt"},
    {class_alarm_subscription, "alarm_subscription"}, {class_alarm, "alarm"}, {7854, "static_alarms"}};

inline constexpr Name operating_states[] = {{1, "stop"}, {2, "reset_retentive"}, {3, "run"}, {4, "run_redundant"}};
// clang-format on

static_assert(std::ranges::is_sorted(functions, {}, &Function::code) &&
                  std::ranges::is_sorted(attributes, {}, &Attribute::code),
              "found by halves");

constexpr const Function& function_row(std::uint16_t code) {
  const auto* row = std::ranges::lower_bound(functions, code, {}, &Function::code);
  return row != std::end(functions) && row->code == code ? *row : unknown_function;
}
constexpr const Attribute* attribute_row(std::uint32_t id) {
  const auto* row = std::ranges::lower_bound(attributes, id, {}, &Attribute::code);
  return row != std::end(attributes) && row->code == id ? row : nullptr;
}
constexpr std::string_view word_of(std::span<const Name> names, std::uint32_t value) {
  for (const Name& each : names)
    if (each.value == value) return each.word;
  return {};
}
// Memory areas: inputs to timers and, with their number, data blocks ([DRV] ItemAddress, [WS]).
constexpr std::uint32_t db_area = 0x8a0e0000;
// Given out for sessions, subscriptions and the like; in captures of all controllers but the
// oldest.
constexpr bool is_passing(std::uint32_t relation) {
  return (relation & 0xf0000000) == 0x70000000;
}
constexpr bool is_db(std::uint32_t area) {
  return (area & 0xffff0000) == db_area;
}
constexpr bool is_memory(std::uint32_t area) {
  return is_db(area) || (area >= area_input && area <= area_timer);
}

constexpr bool is_block(std::uint32_t object_class) {
  switch (object_class) {
    case class_db:
    case class_fb:
    case class_fc:
    case class_functional:
    case class_ob:
    case class_udt: return true;
    default: return false;
  }
}

constexpr Verb state_verb(
    std::int64_t state) {  // [PY] OperatingStateRequest; [DRV] SetPlcOperatingState
  switch (state) {
    case 1: return Verb::stop;
    case 2: return Verb::reset;
    case 3:
    case 4: return Verb::start;
    default: return Verb::mode;
  }
}

}  // namespace langyan::s7comm_plus
