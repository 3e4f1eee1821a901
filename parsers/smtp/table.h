// The tables of SMTP. Sources as in smtp.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::smtp {

constexpr std::size_t longest_command = 2'048;  // [5321] 4.5.3.1.4 allows 512; extensions some more
constexpr std::uint16_t port_smtp = 25, port_submission = 587, port_other = 2525;

enum class Code : std::uint8_t { other, helo, mail, rcpt, data, bdat, start_tls, auth, quit, reset };

// clang-format off
struct Command {
  std::string_view word;
  Code code;
};
inline constexpr Command commands[] = {  // [5321] 4.1.1, [3030], [3207], [4954]
    {"HELO", Code::helo}, {"EHLO", Code::helo}, {"LHLO", Code::helo}, {"MAIL", Code::mail}, {"RCPT", Code::rcpt},
    {"DATA", Code::data}, {"BDAT", Code::bdat}, {"STARTTLS", Code::start_tls}, {"AUTH", Code::auth}, {"QUIT", Code::quit},
    {"RSET", Code::reset}, {"NOOP", Code::other}, {"VRFY", Code::other}, {"EXPN", Code::other}, {"HELP", Code::other},
    {"ETRN", Code::other}, {"XCLIENT", Code::other}, {"SEND", Code::other}};

inline constexpr Space spaces[] = {{"host", {"Host", "主机"}}, {"mailbox", {"Mailbox", "邮箱"}}};
enum class Place : std::uint8_t { host, mailbox };

constexpr Field rows[] = {
    {"command", Kind::text, log | rule | buffer, {"Command", "命令"},
     "What the client wants, in capitals.", "[5321] 4.1.1"},
    {"command_line", Kind::text, rule | buffer, {"Command line", "命令行"},
     "The client's line as it is; lines of a sign-in are left out.", "[5321] 4.1.1"},
    {"helo", Kind::text, log | rule | learn | buffer, {"Host name given", "主机名"},
     "Name under which the client introduces itself.", "[5321] 4.1.1.1"},
    {"mail_from", Kind::text, log | rule | buffer, {"Sender", "发件人"},
     "Mailbox the mail is said to come from.", "[5321] 4.1.1.2"},
    {"rcpt_to", Kind::text, log | rule | buffer, {"Recipient", "收件人"},
     "Mailbox the mail goes to.", "[5321] 4.1.1.3"},
    {"subject", Kind::text, log | rule | buffer, {"Subject", "主题"},
     "Subject in the mail's head.", "[5322] 3.6.5"},
    {"header", Kind::text, rule | buffer, {"Header line", "邮件头行"},
     "A line of the mail's head or of the head of a part.", "[5322] 2.2"},
    {"attachment", Kind::text, log | rule | buffer, {"Attachment", "附件名"},
     "Name of a file that comes with the mail.", "[2183] 2.3"},
    {"body_line", Kind::bytes, rule | buffer, {"Body", "正文"},
     "A line of the body, which is not recorded.", "[5322] 2.3"},
    {"reply_code", Kind::u16, log | rule | learn, {"Reply code", "应答码"},
     "How the command ended.", "[5321] 4.2"},
    {"reply", Kind::text, log | rule | buffer, {"Reply", "应答文本"},
     "What the server says, with all lines, behind the code.", "[5321] 4.2"},
    {"encrypted", Kind::boolean, log | rule | learn, {"Changes to TLS", "切换到 TLS"},
     "Whether the rest of the session is encrypted.", "[3207] 4"},
};
inline constexpr auto fields = table("smtp", rows);
inline constexpr Schema schema = fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { command_length, reply, smuggled };
constexpr Text check_sender = {"Find the program that sent it; attempts to overrun servers look like this.",
                               "查明发送报文的程序；试图使服务器溢出的报文常呈此状。"};
inline constexpr Detection faults[] = {
    {9105900, "smtp.command_length", Severity::medium, "T0866", {"SMTP command far too long", "SMTP 命令过长"},
     {"A command line is longer than the standard allows, as in attempts to overrun a server.",
      "命令行长于标准允许的长度，常见于试图使服务器溢出的报文。"},
     check_sender},
    {9105901, "smtp.reply", Severity::low, "", {"SMTP reply without a code", "SMTP 应答缺少应答码"},
     {"The server says something that does not start with three digits.", "服务器的应答未以三位数字开头。"}, check_sender},
    {9105902, "smtp.smuggled", Severity::medium, "", {"SMTP end of mail written oddly", "SMTP 邮件结束符异常"},
     {"A lone dot stands between bare line feeds, by which a second mail is hidden behind the first.",
      "单独的点位于裸换行符之间，可借此在第一封邮件之后隐藏另一封。"},
     {"Look at the mail and who sent it.", "查看该邮件及其发送者。"}},
};
inline constexpr PortHint ports[] = {
    {Transport::tcp, port_smtp}, {Transport::tcp, port_submission}, {Transport::tcp, port_other}};

}  // namespace langyan::smtp
