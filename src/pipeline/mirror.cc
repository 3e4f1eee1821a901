#include "pipeline/mirror.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace langyan::pipeline {
namespace {

using enum Mirror::Seen;

constexpr std::string_view counter_names[] = {"capture.packets",     "decode.to_groups",       "flow.packets.tcp",
                                              "flow.tcp.one_way",    "flow.tcp.segments",      "flow.tcp.gaps",
                                              "capture.kernel_drop", "capture.interface_drop", "capture.snapped",
                                              "decode.odd.cut",      "mirror.copies",          "decode.invalid"};
static_assert(std::size(counter_names) == static_cast<std::size_t>(last), "a counter for each");

constexpr std::string_view prefix = "mirror.";

// clang-format off
constexpr Detection rows[] = {
    {9190100, "mirror.silent", Severity::medium, "",
     {"Nothing arrives at the mirror port", "镜像端口没有任何流量"},
     {"Not one packet came within the interval.", "统计周期内未收到任何报文。"},
     {"See that the cable is in and has link (ip -s link), that the switch's mirror session is on, and that "
      "capture.filter lets something through.",
      "检查网线、接口状态（ip -s link）、交换机镜像会话是否启用，以及 capture.filter 是否过滤过严。"}},
    {9190101, "mirror.groups_only", Severity::medium, "",
     {"Only broadcasts and multicasts arrive", "仅收到广播和组播报文"},
     {"Every port of a network gets these; conversations between two devices are missing.",
      "这些报文网络中任何端口都能收到；看不到设备之间的单播会话。"},
     {"Configure the port as the destination of a mirror session whose sources are the ports of the controllers.",
      "将该端口配置为镜像会话的目的端口，源端口应为控制器所连端口。"}},
    {9190102, "mirror.one_way", Severity::medium, "",
     {"One direction of connections is missing", "连接缺少一个方向的流量"},
     {"Requests come without their answers or answers without requests: results and values read stay unknown.",
      "只见请求不见应答，或只见应答不见请求：操作结果与读取的值无从得知。"},
     {"Mirror both directions (rx and tx) of the ports; where two switches share the path, mirror both.",
      "对端口的收、发两个方向都做镜像；若路径经过两台交换机，两台都要镜像。"}},
    {9190103, "mirror.loss", Severity::medium, "",
     {"Packets are lost before they reach the sensor", "报文在到达探针之前丢失"},
     {"Connections lack data that neither this host nor its interface dropped.", "连接中缺少数据，而本机与网卡均未丢包。"},
     {"The mirror port is slower than what is mirrored to it: mirror fewer ports, or use a faster one.",
      "镜像目的端口的速率低于被镜像流量：减少源端口，或改用更高速的端口。"}},
    {9190104, "mirror.kernel_drop", Severity::medium, "",
     {"The sensor is too slow for this traffic", "探针处理不及，内核丢包"},
     {"Packets were dropped because the ring was full.", "环形缓冲区已满，报文被丢弃。"},
     {"Raise pipeline.workers up to the number of processors, then capture.ring; or keep traffic out by capture.filter.",
      "先将 pipeline.workers 提高到处理器数，再增大 capture.ring；或用 capture.filter 排除部分流量。"}},
    {9190105, "mirror.interface_drop", Severity::medium, "",
     {"The interface drops packets", "网卡丢包"},
     {"The interface or its driver had no room for packets.", "网卡或其驱动没有空间接收报文。"},
     {"Enlarge the interface's own ring (ethtool -g shows, ethtool -G sets rx).",
      "增大网卡自身的接收环（ethtool -g 查看，ethtool -G 设置 rx）。"}},
    {9190106, "mirror.cut", Severity::low, "",
     {"Frames lack their end", "帧被截断"},
     {"What stood behind the cut is not inspected.", "截断之后的内容未被检查。"},
     {"Turn off truncation in the mirror session, raise capture.snap_length, or capture whole packets.",
      "关闭镜像会话中的截断功能，增大 capture.snap_length，或抓取完整报文。"}},
    {9190107, "mirror.copies", Severity::info, "",
     {"Packets arrive more than once", "同一报文重复到达"},
     {"The mirror takes both ports that a packet passes. Copies are counted and not inspected, but they cost capacity.",
      "镜像同时包含了报文经过的两个端口。副本只计数不检查，但占用镜像带宽。"},
     {"Mirror one direction of every port of a VLAN, or both directions of the controllers' ports only.",
      "对 VLAN 内所有端口只镜像一个方向，或仅对控制器端口镜像双向。"}},
    {9190108, "mirror.unreadable", Severity::low, "",
     {"Frames of kinds the sensor does not read", "探针无法读取的帧"},
     {"A large part of what arrives could not be decoded.", "到达的帧有很大一部分无法解码。"},
     {"See which (decode.invalid in the statistics); headers that a switch or a broker put before the frame are a usual cause.",
      "查看统计中的 decode.invalid 了解原因；常见原因是交换机或分流器在帧前加了封装。"}},
};
// clang-format on
static_assert(std::size(rows) == Mirror::fault_count, "a row for each fault");

constexpr std::uint64_t enough = 100;  // of what a share is taken of

}  // namespace

std::span<const Detection> mirror_detections() {
  return rows;
}
const Detection& detection(Mirror::Fault fault) {
  return rows[static_cast<std::size_t>(fault)];
}
std::string_view name(Mirror::Fault fault) {
  return detection(fault).name.substr(prefix.size());
}

std::string extent(const Mirror::Finding& finding) {
  constexpr std::string_view units[] = {"packets", "frames",  "TCP packets", "TCP segments", "packets",
                                        "packets", "packets", "packets",     "packets"};
  const std::string_view unit = units[static_cast<std::size_t>(finding.fault)];
  if (finding.fault == Mirror::Fault::loss) return fmt::format("{} gaps in {} {}", finding.affected, finding.of, unit);
  return fmt::format("{} of {} {}", finding.affected, finding.of, unit);
}

Mirror::Mirror(std::span<const CounterRow> counters) {
  quiet_.fill(gone);
  for (std::size_t i = 0; i < index_.size(); ++i)
    index_[i] =
        static_cast<std::size_t>(std::ranges::find(counters, counter_names[i], &CounterRow::name) - counters.begin());
}

Mirror::Sight Mirror::sight_of(const std::function<std::uint64_t(std::string_view)>& value) {
  Sight sight;
  std::ranges::transform(counter_names, sight.begin(), value);
  return sight;
}

std::vector<Mirror::Finding> Mirror::judge(const Sight& sight, bool live) {
  std::vector<Finding> findings;
  const auto seen = [&](Seen what) { return sight[static_cast<std::size_t>(what)]; };
  // At least `parts` of a thousand, of enough to tell.
  const auto share = [&](Fault fault, std::uint64_t affected, std::uint64_t of, std::uint64_t parts) {
    if (of >= enough && affected * 1000 >= of * parts && affected) findings.push_back({fault, affected, of});
  };
  const std::uint64_t all = seen(packets), dropped = seen(kernel_drop), missed = seen(interface_drop);
  if (live && all + dropped + missed == 0) findings.push_back({Fault::silent, 0, 0});
  share(Fault::groups_only, seen(groups), all, 1000);
  share(Fault::one_way, seen(one_way), seen(tcp), 500);
  if (dropped + missed == 0) share(Fault::loss, seen(gaps), seen(segments), 10);
  share(Fault::kernel_drop, dropped, all + dropped, 1);
  share(Fault::interface_drop, missed, all + missed, 1);
  share(Fault::cut, seen(snapped) + seen(cut), all, 10);
  share(Fault::copies, seen(copies), all, 50);
  share(Fault::unreadable, seen(unreadable), all, 50);
  return findings;
}

std::vector<Mirror::Finding> Mirror::look(std::span<const std::uint64_t> values, bool live) {
  Sight sight;
  for (std::size_t i = 0; i < index_.size(); ++i) {
    const std::uint64_t now = values[index_[i]];
    sight[i] = now - std::exchange(before_[i], now);
  }
  std::vector<Finding> told;
  const auto findings = judge(sight, live);
  for (std::size_t i = 0; i < fault_count; ++i) {
    const auto fault = static_cast<Fault>(i);
    const auto found = std::ranges::find(findings, fault, &Finding::fault);
    const std::uint8_t before = quiet_[i];
    if (found != findings.end()) {
      if (before == gone) told.push_back(*found);
      quiet_[i] = 0;
    } else if (before != gone && ++quiet_[i] == gone) {
      told.push_back({fault, 0, 0, true});
    }
  }
  return told;
}

}  // namespace langyan::pipeline
