// What can be wrong with an S7comm message.
#pragma once

#include "fields/detection.h"

namespace langyan::s7comm {

// clang-format off
enum class Wrong : std::uint8_t {
  transport, pieces, foreign, header, rosctr, parameter_length, data_length, truncated, trailing,
  item_count, address, value,
};
constexpr Text check_peer = {
    "Compare with what other controllers of this type send; if it is not a known quirk, find out which "
    "program sent it.",
    "与同型号控制器的报文对比；若不是已知特性，查明是哪个程序发出的。"};
inline constexpr Detection faults[] = {
    {9100300, "s7comm.transport", Severity::medium, "T0814",
     {"Transport header malformed", "传输层报文头畸形"},
     {"The transport header reaches past its packet or is of a kind that has no place here.",
      "传输层报文头超出报文，或其类型不应出现在此。"},
     check_peer},
    {9100301, "s7comm.pieces", Severity::low, "T0814",
     {"S7comm message in too many pieces", "S7comm 报文分片过多"},
     {"Its pieces do not end within what the sensor keeps, so the message was not read.",
      "报文分片超出探针可保存的长度，未能解读。"},
     {"Look at the packets: ordinary messages are far shorter.", "查看数据包：正常报文远短于此。"}},
    {9100302, "s7comm.foreign", Severity::medium, "T0814",
     {"Not S7comm on an S7comm connection", "S7comm 连接上出现其他协议"},
     {"A message on this connection does not start as S7comm does; controllers that speak S7comm-plus "
      "start with 0x72.",
      "该连接上的报文不以 S7comm 的标识开头；使用 S7comm-plus 的控制器以 0x72 开头。"}, check_peer},
    {9100303, "s7comm.header", Severity::medium, "T0814",
     {"S7comm header incomplete", "S7comm 报文头不完整"},
     {"The message ends within its header.", "报文在报文头内即结束。"}, check_peer},
    {9100304, "s7comm.rosctr", Severity::medium, "T0846",
     {"Unknown S7comm message type", "未知的 S7comm 报文类型"},
     {"The message type is none that is known.", "报文类型不在已知之列。"}, check_peer},
    {9100305, "s7comm.parameter_length", Severity::medium, "T0814",
     {"S7comm parameter length lies", "S7comm 参数长度不符"},
     {"The parameters are said to reach past the end of the message.", "所述参数长度超出报文。"}, check_peer},
    {9100306, "s7comm.data_length", Severity::medium, "T0814",
     {"S7comm data length lies", "S7comm 数据长度不符"},
     {"The data are said to reach past the end of the message.", "所述数据长度超出报文。"}, check_peer},
    {9100307, "s7comm.truncated", Severity::low, "T0814",
     {"S7comm message ends too early", "S7comm 报文过早结束"},
     {"The function promises more octets than the message has.", "功能码所要求的字节多于报文实际携带的字节。"},
     check_peer},
    {9100308, "s7comm.trailing", Severity::low, "",
     {"Octets after an S7comm message", "S7comm 报文后有多余字节"},
     {"The message is longer than its lengths say.", "报文长于其长度字段所示。"}, check_peer},
    {9100309, "s7comm.item_count", Severity::medium, "T0814",
     {"S7comm item count lies", "S7comm 项数不符"},
     {"More or fewer variables follow than the message says.", "随后的变量数与报文所述不一致。"}, check_peer},
    {9100310, "s7comm.address", Severity::medium, "T0814",
     {"S7comm address malformed", "S7comm 地址畸形"},
     {"An address's length does not fit its kind.", "地址长度与其类型不符。"}, check_peer},
    {9100311, "s7comm.value", Severity::medium, "T0814",
     {"S7comm value length lies", "S7comm 值长度不符"},
     {"A value is said to be longer than the data that follow.", "所述值长度超出随后的数据。"}, check_peer},
};
// clang-format on

}  // namespace langyan::s7comm
