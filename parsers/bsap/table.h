// The tables of BSAP: functions, fields, faults. Sources as in bsap.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::bsap {

constexpr std::size_t header_bytes = 14, envelope_bytes = 9, most_messages = 32, most_names = 64;
constexpr std::size_t longest_serial = 1'024;

// clang-format off
struct Row {
  std::uint16_t code;
  std::string_view name;
  Verb verb;
};
inline constexpr Row exchanges[] = {  // [BSAP] 3: link functions and message exchange codes
    {0x03, "pei_pc",               Verb::other},     {0x40, "pei_rtu",             Verb::other},
    {0x48, "diagnostics",          Verb::diagnose},  {0x50, "transmitter_request", Verb::other},
    {0x51, "transmitter_response", Verb::other},     {0x60, "communication_buffer_output", Verb::other},
    {0x68, "flash_download",       Verb::firmware},  {0x6a, "flash_configuration", Verb::configure},
    {0x70, "command_request",      Verb::other},     {0x71, "command_response",    Verb::other},
    {0x78, "download_request",     Verb::download},  {0x81, "dial_up_ack",         Verb::heartbeat},
    {0x83, "ack_discarded",        Verb::heartbeat}, {0x85, "poll",                Verb::heartbeat},
    {0x86, "down_ack",             Verb::heartbeat}, {0x87, "ack_no_data",         Verb::heartbeat},
    {0x88, "time_and_routing",     Verb::time},      {0x89, "time_and_routing_request", Verb::read},
    {0x8a, "up_ack_with_poll",     Verb::heartbeat}, {0x8b, "up_ack",              Verb::heartbeat},
    {0x95, "nak_no_buffer",        Verb::heartbeat}, {0xa0, "rdb",                 Verb::other},
    {0xa1, "rdb_extension",        Verb::other},     {0xa2, "report_by_exception", Verb::report},
    {0xa3, "report_manager",       Verb::report},    {0xa8, "alarm_acknowledge",   Verb::alarm},
    {0xa9, "alarm_initialise",     Verb::alarm},     {0xaa, "alarm_report",        Verb::alarm},
    {0xb0, "peer_master",          Verb::other},     {0xb1, "peer_slave",          Verb::other},
    {0xbf, "tunnel_request",       Verb::other},     {0xc0, "ip_processing",       Verb::other},
};
inline constexpr Row functions[] = {  // [BSAP] 5: remote database access
    {0x00, "read_signal_by_address",     Verb::read}, {0x02, "read_logical_by_address",    Verb::read},
    {0x04, "read_signal_by_name",        Verb::read}, {0x06, "read_logical_by_name",       Verb::read},
    {0x0c, "read_list_start",            Verb::read}, {0x0d, "read_list_continue",         Verb::read},
    {0x0e, "read_logical_list_start",    Verb::read}, {0x0f, "read_logical_list_continue", Verb::read},
    {0x80, "write_signal_by_address",   Verb::write}, {0x84, "write_signal_by_name",      Verb::write},
    {0x8c, "write_list_start",          Verb::write}, {0x8d, "write_list_continue",       Verb::write},
};
inline constexpr Row extended[] = {  // [BSAP] 6: extensions of gas flow computers
    {0x0101, "reset_system",          Verb::reset}, {0x0102, "reset_diagnostics",    Verb::diagnose},
    {0x0201, "read_date_and_time",    Verb::read},  {0x0202, "read_date",            Verb::read},
    {0x0203, "read_time",             Verb::read},  {0x0281, "write_date_and_time",  Verb::time},
    {0x0400, "change_local_address",  Verb::configure},
};
inline constexpr auto exchange_names = names_of(exchanges);
inline constexpr auto function_names = names_of(functions);
inline constexpr auto extended_names = names_of(extended);
template <std::size_t N>
constexpr const Row* row_of(const Row (&rows)[N], std::uint16_t code) {
  for (const Row& row : rows)
    if (row.code == code) return &row;
  return nullptr;
}
inline constexpr Name kinds[] = {{0, "acknowledgement"}, {1, "response_part"}, {5, "response"}, {6, "request"},
                                 {0x84, "request_84"}, {0x86, "request_86"}};

constexpr Field rows[] = {
    {"kind", Kind::u16, log | rule, {"Packet type", "报文类型"},
     "What a datagram of BSAP over IP carries.", "[BSAP] IP header", kinds},
    {"messages", Kind::u16, log | rule, {"Messages", "消息数"},
     "How many messages the datagram holds.", "[BSAP] IP header"},
    {"address", Kind::u8, log | rule, {"Local address", "本地地址"},
     "Address on the line, 0 the master.", "[BSAP] 2"},
    {"is_global", Kind::boolean, log | rule, {"Global message", "全局报文"},
     "The message is routed over several levels of the network.", "[BSAP] 2"},
    {"sequence", Kind::u32, log | pair, {"Sequence", "序号"},
     "Number of the request, which its answer repeats.", "[BSAP] 3"},
    {"exchange", Kind::u8, log | rule | learn | column, {"Message exchange", "报文交换码"},
     "Task the message is for, or the link function.", "[BSAP] 3", exchange_names},
    {"function", Kind::u8, log | rule | learn, {"Database function", "数据库功能"},
     "What is done to the signals.", "[BSAP] 5", function_names},
    {"extended_function", Kind::u16, log | rule | learn, {"Extended function", "扩展功能"},
     "What is asked beyond the signals.", "[BSAP] 6", extended_names},
    {"security_level", Kind::u8, log | rule | learn, {"Security level", "安全级别"},
     "Level the asker claims for itself, without any proof.", "[BSAP] 5"},
    {"count", Kind::u8, log | rule, {"Signals", "信号数"},
     "How many signals are asked or answered.", "[BSAP] 5"},
    {"error_code", Kind::u8, log | rule, {"Error code", "错误码"},
     "What the answer says of errors, 0 none.", "[BSAP] 5"},
    {"first_name", Kind::text, log | rule | buffer, {"First signal", "首个信号"},
     "Name of the first signal asked.", "[BSAP] 5"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of the function.", "[BSAP] 5"},
};
inline constexpr auto fields = table("bsap", rows);
inline constexpr Schema schema = fields.schema();

enum class Wrong : std::uint8_t { length, checksum, function, refused };
constexpr Text check = {"Check the line and who sends; only the host and the engineering station may talk to a controller.",
                        "检查线路与发送者；只有主站与工程师站可与控制器通信。"};
inline constexpr Detection faults[] = {
    {9104400, "bsap.length", Severity::low, "", {"BSAP lengths do not add up", "BSAP 长度不符"},
     {"A message is shorter or longer than it says.", "报文短于或长于其长度。"}, check},
    {9104401, "bsap.checksum", Severity::low, "", {"BSAP checksum wrong", "BSAP 校验错误"},
     {"The CRC does not fit the content: a bad line or a home-made client.", "CRC 与内容不符：线路不良或自制客户端。"}, check},
    {9104402, "bsap.function", Severity::medium, "T0814", {"Unknown BSAP function", "未知的 BSAP 功能"},
     {"No documented function has this number.", "文档中没有该功能号。"}, check},
    {9104403, "bsap.refused", Severity::low, "", {"BSAP request in error", "BSAP 请求出错"},
     {"The controller could not do all that was asked.", "控制器未能完成全部请求。"}, check},
};
inline constexpr PortHint ports[] = {{Transport::udp, 1234}, {Transport::udp, 1235}, {Transport::tcp, 1234}, {Transport::tcp, 1235}};
inline constexpr Space spaces[] = {{"signal", {"Signal", "信号"}}, {"address", {"Signal address", "信号地址"}}};
// clang-format on

}  // namespace langyan::bsap
