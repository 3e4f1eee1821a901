// What can be wrong with a DNP3 message.
#pragma once

#include "fields/detection.h"

namespace langyan::dnp3 {

// clang-format off
enum class Wrong : std::uint8_t {
  header_checksum, block_checksum, length, link_function, address, segments, pieces, header, function, direction,
  object, qualifier, range, truncated, count, control_code, select, broadcast, password,
  unasked,
};
constexpr Text check_line = {
    "Serial lines behind a gateway have such errors now and then; over a network look for who made the packet.",
    "网关后的串行线路偶有此类错误；若在网络上，查明报文由谁构造。"};
constexpr Text check_outstation = {
    "Compare with the outstation's device profile; if it is not a known quirk, find the sender.",
    "对照子站的设备规约说明；若不是已知特性，查明发送方。"};
inline constexpr Detection faults[] = {
    {9100400, "dnp3.header_checksum", Severity::low, "T0814",
     {"DNP3 header checksum wrong", "DNP3 帧头校验错误"},
     {"The checksum of a link header does not fit it, so the receiver drops the frame.",
      "链路层帧头校验码不符，接收方会丢弃该帧。"}, check_line},
    {9100401, "dnp3.block_checksum", Severity::low, "T0814",
     {"DNP3 data checksum wrong", "DNP3 数据块校验错误"},
     {"The checksum of a data block does not fit it, so the receiver drops the frame.",
      "数据块校验码不符，接收方会丢弃该帧。"}, check_line},
    {9100402, "dnp3.length", Severity::low, "T0814",
     {"DNP3 frame length does not fit", "DNP3 帧长度不符"},
     {"A frame of user data has none, or one that has no place for data carries some.",
      "用户数据帧不含数据，或不应含数据的帧携带了数据。"}, check_outstation},
    {9100403, "dnp3.link_function", Severity::low, "T0814",
     {"Unknown DNP3 link function", "未知的 DNP3 链路功能码"},
     {"The link layer's function code is none of the standard's, or its frame count bits contradict it.",
      "链路层功能码不在标准之列，或帧计数位与其矛盾。"}, check_outstation},
    {9100404, "dnp3.address", Severity::low, "T0848",
     {"DNP3 address that no station may have", "DNP3 站地址非法"},
     {"A frame comes from a broadcast address, or an address is of the reserved ones.",
      "帧源自广播地址，或地址属于保留范围。"}, check_outstation},
    {9100405, "dnp3.segments", Severity::low, "T0814",
     {"DNP3 segments out of sequence", "DNP3 传输段序号不连续"},
     {"A transport segment does not follow the one before, so the message they make is lost.",
      "传输段与前段不连续，其组成的报文丢失。"},
     {"With no gap in the capture look for a second sender on this connection.",
      "若抓包无缺口，检查该连接上是否存在第二个发送方。"}},
    {9100406, "dnp3.pieces", Severity::low, "T0814",
     {"DNP3 message in too many segments", "DNP3 报文分段过多"},
     {"Its segments do not end within what the sensor keeps, so the message was not read.",
      "分段超出探针可保存的长度，未能解读。"},
     {"Look at the packets: ordinary messages have 2048 octets at most.", "查看数据包：正常报文不超过 2048 字节。"}},
    {9100407, "dnp3.header", Severity::medium, "T0814",
     {"DNP3 application header incomplete", "DNP3 应用层报文头不完整"},
     {"The message ends within its application header.", "报文在应用层报文头内即结束。"}, check_outstation},
    {9100408, "dnp3.function", Severity::medium, "T0846",
     {"Unknown DNP3 function", "未知的 DNP3 功能码"},
     {"The function code is none of the standard's.", "功能码不在标准之列。"}, check_outstation},
    {9100409, "dnp3.direction", Severity::medium, "T0848",
     {"DNP3 request from the outstation's side", "子站一侧发出 DNP3 请求"},
     {"A request comes from the side that answers, a response from the side that asks, or the direction bit "
      "contradicts the function, as when a second master speaks on a taken-over link.",
      "请求来自应答一侧、响应来自请求一侧，或方向位与功能码矛盾，如被接管的链路上出现第二主站。"},
     {"Verify which host is the master.", "核实哪台主机是主站。"}},
    {9100410, "dnp3.object", Severity::low, "T0814",
     {"Unknown DNP3 object", "未知的 DNP3 对象"},
     {"Group and variation are none that is known, so what follows cannot be read.",
      "对象组与变体不在已知之列，其后内容无法解读。"}, check_outstation},
    {9100411, "dnp3.qualifier", Severity::medium, "T0814",
     {"DNP3 qualifier not valid", "DNP3 限定词无效"},
     {"Prefix or range code of an object header is a reserved one, or they do not go together.",
      "对象头的前缀码或范围码为保留值，或二者不可组合。"}, check_outstation},
    {9100412, "dnp3.range", Severity::medium, "T0814",
     {"DNP3 range runs backwards", "DNP3 范围倒置"},
     {"The range of an object header stops before it starts.", "对象头的范围止点小于起点。"}, check_outstation},
    {9100413, "dnp3.truncated", Severity::low, "T0814",
     {"DNP3 message ends too early", "DNP3 报文过早结束"},
     {"Object headers promise more octets than the message has.", "对象头所要求的字节多于报文实际携带的字节。"},
     check_outstation},
    {9100414, "dnp3.count", Severity::medium, "T0814",
     {"DNP3 objects of no octets", "DNP3 空对象"},
     {"An object header says that objects follow which have no octets; some devices hang on it.",
      "对象头称其后有对象，但对象长度为零；某些设备会因此挂起。"}, check_outstation},
    {9100415, "dnp3.control_code", Severity::medium, "T0855",
     {"DNP3 control code not valid", "DNP3 控制码无效"},
     {"A control relay output block asks for an operation that the standard reserves.",
      "控制继电器输出块要求了标准保留的操作。"}, check_outstation},
    {9100416, "dnp3.select", Severity::medium, "T0855",
     {"DNP3 operate without its select", "DNP3 执行命令无对应选择"},
     {"An operate was not preceded by a select of the same objects and values, so it was injected, replayed or "
      "changed on the way.",
      "执行命令之前没有相同对象与值的选择命令，可能为注入、重放或途中篡改。"},
     {"Look for a second sender on this connection and for who commands the outstation.",
      "检查该连接上是否存在第二个发送方，以及由谁操作该子站。"}},
    {9100417, "dnp3.broadcast", Severity::medium, "T0855",
     {"DNP3 command to all stations", "DNP3 广播命令"},
     {"A command, restart, stop or change of reporting went to a broadcast address, so every outstation on the link acts on it.",
      "控制、重启、停止或更改上送的命令发往广播地址，链路上所有子站都会执行。"},
     {"Ask who sent it; only clock and freeze requests are usually broadcast.",
      "查问发送者；通常只有对时和冻结请求使用广播。"}},
    {9100418, "dnp3.password", Severity::low, "",
     {"DNP3 file password in clear text", "DNP3 文件口令明文传输"},
     {"User name and password for file access were sent in clear text.", "文件访问的用户名与口令以明文传输。"},
     {"Use secure authentication or an encrypted link, and change the password.",
      "改用安全认证或加密链路，并更换口令。"}},
    {9100419, "dnp3.unasked", Severity::low, "T0856",
     {"DNP3 response to no request", "DNP3 响应无对应请求"},
     {"A response has the number of none of the last requests, so it was injected or replayed, or its request was not "
      "captured.",
      "响应的序号与最近的请求均不符，可能为注入或重放，也可能其请求未被抓到。"},
     {"If the mirror port drops nothing, look for a second sender on this connection.",
      "若镜像口未丢包，检查该连接上是否存在第二个发送方。"}},
};
// clang-format on
static_assert(std::size(faults) == static_cast<std::size_t>(Wrong::unasked) + 1);

}  // namespace langyan::dnp3
