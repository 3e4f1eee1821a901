// What a behaviour means to an analyst.
#include <iterator>

#include "baseline/behaviour.h"

namespace langyan::baseline {
namespace {

constexpr Text find_source = {
    "Find the source and ask who runs it; a scanner of your own belongs into a maintenance window.",
    "查明来源主机及其使用者；自有扫描工具应登记在维护窗口内。"};
constexpr Text stop_source = {"Cut the source off at its switch port and see what it did before.",
                              "在交换机端口断开来源主机，并查看其此前的行为。"};
constexpr Text look_at_plant = {
    "See whether the controller still answers its masters; cut the source off if it is not part of the plant.",
    "确认控制器仍能应答其主站；若来源不属于本厂，将其断开。"};
constexpr Text look_at_account = {
    "Ask who signs in there; lock the account, see whether a later sign-in succeeded and what it did.",
    "询问登录者；锁定账号，查看其后是否登录成功及其操作。"};

// clang-format off
constexpr Detection rows[] = {
    {9107700, "baseline.arp_scan", Severity::medium, "T0846", {"ARP scan", "ARP 扫描"},
     {"A host asks for many addresses that nobody has.", "某主机询问大量无人使用的地址。"}, find_source},
    {9107701, "baseline.icmp_scan", Severity::medium, "T0846", {"Ping scan", "Ping 扫描"},
     {"A host pings many addresses, and many do not answer.", "某主机 Ping 大量地址，其中许多无应答。"}, find_source},
    {9107702, "baseline.tcp_scan", Severity::high, "T0846", {"TCP scan", "TCP 扫描"},
     {"A host tries many TCP ports or hosts, and many refuse or stay silent.", "某主机尝试大量 TCP 端口或主机，其中许多拒绝或无应答。"}, find_source},
    {9107703, "baseline.udp_scan", Severity::medium, "T0846", {"UDP scan", "UDP 扫描"},
     {"A host tries many UDP ports or hosts, and many are unreachable or stay silent.", "某主机尝试大量 UDP 端口或主机，其中许多不可达或无应答。"}, find_source},
    {9107704, "baseline.host_sweep", Severity::high, "T0846", {"Controllers searched one after another", "逐台搜寻控制设备"},
     {"A host asks device after device who it is, in one industrial protocol.", "某主机以同一工业协议逐台询问设备身份。"}, find_source},
    {9107705, "baseline.unit_sweep", Severity::high, "T0846", {"Units behind a device tried one after another", "逐个尝试站号"},
     {"A host tries unit after unit, and many do not exist.", "某主机逐个尝试站号，其中许多不存在。"}, find_source},
    {9107706, "baseline.object_sweep", Severity::high, "T0861", {"Objects tried one after another", "逐个尝试数据对象"},
     {"A host tries address after address of a device, and many do not exist.", "某主机逐个尝试设备的数据地址，其中许多不存在。"}, find_source},
    {9107707, "baseline.function_sweep", Severity::high, "T0888", {"Functions tried one after another", "逐个尝试功能码"},
     {"A host tries function after function, and the device refuses them.", "某主机逐个尝试功能码，设备予以拒绝。"}, find_source},
    {9107708, "baseline.exhaustion", Severity::high, "T0814", {"One host holds many connections to a controller", "单一主机占用控制器大量连接"},
     {"A controller has few sockets; a host that holds many keeps its masters out.", "控制器连接数有限；被一台主机大量占用后主站将无法接入。"}, look_at_plant},
    {9107709, "baseline.exhaustion_many", Severity::high, "T0814", {"Connections of a controller used up", "控制器连接被耗尽"},
     {"Many hosts hold connections to one port of a controller.", "多台主机同时占用控制器同一端口的连接。"}, look_at_plant},
    {9107710, "baseline.syn_flood", Severity::high, "T0814", {"TCP SYN flood", "TCP SYN 泛洪"},
     {"Connections are asked for faster than any program needs them.", "请求建立连接的速度超出任何正常程序所需。"}, stop_source},
    {9107711, "baseline.udp_flood", Severity::high, "T0814", {"UDP flood", "UDP 泛洪"},
     {"One port gets datagrams from ever new ports or hosts, unanswered.", "同一端口不断收到来自新端口或新主机且无应答的数据报。"}, stop_source},
    {9107712, "baseline.icmp_flood", Severity::medium, "T0814", {"Ping flood", "Ping 泛洪"},
     {"A host is pinged faster than any monitor does.", "某主机被 Ping 的速度超出任何监控程序。"}, stop_source},
    {9107713, "baseline.arp_flood", Severity::high, "T0830", {"Flood of ARP replies", "ARP 应答泛洪"},
     {"A host sends ARP replies in masses, to overrun or poison the caches of others.", "某主机大量发送 ARP 应答，以填满或污染他人缓存。"}, stop_source},
    {9107714, "baseline.broadcast_storm", Severity::medium, "T0814", {"Broadcast storm", "广播风暴"},
     {"One card sends broadcasts in masses: a loop in the network, a broken device or an attack; controllers stop under it.", "某网卡大量发送广播：网络环路、设备故障或攻击；控制器可能因此停机。"}, stop_source},
    {9107715, "baseline.goose_flood", Severity::high, "T0814", {"GOOSE flood", "GOOSE 泛洪"},
     {"A publisher sends GOOSE messages faster than any relay repeats them.", "某发布者发送 GOOSE 报文的速度超出任何保护装置。"}, stop_source},
    {9107716, "baseline.brute_force", Severity::high, "T0859", {"Sign-ins fail again and again", "登录反复失败"},
     {"A host tries to sign in again and again without success.", "某主机反复尝试登录未果。"}, look_at_account},
    {9107717, "baseline.brute_force_many", Severity::high, "T0859", {"Sign-ins to one device fail from many hosts", "多台主机对同一设备登录失败"},
     {"Several hosts try to sign in to one device without success.", "多台主机尝试登录同一设备未果。"}, look_at_account},
    {9107718, "baseline.twin_publisher", Severity::critical, "T0830", {"Two publishers of one control block", "同一控制块出现两个发布者"},
     {"Two network cards publish the same GOOSE or Sampled Values control block in turn.", "两块网卡交替发布同一 GOOSE 或 SV 控制块。"},
     {"Find the switch port of the second MAC and cut it off; check the relays that subscribe.", "查找第二个 MAC 所在交换机端口并断开；检查订阅该控制块的保护装置。"}},
    {9107719, "baseline.rogue_dhcp", Severity::high, "T0830", {"Second DHCP server", "出现第二台 DHCP 服务器"},
     {"Another server than before offers addresses, and may name itself router or name server.", "另一台服务器开始分配地址，并可能将自己指定为网关或 DNS。"},
     {"See whether it is a second server of your own; else find its switch port and cut it off.", "确认是否为自有备用服务器；否则查找其交换机端口并断开。"}},
};
// clang-format on
static_assert(std::size(rows) == static_cast<std::size_t>(Behaviour::last));

}  // namespace

const Detection& detection(Behaviour behaviour) {
  return rows[static_cast<std::size_t>(behaviour)];
}

std::string_view behaviour_name(Behaviour behaviour) {
  return detection(behaviour).name.substr(std::string_view("baseline.").size());
}

std::span<const Detection> behaviour_detections() {
  return rows;
}

}  // namespace langyan::baseline
