#include "flow/anomaly.h"

#include <iterator>

namespace langyan::flow {
namespace {

constexpr Text look_for_evasion = {
    "Look at both versions of the data: such traffic is made to show a monitor something else than "
    "the target.",
    "对照两份数据：这类流量常用于让监测设备看到与目标主机不同的内容。"};
constexpr Text look_for_tool = {"Find out which program sent it; ordinary network stacks do not.",
                                "查明由哪个程序发出；正常的网络协议栈不会这样发送。"};
constexpr Text check_mirror = {"Check the mirror port for loss and for a missing direction.",
                               "检查镜像端口是否丢包或缺少某一方向的流量。"};
constexpr Text check_device = {
    "Check the device and the path; if neither explains it, treat it as an attempt to disturb.",
    "检查设备与链路；若都无法解释，应视为干扰企图。"};
constexpr Text raise_cap = {
    "If the traffic is legitimate, raise the cap that is named in the counters.",
    "若流量合法，请调高计数器中对应的上限。"};

constexpr Severity low = Severity::low, medium = Severity::medium, high = Severity::high,
                   info = Severity::info;

// clang-format off
constexpr Detection rows[] = {
    {9190000, "tcp.flags", medium, "T0846",
     {"Impossible TCP flags", "不可能的 TCP 标志组合"},
     {"No stack sends this combination of flags; scanners do.", "正常协议栈不会发送这种标志组合，扫描器会。"},
     look_for_tool},
    {9190001, "tcp.syn_with_data", low, "",
     {"Data in a TCP SYN", "TCP SYN 携带数据"},
     {"A connection request carries data, which many hosts ignore and some take.",
      "连接请求中带有数据；多数主机忽略，少数会接受。"}, look_for_tool},
    {9190002, "tcp.simultaneous_open", low, "",
     {"TCP opened from both sides at once", "TCP 双方同时打开"},
     {"Both ends sent a SYN; legal, hardly ever seen, and a way past monitors.",
      "双方都发送了 SYN；合法但极少见，可用于绕过监测。"}, look_for_tool},
    {9190003, "tcp.handshake_mismatch", medium, "",
     {"TCP handshake that does not fit", "TCP 握手不匹配"},
     {"A SYN-ACK answers another SYN than was seen, or differs from the one before.",
      "SYN-ACK 与所见的 SYN 不对应，或与之前的不一致。"}, look_for_evasion},
    {9190004, "tcp.syn_in_connection", low, "T0814",
     {"SYN within a TCP connection", "TCP 连接中出现 SYN"},
     {"One end restarted, or somebody tries to break the connection.", "一端已重启，或有人试图破坏连接。"},
     check_device},
    {9190005, "tcp.connection_reused", info, "",
     {"TCP ports used again", "TCP 端口被重新使用"},
     {"The same ports began a new connection before the old one was seen to end.",
      "旧连接尚未结束，同一对端口又开始了新连接。"}, check_device},
    {9190006, "tcp.rst_out_of_window", medium, "T0814",
     {"TCP reset outside the window", "窗口外的 TCP 复位"},
     {"The reset does not fit the stream, so its receiver ignores it: a blind attempt to break the connection.",
      "该复位与数据流位置不符，接收方会忽略：属盲目中断连接的企图。"}, look_for_tool},
    {9190007, "tcp.data_after_reset", medium, "T0814",
     {"TCP data after a reset", "TCP 复位后仍有数据"},
     {"The connection goes on although a reset was seen: the reset was forged or did not arrive.",
      "看到复位后连接仍在继续：复位系伪造或未到达。"}, look_for_evasion},
    {9190008, "tcp.fin_out_of_window", low, "",
     {"TCP FIN outside the window", "窗口外的 TCP FIN"},
     {"The end of the stream is announced at a place far from where it stands.",
      "流结束标志的位置远离当前数据流位置。"}, look_for_tool},
    {9190009, "tcp.data_after_fin", medium, "",
     {"TCP data after the end", "TCP 结束后仍有数据"},
     {"A side sends beyond the end it announced.", "一方在宣告结束之后继续发送数据。"}, look_for_evasion},
    {9190010, "tcp.out_of_window", low, "",
     {"TCP data outside the window", "窗口外的 TCP 数据"},
     {"The data lies far from where the stream stands; its receiver drops it.",
      "数据远离当前数据流位置，接收方会丢弃。"}, look_for_evasion},
    {9190011, "tcp.zero_window_ignored", low, "T0814",
     {"TCP data into a closed window", "TCP 向零窗口发送数据"},
     {"The receiver said that it has no room and is sent more than a probe.",
      "接收方已声明没有空间，对方仍发送超过探测量的数据。"}, check_device},
    {9190012, "tcp.urgent_data", low, "",
     {"Urgent TCP data", "TCP 紧急数据"},
     {"Hosts disagree on which octet is urgent and whether the stream contains it.",
      "不同主机对紧急字节的位置以及它是否属于数据流理解不一。"}, look_for_evasion},
    {9190013, "tcp.checksum", low, "",
     {"Wrong TCP checksum", "TCP 校验和错误"},
     {"A segment of this connection has a wrong checksum; its receiver drops it, and so does the sensor.",
      "该连接的某个报文段校验和错误；接收方会丢弃，探针亦不采信。"}, look_for_evasion},
    {9190014, "tcp.gap", info, "",
     {"Data missing in the capture", "抓包中缺失数据"},
     {"Part of the stream was not captured; what it carried is unknown.", "数据流的一部分未被捕获，其内容未知。"},
     check_mirror},
    {9190015, "tcp.overlap_differs", high, "T0820",
     {"Overlapping TCP data that differs", "TCP 重叠数据内容不一致"},
     {"Two segments claim the same place in the stream with different content.",
      "两个报文段以不同内容占据数据流的同一位置。"}, look_for_evasion},
    {9190016, "tcp.retransmission_differs", high, "T0820",
     {"TCP data sent again with other content", "TCP 重传内容不一致"},
     {"What was sent a second time is not what was sent first.", "第二次发送的内容与第一次不同。"},
     look_for_evasion},
    {9190017, "tcp.retransmission_unchecked", info, "",
     {"TCP data sent again that could not be compared", "无法比对的 TCP 重传"},
     {"Data nobody had acknowledged was sent again, cut differently or too late to compare it.",
      "未被确认的数据被再次发送，但分段不同或过晚，无法比对。"}, look_for_evasion},
    {9190018, "tcp.reassembly_full", low, "T0814",
     {"No room to put TCP data in order", "TCP 重组空间不足"},
     {"More data waits for a missing piece than may be kept; the stream goes on after a gap.",
      "等待缺失片段的数据超过允许保留的量；数据流在缺口后继续。"}, raise_cap},
    {9190019, "tcp.resynchronised", low, "",
     {"TCP stream found again elsewhere", "TCP 数据流在别处重新同步"},
     {"The stream went on at a place nothing led to: a long loss, or a connection that began unseen.",
      "数据流在毫无衔接的位置继续：长时间丢包，或未被看到的新连接。"}, check_mirror},
    {9190020, "ip.fragment_overlap", medium, "T0820",
     {"Overlapping IP fragments", "IP 分片重叠"},
     {"Fragments claim the same place in a datagram with the same content.", "多个分片以相同内容占据数据报的同一位置。"},
     look_for_evasion},
    {9190021, "ip.fragment_differs", high, "T0820",
     {"Overlapping IP fragments that differ", "IP 分片重叠且内容不一致"},
     {"Fragments claim the same place in a datagram with different content.", "多个分片以不同内容占据数据报的同一位置。"},
     look_for_evasion},
    {9190022, "ip.fragment_tiny", low, "T0820",
     {"Tiny IP fragment", "极小的 IP 分片"},
     {"A fragment that is not the last is smaller than any network needs.", "非末尾分片小于任何网络所需的大小。"},
     look_for_tool},
    {9190023, "ip.fragment_too_long", high, "T0814",
     {"IP fragment beyond the largest datagram", "IP 分片超出最大数据报长度"},
     {"The datagram would be longer than 65535 octets, which has crashed hosts.",
      "重组后数据报将超过 65535 字节，曾导致主机崩溃。"}, look_for_tool},
    {9190024, "ip.fragment_end_differs", medium, "T0820",
     {"IP fragments that disagree on the end", "IP 分片对结尾位置不一致"},
     {"Two fragments name different ends of one datagram, or one lies beyond the end.",
      "两个分片给出不同的数据报结尾，或有分片位于结尾之后。"}, look_for_evasion},
    {9190025, "ip.fragment_incomplete", info, "",
     {"IP datagram that never became whole", "始终不完整的 IP 数据报"},
     {"Fragments are missing; what the datagram carried is unknown.", "缺少分片，数据报内容未知。"}, check_mirror},
    {9190026, "ip.fragment_refused", low, "T0814",
     {"IP fragments given up for lack of room", "因空间不足放弃的 IP 分片"},
     {"More fragments wait for others than may be kept.", "等待重组的分片超过允许保留的数量。"}, raise_cap},
    {9190027, "ip.fragment_malformed", medium, "T0820",
     {"Malformed IP fragment", "畸形 IP 分片"},
     {"A fragment is empty, or not the last and of a length that is no multiple of 8.",
      "分片为空，或非末尾分片的长度不是 8 的倍数。"}, look_for_tool},
};
// clang-format on
static_assert(std::size(rows) == static_cast<std::size_t>(Anomaly::last), "a row for each anomaly");

}  // namespace

std::span<const Detection> anomalies() {
  return rows;
}

}  // namespace langyan::flow
