// The tables of TRDP: message types, fields, faults. Sources as in trdp.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::trdp {

constexpr std::uint16_t process_port = 17'224, message_port = 17'225;  // [TCN] A.4
constexpr std::size_t process_header_bytes = 40, message_header_bytes = 116;
constexpr std::size_t longest_process = 1'432, longest_message = 65'388;  // [TCN] A.6.5, A.7.5
constexpr std::size_t uri_bytes = 32;

struct Type {
  std::uint16_t code;  // two letters
  std::string_view name;
  Verb verb;
  bool process;
};
// clang-format off
inline constexpr Type types[] = {  // [TCN] A.6.5, A.7.5
    {0x5064, "Pd", Verb::report,    true},
    {0x5065, "Pe", Verb::report,    true},
    {0x5070, "Pp", Verb::report,    true},
    {0x5072, "Pr", Verb::read,      true},
    {0x4d6e, "Mn", Verb::report,    false},
    {0x4d72, "Mr", Verb::control,   false},
    {0x4d70, "Mp", Verb::control,   false},
    {0x4d71, "Mq", Verb::control,   false},
    {0x4d63, "Mc", Verb::heartbeat, false},
    {0x4d65, "Me", Verb::control,   false},
};
inline constexpr auto type_names = names_of(types);
enum : std::uint16_t { request = 0x4d72, reply = 0x4d70, reply_confirm = 0x4d71, error = 0x4d65 };

constexpr Field rows[] = {
    {"sequence_counter", Kind::u32, log | rule, {"Sequence counter", "序号"},
     "Number the sender raises with each telegram.", "[TCN] A.6.5"},
    {"message_type", Kind::u16, log | rule | learn | column, {"Message type", "报文类型"},
     "Process data or message data, asked for or sent.", "[TCN] A.6.5", type_names},
    {"com_id", Kind::u32, log | rule | learn | pair | column, {"ComId", "通信标识"},
     "Identity of the telegram: what its data mean.", "[TCN] A.6.5"},
    {"etb_topology_counter", Kind::u32, log | rule, {"Train topology", "列车拓扑计数"},
     "Version of the train's topology the sender knows.", "[TCN] A.6.5"},
    {"operational_topology_counter", Kind::u32, log | rule, {"Operational topology", "运营拓扑计数"},
     "Version of the operational train directory the sender knows.", "[TCN] A.6.5"},
    {"dataset_length", Kind::u32, log | rule, {"Dataset length", "数据集长度"},
     "Octets of data.", "[TCN] A.6.5", {}, "bytes"},
    {"reply_com_id", Kind::u32, log | rule, {"Reply ComId", "应答通信标识"},
     "Telegram that is asked for.", "[TCN] A.6.5"},
    {"reply_status", Kind::i64, log | rule, {"Reply status", "应答状态"},
     "How the replier took it; less than zero is an error.", "[TCN] A.7.5"},
    {"session_id", Kind::bytes, log, {"Session", "会话标识"},
     "Identity of the exchange.", "[TCN] A.7.5"},
    {"session_number", Kind::u64, log | pair, {"Session number", "会话号"},
     "First half of the session's identity, by which replies are joined.", "[TCN] A.7.5"},
    {"source_uri", Kind::text, log | rule | buffer, {"Source URI", "源 URI"},
     "User part of the sender's name.", "[TCN] A.7.5"},
    {"destination_uri", Kind::text, log | rule | buffer, {"Destination URI", "目标 URI"},
     "User part of the receiver's name.", "[TCN] A.7.5"},
    {"data", Kind::bytes, log | rule | buffer, {"Data", "数据"},
     "The dataset.", "[TCN] A.6.5"},
};
inline constexpr auto fields = table("trdp", rows);
inline constexpr Schema schema = fields.schema();

enum class Wrong : std::uint8_t { truncated, checksum, type };
constexpr Text check_sender = {"Find out which device sent it; forged telegrams and broken senders look like this.", "查明发送设备；伪造报文和有缺陷的发送端常呈此状。"};
inline constexpr Detection faults[] = {
    {9104200, "trdp.truncated", Severity::low, "T0814", {"TRDP telegram ends too early", "TRDP 报文过早结束"},
     {"The header or the dataset needs more octets than are there.", "首部或数据集所需字节多于实际携带的字节。"}, check_sender},
    {9104201, "trdp.checksum", Severity::medium, "T0856", {"TRDP header checksum wrong", "TRDP 首部校验错误"},
     {"The check sequence does not fit the header, so a receiver drops the telegram.", "校验序列与首部不符，接收端会丢弃该报文。"}, check_sender},
    {9104202, "trdp.type", Severity::low, "", {"Unknown TRDP message type", "未知的 TRDP 报文类型"},
     {"The standard defines no such message type.", "标准未定义该报文类型。"}, check_sender},
};
inline constexpr PortHint ports[] = {{Transport::udp, process_port}, {Transport::udp, message_port}, {Transport::tcp, message_port}};
inline constexpr Space spaces[] = {{"telegram", {"Telegram", "报文"}}};
// clang-format on

}  // namespace langyan::trdp
