// The tables of EtherCAT: commands, registers, services, fields, faults. Sources as in ethercat.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::ethercat {

constexpr std::uint16_t ethertype = 0x88a4, udp_port = 34'980;  // [DLL] 4.4
constexpr std::size_t frame_header_bytes = 2, datagram_header_bytes = 10, counter_bytes = 2;
constexpr std::size_t mailbox_header_bytes = 6;
constexpr std::uint16_t first_mailbox_address = 0x1000;  // [ESC] 1: what lies below are registers
constexpr std::uint16_t length_mask = 0x07ff, circulating_mask = 0x4000, more_mask = 0x8000;

enum class FrameType : std::uint8_t { commands = 1, network_variables = 4, mailbox_gateway = 5 };
enum class Access : std::uint8_t { none, read, write, both };
enum class Addressing : std::uint8_t { none, position, station, broadcast, logical };

struct Command {
  std::uint8_t code;
  std::string_view name;
  Access access;
  Addressing addressing;
};
// clang-format off
inline constexpr Command commands[] = {  // [DLL] 5.4
    {0,  "NOP",  Access::none,  Addressing::none},
    {1,  "APRD", Access::read,  Addressing::position},
    {2,  "APWR", Access::write, Addressing::position},
    {3,  "APRW", Access::both,  Addressing::position},
    {4,  "FPRD", Access::read,  Addressing::station},
    {5,  "FPWR", Access::write, Addressing::station},
    {6,  "FPRW", Access::both,  Addressing::station},
    {7,  "BRD",  Access::read,  Addressing::broadcast},
    {8,  "BWR",  Access::write, Addressing::broadcast},
    {9,  "BRW",  Access::both,  Addressing::broadcast},
    {10, "LRD",  Access::read,  Addressing::logical},
    {11, "LWR",  Access::write, Addressing::logical},
    {12, "LRW",  Access::both,  Addressing::logical},
    {13, "ARMW", Access::read,  Addressing::position},
    {14, "FRMW", Access::read,  Addressing::station},
};
inline constexpr auto command_names = names_of(commands);

struct Register {
  std::uint16_t first, last;
  std::string_view name;
  Verb verb;  // of a write
};
inline constexpr Register registers[] = {  // [ESC] 2
    {0x0000, 0x000f, "ESC information",        Verb::configure},
    {0x0010, 0x0013, "Station address",        Verb::configure},
    {0x0020, 0x0031, "Write protection",       Verb::configure},
    {0x0040, 0x0041, "ESC reset",              Verb::reset},
    {0x0100, 0x0103, "DL control",             Verb::configure},
    {0x0108, 0x0113, "DL status",              Verb::configure},
    {0x0120, 0x0121, "AL control",             Verb::mode},
    {0x0130, 0x0135, "AL status",              Verb::configure},
    {0x0140, 0x0153, "PDI control",            Verb::configure},
    {0x0200, 0x0223, "Event mask",             Verb::configure},
    {0x0300, 0x0313, "Error counters",         Verb::configure},
    {0x0400, 0x0443, "Watchdog",               Verb::configure},
    {0x0500, 0x050f, "EEPROM",                 Verb::configure},
    {0x0510, 0x051b, "MII management",         Verb::configure},
    {0x0600, 0x06ff, "FMMU",                   Verb::configure},
    {0x0800, 0x08ff, "Sync manager",           Verb::configure},
    {0x0900, 0x09ff, "Distributed clock",      Verb::time},
    {0x0f00, 0x0fff, "Digital I/O",            Verb::write},
};
inline constexpr std::uint16_t al_control = 0x0120, al_status = 0x0130, eeprom_control = 0x0502, eeprom_address = 0x0504;

inline constexpr Name state_names[] = {{1, "INIT"}, {2, "PREOP"}, {3, "BOOT"}, {4, "SAFEOP"}, {8, "OP"}};  // [AL] 5.3.1
constexpr std::uint8_t state_mask = 0x0f, boot = 3;

inline constexpr Name frame_names[] = {{1, "commands"}, {4, "network_variables"}, {5, "mailbox_gateway"}};
enum class Mailbox : std::uint8_t { error = 0, aoe, eoe, coe, foe, soe, voe = 15 };
inline constexpr Name mailbox_names[] = {{0, "error"}, {1, "AoE"}, {2, "EoE"}, {3, "CoE"}, {4, "FoE"}, {5, "SoE"}, {15, "VoE"}};
inline constexpr Name coe_names[] = {{1, "emergency"}, {2, "sdo_request"}, {3, "sdo_response"}, {4, "tx_pdo"}, {5, "rx_pdo"},
                                     {6, "tx_pdo_remote_request"}, {7, "rx_pdo_remote_request"}, {8, "sdo_information"}};
inline constexpr Name sdo_names[] = {  // [AL] 5.6.2; of a request its number, of a response 16 more
    {0, "download_segment_request"}, {1, "download_request"}, {2, "upload_request"}, {3, "upload_segment_request"}, {4, "abort"},
    {16, "upload_segment_response"}, {17, "download_segment_response"}, {18, "upload_response"}, {19, "download_response"}};
inline constexpr Name foe_names[] = {{1, "read_request"}, {2, "write_request"}, {3, "data"}, {4, "acknowledge"}, {5, "error"}, {6, "busy"}};
inline constexpr Name soe_names[] = {{1, "read_request"}, {2, "read_response"}, {3, "write_request"}, {4, "write_response"},
                                     {5, "notification"}, {6, "emergency"}};
inline constexpr Name abort_names[] = {  // [AL] 5.6.2.7
    {0x05030000, "toggle_bit_not_changed"}, {0x05040000, "timeout"}, {0x05040001, "command_unknown"}, {0x05040005, "out_of_memory"},
    {0x06010000, "unsupported_access"}, {0x06010001, "write_only"}, {0x06010002, "read_only"}, {0x06020000, "no_such_object"},
    {0x06040041, "not_mappable"}, {0x06040042, "pdo_too_long"}, {0x06060000, "hardware_error"}, {0x06070010, "length_mismatch"},
    {0x06090011, "no_such_subindex"}, {0x06090030, "value_range_exceeded"}, {0x08000000, "general_error"},
    {0x08000020, "not_transferable"}, {0x08000022, "wrong_state"}};

enum class Place : std::uint8_t { reg, object, file, parameter };
inline constexpr Space spaces[] = {
    {"register", {"ESC register", "从站控制器寄存器"}},
    {"object", {"CoE object", "CoE 对象"}},
    {"file", {"File", "文件"}},
    {"parameter", {"SoE parameter", "SoE 参数"}},
};

constexpr Field rows[] = {
    {"frame_type", Kind::u8, log | rule | learn, {"Frame type", "帧类型"},
     "Whether the frame carries commands, network variables or a mailbox.", "[DLL] 4.4.2", frame_names},
    {"datagrams", Kind::u16, log | rule, {"Datagrams", "数据报数"},
     "Datagrams in the frame.", "[DLL] 4.4.2"},
    {"working_counter", Kind::u32, log | rule, {"Working counters", "工作计数器之和"},
     "Sum of the working counters: 0 before any slave has touched the frame.", "[DLL] 5.4"},
    {"cyclic", Kind::boolean, log | rule, {"Process data", "过程数据"},
     "Whether a datagram carries process data by logical address.", "[DLL] 5.4.4"},
    {"al_state", Kind::u8, log | rule | learn, {"State requested", "请求状态"},
     "State that AL control asks of the slaves.", "[AL] 5.3.1", state_names},
    {"al_status", Kind::u8, log | rule, {"State", "当前状态"},
     "State the slaves answer in AL status; several of them are combined bit by bit.", "[AL] 5.3.2", state_names},
    {"mailbox_type", Kind::u8, log | rule | learn, {"Mailbox", "邮箱协议"},
     "Protocol in the mailbox.", "[DLL] 5.6", mailbox_names},
    {"mailbox_address", Kind::u16, log | rule, {"Mailbox address", "邮箱地址"},
     "Station address in the mailbox, 0 the master.", "[DLL] 5.6"},
    {"coe_service", Kind::u8, log | rule | learn, {"CoE service", "CoE 服务"},
     "Service of CANopen over EtherCAT.", "[AL] 5.6.1", coe_names},
    {"sdo_command", Kind::u8, log | rule | learn | column, {"SDO command", "SDO 命令"},
     "What is done to the object.", "[AL] 5.6.2", sdo_names},
    {"object_index", Kind::u16, log | rule | learn, {"Index", "对象索引"},
     "Index of the object.", "[AL] 5.6.2"},
    {"object_subindex", Kind::u8, log | rule, {"Subindex", "子索引"},
     "Subindex of the object.", "[AL] 5.6.2"},
    {"abort_code", Kind::u32, log | rule, {"Abort code", "中止码"},
     "Why the transfer was given up.", "[AL] 5.6.2.7", abort_names},
    {"emergency_code", Kind::u16, log | rule, {"Emergency code", "紧急错误码"},
     "Error the slave reports.", "[AL] 5.6.4"},
    {"foe_command", Kind::u8, log | rule | learn, {"FoE command", "FoE 命令"},
     "What is done to the file.", "[AL] 5.8", foe_names},
    {"password", Kind::u32, log | rule, {"FoE password", "FoE 口令"},
     "Password of the file transfer, sent in clear.", "[AL] 5.8.2"},
    {"file_name", Kind::text, log | rule | buffer, {"File", "文件名"},
     "File that is read or written.", "[AL] 5.8.2"},
    {"packet", Kind::u32, log | rule, {"Packet", "包序号"},
     "Number of the piece of a file.", "[AL] 5.8.4"},
    {"foe_error", Kind::u32, log | rule, {"FoE error", "FoE 错误码"},
     "Why the file transfer failed.", "[AL] 5.8.6"},
    {"soe_command", Kind::u8, log | rule | learn, {"SoE command", "SoE 命令"},
     "Service of the servo drive profile.", "[AL] 5.9", soe_names},
    {"idn", Kind::u16, log | rule | learn, {"IDN", "参数号"},
     "Parameter of the drive.", "[AL] 5.9"},
    {"drive", Kind::u8, log | rule, {"Drive", "轴号"},
     "Drive of the slave.", "[AL] 5.9"},
    {"publisher", Kind::bytes, log | rule, {"Publisher", "发布者"},
     "Identity of the publisher of network variables.", "[EAP] 4"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of the object, parameter, file or mailbox.", "[AL] 5"},
};
inline constexpr auto fields = table("ethercat", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field datagram_rows[] = {
    {"command", Kind::u8, log | rule | learn, {"Command", "命令"},
     "What the datagram does and how it addresses.", "[DLL] 5.4", command_names},
    {"index", Kind::u8, log, {"Index of datagram", "数据报编号"},
     "Number the master gives the datagram.", "[DLL] 5.4"},
    {"slave", Kind::u16, log | rule, {"Slave", "从站地址"},
     "Position or station address of the slave.", "[DLL] 5.4"},
    {"offset", Kind::u16, log | rule, {"Offset", "寄存器地址"},
     "Register or memory address in the slave.", "[DLL] 5.4"},
    {"logical_address", Kind::u32, log | rule, {"Logical address", "逻辑地址"},
     "Address in the process image of the master.", "[DLL] 5.4.4"},
    {"length", Kind::u16, log | rule, {"Length", "长度"},
     "Octets of data.", "[DLL] 5.4", {}, "bytes"},
    {"circulating", Kind::boolean, log | rule, {"Circulating", "循环帧"},
     "Whether a slave has seen the frame before: the ring is open.", "[DLL] 5.4"},
    {"counter", Kind::u16, log | rule, {"Working counter", "工作计数器"},
     "Successful accesses of slaves to this datagram.", "[DLL] 5.4"},
};
inline constexpr auto datagram_fields = table("ethercat.datagram", datagram_rows);
inline constexpr Schema datagram_schema = datagram_fields.schema();

enum class Wrong : std::uint8_t { truncated, type, command, mailbox, circulating };
constexpr Text check_sender = {"Find out which device sent it; only the master may put such frames on the segment.",
                               "查明发送设备；该网段上只有主站可以发出此类帧。"};
inline constexpr Detection faults[] = {
    {9102500, "ethercat.truncated", Severity::low, "T0814", {"EtherCAT frame ends too early", "EtherCAT 帧过早结束"},
     {"A datagram asks for more octets than the frame has.", "数据报所需字节多于帧实际携带的字节。"}, check_sender},
    {9102501, "ethercat.type", Severity::low, "", {"Unknown type of EtherCAT frame", "未知的 EtherCAT 帧类型"},
     {"The frame is neither commands nor network variables nor a mailbox.", "该帧不是命令、网络变量或邮箱。"}, check_sender},
    {9102502, "ethercat.command", Severity::low, "T0846", {"Unknown EtherCAT command", "未知的 EtherCAT 命令"},
     {"The standard defines no such command.", "标准未定义该命令。"}, check_sender},
    {9102503, "ethercat.mailbox", Severity::low, "", {"EtherCAT mailbox refused", "EtherCAT 邮箱被拒绝"},
     {"A slave answers that it cannot take a mailbox.", "从站答复无法接受邮箱报文。"}, check_sender},
    {9102504, "ethercat.circulating", Severity::medium, "T0814", {"EtherCAT frame circulates", "EtherCAT 帧循环"},
     {"A slave saw the frame a second time: the segment is cut off from its master.", "从站第二次收到同一帧：网段已与主站断开。"},
     {"Check the cable and the ports between master and first slave.", "检查主站与首个从站之间的线缆和端口。"}},
};
inline constexpr PortHint ports[] = {{Transport::layer2, ethertype}, {Transport::udp, udp_port}};
// clang-format on

}  // namespace langyan::ethercat
