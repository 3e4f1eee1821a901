// The tables of SMB: commands, fields, faults. Sources as in smb.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::smb {

constexpr std::size_t session_header_bytes = 4;   // [NBT] 4.3.1; [SMB2] 2.1
constexpr std::size_t smb1_header_bytes = 32;     // [SMB1] 2.2.3.1
constexpr std::size_t smb2_header_bytes = 64;     // [SMB2] 2.2.1
constexpr std::size_t most_looked_at = 16'384;    // octets of a message; the rest (data of a file) is skipped
constexpr std::uint32_t longest_message = 0x00ffffff;
constexpr std::size_t most_dialects = 16;         // of a negotiation that are listed
constexpr std::size_t most_places = 6;            // shares of a flow whose kind is remembered

enum class Version : std::uint8_t { smb1 = 1, smb2 = 2, encrypted = 3, compressed = 4, session = 5 };

// Both versions' commands in one table: those of SMB1 are 256 and up.
constexpr std::uint16_t of_smb1 = 0x100;
enum Command : std::uint16_t {
  negotiate = 0, session_setup = 1, logoff = 2, tree_connect = 3, tree_disconnect = 4, create = 5, close = 6, flush = 7,
  read = 8, write = 9, lock = 10, ioctl = 11, cancel = 12, echo = 13, query_directory = 14, change_notify = 15,
  query_info = 16, set_info = 17, oplock_break = 18,
  smb1_delete = of_smb1 + 0x06, smb1_rename = of_smb1 + 0x07, smb1_transaction = of_smb1 + 0x25,
  smb1_read = of_smb1 + 0x2e, smb1_write = of_smb1 + 0x2f, smb1_transaction2 = of_smb1 + 0x32,
  smb1_transaction2_secondary = of_smb1 + 0x33, smb1_negotiate = of_smb1 + 0x72, smb1_session_setup = of_smb1 + 0x73,
  smb1_logoff = of_smb1 + 0x74, smb1_tree_connect = of_smb1 + 0x75, smb1_nt_transact = of_smb1 + 0xa0,
  smb1_create = of_smb1 + 0xa2,
};
struct CommandRow {
  std::uint16_t code;
  std::string_view name;
  Verb verb;
};
// clang-format off
inline constexpr CommandRow commands[] = {  // [SMB2] 2.2.1.2; [SMB1] 2.2.2.1
    {negotiate, "negotiate", Verb::session},       {session_setup, "session_setup", Verb::session},
    {logoff, "logoff", Verb::session},             {tree_connect, "tree_connect", Verb::session},
    {tree_disconnect, "tree_disconnect", Verb::session}, {create, "create", Verb::read},
    {close, "close", Verb::other},                 {flush, "flush", Verb::other},
    {read, "read", Verb::read},                    {write, "write", Verb::other},
    {lock, "lock", Verb::other},                   {ioctl, "ioctl", Verb::other},
    {cancel, "cancel", Verb::other},               {echo, "echo", Verb::heartbeat},
    {query_directory, "query_directory", Verb::read}, {change_notify, "change_notify", Verb::read},
    {query_info, "query_info", Verb::read},        {set_info, "set_info", Verb::other},
    {oplock_break, "oplock_break", Verb::other},
    {of_smb1 + 0x00, "smb1_create_directory", Verb::other}, {of_smb1 + 0x01, "smb1_delete_directory", Verb::other},
    {of_smb1 + 0x02, "smb1_open", Verb::read},     {of_smb1 + 0x03, "smb1_create_old", Verb::other},
    {of_smb1 + 0x04, "smb1_close", Verb::other},   {of_smb1 + 0x05, "smb1_flush", Verb::other},
    {smb1_delete, "smb1_delete", Verb::other},     {smb1_rename, "smb1_rename", Verb::other},
    {of_smb1 + 0x08, "smb1_query_information", Verb::read}, {of_smb1 + 0x09, "smb1_set_information", Verb::other},
    {of_smb1 + 0x0a, "smb1_read_old", Verb::read}, {of_smb1 + 0x0b, "smb1_write_old", Verb::other},
    {of_smb1 + 0x10, "smb1_check_directory", Verb::read}, {of_smb1 + 0x24, "smb1_locking", Verb::other},
    {smb1_transaction, "smb1_transaction", Verb::other}, {of_smb1 + 0x26, "smb1_transaction_secondary", Verb::other},
    {of_smb1 + 0x2b, "smb1_echo", Verb::heartbeat}, {of_smb1 + 0x2d, "smb1_open_andx", Verb::read},
    {smb1_read, "smb1_read", Verb::read},          {smb1_write, "smb1_write", Verb::other},
    {smb1_transaction2, "smb1_transaction2", Verb::other}, {smb1_transaction2_secondary, "smb1_transaction2_secondary", Verb::other},
    {of_smb1 + 0x34, "smb1_find_close2", Verb::other}, {of_smb1 + 0x70, "smb1_tree_connect_old", Verb::session},
    {of_smb1 + 0x71, "smb1_tree_disconnect", Verb::session}, {smb1_negotiate, "smb1_negotiate", Verb::session},
    {smb1_session_setup, "smb1_session_setup", Verb::session}, {smb1_logoff, "smb1_logoff", Verb::session},
    {smb1_tree_connect, "smb1_tree_connect", Verb::session}, {of_smb1 + 0x80, "smb1_query_disk", Verb::read},
    {smb1_nt_transact, "smb1_nt_transact", Verb::other}, {of_smb1 + 0xa1, "smb1_nt_transact_secondary", Verb::other},
    {smb1_create, "smb1_create", Verb::read},      {of_smb1 + 0xa4, "smb1_nt_cancel", Verb::other},
    {of_smb1 + 0xa5, "smb1_nt_rename", Verb::other},
};
inline constexpr auto command_names = names_of(commands);
inline constexpr Name version_names[] = {{1, "smb1"}, {2, "smb2"}, {3, "encrypted"}, {4, "compressed"}, {5, "session"}};
inline constexpr Name dialect_names[] = {  // [SMB2] 2.2.4
    {0x0202, "2.0.2"}, {0x0210, "2.1"}, {0x0300, "3.0"}, {0x0302, "3.0.2"}, {0x0311, "3.1.1"}, {0x02ff, "2.x"}};
inline constexpr Name share_type_names[] = {{1, "disk"}, {2, "pipe"}, {3, "printer"}};  // [SMB2] 2.2.10
inline constexpr Name status_names[] = {  // [ERREF] 2.3.1
    {0, "success"}, {0x00000103, "pending"}, {0x80000005, "buffer_overflow"}, {0x80000006, "no_more_files"},
    {0xc0000002, "not_implemented"}, {0xc0000003, "invalid_info_class"}, {0xc0000008, "invalid_handle"},
    {0xc000000d, "invalid_parameter"}, {0xc000000f, "no_such_file"}, {0xc0000010, "invalid_device_request"},
    {0xc0000011, "end_of_file"}, {0xc0000016, "more_processing_required"}, {0xc0000022, "access_denied"},
    {0xc0000034, "object_name_not_found"}, {0xc0000035, "object_name_collision"}, {0xc000003a, "object_path_not_found"},
    {0xc0000043, "sharing_violation"}, {0xc000005e, "no_logon_servers"}, {0xc0000064, "no_such_user"}, {0xc000006a, "wrong_password"},
    {0xc000006d, "logon_failure"}, {0xc000006e, "account_restriction"}, {0xc000006f, "invalid_logon_hours"},
    {0xc0000071, "password_expired"}, {0xc0000072, "account_disabled"}, {0xc000007f, "disk_full"},
    {0xc00000ac, "pipe_not_available"}, {0xc00000b0, "pipe_disconnected"}, {0xc00000bb, "not_supported"},
    {0xc00000c9, "network_name_deleted"}, {0xc00000cc, "bad_network_name"}, {0xc00000d0, "request_not_accepted"},
    {0xc000015b, "logon_type_not_granted"}, {0xc0000193, "account_expired"}, {0xc0000203, "user_session_deleted"},
    {0xc0000205, "insufficient_server_resources"}, {0xc0000224, "password_must_change"}, {0xc0000225, "not_found"},
    {0xc0000234, "account_locked_out"}, {0xc0000257, "path_not_covered"}, {0xc000035c, "network_session_expired"}};
inline constexpr Name rpc_names[] = {  // [C706] 12.6.4.1
    {0, "request"}, {2, "response"}, {3, "fault"}, {11, "bind"}, {12, "bind_ack"}, {13, "bind_nak"}, {14, "alter_context"},
    {15, "alter_context_response"}, {16, "auth3"}};

constexpr Field rows[] = {
    {"version", Kind::u8, log | rule | column, {"Version", "版本"},
     "Which generation of the protocol the message is of.", "[SMB2] 2.2.1", version_names},
    {"command", Kind::u16, log | rule | column, {"Command", "命令"},
     "What is asked or answered; commands of SMB1 are 256 and up.", "[SMB2] 2.2.1.2", command_names},
    {"status", Kind::u32, log | rule, {"Status", "状态"},
     "How the server answered.", "[ERREF] 2.3", status_names},
    {"message_id", Kind::u64, log | pair, {"Message", "消息标识"},
     "Number that joins an answer to its request.", "[SMB2] 2.2.1.2"},
    {"session_id", Kind::u64, log | rule, {"Session", "会话标识"},
     "Session the message belongs to.", "[SMB2] 2.2.1.2"},
    {"tree_id", Kind::u32, log | rule, {"Tree", "树标识"},
     "Share the message is about, by its number.", "[SMB2] 2.2.1.2"},
    {"signed", Kind::boolean, log | rule, {"Signed", "已签名"},
     "Whether the message carries a signature.", "[SMB2] 2.2.1.2"},
    {"dialect", Kind::u16, log | rule, {"Dialect", "方言"},
     "Version the server chose.", "[SMB2] 2.2.4", dialect_names},
    {"dialects", Kind::text, log | rule | buffer, {"Dialects", "方言列表"},
     "Versions the client offers.", "[SMB1] 2.2.4.52, [SMB2] 2.2.3"},
    {"signing_required", Kind::boolean, log | rule, {"Signing required", "要求签名"},
     "Whether this end wants every message signed.", "[SMB2] 2.2.3"},
    {"share", Kind::text, log | rule | buffer, {"Share", "共享"},
     "Share that is connected to, with its server.", "[SMB2] 2.2.9"},
    {"share_type", Kind::u8, log | rule, {"Share type", "共享类型"},
     "What the share holds.", "[SMB2] 2.2.10", share_type_names},
    {"file_name", Kind::text, log | rule | buffer, {"File", "文件"},
     "File that is opened, made or deleted.", "[SMB2] 2.2.13"},
    {"named_pipe", Kind::text, log | rule | buffer, {"Named pipe", "命名管道"},
     "Pipe that is opened; services are spoken to over it.", "[SMB2] 2.2.13"},
    {"ntlmssp_user", Kind::text, log | rule | buffer, {"User", "用户"},
     "Account that signs in.", "[NLMP] 2.2.1.3"},
    {"ntlmssp_domain", Kind::text, log | rule | buffer, {"Domain", "域"},
     "Domain of the account.", "[NLMP] 2.2.1.3"},
    {"ntlmssp_workstation", Kind::text, log | rule | buffer, {"Workstation", "工作站"},
     "Host the account signs in from, as it says itself.", "[NLMP] 2.2.1.3"},
    {"ntlmssp_version", Kind::text, log | rule | buffer, {"Windows version", "Windows 版本"},
     "Version of Windows, as the sender says itself.", "[NLMP] 2.2.2.10"},
    {"native_os", Kind::text, log | rule | buffer, {"System", "操作系统"},
     "Operating system, as the sender says itself.", "[SMB1] 2.2.4.53"},
    {"native_lm", Kind::text, log | rule | buffer, {"LAN manager", "网络软件"},
     "Network software, as the sender says itself.", "[SMB1] 2.2.4.53"},
    {"file_offset", Kind::u64, log | rule, {"Offset", "偏移"},
     "Where in the file is read or written.", "[SMB2] 2.2.19"},
    {"data_length", Kind::u32, log | rule, {"Octets", "字节数"},
     "Octets that are read or written.", "[SMB2] 2.2.19"},
    {"subcommand", Kind::u16, log | rule, {"Subcommand", "子命令"},
     "Function of a transaction of SMB1.", "[SMB1] 2.2.2.2"},
    {"ioctl_code", Kind::u32, log | rule, {"Control code", "控制码"},
     "Function of a control request.", "[SMB2] 2.2.31"},
    {"rpc_type", Kind::u8, log | rule, {"RPC type", "RPC 类型"},
     "Whether a remote call over a pipe binds, asks or answers.", "[C706] 12.6.4.1", rpc_names},
    {"rpc_opnum", Kind::u16, log | rule, {"RPC operation", "RPC 操作号"},
     "Number of the method called over a pipe.", "[C706] 12.6.4.9"},
    {"rpc_interface", Kind::text, log | rule | buffer, {"RPC interface", "RPC 接口"},
     "Interface bound over a pipe, by its identifier.", "[C706] 12.6.3.1"},
    {"file_data", Kind::bytes, rule | buffer, {"File data", "文件内容"},
     "Start of the data that is written to or read from a file.", "[SMB2] 2.2.21"},
    {"rpc_stub", Kind::bytes, rule | buffer, {"RPC arguments", "RPC 参数"},
     "Arguments of a remote call over a pipe.", "[C706] 12.6.4.9"},
};
inline constexpr auto fields = table("smb", rows);
inline constexpr Schema schema = fields.schema();
using Pen = Fill<fields>;

enum class Wrong : std::uint8_t { length, version1, overflow, peek, session_setup2, implant, executable, service_pipe };
inline constexpr Detection faults[] = {
    {9105800, "smb.length", Severity::low, "",
     {"SMB message shorter than it says", "SMB 消息短于其声明"},
     {"An offset or a length in the message points behind its end.", "消息中的偏移或长度超出其末尾。"},
     {"Look at the sender; exploits and fuzzing tools send such messages.", "检查发送方；漏洞利用与模糊测试工具常发送此类消息。"}},
    {9105801, "smb.version1", Severity::low, "T0886",
     {"SMB version 1 in use", "正在使用 SMB 1"},
     {"Files are shared by version 1 of SMB, which worms such as WannaCry and NotPetya spread by.",
      "正在使用 SMB 第 1 版共享文件，WannaCry、NotPetya 等蠕虫借此传播。"},
     {"Turn version 1 off at both ends, or keep the host apart from others.", "在两端关闭第 1 版，或将该主机与其他主机隔离。"}},
    {9105802, "smb.transaction_overflow", Severity::critical, "T0866",
     {"Transaction as of EternalBlue", "EternalBlue 类事务"},
     {"A transaction of SMB1 states more data than its kind can have and is continued as another kind: the form of the exploit of MS17-010.",
      "SMB1 事务声明的数据超过其类型上限并以另一类型继续：MS17-010 漏洞利用的形式。"},
     {"Isolate the sender and patch the receiver; treat both as infected.", "隔离发送方并为接收方打补丁；视两者均已感染。"}},
    {9105803, "smb.pipe_probe", Severity::medium, "T0846",
     {"Probe for MS17-010", "MS17-010 探测"},
     {"A pipe is peeked at that was never opened, which tells from the answer whether the host can be exploited.",
      "对从未打开的管道执行窥探，可由响应判断主机是否可被利用。"},
     {"Find out who scans; patch the hosts that were asked.", "查明扫描者；为被探测主机打补丁。"}},
    {9105804, "smb.reserved_transaction", Severity::high, "T0866",
     {"Reserved transaction as of DoublePulsar", "DoublePulsar 类保留事务"},
     {"A function of transactions is asked for that no system implements; an implant in the kernel listens to it.",
      "请求了任何系统都未实现的事务功能；内核植入程序监听此功能。"},
     {"Isolate the sender; look at the receiver's answer and memory.", "隔离发送方；检查接收方的响应与内存。"}},
    {9105805, "smb.implant", Severity::critical, "T0866",
     {"Answer of DoublePulsar", "DoublePulsar 应答"},
     {"The host answers the reserved transaction the way the implant DoublePulsar does.", "主机以 DoublePulsar 植入程序的方式应答保留事务。"},
     {"Isolate the host; it is under somebody else's control.", "隔离该主机；其已被他人控制。"}},
    {9105806, "smb.executable", Severity::high, "T0867",
     {"Program written to an administrative share", "向管理共享写入程序"},
     {"A program is written to a share only administrators reach, as tools for remote execution and worms do.",
      "向仅管理员可访问的共享写入程序，远程执行工具与蠕虫即如此。"},
     {"Ask who did it; look at the file and what was started on the host next.", "查明由谁执行；检查该文件及随后在主机上启动的程序。"}},
    {9105807, "smb.service_pipe", Severity::medium, "T0886",
     {"Service control opened from afar", "远程打开服务控制"},
     {"The pipe by which services of another host are made and started was opened, as PsExec does.",
      "打开了用于在另一主机上创建和启动服务的管道，PsExec 即如此。"},
     {"Ask who did it; see whether a new service was started.", "查明由谁执行；检查是否启动了新服务。"}},
};
// clang-format on

enum class Place : std::uint8_t { unknown, disk, pipe, admin };

struct Memory {
  std::uint32_t left[2];    // octets of messages to skip, and of one that follows in the same frame
  std::uint32_t inner[2];   // octets of the session message that further compounded ones stand in
  std::uint64_t asked_tree; // message of the last tree connect
  struct Share {
    std::uint32_t tree;
    Place place;
  };
  std::array<Share, most_places> shares;
  std::uint8_t next_share;
  Place asked_place;
  bool version1_said, opened_pipe, large_transaction;
};

// What the functions of one message share.
struct Call {
  Bytes message;  // from the protocol id on
  Pen& out;
  const Reader& in;
  Output& output;
  Memory& memory;
  bool request;
  std::uint16_t command = 0;
  std::uint32_t status = 0, tree = 0;
  Fault found = Fault::none;
  Bytes object = {};   // share, file or pipe

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  std::uint16_t le16(std::size_t at) const {
    return at + 2 > message.size() ? 0 : static_cast<std::uint16_t>(message[at] | message[at + 1] << 8);
  }
  std::uint32_t le32(std::size_t at) const { return std::uint32_t{le16(at)} | std::uint32_t{le16(at + 2)} << 16; }
  std::uint64_t le64(std::size_t at) const { return std::uint64_t{le32(at)} | std::uint64_t{le32(at + 4)} << 32; }
  bool has(std::size_t size) const { return message.size() >= size; }
  // A run by offset from the protocol id; cut where the message was cut.
  Bytes run(std::size_t offset, std::size_t size) const {
    if (offset >= message.size()) return {};
    return message.subspan(offset, std::min(size, message.size() - offset));
  }
  Place place() const {
    for (const Memory::Share& share : memory.shares)
      if (share.place != Place::unknown && share.tree == tree) return share.place;
    return Place::unknown;
  }
};

const CommandRow* find_command(std::uint16_t code);
Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
Frame frame_in(Bytes bytes, const Context& context, State memory);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);

void read_smb1(Call& call);
void read_smb2(Call& call);

// Parts that both versions have.
void sign_in(Call& call, Bytes token);
void connect(Call& call, Bytes path);        // UTF-8
void connected(Call& call, Place place);
void opened(Call& call, Bytes name);         // UTF-8
void pipe_data(Call& call, Bytes data);      // a remote call
void written(Call& call, Bytes data, std::uint64_t offset);

}  // namespace langyan::smb
