// What a DNP3 message may ask for: one row a function. Sources: table.h.
//
// A link frame that carries no user data has a function too; so that rules, habits and events need
// one field its number is 0x100 plus the link layer's function code.
#pragma once

#include "fields/operation.h"

namespace langyan::dnp3 {

enum class Carries : std::uint8_t {
  nothing,  // no objects at all
  headers,  // object headers that name points
  objects,  // headers and objects
  answer,   // an outstation's: objects
};

struct Function {
  std::uint16_t code;
  std::string_view name;
  Verb verb;
  Carries carries;
  bool answered = true;
};

enum Code : std::uint16_t {
  code_confirm = 0,
  code_read = 1,
  code_write = 2,
  code_select = 3,
  code_operate = 4,
  code_direct_operate = 5,
  code_direct_operate_no_ack = 6,
  code_immediate_freeze = 7,
  code_freeze_at_time_no_ack = 12,
  code_enable_unsolicited = 20,
  code_disable_unsolicited = 21,
  code_assign_class = 22,
  code_open_file = 25,
  code_close_file = 26,
  code_abort_file = 30,
  code_authenticate_request = 32,
  code_authenticate_no_ack = 33,
  code_response = 129,
  code_unsolicited = 130,
  code_authenticate_response = 131,
  link_code = 0x100,
};
constexpr bool from_outstation(unsigned code) { return code >= 128 && code < link_code; }

// clang-format off
inline constexpr Function functions[] = {  // [1815] 4.2.2, 4.4
    {0,   "confirm",                  Verb::session,   Carries::nothing, false},
    {1,   "read",                     Verb::read,      Carries::headers},
    {2,   "write",                    Verb::write,     Carries::objects},
    {3,   "select",                   Verb::select,    Carries::objects},
    {4,   "operate",                  Verb::control,   Carries::objects},
    {5,   "direct_operate",           Verb::control,   Carries::objects},
    {6,   "direct_operate_no_ack",    Verb::control,   Carries::objects, false},
    {7,   "immediate_freeze",         Verb::write,     Carries::headers},
    {8,   "immediate_freeze_no_ack",  Verb::write,     Carries::headers, false},
    {9,   "freeze_clear",             Verb::write,     Carries::headers},
    {10,  "freeze_clear_no_ack",      Verb::write,     Carries::headers, false},
    {11,  "freeze_at_time",           Verb::write,     Carries::headers},
    {12,  "freeze_at_time_no_ack",    Verb::write,     Carries::headers, false},
    {13,  "cold_restart",             Verb::reset,     Carries::nothing},
    {14,  "warm_restart",             Verb::reset,     Carries::nothing},
    {15,  "initialize_data",          Verb::reset,     Carries::nothing},
    {16,  "initialize_application",   Verb::reset,     Carries::objects},
    {17,  "start_application",        Verb::start,     Carries::objects},
    {18,  "stop_application",         Verb::stop,      Carries::objects},
    {19,  "save_configuration",       Verb::configure, Carries::objects},
    {20,  "enable_unsolicited",       Verb::configure, Carries::headers},
    {21,  "disable_unsolicited",      Verb::configure, Carries::headers},
    {22,  "assign_class",             Verb::configure, Carries::headers},
    {23,  "delay_measure",            Verb::diagnose,  Carries::nothing},
    {24,  "record_current_time",      Verb::diagnose,  Carries::nothing},
    {25,  "open_file",                Verb::file,      Carries::objects},
    {26,  "close_file",               Verb::file,      Carries::objects},
    {27,  "delete_file",              Verb::file,      Carries::objects},
    {28,  "get_file_info",            Verb::file,      Carries::objects},
    {29,  "authenticate_file",        Verb::auth,      Carries::objects},
    {30,  "abort_file",               Verb::file,      Carries::objects},
    {31,  "activate_config",          Verb::configure, Carries::objects},
    {32,  "authenticate_request",     Verb::auth,      Carries::objects},
    {33,  "authenticate_request_no_ack", Verb::auth,   Carries::objects, false},
    {129, "response",                 Verb::report,    Carries::answer},
    {130, "unsolicited_response",     Verb::report,    Carries::answer, false},
    {131, "authenticate_response",    Verb::auth,      Carries::answer},
    {link_code + 0, "reset_link_states",   Verb::session,   Carries::nothing},
    {link_code + 1, "reset_user_process",  Verb::reset,     Carries::nothing},
    {link_code + 2, "test_link_states",    Verb::heartbeat, Carries::nothing},
    {link_code + 9, "request_link_status", Verb::heartbeat, Carries::nothing},
};
// clang-format on
inline constexpr auto function_names = names_of(functions);
inline constexpr Function unknown_function = {0, "unknown", Verb::other, Carries::objects};

constexpr const Function& function_row(std::uint16_t code) {
  for (const Function& row : functions)
    if (row.code == code) return row;
  return unknown_function;
}

}  // namespace langyan::dnp3
