// The tables of the Handle System: operations, codes, fields, faults. Source as in handle.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::handle {

constexpr std::size_t envelope_bytes = 20, header_bytes = 24;  // [HS] 2.2.1, 2.2.2
constexpr std::uint32_t longest_message = 65'516;              // envelope included it fits what dissect collects
constexpr std::size_t most_values = 256;                       // of one message that are looked at

struct Operator {
  std::uint32_t code;
  std::string_view name;
  Verb verb;
};
// clang-format off
inline constexpr Operator operators[] = {  // [HS] 2.2.2.1
    {1,   "resolution",          Verb::read},
    {2,   "get_siteinfo",        Verb::identify},
    {100, "create_handle",       Verb::configure},
    {101, "delete_handle",       Verb::configure},
    {102, "add_value",           Verb::configure},
    {103, "remove_value",        Verb::configure},
    {104, "modify_value",        Verb::configure},
    {105, "list_handle",         Verb::browse},
    {106, "list_na",             Verb::browse},
    {200, "challenge_response",  Verb::auth},
    {201, "verify_response",     Verb::auth},
    {300, "home_na",             Verb::configure},
    {301, "unhome_na",           Verb::configure},
    {302, "list_homed_na",       Verb::browse},
    {400, "session_setup",       Verb::session},
    {401, "session_terminate",   Verb::session},
    {402, "session_exchangekey", Verb::session},
};
inline constexpr auto operator_names = names_of(operators);
constexpr const Operator* operator_row(std::uint32_t code) {
  for (const Operator& row : operators)
    if (row.code == code) return &row;
  return nullptr;
}

inline constexpr Name response_names[] = {  // [HS] 2.2.2.2
    {0, "request"}, {1, "success"}, {2, "error"}, {3, "server_busy"}, {4, "protocol_error"}, {5, "operation_denied"},
    {6, "recur_limit_exceeded"}, {100, "handle_not_found"}, {101, "handle_already_exist"}, {102, "invalid_handle"},
    {200, "value_not_found"}, {201, "value_already_exist"}, {202, "value_invalid"}, {300, "expired_site_info"},
    {301, "server_not_resp"}, {302, "service_referral"}, {303, "na_delegate"}, {400, "not_authorized"},
    {401, "access_denied"}, {402, "authen_needed"}, {403, "authen_failed"}, {404, "invalid_credential"},
    {405, "authen_timeout"}, {406, "unable_to_authen"}, {500, "session_timeout"}, {501, "session_failed"},
    {502, "no_session_key"}, {503, "session_no_support"}, {504, "session_key_invalid"}, {900, "trying"},
    {901, "forwarded"}, {902, "queued"}};

constexpr Field rows[] = {
    {"major_version", Kind::u8, log | rule, {"Major version", "主版本"},
     "Version of the protocol.", "RFC 3652 2.2.1.1"},
    {"minor_version", Kind::u8, log | rule, {"Minor version", "次版本"},
     "Version of the protocol.", "RFC 3652 2.2.1.1"},
    {"message_flag", Kind::u16, log | rule, {"Message flags", "报文标志"},
     "Bits, highest first: compressed, encrypted, truncated.", "RFC 3652 2.2.1.2"},
    {"session_id", Kind::u32, log | rule, {"Session", "会话标识"},
     "Session the message belongs to, 0 none.", "RFC 3652 2.2.1.3"},
    {"request_id", Kind::u32, log | pair, {"Request", "请求标识"},
     "Number the client picks and the server repeats.", "RFC 3652 2.2.1.4"},
    {"sequence_number", Kind::u32, log | rule, {"Sequence number", "序号"},
     "Which packet of a message that needs several this is.", "RFC 3652 2.2.1.5"},
    {"op_code", Kind::u32, log | rule | learn | column, {"Operation", "操作码"},
     "What is asked of the service.", "RFC 3652 2.2.2.1", operator_names},
    {"response_code", Kind::u32, log | rule | learn, {"Response code", "响应码"},
     "How it went; 0 in a request.", "RFC 3652 2.2.2.2", response_names},
    {"op_flag", Kind::u32, log | rule, {"Operation flags", "操作标志"},
     "Bits, highest first: authoritative, certified, encrypt, recursive, cache authentication, continuous, keep connection, public only, request digest.",
     "RFC 3652 2.2.2.3"},
    {"site_info_serial_number", Kind::u16, log | rule, {"Site serial", "站点信息序号"},
     "Version of the service information the client has.", "RFC 3652 2.2.2.4"},
    {"recursion_count", Kind::u8, log | rule, {"Recursions", "递归次数"},
     "Servers the request was handed on by.", "RFC 3652 2.2.2.5"},
    {"expiration_time", Kind::u32, log | rule, {"Expires", "到期时间"},
     "Second after which the message no longer counts, 0 never.", "RFC 3652 2.2.2.7"},
    {"handle", Kind::text, log | rule | buffer, {"Identifier", "标识"},
     "Identifier that is resolved or changed.", "RFC 3652 3.2"},
    {"prefix", Kind::text, log | rule | learn | buffer, {"Prefix", "标识前缀"},
     "Naming authority of the identifier, such as 86.1000.", "RFC 3651 2"},
    {"error_message", Kind::text, log | rule | buffer, {"Error message", "错误信息"},
     "What the server says of a refusal.", "RFC 3652 3.3"},
    {"body_length", Kind::u32, log | rule, {"Body length", "消息体长度"},
     "Octets of the message's body.", "RFC 3652 2.2.2.8", {}, "octets"},
};
inline constexpr auto fields = table("handle", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field value_rows[] = {
    {"value_index", Kind::u32, log | rule, {"Index", "值索引"},
     "Number of the value within the identifier.", "RFC 3651 3.1"},
    {"value_type", Kind::text, log | rule | learn | buffer, {"Type", "值类型"},
     "What the value is, such as URL or HS_ADMIN.", "RFC 3651 3.1"},
    {"value_ttl", Kind::u32, log | rule, {"Time to live", "生存时间"},
     "How long the value may be kept.", "RFC 3651 3.1", {}, "s"},
    {"value_data", Kind::text, log | rule | buffer, {"Value", "值"},
     "What the identifier stands for.", "RFC 3651 3.1"},
};
inline constexpr auto value_fields = table("handle.value", value_rows);
inline constexpr Schema value_schema = value_fields.schema();

enum class Place : std::uint8_t { identifier };
inline constexpr Space spaces[] = {{"identifier", {"Identifier", "标识"}}};

enum class Wrong : std::uint8_t { truncated, length, operation, unauthorised };
constexpr Text check_client = {"Find out which client sent it and whether it may.", "查明是哪个客户端发出的及其是否有权。"};
inline constexpr Detection faults[] = {
    {9105300, "handle.truncated", Severity::low, "T0814", {"Identifier message ends too early", "标识解析报文过早结束"},
     {"A text or list in the message is longer than the message.", "报文中的文本或列表长于报文。"}, check_client},
    {9105301, "handle.length", Severity::low, "T0814", {"Identifier message's lengths lie", "标识解析报文长度不符"},
     {"Body and envelope contradict each other.", "消息体与信封的长度相互矛盾。"}, check_client},
    {9105302, "handle.operation", Severity::low, "T0846", {"Unknown identifier operation", "未知的标识解析操作"},
     {"The standard has no such operation.", "标准中没有该操作。"}, check_client},
    {9105303, "handle.unauthorised", Severity::high, "T0855", {"Unauthorised change of an identifier", "未授权的标识变更"},
     {"Somebody tried to create, change or delete an identifier and was refused for lack of right.", "有人试图创建、修改或删除标识，因无权被拒绝。"}, check_client},
};
inline constexpr PortHint ports[] = {{Transport::tcp, 2641}, {Transport::udp, 2641}};
// clang-format on

}  // namespace langyan::handle
