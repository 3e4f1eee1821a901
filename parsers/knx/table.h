// The tables of KNXnet/IP: services, messages and services on the bus, fields, faults. Sources as in
// knx.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::knx {

constexpr std::uint16_t port = 3'671;           // [NET] 3.8.2, 8.6.2
constexpr std::size_t header_bytes = 6;         // [NET] 3.8.1, 4.2
constexpr std::size_t longest_message = 1'024;  // the longest in use is far shorter
constexpr std::size_t most_number_octets = 4;   // of a group value shown as a number

enum class Body : std::uint8_t {
  none,
  search,
  search_response,
  description,
  connect,
  connect_response,
  channel,
  channel_status,
  tunnel,
  ack,
  feature,
  routing,
  secure,
  session,
};
enum class Sent : std::uint8_t { either, client, server };

struct Service {
  std::uint16_t code;
  std::string_view name;
  Verb verb;
  Body body;
  Sent by;
};
// clang-format off
inline constexpr Service services[] = {  // [NET] 3.8.1, 5.3, and 3.8.9 for 0x0950 on
    {0x0201, "search_request",                     Verb::identify,  Body::search,           Sent::client},
    {0x0202, "search_response",                    Verb::identify,  Body::search_response,  Sent::server},
    {0x0203, "description_request",                Verb::identify,  Body::search,           Sent::client},
    {0x0204, "description_response",               Verb::identify,  Body::description,      Sent::server},
    {0x0205, "connect_request",                    Verb::session,   Body::connect,          Sent::client},
    {0x0206, "connect_response",                   Verb::session,   Body::connect_response, Sent::server},
    {0x0207, "connectionstate_request",            Verb::heartbeat, Body::channel,          Sent::client},
    {0x0208, "connectionstate_response",           Verb::heartbeat, Body::channel_status,   Sent::server},
    {0x0209, "disconnect_request",                 Verb::session,   Body::channel,          Sent::either},
    {0x020a, "disconnect_response",                Verb::session,   Body::channel_status,   Sent::either},
    {0x020b, "search_request_extended",            Verb::identify,  Body::search,           Sent::client},
    {0x020c, "search_response_extended",           Verb::identify,  Body::search_response,  Sent::server},
    {0x0310, "device_configuration_request",       Verb::other,     Body::tunnel,           Sent::either},
    {0x0311, "device_configuration_ack",           Verb::heartbeat, Body::ack,              Sent::either},
    {0x0420, "tunnelling_request",                 Verb::other,     Body::tunnel,           Sent::either},
    {0x0421, "tunnelling_ack",                     Verb::heartbeat, Body::ack,              Sent::either},
    {0x0422, "tunnelling_feature_get",             Verb::read,      Body::feature,          Sent::client},
    {0x0423, "tunnelling_feature_response",        Verb::read,      Body::feature,          Sent::server},
    {0x0424, "tunnelling_feature_set",             Verb::configure, Body::feature,          Sent::client},
    {0x0425, "tunnelling_feature_info",            Verb::report,    Body::feature,          Sent::server},
    {0x0530, "routing_indication",                 Verb::other,     Body::routing,          Sent::either},
    {0x0531, "routing_lost_message",               Verb::diagnose,  Body::none,             Sent::either},
    {0x0532, "routing_busy",                       Verb::diagnose,  Body::none,             Sent::either},
    {0x0533, "routing_system_broadcast",           Verb::other,     Body::routing,          Sent::either},
    {0x0740, "remote_diagnostic_request",          Verb::diagnose,  Body::search,           Sent::client},
    {0x0741, "remote_diagnostic_response",         Verb::diagnose,  Body::none,             Sent::server},
    {0x0742, "remote_basic_configuration_request", Verb::configure, Body::search,           Sent::client},
    {0x0743, "remote_reset_request",               Verb::reset,     Body::none,             Sent::client},
    {0x0950, "secure_wrapper",                     Verb::other,     Body::secure,           Sent::either},
    {0x0951, "session_request",                    Verb::session,   Body::search,           Sent::client},
    {0x0952, "session_response",                   Verb::session,   Body::secure,           Sent::server},
    {0x0953, "session_authenticate",               Verb::auth,      Body::none,             Sent::client},
    {0x0954, "session_status",                     Verb::session,   Body::session,          Sent::either},
    {0x0955, "timer_notify",                       Verb::heartbeat, Body::none,             Sent::either},
};
inline constexpr auto service_names = names_of(services);

struct Code {  // of the message in a tunnel or of routing
  std::uint8_t code;
  std::string_view name;
};
inline constexpr Code codes[] = {  // [EMI] 4.1.3
    {0x10, "L_Raw.req"}, {0x11, "L_Data.req"}, {0x13, "L_Poll_Data.req"}, {0x25, "L_Poll_Data.con"}, {0x29, "L_Data.ind"},
    {0x2b, "L_Busmon.ind"}, {0x2d, "L_Raw.ind"}, {0x2e, "L_Data.con"}, {0x2f, "L_Raw.con"},
    {0xf0, "M_Reset.ind"}, {0xf1, "M_Reset.req"}, {0xf5, "M_PropWrite.con"}, {0xf6, "M_PropWrite.req"}, {0xf7, "M_PropInfo.ind"},
    {0xf8, "M_FuncPropCommand.req"}, {0xf9, "M_FuncPropStateRead.req"}, {0xfa, "M_FuncProp.con"}, {0xfb, "M_PropRead.con"},
    {0xfc, "M_PropRead.req"}};
inline constexpr auto code_names = names_of(codes);
enum : std::uint8_t { data_request = 0x11, data_indication = 0x29, data_confirmation = 0x2e, reset_indication = 0xf0, reset_request = 0xf1 };

enum class Layout : std::uint8_t { none, value, memory, property, restart };

struct Application {
  std::uint16_t code;
  std::string_view name;
  Verb verb;
  Layout layout;
};
inline constexpr Application applications[] = {  // [APP] 2
    {0x000, "GroupValueRead",                 Verb::read,      Layout::value},
    {0x040, "GroupValueResponse",             Verb::report,    Layout::value},
    {0x080, "GroupValueWrite",                Verb::write,     Layout::value},
    {0x0c0, "IndividualAddressWrite",         Verb::configure, Layout::none},
    {0x100, "IndividualAddressRead",          Verb::browse,    Layout::none},
    {0x140, "IndividualAddressResponse",      Verb::report,    Layout::none},
    {0x180, "ADCRead",                        Verb::read,      Layout::none},
    {0x1c0, "ADCResponse",                    Verb::report,    Layout::none},
    {0x200, "MemoryRead",                     Verb::upload,    Layout::memory},
    {0x240, "MemoryResponse",                 Verb::report,    Layout::memory},
    {0x280, "MemoryWrite",                    Verb::download,  Layout::memory},
    {0x2c0, "UserMemoryRead",                 Verb::upload,    Layout::none},
    {0x2c1, "UserMemoryResponse",             Verb::report,    Layout::none},
    {0x2c2, "UserMemoryWrite",                Verb::download,  Layout::none},
    {0x2c5, "UserManufacturerInfoRead",       Verb::identify,  Layout::none},
    {0x2c6, "UserManufacturerInfoResponse",   Verb::report,    Layout::none},
    {0x2c7, "FunctionPropertyCommand",        Verb::configure, Layout::none},
    {0x2c8, "FunctionPropertyStateRead",      Verb::read,      Layout::none},
    {0x2c9, "FunctionPropertyStateResponse",  Verb::report,    Layout::none},
    {0x300, "DeviceDescriptorRead",           Verb::identify,  Layout::none},
    {0x340, "DeviceDescriptorResponse",       Verb::report,    Layout::none},
    {0x380, "Restart",                        Verb::reset,     Layout::restart},
    {0x3d1, "AuthorizeRequest",               Verb::auth,      Layout::none},
    {0x3d2, "AuthorizeResponse",              Verb::report,    Layout::none},
    {0x3d3, "KeyWrite",                       Verb::auth,      Layout::none},
    {0x3d4, "KeyResponse",                    Verb::report,    Layout::none},
    {0x3d5, "PropertyValueRead",              Verb::read,      Layout::property},
    {0x3d6, "PropertyValueResponse",          Verb::report,    Layout::property},
    {0x3d7, "PropertyValueWrite",             Verb::configure, Layout::property},
    {0x3d8, "PropertyDescriptionRead",        Verb::browse,    Layout::none},
    {0x3d9, "PropertyDescriptionResponse",    Verb::report,    Layout::none},
    {0x3da, "NetworkParameterRead",           Verb::browse,    Layout::none},
    {0x3db, "NetworkParameterResponse",       Verb::report,    Layout::none},
    {0x3dc, "IndividualAddressSerialNumberRead",     Verb::browse,    Layout::none},
    {0x3dd, "IndividualAddressSerialNumberResponse", Verb::report,    Layout::none},
    {0x3de, "IndividualAddressSerialNumberWrite",    Verb::configure, Layout::none},
    {0x3e0, "DomainAddressWrite",             Verb::configure, Layout::none},
    {0x3e1, "DomainAddressRead",              Verb::browse,    Layout::none},
    {0x3e2, "DomainAddressResponse",          Verb::report,    Layout::none},
    {0x3e4, "NetworkParameterWrite",          Verb::configure, Layout::none},
    {0x3f1, "SecureService",                  Verb::other,     Layout::none},
};
inline constexpr auto application_names = names_of(applications);

inline constexpr Name status_names[] = {  // [NET] 3.8.1, 5.5
    {0x00, "no_error"}, {0x01, "host_protocol_type"}, {0x02, "version_not_supported"}, {0x04, "sequence_number"},
    {0x21, "connection_id"}, {0x22, "connection_type"}, {0x23, "connection_option"}, {0x24, "no_more_connections"},
    {0x25, "no_more_unique_connections"}, {0x26, "data_connection"}, {0x27, "knx_connection"}, {0x28, "authorisation"}, {0x29, "tunnelling_layer"}};
inline constexpr Name connection_names[] = {{3, "device_management"}, {4, "tunnel"}, {6, "remote_logging"}, {7, "remote_configuration"}, {8, "object_server"}};
inline constexpr Name layer_names[] = {{0x02, "link_layer"}, {0x04, "raw"}, {0x80, "busmonitor"}};
inline constexpr Name session_names[] = {{0, "authenticated"}, {1, "authentication_failed"}, {2, "unauthenticated"}, {3, "timeout"}, {4, "keepalive"}, {5, "close"}};
inline constexpr Name medium_names[] = {{2, "TP1"}, {4, "PL110"}, {16, "RF"}, {32, "IP"}};
inline constexpr Name feature_names[] = {{1, "supported_emi_type"}, {2, "host_device_descriptor"}, {3, "connection_status"}, {4, "manufacturer_code"},
                                         {5, "active_emi_type"}, {6, "interface_individual_address"}, {7, "maximum_apdu_length"}, {8, "info_service_enable"}};
inline constexpr Name erase_names[] = {{1, "confirmed_restart"}, {2, "factory_reset"}, {3, "reset_individual_address"}, {4, "reset_application"},
                                       {5, "reset_parameters"}, {6, "reset_links"}, {7, "factory_reset_without_address"}};

enum class Place : std::uint8_t { group, device, property, memory };
inline constexpr Space spaces[] = {
    {"group", {"Group address", "组地址"}},
    {"device", {"Individual address", "物理地址"}},
    {"property", {"Property", "属性"}},
    {"memory", {"Memory", "存储器"}},
};

constexpr Field rows[] = {
    {"service", Kind::u16, log | rule | learn | column, {"Service", "服务"},
     "What the message is for.", "[NET] 3.8.1, 5.3", service_names},
    {"exchange", Kind::u16, log | pair, {"Exchange", "交互"},
     "Service of the request that an answer belongs to.", "[NET] 3.8.1, 5.3"},
    {"channel", Kind::u8, log | pair, {"Channel", "通道"},
     "Number of the connection.", "[NET] 3.8.1, 5.3"},
    {"sequence_counter", Kind::u8, log | pair, {"Sequence counter", "序号"},
     "Number of the message in its channel.", "[NET] 3.8.4, 2.3"},
    {"status", Kind::u8, log | rule | learn, {"Status", "状态码"},
     "How the receiver took it.", "[NET] 3.8.1, 5.5", status_names},
    {"endpoint_protocol", Kind::u8, log | rule, {"Endpoint protocol", "端点协议"},
     "Transport of the client's endpoint: 1 UDP, 2 TCP.", "[NET] 3.8.1, 7.5.1"},
    {"endpoint_port", Kind::u16, log | rule, {"Endpoint port", "端点端口"},
     "Port of the client's endpoint.", "[NET] 3.8.1, 7.5.1"},
    {"connection_type", Kind::u8, log | rule | learn, {"Connection", "连接类型"},
     "What the connection is for.", "[NET] 3.8.1, 7.8.1", connection_names},
    {"layer", Kind::u8, log | rule | learn, {"Tunnelling layer", "隧道层"},
     "What of the bus the tunnel shows.", "[NET] 3.8.4, 4.4.3", layer_names},
    {"assigned_address", Kind::u16, log | rule, {"Address assigned", "分配的地址"},
     "Individual address the client gets on the bus.", "[NET] 3.8.4, 4.4.4"},
    {"message_code", Kind::u8, log | rule | learn, {"Message code", "消息码"},
     "Request, confirmation or indication of the bus.", "[EMI] 4.1.3", code_names},
    {"source_address", Kind::u16, log | rule | learn, {"Source on the bus", "总线源地址"},
     "Individual address of the sender on the bus.", "[EMI] 4.1.5"},
    {"destination_address", Kind::u16, log | rule | learn, {"Destination on the bus", "总线目标地址"},
     "Group or individual address.", "[EMI] 4.1.5"},
    {"to_group", Kind::boolean, log | rule, {"To a group", "目标为组"},
     "Whether the destination is a group address.", "[EMI] 4.1.5"},
    {"application_service", Kind::u16, log | rule | learn | column, {"Application service", "应用服务"},
     "What is asked of the bus devices.", "[APP] 2", application_names},
    {"object_type", Kind::u16, log | rule, {"Interface object", "接口对象"},
     "Type or index of the interface object.", "[APP] 3.4"},
    {"property_id", Kind::u8, log | rule | learn, {"Property", "属性号"},
     "Property of the interface object.", "[APP] 3.4"},
    {"memory_address", Kind::u16, log | rule, {"Memory address", "存储器地址"},
     "First octet of the memory touched.", "[APP] 3.5"},
    {"erase_code", Kind::u8, log | rule, {"Erase code", "擦除码"},
     "What a master reset erases.", "[APP] 3.7.1.2", erase_names},
    {"feature", Kind::u8, log | rule, {"Feature", "接口特性"},
     "Feature of the tunnelling interface.", "[NET] 3.8.4, 4.5", feature_names},
    {"session_status", Kind::u8, log | rule, {"Session status", "会话状态"},
     "State of the secure session.", "[NET] 3.8.9", session_names},
    {"medium", Kind::u8, log | rule, {"Medium", "介质"},
     "Medium of the bus behind the device.", "[NET] 3.8.1, 7.5.4.2", medium_names},
    {"programming_mode", Kind::boolean, log | rule, {"Programming mode", "编程模式"},
     "Whether the device takes a new address.", "[NET] 3.8.1, 7.5.4.2"},
    {"individual_address", Kind::u16, log | rule, {"Individual address", "物理地址"},
     "Individual address of the device.", "[NET] 3.8.1, 7.5.4.2"},
    {"serial_number", Kind::bytes, log | rule, {"Serial number", "序列号"},
     "Manufacturer and number of the device.", "[NET] 3.8.1, 7.5.4.2"},
    {"mac_address", Kind::mac, log | rule, {"MAC address", "MAC 地址"},
     "Ethernet address of the device.", "[NET] 3.8.1, 7.5.4.2"},
    {"friendly_name", Kind::text, log | rule | buffer, {"Name", "设备名称"},
     "Name given to the device.", "[NET] 3.8.1, 7.5.4.2"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of the value, property or memory.", "[APP] 3"},
};
inline constexpr auto fields = table("knx", rows);
inline constexpr Schema schema = fields.schema();

enum class Wrong : std::uint8_t { truncated, length, service, refused, busmonitor };
constexpr Text check_sender = {"Find out which program sent it; scanners and broken clients look like this.", "查明发送程序；扫描工具和有缺陷的客户端常呈此状。"};
inline constexpr Detection faults[] = {
    {9102700, "knx.truncated", Severity::low, "T0814", {"KNXnet/IP message ends too early", "KNXnet/IP 报文过早结束"},
     {"The service needs more octets than the message has.", "服务所需字节多于报文实际携带的字节。"}, check_sender},
    {9102701, "knx.length", Severity::low, "T0814", {"KNXnet/IP length is wrong", "KNXnet/IP 长度错误"},
     {"The length in the header is not that of the datagram.", "首部长度与数据报不符。"}, check_sender},
    {9102702, "knx.service", Severity::low, "T0846", {"Unknown KNXnet/IP service", "未知的 KNXnet/IP 服务"},
     {"The standard defines no such service.", "标准未定义该服务。"}, check_sender},
    {9102703, "knx.refused", Severity::low, "", {"KNXnet/IP connection refused", "KNXnet/IP 连接被拒绝"},
     {"The device does not open the connection.", "设备拒绝建立连接。"}, check_sender},
    {9102704, "knx.busmonitor", Severity::medium, "T0842", {"A client asks to monitor the KNX bus", "客户端请求监听 KNX 总线"},
     {"In this mode the client sees all telegrams and the interface serves nobody else.", "该模式下客户端可见全部报文，接口不再为他人服务。"}, check_sender},
};
inline constexpr PortHint ports[] = {{Transport::udp, port}, {Transport::tcp, port}};
// clang-format on

constexpr const Service* service_row(std::uint16_t code) {
  for (const Service& row : services)
    if (row.code == code) return &row;
  return nullptr;
}

}  // namespace langyan::knx
