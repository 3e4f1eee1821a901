// The tables of NTP. Sources as in ntp.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::ntp {

constexpr std::size_t header_bytes = 48, control_bytes = 12, private_bytes = 8;
constexpr std::uint16_t port_ntp = 123;
enum class Mode : std::uint8_t { reserved, active, passive, client, server, broadcast, control, private_use };

// clang-format off
inline constexpr Name mode_names[] = {  // [5905] figure 10
    {1, "symmetric_active"}, {2, "symmetric_passive"}, {3, "client"}, {4, "server"}, {5, "broadcast"}, {6, "control"},
    {7, "private"}};
inline constexpr Name leap_names[] = {{0, "none"}, {1, "last_minute_61"}, {2, "last_minute_59"}, {3, "not_synchronised"}};
inline constexpr Name control_names[] = {  // [1305] appendix B.1
    {1, "read_status"}, {2, "read_variables"}, {3, "write_variables"}, {4, "read_clock"}, {5, "write_clock"},
    {6, "set_trap"}, {7, "trap"}, {8, "configure"}, {9, "save_config"}, {10, "read_mru"}, {31, "unset_trap"}};
inline constexpr Name request_names[] = {  // requests of mode 7 in the reference implementation
    {0, "peer_list"}, {1, "peer_list_sum"}, {2, "peer_info"}, {4, "sys_info"}, {16, "reslist"}, {20, "mon_getlist"},
    {42, "mon_getlist_1"}};
constexpr std::uint8_t get_list = 20, get_list_1 = 42;

constexpr Field rows[] = {
    {"version", Kind::u8, log | rule | learn, {"Version", "版本"},
     "Version of the protocol.", "[5905] 7.3"},
    {"mode", Kind::u8, log | rule | learn, {"Mode", "模式"},
     "In which part the sender speaks.", "[5905] 7.3", mode_names},
    {"leap", Kind::u8, log | rule, {"Leap indicator", "闰秒指示"},
     "Whether a leap second comes, or the clock is not set.", "[5905] 7.3", leap_names},
    {"stratum", Kind::u8, log | rule | learn, {"Stratum", "层级"},
     "How far the sender is from a reference clock; 0 says go away or wait.", "[5905] 7.3"},
    {"poll", Kind::u8, rule, {"Poll", "轮询间隔"},
     "Longest time between messages, as a power of two of seconds.", "[5905] 7.3"},
    {"reference", Kind::text, log | rule | learn | buffer, {"Reference", "参考源"},
     "Kind of the reference clock, or why a server refuses.", "[5905] 7.3"},
    {"reference_ip", Kind::ip, log | rule | learn, {"Reference's address", "参考源地址"},
     "Server the sender takes its time from.", "[5905] 7.3"},
    {"transmit_time", Kind::time_us, log | rule, {"Time sent", "发送时间"},
     "Time by the sender's clock.", "[5905] 7.3"},
    {"exchange", Kind::u64, pair, {"Exchange", "交换"},
     "The client's time stamp, which the server repeats.", "[5905] 8"},
    {"control", Kind::u8, log | rule | learn, {"Control", "控制操作"},
     "What a control message wants.", "[1305] B.1", control_names},
    {"request_code", Kind::u8, log | rule | learn, {"Private request", "私有请求"},
     "What a private message wants; the list of those who asked lately is abused to flood others.", "[NTPD] ntp_request.h",
     request_names},
    {"data", Kind::bytes, rule | buffer, {"Data", "数据"},
     "Octets of a control or private message.", "[1305] B.1"},
};
inline constexpr auto fields = table("ntp", rows);
inline constexpr Schema schema = fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { truncated, list_request };
inline constexpr Detection faults[] = {
    {9106700,
     "ntp.truncated",
     Severity::low,
     "T0814",
     {"NTP message ends too early", "NTP 报文过早结束"},
     {"The message is shorter than its mode needs.", "报文短于其模式所需的长度。"},
     {"Find the program that sent it.", "查明发送报文的程序。"}},
    {9106701,
     "ntp.list_request",
     Severity::medium,
     "T0814",
     {"NTP server asked for who asked it", "NTP 服务器被请求监视列表"},
     {"A small request with a forged sender draws a hundred times as much to the victim, and the list shows all hosts "
      "of the plant that keep time.",
      "伪造来源的小请求可使受害者收到百倍流量，且列表会暴露全厂对时的主机。"},
     {"Switch the list off (disable monitor) and find out who asked.", "关闭该功能（disable monitor）并查明请求者。"}},
};
inline constexpr PortHint ports[] = {{Transport::udp, port_ntp}};

}  // namespace langyan::ntp
