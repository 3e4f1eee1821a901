// The tables of the MC protocol and SLMP: fields, faults, ports. Sources as in melsec.cc.
#pragma once

#include "parsers/melsec/codes.h"

namespace langyan::melsec {

constexpr std::size_t header_3e = 9, header_4e = 13;           // subheader to length, binary
constexpr std::size_t text_3e = 18, text_4e = 26;              // the same in ASCII
constexpr std::size_t melsoft_header = 21, melsoft_request = 24, melsoft_answer = 26;  // to the length; to the command
constexpr std::size_t longest_data = 16'384;                   // ours; an answer holds at most 960 words

enum class Place : std::uint8_t { device, memory, file };
inline constexpr Space spaces[] = {
    {"device", {"Device", "软元件"}},
    {"memory", {"Memory", "存储器"}},
    {"file", {"File", "文件"}},
};

// clang-format off
constexpr Field rows[] = {
    {"frame", Kind::u8, log | rule, {"Frame", "帧格式"},
     "First octet of the subheader: 3E, 4E, 1E or MELSOFT.", "[MC] 4", frame_names},
    {"ascii", Kind::boolean, log | rule, {"ASCII code", "ASCII 码"},
     "The frame is written in hexadecimal digits.", "[MC] 4"},
    {"serial", Kind::u16, log | pair, {"Serial number", "序列号"},
     "Number the client picks and the response repeats, in 4E frames and MELSOFT.", "[MC] 4.2"},
    {"network", Kind::u8, log | rule | learn, {"Network number", "网络号"},
     "Network of the station accessed, 0 the own one.", "[MC] 4.2"},
    {"station", Kind::u8, log | rule | learn, {"Station number", "站号"},
     "Station accessed, 255 the one connected to.", "[MC] 4.2"},
    {"module_io", Kind::u16, log | rule | learn, {"Module I/O number", "模块 I/O 号"},
     "Processor or module accessed, 0x3ff the CPU in charge.", "[MC] 4.2"},
    {"multidrop", Kind::u8, log | rule, {"Multidrop station", "多点站号"},
     "Station behind the module accessed.", "[MC] 4.2"},
    {"monitoring_timer", Kind::u16, log | rule, {"Monitoring timer", "监视定时器"},
     "How long the answer may take, in units of 250 ms.", "[MC] 4.2"},
    {"command", Kind::u16, log | rule | learn | column, {"Command", "指令"},
     "What is asked of the controller.", "[MC] 3.3", command_names},
    {"subcommand", Kind::u16, log | rule, {"Subcommand", "子指令"},
     "Bits or words, size of the device codes, extensions.", "[MC] 3.3"},
    {"melsoft_command", Kind::u16, log | rule | learn | column, {"MELSOFT command", "MELSOFT 指令"},
     "What the engineering tool or panel asks of the controller.", "[MELSOFT] seen", melsoft_names},
    {"command_1e", Kind::u8, log | rule | learn, {"1E command", "1E 指令"},
     "Subheader of an A-compatible frame.", "[MC] 18", frame_1e_names},
    {"end_code", Kind::u16, log | rule | learn, {"End code", "结束代码"},
     "How it went.", "[MC] 4.2", end_names},
    {"device", Kind::u16, log | rule | learn, {"Device code", "软元件代码"},
     "Kind of device that is touched.", "[MC] 8.1", device_names},
    {"device_number", Kind::u32, log | rule | learn, {"Head device number", "起始软元件号"},
     "First device that is touched.", "[MC] 8.1"},
    {"points", Kind::u16, log | rule, {"Points", "点数"},
     "Devices touched: bits, or words.", "[MC] 8.1"},
    {"mode", Kind::u16, log | rule, {"Mode", "方式"},
     "Whether a remote operation overrides one of another client.", "[MC] 9", mode_names},
    {"clear_mode", Kind::u8, log | rule, {"Clear mode", "清除方式"},
     "What a remote RUN clears first: 0 nothing, 1 all but latched devices, 2 all.", "[MC] 9.2"},
    {"model", Kind::text, log | rule | buffer, {"Model", "型号"},
     "Model of the CPU.", "[MC] 9.7"},
    {"model_code", Kind::u16, log | rule, {"Model code", "型号代码"},
     "Number of the CPU's model.", "[MC] 9.7"},
    {"memory_address", Kind::u32, log | rule, {"Memory address", "存储器地址"},
     "First address of the module's memory that is touched.", "[MC] 12"},
    {"password_length", Kind::u16, log | rule, {"Password length", "口令长度"},
     "Length of the remote password sent in clear; the password itself is not kept.", "[MC] 14"},
    {"file_name", Kind::text, log | rule | buffer, {"File", "文件名"},
     "File of the controller's project that is touched.", "[MELSOFT] seen"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets carried as they stand in the frame.", "[MC] 4.2"},
};
inline constexpr auto fields = table("melsec", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field element_rows[] = {
    {"element_device", Kind::u16, log | rule | learn, {"Element's device code", "元素软元件代码"},
     "Kind of this device.", "[MC] 8.1", device_names},
    {"element_number", Kind::u32, log | rule | learn, {"Element's device number", "元素软元件号"},
     "Number of this device, of a block its first.", "[MC] 8.1"},
    {"element_points", Kind::u16, log | rule, {"Element's points", "元素点数"},
     "Words of this block.", "[MC] 8.4"},
    {"element_value", Kind::u32, log | rule, {"Element's value", "元素值"},
     "What this device is set to.", "[MC] 8.3"},
};
inline constexpr auto element_fields = table("melsec.element", element_rows);
inline constexpr Schema element_schema = element_fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { truncated, length, command, device, text, password };
constexpr Text check_sender = {"Find out which program sent it; scanners and broken drivers look like this.",
                               "查明是哪个程序发出的；扫描工具和有缺陷的驱动常呈此状。"};
inline constexpr Detection faults[] = {
    {9101600, "melsec.truncated", Severity::low, "T0814", {"MC message ends too early", "MC 报文过早结束"},
     {"The command needs more octets than the message has.", "指令所需字节多于报文实际携带的字节。"}, check_sender},
    {9101601, "melsec.length", Severity::low, "T0814", {"MC data do not match their count", "MC 数据与点数不符"},
     {"More or fewer octets follow than the count of devices asks for.", "后续字节数与软元件点数不一致。"}, check_sender},
    {9101602, "melsec.command", Severity::low, "T0846", {"Unknown MC command", "未知的 MC 指令"},
     {"No manual lists this command code.", "手册中没有该指令代码。"}, check_sender},
    {9101603, "melsec.device", Severity::low, "T0861", {"Unknown MELSEC device code", "未知的 MELSEC 软元件代码"},
     {"No manual lists this device code.", "手册中没有该软元件代码。"}, check_sender},
    {9101604, "melsec.text", Severity::low, "T0814", {"MC frame in ASCII holds other characters", "ASCII 码 MC 帧含有非法字符"},
     {"Where hexadecimal digits belong, the frame has something else.", "应为十六进制数字处出现了其他字符。"}, check_sender},
    {9101605, "melsec.password_in_clear", Severity::medium, "T0859", {"Remote password sent in clear", "远程口令以明文发送"},
     {"Whoever records the network can read the password that unlocks the controller.", "任何能截获网络流量的人都可读取解锁控制器的口令。"},
     {"Make sure the login was wanted and use a protected connection.", "确认该登录是否为预期操作，并改用受保护的连接。"}},
};

constexpr std::uint16_t first_port = 5000, last_port = 5010, melsoft_udp = 5560, melsoft_tcp = 5562, slmp_udp = 61'451;
constexpr std::uint16_t cyclic_udp = 61'450;  // CC-Link IE Field Basic, whose answers look the same
inline constexpr PortHint ports[] = {
    {Transport::tcp, 5000},    {Transport::tcp, 5001}, {Transport::tcp, 5002}, {Transport::tcp, 5003},
    {Transport::tcp, 5004},    {Transport::tcp, 5005}, {Transport::tcp, 5006}, {Transport::tcp, 5007},
    {Transport::tcp, 5008},    {Transport::tcp, 5009}, {Transport::tcp, 5010}, {Transport::tcp, melsoft_tcp},
    {Transport::udp, 5000},    {Transport::udp, 5001}, {Transport::udp, 5002}, {Transport::udp, 5003},
    {Transport::udp, 5004},    {Transport::udp, 5005}, {Transport::udp, 5006}, {Transport::udp, 5007},
    {Transport::udp, 5008},    {Transport::udp, 5009}, {Transport::udp, 5010}, {Transport::udp, melsoft_udp},
    {Transport::udp, slmp_udp}};

enum class Kindof : std::uint8_t { none, binary, ascii, melsoft, search, frame_1e };
Kindof kind_of(Bytes bytes);
bool is_four_e(Bytes bytes);
Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
void notation(const Object& object, std::string& out);

}  // namespace langyan::melsec
