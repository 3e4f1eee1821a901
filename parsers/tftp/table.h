// The tables of TFTP. Sources as in tftp.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::tftp {

constexpr std::uint16_t port_tftp = 69;
constexpr std::size_t longest_name = 512;  // of a file; what is longer is meant to overrun

enum class Opcode : std::uint8_t { read = 1, write, data, acknowledgement, error, options };

// clang-format off
inline constexpr Name opcode_names[] = {{1, "read"}, {2, "write"}, {3, "data"}, {4, "ack"}, {5, "error"}, {6, "oack"}};
inline constexpr Name error_names[] = {  // [1350] appendix I, [2347]
    {0, "not_defined"}, {1, "file_not_found"}, {2, "access_violation"}, {3, "disk_full"}, {4, "illegal_operation"},
    {5, "unknown_transfer"}, {6, "file_exists"}, {7, "no_such_user"}, {8, "option_refused"}};
// Ends of names under which firmware goes to devices.
inline constexpr std::string_view firmware_ends[] = {
    ".bin", ".img", ".fw", ".fwu", ".rom", ".upd", ".hex", ".srec", ".s19", ".chk", ".trx", ".dmk", ".fwl", ".vmlinuz", ".ubi", ".squashfs"};

inline constexpr Space spaces[] = {{"file", {"File", "文件"}}};

constexpr Field rows[] = {
    {"opcode", Kind::u8, log | rule | learn | column, {"Opcode", "操作码"},
     "What the packet is: a request to read or write, data, or its confirmation.", "[1350] 5", opcode_names},
    {"packet", Kind::text, rule | buffer, {"Operation", "操作"},
     "The opcode as a word: read, write, data, ack or error.", "[1350] 5"},
    {"file", Kind::text, log | rule | buffer, {"File", "文件名"},
     "File that is read or written.", "[1350] 5"},
    {"mode", Kind::text, log | rule | buffer, {"Mode", "模式"},
     "Whether the file is sent as text or as it is.", "[1350] 5"},
    {"firmware", Kind::boolean, log | rule, {"Named like firmware", "名称类似固件"},
     "Whether the file's name ends as those of firmware do.", "[1350] 5"},
    {"options", Kind::text, log | rule | buffer, {"Options", "选项"},
     "Names and values of options, joined by blanks.", "[2347]"},
    {"transfer_size", Kind::u32, log | rule, {"Size", "大小"},
     "Size of the file that the client announces.", "[2349] 3", {}, "octets"},
    {"block", Kind::u16, rule, {"Block", "块号"},
     "Number of a piece of the file.", "[1350] 5"},
    {"error", Kind::u16, log | rule | learn, {"Error", "错误"},
     "Why the transfer ends.", "[1350] 5", error_names},
    {"error_text", Kind::text, log | rule | buffer, {"Error text", "错误文本"},
     "The reason in words.", "[1350] 5"},
    {"data", Kind::bytes, rule | buffer, {"Data", "数据"},
     "Octets of the file in this packet.", "[1350] 5"},
};
inline constexpr auto fields = table("tftp", rows);
inline constexpr Schema schema = fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { malformed, name_length, mode };
constexpr Text check_sender = {"Find the program that sent it; attempts to overrun TFTP servers look like this.",
                               "查明发送报文的程序；试图使 TFTP 服务器溢出的报文常呈此状。"};
inline constexpr Detection faults[] = {
    {9106500, "tftp.malformed", Severity::low, "T0814", {"TFTP packet malformed", "TFTP 报文格式错误"},
     {"A file's name or a mode does not end, or a packet is too short.", "文件名或模式未结束，或报文过短。"}, check_sender},
    {9106501, "tftp.name_length", Severity::medium, "T0866", {"TFTP file name far too long", "TFTP 文件名过长"},
     {"The name is longer than any path, as in attempts to overrun a server.", "文件名长于任何路径，常见于试图使服务器溢出的报文。"},
     check_sender},
    {9106502, "tftp.mode", Severity::low, "", {"TFTP mode unknown", "TFTP 模式未知"},
     {"The mode is none of netascii, octet and mail.", "模式不是 netascii、octet 或 mail。"}, check_sender},
};
inline constexpr PortHint ports[] = {{Transport::udp, port_tftp}, {Transport::udp, 0}};

}  // namespace langyan::tftp
