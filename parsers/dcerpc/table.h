// The fields, objects and faults of DCE/RPC and OPC Classic. Sources as in interfaces.h, and
//
// [C706] The Open Group, DCE 1.1: Remote Procedure Call
// [RPCE] Microsoft, [MS-RPCE]: Remote Procedure Call Protocol Extensions
// [OAUT] Microsoft, [MS-OAUT]: OLE Automation Protocol
// [NLMP] Microsoft, [MS-NLMP]: NT LAN Manager Authentication Protocol
#pragma once

#include "parsers/dcerpc/interfaces.h"

namespace langyan::dcerpc {

constexpr std::uint16_t mapper_port = 135;

enum class Place : std::uint8_t { server_handle, client_handle, item };
inline constexpr Space spaces[] = {
    {"server_handle", {"Item by server handle", "服务器句柄标识的项"}},
    {"client_handle", {"Item by client handle", "客户端句柄标识的项"}},
    {"item", {"Item", "数据项"}},
};

// clang-format off
inline constexpr Name type_names[] = {  // [C706] 12.6.4.1
    {0, "request"}, {2, "response"}, {3, "fault"}, {11, "bind"}, {12, "bind_ack"}, {13, "bind_nak"},
    {14, "alter_context"}, {15, "alter_context_response"}, {16, "auth3"}, {17, "shutdown"}, {18, "cancel"}, {19, "orphaned"}};
inline constexpr Name auth_type_names[] = {  // [RPCE] 2.2.1.1.7
    {0, "none"}, {9, "negotiate"}, {10, "ntlm"}, {14, "tls"}, {16, "kerberos"}, {68, "netlogon"}};
inline constexpr Name auth_level_names[] = {  // [RPCE] 2.2.1.1.8
    {1, "none"}, {2, "connect"}, {3, "call"}, {4, "packet"}, {5, "integrity"}, {6, "privacy"}};
constexpr std::uint8_t level_privacy = 6;
inline constexpr Name status_names[] = {  // [C706] appendix E, [RPCE] 3.1.1.5.5
    {5, "access_denied"}, {0x1c010002, "operation_range_error"}, {0x1c010003, "unknown_interface"},
    {0x1c00001b, "remote_no_memory"}, {0x000006f7, "bad_stub_data"}, {0x80010108, "disconnected"},
    {0x1c01000b, "protocol_error"}};
inline constexpr Name result_names[] = {  // [DCOM] HRESULT; [DA] appendix, error codes
    {0, "s_ok"}, {1, "s_false"}, {0x80004001, "e_notimpl"}, {0x80004002, "e_nointerface"}, {0x80004005, "e_fail"},
    {0x80070005, "e_accessdenied"}, {0x8007000e, "e_outofmemory"}, {0x80070057, "e_invalidarg"},
    {0xc0040001, "opc_e_invalidhandle"}, {0xc0040004, "opc_e_badtype"}, {0xc0040005, "opc_e_public"},
    {0xc0040006, "opc_e_badrights"}, {0xc0040007, "opc_e_unknownitemid"}, {0xc0040008, "opc_e_invaliditemid"},
    {0xc0040009, "opc_e_invalidfilter"}, {0xc004000a, "opc_e_unknownpath"}, {0xc004000b, "opc_e_range"},
    {0xc004000c, "opc_e_duplicatename"}, {0x0004000d, "opc_s_unsupportedrate"}, {0x0004000e, "opc_s_clamp"}};
inline constexpr Name state_names[] = {  // [DA] OPCSERVERSTATE
    {1, "running"}, {2, "failed"}, {3, "noconfig"}, {4, "suspended"}, {5, "test"}, {6, "comm_fault"}};
inline constexpr Name variant_names[] = {  // [OAUT] 2.2.7
    {0, "empty"}, {1, "null"}, {2, "i2"}, {3, "i4"}, {4, "r4"}, {5, "r8"}, {6, "cy"}, {7, "date"}, {8, "bstr"},
    {10, "error"}, {11, "bool"}, {16, "i1"}, {17, "ui1"}, {18, "ui2"}, {19, "ui4"}, {20, "i8"}, {21, "ui8"},
    {22, "int"}, {23, "uint"}};

constexpr Field rows[] = {
    {"rpc_type", Kind::u8, log | rule | learn, {"RPC type", "RPC 类型"},
     "Whether the message binds, asks or answers.", "[C706] 12.6.4.1", type_names},
    {"call_id", Kind::u32, log | pair, {"Call", "调用标识"},
     "Number that joins an answer to its call.", "[C706] 12.6.3.1"},
    {"context", Kind::u16, log | rule, {"Context", "上下文"},
     "Which of the interfaces that were bound is called.", "[C706] 12.6.4.9"},
    {"interface", Kind::u8, log | rule | learn | column, {"Interface", "接口"},
     "Interface that is called.", "[C706] 12.6.3.1", interface_names},
    {"interface_uuid", Kind::u8, rule, {"Interface UUID", "接口 UUID"},
     "Interface that is called, by its identifier.", "[C706] 12.6.3.1", uuid_names},
    {"opnum", Kind::u16, log | rule | learn, {"Operation number", "操作号"},
     "Number of the method within its interface.", "[C706] 12.6.4.9"},
    {"method", Kind::u32, log | rule | learn | column, {"Method", "方法"},
     "What is called.", "[DA] appendix, [DCOM] 3.1", method_names},
    {"inferred", Kind::boolean, log | rule, {"Inferred", "推断"},
     "Whether the interface was told by the arguments alone because its binding was not seen.", "[DA] appendix"},
    {"object", Kind::text, log | rule, {"Object", "对象"},
     "Identifier of the object's interface that is called.", "[DCOM] 2.2.13"},
    {"fragments", Kind::boolean, log, {"In pieces", "分片"},
     "Whether the message came in several fragments.", "[C706] 12.6.3.1"},
    {"auth_type", Kind::u8, log | rule, {"Authentication", "认证方式"},
     "How the caller proves who it is.", "[RPCE] 2.2.1.1.7", auth_type_names},
    {"auth_level", Kind::u8, log | rule, {"Protection", "保护级别"},
     "Whether calls are signed or encrypted.", "[RPCE] 2.2.1.1.8", auth_level_names},
    {"user", Kind::text, log | rule | buffer, {"User", "用户"},
     "Account the caller signs in with.", "[NLMP] 2.2.1.3"},
    {"domain", Kind::text, log | rule | buffer, {"Domain", "域"},
     "Domain of the account.", "[NLMP] 2.2.1.3"},
    {"workstation", Kind::text, log | rule | buffer, {"Workstation", "工作站"},
     "Host the account signs in from, as it says itself.", "[NLMP] 2.2.1.3"},
    {"reject_reason", Kind::u16, log | rule, {"Reject reason", "拒绝原因"},
     "Why a binding was refused.", "[C706] 12.6.4.5"},
    {"status", Kind::u32, log | rule, {"Fault status", "故障状态"},
     "Why a call failed before it reached its method.", "[C706] appendix E", status_names},
    {"result", Kind::u32, log | rule, {"Result", "返回值"},
     "What the method returned.", "[DCOM] 2.2", result_names},
    {"group_handle", Kind::u32, log, {"Group", "组句柄"},
     "Handle of the group whose items are meant.", "[DA] 4.6.1"},
    {"transaction", Kind::u32, log, {"Transaction", "事务标识"},
     "Number that joins a callback to what was asked.", "[DA] 4.5.6"},
    {"item_count", Kind::u32, log | rule, {"Items", "项数"},
     "How many items are meant.", "[DA] 4.5"},
    {"item_name", Kind::text, log | rule | buffer, {"Item name", "项名"},
     "Item or branch that is asked about.", "[DA] 4.4.6"},
    {"server_state", Kind::u16, log | rule, {"Server state", "服务器状态"},
     "Whether the OPC server runs.", "[DA] OPCSERVERSTATE", state_names},
    {"server_version", Kind::text, log | rule, {"Server version", "服务器版本"},
     "Version and build of the OPC server.", "[DA] OPCSERVERSTATUS"},
    {"stub", Kind::bytes, rule | buffer, {"Arguments", "参数"},
     "Octets of the arguments or results.", "[C706] 12.6.4.9"},
    {"vendor_info", Kind::text, log | rule | buffer, {"Vendor", "厂商信息"},
     "What the OPC server says of its maker.", "[DA] OPCSERVERSTATUS"},
};
inline constexpr auto fields = table("dcerpc", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field binding_rows[] = {
    {"binding_context", Kind::u16, log | rule, {"Context", "上下文"},
     "Number by which the interface is called from now on.", "[C706] 12.6.3.1"},
    {"binding_interface", Kind::u8, log | rule | learn, {"Interface", "接口"},
     "Interface that is bound.", "[C706] 12.6.3.1", interface_names},
    {"binding_uuid", Kind::text, log | rule, {"Interface UUID", "接口 UUID"},
     "Identifier of the interface that is bound.", "[C706] 12.6.3.1"},
    {"binding_version", Kind::u16, log | rule, {"Interface version", "接口版本"},
     "Version of the interface.", "[C706] 12.6.3.1"},
    {"binding_result", Kind::u16, log | rule, {"Binding result", "绑定结果"},
     "Zero where the interface was accepted.", "[C706] 12.6.3.1"},
};
inline constexpr auto binding_fields = table("dcerpc.binding", binding_rows);
inline constexpr Schema binding_schema = binding_fields.schema();

constexpr Field item_rows[] = {
    {"item_handle", Kind::u32, log | rule, {"Handle", "句柄"},
     "Handle of the item: the server's in a call, the client's in an answer.", "[DA] 4.5"},
    {"item_id", Kind::text, log | rule | buffer | learn, {"Item", "数据项"},
     "Name of the item in the server.", "[DA] OPCITEMDEF"},
    {"item_active", Kind::boolean, log, {"Active", "激活"},
     "Whether the item shall be reported when it changes.", "[DA] OPCITEMDEF"},
    {"value_type", Kind::u16, log | rule, {"Value type", "值类型"},
     "Type of the value.", "[OAUT] 2.2.7", variant_names},
    {"value", Kind::f64, log | rule, {"Value", "值"},
     "Value of the item, where it is a number.", "[OAUT] 2.2.29"},
    {"value_text", Kind::text, log | rule | buffer, {"Text value", "文本值"},
     "Value of the item, where it is a text.", "[OAUT] 2.2.23"},
    {"quality", Kind::u16, log | rule, {"Quality", "质量"},
     "How good the value is; 192 is good.", "[DA] 6.8"},
    {"value_time", Kind::time_us, log, {"Time", "时间戳"},
     "When the value was taken.", "[DA] 4.5"},
    {"item_error", Kind::u32, log | rule, {"Item error", "项错误"},
     "Why one item was not read or written.", "[DA] appendix", result_names},
};
inline constexpr auto item_fields = table("dcerpc.item", item_rows);
inline constexpr Schema item_schema = item_fields.schema();

enum class Wrong : std::uint8_t { header, truncated, pieces, binding, arguments, remote_execution };
constexpr Text check_peer = {
    "Compare with what other programs of this kind send; if it is not a known quirk, find out which program sent it.",
    "与同类程序的报文对比；若不是已知特性，查明是哪个程序发出的。"};
inline constexpr Detection faults[] = {
    {9105000, "dcerpc.header", Severity::medium, "T0814", {"RPC fragment malformed", "RPC 分片畸形"},
     {"The fragment's lengths contradict each other.", "分片的长度字段互相矛盾。"}, check_peer},
    {9105001, "dcerpc.truncated", Severity::medium, "T0814", {"RPC message ends too early", "RPC 报文过早结束"},
     {"The message is shorter than its type needs.", "报文短于其类型所需。"}, check_peer},
    {9105002, "dcerpc.pieces", Severity::low, "", {"RPC message in too many pieces", "RPC 报文分片过多"},
     {"Its pieces do not end within what the sensor keeps, so the arguments were not read.",
      "报文分片超出探针可保存的长度，参数未解读。"},
     {"Look at the packets: ordinary calls are far shorter.", "查看数据包：正常调用远短于此。"}},
    {9105003, "dcerpc.binding", Severity::medium, "T0814", {"RPC binding malformed", "RPC 绑定畸形"},
     {"The list of interfaces is cut.", "接口列表不完整。"}, check_peer},
    {9105004, "dcerpc.arguments", Severity::medium, "T0814", {"OPC arguments malformed", "OPC 参数畸形"},
     {"The counts and lengths of the arguments contradict each other, as in attempts to overrun a server.",
      "参数的计数与长度互相矛盾，常见于试图使服务器溢出的报文。"}, check_peer},
    {9105005, "dcerpc.remote_execution", Severity::medium, "T0886", {"Program run on another host by RPC", "通过 RPC 在远程主机执行程序"},
     {"A service, a task or a WMI method was created or started remotely, as administrators and intruders do.",
      "远程创建或启动了服务、计划任务或 WMI 方法，管理员与入侵者均会如此。"},
     {"Ask the administrator; if nobody did it, isolate the calling host.", "询问管理员；若无人操作，隔离发起主机。"}},
};
// clang-format on
inline constexpr PortHint ports[] = {{Transport::tcp, mapper_port},
                                     {Transport::tcp, 0}};  // the mapper tells the others

// What is remembered of a connection. Zeroed at its start.
struct Bound {       // a context, in the place of its number
  std::uint8_t number, interface;
};
struct Recent {      // a call whose answer may come
  std::uint32_t call;
  std::uint16_t opnum;
  std::uint8_t interface, used;
};
constexpr std::size_t most_bound = 34, most_recent = 3;
struct Memory {
  Bound bound[most_bound];
  Recent recent[most_recent];
  std::uint8_t next;  // place of the next call
  std::uint8_t said;  // shows of concern are said once, so that they never end a decoder
};

using Pen = Fill<fields>;
using ItemPen = Fill<item_fields>;

// Arguments in NDR ([C706] 14): numbers are aligned to their size, counted from the first octet.
class Stub {
 public:
  Stub(Bytes octets, bool little) : in_(octets), size_(octets.size()), little_(little) {}
  std::uint8_t u8() { return in_.u8(); }
  std::uint16_t u16() { return align(2), little_ ? in_.le16() : in_.be16(); }
  std::uint32_t u32() { return align(4), little_ ? in_.le32() : in_.be32(); }
  std::uint64_t u64() { return align(8), little_ ? in_.le64() : in_.be64(); }
  std::uint64_t filetime() {  // two halves, so aligned to four
    const std::uint64_t low = u32();
    return std::uint64_t{u32()} << 32 | low;
  }
  void align(std::size_t to) { in_.skip((to - (size_ - in_.left()) % to) % to); }
  Bytes take(std::size_t size) { return in_.take(size); }
  void skip(std::size_t size) { in_.skip(size); }
  void fail() { in_.skip(in_.left() + 1); }
  std::size_t left() const { return in_.left(); }
  bool ok() const { return in_.ok(); }
  bool little() const { return little_; }
  const Reader& in() const { return in_; }

 private:
  Reader in_;
  std::size_t size_;
  bool little_;
};

struct Call {
  Output& output;
  Interface interface = unknown;
  std::uint16_t opnum = 0;
  const MethodRow* method = nullptr;
  bool answer = false;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  Operation& operate(Verb verb, Outcome outcome) {
    Operation& operation = output.operate(verb);
    operation.function = method ? method->code : method_code(interface, opnum);
    operation.outcome = outcome;
    return operation;
  }
};

// UTF-16 as UTF-8 in the scratch area, without a closing zero; cut where it is long.
Bytes wide_text(Output& output, Bytes octets, bool little);            // text.cc
void ntlm_user(Output& output, Bytes token);
void arguments(Call& call, Stub& stub);                                // opc.cc
Interface infer(const Stub& stub, std::uint16_t opnum);  // unknown: the arguments fit nothing for sure

Identity identify(Bytes bytes, const Context& context);
Frame frame(Bytes bytes, const Context& context);
std::size_t resync(Bytes bytes, const Context& context);
End sender(Bytes bytes, const Context& context);
void notation(const Object& object, std::string& out);

}  // namespace langyan::dcerpc
