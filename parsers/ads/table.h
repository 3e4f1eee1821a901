// The tables of ADS: fields, faults, ports. Sources as in ads.cc.
#pragma once

#include "parsers/ads/codes.h"

namespace langyan::ads {

constexpr std::size_t tcp_header_bytes = 6;   // reserved, length ([ADS] AMS/TCP Header)
constexpr std::size_t ams_header_bytes = 32;  // [ADS] AMS Header
constexpr std::uint32_t longest_ams = 1u << 24;  // ours; a length above it is none
constexpr std::size_t route_header_bytes = 24;  // [PLC4X]: cookie to count of blocks
constexpr std::uint32_t route_cookie = 0x71146603;
constexpr std::uint16_t flag_response = 0x0001, flag_no_return = 0x0002, flag_ads = 0x0004, flags_known = 0x80ff;
constexpr std::uint16_t tcp_port = 48'898, route_port = 48'899;

enum class Place : std::uint8_t { address, symbol, notification, file };
inline constexpr Space spaces[] = {
    {"address", {"Index group and offset", "索引组与偏移"}},
    {"symbol", {"Symbol", "变量名"}},
    {"notification", {"Notification", "通知句柄"}},
    {"file", {"File", "文件"}},
};

// clang-format off
constexpr Field rows[] = {
    {"target_net_id", Kind::text, log | rule | buffer, {"Target AMS NetId", "目标 AMS NetId"},
     "AMS network id of the station the packet is for.", "[ADS] AMS Header"},
    {"target_port", Kind::u16, log | rule | learn, {"Target AMS port", "目标 AMS 端口"},
     "AMS port of the device the packet is for.", "[ADS] AMS Header", port_names},
    {"source_net_id", Kind::text, log | rule | buffer, {"Source AMS NetId", "源 AMS NetId"},
     "AMS network id of the station that sent the packet.", "[ADS] AMS Header"},
    {"source_port", Kind::u16, log | rule, {"Source AMS port", "源 AMS 端口"},
     "AMS port of the device or program that sent the packet.", "[ADS] AMS Header", port_names},
    {"command", Kind::u16, log | rule | learn | pair | column, {"Command", "命令"},
     "What is asked of the device.", "[ADS] AMS Header", command_names},
    {"state_flags", Kind::u16, log | rule, {"State flags", "状态标志"},
     "Request or response, ADS command, transport.", "[ADS] AMS Header"},
    {"data_length", Kind::u32, log | rule, {"Data length", "数据长度"},
     "Octets that follow the AMS header.", "[ADS] AMS Header", {}, "octets"},
    {"error_code", Kind::u32, log | rule | learn, {"AMS error", "AMS 错误码"},
     "Why the router or the device could not handle the packet.", "[ADS] AMS Header", error_names},
    {"invoke_id", Kind::u32, log | pair, {"Invoke id", "调用标识"},
     "Number the sender picks and the response repeats.", "[ADS] AMS Header"},
    {"index_group", Kind::u32, log | rule | learn, {"Index group", "索引组"},
     "Kind of data that is touched.", "[ADS] ADS Read", group_names},
    {"system_service", Kind::u32, log | rule | learn, {"System service", "系统服务"},
     "Index group of the TwinCAT system service that is called: files, registry, processes, routes.", "[DEF] system service",
     system_names},
    {"index_offset", Kind::u32, log | rule | learn, {"Index offset", "索引偏移"},
     "Where in the index group the data stand.", "[ADS] ADS Read"},
    {"read_length", Kind::u32, log | rule, {"Read length", "读取长度"},
     "Octets asked for or brought.", "[ADS] ADS Read", {}, "octets"},
    {"write_length", Kind::u32, log | rule, {"Write length", "写入长度"},
     "Octets that are written.", "[ADS] ADS Write", {}, "octets"},
    {"result", Kind::u32, log | rule | learn, {"Result", "结果"},
     "How the device answered.", "[ADS] ADS Return Codes", error_names},
    {"ads_state", Kind::u16, log | rule, {"ADS state", "ADS 状态"},
     "State the device is in or is put into.", "[ADS] ADS Read State", state_names},
    {"device_state", Kind::u16, log | rule, {"Device state", "设备状态"},
     "State as the device itself counts it.", "[ADS] ADS Read State"},
    {"device_name", Kind::text, log | rule | buffer, {"Device name", "设备名称"},
     "Name of the ADS device.", "[ADS] ADS Read Device Info"},
    {"device_version", Kind::text, log | rule, {"Device version", "设备版本"},
     "Version of the ADS device: major, minor, build.", "[ADS] ADS Read Device Info"},
    {"symbol", Kind::text, log | rule | learn | buffer, {"Symbol", "变量名"},
     "Name of the variable or registry key that is touched.", "[ADS] Index-Group/Offset"},
    {"transmission_mode", Kind::u32, log | rule, {"Transmission mode", "传输方式"},
     "When the device notifies.", "[ADS] ADS Add Device Notification", mode_names},
    {"max_delay", Kind::u32, log | rule, {"Maximum delay", "最大延迟"},
     "Longest a notification may wait, in units of 100 ns.", "[ADS] ADS Add Device Notification"},
    {"cycle_time", Kind::u32, log | rule, {"Cycle time", "周期"},
     "How often the device looks at the data, in units of 100 ns.", "[ADS] ADS Add Device Notification"},
    {"notification_handle", Kind::u32, log | rule, {"Notification handle", "通知句柄"},
     "Number of the notification.", "[ADS] ADS Add Device Notification"},
    {"stamps", Kind::u32, log | rule, {"Stamps", "时间戳数"},
     "Points in time whose samples the notification carries.", "[ADS] ADS Device Notification"},
    {"file_name", Kind::text, log | rule | buffer, {"File", "文件名"},
     "File or folder that is touched.", "[DEF] system service"},
    {"process", Kind::text, log | rule | buffer, {"Program", "程序"},
     "Program the station is told to run.", "[DEF] system service"},
    {"command_line", Kind::text, log | rule | buffer, {"Command line", "命令行"},
     "Arguments of the program the station is told to run.", "[DEF] system service"},
    {"route_service", Kind::u32, log | rule | learn | column, {"Route service", "路由服务"},
     "What is asked of the route service.", "[PLC4X] discovery", service_names},
    {"route_status", Kind::u32, log | rule, {"Route status", "路由结果"},
     "How the route service answered, 0 well.", "[PLC4X] discovery", error_names},
    {"host_name", Kind::text, log | rule | buffer, {"Host name", "主机名"},
     "Computer the route leads to, or that answers.", "[PLC4X] discovery"},
    {"route_name", Kind::text, log | rule | buffer, {"Route name", "路由名称"},
     "Name of the route that is added.", "[PLC4X] discovery"},
    {"route_net_id", Kind::text, log | rule | buffer, {"Route NetId", "路由 NetId"},
     "AMS network id the route leads to.", "[PLC4X] discovery"},
    {"user_name", Kind::text, log | rule | buffer, {"User", "用户名"},
     "User in whose name the route is added.", "[PLC4X] discovery"},
    {"password_length", Kind::u32, log | rule, {"Password length", "口令长度"},
     "Length of the password sent in clear; the password itself is not kept.", "[PLC4X] discovery"},
    {"twincat_version", Kind::text, log | rule, {"TwinCAT version", "TwinCAT 版本"},
     "Version of TwinCAT of the station that answers.", "[PLC4X] discovery"},
    {"system", Kind::text, log | rule, {"Operating system", "操作系统"},
     "Operating system of the station that answers.", "[PLC4X] discovery"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets read or written.", "[ADS] ADS Read"},
};
inline constexpr auto fields = table("ads", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field part_rows[] = {
    {"part_group", Kind::u32, log | rule | learn, {"Part's index group", "子项索引组"},
     "Kind of data this part of a sum command touches.", "[ADS] sum commands", group_names},
    {"part_offset", Kind::u32, log | rule | learn, {"Part's index offset", "子项索引偏移"},
     "Where in the index group the data of this part stand.", "[ADS] sum commands"},
    {"part_read_length", Kind::u32, log | rule, {"Part's read length", "子项读取长度"},
     "Octets this part asks for.", "[ADS] sum commands", {}, "octets"},
    {"part_write_length", Kind::u32, log | rule, {"Part's write length", "子项写入长度"},
     "Octets this part writes.", "[ADS] sum commands", {}, "octets"},
};
inline constexpr auto part_fields = table("ads.part", part_rows);
inline constexpr Schema part_schema = part_fields.schema();

constexpr Field sample_rows[] = {
    {"sample_time", Kind::time_us, log | rule, {"Sample time", "采样时间"},
     "When the device took the sample.", "[ADS] ADS Device Notification"},
    {"sample_handle", Kind::u32, log | rule, {"Sample handle", "采样句柄"},
     "Notification this sample belongs to.", "[ADS] ADS Device Notification"},
    {"sample_data", Kind::bytes, log | rule | buffer, {"Sample data", "采样数据"},
     "Octets of the sample.", "[ADS] ADS Device Notification"},
};
inline constexpr auto sample_fields = table("ads.sample", sample_rows);
inline constexpr Schema sample_schema = sample_fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { truncated, length, command, password, empty_password, process };
constexpr Text check_sender = {"Find out which program sent it; scanners and broken drivers look like this.",
                               "查明是哪个程序发出的；扫描工具和有缺陷的驱动常呈此状。"};
inline constexpr Detection faults[] = {
    {9101900,
     "ads.truncated",
     Severity::low,
     "T0814",
     {"ADS message ends too early", "ADS 报文过早结束"},
     {"The command needs more octets than the message has.", "命令所需字节多于报文实际携带的字节。"},
     check_sender},
    {9101901,
     "ads.length",
     Severity::low,
     "T0814",
     {"ADS lengths do not agree", "ADS 长度不一致"},
     {"More or fewer octets follow than the message's own lengths say.", "后续字节数与报文自身的长度字段不一致。"},
     check_sender},
    {9101902,
     "ads.command",
     Severity::low,
     "T0846",
     {"Unknown ADS command", "未知的 ADS 命令"},
     {"The specification lists no such command or route service.", "规范中没有该命令或路由服务。"},
     check_sender},
    {9101903,
     "ads.password_in_clear",
     Severity::medium,
     "T0859",
     {"TwinCAT route added with the password in clear", "以明文口令添加 TwinCAT 路由"},
     {"Whoever records the network can read the password and add routes to the controller.",
      "任何能截获网络流量的人都可读取口令并向控制器添加路由。"},
     {"Make sure the route was wanted, change the password, and use Secure ADS.",
      "确认该路由是否为预期操作，更换口令并改用 Secure ADS。"}},
    {9101904,
     "ads.empty_password",
     Severity::medium,
     "T0859",
     {"TwinCAT route added without a password", "未使用口令添加 TwinCAT 路由"},
     {"A route to the controller was asked for with an empty password.", "以空口令请求向控制器添加路由。"},
     {"Make sure the route was wanted and give the account a password.",
      "确认该路由是否为预期操作，并为该账户设置口令。"}},
    {9101905,
     "ads.start_process",
     Severity::high,
     "T0871",
     {"Program started on a TwinCAT station", "在 TwinCAT 站上启动程序"},
     {"The system service was told to run a program of the operating system.", "系统服务被要求运行操作系统中的程序。"},
     {"Find out who sent it and what the program does; no ordinary control traffic needs it.",
      "查明发送者及该程序的作用；正常控制通信不需要此操作。"}},
};
inline constexpr PortHint ports[] = {{Transport::tcp, tcp_port}, {Transport::udp, route_port}};

Fault decode_route(Bytes message, Output& output);
Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
void notation(const Object& object, std::string& out);

// Texts the message does not carry as such are built in the scratch area.
Bytes net_id_text(Bytes octets, Output& output);
Bytes dotted_text(std::initializer_list<std::uint32_t> numbers, Output& output);
inline Bytes until_zero(Bytes text) {
  std::size_t size = 0;
  while (size < text.size() && text[size] != 0) ++size;
  return text.first(size);
}

}  // namespace langyan::ads
