// The tables of CODESYS V2: services, fields, faults, ports. Sources as in codesys_v2.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::codesys_v2 {

constexpr std::size_t short_header = 6;   // bb bb, length, zeros
constexpr std::size_t long_header = 24;   // cc cc, length and zeros, inner length
constexpr std::size_t tick_bytes = 24;    // 66 66, always as long
constexpr std::size_t longest = 8'192;    // ours; blocks carry 1024 octets
constexpr std::size_t os_name_at = 65, os_type_at = 97, product_at = 129, text_bytes = 32;  // of the answer to a login

enum class Place : std::uint8_t { file, shell };
inline constexpr Space spaces[] = {{"file", {"File", "文件"}}, {"shell", {"Shell command", "命令行指令"}}};

struct Service {
  std::uint8_t code;
  std::string_view name;
  Verb verb;
};
inline constexpr Service services[] = {  // [BASECAMP]
    {0x01, "login", Verb::identify},        {0x2f, "start_file_download", Verb::file},
    {0x30, "file_download", Verb::file},    {0x31, "start_file_upload", Verb::file},
    {0x32, "file_upload", Verb::file},      {0x51, "open", Verb::session},
    {0x92, "shell_command", Verb::diagnose}};
constexpr const Service* service_row(std::uint8_t code) {
  for (const Service& row : services)
    if (row.code == code) return &row;
  return nullptr;
}
inline constexpr auto service_names = names_of(services);
inline constexpr Name frame_names[] = {{0xbbbb, "short"}, {0xcccc, "long"}, {0x6666, "tick"}};

// clang-format off
constexpr Field rows[] = {
    {"frame", Kind::u16, log | rule, {"Frame", "帧类型"},
     "First two octets: a short or long frame, or a sign of life.", "[BASECAMP]", frame_names},
    {"length", Kind::u16, log | rule, {"Length", "长度"},
     "Octets of the service, its code included.", "[BASECAMP]", {}, "octets"},
    {"service", Kind::u8, log | rule | learn | column, {"Service", "服务"},
     "What is asked of the controller.", "[BASECAMP]", service_names},
    {"os_name", Kind::text, log | rule | buffer, {"Operating system", "操作系统"},
     "Operating system of the controller.", "[REDPOINT]"},
    {"os_type", Kind::text, log | rule | buffer, {"System type", "系统类型"},
     "Type of the operating system, or its version.", "[REDPOINT]"},
    {"product", Kind::text, log | rule | buffer, {"Product", "产品"},
     "Product the controller says it is.", "[REDPOINT]"},
    {"file_name", Kind::text, log | rule | buffer, {"File", "文件名"},
     "File that is touched.", "[BASECAMP]"},
    {"shell_command", Kind::text, log | rule | buffer, {"Shell command", "命令行指令"},
     "Command typed into the controller's browser.", "[BASECAMP]"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "Octets of the service behind its code.", "[BASECAMP]"},
};
inline constexpr auto fields = table("codesys_v2", rows);
inline constexpr Schema schema = fields.schema();

enum class Wrong : std::uint8_t { truncated, length };
constexpr Text check_sender = {"Find out which program sent it; scanners and broken drivers look like this.",
                               "查明是哪个程序发出的；扫描工具和有缺陷的驱动常呈此状。"};
inline constexpr Detection faults[] = {
    {9101800, "codesys_v2.truncated", Severity::low, "T0814", {"CODESYS V2 message ends too early", "CODESYS V2 报文过早结束"},
     {"The frame needs more octets than the message has.", "帧所需字节多于报文实际携带的字节。"}, check_sender},
    {9101801, "codesys_v2.length", Severity::low, "T0814", {"CODESYS V2 lengths do not agree", "CODESYS V2 长度不一致"},
     {"The inner length does not fit the outer one.", "内层长度与外层长度不符。"}, check_sender},
};
// clang-format on
inline constexpr PortHint ports[] = {{Transport::tcp, 1200}, {Transport::tcp, 1201}, {Transport::tcp, 2455}};

}  // namespace langyan::codesys_v2
