// What BACnet can be asked: confirmed and unconfirmed services, messages between routers, and the
// functions of the virtual link, each with its verb. One numbering holds all of them, the field
// `service`: the standard's number plus the base of its kind.
//
// [135] ANSI/ASHRAE 135-2020: 21.2 service choices, 6.4 network messages, Annex J and U virtual links
#pragma once

#include <span>

#include "fields/operation.h"

namespace langyan::bacnet {

constexpr std::uint16_t no_service = 65'535;  // refusals by Reject and Abort do not name it
constexpr std::uint16_t unconfirmed_base = 256, network_base = 512, bvlc_base = 768, bvlc6_base = 1'024;

enum class Body : std::uint8_t {  // how a service's parameters are laid out
  acknowledge_alarm, cov_notification, event_notification, alarm_summary, enrollment_summary,
  subscribe_cov, read_file, write_file, list_element, create_object, delete_object,
  read_property, read_property_multiple, write_property, write_property_multiple,
  communication_control, private_transfer, text_message, reinitialize, vt_open, vt_close, vt_data, opaque,
  read_range, life_safety, event_information, subscribe_cov_multiple, cov_notification_multiple,
  i_am, i_have, set_time, who_has, who_is, write_group, who_am_i, you_are,
};

struct Service {
  std::uint16_t code;
  std::string_view name;
  Verb verb;
  Body body = Body::opaque;
};

// clang-format off
inline constexpr Service services[] = {
    {0,  "AcknowledgeAlarm",                   Verb::alarm,     Body::acknowledge_alarm},
    {1,  "ConfirmedCOVNotification",           Verb::report,    Body::cov_notification},
    {2,  "ConfirmedEventNotification",         Verb::alarm,     Body::event_notification},
    {3,  "GetAlarmSummary",                    Verb::read,      Body::alarm_summary},
    {4,  "GetEnrollmentSummary",               Verb::read,      Body::enrollment_summary},
    {5,  "SubscribeCOV",                       Verb::subscribe, Body::subscribe_cov},
    {6,  "AtomicReadFile",                     Verb::file,      Body::read_file},
    {7,  "AtomicWriteFile",                    Verb::file,      Body::write_file},
    {8,  "AddListElement",                     Verb::configure, Body::list_element},
    {9,  "RemoveListElement",                  Verb::configure, Body::list_element},
    {10, "CreateObject",                       Verb::configure, Body::create_object},
    {11, "DeleteObject",                       Verb::configure, Body::delete_object},
    {12, "ReadProperty",                       Verb::read,      Body::read_property},
    {13, "ReadPropertyConditional",            Verb::read},
    {14, "ReadPropertyMultiple",               Verb::read,      Body::read_property_multiple},
    {15, "WriteProperty",                      Verb::write,     Body::write_property},
    {16, "WritePropertyMultiple",              Verb::write,     Body::write_property_multiple},
    {17, "DeviceCommunicationControl",         Verb::stop,      Body::communication_control},
    {18, "ConfirmedPrivateTransfer",           Verb::other,     Body::private_transfer},
    {19, "ConfirmedTextMessage",               Verb::other,     Body::text_message},
    {20, "ReinitializeDevice",                 Verb::reset,     Body::reinitialize},
    {21, "VT-Open",                            Verb::session,   Body::vt_open},
    {22, "VT-Close",                           Verb::session,   Body::vt_close},
    {23, "VT-Data",                            Verb::other,     Body::vt_data},
    {24, "Authenticate",                       Verb::auth},
    {25, "RequestKey",                         Verb::auth},
    {26, "ReadRange",                          Verb::read,      Body::read_range},
    {27, "LifeSafetyOperation",                Verb::control,   Body::life_safety},
    {28, "SubscribeCOVProperty",               Verb::subscribe, Body::subscribe_cov},
    {29, "GetEventInformation",                Verb::read,      Body::event_information},
    {30, "SubscribeCOVPropertyMultiple",       Verb::subscribe, Body::subscribe_cov_multiple},
    {31, "ConfirmedCOVNotificationMultiple",   Verb::report,    Body::cov_notification_multiple},
    {32, "ConfirmedAuditNotification",         Verb::report},
    {33, "AuditLogQuery",                      Verb::read},

    {256, "I-Am",                              Verb::report,    Body::i_am},
    {257, "I-Have",                            Verb::report,    Body::i_have},
    {258, "UnconfirmedCOVNotification",        Verb::report,    Body::cov_notification},
    {259, "UnconfirmedEventNotification",      Verb::alarm,     Body::event_notification},
    {260, "UnconfirmedPrivateTransfer",        Verb::other,     Body::private_transfer},
    {261, "UnconfirmedTextMessage",            Verb::other,     Body::text_message},
    {262, "TimeSynchronization",               Verb::time,      Body::set_time},
    {263, "Who-Has",                           Verb::browse,    Body::who_has},
    {264, "Who-Is",                            Verb::identify,  Body::who_is},
    {265, "UTCTimeSynchronization",            Verb::time,      Body::set_time},
    {266, "WriteGroup",                        Verb::write,     Body::write_group},
    {267, "UnconfirmedCOVNotificationMultiple", Verb::report,   Body::cov_notification_multiple},
    {268, "UnconfirmedAuditNotification",      Verb::report},
    {269, "Who-Am-I",                          Verb::report,  Body::who_am_i},
    {270, "You-Are",                           Verb::configure, Body::you_are},

    {512, "Who-Is-Router-To-Network",          Verb::browse},
    {513, "I-Am-Router-To-Network",            Verb::report},
    {514, "I-Could-Be-Router-To-Network",      Verb::report},
    {515, "Reject-Message-To-Network",         Verb::diagnose},
    {516, "Router-Busy-To-Network",            Verb::diagnose},
    {517, "Router-Available-To-Network",       Verb::diagnose},
    {518, "Initialize-Routing-Table",          Verb::configure},
    {519, "Initialize-Routing-Table-Ack",      Verb::read},
    {520, "Establish-Connection-To-Network",   Verb::configure},
    {521, "Disconnect-Connection-To-Network",  Verb::configure},
    {522, "Challenge-Request",                 Verb::auth},
    {523, "Security-Payload",                  Verb::other},
    {524, "Security-Response",                 Verb::diagnose},
    {525, "Request-Key-Update",                Verb::auth},
    {526, "Update-Key-Set",                    Verb::auth},
    {527, "Update-Distribution-Key",           Verb::auth},
    {528, "Request-Master-Key",                Verb::auth},
    {529, "Set-Master-Key",                    Verb::auth},
    {530, "What-Is-Network-Number",            Verb::identify},
    {531, "Network-Number-Is",                 Verb::report},

    {768, "BVLC-Result",                       Verb::session},
    {769, "Write-Broadcast-Distribution-Table", Verb::configure},
    {770, "Read-Broadcast-Distribution-Table", Verb::read},
    {771, "Read-Broadcast-Distribution-Table-Ack", Verb::read},
    {772, "Forwarded-NPDU",                    Verb::other},
    {773, "Register-Foreign-Device",           Verb::session},
    {774, "Read-Foreign-Device-Table",         Verb::read},
    {775, "Read-Foreign-Device-Table-Ack",     Verb::read},
    {776, "Delete-Foreign-Device-Table-Entry", Verb::configure},
    {777, "Distribute-Broadcast-To-Network",   Verb::other},
    {778, "Original-Unicast-NPDU",             Verb::other},
    {779, "Original-Broadcast-NPDU",           Verb::other},
    {780, "Secure-BVLL",                       Verb::other},

    {1024, "BVLC6-Result",                     Verb::session},
    {1025, "BVLC6-Original-Unicast-NPDU",      Verb::other},
    {1026, "BVLC6-Original-Broadcast-NPDU",    Verb::other},
    {1027, "BVLC6-Address-Resolution",         Verb::browse},
    {1028, "BVLC6-Forwarded-Address-Resolution", Verb::browse},
    {1029, "BVLC6-Address-Resolution-ACK",     Verb::report},
    {1030, "BVLC6-Virtual-Address-Resolution", Verb::browse},
    {1031, "BVLC6-Virtual-Address-Resolution-ACK", Verb::report},
    {1032, "BVLC6-Forwarded-NPDU",             Verb::other},
    {1033, "BVLC6-Register-Foreign-Device",    Verb::session},
    {1034, "BVLC6-Delete-Foreign-Device-Table-Entry", Verb::configure},
    {1035, "BVLC6-Secure-BVLL",                Verb::other},
    {1036, "BVLC6-Distribute-Broadcast-To-Network", Verb::other},
};
// clang-format on

constexpr const Service* service_row(std::uint32_t code) {  // null: the standard has none
  for (const Service& row : services)
    if (row.code == code) return &row;
  return nullptr;
}

// ReinitializeDevice ([135] 16.4): a backup takes the device's configuration out, a restore puts one in.
struct Reinitialization {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
};
inline constexpr Reinitialization reinitializations[] = {
    {0, "coldstart", Verb::reset},       {1, "warmstart", Verb::reset},
    {2, "start-backup", Verb::upload},   {3, "end-backup", Verb::upload},
    {4, "start-restore", Verb::download}, {5, "end-restore", Verb::download},
    {6, "abort-restore", Verb::configure}, {7, "activate-changes", Verb::configure},
};

}  // namespace langyan::bacnet
