// VNC: screens of HMIs and workstations, often without more than a short password. The version, the kind of
// sign-in and its outcome are read; the screen is passed over.
//
// [RFB] RFC 6143 (The Remote Framebuffer Protocol); [IANA] "Remote Framebuffer Security Types"
#pragma once

#include "fields/protocol.h"

namespace langyan::vnc {

constexpr std::size_t version_bytes = 12;     // [RFB] 7.1.1
constexpr std::size_t challenge_bytes = 16;   // 7.2.2
constexpr std::size_t longest_text = 1'024;   // of a reason or a desktop's name; a longer one ends the reading
constexpr std::size_t longest_unit = 24 + longest_text + 4;

enum class Security : std::uint8_t { invalid = 0, none = 1, vnc = 2 };
enum class Unit : std::uint8_t {
  version,
  security,
  choice,
  challenge,
  response,
  result,
  client_init,
  server_init,
  done
};

// clang-format off
inline constexpr Name security_names[] = {  // [RFB] 8.1.2, [IANA]
    {0, "invalid"}, {1, "none"}, {2, "vnc"}, {5, "ra2"}, {6, "ra2ne"}, {16, "tight"}, {17, "ultra"}, {18, "tls"}, {19, "vencrypt"},
    {20, "sasl"}, {21, "md5"}, {22, "xvp"}, {30, "ard"}, {113, "ms_logon_2"}, {129, "unix_login"}, {130, "rsa_aes"}};
inline constexpr Name result_names[] = {{0, "ok"}, {1, "failed"}, {2, "too_many"}};  // 7.1.3, A.2

constexpr Field rows[] = {
    {"version", Kind::text, log | rule | buffer, {"Version", "版本"}, "Version of the protocol the side speaks.", "[RFB] 7.1.1"},
    {"security_types", Kind::bytes, log | rule | buffer, {"Offered sign-ins", "可选认证方式"},
     "Kinds of sign-in the server offers, an octet each.", "[RFB] 7.1.2"},
    {"security", Kind::u8, log | rule | learn, {"Sign-in", "认证方式"}, "Kind of sign-in that was chosen.", "[RFB] 7.1.2", security_names},
    {"result", Kind::u32, log | rule, {"Result", "认证结果"}, "Whether the server lets the client in.", "[RFB] 7.1.3", result_names},
    {"reason", Kind::text, log | rule | buffer, {"Reason", "原因"}, "Why the server does not.", "[RFB] 7.1.2"},
    {"shared", Kind::boolean, log | rule, {"Shared", "共享桌面"}, "Others may stay connected.", "[RFB] 7.3.1"},
    {"width", Kind::u16, log | rule, {"Width", "宽度"}, "Width of the screen.", "[RFB] 7.3.2", {}, "pixels"},
    {"height", Kind::u16, log | rule, {"Height", "高度"}, "Height of the screen.", "[RFB] 7.3.2", {}, "pixels"},
    {"desktop", Kind::text, log | rule | learn | buffer, {"Desktop", "桌面名称"}, "What the server calls its screen.", "[RFB] 7.3.2"},
};
inline constexpr auto fields = table("vnc", rows);
inline constexpr Schema schema = fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { choice, no_authentication, length };
inline constexpr Detection faults[] = {
    {9106400, "vnc.choice", Severity::high, "T0866", {"Sign-in chosen that was not offered", "选择了未提供的认证方式"},
     {"The client chose a kind of sign-in the server did not offer, as an old bypass does (CVE-2006-2369).",
      "客户端选择了服务器未提供的认证方式，类似一种旧的绕过手法（CVE-2006-2369）。"},
     {"Find out which program it was, and update the server.", "查明是哪个程序，并升级服务器。"}},
    {9106401, "vnc.no_authentication", Severity::medium, "T0886", {"Screen without a password", "VNC 无需密码"},
     {"Whoever reaches this screen sees and works it: the server asks for no sign-in.", "服务器不要求认证，任何可达者都能查看并操作该屏幕。"},
     {"Set a password or allow the screen only through a jump host.", "设置密码，或只允许经由跳板机访问。"}},
    {9106402, "vnc.length", Severity::low, "T0814", {"VNC text too long", "VNC 文本过长"},
     {"A reason or a desktop's name is longer than any server's.", "原因或桌面名称长度异常。"},
     {"Find out which program sent it.", "查明是哪个程序发出的。"}},
};
inline constexpr PortHint ports[] = {{Transport::tcp, 5900},
                                     {Transport::tcp, 5901},
                                     {Transport::tcp, 5902},
                                     {Transport::tcp, 5903},
                                     {Transport::tcp, 5800}};

struct Memory {
  std::array<Unit, 2> next;         // by direction: what comes
  std::uint8_t minor;               // of the version both speak: the client's
  Security security;
  bool has_security;
  std::array<std::uint8_t, 32> offered;  // a bit each
};

}  // namespace langyan::vnc
