// Telnet: remote lines in clear of switches, serial gateways and older controllers. Options, prompts, who signs in
// and whether it was let in are read; what is typed after a prompt for a password is never kept.
//
// [TELNET] RFC 854, [OPTION] RFC 855 and IANA "Telnet Options", [TYPE] RFC 1091 (terminal type)
#pragma once

#include "fields/protocol.h"

namespace langyan::telnet {

constexpr std::uint16_t own_port = 23;
constexpr std::size_t longest_subnegotiation = 512;
constexpr std::size_t longest_line = 512;      // of text looked at as one
constexpr std::size_t longest_user = 32;       // a longer one is cut
constexpr std::size_t tail_bytes = 24;         // of the server's text, to find prompts and refusals in
constexpr std::size_t most_commands_asked = 2;  // that must follow each other on a foreign port

enum class Command : std::uint8_t { se = 240, sb = 250, will = 251, wont = 252, do_it = 253, dont = 254, iac = 255 };
enum class Login : std::uint8_t { none, user, name_given, password, secret_given };

// clang-format off
inline constexpr Name command_names[] = {  // [TELNET]
    {240, "se"}, {241, "nop"}, {242, "data_mark"}, {243, "break"}, {244, "interrupt"}, {245, "abort_output"}, {246, "are_you_there"},
    {247, "erase_character"}, {248, "erase_line"}, {249, "go_ahead"}, {250, "sb"}, {251, "will"}, {252, "wont"}, {253, "do"}, {254, "dont"}};
inline constexpr Name option_names[] = {  // IANA
    {0, "binary"}, {1, "echo"}, {3, "suppress_go_ahead"}, {5, "status"}, {6, "timing_mark"}, {24, "terminal_type"}, {25, "end_of_record"},
    {31, "window_size"}, {32, "terminal_speed"}, {33, "remote_flow_control"}, {34, "linemode"}, {35, "x_display"}, {36, "environment"},
    {37, "authentication"}, {38, "encryption"}, {39, "new_environment"}, {44, "com_port_control"}};
inline constexpr Name result_names[] = {{0, "let_in"}, {1, "refused"}};

constexpr Field rows[] = {
    {"command", Kind::u8, log | rule, {"Command", "命令"}, "Command among the text.", "[TELNET]", command_names},
    {"option", Kind::u8, log | rule, {"Option", "选项"}, "Option the command is about.", "[OPTION]", option_names},
    {"suboption", Kind::bytes, log | rule | buffer, {"Option's data", "选项数据"},
     "What a side says about an option; of the environment only its size matters.", "[OPTION]"},
    {"user", Kind::text, log | rule | learn | buffer, {"User", "用户"}, "Name given at the prompt for it.", "[TELNET]"},
    {"login_result", Kind::u8, log | rule, {"Sign-in", "登录结果"}, "Whether the server let the user in, as its text says.", "[TELNET]", result_names},
    {"banner", Kind::text, log | rule | buffer, {"Line before sign-in", "登录前文本"},
     "Line the server shows before anybody has signed in.", "[TELNET]"},
};
inline constexpr auto fields = table("telnet", rows);
inline constexpr Schema schema = fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { environment, subnegotiation };
inline constexpr Detection faults[] = {
    {9106300,
     "telnet.environment",
     Severity::high,
     "T0866",
     {"Telnet user that is an option", "Telnet 用户名含参数"},
     {"The user sent with the environment starts with a dash, which lets some servers be entered without a password "
      "(CVE-2007-0882, CVE-2026-24061).",
      "随环境变量发送的用户名以连字符开头，可使部分服务器免密登录（CVE-2007-0882、CVE-2026-24061）。"},
     {"Separate the client, and check what it did on the server.", "隔离该客户端，检查其在服务器上的操作。"}},
    {9106301,
     "telnet.subnegotiation",
     Severity::low,
     "T0814",
     {"Telnet option without end", "Telnet 选项协商未结束"},
     {"What a side says about an option goes on for more than 512 octets.", "选项协商数据超过 512 字节。"},
     {"Find out which program sent it.", "查明是哪个程序发出的。"}},
};
inline constexpr PortHint ports[] = {{Transport::tcp, own_port}, {Transport::tcp, 2323}};

struct Memory {
  Login login;
  bool let_in;                  // once: what follows is a session, not a sign-in
  std::uint8_t user_size, tail_size;
  bool failed;                  // a word of refusal in the line at hand
  bool line_has_text;
  bool line_told;               // the line at hand is no banner: it decided a sign-in, or is too long
  std::array<std::uint8_t, longest_user> user;
  std::array<std::uint8_t, tail_bytes> tail;  // lower case, the newest last
};

}  // namespace langyan::telnet
