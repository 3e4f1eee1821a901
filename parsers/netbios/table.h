// The tables of NetBIOS over UDP. Sources as in netbios.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::netbios {

constexpr std::uint16_t port_names = 137, port_datagrams = 138;
constexpr std::size_t header_bytes = 12, name_bytes = 16, coded_bytes = 32;
constexpr std::size_t most_names = 64;  // of a status answer

// clang-format off
enum class Service : std::uint8_t { names = 1, datagrams };
inline constexpr Name service_names[] = {{1, "names"}, {2, "datagrams"}};
inline constexpr Name opcode_names[] = {  // [1002] 4.2.1.1
    {0, "query"}, {5, "registration"}, {6, "release"}, {7, "wait"}, {8, "refresh"}, {9, "refresh_alternate"},
    {15, "multi_homed_registration"}};
inline constexpr Name rcode_names[] = {  // [1002] 4.2.6
    {0, "ok"}, {1, "format"}, {2, "server"}, {3, "name"}, {4, "not_implemented"}, {5, "refused"}, {6, "active"}, {7, "conflict"}};
inline constexpr Name type_names[] = {{0x20, "name"}, {0x21, "status"}};
inline constexpr Name suffix_names[] = {  // [MSNB] the sixteenth octet
    {0x00, "workstation"}, {0x01, "browser_election"}, {0x03, "messenger"}, {0x06, "ras_server"}, {0x1b, "domain_master"},
    {0x1c, "domain_controllers"}, {0x1d, "master_browser"}, {0x1e, "browser_group"}, {0x1f, "netdde"}, {0x20, "file_server"},
    {0x21, "ras_client"}};
inline constexpr Name datagram_names[] = {  // [1002] 4.4.1
    {16, "direct_unique"}, {17, "direct_group"}, {18, "broadcast"}, {19, "error"}, {20, "query_request"},
    {21, "positive_response"}, {22, "negative_response"}};

inline constexpr Space spaces[] = {{"name", {"Name", "名称"}}};

constexpr Field rows[] = {
    {"service", Kind::u8, log | rule | learn, {"Service", "服务"},
     "Whether names are asked for, or a datagram is sent to one.", "[1002] 1", service_names},
    {"transaction_id", Kind::u16, log | pair, {"Transaction", "事务标识"},
     "Number the client picks and the server repeats.", "[1002] 4.2.1.1"},
    {"is_answer", Kind::boolean, log | rule, {"Answer", "是否应答"},
     "Whether this is an answer.", "[1002] 4.2.1.1"},
    {"opcode", Kind::u8, log | rule | learn | column, {"Opcode", "操作码"},
     "What is done with the name.", "[1002] 4.2.1.1", opcode_names},
    {"rcode", Kind::u8, log | rule, {"Result", "结果码"},
     "How it ended.", "[1002] 4.2.1.1", rcode_names},
    {"broadcast", Kind::boolean, log | rule, {"Broadcast", "广播"},
     "Whether all hosts of the segment are asked.", "[1002] 4.2.1.1"},
    {"name", Kind::text, log | rule | buffer, {"Name", "名称"},
     "Name that is asked for, registered or addressed.", "[1001] 14.1"},
    {"suffix", Kind::u8, log | rule | learn, {"Suffix", "名称后缀"},
     "What the name stands for.", "[MSNB]", suffix_names},
    {"question_type", Kind::u16, log | rule, {"Question", "查询类型"},
     "Whether an address or all names of a host are asked for.", "[1002] 4.2.1.2", type_names},
    {"address", Kind::ip, log | rule, {"Address", "地址"},
     "Address of the name.", "[1002] 4.2.1.3"},
    {"is_group", Kind::boolean, log | rule, {"Group", "组名"},
     "Whether many hosts have the name.", "[1002] 4.2.1.3"},
    {"unit_mac", Kind::mac, log | rule, {"Hardware address", "硬件地址"},
     "Hardware address of the host that tells its names.", "[1002] 4.2.18"},
    {"datagram_type", Kind::u8, log | rule | learn, {"Datagram", "数据报类型"},
     "To whom the datagram goes.", "[1002] 4.4.1", datagram_names},
    {"source_name", Kind::text, log | rule | buffer, {"Source name", "源名称"},
     "Name of the host that sends the datagram.", "[1002] 4.4.1"},
    {"source_suffix", Kind::u8, log | rule, {"Source suffix", "源名称后缀"},
     "What the sender's name stands for.", "[MSNB]", suffix_names},
};
inline constexpr auto fields = table("netbios", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field name_rows[] = {
    {"registered_name", Kind::text, log | rule | buffer, {"Registered name", "注册名称"},
     "A name of the host.", "[1002] 4.2.18"},
    {"registered_suffix", Kind::u8, log | rule, {"Registered suffix", "注册名称后缀"},
     "What the name stands for.", "[MSNB]", suffix_names},
    {"registered_group", Kind::boolean, log | rule, {"Registered group", "注册组名"},
     "Whether many hosts have the name.", "[1002] 4.2.18"},
};
inline constexpr auto name_fields = table("netbios.name", name_rows);
inline constexpr Schema name_schema = name_fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { truncated, name };
constexpr Text check_sender = {"Find the program that sent it.", "查明发送报文的程序。"};
inline constexpr Detection faults[] = {
    {9107000, "netbios.truncated", Severity::low, "T0814", {"NetBIOS message ends too early", "NetBIOS 报文过早结束"},
     {"The header announces more than the message has.", "报文头声明的内容多于实际携带的。"}, check_sender},
    {9107001, "netbios.name", Severity::low, "T0814", {"NetBIOS name not coded as one", "NetBIOS 名称编码错误"},
     {"A name is not made of 32 letters from A to P.", "名称不是由 32 个 A 到 P 的字母组成。"}, check_sender},
};
inline constexpr PortHint ports[] = {{Transport::udp, port_names}, {Transport::udp, port_datagrams}};

}  // namespace langyan::netbios
