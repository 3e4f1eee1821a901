// The tables of FTP: commands, fields, faults. Sources as in ftp.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::ftp {

constexpr std::size_t longest_command = 2'048;  // a path may be long; what is longer is meant to overrun
constexpr std::uint16_t port_control = 21, port_data = 20, first_free_port = 1'024;

enum class Code : std::uint8_t {
  other,
  user,
  pass,
  acct,
  retr,
  stor,
  list,
  port,
  pasv,
  eprt,
  epsv,
  rename_from,
  change,
  secure,
  site
};

// clang-format off
struct Command {
  std::string_view word;
  Code code;
  Verb verb;
  bool acts;  // is told as an operation
};
inline constexpr Command commands[] = {  // [959] 4.1, [2228], [2389], [2428], [3659]
    {"USER", Code::user,        Verb::session, true},
    {"PASS", Code::pass,        Verb::session, true},
    {"ACCT", Code::acct,        Verb::session, false},
    {"RETR", Code::retr,        Verb::read,    true},
    {"STOR", Code::stor,        Verb::file,    true},
    {"STOU", Code::stor,        Verb::file,    true},
    {"APPE", Code::stor,        Verb::file,    true},
    {"DELE", Code::change,      Verb::file,    true},
    {"RNFR", Code::rename_from, Verb::read,    false},
    {"RNTO", Code::change,      Verb::file,    true},
    {"MKD",  Code::change,      Verb::file,    true},
    {"XMKD", Code::change,      Verb::file,    true},
    {"RMD",  Code::change,      Verb::file,    true},
    {"XRMD", Code::change,      Verb::file,    true},
    {"LIST", Code::list,        Verb::read,    true},
    {"NLST", Code::list,        Verb::read,    true},
    {"MLSD", Code::list,        Verb::read,    true},
    {"SITE", Code::site,        Verb::other,   true},
    {"PORT", Code::port,        Verb::session, false},
    {"EPRT", Code::eprt,        Verb::session, false},
    {"PASV", Code::pasv,        Verb::session, false},
    {"EPSV", Code::epsv,        Verb::session, false},
    {"AUTH", Code::secure,      Verb::session, false},
    {"CWD",  Code::other,       Verb::session, false},
    {"XCWD", Code::other,       Verb::session, false},
    {"CDUP", Code::other,       Verb::session, false},
    {"PWD",  Code::other,       Verb::session, false},
    {"XPWD", Code::other,       Verb::session, false},
    {"TYPE", Code::other,       Verb::session, false},
    {"MODE", Code::other,       Verb::session, false},
    {"STRU", Code::other,       Verb::session, false},
    {"REST", Code::other,       Verb::session, false},
    {"ALLO", Code::other,       Verb::session, false},
    {"SIZE", Code::other,       Verb::session, false},
    {"MDTM", Code::other,       Verb::session, false},
    {"MLST", Code::other,       Verb::session, false},
    {"SYST", Code::other,       Verb::session, false},
    {"STAT", Code::other,       Verb::session, false},
    {"FEAT", Code::other,       Verb::session, false},
    {"OPTS", Code::other,       Verb::session, false},
    {"HELP", Code::other,       Verb::session, false},
    {"NOOP", Code::other,       Verb::session, false},
    {"ABOR", Code::other,       Verb::session, false},
    {"REIN", Code::other,       Verb::session, false},
    {"SMNT", Code::other,       Verb::session, false},
    {"PBSZ", Code::other,       Verb::session, false},
    {"PROT", Code::other,       Verb::session, false},
    {"CCC",  Code::other,       Verb::session, false},
    {"CLNT", Code::other,       Verb::session, false},
    {"LANG", Code::other,       Verb::session, false},
    {"QUIT", Code::other,       Verb::session, false},
};

enum class Transfer : std::uint8_t { unknown, retr, stor, list };
inline constexpr Name transfer_names[] = {{0, "unknown"}, {1, "retr"}, {2, "stor"}, {3, "list"}};
enum class Mode : std::uint8_t { active = 1, passive };
inline constexpr Name mode_names[] = {{1, "active"}, {2, "passive"}};

enum class Place : std::uint8_t { file, directory, user };
inline constexpr Space spaces[] = {
    {"file", {"File", "文件"}}, {"directory", {"Directory", "目录"}}, {"user", {"User", "用户"}}};

constexpr Field rows[] = {
    {"command", Kind::text, log | rule | buffer, {"Command", "命令"},
     "What the client wants, in capitals.", "[959] 4.1"},
    {"command_data", Kind::text, rule | buffer, {"Command's argument", "命令参数"},
     "What follows the command; of a password rules can search it, but it is never recorded.", "[959] 4.1"},
    {"argument", Kind::text, log | rule, {"Argument", "参数"},
     "What follows the command, passwords left out.", "[959] 4.1"},
    {"password_length", Kind::u16, log | rule, {"Password length", "口令长度"},
     "Octets of the password, which itself is not recorded.", "[959] 4.1.1", {}, "octets"},
    {"user", Kind::text, log | rule | learn | buffer, {"User", "用户"},
     "User the client signs in as.", "[959] 4.1.1"},
    {"file_name", Kind::text, log | rule | buffer, {"File", "文件名"},
     "File that is read, written or removed.", "[959] 4.1.3"},
    {"completion_code", Kind::text, rule | buffer, {"Reply code", "应答码"},
     "The three digits of the reply as text.", "[959] 4.2"},
    {"reply_code", Kind::u16, log | rule | learn, {"Reply code", "应答码"},
     "How the command ended.", "[959] 4.2"},
    {"reply", Kind::text, log | rule | buffer, {"Reply", "应答文本"},
     "What the server says, with all lines, behind the code.", "[959] 4.2"},
    {"mode", Kind::u8, log | rule | learn, {"Mode", "模式"},
     "Who opens the connection for the data: the server (active) or the client (passive).", "[959] 3.2", mode_names},
    {"dynamic_port", Kind::u16, log | rule, {"Data port", "数据端口"},
     "Port on which the next data connection is awaited.", "[959] 4.1.2"},
    {"data_address", Kind::ip, log | rule, {"Data address", "数据地址"},
     "Address at which the next data connection is awaited.", "[959] 4.1.2"},
    {"data_command", Kind::u8, log | rule, {"Data of", "数据所属命令"},
     "Of a data connection, what it was opened for.", "[959] 3.2", transfer_names},
};
inline constexpr auto fields = table("ftp", rows);
inline constexpr Schema schema = fields.schema();
// clang-format on

enum class Wrong : std::uint8_t { command_length, reply, port, low_port };
constexpr Text check_sender = {"Find the program that sent it; attempts to overrun servers look like this.",
                               "查明发送报文的程序；试图使服务器溢出的报文常呈此状。"};
inline constexpr Detection faults[] = {
    {9106000,
     "ftp.command_length",
     Severity::medium,
     "T0866",
     {"FTP command far too long", "FTP 命令过长"},
     {"A command line is longer than any path, as in attempts to overrun a server.",
      "命令行长于任何路径，常见于试图使服务器溢出的报文。"},
     check_sender},
    {9106001,
     "ftp.reply",
     Severity::low,
     "",
     {"FTP reply without a code", "FTP 应答缺少应答码"},
     {"The server says something that does not start with three digits.", "服务器的应答未以三位数字开头。"},
     check_sender},
    {9106002,
     "ftp.port",
     Severity::low,
     "T0814",
     {"FTP data port malformed", "FTP 数据端口格式错误"},
     {"An address or port for the data connection is not written as the standard wants it.",
      "数据连接的地址或端口书写不符合标准。"},
     check_sender},
    {9106003,
     "ftp.low_port",
     Severity::medium,
     "T0846",
     {"FTP server sent to a service's port", "FTP 服务器被指向服务端口"},
     {"A client asks the server to connect to a port of a service, by which a server can be made to scan or attack "
      "others.",
      "客户端要求服务器连接到服务端口，可借此利用服务器扫描或攻击其他主机。"},
     {"Find out who asked; ordinary clients take ports from 1024 on.", "查明请求者；普通客户端使用 1024 及以上端口。"}},
};
// The data's ports are agreed on the way.
inline constexpr PortHint ports[] = {{Transport::tcp, port_control}, {Transport::tcp, 0}};

}  // namespace langyan::ftp
