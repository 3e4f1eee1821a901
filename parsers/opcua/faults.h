// What can be wrong with an OPC UA message, or looks like an attack on a connection.
#pragma once

#include "fields/detection.h"

namespace langyan::opcua {

enum class Wrong : std::uint8_t {
  truncated,
  trailing,
  count,
  encoding,
  depth,
  header,
  pieces,
  sequence,
  channel,
  service,
  password,
  sign_ins,
  buffer,
  url,
  clear,
};
constexpr Text check_sender = {
    "Find out which program sent it; if it is not a known quirk of it, take it for a test tool or an attack.",
    "查明是哪个程序发出的；若不是其已知特性，按测试工具或攻击处理。"};

// clang-format off
inline constexpr Detection faults[] = {
    {9100600, "opcua.truncated", Severity::low, "T0814", {"OPC UA message ends too early", "OPC UA 报文过早结束"},
     {"The message promises more octets than it has.", "报文声明的字节多于实际携带的字节。"}, check_sender},
    {9100601, "opcua.trailing", Severity::low, "", {"Octets after an OPC UA message", "OPC UA 报文后有多余字节"},
     {"The message is longer than its service needs.", "报文长于其服务所需。"}, check_sender},
    {9100602, "opcua.count", Severity::medium, "T0814", {"OPC UA list longer than its message", "OPC UA 数组长度不实"},
     {"A list says to have more elements than octets follow, as in attempts to exhaust a server's memory.",
      "数组声明的元素多于其后的字节，常见于耗尽服务器内存的攻击。"}, check_sender},
    {9100603, "opcua.encoding", Severity::low, "T0814", {"OPC UA encoding that is none", "OPC UA 编码无效"},
     {"A node id, value or extension object is written in a way the standard does not have.",
      "节点标识、值或扩展对象采用了标准中不存在的编码。"}, check_sender},
    {9100604, "opcua.depth", Severity::medium, "T0814", {"OPC UA values nested too deep", "OPC UA 嵌套过深"},
     {"Values or diagnostics are packed into each other so deep that a server's stack may overflow.",
      "值或诊断信息层层嵌套，可能使服务器栈溢出。"}, check_sender},
    {9100605, "opcua.header", Severity::low, "", {"OPC UA header contradicts itself", "OPC UA 报头自相矛盾"},
     {"The chunk mark does not fit the message type, or the message is too short for its headers.",
      "分块标志与报文类型不符，或报文短于其报头。"}, check_sender},
    {9100606, "opcua.pieces", Severity::low, "T0814", {"OPC UA chunks not collected", "OPC UA 分块未能重组"},
     {"Chunks do not make a message: another one began before the last, or the sensor's buffers were in use.",
      "分块不能组成报文：未结束即开始新报文，或探针缓冲区已用尽。"},
     {"If the sender floods chunks without a last one, block it; else raise caps.dissect.large_buffers.",
      "若发送方持续发送无结尾的分块，应予阻断；否则调大 caps.dissect.large_buffers。"}},
    {9100607, "opcua.sequence", Severity::medium, "T0830", {"OPC UA sequence numbers jump", "OPC UA 序列号跳变"},
     {"A chunk's number does not follow the one before though no octets are missing: injected, replayed or taken away.",
      "在没有丢包的情况下分块序号不连续：可能被注入、重放或删除。"}, check_sender},
    {9100608, "opcua.channel", Severity::medium, "T0830", {"OPC UA message of another channel", "OPC UA 通道标识不符"},
     {"A message names a secure channel that was not opened on this connection.", "报文使用了未在本连接上打开的安全通道。"},
     check_sender},
    {9100609, "opcua.service", Severity::low, "T0846", {"OPC UA service that is none", "OPC UA 未知服务"},
     {"The message's type is no request or response of the standard, as scanners and fuzzers send.",
      "报文类型不是标准中的请求或响应，常见于扫描或模糊测试工具。"}, check_sender},
    {9100610, "opcua.password_in_clear", Severity::medium, "T0842", {"OPC UA password in clear", "OPC UA 口令明文传输"},
     {"A user signs in with a password that anyone on the network can read.", "用户以网络上任何人都可读取的口令登录。"},
     {"Change the password and let the server offer only endpoints that encrypt.", "更换口令，并使服务器只提供加密的端点。"}},
    {9100611, "opcua.sign_ins_refused", Severity::medium, "T0859", {"OPC UA sign-ins refused again and again", "OPC UA 登录屡遭拒绝"},
     {"One connection has been refused five times, as when passwords are tried from a list.",
      "同一连接登录被拒绝五次，常见于按字典尝试口令。"},
     {"Find out who sits at the client; lock the account if nobody does.", "查明客户端使用者；若无人使用，锁定该账户。"}},
    {9100612, "opcua.buffer", Severity::low, "", {"OPC UA buffer too small", "OPC UA 缓冲区过小"},
     {"A side offers a buffer below the 8192 octets that the standard asks for.", "一方提供的缓冲区小于标准要求的 8192 字节。"},
     check_sender},
    {9100613, "opcua.url", Severity::medium, "T0814", {"OPC UA endpoint URL too long", "OPC UA 端点地址过长"},
     {"The URL is beyond the 4096 octets that the standard allows.", "端点地址超过标准允许的 4096 字节。"}, check_sender},
    {9100614, "opcua.open_in_clear", Severity::medium, "T0830", {"OPC UA channel opened in clear", "OPC UA 通道以明文打开"},
     {"The channel names a security policy, yet its opening is not encrypted, so its keys can be read.",
      "通道声明了安全策略，但打开报文未加密，密钥可被读取。"}, check_sender},
};
// clang-format on

}  // namespace langyan::opcua
