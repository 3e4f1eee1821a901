// The tables of Omron FINS: fields, faults, ports. Sources as in fins.cc.
#pragma once

#include "parsers/fins/codes.h"

namespace langyan::fins {

constexpr std::size_t tcp_header_bytes = 16;  // "FINS", length, command, error ([W421] 7-4-2)
constexpr std::size_t tcp_counted_from = 8;   // the length counts from the command on
constexpr std::size_t header_bytes = 10;      // ICF to SID ([W342] 3-3-2)
constexpr std::size_t longest_frame = 2'012;  // [W342] 3-3-3; over Ethernet
constexpr std::uint32_t tcp_frame_send = 2;
constexpr std::uint8_t icf_response = 0x40, icf_no_response_wanted = 0x01;

enum class Place : std::uint8_t { memory, parameter, program, file };
inline constexpr Space spaces[] = {
    {"memory", {"Memory area", "存储区"}},
    {"parameter", {"Parameter area", "参数区"}},
    {"program", {"Program area", "程序区"}},
    {"file", {"File", "文件"}},
};

// clang-format off
constexpr Field rows[] = {
    {"tcp_command", Kind::u32, log | rule, {"FINS/TCP command", "FINS/TCP 命令"},
     "What the TCP header announces.", "[W421] 7-4-2", tcp_command_names},
    {"tcp_error", Kind::u32, log | rule, {"FINS/TCP error", "FINS/TCP 错误"},
     "Why the connection was refused.", "[W421] 7-4-2", tcp_error_names},
    {"client_node", Kind::u32, log | rule, {"Client node", "客户端节点"},
     "Node address of the client in the FINS network.", "[W421] 7-4-3"},
    {"server_node", Kind::u32, log | rule, {"Server node", "服务器节点"},
     "Node address of the server in the FINS network.", "[W421] 7-4-3"},
    {"icf", Kind::u8, log | rule, {"ICF", "信息控制字段"},
     "Information control field: command or response, response wanted or not.", "[W342] 3-3-2"},
    {"gateway_count", Kind::u8, log | rule, {"GCT", "允许网关数"},
     "Gateways the frame may still pass.", "[W342] 3-3-2"},
    {"destination_network", Kind::u8, log | rule | learn, {"DNA", "目标网络"},
     "Network of the destination, 0 the local one.", "[W342] 3-3-2"},
    {"destination_node", Kind::u8, log | rule | learn, {"DA1", "目标节点"},
     "Node of the destination, 255 all.", "[W342] 3-3-2"},
    {"destination_unit", Kind::u8, log | rule | learn, {"DA2", "目标单元"},
     "Unit of the destination, 0 its CPU.", "[W342] 3-3-2"},
    {"source_network", Kind::u8, log | rule, {"SNA", "源网络"},
     "Network of the source.", "[W342] 3-3-2"},
    {"source_node", Kind::u8, log | rule, {"SA1", "源节点"},
     "Node of the source.", "[W342] 3-3-2"},
    {"source_unit", Kind::u8, log | rule, {"SA2", "源单元"},
     "Unit of the source.", "[W342] 3-3-2"},
    {"service_id", Kind::u8, log | pair, {"SID", "服务标识"},
     "Number the sender picks and the response repeats.", "[W342] 3-3-2"},
    {"command", Kind::u16, log | rule | learn | pair | column, {"Command", "命令码"},
     "What is asked of the controller.", "[W342] 5-1-1", command_names},
    {"response_code", Kind::u16, log | rule | learn, {"Response code", "响应码"},
     "How it went, without the flags of relay and CPU errors.", "[W342] 5-1-3", response_names},
    {"relay_error", Kind::boolean, log | rule, {"Relay error", "中继错误"},
     "The response comes from a node on the way.", "[W342] 5-1-3"},
    {"area", Kind::u8, log | rule | learn, {"Memory area", "存储区"},
     "Memory area that is touched.", "[W342] 5-2-2", area_names},
    {"address", Kind::u16, log | rule | learn, {"Address", "地址"},
     "First word of the area that is touched.", "[W342] 5-2-2"},
    {"bit", Kind::u8, log | rule, {"Bit", "位"},
     "First bit of the word that is touched.", "[W342] 5-2-2"},
    {"count", Kind::u16, log | rule, {"Count", "数量"},
     "Elements touched.", "[W342] 5-3", {}, "elements"},
    {"to_area", Kind::u8, log | rule, {"Destination area", "目标存储区"},
     "Memory area that a transfer goes to.", "[W342] 5-3-6", area_names},
    {"to_address", Kind::u16, log | rule, {"Destination address", "目标地址"},
     "First word that a transfer goes to.", "[W342] 5-3-6"},
    {"parameter_area", Kind::u16, log | rule | learn, {"Parameter area", "参数区"},
     "Parameter area that is touched: setup, I/O table, routing table, bus unit setup.", "[W342] 5-3-7"},
    {"program_number", Kind::u16, log | rule, {"Program", "程序号"},
     "Program that is touched, 65535 all.", "[W342] 5-3-10"},
    {"program_address", Kind::u32, log | rule, {"Program address", "程序地址"},
     "First octet of the program that is touched.", "[W342] 5-3-10"},
    {"last", Kind::boolean, log | rule, {"Last piece", "末块"},
     "Whether this piece is the last one.", "[W342] 5-3-7"},
    {"mode", Kind::u8, log | rule, {"Mode", "运行模式"},
     "Operating mode the controller is in or is put into.", "[W342] 5-3-13", mode_names},
    {"status", Kind::u8, log | rule, {"Status", "运行状态"},
     "Whether the controller runs.", "[W342] 5-3-17", status_names},
    {"fatal_errors", Kind::u16, log | rule, {"Fatal errors", "致命错误"},
     "Bits of the errors that stopped the controller.", "[W342] 5-3-17"},
    {"non_fatal_errors", Kind::u16, log | rule, {"Non-fatal errors", "非致命错误"},
     "Bits of the errors with which the controller goes on.", "[W342] 5-3-17"},
    {"controller_model", Kind::text, log | rule | buffer, {"Controller model", "控制器型号"},
     "Model of the CPU.", "[W342] 5-3-15"},
    {"controller_version", Kind::text, log | rule | buffer, {"Controller version", "控制器版本"},
     "Version of the CPU.", "[W342] 5-3-15"},
    {"clock", Kind::time_us, log | rule, {"Clock", "时钟"},
     "The controller's clock, in its own time zone.", "[W342] 5-3-19"},
    {"disk", Kind::u16, log | rule, {"Disk", "存储盘号"},
     "Memory card or file memory.", "[W342] 5-3-31"},
    {"file_name", Kind::text, log | rule | buffer, {"File", "文件名"},
     "File that is touched.", "[W342] 5-3-31"},
    {"name", Kind::text, log | rule | buffer, {"Name", "名称"},
     "Name that is set or read.", "[W227] 5-43"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets carried: values, program, file, or parameters of other commands.", "[W342] 5-3"},
};
inline constexpr auto fields = table("fins", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field element_rows[] = {
    {"element_area", Kind::u8, log | rule | learn, {"Element area", "元素存储区"},
     "Memory area of this element.", "[W342] 5-3-5", area_names},
    {"element_address", Kind::u16, log | rule | learn, {"Element address", "元素地址"},
     "Word of this element.", "[W342] 5-3-5"},
    {"element_bit", Kind::u8, log | rule, {"Element bit", "元素位"},
     "Bit of this element.", "[W342] 5-3-5"},
    {"force", Kind::u16, log | rule, {"Forced to", "强制状态"},
     "What the bit is forced to.", "[W342] 5-3-42", force_names},
};
inline constexpr auto element_fields = table("fins.element", element_rows);
inline constexpr Schema element_schema = element_fields.schema();

constexpr Field unit_rows[] = {
    {"unit_address", Kind::u8, log | rule, {"Unit address", "单元地址"},
     "Address of a unit of the controller.", "[W342] 5-3-16"},
    {"unit_model", Kind::text, log | rule | buffer, {"Unit model", "单元型号"},
     "Model of the unit.", "[W342] 5-3-16"},
};
inline constexpr auto unit_fields = table("fins.unit", unit_rows);
inline constexpr Schema unit_schema = unit_fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { truncated, length, command, refused, data };
constexpr Text check_sender = {"Find out which program sent it; scanners and broken drivers look like this.",
                               "查明是哪个程序发出的；扫描工具和有缺陷的驱动常呈此状。"};
inline constexpr Detection faults[] = {
    {9101500,
     "fins.truncated",
     Severity::low,
     "T0814",
     {"FINS message ends too early", "FINS 报文过早结束"},
     {"The command needs more octets than the message has.", "命令所需字节多于报文实际携带的字节。"},
     check_sender},
    {9101501,
     "fins.length",
     Severity::low,
     "T0814",
     {"FINS data do not match their count", "FINS 数据与数量不符"},
     {"More or fewer octets follow than the count of elements asks for.", "后续字节数与元素数量不一致。"},
     check_sender},
    {9101502,
     "fins.command",
     Severity::low,
     "T0846",
     {"Unknown FINS command", "未知的 FINS 命令"},
     {"No manual lists this command code.", "手册中没有该命令码。"},
     check_sender},
    {9101503,
     "fins.refused",
     Severity::low,
     "",
     {"FINS connection refused", "FINS 连接被拒绝"},
     {"The controller's FINS/TCP service gave an error: connections used up, an address taken, or a frame it does not "
      "take.",
      "控制器的 FINS/TCP 服务返回错误：连接耗尽、地址已占用或报文不被接受。"},
     check_sender},
    {9101504,
     "fins.data",
     Severity::low,
     "",
     {"FINS clock is no time", "FINS 时钟值无效"},
     {"A clock was written or read that is no date.", "写入或读取的时钟值不是有效日期。"},
     check_sender},
};
inline constexpr PortHint ports[] = {{Transport::udp, 9600}, {Transport::tcp, 9600}};

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
void notation(const Object& object, std::string& out);

}  // namespace langyan::fins
